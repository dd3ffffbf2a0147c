// Machine code as text, beside the bytecode it stands for.
#pragma once
#include "interp/loop/jit_services.h"

namespace taipan::jit {

// JitServices::list. Compiles the code for that target, whatever this machine is, and throws the result away.
bool list_machine_code(const Code* code, JitTarget target, std::string* out);

}  // namespace taipan::jit
