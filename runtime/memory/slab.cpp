#include "runtime/memory/slab.h"

#include <sys/mman.h>

#include <cstring>
#include <new>

#include "runtime/memory/thread_memory.h"

namespace taipan {
namespace {

// Slabs without an owner; and the list of heaps.
struct Common {
  RawMutex lock;
  Slab* free_slabs = nullptr;  // linked by Slab::next
  char* arena = nullptr;       // mapped, not yet cut into slabs
  char* arena_end = nullptr;
  Heap* heaps = nullptr;
  Heap* pooled = nullptr;
};
Common g_common;
constexpr usize kArenaBytes = 4 * 1024 * 1024;

Slab* take_slab_memory() {
  RawGuard guard(g_common.lock);
  if (Slab* s = g_common.free_slabs) {
    g_common.free_slabs = s->next;
    return s;
  }
  if (g_common.arena == g_common.arena_end) {
    usize mapped = kArenaBytes + kSlabBytes;
    void* p = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) {
      mapped = 2 * kSlabBytes;  // nearly exhausted: one slab
      p = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      if (p == MAP_FAILED) return nullptr;
    }
    u64 start = (reinterpret_cast<u64>(p) + kSlabBytes - 1) & ~u64{kSlabBytes - 1};
    u64 end = (reinterpret_cast<u64>(p) + mapped) & ~u64{kSlabBytes - 1};
    g_common.arena = reinterpret_cast<char*>(start);
    g_common.arena_end = reinterpret_cast<char*>(end);
  }
  Slab* s = reinterpret_cast<Slab*>(g_common.arena);
  g_common.arena += kSlabBytes;
  return s;
}

Slab* new_slab(Heap& heap, BlockKind kind, usize cls) {
  if (!charge_memory(kSlabBytes)) return nullptr;
  Slab* s = take_slab_memory();
  if (!s) {
    uncharge_memory(kSlabBytes);
    return nullptr;
  }
  s->heap = &heap;
  s->block_size = static_cast<u32>((cls + 1) * 16);
  s->capacity = static_cast<u32>((kSlabBytes - Slab::kHeaderBytes) / s->block_size);
  s->carved = 0;
  s->size_class = static_cast<u8>(cls);
  s->kind = kind;
  s->next = heap.slabs;
  heap.slabs = s;
  ++heap.slab_count;
  return s;
}

// A chain of free blocks: what others gave back, else a run of fresh ones. The run is short, so that a
// thread that needs three objects of a class does not touch 64 KiB.
FreeBlock* refill(Heap& heap, BlockKind kind, usize cls) {
  usize k = static_cast<usize>(kind);
  if (heap.remote[k][cls].load_relaxed()) {
    return heap.remote[k][cls].exchange_acq_rel(nullptr);
  }
  Slab* s = heap.current[k][cls];
  if (!s || s->carved == s->capacity) {
    s = new_slab(heap, kind, cls);
    if (!s) return nullptr;
    heap.current[k][cls] = s;
  }
  u32 n = s->capacity - s->carved;
  u32 run = 2048 / s->block_size + 2;
  if (n > run) n = run;
  FreeBlock* next = nullptr;
  for (u32 i = n; i-- > 0;) {
    FreeBlock* b = reinterpret_cast<FreeBlock*>(s->block(s->carved + i));
    b->header = kFreedWord;
    b->next = next;
    next = b;
  }
  s->carved += n;
  return next;
}

// The owner of a heap may enumerate it while this thread frees one of its blocks: an even word at
// Object::shape, whole or half seen, says "free".
void set_next(FreeBlock* b, FreeBlock* next) { __atomic_store_n(&b->next, next, __ATOMIC_RELAXED); }

void push_remote(Heap& heap, BlockKind kind, usize cls, FreeBlock* first, FreeBlock* last) {
  Atomic<FreeBlock*>& head = heap.remote[static_cast<usize>(kind)][cls];
  FreeBlock* old = head.load_relaxed();
  do {
    set_next(last, old);
  } while (!head.cas_release(old, first));
}

void free_foreign(ThreadMemory* m, Slab* s, FreeBlock* b) {
  set_next(b, nullptr);
  if (!m) return push_remote(*s->heap, s->kind, s->size_class, b, b);
  usize hash = reinterpret_cast<u64>(s->heap) / sizeof(Heap) + s->size_class * 2 +
               static_cast<usize>(s->kind);
  RemoteBatches::Batch& batch = m->remote.batch[hash % RemoteBatches::kSlots];
  if (batch.count != 0 && (batch.heap != s->heap || batch.size_class != s->size_class ||
                           batch.kind != s->kind)) {
    push_remote(*batch.heap, batch.kind, batch.size_class, batch.first, batch.last);
    batch.count = 0;
  }
  if (batch.count == 0) {
    batch.heap = s->heap;
    batch.size_class = s->size_class;
    batch.kind = s->kind;
    batch.last = b;
  } else {
    set_next(b, batch.first);
  }
  batch.first = b;
  if (++batch.count == RemoteBatches::kFull) {
    push_remote(*batch.heap, batch.kind, batch.size_class, batch.first, batch.last);
    batch.count = 0;
  }
}

void free_to_slab(Thread* t, void* p) {
  Slab* s = Slab::of(p);
  FreeBlock* b = static_cast<FreeBlock*>(p);
#if TAIPAN_ASSERTS
  // A stale access meets a count that no object has (DYING and KEEP and LISTED) and an even shape.
  if (s->kind == BlockKind::Object) static_cast<Object*>(p)->count.store_relaxed(kFreedWord);
  std::memset(static_cast<char*>(p) + 16, 0xDE, s->block_size - 16);
#endif
  if (t && s->heap == t->memory->heap) {
    FreeBlock*& head = s->kind == BlockKind::Object ? t->free_lists[s->size_class]
                                                    : s->heap->buffer_free[s->size_class];
    b->next = head;
    head = b;
  } else {
    free_foreign(t ? t->memory : nullptr, s, b);
  }
}

}  // namespace

