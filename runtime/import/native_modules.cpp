// The table of native modules, and the first steps of start-up: sys.modules, sys, builtins.
#include "runtime/import/import.h"
#include "runtime/memory/publish.h"
#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/types/dict.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

#define TP_MODULE(cxx, name) extern const ModuleDef cxx##_module_def;
#include "runtime/modules/modules.def"
#undef TP_MODULE

namespace {

struct NativeModule {
  const char* name;
  const ModuleDef* def;
};
const NativeModule kModules[] = {
#define TP_MODULE(cxx, name) {name, &cxx##_module_def},
#include "runtime/modules/modules.def"
#undef TP_MODULE
};

// Modules of layers above, in the order of their registration.
constexpr usize kMaxRegistered = 16;
NativeModule g_registered[kMaxRegistered];
usize g_registered_count;

std::span<const NativeModule> registered() { return {g_registered, g_registered_count}; }

Slot<Dict> g_modules;
Slot<Module> g_sys;
Slot<Dict> g_namespaces;  // of native modules by name, as they were when the module was made

void visit_roots(EdgeVisitor& visit) { visit(g_modules, g_sys, g_namespaces); }

const NativeModule* find(const Str* name) {
  for (const NativeModule& m : kModules) {
    if (str_equals(name, m.name)) return &m;
  }
  for (const NativeModule& m : registered()) {
    if (str_equals(name, m.name)) return &m;
  }
  return nullptr;
}

}  // namespace

void register_native_module(const ModuleDef& def) {
  TP_ASSERT(g_registered_count < kMaxRegistered);
  g_registered[g_registered_count++] = {def.name, &def};
}

Dict* sys_modules() { return g_modules.borrow(); }
Module* sys_module() { return g_sys.borrow(); }

Result<> sys_get(Thread& t, const char* name) {
  Local<Str> key(t, TRY(str_intern(t, name)));
  return module_get(t, sys_module(), key);
}

Status sys_set(Thread& t, const char* name, Value v) {
  Local<Str> key(t, TRY(str_intern(t, name)));
  return module_set(t, sys_module(), key, v);
}

bool is_native_module(const Str* name) { return find(name) != nullptr; }

Result<Module> import_native(Thread& t, Str* name) {
  Local<> existing(t, TRY(dict_get_str(t, sys_modules(), name)));
  if (!existing.is_empty() && is_instance(existing, module_type)) return existing.give().cast<Module>();
  const NativeModule* m = find(name);
  if (m == nullptr) return raise(t, ImportError, "no built-in module named {!r}", Value(name));
  // A program that takes a module out of sys.modules and imports it again gets a new one with the same classes:
  // C++ code knows only one of each.
  Local<> known(t, TRY(dict_get_str(t, g_namespaces.borrow(), name)));
  Local<Module> module(t);
  if (known.is_empty()) {
    module.set(TRY(make_native_module(t, *m->def)));
    known.set(TRY(dict_copy(t, module->dict.borrow())));
    TRY(dict_set_str(t, g_namespaces.borrow(), name, known));
  } else {
    module.set(TRY(module_new(t, name)));
    module->def = m->def;
    TRY(dict_update(t, module->dict.borrow(), known));
  }
  TRY(dict_set_str(t, sys_modules(), name, module));
  return module.give();
}

Result<Tuple> native_module_names(Thread& t) {
  constexpr usize n = std::size(kModules);
  Local<Tuple> all(t, TRY(tuple_new(t, n + g_registered_count)));
  for (usize i = 0; i < n; ++i) all->items()[i].init(TRY(str_intern(t, kModules[i].name)));
  for (usize i = 0; i < g_registered_count; ++i) all->items()[n + i].init(TRY(str_intern(t, g_registered[i].name)));
  return all.give();
}

Status import_init(Thread& t) {
  register_root_table(visit_roots);
  g_modules.init(TRY(dict_new(t)));
  g_namespaces.init(TRY(dict_new(t)));
  for (const char* name : {"sys", "builtins", "_imp"}) {
    Local<Str> text(t, TRY(str_intern(t, name)));
    Local<Module> m(t, TRY(import_native(t, text)));
    if (std::string_view(name) == "sys") {
      g_sys.init(m);
      TRY(sys_set(t, "modules", Value(sys_modules())));
      Local<Tuple> all(t, TRY(native_module_names(t)));
      TRY(sys_set(t, "builtin_module_names", all));
    }
  }
  return kDone;
}

}  // namespace taipan
