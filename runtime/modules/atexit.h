// Exit functions that the program registered (atexit.register).
#pragma once
#include "runtime/thread/thread.h"

namespace taipan {
// Calls and forgets all of them, last first; their exceptions are reported, not raised.
void run_exit_functions(Thread& t);
}  // namespace taipan
