// fsum, sumprod, prod, hypot, dist: sums with the rounding error carried along.
// The exact parts are Knuth's two-sum and the product with its error from a fused multiply-add.
#include <cmath>

#include "runtime/modules/math/math_module.h"
#include "runtime/object/call.h"
#include "runtime/thread/local.h"
#include "runtime/types/container_util.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

struct Exact {  // the value is high + low, high being the rounded one
  f64 high, low;
};
Exact two_sum(f64 a, f64 b) {
  f64 s = a + b, bb = s - a;
  return {s, (a - (s - bb)) + (b - bb)};
}
Exact two_product(f64 a, f64 b) {
  f64 p = a * b;
  return {p, std::fma(a, b, -p)};
}

// --- fsum --------------------------------------------------------------------------------------------------

// Shewchuk's algorithm: the sum so far is that of `parts`, which do not overlap, the largest last.
class ExactSum {
 public:
  // False: a finite sum overflowed.
  bool add(f64 x) {
    f64 original = x;
    usize kept = 0;
    for (usize i = 0; i < n_; ++i) {
      Exact s = std::fabs(x) < std::fabs(parts_[i]) ? two_sum(parts_[i], x) : two_sum(x, parts_[i]);
      if (s.low != 0) parts_[kept++] = s.low;
      x = s.high;
    }
    n_ = kept;
    if (x == 0) return true;
    if (std::isfinite(x)) return parts_[n_++] = x, true;
    if (std::isfinite(original)) return false;
    if (std::isinf(original)) infinities_ += original;
    special_ += original;
    n_ = 0;
    return true;
  }
  bool has_special() const { return special_ != 0; }  // a NaN is
  bool infinities_cancel() const { return std::isnan(infinities_); }
  f64 special() const { return special_; }
  f64 rounded() const {
    if (n_ == 0) return 0;
    usize i = n_ - 1;
    f64 high = parts_[i], low = 0;
    while (i > 0) {
      Exact s = two_sum(high, parts_[--i]);
      high = s.high;
      low = s.low;
      if (low != 0) break;
    }
    // What lies below decides a tie: half-even of `high` alone would ignore it.
    if (i > 0 && ((low < 0 && parts_[i - 1] < 0) || (low > 0 && parts_[i - 1] > 0))) {
      f64 twice = low * 2, up = high + twice;
      if (twice == up - high) high = up;
    }
    return high;
  }

 private:
  static constexpr usize kMaxParts = 2200;  // more than a double has bit positions: parts do not overlap
  f64 parts_[kMaxParts];
  usize n_ = 0;
  f64 special_ = 0, infinities_ = 0;
};

Result<f64> math_fsum(Thread& t, Value values) {
  Local<> iterator(t, TRY(iterate(t, values)));
  ExactSum sum;
  LoopPoll poll(t);
  while (true) {
    Local<> item(t, TRY(next(t, iterator)));
    if (item.is_empty()) break;
    f64 x = TRY(to_double(t, item));
    if (!sum.add(x)) return raise(t, OverflowError, "intermediate overflow in fsum");
    TRY(poll());
  }
  if (!sum.has_special()) return sum.rounded();
  if (sum.infinities_cancel()) return raise(t, ValueError, "-inf + inf in fsum");
  return sum.special();
}

// --- prod, sumprod -----------------------------------------------------------------------------------------

Result<> math_prod(Thread& t, Value values, Value start) {
  Local<> iterator(t, TRY(iterate(t, values)));
  Local<> product(t, start);
  LoopPoll poll(t);
  while (true) {
    Local<> item(t, TRY(next(t, iterator)));
    if (item.is_empty()) return product.give();
    if (product.value().is_float() && item.value().is_float()) {
      product.set(TRY(float_from(t, product.value().as_float() * item.value().as_float())));
    } else {
      product.set(TRY(binary_operation(t, BinaryOp::Mul, product, item)));
    }
    TRY(poll());
  }
}

bool is_exact_float(Value v) { return v.is_float() || is_exact<FloatBox>(v); }

struct TripleSum {
  f64 high = 0, low = 0, tiny = 0;
  void add_product(f64 x, f64 y) {
    Exact p = two_product(x, y), s = two_sum(high, p.high), a = two_sum(low, p.low), b = two_sum(a.high, s.low);
    high = s.high;
    low = b.high;
    tiny += a.low + b.low;
  }
  f64 rounded() const {
    Exact s = two_sum(low, high);
    return tiny + s.low + s.high;
  }
};

// x * y as floats, if one of them is a float and the other a float or an int that fits.
bool as_float_pair(Value a, Value b, f64* x, f64* y) {
  auto get = [](Value v, f64* out) {
    if (is_exact_float(v)) return *out = float_value(v), true;
    if (!v.is_int()) return false;
    return *out = static_cast<f64>(v.as_int()), true;
  };
  return (is_exact_float(a) || is_exact_float(b)) && get(a, x) && get(b, y);
}

