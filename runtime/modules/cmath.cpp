// cmath: functions of complex numbers. The C library has the branch cuts and special values of C99 Annex G;
// which of them are errors is Python's: no number from numbers is ValueError, no finite one OverflowError.
#include <cmath>
#include <complex>
#include <numbers>

#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/types/container_util.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

using Number = std::complex<f64>;

bool is_finite(Number z) { return std::isfinite(z.real()) && std::isfinite(z.imag()); }
bool has_nan(Number z) { return std::isnan(z.real()) || std::isnan(z.imag()); }
bool has_infinity(Number z) { return std::isinf(z.real()) || std::isinf(z.imag()); }

ErrorTag domain_error(Thread& t) { return raise(t, ValueError, "math domain error"); }
ErrorTag range_error(Thread& t) { return raise(t, OverflowError, "math range error"); }

// Anything with __complex__, __float__ or __index__.
Status number(Thread& t, Value v, Number* out) {
  Local<> z(t, v);
  if (!is_instance(v, complex_type)) {
    Local<> converted(t, TRY(call_special(t, v, names().complex_method, nullptr, 0)));
    if (converted.is_empty()) {
      *out = Number(TRY(to_double(t, v)), 0);
      return kDone;
    }
    if (!is_instance(converted, complex_type)) {
      return raise(t, TypeError, "{!T}.__complex__() must return a complex, not {!T}", v, converted);
    }
    z.set(converted.give());
  }
  auto* c = z.value().as<Complex>();
  *out = Number(c->real, c->imag);
  return kDone;
}
Result<> give(Thread& t, Number z) { return complex_from(t, z.real(), z.imag()); }

// Infinite: the function has poles where others only grow too large.
enum class Infinite : u8 { Overflow, Pole };

template <Number (*kFunction)(const Number&), Infinite kInfinite = Infinite::Overflow>
Result<> apply(Thread& t, Value v) {
  Number z;
  TRY(number(t, v, &z));
  Number r = kFunction(z);
  if (has_nan(r) && !has_nan(z)) return domain_error(t);
  if (has_infinity(r) && is_finite(z)) return kInfinite == Infinite::Pole ? domain_error(t) : range_error(t);
  return give(t, r);
}

Number log10_of(const Number& z) { return std::log(z) / std::numbers::ln10; }

Result<> cmath_log(Thread& t, Value v, Opt<Value> base) {
  if (!base.present) return apply<std::log<f64>, Infinite::Pole>(t, v);
  Number z;
  TRY(number(t, v, &z));
  Local<> top(t, TRY(give(t, std::log(z))));  // of zero, too: only the base's zero is an error
  Local<> bottom(t, TRY((apply<std::log<f64>, Infinite::Pole>(t, base.value))));
  Result<> quotient = binary_operation(t, BinaryOp::TrueDiv, top, bottom);
  return quotient.is_error() && swallow(t, ZeroDivisionError) ? domain_error(t) : quotient;
}

Result<f64> cmath_phase(Thread& t, Value v) {
  Number z;
  TRY(number(t, v, &z));
  return std::atan2(z.imag(), z.real());
}

Result<Tuple> cmath_polar(Thread& t, Value v) {
  Number z;
  TRY(number(t, v, &z));
  f64 size = std::hypot(z.real(), z.imag());
  if (std::isinf(size) && is_finite(z)) return range_error(t);
  Local<> r(t, TRY(float_from(t, size))), phi(t, TRY(float_from(t, std::atan2(z.imag(), z.real()))));
  return tuple_of(t, r, phi);
}

Result<> cmath_rect(Thread& t, f64 r, f64 phi) {
  if (std::isinf(phi) && !std::isnan(r) && r != 0) return domain_error(t);
  if (phi == 0) return give(t, Number(r, std::isnan(r) ? 0 : std::copysign(1, r) * phi));  // no NaN from an infinite r
  if (std::isinf(r) && std::isnan(phi)) return give(t, Number(std::fabs(r), phi));
  if (r == 0) return give(t, std::isfinite(phi) ? Number(r * std::cos(phi), r * std::sin(phi)) : Number(0, 0));
  return give(t, Number(r * std::cos(phi), r * std::sin(phi)));
}

