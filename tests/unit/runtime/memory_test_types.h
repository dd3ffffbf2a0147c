// Tiny types for the tests of memory/ and thread/: they need no object layer.
// Node: two references. Weak: a weak reference. Counters tell how many nodes live and were finalised.
// Hooks are chained: objects of real types keep theirs.
#pragma once
#include <gtest/gtest.h>
#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <vector>

#include "runtime/memory/checkpoint.h"
#include "runtime/memory/collector.h"
#include "runtime/memory/hooks.h"
#include "runtime/memory/publish.h"
#include "runtime/memory/sticky.h"
#include "runtime/memory/thread_memory.h"
#include "runtime/memory/verify.h"
#include "runtime/memory/weak.h"
#include "runtime/thread/local.h"
#include "runtime/thread/object_lock.h"
#include "runtime/thread/parking_lot.h"
#include "runtime/thread/world.h"

namespace taipan::test {

inline constexpr u32 kNodeShape = 0x70000001, kWeakShape = 0x70000003;

struct Node : Object {
  Slot<Node> a;
  Slot<Node> b;
  u64 tag;
};

struct Counts {
  std::atomic<i64> live{0}, finalised{0}, callbacks{0};
};
inline Counts g_counts;
inline void (*g_on_finalise)(Thread& t, Node* n) = nullptr;
inline MemoryHooks g_previous_hooks;

inline bool is_test_object(const Object* o) {
  u32 s = o->shape.load_relaxed();
  return s == kNodeShape || s == kWeakShape;
}
inline void visit_node(Object* o, EdgeVisitor& v) {
  Node* n = static_cast<Node*>(o);
  v(n->a, n->b);
}
inline void visit_weak(Object* o, EdgeVisitor& v) { v(static_cast<WeakRefObject*>(o)->callback); }

inline void install_test_hooks() {
  if (g_previous_hooks.visit) return;
  g_previous_hooks = g_memory_hooks;
  g_memory_hooks.visit = [](Object* o, EdgeVisitor& v) {
    if (o->shape.load_relaxed() == kNodeShape) return visit_node(o, v);
    if (o->shape.load_relaxed() == kWeakShape) return visit_weak(o, v);
    g_previous_hooks.visit(o, v);
  };
  g_memory_hooks.destroy = [](Thread& t, Object* o) {
    if (!is_test_object(o)) return g_previous_hooks.destroy(t, o);
    if (o->shape.load_relaxed() == kNodeShape) {
      drop_edges(o, visit_node);
      g_counts.live.fetch_sub(1);
      free_object(o, sizeof(Node) + (o->aux & 1 ? 4096 : 0));
    } else {
      weak_unlink(static_cast<WeakRefObject*>(o));
      drop_edges(o, visit_weak);
      free_object(o, sizeof(WeakRefObject));
    }
  };
  g_memory_hooks.type_name = [](const Object* o) -> std::string_view {
    return is_test_object(o) ? "test object" : g_previous_hooks.type_name(o);
  };
  g_memory_hooks.finalise = [](Thread& t, Object* o) {
    if (!is_test_object(o)) return g_previous_hooks.finalise(t, o);
    g_counts.finalised.fetch_add(1);
    if (g_on_finalise) g_on_finalise(t, static_cast<Node*>(o));
  };
  g_memory_hooks.weak_callback = [](Thread& t, Object* o) {
    if (!is_test_object(o)) return g_previous_hooks.weak_callback(t, o);
    g_counts.callbacks.fetch_add(1);
  };
}

inline Node* new_node_raw(Thread& t, u8 flags = 0, bool large = false) {
  Object* o = new_object_raw(t, kNodeShape, sizeof(Node) + (large ? 4096 : 0), flags, kGcTracked);
  o->aux = large ? 1 : 0;
  g_counts.live.fetch_add(1);
  return static_cast<Node*>(o);
}
inline Result<Node> new_node(Thread& t, u8 flags = 0) { return own_new(new_node_raw(t, flags)); }

inline Result<WeakRefObject> new_weak(Thread& t, Object* referent, bool callback = false) {
  auto* w = static_cast<WeakRefObject*>(
      new_object_raw(t, kWeakShape, sizeof(WeakRefObject), 0, kGcTracked));
  if (callback) w->callback.init(Value::small_int(1));
  EXPECT_TRUE(weak_link(t, w, referent));
  return own_new(w);
}

// A native thread with a Thread of its own; body runs attached.
class TestThread {
 public:
  template <class F>
  explicit TestThread(F body) : body_(std::move(body)) {
    pthread_create(&id_, nullptr, [](void* self) -> void* {
      Thread* t = thread_enter(false, 1 << 20);
      static_cast<TestThread*>(self)->body_(*t);
      thread_exit(*t);
      return nullptr;
    }, this);
  }
  TestThread(const TestThread&) = delete;
  ~TestThread() { join(); }
  void join(Thread* waiter = Thread::current_or_null()) {
    if (joined_) return;
    joined_ = true;
    if (waiter) {
      Detached away(*waiter);
      pthread_join(id_, nullptr);
    } else {
      pthread_join(id_, nullptr);
    }
  }

 private:
  // A fixed-size holder for the body, so that TestThread is no template.
  struct Body {
    virtual void run(Thread& t) = 0;
    virtual ~Body() = default;
  };
  class Holder {
   public:
    template <class F>
    Holder(F f) {
      struct Impl final : Body {
        explicit Impl(F g) : f(std::move(g)) {}
        void run(Thread& t) override { f(t); }
        F f;
      };
      body_ = new Impl(std::move(f));
    }
    ~Holder() { delete body_; }
    Holder(const Holder&) = delete;
    void operator()(Thread& t) { body_->run(t); }

   private:
    Body* body_;
  };
  Holder body_;
  pthread_t id_;
  bool joined_ = false;
};

inline Thread& main_thread() {
  install_test_hooks();
  if (!Thread::current_or_null()) thread_enter(true, 1 << 22);
  return Thread::current();
}

class MemoryTest : public ::testing::Test {
 protected:
  MemoryTest() : t(main_thread()) {}
  void SetUp() override {
    set_contention_threshold(0);  // what becomes sticky stays: the tests that count the living want none
    settle_candidates(t);  // what the test before left
    g_counts.live = g_counts.finalised = g_counts.callbacks = 0;
    g_on_finalise = nullptr;
  }
  Thread& t;
};
class ThreadsTest : public MemoryTest {
 protected:
  ThreadsTest() { prepare_for_threads(t); }
  // Everything that was dropped is freed.
  void drain() {
    for (int i = 0; i < 50 && g_counts.live != 0; ++i) settle_candidates(t);
  }
};

// Stress durations: short unless TAIPAN_STRESS_SECONDS says otherwise.
inline double stress_seconds(double normal) {
  const char* s = getenv("TAIPAN_STRESS_SECONDS");
  return s ? atof(s) : normal;
}
struct Random {
  u64 s;
  explicit Random(u64 seed) : s(seed * 0x9E3779B97F4A7C15u + 1) {}
  u64 next() {
    s ^= s << 13;
    s ^= s >> 7;
    s ^= s << 17;
    return s;
  }
  u64 below(u64 n) { return next() % n; }
};

}  // namespace taipan::test
