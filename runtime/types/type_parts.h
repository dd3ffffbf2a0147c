// Shared by type.cpp, make_class.cpp, class_bases.cpp and isinstance.cpp: parts of the type `type`.
// Nothing here is for other folders, but class_dict_set is how C++ code changes a class.
// Every change goes through a ClassMutation (object/dependents.h).
#pragma once
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

Result<> type_new(Thread& t, Type& metatype, const Value* args, u32 nargs, Tuple* kwnames);
Status set_bases(Thread& t, Type& cls, Value bases);
Status class_dict_set(Thread& t, Type& cls, Str* name, Value v);  // v empty: delete
Result<bool> instance_check_default(Thread& t, Value v, Value cls);
Result<bool> subclass_check_default(Thread& t, Value c, Value cls);
Status check_type_name(Thread& t, Str* name);  // no zeros, no lone surrogates
Result<> python_flags(Thread& t, Type& cls);  // CPython's Py_TPFLAGS_ bits, as far as they are public
Str* type_full_name(Type& type);
inline bool is_getset(Value v) {
  return v.is_ref() && v.object()->shape.load_relaxed() == shape_id(BuiltinShape::getset_descriptor_);
}

}  // namespace taipan
