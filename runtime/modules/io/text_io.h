// TextIOWrapper: text over a binary stream. Read text waits in `decoded`, written text as bytes in `pending`.
// text_types.cpp: the class; text_io.cpp: __init__, reconfigure, codecs; text_read, text_write, text_seek: the work.
// All state is under `lock`, which counts: codecs and streams written in Python may call back.
#pragma once
#include "runtime/modules/io/buffered.h"
#include "runtime/modules/io/line_end.h"
#include "runtime/modules/io/newline_decoder.h"
#include "runtime/modules/io/text_codec.h"

namespace taipan::io {

inline constexpr i64 kChunkSize = 8192;

// Note [snapshot]: tell() answers with a position of the binary stream at which the decoder was in a known state,
// plus what to do from there. Each chunk read while `telling` leaves `snapshot`: the bytes since that point (what
// the decoder held back, then the chunk) and the decoder's flags there; decoded is their text, decoded_used of it
// is given out. Iteration switches telling off until the end of the file.
struct TextIO : Object {
  Slot<> buffer;             // the binary stream; empty before __init__ and after detach()
  Slot<> encoding, errors;   // str
  Slot<> encoder, decoder;   // codecs without a native one; the decoder may be a NewlineDecoder
  Slot<Str> decoded;         // empty: nothing read
  Slot<Bytes> snapshot;
  IoLock lock;
  Atomic<u8> finalizing, line_buffering, write_through;
  NativeCodec codec;
  Newline newline;
  Atomic<bool> ok, detached; // looked at before the lock is taken
  bool can_decode, can_encode;
  bool has_read1, seekable, telling;
  bool encoder_at_start;     // a byte order mark may be due
  bool has_snapshot;
  // the native decoder
  u8 held_size;              // bytes of an unfinished character
  u8 held[4];
  NewlineState newlines;     // used with native codecs; else the NewlineDecoder has its own
  i64 chunk_size;
  f64 bytes_per_char;        // of the last chunk: where tell() begins to search
  i64 snapshot_flags;
  usize decoded_used;        // characters of `decoded` given out
  Bulk pending;

  bool is_native() const { return codec != NativeCodec::None; }
  bool translates_reading() const { return newline == Newline::Universal; }
  bool is_universal() const { return newline <= Newline::Empty; }
  // What \n becomes when written; null: stays.
  const char* written_newline() const {
    return newline == Newline::CR ? "\r" : newline == Newline::CRLF ? "\r\n" : nullptr;
  }
  Str* error_handler() const { return reinterpret_cast<Str*>(errors.borrow().bits); }
};
inline TextIO* text_of(Value v) { return v.as<TextIO>(); }

// --- text_io.cpp
Result<bool> text_closed(Thread& t, TextIO* x);
TP_COLD Status text_raise_unusable(Thread& t, TextIO* x);
TP_NOINLINE Status text_check_closed_slow(Thread& t, TextIO* x);
// ValueError if detached or not initialised.
inline Status text_check(Thread& t, TextIO* x) {
  return x->ok.load_acquire() ? Status(kDone) : text_raise_unusable(t, x);
}
// The binary stream; ValueError if code that ran meanwhile has detached it.
inline Result<> text_buffer(Thread& t, TextIO* x) {
  Result<> buffer = x->buffer.load(x);
  return buffer.is_absent() ? Result<>(raise(t, ValueError, "underlying buffer has been detached")) : buffer;
}
// "I/O operation on closed file."
inline Status text_check_closed(Thread& t, TextIO* x) {
  Value buffer = x->buffer.borrow();
  if ((is_plain_reader(buffer) || is_plain_writer(buffer)) && is_plainly_open(buffered_of(buffer))) return kDone;
  return text_check_closed_slow(t, x);
}
Status text_call_flush(Thread& t, Value self);   // self.flush()
Result<> text_reconfigure(Thread& t, Value self, Value encoding, Value errors, Value newline, Value line_buffering,
                          Value write_through);
Result<Str> locale_encoding(Thread& t);

// The decoder, native or not, under the lock.
Result<Str> text_decode(Thread& t, TextIO* x, std::string_view bytes, Value source, bool final);
Status decoder_get_state(Thread& t, TextIO* x, Local<>& held, i64* flags);  // held: bytes
Status decoder_set_state(Thread& t, TextIO* x, i64 position, i64 flags);  // holding nothing back, at position
Status decoder_reset(Thread& t, TextIO* x);
Status encoder_reset(Thread& t, TextIO* x, bool at_start);

// --- text_read.cpp; under the lock
Result<bool> read_chunk(Thread& t, TextIO* x, usize characters_hint);  // false: at the end
Result<Str> text_read(Thread& t, TextIO* x, ssize n);
Result<Str> text_readline(Thread& t, TextIO* x, ssize limit);
void set_decoded(TextIO* x, Str* text_or_null);

// --- text_write.cpp; under the lock
Result<i64> text_write(Thread& t, TextIO* x, Str* text);
Status write_text_pending(Thread& t, TextIO* x);  // to the binary stream
Status text_flush(Thread& t, TextIO* x);

// --- text_seek.cpp; under the lock
Result<> text_tell(Thread& t, Value self);
Result<> text_seek(Thread& t, Value self, Value cookie, int whence);

extern const NativeDef kTextInit;

}  // namespace taipan::io
