// method: a function bound to its first argument. `function` is any callable.
// Calls push self in front; LOAD_METHOD avoids making one.
// Equality and hash go by function and by identity of self.
#pragma once
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

struct Method : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::method_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<> function;
  Slot<> self;
};
Result<> method_new(Thread& t, Value function, Value self);

}  // namespace taipan
