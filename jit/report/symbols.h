// Names for addresses in listings of machine code: functions and variables of this program, from its own symbol table.
#pragma once
#include <string>

#include "runtime/base/types.h"

namespace taipan::jit {

// "run_instruction", "g_state+16"; empty: nothing is there, or the program is stripped. Thread-safe.
std::string symbol_name(u64 address);

}  // namespace taipan::jit
