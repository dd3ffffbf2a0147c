// Writing text: encoded into `pending`, which goes to the binary stream when it is a chunk.
#include <cstring>

#include "runtime/base/search.h"
#include "runtime/modules/io/text_io.h"

namespace taipan::io {

// The bytes leave `pending` before the stream is called: it may call back.
Status write_text_pending(Thread& t, TextIO* x) {
  if (x->pending.size == 0) [[likely]] return kDone;
  ScopedBulk going;
  going.swap(x->pending);
  Local<> buffer(t, TRY(text_buffer(t, x)));
  if (is_plain_writer(buffer)) {
    TRY(buffered_write(t, buffered_of(buffer), going.data, going.size));
  } else {
    Local<Bytes> bytes(t, TRY(bytes_from(t, {reinterpret_cast<const char*>(going.data), going.size})));
    Local<> r(t, TRY(call_method(t, buffer, names().write, bytes)));
  }
  going.size = 0;
  if (x->pending.data == nullptr) x->pending.swap(going);  // its memory serves again
  return kDone;
}

namespace {

bool has_char(const Str* s, char c) {
  return with_lanes(s, [&](auto* p) {
    using Lane = std::remove_cvref_t<decltype(*p)>;
    if constexpr (sizeof(Lane) == 1) {
      return std::memchr(p, c, s->length()) != nullptr;
    } else {
      return find_char<Lane>(p, s->length(), static_cast<Lane>(c)) != kNotFound;
    }
  });
}

Result<Str> replace_newlines(Thread& t, Str* s, const char* newline) {
  StrBuilder out(t);
  usize from = 0;
  for (usize i = 0; i < s->length(); ++i) {
    if (s->at(i) != '\n') continue;
    TRY(out.append_range(s, from, i));
    TRY(out.append_ascii(newline));
    from = i + 1;
  }
  TRY(out.append_range(s, from, s->length()));
  return out.finish();
}

Status encode(Thread& t, TextIO* x, Str* text) {
  if (x->is_native()) {
    Local<Str> errors(t, x->errors.borrow());
    return native_encode(t, x->codec, text, errors, x->pending);
  }
  Local<> encoder(t, x->encoder.load(x));
  Local<> bytes(t, TRY(call_method(t, encoder, g_io.encode, Value(text))));
  if (!is_a<Bytes>(bytes)) {
    return raise(t, TypeError, "encoder should return a bytes object, not '{!T}'", bytes.value());
  }
  x->encoder_at_start = false;
  return x->pending.append(t, bytes.value().as<Bytes>()->data(), bytes.value().as<Bytes>()->size());
}

// Written text makes what was read ahead stale (unless tell() is switched off, where CPython gives it out still).
Status forget_read(Thread& t, TextIO* x) {
  if (x->has_snapshot) {
    set_decoded(x, nullptr);
    x->has_snapshot = false;
    x->snapshot.clear(x);
  }
  if (!x->is_native()) return decoder_reset(t, x);
  x->held_size = 0;
  x->newlines = {};
  return kDone;
}

}  // namespace

Result<i64> text_write(Thread& t, TextIO* x, Str* given) {
  if (!x->can_encode) return unsupported(t, "not writable");
  i64 length = static_cast<i64>(given->length());
  Local<Str> text(t, Value(given));
  const char* newline = x->written_newline();
  bool line_buffering = x->line_buffering.load_relaxed();
  bool has_lf = (newline || line_buffering) && has_char(text, '\n');
  if (has_lf && newline) text.set(TRY(replace_newlines(t, text, newline)));
  bool flush = line_buffering && (has_lf || has_char(text, '\r'));
  // A chunk that is nearly full goes first: pieces stay below the chunk size where they can.
  while (x->pending.size > 0 && static_cast<i64>(x->pending.size) + length > x->chunk_size) {
    TRY(write_text_pending(t, x));  // during which more may be written
  }
  usize before = x->pending.size;
  Status encoded = encode(t, x, text);
  if (encoded.is_error()) {
    x->pending.size = std::min(before, x->pending.size);
    return kError;
  }
  if (flush || x->write_through.load_relaxed() || static_cast<i64>(x->pending.size) >= x->chunk_size) {
    TRY(write_text_pending(t, x));
  }
  if (flush) {
    Local<> buffer(t, TRY(text_buffer(t, x)));
    if (is_plain_writer(buffer)) {
      TRY(buffered_flush(t, buffered_of(buffer)));
    } else {
      Local<> r(t, TRY(call_method(t, buffer, names().flush)));
    }
  }
  TRY(forget_read(t, x));
  return length;
}

Status text_flush(Thread& t, TextIO* x) {
  x->telling = x->seekable;
  TRY(write_text_pending(t, x));
  Local<> buffer(t, TRY(text_buffer(t, x)));
  if (is_plain_writer(buffer)) return buffered_flush(t, buffered_of(buffer));
  Local<> r(t, TRY(call_method(t, buffer, names().flush)));
  return kDone;
}

}  // namespace taipan::io
