// World: the list of threads and the state of stopped worlds. Internal to runtime/memory and
// runtime/thread.
#pragma once
#include "runtime/thread/futex.h"
#include "runtime/thread/safepoint.h"

namespace taipan {

struct World {
  RawMutex list_lock;          // the list, thread_count, async_exc; short sections
  // Written under list_lock. A stopped world may be walked without it: threads leave it attached, and one that
  // begins puts itself in front, complete (release), before it attaches.
  Atomic<Thread*> threads{nullptr};
  u32 thread_count = 0;
  bool counts_lost = false;    // forked: what the registers of threads that are gone counted stays counted

  Atomic<Thread*> stopper;     // who stops the world, or null
  Atomic<u32> stop_word;       // odd while a stop is under way: attach waits on it
  Atomic<u32> stop_progress;   // changes when a thread becomes detached while a stop waits
  u32 stop_depth = 0;          // nesting, the stopper's own
  i64 stop_began = 0;
};
extern World g_world;
extern Atomic<Thread*> g_main_thread;  // read by signal handlers

// Puts a thread that is DETACHED aside. Wakes whoever waits for its state.
void wake_state_waiters(Thread& x);
template <class F>
void for_each_thread_locked(F f) {
  for (Thread* x = g_world.threads.load_acquire(); x; x = x->next) f(*x);
}
void gil_acquire(Thread& t);
void gil_release(Thread& t);
extern bool g_gil_enabled;     // -X gil=1, set before the first thread

}  // namespace taipan
