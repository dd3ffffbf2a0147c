// Hash functions of the built-in types that are not strings: numbers, tuples, frozensets, identities.
// All give CPython's values as raw u64 (its Py_hash_t bits); ~0 (-1, CPython's error mark) never comes out.
// Numbers hash modulo the Mersenne prime 2**61 - 1, so equal numbers of any type hash alike.
#pragma once

#include <bit>
#include <cmath>
#include <span>

#include "runtime/base/types.h"

namespace taipan {

inline constexpr int kHashBits = 61;
inline constexpr u64 kHashModulus = (u64{1} << kHashBits) - 1;
inline constexpr u64 kHashInf = 314159;
inline constexpr u64 kHashImag = 1000003;  // multiplier of complex's imaginary part

inline u64 hash_not_minus_one(u64 h) { return h == ~u64{0} ? ~u64{0} - 1 : h; }

inline u64 hash_reduce(u64 x) {  // x mod 2**61 - 1
  x = (x & kHashModulus) + (x >> kHashBits);
  return x >= kHashModulus ? x - kHashModulus : x;
}

inline u64 hash_signed(u64 magnitude_hash, bool negative) {
  return hash_not_minus_one(negative ? u64{0} - magnitude_hash : magnitude_hash);
}

inline u64 hash_i64(i64 value) {
  u64 magnitude = value < 0 ? u64{0} - static_cast<u64>(value) : static_cast<u64>(value);
  return hash_signed(hash_reduce(magnitude), value < 0);
}

// h * 2**shift modulo the prime is a rotation of 61 bits.
inline u64 hash_scale(u64 h, int shift) {
  return ((h << shift) & kHashModulus) | (h >> (kHashBits - shift));
}

// Magnitude as 64-bit limbs, least significant first: 2**64 is 2**3 modulo the prime.
inline u64 hash_limbs(std::span<const u64> limbs, bool negative) {
  u64 h = 0;
  for (usize i = limbs.size(); i-- > 0;) h = hash_reduce(hash_scale(h, 3) + hash_reduce(limbs[i]));
  return hash_signed(h, negative);
}

// A NaN hashes by identity in Python: the caller uses hash_pointer; here it is 0.
inline u64 hash_double(double value) {
  if (!std::isfinite(value)) {
    if (std::isnan(value)) return 0;
    return value > 0 ? kHashInf : u64{0} - kHashInf;
  }
  int exponent;
  double fraction = std::frexp(std::fabs(value), &exponent);
  u64 mantissa = static_cast<u64>(std::ldexp(fraction, 53));
  int shift = (exponent - 53) % kHashBits;  // 2**61 is 1 modulo the prime, in both directions
  if (shift < 0) shift += kHashBits;
  return hash_signed(hash_reduce(hash_scale(mantissa, shift)), std::signbit(value));
}

inline u64 hash_complex(u64 real_hash, u64 imag_hash) {
  return hash_not_minus_one(real_hash + kHashImag * imag_hash);
}

// Blocks are 16-byte aligned: the low four bits carry nothing, so they go to the top.
inline u64 hash_pointer(const void* p) {
  return hash_not_minus_one(std::rotr(reinterpret_cast<u64>(p), 4));
}

// tuple: add() the hashes in order, then finish(count).
class TupleHash {
 public:
  void add(u64 item_hash) {
    acc_ += item_hash * kPrime2;
    acc_ = std::rotl(acc_, 31) * kPrime1;
  }
  u64 finish(usize count) const {
    u64 h = acc_ + (count ^ (kPrime5 ^ u64{3527539}));
    return h == ~u64{0} ? 1546275796 : h;
  }
  // slice's form.
  u64 finish_without_length() const { return acc_ == ~u64{0} ? 1546275796 : acc_; }

 private:
  static constexpr u64 kPrime1 = 11400714785074694791u;
  static constexpr u64 kPrime2 = 14029467366897019727u;
  static constexpr u64 kPrime5 = 2870177450012600261u;
  u64 acc_ = kPrime5;
};

// frozenset: add() the hashes in any order, then finish(count).
class FrozenSetHash {
 public:
  void add(u64 item_hash) { acc_ ^= (item_hash ^ 89869747 ^ (item_hash << 16)) * 3644798167u; }
  u64 finish(usize count) const {
    u64 h = acc_ ^ ((u64{count} + 1) * 1927868237u);
    h ^= (h >> 11) ^ (h >> 25);
    h = h * 69069 + 907133923;
    return h == ~u64{0} ? 590923713 : h;
  }

 private:
  u64 acc_ = 0;
};

}  // namespace taipan
