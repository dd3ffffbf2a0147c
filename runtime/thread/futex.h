// futex_wait / futex_wake: the one system call under every lock and every wait of the runtime.
// RawMutex: a short internal lock (three states, no owner). Waiting for it is not a safepoint, so
// nothing under it may run Python code, pass a safepoint or wait for another thread.
#pragma once
#include "runtime/base/atomic.h"

namespace taipan {

// Sleeps while `word` holds `expected`. timeout_ns < 0: no limit. Returns 0, or ETIMEDOUT, EINTR, EAGAIN.
int futex_wait(Atomic<u32>& word, u32 expected, i64 timeout_ns = -1);
void futex_wake(Atomic<u32>& word, int count);
i64 monotonic_ns();

class RawMutex {
 public:
  void lock() {
    u32 free = 0;
    if (!state_.cas_acquire(free, 1)) [[unlikely]] lock_slow();
  }
  bool try_lock() {
    u32 free = 0;
    return state_.cas_acquire(free, 1);
  }
  void unlock() {
    if (state_.exchange_acq_rel(0) == 2) [[unlikely]] futex_wake(state_, 1);
  }
  // In the child of a fork, where the holder does not exist any more.
  void reset() { state_.store_relaxed(0); }

 private:
  void lock_slow();
  Atomic<u32> state_;  // 0 free, 1 held, 2 held and somebody sleeps
};

class RawGuard {
 public:
  explicit RawGuard(RawMutex& m) : m_(m) { m_.lock(); }
  ~RawGuard() { m_.unlock(); }
  RawGuard(const RawGuard&) = delete;

 private:
  RawMutex& m_;
};

inline void cpu_relax() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("isb");
#endif
}

}  // namespace taipan
