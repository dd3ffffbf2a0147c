// The native traceback printer: an exception with its chain, tracebacks, source lines and carets, as
// CPython 3.15 prints them. The library's traceback module replaces it where a program asks for that.
#pragma once
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

// Writes to a text file object; file empty or None: to file descriptor 2.
Status print_exception(Thread& t, Value exception, Value file);

}  // namespace taipan
