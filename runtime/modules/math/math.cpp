// math: functions of floats. Domain errors are ValueError, overflow is OverflowError, as C99 Annex F tells
// them apart; an infinite or NaN argument that gives an infinite or NaN result is no error.
#include <cmath>
#include <numbers>

#include "runtime/import/import.h"
#include "runtime/modules/math/math_module.h"
#include "runtime/object/call.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/types/dict.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/int_view.h"
#include "runtime/types/module.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

using Real = f64 (*)(f64);

ErrorTag range_error(Thread& t) { return raise(t, OverflowError, "math range error"); }
ErrorTag domain_error(Thread& t) { return raise(t, ValueError, "math domain error"); }

// Functions without exceptional cases of their own.
template <Real kFunction>
f64 plain(Thread&, f64 x) {
  return kFunction(x);
}
// A NaN from a number: `expected` says what was wanted. An infinity from a finite number: overflow.
template <Real kFunction>
Result<f64> checked(Thread& t, f64 x, const char* expected) {
  f64 r = kFunction(x);
  if (std::isnan(r) && !std::isnan(x)) return raise(t, ValueError, expected, x);
  if (std::isinf(r) && std::isfinite(x)) return range_error(t);
  return r;
}
template <Real kFunction>
Result<f64> finite_input(Thread& t, f64 x) {
  return checked<kFunction>(t, x, "expected a finite input, got {}");
}
template <Real kFunction>
Result<f64> unit_input(Thread& t, f64 x) {
  return checked<kFunction>(t, x, "expected a number in range from -1 up to 1, got {}");
}
template <Real kFunction>
Result<f64> may_overflow(Thread& t, f64 x) {
  return checked<kFunction>(t, x, "math domain error");
}

Result<f64> math_sqrt(Thread& t, f64 x) {
  if (x < 0) return raise(t, ValueError, "expected a nonnegative input, got {}", x);
  return std::sqrt(x);
}
Result<f64> math_acosh(Thread& t, f64 x) {
  if (x < 1) return raise(t, ValueError, "expected argument value not less than 1, got {}", x);
  return std::acosh(x);
}
Result<f64> math_atanh(Thread& t, f64 x) {
  if (x <= -1 || x >= 1) return raise(t, ValueError, "expected a number between -1 and 1, got {}", x);
  return std::atanh(x);
}
Result<f64> math_log1p(Thread& t, f64 x) {
  if (x <= -1) return raise(t, ValueError, "expected argument value > -1, got {}", x);
  return x == 0 ? x : std::log1p(x);
}

constexpr f64 kFactorials[] = {1.0, 1.0, 2.0, 6.0, 24.0, 120.0, 720.0, 5040.0, 40320.0, 362880.0, 3628800.0,
                               39916800.0, 479001600.0, 6227020800.0, 87178291200.0, 1307674368000.0,
                               20922789888000.0, 355687428096000.0, 6402373705728000.0, 121645100408832000.0,
                               2432902008176640000.0, 51090942171709440000.0, 1124000727777607680000.0};

ErrorTag pole(Thread& t, f64 x) {
  return raise(t, ValueError, "expected a noninteger or positive integer, got {}", x);
}
Result<f64> math_gamma(Thread& t, f64 x) {
  if (std::isnan(x) || x == INFINITY) return x;
  if (x <= 0 && x == std::floor(x)) return pole(t, x);  // -inf too
  if (x == std::floor(x) && x <= static_cast<f64>(std::size(kFactorials))) {
    return kFactorials[static_cast<usize>(x) - 1];
  }
  f64 r = std::tgamma(x);
  if (std::isinf(r)) return range_error(t);
  return r;
}
Result<f64> math_lgamma(Thread& t, f64 x) {
  if (std::isnan(x)) return x;
  if (std::isinf(x)) return INFINITY;
  if (x <= 0 && x == std::floor(x)) return pole(t, x);
  int sign;
  f64 r = ::lgamma_r(x, &sign);
  if (std::isinf(r)) return range_error(t);
  return r;
}

// --- logarithms --------------------------------------------------------------------------------------------

// v > 0 as m * 2^*exponent with m below 2^64.
f64 int_mantissa(Value v, i64* exponent) {
  IntView a(v);
  usize drop_bits = a.bit_length() - 64, word = drop_bits / 64, bit = drop_bits % 64;
  u64 top = a[word] >> bit;
  if (bit != 0) top |= a[word + 1] << (64 - bit);
  *exponent = static_cast<i64>(drop_bits);
  return static_cast<f64>(top | 1);  // 64 bits round to 53: the last one only breaks ties
}

