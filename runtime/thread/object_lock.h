// ObjectLock: the one-byte lock in an object's header; writers of shared containers hold it (I7).
// Not recursive. While it is held: no Python code, no allocation that may collect, no safepoint, no
// other object's lock (except pairs, in address order). Unlocking is a full barrier (R13).
#pragma once
#include "runtime/memory/object.h"

namespace taipan {

TP_NOINLINE void lock_slow(Atomic<u8>& lock);    // spins briefly, then parks
TP_NOINLINE void unlock_slow(Atomic<u8>& lock);  // wakes a waiter

inline void lock_object(Object* o) {
  u8 free = 0;
  if (!o->lock.cas_acquire(free, 1)) [[unlikely]] lock_slow(o->lock);
}
inline void unlock_object(Object* o) {
  if (o->lock.exchange_seq_cst(0) != 1) [[unlikely]] unlock_slow(o->lock);
}

// Locks o if it is shared; a local object needs no lock (I2). The mode holds for the guard's life.
class Mutating {
 public:
  explicit Mutating(Object* o) : o_(o->is_shared() ? o : nullptr) {
    if (o_) lock_object(o_);
  }
  Mutating(const Mutating&) = delete;
  ~Mutating() { unlock(); }
  bool is_shared() const { return o_ != nullptr; }
  void unlock() {
    if (o_) unlock_object(o_);
    o_ = nullptr;
  }

 private:
  Object* o_;
};

// Two objects, in address order; either may be local or both the same.
class MutatingPair {
 public:
  MutatingPair(Object* a, Object* b)
      : first_(a < b ? a : b), second_(a == b ? nullptr : (a < b ? b : a)) {
    if (!first_->is_shared()) first_ = nullptr;
    if (second_ && !second_->is_shared()) second_ = nullptr;
    if (first_) lock_object(first_);
    if (second_) lock_object(second_);
  }
  MutatingPair(const MutatingPair&) = delete;
  ~MutatingPair() { unlock(); }
  void unlock() {
    if (second_) unlock_object(second_);
    if (first_) unlock_object(first_);
    first_ = second_ = nullptr;
  }

 private:
  Object* first_;
  Object* second_;
};

}  // namespace taipan
