// -X stress=evict: a thread that evicts all machine code again and again and frees what nobody is in, at once. Freed code is
// traps and is not used again soon, so whoever comes back to it stops there.
#pragma once
#include "jit/code/cache.h"

namespace taipan::jit {

// Starts the thread if it does not run (it does not in the child of a fork). Any thread.
void keep_evicting(CodeCache& cache, u32 every_us);

}  // namespace taipan::jit
