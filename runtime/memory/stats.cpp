#include "runtime/memory/stats.h"

#include "runtime/memory/thread_memory.h"
#include "runtime/thread/world.h"

namespace taipan {

static ThreadStats g_ended;  // sums of threads that ended, under the list lock

static void add(ThreadStats& to, const ThreadStats& from) {
#define X(name, text) to.name.add(from.name.get());
  TAIPAN_MEMORY_COUNTERS(X)
#undef X
}

void stats_of_ended_thread(const ThreadStats& s) {
  RawGuard guard(g_world.list_lock);
  add(g_ended, s);
}

usize memory_stats(StatLine* out, usize n) {
  ThreadStats sum;
  {
    RawGuard guard(g_world.list_lock);
    add(sum, g_ended);
    for_each_thread_locked([&](Thread& x) { add(sum, x.memory->stats); });
  }
  const StatLine lines[] = {
#define X(name, text) {#name, text, sum.name.get()},
      TAIPAN_MEMORY_COUNTERS(X)
#undef X
  };
  usize count = sizeof(lines) / sizeof(lines[0]);
  for (usize i = 0; i < count && i < n; ++i) out[i] = lines[i];
  return count;
}

}  // namespace taipan
