// T1 as the rest of the JIT sees it.
#pragma once
#include "interp/loop/tier.h"
#include "jit/code/cache.h"

namespace taipan::jit {

// Makes the stubs, and the cache for what is compiled. Null: no executable memory, or no target for this machine.
// Before the first thread.
CodeCache* start_t1(u64 memory_limit, CodeCache::Heat heat);
// Compiles and installs. Any thread.
struct CompileResult {
  const char* why_never = nullptr;  // the code stays interpreted
  u32 bytes = 0;                    // of machine code; 0 if none was made: there was some already, or no room just now
};
CompileResult compile_t1(Code* code);
// Tiers::run.
Outcome run_t1(Thread& t, Value* exit_value);

}  // namespace taipan::jit
