// The parts of _thread: locks, thread handles, thread-local data. One file each; thread_module.cpp is the table.
#pragma once
#include <span>

#include "runtime/native/def.h"
#include "runtime/thread/thread.h"
#include "runtime/types/module.h"

namespace taipan {

Status locks_exec(Thread& t, Module* m);         // lock, LockType, RLock
Status thread_start_exec(Thread& t, Module* m);  // _ThreadHandle
Status thread_local_exec(Thread& t, Module* m);  // _local
std::span<const NativeDef> lock_functions();
std::span<const NativeDef> thread_start_functions();

// Seconds (or None, -1) as a deadline on the monotonic clock; negative: for ever.
Result<i64> deadline_from_timeout(Thread& t, bool blocking, Value timeout);
// Waits for all threads that are not daemons (exit of the main thread).
Status join_all_threads(Thread& t);

}  // namespace taipan
