#include "runtime/types/quick_compare.h"

#include <cstring>

#include "runtime/types/bytes.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

// What quick_equal can tell of a value without running Python code.
enum class Class : u8 { Int, Float, BigInt, Str, Bytes, Tuple, Unique, Other };

Class class_of(Value v) {
  if (v.is_int()) return Class::Int;
  if (v.is_float()) return Class::Float;
  switch (static_cast<BuiltinShape>(v.object()->shape.load_relaxed() >> 1)) {
    case BuiltinShape::str_: return Class::Str;
    case BuiltinShape::int_:
    case BuiltinShape::bool_: return Class::BigInt;
    case BuiltinShape::float_: return Class::Float;
    case BuiltinShape::bytes_: return Class::Bytes;
    case BuiltinShape::tuple_: return Class::Tuple;
    // Their == is identity, and no other type's reflected __eq__ is asked by the classes above.
    case BuiltinShape::none_:
    case BuiltinShape::ellipsis_:
    case BuiltinShape::function_:
    case BuiltinShape::builtin_function_: return Class::Unique;
    default: return Class::Other;
  }
}

constexpr bool is_number(Class c) { return c <= Class::BigInt; }

// Exact: a float equals an int only if it is that integer.
int number_equal(Class ca, Value a, Class cb, Value b) {
  if (ca == Class::Float && cb == Class::Float) return float_value(a) == float_value(b);
  if (ca == Class::Float) return number_equal(cb, b, ca, a);
  i64 i;
  if (!int_to_i64(a, &i)) return cb == Class::Float ? kAskPython : int_equal(a, b);
  if (cb != Class::Float) return int_equal(a, b);
  f64 d = float_value(b);
  if (!(d >= -9223372036854775808.0 && d < 9223372036854775808.0)) return 0;
  return static_cast<f64>(static_cast<i64>(d)) == d && static_cast<i64>(d) == i;
}

int tuple_equal(Tuple* a, Tuple* b, int depth) {
  if (a->size() != b->size()) return 0;
  if (depth == 0) return kAskPython;
  for (usize i = 0; i < a->size(); ++i) {
    Value x = (*a)[i], y = (*b)[i];
    if (same(x, y)) continue;
    int r = x.is_ref() && y.is_ref() && is_exact<Tuple>(x) && is_exact<Tuple>(y)
                ? tuple_equal(x.as<Tuple>(), y.as<Tuple>(), depth - 1)
                : quick_equal(x, y);
    if (r != 1) return r;
  }
  return 1;
}

int tuple_less(Tuple* a, Tuple* b, int depth) {
  if (depth == 0) return kAskPython;
  usize n = a->size() < b->size() ? a->size() : b->size();
  for (usize i = 0; i < n; ++i) {
    Value x = (*a)[i], y = (*b)[i];
    int e = quick_equal(x, y);
    if (e == 1) continue;
    if (e == kAskPython) return kAskPython;
    if (is_exact<Tuple>(x) && is_exact<Tuple>(y)) return tuple_less(x.as<Tuple>(), y.as<Tuple>(), depth - 1);
    return quick_less(x, y);
  }
  return a->size() < b->size();
}

}  // namespace

int quick_equal_slow(Value a, Value b) {
  if (a.is_empty() || b.is_empty()) return kAskPython;
  if (is_exact<Str>(a) && is_exact<Str>(b)) return str_equal(a.as<Str>(), b.as<Str>());
  Class ca = class_of(a), cb = class_of(b);
  if (ca == Class::Other || cb == Class::Other) return kAskPython;
  if (is_number(ca) && is_number(cb)) return number_equal(ca, a, cb, b);
  if (ca != cb) return 0;
  switch (ca) {
    case Class::Bytes: {
      Bytes *x = a.as<Bytes>(), *y = b.as<Bytes>();
      return x->size() == y->size() && std::memcmp(x->data(), y->data(), x->size()) == 0;
    }
    case Class::Tuple: return tuple_equal(a.as<Tuple>(), b.as<Tuple>(), 4);
    default: return 0;
  }
}

int quick_less_slow(Value a, Value b) {
  if (a.is_float() && b.is_float()) return a.as_float() < b.as_float();
  if (is_exact<Str>(a) && is_exact<Str>(b)) return str_compare(a.as<Str>(), b.as<Str>()) < 0;
  if (is_exact<Tuple>(a) && is_exact<Tuple>(b)) return tuple_less(a.as<Tuple>(), b.as<Tuple>(), 4);
  if (is_exact<BigInt>(a) && (b.is_int() || is_exact<BigInt>(b))) return int_compare(a, b) < 0;
  if (is_exact<BigInt>(b) && a.is_int()) return int_compare(a, b) < 0;
  return kAskPython;
}

}  // namespace taipan
