// The iterators that wrap other objects: enumerate, zip, map, filter, reversed.
// Shared ones change their fields under the lock byte; what they
// call runs outside it.
#pragma once
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

struct Enumerate : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::enumerate_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<> iterator;
  Slot<> big;   // the count, once it leaves 64 bits; else empty
  i64 count;
};

struct Zip : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::zip_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<Tuple> iterators;
  Atomic<bool> strict;
};

struct Map : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::map_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<> function;
  Slot<Tuple> iterators;
  Atomic<bool> strict;
};

struct Filter : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::filter_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<> function, iterator;
};

struct Reversed : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::reversed_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<> sequence;  // empty: exhausted
  ssize index;      // the next element; -1: exhausted
};

}  // namespace taipan
