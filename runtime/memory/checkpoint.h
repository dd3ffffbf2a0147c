// Checkpoints: how shared objects die (I5). Candidates are listed by decrement_shared(), every thread's
// registers are scanned once, then each thread resolves its own batch.
// Protocol, orders and proof: ownership_protocol.md section 3.
#pragma once
#include "runtime/memory/object.h"
#include "runtime/thread/thread.h"

namespace taipan {

// o has just become LISTED by this thread: queue it. No safepoint in between.
void list_candidate(Thread& t, Object* o);
void list_common_candidate(Object* o);  // from a native thread without a Thread
bool has_candidates(const Thread& t);
// Asks for a checkpoint at this thread's next safepoint.
void request_checkpoint(Thread& t);

// The part of a safepoint that concerns memory: resolves what is ready, scans, acknowledges, starts a
// checkpoint if one is wanted. Runs no Python code.
void checkpoint_poll(Thread& t);
// Scans and acknowledges only (inside a publication walk).
void answer_scan_requests(Thread& t);
// Starts one if none is active; true if it was started. The caller is attached.
bool start_checkpoint(Thread& t);
u64 completed_checkpoint();  // the epoch of the last one that all threads were scanned for
u64 started_checkpoint();    // ... of the last one that was started (seq_cst)
// Has some thread start one at its next safepoint. Any native thread; takes the thread list's lock.
void demand_checkpoint();
// Resolves what completed checkpoints made ready; at most `budget` entries. True if more is ready.
bool resolve_ready(Thread& t, usize budget);

// Checkpoints until this thread's candidates and the common ones are freed or held by somebody; waits
// for the other threads, detached. Runs finalisers. gc.collect(), exit, tests. False: an exception.
void settle_candidates(Thread& t);

// Before a thread blocks, and when it ends: what is left goes to the common queue.
void checkpoint_before_detach(Thread& t);
void give_candidates_away(Thread& t);

// R14: whoever has made x DETACHED (or finds it so) covers the checkpoints that it has not seen.
void cover(Thread& x, bool list_locked);
bool is_covered(const Thread& x);
void thread_joins_checkpoints(Thread& x);   // under the list lock: born with acked == epoch
void thread_leaves_checkpoints(Thread& x);  // under the list lock, after its queues were given away

// Retired storage.
void retire_storage(Thread& t, void* p, u64 n, u8 kind);
// A function to run when everybody has passed a checkpoint (code memory, cache entries).
void retire_call(Thread& t, void (*f)(void*), void* p);

// Back-pressure: candidates and storage beyond the hard limit; waits at most 10 ms, detached.
void wait_for_memory(Thread& t);
void set_checkpoint_thresholds(u64 entries, u64 bytes, u64 hard_bytes);

// Fork.
void checkpoint_after_fork_child(Thread& t);
void checkpoint_lock_common();
void checkpoint_unlock_common(bool in_child);

}  // namespace taipan
