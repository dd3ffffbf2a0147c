// _thread: the table of the module, and what becomes of exceptions that leave a threading.Thread.
#include "runtime/modules/thread/thread_module.h"

#include "runtime/engine.h"
#include "runtime/import/import.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/types/exceptions.h"
#include "runtime/types/int.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/struct_sequence.h"

namespace taipan {

namespace {

constexpr StructField kHookFields[] = {{"exc_type", "Exception type"},
                                       {"exc_value", "Exception value"},
                                       {"exc_traceback", "Exception traceback"},
                                       {"thread", "Thread"}};
constexpr StructSequenceDef kHookArgs = {"_thread._ExceptHookArgs", "Type used to pass arguments to threading.excepthook.",
                                         kHookFields, 4};
Type* g_hook_args_type;

// threading.excepthook: prints the exception with the thread's name; SystemExit is silent.
Status excepthook(Thread& t, Value args) {
  if (&type_of(args) != g_hook_args_type) {
    return raise(t, TypeError, "_thread._excepthook argument type must be ExceptHookArgs");
  }
  Tuple* a = args.as<Tuple>();
  Local<> type(t, (*a)[0]), value(t, (*a)[1]), traceback(t, (*a)[2]), thread(t, (*a)[3]);
  if (same(type, Value(&SystemExit))) return kDone;
  Local<> file(t, TRY(sys_get(t, "stderr")));
  if (file.is_empty() || is_none(file)) {
    if (is_none(thread)) return kDone;
    Local<Str> key(t, TRY(str_intern(t, "_stderr")));
    file.set(TRY(get_attribute(t, thread, key)));
    if (is_none(file)) return kDone;
  }
  Local<> name(t);
  if (!is_none(thread)) name.set(TRY(get_attribute_or_absent(t, thread, names().name)));
  Local<Str> line(t);
  if (name.is_empty()) {
    line.set(TRY(str_format(t, "Exception in thread {}:\n", t.ident)));
  } else {
    line.set(TRY(str_format(t, "Exception in thread {}:\n", name.value())));
  }
  Local<> written(t, TRY(call_method(t, file, names().write, line)));
  if (!is_none(value)) TRY(g_engine.print_exception(t, value, file));
  Local<> flushed(t, TRY(call_method(t, file, names().flush)));
  return kDone;
}

const NativeDef kFunctions[] = {
    def<excepthook>("_excepthook($module, args, /)", "Handles an exception that left Thread.run()."),
};

const ConstantDef kConstants[] = {
    float_constant("TIMEOUT_MAX", 9223372036.0),
    int_constant("_NAME_MAXLEN", 15),
};

Status thread_exec(Thread& t, Module* m) {
  TRY(locks_exec(t, m));
  TRY(thread_start_exec(t, m));
  TRY(thread_local_exec(t, m));
  TRY(module_add_functions(t, m, lock_functions()));
  TRY(module_add_functions(t, m, thread_start_functions()));
  Local<Type> args(t, TRY(struct_sequence_type(t, kHookArgs)));
  g_hook_args_type = args.get();
  TRY(module_add(t, m, "_ExceptHookArgs", args));
  return module_add(t, m, "error", Value(&RuntimeError));
}

}  // namespace

extern const ModuleDef thread_module_def;
const ModuleDef thread_module_def = {"_thread", "Threads and locks, as the module threading needs them.", kFunctions,
                                     kConstants, thread_exec};

}  // namespace taipan
