// builtins: compile, exec, eval, and the namespaces of the caller.
#include "runtime/modules/builtins/builtins.h"
#include "runtime/engine.h"
#include "runtime/import/import.h"
#include "runtime/modules/sys/audit.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/types/bytes.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {
namespace {

bool is_code(Value v) { return v.is_ref() && &type_of(v.object()) == &code_type; }

// A file name: str, bytes or os.PathLike.
Result<Str> filename_text(Thread& t, Value v) {
  if (is_a<Str>(v)) return own(v.as<Str>());
  if (is_a<Bytes>(v)) return str_from_utf8_surrogateescape(t, v.as<Bytes>()->view());
  Local<Str> name(t, TRY(str_intern(t, "__fspath__")));
  Result<> r = call_special(t, v, name, nullptr, 0);
  if (r.is_error()) return kError;
  if (r.is_absent()) return raise(t, TypeError, "expected str, bytes or os.PathLike object, not {!T}", v);
  Local<> text(t, r);
  if (is_a<Str>(text)) return text.give().cast<Str>();
  if (is_a<Bytes>(text)) return str_from_utf8_surrogateescape(t, text.value().as<Bytes>()->view());
  return raise(t, TypeError, "expected {!T}.__fspath__() to return str or bytes, not {!T}", v, text);
}

Result<> builtin_compile(Thread& t, Value source, Value filename, Value mode, i32 flags, bool dont_inherit, i32 optimize, Value module,
                         i32 feature_version) {
  if (!is_none(module) && !is_a<Str>(module)) {
    return raise(t, TypeError, "compile() argument 'module' must be str or None, not {!T}", module);
  }
  if (!is_a<Str>(mode)) return raise(t, TypeError, "compile() argument 'mode' must be str, not {!T}", mode);
  Local<Str> name(t, TRY(filename_text(t, filename)));
  constexpr i32 kKnownFlags = 0x7630 | 0x1FF0000 | 0x200 | 0x400 | 0x1000 | 0x2000 | 0x4000 | 0x8000 | 0xE0000 | 0x1F00000;
  if (flags & ~kKnownFlags) return raise(t, ValueError, "compile(): unrecognised flags");
  if (optimize < -1 || optimize > 2) return raise(t, ValueError, "compile(): invalid optimize value");
  const char* const kModes[] = {"exec", "eval", "single", "func_type"};
  int number = -1;
  for (int i = 0; i < 4; ++i)
    if (str_equals(mode.as<Str>(), kModes[i])) number = i;
  if (number == 3 && !(flags & 0x400)) return raise(t, ValueError, "compile() mode 'func_type' requires flag PyCF_ONLY_AST");
  if (number < 0) {
    return raise(t, ValueError, flags & 0x400 ? "compile() mode must be 'exec', 'eval', 'single' or 'func_type'"
                                              : "compile() mode must be 'exec', 'eval' or 'single'");
  }
  TRY(audit(t, "compile", source, name));
  CompileRequest request{number, flags, dont_inherit, optimize, module};
  if (feature_version >= 0 && (flags & 0x400)) request.feature_version = feature_version;
  return g_engine.compile(t, source, name, request);
}

// globals and locals as exec() and eval() take them; empty or None: those of the caller.
Status resolve_namespaces(Thread& t, const char* function, Local<>& globals, Local<>& locals, Value given_globals, Value given_locals) {
  if (!is_none(given_globals) && !is_a<Dict>(given_globals)) {
    return raise(t, TypeError, "{}() globals must be a dict, not {!T}", function, given_globals);
  }
  if (!is_none(given_locals) && type_of(given_locals).slots.get_item == nullptr) {
    return raise(t, TypeError, "{}() locals must be a mapping or None, not {!T}", function, given_locals);
  }
  if (is_none(given_globals)) {
    Result<> g = g_engine.current_globals(t);
    if (g.is_error()) return kError;
    if (g.is_absent()) return raise(t, SystemError, "globals and locals cannot be NULL");
    globals.set(g);
    if (is_none(given_locals)) {
      locals.set(TRY(g_engine.current_locals(t)));
    } else {
      locals.set(given_locals);
    }
  } else {
    globals.set(given_globals);
    locals.set(is_none(given_locals) ? given_globals : given_locals);
  }
  return kDone;
}

Result<> run_text(Thread& t, Value source, int mode, Local<>& globals, Local<>& locals, const char* function) {
  if (!is_a<Str>(source) && type_of(source).slots.get_buffer == nullptr && !is_a<Bytes>(source)) {
    return raise(t, TypeError, "{}() arg 1 must be a string, bytes or code object", function);
  }
  Local<> text(t, source);
  if (mode == 1 && is_a<Str>(source)) {
    // eval() ignores leading blanks.
    Str* s = source.as<Str>();
    usize at = 0;
    while (at < s->length() && (s->at(at) == ' ' || s->at(at) == '\t')) ++at;
    if (at > 0) text.set(Result<>(TRY(str_substring(t, s, at, s->length()))));
  }
  Local<Str> name(t, TRY(str_from_ascii(t, "<string>")));
  CompileRequest request{.mode = mode, .dont_inherit = false};
  Local<> module(t);
  if (is_a<Dict>(globals)) {
    module.set(TRY(dict_get_str(t, globals.value().as<Dict>(), names().__name__)));
    if (!module.is_empty() && is_a<Str>(module)) request.module = module;
  }
  Local<> code(t, TRY(g_engine.compile(t, text, name, request)));
  return g_engine.eval_code(t, code, globals, locals, Value::empty());
}

Result<> builtin_eval(Thread& t, Value source, Value globals_in, Value locals_in) {
  Local<> globals(t), locals(t);
  TRY(resolve_namespaces(t, "eval", globals, locals, globals_in, locals_in));
  if (!is_code(source)) return run_text(t, source, 1, globals, locals, "eval");
  Local<Tuple> free(t, TRY(get_attribute(t, source, TRY(str_intern(t, "co_freevars")).word().as<Str>())).cast<Tuple>());
  if (free->size() > 0) return raise(t, TypeError, "code object passed to eval() may not contain free variables");
  return g_engine.eval_code(t, source, globals, locals, Value::empty());
}

Status builtin_exec(Thread& t, Value source, Value globals_in, Value locals_in, Value closure) {
  Local<> globals(t), locals(t);
  TRY(resolve_namespaces(t, "exec", globals, locals, globals_in, locals_in));
  if (!is_code(source)) {
    if (!is_none(closure)) return raise(t, TypeError, "closure argument can only be passed with a code object");
    drop(TRY(run_text(t, source, 0, globals, locals, "exec")));
    return kDone;
  }
  Local<Str> key(t, TRY(str_intern(t, "co_freevars")));
  Local<Tuple> free(t, TRY(get_attribute(t, source, key)).cast<Tuple>());
  if (free->size() == 0 && !is_none(closure)) return raise(t, TypeError, "cannot use a closure with this code object");
  if (free->size() > 0) {
    bool ok = is_exact<Tuple>(closure) && closure.as<Tuple>()->size() == free->size();
    for (usize i = 0; ok && i < free->size(); ++i) ok = &type_of((*closure.as<Tuple>())[i]) == &cell_type;
    if (!ok) return raise(t, TypeError, "code object requires a closure of exactly length {}", static_cast<unsigned long>(free->size()));
  }
  drop(TRY(g_engine.eval_code(t, source, globals, locals, is_none(closure) ? Value::empty() : closure)));
  return kDone;
}

Result<> builtin_globals(Thread& t) {
  Result<> g = g_engine.current_globals(t);
  return !g.is_error() && g.is_absent() ? none() : g;
}
Result<> builtin_locals(Thread& t) {
  Result<> l = g_engine.current_locals(t);
  if (!l.is_error() && l.is_absent()) return raise(t, SystemError, "frame does not exist");
  return l;
}

Result<> builtin_vars(Thread& t, Opt<Value> o) {
  if (!o.present) return builtin_locals(t);
  Result<> d = get_attribute_or_absent(t, o.value, names().__dict__);
  if (!d.is_error() && d.is_absent()) return raise(t, TypeError, "vars() argument must have __dict__ attribute");
  return d;
}

Result<> builtin_dir(Thread& t, Opt<Value> o) {
  Local<List> list(t);
  if (!o.present) {
    Local<> space(t, TRY(builtin_locals(t)));
    Local<> keys(t, TRY(call_method(t, space, names().keys)));
    list.set(TRY(list_new(t)));
    TRY(list_extend(t, list, keys));
  } else {
    Result<> r = call_special(t, o.value, names().__dir__, nullptr, 0);
    if (r.is_error()) return kError;
    if (r.is_absent()) return raise(t, TypeError, "object does not provide __dir__");
    Local<> all(t, r);
    list.set(TRY(list_new(t)));
    TRY(list_extend(t, list, all));
  }
  TRY(list_sort(t, list, none_value(), false));
  return list.give();
}

Result<> builtin_import(Thread& t, Value name, Value globals, Value locals, Value fromlist, i32 level) {
  if (!is_a<Str>(name)) return raise(t, TypeError, "module name must be a string");
  Result<> module = import_name(t, name.as<Str>(), is_none(globals) ? Value::empty() : globals, fromlist, level);
  if (module.is_error()) g_engine.trim_import_frames(t);
  return module;
}

Result<> builtin_lazy_import(Thread& t, Str* name, Value globals, Value locals, Value fromlist, i32 level) {
  Local<> space(t, globals);
  if (is_none(globals)) {
    space.set(TRY(g_engine.current_globals(t)));
  } else if (!is_a<Dict>(globals)) {
    return raise(t, TypeError, "expect dict for globals, got {!T}", globals);
  }
  return lazy_import_new(t, name, space, locals, fromlist, level);
}

const NativeDef kFunctions[] = {
    def<builtin_lazy_import>("__lazy_import__($module, /, name, globals=None, locals=None,\n                fromlist=(), level=0)",
                             "What a lazy import statement calls: an object that imports where it is first used."),
    def<builtin_import>("__import__($module, /, name, globals=None, locals=None, fromlist=(),\n           level=0)",
                        "Import a module.\n\nThe import statement calls it; programs use importlib.import_module()."),
    def<builtin_compile>("compile($module, /, source, filename, mode, flags=0,\n        dont_inherit=False, "
                         "optimize=-1, *, module=None,\n        _feature_version=-1)",
                         "Compile source text into a code object that exec() and eval() run.\n\nmode is 'exec', 'eval' or 'single'."),
    def<builtin_dir>("dir($module, object=<unrepresentable>, /)", "Names in the current scope, or attributes of the object; sorted."),
    def<builtin_eval>("eval($module, source, /, globals=None, locals=None)",
                      "Evaluate an expression: text, or a code object made by compile()."),
    def<builtin_exec>("exec($module, source, /, globals=None, locals=None, *, closure=None)",
                      "Execute statements: text, or a code object made by compile()."),
    def<builtin_globals>("globals($module, /)", "The namespace of the current module."),
    def<builtin_locals>("locals($module, /)", "The current scope's local variables."),
    def<builtin_vars>("vars($module, object=<unrepresentable>, /)", "locals(), or object.__dict__."),
};

}  // namespace

std::span<const NativeDef> builtin_code_functions() { return kFunctions; }

}  // namespace taipan