template <bool (*kTest)(Number)>
Result<bool> test(Thread& t, Value v) {
  Number z;
  TRY(number(t, v, &z));
  return kTest(z);
}

Result<bool> cmath_isclose(Thread& t, Value first, Value second, f64 relative, f64 absolute) {
  Number a, b;
  TRY(number(t, first, &a));
  TRY(number(t, second, &b));
  if (relative < 0 || absolute < 0) return raise(t, ValueError, "tolerances must be non-negative");
  if (a == b) return true;
  if (has_infinity(a) || has_infinity(b)) return false;
  f64 difference = std::abs(a - b);
  return difference <= relative * std::abs(b) || difference <= relative * std::abs(a) || difference <= absolute;
}

const NativeDef kFunctions[] = {
    def<apply<std::acos<f64>>>("acos($module, z, /)", "Return the arc cosine of z."),
    def<apply<std::acosh<f64>>>("acosh($module, z, /)", "Return the inverse hyperbolic cosine of z."),
    def<apply<std::asin<f64>>>("asin($module, z, /)", "Return the arc sine of z."),
    def<apply<std::asinh<f64>>>("asinh($module, z, /)", "Return the inverse hyperbolic sine of z."),
    def<apply<std::atan<f64>, Infinite::Pole>>("atan($module, z, /)", "Return the arc tangent of z."),
    def<apply<std::atanh<f64>, Infinite::Pole>>("atanh($module, z, /)", "Return the inverse hyperbolic tangent of z."),
    def<apply<std::cos<f64>>>("cos($module, z, /)", "Return the cosine of z."),
    def<apply<std::cosh<f64>>>("cosh($module, z, /)", "Return the hyperbolic cosine of z."),
    def<apply<std::exp<f64>>>("exp($module, z, /)", "Return the exponential value e**z."),
    def<cmath_isclose>("isclose($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)", "Are two complex numbers close in value?"),
    def<test<is_finite>>("isfinite($module, z, /)", "Are both parts of z finite?"),
    def<test<has_infinity>>("isinf($module, z, /)", "Is a part of z infinite?"),
    def<test<has_nan>>("isnan($module, z, /)", "Is a part of z not a number?"),
    def<cmath_log>("log($module, z, base=<unrepresentable>, /)", "The logarithm of z to the given base; natural without one."),
    def<apply<log10_of, Infinite::Pole>>("log10($module, z, /)", "Return the base-10 logarithm of z."),
    def<cmath_phase>("phase($module, z, /)", "Return argument, also known as the phase angle, of a complex."),
    def<cmath_polar>("polar($module, z, /)", "Convert a complex from rectangular coordinates to polar coordinates: (r, phi)."),
    def<cmath_rect>("rect($module, r, phi, /)", "Convert from polar coordinates to rectangular coordinates."),
    def<apply<std::sin<f64>>>("sin($module, z, /)", "Return the sine of z."),
    def<apply<std::sinh<f64>>>("sinh($module, z, /)", "Return the hyperbolic sine of z."),
    def<apply<std::sqrt<f64>>>("sqrt($module, z, /)", "Return the square root of z."),
    def<apply<std::tan<f64>>>("tan($module, z, /)", "Return the tangent of z."),
    def<apply<std::tanh<f64>>>("tanh($module, z, /)", "Return the hyperbolic tangent of z."),
};
const ConstantDef kConstants[] = {
    float_constant("pi", std::numbers::pi),
    float_constant("e", std::numbers::e),
    float_constant("tau", 2 * std::numbers::pi),
    float_constant("inf", std::numeric_limits<f64>::infinity()),
    float_constant("nan", std::numeric_limits<f64>::quiet_NaN()),
};

Status cmath_exec(Thread& t, Module* m) {
  Local<> infinity(t, TRY(complex_from(t, 0, std::numeric_limits<f64>::infinity())));
  TRY(module_add(t, m, "infj", infinity));
  Local<> nan(t, TRY(complex_from(t, 0, std::numeric_limits<f64>::quiet_NaN())));
  return module_add(t, m, "nanj", nan);
}

}  // namespace

extern const ModuleDef cmath_module_def;
const ModuleDef cmath_module_def = {"cmath", "Functions of complex numbers.", kFunctions, kConstants, cmath_exec};

}  // namespace taipan
