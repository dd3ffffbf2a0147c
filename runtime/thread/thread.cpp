#include "runtime/thread/thread.h"

#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <new>

#include "runtime/memory/checkpoint.h"
#include "runtime/memory/collector.h"
#include "runtime/memory/hooks.h"
#include "runtime/memory/publish.h"
#include "runtime/memory/thread_memory.h"
#include "runtime/thread/world.h"

namespace taipan {

constinit thread_local Thread* Thread::current_ = nullptr;
Atomic<bool> g_multi_threaded;

namespace {

constexpr usize kDefaultMainWords = (usize{1} << 30) / sizeof(Value);
constexpr usize kDefaultWords = (usize{256} << 20) / sizeof(Value);
constexpr usize kMinWords = (usize{1} << 20) / sizeof(Value);
constexpr usize kSlackWords = (usize{4} << 20) / sizeof(Value);  // for Locals of native code
constexpr usize kGuardBytes = 64 * 1024;

// Reserves address space; pages come as they are touched. Smaller when there is not that much.
bool map_stack(Thread& t, usize words) {
  for (; words >= kMinWords; words /= 2) {
    usize bytes = words * sizeof(Value);
    void* p = mmap(nullptr, bytes + kGuardBytes, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) continue;
    mprotect(static_cast<char*>(p) + bytes, kGuardBytes, PROT_NONE);
    t.stack_base = t.top = static_cast<Value*>(p);
    t.stack_end = t.stack_base + words;
    t.limit = t.stack_end - (words >= 4 * kSlackWords ? kSlackWords : words / 4);
    return true;
  }
  return false;
}

void unmap_stack(Thread& t) {
  if (!t.stack_base) return;
  munmap(t.stack_base,
         static_cast<usize>(t.stack_end - t.stack_base) * sizeof(Value) + kGuardBytes);
}

// Native recursion ends above this address: what is left serves C code, handlers, reports.
char* machine_limit() {
  pthread_attr_t attr;
  void* low = nullptr;
  usize size = 0;
  if (pthread_getattr_np(pthread_self(), &attr) == 0) {
    pthread_attr_getstack(&attr, &low, &size);
    pthread_attr_destroy(&attr);
  }
  char* here = static_cast<char*>(__builtin_frame_address(0));
  if (!low || size < 64 * 1024) return here - 192 * 1024;
  constexpr usize kMost = usize{1} << 30;  // `ulimit -s unlimited`
  char* bottom = static_cast<char*>(low);
  if (static_cast<usize>(here - bottom) > kMost) bottom = here - kMost;
  usize left = static_cast<usize>(here - bottom);
  usize reserve = left / 4;
  if (reserve > 512 * 1024) reserve = 512 * 1024;
  return bottom + reserve;
}

void free_thread(Thread* t) {
  unmap_stack(*t);
  if (t->memory) {
    t->memory->~ThreadMemory();
    system_free(t->memory);
  }
  t->~Thread();
  system_free(t);
}

}  // namespace

Thread* thread_enter(bool is_main, usize stack_words) {
  TP_ASSERT(Thread::current_or_null() == nullptr);
  TP_ASSERT(is_main || g_multi_threaded.load_relaxed());
  void* p = system_allocate_aligned(sizeof(Thread), 64);
  if (!p) return nullptr;
  auto* t = new (p) Thread;
  void* q = system_allocate_aligned(sizeof(ThreadMemory), 64);
  if (q) t->memory = new (q) ThreadMemory;
  if (stack_words == 0) stack_words = is_main ? kDefaultMainWords : kDefaultWords;
  if (!q || !map_stack(*t, stack_words) || !(t->memory->heap = heap_adopt(*t))) {
    free_thread(t);
    return nullptr;
  }
  t->memory->candidates.refill_spare();
  t->memory->retired.refill_spare();
  t->memory->pending.refill_spare();
  t->machine_stack_limit = machine_limit();
  t->is_main = is_main;
  t->ident = static_cast<u64>(pthread_self());
  t->native_id = static_cast<u64>(syscall(SYS_gettid));
  {
    RawGuard guard(g_world.list_lock);
    thread_joins_checkpoints(*t);
    t->next = g_world.threads.load_relaxed();
    g_world.threads.store_release(t);
    ++g_world.thread_count;
    if (is_main) g_main_thread.store_seq_cst(t);
  }
  Thread::set_current(t);
  stress_thread(*t);
  attach(*t);
  if (!g_memory_hooks.thread_started(*t)) {
    thread_exit(*t);
    return nullptr;
  }
  return t;
}

void thread_exit(Thread& t) {
  ThreadMemory& m = *t.memory;
  Value sent;
  {
    RawGuard guard(g_world.list_lock);
    t.is_ending = true;  // its finalisers still run, and lock: it keeps its ident
    sent = t.async_exc;
    t.async_exc = Value::empty();
  }
  drop(sent);
  t.pending_count &= ~kPendingWatch;
  // R26. Registers first, with the finalisers that this starts; then what only cycles hold.
  for (int round = 0; round < 10; ++round) {
    for (Value* word : {&t.exc, &t.handled, &t.context, &t.thread_locals}) {
      Value old = *word;
      *word = Value::empty();
      drop(old);
    }
    run_pending(t);
    collect_local(t);
    // If all others sleep, this thread's candidates die here, with their finalisers.
    if (has_candidates(t) && start_checkpoint(t)) resolve_ready(t, ~usize{0});
    run_pending(t);
    if (t.pending_count == 0 && t.exc.is_empty()) break;
  }
  TP_ASSERT(t.top == t.stack_base);
  g_memory_hooks.thread_ended(t);
  bool last;
  {
    RawGuard guard(g_world.list_lock);
    last = g_world.thread_count == 1;
  }
  // Nobody is left to see the objects of the last thread; its candidates are settled.
  if (last) {
    settle_candidates(t);
  } else {
    publish_whole_heap(t);
  }
  answer_scan_requests(t);
  give_candidates_away(t);
  flush_remote(m.remote);
  {
    // Still attached: nobody scans this thread, and under the lock nobody else finds it.
    RawGuard guard(g_world.list_lock);
    thread_leaves_checkpoints(t);
    Thread* first = g_world.threads.load_relaxed();
    if (first == &t) {
      g_world.threads.store_release(t.next);
    } else {
      while (first->next != &t) first = first->next;
      first->next = t.next;
    }
    --g_world.thread_count;
    if (g_main_thread.load_relaxed() == &t) g_main_thread.store_seq_cst(nullptr);
  }
  g_world.stop_progress.fetch_add_seq_cst(1);  // a stopper counts again, without this thread
  futex_wake(g_world.stop_progress, 1);
  if (g_gil_enabled) gil_release(t);
  stats_of_ended_thread(m.stats);
  heap_abandon(m.heap, t);
  Thread::set_current(nullptr);
  free_thread(&t);
}

Status ensure_stack(Thread& t, usize n) {
  if (static_cast<usize>(t.stack_end - t.top) > n && t.top + n <= t.limit) [[likely]] return kDone;
  return raise_recursion_error(t, "");
}

Status raise_recursion_error(Thread& t, const char* while_doing) {
  g_memory_hooks.raise_recursion_error(t, while_doing);
  return kError;
}

int Detached::errno_now() { return errno; }
void Detached::set_errno(int e) { errno = e; }

}  // namespace taipan