template <Real kLog>
Result<f64> log_of(Thread& t, Value v) {
  if (is_any_int(v) || (!is_any_float(v) && !type_of(v).slots.to_float && type_of(v).slots.index)) {
    Local<> i(t, TRY(to_index(t, v)));
    if (int_sign(i) <= 0) return raise(t, ValueError, "expected a positive input");
    if (int_bit_length(i) < 1024) return kLog(TRY(int_to_double(t, i)));
    i64 exponent;
    f64 m = int_mantissa(i, &exponent);
    int more;
    m = std::frexp(m, &more);
    return std::fma(kLog(2.0), static_cast<f64>(exponent + more), kLog(m));
  }
  f64 x = TRY(to_double(t, v));
  if (x <= 0) return raise(t, ValueError, "expected a positive input, got {}", x);
  return kLog(x);
}

Result<> math_log(Thread& t, Value x, Value base) {
  f64 numerator = TRY(log_of<std::log>(t, x));
  if (base.is_empty()) return float_from(t, numerator);
  f64 denominator = TRY(log_of<std::log>(t, base));
  if (denominator == 0) return raise(t, ZeroDivisionError, "division by zero");
  return float_from(t, numerator / denominator);
}

// --- two arguments ------------------------------------------------------------------------------------------

f64 math_atan2(Thread&, f64 y, f64 x) { return std::atan2(y, x); }
f64 math_copysign(Thread&, f64 x, f64 y) { return std::copysign(x, y); }
f64 math_fmax(Thread&, f64 x, f64 y) {
  if (x == y) return std::signbit(x) ? y : x;
  return std::fmax(x, y);
}
f64 math_fmin(Thread&, f64 x, f64 y) {
  if (x == y) return std::signbit(x) ? x : y;
  return std::fmin(x, y);
}

template <f64 (*kFunction)(f64, f64)>
Result<f64> remainder_like(Thread& t, f64 x, f64 y) {
  f64 r = kFunction(x, y);
  if (std::isnan(r) && !std::isnan(x) && !std::isnan(y)) return domain_error(t);
  return r;
}

Result<f64> math_pow(Thread& t, f64 x, f64 y) {
  f64 r = std::pow(x, y);
  if (std::isfinite(r) || !std::isfinite(x) || !std::isfinite(y)) return r;
  if (std::isnan(r)) return domain_error(t);
  if (x == 0) return domain_error(t);  // 0 ** negative
  return range_error(t);
}

Result<f64> math_fma(Thread& t, f64 x, f64 y, f64 z) {
  f64 r = std::fma(x, y, z);
  if (std::isfinite(r)) return r;
  if (std::isnan(r)) {
    if (std::isnan(x) || std::isnan(y) || std::isnan(z)) return r;
    return raise(t, ValueError, "invalid operation in fma");
  }
  if (std::isfinite(x) && std::isfinite(y) && std::isfinite(z)) return raise(t, OverflowError, "overflow in fma");
  return r;
}

// The float n steps of the smallest size from x towards y.
f64 step_towards(f64 x, f64 y, u64 n) {
  if (std::isnan(x)) return x;
  if (std::isnan(y)) return y;
  if (n == 0 || x == y) return n == 0 ? x : y;
  u64 bx = std::bit_cast<u64>(x), by = std::bit_cast<u64>(y), sign = u64{1} << 63;
  u64 mx = bx & ~sign, my = by & ~sign;  // magnitudes are ordered as integers
  if ((bx ^ by) & sign) {
    if (mx + my <= n) return y;  // both below 2^63: no overflow
    if (n < mx) return std::bit_cast<f64>(bx - n);
    return std::bit_cast<f64>((by & sign) | (n - mx));
  }
  if (mx > my) return mx - my <= n ? y : std::bit_cast<f64>(bx - n);
  return my - mx <= n ? y : std::bit_cast<f64>(bx + n);
}

Result<f64> math_nextafter(Thread& t, f64 x, f64 y, Value steps) {
  if (is_none(steps)) return std::nextafter(x, y);
  Local<> count(t, TRY(to_index(t, steps)));
  if (int_sign(count) < 0) return raise(t, ValueError, "steps must be a non-negative integer");
  u64 n;
  if (!int_to_u64(count, &n)) n = UINT64_MAX;
  return step_towards(x, y, n);
}

f64 math_ulp(Thread&, f64 x) {
  if (std::isnan(x)) return x;
  x = std::fabs(x);
  if (std::isinf(x)) return x;
  f64 up = std::nextafter(x, INFINITY);
  return std::isinf(up) ? x - std::nextafter(x, 0.0) : up - x;
}

Result<f64> math_ldexp(Thread& t, f64 x, Value i) {
  if (!is_any_int(i)) return raise(t, TypeError, "Expected an int as second argument to ldexp.");
  if (x == 0 || !std::isfinite(x)) return x;
  i64 exponent;
  if (!int_to_i64(i, &exponent)) exponent = int_sign(i) < 0 ? INT64_MIN : INT64_MAX;
  if (exponent > INT32_MAX) return range_error(t);
  if (exponent < INT32_MIN) return std::copysign(0.0, x);
  f64 r = std::ldexp(x, static_cast<int>(exponent));
  if (std::isinf(r)) return range_error(t);
  return r;
}

