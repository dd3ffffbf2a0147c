#include <cstring>

#include "tests/unit/runtime/memory_test_types.h"

namespace taipan::test {
namespace {

using SlabTest = MemoryTest;

TEST_F(SlabTest, BlocksOfAllSizesAreDistinctAndAligned) {
  std::vector<std::pair<char*, usize>> blocks;
  for (usize n = 1; n <= 600; n += 7) {
    for (int i = 0; i < 20; ++i) {
      char* p = static_cast<char*>(buffer_allocate(t, n));
      ASSERT_EQ(reinterpret_cast<u64>(p) % 16, 0u);
      std::memset(p, static_cast<int>(n), n);
      blocks.push_back({p, n});
    }
  }
  for (auto [p, n] : blocks) {
    for (usize i = 0; i < n; ++i) ASSERT_EQ(static_cast<unsigned char>(p[i]), n % 256);
    buffer_free(p, n);
  }
}

TEST_F(SlabTest, BuffersGrowAndShrinkWithTheirContents) {
  char* p = static_cast<char*>(buffer_allocate(t, 10));
  for (int i = 0; i < 10; ++i) p[i] = static_cast<char>(i);
  usize n = 10;
  for (usize m : {16, 17, 100, 256, 257, 5000, 100, 20}) {
    p = static_cast<char*>(buffer_reallocate(t, p, n, m));
    n = m;
    for (int i = 0; i < 10; ++i) ASSERT_EQ(p[i], i);
  }
  buffer_free(p, n);
}

TEST_F(SlabTest, EnumerationFindsLiveObjectsOnly) {
  auto count = [&] {
    usize n = 0;
    for_each_own_object(t, {[](Object* o, void* d) {
                              if (is_test_object(o)) ++*static_cast<usize*>(d);
                            },
                            &n});
    return n;
  };
  usize before = count();
  {
    LocalArray held(t, 100);
    for (usize i = 0; i < 100; ++i) held.set(i, i % 10 == 0 ? own_new(new_node_raw(t, 0, true)) : new_node(t));
    EXPECT_EQ(count(), before + 100);
    for (usize i = 0; i < 50; ++i) held.set(i, Value::empty());
    EXPECT_EQ(count(), before + 50);
  }
  EXPECT_EQ(count(), before);
}

// A request that no machine satisfies is refused, not overflowed (fault 9).
TEST_F(SlabTest, HugeRequestsAreRefused) {
  EXPECT_EQ(buffer_allocate(t, usize{1} << 50), nullptr);
  EXPECT_EQ(buffer_allocate(t, ~usize{0} - 8), nullptr);
  EXPECT_EQ(allocate_block(t, ~usize{0} - 8), nullptr);
}

TEST_F(SlabTest, TrimGivesEmptySlabsBack) {
#if !TAIPAN_SYSTEM_MALLOC
  std::vector<void*> blocks;
  for (int i = 0; i < 20000; ++i) blocks.push_back(buffer_allocate(t, 64));
  u32 many = t.memory->heap->slab_count;
  for (void* p : blocks) buffer_free(p, 64);
  EXPECT_GE(heap_trim(*t.memory->heap, t), 10 * kSlabBytes);
  EXPECT_LT(t.memory->heap->slab_count + 10, many);
  // What remains still works.
  for (void*& p : blocks) p = buffer_allocate(t, 64);
  for (void* p : blocks) buffer_free(p, 64);
#endif
}

// 10^6 nodes deep: no recursion, and each node dies.
TEST_F(SlabTest, DeepChainsDieIteratively) {
  {
    Local<Node> head(t, new_node(t));
    for (int i = 0; i < 1000000; ++i) {
      Result<Node> n = new_node(t);
      Node* fresh = n.word().as<Node>();
      fresh->a.store(fresh, head.value());
      head.set(n);
    }
    EXPECT_EQ(g_counts.live, 1000001);
  }
  EXPECT_EQ(g_counts.live, 0);
}

TEST_F(SlabTest, FinalisersOfLocalObjectsWaitForTheEndOfTheInstruction) {
  {
    Local<Node> n(t, new_node(t, kHasFinaliser));
    n.clear();
    EXPECT_EQ(g_counts.finalised, 0);
    EXPECT_EQ(g_counts.live, 1);
    EXPECT_EQ(t.pending_count, 1u);
    run_pending(t);
    EXPECT_EQ(g_counts.finalised, 1);
  }
  EXPECT_EQ(g_counts.live, 0);
}

// PEP 442: a finaliser that stores self keeps the object; it runs once.
TEST_F(SlabTest, FinalisersMayResurrect) {
  static Ref<Node> kept;
  g_on_finalise = [](Thread&, Node* n) { kept = Ref<Node>(Value(n)); };
  { Local<Node> n(t, new_node(t, kHasFinaliser)); }
  run_pending(t);
  EXPECT_EQ(g_counts.live, 1);
  kept = Ref<Node>();
  run_pending(t);
  EXPECT_EQ(g_counts.finalised, 1);
  EXPECT_EQ(g_counts.live, 0);
}

// A local count may not wrap: at 2^28 references the object becomes shared and sticky.
TEST_F(SlabTest, TooManyReferencesMakeAnObjectSticky) {
  Result<Node> r = new_node(t);
  Node* n = r.word().as<Node>();
  Node* child = new_node_raw(t);
  n->a.init(own_new(child));
  // As if 2^28 - 10 references had been stored one by one.
  n->count.store_relaxed(((1u << 28) - 10) * kCountStep);
  for (int i = 0; i < 9; ++i) increment(n);
  EXPECT_TRUE(n->is_local());
  increment(n);
  EXPECT_TRUE(n->is_shared());
  EXPECT_TRUE(child->is_shared());
  EXPECT_EQ(n->count.load_relaxed(), kStickyWord);
  for (int i = 0; i < 100; ++i) decrement(n);
  EXPECT_EQ(n->count.load_relaxed(), kStickyWord);
}

TEST_F(SlabTest, WeakReferencesToLocalObjects) {
  Local<Node> n(t, new_node(t));
  Local<WeakRefObject> w(t, new_weak(t, n.get(), true));
  Local<WeakRefObject> w2(t, new_weak(t, n.get()));
  EXPECT_EQ(weak_count(n.get()), 2u);
  {
    Local<> got(t, weak_get(w->ctl));
    EXPECT_TRUE(same(got.value(), n.value()));
  }
  {
    Local<> found(t, weak_find_plain(n.get(), kWeakShape));
    EXPECT_TRUE(same(found.value(), w2.value()));
  }
  n.clear();
  EXPECT_EQ(g_counts.live, 0);
  EXPECT_TRUE(weak_get(w->ctl).is_absent());
  run_pending(t);
  EXPECT_EQ(g_counts.callbacks, 1);
}

TEST_F(SlabTest, PublicationReachesEverything) {
  Local<Node> root(t, new_node(t));
  Local<Node> at(t, root.value());
  for (int i = 0; i < 10000; ++i) {
    Local<Node> next(t, new_node(t));
    at->a.store(at.get(), next.value());
    at->b.store(at.get(), root.value());  // a cycle back
    at.set(next.value());
  }
  publish(t, root.value());
  usize n = 0;
  for (Node* x = root.get(); x; x = x->a.borrow()) n += x->is_shared();
  EXPECT_EQ(n, 10001u);
  HeapReport r = verify_heap(t);
  EXPECT_EQ(r.bad, 0u) << r.first;
  // Without the cycle the nodes die in one go.
  for (Node* x = root.get(); x; x = x->a.borrow()) x->b.clear(x);
  at.clear();
  root.clear();
  settle_candidates(t);
  EXPECT_EQ(g_counts.live, 0);
}

}  // namespace
}  // namespace taipan::test
