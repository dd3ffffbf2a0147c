#include "runtime/thread/limits.h"

#include "runtime/thread/world.h"

namespace taipan {

Atomic<i32> g_recursion_limit{1000};
Atomic<bool> g_finalizing;

void set_recursion_limit(i32 limit) {
  g_world.list_lock.lock();
  g_recursion_limit.store_relaxed(limit);  // thread_enter reads it under the same lock
  // Other threads see the plain store at some later call: the limit is a guard, not a protocol.
  for_each_thread_locked([&](Thread& x) { __atomic_store_n(&x.recursion_limit, limit, __ATOMIC_RELAXED); });
  g_world.list_lock.unlock();
}

}  // namespace taipan
