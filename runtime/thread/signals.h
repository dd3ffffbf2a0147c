// Signals and asynchronous exceptions: what reaches a thread at its next safepoint.
// The C handler calls signal_arrived(), which is async-signal-safe; Python's handlers run on the main thread.
#pragma once
#include "runtime/thread/thread.h"

namespace taipan {

inline constexpr int kMaxSignal = 65;

// From a C signal handler, on any thread: notes the signal, asks the main thread to look up, writes its
// number to the wakeup fd.
void signal_arrived(int number);
// signal.set_wakeup_fd(); returns the old one. -1: none.
int set_wakeup_fd(int fd, bool warn_on_full_buffer);

// Runs the Python-level handler of one signal; an error if it raised. Set by the signal module.
extern Status (*g_signal_dispatch)(Thread& t, int number);
bool signals_pending();
// Runs the handlers of all signals that arrived. Main thread only; elsewhere does nothing.
Status run_signal_handlers(Thread& t);

// PyThreadState_SetAsyncExc: raises `exception` (a class or instance, borrowed; empty takes a waiting one
// back) in the thread with that ident at its next safepoint. Returns how many threads there are: 0 or 1.
int set_async_exception(Thread& t, u64 ident, Value exception);

// -X gil=1: how long a thread keeps the lock while others want it.
void set_switch_interval(i64 ns);
i64 switch_interval();

// --- exit -------------------------------------------------------------------------------------------------
// Other threads stop at their next safepoint and never run again; those that sleep stay asleep. The caller
// goes on alone: it may run finalisers and flush files, and ends the process. A thread that does not
// reach a safepoint within `timeout_ns` runs on (false): then nothing it could reach may be torn down.
bool begin_exit(Thread& t, i64 timeout_ns);
bool is_exiting();
u32 count_threads();  // stopped ones too; at exit 1 means that there was no other to stop

}  // namespace taipan
