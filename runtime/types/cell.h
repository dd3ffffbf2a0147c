// cell: one variable shared by a function and the closures made in it.
// `value` is empty while the variable is unbound.
// Made by the interpreter; cell() from Python.
#pragma once
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

struct Cell : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::cell_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<> value;
};
Result<Cell> cell_new(Thread& t, Value value_or_empty);

}  // namespace taipan
