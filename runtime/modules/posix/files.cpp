// posix: descriptors and files: open, read, write, rename, links, permissions.
#include <fcntl.h>
#include <pty.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "runtime/modules/posix/posix.h"
#include "runtime/modules/sys/audit.h"
#include "runtime/types/bytes.h"
#include "runtime/types/int.h"
#include "runtime/types/struct_sequence.h"
#include "runtime/types/tuple.h"

namespace taipan {

template <>
inline constexpr bool kIsPlainResult<timespec> = true;

namespace {

ErrorTag os_error(Thread& t) { return raise_os_error(t, errno); }

Result<i64> posix_open(Thread& t, Value path, i32 flags, i32 mode, Value dir_fd) {
  PathArgument p;
  TRY(p.convert(t, path, "open", "path"));
  i32 at = TRY(dir_fd_argument(t, dir_fd));
  TRY(audit(t, "open", path, none_value(), Value::small_int(flags)));
  int fd = TRY(retry(t, [&] { return ::openat(at, p.c_str(), flags | O_CLOEXEC, mode); }));
  if (fd < 0) return p.raise_error(t, errno);
  return i64{fd};
}
Status posix_close(Thread& t, i32 fd) {
  int r;
  {
    Detached away(t);
    r = ::close(fd);
  }
  if (r < 0 && errno != EINTR) return os_error(t);
  return kDone;
}
Status posix_closerange(Thread& t, i32 low, i32 high) {
  Detached away(t);
  if (high > low) ::close_range(static_cast<unsigned>(low), static_cast<unsigned>(high - 1), 0);
  return kDone;
}
Result<Bytes> posix_read(Thread& t, i32 fd, i64 n) {
  if (n < 0) return errno = EINVAL, os_error(t);
  Local<Bytes> b(t, TRY(bytes_allocate(t, static_cast<usize>(n))));
  u8* data = b->data();  // held by b, which is local: stays where it is
  ssize got = TRY(retry(t, [&] { return ::read(fd, data, static_cast<usize>(n)); }));
  if (got < 0) return os_error(t);
  if (got == n) return b.give();
  return bytes_from(t, b->view().substr(0, static_cast<usize>(got)));
}
Result<i64> posix_write(Thread& t, i32 fd, Value data) {
  Local<Bytes> b(t, TRY(bytes_from_object(t, data)));
  ssize n = TRY(retry(t, [&] { return ::write(fd, b->data(), b->size()); }));
  if (n < 0) return os_error(t);
  if (static_cast<usize>(n) < b->size()) TRY(safepoint(t));  // cut short by a signal, perhaps
  return i64{n};
}
Result<Bytes> posix_pread(Thread& t, i32 fd, i64 n, i64 offset) {
  if (n < 0) return errno = EINVAL, os_error(t);
  Local<Bytes> b(t, TRY(bytes_allocate(t, static_cast<usize>(n))));
  ssize got = TRY(retry(t, [&] { return ::pread(fd, b->data(), static_cast<usize>(n), offset); }));
  if (got < 0) return os_error(t);
  return bytes_from(t, b->view().substr(0, static_cast<usize>(got)));
}
Result<i64> posix_pwrite(Thread& t, i32 fd, Value data, i64 offset) {
  Local<Bytes> b(t, TRY(bytes_from_object(t, data)));
  ssize n = TRY(retry(t, [&] { return ::pwrite(fd, b->data(), b->size(), offset); }));
  if (n < 0) return os_error(t);
  return i64{n};
}
Result<i64> posix_lseek(Thread& t, i32 fd, i64 offset, i32 how) {
  off_t r = TRY(retry(t, [&] { return ::lseek(fd, offset, how); }));
  if (r < 0) return os_error(t);
  return i64{r};
}
Result<i64> posix_sendfile(Thread& t, i32 out, i32 in, Value offset, i64 count) {
  off_t at = 0;
  if (!is_none(offset)) at = TRY(to_ssize(t, offset));
  ssize n = TRY(retry(t, [&] {
    return ::sendfile(out, in, is_none(offset) ? nullptr : &at, static_cast<usize>(count));
  }));
  if (n < 0) return os_error(t);
  return i64{n};
}

Result<i64> posix_dup(Thread& t, i32 fd) {
  int r = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
  if (r < 0) return os_error(t);
  return i64{r};
}
Result<i64> posix_dup2(Thread& t, i32 fd, i32 fd2, bool inheritable) {
  int r = TRY(retry(t, [&] { return fd == fd2 || inheritable ? ::dup2(fd, fd2) : ::dup3(fd, fd2, O_CLOEXEC); }));
  if (r < 0) return os_error(t);
  return i64{r};
}
Result<Tuple> fd_pair(Thread& t, const int* fds) {
  return tuple_of(t, Value::small_int(fds[0]), Value::small_int(fds[1]));
}
Result<Tuple> posix_pipe(Thread& t) {
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) < 0) return os_error(t);
  return fd_pair(t, fds);
}
Result<Tuple> posix_pipe2(Thread& t, i32 flags) {
  int fds[2];
  if (::pipe2(fds, flags) < 0) return os_error(t);
  return fd_pair(t, fds);
}
Result<Tuple> posix_openpty(Thread& t) {
  int fds[2];
  if (::openpty(&fds[0], &fds[1], nullptr, nullptr, nullptr) < 0) return os_error(t);
  for (int fd : fds) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  return fd_pair(t, fds);
}
bool posix_isatty(Thread&, i32 fd) { return ::isatty(fd) != 0; }
Result<> posix_ttyname(Thread& t, i32 fd) {
  char name[256];
  if (int e = ::ttyname_r(fd, name, sizeof name)) return raise_os_error(t, e);
  return path_result(t, name, false);
}
Result<bool> posix_get_inheritable(Thread& t, i32 fd) {
  int flags = ::fcntl(fd, F_GETFD);
  if (flags < 0) return os_error(t);
  return !(flags & FD_CLOEXEC);
}
Status posix_set_inheritable(Thread& t, i32 fd, bool inheritable) {
  int flags = ::fcntl(fd, F_GETFD);
  if (flags < 0) return os_error(t);
  flags = inheritable ? flags & ~FD_CLOEXEC : flags | FD_CLOEXEC;
  if (::fcntl(fd, F_SETFD, flags) < 0) return os_error(t);
  return kDone;
}
Result<bool> posix_get_blocking(Thread& t, i32 fd) {
  int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0) return os_error(t);
  return !(flags & O_NONBLOCK);
}
Status posix_set_blocking(Thread& t, i32 fd, bool blocking) {
  int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0 || ::fcntl(fd, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK) < 0) return os_error(t);
  return kDone;
}
Status posix_fsync(Thread& t, Value fd) {
  i32 n = TRY(descriptor_argument(t, fd));
  if (TRY(retry(t, [&] { return ::fsync(n); })) < 0) return os_error(t);
  return kDone;
}
Status posix_fdatasync(Thread& t, Value fd) {
  i32 n = TRY(descriptor_argument(t, fd));
  if (TRY(retry(t, [&] { return ::fdatasync(n); })) < 0) return os_error(t);
  return kDone;
}
Status posix_ftruncate(Thread& t, i32 fd, i64 length) {
  if (TRY(retry(t, [&] { return ::ftruncate(fd, length); })) < 0) return os_error(t);
  return kDone;
}
Status posix_truncate(Thread& t, Value path, i64 length) {
  PathArgument p;
  TRY(p.convert(t, path, "truncate", "path", true));
  int r = TRY(retry(t, [&] { return p.is_fd() ? ::ftruncate(p.fd(), length) : ::truncate(p.c_str(), length); }));
  if (r < 0) return p.raise_error(t, errno);
  return kDone;
}

