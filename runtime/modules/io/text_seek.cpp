// tell() and seek() of text: Note [snapshot] in text_io.h.
#include <cstring>
#include <unistd.h>

#include "runtime/modules/io/text_io.h"
#include "runtime/types/exceptions.h"

namespace taipan::io {

namespace {

// What tell() gives: where to put the binary stream and the decoder, how many bytes to decode from there, and how
// many of their characters to skip. Packed into one integer; plain offsets stay plain.
struct Cookie {
  i64 position = 0;
  i32 flags = 0;          // of the decoder
  i32 bytes_to_feed = 0;
  i32 chars_to_skip = 0;
  bool need_end = false;  // the last byte was the last of the file
};

Result<> pack(Thread& t, const Cookie& c) {
  u64 limbs[3] = {static_cast<u64>(c.position),
                  static_cast<u32>(c.flags) | static_cast<u64>(static_cast<u32>(c.bytes_to_feed)) << 32,
                  static_cast<u32>(c.chars_to_skip) | static_cast<u64>(c.need_end) << 32};
  return int_from_limbs(t, limbs, 3, false);
}

Result<Cookie*> unpack(Thread& t, Value v, Cookie* c) {
  u64 limbs[3];
  Local<> rest(t, v);
  if (int_bit_length(v) > 168) return raise(t, OverflowError, "int too big to convert");
  for (int i = 0; i < 3; ++i) {
    limbs[i] = int_low_bits(rest);
    rest.set(TRY(int_binary(t, BinaryOp::Shr, rest, Value::small_int(64))));
  }
  c->position = static_cast<i64>(limbs[0]);
  c->flags = static_cast<i32>(limbs[1]);
  c->bytes_to_feed = static_cast<i32>(limbs[1] >> 32);
  c->chars_to_skip = static_cast<i32>(limbs[2]);
  c->need_end = limbs[2] >> 32 & 1;
  return c;
}

Result<usize> decoded_length(Thread& t, TextIO* x, std::string_view bytes, bool final) {
  Local<Str> text(t, TRY(text_decode(t, x, bytes, Value::empty(), final)));
  return text->length();
}

// Walks the decoder from the snapshot to `skip` characters behind it, and finds the nearest place on the way
// where it holds nothing back.
Status find_safe_point(Thread& t, TextIO* x, std::string_view input, usize skip, Cookie* c) {
  Local<> held(t);
  i64 flags = c->flags;
  // A guess from the mean size of a character: exact for all encodings of fixed width.
  usize start = std::min(input.size(), static_cast<usize>(x->bytes_per_char * static_cast<f64>(skip)));
  usize back = 1;
  bool found = false;
  while (start > 0) {
    TRY(decoder_set_state(t, x, c->position, c->flags));
    usize n = TRY(decoded_length(t, x, input.substr(0, start), false));
    if (n <= skip) {
      TRY(decoder_get_state(t, x, held, &flags));
      usize kept = held.value().as<Bytes>()->size();
      if (kept == 0) {
        skip -= n;
        found = true;
        break;
      }
      start -= std::min(start, kept);
      back = 1;
    } else {
      start -= std::min(start, back);
      back *= 2;
    }
  }
  if (!found) {
    start = 0;
    flags = c->flags;
    TRY(decoder_set_state(t, x, c->position, c->flags));
  }
  c->position += static_cast<i64>(start);
  c->flags = static_cast<i32>(flags);
  c->chars_to_skip = static_cast<i32>(skip);
  if (skip == 0) return kDone;

  usize fed = 0, decoded = 0;
  for (usize i = start; i < input.size(); ++i) {
    ++fed;
    decoded += TRY(decoded_length(t, x, input.substr(i, 1), false));
    TRY(decoder_get_state(t, x, held, &flags));
    if (held.value().as<Bytes>()->size() == 0 && decoded <= skip) {
      c->position += static_cast<i64>(fed);
      c->flags = static_cast<i32>(flags);
      skip -= decoded;
      fed = decoded = 0;
    }
    if (decoded >= skip) break;
  }
  if (decoded < skip) {
    // The rest is what the decoder gives at the end of the file.
    decoded += TRY(decoded_length(t, x, {}, true));
    c->need_end = true;
    if (decoded < skip) return raise(t, OSError, "can't reconstruct logical file position");
  }
  c->bytes_to_feed = static_cast<i32>(fed);
  c->chars_to_skip = static_cast<i32>(skip);
  return kDone;
}

// The state of the decoder, put back when tell() is through.
struct SavedDecoder {
  bool pending_cr;
  u8 held_size;
  u8 held[4];
};

Result<i64> buffer_tell(Thread& t, TextIO* x) {
  Local<> buffer(t, TRY(text_buffer(t, x)));
  if (is_plain_reader(buffer) || is_plain_writer(buffer)) return buffered_tell(t, buffered_of(buffer));
  Local<> at(t, TRY(call_method(t, buffer, g_io.tell)));
  return to_ssize(t, at);
}

}  // namespace

Result<> text_tell(Thread& t, Value self) {
  TextIO* x = text_of(self);
  if (!x->seekable) return unsupported(t, "underlying stream is not seekable");
  if (!x->telling) return raise(t, OSError, "telling position disabled by next() call");
  TRY(write_text_pending(t, x));
  TRY(text_call_flush(t, self));
  i64 position = TRY(buffer_tell(t, x));
  if (!x->can_decode || !x->has_snapshot) return int_from_i64(t, position);
  Local<Bytes> input(t, x->snapshot.load(x));
  Cookie c;
  c.position = position - static_cast<i64>(input->size());
  c.flags = static_cast<i32>(x->snapshot_flags);
  usize skip = x->decoded.is_empty() ? 0 : x->decoded_used;
  if (skip == 0) return pack(t, c);

  SavedDecoder native{x->newlines.pending_cr, x->held_size, {}};
  std::memcpy(native.held, x->held, sizeof(native.held));
  Local<> state(t), decoder(t, x->decoder.load(x));
  if (!x->is_native()) state.set(TRY(call_method(t, decoder, g_io.getstate)));
  Status done = find_safe_point(t, x, input->view(), skip, &c);
  Local<BaseException> error(t);
  if (done.is_error()) error.set(take_error(t));
  Status restored = kDone;
  if (x->is_native()) {
    x->newlines.pending_cr = native.pending_cr;  // what was seen on the way counts, as in CPython
    x->held_size = native.held_size;
    std::memcpy(x->held, native.held, sizeof(native.held));
  } else {
    Result<> r = call_method(t, decoder, g_io.setstate, state);
    if (r.is_error()) {
      restored = kError;
    } else {
      drop(r);
    }
  }
  if (!error.is_empty()) {
    TRY(chain(t, error.give(), restored));
    return kError;
  }
  TRY(restored);
  return pack(t, c);
}

static Result<> seek_to_end(Thread& t, TextIO* x, Value self) {
  TRY(text_call_flush(t, self));
  set_decoded(x, nullptr);
  x->has_snapshot = false;
  x->snapshot.clear(x);
  TRY(decoder_reset(t, x));
  Local<> buffer(t, TRY(text_buffer(t, x)));
  Local<> at(t, TRY(call_method(t, buffer, g_io.seek, Value::small_int(0), Value::small_int(SEEK_END))));
  TRY(encoder_reset(t, x, TRY(equal(t, at, Value::small_int(0)))));
  return at.give();
}

Result<> text_seek(Thread& t, Value self, Value cookie_argument, int whence) {
  TextIO* x = text_of(self);
  Local<> cookie(t, cookie_argument);
  if (!x->seekable) return unsupported(t, "underlying stream is not seekable");
  if (whence == SEEK_CUR) {
    if (!TRY(equal(t, cookie, Value::small_int(0)))) return unsupported(t, "can't do nonzero cur-relative seeks");
    // Where it is already; the binary stream is brought there.
    cookie.set(TRY(call_method(t, self, g_io.tell)));
  } else if (whence == SEEK_END) {
    if (!TRY(equal(t, cookie, Value::small_int(0)))) return unsupported(t, "can't do nonzero end-relative seeks");
    return seek_to_end(t, x, self);
  } else if (whence != SEEK_SET) {
    return raise(t, ValueError, "invalid whence ({}, should be 0, 1 or 2)", whence);
  }
  if (TRY(compare_truth(t, CompareOp::Lt, cookie, Value::small_int(0)))) {
    return raise(t, ValueError, "negative seek position {!r}", cookie.value());
  }
  TRY(text_call_flush(t, self));
  Local<> number(t, TRY(to_index(t, cookie)));
  Cookie c;
  TRY(unpack(t, number, &c));
  Local<> buffer(t, TRY(text_buffer(t, x)));
  {
    Local<> position(t, TRY(int_from_i64(t, c.position)));
    Local<> r(t, TRY(call_method(t, buffer, g_io.seek, position)));
  }
  set_decoded(x, nullptr);
  x->has_snapshot = false;
  x->snapshot.clear(x);
  if (x->can_decode) {
    TRY(decoder_set_state(t, x, c.position, c.flags));
  }
  if (c.chars_to_skip > 0) {
    // As read_chunk() does: decode, leave a snapshot, skip.
    Local<> input(t, TRY(call_method(t, buffer, names().read, Value::small_int(c.bytes_to_feed))));
    if (!is_a<Bytes>(input)) {
      return raise(t, TypeError, "underlying read() should have returned a bytes object, not '{!T}'", input.value());
    }
    x->snapshot.store(x, input.value());
    x->snapshot_flags = c.flags;
    x->has_snapshot = true;
    Local<Str> text(t, TRY(text_decode(t, x, input.value().as<Bytes>()->view(), input, c.need_end)));
    set_decoded(x, text);
    if (text->length() < static_cast<usize>(c.chars_to_skip)) {
      return raise(t, OSError, "can't restore logical file position");
    }
    x->decoded_used = static_cast<usize>(c.chars_to_skip);
  } else if (x->can_decode) {
    Local<Bytes> nothing(t, TRY(bytes_from(t, {})));
    x->snapshot.store(x, nothing.value());
    x->snapshot_flags = c.flags;
    x->has_snapshot = true;
  }
  if (!x->encoder.is_empty()) {
    TRY(encoder_reset(t, x, c.position == 0 && c.flags == 0));
  }
  return cookie.give();
}

}  // namespace taipan::io
