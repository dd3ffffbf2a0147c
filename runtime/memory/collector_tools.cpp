#include "runtime/memory/collector.h"

#include "runtime/memory/hooks.h"
#include "runtime/memory/publish.h"
#include "runtime/memory/sticky.h"
#include "runtime/memory/thread_memory.h"
#include "runtime/memory/trial.h"
#include "runtime/memory/weak.h"
#include "runtime/thread/local.h"
#include "runtime/thread/world.h"

namespace taipan {

// --- looking at the heap (R19) ----------------------------------------------------------------------------

void publish_all_heaps(Thread& t) {
  StoppedWorld stopped(t);
  for_each_object({[](Object* o, void*) {
                     u8 flags = o->flags.load_relaxed();
                     if (!(flags & kShared)) o->flags.store_relaxed(flags | kShared);  // all stand still
                   },
                   nullptr});
}

namespace {

// While other threads have objects of their own, an object found here would be seen by two threads.
void make_findable(Thread& t) {
  bool alone;
  {
    RawGuard guard(g_world.list_lock);
    alone = g_world.thread_count == 1;
  }
  if (!alone) publish_all_heaps(t);
}

struct Finder {
  bool (*wanted)(Object* o, void* data);
  void* data;
  CountedObjects& out;
  bool failed = false;
};

void find(Object* o, void* data) {
  Finder& f = *static_cast<Finder*>(data);
  if (f.failed || !(o->gc & kGcTracked) || o->is_immortal()) return;
  u32 w = o->count.load_relaxed();
  if (!(w & kSticky) && (w < kCountStep || (w & (kListed | kDying)))) return;  // dead or dying
  if (!f.wanted(o, f.data)) return;
  if (!f.out.push(o)) {
    f.failed = true;
    return;
  }
  increment(o);
}

}  // namespace

bool find_tracked_objects(Thread& t, bool (*wanted)(Object*, void*), void* data,
                          CountedObjects& counted) {
  StoppedWorld stopped(t);
  make_findable(t);
  Finder f{wanted, data, counted};
  for_each_object({find, &f});
  if (!f.failed) return true;
  while (!counted.is_empty()) decrement(counted.pop());
  return false;
}

bool find_referrers(Thread& t, const Value* targets, usize n, CountedObjects& counted) {
  struct Query final : EdgeVisitor {
    const Value* targets;
    usize n;
    bool found;
    void slot(SlotBase& s) override { look(Value(s.raw().load_relaxed())); }
    void words(Value* first, usize k) override {
      for (usize i = 0; i < k; ++i) look(first[i]);
    }
    void look(Value v) {
      for (usize i = 0; i < n && !found; ++i) found = v.is_ref() && same(v, targets[i]);
    }
  } q;
  q.targets = targets;
  q.n = n;
  return find_tracked_objects(
      t,
      [](Object* o, void* data) {
        Query& q = *static_cast<Query*>(data);
        q.found = false;
        g_memory_hooks.visit(o, q);
        return q.found;
      },
      &q, counted);
}

bool find_referents(Object* o, GrowingStack<Value>& borrowed) {
  struct Referents final : EdgeVisitor {
    explicit Referents(GrowingStack<Value>& o) : out(o) {}
    GrowingStack<Value>& out;
    bool ok = true;
    void slot(SlotBase& s) override { take(s.borrow()); }
    void words(Value* first, usize k) override {
      for (usize i = 0; i < k; ++i) take(first[i].canonical());
    }
    void take(Value v) {
      if (!v.is_empty()) ok = out.push(v) && ok;
    }
  } v(borrowed);
  g_memory_hooks.visit(o, v);
  return v.ok;
}

// --- freeze ----------------------------------------------------------------------------------------------------

static void set_frozen(Thread& t, bool on) {
  StoppedWorld stopped(t);
  for_each_object({[](Object* o, void* on) {
                     if (on) {
                       if (o->gc & kGcTracked) o->gc |= kGcFrozen;
                     } else {
                       o->gc &= static_cast<u8>(~kGcFrozen);
                     }
                   },
                   on ? &t : nullptr});
}
void collector_freeze(Thread& t) { set_frozen(t, true); }
void collector_unfreeze(Thread& t) { set_frozen(t, false); }
ssize collector_frozen_count(Thread& t) {
  StoppedWorld stopped(t);
  ssize n = 0;
  for_each_object({[](Object* o, void* n) {
                     if (o->gc & kGcFrozen) ++*static_cast<ssize*>(n);
                   },
                   &n});
  return n;
}

// --- sticky objects ------------------------------------------------------------------------------------------------

static Atomic<bool> g_reclaim_sticky{true};
void set_sticky_reclaim(bool on) { g_reclaim_sticky.store_seq_cst(on); }
bool sticky_reclaim() { return g_reclaim_sticky.load_relaxed() && has_sticky(); }

}  // namespace taipan
