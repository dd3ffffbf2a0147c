// Checks a code list before it is ever run, and numbers its repeats.
// After it every jump, group and set lies inside the code, so the matcher needs no bounds checks.
#pragma once
#include <vector>

#include "runtime/base/types.h"

namespace taipan::sre {

// repeat_of[i]: the number of the REPEAT (or UNTIL) at code position i. False: not a valid program.
bool validate(const std::vector<u32>& code, u32 groups, std::vector<u32>* repeat_of, u32* repeats);

}  // namespace taipan::sre
