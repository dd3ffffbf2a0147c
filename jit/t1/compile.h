// T1 as the rest of the JIT sees it.
#pragma once
#include "interp/loop/tier.h"
#include "jit/code/machine_code.h"

namespace taipan::jit {

// Makes the stubs. False: no executable memory, or no target for this machine. Before the first thread.
bool start_t1(u64 memory_limit);
// Compiles and installs. Null, or why not: the code stays interpreted. Any thread.
const char* compile_t1(Code* code);
// Tiers::run.
Outcome run_t1(Thread& t, Value* exit_value);

}  // namespace taipan::jit