Result<Tuple> pair(Thread& t, f64 first, Result<> second_owned) {
  Local<> b(t, TRY(second_owned));
  Local<> a(t, TRY(float_from(t, first)));
  return tuple_of(t, a, b);
}
Result<Tuple> math_frexp(Thread& t, f64 x) {
  int exponent = 0;
  f64 m = std::isfinite(x) && x != 0 ? std::frexp(x, &exponent) : x;
  return pair(t, m, Result<>::small_int(exponent));
}
Result<Tuple> math_modf(Thread& t, f64 x) {
  f64 whole, fraction = std::modf(x, &whole);
  return pair(t, fraction, float_from(t, whole));
}

Result<bool> math_isclose(Thread& t, f64 a, f64 b, f64 relative, f64 absolute) {
  if (relative < 0 || absolute < 0) return raise(t, ValueError, "tolerances must be non-negative");
  if (a == b) return true;
  if (std::isinf(a) || std::isinf(b)) return false;
  f64 difference = std::fabs(b - a);
  return difference <= std::fabs(relative * b) || difference <= std::fabs(relative * a) || difference <= absolute;
}

// --- rounding to an int --------------------------------------------------------------------------------------

template <Real kRound>
Result<> rounded(Thread& t, Value v, Str* special) {
  if (v.is_float()) return int_from_double(t, kRound(v.as_float()));
  Local<> r(t, TRY(call_special(t, v, special, nullptr, 0)));
  if (!r.is_empty()) return r.give();
  return int_from_double(t, kRound(TRY(to_double(t, v))));
}
Result<> math_ceil(Thread& t, Value v) { return rounded<std::ceil>(t, v, names().__ceil__); }
Result<> math_floor(Thread& t, Value v) { return rounded<std::floor>(t, v, names().__floor__); }
Result<> math_trunc(Thread& t, Value v) {
  if (v.is_float()) return int_from_double(t, v.as_float());
  Local<> r(t, TRY(call_special(t, v, names().__trunc__, nullptr, 0)));
  if (r.is_empty()) return raise(t, TypeError, "type {!T} doesn't define __trunc__ method", v);
  return r.give();
}

f64 to_degrees(f64 x) { return x * (180.0 / std::numbers::pi); }
f64 to_radians(f64 x) { return x * (std::numbers::pi / 180.0); }
bool math_isfinite(Thread&, f64 x) { return std::isfinite(x); }
bool math_isinf(Thread&, f64 x) { return std::isinf(x); }
bool math_isnan(Thread&, f64 x) { return std::isnan(x); }
bool math_isnormal(Thread&, f64 x) { return std::isnormal(x); }
bool math_issubnormal(Thread&, f64 x) { return std::fpclassify(x) == FP_SUBNORMAL; }
bool math_signbit(Thread&, f64 x) { return std::signbit(x); }

