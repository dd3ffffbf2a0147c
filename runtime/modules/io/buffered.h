// BufferedReader, BufferedWriter, BufferedRandom: one buffer in front of a raw stream, for reading ahead or for
// writing late. The raw stream is a FileIO (called directly) or any object with readinto(), write(), seek().
// All state is under `lock`, which is held while the raw stream works.
#pragma once
#include "runtime/modules/io/file_io.h"
#include "runtime/modules/io/io_lock.h"

namespace taipan::io {

// Note [one-buffer]: data[0, end) is what was read; pos is the stream's position in it, the raw stream stands at
// end. Or data[write_pos, write_end) waits to be written, and the raw stream stands at write_pos. Never both: a
// BufferedRandom that turns from reading to writing first seeks the raw stream back to pos, and the other way
// round writes first. data is null before __init__ and after close().
struct Buffered : Object {
  Slot<> raw;                // empty before __init__ and after detach()
  Slot<> scratch;            // bytearray that raw streams written in Python read into
  IoLock lock;
  Atomic<u8> finalizing;     // being closed by its finaliser: ResourceWarning
  Atomic<bool> ok, detached; // looked at before the lock is taken
  bool readable, writable;
  u8* data;
  i64 size;                  // of data
  i64 pos, end;
  i64 write_pos, write_end;
  i64 raw_position;          // where the raw stream stands, -1: not known

  i64 readahead() const { return end - pos; }
  i64 pending() const { return write_end - write_pos; }
};
inline Buffered* buffered_of(Value v) { return v.as<Buffered>(); }

// The very classes, so that their methods can be called directly.
inline bool is_plain_reader(Value v) {
  return v.is_ref() && (&type_of(v.object()) == g_io.reader || &type_of(v.object()) == g_io.random);
}
inline bool is_plain_writer(Value v) {
  return v.is_ref() && (&type_of(v.object()) == g_io.writer || &type_of(v.object()) == g_io.random);
}

// "raw stream has been detached", "I/O operation on uninitialized object"
TP_COLD Status buffered_raise_unusable(Thread& t, Buffered* b);
inline Status buffered_check(Thread& t, Buffered* b) {
  return b->ok.load_acquire() ? Status(kDone) : buffered_raise_unusable(t, b);
}
// The raw stream; ValueError if code that ran meanwhile has detached it.
inline Result<> buffered_raw(Thread& t, Buffered* b) {
  Result<> raw = b->raw.load(b);
  return raw.is_absent() ? Result<>(raise(t, ValueError, "raw stream has been detached")) : raw;
}
// True: a file that is open. False: asking takes longer.
inline bool is_plainly_open(const Buffered* b) {
  Value raw = b->raw.borrow();
  return is_exact_file(raw) && raw.as<FileIO>()->is_open();
}
Result<bool> buffered_closed(Thread& t, Buffered* b);  // the raw stream is

// --- these take the lock
Result<> buffered_read(Thread& t, Buffered* b, ssize n);    // n -1: all; bytes or None
Result<> buffered_read1(Thread& t, Buffered* b, ssize n);   // bytes
Result<> buffered_readline(Thread& t, Buffered* b, ssize limit);
Result<> buffered_readinto(Thread& t, Buffered* b, u8* to, usize n, bool once);  // count or None
Result<> buffered_peek(Thread& t, Buffered* b);
Status buffered_write(Thread& t, Buffered* b, const u8* from, usize n);          // all of it
Status buffered_flush(Thread& t, Buffered* b);
Status buffered_close(Thread& t, Value self);
Result<i64> buffered_tell(Thread& t, Buffered* b);
Result<i64> buffered_seek(Thread& t, Buffered* b, i64 target, int whence);

// --- under the lock
// ValueError(text) if the raw stream is closed and nothing is left to read.
Status buffered_check_closed(Thread& t, Buffered* b, const char* text);
Result<ssize> raw_read(Thread& t, Buffered* b, u8* to, usize n);      // kWouldBlock
Result<ssize> raw_write(Thread& t, Buffered* b, const u8* from, usize n);
Result<i64> raw_seek(Thread& t, Buffered* b, i64 target, int whence);
Result<i64> raw_tell(Thread& t, Buffered* b);
Status write_pending(Thread& t, Buffered* b);    // BlockingIOError if the raw stream does not take it
Status flush_and_rewind(Thread& t, Buffered* b); // and the raw stream stands at the position
Status drop_readahead(Thread& t, Buffered* b);   // likewise, before writing
ErrorTag raise_would_block(Thread& t, i64 written);

extern const NativeDef kReaderInit, kWriterInit, kRandomInit;

}  // namespace taipan::io
