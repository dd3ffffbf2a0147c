#include "runtime/base/search.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace taipan {

namespace {

// What a block compare answers: kBits bits per byte of a lane, all set for a candidate.
#if defined(__x86_64__)
constexpr int kBits = 1;
constexpr usize kBlockBytes = 16;

template <class Lane>
__m128i same(__m128i a, __m128i b) {
  if constexpr (sizeof(Lane) == 1) return _mm_cmpeq_epi8(a, b);
  if constexpr (sizeof(Lane) == 2) return _mm_cmpeq_epi16(a, b);
  return _mm_cmpeq_epi32(a, b);
}
template <class Lane>
__m128i spread(Lane c) {
  if constexpr (sizeof(Lane) == 1) return _mm_set1_epi8(static_cast<char>(c));
  if constexpr (sizeof(Lane) == 2) return _mm_set1_epi16(static_cast<short>(c));
  return _mm_set1_epi32(static_cast<int>(c));
}
template <class Lane>
u64 block_mask(const Lane* first, const Lane* last, Lane a, Lane b) {
  __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(first));
  __m128i y = _mm_loadu_si128(reinterpret_cast<const __m128i*>(last));
  __m128i both = _mm_and_si128(same<Lane>(x, spread(a)), same<Lane>(y, spread(b)));
  return static_cast<u32>(_mm_movemask_epi8(both));
}

// Skips blocks of 32 bytes without a candidate. Returns the start of the first block of 16 bytes that may
// have one, or where less than 32 bytes are left.
template <class Lane>
__attribute__((target("avx2"))) usize skip_avx2(const Lane* hay, usize at, usize starts, usize last, Lane a,
                                                Lane b) {
  constexpr usize kLanes = 32 / sizeof(Lane);
  __m256i va, vb;
  if constexpr (sizeof(Lane) == 1) {
    va = _mm256_set1_epi8(static_cast<char>(a)), vb = _mm256_set1_epi8(static_cast<char>(b));
  } else if constexpr (sizeof(Lane) == 2) {
    va = _mm256_set1_epi16(static_cast<short>(a)), vb = _mm256_set1_epi16(static_cast<short>(b));
  } else {
    va = _mm256_set1_epi32(static_cast<int>(a)), vb = _mm256_set1_epi32(static_cast<int>(b));
  }
  for (; at + kLanes <= starts; at += kLanes) {
    __m256i x = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(hay + at));
    __m256i y = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(hay + at + last));
    __m256i both;
    if constexpr (sizeof(Lane) == 1) {
      both = _mm256_and_si256(_mm256_cmpeq_epi8(x, va), _mm256_cmpeq_epi8(y, vb));
    } else if constexpr (sizeof(Lane) == 2) {
      both = _mm256_and_si256(_mm256_cmpeq_epi16(x, va), _mm256_cmpeq_epi16(y, vb));
    } else {
      both = _mm256_and_si256(_mm256_cmpeq_epi32(x, va), _mm256_cmpeq_epi32(y, vb));
    }
    u32 mask = static_cast<u32>(_mm256_movemask_epi8(both));
    if (mask != 0) return mask & 0xffff ? at : at + kLanes / 2;
  }
  return at;
}

const bool g_has_avx2 = __builtin_cpu_supports("avx2");

template <class Lane>
usize skip_blocks(const Lane* hay, usize at, usize starts, usize last, Lane a, Lane b) {
  return g_has_avx2 ? skip_avx2(hay, at, starts, last, a, b) : at;
}

#elif defined(__aarch64__)
constexpr int kBits = 4;  // narrowing shift: four bits a byte
constexpr usize kBlockBytes = 16;

template <class Lane>
u64 block_mask(const Lane* first, const Lane* last, Lane a, Lane b) {
  uint8x16_t x = vld1q_u8(reinterpret_cast<const u8*>(first)), y = vld1q_u8(reinterpret_cast<const u8*>(last));
  uint8x16_t both;
  if constexpr (sizeof(Lane) == 1) {
    both = vandq_u8(vceqq_u8(x, vdupq_n_u8(a)), vceqq_u8(y, vdupq_n_u8(b)));
  } else if constexpr (sizeof(Lane) == 2) {
    both = vreinterpretq_u8_u16(vandq_u16(vceqq_u16(vreinterpretq_u16_u8(x), vdupq_n_u16(a)),
                                          vceqq_u16(vreinterpretq_u16_u8(y), vdupq_n_u16(b))));
  } else {
    both = vreinterpretq_u8_u32(vandq_u32(vceqq_u32(vreinterpretq_u32_u8(x), vdupq_n_u32(a)),
                                          vceqq_u32(vreinterpretq_u32_u8(y), vdupq_n_u32(b))));
  }
  return vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(vreinterpretq_u16_u8(both), 4)), 0);
}
template <class Lane>
usize skip_blocks(const Lane*, usize at, usize, usize, Lane, Lane) { return at; }

