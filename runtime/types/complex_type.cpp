// The class complex: construction from numbers and text, arithmetic with mixed real operands (C99 Annex G
// rules as CPython 3.14 adopted them), methods.
#include <cmath>
#include <limits>

#include "runtime/base/float_text.h"
#include "runtime/base/hash.h"
#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/types/float.h"
#include "runtime/types/float_math.h"
#include "runtime/types/int.h"
#include "runtime/types/number_format.h"
#include "runtime/types/number_text.h"
#include "runtime/types/singletons.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

struct Parts {
  f64 re, im;
  bool real;  // a real operand: its imaginary part takes no part at all
};

enum class Operand : u8 { Ok, NotANumber, Error };
Operand operand(Thread& t, Value v, Parts* out) {
  if (is_a<Complex>(v) || is_instance(v, complex_type)) {
    *out = {v.as<Complex>()->real, v.as<Complex>()->imag, false};
  } else if (is_any_float(v)) {
    *out = {float_value(v), 0, true};
  } else if (is_any_int(v)) {
    auto r = int_to_double(t, v);
    if (r.is_error()) return Operand::Error;
    *out = {r.take(), 0, true};
  } else {
    return Operand::NotANumber;
  }
  return Operand::Ok;
}

#define TP_COMPLEX_OPERANDS(a, b)                                  \
  Parts x, y;                                                      \
  Operand left_ = operand(t, a, &x);                               \
  if (left_ == Operand::Error) return kError;                      \
  if (left_ == Operand::NotANumber) return not_implemented();      \
  Operand right_ = operand(t, b, &y);                              \
  if (right_ == Operand::Error) return kError;                     \
  if (right_ == Operand::NotANumber) return not_implemented()

Result<> complex_add(Thread& t, Value a, Value b) {
  TP_COMPLEX_OPERANDS(a, b);
  return complex_from(t, x.re + y.re, y.real ? x.im : x.real ? y.im : x.im + y.im);
}
Result<> complex_sub(Thread& t, Value a, Value b) {
  TP_COMPLEX_OPERANDS(a, b);
  return complex_from(t, x.re - y.re, y.real ? x.im : x.real ? -y.im : x.im - y.im);
}
// What is left of an infinity's part where only its direction counts: 1 or 0, with the sign.
f64 direction(f64 d) { return std::copysign(std::isinf(d) ? 1.0 : 0.0, d); }
f64 zero_for_nan(f64 d) { return std::isnan(d) ? std::copysign(0.0, d) : d; }

// An infinity times what is not zero is an infinity, though the formula gives NaN for both parts (C99, annex G.5.1).
Parts product(Parts x, Parts y) {
  f64 ac = x.re * y.re, bd = x.im * y.im, ad = x.re * y.im, bc = x.im * y.re;
  Parts r{ac - bd, ad + bc, false};
  if (!std::isnan(r.re) || !std::isnan(r.im)) [[likely]] return r;
  bool recover = false;
  if (std::isinf(x.re) || std::isinf(x.im)) {
    x = {direction(x.re), direction(x.im), false};
    y = {zero_for_nan(y.re), zero_for_nan(y.im), false};
    recover = true;
  }
  if (std::isinf(y.re) || std::isinf(y.im)) {
    y = {direction(y.re), direction(y.im), false};
    x = {zero_for_nan(x.re), zero_for_nan(x.im), false};
    recover = true;
  }
  if (!recover && (std::isinf(ac) || std::isinf(bd) || std::isinf(ad) || std::isinf(bc))) {  // it overflowed
    x = {zero_for_nan(x.re), zero_for_nan(x.im), false};
    y = {zero_for_nan(y.re), zero_for_nan(y.im), false};
    recover = true;
  }
  if (!recover) return r;
  constexpr f64 kInfinity = std::numeric_limits<f64>::infinity();
  return {kInfinity * (x.re * y.re - x.im * y.im), kInfinity * (x.re * y.im + x.im * y.re), false};
}

Result<> complex_mul(Thread& t, Value a, Value b) {
  TP_COMPLEX_OPERANDS(a, b);
  if (y.real) return complex_from(t, x.re * y.re, x.im * y.re);
  if (x.real) return complex_from(t, x.re * y.re, x.re * y.im);
  Parts r = product(x, y);
  return complex_from(t, r.re, r.im);
}

