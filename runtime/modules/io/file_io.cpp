#include "runtime/modules/io/file_io.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/modules/sys/audit.h"
#include "runtime/types/exceptions.h"
#include "runtime/types/repr_guard.h"

namespace taipan::io {

namespace {

FileIO* file_of(Value v) { return v.as<FileIO>(); }

ErrorTag closed_error(Thread& t) { return raise(t, ValueError, "I/O operation on closed file"); }
ErrorTag mode_error(Thread& t, const char* action) {
  return raise(t, *g_io.unsupported, "File not open for {}", action);
}
Status check_open(Thread& t, FileIO* f) {
  if (!f->is_open()) return closed_error(t);
  return kDone;
}

// Repeats `call` while signals interrupt it. The errno of the last call is left in errno.
template <class F>
Result<ssize> interruptible(Thread& t, F call) {
  while (true) {
    ssize n;
    {
      Detached away(t);
      n = call();
    }
    if (n >= 0 || errno != EINTR) return n;
    TRY(safepoint(t));
  }
}

// --- opening -------------------------------------------------------------------------------------------------

struct Mode {
  int flags = O_CLOEXEC;
  bool created = false, readable = false, writable = false, appending = false, truncate = false;
};

Status parse_mode(Thread& t, Str* text, Mode* out) {
  int kinds = 0, pluses = 0;
  auto invalid = [&] { return raise(t, ValueError, "invalid mode: {}", Value(text)); };
  for (usize i = 0; i < text->length(); ++i) {
    switch (text->at(i)) {
      case 'x': ++kinds, out->created = out->writable = true, out->flags |= O_EXCL | O_CREAT; break;
      case 'r': ++kinds, out->readable = true; break;
      case 'w': ++kinds, out->writable = out->truncate = true, out->flags |= O_CREAT | O_TRUNC; break;
      case 'a': ++kinds, out->writable = out->appending = true, out->flags |= O_APPEND | O_CREAT; break;
      case '+': ++pluses; break;
      case 'b': break;
      default: return invalid();
    }
    if (kinds > 1 || pluses > 1) break;
  }
  if (kinds != 1 || pluses > 1) {
    return raise(t, ValueError, "Must have exactly one of create/read/write/append mode and at most one plus");
  }
  if (pluses) out->readable = out->writable = true;
  out->flags |= out->readable && out->writable ? O_RDWR : out->readable ? O_RDONLY : O_WRONLY;
  return kDone;
}

// The descriptor given as a number; -1: `file` is a path.
Result<i32> descriptor_argument(Thread& t, Value file) {
  if (file.is_float() || is_instance(file, float_type)) {
    return raise(t, TypeError, "integer argument expected, got float");
  }
  if (!is_any_int(file)) return i32{-1};
  if (is_true(file) || is_false(file)) TRY(warn(t, RuntimeWarning, "bool is used as a file descriptor"));
  i64 fd;
  if (!int_to_i64(file, &fd) || fd > INT32_MAX || fd < INT32_MIN) {
    return raise(t, OverflowError, int_sign(file) < 0 ? "signed integer is less than minimum"
                                                      : "signed integer is greater than maximum");
  }
  if (fd < 0) return raise(t, ValueError, "negative file descriptor");
  return static_cast<i32>(fd);
}

Status encode_path(Thread& t, Value path, Utf8* out, std::string_view* view) {
  if (is_a<Bytes>(path)) {
    *view = path.as<Bytes>()->view();
  } else {
    TRY(out->encode_filename(t, path.as<Str>()));
    *view = out->view();
  }
  if (view->find('\0') != view->npos) return raise(t, ValueError, "embedded null byte");
  return kDone;
}

Result<i32> open_path(Thread& t, Value name, Str* mode, int flags) {
  Local<> path(t, TRY(path_of(t, name)));
  Utf8 encoded;
  std::string_view bytes;
  TRY(encode_path(t, path, &encoded, &bytes));
  TRY(audit(t, "open", path.value(), Value(mode), Value::small_int(flags)));
  // Bytes objects are zero-terminated, so is Utf8; both stay where they are while this thread is away.
  i64 fd = TRY(interruptible(t, [&] { return static_cast<ssize>(::open(bytes.data(), flags, 0666)); }));
  if (fd < 0) return raise_os_error(t, errno, name);
  return static_cast<i32>(fd);
}

Result<i32> open_with(Thread& t, Value opener, Value name, int flags) {
  Local<> got(t, TRY(call(t, opener, name, Value::small_int(flags))));
  if (!is_any_int(got)) return raise(t, TypeError, "expected integer from opener");
  i64 fd;
  if (!int_to_i64(got, &fd) || fd > INT32_MAX) return raise(t, OverflowError, "Python int too large to convert to C int");
  if (fd < 0) return raise(t, ValueError, "opener returned {}", fd);
  (void)::fcntl(static_cast<int>(fd), F_SETFD, FD_CLOEXEC);
  return static_cast<i32>(fd);
}

void close_descriptor(Thread& t, int fd) {
  Detached away(t);
  (void)::close(fd);
}

// Looks at what was opened. A directory is an error.
Status examine(Thread& t, FileIO* f, int fd, Value name) {
  struct stat status;
  int failed;
  {
    Detached away(t);
    failed = ::fstat(fd, &status);
  }
  if (failed != 0) {
    if (errno == EBADF) return raise_os_error(t, EBADF);
    return kDone;  // whatever it is: reading and writing will tell
  }
  if (S_ISDIR(status.st_mode)) return raise_os_error(t, EISDIR, name);
  f->mode = status.st_mode;
  f->size = status.st_size;
  f->block_size = status.st_blksize;
  f->waits = !S_ISREG(status.st_mode);
  f->has_status.store_release(true);
  return kDone;
}

Status close_own(Thread& t, FileIO* f) {
  int fd = f->descriptor.exchange_acq_rel(0) - 1;
  if (fd < 0 || !f->closefd) return kDone;
  int failed, error;
  {
    Detached away(t);
    failed = ::close(fd);
    error = errno;
  }
  // After EINTR the descriptor is gone on Linux: trying again could close somebody else's.
  if (failed != 0 && error != EINTR) return raise_os_error(t, error);
  return kDone;
}

Status file_init(Thread& t, Value self, Value file, Str* mode, bool closefd, Value opener) {
  FileIO* f = file_of(self);
  if (f->is_open()) {
    if (f->closefd) {
      TRY(close_own(t, f));
    } else {
      f->descriptor.store_relaxed(0);
    }
  }
  i32 fd = TRY(descriptor_argument(t, file));
  Mode m;
  TRY(parse_mode(t, mode, &m));
  f->created = m.created;
  f->readable = m.readable;
  f->writable = m.writable;
  f->appending = m.appending;
  f->truncate = m.truncate;
  f->closefd = closefd;
  f->seekable_.store_relaxed(0);
  f->has_status.store_release(false);
  f->waits = true;
  bool own_descriptor = fd < 0;
  if (own_descriptor) {
    if (!closefd) return raise(t, ValueError, "Cannot use closefd=False with file name");
    fd = given(opener) ? TRY(open_with(t, opener, file, m.flags)) : TRY(open_path(t, file, mode, m.flags));
  }
  Status done = examine(t, f, fd, file);
  if (!done.is_error()) done = set_attribute(t, self, names().name, file);
  if (!done.is_error() && m.appending) {
    Detached away(t);
    // Fails for pipes. Otherwise the position is right before the first write, too.
    (void)::lseek(fd, 0, SEEK_END);
  }
  if (done.is_error()) {
    if (own_descriptor) {
      Local<BaseException> error(t, take_error(t));
      close_descriptor(t, fd);
      restore_error(t, error.give());
    }
    return kError;
  }
  f->descriptor.store_release(fd + 1);
  return kDone;
}
const NativeDef kInit = def<file_init>("FileIO($self, file, mode='r', closefd=True, opener=None)", nullptr);
Status file_init_slot(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  return init_with(t, kInit, self, args, nargs, kwnames);
}

// --- methods -------------------------------------------------------------------------------------------------

Result<> count_or_none(Thread& t, Result<ssize> n) {
  if (n.is_error()) return kError;
  if (n.take() == kWouldBlock) return none();
  return int_from_i64(t, n.take());
}

Result<> method_read(Thread& t, Value self, Value size) {
  FileIO* f = file_of(self);
  TRY(check_open(t, f));
  if (!f->readable) return mode_error(t, "reading");
  ssize n = TRY(size_argument(t, size));
  if (n < 0) return file_readall(t, f);
  // A short read is common for large sizes; the bytes are read where they stay, then cut.
  Local<Bytes> room(t, TRY(bytes_allocate(t, static_cast<usize>(n))));
  ssize got = TRY(file_read(t, f, room->data(), static_cast<usize>(n)));
  if (got == kWouldBlock) return none();
  if (got == n) return Result<>(room.give());
  return bytes_from(t, room->view().substr(0, static_cast<usize>(got)));
}
Result<> method_readall(Thread& t, Value self) { return file_readall(t, file_of(self)); }
Result<> method_readinto(Thread& t, Value self, Value target) {
  FileIO* f = file_of(self);
  BytesArgument room(t);
  TRY(room.get_writable(t, target, "readinto() argument 1"));
  return count_or_none(t, file_read(t, f, room.writable(), room.size()));
}
Result<> method_write(Thread& t, Value self, Value data) {
  BytesArgument bytes(t);
  TRY(bytes.get(data));
  ssize n = TRY(file_write(t, file_of(self), bytes.data(), bytes.size()));
  if (n >= 0 && static_cast<usize>(n) < bytes.size()) TRY(safepoint(t));  // cut short by a signal, perhaps
  return count_or_none(t, n);
}
Result<i64> method_seek(Thread& t, Value self, Value offset, i32 whence) {
  TRY(check_open(t, file_of(self)));
  i64 to = TRY(offset_argument(t, offset));
  return file_seek(t, file_of(self), to, whence);
}
Result<i64> method_tell(Thread& t, Value self) { return file_seek(t, file_of(self), 0, SEEK_CUR); }

Result<> method_truncate(Thread& t, Value self, Value size) {
  FileIO* f = file_of(self);
  TRY(check_open(t, f));
  if (!f->writable) return mode_error(t, "writing");
  i64 n = is_none(size) ? TRY(file_seek(t, f, 0, SEEK_CUR)) : TRY(offset_argument(t, size));
  int fd = f->fd();
  f->has_status.store_release(false);
  if (TRY(interruptible(t, [&] { return static_cast<ssize>(::ftruncate(fd, n)); })) != 0) {
    return raise_os_error(t, errno);
  }
  return is_none(size) ? int_from_i64(t, n) : own(size);
}

Result<bool> method_seekable(Thread& t, Value self) {
  FileIO* f = file_of(self);
  TRY(check_open(t, f));
  if (f->seekable_.load_relaxed() == 0) {  // all threads find the same
    Result<i64> at = file_seek(t, f, 0, SEEK_CUR);
    if (at.is_error()) {
      clear_error(t);
      f->seekable_.store_relaxed(-1);
    }
  }
  return f->seekable_.load_relaxed() > 0;
}
Result<bool> method_readable(Thread& t, Value self) {
  TRY(check_open(t, file_of(self)));
  return file_of(self)->readable;
}
Result<bool> method_writable(Thread& t, Value self) {
  TRY(check_open(t, file_of(self)));
  return file_of(self)->writable;
}
Result<i64> method_fileno(Thread& t, Value self) {
  TRY(check_open(t, file_of(self)));
  return i64{file_of(self)->fd()};
}
Result<bool> method_isatty(Thread& t, Value self) { return file_is_terminal(t, file_of(self)); }
Result<bool> method_isatty_open_only(Thread& t, Value self) {
  if (!file_may_be_terminal(file_of(self))) return false;
  return file_is_terminal(t, file_of(self));
}

Status method_dealloc_warn(Thread& t, Value self, Value source) {
  FileIO* f = file_of(self);
  if (!f->is_open() || !f->closefd) return kDone;
  Local<BaseException> pending(t);
  if (error_pending(t)) pending.set(take_error(t));
  Local<Str> message(t, TRY(str_format(t, "unclosed file {!r}", source)));
  if (warn(t, ResourceWarning, message).is_error()) {
    // A filter that makes it an error: a finaliser has nobody to raise to.
    if (error_matches(t, Warning)) {
      write_unraisable(t, "Exception ignored while finalizing file", self);
    } else {
      clear_error(t);
    }
  }
  if (!pending.is_empty()) restore_error(t, pending.give());
  return kDone;
}

Status method_close(Thread& t, Value self) {
  FileIO* f = file_of(self);
  // _IOBase.close() flushes and marks the stream; its failure does not keep the descriptor open.
  Status based = base_close(t, self);
  if (!f->closefd) {
    f->descriptor.store_relaxed(0);
    return based;
  }
  Local<BaseException> error(t);
  if (based.is_error()) error.set(take_error(t));
  if (f->finalizing.load_relaxed()) {
    if (method_dealloc_warn(t, self, self).is_error()) clear_error(t);
  }
  Status closed = close_own(t, f);
  if (error.is_empty()) return closed;
  return chain(t, error.give(), closed);
}

const char* mode_text(const FileIO* f) {
  if (f->created) return f->readable ? "xb+" : "xb";
  if (f->appending) return f->readable ? "ab+" : "ab";
  if (f->readable) return !f->writable ? "rb" : f->truncate ? "wb+" : "rb+";
  return "wb";
}

Result<Str> file_repr(Thread& t, Value self) {
  FileIO* f = file_of(self);
  if (!f->is_open()) return str_format(t, "<{!T} [closed]>", self);
  Local<> name(t, TRY(get_attribute_or_absent(t, self, names().name)));
  const char* closefd = f->closefd ? "True" : "False";
  if (name.is_empty()) {
    return str_format(t, "<{!T} fd={} mode='{}' closefd={}>", self, f->fd(), mode_text(f), closefd);
  }
  ReprGuard guard(self.object());
  if (!guard.entered()) return raise(t, RuntimeError, "reentrant call inside {!T}.__repr__", self);
  return str_format(t, "<{!T} name={!r} mode='{}' closefd={}>", self, name.value(), mode_text(f), closefd);
}

const NativeDef kMethods[] = {
    def<method_read>("read($self, size=-1, /)",
                     "At most size bytes by one system call, or all to the end; None if there are none yet."),
    def<method_readall>("readall($self, /)", "All bytes to the end; None if there are none yet."),
    def<method_readinto>("readinto($self, buffer, /)", "Reads into buffer by one system call."),
    def<method_write>("write($self, b, /)", "Writes by one system call; gives the number of bytes it took, or None."),
    def<method_seek>("seek($self, pos, whence=0, /)", "Moves to an offset; gives the new position."),
    def<method_tell>("tell($self, /)", "The position in the file."),
    def<method_truncate>("truncate($self, size=None, /)", "Cuts or extends the file to size bytes."),
    def<method_close>("close($self, /)", "Closes the file, and its descriptor unless closefd is False."),
    def<method_seekable>("seekable($self, /)", "Can the position be changed?"),
    def<method_readable>("readable($self, /)", "Was it opened for reading?"),
    def<method_writable>("writable($self, /)", "Was it opened for writing?"),
    def<method_fileno>("fileno($self, /)", "The file descriptor."),
    def<method_isatty>("isatty($self, /)", "Is it a terminal?"),
    def<method_isatty_open_only>("_isatty_open_only($self, /)", nullptr),
    def<method_dealloc_warn>("_dealloc_warn($self, object, /)", nullptr),
    def<cannot_pickle>("__getstate__($self, /)", nullptr),
};
const GetSetDef kGetSets[] = {
    {"closed", [](Thread&, Value v) -> Result<> { return boolean(!file_of(v)->is_open()); }, nullptr, "Is it closed?"},
    {"closefd", [](Thread&, Value v) -> Result<> { return boolean(file_of(v)->closefd); }, nullptr,
     "Does close() close the descriptor?"},
    {"mode", [](Thread& t, Value v) -> Result<> { return str_from_ascii(t, mode_text(file_of(v))); }, nullptr,
     "The mode, as open() takes it."},
    {"_blksize",
     [](Thread& t, Value v) -> Result<> {
       FileIO* f = file_of(v);
       return int_from_i64(t, f->has_status.load_acquire() && f->block_size > 1 ? f->block_size : kDefaultBufferSize);
     },
     nullptr, "Preferred size of a read."},
};
const MemberDef kMembers[] = {
    {"_finalizing", MemberKind::Bool, offsetof(FileIO, finalizing), false, nullptr},
};
TypeDef kFile = {
    .name = "_io.FileIO",
    .doc = "A file, by its name or descriptor, as a stream of bytes without buffer.",
    .flags = kTypeBase | kTypeHasFinaliser,
    .size = sizeof(FileIO),
    .slots = {.new_ = new_zeroed<FileIO>, .init = file_init_slot, .repr = file_repr},
    .methods = kMethods,
    .getsets = kGetSets,
    .members = kMembers,
    .text_signature = "(file, mode='r', closefd=True, opener=None)",
};

}  // namespace

// --- for the other classes ---------------------------------------------------------------------------------------

Result<> path_of(Thread& t, Value v) {
  if (is_a<Str>(v) || is_a<Bytes>(v)) return own(v);
  Result<> got = call_special(t, v, g_io.__fspath__, nullptr, 0);
  if (got.is_error()) return kError;
  if (got.is_absent()) return raise(t, TypeError, "expected str, bytes or os.PathLike object, not {!T}", v);
  Local<> path(t, got);
  if (is_a<Str>(path) || is_a<Bytes>(path)) return path.give();
  return raise(t, TypeError, "expected {!T}.__fspath__() to return str or bytes, not {!T}", v, path.value());
}

Result<ssize> file_read(Thread& t, FileIO* f, void* to, usize n) {
  TRY(check_open(t, f));
  if (!f->readable) return mode_error(t, "reading");
  if (f->waits) TRY(prepare_to_block(t));
  if (n > SSIZE_MAX) n = SSIZE_MAX;
  ssize got = TRY(interruptible(t, [&] { return ::read(f->fd(), to, n); }));
  if (got >= 0) return got;
  if (errno == EAGAIN) return kWouldBlock;
  return raise_os_error(t, errno);
}

Result<ssize> file_write(Thread& t, FileIO* f, const void* from, usize n) {
  TRY(check_open(t, f));
  if (!f->writable) return mode_error(t, "writing");
  if (f->waits) TRY(prepare_to_block(t));
  if (n > SSIZE_MAX) n = SSIZE_MAX;
  ssize put = TRY(interruptible(t, [&] { return ::write(f->fd(), from, n); }));
  if (put >= 0) return put;
  if (errno == EAGAIN) return kWouldBlock;
  return raise_os_error(t, errno);
}

Result<i64> file_seek(Thread& t, FileIO* f, i64 offset, int whence) {
  TRY(check_open(t, f));
  i64 at = TRY(interruptible(t, [&] { return ::lseek(f->fd(), offset, whence); }));
  if (at < 0) {
    if (f->seekable_.load_relaxed() == 0 && errno == ESPIPE) f->seekable_.store_relaxed(-1);
    return raise_os_error(t, errno);
  }
  f->seekable_.store_relaxed(1);
  return at;
}

// What is left according to the size at opening; 0: not known.
static Result<usize> file_bytes_left(Thread& t, FileIO* f) {
  if (!f->has_status.load_acquire() || f->size <= 0) return usize{0};
  if (f->size <= 65536) return static_cast<usize>(f->size);  // asking costs more than a short read
  Result<i64> at = file_seek(t, f, 0, SEEK_CUR);
  if (at.is_error()) return clear_error(t), usize{0};
  return at.take() >= 0 && at.take() < f->size ? static_cast<usize>(f->size - at.take()) : usize{0};
}

// One read for all that the size at opening promises, straight into the result; one that finds the end.
Result<> file_readall(Thread& t, FileIO* f) {
  TRY(check_open(t, f));
  if (!f->readable) return mode_error(t, "reading");
  usize expected = TRY(file_bytes_left(t, f));
  Local<Bytes> first(t, TRY(bytes_allocate(t, expected)));
  usize have = 0;
  bool at_end = false, nothing_yet = false;
  while (have < expected && !at_end) {
    ssize n = TRY(file_read(t, f, first->data() + have, expected - have));
    at_end = n <= 0;
    nothing_yet = n == kWouldBlock;
    if (n > 0) have += static_cast<usize>(n);
  }
  ScopedBulk all;
  while (!at_end) {
    u8 probe[4096];
    u8* to = probe;
    usize room = sizeof(probe);
    if (expected == 0 || all.size != 0) {
      usize step = std::max<usize>(all.size / 4, kDefaultBufferSize);
      if (all.capacity - all.size < kDefaultBufferSize / 2) TRY(all.reserve(t, all.size + step));
      to = all.data + all.size;
      room = all.capacity - all.size;
    }
    ssize n = TRY(file_read(t, f, to, room));
    at_end = n <= 0;
    nothing_yet = n == kWouldBlock;
    if (at_end) break;
    if (to == probe) {  // the file has grown
      TRY(all.append(t, first->data(), have));
      TRY(all.append(t, probe, static_cast<usize>(n)));
    } else {
      all.size += static_cast<usize>(n);
    }
  }
  if (all.size != 0) return bytes_from(t, {reinterpret_cast<const char*>(all.data), all.size});
  if (nothing_yet && have == 0) return none();
  if (have == expected) return Result<>(first.give());
  return bytes_from(t, first->view().substr(0, have));
}

Result<> file_open(Thread& t, Value file, Str* mode, bool closefd, Value opener) {
  Local<> f(t, TRY(new_zeroed<FileIO>(t, *g_io.file, nullptr, 0, nullptr)));
  TRY(file_init(t, f, file, mode, closefd, opener));
  return f.give();
}

bool file_may_be_terminal(const FileIO* f) { return !f->has_status.load_acquire() || S_ISCHR(f->mode); }
Result<bool> file_is_terminal(Thread& t, FileIO* f) {
  TRY(check_open(t, f));
  Detached away(t);
  return ::isatty(f->fd()) != 0;
}

Status file_types(Thread& t, Module* m) {
  kFile.base = g_io.raw_base;
  TRY(module_add_type(t, m, kFile, &g_io.file));
  register_native(t, kInit, g_io.file);
  return kDone;
}

}  // namespace taipan::io
