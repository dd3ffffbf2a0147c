// sys: functions about the running program, and the module's table.
#include <dlfcn.h>

#include <cstdlib>
#include <cstring>

#include "runtime/config.h"
#include "runtime/engine.h"
#include "runtime/import/import.h"
#include "runtime/modules/sys/audit.h"
#include "runtime/modules/sys/sys.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/limits.h"
#include "runtime/thread/local.h"
#include "runtime/thread/safepoint.h"
#include "runtime/thread/signals.h"
#include "runtime/types/dict.h"
#include "runtime/types/exceptions.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

Result<> sys_exit(Thread& t, Value status) {
  if (is_none(status)) return raise_none(t, SystemExit);
  if (is_a<Tuple>(status)) {
    Local<> error(t, TRY(call_tuple(t, &SystemExit, status.as<Tuple>(), Value::empty())));
    return (void)raise_object(t, error), kError;
  }
  return raise_value(t, SystemExit, status);
}

Result<> sys_exception(Thread& t) {
  if (t.handled.is_empty()) return none();
  return own(t.handled);
}

Result<> sys_exc_info(Thread& t) {
  if (t.handled.is_empty()) return Result<>(TRY(tuple_of(t, none_value(), none_value(), none_value())));
  Local<> error(t, t.handled);
  Local<> traceback(t, TRY(get_attribute(t, error, names().__traceback__)));
  return Result<>(TRY(tuple_of(t, &type_of(error), error, traceback)));
}

i32 sys_getrecursionlimit(Thread& t) { return t.recursion_limit; }
Status sys_setrecursionlimit(Thread& t, i32 limit) {
  if (limit < 1) return raise(t, ValueError, "recursion limit must be greater or equal than 1");
  if (t.depth >= limit) {
    return raise(t, RecursionError,
                 "cannot set the recursion limit to {} at the recursion depth {}: the limit is too low", limit,
                 t.depth);
  }
  set_recursion_limit(limit);
  return kDone;
}

Result<> sys_intern(Thread& t, Value s) {
  if (!is_exact<Str>(s)) {
    return raise(t, TypeError, is_a<Str>(s) ? "can't intern {!T}" : "intern() argument must be str, not {!T}", s);
  }
  return Result<>(TRY(str_intern(t, s.as<Str>())));
}
bool sys_is_interned(Thread&, Str* s) { return s->is_interned(); }
bool sys_is_immortal(Thread&, Value v) { return !v.is_ref() || v.object()->is_immortal(); }

// Heap references and, for local objects, those of registers; plus the argument, as in CPython.
Result<> sys_getrefcount(Thread&, Value v) {
  if (!v.is_ref()) return Result<>::small_int(0xffffffffll);
  u32 w = v.object()->count.load_relaxed();  // a snapshot
  if (static_cast<i32>(w) < 0) return Result<>::small_int(0xffffffffll);
  return Result<>::small_int(static_cast<i64>(w >> 3) + (v.object()->is_local() ? 0 : 1));
}

Result<> sys_getsizeof(Thread& t, Value v, Opt<Value> fallback) {
  Local<> size(t);
  auto r = call_special(t, v, names().__sizeof__, nullptr, 0);
  if (r.is_error()) {
    if (!fallback || !swallow(t, TypeError)) return kError;
    return own(*fallback);
  }
  if (r.is_absent()) {
    if (fallback) return own(*fallback);
    return raise(t, TypeError, "Type {!T} doesn't define __sizeof__", v);
  }
  size.set(r);
  i64 n = TRY(to_ssize(t, size));
  if (n < 0) return raise(t, ValueError, "__sizeof__() should return >= 0");
  return Result<>::small_int(n);
}

Result<> sys_getframe(Thread& t, i32 depth) {
  Local<> frame(t, TRY(g_engine.get_frame(t, depth < 0 ? 0 : static_cast<u32>(depth))));
  if (frame.is_empty()) return raise(t, ValueError, "call stack is not deep enough");
  TRY(audit(t, "sys._getframe", frame));
  return frame.give();
}

Result<Dict> sys_current_frames(Thread& t) {
  TRY(audit(t, "sys._current_frames", Value::empty()));
  return g_engine.current_frames(t);
}

