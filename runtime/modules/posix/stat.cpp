// posix: stat and its kin, statvfs, terminal size.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>

#include "runtime/modules/posix/stat_result.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/struct_sequence.h"

namespace taipan {

namespace {

constexpr StructField kStatFields[] = {
    {"st_mode", "protection bits"}, {"st_ino", "inode"}, {"st_dev", "device"},
    {"st_nlink", "number of hard links"}, {"st_uid", "user ID of owner"}, {"st_gid", "group ID of owner"},
    {"st_size", "total size, in bytes"}, {nullptr, "integer time of last access"},
    {nullptr, "integer time of last modification"}, {nullptr, "integer time of last change"},
    {"st_atime", "time of last access"}, {"st_mtime", "time of last modification"},
    {"st_ctime", "time of last change"}, {"st_atime_ns", "time of last access in nanoseconds"},
    {"st_mtime_ns", "time of last modification in nanoseconds"}, {"st_ctime_ns", "time of last change in nanoseconds"},
    {"st_blksize", "blocksize for filesystem I/O"}, {"st_blocks", "number of blocks allocated"},
    {"st_rdev", "device type (if inode device)"}};
constexpr StructSequenceDef kStatResult = {"os.stat_result", "stat_result: Result from stat, fstat, or lstat.",
                                           kStatFields, 10};
constexpr StructField kStatvfsFields[] = {
    {"f_bsize", nullptr}, {"f_frsize", nullptr}, {"f_blocks", nullptr}, {"f_bfree", nullptr}, {"f_bavail", nullptr},
    {"f_files", nullptr}, {"f_ffree", nullptr}, {"f_favail", nullptr}, {"f_flag", nullptr}, {"f_namemax", nullptr},
    {"f_fsid", nullptr}};
constexpr StructSequenceDef kStatvfsResult = {"os.statvfs_result", "Result from statvfs or fstatvfs.",
                                              kStatvfsFields, 10};
constexpr StructField kSizeFields[] = {{"columns", "width of the terminal window in characters"},
                                       {"lines", "height of the terminal window in characters"}};
constexpr StructSequenceDef kTerminalSize = {"os.terminal_size", "A tuple of (columns, lines).", kSizeFields, 2};

Type* g_stat_type;
Type* g_statvfs_type;
Type* g_terminal_size_type;

Status set_time(Thread& t, Tuple* s, usize which, const timespec& ts) {
  struct_sequence_set(s, 7 + which, Value::small_int(ts.tv_sec));
  Local<> seconds(t, TRY(float_from(t, static_cast<f64>(ts.tv_sec) + 1e-9 * static_cast<f64>(ts.tv_nsec))));
  struct_sequence_set(s, 10 + which, seconds.value());
  Local<> ns(t, TRY(int_from_i128(t, static_cast<i128>(ts.tv_sec) * 1000000000 + ts.tv_nsec)));
  struct_sequence_set(s, 13 + which, ns.value());
  return kDone;
}

Result<Tuple> posix_stat(Thread& t, Value path, Value dir_fd, bool follow) {
  PathArgument p;
  TRY(p.convert(t, path, "stat", "path", true));
  i32 at = TRY(dir_fd_argument(t, dir_fd));
  struct stat st;
  int r = TRY(retry(t, [&] {
    return p.is_fd() ? ::fstat(p.fd(), &st) : ::fstatat(at, p.c_str(), &st, follow ? 0 : AT_SYMLINK_NOFOLLOW);
  }));
  if (r < 0) return p.raise_error(t, errno);
  return stat_result(t, st);
}
Result<Tuple> posix_lstat(Thread& t, Value path, Value dir_fd) {
  PathArgument p;
  TRY(p.convert(t, path, "lstat", "path"));
  i32 at = TRY(dir_fd_argument(t, dir_fd));
  struct stat st;
  int r = TRY(retry(t, [&] { return ::fstatat(at, p.c_str(), &st, AT_SYMLINK_NOFOLLOW); }));
  if (r < 0) return p.raise_error(t, errno);
  return stat_result(t, st);
}
Result<Tuple> posix_fstat(Thread& t, i32 fd) {
  struct stat st;
  if (TRY(retry(t, [&] { return ::fstat(fd, &st); })) < 0) return raise_os_error(t, errno);
  return stat_result(t, st);
}
Result<Tuple> posix_statvfs(Thread& t, Value path) {
  PathArgument p;
  TRY(p.convert(t, path, "statvfs", "path", true));
  struct statvfs st;
  int r = TRY(retry(t, [&] { return p.is_fd() ? ::fstatvfs(p.fd(), &st) : ::statvfs(p.c_str(), &st); }));
  if (r < 0) return p.raise_error(t, errno);
  Local<Tuple> s(t, TRY(struct_sequence_new(t, *g_statvfs_type)));
  const u64 fields[] = {st.f_bsize, st.f_frsize, st.f_blocks, st.f_bfree, st.f_bavail, st.f_files,
                        st.f_ffree, st.f_favail, st.f_flag, st.f_namemax, st.f_fsid};
  for (usize i = 0; i < std::size(fields); ++i) {
    Local<> v(t, TRY(int_from_u64(t, fields[i])));
    struct_sequence_set(s, i, v.value());
  }
  return s.give();
}
Result<Tuple> posix_get_terminal_size(Thread& t, i32 fd) {
  winsize w;
  if (::ioctl(fd, TIOCGWINSZ, &w) < 0) return raise_os_error(t, errno);
  Local<Tuple> s(t, TRY(struct_sequence_new(t, *g_terminal_size_type)));
  struct_sequence_set(s, 0, Value::small_int(w.ws_col));
  struct_sequence_set(s, 1, Value::small_int(w.ws_row));
  return s.give();
}
i64 posix_major(Thread&, i64 device) { return static_cast<i64>(gnu_dev_major(static_cast<u64>(device))); }
i64 posix_minor(Thread&, i64 device) { return static_cast<i64>(gnu_dev_minor(static_cast<u64>(device))); }
i64 posix_makedev(Thread&, i64 major, i64 minor) {
  return static_cast<i64>(gnu_dev_makedev(static_cast<unsigned>(major), static_cast<unsigned>(minor)));
}

const NativeDef kFunctions[] = {
    def<posix_stat>("stat($module, /, path, *, dir_fd=None, follow_symlinks=True)", "Status of a path."),
    def<posix_lstat>("lstat($module, /, path, *, dir_fd=None)", "Status of a path, not following links."),
    def<posix_fstat>("fstat($module, /, fd)", "Status of an open file."),
    def<posix_statvfs>("statvfs($module, /, path)", "Status of a file system."),
    def<posix_get_terminal_size>("get_terminal_size($module, fd=1, /)", "Columns and lines of a terminal."),
    def<posix_major>("major($module, device, /)", "Major number of a device."),
    def<posix_minor>("minor($module, device, /)", "Minor number of a device."),
    def<posix_makedev>("makedev($module, major, minor, /)", "A device number."),
};

}  // namespace

Result<Tuple> stat_result(Thread& t, const struct stat& st) {
  Local<Tuple> s(t, TRY(struct_sequence_new(t, *g_stat_type)));
  const u64 fields[] = {st.st_mode, st.st_ino, st.st_dev, st.st_nlink, st.st_uid, st.st_gid};
  for (usize i = 0; i < std::size(fields); ++i) {
    Local<> v(t, TRY(int_from_u64(t, fields[i])));
    struct_sequence_set(s, i, v.value());
  }
  struct_sequence_set(s, 6, Value::small_int(st.st_size));
  TRY(set_time(t, s, 0, st.st_atim));
  TRY(set_time(t, s, 1, st.st_mtim));
  TRY(set_time(t, s, 2, st.st_ctim));
  struct_sequence_set(s, 16, Value::small_int(st.st_blksize));
  struct_sequence_set(s, 17, Value::small_int(st.st_blocks));
  Local<> rdev(t, TRY(int_from_u64(t, st.st_rdev)));
  struct_sequence_set(s, 18, rdev.value());
  return s.give();
}

std::span<const NativeDef> posix_stat_functions() { return kFunctions; }

Status posix_stat_exec(Thread& t, Module* m) {
  struct {
    const StructSequenceDef& def;
    Type** type;
    const char* name;
  } types[] = {{kStatResult, &g_stat_type, "stat_result"},
               {kStatvfsResult, &g_statvfs_type, "statvfs_result"},
               {kTerminalSize, &g_terminal_size_type, "terminal_size"}};
  for (auto& x : types) {
    Local<Type> type(t, TRY(struct_sequence_type(t, x.def)));
    *x.type = type.get();
    TRY(module_add(t, m, x.name, type));
  }
  return kDone;
}

}  // namespace taipan
