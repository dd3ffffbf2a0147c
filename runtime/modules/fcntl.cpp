// fcntl: control of descriptors, and locks on files.
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/ioctl.h>

#include <cstring>

#include "runtime/modules/module_tools.h"
#include "runtime/modules/posix/posix.h"
#include "runtime/modules/sys/audit.h"
#include "runtime/object/buffer.h"
#include "runtime/object/call.h"
#include "runtime/types/byte_source.h"
#include "runtime/types/bytes.h"
#include "runtime/types/int.h"
#include "runtime/types/str.h"

namespace taipan {

namespace {

constexpr usize kMaxArgument = 1024;

ErrorTag os_failed(Thread& t) { return raise_os_error(t, errno); }

// The bytes of an argument: a str (as UTF-8) or a bytes-like object, with room for the system's answer.
class Argument {
 public:
  Status get(Thread& t, Value arg, const char* function) {
    Utf8 utf8;
    ByteSource data;
    std::string_view view;
    if (is_a<Str>(arg)) {
      TRY(utf8.encode(t, arg.as<Str>()));
      view = utf8.view();
    } else {
      TRY(data.get(t, arg));
      view = data.view();
    }
    if (view.size() > kMaxArgument) return raise(t, ValueError, "{} argument 3 is too long", function);
    std::memcpy(room_, view.data(), size_ = view.size());
    return kDone;
  }
  char* room() { return room_; }
  Result<> answer(Thread& t) { return bytes_from(t, {room_, size_}); }

