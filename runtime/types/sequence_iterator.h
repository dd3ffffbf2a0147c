// iter(sequence) through __getitem__, and iter(callable, sentinel).
// Positions count up until IndexError or StopIteration; then the iterator is exhausted for good.
// Used by object/protocols.cpp (iterate) and the builtin iter().
#pragma once
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

struct SequenceIterator : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::sequence_iterator_;
  static constexpr u32 kSubclassFlag = 0;
  Atomic<i64> index;
  Slot<> sequence;  // empty: exhausted
};
struct CallableIterator : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::callable_iterator_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<> callable;  // empty: exhausted
  Slot<> sentinel;
};
bool is_sequence(const Type& type);  // has __getitem__ and is no dict
Result<> sequence_iterator_new(Thread& t, Value sequence);
Result<> callable_iterator_new(Thread& t, Value callable, Value sentinel);

}  // namespace taipan