#else
constexpr int kBits = 1;
constexpr usize kBlockBytes = 16;

template <class Lane>
u64 block_mask(const Lane* first, const Lane* last, Lane a, Lane b) {
  constexpr u64 kLane = (u64{1} << sizeof(Lane)) - 1;
  u64 mask = 0;
  for (usize i = 0; i < kBlockBytes / sizeof(Lane); ++i) {
    if (first[i] == a && last[i] == b) mask |= kLane << (i * sizeof(Lane));
  }
  return mask;
}
template <class Lane>
usize skip_blocks(const Lane*, usize at, usize, usize, Lane, Lane) { return at; }
#endif

template <class Lane>
constexpr int kLaneBits = kBits * static_cast<int>(sizeof(Lane));
template <class Lane>
constexpr u64 kLaneMask = (u64{1} << kLaneBits<Lane>) - 1;

// Characters wasted before two-way is worth its preparation.
constexpr usize kPatience = 4096;

// Start of the largest suffix in one order of the alphabet, and its period.
template <class Lane>
usize largest_suffix(const Lane* s, usize size, bool reversed, usize* period) {
  usize suffix = 0, other = 1, same = 0, p = 1;
  while (other + same < size) {
    Lane a = s[other + same], b = s[suffix + same];
    if (a == b) {
      if (++same == p) {
        other += p;
        same = 0;
      }
    } else if ((a < b) != reversed) {
      other += same + 1;
      same = 0;
      p = other - suffix;
    } else {
      suffix = other++;
      same = 0;
      p = 1;
    }
  }
  *period = p;
  return suffix;
}

template <class Lane>
bool same_text(const Lane* a, const Lane* b, usize size) {
  return std::memcmp(a, b, size * sizeof(Lane)) == 0;
}

}  // namespace

template <class Lane>
MatchWalker<Lane>::MatchWalker(const Lane* hay, usize hay_size, const Lane* needle, usize needle_size)
    : hay_(hay), needle_(needle), needle_size_(needle_size),
      starts_(needle_size <= hay_size ? hay_size - needle_size + 1 : 0), hay_size_(hay_size) {}

// First and last characters are known to match.
template <class Lane>
bool MatchWalker<Lane>::matches_inside(usize at) {
  if (needle_size_ <= 2) return true;
  const Lane* text = hay_ + at;
  usize i = 1, inside = needle_size_ - 1;
  while (i < inside && i < 8 && text[i] == needle_[i]) ++i;
  if (i == inside) return true;
  if (i == 8 && same_text(text + 8, needle_ + 8, inside - 8)) return true;
  wasted_ += i < 8 ? i : inside;
  return false;
}

// Finds the next block with candidates. False at the end.
template <class Lane>
bool MatchWalker<Lane>::advance() {
  constexpr usize kLanes = kBlockBytes / sizeof(Lane);
  usize last = needle_size_ - 1;
  Lane a = needle_[0], b = needle_[last];
  if (next_block_ < floor_) next_block_ = std::min(floor_, starts_);  // a long match jumped over blocks
  while (next_block_ < starts_) {
    next_block_ = skip_blocks(hay_, next_block_, starts_, last, a, b);
    if (next_block_ == starts_) break;
    block_ = next_block_;
    if (block_ + kLanes <= starts_) {
      candidates_ = block_mask(hay_ + block_, hay_ + block_ + last, a, b);
      next_block_ = block_ + kLanes;
    } else if (starts_ >= kLanes) {  // the rest, with a block that reaches back over characters already seen
      floor_ = std::max(floor_, block_);
      block_ = starts_ - kLanes;
      candidates_ = block_mask(hay_ + block_, hay_ + block_ + last, a, b);
      next_block_ = starts_;
    } else {
      candidates_ = 0;
      for (usize i = block_; i < starts_; ++i) {
        if (hay_[i] == a && hay_[i + last] == b) {
          candidates_ |= kLaneMask<Lane> << (static_cast<int>(i - block_) * kLaneBits<Lane>);
        }
      }
      next_block_ = starts_;
    }
    if (candidates_ != 0) return true;
  }
  return false;
}

template <class Lane>
ssize MatchWalker<Lane>::next() {
  if (two_way_) return next_two_way();
  for (;;) {
    while (candidates_ != 0) {
      int lane = std::countr_zero(candidates_) / kLaneBits<Lane>;
      candidates_ &= ~(kLaneMask<Lane> << (lane * kLaneBits<Lane>));
      usize at = block_ + static_cast<usize>(lane);
      if (at < floor_) continue;
      if (matches_inside(at)) {
        floor_ = at + needle_size_;
        return static_cast<ssize>(at);
      }
      if (wasted_ > kPatience && wasted_ > 2 * at) {
        floor_ = at + 1;
        prepare_two_way();
        return next_two_way();
      }
    }
    if (!advance()) return kNotFound;
  }
}

