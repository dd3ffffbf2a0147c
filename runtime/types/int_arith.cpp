// Arithmetic of ints: immediates first, then sign-magnitude limbs over GMP's mpn layer.
// Division floors (Language Reference 6.7); shifts and bit operations act on two's complement.
#include <cmath>
#include <cstring>

#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/thread/safepoint.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/int_view.h"
#include "runtime/types/singletons.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

mp_size_t gmp_size(usize n) { return static_cast<mp_size_t>(n); }

int compare_magnitude(const IntView& a, const IntView& b) {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a.size() == 0 ? 0 : mpn_cmp(a.limbs(), b.limbs(), gmp_size(a.size()));
}

Result<> add_magnitudes(Thread& t, const IntView& a, const IntView& b, bool negative) {
  const IntView& x = a.size() >= b.size() ? a : b;
  const IntView& y = a.size() >= b.size() ? b : a;
  IntBuilder r(t, x.size() + 1);
  if (!r.ok()) return kError;
  Limb carry = 0;
  if (y.size() == 0) {
    std::memcpy(r.limbs(), x.limbs(), x.size() * sizeof(Limb));
  } else {
    carry = mpn_add(r.limbs(), x.limbs(), gmp_size(x.size()), y.limbs(), gmp_size(y.size()));
  }
  r.limbs()[x.size()] = carry;
  return r.finish(negative);
}

// |a| - |b| with the sign `negative` if |a| > |b|.
Result<> sub_magnitudes(Thread& t, const IntView& a, const IntView& b, bool negative) {
  int c = compare_magnitude(a, b);
  if (c == 0) return Result<>::small_int(0);
  const IntView& x = c > 0 ? a : b;
  const IntView& y = c > 0 ? b : a;
  IntBuilder r(t, x.size());
  if (!r.ok()) return kError;
  if (y.size() == 0) {
    std::memcpy(r.limbs(), x.limbs(), x.size() * sizeof(Limb));
  } else {
    mpn_sub(r.limbs(), x.limbs(), gmp_size(x.size()), y.limbs(), gmp_size(y.size()));
  }
  return r.finish(c > 0 ? negative : !negative);
}

Result<> add_signed(Thread& t, const IntView& a, const IntView& b, bool b_negative) {
  if (a.is_negative() == b_negative) return add_magnitudes(t, a, b, b_negative);
  return sub_magnitudes(t, a, b, a.is_negative());
}

ErrorTag zero_division(Thread& t) { return raise(t, ZeroDivisionError, "division by zero"); }

// Floor quotient and remainder; either pointer may be null.
Status floor_div(Thread& t, Value va, Value vb, Result<>* quotient, Result<>* remainder) {
  IntView a(va), b(vb);
  if (b.is_zero()) return zero_division(t);
  if (va.is_int() && vb.is_int()) {
    i64 x = va.as_int(), y = vb.as_int(), q = x / y, r = x % y;  // 62 bits: the quotient cannot overflow
    if (r != 0 && (r ^ y) < 0) {
      --q;
      r += y;
    }
    if (quotient) *quotient = TRY(int_from_i64(t, q));
    if (remainder) *remainder = Result<>::small_int(r);
    return kDone;
  }
  bool differ = a.is_negative() != b.is_negative();
  if (compare_magnitude(a, b) < 0) {
    bool adjust = !a.is_zero() && differ;
    if (remainder) {
      *remainder = adjust ? TRY(int_add(t, va, vb)) : TRY(int_exact(t, va));
    }
    if (quotient) *quotient = Result<>::small_int(adjust ? -1 : 0);
    return kDone;
  }
  usize nq = a.size() - b.size() + 1;
  IntBuilder q(t, nq + 1), r(t, b.size());
  if (!q.ok() || !r.ok()) return kError;
  mpn_tdiv_qr(q.limbs(), r.limbs(), 0, a.limbs(), gmp_size(a.size()), b.limbs(), gmp_size(b.size()));
  q.limbs()[nq] = 0;
  bool adjust = differ && mpn_zero_p(r.limbs(), gmp_size(b.size())) == 0;
  if (adjust) {
    mpn_add_1(q.limbs(), q.limbs(), gmp_size(nq + 1), 1);
    mpn_sub_n(r.limbs(), b.limbs(), r.limbs(), gmp_size(b.size()));
  }
  Result<> rest = TRY(r.finish(b.is_negative()));
  if (quotient) {
    Local<> keep(t, rest);
    *quotient = TRY(q.finish(differ));
    rest = keep.give();
  }
  if (remainder) {
    *remainder = rest;
  } else {
    drop(rest);
  }
  return kDone;
}