Result<> math_sumprod(Thread& t, Value p, Value q) {
  Local<> p_iterator(t, TRY(iterate(t, p))), q_iterator(t, TRY(iterate(t, q)));
  Local<> total(t, Result<>::small_int(0));
  TripleSum floats;
  bool use_floats = true, some_floats = false;
  LoopPoll poll(t);
  while (true) {
    Local<> a(t, TRY(next(t, p_iterator))), b(t, TRY(next(t, q_iterator)));
    if (a.is_empty() != b.is_empty()) return raise(t, ValueError, "Inputs are not the same length");
    f64 x, y;
    if (!a.is_empty() && use_floats && as_float_pair(a, b, &x, &y)) {
      TripleSum before = floats;
      floats.add_product(x, y);
      if (std::isfinite(floats.high)) {
        some_floats = true;
        TRY(poll());
        continue;
      }
      floats = before;  // infinities and NaNs: plain arithmetic says what comes out
    }
    bool ints = !a.is_empty() && is_exact_int(a) && is_exact_int(b) && !some_floats;
    if (!ints && some_floats) {
      Local<> sum(t, TRY(float_from(t, floats.rounded())));
      total.set(TRY(binary_operation(t, BinaryOp::Add, total, sum)));
      floats = {};
      some_floats = false;
    }
    if (a.is_empty()) return total.give();
    if (!ints) use_floats = false;
    Local<> product(t, TRY(ints ? int_mul(t, a, b) : binary_operation(t, BinaryOp::Mul, a, b)));
    total.set(TRY(binary_operation(t, BinaryOp::Add, total, product)));
    TRY(poll());
  }
}

// --- hypot, dist ------------------------------------------------------------------------------------------------

// sqrt(sum of squares) of nonnegative numbers: scaled by a power of two, squares summed with their errors, one
// Newton step on the root's exact residue.
f64 vector_norm(f64* v, usize n, f64 max, bool found_nan) {
  if (std::isinf(max)) return max;
  if (found_nan) return NAN;
  if (max == 0 || n <= 1) return max;
  int exponent;
  std::frexp(max, &exponent);
  if (exponent < -1023) {  // 2^-exponent would overflow: lift all out of the subnormals first
    for (usize i = 0; i < n; ++i) v[i] /= 0x1p-1022;
    return 0x1p-1022 * vector_norm(v, n, max / 0x1p-1022, false);
  }
  f64 scale = std::ldexp(1.0, -exponent), sum = 0, errors = 0;
  for (usize i = 0; i < n; ++i) {
    Exact p = two_product(v[i] * scale, v[i] * scale), s = two_sum(sum, p.high);
    sum = s.high;
    errors += p.low + s.low;
  }
  f64 root = std::sqrt(sum + errors);
  Exact square = two_product(-root, root), rest = two_sum(sum, square.high);
  root += (rest.high + (rest.low + square.low + errors)) / (2 * root);
  return root / scale;
}

class Coordinates {
 public:
  Coordinates(Thread& t, usize n) : t_(t), n_(n) {
    if (n > std::size(inline_)) v_ = static_cast<f64*>(buffer_allocate(t, n * sizeof(f64)));
  }
  ~Coordinates() {
    if (v_ != nullptr && v_ != inline_) buffer_free(v_, n_ * sizeof(f64));
  }
  Coordinates(const Coordinates&) = delete;
  Status check() { return v_ ? Status(kDone) : raise_memory_error(t_); }
  void set(usize i, f64 x) {
    x = std::fabs(x);
    v_[i] = x;
    nan_ |= std::isnan(x);
    if (x > max_) max_ = x;
  }
  f64 norm() { return vector_norm(v_, n_, max_, nan_); }

 private:
  Thread& t_;
  usize n_;
  f64 inline_[16];
  f64* v_ = inline_;
  f64 max_ = 0;
  bool nan_ = false;
};

Result<f64> math_hypot(Thread& t, Args values) {
  Coordinates c(t, values.count);
  TRY(c.check());
  for (u32 i = 0; i < values.count; ++i) c.set(i, TRY(to_double(t, values.items[i])));
  return c.norm();
}

Result<f64> math_dist(Thread& t, Value vp, Value vq) {
  Local<Tuple> p(t, TRY(to_tuple(t, vp))), q(t, TRY(to_tuple(t, vq)));
  if (p->size() != q->size()) {
    return raise(t, ValueError, "both points must have the same number of dimensions");
  }
  Coordinates c(t, p->size());
  TRY(c.check());
  for (usize i = 0; i < p->size(); ++i) {
    f64 x = TRY(to_double(t, (*p.get())[i])), y = TRY(to_double(t, (*q.get())[i]));
    c.set(i, x - y);
  }
  return c.norm();
}

const NativeDef kFunctions[] = {
    def<math_dist>("dist($module, p, q, /)", "The distance of two points."),
    def<math_fsum>("fsum($module, seq, /)", "The sum of floats, rounded once."),
    def<math_hypot>("hypot($module, /, *coordinates)", "The distance of a point from the origin."),
    def<math_prod>("prod($module, iterable, /, *, start=1)", "The product of all elements, times start."),
    def<math_sumprod>("sumprod($module, p, q, /)", "The sum of the products of paired elements."),
};

}  // namespace

std::span<const NativeDef> sum_functions() { return kFunctions; }

}  // namespace taipan
