// Importing: sys.modules, native modules, start of the library's importlib, the import statement.
// The finders and loaders are the library's own (importlib/_bootstrap.py, _bootstrap_external.py), run from
// source; this folder gives them _imp and does the fast paths of `import` natively.
#pragma once
#include <string>

#include "runtime/memory/publish.h"
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"
#include "runtime/types/module.h"

namespace taipan {

// For modules of layers above the runtime (they are in no modules.def): before import_init.
void register_native_module(const ModuleDef& def);
// Creates sys.modules and the modules sys, builtins and _imp. After runtime_init and the engine's start.
Status import_init(Thread& t);
// Runs importlib's bootstrap and installs the path finders. `stdlib` is the folder of the library.
Status import_bootstrap(Thread& t, const std::string& stdlib);

// The number that files of compiled code begin with.
u32 pyc_magic();

extern GlobalRoot g_importlib;                       // importlib._bootstrap, once it has run
Dict* sys_modules();                                 // borrowed, lives for ever
Module* sys_module();                                // likewise
Result<> sys_get(Thread& t, const char* name);       // sys.name: owned, or absent()
Status sys_set(Thread& t, const char* name, Value v);

// Is there a native module of this name, and its (new or existing) module object.
bool is_native_module(const Str* name);
Result<Module> import_native(Thread& t, Str* name);  // also enters it into sys.modules

// __import__(name, globals, locals, fromlist, level). globals and fromlist may be empty.
Result<> import_name(Thread& t, Str* name, Value globals, Value fromlist, i64 level);
// "pkg.a" for `from .a import`, level 1, in a module of the package pkg.
Result<Str> import_absolute_name(Thread& t, Str* name, Value globals, i64 level);
// import a.b.c and give a.b.c.
Result<> import_module(Thread& t, Str* name);
Result<> import_module(Thread& t, const char* name);
// module.attribute of "modulename".
Result<> import_attribute(Thread& t, const char* module, const char* attribute);
// `from module import name`: the attribute, else the submodule; ImportError with CPython's texts.
Result<> import_from(Thread& t, Value module, Str* name);
// `from module import *` into a namespace mapping.
Status import_star(Thread& t, Value module, Value into);

// Lazy imports (PEP 810): a placeholder that resolves at its first use.
// __lazy_import__(): asks the filter, which may have it imported at once.
Result<> lazy_import_new(Thread& t, Str* name, Value globals, Value locals, Value fromlist, i64 level);
// Is a plain import statement of a module's body lazy: by mode, or by its __lazy_modules__?
Result<bool> import_is_lazy(Thread& t, Dict* globals, Str* name, i64 level);
extern Atomic<bool> g_imports_are_lazy;  // sys.set_lazy_imports("all")
extern GlobalRoot g_lazy_filter;         // sys.set_lazy_imports_filter(); empty: none
// For `lazy from m import a`: the placeholder of attribute `name` of the module placeholder.
Result<> lazy_import_from(Thread& t, Value lazy_module, Str* name);
// Their use: is_lazy_import and lazy_import_resolve in types/module.h.

}  // namespace taipan
