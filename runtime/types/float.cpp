// float's storage and text: boxes for the exponent gaps, repr, parsing.
#include "runtime/types/float.h"

#include <cmath>

#include "runtime/base/float_text.h"
#include "runtime/object/error.h"
#include "runtime/types/str.h"

namespace taipan {

Result<> float_box(Thread& t, f64 v) {
  Object* o = new_object_inline(t, shape_id(BuiltinShape::float_), sizeof(FloatBox), kNoEdges, 0);
  if (o == nullptr) return kError;
  static_cast<FloatBox*>(o)->value = v;
  return Result<>::from_owned(own_new(o).word());
}

Result<Str> float_repr(Thread& t, f64 v) {
  char text[32];
  return str_from_ascii(t, {text, double_repr(v, text)});
}

Result<> complex_from(Thread& t, f64 real, f64 imag) {
  Object* o = new_object_raw(t, shape_id(BuiltinShape::complex_), sizeof(Complex), kNoEdges, 0);
  if (o == nullptr) return kError;
  static_cast<Complex*>(o)->real = real;
  static_cast<Complex*>(o)->imag = imag;
  return Result<>::from_owned(own_new(o).word());
}

}  // namespace taipan
