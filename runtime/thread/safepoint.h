// Safepoints, attach and detach, stopped worlds: how a thread answers the others.
// Poll at calls, back-edges and in native loops longer than about 100 microseconds.
// Protocol and orders: ownership_protocol.md section 3 (detach, poll, cover), R14.
#pragma once
#include "runtime/thread/thread.h"

namespace taipan {

TP_NOINLINE Status safepoint_slow(Thread& t);   // answers every PollReason; may run Python (signals)
TP_NOINLINE void run_pending_slow(Thread& t);   // finalisers and weakref callbacks that wait (R10)

// A full safepoint: what was borrowed before is no longer good; an exception may be pending after.
inline Status safepoint(Thread& t) {
#if TAIPAN_POISON
  return safepoint_slow(t);
#else
  if (t.poll.load_relaxed() != 0) [[unlikely]] return safepoint_slow(t);  // re-read in the slow path
  return kDone;
#endif
}
// The last act of an instruction or native operation that dropped something.
inline void run_pending(Thread& t) {
  if (t.pending_count != 0) [[unlikely]] run_pending_slow(t);
}

void enable_global_lock();  // -X gil=1; before the first thread

void attach(Thread& t);  // waits while another thread scans this one
void detach(Thread& t);  // answers what is asked, then gives the heap up until attach

// { Detached away(t); n = ::read(...); }   This thread holds up nobody meanwhile and touches no object.
class Detached {
 public:
  explicit Detached(Thread& t) : t_(t) { detach(t); }
  ~Detached() {
    int saved = errno_now();
    attach(t_);
    set_errno(saved);
  }
  Detached(const Detached&) = delete;

 private:
  static int errno_now();
  static void set_errno(int e);
  Thread& t_;
};

// As detach(), but starts no checkpoint and keeps the thread's candidates: for short internal waits.
void detach_quietly(Thread& t);
class DetachedQuietly {
 public:
  explicit DetachedQuietly(Thread& t) : t_(t) { detach_quietly(t); }
  ~DetachedQuietly() { attach(t_); }
  DetachedQuietly(const DetachedQuietly&) = delete;

 private:
  Thread& t_;
};
// Before a wait that may be long: a checkpoint, then finalisers, which may run Python code. Natives that
// block call it first, so that what they have just dropped is closed before they sleep.
Status prepare_to_block(Thread& t);

// All other attached threads wait at safepoints, detached ones cannot attach. The caller is attached.
// Nests. No Python code may run inside.
void stop_the_world(Thread& t);
void start_the_world(Thread& t);
// Every thread there is, the own one too, until `visit` says no. World stopped.
bool for_each_stopped_thread(bool (*visit)(Thread& x, void* data), void* data);
class StoppedWorld {
 public:
  explicit StoppedWorld(Thread& t) : t_(t) { stop_the_world(t); }
  ~StoppedWorld() { start_the_world(t_); }
  StoppedWorld(const StoppedWorld&) = delete;

 private:
  Thread& t_;
};

// --- life of threads ---------------------------------------------------------------------------------
// Makes a Thread for the calling native thread and attaches it. stack_words: VM stack reservation.
// Null when memory or address space is exhausted. The first second thread publishes all global roots.
Thread* thread_enter(bool is_main, usize stack_words);
void thread_exit(Thread& t);           // R26; the Thread is gone afterwards
void prepare_for_threads(Thread& t);   // R18; before the first second thread starts; idempotent
extern Atomic<bool> g_multi_threaded;  // set by prepare_for_threads, for good

// fork: before in the parent (stops the world, takes the runtime's locks), after in both.
void before_fork(Thread& t);
void after_fork_parent(Thread& t);
void after_fork_child(Thread& t);

// C++ recursion check for recursive natives (repr, compare, calls): RecursionError when the machine
// stack or the Python depth is used up. `while_doing`: " while calling a Python object".
TP_COLD Status raise_recursion_error(Thread& t, const char* while_doing);
class RecursionGuard {
 public:
  RecursionGuard(Thread& t) : t_(t) { ++t.depth; }  // NOLINT
  ~RecursionGuard() { --t_.depth; }
  Status check(const char* while_doing) {
    if (t_.depth > t_.recursion_limit ||
        static_cast<char*>(__builtin_frame_address(0)) < t_.machine_stack_limit) [[unlikely]] {
      return raise_recursion_error(t_, while_doing);
    }
    return kDone;
  }

 private:
  Thread& t_;
};

// Room for n more words on the VM stack, or RecursionError.
Status ensure_stack(Thread& t, usize n);

}  // namespace taipan
