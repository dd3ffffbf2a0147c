// BufferLock: orders what threads do with the bytes of one exporter's memory.
// The exporter's own methods hold its lock, and so do those that copy, compare or write items of a view. Whoever keeps
// a raw pointer for longer (a system call that reads into a bytearray) is not ordered with anybody, as in CPython.
#pragma once
#include <optional>

#include "runtime/object/buffer.h"
#include "runtime/thread/object_lock.h"

namespace taipan {

// The object whose memory the view shows, through any memoryviews; null if nobody changes it.
Object* buffer_owner(const Buffer& view);

// Nothing but copying and comparing may happen under it.
class BufferLock {
 public:
  explicit BufferLock(const Buffer& view) {
    Object* owner = buffer_owner(view);
    if (owner == nullptr || !owner->is_shared()) return;
    owner_ = owner;
    lock_object(owner_);
  }
  BufferLock(const BufferLock&) = delete;
  ~BufferLock() {
    if (owner_ != nullptr) unlock_object(owner_);
  }

 private:
  Object* owner_ = nullptr;
};

// Of two views, in address order.
class BufferLockPair {
 public:
  BufferLockPair(const Buffer& a, const Buffer& b) {
    Object *x = buffer_owner(a), *y = buffer_owner(b);
    if (x == nullptr) x = y;
    if (x != nullptr) pair_.emplace(x, y != nullptr ? y : x);
  }

 private:
  std::optional<MutatingPair> pair_;
};

}  // namespace taipan
