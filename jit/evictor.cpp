#include "jit/evictor.h"

#include <pthread.h>
#include <unistd.h>

#include "jit/native_thread.h"
#include "runtime/memory/checkpoint.h"

namespace taipan::jit {

namespace {

Atomic<u32> g_running;
CodeCache* g_cache;
u32 g_every_us;

void* evict_for_ever(void*) {
  for (;;) {
    ::usleep(g_every_us);
    g_cache->evict(~u64{0});
    g_cache->free_cold();
    if (g_cache->wants_checkpoint()) demand_checkpoint();
  }
}

void after_fork_in_child() { g_running.store_relaxed(0); }

}  // namespace

void keep_evicting(CodeCache& cache, u32 every_us) {
  u32 no = 0;
  if (g_running.load_relaxed() != 0 || !g_running.cas_acq_rel(no, 1)) return;
  if (g_cache == nullptr) pthread_atfork(nullptr, nullptr, &after_fork_in_child);
  g_cache = &cache;
  g_every_us = every_us;
  if (!start_native_thread("taipan-evict", &evict_for_ever)) g_running.store_relaxed(0);
}

}  // namespace taipan::jit
