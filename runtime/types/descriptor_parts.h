// Shared by the files that define descriptor types: texts of natives, and functions named by __reduce__.
// Nothing here is for other folders.
// Bodies: native_function.cpp, module.cpp.
#pragma once
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

Result<> text_signature_of(Thread& t, const char* signature);  // None without parentheses
Result<> doc_of(Thread& t, const char* doc);                   // None for null
// builtins.NAME, for __reduce__: (getattr, (owner, name)).
Result<> builtin_function(Thread& t, const char* name);

}  // namespace taipan
