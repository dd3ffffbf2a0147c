// The class float: construction, slots, methods. Semantics: Language Reference 3.2.4.2, 6.7.
#include <cmath>
#include <limits>

#include "runtime/base/float_text.h"
#include "runtime/base/hash.h"
#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/types/bytes.h"
#include "runtime/types/float.h"
#include "runtime/types/float_math.h"
#include "runtime/types/int.h"
#include "runtime/types/number_format.h"
#include "runtime/types/number_text.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

// An operand of a float operation. False: not a number here (NotImplemented), or an error is pending.
enum class Operand : u8 { Ok, NotANumber, Error };
Operand operand(Thread& t, Value v, f64* out) {
  if (v.is_float()) return *out = v.as_float(), Operand::Ok;
  if (v.is_int()) return *out = static_cast<f64>(v.as_int()), Operand::Ok;
  if (is_a<FloatBox>(v)) return *out = v.as<FloatBox>()->value, Operand::Ok;
  if (!is_any_int(v)) return Operand::NotANumber;
  auto r = int_to_double(t, v);
  if (r.is_error()) return Operand::Error;
  return *out = r.take(), Operand::Ok;
}

// Evaluates `body` with f64 x, y for the operands a, b.
#define TP_FLOAT_OPERANDS(a, b)                                    \
  f64 x, y;                                                        \
  Operand left_ = operand(t, a, &x);                               \
  if (left_ == Operand::Error) return kError;                      \
  if (left_ == Operand::NotANumber) return not_implemented();      \
  Operand right_ = operand(t, b, &y);                              \
  if (right_ == Operand::Error) return kError;                     \
  if (right_ == Operand::NotANumber) return not_implemented()

Result<> float_add(Thread& t, Value a, Value b) {
  TP_FLOAT_OPERANDS(a, b);
  return float_from(t, x + y);
}
Result<> float_sub(Thread& t, Value a, Value b) {
  TP_FLOAT_OPERANDS(a, b);
  return float_from(t, x - y);
}
Result<> float_mul(Thread& t, Value a, Value b) {
  TP_FLOAT_OPERANDS(a, b);
  return float_from(t, x * y);
}
Result<> float_true_div(Thread& t, Value a, Value b) {
  TP_FLOAT_OPERANDS(a, b);
  if (y == 0) return raise(t, ZeroDivisionError, "division by zero");
  return float_from(t, x / y);
}
Result<> float_floor_div(Thread& t, Value a, Value b) {
  TP_FLOAT_OPERANDS(a, b);
  if (y == 0) return raise(t, ZeroDivisionError, "division by zero");
  return float_from(t, float_divmod(x, y).quotient);
}
Result<> float_mod(Thread& t, Value a, Value b) {
  TP_FLOAT_OPERANDS(a, b);
  if (y == 0) return raise(t, ZeroDivisionError, "division by zero");
  return float_from(t, float_divmod(x, y).remainder);
}
Result<> float_divmod_slot(Thread& t, Value a, Value b) {
  TP_FLOAT_OPERANDS(a, b);
  if (y == 0) return raise(t, ZeroDivisionError, "division by zero");
  FloatDivmod r = float_divmod(x, y);
  Local<> quotient(t, TRY(float_from(t, r.quotient))), rest(t, TRY(float_from(t, r.remainder)));
  auto pair = tuple_of(t, quotient, rest);
  return pair;
}
Result<> float_pow(Thread& t, Value a, Value b) {
  TP_FLOAT_OPERANDS(a, b);
  return float_power(t, x, y);
}
Result<> float_power_slot(Thread& t, Value a, Value b, Value modulus) {
  if (!is_none(modulus)) {
    return raise(t, TypeError, "pow() 3rd argument not allowed unless all arguments are integers");
  }
  return float_pow(t, a, b);
}