// Limb i of the two's complement form of v, and the borrow that it carries along.
class TwosComplement {
 public:
  explicit TwosComplement(const IntView& v) : v_(v), carry_(v.is_negative()) {}
  Limb next(usize i) {
    Limb limb = v_[i];
    if (!v_.is_negative()) return limb;
    limb = ~limb + carry_;
    if (limb != 0) carry_ = 0;
    return limb;
  }

 private:
  const IntView& v_;
  Limb carry_;
};

Result<> bitwise(Thread& t, BinaryOp op, Value va, Value vb) {
  if (va.is_int() && vb.is_int()) {
    i64 x = va.as_int(), y = vb.as_int();
    return Result<>::small_int(op == BinaryOp::And ? x & y : op == BinaryOp::Or ? x | y : x ^ y);
  }
  IntView a(va), b(vb);
  usize n = (a.size() > b.size() ? a.size() : b.size()) + 1;
  IntBuilder r(t, n);
  if (!r.ok()) return kError;
  TwosComplement x(a), y(b);
  for (usize i = 0; i < n; ++i) {
    Limb p = x.next(i), q = y.next(i);
    r.limbs()[i] = op == BinaryOp::And ? p & q : op == BinaryOp::Or ? p | q : p ^ q;
  }
  bool negative = r.limbs()[n - 1] >> 63;
  if (negative) mpn_neg(r.limbs(), r.limbs(), gmp_size(n));
  return r.finish(negative);
}

Result<> shift_left(Thread& t, const IntView& a, u64 count) {
  if (a.is_zero()) return Result<>::small_int(0);
  usize words = count / 64, bits = count % 64;
  if (words > kMaxLimbs) return (void)raise_memory_error(t), kError;
  IntBuilder r(t, a.size() + words + 1);
  if (!r.ok()) return kError;
  std::memset(r.limbs(), 0, words * sizeof(Limb));
  if (bits == 0) {
    std::memcpy(r.limbs() + words, a.limbs(), a.size() * sizeof(Limb));
    r.limbs()[words + a.size()] = 0;
  } else {
    r.limbs()[words + a.size()] =
        mpn_lshift(r.limbs() + words, a.limbs(), gmp_size(a.size()), static_cast<unsigned>(bits));
  }
  return r.finish(a.is_negative());
}

Result<> shift_right(Thread& t, const IntView& a, u64 count) {
  usize words = count / 64, bits = count % 64;
  if (words >= a.size()) return Result<>::small_int(a.is_negative() && !a.is_zero() ? -1 : 0);
  usize n = a.size() - words;
  IntBuilder r(t, n + 1);
  if (!r.ok()) return kError;
  bool lost = false;
  for (usize i = 0; i < words && !lost; ++i) lost = a[i] != 0;
  if (bits == 0) {
    std::memcpy(r.limbs(), a.limbs() + words, n * sizeof(Limb));
  } else {
    lost |= mpn_rshift(r.limbs(), a.limbs() + words, gmp_size(n), static_cast<unsigned>(bits)) != 0;
  }
  r.limbs()[n] = 0;
  if (a.is_negative() && lost) mpn_add_1(r.limbs(), r.limbs(), gmp_size(n + 1), 1);  // floors
  return r.finish(a.is_negative());
}

Result<> shift(Thread& t, bool left, Value va, Value vb) {
  if (int_sign(vb) < 0) return raise(t, ValueError, "negative shift count");
  u64 count;
  bool huge = !int_to_u64(vb, &count);
  if (va.is_int() && !huge) {
    i64 x = va.as_int();
    if (!left) return Result<>::small_int(x >> (count > 63 ? 63 : count));
    if (count < 62) {
      i64 r = static_cast<i64>(static_cast<u64>(x) << count);
      if ((r >> count) == x && Value::fits_small_int(r)) return Result<>::small_int(r);
    }
  }
  IntView a(va);
  if (huge || (left && count > (u64{1} << 40))) {
    if (!left) return Result<>::small_int(a.is_negative() ? -1 : 0);
    if (a.is_zero()) return Result<>::small_int(0);
    if (huge) return raise(t, OverflowError, "too many digits in integer");
    return (void)raise_memory_error(t), kError;
  }
  return left ? shift_left(t, a, count) : shift_right(t, a, count);
}

