#include "runtime/thread/ticker.h"

#include <pthread.h>
#include <signal.h>

#include "runtime/thread/futex.h"

namespace taipan {
namespace {

constexpr i64 kTick = 10000000;  // ns

enum State : u32 { kNone, kAsleep, kAwake, kEnded };
Atomic<u32> g_state;

void* ticker_main(void*) {
  u32 s;
  while ((s = g_state.load_acquire()) != kEnded) {
    if (s == kAsleep) {
      futex_wait(g_state, kAsleep);
      continue;
    }
    futex_wait(g_state, kAwake, kTick);
    if (g_state.load_acquire() == kEnded) break;
    tick_checkpoints();
    if (wants_ticks()) continue;
    u32 awake = kAwake;
    g_state.cas_seq_cst(awake, kAsleep);
    // What was listed between the two finds the ticker awake and does not wake it: look again.
    if (wants_ticks()) ticker_wake();
  }
  return nullptr;
}

}  // namespace

void ticker_wake() {
  u32 s = g_state.load_seq_cst();
  if (s == kAwake || s == kEnded) return;
  if (s == kAsleep) {
    if (g_state.cas_seq_cst(s, kAwake)) futex_wake(g_state, 1);
    return;
  }
  if (!g_state.cas_seq_cst(s, kAwake)) return;
  // Signals are for Python's threads.
  sigset_t all, old;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &old);
  pthread_attr_t attr;
  pthread_attr_init(&attr);
  pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attr, 256 * 1024);
  pthread_t id;
  if (pthread_create(&id, &attr, ticker_main, nullptr) != 0) g_state.store_release(kNone);
  pthread_attr_destroy(&attr);
  pthread_sigmask(SIG_SETMASK, &old, nullptr);
}

void ticker_after_fork_child() {
  if (g_state.load_relaxed() != kEnded) g_state.store_release(kNone);
}

void ticker_stop() {
  u32 s = g_state.exchange_seq_cst(kEnded);
  if (s == kAsleep || s == kAwake) futex_wake(g_state, 1);
}

}  // namespace taipan
