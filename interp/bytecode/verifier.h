// The bytecode verifier: proves what the interpreter loop takes for granted. Operands, jumps, tables and windows are in
// range; on every path, exception edges included, a temporary is written when empty and read when full, killed
// once, and none is left at a return. Named locals are not followed (CHECK_BOUND does that at run time).
#pragma once

#include <string>
#include <vector>

#include "interp/bytecode/code_spec.h"

namespace taipan {

// What a temporary holds before an instruction.
enum class Held : u8 {
  Nothing,
  Object,
  Iterator,   // of a for loop
  Exception,  // that a handler has been given
  Handled,    // the exception that was being handled before (PUSH_EXC)
  Finally,    // the same in a finally block, at whose end the exception is raised again
  Unsure,     // something on some of the ways to here
};
// By instruction, then by temporary (register less nlocals); empty where nothing leads to, or where `code` is not well formed.
std::vector<std::vector<Held>> held_registers(const CodeSpec& code);

// Empty if `code` and all code in its constants is well formed; else what is wrong and where.
std::string verify_code(const CodeSpec& code);

}  // namespace taipan
