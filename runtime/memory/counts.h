// Reference counts: take (duplicate a borrowed word into an owned one) and drop (give an owned word up).
// Plain on local objects, atomic on shared ones, nothing on immortals and sticky ones (I4, R5, R23).
// No function here runs Python code or passes a safepoint: finalisers of local objects wait in
// Thread::pending until the end of the instruction (R10).
#pragma once
#include "runtime/memory/object.h"
#include "runtime/value/result.h"

namespace taipan {

// Cold paths, counts.cpp.
TP_COLD void count_overflow(Object* o);     // a local count reached 2^28: published, made sticky
TP_NOINLINE void decrement_shared(Object* o);  // the CAS loop with KEEP and LISTED (R5)
TP_NOINLINE void local_count_is_zero(Object* o);  // destroys o, or queues its finaliser

// A shared object gets one more *counted* reference (from a heap slot). relaxed: the reference from
// which it was made keeps it alive; the slot store that follows publishes.
inline void increment_shared(Object* o) {
  if (static_cast<i32>(o->count.load_relaxed()) < 0) return;  // sticky or immortal
  o->count.fetch_add_relaxed(kCountStep);
}

inline void increment_local(Object* o) {
  TP_ASSERT(o->is_local());
  u32 w = o->count.load_relaxed() + kCountStep;
  o->count.store_relaxed(w);  // plain: only the owner thread counts a local object (I2)
  if (static_cast<i32>(w) < 0) [[unlikely]] count_overflow(o);
}

// One more heap reference to o, whatever it is.
inline void increment(Object* o) {
  if (o->is_local()) [[likely]] {
    increment_local(o);
  } else {
    increment_shared(o);
  }
}

// One reference less.
inline void decrement(Object* o) {
  if (!o->is_local()) {
    // Immortal or sticky: nobody counts (a shared object's sign bit, once set, stays).
    if (static_cast<i32>(o->count.load_relaxed()) >= 0) decrement_shared(o);
    return;
  }
  u32 w = o->count.load_relaxed() - kCountStep;
  TP_ASSERT(static_cast<i32>(w) >= 0);
  o->count.store_relaxed(w);
  if (w < kCountStep) [[unlikely]] local_count_is_zero(o);
}

// A borrowed word becomes an owned register word.
inline Value take_word(Value v) {
  if ((v.bits & 3) != 0 || v.bits <= 7) return v;  // immediate, empty
  Object* o = v.object();
  if (o->is_uncounted_in_registers()) return Value::deferred(o);
  increment_local(o);
  return Value(o);
}
template <class T = Value>
inline Result<T> own(Value v) {
  return Result<T>::from_owned(take_word(v));
}
template <class T>
inline Result<T> own(T* o) {
  return Result<T>::from_owned(take_word(Value(o)));
}
// A freshly allocated object: its birth count becomes the register's. (Born immortal: the tag.)
template <class T>
inline Result<T> own_new(T* o) {
  return Result<T>::from_owned(o->is_immortal() ? Value::deferred(o) : Value(o));
}

// Gives an owned word up. Deferred words, immediates and empty cost one test.
inline void drop(Value owned) {
  if (owned.is_counted()) decrement(owned.object());
}
template <class T>
inline void drop(Result<T> owned) {
  if constexpr (!kIsPlainResult<T>) drop(owned.word());
}

}  // namespace taipan
