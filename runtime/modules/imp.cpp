// _imp: what importlib needs from the runtime. There are no extension modules; the frozen ones are in imp_frozen.cpp.
#include <sched.h>

#include "runtime/base/siphash.h"
#include "runtime/engine.h"
#include "runtime/import/import.h"
#include "runtime/modules/imp_frozen.h"
#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/thread/safepoint.h"
#include "runtime/types/bytes.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"

namespace taipan {

namespace {

// The global import lock: recursive, per thread.
struct ImportLock {
  Atomic<u64> owner;  // ident of the holder, 0: free
  u32 depth = 0;      // holder only
};
ImportLock g_import_lock;

bool imp_lock_held(Thread&) { return g_import_lock.owner.load_acquire() != 0; }

Status imp_acquire_lock(Thread& t) {
  u64 self = t.ident;
  if (g_import_lock.owner.load_relaxed() == self) {  // only this thread can have stored its own ident
    ++g_import_lock.depth;
    return kDone;
  }
  for (u64 free = 0; !g_import_lock.owner.cas_acquire(free, self); free = 0) {
    Detached away(t);
    sched_yield();
  }
  g_import_lock.depth = 1;
  return kDone;
}

Status imp_release_lock(Thread& t) {
  if (g_import_lock.owner.load_relaxed() != t.ident) {  // own ident only
    return raise(t, RuntimeError, "not holding the import lock");
  }
  if (--g_import_lock.depth == 0) g_import_lock.owner.store_release(0);
  return kDone;
}

// 1: built in; -1: built in but not re-initialisable (sys, builtins).
Result<i64> imp_is_builtin(Thread&, Str* name) {
  if (str_equals(name, "sys") || str_equals(name, "builtins")) return i64{-1};
  return is_native_module(name) ? i64{1} : i64{0};
}

Result<> imp_create_builtin(Thread& t, Value spec) {
  Local<> name(t, TRY(get_attribute(t, spec, names().name)));
  if (!is_a<Str>(name)) return raise(t, TypeError, "spec.name must be a str");
  return Result<>(TRY(import_native(t, name.value().as<Str>())));
}
i64 imp_exec_builtin(Thread&, Value) { return 0; }  // create_builtin has run the module's exec

Result<List> imp_extension_suffixes(Thread& t) { return list_new(t); }
Result<> imp_create_dynamic(Thread& t, Value spec, Opt<Value>) {
  Local<Str> key(t, TRY(str_intern(t, "origin")));
  Local<> origin(t, TRY(get_attribute_or_absent(t, spec, key)));
  return raise(t, ImportError,
               "{}: Taipan cannot load extension modules built for CPython's C API",
               origin.is_empty() ? none_value() : origin.value());
}
i64 imp_exec_dynamic(Thread&, Value) { return 0; }

Status imp_fix_co_filename(Thread& t, Value code, Str* path) { return g_engine.rename_code(t, code, path); }
Result<> imp_override_check(Thread&, Value) { return Result<>::small_int(0); }
Status imp_set_lazy_attributes(Thread&, Value, Value) { return kDone; }

Result<Bytes> imp_source_hash(Thread& t, Value key, Value source) {
  Local<Bytes> data(t, TRY(bytes_from_object(t, source)));
  HashKey k{int_low_bits(key), 0};
  u64 h = siphash13(k, data->data(), data->size());
  return bytes_from(t, {reinterpret_cast<char*>(&h), sizeof h});
}

const NativeDef kFunctions[] = {
    def<imp_lock_held>("lock_held($module, /)", "Is the import lock held?"),
    def<imp_acquire_lock>("acquire_lock($module, /)", "Takes the import lock; the same thread may take it again."),
    def<imp_release_lock>("release_lock($module, /)", "Gives the import lock back."),
    def<imp_is_builtin>("is_builtin($module, name, /)", "Is there a native module of this name?"),
    def<imp_create_builtin>("create_builtin($module, spec, /)", "The native module that a spec names."),
    def<imp_exec_builtin>("exec_builtin($module, mod, /)", "Nothing is left to do."),
    def<imp_extension_suffixes>("extension_suffixes($module, /)", "An empty list: no extension modules."),
    def<imp_create_dynamic>("create_dynamic($module, spec, file=<unrepresentable>, /)", "Raises ImportError."),
    def<imp_exec_dynamic>("exec_dynamic($module, mod, /)", "Nothing."),
    def<imp_fix_co_filename>("_fix_co_filename($module, code, path, /)", "Sets the file name of code from a cache that was made elsewhere."),
    def<imp_override_check>("_override_multi_interp_extensions_check($module, override, /)", "0."),
    def<imp_set_lazy_attributes>("_set_lazy_attributes($module, modobj, name, /)",
                                 "Nothing: lazy imports resolve where they are read."),
    def<imp_source_hash>("source_hash($module, /, key, source)", "SipHash of a source file."),
};

const ConstantDef kConstants[] = {
    text_constant("check_hash_based_pycs", "default"),
};

Status exec(Thread& t, Module* m) {
  TRY(module_add_functions(t, m, imp_frozen_functions()));
  return module_add(t, m, "pyc_magic_number_token", Value::small_int(pyc_magic()));
}

}  // namespace

// As CPython lays the number out: a version, then CR LF, so that text conversions damage it.
u32 pyc_magic() { return static_cast<u32>((g_engine.code_cache_magic() & 0xFFFF) | 0x0A0D0000); }

extern const ModuleDef imp_module_def;
const ModuleDef imp_module_def = {"_imp", "The runtime's part of importlib.", kFunctions, kConstants, exec};

}  // namespace taipan
