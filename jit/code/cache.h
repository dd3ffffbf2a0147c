// CodeCache: all machine code there is, within a limit: what is in use, what was evicted and may come back, what is freed.
// Second chance without a mark on hot paths: the code in use longest is taken out of use; if it gets hot again before its
// memory is needed, it is put back as it is.
//
// Note [machine-life]
//
//   in use   Code::machine names it, heat is -1. In order of publication.
//   waiting  evicted: Code::machine is null, and the code has heat to lose again. Threads may still be in it.
//   cold     evicted, and proved: no thread is in it or will be. Stays proved, for nobody publishes it unseen.
//   freed    filled with traps, memory given back; its MachineCode and offsets too. Only when the room is needed.
//   Hot again while waiting or cold: in use again, newest. All changes of state are made under the cache's lock.
//
//   What has to be proved before code M of a code object C may be freed:
//     (a) nobody holds a pointer to M, or an address in it, that was loaded from Code::machine;
//     (b) no native stack holds a return address into M.
//   The proof is a checkpoint (runtime/memory/checkpoint.h) that started after the eviction: every thread is scanned in it,
//   by itself at a safepoint or by another while it is detached. A scan looks at the frames of the thread, from t.fp
//   through kFramePrevious, across nested run loops, and marks their code objects (Code::seen). M is cold if the
//   checkpoint has been completed and C is not marked; else it waits for another one.
//
//   (a) C++ (run_t1) and machine code (calls, stubs) load Code::machine and are inside M, in a frame of C, or have let go
//       of it before the next safepoint. After its scan a thread finds null.
//   (b) Machine code calls no machine code: calls and returns between Python functions are jumps. The address that a callee's
//       machine code returns to is a word of its frame (kMachineReturn); it lies in the code of the frame below, which
//       is in the chain as long as the callee's is. Suspended generators hold no native addresses.
//       A native frame in M is made only by a call from M to C++, with fp a frame of C and t.fp == fp; the rule is
//          while C++ that was called from M runs, that frame stays in the thread's chain whenever a safepoint is passed or
//          the thread detached.
//       What C++ pushes lies above it, and is gone when C++ returns, or is gone on with from a stub after M was left. The
//       instructions that remove the frame they run in (kLeavingOps in t1/runtime.h) are jumps from M to the stub
//       `leaving`, which calls C++: what they drop may run Python code, with a stub's return address on the stack. Stubs are
//       never freed. Returns in machine code give up the frame's locals before they take the frame off, and then go to
//       the stub `returned`. Exceptions unwind frames in run_t1, which machine code has returned to. Frames of a watched
//       thread (settrace) are run by the interpreter, called from run_frame, not from M.
//   Order: the eviction stores null, then `scanning_`, then reads the epoch e of the last checkpoint that started, all
//       seq_cst. A scan for a later one has read its epoch, seq_cst, and so sees `scanning_` and null. The marks
//       are ordered before the completion by the acknowledgements (acq_rel), which settle() acquires. Scans for e or before
//       may mark, too: that errs on the safe side.
//   A new thread has no frames and begins with null.
//
//   pinned   in a frame of a thread that has forked: in use for ever, in both processes.
//     Memory that is mapped twice is shared with the child, not copied: what the parent writes into freed memory the child
//     would execute. So a child does not enter its parent's code: it takes all out of use and compiles anew, into memory of
//     its own. What it has to return to is in the frames of the thread that forked; that the parent pins before.
//     And a child never writes to its parent's memory: it evicts, frees and poisons its own code alone.
//     Other threads' stacks are gone in the child. One that goes on to exec() never gets there.
//
//   Races with counting (Note [heat]): a thread that counts may store a stale positive number over -1: it counts on and
//   reports the code hot, which only stores -1 again. Whoever stores 0 reports, so a code never gets stuck at 0.
#pragma once
#include <unordered_map>

#include "jit/code/machine_code.h"
#include "runtime/thread/futex.h"

namespace taipan::jit {

// Told under the cache's lock, for reports and debuggers. Each may be null.
struct CodeEvents {
  void (*installed)(const MachineCode& machine) = nullptr;
  void (*freed)(const MachineCode& machine) = nullptr;    // still whole
  void (*evicted)(const MachineCode& machine) = nullptr;
  void (*republished)(const MachineCode& machine) = nullptr;
};
extern CodeEvents g_code_events;

class CodeCache {
 public:
  struct Heat {
    i32 evicted;    // what evicted code gets
    i32 postponed;  // ... and what was not compiled for want of room
  };
  CodeCache(CodeMemory* memory, Heat heat) : memory_(memory), heat_(heat) { count_bytes(); }
  CodeCache(const CodeCache&) = delete;

  enum class Installed : u8 { Yes, Later, Never };
  // Installs what has been assembled and puts it in use. Takes `offsets` (from malloc). Later: no room; the code gets hot
  // once more. Never: it does not fit at all.
  Installed install(Code* code, asmjit::CodeHolder& holder, u32 entry, u32* offsets);
  // Puts evicted code back in use. True: the code is in use.
  bool republish(Code* code);
  // Is there room for so many bytes, or some that is waiting to be free? No: the code gets hot once more.
  bool expects_room(Code* code, u64 bytes);

  // A scan of the thread: its frames' code objects are in use. Own thread, or a detached one that is held.
  void note_frames(Thread& x);
  // Evicts at least so many bytes, oldest first.
  void evict(u64 bytes);
  // Frees what is proved cold, all of it.
  void free_cold();
  // Does something wait for a checkpoint that nobody has been asked for yet? The caller asks, without locks.
  bool wants_checkpoint() { return wanted_.load_relaxed() != 0 && wanted_.exchange_acq_rel(0) != 0; }

  // Locks, and pins what the thread's frames need. Null: no Python thread forks.
  void before_fork(Thread* t);
  void after_fork() { lock_.unlock(); }   // in both
  // Before the child runs Python code; `fresh` is for what it compiles.
  void continue_in_child(CodeMemory* fresh);

 private:
  struct Queue {
    MachineCode *first = nullptr, *last = nullptr;
    void push(MachineCode* m);
    void remove(MachineCode* m);
  };
  Queue& queue_of(const MachineCode* m);
  void publish(MachineCode* m, MachineCode::State state = MachineCode::State::Used);
  void take(MachineCode* m);
  void evict_locked(u64 bytes, bool newest_too);
  void keep_ahead(u64 bytes, bool newest_too);
  bool make_room(u64 bytes);
  void settle();
  void free(MachineCode* m);
  void count_bytes();

  RawMutex lock_;                  // short sections; nothing else is locked under it
  CodeMemory* memory_;
  Heat heat_;
  Queue used_, waiting_, cold_, pinned_;
  u64 evicted_bytes_ = 0;          // of waiting_ and cold_
  std::unordered_map<const Code*, MachineCode*> all_;
  Atomic<u32> scanning_;           // waiting_ is not empty: scans mark
  Atomic<u32> wanted_;
};

}  // namespace taipan::jit