// A real has no imaginary part, not even one of zero, whose sign would show.
bool divide_real(f64 x, Parts y, f64* re, f64* im) {
  f64 ar = std::fabs(y.re), ai = std::fabs(y.im);
  if (ar >= ai) {
    if (ar == 0) return false;
    f64 ratio = y.im / y.re, denominator = y.re + y.im * ratio;
    *re = x / denominator;
    *im = -x * ratio / denominator;
  } else if (ai >= ar) {
    f64 ratio = y.re / y.im, denominator = y.re * ratio + y.im;
    *re = x * ratio / denominator;
    *im = -x / denominator;
  } else {
    *re = *im = std::nan("");
  }
  if (std::isnan(*re) && std::isnan(*im) && std::isfinite(x) && (std::isinf(ar) || std::isinf(ai))) {
    *re = 0.0 * (x * direction(y.re));
    *im = 0.0 * (-x * direction(y.im));
  }
  return true;
}

// Smith's method: scales by the larger part of the divisor.
bool divide(Parts x, Parts y, f64* re, f64* im) {
  if (y.real) {
    if (y.re == 0) return false;
    *re = x.re / y.re;
    *im = x.im / y.re;
    return true;
  }
  if (x.real) return divide_real(x.re, y, re, im);
  f64 ar = std::fabs(y.re), ai = std::fabs(y.im);
  if (ar >= ai) {
    if (ar == 0) return false;
    f64 ratio = y.im / y.re, denominator = y.re + y.im * ratio;
    *re = (x.re + x.im * ratio) / denominator;
    *im = (x.im - x.re * ratio) / denominator;
  } else if (ai >= ar) {
    f64 ratio = y.re / y.im, denominator = y.re * ratio + y.im;
    *re = (x.re * ratio + x.im) / denominator;
    *im = (x.im * ratio - x.re) / denominator;
  } else {
    *re = *im = std::nan("");  // a part of y is NaN
  }
  if (!std::isnan(*re) || !std::isnan(*im)) [[likely]] return true;
  // Infinite by finite is infinite, finite by infinite is zero.
  if ((std::isinf(x.re) || std::isinf(x.im)) && std::isfinite(y.re) && std::isfinite(y.im)) {
    constexpr f64 kInfinity = std::numeric_limits<f64>::infinity();
    x = {direction(x.re), direction(x.im), false};
    *re = kInfinity * (x.re * y.re + x.im * y.im);
    *im = kInfinity * (x.im * y.re - x.re * y.im);
  } else if ((std::isinf(ar) || std::isinf(ai)) && std::isfinite(x.re) && std::isfinite(x.im)) {
    y = {direction(y.re), direction(y.im), false};
    *re = 0.0 * (x.re * y.re + x.im * y.im);
    *im = 0.0 * (x.im * y.re - x.re * y.im);
  }
  return true;
}

Result<> complex_true_div(Thread& t, Value a, Value b) {
  TP_COMPLEX_OPERANDS(a, b);
  f64 re, im;
  if (!divide(x, y, &re, &im)) return raise(t, ZeroDivisionError, "division by zero");
  return complex_from(t, re, im);
}
Result<> complex_pow(Thread& t, Value a, Value b) {
  TP_COMPLEX_OPERANDS(a, b);
  return complex_power(t, x.re, x.im, y.re, y.im);
}
Result<> complex_power_slot(Thread& t, Value a, Value b, Value modulus) {
  if (!is_none(modulus)) return raise(t, ValueError, "complex modulo");
  return complex_pow(t, a, b);
}

