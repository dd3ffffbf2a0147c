// The parking lot: threads sleep on any address, first come first served. Object locks, threading.Lock,
// conditions and queues need no memory of their own beyond the word they look at.
// park() sleeps if `still_wanted` holds under the bucket's lock, so a wake between look and sleep counts.
#pragma once
#include "runtime/thread/safepoint.h"

namespace taipan {

enum class ParkResult {
  Unparked,     // somebody woke this thread: `token` says with what
  NotWanted,    // still_wanted() said no; did not sleep
  TimedOut,
  Interrupted,  // a poll reason waits (signal, asynchronous exception): handle it, then park again
};

struct Park {
  const void* address;
  bool (*still_wanted)(void* data) = nullptr;  // null: always; runs under a lock: a few loads or a CAS
  void* data = nullptr;
  i64 deadline_ns = -1;                        // monotonic_ns() scale; negative: for ever
  u64 token = 0;                               // out: what unpark gave
};

// Sleeps attached: for waits that are short by construction (object locks). Never Interrupted.
ParkResult park_attached(Park& p);
// Sleeps detached; a safepoint. Comes back Interrupted when the thread is asked to look up for something
// that runs Python code; the caller calls safepoint(t) and parks again.
ParkResult park(Thread& t, Park& p);

// Wakes the longest sleeper; `before` (may be null) runs under the bucket's lock with whether one was found
// and whether more remain, and gives the token. Returns how many were woken.
struct Unpark {
  u64 (*before)(void* data, bool found, bool more) = nullptr;
  void* data = nullptr;
};
bool unpark_one(const void* address, Unpark u = {});
usize unpark_all(const void* address, u64 token = 0);
// Moves all but the first sleeper of `from` to `to` after waking that first one (condition.notify_all).
usize unpark_and_requeue(const void* from, const void* to, u64 token = 0);
usize parked_count(const void* address);

// Wakes x if it sleeps in park(): Interrupted. For signals and asynchronous exceptions.
void interrupt_parked(Thread& x);

void parking_lock_all();               // fork
void parking_unlock_all(bool in_child);  // the child forgets all sleepers

}  // namespace taipan