Result<bool> posix_access(Thread& t, Value path, i32 mode, Value dir_fd, bool effective, bool follow) {
  PathArgument p;
  TRY(p.convert(t, path, "access", "path"));
  i32 at = TRY(dir_fd_argument(t, dir_fd));
  int flags = (effective ? AT_EACCESS : 0) | (follow ? 0 : AT_SYMLINK_NOFOLLOW);
  Detached away(t);
  return ::faccessat(at, p.c_str(), mode, flags) == 0;
}
Status posix_unlink(Thread& t, Value path, Value dir_fd) {
  PathArgument p;
  TRY(p.convert(t, path, "unlink", "path"));
  i32 at = TRY(dir_fd_argument(t, dir_fd));
  TRY(audit(t, "os.remove", path, Value::small_int(at == AT_FDCWD ? -1 : at)));
  if (TRY(retry(t, [&] { return ::unlinkat(at, p.c_str(), 0); })) < 0) return p.raise_error(t, errno);
  return kDone;
}
Status rename_paths(Thread& t, const char* name, Value source, Value target, Value source_fd, Value target_fd) {
  PathArgument a, b;
  TRY(a.convert(t, source, name, "src"));
  TRY(b.convert(t, target, name, "dst"));
  i32 x = TRY(dir_fd_argument(t, source_fd)), y = TRY(dir_fd_argument(t, target_fd));
  if (TRY(retry(t, [&] { return ::renameat(x, a.c_str(), y, b.c_str()); })) < 0) {
    return raise_os_error(t, errno, source, target);
  }
  return kDone;
}
Status posix_rename(Thread& t, Value source, Value target, Value source_fd, Value target_fd) {
  return rename_paths(t, "rename", source, target, source_fd, target_fd);
}
Status posix_replace(Thread& t, Value source, Value target, Value source_fd, Value target_fd) {
  return rename_paths(t, "replace", source, target, source_fd, target_fd);
}
Status posix_link(Thread& t, Value source, Value target, Value source_fd, Value target_fd, bool follow) {
  PathArgument a, b;
  TRY(a.convert(t, source, "link", "src"));
  TRY(b.convert(t, target, "link", "dst"));
  i32 x = TRY(dir_fd_argument(t, source_fd)), y = TRY(dir_fd_argument(t, target_fd));
  int flags = follow ? AT_SYMLINK_FOLLOW : 0;
  if (TRY(retry(t, [&] { return ::linkat(x, a.c_str(), y, b.c_str(), flags); })) < 0) {
    return raise_os_error(t, errno, source, target);
  }
  return kDone;
}
Status posix_symlink(Thread& t, Value source, Value target, bool, Value dir_fd) {
  PathArgument a, b;
  TRY(a.convert(t, source, "symlink", "src"));
  TRY(b.convert(t, target, "symlink", "dst"));
  i32 at = TRY(dir_fd_argument(t, dir_fd));
  if (TRY(retry(t, [&] { return ::symlinkat(a.c_str(), at, b.c_str()); })) < 0) {
    return raise_os_error(t, errno, source, target);
  }
  return kDone;
}
Result<> posix_readlink(Thread& t, Value path, Value dir_fd) {
  PathArgument p;
  TRY(p.convert(t, path, "readlink", "path"));
  i32 at = TRY(dir_fd_argument(t, dir_fd));
  char target[4096 + 1];
  ssize n = TRY(retry(t, [&] { return ::readlinkat(at, p.c_str(), target, sizeof target - 1); }));
  if (n < 0) return p.raise_error(t, errno);
  return path_result(t, {target, static_cast<usize>(n)}, p.is_bytes());
}
Status posix_chmod(Thread& t, Value path, i32 mode, Value dir_fd, bool follow) {
  PathArgument p;
  TRY(p.convert(t, path, "chmod", "path", true));
  i32 at = TRY(dir_fd_argument(t, dir_fd));
  int r = TRY(retry(t, [&] {
    return p.is_fd() ? ::fchmod(p.fd(), static_cast<mode_t>(mode))
                     : ::fchmodat(at, p.c_str(), static_cast<mode_t>(mode), follow ? 0 : AT_SYMLINK_NOFOLLOW);
  }));
  if (r < 0) return p.raise_error(t, errno);
  return kDone;
}
Status posix_fchmod(Thread& t, i32 fd, i32 mode) {
  if (TRY(retry(t, [&] { return ::fchmod(fd, static_cast<mode_t>(mode)); })) < 0) return os_error(t);
  return kDone;
}
Status posix_chown(Thread& t, Value path, i64 uid, i64 gid, Value dir_fd, bool follow) {
  PathArgument p;
  TRY(p.convert(t, path, "chown", "path", true));
  i32 at = TRY(dir_fd_argument(t, dir_fd));
  auto u = static_cast<uid_t>(uid);
  auto g = static_cast<gid_t>(gid);
  int r = TRY(retry(t, [&] {
    return p.is_fd() ? ::fchown(p.fd(), u, g)
                     : ::fchownat(at, p.c_str(), u, g, follow ? 0 : AT_SYMLINK_NOFOLLOW);
  }));
  if (r < 0) return p.raise_error(t, errno);
  return kDone;
}
i32 posix_umask(Thread&, i32 mask) { return static_cast<i32>(::umask(static_cast<mode_t>(mask))); }
Status posix_mkfifo(Thread& t, Value path, i32 mode, Value dir_fd) {
  PathArgument p;
  TRY(p.convert(t, path, "mkfifo", "path"));
  i32 at = TRY(dir_fd_argument(t, dir_fd));
  if (TRY(retry(t, [&] { return ::mkfifoat(at, p.c_str(), static_cast<mode_t>(mode)); })) < 0) {
    return p.raise_error(t, errno);
  }
  return kDone;
}

