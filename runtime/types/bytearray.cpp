// Storage of bytearray: growing, and replacing a range by one of another size.
#include "runtime/types/bytearray.h"

#include <cstring>

#include "runtime/memory/checkpoint.h"
#include "runtime/object/error.h"

namespace taipan {

namespace {

constexpr usize kMaxSize = usize{1} << 60;

// A block for `need` bytes; a few more if the bytearray has grown before.
usize roomy(usize need) { return buffer_good_size(need + need / 8 + (need < 9 ? 3 : 6)); }

void free_storage(ByteArray* b) {
  if (b->block_ != nullptr) buffer_free(b->block_, b->capacity_);
  b->block_ = nullptr;
  b->capacity_ = b->start_ = b->size_ = 0;
}

}  // namespace

Result<ByteArray> bytearray_allocate(Thread& t, usize n) {
  ByteArray* b = new_object<ByteArray>(t, bytearray_type);
  if (b == nullptr) return kError;
  Result<ByteArray> r = own_new(b);
  if (n == 0) return r;
  u8* block = n > kMaxSize ? nullptr : static_cast<u8*>(buffer_allocate(t, n));
  if (block == nullptr) {
    drop(r);
    return (void)raise_memory_error(t), kError;
  }
  b->block_ = block;
  b->capacity_ = n;
  b->size_ = n;
  return r;
}

Result<ByteArray> bytearray_from(Thread& t, const u8* data, usize n) {
  Result<ByteArray> r = bytearray_allocate(t, n);
  if (!r.is_error() && n != 0) std::memcpy(r.word().as<ByteArray>()->block_, data, n);
  return r;
}

Resized bytearray_splice_locked(Thread& t, ByteArray* b, usize from, usize to, usize n) {
  usize cut = to - from, tail = b->size_ - to;
  if (n == cut) return Resized::Ok;
  if (b->exports_ != 0) return Resized::Exported;
  usize size = b->size_ - cut + n;
  if (n < cut && from == 0 && size != 0) {  // from the front: the bytes stay, the start moves
    b->start_ += cut - n;
    b->size_ = size;
    if (b->start_ > b->capacity_ / 2 && b->size_ < b->capacity_ / 4) {
      std::memmove(b->block_, b->bytes(), b->size_);
      b->start_ = 0;
    }
    return Resized::Ok;
  }
  if (size == 0) {
    free_storage(b);
    return Resized::Ok;
  }
  if (size > kMaxSize) return Resized::NoMemory;
  bool wasteful = size < b->capacity_ / 4 && b->capacity_ > 256;
  if (b->start_ + size <= b->capacity_ && !wasteful) {
    std::memmove(b->bytes() + from + n, b->bytes() + to, tail);
    b->size_ = size;
    return Resized::Ok;
  }
  if (size <= b->capacity_ && !wasteful && b->start_ >= size / 4) {  // enough room once it begins at the start
    u8* old = b->bytes();
    std::memmove(b->block_, old, from);
    // When growing, the tail's new place may lie over bytes of it that are still to be moved: memmove copes.
    std::memmove(b->block_ + from + n, old + to, tail);
    b->start_ = 0;
    b->size_ = size;
    return Resized::Ok;
  }
  usize capacity = n > cut && b->block_ != nullptr ? roomy(size) : buffer_good_size(size);
  if (b->start_ == 0 && to == b->size_ && b->block_ != nullptr) {  // at the end: the block may grow where it is
    void* p = buffer_reallocate(t, b->block_, b->capacity_, capacity);
    if (p == nullptr) return Resized::NoMemory;
    b->block_ = static_cast<u8*>(p);
  } else {
    u8* fresh = static_cast<u8*>(buffer_allocate(t, capacity));
    if (fresh == nullptr) return Resized::NoMemory;
    if (from != 0) std::memcpy(fresh, b->bytes(), from);
    if (tail != 0) std::memcpy(fresh + from + n, b->bytes() + to, tail);
    if (b->block_ != nullptr) buffer_free(b->block_, b->capacity_);
    b->block_ = fresh;
    b->start_ = 0;
  }
  b->capacity_ = capacity;
  b->size_ = size;
  return Resized::Ok;
}

Status raise_resize(Thread& t, Resized why) {
  if (why == Resized::Ok) return kDone;
  if (why == Resized::NoMemory) return raise_memory_error(t);
  return raise(t, BufferError, "Existing exports of data: object cannot be re-sized");
}

void settle_exports(Thread& t) {
  settle_candidates(t);
  if (error_pending(t)) clear_error(t);
}

Status bytearray_assign(Thread& t, ByteArray* b, const u8* data, usize n) {
  return bytearray_change(t, b, [&] {
    // Even one of the same size is refused: the caller means a new value.
    Resized r = b->exports_ != 0 ? Resized::Exported : bytearray_splice_locked(t, b, 0, b->size_, n);
    if (r == Resized::Ok && n != 0) std::memcpy(b->bytes(), data, n);
    return r;
  });
}

Status bytearray_append(Thread& t, ByteArray* b, const u8* data, usize n) {
  if (n == 0) return kDone;
  return bytearray_change(t, b, [&] {
    usize at = b->size_;
    Resized r = bytearray_splice_locked(t, b, at, at, n);
    if (r == Resized::Ok) std::memcpy(b->bytes() + at, data, n);
    return r;
  });
}

}  // namespace taipan
