// The bytecode verifier: proves what the interpreter loop takes for granted. Operands, jumps, tables and windows are in
// range; on every path, exception edges included, a temporary is written when empty and read when full, killed
// once, and none is left at a return. Named locals are not followed (CHECK_BOUND does that at run time).
#pragma once

#include <string>

#include "interp/bytecode/code_spec.h"

namespace taipan {

// Empty if `code` and all code in its constants is well formed; else what is wrong and where.
std::string verify_code(const CodeSpec& code);

}  // namespace taipan
