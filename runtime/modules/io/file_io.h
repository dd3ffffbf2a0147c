// FileIO: a file descriptor as an unbuffered stream; and the system calls under every buffered file.
// All wait detached; an interrupted call is repeated after signal handlers have run (PEP 475).
#pragma once
#include "runtime/modules/io/io.h"

namespace taipan::io {

struct FileIO : Object {
  Atomic<i32> descriptor;    // descriptor + 1: 0 is closed, so that fresh objects are
  Atomic<u8> finalizing;     // being closed by its finaliser: ResourceWarning
  bool created, readable, writable, appending, truncate, closefd;
  Atomic<i8> seekable_;      // 0 not known yet, 1 yes, -1 no
  Atomic<bool> has_status;   // what fstat said when it was opened, until something changes the file:
  bool waits;                // not a regular file: reading may take for ever
  u32 mode;                  // st_mode
  i64 size;                  // st_size
  i64 block_size;            // st_blksize

  int fd() const { return descriptor.load_relaxed() - 1; }  // a close at the same time is the program's race
  bool is_open() const { return descriptor.load_relaxed() != 0; }
};
inline bool is_exact_file(Value v) { return v.is_ref() && &type_of(v.object()) == g_io.file; }

inline constexpr ssize kWouldBlock = -2;  // nothing now, and the descriptor does not wait: Python's None

// One read() or write(). f stays alive by its holder; memory is the caller's own or exported. Closed or not
// opened for it: ValueError, UnsupportedOperation.
Result<ssize> file_read(Thread& t, FileIO* f, void* to, usize n);
Result<ssize> file_write(Thread& t, FileIO* f, const void* from, usize n);
Result<> file_readall(Thread& t, FileIO* f);              // bytes, or None
Result<i64> file_seek(Thread& t, FileIO* f, i64 offset, int whence);
Result<> file_open(Thread& t, Value file, Str* mode, bool closefd, Value opener);  // FileIO(...)
bool file_may_be_terminal(const FileIO* f);               // False: the status at opening excludes it
Result<bool> file_is_terminal(Thread& t, FileIO* f);

// os.fspath(): str or bytes.
Result<> path_of(Thread& t, Value v);

}  // namespace taipan::io