// utime(path, times=None, *, ns, dir_fd, follow_symlinks)
Result<timespec> time_argument(Thread& t, Value v, bool nanoseconds) {
  if (nanoseconds) {
    i64 ns = TRY(to_ssize(t, v));
    i64 s = ns / 1000000000, rest = ns % 1000000000;
    if (rest < 0) --s, rest += 1000000000;
    return timespec{s, rest};
  }
  if (is_any_int(v)) return timespec{TRY(to_ssize(t, v)), 0};
  f64 d = TRY(to_double(t, v)), whole = __builtin_floor(d);
  return timespec{static_cast<time_t>(whole), static_cast<long>((d - whole) * 1e9)};
}
Status posix_utime(Thread& t, Value path, Value times, Value ns, Value dir_fd, bool follow) {
  PathArgument p;
  TRY(p.convert(t, path, "utime", "path", true));
  i32 at = TRY(dir_fd_argument(t, dir_fd));
  bool has_times = !is_none(times), has_ns = !ns.is_empty();
  if (has_times && has_ns) {
    return raise(t, ValueError, "utime: you may specify either 'times' or 'ns' but not both");
  }
  timespec both[2] = {{0, UTIME_NOW}, {0, UTIME_NOW}};
  if (has_times || has_ns) {
    Value pair = has_ns ? ns : times;
    if (!is_a<Tuple>(pair) || pair.as<Tuple>()->size() != 2) {
      return raise(t, TypeError, has_ns ? "utime: 'ns' must be a tuple of two ints"
                                        : "utime: 'times' must be either a tuple of two ints or None");
    }
    for (usize i = 0; i < 2; ++i) both[i] = TRY(time_argument(t, (*pair.as<Tuple>())[i], has_ns));
  }
  int r = TRY(retry(t, [&] {
    return p.is_fd() ? ::futimens(p.fd(), both) : ::utimensat(at, p.c_str(), both, follow ? 0 : AT_SYMLINK_NOFOLLOW);
  }));
  if (r < 0) return p.raise_error(t, errno);
  return kDone;
}


