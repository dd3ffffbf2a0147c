// The interactive loop: reads statements from standard input, runs each in __main__ and shows what it gives.
// Used with a terminal as standard input, and after -i.
#pragma once
#include "runtime/thread/thread.h"
#include "runtime/types/module.h"

namespace taipan {

// Until the input ends, or an error that ends the program (SystemExit), which is then pending on t.
// `banner`: greet first. `report`: shows the pending exception.
Status run_interactive(Thread& t, Module* main, bool banner, int (*report)(Thread& t));

}  // namespace taipan