const NativeDef kFunctions[] = {
    def<unit_input<std::acos>>("acos($module, x, /)", "Arc cosine, in radians from 0 to pi."),
    def<math_acosh>("acosh($module, x, /)", "Inverse hyperbolic cosine."),
    def<unit_input<std::asin>>("asin($module, x, /)", "Arc sine, in radians from -pi/2 to pi/2."),
    def<plain<std::asinh>>("asinh($module, x, /)", "Inverse hyperbolic sine."),
    def<plain<std::atan>>("atan($module, x, /)", "Arc tangent, in radians from -pi/2 to pi/2."),
    def<math_atan2>("atan2($module, y, x, /)", "Arc tangent of y/x, in the quadrant that both signs tell."),
    def<math_atanh>("atanh($module, x, /)", "Inverse hyperbolic tangent."),
    def<plain<std::cbrt>>("cbrt($module, x, /)", "Cube root."),
    def<math_ceil>("ceil($module, x, /)", "The least integer >= x."),
    def<math_copysign>("copysign($module, x, y, /)", "The magnitude of x with the sign of y."),
    def<finite_input<std::cos>>("cos($module, x, /)", "Cosine of x radians."),
    def<may_overflow<std::cosh>>("cosh($module, x, /)", "Hyperbolic cosine."),
    def<plain<to_degrees>>("degrees($module, x, /)", "Radians as degrees."),
    def<plain<std::erf>>("erf($module, x, /)", "Error function."),
    def<plain<std::erfc>>("erfc($module, x, /)", "Complementary error function: 1 - erf(x)."),
    def<may_overflow<std::exp>>("exp($module, x, /)", "e to the power x."),
    def<may_overflow<std::exp2>>("exp2($module, x, /)", "2 to the power x."),
    def<may_overflow<std::expm1>>("expm1($module, x, /)", "exp(x) - 1, exact for small x."),
    def<plain<std::fabs>>("fabs($module, x, /)", "Absolute value, as a float."),
    def<math_floor>("floor($module, x, /)", "The greatest integer <= x."),
    def<math_fma>("fma($module, x, y, z, /)", "x * y + z, rounded once."),
    def<math_fmax>("fmax($module, x, y, /)", "The larger number; a NaN loses."),
    def<math_fmin>("fmin($module, x, y, /)", "The smaller number; a NaN loses."),
    def<remainder_like<std::fmod>>("fmod($module, x, y, /)", "Remainder of x / y with the sign of x."),
    def<math_frexp>("frexp($module, x, /)", "(m, e) with x == m * 2**e and 0.5 <= abs(m) < 1; (0.0, 0) for 0."),
    def<math_gamma>("gamma($module, x, /)", "Gamma function."),
    def<math_isclose>("isclose($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)",
                      "Are a and b within either tolerance of each other?"),
    def<math_isfinite>("isfinite($module, x, /)", "Is x neither infinite nor NaN?"),
    def<math_isinf>("isinf($module, x, /)", "Is x an infinity?"),
    def<math_isnan>("isnan($module, x, /)", "Is x a NaN?"),
    def<math_isnormal>("isnormal($module, x, /)", "Is x a number with all 53 bits?"),
    def<math_issubnormal>("issubnormal($module, x, /)", "Is x so small that it has fewer than 53 bits?"),
    def<math_ldexp>("ldexp($module, x, i, /)", "x * 2**i."),
    def<math_lgamma>("lgamma($module, x, /)", "Natural logarithm of the absolute value of gamma(x)."),
    def<math_log>("log($module, x, base=<unrepresentable>, /)", "Logarithm of x, natural unless a base is given."),
    def<log_of<std::log10>>("log10($module, x, /)", "Logarithm to base 10."),
    def<math_log1p>("log1p($module, x, /)", "log(1 + x), exact for small x."),
    def<log_of<std::log2>>("log2($module, x, /)", "Logarithm to base 2."),
    def<math_modf>("modf($module, x, /)", "Fraction and whole part of x, both with its sign."),
    def<math_nextafter>("nextafter($module, x, y, /, *, steps=None)", "The float next to x towards y, or some steps on."),
    def<math_pow>("pow($module, x, y, /)", "x to the power y, as floats."),
    def<plain<to_radians>>("radians($module, x, /)", "Degrees as radians."),
    def<remainder_like<std::remainder>>("remainder($module, x, y, /)", "x less the nearest multiple of y."),
    def<math_signbit>("signbit($module, x, /)", "Is the sign of x negative?"),
    def<finite_input<std::sin>>("sin($module, x, /)", "Sine of x radians."),
    def<may_overflow<std::sinh>>("sinh($module, x, /)", "Hyperbolic sine."),
    def<math_sqrt>("sqrt($module, x, /)", "Square root."),
    def<finite_input<std::tan>>("tan($module, x, /)", "Tangent of x radians."),
    def<plain<std::tanh>>("tanh($module, x, /)", "Hyperbolic tangent."),
    def<math_trunc>("trunc($module, x, /)", "x without its fraction: x.__trunc__()."),
    def<math_ulp>("ulp($module, x, /)", "The value of the last bit of x."),
};
const ConstantDef kConstants[] = {
    float_constant("pi", std::numbers::pi), float_constant("e", std::numbers::e),
    float_constant("tau", 2 * std::numbers::pi), float_constant("inf", INFINITY), float_constant("nan", NAN)};

Status math_exec(Thread& t, Module* m) {
  TRY(module_add_functions(t, m, sum_functions()));
  // math.integer is a module of its own; its functions are also math's.
  Local<Str> native(t, TRY(str_intern(t, "_math_integer"))), dotted(t, TRY(str_intern(t, "math.integer")));
  Local<Module> integer(t, TRY(import_native(t, native)));
  TRY(module_add(t, m, "integer", integer));
  TRY(dict_set_str(t, sys_modules(), dotted, integer));
  for (const NativeDef& d : integer_functions()) {
    Local<Str> name(t, TRY(str_intern(t, {d.signature, std::string_view(d.signature).find('(')})));
    Local<> f(t, TRY(module_get(t, integer, name)));
    TRY(module_set(t, m, name, f));
  }
  return kDone;
}

}  // namespace

extern const ModuleDef math_module_def;
const ModuleDef math_module_def = {"math", "Functions of floats, and of integers.", kFunctions, kConstants, math_exec};

}  // namespace taipan
