// What the files of math share: its integer functions, which are a module of their own (math.integer), and
// the sums that are more exact than adding up.
#pragma once
#include "runtime/native/def.h"
#include "runtime/object/error.h"

namespace taipan {

std::span<const NativeDef> integer_functions();  // math_integer.cpp
std::span<const NativeDef> sum_functions();      // math_sums.cpp

}  // namespace taipan
