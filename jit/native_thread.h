// Threads of the JIT itself: no Python threads, so they have no Thread and touch no object but code.
#pragma once

namespace taipan::jit {

// Detached, with all signals blocked: those are for Python's threads. `name`: at most 15 characters. False: no more threads.
bool start_native_thread(const char* name, void* (*main)(void*));

}  // namespace taipan::jit
