// Random operations on local and shared graphs from several threads: the stress part of
// ownership_protocol.md section 5. Short by default; TAIPAN_STRESS_SECONDS lengthens each test,
// TAIPAN_STRESS_SEED fixes the seed. Graphs are acyclic (tags fall along edges), so that all must die.
#include <memory>

#include "runtime/memory/sticky.h"
#include "runtime/memory/stress.h"
#include "runtime/thread/race.h"
#include "tests/unit/runtime/memory_test_types.h"

namespace taipan::test {
namespace {

constexpr usize kRegisters = 12, kWeakRegisters = 4, kRoots = 6, kArrays = 2;

// An array that writers replace under the lock of its owner, and readers read without it (I6).
struct Block {
  static constexpr u64 kMagic = 0x1234567890ABCDEF;
  u64 magic;
  u64 size;
  Atomic<u64> item[1];
};
struct SharedArrays {
  Atomic<Block*> block[kArrays];
  Node* owner[kArrays];
};

std::atomic<u64> g_tag{1};

struct Options {
  bool weak = true, finalisers = true, detach = true, stop = false, verify = false;
};

class Mutator {
 public:
  Mutator(Thread& t, u64 seed, GlobalRoot** roots, SharedArrays& arrays, Options o)
      : t_(t), r_(seed), roots_(roots), arrays_(arrays), o_(o), reg_(t, kRegisters),
        weak_(t, kWeakRegisters) {}

  void run(i64 deadline) {
    while (monotonic_ns() < deadline) {
      for (int i = 0; i < 200; ++i) step();
    }
  }
  u64 steps = 0;

 private:
  Node* node(usize i) {
    Value v = reg_[i];
    if (v.is_empty()) return nullptr;
    Node* n = v.as<Node>();
    check(n);
    return n;
  }
  static void check(Node* n) {
    ASSERT_EQ(n->shape.load_relaxed(), kNodeShape);
    ASSERT_FALSE(n->count.load_relaxed() & kDying);
    ASSERT_LE(n->tag, g_tag.load());
  }
  void fresh(usize i, u8 flags = 0) {
    Node* n = new_node_raw(t_, flags, r_.below(50) == 0);
    n->tag = g_tag.fetch_add(1);
    reg_.set(i, own_new(n));
  }
  Slot<Node>& slot(Node* n) { return r_.below(2) ? n->a : n->b; }

  void step() {
    ++steps;
    usize i = r_.below(kRegisters), j = r_.below(kRegisters);
    switch (r_.below(24)) {
      case 0:
      case 1:
        fresh(i);
        break;
      case 2:
        if (o_.finalisers) fresh(i, kHasFinaliser);
        break;
      case 3:
      case 4:
        if (Node* n = node(j)) reg_.set(i, slot(n).load(n));
        break;
      case 5:
      case 6:
      case 7: {
        GlobalRoot* g = roots_[r_.below(kRoots)];
        Value v = g->borrow();
        if (r_.below(16) == 0) yield_here();
        reg_.set(i, v);  // a root is a shared owner: deferred
        break;
      }
      case 8: {
        Value v = reg_[i];
        if (!v.is_empty()) publish(t_, v);
        roots_[r_.below(kRoots)]->set(t_, reg_[i]);
        break;
      }
      case 9:
      case 10:
      case 11: {
        Node *n = node(i), *m = node(j);
        if (n && m && m->tag < n->tag) slot(n).store(n, Value(m));
        break;
      }
      case 12:
        if (Node* n = node(i)) slot(n).clear(n);
        break;
      case 13:
        roots_[r_.below(kRoots)]->set(t_, Value::empty());
        break;
      case 14:
        if (!reg_[i].is_empty()) publish(t_, reg_[i]);
        break;
      case 15:
      case 16:
        reg_.set(i, Value::empty());
        break;
      case 17:
        if (Node* n = node(i); n && o_.weak) weak_.set(r_.below(kWeakRegisters), new_weak(t_, n, r_.below(2)));
        break;
      case 18:
        if (Value w = weak_[r_.below(kWeakRegisters)]; !w.is_empty()) {
          reg_.set(i, weak_get(w.as<WeakRefObject>()->ctl));
        }
        break;
      case 19: {
        if (r_.below(20) != 0) break;
        fresh(i);
        for (int k = 0; k < 200; ++k) {
          Local<> old(t_, reg_[i]);
          fresh(i);
          Node* n = reg_[i].as<Node>();
          n->a.store(n, old.value());
        }
        if (r_.below(2)) publish(t_, reg_[i]);
        break;
      }
      case 20:
        read_array();
        break;
      case 21:
        if (r_.below(8) == 0) write_array();
        break;
      case 22:
        if (o_.detach && r_.below(4) == 0) {
          Detached away(t_);
          if (r_.below(4) == 0) yield_here();
        }
        break;
      case 23:
        MUST(safepoint(t_));
        if (o_.stop && r_.below(2000) == 0) {
          StoppedWorld stopped(t_);
        }
        if (o_.verify && r_.below(2000) == 0) {
          HeapReport h = verify_heap(t_);
          ASSERT_EQ(h.bad, 0u) << h.first;
        }
        break;
    }
    run_pending(t_);
  }

