// The cycle collector: what Python's `gc` module drives. Each thread collects its local objects alone;
// shared cycles are collected with the world stopped (DESIGN.md section 5, R22).
// Thresholds and generations follow CPython's interface; there is one young and one old part.
#pragma once
#include "runtime/memory/heap.h"
#include "runtime/thread/thread.h"

namespace taipan {

// gc.collect(): local, then shared cycles, candidates settled, until nothing more is freed. Returns how
// many unreachable objects were found. Runs finalisers and callbacks.
ssize collect(Thread& t);
// This thread's local objects only; nobody is stopped.
ssize collect_local(Thread& t);
// At a safepoint that asked for it (kPollCollect): collects what the thresholds call for.
void collect_if_due(Thread& t);

void collector_enable(bool on);
bool collector_is_enabled();
struct CollectorThresholds {
  i32 young, middle, old;
};
void set_collector_thresholds(CollectorThresholds thresholds);
CollectorThresholds collector_thresholds();
// gc.get_count(): tracked objects allocated since the last collection, collections since.
CollectorThresholds collector_counts(Thread& t);
struct CollectorStats {
  u64 collections, collected, uncollectable;
};
CollectorStats collector_stats(int generation);

}  // namespace taipan
