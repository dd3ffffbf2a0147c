// Template and Interpolation (PEP 750): what a t-string evaluates to.
// Immutable: filled while local to their constructors, read without a lock.
#pragma once
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

struct Template : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::string_template_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<Tuple> strings;         // one more than interpolations
  Slot<Tuple> interpolations;
};
struct Interpolation : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::interpolation_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<> value;
  Slot<Str> expression;
  Slot<> conversion;           // 's', 'r', 'a' or None
  Slot<Str> format_spec;
};

Result<Template> template_new(Thread& t, Tuple* strings, Tuple* interpolations);
Result<Interpolation> interpolation_new(Thread& t, Value value, Str* expression, Value conversion, Str* format_spec);

}  // namespace taipan
