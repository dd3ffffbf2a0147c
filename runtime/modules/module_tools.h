// For exec functions of native modules: exception classes, and functions of one module under two names.
// Positional arguments of classes that take few.
#pragma once
#include "runtime/native/def.h"
#include "runtime/object/error.h"

namespace taipan {

// class NAME(base), module.NAME; __module__ is `home` (null: the module's name).
Status module_add_exception(Thread& t, Module* m, const char* name, Type& base, Type** out, const char* home = nullptr,
                            const char* doc = nullptr);

}  // namespace taipan
