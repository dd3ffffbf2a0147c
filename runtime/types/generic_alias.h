// types.GenericAlias (list[int]) and types.UnionType (int | str).
// generic_alias_new is what __class_getitem__ of native containers returns.
// union_of implements X | Y on classes and aliases.
#pragma once
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

struct GenericAlias : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::generic_alias_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<> origin;
  Slot<Tuple> args;
  Slot<> parameters;  // made on demand
  bool starred;       // *tuple[int, ...]
};
struct Union : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::union_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<Tuple> args;
  Slot<> parameters;
};

Result<> generic_alias_new(Thread& t, Value origin, Value args);
Result<> union_of(Thread& t, Value left, Value right);  // NotImplemented if either is no type
// The type variables among args, in order (collect parameters): a tuple.
Result<Tuple> type_parameters_of(Thread& t, Tuple* args);
// args with `item` in place of parameters; `self` is for messages.
Result<Tuple> substitute_parameters(Thread& t, Value self, Tuple* args, Tuple* parameters, Value item);

}  // namespace taipan
