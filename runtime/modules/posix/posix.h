// posix: the system's calls for the library's os. One file a subject; posix.cpp puts them together.
// Every call that may wait or touch a disk is made detached; EINTR is retried after a safepoint (PEP 475).
#pragma once
#include <cerrno>
#include <span>
#include <string>

#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/thread/safepoint.h"
#include "runtime/types/module.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"

namespace taipan {

// A path argument: str, bytes or os.PathLike, or an open file descriptor where `allow_fd`.
class PathArgument {
 public:
  // function: its name for messages. none_is: used for an absent or None path (null: not allowed).
  Status convert(Thread& t, Value v, const char* function, const char* argument, bool allow_fd = false,
                 const char* none_is = nullptr);
  const char* c_str() const { return path_.c_str(); }
  const std::string& text() const { return path_; }
  bool is_fd() const { return fd_ >= 0; }
  int fd() const { return fd_; }
  bool is_bytes() const { return bytes_; }
  // The object the caller gave, for error messages; borrowed from the caller's window. Empty: none.
  Value object() const { return object_; }
  // Raises OSError(errno) with this path as file name.
  ErrorTag raise_error(Thread& t, int error) const;

 private:
  std::string path_;
  int fd_ = -1;
  bool bytes_ = false;
  Value object_;
};

// The text of a file name in the type that the argument had.
Result<> path_result(Thread& t, std::string_view name, bool bytes);
// A descriptor: an int, or an object with fileno().
Result<i32> descriptor_argument(Thread& t, Value v);
// dir_fd=None or an int.
Result<i32> dir_fd_argument(Thread& t, Value v);

// Calls f() detached until it does not fail with EINTR; -1 with errno kept otherwise. A signal handler may raise.
template <class F>
auto retry(Thread& t, F f) -> Result<decltype(f())> {
  while (true) {
    decltype(f()) r;
    {
      Detached away(t);
      r = f();
    }
    if (!(r == -1 && errno == EINTR)) return r;
    int saved = errno;
    TRY(safepoint(t));
    errno = saved;
  }
}

std::span<const NativeDef> posix_file_functions();
std::span<const NativeDef> posix_directory_functions();
std::span<const NativeDef> posix_stat_functions();
std::span<const NativeDef> posix_process_functions();
std::span<const NativeDef> posix_environment_functions();
Status posix_stat_exec(Thread& t, Module* m);
Status posix_directory_exec(Thread& t, Module* m);
Status posix_process_exec(Thread& t, Module* m);
Status posix_environment_exec(Thread& t, Module* m);
Status posix_constants_exec(Thread& t, Module* m);

}  // namespace taipan
