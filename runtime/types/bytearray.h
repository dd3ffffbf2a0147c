// bytearray: a block of its own with room behind the bytes and, after deletions at the front, before them.
// All fields are read and written under the object's lock if it is shared; while exports_ > 0 the block
// stays where it is and keeps its size.
#pragma once
#include "runtime/memory/heap.h"
#include "runtime/object/type.h"
#include "runtime/thread/object_lock.h"
#include "runtime/thread/thread.h"
#include "runtime/types/bytes.h"

namespace taipan {

struct ByteArray : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::bytearray_;
  static constexpr u32 kSubclassFlag = 0;
  u8* block_;       // null: capacity 0
  usize capacity_;  // bytes of the block
  usize start_;     // where the bytes begin
  usize size_;
  u64 exports_;     // views that have not been released

  u8* bytes() { return block_ + start_; }
};

inline bool is_bytearray(Value v) { return is_exact<ByteArray>(v) || is_instance(v, bytearray_type); }

Result<ByteArray> bytearray_allocate(Thread& t, usize n);  // uninitialised bytes
Result<ByteArray> bytearray_from(Thread& t, const u8* data, usize n);

// Local, or locked by the caller. False: MemoryError or BufferError is the caller's to raise.
enum class Resized : u8 { Ok, Exported, NoMemory };
// Replaces [from, to) by n bytes, which the caller fills in.
Resized bytearray_splice_locked(Thread& t, ByteArray* b, usize from, usize to, usize n);
Status raise_resize(Thread& t, Resized why);  // Ok: success
// Runs f() -> Resized under the lock. If a shared bytearray is exported, perhaps to views that nobody has any
// more but no checkpoint has seen die, they get their chance and f runs once more.
void settle_exports(Thread& t);
template <class F>
Status bytearray_change(Thread& t, ByteArray* b, F f) {
  Resized r;
  {
    Mutating guard(b);
    r = f();
  }
  if (r == Resized::Exported && b->is_shared()) [[unlikely]] {
    settle_exports(t);
    Mutating guard(b);
    r = f();
  }
  return raise_resize(t, r);
}

// Replaces everything by the text; BufferError if it is exported. Takes the lock.
Status bytearray_assign(Thread& t, ByteArray* b, const u8* data, usize n);
Status bytearray_append(Thread& t, ByteArray* b, const u8* data, usize n);  // data is not b's own

}  // namespace taipan