struct CurrentExceptions {
  Thread& t;
  Dict* found;

  Status add(Thread& x) {
    Value handled = x.handled.is_empty() ? none_value() : Value(x.handled).canonical();
    if (&x != &t && !handled.object()->is_shared()) publish_for_store(handled.object());
    Local<> ident(t, TRY(int_from_u64(t, x.ident)));
    return dict_set(t, found, ident, handled);
  }
};
Result<Dict> sys_current_exceptions(Thread& t) {
  TRY(audit(t, "sys._current_exceptions", Value::empty()));
  Local<Dict> found(t, TRY(dict_new(t)));
  CurrentExceptions each{t, found};
  StoppedWorld stopped(t);
  bool done = for_each_stopped_thread(
      [](Thread& x, void* data) { return !static_cast<CurrentExceptions*>(data)->add(x).is_error(); }, &each);
  if (!done) return kError;
  return found.give();
}

Result<> sys_getframemodulename(Thread& t, i32 depth) {
  TRY(audit(t, "sys._getframemodulename", Value::small_int(depth)));
  Local<> frame(t, TRY(g_engine.get_frame(t, depth < 0 ? 0 : static_cast<u32>(depth))));
  if (frame.is_empty()) return none();
  Local<Str> key(t, TRY(str_intern(t, "f_globals")));
  Local<> globals(t, TRY(get_attribute(t, frame, key)));
  Local<> name(t, TRY(dict_get_str(t, globals.value().as<Dict>(), names().__name__)));
  if (name.is_empty()) return none();
  return name.give();
}

i64 sys_get_int_max_str_digits(Thread&) { return g_int_max_str_digits.load_relaxed(); }
Status sys_set_int_max_str_digits(Thread& t, i64 n) {
  if (n != 0 && n < 640) return raise(t, ValueError, "maxdigits must be >= 640 or 0 for unlimited");
  if (n > 0x7fffffff) return raise(t, OverflowError, "Python int too large to convert to C int");
  g_int_max_str_digits.store_relaxed(n);
  return kDone;
}

Result<Str> sys_getdefaultencoding(Thread& t) { return str_intern(t, "utf-8"); }
Result<Str> sys_getfilesystemencodeerrors(Thread& t) { return str_intern(t, "surrogateescape"); }

f64 sys_getswitchinterval(Thread&) { return static_cast<f64>(switch_interval()) / 1e9; }
Status sys_setswitchinterval(Thread& t, f64 seconds) {
  if (!(seconds > 0)) return raise(t, ValueError, "switch interval must be strictly positive");
  set_switch_interval(seconds > 1e9 ? i64{1} << 60 : static_cast<i64>(seconds * 1e9));
  return kDone;
}

Atomic<i32> g_dlopen_flags{RTLD_NOW};
i32 sys_getdlopenflags(Thread&) { return g_dlopen_flags.load_relaxed(); }
Status sys_setdlopenflags(Thread&, i32 flags) {
  g_dlopen_flags.store_relaxed(flags);
  return kDone;
}

bool sys_is_finalizing(Thread&) { return g_finalizing.load_acquire(); }
bool sys_is_gil_enabled(Thread&) { return g_config.gil; }
bool sys_false(Thread&) { return false; }
Status sys_nothing(Thread&) { return kDone; }

// -X cpu_count / PYTHON_CPU_COUNT: -1 when neither is given.
i64 sys_get_cpu_count_config(Thread&) { return g_config.cpu_count; }

Status sys_audit(Thread& t, Str* event, Args args) {
  Local<Tuple> tuple(t, TRY(tuple_from(t, args.items, args.count)));
  return audit_tuple(t, event, tuple);
}
Status sys_addaudithook(Thread& t, Value hook) { return audit_add_hook(t, hook); }

