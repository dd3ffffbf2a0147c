#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/memory/checkpoint.h"
#include "runtime/memory/hooks.h"
#include "runtime/memory/publish.h"
#include "runtime/memory/thread_memory.h"
#include "runtime/memory/weak.h"
#include "runtime/thread/parking_lot.h"
#include "runtime/thread/ticker.h"
#include "runtime/thread/world.h"

namespace taipan {

// The world is stopped, so no thread holds an object's lock or is inside an operation. Detached threads
// may hold the parking lot's locks; ticker and coordinators the others. Order: as nested elsewhere.
static void lock_everything() {
  g_world.list_lock.lock();
  checkpoint_lock_common();
  parking_lock_all();
  weak_lock_all();
  heaps_lock();
}
static void unlock_everything(bool in_child) {
  heaps_unlock(in_child);
  weak_unlock_all(in_child);
  parking_unlock_all(in_child);
  checkpoint_unlock_common(in_child);
  in_child ? g_world.list_lock.reset() : g_world.list_lock.unlock();
}

void before_fork(Thread& t) {
  stop_the_world(t);
  lock_everything();
}

void after_fork_parent(Thread& t) {
  unlock_everything(false);
  start_the_world(t);
}

void after_fork_child(Thread& t) {
  unlock_everything(true);
  Thread::set_current(&t);
  t.native_id = static_cast<u64>(syscall(SYS_gettid));
  t.is_main = true;
  g_main_thread.store_seq_cst(&t);
  // The other threads are gone: this one adopts their candidates, their registers count as gone, their
  // heaps go to the pool. What was local to them is flagged shared: nobody else will count it plainly.
  Thread* x = g_world.threads.load_acquire();
  t.next = nullptr;
  g_world.threads.store_release(&t);
  g_world.thread_count = 1;
  while (x) {
    Thread* next = x->next;
    if (x != &t) {
      g_world.counts_lost = true;
      publish_whole_heap(*x);
      give_candidates_away(*x);
      flush_remote(x->memory->remote);
      heap_abandon(x->memory->heap, *x);
      // Its stack and ThreadMemory stay: the C++ frames that refer to them are gone, but a copy of the
      // VM stack is cheap, and freeing it would need what the thread was doing.
    }
    x = next;
  }
  t.next = nullptr;
  ticker_after_fork_child();
  // The stop ends without the others.
  g_world.stop_depth = 0;
  g_world.stopper.store_seq_cst(nullptr);
  u32 word = g_world.stop_word.load_relaxed();
  if (word & 1) g_world.stop_word.store_seq_cst(word + 1);
  checkpoint_after_fork_child(t);
  t.poll.fetch_and_acq_rel(~u32{kPollStop});
  g_memory_hooks.forked(t);
}

}  // namespace taipan
