// Shared by object.cpp, type.cpp and make_class.cpp.
// The functions of `object` that others compare slots with, and small questions about classes.
// import_by_name goes through Python's __import__.
#pragma once
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

Result<> object_new(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames);
Status object_init(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames);
Result<Str> object_repr(Thread& t, Value self);
Result<> object_sizeof(Thread& t, Value self);  // types that CPython gives a __sizeof__ of their own have it, too

Result<> type_module(Thread& t, Type& type);           // __module__
bool same_slot_names(Type& a, Type& b);                // their own __slots__
Result<> import_by_name(Thread& t, const char* name);  // builtins.__import__(name), top level modules

}  // namespace taipan
