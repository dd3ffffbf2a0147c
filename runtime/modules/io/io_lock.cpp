#include "runtime/modules/io/io_lock.h"

#include <pthread.h>

#include "runtime/object/error.h"
#include "runtime/thread/futex.h"
#include "runtime/thread/limits.h"
#include "runtime/thread/parking_lot.h"

namespace taipan::io {

namespace {

bool mark_sleeper(void* data) {
  auto& state = *static_cast<Atomic<u32>*>(data);
  u32 s = state.load_relaxed();  // the CAS decides
  while (s == 1) {
    if (state.cas_relaxed(s, 2)) return true;
  }
  return s == 2;
}

constexpr i64 kPatienceAtExit = 1000000000;

}  // namespace

Atomic<u32> IoLock::g_process;

void IoLock::init() {
  static bool done = false;
  if (!done) pthread_atfork(nullptr, nullptr, [] { g_process.fetch_add_relaxed(1); });
  done = true;
}

void IoLock::take_back() {
  u32 then = process_.load_relaxed(), now = g_process.load_relaxed();
  if (then == now || state_.load_relaxed() == 0 || !process_.cas_relaxed(then, now)) return;  // one thread does it
  owner_.store_relaxed(0);
  state_.store_release(0);
}

Status IoLock::take_slow(Thread& t, Object* o) {
  take_back();
  for (int spin = 0; spin < 40; ++spin) {
    u32 free = 0;
    if (state_.cas_acquire(free, 1)) return kDone;
    cpu_relax();
  }
  bool exiting = g_finalizing.load_acquire();
  i64 deadline = exiting ? monotonic_ns() + kPatienceAtExit : -1;
  while (true) {
    u32 free = 0;
    if (state_.cas_acquire(free, 2)) return kDone;  // others may sleep still
    Park p{.address = &state_, .still_wanted = mark_sleeper, .data = &state_, .deadline_ns = deadline};
    switch (park(t, p)) {
      case ParkResult::Interrupted: TRY(safepoint(t)); break;
      case ParkResult::TimedOut:
        return raise(t, RuntimeError,
                     "could not acquire lock for {!T} object at interpreter shutdown, possibly due to daemon threads",
                     Value(o));
      default: break;
    }
  }
}

Status IoLock::raise_reentrant(Thread& t, Object* o) {
  return raise(t, RuntimeError, "reentrant call inside {!r}", Value(o));
}

void IoLock::wake() { unpark_one(&state_); }

}  // namespace taipan::io
