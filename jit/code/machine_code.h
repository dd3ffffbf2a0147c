// MachineCode: what a compiled code object runs as, and the memory it lies in.
// Written through one mapping, executed through another (asmjit's JitAllocator, dual mapping).
// Thread-safety: published through Code::machine with release; immutable afterwards.
#pragma once
#include <asmjit/core.h>

#include "interp/bytecode/code.h"

namespace taipan {

struct MachineCode {
  const u8* base;       // executable mapping
  const u8* entry;      // where machine code calls it: window and header in place, named locals not cleared, not polled
  const u32* offsets;   // of each instruction, from base; state as at a boundary (S7)
  u32 size;             // bytes
};

namespace jit {

// Memory for code. Null when there is none: the code stays interpreted.
class CodeMemory {
 public:
  explicit CodeMemory(u64 limit);
  // Whether this machine lets us execute what we write. Asked once, before anything is compiled.
  bool works();
  // Relocates what `holder` holds and makes it executable: its address, or null (full, or no memory).
  const u8* install(asmjit::CodeHolder& holder, u32* size);

 private:
  asmjit::JitAllocator allocator_;
  u64 limit_, used_ = 0;   // bytes; under the compiler's lock
};

}  // namespace jit
}  // namespace taipan
