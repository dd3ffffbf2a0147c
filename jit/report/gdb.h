// gdb's JIT interface (-X jit-gdb): each piece of machine code is a small ELF file in memory, with its name, its lines
// and how to find its caller, so that breakpoints and backtraces know Python functions.
#pragma once
#include "jit/report/lines.h"

namespace taipan::jit {

void register_with_gdb(const CompiledCode& code);
void unregister_with_gdb(const u8* base);
// The ELF file alone.
std::string debug_file(const CompiledCode& code);

}  // namespace taipan::jit
