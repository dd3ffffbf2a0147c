// math.integer: number theory on ints of any size. math has the same functions.
// Products are split in halves, so that the factors of each multiplication are about equally long.
#include <numeric>

#include "runtime/modules/math/math_module.h"
#include "runtime/object/call.h"
#include "runtime/thread/local.h"
#include "runtime/thread/safepoint.h"
#include "runtime/types/int.h"
#include "runtime/types/int_view.h"
#include "runtime/types/singletons.h"

namespace taipan {

namespace {

mp_size_t gmp_size(usize n) { return static_cast<mp_size_t>(n); }

// --- gcd, lcm -------------------------------------------------------------------------------------------

Result<> int_absolute(Thread& t, Value v) { return int_sign(v) < 0 ? int_neg(t, v) : int_exact(t, v); }

// A copy of v without its trailing zero bits.
struct Odd {
  Odd(Thread& t, const IntView& v) : bits(t, v.size()) {
    if (!bits.ok()) return;
    usize words = 0;
    while (v[words] == 0) ++words;
    unsigned shift = static_cast<unsigned>(__builtin_ctzll(v[words]));
    twos = words * 64 + shift;
    size = v.size() - words;
    if (shift != 0) {
      mpn_rshift(bits.limbs(), v.limbs() + words, gmp_size(size), shift);
      if (bits.limbs()[size - 1] == 0) --size;
    } else {
      mpn_copyi(bits.limbs(), v.limbs() + words, gmp_size(size));
    }
  }
  IntBuilder bits;
  usize size = 0, twos = 0;
};

Result<> gcd_large(Thread& t, const IntView& a, const IntView& b) {
  Odd x(t, a), y(t, b);
  if (!x.bits.ok() || !y.bits.ok()) return kError;
  Odd *big = &x, *small = &y;  // mpn_gcd wants the longer one first
  auto length = [](const Odd* o) {
    return o->size * 64 - static_cast<usize>(__builtin_clzll(const_cast<Odd*>(o)->bits.limbs()[o->size - 1]));
  };
  if (length(big) < length(small)) std::swap(big, small);
  usize twos = std::min(x.twos, y.twos), words = twos / 64;
  IntBuilder out(t, small->size + words + 1);
  if (!out.ok()) return kError;
  Limb* g = out.limbs() + words;
  usize n = static_cast<usize>(
      mpn_gcd(g, big->bits.limbs(), gmp_size(big->size), small->bits.limbs(), gmp_size(small->size)));
  mpn_zero(out.limbs(), gmp_size(words));
  Limb carry = twos % 64 == 0 ? 0 : mpn_lshift(g, g, gmp_size(n), twos % 64);
  mpn_zero(g + n, gmp_size(out.size() - words - n));
  g[n] = carry;
  return out.finish(false);
}

Result<> gcd_of(Thread& t, Value a, Value b) {
  IntView x(a), y(b);
  if (x.size() <= 1 && y.size() <= 1) return int_from_u64(t, std::gcd(x[0], y[0]));
  if (x.is_zero()) return int_absolute(t, b);
  if (y.is_zero()) return int_absolute(t, a);
  return gcd_large(t, x, y);
}

Result<> integer_gcd(Thread& t, Args values) {
  Local<> sum(t, Result<>::small_int(0));
  for (Value v : values) {
    Local<> i(t, TRY(to_index(t, v)));
    sum.set(TRY(gcd_of(t, sum, i)));
  }
  return sum.give();
}

Result<> integer_lcm(Thread& t, Args values) {
  Local<> sum(t, Result<>::small_int(1));
  for (Value v : values) {
    Local<> i(t, TRY(to_index(t, v)));
    if (int_sign(sum) == 0) continue;
    if (int_sign(i) == 0) {
      sum.set(Result<>::small_int(0));
      continue;
    }
    Local<> g(t, TRY(gcd_of(t, sum, i)));
    Local<> part(t, TRY(int_binary(t, BinaryOp::FloorDiv, sum, g)));
    Local<> product(t, TRY(int_mul(t, part, i)));
    sum.set(TRY(int_absolute(t, product)));
  }
  return sum.give();
}

// --- isqrt ------------------------------------------------------------------------------------------------

Result<> integer_isqrt(Thread& t, Value v) {
  Local<> n(t, TRY(to_index(t, v)));
  if (int_sign(n) < 0) return raise(t, ValueError, "isqrt() argument must be nonnegative");
  IntView x(n);
  if (x.is_zero()) return Result<>::small_int(0);
  IntBuilder root(t, (x.size() + 1) / 2), rest(t, x.size());
  if (!root.ok() || !rest.ok()) return kError;
  mpn_sqrtrem(root.limbs(), rest.limbs(), x.limbs(), gmp_size(x.size()));
  return root.finish(false);
}

// --- products -----------------------------------------------------------------------------------------------

// first * (first + step) * ... for `count` factors, all of them below 2^63.
Result<> product(Thread& t, u64 first, u64 step, u64 count) {
  u64 p = 1, i = 0;
  while (i < count && !__builtin_mul_overflow(p, first + step * i, &p)) ++i;
  if (i == count) return int_from_u64(t, p);
  TRY(safepoint(t));
  u64 half = count / 2;
  Local<> low(t, TRY(product(t, first, step, half)));
  Local<> high(t, TRY(product(t, first + step * half, step, count - half)));
  return int_mul(t, low, high);
}

// n! = 2^(n - popcount(n)) times the odd parts: for each i, the odd numbers up to n >> i.
Result<> factorial_odd(Thread& t, u64 n) {
  Local<> outer(t, Result<>::small_int(1)), inner(t, Result<>::small_int(1));
  u64 last = 1;  // inner is the product of the odd numbers up to `last`
  for (int shift = 62; shift >= 0; --shift) {
    u64 top = n >> shift;
    if (top < 3) continue;
    u64 odd = (top - 1) | 1;
    if (odd > last) {
      Local<> part(t, TRY(product(t, last + 2, 2, (odd - last) / 2)));
      inner.set(TRY(int_mul(t, inner, part)));
      last = odd;
    }
    outer.set(TRY(int_mul(t, outer, inner)));
  }
  return outer.give();
}

Result<> integer_factorial(Thread& t, Value v) {
  Local<> n(t, TRY(to_index(t, v)));
  i64 x;
  if (!int_to_i64(n, &x)) {
    if (int_sign(n) < 0) return raise(t, ValueError, "factorial() not defined for negative values");
    return raise(t, OverflowError, "factorial() argument should not exceed {}", INT64_MAX);
  }
  if (x < 0) return raise(t, ValueError, "factorial() not defined for negative values");
  if (x <= 20) return product(t, 1, 1, static_cast<u64>(x));
  Local<> odd(t, TRY(factorial_odd(t, static_cast<u64>(x))));
  return int_binary(t, BinaryOp::Shl, odd, Value::small_int(x - __builtin_popcountll(static_cast<u64>(x))));
}

// n (n-1) ... (n-k+1), or that divided by k!. n >= k.
Result<> falling(Thread& t, Value n, u64 k, bool divided) {
  if (k == 0) return Result<>::small_int(1);
  if (k == 1) return int_exact(t, n);
  i64 small;
  if (int_to_i64(n, &small)) {
    u64 m = static_cast<u64>(small);
    if (!divided) return product(t, m - k + 1, 1, k);
    // Each step's product is divisible: C(m, i) (m - i) = C(m, i + 1) (i + 1).
    u64 c = 1, i = 0, next;
    for (; i < k && !__builtin_mul_overflow(c, m - i, &next); ++i) c = next / (i + 1);
    if (i == k) return int_from_u64(t, c);
  }
  TRY(safepoint(t));
  u64 j = k / 2;
  Local<> low(t, TRY(falling(t, n, j, divided)));
  Local<> count(t, TRY(int_from_u64(t, j)));
  Local<> rest(t, TRY(int_sub(t, n, count)));
  Local<> high(t, TRY(falling(t, rest, k - j, divided)));
  Local<> both(t, TRY(int_mul(t, low, high)));
  if (!divided) return both.give();
  // C(n, k) = C(n, j) C(n - j, k - j) / C(k, j)
  Local<> whole(t, TRY(int_from_u64(t, k)));
  Local<> divisor(t, TRY(falling(t, whole, j, true)));
  return int_binary(t, BinaryOp::FloorDiv, both, divisor);
}

Status nonnegative(Thread& t, Value n, Value k) {
  if (int_sign(n) < 0) return raise(t, ValueError, "n must be a non-negative integer");
  if (int_sign(k) < 0) return raise(t, ValueError, "k must be a non-negative integer");
  return kDone;
}

Result<> integer_comb(Thread& t, Value vn, Value vk) {
  Local<> n(t, TRY(to_index(t, vn))), k(t, TRY(to_index(t, vk)));
  TRY(nonnegative(t, n, k));
  Local<> rest(t, TRY(int_sub(t, n, k)));
  if (int_sign(rest) < 0) return Result<>::small_int(0);
  i64 count;
  if (!int_to_i64(int_compare(k, rest) <= 0 ? k.value() : rest.value(), &count)) {
    return raise(t, OverflowError, "min(n - k, k) must not exceed {}", INT64_MAX);
  }
  return falling(t, n, static_cast<u64>(count), true);
}

Result<> integer_perm(Thread& t, Value vn, Value vk) {
  if (is_none(vk)) return integer_factorial(t, vn);
  Local<> n(t, TRY(to_index(t, vn))), k(t, TRY(to_index(t, vk)));
  TRY(nonnegative(t, n, k));
  if (int_compare(n, k) < 0) return Result<>::small_int(0);
  i64 count;
  if (!int_to_i64(k, &count)) return raise(t, OverflowError, "k must not exceed {}", INT64_MAX);
  return falling(t, n, static_cast<u64>(count), false);
}

const NativeDef kFunctions[] = {
    def<integer_comb>("comb($module, n, k, /)", "Number of ways to choose k of n things, order aside."),
    def<integer_factorial>("factorial($module, n, /)", "The product of the integers from 1 to n."),
    def<integer_gcd>("gcd($module, /, *integers)", "Greatest common divisor."),
    def<integer_isqrt>("isqrt($module, n, /)", "The integer part of the square root of n."),
    def<integer_lcm>("lcm($module, /, *integers)", "Least common multiple."),
    def<integer_perm>("perm($module, n, k=None, /)", "Number of ways to choose k of n things in order."),
};

}  // namespace

std::span<const NativeDef> integer_functions() { return kFunctions; }

extern const ModuleDef math_integer_module_def;
const ModuleDef math_integer_module_def = {"math.integer", "Number theory on integers.", kFunctions};

}  // namespace taipan
