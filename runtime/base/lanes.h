// Arrays of characters in lanes of 1, 2 or 4 bytes: how wide must a string be, and copies between widths.
// Lane is u8 (ASCII or Latin-1), char16_t or char32_t; instantiated for these three in lanes.cpp.
// The loops are left to the compiler's vectoriser or go 8 bytes a step.
#pragma once

#include "runtime/base/types.h"

namespace taipan {

// The least of 0x7f, 0xff, 0xffff, 0x10ffff that is not below any character.
template <class Lane>
char32_t max_char_class(const Lane* text, usize size);

inline char32_t char_class(char32_t c) {
  return c < 0x80 ? 0x7f : c < 0x100 ? 0xff : c < 0x10000 ? 0xffff : 0x10ffff;
}

// Bytes per lane for a class.
inline int lane_width(char32_t max_char) { return max_char < 0x100 ? 1 : max_char < 0x10000 ? 2 : 4; }

// Number of leading bytes below 0x80.
usize ascii_prefix(const u8* text, usize size);
inline bool is_ascii(const u8* text, usize size) { return ascii_prefix(text, size) == size; }

// Copies with conversion; narrowing needs characters that fit. The ranges do not overlap.
template <class From, class To>
void copy_lanes(const From* from, usize size, To* to);

// memcpy for pieces of text, which are short, mostly: no call up to 16 bytes.
inline void copy_bytes(void* to, const void* from, usize n) {
  char* out = static_cast<char*>(to);
  const char* in = static_cast<const char*>(from);
  if (n > 16) {
    __builtin_memcpy(out, in, n);
  } else if (n >= 8) {
    u64 first, last;
    __builtin_memcpy(&first, in, 8);
    __builtin_memcpy(&last, in + n - 8, 8);
    __builtin_memcpy(out, &first, 8);
    __builtin_memcpy(out + n - 8, &last, 8);
  } else if (n >= 4) {
    u32 first, last;
    __builtin_memcpy(&first, in, 4);
    __builtin_memcpy(&last, in + n - 4, 4);
    __builtin_memcpy(out, &first, 4);
    __builtin_memcpy(out + n - 4, &last, 4);
  } else if (n > 0) {  // 1 to 3
    out[0] = in[0];
    out[n / 2] = in[n / 2];
    out[n - 1] = in[n - 1];
  }
}

// Same characters in different widths?
template <class A, class B>
bool equal_lanes(const A* a, const B* b, usize size);

// Index of the first difference, or size. For comparing strings by code point.
template <class A, class B>
usize mismatch_lanes(const A* a, const B* b, usize size);

template <class Lane>
void fill_lanes(Lane* out, usize size, char32_t c) {
  for (usize i = 0; i < size; ++i) out[i] = static_cast<Lane>(c);
}

}  // namespace taipan
