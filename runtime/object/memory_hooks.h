// Connects the memory system to types: how objects are visited, destroyed and finalised, and how errors
// of memory and recursion are raised. Called once by runtime_init(), before the first allocation.
#pragma once
#include "runtime/memory/hooks.h"

namespace taipan {

void install_memory_hooks();
// The instance that raise_memory_error() raises when there is no memory for a new one; made at start-up.
void set_last_memory_error(Thread& t, Value exception);

}  // namespace taipan
