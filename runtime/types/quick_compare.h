// Comparisons of common values that need neither a call nor an allocation: what containers try first.
// quick_equal has the meaning containers give ==: identical objects are equal.
// Answers 1, 0, or kAskPython: then equal() / compare_truth() decides, and may run Python code.
#pragma once
#include "runtime/types/float.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"

namespace taipan {

inline constexpr int kAskPython = -1;

int quick_equal_slow(Value a, Value b);       // quick_compare.cpp
int quick_less_slow(Value a, Value b);

inline int quick_equal(Value a, Value b) {
  if (same(a, b)) return 1;
  if (a.is_int() && b.is_int()) return 0;
  return quick_equal_slow(a, b);
}

// a < b.
inline int quick_less(Value a, Value b) {
  if (a.is_int() && b.is_int()) return static_cast<i64>(a.bits) < static_cast<i64>(b.bits);
  return quick_less_slow(a, b);
}

}  // namespace taipan
