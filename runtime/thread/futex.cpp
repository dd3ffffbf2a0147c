#include "runtime/thread/futex.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

namespace taipan {

static_assert(sizeof(Atomic<u32>) == sizeof(u32));

int futex_wait(Atomic<u32>& word, u32 expected, i64 timeout_ns) {
  struct timespec ts, *limit = nullptr;
  if (timeout_ns >= 0) {
    ts.tv_sec = timeout_ns / 1000000000;
    ts.tv_nsec = timeout_ns % 1000000000;
    limit = &ts;
  }
  long r = syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, expected, limit, nullptr, 0);
  return r == 0 ? 0 : errno;
}

void futex_wake(Atomic<u32>& word, int count) {
  syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, count, nullptr, nullptr, 0);
}

i64 monotonic_ns() {
  struct timespec ts;
  clock_gettime(CLOCK_MONOTONIC, &ts);
  return static_cast<i64>(ts.tv_sec) * 1000000000 + ts.tv_nsec;
}

void RawMutex::lock_slow() {
  for (int i = 0; i < 40; ++i) {
    u32 free = 0;
    if (state_.load_relaxed() == 0 && state_.cas_acquire(free, 1)) return;
    cpu_relax();
  }
  while (state_.exchange_acq_rel(2) != 0) futex_wait(state_, 2);
}

}  // namespace taipan