Result<> float_neg(Thread& t, Value v) { return float_from(t, -float_value(v)); }
Result<> float_pos(Thread& t, Value v) { return float_from(t, float_value(v)); }
Result<> float_abs(Thread& t, Value v) { return float_from(t, std::fabs(float_value(v))); }
Result<bool> float_truth(Thread&, Value v) { return float_value(v) != 0; }
Result<Str> float_repr_slot(Thread& t, Value v) { return float_repr(t, float_value(v)); }
Result<> float_int(Thread& t, Value v) { return int_from_double(t, float_value(v)); }
Result<u64> float_hash(Thread&, Value v) {
  f64 d = float_value(v);
  // A NaN hashes by identity; an immediate's identity is its word.
  if (std::isnan(d)) return v.is_float() ? hash_i64(static_cast<i64>(v.bits >> 4)) : hash_pointer(v.object());
  return hash_double(d);
}

// Exact comparison of a float with any int: never through a rounded conversion.
int compare_float_int(f64 x, Value b) {
  if (std::isinf(x)) return x < 0 ? -1 : 1;
  int sx = x < 0 ? -1 : x > 0, sy = int_sign(b);
  if (sx != sy) return sx < sy ? -1 : 1;
  if (b.is_int() && std::fabs(x) < 0x1p62) {
    i64 whole = static_cast<i64>(x), i = b.as_int();
    if (whole != i) return whole < i ? -1 : 1;
    f64 fraction = x - static_cast<f64>(whole);
    return fraction < 0 ? -1 : fraction > 0;
  }
  int exponent;
  std::frexp(x, &exponent);
  usize bits = x == 0 ? 0 : static_cast<usize>(exponent < 0 ? 0 : exponent);
  usize other = int_bit_length(b);
  if (bits != other) return (bits < other) == (sx > 0) ? -1 : 1;
  // same magnitude class: compare the integral parts as ints
  Thread& t = Thread::current();
  Local<> whole(t, MUST(int_from_double(t, x)));
  int c = int_compare(whole, b);
  if (c != 0) return c;
  f64 fraction = x - std::trunc(x);
  return fraction < 0 ? -1 : fraction > 0;
}

Result<> answer(CompareOp op, bool less, bool equal) {
  switch (op) {
    case CompareOp::Lt: return boolean(less);
    case CompareOp::Le: return boolean(less || equal);
    case CompareOp::Eq: return boolean(equal);
    case CompareOp::Ne: return boolean(!equal);
    case CompareOp::Gt: return boolean(!less && !equal);
    case CompareOp::Ge: break;
  }
  return boolean(!less);
}

Result<> float_compare(Thread&, Value a, Value b, CompareOp op) {
  f64 x = float_value(a);
  if (is_any_float(b)) {
    f64 y = float_value(b);
    if (std::isnan(x) || std::isnan(y)) return boolean(op == CompareOp::Ne);
    return answer(op, x < y, x == y);
  }
  if (!is_any_int(b)) return not_implemented();
  if (std::isnan(x)) return boolean(op == CompareOp::Ne);
  int c = compare_float_int(x, b);
  return answer(op, c < 0, c == 0);
}

Result<> parse_float(Thread& t, std::string_view text, Value original) {
  f64 d;
  if (parse_double(trim_spaces(text), &d)) return float_from(t, d);
  return raise(t, ValueError, "could not convert string to float: {!r}", original);
}

Result<> float_from_object(Thread& t, Value v) {
  if (v.is_float()) return own(v);
  if (is_exact<FloatBox>(v)) return own(v);
  if (is_a<Str>(v)) return float_from_text(t, v.as<Str>());
  if (is_a<Bytes>(v)) return parse_float(t, v.as<Bytes>()->view(), v);
  TypeSlots& slots = type_of(v).slots;
  if (slots.to_float == nullptr && slots.index == nullptr) {
    if (slots.get_buffer != nullptr) {
      Local<Bytes> copy(t, TRY(bytes_from_object(t, v)));
      return parse_float(t, copy->view(), v);
    }
    return raise(t, TypeError, "float() argument must be a string or a real number, not '{!T}'", v);
  }
  return float_from(t, TRY(to_double(t, v)));
}