// Tracing and profiling are not there yet: there is never a function, and setting one says so.
template <Watcher kWatcher>
Result<> sys_get_watcher(Thread& t) {
  return g_engine.get_watcher(t, kWatcher);
}
template <Watcher kWatcher, bool kAllThreads>
Status sys_set_watcher(Thread& t, Value f) {
  TRY(audit(t, kWatcher == Watcher::Trace ? "sys.settrace" : "sys.setprofile", Value::empty()));
  return g_engine.set_watcher(t, kWatcher, f, kAllThreads);
}
Result<> sys_call_tracing(Thread& t, Value f, Tuple* args) { return g_engine.call_watched(t, f, args); }

// Lazy imports (PEP 810).
Result<Str> sys_get_lazy_imports(Thread& t) { return str_intern(t, g_imports_are_lazy.load_relaxed() ? "all" : "normal"); }
Status sys_set_lazy_imports(Thread& t, Value mode) {
  if (!is_a<Str>(mode)) return raise(t, TypeError, "mode must be a string: 'normal' or 'all'");
  bool all = str_equals(mode.as<Str>(), "all");
  if (!all && !str_equals(mode.as<Str>(), "normal")) return raise(t, ValueError, "mode must be 'normal' or 'all'");
  g_imports_are_lazy.store_relaxed(all);
  return kDone;
}
Result<> sys_get_lazy_imports_filter(Thread&) {
  return g_lazy_filter.is_empty() ? none() : own(g_lazy_filter.borrow());
}
Status sys_set_lazy_imports_filter(Thread& t, Value filter) {
  if (!is_none(filter) && !is_callable(filter)) {
    return raise(t, ValueError, "filter provided but is not callable");
  }
  g_lazy_filter.set(t, is_none(filter) ? Value::empty() : filter);
  return kDone;
}

const NativeDef kFunctions[] = {
    def<sys_exit>("exit($module, status=None, /)", "Leaves the program by raising SystemExit(status)."),
    def<sys_exception>("exception($module, /)", "The exception being handled, or None."),
    def<sys_exc_info>("exc_info($module, /)", "Type, value and traceback of the exception being handled."),
    def<sys_getrecursionlimit>("getrecursionlimit($module, /)", "The deepest allowed nesting of Python calls."),
    def<sys_setrecursionlimit>("setrecursionlimit($module, limit, /)", "Sets the deepest allowed nesting of calls."),
    def<sys_intern>("intern($module, string, /)", "The one string of this text in the intern table."),
    def<sys_is_interned>("_is_interned($module, string, /)", "Is this string in the intern table?"),
    def<sys_is_immortal>("_is_immortal($module, op, /)", "Is the object uncounted for good?"),
    def<sys_getrefcount>("getrefcount($module, object, /)", "The number of counted references."),
    def<sys_getsizeof>("getsizeof($module, object, default=<unrepresentable>)", "The size of an object in bytes."),
    def<sys_getframe>("_getframe($module, depth=0, /)", "The frame `depth` calls up the stack."),
    def<sys_current_exceptions>("_current_exceptions($module, /)",
                                "Thread identifiers and the exceptions they are handling."),
    def<sys_current_frames>("_current_frames($module, /)", "Thread identifiers and the frames they are in."),
    def<sys_getframemodulename>("_getframemodulename($module, /, depth=0)", "The module name of a frame."),
    def<sys_get_int_max_str_digits>("get_int_max_str_digits($module, /)", "Limit of digits between int and str."),
    def<sys_set_int_max_str_digits>("set_int_max_str_digits($module, /, maxdigits)", "Sets that limit; 0: none."),
    def<sys_getdefaultencoding>("getdefaultencoding($module, /)", "'utf-8'"),
    def<sys_getdefaultencoding>("getfilesystemencoding($module, /)", "'utf-8'"),
    def<sys_getfilesystemencodeerrors>("getfilesystemencodeerrors($module, /)", "'surrogateescape'"),
    def<sys_getswitchinterval>("getswitchinterval($module, /)", "Seconds between switches under -X gil=1."),
    def<sys_setswitchinterval>("setswitchinterval($module, interval, /)", "Sets that interval."),
    def<sys_getdlopenflags>("getdlopenflags($module, /)", "Flags for dlopen()."),
    def<sys_setdlopenflags>("setdlopenflags($module, flags, /)", "Sets the flags for dlopen()."),
    def<sys_is_finalizing>("is_finalizing($module, /)", "Is the program on its way out?"),
    def<sys_is_gil_enabled>("_is_gil_enabled($module, /)", "Is there one global lock (-X gil=1)?"),
    def<sys_false>("is_stack_trampoline_active($module, /)", "False."),
    def<sys_false>("is_remote_debug_enabled($module, /)", "False."),
    def<sys_nothing>("_clear_type_cache($module, /)", "Nothing: caches are always valid."),
    def<sys_nothing>("_clear_internal_caches($module, /)", "Nothing: caches are always valid."),
    def<sys_get_watcher<Watcher::Trace>>("gettrace($module, /)", "The trace function, or None."),
    def<sys_set_watcher<Watcher::Trace, false>>("settrace($module, function, /)", "Sets the trace function."),
    def<sys_get_watcher<Watcher::Profile>>("getprofile($module, /)", "The profile function, or None."),
    def<sys_set_watcher<Watcher::Profile, false>>("setprofile($module, function, /)", "Sets the profile function."),
    def<sys_set_watcher<Watcher::Trace, true>>("_settraceallthreads($module, function, /)", "Sets the trace function of all threads."),
    def<sys_set_watcher<Watcher::Profile, true>>("_setprofileallthreads($module, function, /)", "Sets the profile function of all threads."),
    def<sys_get_cpu_count_config>("_get_cpu_count_config($module, /)", "The configured number of processors, or -1."),
    def<sys_audit>("audit($module, event, /, *args)", "Passes an event to the audit hooks."),
    def<sys_addaudithook>("addaudithook($module, /, hook)", "Adds an audit hook, for good."),
    def<sys_call_tracing>("call_tracing($module, func, args, /)", "Calls func(*args) with tracing allowed."),
    def<sys_get_lazy_imports>("get_lazy_imports($module, /)", "The mode of lazy imports."),
    def<sys_set_lazy_imports>("set_lazy_imports($module, /, mode)", "Sets the mode of lazy imports."),
    def<sys_get_lazy_imports_filter>("get_lazy_imports_filter($module, /)", "The filter of lazy imports, or None."),
    def<sys_set_lazy_imports_filter>("set_lazy_imports_filter($module, /, filter)", "Sets that filter."),
};

