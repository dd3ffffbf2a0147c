// Start-up of the object system: every built-in type and exception, names, memory hooks.
// Runs once, on the main thread, before anything else allocates.
// The types come from builtin_types.def and exceptions.def; each has a TypeDef NAME_type_def.
#pragma once
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

Status runtime_init(Thread& t);

// Defined in the .cpp of each type. Weak, because the interpreter's types (function, code, frame ...) are absent
// from the runtime's own tests; where an interpreter is linked, a missing one is fatal.
#define TP_TYPE(name) extern const TypeDef name##_type_def __attribute__((weak));
#include "runtime/types/builtin_types.def"
#undef TP_TYPE

}  // namespace taipan
