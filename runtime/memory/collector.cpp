#include "runtime/memory/collector.h"

#include "runtime/memory/checkpoint.h"
#include "runtime/memory/publish.h"
#include "runtime/memory/sticky.h"
#include "runtime/memory/thread_memory.h"
#include "runtime/memory/trial.h"
#include "runtime/memory/weak.h"
#include "runtime/thread/local.h"
#include "runtime/thread/world.h"

namespace taipan {

CollectorHooks g_collector_hooks = {};

namespace {

// As CPython 3.15 shows them; the real triggers grow with the heap (see below).
Atomic<bool> g_disabled;
RawMutex g_policy_lock;
CollectorThresholds g_thresholds{2000, 10, 0};
Atomic<u32> g_young{0};          // set by the program: exact threshold; 0: the default rule
CollectorStats g_stats[3] = {};  // under g_policy_lock
Atomic<u64> g_published_at;      // objects published when the last shared collection ended
Atomic<u64> g_shared_live;       // shared tracked objects it left
Atomic<u32> g_locals_since, g_shared_since;

constexpr u32 kLeastGrowth = 10000;      // net new objects before a local collection looks
constexpr u64 kLeastPublished = 100000;  // the same for shared ones

void count_collection(int generation, ssize collected) {
  RawGuard guard(g_policy_lock);
  ++g_stats[generation].collections;
  g_stats[generation].collected += static_cast<u64>(collected);
}

bool needs_finaliser(const Object* o) {
  return (o->flags.load_relaxed() & (kHasFinaliser | kFinalised)) == kHasFinaliser;
}

// The collector's count on each piece of trash. `saved` will take the pins of what comes back to life.
void pin(Thread& t, Trash& trash, Trash& saved) {
  t.memory->pinned[0] = &trash;
  t.memory->pinned[1] = &saved;
  for (usize i = 0; i < trash.size(); ++i) {
    Object* o = trash[i];
    o->count.store_relaxed(o->count.load_relaxed() + kCountStep);  // own, or a stopped world
  }
}

void release_all(Trash& pinned) {
  while (!pinned.is_empty()) decrement(pinned.pop());
}
void release_saved(Thread& t, Trash& saved) {
  release_all(saved);
  for (auto& list : t.memory->pinned) list = nullptr;
}

// Weak references with callbacks are cleared before finalisers run, so that a callback never sees its
// referent come back; callbacks of references that are trash themselves are not run.
bool clear_weak_with_callbacks(Thread& t, CollectKind kind, Trash& trash) {
  u32 before = t.pending_count;
  TrashBits bits(kind, trash);
  for (usize i = 0; i < trash.size(); ++i) {
    if (trash[i]->flags.load_relaxed() & kHasWeak) weak_clear_trash(t, trash[i], true);
  }
  return t.pending_count != before;
}
// Afterwards nobody but the trash itself can reach it.
void clear_weak(Thread& t, CollectKind kind, Trash& trash) {
  TrashBits bits(kind, trash);
  for (usize i = 0; i < trash.size(); ++i) {
    if (trash[i]->flags.load_relaxed() & kHasWeak) weak_clear_trash(t, trash[i], false);
  }
}

// Finalisers of the trash, each object held by its pin. True if Python code may have run.
bool run_finalisers(Thread& t, Trash& trash) {
  bool ran = false;
  Local<> exc(t, Result<>::from_owned(t.exc));
  t.exc = Value::empty();
  for (usize i = 0; i < trash.size(); ++i) {
    Object* o = trash[i];
    if (!needs_finaliser(o)) continue;
    if (o->flags.fetch_or_acq_rel(kFinalised) & kFinalised) continue;  // another thread's zero came first
    ran = true;
    t.memory->stats.finalised.add();
    g_memory_hooks.finalise(t, o);
    if (!t.exc.is_empty()) g_memory_hooks.unraisable(t, o);
  }
  t.exc = exc.give().word();
  return ran;
}

// No memory to decide who lives: all do.
void give_up(Trash& trash) { release_all(trash); }

bool save_all(Thread& t, Trash& trash) {
  if (!g_collector_hooks.saves_all || !g_collector_hooks.saves_all(t)) return false;
  for (usize i = 0; i < trash.size(); ++i) g_collector_hooks.garbage(t, trash[i]);
  for (usize i = 0; i < trash.size(); ++i) decrement(trash[i]);
  return true;
}

bool has_finaliser(Trash& trash) {
  for (usize i = 0; i < trash.size(); ++i) {
    if (needs_finaliser(trash[i])) return true;
  }
  return false;
}


ssize finish(Thread& t, Trash& trash) {
  ssize n = static_cast<ssize>(trash.size());
  if (n != 0 && !save_all(t, trash)) clear_trash(t, trash);
  run_pending(t);
  return n;
}

u64 total_published() {
  StatLine line[1];
  memory_stats(line, 1);  // the first counter is `published`
  return line[0].value;
}

// The next collection is due when the heap has grown by a share of what this one had to look at. Slabs
// that became empty are given back, since enumeration pays for their blocks too.
void set_threshold(Thread& t) {
  ThreadMemory& m = *t.memory;
  usize live = 0;
  for_each_own_object(t, {[](Object* o, void* d) {
                            if (o->is_local() && (o->gc & kGcTracked)) ++*static_cast<usize*>(d);
                          },
                          &live});
  usize blocks = carved_blocks(*m.heap);
  if (blocks > 4 * live + 20000 && blocks > 2 * m.scanned_after_trim) {
    heap_trim(*m.heap, t);
    blocks = m.scanned_after_trim = carved_blocks(*m.heap);
  }
  usize grown = live / 2 > blocks / 8 ? live / 2 : blocks / 8;
  if (grown < kLeastGrowth) grown = kLeastGrowth;
  if (grown > 0x3FFFFFFF) grown = 0x3FFFFFFF;
  u32 exact = g_young.load_relaxed();  // a setting; any moment will do
  t.collect_at = static_cast<i32>(exact ? exact : grown);
  t.allocated = 0;
}

}  // namespace

// --- one thread's own objects ----------------------------------------------------------------------------

ssize collect_local(Thread& t) {
  ThreadMemory& m = *t.memory;
  if (m.collecting) return 0;
  m.collecting = true;
  t.allocated = 0;
  m.stats.local_collections.add();
  g_locals_since.fetch_add_relaxed(1);  // statistics
  Trash trash, saved;
  ssize n = 0;
  if (TrialDeletion(t, CollectKind::Local).find(trash) && trash.size() != 0) {
    pin(t, trash, saved);
    bool ran = clear_weak_with_callbacks(t, CollectKind::Local, trash);
    if (ran) run_pending(t);
    if (has_finaliser(trash)) ran |= run_finalisers(t, trash);
    if (ran) {
      // Python code may have published or stored a member (R22): whatever is not trash any more is left out.
      if (!TrialDeletion(t, CollectKind::Local).find_again(trash, saved)) give_up(trash);
    }
    clear_weak(t, CollectKind::Local, trash);
    n = finish(t, trash);
    release_saved(t, saved);
    run_pending(t);
  }
  set_threshold(t);
  m.collecting = false;
  count_collection(0, n);
  return n;
}

// --- shared objects -----------------------------------------------------------------------------------------

ssize collect_shared(Thread& t) {
  ThreadMemory& m = *t.memory;
  if (m.collecting) return 0;
  m.collecting = true;
  m.stats.shared_collections.add();
  g_shared_since.fetch_add_relaxed(1);  // statistics
  g_locals_since.store_relaxed(0);
  Trash trash, saved;
  bool python = false;  // the trash must hear of its end before it is sure
  {
    StoppedWorld stopped(t);
    if (TrialDeletion(t, CollectKind::Shared).find(trash)) {
      pin(t, trash, saved);
      python = clear_weak_with_callbacks(t, CollectKind::Shared, trash) || has_finaliser(trash);
      if (!python) clear_weak(t, CollectKind::Shared, trash);
    }
  }
  if (python) {
    run_pending(t);
    run_finalisers(t, trash);
    // Others may have come to members through weak references, or finalisers stored them: look again.
    StoppedWorld stopped(t);
    if (!TrialDeletion(t, CollectKind::Shared).find_again(trash, saved)) give_up(trash);
    clear_weak(t, CollectKind::Shared, trash);
  }
  ssize n = finish(t, trash);
  release_saved(t, saved);
  run_pending(t);
  g_published_at.store_relaxed(total_published());
  m.collecting = false;
  count_collection(1, n);
  return n;
}

ssize collect(Thread& t, bool trim) {
  if (g_collector_hooks.phase) g_collector_hooks.phase(t, true, 2, 0);
  ssize n = 0;
  // What one round frees may leave cycles for the next: a local cycle holds a shared one, and so on.
  for (int round = 0; round < 4; ++round) {
    ssize found = collect_local(t);
    if (g_multi_threaded.load_relaxed() || has_candidates(t) || g_birth_flags || has_sticky()) {
      found += collect_shared(t);
      settle_candidates(t);
    }
    n += found;
    if (found == 0) break;
  }
  run_pending(t);
  g_shared_since.store_relaxed(0);
  if (trim) heap_trim(*t.memory->heap, t);
  count_collection(2, n);
  if (g_collector_hooks.phase) g_collector_hooks.phase(t, false, 2, n);
  return n;
}

// --- when ------------------------------------------------------------------------------------------------------

void allocation_threshold(Thread& t) {
  if (!g_disabled.load_relaxed() && !t.memory->collecting) t.poll.fetch_or_relaxed(kPollCollect);
  t.allocated = 0;
}

void collect_if_due(Thread& t) {
  if (g_disabled.load_relaxed() || t.memory->collecting) return;
  if (g_collector_hooks.phase) g_collector_hooks.phase(t, true, 0, 0);
  ssize n = collect_local(t);
  if (g_multi_threaded.load_relaxed()) {
    u64 published = total_published();
    u64 grown = published - g_published_at.load_relaxed();  // a trigger, need not be exact
    if ((grown > kLeastPublished && grown > g_shared_live.load_relaxed() / 2) || sticky_is_due()) {
      n += collect_shared(t);
      usize live = 0;
      g_shared_live.store_relaxed(published > live ? grown : 0);
    }
  }
  if (g_collector_hooks.phase) g_collector_hooks.phase(t, false, 0, n);
}

void collector_enable(bool on) { g_disabled.store_seq_cst(!on); }
bool collector_is_enabled() { return !g_disabled.load_relaxed(); }

void set_collector_thresholds(CollectorThresholds x) {
  RawGuard guard(g_policy_lock);
  g_thresholds = x;
  g_young.store_relaxed(x.young > 0 ? static_cast<u32>(x.young) : 0x40000000u);  // 0 switches it off
}
CollectorThresholds collector_thresholds() {
  RawGuard guard(g_policy_lock);
  return g_thresholds;
}
CollectorThresholds collector_counts(Thread& t) {
  return {t.allocated, static_cast<i32>(g_locals_since.load_relaxed()),
          static_cast<i32>(g_shared_since.load_relaxed())};
}
CollectorStats collector_stats(int generation) {
  RawGuard guard(g_policy_lock);
  return g_stats[generation];
}

}  // namespace taipan