const ConstantDef kConstants[] = {
    int_constant("maxsize", INT64_MAX),
    int_constant("maxunicode", 0x10ffff),
    int_constant("hexversion", 0x030f00f0),
    int_constant("api_version", 1013),
    text_constant("byteorder", "little"),
    text_constant("platform", "linux"),
    text_constant("platlibdir", "lib"),
    text_constant("abiflags", "t"),
    text_constant("float_repr_style", "short"),
    text_constant("_framework", ""),
    text_constant("version", "3.15.0 (Taipan 0.1.0) [GCC " __VERSION__ "]"),
    text_constant("copyright",
                  "Copyright (c) 2026 The Taipan authors. The standard library: Python Software Foundation."),
};

// sys._jit, as CPython shows its own JIT: there is none in the interpreter.
const NativeDef kJitFunctions[] = {
    def<sys_false>("is_available($module, /)", "False."),
    def<sys_false>("is_enabled($module, /)", "False."),
    def<sys_false>("is_active($module, /)", "False."),
};
const ModuleDef kJit = {"sys._jit", "The state of the JIT compiler.", kJitFunctions};

Status sys_exec(Thread& t, Module* sys) {
  Local<Module> jit(t, TRY(make_native_module(t, kJit)));
  TRY(module_add(t, sys, "_jit", jit));
  for (auto part : {sys_hook_functions(), sys_async_functions()}) TRY(module_add_functions(t, sys, part));
  TRY(sys_info_exec(t, sys));
  TRY(sys_config_exec(t, sys));
  Local<Module> monitoring(t, TRY(g_engine.make_monitoring(t)));
  TRY(module_add(t, sys, "monitoring", monitoring));
  return sys_hooks_exec(t, sys);
}

}  // namespace

extern const ModuleDef sys_module_def;
const ModuleDef sys_module_def = {"sys", "What the running program can see of its interpreter.", kFunctions,
                                  kConstants, sys_exec};

}  // namespace taipan
