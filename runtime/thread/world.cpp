#include "runtime/thread/world.h"

#include <cerrno>

#include "runtime/memory/checkpoint.h"
#include "runtime/memory/thread_memory.h"
#include "runtime/thread/race.h"
#include "runtime/thread/limits.h"
#include "runtime/thread/signals.h"
#include "runtime/thread/ticker.h"

namespace taipan {

World g_world;
Atomic<Thread*> g_main_thread;

// --- attach and detach ----------------------------------------------------------------------------------

void wake_state_waiters(Thread& x) {
  if (x.memory->attach_waiting.load_seq_cst() != 0) {
    futex_wake(reinterpret_cast<Atomic<u32>&>(x.state), 1);
  }
}

// Whoever stops the world waits for this thread to become claimable.
static void note_detached() {
  if (g_world.stopper.load_seq_cst() == nullptr) return;
  g_world.stop_progress.fetch_add_seq_cst(1);
  futex_wake(g_world.stop_progress, 1);
}

static void become_detached(Thread& t) {
  race_point();
  t.state.store_seq_cst(ThreadState::Detached);
  race_point();
  cover(t, false);  // an epoch raised before the store was visible (F9)
  note_detached();
  if (g_gil_enabled) gil_release(t);
}

void detach(Thread& t) {
  TP_ASSERT(t.state.load_relaxed() == ThreadState::Attached);
  checkpoint_before_detach(t);
  become_detached(t);
}

void detach_quietly(Thread& t) {
  TP_ASSERT(t.state.load_relaxed() == ThreadState::Attached);
  answer_scan_requests(t);
  become_detached(t);
}

void attach(Thread& t) {
  if (g_gil_enabled) gil_acquire(t);
  for (;;) {
    // Politeness: a stop that has not claimed this thread yet need not wait for it again.
    u32 stop = g_world.stop_word.load_acquire();
    if ((stop & 1) && g_world.stopper.load_acquire() != &t) {
      futex_wait(g_world.stop_word, stop);
      continue;
    }
    ThreadState s = ThreadState::Detached;
    race_point();
    if (t.state.cas_seq_cst(s, ThreadState::Attached)) return;
    t.memory->attach_waiting.store_seq_cst(1);
    if (t.state.load_seq_cst() == s) {
      futex_wait(reinterpret_cast<Atomic<u32>&>(t.state), static_cast<u32>(s));
    }
    t.memory->attach_waiting.store_relaxed(0);  // own word
  }
}

// --- stopped worlds ---------------------------------------------------------------------------------------

// False: some thread did not come to a safepoint in time (negative: for ever); it is as if nothing had
// been claimed for it, and the stop stays in force.
static bool stop_others(Thread& t, i64 timeout_ns) {
  if (g_world.stopper.load_acquire() == &t) {
    ++g_world.stop_depth;
    return true;
  }
  // One stopper at a time; the others are stopped while they wait.
  Thread* none = nullptr;
  while (!g_world.stopper.cas_seq_cst(none, &t)) {
    none = nullptr;
    DetachedQuietly away(t);  // attach waits for the end of the other stop
  }
  g_world.stop_depth = 1;
  g_world.stop_began = monotonic_ns();
  g_world.stop_word.fetch_add_seq_cst(1);  // odd
  t.memory->stats.stops.add();
  for (;;) {
    u32 seen = g_world.stop_progress.load_seq_cst();
    bool all = true;
    {
      // Threads born from here on see stop_word under the lock and wait in attach.
      RawGuard guard(g_world.list_lock);
      for_each_thread_locked([&](Thread& x) {
        if (&x == &t) return;
        ThreadState s = ThreadState::Detached;
        if (x.state.load_seq_cst() == ThreadState::Stopped) return;
        if (x.state.cas_seq_cst(s, ThreadState::Stopped)) return;
        if (s == ThreadState::Stopped) return;
        x.poll.fetch_or_acq_rel(kPollStop);
        all = false;
      });
    }
    if (all) return true;
    if (timeout_ns >= 0 && monotonic_ns() - g_world.stop_began > timeout_ns) return false;
    futex_wait(g_world.stop_progress, seen, 1000000);
  }
}

void stop_the_world(Thread& t) { stop_others(t, -1); }

u32 count_threads() {
  RawGuard guard(g_world.list_lock);
  return g_world.thread_count;
}

bool is_exiting() { return g_finalizing.load_relaxed(); }

bool begin_exit(Thread& t, i64 timeout_ns) {
  g_finalizing.store_seq_cst(true);
  ticker_stop();
  // The stop is never ended: threads wait in attach for the end of the process.
  return stop_others(t, timeout_ns);
}

bool for_each_stopped_thread(bool (*visit)(Thread& x, void* data), void* data) {
  // Births and ends of threads need the list's lock while attached, so the list stands still; the lock itself is
  // not held, for `visit` may allocate.
  for (Thread* x = g_world.threads.load_acquire(); x; x = x->next) {
    if (!visit(*x, data)) return false;
  }
  return true;
}

void start_the_world(Thread& t) {
  TP_ASSERT(g_world.stopper.load_relaxed() == &t);
  if (--g_world.stop_depth != 0) return;
  {
    RawGuard guard(g_world.list_lock);
    for_each_thread_locked([&](Thread& x) {
      if (&x == &t) return;
      // Threads that joined during the stop are not ours: DETACHED, waiting on the stop word.
      if (x.state.load_seq_cst() != ThreadState::Stopped) return;
      x.state.store_seq_cst(ThreadState::Detached);
      cover(x, true);  // as for every return to DETACHED (R14)
      wake_state_waiters(x);
    });
  }
  t.memory->stats.stop_ns.add(static_cast<u64>(monotonic_ns() - g_world.stop_began));
  // In this order: the next stopper must not make the word even, or a thread born then attaches in its stopped world.
  g_world.stop_word.fetch_add_seq_cst(1);  // even
  g_world.stopper.store_seq_cst(nullptr);
  futex_wake(g_world.stop_word, 1 << 30);
}

// --- the global lock of -X gil=1 ----------------------------------------------------------------------------

bool g_gil_enabled = false;
void enable_global_lock() { g_gil_enabled = true; }
static RawMutex g_gil;
static Atomic<Thread*> g_gil_holder;
static Atomic<i64> g_switch_interval{5000000};
void set_switch_interval(i64 ns) { g_switch_interval.store_seq_cst(ns); }
i64 switch_interval() { return g_switch_interval.load_relaxed(); }
static Atomic<u32> g_gil_turn;  // changes with each release: fairness, and what waiters sleep on

void gil_acquire(Thread& t) {
  while (!g_gil.try_lock()) {
    u32 turn = g_gil_turn.load_acquire();
    if (g_gil.try_lock()) break;
    if (futex_wait(g_gil_turn, turn, switch_interval()) == ETIMEDOUT) {
      RawGuard guard(g_world.list_lock);
      Thread* holder = g_gil_holder.load_acquire();
      for_each_thread_locked([&](Thread& x) {
        if (&x == holder) x.poll.fetch_or_acq_rel(kPollGil);
      });
    }
  }
  g_gil_holder.store_release(&t);
}

void gil_release(Thread&) {
  g_gil_holder.store_release(nullptr);
  g_gil.unlock();
  g_gil_turn.fetch_add_seq_cst(1);
  futex_wake(g_gil_turn, 1);
}

}  // namespace taipan
