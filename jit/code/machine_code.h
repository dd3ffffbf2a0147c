// MachineCode: what a compiled code object runs as, and the memory it lies in.
// Written through one mapping, executed through another (asmjit's JitAllocator, dual mapping).
// Thread-safety: what compiled code and C++ read of it is published through Code::machine with release and immutable
// afterwards; who may read it how long is Note [machine-life], cache.h. CodeMemory: under its owner's lock.
#pragma once
#include <asmjit/core.h>

#include <deque>

#include "interp/bytecode/code.h"

namespace taipan {

struct MachineCode {
  const u8* base;       // executable mapping
  const u8* entry;      // where machine code calls it: window and header in place, named locals not cleared, not polled
  const u32* offsets;   // of each instruction, from base; state as at a boundary (S7). Owned.
  u32 size;             // bytes
  Code* code;

  // The cache's, under its lock.
  enum class State : u8 { Used, Waiting, Cold, Pinned } state;
  u64 epoch;            // Waiting: its proof is a checkpoint after this one
  MachineCode *previous, *next;
};

namespace jit {

// Memory for code. Null when there is none: the code stays interpreted.
class CodeMemory {
 public:
  explicit CodeMemory(u64 limit);
  // Whether this machine lets us execute what we write. Asked once, before anything is compiled.
  bool works();

  // Lays out what `holder` holds, once: bytes it needs, 0 if it cannot be.
  static u64 prepare(asmjit::CodeHolder& holder);
  // Relocates what has been prepared and makes it executable on every core: its address, or null (full, or no memory).
  const u8* place(asmjit::CodeHolder& holder, u32* size);
  const u8* install(asmjit::CodeHolder& holder, u32* size) { return prepare(holder) == 0 ? nullptr : place(holder, size); }
  // Nobody executes it any more and nobody will: it is filled with traps and given back. The last `quarantine` pieces
  // are kept as they are, so that a mistake meets a trap and not other code.
  void release(const u8* base, usize quarantine = 0);

  bool has_room(u64 bytes) const { return used_ + (bytes + kGranularity - 1) / kGranularity * kGranularity <= limit_; }
  u64 used() const { return used_; }
  u64 limit() const { return limit_; }

 private:
  static constexpr u64 kGranularity = 64;  // the allocator's
  u64 allocated(const u8* base, u8** writable);

  asmjit::JitAllocator allocator_;
  u64 limit_, used_ = 0;   // bytes, as the allocator rounds them
  std::deque<const u8*> quarantine_;
  bool released_ = false;  // some of it has been executed as something else
};

}  // namespace jit
}  // namespace taipan
