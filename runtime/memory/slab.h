// Slabs: 64 KiB of equal blocks that belong to one Heap; Heap: what one thread allocates from.
// Heaps outlive their threads (R26): a new thread adopts one from the pool. Object blocks and buffer
// blocks come from different slabs, so that the object slabs enumerate all small objects.
#pragma once
#include "runtime/memory/heap.h"
#include "runtime/thread/futex.h"

namespace taipan {

inline constexpr usize kSlabBytes = 64 * 1024;

enum class BlockKind : u8 { Object, Buffer };

struct Heap;

// A block is free exactly when the u32 at offset 8 (Object::shape) is even: FreeBlock::next lies there
// and addresses are even. The first eight bytes (flags among them) survive the free, so that the
// owner, who enumerates while others free, still sees SHARED in a block on its way home.
struct Slab {
  Heap* heap;
  Slab* next;       // all slabs of the heap
  u32 block_size;
  u32 capacity;     // blocks
  u32 carved;       // blocks handed out so far; those behind were never touched
  u8 size_class;
  BlockKind kind;
  u32 free_count;   // scratch of trim()

  static constexpr usize kHeaderBytes = 64;
  static Slab* of(const void* block) {
    return reinterpret_cast<Slab*>(reinterpret_cast<u64>(block) & ~u64{kSlabBytes - 1});
  }
  char* block(usize i) { return reinterpret_cast<char*>(this) + kHeaderBytes + i * block_size; }
};
static_assert(sizeof(Slab) <= Slab::kHeaderBytes);

// In front of every object that is not in a slab.
struct LargeHeader {
  LargeHeader* prev;
  LargeHeader* next;
  Heap* heap;
  u64 size;

  Object* object() { return reinterpret_cast<Object*>(this + 1); }
  static LargeHeader* of(void* p) { return static_cast<LargeHeader*>(p) - 1; }
};
static_assert(sizeof(LargeHeader) % 16 == 0);

struct Heap {
  static constexpr usize kClasses = Thread::kSizeClasses;

  // Owner thread only (anybody in a stopped world).
  Slab* slabs = nullptr;
  Slab* current[2][kClasses] = {};        // [kind][class]: slab being carved
  FreeBlock* buffer_free[kClasses] = {};
  FreeBlock* parked_free[kClasses] = {};  // Thread::free_lists while no thread owns the heap
  Heap* next_heap = nullptr;              // list of all heaps, append only
  Heap* next_pooled = nullptr;            // list of heaps without a thread
  Thread* owner = nullptr;
  u32 slab_count = 0;

  RawMutex large_lock;                    // any thread frees a large object
  LargeHeader* large = nullptr;           // under large_lock
  u64 large_bytes = 0;                    // under large_lock

  // Blocks freed by other threads, by [kind][class]; pushed in chains, taken all at once by the owner.
  alignas(64) Atomic<FreeBlock*> remote[2][kClasses];
};

Heap* heap_adopt(Thread& t);        // null when memory is exhausted
void heap_abandon(Heap* heap, Thread& t);  // its thread has gone; all objects in it are shared
Heap* all_heaps();                  // world stopped, or for statistics
void heaps_lock();                  // before fork
void heaps_unlock(bool in_child);

// Blocks that this thread freed for others, collected a few at a time.
struct RemoteBatches {
  static constexpr usize kSlots = 16;
  static constexpr u32 kFull = 32;
  struct Batch {
    Heap* heap;
    FreeBlock* first;
    FreeBlock* last;
    u32 count;
    u8 size_class;
    BlockKind kind;
  } batch[kSlots] = {};
};
void flush_remote(RemoteBatches& batches);

// Gives slabs without live blocks back to the common list. Owner thread, or world stopped.
// Returns the bytes given back.
usize heap_trim(Heap& heap, Thread& owner);

// Object blocks that enumeration walks.
usize carved_blocks(const Heap& heap);

// A local object that one register alone refers to gets more storage, which may be elsewhere: what grows
// in place is cheaper than a copy. Null: it does not, nothing is changed.
Object* object_grow(Thread& t, Object* o, usize before, usize after);

// -X memory-limit: allocation beyond it fails. 0: none. Set before the first thread.
void set_memory_limit(u64 bytes);
u64 memory_in_use();  // slabs and large blocks; 0 unless a limit is set or statistics are on

}  // namespace taipan
