// Float and complex arithmetic with Python's rules, for operators, pow(), divmod() and constant folding.
// float_divmod: y is not zero. Powers raise ZeroDivisionError and OverflowError.
#pragma once
#include "runtime/types/float.h"

namespace taipan {

struct FloatDivmod {
  f64 quotient, remainder;
};
FloatDivmod float_divmod(f64 x, f64 y);
Result<> float_power(Thread& t, f64 x, f64 y);  // complex for a negative base and a fraction
Result<> complex_power(Thread& t, f64 xr, f64 xi, f64 yr, f64 yi);

}  // namespace taipan
