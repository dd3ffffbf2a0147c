// builtins: print, input, breakpoint.
#include "runtime/modules/builtins/builtins.h"
#include "runtime/import/import.h"
#include "runtime/modules/sys/audit.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {
namespace {

Status write_to(Thread& t, Value write, Value text) {
  Result<> r = call(t, write, text);
  if (r.is_error()) return kError;
  drop(r);
  return kDone;
}

Result<> builtin_print(Thread& t, Value, const Value* args, u32 nargs, Tuple* kwnames) {
  TRY(check_keywords(t, "print", kwnames, {"sep", "end", "file", "flush"}));
  Value sep = keyword_argument(args, nargs, kwnames, "sep"), end = keyword_argument(args, nargs, kwnames, "end");
  Value file = keyword_argument(args, nargs, kwnames, "file"), flush = keyword_argument(args, nargs, kwnames, "flush");
  Local<> out(t);
  if (file.is_empty() || is_none(file)) {
    Result<> r = sys_get(t, "stdout");
    if (r.is_error()) return kError;
    if (r.is_absent()) return raise(t, RuntimeError, "lost sys.stdout");
    out.set(r);
    if (is_none(out)) return none();  // started without one
  } else {
    out.set(file);
  }
  for (auto [name, v] : {std::pair{"sep", sep}, std::pair{"end", end}}) {
    if (!v.is_empty() && !is_none(v) && !is_a<Str>(v)) return raise(t, TypeError, "{} must be None or a string, not {!T}", name, v);
  }
  Local<> write(t, TRY(get_attribute(t, out, names().write)));
  bool default_sep = sep.is_empty() || is_none(sep);
  for (u32 i = 0; i < nargs; ++i) {
    if (i > 0) TRY(write_to(t, write, default_sep ? Value(str_single(' ')) : sep));
    Value v = args[i].canonical();
    if (is_exact<Str>(v)) {
      TRY(write_to(t, write, v));
    } else {
      Local<Str> text(t, TRY(to_str(t, v)));
      TRY(write_to(t, write, text));
    }
  }
  TRY(write_to(t, write, end.is_empty() || is_none(end) ? Value(str_single('\n')) : end));
  if (!flush.is_empty() && TRY(truth(t, flush))) drop(TRY(call_method(t, out, names().flush)));
  return none();
}

Result<> stream(Thread& t, const char* name) {
  Result<> r = sys_get(t, name);
  if (r.is_error()) return kError;
  if (r.is_absent() || is_none(r.word())) return raise(t, RuntimeError, "input(): lost sys.{}", name);
  return r;
}

Result<> builtin_input(Thread& t, Value, const Value* args, u32 nargs, Tuple* kwnames) {
  if (kwnames != nullptr && kwnames->size() != 0) return raise(t, TypeError, "input() takes no keyword arguments");
  if (nargs > 1) return raise(t, TypeError, "input expected at most 1 argument, got {}", nargs);
  Local<> in(t, TRY(stream(t, "stdin"))), out(t, TRY(stream(t, "stdout"))), err(t, TRY(stream(t, "stderr")));
  TRY(audit(t, "builtins.input", nargs == 1 ? args[0] : none_value()));
  drop(TRY(call_method(t, err, names().flush)));
  if (nargs == 1) {
    Local<Str> text(t, TRY(to_str(t, args[0])));
    drop(TRY(call_method(t, out, names().write, text)));
  }
  drop(TRY(call_method(t, out, names().flush)));
  Local<> line(t, TRY(call_method(t, in, names().readline)));
  if (!is_a<Str>(line)) return raise(t, TypeError, "object.readline() returned non-string");
  Str* text = line.value().as<Str>();
  usize n = text->length();
  if (n == 0) return raise(t, EOFError, "EOF when reading a line");
  if (text->at(n - 1) == '\n') return str_substring(t, text, 0, n - 1);
  return line.give();
}

Result<> builtin_breakpoint(Thread& t, Value, const Value* args, u32 nargs, Tuple* kwnames) {
  Local<> hook(t, TRY(sys_get(t, "breakpointhook")));
  if (hook.is_empty()) return raise(t, RuntimeError, "lost sys.breakpointhook");
  TRY(audit(t, "builtins.breakpoint", hook));
  return call(t, hook, args, nargs, kwnames);
}

const NativeDef kFunctions[] = {
    raw_def("breakpoint($module, /, *args, **kws)", "Call sys.breakpointhook(*args, **kws): by default the debugger pdb.", builtin_breakpoint),
    raw_def("input($module, prompt='', /)", "Read a line from standard input, without its newline.", builtin_input),
    raw_def("print($module, /, *objects, sep=' ', end='\\n', file=None, flush=False)",
            "Prints the values to a stream, or to sys.stdout by default.", builtin_print),
};

}  // namespace

std::span<const NativeDef> builtin_io_functions() { return kFunctions; }

}  // namespace taipan
