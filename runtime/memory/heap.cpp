#include "runtime/memory/heap.h"

#include <cstdlib>
#include <cstring>
// TAIPAN_NO_MIMALLOC: slabs, but malloc below them, so that ThreadSanitizer sees what they do.
#define TP_USE_MIMALLOC (!TAIPAN_SYSTEM_MALLOC && !TAIPAN_NO_MIMALLOC)
#if TP_USE_MIMALLOC
#include <mimalloc.h>
#endif

#include "runtime/memory/slab.h"
#include "runtime/memory/stress.h"
#include "runtime/memory/thread_memory.h"

namespace taipan {
namespace {

u64 g_limit = 0;  // set before the first thread
Atomic<u64> g_in_use;

void* raw_allocate(usize n) {
#if !TP_USE_MIMALLOC
  return std::malloc(n);
#else
  return mi_malloc(n);
#endif
}
void raw_free(void* p) {
#if !TP_USE_MIMALLOC
  std::free(p);
#else
  mi_free(p);
#endif
}
void* raw_reallocate(void* p, usize n) {
#if !TP_USE_MIMALLOC
  return std::realloc(p, n);
#else
  return mi_realloc(p, n);
#endif
}

// A request that no machine can satisfy must not overflow when a header is added (fault 9).
constexpr usize kMaxRequest = usize{1} << 47;

}  // namespace

u8 g_birth_flags = 0;
bool g_stressed_allocation = false;

void set_birth_flags(u8 flags) {
  g_birth_flags = flags;
  g_stressed_allocation = flags != 0 || g_stress.fail_every != 0;
}

void set_memory_limit(u64 bytes) { g_limit = bytes; }
u64 memory_in_use() { return g_in_use.load_relaxed(); }

bool charge_memory(u64 n) {
  if (g_limit == 0) [[likely]] return true;
  if (g_in_use.fetch_add_relaxed(n) + n <= g_limit) return true;  // a sum; orders nothing
  g_in_use.fetch_add_relaxed(-n);
  return false;
}
void uncharge_memory(u64 n) {
  if (g_limit != 0) g_in_use.fetch_add_relaxed(-n);
}

void* system_allocate(usize n) { return raw_allocate(n); }
void* system_allocate_aligned(usize n, usize alignment) {
#if !TP_USE_MIMALLOC
  return std::aligned_alloc(alignment, (n + alignment - 1) / alignment * alignment);
#else
  return mi_malloc_aligned(n, alignment);
#endif
}
void system_free(void* p) {
  if (p) raw_free(p);
}

// --- blocks of objects --------------------------------------------------------------------------------

void* allocate_large(Thread& t, usize n) {
  if (n > kMaxRequest || !charge_memory(n)) return nullptr;
  auto* h = static_cast<LargeHeader*>(raw_allocate(n + sizeof(LargeHeader)));
  if (!h) {
    uncharge_memory(n);
    return nullptr;
  }
  Heap* heap = t.memory->heap;
  h->heap = heap;
  h->size = n;
  h->prev = nullptr;
  h->object()->shape.store_relaxed(0);  // not an object yet
  RawGuard guard(heap->large_lock);
  h->next = heap->large;
  if (h->next) h->next->prev = h;
  heap->large = h;
  heap->large_bytes += n;
  return h->object();
}

static void free_large(void* p) {
  LargeHeader* h = LargeHeader::of(p);
  Heap* heap = h->heap;
  {
    RawGuard guard(heap->large_lock);
    (h->prev ? h->prev->next : heap->large) = h->next;
    if (h->next) h->next->prev = h->prev;
    heap->large_bytes -= h->size;
  }
  uncharge_memory(h->size);
  raw_free(h);
}

void free_block(void* p, usize n) {
#if !TAIPAN_SYSTEM_MALLOC
  if (n <= kMaxSmall) return free_small_anywhere(p);
#endif
  free_large(p);
}

// --- buffers --------------------------------------------------------------------------------------------

void* buffer_allocate(Thread& t, usize n) {
  TP_ASSERT(n > 0);
  if (stress_allocation()) return nullptr;
#if !TAIPAN_SYSTEM_MALLOC
  if (n <= kMaxSmall) return allocate_small_buffer(t, size_class(n));
#endif
  if (n > kMaxRequest || !charge_memory(n)) return nullptr;
  void* p = raw_allocate(n);
  if (!p) uncharge_memory(n);
  return p;
}

void* buffer_reallocate(Thread& t, void* p, usize old_n, usize new_n) {
  if (!p) return buffer_allocate(t, new_n);
#if TAIPAN_SYSTEM_MALLOC
  bool both_large = true;
#else
  bool both_large = old_n > kMaxSmall && new_n > kMaxSmall;
  if (!both_large && old_n <= kMaxSmall && new_n <= kMaxSmall && size_class(old_n) == size_class(new_n)) {
    return p;
  }
#endif
  if (both_large) {
    if (new_n > kMaxRequest) return nullptr;
    if (new_n > old_n && !charge_memory(new_n - old_n)) return nullptr;
    void* q = raw_reallocate(p, new_n);
    if (!q) {
      if (new_n > old_n) uncharge_memory(new_n - old_n);
      return nullptr;
    }
    if (new_n < old_n) uncharge_memory(old_n - new_n);
    return q;
  }
  void* q = buffer_allocate(t, new_n);
  if (!q) return nullptr;
  std::memcpy(q, p, old_n < new_n ? old_n : new_n);
  buffer_free(p, old_n);
  return q;
}

void buffer_free(void* p, usize n) {
  if (!p) return;
#if !TAIPAN_SYSTEM_MALLOC
  if (n <= kMaxSmall) return free_small_anywhere(p);
#endif
  uncharge_memory(n);
  raw_free(p);
}

usize buffer_good_size(usize n) {
#if TAIPAN_SYSTEM_MALLOC
  return n;
#else
  if (n <= kMaxSmall) return (size_class(n) + 1) * 16;
#if TP_USE_MIMALLOC
  return mi_good_size(n);
#else
  return n;
#endif
#endif
}

// --- objects ----------------------------------------------------------------------------------------------

static inline void zero_payload(char* p, usize size) {
#if !TAIPAN_SYSTEM_MALLOC
  if (size <= kMaxSmall) return zero_small_payload(p, size);
#endif
  std::memset(p + sizeof(Object), 0, size - sizeof(Object));
}

template <bool kZeroed>
TP_INLINE static Object* make_object(Thread& t, u32 shape, usize size, u8 flags, u8 gc) {
  TP_ASSERT((shape & 1) == 1 && size >= sizeof(Object));
  void* p = stress_allocation() ? nullptr : allocate_block(t, size);
  if (!p) [[unlikely]] {
    (void)raise_memory_error(t);
    return nullptr;
  }
  Object* o = static_cast<Object*>(p);
  if constexpr (kZeroed) zero_payload(static_cast<char*>(p), size);
  // An immortal is local like others until a store into a shared object publishes it: its constructor
  // fills its slots with values that may be local.
  flags |= g_birth_flags;
  o->count.store_relaxed(flags & kImmortal ? kStickyWord : kCountStep);
  o->flags.store_relaxed(flags);
  o->lock.store_relaxed(0);
#if TAIPAN_SYSTEM_MALLOC
  gc |= kGcLarge;
#else
  if (size > kMaxSmall) gc |= kGcLarge;
#endif
  o->gc = gc;
  o->spare.store_relaxed(0);
  o->aux = 0;
  o->shape.store_relaxed(shape);
  if (gc & kGcTracked) note_allocation(t);
  return o;
}

Object* new_object_raw(Thread& t, u32 shape, usize size, u8 flags, u8 gc) {
  if (!(flags & kImmortal)) [[likely]] {
    if (Object* o = new_object_from_list<true>(t, shape, size, flags, gc, 0)) return o;
  }
  return make_object<true>(t, shape, size, flags, gc);
}
Object* new_object_unzeroed(Thread& t, u32 shape, usize size, u8 flags, u8 gc) {
  return make_object<false>(t, shape, size, flags, gc);
}

Object* object_grow(Thread& t, Object* o, usize before, usize after) {
#if TAIPAN_SYSTEM_MALLOC
  return nullptr;
#else
  if (g_stressed_allocation) return nullptr;
  if (before <= kMaxSmall) return after <= kMaxSmall && size_class(before) == size_class(after) ? o : nullptr;
  if (after > kMaxRequest || !charge_memory(after - before)) return nullptr;
  LargeHeader* h = LargeHeader::of(o);
  Heap* heap = h->heap;
  RawGuard guard(heap->large_lock);  // its neighbours point to it
  auto* fresh = static_cast<LargeHeader*>(raw_reallocate(h, after + sizeof(LargeHeader)));
  if (fresh == nullptr) {
    uncharge_memory(after - before);
    return nullptr;
  }
  fresh->size = after;
  if (fresh != h) {
    (fresh->prev ? fresh->prev->next : heap->large) = fresh;
    if (fresh->next) fresh->next->prev = fresh;
  }
  heap->large_bytes += after - before;
  return fresh->object();
#endif
}

void free_object(Object* o, usize size) {
  if (o->gc & kGcStatic) return;
  Thread* t = Thread::current_or_null();
  if (t && (o->gc & kGcTracked)) t->allocated -= t->allocated > 0;
  if (t && (o->flags.load_relaxed() & (kHasWeak | kShared)) == (kHasWeak | kShared)) {
    return retire_object(*t, o, size);
  }
#if !TAIPAN_SYSTEM_MALLOC
  if (!(o->gc & kGcLarge)) return free_small_anywhere(o);
#endif
  free_large(o);
}

void for_each_in_heap(Heap& heap, ObjectCallback cb) {
  for (Slab* s = heap.slabs; s; s = s->next) {
    if (s->kind != BlockKind::Object) continue;
    for (u32 i = 0; i < s->carved; ++i) {
      Object* o = reinterpret_cast<Object*>(s->block(i));
      if (o->shape.load_relaxed() & 1) cb.function(o, cb.data);
    }
  }
  // The callback may free what it is given (own local heap), not what comes next.
  heap.large_lock.lock();
  LargeHeader* h = heap.large;
  while (h) {
    LargeHeader* next = h->next;
    if (h->object()->shape.load_relaxed() & 1) cb.function(h->object(), cb.data);
    h = next;
  }
  heap.large_lock.unlock();
}

void for_each_object(ObjectCallback cb) {
  for (Heap* h = all_heaps(); h; h = h->next_heap) for_each_in_heap(*h, cb);
}

void for_each_own_object(Thread& t, ObjectCallback cb) { for_each_in_heap(*t.memory->heap, cb); }

}  // namespace taipan