 private:
  char room_[kMaxArgument + 8] = {};
  usize size_ = 0;
};

Result<> fcntl_fcntl(Thread& t, Value vfd, i32 cmd, Value arg) {
  i32 fd = TRY(descriptor_argument(t, vfd));
  if (!arg.is_empty() && !is_any_int(arg)) {
    Argument data;
    TRY(data.get(t, arg, "fcntl"));
    if (TRY(retry(t, [&] { return ::fcntl(fd, cmd, data.room()); })) < 0) return os_failed(t);
    return data.answer(t);
  }
  int value = 0;
  if (!arg.is_empty()) {
    i64 x;
    if (!int_to_i64(arg, &x) || x > UINT32_MAX || x < INT32_MIN) return raise(t, OverflowError, "signed integer is greater than maximum");
    value = static_cast<int>(x);
  }
  int r = TRY(retry(t, [&] { return ::fcntl(fd, cmd, value); }));
  if (r < 0) return os_failed(t);
  return Result<>::small_int(r);
}

Result<> fcntl_ioctl(Thread& t, Value vfd, Value request, Value arg, bool mutate) {
  i32 fd = TRY(descriptor_argument(t, vfd));
  Local<> index(t, TRY(to_index(t, request)));
  unsigned long code = int_low_bits(index);
  if (arg.is_empty() || is_any_int(arg)) {
    long value = arg.is_empty() ? 0 : static_cast<long>(static_cast<i32>(int_low_bits(arg)));
    int r = TRY(retry(t, [&] { return ::ioctl(fd, code, value); }));
    if (r < 0) return os_failed(t);
    return Result<>::small_int(r);
  }
  if (mutate && !is_a<Str>(arg)) {
    char buffer[kMaxArgument + 8] = {};
    BufferHold hold(t);
    if (!hold.get(arg, kBufferWritable).is_error()) {
      usize n = hold.size();
      bool small = n <= kMaxArgument;
      if (small) std::memcpy(buffer, hold.data(), n);
      char* at = small ? buffer : reinterpret_cast<char*>(hold.data());
      int r = TRY(retry(t, [&] { return ::ioctl(fd, code, at); }));
      int failed = errno;
      if (small) std::memcpy(hold.data(), buffer, n);
      if (r < 0) return raise_os_error(t, failed);
      return Result<>::small_int(r);
    }
    clear_error(t);
  }
  Argument data;
  TRY(data.get(t, arg, "ioctl"));
  if (TRY(retry(t, [&] { return ::ioctl(fd, code, data.room()); })) < 0) return os_failed(t);
  return data.answer(t);
}

Status fcntl_flock(Thread& t, Value vfd, i32 operation) {
  i32 fd = TRY(descriptor_argument(t, vfd));
  int r = TRY(retry(t, [&] { return ::flock(fd, operation); }));
  if (r < 0) return (void)os_failed(t), kError;
  return kDone;
}

Status fcntl_lockf(Thread& t, Value vfd, i32 cmd, i64 length, i64 start, i32 whence) {
  i32 fd = TRY(descriptor_argument(t, vfd));
  struct ::flock lock = {};
  if (cmd == LOCK_UN) {
    lock.l_type = F_UNLCK;
  } else if (cmd & LOCK_SH) {
    lock.l_type = F_RDLCK;
  } else if (cmd & LOCK_EX) {
    lock.l_type = F_WRLCK;
  } else {
    return raise(t, ValueError, "unrecognized lockf argument");
  }
  lock.l_start = start;
  lock.l_len = length;
  lock.l_whence = static_cast<short>(whence);
  int r = TRY(retry(t, [&] { return ::fcntl(fd, cmd & LOCK_NB ? F_SETLK : F_SETLKW, &lock); }));
  if (r < 0) return (void)os_failed(t), kError;
  return kDone;
}

const NativeDef kFunctions[] = {
    def<fcntl_fcntl>("fcntl($module, fd, cmd, arg=<unrepresentable>, /)", "Performs an operation on a descriptor."),
    def<fcntl_flock>("flock($module, fd, operation, /)", "Locks or unlocks a whole file."),
    def<fcntl_ioctl>("ioctl($module, fd, request, arg=<unrepresentable>, mutate_flag=True, /)", "Controls a device."),
    def<fcntl_lockf>("lockf($module, fd, cmd, len=0, start=0, whence=0, /)", "Locks or unlocks part of a file."),
};
#define C(name) int_constant(#name, name)
const ConstantDef kConstants[] = {
    C(LOCK_SH), C(LOCK_EX), C(LOCK_NB), C(LOCK_UN), C(LOCK_MAND), C(LOCK_READ), C(LOCK_WRITE), C(LOCK_RW), C(F_DUPFD),
    C(F_DUPFD_CLOEXEC), C(F_GETFD), C(F_SETFD), C(F_GETFL), C(F_SETFL), C(F_GETLK), C(F_SETLK), C(F_SETLKW), C(F_OFD_GETLK),
    C(F_OFD_SETLK), C(F_OFD_SETLKW), C(F_GETOWN), C(F_SETOWN), C(F_GETSIG), C(F_SETSIG), C(F_RDLCK), C(F_WRLCK), C(F_UNLCK),
    C(F_EXLCK), C(F_SHLCK), int_constant("F_GETLK64", F_GETLK), int_constant("F_SETLK64", F_SETLK),
    int_constant("F_SETLKW64", F_SETLKW), C(F_SETLEASE), C(F_GETLEASE), C(F_NOTIFY), C(F_SETPIPE_SZ), C(F_GETPIPE_SZ),
    C(F_ADD_SEALS), C(F_GET_SEALS), C(F_SEAL_SEAL), C(F_SEAL_SHRINK), C(F_SEAL_GROW), C(F_SEAL_WRITE), C(F_SEAL_FUTURE_WRITE),
    C(F_GETOWN_EX), C(F_SETOWN_EX), int_constant("F_OWNER_TID", 0), int_constant("F_OWNER_PID", 1),
    int_constant("F_OWNER_PGRP", 2), int_constant("F_DUPFD_QUERY", 1027), C(F_GET_RW_HINT), C(F_SET_RW_HINT),
    C(F_GET_FILE_RW_HINT), C(F_SET_FILE_RW_HINT), int_constant("RWH_WRITE_LIFE_NOT_SET", 0),
    int_constant("RWH_WRITE_LIFE_NONE", 1), int_constant("RWH_WRITE_LIFE_SHORT", 2), int_constant("RWH_WRITE_LIFE_MEDIUM", 3),
    int_constant("RWH_WRITE_LIFE_LONG", 4), int_constant("RWH_WRITE_LIFE_EXTREME", 5), C(FD_CLOEXEC), C(FASYNC), C(DN_ACCESS),
    C(DN_MODIFY), C(DN_CREATE), C(DN_DELETE), C(DN_RENAME), C(DN_ATTRIB), int_constant("DN_MULTISHOT", 0x80000000),
    C(FICLONE), C(FICLONERANGE)};
#undef C

}  // namespace

extern const ModuleDef fcntl_module_def;
const ModuleDef fcntl_module_def = {"fcntl", "Control of descriptors.", kFunctions, kConstants};

}  // namespace taipan
