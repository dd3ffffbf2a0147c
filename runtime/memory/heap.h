// Allocation of objects and of the buffers that containers own.
// Small blocks (to 512 bytes) pop from this thread's free lists, larger ones come from mimalloc;
// under TAIPAN_SYSTEM_MALLOC everything from malloc, so that the sanitizers see each object.
#pragma once
#include <bit>

#include "runtime/memory/object.h"
#include "runtime/thread/thread.h"

namespace taipan {

struct Type;

inline constexpr usize kMaxSmall = Thread::kSizeClasses * 16;
inline constexpr usize size_class(usize n) { return (n + 15) / 16 - 1; }  // n >= 1

TP_NOINLINE void* allocate_small_slow(Thread& t, usize size_class);  // refills; null when exhausted
TP_NOINLINE void* allocate_large(Thread& t, usize n);
void free_small(Thread& t, void* p, usize n);  // any thread's block: foreign ones go home in batches

// Raw block of n > 0 bytes, 16-byte aligned, uninitialised. Null when memory is exhausted (nothing raised).
inline void* allocate_block(Thread& t, usize n) {
#if !TAIPAN_SYSTEM_MALLOC
  if (n <= kMaxSmall) [[likely]] {
    FreeBlock*& head = t.free_lists[size_class(n)];
    if (FreeBlock* b = head) [[likely]] {
      head = b->next;
      return b;
    }
    return allocate_small_slow(t, size_class(n));
  }
#endif
  return allocate_large(t, n);
}
void free_block(void* p, usize n);  // n as allocated

// Buffers of containers (list items, dict tables): as blocks, but never enumerated as objects.
void* buffer_allocate(Thread& t, usize n);
void* buffer_reallocate(Thread& t, void* p, usize old_n, usize new_n);  // null: p unchanged
void buffer_free(void* p, usize n);
// Usable size of a buffer request: what buffer_allocate(n) really gives.
usize buffer_good_size(usize n);
// Storage that lock-free readers of a shared owner may still read: freed by a later checkpoint (I6).
void buffer_retire(Thread& t, void* p, usize n);
inline void buffer_discard(Thread& t, const Object* owner, void* p, usize n) {
  if (owner->is_shared()) {
    buffer_retire(t, p, n);
  } else {
    buffer_free(p, n);
  }
}

// A new local object of `size` bytes with one count; the payload is zeroed. Null with MemoryError
// pending. `shape` fixes the class; flags (kImmortal, kNoEdges, kHasFinaliser) from the type.
Object* new_object_raw(Thread& t, u32 shape, usize size, u8 flags, u8 gc);
// The same without the zeroes: the caller fills the payload before anything else looks at the object.
Object* new_object_unzeroed(Thread& t, u32 shape, usize size, u8 flags, u8 gc);

// One more tracked object: the collector's thresholds (collector.cpp).
TP_COLD void allocation_threshold(Thread& t);
inline void note_allocation(Thread& t) {
  if (++t.allocated >= t.collect_at) [[unlikely]] allocation_threshold(t);
}

// The header as two words: narrow loads are forwarded from wide stores. flags: not kImmortal.
inline void init_header(Object* o, u32 shape, u8 flags, u8 gc, u32 aux = 0) {
  static_assert(std::endian::native == std::endian::little);
  u64* words = reinterpret_cast<u64*>(o);
  words[0] = u64{kCountStep} | u64{flags} << 32 | u64{gc} << 48;
  words[1] = u64{shape} | u64{aux} << 32;
}

extern bool g_stressed_allocation;  // -X stress=alloc-fail or publish: nothing is allocated inline

// Small objects: a few stores beat the call of memset. Blocks are multiples of 16 bytes.
TP_INLINE void zero_small_payload(char* p, usize size) {
  for (usize i = sizeof(Object); i < size; i += 16) __builtin_memset(p + i, 0, 16);
}

// A small one from the free list. Null: not so simple. flags: not kImmortal.
template <bool kZeroed>
TP_INLINE Object* new_object_from_list(Thread& t, u32 shape, usize size, u8 flags, u8 gc, u32 aux) {
#if TAIPAN_SYSTEM_MALLOC
  return nullptr;
#else
  if (size > kMaxSmall || g_stressed_allocation) [[unlikely]] return nullptr;
  FreeBlock*& head = t.free_lists[size_class(size)];
  FreeBlock* b = head;
  if (b == nullptr) [[unlikely]] return nullptr;
  head = b->next;
  Object* o = reinterpret_cast<Object*>(b);
  init_header(o, shape, flags, gc, aux);
  if constexpr (kZeroed) zero_small_payload(reinterpret_cast<char*>(b), size);
  if (gc & kGcTracked) note_allocation(t);
  return o;
#endif
}

// new_object_raw inline, for what programs make by the million: best with a size known at compile time.
// kZeroed false: as new_object_unzeroed.
template <bool kZeroed = true>
TP_INLINE Object* new_object_inline(Thread& t, u32 shape, usize size, u8 flags, u8 gc, u32 aux = 0) {
  if (Object* o = new_object_from_list<kZeroed>(t, shape, size, flags, gc, aux)) [[likely]] return o;
  Object* o = (kZeroed ? new_object_raw : new_object_unzeroed)(t, shape, size, flags, gc);
  if (o != nullptr) o->aux = aux;
  return o;
}

// The common form: by type (object/type.h supplies shape, flags and size).
template <class T>
T* new_object(Thread& t, Type& type, usize extra_bytes = 0);

// Frees the storage of an object whose edges are gone. Called by destroy functions only.
void free_object(Object* o, usize size);
// The same for an object that has died local: its block is one of this thread's heap, nothing is to be
// found out. (Abandoned heaps, which other threads take over, hold shared objects only.)
inline void free_local_object(Thread& t, Object* o, usize size) {
#if !TAIPAN_SYSTEM_MALLOC && !TAIPAN_ASSERTS
  if (size <= kMaxSmall) [[likely]] {
    if (o->gc & kGcTracked) t.allocated -= t.allocated > 0;
    FreeBlock* b = reinterpret_cast<FreeBlock*>(o);
    FreeBlock*& head = t.free_lists[size_class(size)];
    b->next = head;
    head = b;
    return;
  }
#endif
  free_object(o, size);
}

inline void free_dead_object(Thread& t, Object* o, usize size) {
  o->is_local() ? free_local_object(t, o, size) : free_object(o, size);
}

// Retires an object's storage instead (it had HAS_WEAK): memory waits for one checkpoint (R9).
void retire_object(Thread& t, Object* o, usize size);

// Every live object of the heap; world stopped, or own local heap only.
struct ObjectCallback {
  void (*function)(Object*, void*);
  void* data;
};
void for_each_object(ObjectCallback cb);                // world stopped
void for_each_own_object(Thread& t, ObjectCallback cb);  // slabs this thread owns

Status raise_memory_error(Thread& t);  // always an error; uses the preallocated exception

}  // namespace taipan