Result<> float_new(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  if (kwnames != nullptr && &cls == &float_type) {
    return raise(t, TypeError, "float() takes no keyword arguments");
  }
  if (nargs > 1) return raise(t, TypeError, "float expected at most 1 argument, got {}", nargs);
  Local<> v(t, nargs == 0 ? float_from(t, 0.0) : TRY(float_from_object(t, args[0].canonical())));
  if (&cls == &float_type) return v.give();
  FloatBox* o = new_object<FloatBox>(t, cls);
  if (o == nullptr) return kError;
  o->value = float_value(v);
  return Result<>::from_owned(own_new(o).word());
}

// --- methods ----------------------------------------------------------------------------------------

bool float_is_integer(Thread&, Value v) {
  f64 d = float_value(v);
  return std::isfinite(d) && std::floor(d) == d;
}
Result<Str> float_hex(Thread& t, Value v) { return str_from_ascii(t, double_hex(float_value(v))); }

Result<> float_fromhex(Thread& t, Value cls, Str* s) {
  std::string text = number_text(s);
  f64 d;
  switch (parse_hex_double(trim_spaces(text), &d)) {
    case HexFloatError::None: break;
    case HexFloatError::Overflow:
      return raise(t, OverflowError, "hexadecimal value too large to represent as a float");
    default: return raise(t, ValueError, "invalid hexadecimal floating-point string");
  }
  Local<> v(t, TRY(float_from(t, d)));
  return same(cls, Value(&float_type)) ? v.give() : call(t, cls, v);
}

Result<> float_from_number(Thread& t, Value cls, Value number) {
  if (same(cls, Value(&float_type)) && (number.is_float() || is_exact<FloatBox>(number))) return own(number);
  TypeSlots& slots = type_of(number).slots;
  if (slots.to_float == nullptr && slots.index == nullptr) {
    return raise(t, TypeError, "must be real number, not {!T}", number);
  }
  Local<> v(t, TRY(float_from(t, TRY(to_double(t, number)))));
  return same(cls, Value(&float_type)) ? v.give() : call(t, cls, v);
}

Result<Tuple> float_as_integer_ratio(Thread& t, Value v) {
  f64 d = float_value(v);
  if (std::isinf(d)) return raise(t, OverflowError, "cannot convert Infinity to integer ratio");
  if (std::isnan(d)) return raise(t, ValueError, "cannot convert NaN to integer ratio");
  int exponent;
  f64 fraction = std::frexp(d, &exponent);
  for (int i = 0; i < 300 && fraction != std::floor(fraction); ++i) {
    fraction *= 2;
    --exponent;
  }
  Local<> numerator(t, TRY(int_from_double(t, fraction)));
  Local<> denominator(t, Value::small_int(1));
  Local<> power(t, TRY(int_binary(t, BinaryOp::Shl, Value::small_int(1),
                                  Value::small_int(exponent < 0 ? -exponent : exponent))));
  if (exponent > 0) {
    numerator.set(TRY(int_mul(t, numerator, power)));
  } else {
    denominator.set(power.give());
  }
  return tuple_of(t, numerator, denominator);
}

Result<> float_round(Thread& t, Value v, Opt<Value> ndigits) {
  f64 d = float_value(v);
  if (!ndigits || is_none(*ndigits)) return int_from_double(t, std::nearbyint(d));
  i64 digits = TRY(to_ssize_clamped(t, *ndigits));
  if (!std::isfinite(d)) return float_from(t, d);
  f64 r;
  if (!round_double(d, digits, &r)) return raise(t, OverflowError, "rounded value too large to represent");
  return float_from(t, r);
}
Result<> float_trunc(Thread& t, Value v) { return int_from_double(t, float_value(v)); }
Result<> float_floor(Thread& t, Value v) { return int_from_double(t, std::floor(float_value(v))); }
Result<> float_ceil(Thread& t, Value v) { return int_from_double(t, std::ceil(float_value(v))); }
Result<Tuple> float_getnewargs(Thread& t, Value v) {
  Local<> self(t, TRY(float_pos(t, v)));
  return tuple_of(t, self);
}
Result<Str> float_format_method(Thread& t, Value v, Str* spec) {
  if (spec->length() == 0) return to_str(t, v);
  return float_format(t, float_value(v), spec);
}
Result<Str> float_getformat(Thread& t, Value, Str* which) {
  if (!str_equals(which, "double") && !str_equals(which, "float")) {
    return raise(t, ValueError, "__getformat__() argument 1 must be 'double' or 'float'");
  }
  return str_from_ascii(t, "IEEE, little-endian");
}

