// Counters of the memory system for `-X stats`: kept per thread, summed on request.
// The owner writes with plain increments through relaxed atomics; sums are approximate while others run.
// Add a counter here and a line in stats.cpp.
#pragma once
#include "runtime/base/atomic.h"

namespace taipan {

class Counter {
 public:
  void add(u64 n = 1) { v_.store_relaxed(v_.load_relaxed() + n); }  // one writer; read for statistics
  u64 get() const { return v_.load_relaxed(); }

 private:
  Atomic<u64> v_;
};

#define TAIPAN_MEMORY_COUNTERS(X)                                                       \
  X(published, "objects published")                                                     \
  X(publications, "publications")                                                       \
  X(listed, "candidates listed")                                                        \
  X(expanded, "candidates listed by expansion")                                         \
  X(resolved, "candidates resolved")                                                    \
  X(kept, "candidates kept for another checkpoint")                                     \
  X(revived, "candidates alive again")                                                  \
  X(freed, "shared objects freed")                                                      \
  X(checkpoints, "checkpoints started")                                                 \
  X(scans, "register scans")                                                            \
  X(retired, "pieces of storage retired")                                               \
  X(finalised, "finalisers run")                                                        \
  X(sticky, "objects made sticky")                                                      \
  X(contended, "contended decrements")                                                  \
  X(stops, "stopped worlds")                                                            \
  X(stop_ns, "nanoseconds the world was stopped")                                       \
  X(local_collections, "collections of a thread's own objects")                         \
  X(shared_collections, "collections of shared objects")                                \
  X(collected, "objects freed by the collector")                                        \
  X(parked, "waits in the parking lot")                                                 \
  X(lost, "leaked because memory was exhausted")

struct ThreadStats {
#define X(name, text) Counter name;
  TAIPAN_MEMORY_COUNTERS(X)
#undef X
};

struct StatLine {
  const char* name;
  const char* text;
  u64 value;
};
// Fills up to n lines with sums over all threads, those that ended included; returns how many there are.
usize memory_stats(StatLine* out, usize n);
void stats_of_ended_thread(const ThreadStats& s);

}  // namespace taipan