// a / b correctly rounded: the quotient of scaled integers with 66 significant bits or more, the last
// one sticky; ldexp rounds once (subnormal results: the sticky bit keeps that rounding exact too,
// because the scaled quotient is cut to the bits that the result can hold).
Result<> true_divide(Thread& t, Value va, Value vb) {
  IntView a(va), b(vb);
  if (b.is_zero()) return zero_division(t);
  if (a.is_zero()) return float_from(t, b.is_negative() ? -0.0 : 0.0);
  bool negative = a.is_negative() != b.is_negative();
  if (a.bit_length() <= 53 && b.bit_length() <= 53) {
    f64 q = static_cast<f64>(a[0]) / static_cast<f64>(b[0]);
    return float_from(t, negative ? -q : q);
  }
  ssize diff = static_cast<ssize>(a.bit_length()) - static_cast<ssize>(b.bit_length());
  if (diff > 1024) return raise(t, OverflowError, "integer division result too large for a float");
  if (diff < -1076) return float_from(t, negative ? -0.0 : 0.0);
  // shift so that the quotient has at least 55 bits, fewer where the result is subnormal
  ssize shift_by = diff - 60;
  if (shift_by < -1076) shift_by = -1076;
  Local<> x(t), y(t);
  if (shift_by <= 0) {
    x.set(TRY(shift_left(t, a, static_cast<u64>(-shift_by))));
    y.set(vb);
  } else {
    x.set(va);
    y.set(TRY(shift_left(t, b, static_cast<u64>(shift_by))));
  }
  IntView n(x.value()), d(y.value());
  if (n.size() < d.size()) return float_from(t, negative ? -0.0 : 0.0);
  usize nq = n.size() - d.size() + 1;
  IntBuilder q(t, nq), r(t, d.size());
  if (!q.ok() || !r.ok()) return kError;
  mpn_tdiv_qr(q.limbs(), r.limbs(), 0, n.limbs(), gmp_size(n.size()), d.limbs(), gmp_size(d.size()));
  u64 quotient = q.limbs()[0];  // 59 to 62 bits
  bool inexact = mpn_zero_p(r.limbs(), gmp_size(d.size())) == 0;
  // ldexp would round a subnormal a second time: cut to what fits, keeping one guard and one sticky bit
  ssize bits = 64 - __builtin_clzll(quotient | 1), keep = 55;
  ssize lowest = shift_by + bits - 53;  // exponent of the last kept bit
  if (lowest < -1074) keep = 55 - (-1074 - lowest);
  if (keep < 2) keep = 2;
  if (bits > keep) {
    ssize cut = bits - keep;
    inexact |= (quotient & ((u64{1} << cut) - 1)) != 0;
    quotient >>= cut;
    shift_by += cut;
  }
  // round half to even here: the two extra bits go
  u64 rest = quotient & 3;
  quotient >>= 2;
  if (bits >= keep) {
    if (rest > 2 || (rest == 2 && (inexact || (quotient & 1)))) ++quotient;
    shift_by += 2;
  } else {
    quotient = (quotient << 2) | rest;
  }
  f64 result = std::ldexp(static_cast<f64>(quotient), static_cast<int>(shift_by));
  if (std::isinf(result)) return raise(t, OverflowError, "integer division result too large for a float");
  return float_from(t, negative ? -result : result);
}

Result<> power_unsigned(Thread& t, Value base, u64 exponent) {
  Local<> result(t, Value::small_int(1)), square(t, TRY(int_exact(t, base)));
  while (true) {
    if (exponent & 1) result.set(TRY(int_mul(t, result, square)));
    exponent >>= 1;
    if (exponent == 0) break;
    square.set(TRY(int_mul(t, square, square)));
    TRY(safepoint(t));
  }
  return result.give();
}

}  // namespace

Result<> int_add(Thread& t, Value a, Value b) {
  if (a.is_int() && b.is_int()) return int_from_i64(t, a.as_int() + b.as_int());
  IntView x(a), y(b);
  return add_signed(t, x, y, y.is_negative());
}

Result<> int_sub(Thread& t, Value a, Value b) {
  if (a.is_int() && b.is_int()) return int_from_i64(t, a.as_int() - b.as_int());
  IntView x(a), y(b);
  return add_signed(t, x, y, !y.is_negative());
}

Result<> int_mul(Thread& t, Value a, Value b) {
  if (a.is_int() && b.is_int()) {
    i64 r;
    if (!__builtin_mul_overflow(a.as_int(), b.as_int(), &r)) return int_from_i64(t, r);
    return int_from_i128(t, static_cast<i128>(a.as_int()) * b.as_int());
  }
  IntView x(a), y(b);
  if (x.is_zero() || y.is_zero()) return Result<>::small_int(0);
  IntBuilder r(t, x.size() + y.size());
  if (!r.ok()) return kError;
  if (same(a, b)) {
    mpn_sqr(r.limbs(), x.limbs(), gmp_size(x.size()));
  } else if (x.size() >= y.size()) {
    mpn_mul(r.limbs(), x.limbs(), gmp_size(x.size()), y.limbs(), gmp_size(y.size()));
  } else {
    mpn_mul(r.limbs(), y.limbs(), gmp_size(y.size()), x.limbs(), gmp_size(x.size()));
  }
  return r.finish(x.is_negative() != y.is_negative());
}

