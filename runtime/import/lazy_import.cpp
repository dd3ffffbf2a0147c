// Lazy imports (PEP 810): an object that stands for a module, or for a name in one, until its first use.
// Immutable but for the resolved value, which any thread may fill in (the import system decides races).
#include "runtime/import/import.h"
#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

struct LazyImport : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::lazy_import_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<Str> name;       // as written, relative to globals by `level`
  Slot<> globals;       // or empty
  Slot<> fromlist;      // or empty
  Slot<Str> attribute;  // lazy from: the name in the module; else empty
  Slot<> resolved;
  i64 level;
};

void lazy_visit(Object* o, EdgeVisitor& visit) {
  auto* l = static_cast<LazyImport*>(o);
  visit(l->name, l->globals, l->fromlist, l->attribute, l->resolved);
}

Result<Str> lazy_repr(Thread& t, Value self) {
  auto* l = self.as<LazyImport>();
  if (Str* a = l->attribute.borrow()) {
    return str_format(t, "<lazy_import '{}.{}'>", Value(l->name.borrow()), Value(a));
  }
  return str_format(t, "<lazy_import '{}'>", Value(l->name.borrow()));
}

Result<> lazy_resolve_method(Thread& t, Value self) { return lazy_import_resolve(t, self); }
const NativeDef kMethods[] = {
    def<lazy_resolve_method>("resolve($self, /)", "Imports now and gives the real value."),
};

Result<LazyImport> make(Thread& t, Value name, Value globals, Value fromlist, Value attribute, i64 level) {
  LazyImport* l = new_object<LazyImport>(t, lazy_import_type);
  if (l == nullptr) return kError;
  l->name.init(name);
  l->globals.init(globals);
  l->fromlist.init(fromlist);
  l->attribute.init(attribute);
  l->level = level;
  return own_new(l);
}

}  // namespace

Result<> lazy_import_new(Thread& t, Str* name, Value globals, Value fromlist, i64 level) {
  return Result<>(TRY(make(t, name, globals, fromlist, Value::empty(), level)));
}

Result<> lazy_import_from(Thread& t, Value lazy_module, Str* name) {
  auto* l = lazy_module.as<LazyImport>();
  return Result<>(TRY(make(t, l->name.borrow(), l->globals.borrow(), l->fromlist.borrow(), name, l->level)));
}

Result<> lazy_import_resolve(Thread& t, Value lazy) {
  auto* l = lazy.as<LazyImport>();
  if (!l->resolved.is_empty()) return l->resolved.load(l);
  Local<> keep(t, lazy);
  Local<> globals(t, l->globals.borrow()), fromlist(t, l->fromlist.borrow());
  Str* attribute = l->attribute.borrow();
  Local<> module(t, TRY(import_name(t, l->name.borrow(), globals,
                                    attribute == nullptr ? Value::empty() : fromlist.value(), l->level)));
  if (attribute != nullptr) module.set(TRY(import_from(t, module, attribute)));
  l->resolved.store(l, module.value());
  return module.give();
}

extern const TypeDef lazy_import_type_def;
constinit const TypeDef lazy_import_type_def = {
    .name = "lazy_import",
    .doc = "An import that has not happened yet (PEP 810).",
    .flags = kTypeNoInstantiation | kTypeGcTracked,
    .size = sizeof(LazyImport),
    .slots = {.visit = lazy_visit, .repr = lazy_repr},
    .methods = kMethods,
    .text_signature = "(builtins, name, fromlist=None, /)",
};

}  // namespace taipan
