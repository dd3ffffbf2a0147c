// How an exception nobody caught is shown: by the library's traceback module, as CPython does it, and where that
// cannot work (start-up, no library, deep recursion, no memory) by a native printer of the same format.
// Also tells the library's linecache of programs that no file holds.
#pragma once
#include <string>

#include "interp/bytecode/code.h"
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

// Writes to a text file object; file empty or None: to file descriptor 2.
Status print_exception(Thread& t, Value exception, Value file);
// Writes and flushes a text the same way.
Status print_text(Thread& t, Value file, const std::string& text);

// The source of a code object and those within it, for tracebacks.
Status register_code_source(Thread& t, Code* code, const std::string& text);
// The same for the program given with -c; the library is told when it first prints, so that it need not be loaded before.
void set_command_source(Code* code, std::string text);

}  // namespace taipan
