// float: immediates (Value::float_word), else a FloatBox for the two exponent gaps and for subclasses.
#pragma once
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

struct FloatBox : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::float_;
  static constexpr u32 kSubclassFlag = kTypeFloatSubclass;
  f64 value;
};

TP_NOINLINE Result<> float_box(Thread& t, f64 v);
inline Result<> float_from(Thread& t, f64 v) {
  Value w = Value::float_word(v);
  if (w.is_float()) [[likely]] return Result<>::from_owned(w);
  return float_box(t, v);
}
inline bool is_any_float(Value v) { return v.is_float() || is_a<FloatBox>(v); }
inline f64 float_value(Value v) { return v.is_float() ? v.as_float() : v.as<FloatBox>()->value; }
Result<Str> float_repr(Thread& t, f64 v);
Result<> float_from_text(Thread& t, Str* s);

struct Complex : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::complex_;
  static constexpr u32 kSubclassFlag = 0;
  f64 real, imag;
};
Result<> complex_from(Thread& t, f64 real, f64 imag);

}  // namespace taipan