  static void yield_here() { sched_yield(); }

  void read_array() {
    Block* b = arrays_.block[r_.below(kArrays)].load_acquire();
    if (!b) return;
    if (r_.below(16) == 0) yield_here();
    ASSERT_EQ(b->magic, Block::kMagic);
    for (u64 i = 0; i < b->size; ++i) ASSERT_EQ(b->item[i].load_relaxed(), i * b->size);
  }
  void write_array() {
    usize k = r_.below(kArrays);
    u64 size = 1 + r_.below(60);
    usize bytes = sizeof(Block) + (size - 1) * 8;
    auto* fresh = static_cast<Block*>(buffer_allocate(t_, bytes));
    fresh->magic = Block::kMagic;
    fresh->size = size;
    for (u64 i = 0; i < size; ++i) fresh->item[i].store_relaxed(i * size);
    lock_object(arrays_.owner[k]);
    Block* old = arrays_.block[k].load_relaxed();
    arrays_.block[k].store_release(fresh);
    unlock_object(arrays_.owner[k]);
    if (old) buffer_retire(t_, old, sizeof(Block) + (old->size - 1) * 8);
  }

  Thread& t_;
  Random r_;
  GlobalRoot** roots_;
  SharedArrays& arrays_;
  Options o_;
  LocalArray reg_, weak_;
};

class Stress : public ThreadsTest {
 protected:
  Stress() { set_race_odds(200, static_cast<u64>(monotonic_ns())); }
  ~Stress() override { set_race_odds(0, 0); }
  void storm(int threads, double seconds, Options o) {
    static GlobalRoot* roots[kRoots];
    for (auto& r : roots) {
      if (!r) r = new GlobalRoot("stress");
    }
    static GlobalRoot* resurrected[4];
    static auto& kept = resurrected;
    for (auto& r : kept) {
      if (!r) r = new GlobalRoot("resurrected");
    }
    g_on_finalise = [](Thread& t, Node* n) {
      if (n->tag % 3 == 0) kept[n->tag / 3 % 4]->set(t, n);
    };
    LocalArray owners(t, kArrays);
    SharedArrays arrays;
    for (usize i = 0; i < kArrays; ++i) {
      owners.set(i, new_node(t));
      publish(t, owners[i]);
      owners.set(i, Value(owners[i]));
      arrays.owner[i] = owners[i].as<Node>();
    }
    const char* s = getenv("TAIPAN_STRESS_SEED");
    u64 seed = s ? strtoull(s, nullptr, 10) : static_cast<u64>(monotonic_ns());
    std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
    i64 deadline = monotonic_ns() + static_cast<i64>(stress_seconds(seconds) * 1e9);
    std::atomic<u64> steps{0};
    {
      std::vector<std::unique_ptr<TestThread>> all;
      for (int i = 0; i < threads; ++i) {
        all.push_back(std::make_unique<TestThread>([&, i](Thread& x) {
          Mutator m(x, seed + static_cast<u64>(i) * 7919, roots, arrays, o);
          m.run(deadline);
          steps += m.steps;
        }));
      }
      for (auto& x : all) x->join();
    }
    HeapReport h = verify_heap(t);
    EXPECT_EQ(h.bad, 0u) << h.first;
    for (auto* r : roots) r->set(t, Value::empty());
    for (auto* r : kept) r->set(t, Value::empty());
    g_on_finalise = nullptr;
    for (usize i = 0; i < kArrays; ++i) {
      if (Block* b = arrays.block[i].load_relaxed()) {
        buffer_retire(t, b, sizeof(Block) + (b->size - 1) * 8);
      }
      owners.set(i, Value::empty());
    }
    drain();
    std::printf("%llu steps, %lld live\n", static_cast<unsigned long long>(steps.load()),
                static_cast<long long>(g_counts.live.load()));
    EXPECT_EQ(g_counts.live, 0);
    if (g_counts.live != 0) print_stats();
  }
  static void print_stats() {
    StatLine lines[40];
    usize n = memory_stats(lines, 40);
    for (usize i = 0; i < n; ++i) {
      std::printf("  %s %llu\n", lines[i].name, static_cast<unsigned long long>(lines[i].value));
    }
  }
};

TEST_F(Stress, TwoThreads) { storm(2, 1.0, {}); }
TEST_F(Stress, FiveThreads) { storm(5, 1.0, {}); }
TEST_F(Stress, WithStoppedWorldsAndVerifier) { storm(3, 1.5, {.stop = true, .verify = true}); }
TEST_F(Stress, CheckpointAtEachSafepoint) {
  g_stress.checkpoint = true;
  storm(3, 1.0, {});
  g_stress.checkpoint = false;
}
TEST_F(Stress, EverythingSharedAtBirth) {
  set_birth_flags(kShared);
  storm(3, 1.0, {});
  set_birth_flags(0);
}

// Detach and attach against checkpoints (R14): each checkpoint ends though threads block and run in turn.
TEST_F(Stress, DetachStormWithCheckpointStorm) {
  i64 deadline = monotonic_ns() + static_cast<i64>(stress_seconds(1.0) * 1e9);
  auto flip = [&](Thread& x) {
    Random r(x.ident);
    while (monotonic_ns() < deadline) {
      Detached away(x);
      // A checkpoint that this thread was overlooked by ends only if it stays away (F9).
      if (r.below(50) == 0) usleep(static_cast<useconds_t>(r.below(300)));
    }
  };
  auto check = [&](Thread& x) {
    while (monotonic_ns() < deadline) {
      Local<Node> n(x, new_node(x));
      publish(x, n.value());
      n.clear();
      bool started = start_checkpoint(x);
      u64 mine = x.memory->remembered_epoch;
      MUST(safepoint(x));
      // Nobody computes for long here: each checkpoint ends soon, whoever sleeps.
      i64 limit = monotonic_ns() + 5000000000;
      while (started && completed_checkpoint() < mine && monotonic_ns() < limit) MUST(safepoint(x));
      ASSERT_TRUE(!started || completed_checkpoint() >= mine);
    }
  };
  TestThread a(flip), b(flip), c(check), d(check);
  a.join();
  b.join();
  c.join();
  d.join();
  drain();
  EXPECT_EQ(g_counts.live, 0);
}

// R14, F9: a thread that falls asleep just as a checkpoint starts must not hold it up.
TEST_F(Stress, R14_FallingAsleepAsACheckpointStarts) {
  set_race_odds(3, static_cast<u64>(monotonic_ns()));
  i64 deadline = monotonic_ns() + static_cast<i64>(stress_seconds(0.7) * 1e9);
  std::atomic<u64> round{0}, asleep{0}, released{0};
  TestThread sleeper([&](Thread& x) {
    for (u64 n = 1;; ++n) {
      while (round < n) MUST(safepoint(x));
      if (round == ~u64{0}) break;
      Detached away(x);
      asleep = n;
      while (released < n) usleep(20);
    }
  });
  for (u64 n = 1; monotonic_ns() < deadline; ++n) {
    round = n;
    while (!start_checkpoint(t)) MUST(safepoint(t));
    u64 mine = t.memory->remembered_epoch;
    while (asleep < n) MUST(safepoint(t));
    i64 limit = monotonic_ns() + 1000000000;
    while (completed_checkpoint() < mine && monotonic_ns() < limit) MUST(safepoint(t));
    ASSERT_GE(completed_checkpoint(), mine);
    released = n;
    MUST(safepoint(t));
  }
  released = ~u64{0} - 1;
  round = ~u64{0};
}

// A native thread asks; whichever Python thread polls first starts a checkpoint, though another sleeps.
TEST_F(Stress, DemandedCheckpoints) {
  std::atomic<bool> ended{false};
  TestThread sleeper([&](Thread& x) {
    Detached away(x);
    while (!ended) usleep(20);
  });
  for (int n = 0; n < 200; ++n) {
    u64 before = started_checkpoint();
    std::thread([] { demand_checkpoint(); }).join();
    i64 limit = monotonic_ns() + 1000000000;
    while (completed_checkpoint() <= before && monotonic_ns() < limit) MUST(safepoint(t));
    ASSERT_GT(completed_checkpoint(), before);
  }
  ended = true;
  sleeper.join();
}

TEST_F(Stress, ThreadChurn) {
  static GlobalRoot root("churn");
  i64 deadline = monotonic_ns() + static_cast<i64>(stress_seconds(1.0) * 1e9);
  while (monotonic_ns() < deadline) {
    std::vector<std::unique_ptr<TestThread>> all;
    for (int i = 0; i < 6; ++i) {
      all.push_back(std::make_unique<TestThread>([&](Thread& x) {
        LocalArray held(x, 50);
        for (usize k = 0; k < 50; ++k) held.set(k, new_node(x));
        publish(x, held[7]);
        root.set(x, held[7]);
        Local<> other(x, own(root.borrow()));
        MUST(safepoint(x));
      }));
    }
    for (auto& x : all) x->join();
  }
  root.set(t, Value::empty());
  drain();
  EXPECT_EQ(g_counts.live, 0);
}

// R13: store buffering. Each thread writes its own shared slot, then reads the other's; both missing the
// other's completed write would break Peterson-style code. Once with slots, once with unlocking.
TEST_F(Stress, R13_StoreBuffering) {
  for (bool locked : {false, true}) {
    Local<Node> owner(t, new_node(t)), second(t, new_node(t)), mark(t, new_node(t));
    publish(t, owner.value());
    publish(t, second.value());
    publish(t, mark.value());
    Node *p = owner.get(), *q = second.get(), *m = mark.get();
    u64 rounds = getenv("TAIPAN_STRESS_SECONDS") ? 10000000 : 20000;
    std::atomic<u64> turn[2] = {};
    bool missed[2] = {};
    u64 both = 0;
    u64 phase[2] = {};
    auto meet = [&](int me) {
      turn[me].store(++phase[me]);
      for (int spins = 0; turn[1 - me].load() < phase[me]; ++spins) {
        spins < 2000 ? cpu_relax() : static_cast<void>(sched_yield());
      }
    };
    auto body = [&](int me, Node* mine, Node* other) {
      return [&, me, mine, other](Thread& x) {
        for (u64 i = 1; i <= rounds; ++i) {
          if (locked) {
            lock_object(mine);
            mine->a.replace_counted(mine, Value(SlotBase::count_for_slot(m)));
            unlock_object(mine);
          } else {
            mine->a.store(mine, Value(m));
          }
          missed[me] = other->a.is_empty();
          meet(me);
          if (me == 0) {
            both += missed[0] && missed[1];
            release_removed(Value(p->a.raw().exchange_seq_cst(0)));
            release_removed(Value(q->a.raw().exchange_seq_cst(0)));
          }
          meet(me);
          if (i % 256 == 0) MUST(safepoint(x));
        }
      };
    };
    TestThread a(body(0, p, q)), b(body(1, q, p));
    {
      Detached away(t);
      a.join(nullptr);
      b.join(nullptr);
    }
    EXPECT_EQ(both, 0u);
  }
  drain();
}

// Hand-over through a locked ring (section 5): what is held by candidates follows the threshold.
TEST_F(Stress, HandOver) {
  constexpr usize kRing = 256;
  static GlobalRoot* ring[kRing];
  for (auto& r : ring) {
    if (!r) r = new GlobalRoot("ring");
  }
  std::atomic<u64> head{0}, tail{0};
  i64 deadline = monotonic_ns() + static_cast<i64>(stress_seconds(1.0) * 1e9);
  std::atomic<bool> done{false};
  TestThread producer([&](Thread& x) {
    u64 n = 0;
    while (monotonic_ns() < deadline) {
      for (int i = 0; i < 100; ++i) {
        Local<Node> node(x, new_node(x));
        node->tag = n;
        while (n - tail.load() >= kRing && !done) MUST(safepoint(x));
        ring[n % kRing]->set(x, node.value());
        head.store(++n);
        MUST(safepoint(x));
      }
    }
    done = true;
  });
  u64 most = 0;
  TestThread consumer([&](Thread& x) {
    u64 n = 0;
    while (!done || n < head.load()) {
      while (n == head.load() && !done) MUST(safepoint(x));
      if (n == head.load()) break;
      Local<Node> node(x, own<Node>(ring[n % kRing]->borrow()));
      ASSERT_EQ(node->tag, n);
      ring[n % kRing]->set(x, Value::empty());
      tail.store(++n);
      most = std::max(most, x.memory->candidates.size());
      MUST(safepoint(x));
    }
  });
  producer.join();
  consumer.join();
  for (auto* r : ring) r->set(t, Value::empty());
  drain();
  std::printf("%llu handed over, at most %llu candidates\n",
              static_cast<unsigned long long>(head.load()), static_cast<unsigned long long>(most));
  EXPECT_LT(most, 100000u);
  EXPECT_EQ(g_counts.live, 0);
}

}  // namespace
}  // namespace taipan::test