Result<> int_neg(Thread& t, Value a) {
  if (a.is_int()) return int_from_i64(t, -a.as_int());
  IntView x(a);
  return int_from_limbs(t, reinterpret_cast<const u64*>(x.limbs()), x.size(), !x.is_negative());
}

Result<> int_divmod(Thread& t, Value a, Value b) {
  Result<> q = Result<>::small_int(0), r = q;
  TRY(floor_div(t, a, b, &q, &r));
  Local<> quotient(t, q), remainder(t, r);
  return tuple_of(t, quotient, remainder);
}

Result<> int_binary(Thread& t, BinaryOp op, Value a, Value b) {
  Result<> r = Result<>::small_int(0);
  switch (op) {
    case BinaryOp::Add: return int_add(t, a, b);
    case BinaryOp::Sub: return int_sub(t, a, b);
    case BinaryOp::Mul: return int_mul(t, a, b);
    case BinaryOp::TrueDiv: return true_divide(t, a, b);
    case BinaryOp::FloorDiv:
      TRY(floor_div(t, a, b, &r, nullptr));
      return r;
    case BinaryOp::Mod:
      TRY(floor_div(t, a, b, nullptr, &r));
      return r;
    case BinaryOp::Pow: return int_pow_mod(t, a, b, Value::empty());
    case BinaryOp::And:
    case BinaryOp::Or:
    case BinaryOp::Xor: return bitwise(t, op, a, b);
    case BinaryOp::Shl: return shift(t, true, a, b);
    case BinaryOp::Shr: return shift(t, false, a, b);
    case BinaryOp::MatMul: break;
  }
  return not_implemented();
}

Result<> int_pow_mod(Thread& t, Value base, Value exponent, Value modulus) {
  if (modulus.is_empty()) {
    if (int_sign(exponent) < 0) {
      f64 x = TRY(int_to_double(t, base)), y = TRY(int_to_double(t, exponent));
      if (x == 0.0) return raise(t, ZeroDivisionError, "zero to a negative power");
      return float_from(t, std::pow(x, y));
    }
    u64 e;
    if (!int_to_u64(exponent, &e)) {
      i64 b;
      if (!int_to_i64(base, &b) || b > 1 || b < -1) return (void)raise_memory_error(t), kError;
      if (b == -1) return Result<>::small_int(int_low_bits(exponent) & 1 ? -1 : 1);
      return Result<>::small_int(b);
    }
    usize bits = int_bit_length(base);
    if (bits > 1 && e > kMaxLimbs * 64 / bits) return (void)raise_memory_error(t), kError;
    return power_unsigned(t, base, e);
  }
  if (int_sign(modulus) == 0) return raise(t, ValueError, "pow() 3rd argument cannot be 0");
  IntView b(base), e(exponent), m(modulus);
  mpz_t zb, ze, zm, r;
  auto view = [](mpz_t out, const IntView& v) {
    mpz_roinit_n(out, v.limbs(), v.is_negative() ? -gmp_size(v.size()) : gmp_size(v.size()));
  };
  view(zb, b);
  view(ze, e);
  view(zm, m);
  mpz_init(r);
  if (e.is_negative() && !e.is_zero() && mpz_invert(r, zb, zm) == 0) {
    mpz_clear(r);
    return raise(t, ValueError, "base is not invertible for the given modulus");
  }
  // Exponent bits from the top, with polls, so that a huge pow() can be interrupted.
  mpz_t acc;
  mpz_init(acc);
  if (e.is_negative() && !e.is_zero()) {
    mpz_set(acc, r);
  } else {
    mpz_mod(acc, zb, zm);
  }
  mpz_set_ui(r, 1);
  if (m.size() <= 64 && e.size() <= 64) {
    mpz_t magnitude;
    mpz_roinit_n(magnitude, e.limbs(), gmp_size(e.size()));
    mpz_powm(r, acc, magnitude, zm);
  } else {
    for (usize i = e.bit_length(); i-- > 0;) {
      mpz_mul(r, r, r);
      mpz_mod(r, r, zm);
      if (e[i / 64] >> (i % 64) & 1) {
        mpz_mul(r, r, acc);
        mpz_mod(r, r, zm);
      }
      if (safepoint(t).is_error()) {
        mpz_clears(r, acc, nullptr);
        return kError;
      }
    }
    mpz_mod(r, r, zm);
  }
  // mpz's remainder is never negative; Python's has the sign of the modulus
  if (m.is_negative() && mpz_sgn(r) != 0) mpz_add(r, r, zm);
  Result<> result = int_from_limbs(t, reinterpret_cast<const u64*>(mpz_limbs_read(r)), mpz_size(r),
                                   mpz_sgn(r) < 0);
  mpz_clears(r, acc, nullptr);
  return result;
}

}  // namespace taipan
