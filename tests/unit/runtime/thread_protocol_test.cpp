// The rules of ownership_protocol.md that need no long run: one test a rule where a single schedule shows it.
#include <memory>

#include "tests/unit/runtime/memory_test_types.h"

namespace taipan::test {
namespace {

using Protocol = ThreadsTest;

Node* published(Thread& t, Local<Node>& at, u8 flags = 0) {
  at.set(new_node(t, flags));
  publish(t, at.value());
  Node* n = at.get();
  at.set(n);  // the counted word becomes a deferred one
  return n;
}

// R3: two encodings, one identity.
TEST_F(Protocol, R3_SameIgnoresTheDeferredTag) {
  Local<Node> n(t, new_node(t));
  Value counted(n.get()), deferred = Value::deferred(n.get());
  EXPECT_TRUE(same(counted, deferred));
  EXPECT_FALSE(same(Value::small_int(1), Value::small_int(2)));
  Random r(1);
  for (int i = 0; i < 100000; ++i) {
    Value a(r.next()), b(r.next());
    bool want = a.bits == b.bits || ((a.bits & 3) == 0 && (b.bits & 3) == 0 && (a.bits | 4) == (b.bits | 4));
    ASSERT_EQ(same(a, b), want);
    ASSERT_TRUE(same(a, a.canonical()));
  }
}

// R1: a store into a shared object publishes; no shared object refers to a local one.
TEST_F(Protocol, R1_StoresIntoSharedObjectsPublish) {
  Local<Node> s(t), l(t, new_node(t)), deep(t, new_node(t));
  published(t, s);
  l->a.store(l.get(), deep.value());
  EXPECT_TRUE(deep->is_local());
  s->a.store(s.get(), l.value());
  EXPECT_TRUE(l->is_shared());
  EXPECT_TRUE(deep->is_shared());
  HeapReport r = verify_heap(t);
  EXPECT_EQ(r.bad, 0u) << r.first;
  l.clear();
  deep.clear();
  s.clear();
  drain();
  EXPECT_EQ(g_counts.live, 0);
}

// R8, R12: a candidate held by a register is kept, then freed; one that is stored again lives.
TEST_F(Protocol, R8_KeptWhileARegisterHoldsIt) {
  Local<Node> s(t);
  Node* n = published(t, s);  // no count at all: candidate
  EXPECT_EQ(n->count.load_relaxed() & kListed, kListed);
  settle_candidates(t);
  EXPECT_EQ(g_counts.live, 1);  // kept by the scan
  Local<Node> owner(t);
  published(t, owner);
  owner->a.store(owner.get(), s.value());
  settle_candidates(t);
  EXPECT_EQ(n->count.load_relaxed(), kCountStep);  // R12: un-listed by CAS
  owner->a.clear(owner.get());
  s.clear();
  owner.clear();
  drain();
  EXPECT_EQ(g_counts.live, 0);
}

// R5: a mutator's decrement of a listed object leaves KEEP.
TEST_F(Protocol, R5_DecrementOfAListedObjectKeeps) {
  Local<Node> s(t);
  Node* n = published(t, s);
  ASSERT_EQ(n->count.load_relaxed(), kListed);
  increment(n);
  decrement(n);
  EXPECT_EQ(n->count.load_relaxed(), kListed | kKeep);
  s.clear();
  drain();
  EXPECT_EQ(g_counts.live, 0);
}

// R6: what comes out of a shared slot is deferred; the slot's count is given back.
TEST_F(Protocol, R6_RemovalFromASharedSlot) {
  Local<Node> s(t), c(t), got(t);
  published(t, s);
  c.set(new_node(t));
  s->a.store(s.get(), c.value());
  c.clear();
  got.set(s->a.load(s.get()));
  EXPECT_TRUE(got.word()->is_deferred());
  s->a.clear(s.get());
  EXPECT_EQ(got->count.load_relaxed() & ~kKeep, kListed);
  settle_candidates(t);
  EXPECT_EQ(got->tag, 0u);  // still there
  got.clear();
  s.clear();
  drain();
  EXPECT_EQ(g_counts.live, 0);
}

// R7: a weak dereference of a listed object sets KEEP, of a healthy one writes nothing.
TEST_F(Protocol, R7_WeakDereference) {
  Local<Node> s(t), owner(t);
  Node* n = published(t, s);
  published(t, owner);
  Local<WeakRefObject> w(t, new_weak(t, n));
  EXPECT_TRUE(w->is_shared());  // born shared
  {
    Local<> got(t, weak_get(w->ctl));
    EXPECT_EQ(n->count.load_relaxed(), kListed | kKeep);
  }
  owner->a.store(owner.get(), n);
  s.clear();
  settle_candidates(t);
  ASSERT_EQ(n->count.load_relaxed(), kCountStep);
  {
    Local<> got(t, weak_get(w->ctl));
    EXPECT_EQ(n->count.load_relaxed(), kCountStep);
  }
  owner->a.clear(owner.get());
  settle_candidates(t);
  EXPECT_TRUE(weak_get(w->ctl).is_absent());
  owner.clear();
  drain();
}

// R10: a finaliser runs on count 1, comes through a second checkpoint, may resurrect, runs once.
TEST_F(Protocol, R10_FinaliserThenSecondCheckpoint) {
  static Value seen_word;
  static GlobalRoot saved("saved");
  g_on_finalise = [](Thread& t, Node* n) {
    EXPECT_EQ(n->count.load_relaxed(), kCountStep);
    EXPECT_TRUE(n->flags.load_relaxed() & kFinalised);
    saved.set(t, n);
  };
  Local<Node> s(t);
  Node* n = published(t, s, kHasFinaliser);
  s.clear();
  settle_candidates(t);
  EXPECT_EQ(g_counts.finalised, 1);
  EXPECT_EQ(g_counts.live, 1);
  EXPECT_EQ(n->count.load_relaxed() >> 3, 1u);
  saved.set(t, Value::empty());
  drain();
  EXPECT_EQ(g_counts.finalised, 1);
  EXPECT_EQ(g_counts.live, 0);
}

// R11: a dropped list of 10^5 nodes needs few checkpoints.
TEST_F(Protocol, R11_ExpansionFreesChainsAtOnce) {
  Local<Node> head(t);
  published(t, head);
  for (int i = 0; i < 100000; ++i) {
    Local<Node> n(t, new_node(t));
    n->a.store(n.get(), head.value());
    head.set(n.value());
  }
  publish(t, head.value());
  u64 before = t.memory->stats.checkpoints.get();
  head.clear();
  drain();
  EXPECT_EQ(g_counts.live, 0);
  EXPECT_LT(t.memory->stats.checkpoints.get() - before, 10u);
}

// R14: threads that are detached, that poll, and that come and go do not hold a checkpoint up.
TEST_F(Protocol, R14_CheckpointsCoverDetachedThreads) {
  std::atomic<int> stage{0};
  TestThread sleeper([&](Thread& x) {
    Detached away(x);
    stage = 1;
    while (stage != 2) usleep(100);
  });
  while (stage != 1) usleep(100);
  Local<Node> s(t);
  published(t, s);
  s.clear();
  settle_candidates(t);
  EXPECT_EQ(g_counts.live, 0);
  stage = 2;
}

// A register of another, detached thread keeps the object; it is freed once the thread drops it.
TEST_F(Protocol, R14_RegistersOfDetachedThreadsAreScanned) {
  std::atomic<int> stage{0};
  static GlobalRoot root("handed over");
  {
    Local<Node> s(t);
    published(t, s);
    root.set(t, s.value());
  }
  TestThread holder([&](Thread& x) {
    Local<Node> mine(x, own<Node>(root.borrow()));
    stage = 1;
    {
      Detached away(x);
      while (stage != 2) usleep(100);
    }
    EXPECT_EQ(mine->tag, 0u);
    EXPECT_EQ(mine->shape.load_relaxed(), kNodeShape);
    mine.clear();
    stage = 3;
    Detached away(x);
    while (stage != 4) usleep(100);
  });
  {
    Detached away(t);
    while (stage != 1) usleep(100);
  }
  root.set(t, Value::empty());
  settle_candidates(t);
  EXPECT_EQ(g_counts.live, 1);
  stage = 2;
  {
    Detached away(t);
    while (stage != 3) usleep(100);
  }
  drain();
  EXPECT_EQ(g_counts.live, 0);
  stage = 4;
}

// R15: a dropped object with a finaliser is finalised soon, without anybody asking, and so is storage freed.
TEST_F(Protocol, R15_AgeAndUrgency) {
  Local<Node> s(t);
  published(t, s, kHasFinaliser);
  s.clear();
  i64 end = monotonic_ns() + 2000000000;
  while (g_counts.live != 0 && monotonic_ns() < end) {
    (void)safepoint(t);
    usleep(500);
  }
  EXPECT_EQ(g_counts.live, 0);
  EXPECT_EQ(g_counts.finalised, 1);
}

// R26: what a thread leaves behind is shared; its heap serves the next thread.
TEST_F(Protocol, R26_ThreadExit) {
  static GlobalRoot root("left behind");
  for (int i = 0; i < 20; ++i) {
    TestThread worker([&](Thread& x) {
      Local<Node> n(x, new_node(x));
      Local<Node> m(x, new_node(x));
      n->a.store(n.get(), m.value());
      root.set(x, n.value());
    });
    worker.join();
    HeapReport r = verify_heap(t);
    EXPECT_EQ(r.bad, 0u) << r.first;
  }
  root.set(t, Value::empty());
  drain();
  EXPECT_EQ(g_counts.live, 0);
}

// Stopping the world: others stand still, also while threads come and go; it nests.
TEST_F(Protocol, StoppedWorld) {
  std::atomic<bool> stop{false};
  std::atomic<u64> steps{0};
  TestThread runner([&](Thread& x) {
    while (!stop) {
      steps.fetch_add(1);
      MUST(safepoint(x));
    }
  });
  TestThread flipper([&](Thread& x) {
    while (!stop) {
      Detached away(x);
    }
  });
  for (int i = 0; i < 200; ++i) {
    StoppedWorld stopped(t);
    StoppedWorld again(t);
    u64 a = steps;
    for (int k = 0; k < 1000; ++k) {
      cpu_relax();
    }
    EXPECT_EQ(steps, a);
  }
  stop = true;
  runner.join();
  flipper.join();
}

TEST_F(Protocol, TwoStoppersTakeTurns) {
  std::atomic<int> inside{0};
  auto body = [&](Thread& x) {
    for (int i = 0; i < 200; ++i) {
      {
        StoppedWorld stopped(x);
        EXPECT_EQ(inside.fetch_add(1), 0);
        inside.fetch_sub(1);
      }
      MUST(safepoint(x));
    }
  };
  TestThread a(body), b(body);
  a.join();
  b.join();
}

TEST_F(Protocol, ObjectLocksExclude) {
  Local<Node> s(t);
  Node* n = published(t, s);
  u64 total = 0;
  auto body = [&](Thread& x) {
    for (int i = 0; i < 20000; ++i) {
      lock_object(n);
      ++total;
      unlock_object(n);
      MUST(safepoint(x));
    }
  };
  {
    TestThread a(body), b(body), c(body);
    a.join();
    b.join();
    c.join();
  }
  EXPECT_EQ(total, 60000u);
  EXPECT_EQ(n->lock.load_relaxed(), 0);
}

TEST_F(Protocol, ParkingTimesOutAndWakesInOrder) {
  int word = 0;
  Park p;
  p.address = &word;
  p.deadline_ns = monotonic_ns() + 5000000;
  EXPECT_EQ(park(t, p), ParkResult::TimedOut);
  EXPECT_EQ(parked_count(&word), 0u);
  std::vector<u64> tokens(3);
  std::vector<std::unique_ptr<TestThread>> threads;
  for (int i = 0; i < 3; ++i) {
    threads.push_back(std::make_unique<TestThread>([&, i](Thread& x) {
      Park q;
      q.address = &word;
      EXPECT_EQ(park(x, q), ParkResult::Unparked);
      tokens[i] = q.token;
    }));
    while (parked_count(&word) != usize(i + 1)) usleep(100);
  }
  for (u64 k = 1; k <= 3; ++k) {
    u64 token = k;
    EXPECT_TRUE(unpark_one(&word, {[](void* d, bool, bool) { return *static_cast<u64*>(d); }, &token}));
  }
  EXPECT_FALSE(unpark_one(&word));
  for (auto& x : threads) x->join();
  EXPECT_EQ(tokens, (std::vector<u64>{1, 2, 3}));
}

}  // namespace
}  // namespace taipan::test
