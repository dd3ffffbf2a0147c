// The cycle collector: what Python's `gc` module drives. Each thread collects its local objects alone;
// shared cycles are collected with the world stopped (DESIGN.md section 5, R22).
// Thresholds and generations follow CPython's interface; there is one young and one old part.
#pragma once
#include "runtime/memory/chunk_queue.h"
#include "runtime/memory/heap.h"
#include "runtime/thread/thread.h"

namespace taipan {

// gc.collect(): local, then shared cycles, candidates settled, until nothing more is freed. Returns how
// many unreachable objects were found. Runs finalisers and callbacks.
ssize collect(Thread& t, bool trim = true);  // trim: empty slabs go back
// This thread's local objects only; nobody is stopped.
ssize collect_local(Thread& t);
// Shared cycles only; the world stops.
ssize collect_shared(Thread& t);
// At a safepoint that asked for it (kPollCollect): collects what the thresholds call for.
void collect_if_due(Thread& t);

void collector_enable(bool on);
bool collector_is_enabled();
struct CollectorThresholds {
  i32 young, middle, old;
};
void set_collector_thresholds(CollectorThresholds thresholds);
CollectorThresholds collector_thresholds();
// gc.get_count(): net growth of this thread's tracked objects since the last collection; local
// collections since the last shared one; shared collections since gc.collect().
CollectorThresholds collector_counts(Thread& t);
struct CollectorStats {
  u64 collections, collected, uncollectable;
};
CollectorStats collector_stats(int generation);  // 0: local, 1: shared, 2: gc.collect()

// What the gc module hears. Any may be null.
struct CollectorHooks {
  // gc.callbacks: before (`starting`) and after a collection. May run Python code; reports its errors.
  void (*phase)(Thread& t, bool starting, int generation, ssize collected);
  // DEBUG_SAVEALL: trash is given to gc.garbage instead of being freed.
  bool (*saves_all)(Thread& t);
  void (*garbage)(Thread& t, Object* o);
};
extern CollectorHooks g_collector_hooks;

// gc.freeze(): what is tracked now is left out of collections; unfreeze() lets it back.
void collector_freeze(Thread& t);
void collector_unfreeze(Thread& t);
ssize collector_frozen_count(Thread& t);

// gc.get_objects, get_referrers: tracked objects for which `wanted` is true, each with one count that the
// caller gives back by decrement(). With other threads about, every heap is published first (R19).
// False: no memory (nothing is held).
using CountedObjects = GrowingStack<Object*>;
bool find_tracked_objects(Thread& t, bool (*wanted)(Object* o, void* data), void* data,
                          CountedObjects& counted);
bool find_referrers(Thread& t, const Value* targets, usize n, CountedObjects& counted);
// gc.get_referents of one object: its direct edges, borrowed; call it without a safepoint in between.
bool find_referents(Object* o, GrowingStack<Value>& borrowed);
// Every local object of every thread becomes shared. Stops the world.
void publish_all_heaps(Thread& t);

// Sticky objects that nothing reaches are found by a mark from all roots in the stopped world of a shared
// collection. Rests on every owner of a count being visible to the mark: heap objects, GlobalRoots and root
// tables, registers, Refs, what threads keep (visit_thread_counts). `-X stress=rc-audit` finds owners that are not.
void set_sticky_reclaim(bool on);  // on from the start

}  // namespace taipan
