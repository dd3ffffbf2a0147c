#include <memory>

#include "runtime/memory/sticky.h"
#include "runtime/memory/verify.h"
#include "tests/unit/runtime/memory_test_types.h"

namespace taipan::test {
namespace {

using LocalCollector = MemoryTest;
using SharedCollector = ThreadsTest;

// A ring of n nodes; the last one has `flags`. Held by the result only.
Result<Node> ring(Thread& t, int n, u8 flags = 0) {
  Local<Node> first(t, new_node(t, n == 1 ? flags : 0));
  Local<Node> last(t, first.value());
  for (int i = 1; i < n; ++i) {
    Local<Node> x(t, new_node(t, i == n - 1 ? flags : 0));
    last->a.store(last.get(), x.value());
    last.set(x.value());
  }
  last->a.store(last.get(), first.value());
  return first.give();
}

TEST_F(LocalCollector, FreesRings) {
  if (g_multi_threaded.load_relaxed()) GTEST_SKIP();
  { Local<Node> r(t, ring(t, 10)); }
  { Local<Node> r(t, ring(t, 1)); }
  Local<Node> kept(t, ring(t, 5));
  EXPECT_EQ(g_counts.live, 16);
  EXPECT_EQ(collect_local(t), 11);
  EXPECT_EQ(g_counts.live, 5);
  EXPECT_EQ(collect_local(t), 0);
  kept.clear();
  EXPECT_EQ(collect(t), 5);
  EXPECT_EQ(g_counts.live, 0);
}

TEST_F(LocalCollector, FinalisersRunOnceAndMayResurrect) {
  static Ref<Node> saved;
  g_on_finalise = [](Thread&, Node* n) { saved = Ref<Node>(Value(n)); };
  { Local<Node> r(t, ring(t, 10, kHasFinaliser)); }
  EXPECT_EQ(collect_local(t), 0);
  EXPECT_EQ(g_counts.finalised, 1);
  EXPECT_EQ(g_counts.live, 10);
  saved = Ref<Node>();
  EXPECT_EQ(collect_local(t), 10);
  EXPECT_EQ(g_counts.finalised, 1);
  EXPECT_EQ(g_counts.live, 0);
}

TEST_F(LocalCollector, FinaliserThatBreaksTheRing) {
  g_on_finalise = [](Thread&, Node* n) { n->a.clear(n); };
  { Local<Node> r(t, ring(t, 10, kHasFinaliser)); }
  collect_local(t);
  EXPECT_EQ(g_counts.live, 0);
}

// R22: a member that a finaliser publishes is left out.
TEST_F(LocalCollector, R22_FinaliserThatPublishes) {
  static GlobalRoot root("published by a finaliser");
  g_on_finalise = [](Thread& t, Node* n) {
    publish(t, n);
    root.set(t, n);
  };
  { Local<Node> r(t, ring(t, 10, kHasFinaliser)); }
  collect_local(t);
  EXPECT_EQ(g_counts.live, 10);
  EXPECT_TRUE(root.borrow().object()->is_shared());
  root.set(t, Value::empty());
  collect_shared(t);
  settle_candidates(t);
  EXPECT_EQ(g_counts.live, 0);
}

// Callbacks run for references from outside; references that are trash themselves stay silent.
TEST_F(LocalCollector, WeakReferencesToTrash) {
  Local<WeakRefObject> w(t);
  {
    Local<Node> r(t, ring(t, 3));
    w.set(new_weak(t, r.get(), true));
    Local<WeakRefObject> inside(t, new_weak(t, r.get(), true));
    r->b.store(r.get(), Value(inside.value()));  // (a slot of any type would do)
  }
  collect_local(t);
  EXPECT_TRUE(weak_get(w->ctl).is_absent());
  EXPECT_EQ(g_counts.callbacks, 1);
  EXPECT_EQ(g_counts.live, 0);
}

TEST_F(LocalCollector, RunsByItselfAtSafepoints) {
  for (int i = 0; i < 100000; ++i) {
    { Local<Node> r(t, ring(t, 2)); }
    MUST(safepoint(t));
    ASSERT_LT(g_counts.live, 60000);
  }
  collect(t);
  EXPECT_EQ(g_counts.live, 0);
}

TEST_F(LocalCollector, Freeze) {
  Local<Node> r(t, ring(t, 4));
  collector_freeze(t);
  EXPECT_GE(collector_frozen_count(t), 4);
  r.clear();
  EXPECT_EQ(collect_local(t), 0);
  collector_unfreeze(t);
  EXPECT_EQ(collector_frozen_count(t), 0);
  collect(t);
  EXPECT_EQ(g_counts.live, 0);
}

TEST_F(LocalCollector, Referrers) {
  Local<Node> a(t, new_node(t)), b(t, new_node(t)), c(t, new_node(t));
  a->a.store(a.get(), c.value());
  b->b.store(b.get(), c.value());
  Value target = c.value();
  CountedObjects found;
  ASSERT_TRUE(find_referrers(t, &target, 1, found));
  ASSERT_EQ(found.size(), 2u);
  while (!found.is_empty()) decrement(found.pop());
  GrowingStack<Value> out;
  ASSERT_TRUE(find_referents(a.get(), out));
  ASSERT_EQ(out.size(), 1u);
  EXPECT_TRUE(same(out[0], c.value()));
}

TEST_F(SharedCollector, FreesRings) {
  {
    Local<Node> r(t, ring(t, 10));
    publish(t, r.value());
  }
  EXPECT_EQ(collect(t), 10);
  EXPECT_EQ(g_counts.live, 0);
}

// A deferred word in a register of a sleeping thread keeps a ring.
TEST_F(SharedCollector, RegistersAreRoots) {
  static GlobalRoot root("ring");
  {
    Local<Node> r(t, ring(t, 10));
    root.set(t, r.value());
  }
  std::atomic<int> stage{0};
  TestThread holder([&](Thread& x) {
    Local<Node> mine(x, own<Node>(root.borrow()));
    stage = 1;
    Detached away(x);
    while (stage != 2) usleep(100);
  });
  while (stage != 1) usleep(100);
  root.set(t, Value::empty());
  EXPECT_EQ(collect(t), 0);
  EXPECT_EQ(g_counts.live, 10);
  stage = 2;
  holder.join();
  EXPECT_EQ(collect(t), 10);
  EXPECT_EQ(g_counts.live, 0);
}

// R22: a finaliser exposes a member; the second stop sees it.
TEST_F(SharedCollector, R22_FinaliserExposesAMember) {
  static GlobalRoot root("exposed");
  g_on_finalise = [](Thread& t, Node* n) { root.set(t, n->a.borrow()); };
  {
    Local<Node> r(t, ring(t, 10, kHasFinaliser));
    publish(t, r.value());
  }
  EXPECT_EQ(collect_shared(t), 0);
  settle_candidates(t);
  EXPECT_EQ(g_counts.live, 10);
  EXPECT_EQ(g_counts.finalised, 1);
  root.set(t, Value::empty());
  EXPECT_EQ(collect(t), 10);
  EXPECT_EQ(g_counts.finalised, 1);
  EXPECT_EQ(g_counts.live, 0);
}

TEST_F(SharedCollector, WeakReferencesToTrash) {
  Local<WeakRefObject> w(t);
  {
    Local<Node> r(t, ring(t, 3));
    publish(t, r.value());
    w.set(new_weak(t, r.get(), true));
  }
  EXPECT_EQ(collect(t), 3);
  EXPECT_TRUE(weak_get(w->ctl).is_absent());
  EXPECT_EQ(g_counts.callbacks, 1);
  EXPECT_EQ(g_counts.live, 0);
}

// What the mark rests on: each count has a holder that the audit finds.
TEST_F(SharedCollector, AuditFindsCountsWithoutAHolder) {
  static GlobalRoot root("audited");
  usize before = audit_counts(t).unexplained;
  Local<Node> r(t, ring(t, 3));
  Ref<Node> ref(r.value());
  root.set(t, r.value());
  EXPECT_EQ(audit_counts(t).unexplained, before);
  increment(r.get());
  HeapReport report = audit_counts(t);
  EXPECT_EQ(report.bad, 0u);
  EXPECT_EQ(report.unexplained, before + 1);
  decrement(r.get());
  EXPECT_EQ(audit_counts(t).unexplained, before);
  root.set(t, Value::empty());
}

// Sticky objects die by a mark: alone, in rings, with counted children; registers, Refs and roots keep them.
TEST_F(SharedCollector, StickyObjectsAreReclaimed) {
  set_sticky_reclaim(true);
  static GlobalRoot root("sticky");
  {
    Local<Node> r(t, ring(t, 4));
    Local<Node> child(t, new_node(t));
    r->b.store(r.get(), child.value());
    root.set(t, r.value());
    r.set(Value(r.get()));
    EXPECT_TRUE(make_sticky(r.get()));
    EXPECT_TRUE(make_sticky(r->a.borrow()));
    EXPECT_FALSE(make_sticky(nullptr == r.get() ? nullptr : new_node(t).word().as<Node>()));  // local
    collect(t);
    EXPECT_GE(g_counts.live, 5);
    root.set(t, Value::empty());
    collect(t);  // a register holds it
    EXPECT_GE(g_counts.live, 5);
    EXPECT_EQ(r->tag, 0u);
    Ref<Node> ref(r.value());
    r.clear();
    child.clear();
    collect(t);
    EXPECT_EQ(ref->shape.load_relaxed(), kNodeShape);
    EXPECT_GE(g_counts.live, 5);
  }
  collect(t);
  EXPECT_EQ(g_counts.live, 1);  // the local one above has no owner
  g_counts.live = 0;
  set_sticky_reclaim(false);
}

TEST_F(SharedCollector, ContendedCountsBecomeSticky) {
  set_contention_threshold(4);
  Local<Node> hot(t, new_node(t));
  static GlobalRoot root("hot");
  root.set(t, hot.value());
  Node* h = hot.get();
  std::atomic<bool> stop{false};
  auto body = [&](Thread& x) {
    Local<Node> mine(x, new_node(x));
    while (!stop) {
      for (int i = 0; i < 1000; ++i) {
        mine->a.store(mine.get(), Value(h));
        mine->a.clear(mine.get());
      }
      MUST(safepoint(x));
    }
  };
  TestThread a(body), b(body), c(body);
  i64 end = monotonic_ns() + 3000000000;
  while (!(h->count.load_relaxed() & kSticky) && monotonic_ns() < end) {
    Detached away(t);
    usleep(1000);
  }
  stop = true;
  a.join();
  b.join();
  c.join();
  set_contention_threshold(0);
  EXPECT_TRUE(h->count.load_relaxed() & kSticky);
  root.set(t, Value::empty());
  hot.clear();
  set_sticky_reclaim(true);
  collect(t);
  set_sticky_reclaim(false);
  EXPECT_EQ(g_counts.live, 0);
}

// Threads make and drop shared and local rings while others collect.
TEST_F(SharedCollector, CollectionStorm) {
  static GlobalRoot* roots[4];
  for (auto& r : roots) {
    if (!r) r = new GlobalRoot("storm");
  }
  g_on_finalise = [](Thread& t, Node* n) { roots[n->tag % 4]->set(t, n->a.borrow()); };
  i64 deadline = monotonic_ns() + static_cast<i64>(stress_seconds(1.5) * 1e9);
  auto work = [&](Thread& x) {
    Random r(x.ident);
    LocalArray reg(x, 8);
    LocalArray weak(x, 2);
    while (monotonic_ns() < deadline) {
      usize i = r.below(8);
      switch (r.below(8)) {
        case 0:
        case 1: {
          reg.set(i, ring(x, 1 + static_cast<int>(r.below(6)), r.below(4) == 0 ? kHasFinaliser : 0));
          reg[i].as<Node>()->tag = r.next();
          break;
        }
        case 2:
          if (!reg[i].is_empty()) {
            publish(x, reg[i]);
            roots[r.below(4)]->set(x, reg[i]);
          }
          break;
        case 3:
          reg.set(i, Value(roots[r.below(4)]->borrow()));
          break;
        case 4:
          roots[r.below(4)]->set(x, Value::empty());
          break;
        case 5:
          if (Value v = reg[i]; !v.is_empty()) {
            Node* n = v.as<Node>();
            Value other = reg[r.below(8)];
            ASSERT_EQ(n->shape.load_relaxed(), kNodeShape);
            if (!other.is_empty()) n->b.store(n, other);
          }
          break;
        case 6:
          if (!reg[i].is_empty()) weak.set(r.below(2), new_weak(x, reg[i].object(), r.below(2)));
          if (Value w = weak[r.below(2)]; !w.is_empty()) {
            reg.set(r.below(8), weak_get(w.as<WeakRefObject>()->ctl));
          }
          break;
        case 7:
          reg.set(i, Value::empty());
          break;
      }
      run_pending(x);
      if (r.below(2000) == 0) collect_local(x);
      if (r.below(8000) == 0) collect_shared(x);
      MUST(safepoint(x));
    }
  };
  {
    TestThread a(work), b(work), c(work), d(work);
    a.join();
    b.join();
    c.join();
    d.join();
  }
  g_on_finalise = nullptr;
  for (auto* r : roots) r->set(t, Value::empty());
  HeapReport h = verify_heap(t);
  EXPECT_EQ(h.bad, 0u) << h.first;
  for (int i = 0; i < 5 && g_counts.live != 0; ++i) collect(t);
  EXPECT_EQ(g_counts.live, 0);
}

}  // namespace
}  // namespace taipan::test