Complex* self_of(Value v) { return v.as<Complex>(); }
Result<> complex_neg(Thread& t, Value v) { return complex_from(t, -self_of(v)->real, -self_of(v)->imag); }
Result<> complex_pos(Thread& t, Value v) {
  if (is_exact<Complex>(v)) return own(v);
  return complex_from(t, self_of(v)->real, self_of(v)->imag);
}
Result<> complex_abs(Thread& t, Value v) {
  f64 r = std::hypot(self_of(v)->real, self_of(v)->imag);
  if (std::isinf(r) && std::isfinite(self_of(v)->real) && std::isfinite(self_of(v)->imag)) {
    return raise(t, OverflowError, "absolute value too large");
  }
  return float_from(t, r);
}
Result<bool> complex_truth(Thread&, Value v) { return self_of(v)->real != 0 || self_of(v)->imag != 0; }
Result<u64> complex_hash(Thread&, Value v) {
  return hash_complex(hash_double(self_of(v)->real), hash_double(self_of(v)->imag));
}

Result<Str> complex_repr(Thread& t, Value v) {
  f64 re = self_of(v)->real, im = self_of(v)->imag;
  std::string out;
  auto part = [&](f64 d) {
    DoubleStyle style;
    append_double(out, d, style);
  };
  if (re == 0 && !std::signbit(re)) {
    part(im);
    out += 'j';
  } else {
    out += '(';
    part(re);
    if (!std::signbit(im) || std::isnan(im)) out += '+';
    part(im);
    out += "j)";
  }
  return str_from_ascii(t, out);
}

Result<> complex_compare(Thread& t, Value a, Value b, CompareOp op) {
  if (op != CompareOp::Eq && op != CompareOp::Ne) return not_implemented();
  f64 re = self_of(a)->real, im = self_of(a)->imag;
  bool equal;
  if (is_instance(b, complex_type)) {
    equal = re == self_of(b)->real && im == self_of(b)->imag;
  } else if (is_any_float(b)) {
    equal = re == float_value(b) && im == 0;
  } else if (is_any_int(b)) {
    if (im != 0) {
      equal = false;
    } else {
      Local<> real(t, TRY(float_from(t, re)));
      equal = TRY(compare_truth(t, CompareOp::Eq, real, b));
    }
  } else {
    return not_implemented();
  }
  return boolean(equal == (op == CompareOp::Eq));
}

// [ws][(][ws] real [+-imag j] | imag j [ws][)][ws]
bool parse_complex(std::string_view s, f64* re, f64* im) {
  s = trim_spaces(s);
  if (!s.empty() && s.front() == '(') {
    if (s.back() != ')') return false;
    s = trim_spaces(s.substr(1, s.size() - 2));
  }
  std::string text;
  bool last_digit = false;
  for (usize i = 0; i < s.size(); ++i) {  // underscores between digits only
    if (s[i] == '_') {
      if (!last_digit || i + 1 >= s.size() || s[i + 1] < '0' || s[i + 1] > '9') return false;
      continue;
    }
    last_digit = s[i] >= '0' && s[i] <= '9';
    text.push_back(s[i]);
  }
  s = text;
  auto number = [&](f64* out, bool need_sign) {  // a number, or a bare sign before j
    if (need_sign && (s.empty() || (s[0] != '+' && s[0] != '-'))) return false;
    usize n = parse_double_prefix(s, out);
    if (n == 0) {
      n = !s.empty() && (s[0] == '+' || s[0] == '-');
      if (s.size() <= n || (s[n] != 'j' && s[n] != 'J')) return false;
      *out = n && s[0] == '-' ? -1.0 : 1.0;
    }
    s.remove_prefix(n);
    return true;
  };
  auto ends_with_j = [&] { return s.size() == 1 && (s[0] == 'j' || s[0] == 'J'); };
  *re = *im = 0;
  f64 first;
  if (!number(&first, false)) return false;
  if (s.empty()) return *re = first, true;
  if (ends_with_j()) return *im = first, true;
  *re = first;
  return number(im, true) && ends_with_j();
}

Result<> complex_from_str(Thread& t, Type& cls, Str* s);

Result<> make(Thread& t, Type& cls, f64 re, f64 im) {
  if (&cls == &complex_type) return complex_from(t, re, im);
  Complex* o = new_object<Complex>(t, cls);
  if (o == nullptr) return kError;
  o->real = re;
  o->imag = im;
  return Result<>::from_owned(own_new(o).word());
}

