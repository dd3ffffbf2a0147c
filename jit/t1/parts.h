// Which machine code belongs to which instruction, for who wants to know: listings, perf, gdb.
// Baseline tells a PartListener at the beginning of each part; parts follow each other without gaps.
#pragma once
#include "runtime/base/types.h"

namespace taipan::jit {

enum class Part : u8 {
  Entry,        // where calls arrive; index: the instruction they go on at
  Instruction,
  Rare,         // of an instruction, behind the function's end
  Routines,     // of the whole function; index: the number of instructions
};

class PartListener {
 public:
  virtual void begin(Part part, u32 index, u32 offset) = 0;

 protected:
  ~PartListener() = default;
};

}  // namespace taipan::jit
