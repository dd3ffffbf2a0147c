// Bytecode as text, one instruction a line: index, line of source, name, operands, names and targets.
// For people and for tests that compare text.
#pragma once

#include <string>

#include "interp/bytecode/code_spec.h"

namespace taipan {

std::string disassemble_instr(const CodeSpec& code, u32 index);
// The code object, its exception table, and nested code after it if `nested`.
std::string disassemble(const CodeSpec& code, bool nested = true);
std::string const_text(const Const& c);

}  // namespace taipan
