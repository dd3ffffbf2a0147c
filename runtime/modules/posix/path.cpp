#include "runtime/modules/posix/posix.h"
#include "runtime/object/names.h"
#include "runtime/types/bytes.h"
#include "runtime/types/int.h"

namespace taipan {

Status PathArgument::convert(Thread& t, Value v, const char* function, const char* argument, bool allow_fd,
                             const char* none_is) {
  object_ = v;
  if (v.is_empty() || is_none(v)) {
    if (none_is == nullptr) {
      return raise(t, TypeError, allow_fd ? "{}: {} should be string, bytes, os.PathLike or integer, not {!T}"
                                          : "{}: {} should be string, bytes or os.PathLike, not {!T}",
                   function, argument, v.is_empty() ? none_value() : v);
    }
    path_ = none_is;
    object_ = Value::empty();
    return kDone;
  }
  if (allow_fd && !is_a<Str>(v) && (is_any_int(v) || type_of(v).slots.index != nullptr)) {
    Local<> index(t, TRY(to_index(t, v)));
    i64 fd;
    if (!int_to_i64(index, &fd) || fd > INT32_MAX) return raise(t, OverflowError, "fd is greater than maximum");
    if (fd < INT32_MIN) return raise(t, OverflowError, "fd is less than minimum");
    fd_ = static_cast<int>(fd);
    if (fd_ < 0) return (void)raise_os_error(t, EBADF), Status(kError);
    return kDone;
  }
  Local<> path(t, v);
  if (!is_a<Str>(v) && !is_a<Bytes>(v)) {
    Local<Str> fspath(t, TRY(str_intern(t, "__fspath__")));
    auto r = call_special(t, v, fspath, nullptr, 0);
    if (r.is_error()) return kError;
    if (r.is_absent()) {
      return raise(t, TypeError, allow_fd  ? "{}: {} should be string, bytes, os.PathLike or integer, not {!T}"
                                 : none_is ? "{}: {} should be string, bytes, os.PathLike or None, not {!T}"
                                           : "{}: {} should be string, bytes or os.PathLike, not {!T}",
                   function, argument, v);
    }
    path.set(r);
    if (!is_a<Str>(path) && !is_a<Bytes>(path)) {
      return raise(t, TypeError, "expected {!T}.__fspath__() to return str or bytes, not {!T}", v, path.value());
    }
  }
  if (is_a<Bytes>(path)) {
    bytes_ = true;
    path_ = std::string(path.value().as<Bytes>()->view());
  } else {
    Utf8 text;
    TRY(text.encode_filename(t, path.value().as<Str>()));
    path_ = std::string(text.view());
  }
  if (path_.find('\0') != std::string::npos) {
    return raise(t, ValueError, "{}: embedded null character in {}", function, argument);
  }
  return kDone;
}

ErrorTag PathArgument::raise_error(Thread& t, int error) const {
  return raise_os_error(t, error, is_fd() ? Value::small_int(fd_) : object_);
}

Result<> path_result(Thread& t, std::string_view name, bool bytes) {
  if (bytes) return Result<>(TRY(bytes_from(t, name)));
  return Result<>(TRY(str_from_utf8_surrogateescape(t, name)));
}

Result<i32> descriptor_argument(Thread& t, Value v) {
  Local<> fd(t, v);
  if (!is_any_int(v) && type_of(v).slots.index == nullptr) {
    auto r = get_attribute_or_absent(t, v, names().fileno);
    if (r.is_error()) return kError;
    if (r.is_absent()) return raise(t, TypeError, "argument must be an int, or have a fileno() method.");
    Local<> method(t, r);
    fd.set(TRY(call(t, method)));
    if (!is_any_int(fd)) return raise(t, TypeError, "fileno() returned a non-integer");
  }
  i64 n = TRY(to_ssize(t, fd));
  if (n < 0) return raise(t, ValueError, "file descriptor cannot be a negative integer ({})", static_cast<long>(n));
  if (n > INT32_MAX) return raise(t, OverflowError, "fd is greater than maximum");
  return static_cast<i32>(n);
}

Result<i32> dir_fd_argument(Thread& t, Value v) {
  if (v.is_empty() || is_none(v)) return -100;  // AT_FDCWD
  if (!is_any_int(v) && type_of(v).slots.index == nullptr) {
    return raise(t, TypeError, "argument should be integer or None, not {!T}", v);
  }
  i64 n = TRY(to_ssize(t, v));
  if (n < INT32_MIN || n > INT32_MAX) return raise(t, OverflowError, "fd is greater than maximum");
  return static_cast<i32>(n);
}

}  // namespace taipan
