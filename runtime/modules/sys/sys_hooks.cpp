// sys: what happens with values, exceptions and breakpoints at top level: the __...hook__ functions.
#include <string>

#include "runtime/config.h"
#include "runtime/engine.h"
#include "runtime/import/import.h"
#include "runtime/modules/sys/sys.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/types/dict.h"
#include "runtime/types/exceptions.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/struct_sequence.h"

namespace taipan {

namespace {

Status write_text(Thread& t, Value file, Value text) {
  Local<> done(t, TRY(call_method(t, file, names().write, text)));
  return kDone;
}
Status write_line(Thread& t, Value file, Value text) {
  TRY(write_text(t, file, text));
  return write_text(t, file, Value(str_single('\n')));
}

// Writes repr(v); characters that the stream cannot encode are escaped.
Status write_repr(Thread& t, Value file, Value v) {
  Local<Str> text(t, TRY(repr(t, v)));
  auto written = write_text(t, file, text);
  if (!written.is_error() || !swallow(t, UnicodeEncodeError)) return written;
  text.set(TRY(to_ascii(t, v)));
  return write_text(t, file, text);
}

Status sys_displayhook(Thread& t, Value v) {
  Local<> builtins(t, TRY(dict_get_str(t, sys_modules(), names().builtins)));
  if (builtins.is_empty()) return raise(t, RuntimeError, "lost builtins module");
  if (is_none(v)) return kDone;
  Local<Str> underscore(t, TRY(str_intern(t, "_")));
  TRY(set_attribute(t, builtins, underscore, none_value()));
  Local<> out(t, TRY(sys_get(t, "stdout")));
  if (out.is_empty() || is_none(out)) return raise(t, RuntimeError, "lost sys.stdout");
  TRY(write_repr(t, out, v));
  TRY(write_text(t, out, Value(str_single('\n'))));
  return set_attribute(t, builtins, underscore, v);
}

Status sys_excepthook(Thread& t, Value, Value value, Value traceback) {
  if (!is_a<BaseException>(value)) return kDone;
  if (!traceback.is_empty() && !is_none(traceback)) {
    TRY(set_attribute(t, value, names().__traceback__, traceback));
  }
  Local<> file(t, TRY(sys_get(t, "stderr")));
  if (file.is_empty() || is_none(file)) return kDone;
  return g_engine.print_exception(t, value, file);
}

constexpr StructField kUnraisableFields[] = {{"exc_type", "Exception type"},
                                             {"exc_value", "Exception value"},
                                             {"exc_traceback", "Exception traceback"},
                                             {"err_msg", "What was being done"},
                                             {"object", "Object causing the exception"}};
constexpr StructSequenceDef kUnraisable = {"UnraisableHookArgs", "What sys.unraisablehook is given.",
                                           kUnraisableFields, 5, false};
Slot<Type> g_unraisable_type;

Status sys_unraisablehook(Thread& t, Value args) {
  Local<> file(t, TRY(sys_get(t, "stderr")));
  if (file.is_empty() || is_none(file)) return kDone;
  auto field = [&](const char* name) -> Result<> {
    Local<Str> key(t, TRY(str_intern(t, name)));
    return get_attribute(t, args, key);
  };
  Local<> message(t, TRY(field("err_msg"))), object(t, TRY(field("object")));
  Local<> value(t, TRY(field("exc_value"))), type(t, TRY(field("exc_type")));
  Local<Str> line(t);
  Local<Str> shown(t);
  if (!is_none(object)) {
    auto r = repr(t, object);
    if (r.is_error()) {
      clear_error(t);
      r = str_from_ascii(t, "<object repr() failed>");
    }
    shown.set(TRY(r));
  }
  if (is_none(message)) {
    line.set(is_none(object) ? TRY(str_from_ascii(t, "Exception ignored:"))
                             : TRY(str_format(t, "Exception ignored in: {}", shown.value())));
  } else {
    line.set(is_none(object) ? TRY(str_format(t, "{}:", message.value()))
                             : TRY(str_format(t, "{}: {}", message.value(), shown.value())));
  }
  TRY(write_line(t, file, line));
  if (is_none(value)) {
    Local<> name(t, TRY(get_attribute(t, type, names().__name__)));
    return write_line(t, file, name);
  }
  return g_engine.print_exception(t, value, file);
}

Result<Str> unraisable_message(Thread& t, const char* while_doing, Value object) {
  if (object.is_empty()) return str_from_ascii(t, while_doing);
  Result<Str> text = repr(t, object);
  if (text.is_error()) {
    clear_error(t);
    text = str_from_ascii(t, "<object repr() failed>");
  }
  Local<Str> shown(t, TRY(text));
  return str_format(t, "{} {}", while_doing, shown);
}

// sys.unraisablehook(...) for an exception in a place that cannot raise. Never fails: what the hook itself
// raises goes to stderr, the rest is lost.
void unraisable(Thread& t, const char* while_doing, Value object) {
  if (!error_pending(t)) return;
  // Raised by C++ code: where that was called from.
  if (t.exc.as<BaseException>()->traceback.is_empty() && g_engine.add_traceback) g_engine.add_traceback(t);
  Local<BaseException> error(t, take_error(t));
  Local<> hook(t);
  auto report = [&]() -> Status {
    hook.set(TRY(sys_get(t, "unraisablehook")));
    if (hook.is_empty() || is_none(hook)) return kDone;
    Local<Tuple> args(t, TRY(struct_sequence_new(t, *g_unraisable_type.borrow())));
    struct_sequence_set(args, 0, Value(&type_of(error.value())));
    struct_sequence_set(args, 1, error.value());
    Local<> traceback(t, TRY(get_attribute(t, error, names().__traceback__)));
    struct_sequence_set(args, 2, traceback.value());
    Local<> message(t, none_value());
    if (while_doing != nullptr) message.set(Result<>(TRY(unraisable_message(t, while_doing, object))));
    struct_sequence_set(args, 3, message.value());
    struct_sequence_set(args, 4, object.is_empty() || while_doing != nullptr ? none_value() : object);
    Local<> done(t, TRY(call(t, hook, args)));
    return kDone;
  };
  if (report().is_error()) {
    Local<BaseException> second(t, take_error(t));
    auto file = sys_get(t, "stderr");
    if (file.is_error() || file.is_absent()) return clear_error(t);
    Local<> stream(t, file);
    Result<Str> text = unraisable_message(t, "Exception ignored in sys.unraisablehook:", hook);
    if (text.is_error() || write_line(t, stream, Local<Str>(t, text)).is_error()) clear_error(t);
    if (g_engine.print_exception != nullptr && g_engine.print_exception(t, second, stream).is_error()) {
      clear_error(t);
    }
  }
}

// PYTHONBREAKPOINT: "0" switches breakpoint() off, MODULE.FUNCTION or a built-in's name is called instead of pdb.
Result<> sys_breakpointhook(Thread& t, Args args, Kwargs kwargs) {
  const char* wanted = environment_variable("PYTHONBREAKPOINT");
  std::string path = wanted != nullptr ? wanted : "pdb.set_trace";
  if (path == "0") return none();
  usize dot = path.rfind('.');
  std::string module = dot == std::string::npos ? "builtins" : path.substr(0, dot);
  Result<> found = import_attribute(t, module.c_str(), path.substr(dot + 1).c_str());
  bool unknown = found.is_error() && (dot == 0 || error_matches(t, ImportError) || error_matches(t, AttributeError) ||
                                      error_matches(t, ValueError));
  if (unknown) {
    clear_error(t);
    Local<Str> text(t, TRY(str_from_utf8_surrogateescape(t, "Ignoring unimportable $PYTHONBREAKPOINT: \"" + path + "\"")));
    TRY(warn(t, RuntimeWarning, text));
    return none();
  }
  Local<> function(t, TRY(found));
  return call(t, function, args.items, args.count, kwargs.names);
}

const NativeDef kHooks[] = {
    def<sys_displayhook>("displayhook($module, object, /)", "Prints a value to sys.stdout and keeps it in builtins._"),
    def<sys_excepthook>("excepthook($module, exctype, value, traceback, /)",
                        "Prints an exception with its traceback to sys.stderr."),
    def<sys_unraisablehook>("unraisablehook($module, unraisable, /)", "Prints an exception nobody can handle."),
    def<sys_breakpointhook>("breakpointhook($module, /, *args, **kwargs)", "What breakpoint() calls: pdb."),
};

}  // namespace

std::span<const NativeDef> sys_hook_functions() { return kHooks; }

Status sys_hooks_exec(Thread& t, Module* sys) {
  g_engine.write_unraisable = unraisable;
  g_unraisable_type.store(&none_object, TRY(struct_sequence_type(t, kUnraisable)));
  Value type(g_unraisable_type.borrow());
  TRY(module_add(t, sys, "UnraisableHookArgs", type));
  struct {
    const char* hook;
    const char* kept;
  } pairs[] = {{"displayhook", "__displayhook__"},
               {"excepthook", "__excepthook__"},
               {"unraisablehook", "__unraisablehook__"},
               {"breakpointhook", "__breakpointhook__"}};
  for (auto& p : pairs) {
    Local<Str> key(t, TRY(str_intern(t, p.hook)));
    Local<> f(t, TRY(module_get(t, sys, key)));
    TRY(module_add(t, sys, p.kept, f));
  }
  return kDone;
}

}  // namespace taipan
