// The thread that compiles what gets hot, so that no Python thread waits for it.
// It is no Python thread: it reads code objects (immortal, immutable but for their caches) and touches no other object.
#pragma once
#include "interp/bytecode/code.h"

namespace taipan::jit {

// Has `compile` called for the code object, soon, on the compile thread; at once where that cannot be started.
// Any thread. Requests are answered in order.
void compile_in_background(Code* code, void (*compile)(Code* code));

}  // namespace taipan::jit