template <class Lane>
void MatchWalker<Lane>::prepare_two_way() {
  usize forward, backward;
  usize a = largest_suffix(needle_, needle_size_, false, &forward);
  usize b = largest_suffix(needle_, needle_size_, true, &backward);
  critical_ = std::max(a, b);
  period_ = a > b ? forward : backward;
  periodic_ = critical_ + period_ <= needle_size_ && same_text(needle_, needle_ + period_, critical_);
  if (!periodic_) period_ = std::max(critical_, needle_size_ - critical_) + 1;
  two_way_ = true;
}

// Crochemore and Perrin 1991: the right part forwards, then the left part backwards; `known` characters of
// the needle's front match already after a shift by a true period.
template <class Lane>
ssize MatchWalker<Lane>::next_two_way() {
  usize at = floor_, known = 0;
  while (at < starts_) {
    const Lane* text = hay_ + at;
    usize i = std::max(critical_, known);
    while (i < needle_size_ && text[i] == needle_[i]) ++i;
    if (i < needle_size_) {
      at += i - critical_ + 1;
      known = 0;
      continue;
    }
    i = critical_;
    while (i > known && text[i - 1] == needle_[i - 1]) --i;
    if (i <= known) {
      floor_ = at + needle_size_;
      return static_cast<ssize>(at);
    }
    at += period_;
    known = periodic_ ? needle_size_ - period_ : 0;
  }
  floor_ = starts_;
  return kNotFound;
}

template <class Lane>
ssize find_char(const Lane* hay, usize size, Lane c) {
  if constexpr (sizeof(Lane) == 1) {
    const void* p = size ? std::memchr(hay, c, size) : nullptr;
    return p ? static_cast<const Lane*>(p) - hay : kNotFound;
  } else {
    return MatchWalker<Lane>(hay, size, &c, 1).next();
  }
}

template <class Lane>
ssize rfind_char(const Lane* hay, usize size, Lane c) {
  if constexpr (sizeof(Lane) == 1) {
    const void* p = size ? ::memrchr(hay, c, size) : nullptr;
    return p ? static_cast<const Lane*>(p) - hay : kNotFound;
  } else {
    while (size > 0) {
      if (hay[--size] == c) return static_cast<ssize>(size);
    }
    return kNotFound;
  }
}

template <class Lane>
ssize find(const Lane* hay, usize hay_size, const Lane* needle, usize needle_size) {
  if (needle_size == 1) return find_char(hay, hay_size, needle[0]);
  return MatchWalker<Lane>(hay, hay_size, needle, needle_size).next();
}

template <class Lane>
ssize rfind(const Lane* hay, usize hay_size, const Lane* needle, usize needle_size) {
  if (needle_size == 1) return rfind_char(hay, hay_size, needle[0]);
  if (needle_size > hay_size) return kNotFound;
  usize last = needle_size - 1, starts = hay_size - last, wasted = 0;
  while (starts > 0) {
    ssize at = rfind_char(hay, starts, needle[0]);
    if (at < 0) return kNotFound;
    starts = static_cast<usize>(at);
    const Lane* text = hay + at;
    if (text[last] != needle[last]) continue;
    if (needle_size <= 2 || same_text(text + 1, needle + 1, needle_size - 2)) return at;
    wasted += needle_size;
    if (wasted > kPatience && wasted > 2 * (hay_size - starts)) {
      // Backwards two-way is forwards on reversed copies.
      usize left = starts + last;
      std::vector<Lane> yah(left), eldeen(needle_size);
      std::reverse_copy(hay, hay + left, yah.begin());
      std::reverse_copy(needle, needle + needle_size, eldeen.begin());
      at = find(yah.data(), left, eldeen.data(), needle_size);
      return at < 0 ? kNotFound : static_cast<ssize>(left - needle_size) - at;
    }
  }
  return kNotFound;
}

template <class Lane>
usize count(const Lane* hay, usize hay_size, const Lane* needle, usize needle_size, usize limit) {
  MatchWalker<Lane> walker(hay, hay_size, needle, needle_size);
  usize n = 0;
  while (n < limit && walker.next() >= 0) ++n;
  return n;
}

#define TP_LANE(Lane)                                                             \
  template class MatchWalker<Lane>;                                               \
  template ssize find(const Lane*, usize, const Lane*, usize);                    \
  template ssize rfind(const Lane*, usize, const Lane*, usize);                   \
  template usize count(const Lane*, usize, const Lane*, usize, usize);            \
  template ssize find_char(const Lane*, usize, Lane);                             \
  template ssize rfind_char(const Lane*, usize, Lane);
TP_LANE(u8)
TP_LANE(char16_t)
TP_LANE(char32_t)
#undef TP_LANE

}  // namespace taipan