const NativeDef kFloatMethods[] = {
    def<float_pos>("conjugate($self, /)", "The float itself."),
    def<float_trunc>("__trunc__($self, /)", "The integer part."),
    def<float_floor>("__floor__($self, /)", "The largest integer not above the float."),
    def<float_ceil>("__ceil__($self, /)", "The smallest integer not below the float."),
    def<float_round>("__round__($self, ndigits=None, /)", "Round to ndigits decimals, halves to even."),
    def<float_as_integer_ratio>("as_integer_ratio($self, /)", "A pair of ints whose ratio is exactly the float."),
    class_def<float_fromhex>("fromhex($type, string, /)", "The float that a hexadecimal text stands for."),
    class_def<float_from_number>("from_number($type, number, /)", "A float from a number, never from text."),
    def<float_hex>("hex($self, /)", "The float as hexadecimal text."),
    def<float_is_integer>("is_integer($self, /)", "Is the float a whole number?"),
    def<float_getnewargs>("__getnewargs__($self, /)", ""),
    class_def<float_getformat>("__getformat__($type, typestr, /)", "How C stores this type: for CPython's tests."),
    def<float_format_method>("__format__($self, format_spec, /)", "Format by the mini-language."),
};

Result<> float_zero(Thread& t, Value) { return float_from(t, 0.0); }
const GetSetDef kFloatGetSets[] = {
    {"real", float_pos, nullptr, "the real part"},
    {"imag", float_zero, nullptr, "the imaginary part: 0.0"},
};

}  // namespace

Result<> float_from_text(Thread& t, Str* s) {
  if (s->is_ascii()) return parse_float(t, s->ascii(), s);
  std::string text = number_text(s);
  return parse_float(t, text, s);
}

FloatDivmod float_divmod(f64 x, f64 y) {
  f64 mod = std::fmod(x, y), div = (x - mod) / y;
  if (mod != 0) {
    if ((y < 0) != (mod < 0)) {
      mod += y;
      div -= 1.0;
    }
  } else {
    mod = std::copysign(0.0, y);
  }
  if (div == 0) return {std::copysign(0.0, x / y), mod};
  f64 floor = std::floor(div);
  if (div - floor > 0.5) floor += 1.0;
  return {floor, mod};
}

Result<> float_power(Thread& t, f64 x, f64 y) {
  if (x == 0 && y < 0) return raise(t, ZeroDivisionError, "zero to a negative power");
  if (x < 0 && std::isfinite(x) && std::isfinite(y) && y != std::floor(y)) return complex_power(t, x, 0, y, 0);
  f64 r = std::pow(x, y);
  if (std::isinf(r) && std::isfinite(x) && std::isfinite(y)) {
    Local<Str> text(t, TRY(str_from_ascii(t, "Numerical result out of range")));
    Local<> error(t, TRY(call(t, &OverflowError, Value::small_int(34), text)));
    return raise_object(t, error);
  }
  return float_from(t, r);
}

extern const TypeDef float_type_def;
constinit const TypeDef float_type_def = {
    .name = "float",
    .doc = "Converts a string or number to a floating-point number, if possible.",
    .flags = kTypeBase | kTypeFloatSubclass | kTypeNoEdges,
    .size = sizeof(FloatBox),
    .slots = {.new_ = float_new,
              .repr = float_repr_slot,
              .hash = float_hash,
              .truth = float_truth,
              .compare = float_compare,
              .binary = {float_add, float_sub, float_mul, float_true_div, float_floor_div, float_mod,
                         float_pow},
              .power = float_power_slot,
              .divmod = float_divmod_slot,
              .unary = {float_neg, float_pos, nullptr, float_abs},
              .to_int = float_int,
              .to_float = float_pos},
    .methods = kFloatMethods,
    .getsets = kFloatGetSets,
    .text_signature = "(x=0, /)",
};

}  // namespace taipan
