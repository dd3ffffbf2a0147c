// Thread: the state of one Python thread: VM stack, pending exception, safepoint poll, free lists.
// A function that takes Thread& first may allocate, raise, run Python code and pass a safepoint.
// Attach, detach and safepoints: DESIGN.md section 6; VM stack words: studies/interpreter.md section 2.
#pragma once
#include "runtime/base/atomic.h"
#include "runtime/memory/object.h"
#include "runtime/value/result.h"

namespace taipan {

struct ThreadMemory;   // memory/: queues, retired storage, publication work list
struct ThreadEngine;   // interp/: what the interpreter keeps per thread
// A free block of an object slab. `next` lies where Object::shape is: an even word there says "free".
struct FreeBlock {
  u64 header;
  FreeBlock* next;
};

// Why a thread is asked to look up at its next safepoint (Thread::poll).
enum PollReason : u32 {
  kPollStop = 1,        // a stopped world begins
  kPollCheckpoint = 2,  // scan the registers, resolve what is ready
  kPollSignal = 4,      // a signal arrived; main thread only
  kPollAsyncExc = 8,    // another thread raised an exception in this one
  kPollCollect = 16,    // this thread's local collection is due
  kPollTrace = 32,      // tracing, profiling or monitoring: stays set meanwhile (interpreter.md section 5)
  kPollRequest = 64,    // another thread's question about this one's frames or heap (R19)
  kPollStress = 256,    // -X stress=: every safepoint takes the slow path; never cleared
  kPollGil = 128,       // -X gil=1: another thread waits for the lock
};

// In Thread::pending_count: at the end of this instruction the dispatch loop asks whether it is watched (settrace() has
// just been called). No finaliser waits because of it.
inline constexpr u32 kPendingWatch = u32{1} << 31;

enum class ThreadState : u32 {
  Attached,  // runs Python code
  Detached,  // touches no object; anybody may claim it for scanning
  Scanning,  // detached, and some thread reads its registers
  Stopped,   // detached, and held by a stopped world
};

struct Thread {
  static constexpr usize kSizeClasses = 32;  // 16, 32 ... 512 bytes

  // --- hot words; compiled code knows their offsets --------------------------------------------
  Atomic<u32> poll;             // PollReason bits; set by anybody, cleared by this thread
  Value* top = nullptr;         // first free word of the VM stack; all below are legal register words
  Value* fp = nullptr;          // innermost interpreter frame, or null
  Value* limit = nullptr;       // frames must end below
  Value exc;                    // pending exception: an owned register word, or empty
  Value handled;                // exception being handled (sys.exc_info()): owned register word, or empty
  i32 depth = 0;                // Python calls in progress
  i32 recursion_limit = 1000;
  char* machine_stack_limit = nullptr;  // C++ recursion must stay above this address
  FreeBlock* free_lists[kSizeClasses] = {};
  u32 pending_count = 0;        // finalisers and callbacks waiting for the end of the instruction
  u32 destroy_depth = 0;        // destructions under way, one inside the other
  i32 allocated = 0;            // net growth of tracked objects since the last collection
  i32 collect_at = 10000;       // ... at which one is due

  // --- VM stack -----------------------------------------------------------------------------------
  Value* stack_base = nullptr;
  Value* stack_end = nullptr;   // end of the reservation; [limit, end) is slack for native Locals

  // --- the rest -----------------------------------------------------------------------------------
  Atomic<ThreadState> state{ThreadState::Detached};
  ThreadMemory* memory = nullptr;
  ThreadEngine* engine = nullptr;
  Value context;                // contextvars: current Context, owned register word or empty
  Value async_exc;              // owned word, set under the thread list's lock
  Value thread_locals;          // R25: this thread's threading.local dictionaries; owned word
  u64 ident = 0;                // threading.get_ident()
  u64 native_id = 0;
  bool is_main = false;
  bool is_daemon = false;
  bool is_ending = false;       // under the thread list's lock: no exception can be sent any more
  Thread* next = nullptr;       // thread list, under its lock

  static Thread& current() { return *current_; }
  static Thread* current_or_null() { return current_; }
  static void set_current(Thread* t) { current_ = t; }

 private:
  // constinit: readers need not ask whether it has been constructed.
  static constinit thread_local Thread* current_ __attribute__((tls_model("initial-exec")));
};

}  // namespace taipan
