// range(start, stop, step): an arithmetic progression that is never stored.
// Set by the constructor, never changed: read without a lock. RangeIterator is the machine-integer case.
#pragma once
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

struct Range : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::range_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<> start, stop, step, length;  // exact ints, of any size
};

// All values are immediates. Changed under the lock byte if shared.
struct RangeIterator : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::range_iterator_;
  static constexpr u32 kSubclassFlag = 0;
  i64 next, step;
  u64 remaining;
};

struct LongRangeIterator : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::long_range_iterator_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<> next, step, remaining;
};

Result<Range> range_new(Thread& t, Value start, Value stop, Value step);  // exact ints; ValueError
Result<> range_iterator_new(Thread& t, i64 start, i64 step, u64 count);

}  // namespace taipan
