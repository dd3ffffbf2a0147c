#include "runtime/thread/signals.h"

#include <unistd.h>

#include <cerrno>

#include "runtime/memory/hooks.h"
#include "runtime/memory/publish.h"
#include "runtime/thread/parking_lot.h"
#include "runtime/thread/world.h"

namespace taipan {

Status (*g_signal_dispatch)(Thread& t, int number) = nullptr;

// Written by handlers: lock-free atomics only.
static Atomic<u32> g_arrived[kMaxSignal];
static Atomic<u32> g_any;
static Atomic<int> g_wakeup_fd{-1};

void signal_arrived(int number) {
  if (number < 0 || number >= kMaxSignal) return;
  int saved = errno;
  g_arrived[number].store_seq_cst(1);
  g_any.store_seq_cst(1);
  if (Thread* m = g_main_thread.load_acquire()) m->poll.fetch_or_acq_rel(kPollSignal);
  int fd = g_wakeup_fd.load_acquire();
  if (fd >= 0) {
    unsigned char byte = static_cast<unsigned char>(number);
    ssize_t n = write(fd, &byte, 1);  // a full pipe has already woken its reader
    (void)n;
  }
  errno = saved;
}

int set_wakeup_fd(int fd, bool) { return g_wakeup_fd.exchange_seq_cst(fd); }

bool signals_pending() { return g_any.load_acquire() != 0; }

Status run_signal_handlers(Thread& t) {
  if (!t.is_main || g_any.load_acquire() == 0) return kDone;
  g_any.store_seq_cst(0);  // before the looks: what arrives meanwhile is seen now or asks again
  for (int i = 1; i < kMaxSignal; ++i) {
    if (g_arrived[i].load_relaxed() == 0 || g_arrived[i].exchange_acq_rel(0) == 0) continue;
    if (!g_signal_dispatch) continue;
    Status s = g_signal_dispatch(t, i);
    if (s.is_error()) {
      // The others keep waiting for the next safepoint.
      g_any.store_seq_cst(1);
      t.poll.fetch_or_acq_rel(kPollSignal);
      return kError;
    }
  }
  return kDone;
}

int set_async_exception(Thread& t, u64 ident, Value exception) {
  exception = exception.canonical();
  if (exception.is_ref()) {
    publish(t, exception);  // two threads will see it
    increment(exception.object());
  }
  int found = 0;
  Value old = exception;
  {
    RawGuard guard(g_world.list_lock);
    for_each_thread_locked([&](Thread& x) {
      if (x.ident != ident || x.is_ending || found) return;
      found = 1;
      old = x.async_exc;
      x.async_exc = exception;
      if (!exception.is_empty()) x.poll.fetch_or_acq_rel(kPollAsyncExc);
    });
  }
  drop(old);  // counted: what was waiting, or ours if there is no such thread
  return found;
}

}  // namespace taipan
