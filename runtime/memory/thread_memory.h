// ThreadMemory: what the memory system keeps per thread: heap, candidates, retired storage, waiting
// finalisers, work lists. Internal to runtime/memory and runtime/thread.
#pragma once
#include "runtime/memory/chunk_queue.h"
#include "runtime/memory/heap.h"
#include "runtime/memory/slab.h"
#include "runtime/memory/stats.h"
#include "runtime/memory/visit.h"

namespace taipan {

class HeldEdges;

// Storage that waits for a checkpoint (I6, R9).
struct Retired {
  enum Kind : u8 { Buffer, ObjectBlock, Call };
  void* p;
  u64 size;        // as allocated; Call: the function
  Kind kind;
};

// What waits for the end of the instruction (R10). Owns one count of `object`.
struct Pending {
  enum Kind : u8 { Finalise, WeakCallback };
  Object* object;  // the dying object, or the weak reference whose callback is due
  Kind kind;
};

struct ThreadMemory {
  Heap* heap = nullptr;
  RemoteBatches remote;

  // --- destruction of local objects (counts.cpp) -------------------------------------------------
  GrowingStack<Object*> trash;   // dead, not yet destroyed: nesting was too deep
  bool trash_overflow = false;   // the stack could not grow: the rest is found by enumeration
  bool resolving = false;        // decrements of shared objects do not set KEEP (R5)

  // --- finalisers and callbacks (pending.cpp) ------------------------------------------------------
  ChunkQueue<Pending> pending;
  GrowingStack<Pending> due;     // taken from it by run_pending(), next on top
  u32 pending_depth = 0;

  HeldEdges* held = nullptr;     // innermost first

  // --- publication (publish.cpp) -------------------------------------------------------------------
  GrowingStack<Object*> publish_work;
  bool publish_overflow = false;
  bool publishing = false;

  // --- candidates and checkpoints (checkpoint.cpp) ---------------------------------------------------
  ChunkQueue<Object*> candidates;
  ChunkQueue<Retired> retired;
  u64 expanded = 0;              // candidates below were expanded (R11)
  u64 batch_end = 0;             // written by the coordinator before it raises the epoch (R8)
  u64 retired_end = 0;
  u64 remembered_epoch = 0;      // this thread's ack: entries up to these ends wait for that epoch
  u64 remembered_end = 0;
  u64 remembered_retired = 0;
  Atomic<u64> acked;             // last epoch that this thread was scanned for
  u64 retired_bytes = 0;
  u64 kept_entries = 0;          // size of the queue after the last resolve: growth counts from here
  u64 kept_bytes = 0;
  bool want_checkpoint = false;  // the next safepoint starts one
  bool detaching = false;        // finalisers are left to other threads: this one is about to sleep
  bool urgent = false;           // a candidate with finaliser, callback or resource
  i64 last_checkpoint_ns = 0;
  Atomic<u32> has_candidates;    // for the ticker: something waits since its last look
  Atomic<u32> tick;              // the ticker asks for a checkpoint because of age
  u64 watched = 0;               // epoch that the watchdog complained about
  Atomic<u32> waits;             // a batch or storage waits for `remembered_epoch`
  Atomic<u32> attach_waiting;    // the thread sleeps until its state changes

  // --- sampling of contended counts (sticky.cpp) ------------------------------------------------------
  struct Hot {
    Object* object;
    u32 hits;
  };
  static constexpr usize kHotPlaces = 512;  // hundreds of objects can be hot at once: the strings of a shared list
  Hot hot[kHotPlaces] = {};
  bool hot_in_use = false;

  // --- collector ------------------------------------------------------------------------------------------
  bool collecting = false;
  GrowingStack<Object*>* pinned[2] = {};  // what the collection under way holds by counts of its own
  usize scanned_after_trim = 0;  // blocks that a collection looked at after the last trim

  ThreadStats stats;
};

class RegisterVisitor;
void visit_thread_registers(Thread& x, RegisterVisitor& v);  // attached self, or held detached
// What a thread counts beside its registers: waiting finalisers, an exception sent by another thread, the trash of
// a collection.
void visit_thread_counts(Thread& x, EdgeVisitor& v);         // world stopped

// Destroys an object whose count is gone and that nobody can reach: its edges are dropped, weak
// references cleared, the storage freed or retired.
void destroy_object(Thread& t, Object* o);
// Everything that the trash list and the work lists still hold (after memory ran out).
void push_pending(Thread& t, Object* counted, Pending::Kind kind);

void stress_thread(Thread& t);  // a new thread under -X stress=
extern u8 g_birth_flags;  // kShared under -X stress=publish: every object is shared at birth
void set_birth_flags(u8 flags);

void* allocate_small_buffer(Thread& t, usize cls);
void free_small_anywhere(void* p);
bool charge_memory(u64 n);    // false: over the limit
void uncharge_memory(u64 n);

}  // namespace taipan
