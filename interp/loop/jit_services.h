// What module `taipan` and `-X stats` ask a JIT for, filled in by jit/ before the first thread is there.
// Without one, or with -X jit=off, nothing is compiled: `compile` is null. Any thread, at any time.
#pragma once
#include <string>

#include "interp/bytecode/code.h"

namespace taipan {

enum class JitTarget : u8 { Host, X64, A64 };

struct JitCounter {
  const char* name;   // of the dictionary
  const char* text;   // of -X stats
  u64 value;
};

struct JitServices {
  const char* mode = "off";   // -X jit=
  // Compiles the code now, unless that has been done. Empty, or why it is not compiled.
  std::string (*compile)(Code* code) = nullptr;
  // Empty: there is machine code. Or why not.
  std::string (*why_not)(const Code* code) = nullptr;
  // The machine code that compiling it now would give, as text. False: *out says why it is declined. In every mode.
  bool (*list)(const Code* code, JitTarget target, std::string* out) = nullptr;
  // Fills up to n counters; returns how many there are.
  usize (*counters)(JitCounter* out, usize n) = nullptr;
};
inline JitServices g_jit;

}  // namespace taipan
