// module: a namespace with a name. Its attributes are its dictionary, from birth (shape: dictionary, direct).
// Native modules are made from a ModuleDef (native/def.h); import/ makes the others.
// Modules are immortal; their dictionaries become namespaces (types/dict.h) when code runs in them.
#pragma once
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

struct ModuleDef;

struct Module : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::module_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<Dict> dict;       // the ext word: object/instance.h
  const ModuleDef* def;  // native modules
};

// A fresh module with __name__, __doc__, __package__, __loader__ and __spec__ set (None where unknown).
Result<Module> module_new(Thread& t, Str* name, Value doc = Value::empty());
// Value in the module's dictionary: owned, or absent().
Result<> module_get(Thread& t, Module* m, Str* name);
Status module_set(Thread& t, Module* m, Str* name, Value v);

// A lazy import's placeholder (PEP 810; import/lazy_import.cpp).
inline bool is_lazy_import(Value v) {
  return v.is_ref() && v.object()->shape.load_relaxed() == shape_id(BuiltinShape::lazy_import_);
}
// Its real value. The caller stores it where the placeholder was.
Result<> lazy_import_resolve(Thread& t, Value lazy);
// A submodule that a `lazy import a.b` has announced, imported now; absent() if there is none of this name.
Result<> lazy_submodule(Thread& t, Value module_name, Str* attribute);

}  // namespace taipan
