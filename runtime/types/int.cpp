// int: canonical forms, conversions from and to C++ numbers, comparison, hash.
#include "runtime/types/int.h"

#include <cmath>
#include <cstring>

#include "runtime/base/hash.h"
#include "runtime/object/error.h"
#include "runtime/types/int_view.h"

namespace taipan {

namespace {
usize storage_for(usize limbs) { return sizeof(BigInt) + limbs * sizeof(Limb); }
}  // namespace

usize int_storage(const Object* o) { return storage_for(static_cast<const BigInt*>(o)->limb_count()); }

IntBuilder::IntBuilder(Thread& t, usize n) : object_(nullptr), size_(n) {
  if (n > kMaxLimbs) {
    (void)raise_memory_error(t);
    return;
  }
  Object* o = new_object_inline(t, shape_id(BuiltinShape::int_), storage_for(n), kNoEdges, 0);
  if (o == nullptr) return;
  object_ = static_cast<BigInt*>(o);
  object_->aux = static_cast<u32>(n);
}

IntBuilder::~IntBuilder() {
  if (object_ != nullptr) free_object(object_, storage_for(size_));
}

Result<> IntBuilder::finish(bool negative) {
  const Limb* p = limbs();
  usize n = size_;
  while (n > 0 && p[n - 1] == 0) --n;
  if (n <= 1) {
    u64 magnitude = n == 0 ? 0 : p[0];
    u64 limit = (u64{1} << 61) - (negative ? 0 : 1);
    if (magnitude <= limit) {
      i64 i = negative ? -static_cast<i64>(magnitude) : static_cast<i64>(magnitude);
      return Result<>::small_int(i);
    }
  }
  BigInt* o = object_;
  if (n == size_) {
    object_ = nullptr;
  } else {
    // Storage is freed by its size, so a trimmed number moves to a block of its own size.
    Thread& t = Thread::current();
    IntBuilder trimmed(t, n);
    if (!trimmed.ok()) return kError;
    std::memcpy(trimmed.limbs(), p, n * sizeof(Limb));
    o = trimmed.object_;
    trimmed.object_ = nullptr;
  }
  o->aux = static_cast<u32>(n) | (negative ? 0x80000000u : 0);
  return Result<>::from_owned(own_new(o).word());
}

bool is_exact_int(Value v) { return v.is_int() || is_exact<BigInt>(v); }

Result<> int_from_limbs(Thread& t, const u64* limbs, usize n, bool negative) {
  IntBuilder b(t, n);
  if (!b.ok()) return kError;
  std::memcpy(b.limbs(), limbs, n * sizeof(Limb));
  return b.finish(negative);
}

Result<> int_from_i64(Thread& t, i64 v) {
  if (Value::fits_small_int(v)) return Result<>::small_int(v);
  u64 magnitude = v < 0 ? -static_cast<u64>(v) : static_cast<u64>(v);
  return int_from_limbs(t, &magnitude, 1, v < 0);
}

Result<> int_from_u64(Thread& t, u64 v) {
  if (v <= static_cast<u64>(Value::kMaxSmallInt)) return Result<>::small_int(static_cast<i64>(v));
  return int_from_limbs(t, &v, 1, false);
}

Result<> int_from_i128(Thread& t, i128 v) {
  u128 magnitude = v < 0 ? -static_cast<u128>(v) : static_cast<u128>(v);
  u64 limbs[2] = {static_cast<u64>(magnitude), static_cast<u64>(magnitude >> 64)};
  return int_from_limbs(t, limbs, 2, v < 0);
}

Result<> int_from_double(Thread& t, f64 v) {
  if (std::isinf(v)) return raise(t, OverflowError, "cannot convert float infinity to integer");
  if (std::isnan(v)) return raise(t, ValueError, "cannot convert float NaN to integer");
  if (std::fabs(v) < 0x1p62) return int_from_i64(t, static_cast<i64>(v));
  int exponent;
  f64 fraction = std::frexp(std::fabs(v), &exponent);  // v = fraction * 2^exponent, exponent > 62
  u64 mantissa = static_cast<u64>(std::ldexp(fraction, 53));
  usize shift = static_cast<usize>(exponent - 53), words = shift / 64, bits = shift % 64;
  IntBuilder b(t, words + 2);
  if (!b.ok()) return kError;
  std::memset(b.limbs(), 0, b.size() * sizeof(Limb));
  b.limbs()[words] = mantissa << bits;
  if (bits != 0) b.limbs()[words + 1] = mantissa >> (64 - bits);
  return b.finish(v < 0);
}

Result<> int_from_bytes(Thread& t, const u8* s, usize n, bool little, bool is_signed) {
  if (n == 0) return Result<>::small_int(0);
  usize words = (n + 7) / 8;
  bool negative = is_signed && (little ? s[n - 1] : s[0]) >= 0x80;
  IntBuilder b(t, words);
  if (!b.ok()) return kError;
  u8* out = reinterpret_cast<u8*>(b.limbs());  // both targets are little-endian
  std::memset(out, negative ? 0xff : 0, words * 8);
  for (usize i = 0; i < n; ++i) out[i] = little ? s[i] : s[n - 1 - i];
  if (negative) mpn_neg(b.limbs(), b.limbs(), static_cast<mp_size_t>(words));
  return b.finish(negative);
}

bool int_to_i64(Value v, i64* out) {
  if (v.is_int()) return *out = v.as_int(), true;
  IntView a(v);
  if (a.size() > 1) return false;
  u64 m = a[0];
  if (m > (u64{1} << 63) - (a.is_negative() ? 0 : 1)) return false;
  *out = static_cast<i64>(a.is_negative() ? -m : m);
  return true;
}

bool int_to_u64(Value v, u64* out) {
  IntView a(v);
  if (a.size() > 1 || (a.is_negative() && a[0] != 0)) return false;
  *out = a[0];
  return true;
}

u64 int_low_bits(Value v) {
  if (v.is_int()) return static_cast<u64>(v.as_int());
  IntView a(v);
  return a.is_negative() ? -a[0] : a[0];
}

int int_sign(Value v) {
  IntView a(v);
  return a.is_zero() ? 0 : a.is_negative() ? -1 : 1;
}

// Correctly rounded: 64 leading bits, of which the last is sticky, and one rounding by the hardware.
// (64 bits suffice: 53 + guard + sticky.)
Result<f64> int_to_double(Thread& t, Value v) {
  if (v.is_int()) return static_cast<f64>(v.as_int());
  IntView a(v);
  usize bits = a.bit_length();
  if (bits > 1025) return raise(t, OverflowError, "int too large to convert to float");
  f64 d;
  if (bits <= 64) {
    d = static_cast<f64>(a[0]);
  } else {
    usize shift = bits - 64, word = shift / 64, bit = shift % 64;
    u64 top = a[word] >> bit;
    if (bit != 0) top |= a[word + 1] << (64 - bit);
    bool sticky = bit != 0 && (a[word] << (64 - bit)) != 0;
    for (usize i = 0; i < word && !sticky; ++i) sticky = a[i] != 0;
    d = std::ldexp(static_cast<f64>(top | (sticky ? 1 : 0)), static_cast<int>(shift));
  }
  if (std::isinf(d)) return raise(t, OverflowError, "int too large to convert to float");
  return a.is_negative() ? -d : d;
}

u64 int_hash(Value v) {
  if (v.is_int()) return hash_i64(v.as_int());
  IntView a(v);
  return hash_limbs({reinterpret_cast<const u64*>(a.limbs()), a.size()}, a.is_negative());
}

int int_compare(Value a, Value b) {
  if (a.is_int() && b.is_int()) {
    i64 x = a.as_int(), y = b.as_int();
    return x < y ? -1 : x > y;
  }
  IntView x(a), y(b);
  bool nx = x.is_negative() && !x.is_zero(), ny = y.is_negative() && !y.is_zero();
  if (nx != ny) return nx ? -1 : 1;
  int c = x.size() != y.size() ? (x.size() < y.size() ? -1 : 1)
          : x.size() == 0      ? 0
                               : mpn_cmp(x.limbs(), y.limbs(), static_cast<mp_size_t>(x.size()));
  c = c < 0 ? -1 : c > 0;
  return nx ? -c : c;
}

bool int_equal(Value a, Value b) { return int_compare(a, b) == 0; }

usize int_bit_length(Value v) { return IntView(v).bit_length(); }

Result<> int_exact(Thread& t, Value v) {
  if (is_exact_int(v)) return own(v);
  IntView a(v);  // bool, subclass
  return int_from_limbs(t, reinterpret_cast<const u64*>(a.limbs()), a.size(), a.is_negative());
}

}  // namespace taipan
