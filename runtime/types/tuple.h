// tuple: immutable sequence of slots inline; size in the header's aux word.
// Filled while local to its constructor, never changed after: read without lock.
#pragma once
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

struct Tuple : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::tuple_;
  static constexpr u32 kSubclassFlag = kTypeTupleSubclass;
  usize size() const { return aux; }
  Slot<>* items() { return reinterpret_cast<Slot<>*>(this + 1); }
  const Slot<>* items() const { return reinterpret_cast<const Slot<>*>(this + 1); }
  Value operator[](usize i) const { return items()[i].borrow(); }
};

// index is changed under the lock byte of a shared iterator; exhausted: tuple is empty.
struct TupleIterator : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::tuple_iterator_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<Tuple> tuple;
  u64 index;
};

extern Object* const g_empty_tuple_object;  // storage of ()
Tuple* empty_tuple();                       // immortal
Result<Tuple> tuple_new(Thread& t, usize n);  // slots empty: fill with items()[i].init(...) at once
Result<Tuple> tuple_from(Thread& t, const Value* items, usize n);  // borrowed words
// The words move into the tuple; registers that held references are empty then. n > 0.
Result<Tuple> tuple_from_owned(Thread& t, Value* words, u32 n);
Result<Tuple> tuple_of(Thread& t, Value a);
Result<Tuple> tuple_of(Thread& t, Value a, Value b);
Result<Tuple> tuple_of(Thread& t, Value a, Value b, Value c);
Result<Tuple> tuple_slice(Thread& t, Tuple* s, usize start, usize end);

}  // namespace taipan
