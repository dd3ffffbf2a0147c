// IntView: any int (immediate, BigInt, bool, subclass) as sign and magnitude limbs, without a copy.
// IntBuilder: a magnitude under construction that becomes a canonical int. Internal to int*.cpp.
#pragma once
#include <gmp.h>

#include "runtime/types/int.h"

namespace taipan {

static_assert(sizeof(mp_limb_t) == 8);
using Limb = mp_limb_t;

class IntView {
 public:
  explicit IntView(Value v) {
    if (v.is_int()) {
      i64 i = v.as_int();
      negative_ = i < 0;
      small_ = negative_ ? -static_cast<u64>(i) : static_cast<u64>(i);
      limbs_ = &small_;
      size_ = small_ != 0;
    } else {
      const BigInt* b = v.as<BigInt>();
      negative_ = b->is_negative();
      limbs_ = reinterpret_cast<const Limb*>(b->limbs());
      size_ = b->limb_count();
    }
  }
  IntView(const IntView&) = delete;
  const Limb* limbs() const { return limbs_; }
  usize size() const { return size_; }
  bool is_negative() const { return negative_; }
  bool is_zero() const { return size_ == 0; }
  Limb operator[](usize i) const { return i < size_ ? limbs_[i] : 0; }
  usize bit_length() const {
    return size_ == 0 ? 0 : size_ * 64 - static_cast<usize>(__builtin_clzll(limbs_[size_ - 1]));
  }

 private:
  const Limb* limbs_;
  usize size_;
  bool negative_;
  Limb small_ = 0;
};

// A fresh BigInt of n limbs to be filled. finish() trims leading zeros and gives the canonical int.
class IntBuilder {
 public:
  IntBuilder(Thread& t, usize n);  // !ok(): MemoryError (or OverflowError) is pending
  ~IntBuilder();
  IntBuilder(const IntBuilder&) = delete;
  bool ok() const { return object_ != nullptr; }
  Limb* limbs() { return reinterpret_cast<Limb*>(object_->limbs()); }
  usize size() const { return size_; }
  Result<> finish(bool negative);

 private:
  BigInt* object_;
  usize size_;
};

inline constexpr usize kMaxLimbs = usize{1} << 28;  // 2 GiB: beyond it GMP's scratch would not fit either

}  // namespace taipan
