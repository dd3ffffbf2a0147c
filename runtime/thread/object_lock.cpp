#include "runtime/thread/object_lock.h"

#include "runtime/thread/futex.h"
#include "runtime/thread/parking_lot.h"

namespace taipan {

// 0 free, 1 held, 2 held and somebody may sleep on it.
void lock_slow(Atomic<u8>& lock) {
  for (int i = 0; i < 60; ++i) {
    u8 free = 0;
    if (lock.load_relaxed() == 0 && lock.cas_acquire(free, 1)) return;  // the CAS decides
    cpu_relax();
  }
  for (;;) {
    // Taken as 2: others may sleep behind us, so our unlock looks.
    u8 old = lock.exchange_acq_rel(2);
    if (old == 0) return;
    Park p;
    p.address = &lock;
    p.still_wanted = [](void* d) { return static_cast<Atomic<u8>*>(d)->load_relaxed() == 2; };
    p.data = &lock;
    park_attached(p);
  }
}

void unlock_slow(Atomic<u8>& lock) { unpark_one(&lock); }

}  // namespace taipan
