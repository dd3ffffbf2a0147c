// The class complex: construction from numbers and text, arithmetic with mixed real operands (C99 Annex G
// rules as CPython 3.14 adopted them), methods.
#include <cmath>

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
Result<> complex_mul(Thread& t, Value a, Value b) {
  TP_COMPLEX_OPERANDS(a, b);
  if (y.real) return complex_from(t, x.re * y.re, x.im * y.re);
  if (x.real) return complex_from(t, x.re * y.re, x.re * y.im);
  return complex_from(t, x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re);
}

// Smith's method: scales by the larger part of the divisor.
bool divide(Parts x, Parts y, f64* re, f64* im) {
  if (y.real) {
    if (y.re == 0) return false;
    *re = x.re / y.re;
    *im = x.im / y.re;
    return true;
  }
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

// A number as a complex: __complex__ first, then a real.
Result<bool> to_complex(Thread& t, Value v, Parts* out, const char* which) {
  if (is_instance(v, complex_type)) {
    *out = {self_of(v)->real, self_of(v)->imag, false};
    return true;
  }
  Local<> r(t, TRY(call_special(t, v, names().complex_method, nullptr, 0)));
  if (!r.is_empty()) {
    if (!is_instance(r, complex_type)) {
      return raise(t, TypeError, "{!T}.__complex__() must return a complex, not {!T}", v, r.value());
    }
    *out = {self_of(r)->real, self_of(r)->imag, false};
    return true;
  }
  TypeSlots& slots = type_of(v).slots;
  if (!is_any_int(v) && !is_any_float(v) && slots.to_float == nullptr && slots.index == nullptr) {
    return raise(t, TypeError, "complex() {} must be a real number, not {!T}", which, v);
  }
  *out = {TRY(to_double(t, v)), 0, true};
  return true;
}

Result<> complex_bind(Thread& t, Value cls_value, Value real, Value imag) {
  Type& cls = *cls_value.as<Type>();
  if (real.is_empty() && imag.is_empty()) return make(t, cls, 0, 0);
  if (!real.is_empty() && is_a<Str>(real)) {
    if (!imag.is_empty()) return raise(t, TypeError, "complex() can't take second arg if first is a string");
    return complex_from_str(t, cls, real.as<Str>());
  }
  if (!imag.is_empty() && is_a<Str>(imag)) {
    return raise(t, TypeError, "complex() second arg can't be a string");
  }
  if (imag.is_empty() && is_exact<Complex>(real) && &cls == &complex_type) return own(real);
  Parts x{0, 0, true}, y{0, 0, true};
  if (!real.is_empty()) TRY(to_complex(t, real, &x, imag.is_empty() ? "argument" : "argument 'real'"));
  if (imag.is_empty()) return make(t, cls, x.re, x.im);
  TRY(to_complex(t, imag, &y, "argument 'imag'"));
  // complex(a, b) is a + b*1j
  return make(t, cls, y.real ? x.re : x.re - y.im, x.real ? y.re : x.im + y.re);
}
const NativeDef kComplexArguments = def<complex_bind>(
    "complex($type, /, real=<unrepresentable>, imag=<unrepresentable>)", "");

Result<> complex_new(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
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
  TRY(to_complex(t, number, &x, "argument"));
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
      if (n & 1) r = {r.re * base.re - r.im * base.im, r.re * base.im + r.im * base.re, false};
      base = {base.re * base.re - base.im * base.im, 2 * base.re * base.im, false};
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
    re = length * std::cos(phase);
    im = length * std::sin(phase);
  }
  if ((std::isinf(re) || std::isinf(im)) && std::isfinite(xr) && std::isfinite(xi)) {
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
