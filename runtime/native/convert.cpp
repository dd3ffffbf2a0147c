#include "runtime/native/convert.h"

#include "runtime/object/error.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/str.h"

namespace taipan {
namespace {

Type* const kTypeOfShape[] = {
    &object_type,  // BuiltinShape::kNone_
#define TP_TYPE(name) &name##_type,
#include "runtime/types/builtin_types.def"
#undef TP_TYPE
};

}  // namespace

bool convert_type_error(const ConvertContext& c, usize index, Value v, BuiltinShape wanted) {
  const Signature& s = c.signature;
  Type* type = kTypeOfShape[static_cast<u32>(wanted)];
  const Parameter& p = s.parameters[index];
  // CPython names the argument by number where it is positional-only, else by name.
  if (p.kind != ParameterKind::PositionalOnly && s.max_positional + 0u > 0 && !s.positional_only) {
    (void)raise(c.t, TypeError, "{}() argument '{}' must be {}, not {!T}", s.function_name, p.name,
                type->name.borrow(), v);
  } else if (s.min_positional == 1 && s.max_positional == 1) {
    (void)raise(c.t, TypeError, "{}() argument must be {}, not {!T}", s.function_name,
                type->name.borrow(), v);
  } else {
    (void)raise(c.t, TypeError, "{}() argument {} must be {}, not {!T}", s.function_name,
                static_cast<int>(index - s.first + 1), type->name.borrow(), v);
  }
  return false;
}

bool convert_index(const ConvertContext& c, Value v, i64* out) {
  Result<> i = to_index(c.t, v);
  if (i.is_error()) return false;
  bool fits = int_to_i64(i.word(), out);
  drop(i);
  if (!fits) (void)raise(c.t, OverflowError, "Python int too large to convert to C ssize_t");
  return fits;
}

bool convert_int32(const ConvertContext& c, Value v, i32* out) {
  i64 wide;
  if (v.is_int()) {
    wide = v.as_int();
  } else {
    Result<> i = to_index(c.t, v);
    if (i.is_error()) return false;
    bool fits = int_to_i64(i.word(), &wide);
    int sign = int_sign(i.word());
    drop(i);
    if (!fits) wide = sign < 0 ? INT64_MIN : INT64_MAX;
  }
  if (wide > INT32_MAX) {
    (void)raise(c.t, OverflowError, "signed integer is greater than maximum");
    return false;
  }
  if (wide < INT32_MIN) {
    (void)raise(c.t, OverflowError, "signed integer is less than minimum");
    return false;
  }
  *out = static_cast<i32>(wide);
  return true;
}

bool convert_double(const ConvertContext& c, Value v, f64* out) {
  Result<f64> r = to_double(c.t, v);
  if (r.is_error()) return false;
  *out = r.take();
  return true;
}

bool convert_truth(const ConvertContext& c, Value v, bool* out) {
  Result<bool> r = truth(c.t, v);
  if (r.is_error()) return false;
  *out = r.take();
  return true;
}

}  // namespace taipan
