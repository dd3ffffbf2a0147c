// bytes: immutable; hash cached; data zero-terminated for system calls. bytearray: mutable buffer.
#pragma once
#include <string_view>

#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

struct Bytes : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::bytes_;
  static constexpr u32 kSubclassFlag = kTypeBytesSubclass;
  Atomic<u64> hash_;  // 0: not yet computed
  u64 size_;
  u8* data() { return reinterpret_cast<u8*>(this + 1); }
  const u8* data() const { return reinterpret_cast<const u8*>(this + 1); }
  usize size() const { return size_; }
  std::string_view view() const { return {reinterpret_cast<const char*>(data()), size_}; }
};
Result<Bytes> bytes_from(Thread& t, std::string_view s);
Result<Bytes> bytes_allocate(Thread& t, usize n);  // uninitialised
// Any bytes-like object, copied.
Result<Bytes> bytes_from_object(Thread& t, Value v);

}  // namespace taipan
