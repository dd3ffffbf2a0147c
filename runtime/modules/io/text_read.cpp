// Reading text: chunks of the binary stream, decoded; lines and pieces of them.
#include <cstring>

#include "runtime/modules/io/line_end.h"
#include "runtime/modules/io/text_io.h"
#include "runtime/types/exceptions.h"

namespace taipan::io {

void set_decoded(TextIO* x, Str* text) {
  x->decoded.store(x, Value(text));
  x->decoded_used = 0;
}

namespace {

usize decoded_left(TextIO* x) {
  Str* s = x->decoded.borrow();
  return s ? s->length() - x->decoded_used : 0;
}
// Up to n characters of what is decoded.
Result<Str> take_decoded(Thread& t, TextIO* x, usize n) {
  if (x->decoded.is_empty()) return own(names().empty);
  Local<Str> s(t, x->decoded.load(x));
  usize from = x->decoded_used, to = from + std::min(n, s->length() - from);
  x->decoded_used = to;
  if (from == 0 && to == s->length()) return s.give();
  return str_substring(t, s, from, to);
}

void forget_snapshot(TextIO* x) {
  x->has_snapshot = false;
  x->snapshot.clear(x);
}

ErrorTag not_readable(Thread& t) { return unsupported(t, "not readable"); }

Result<> read_input(Thread& t, TextIO* x, i64 size) {
  Local<> buffer(t, TRY(text_buffer(t, x)));
  if (is_plain_reader(buffer)) return buffered_read1(t, buffered_of(buffer), size);
  Local<> count(t, TRY(int_from_i64(t, size)));
  return call_method(t, buffer, x->has_read1 ? g_io.read1 : names().read, count);
}

// The bytes of what a stream's read() gave.
Status input_bytes(Thread& t, TextIO* x, Value input, BytesArgument& bytes, const char* method) {
  if (!has_buffer(input)) {
    return raise(t, TypeError, "underlying {}() should have returned a bytes-like object, not '{!T}'", method, input);
  }
  return bytes.get(input);
}

Status take_snapshot(Thread& t, TextIO* x, Value held, i64 flags, std::string_view chunk, Value source) {
  std::string_view before = held.as<Bytes>()->view();
  if (before.empty() && is_exact<Bytes>(source)) {
    x->snapshot.store(x, source);
  } else {
    Local<Bytes> all(t, TRY(bytes_allocate(t, before.size() + chunk.size())));
    std::memcpy(all->data(), before.data(), before.size());
    std::memcpy(all->data() + before.size(), chunk.data(), chunk.size());
    x->snapshot.store(x, all.value());
  }
  x->snapshot_flags = flags;
  x->has_snapshot = true;
  return kDone;
}

}  // namespace

Result<bool> read_chunk(Thread& t, TextIO* x, usize characters_hint) {
  if (!x->can_decode) return not_readable(t);
  Local<> held(t);
  i64 flags = 0;
  if (x->telling) TRY(decoder_get_state(t, x, held, &flags));
  i64 size = x->chunk_size;
  if (characters_hint > 0) {
    f64 wanted = std::max(x->bytes_per_char, 1.0) * static_cast<f64>(characters_hint);
    size = std::max(size, static_cast<i64>(std::min(wanted, 1e15)));
  }
  Local<> input(t, TRY(read_input(t, x, size)));
  BytesArgument bytes(t);
  TRY(input_bytes(t, x, input, bytes, x->has_read1 ? "read1" : "read"));
  bool end = bytes.size() == 0;
  std::string_view chunk{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  Local<Str> text(t, TRY(text_decode(t, x, chunk, input, end)));
  set_decoded(x, text);
  usize n = text->length();
  x->bytes_per_char = n > 0 ? static_cast<f64>(chunk.size()) / static_cast<f64>(n) : 0;
  if (n > 0) end = false;
  if (x->telling) TRY(take_snapshot(t, x, held, flags, chunk, input));
  return !end;
}

static Result<Str> read_to_end(Thread& t, TextIO* x) {
  Local<> buffer(t, TRY(text_buffer(t, x)));
  Local<> input(t, is_plain_reader(buffer) ? TRY(buffered_read(t, buffered_of(buffer), -1))
                                           : TRY(call_method(t, buffer, names().read)));
  if (is_none(input)) return raise(t, BlockingIOError, "Read returned None.");
  if (!has_buffer(input)) return raise(t, TypeError, "can't concat {!T} to bytes", input.value());  // the decoder's words
  BytesArgument bytes(t);
  TRY(bytes.get(input));
  Local<Str> rest(t, TRY(text_decode(t, x, {reinterpret_cast<const char*>(bytes.data()), bytes.size()}, input, true)));
  Local<Str> first(t, TRY(take_decoded(t, x, ~usize{0})));
  if (x->has_snapshot || !x->decoded.is_empty()) {
    set_decoded(x, nullptr);
    forget_snapshot(x);
  }
  if (first->length() == 0) return rest.give();
  return str_concat(t, first, rest);
}

Result<Str> text_read(Thread& t, TextIO* x, ssize n) {
  if (!x->can_decode) return not_readable(t);
  TRY(write_text_pending(t, x));
  if (n < 0) return read_to_end(t, x);
  usize wanted = static_cast<usize>(n);
  Local<Str> first(t, TRY(take_decoded(t, x, wanted)));
  if (first->length() == wanted) return first.give();
  StrBuilder all(t);
  TRY(all.append(first));
  while (all.length() < wanted) {
    if (!TRY(read_chunk(t, x, wanted - all.length()))) break;
    Local<Str> piece(t, TRY(take_decoded(t, x, wanted - all.length())));
    TRY(all.append(piece));
  }
  return all.finish();
}

// --- lines ------------------------------------------------------------------------------------------------------------

namespace {

ssize line_end_in(const Str* s, usize from, Newline kind) {
  return with_lanes(s, [&](auto* p) { return line_end(p, from, s->length(), kind); });
}

// Reads until something is decoded. False: at the end.
Result<bool> more_text(Thread& t, TextIO* x) {
  while (decoded_left(x) == 0) {
    set_decoded(x, nullptr);  // given out: should reading fail, tell() knows that it was
    if (TRY(read_chunk(t, x, 0))) continue;
    set_decoded(x, nullptr);
    forget_snapshot(x);
    return false;
  }
  return true;
}

}  // namespace

Result<Str> text_readline(Thread& t, TextIO* x, ssize limit) {
  TRY(write_text_pending(t, x));
  usize most = limit < 0 ? ~usize{0} : static_cast<usize>(limit);
  // All of it in one chunk, as nearly always.
  if (Str* s = x->decoded.borrow(); s && x->decoded_used < s->length()) {
    usize from = x->decoded_used;
    ssize end = line_end_in(s, from, x->newline);
    if (end >= 0 && static_cast<usize>(end) - from <= most) {
      x->decoded_used = static_cast<usize>(end);
      return str_substring(t, s, from, static_cast<usize>(end));
    }
  }
  if (!x->can_decode) return not_readable(t);
  StrBuilder line(t);
  bool after_cr = false;  // the \n of a \r\n may come first in the next chunk
  while (TRY(more_text(t, x))) {  // even for no characters at all: CPython reads a chunk then, too
    Local<Str> s(t, x->decoded.load(x));
    usize from = x->decoded_used, room = most - line.length();
    ssize end = after_cr && s->at(from) == '\n' ? static_cast<ssize>(from) + 1 : line_end_in(s, from, x->newline);
    bool done = end >= 0;
    usize to = done ? static_cast<usize>(end) : s->length();
    if (to - from > room) {
      to = from + room;
      done = true;
    }
    TRY(line.append_range(s, from, to));
    x->decoded_used = to;
    if (done || line.length() == most) break;
    after_cr = x->newline == Newline::CRLF && s->at(to - 1) == '\r';
  }
  return line.finish();
}

}  // namespace taipan::io
