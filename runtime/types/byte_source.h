// ByteSource: the bytes of any bytes-like argument, unchanging while a native function works on them.
// bytes and this thread's own bytearrays are read in place, a shared bytearray is copied under its lock,
// all else goes through the buffer protocol.
#pragma once
#include <string_view>

#include "runtime/native/convert.h"
#include "runtime/object/buffer.h"

namespace taipan {

class ByteSource {
 public:
  ByteSource() = default;
  ~ByteSource() {
    if (copy_ != nullptr) buffer_free(copy_, copy_size_);
    if (!view_.exporter.is_empty()) buffer_release(Thread::current(), view_);
  }
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  // TypeError "a bytes-like object is required, not 'int'".
  Status get(Thread& t, Value v);
  // A copy of a bytearray even if it is local: for what is about to change it.
  Status get_copy(Thread& t, Value v);
  const u8* data() const { return data_; }
  usize size() const { return size_; }
  std::string_view view() const { return {reinterpret_cast<const char*>(data_), size_}; }

 private:
  const u8* data_ = nullptr;
  usize size_ = 0;
  void* copy_ = nullptr;
  usize copy_size_ = 0;
  Buffer view_;
};

// Native functions may have parameters `const ByteSource&`.
template <>
struct Convert<const ByteSource&> {
  using Storage = ByteSource;
  static bool convert(const ConvertContext& c, usize, Value v, ByteSource& out) {
    return !out.get(c.t, v).is_error();
  }
  static const ByteSource& pass(const ByteSource& s) { return s; }
};

}  // namespace taipan