Result<> complex_from_str(Thread& t, Type& cls, Str* s) {
  std::string text = number_text(s);
  f64 re, im;
  if (!parse_complex(text, &re, &im)) return raise(t, ValueError, "complex() arg is a malformed string");
  return make(t, cls, re, im);
}

// What __complex__ gives: absent() without one.
Result<> from_special(Thread& t, Value v) {
  Local<> r(t, TRY(call_special(t, v, names().complex_method, nullptr, 0)));
  if (r.is_empty()) return Result<>::absent();
  if (!is_instance(r, complex_type)) {
    return raise(t, TypeError, "{!Q}.__complex__() must return a complex, not {!Q}", v, r.value());
  }
  if (!is_exact<Complex>(r)) {
    Local<Str> text(t, TRY(str_format(t, "{!Q}.__complex__() must return a complex, not {!Q}.  The ability to return an instance "
                                         "of a strict subclass of complex is deprecated, and may be removed in a future version "
                                         "of Python.", v, r.value())));
    TRY(warn(t, DeprecationWarning, text.get()));
  }
  return r.give();
}

bool is_real(Value v) {
  TypeSlots& slots = type_of(v).slots;
  return is_any_int(v) || is_any_float(v) || slots.to_float != nullptr || slots.index != nullptr;
}

// A number as a complex: __complex__ first, then a real.
Status to_complex(Thread& t, Value v, Parts* out, const char* wanted) {
  if (is_exact<Complex>(v)) {
    *out = {self_of(v)->real, self_of(v)->imag, false};
    return kDone;
  }
  Local<> r(t, TRY(from_special(t, v)));  // that of a subclass, too
  if (!r.is_empty()) {
    *out = {self_of(r)->real, self_of(r)->imag, false};
    return kDone;
  }
  if (!is_real(v)) return raise(t, TypeError, wanted, v);
  *out = {TRY(to_double(t, v)), 0, true};
  return kDone;
}

// complex(x)
Result<> complex_of(Thread& t, Type& cls, Value x) {
  if (is_a<Str>(x)) return complex_from_str(t, cls, x.as<Str>());
  if (is_exact<Complex>(x) && &cls == &complex_type) return own(x);
  Parts parts;
  TRY(to_complex(t, x, &parts, "complex() argument must be a string or a number, not {!Q}"));
  return make(t, cls, parts.re, parts.im);
}

Status warn_not_real(Thread& t, const char* which, Value v) {
  Local<Str> text(t, TRY(str_format(t, "complex() argument '{}' must be a real number, not {!Q}", which, v)));
  return warn(t, DeprecationWarning, text.get());
}

// complex(real, imag) is real + imag*1j.
Result<> complex_bind(Thread& t, Value cls, Value real, Value imag) {
  Parts x{0, 0, true}, y{0, 0, true};
  if (!real.is_empty()) {
    TRY(to_complex(t, real, &x, "complex() argument 'real' must be a real number, not {!Q}"));
    if (!x.real) TRY(warn_not_real(t, "real", real));
  }
  if (!imag.is_empty()) {
    if (is_instance(imag, complex_type)) {
      y = {self_of(imag)->real, self_of(imag)->imag, false};
      TRY(warn_not_real(t, "imag", imag));
    } else if (is_real(imag)) {
      y.re = TRY(to_double(t, imag));
    } else {
      return raise(t, TypeError, "complex() argument 'imag' must be a real number, not {!Q}", imag);
    }
  }
  return make(t, *cls.as<Type>(), y.real ? x.re : x.re - y.im, x.real ? y.re : x.im + y.re);
}
const NativeDef kComplexArguments = def<complex_bind>(
    "complex($type, /, real=<unrepresentable>, imag=<unrepresentable>)", "");

Result<> complex_new(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  if (nargs == 1 && (kwnames == nullptr || kwnames->size() == 0)) return complex_of(t, cls, args[0]);
  return call_native(t, kComplexArguments, Value(&cls), args, nargs, kwnames);
}

