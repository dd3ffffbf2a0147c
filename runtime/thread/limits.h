// Settings that concern every thread: the recursion limit; and whether the program is on its way out.
#pragma once
#include "runtime/base/atomic.h"

namespace taipan {

extern Atomic<i32> g_recursion_limit;  // new threads start with it
void set_recursion_limit(i32 limit);   // for all threads, from their next call on
extern Atomic<bool> g_finalizing;      // set once, when the main thread begins to exit

}  // namespace taipan