void flush_remote(RemoteBatches& batches) {
  for (RemoteBatches::Batch& b : batches.batch) {
    if (b.count == 0) continue;
    push_remote(*b.heap, b.kind, b.size_class, b.first, b.last);
    b.count = 0;
  }
}

void* allocate_small_slow(Thread& t, usize cls) {
  FreeBlock* chain = refill(*t.memory->heap, BlockKind::Object, cls);
  if (!chain) return nullptr;
  t.free_lists[cls] = chain->next;
  return chain;
}

void* allocate_small_buffer(Thread& t, usize cls) {
  Heap& heap = *t.memory->heap;
  FreeBlock* b = heap.buffer_free[cls];
  if (!b) b = refill(heap, BlockKind::Buffer, cls);
  if (!b) return nullptr;
  heap.buffer_free[cls] = b->next;
  return b;
}

void free_small(Thread& t, void* p, usize) { free_to_slab(&t, p); }
void free_small_anywhere(void* p) { free_to_slab(Thread::current_or_null(), p); }

Heap* heap_adopt(Thread& t) {
  RawGuard guard(g_common.lock);
  Heap* h = g_common.pooled;
  if (h) {
    g_common.pooled = h->next_pooled;
    h->next_pooled = nullptr;
  } else {
    void* p = system_allocate_aligned(sizeof(Heap), alignof(Heap));
    if (!p) return nullptr;
    h = new (p) Heap;
    h->next_heap = g_common.heaps;
    g_common.heaps = h;
  }
  h->owner = &t;
  for (usize c = 0; c < Heap::kClasses; ++c) {
    t.free_lists[c] = h->parked_free[c];
    h->parked_free[c] = nullptr;
  }
  return h;
}

void heap_abandon(Heap* heap, Thread& t) {
  for (usize c = 0; c < Heap::kClasses; ++c) {
    heap->parked_free[c] = t.free_lists[c];
    t.free_lists[c] = nullptr;
  }
  RawGuard guard(g_common.lock);
  heap->owner = nullptr;
  heap->next_pooled = g_common.pooled;
  g_common.pooled = heap;
}

Heap* all_heaps() {
  RawGuard guard(g_common.lock);
  return g_common.heaps;
}

void heaps_lock() {
  g_common.lock.lock();
  for (Heap* h = g_common.heaps; h; h = h->next_heap) h->large_lock.lock();
}

void heaps_unlock(bool in_child) {
  for (Heap* h = g_common.heaps; h; h = h->next_heap) {
    in_child ? h->large_lock.reset() : h->large_lock.unlock();
  }
  in_child ? g_common.lock.reset() : g_common.lock.unlock();
}

usize carved_blocks(const Heap& heap) {
  usize n = 0;
  for (Slab* s = heap.slabs; s; s = s->next) {
    if (s->kind == BlockKind::Object) n += s->carved;
  }
  return n;
}

usize heap_trim(Heap& heap, Thread& owner) {
  // Bring home what others freed, then count the free blocks of each slab.
  for (usize k = 0; k < 2; ++k) {
    for (usize c = 0; c < Heap::kClasses; ++c) {
      FreeBlock*& list = k == 0 ? owner.free_lists[c] : heap.buffer_free[c];
      FreeBlock* chain = heap.remote[k][c].exchange_acq_rel(nullptr);
      while (chain) {
        FreeBlock* b = chain;
        chain = b->next;
        b->next = list;
        list = b;
      }
    }
  }
  for (Slab* s = heap.slabs; s; s = s->next) s->free_count = 0;
  auto each_list = [&](auto&& f) {
    for (usize k = 0; k < 2; ++k) {
      for (usize c = 0; c < Heap::kClasses; ++c) f(k == 0 ? owner.free_lists[c] : heap.buffer_free[c]);
    }
  };
  each_list([](FreeBlock*& list) {
    for (FreeBlock* b = list; b; b = b->next) ++Slab::of(b)->free_count;
  });
  auto is_empty = [](Slab* s) { return s->carved != 0 && s->free_count == s->carved; };
  each_list([&](FreeBlock*& list) {
    FreeBlock** at = &list;
    while (FreeBlock* b = *at) {
      if (is_empty(Slab::of(b))) {
        *at = b->next;
      } else {
        at = &b->next;
      }
    }
  });
  usize given = 0;
  Slab** at = &heap.slabs;
  while (Slab* s = *at) {
    if (!is_empty(s)) {
      at = &s->next;
      continue;
    }
    *at = s->next;
    Slab*& current = heap.current[static_cast<usize>(s->kind)][s->size_class];
    if (current == s) current = nullptr;
    --heap.slab_count;
    madvise(reinterpret_cast<char*>(s) + 4096, kSlabBytes - 4096, MADV_DONTNEED);
    RawGuard guard(g_common.lock);
    s->next = g_common.free_slabs;
    g_common.free_slabs = s;
    given += kSlabBytes;
  }
  uncharge_memory(given);
  return given;
}

}  // namespace taipan