Result<> complex_conjugate(Thread& t, Value v) {
  return complex_from(t, self_of(v)->real, -self_of(v)->imag);
}
Result<Tuple> complex_getnewargs(Thread& t, Value v) {
  Local<> re(t, TRY(float_from(t, self_of(v)->real))), im(t, TRY(float_from(t, self_of(v)->imag)));
  return tuple_of(t, re, im);
}
Result<Str> complex_format_method(Thread& t, Value v, Str* spec) {
  if (spec->length() == 0) return to_str(t, v);
  return complex_format(t, self_of(v)->real, self_of(v)->imag, spec);
}
Result<> complex_from_number(Thread& t, Value cls, Value number) {
  if (same(cls, Value(&complex_type)) && is_exact<Complex>(number)) return own(number);
  Parts x;
  if (is_a<Str>(number)) return raise(t, TypeError, "must be real number, not str");
  TRY(to_complex(t, number, &x, "must be real number, not {!Q}"));
  Local<> v(t, TRY(complex_from(t, x.re, x.im)));
  return same(cls, Value(&complex_type)) ? v.give() : call(t, cls, v);
}

const NativeDef kComplexMethods[] = {
    def<complex_conjugate>("conjugate($self, /)", "The number with the sign of its imaginary part changed."),
    def<complex_pos>("__complex__($self, /)", "The number itself, as an exact complex."),
    class_def<complex_from_number>("from_number($type, number, /)", "A complex from a number, never from text."),
    def<complex_getnewargs>("__getnewargs__($self, /)", ""),
    def<complex_format_method>("__format__($self, format_spec, /)", "Format by the mini-language."),
};
const MemberDef kComplexMembers[] = {
    {"real", MemberKind::Double, offsetof(Complex, real), true, "the real part"},
    {"imag", MemberKind::Double, offsetof(Complex, imag), true, "the imaginary part"},
};

}  // namespace

Result<> complex_power(Thread& t, f64 xr, f64 xi, f64 yr, f64 yi) {
  if (yr == 0 && yi == 0) return complex_from(t, 1, 0);
  if (xr == 0 && xi == 0) {
    if (yi != 0 || yr < 0) return raise(t, ZeroDivisionError, "zero to a negative or complex power");
    return complex_from(t, 0, 0);
  }
  f64 re, im;
  if (yi == 0 && yr == std::floor(yr) && std::fabs(yr) <= 100) {  // small whole powers by multiplication
    Parts base{xr, xi, false}, r{1, 0, false};
    for (long n = std::labs(static_cast<long>(yr)); n != 0; n >>= 1) {
      if (n & 1) r = product(r, base);
      base = product(base, base);
    }
    re = r.re;
    im = r.im;
    if (yr < 0 && !divide({1, 0, false}, r, &re, &im)) {
      return raise(t, ZeroDivisionError, "zero to a negative or complex power");
    }
  } else {
    f64 magnitude = std::hypot(xr, xi), angle = std::atan2(xi, xr);
    f64 length = std::pow(magnitude, yr), phase = angle * yr;
    if (yi != 0) {
      length *= std::exp(-angle * yi);
      phase += yi * std::log(magnitude);
    }
    // The same words as for 0j: CPython's, which sees only that cos() has no answer.
    if (std::isinf(phase)) return raise(t, ZeroDivisionError, "zero to a negative or complex power");
    re = length * std::cos(phase);
    im = length * std::sin(phase);
  }
  if (std::isinf(re) || std::isinf(im)) {
    return raise(t, OverflowError, "complex exponentiation");
  }
  return complex_from(t, re, im);
}

extern const TypeDef complex_type_def;
constinit const TypeDef complex_type_def = {
    .name = "complex",
    .doc = "A complex number from a string or numbers.",
    .flags = kTypeBase | kTypeNoEdges,
    .size = sizeof(Complex),
    .slots = {.new_ = complex_new,
              .repr = complex_repr,
              .hash = complex_hash,
              .truth = complex_truth,
              .compare = complex_compare,
              .binary = {complex_add, complex_sub, complex_mul, complex_true_div, nullptr, nullptr,
                         complex_pow},
              .power = complex_power_slot,
              .unary = {complex_neg, complex_pos, nullptr, complex_abs}},
    .methods = kComplexMethods,
    .members = kComplexMembers,
    .text_signature = "(real=0, imag=0)",
};

}  // namespace taipan
