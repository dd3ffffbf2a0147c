// Slot<T>: the only kind of reference field in heap objects (R1). Always canonical words (no tag).
// store() is the one place where a reference enters the heap: it publishes when the owner is shared
// (I3), counts the new value and uncounts the old one. None of this is a safepoint or runs Python.
#pragma once
#include "runtime/memory/counts.h"

namespace taipan {

TP_NOINLINE void publish_for_store(Object* o);  // publish.cpp: marks o and all it reaches SHARED

class SlotBase {
 public:
  SlotBase() = default;
  SlotBase(const SlotBase&) = delete;
  SlotBase& operator=(const SlotBase&) = delete;

  // The value, borrowed: good until the next safepoint or the own release of what holds it (I6).
  Value borrow() const { return Value(word_.load_acquire()); }
  bool is_empty() const { return word_.load_relaxed() == 0; }

  // An owned register word (ownership_protocol.md section 3, Load).
  Value load_word(const Object* owner) const {
    Value v(word_.load_acquire());
    if ((v.bits & 3) != 0 || v.bits <= 7) return v;
    Object* o = v.object();
    if (owner->is_shared() || o->is_uncounted_in_registers()) return Value::deferred(o);
    increment_local(o);
    return v;
  }

  // First store into a fresh, still local owner: no old value. Takes one count of a borrowed v.
  void init(Value v) {
    v = v.canonical();
    if (v.is_counted()) increment(v.object());
    word_.store_relaxed(v.bits);  // the owner is local: publication or a release store follows
  }
  // Same, consuming an owned register word.
  void init_owned(Value owned) { word_.store_relaxed(counted_form(owned).bits); }
  template <class U>
  void init(Result<U> owned) {
    init_owned(owned.word());
  }

  // Replaces the value. v is borrowed. The old value is dropped last.
  void store_word(Object* owner, Value v) { drop_old(swap_in(owner, v)); }
  void store_owned(Object* owner, Value owned) {
    if (!owner->is_shared()) {
      u64 old = word_.load_relaxed();
      word_.store_relaxed(counted_form(owned).bits);
      drop_old(Value(old));
    } else {
      Value old = swap_in(owner, owned);
      drop(owned);
      drop_old(old);
    }
  }
  void clear(Object* owner) { store_word(owner, Value::empty()); }

  // For code under the owner's lock (I7): the count moves in, the old word (still counted) comes out
  // and must be given to release_removed() *after* the lock is gone. v must already be shared if the
  // owner is (publish_before_lock) and be counted by count_for_slot().
  Value replace_counted(Object* owner, Value counted) {
    if (owner->is_shared()) return Value(word_.exchange_acq_rel(counted.bits));
    u64 old = word_.load_relaxed();
    word_.store_relaxed(counted.bits);
    return Value(old);
  }

  // The bare word, for the few algorithms that own whole arrays of slots (container moves inside one
  // owner, the collector). Never to copy a counted word between owners (R6).
  Atomic<u64>& raw() { return word_; }
  const Atomic<u64>& raw() const { return word_; }

  // An owned register word in the form a slot holds: counted. A deferred word gains a count.
  static Value counted_form(Value owned) {
    if (owned.is_deferred()) {
      Object* o = owned.object();
      increment(o);
      return Value(o);
    }
    return owned;
  }
  // A borrowed word, counted for a slot.
  static Value count_for_slot(Value v) {
    v = v.canonical();
    if (v.is_counted()) increment(v.object());
    return v;
  }

 private:
  Value swap_in(Object* owner, Value v) {
    v = v.canonical();
    if (!owner->is_shared()) {
      if (v.is_counted()) increment(v.object());
      u64 old = word_.load_relaxed();
      word_.store_relaxed(v.bits);
      return Value(old);
    }
    if (v.is_counted()) {
      Object* o = v.object();
      if (!o->is_shared()) publish_for_store(o);
      increment_shared(o);
    }
    return Value(word_.exchange_seq_cst(v.bits));  // R13
  }
  static void drop_old(Value old) {
    if (old.is_counted()) decrement(old.object());
  }

  Atomic<u64> word_;
};

// Gives back a counted word that was removed from a slot (after unlocking, R6).
inline void release_removed(Value removed) {
  if (removed.is_counted()) decrement(removed.object());
}
// Before taking the lock of a shared owner: what is going to be stored must be shared (I3).
inline void publish_before_lock(const Object* owner, Value v) {
  if (owner->is_shared() && v.is_ref() && !v.object()->is_shared()) publish_for_store(v.object());
}

template <class T = Value>
class Slot : public SlotBase {
 public:
  using Borrowed = std::conditional_t<std::is_same_v<T, Value>, Value, T*>;
  Borrowed borrow() const {
    if constexpr (std::is_same_v<T, Value>) {
      return SlotBase::borrow();
    } else {
      return reinterpret_cast<T*>(SlotBase::borrow().bits);  // null if empty
    }
  }
  Result<T> load(const Object* owner) const { return Result<T>::from_owned(load_word(owner)); }
  void store(Object* owner, Value v) { store_word(owner, v); }
  template <class U>
  void store(Object* owner, Result<U> owned) {
    store_owned(owner, owned.word());
  }
};

}  // namespace taipan