const NativeDef kFunctions[] = {
    def<posix_open>("open($module, /, path, flags, mode=511, *, dir_fd=None)", "Opens a file; a descriptor."),
    def<posix_close>("close($module, /, fd)", "Closes a descriptor."),
    def<posix_closerange>("closerange($module, fd_low, fd_high, /)", "Closes all descriptors in a range."),
    def<posix_read>("read($module, fd, length, /)", "Reads bytes."),
    def<posix_write>("write($module, fd, data, /)", "Writes bytes; how many were written."),
    def<posix_pread>("pread($module, fd, length, offset, /)", "Reads bytes at an offset."),
    def<posix_pwrite>("pwrite($module, fd, buffer, offset, /)", "Writes bytes at an offset."),
    def<posix_lseek>("lseek($module, fd, position, whence, /)", "Sets the position of a descriptor."),
    def<posix_sendfile>("sendfile($module, /, out_fd, in_fd, offset, count)", "Copies between descriptors."),
    def<posix_dup>("dup($module, fd, /)", "A second descriptor of the same file."),
    def<posix_dup2>("dup2($module, /, fd, fd2, inheritable=True)", "Makes fd2 the same file as fd."),
    def<posix_pipe>("pipe($module, /)", "A pipe: (read end, write end)."),
    def<posix_pipe2>("pipe2($module, flags, /)", "A pipe with flags."),
    def<posix_openpty>("openpty($module, /)", "A pseudo-terminal: (master, slave)."),
    def<posix_isatty>("isatty($module, fd, /)", "Is the descriptor a terminal?"),
    def<posix_ttyname>("ttyname($module, fd, /)", "The name of a terminal."),
    def<posix_get_inheritable>("get_inheritable($module, fd, /)", "Do child processes inherit the descriptor?"),
    def<posix_set_inheritable>("set_inheritable($module, fd, inheritable, /)", "Sets that."),
    def<posix_get_blocking>("get_blocking($module, fd, /)", "Is the descriptor in blocking mode?"),
    def<posix_set_blocking>("set_blocking($module, fd, blocking, /)", "Sets that."),
    def<posix_fsync>("fsync($module, /, fd)", "Writes a file to the disk."),
    def<posix_fdatasync>("fdatasync($module, /, fd)", "Writes a file's data to the disk."),
    def<posix_ftruncate>("ftruncate($module, fd, length, /)", "Cuts a file."),
    def<posix_truncate>("truncate($module, /, path, length)", "Cuts a file."),
    def<posix_access>("access($module, /, path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)",
                      "May this user access the path?"),
    def<posix_unlink>("unlink($module, /, path, *, dir_fd=None)", "Removes a file."),
    def<posix_unlink>("remove($module, /, path, *, dir_fd=None)", "Removes a file."),
    def<posix_rename>("rename($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)", "Renames."),
    def<posix_replace>("replace($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)", "Renames, overwriting."),
    def<posix_link>("link($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True)",
                    "Makes a hard link."),
    def<posix_symlink>("symlink($module, /, src, dst, target_is_directory=False, *, dir_fd=None)",
                       "Makes a symbolic link."),
    def<posix_readlink>("readlink($module, /, path, *, dir_fd=None)", "Where a symbolic link points."),
    def<posix_chmod>("chmod($module, /, path, mode, *, dir_fd=None, follow_symlinks=True)", "Sets permissions."),
    def<posix_fchmod>("fchmod($module, /, fd, mode)", "Sets permissions of an open file."),
    def<posix_chown>("chown($module, /, path, uid, gid, *, dir_fd=None, follow_symlinks=True)", "Sets the owner."),
    def<posix_umask>("umask($module, mask, /)", "Sets the mask of new files' permissions; the old one."),
    def<posix_mkfifo>("mkfifo($module, /, path, mode=438, *, dir_fd=None)", "Makes a named pipe."),
    def<posix_utime>("utime($module, /, path, times=None, *, ns=<unrepresentable>, dir_fd=None, follow_symlinks=True)",
                     "Sets access and modification time."),
};

}  // namespace

std::span<const NativeDef> posix_file_functions() { return kFunctions; }

}  // namespace taipan
