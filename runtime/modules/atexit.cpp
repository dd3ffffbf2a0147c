// atexit: functions to call when the program ends, last registered first.
#include "runtime/modules/atexit.h"

#include "runtime/import/import.h"
#include "runtime/memory/publish.h"
#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/types/dict.h"
#include "runtime/types/list_impl.h"
#include "runtime/types/singletons.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

Slot<List> g_callbacks;  // tuples (function, args, kwargs or None)
void visit_roots(EdgeVisitor& visit) { visit(g_callbacks); }

Result<> atexit_register(Thread& t, Value f, Args args, Kwargs kwargs) {
  if (!is_callable(f)) return raise(t, TypeError, "the first argument must be callable");
  Local<Tuple> positional(t, TRY(tuple_from(t, args.items, args.count)));
  Local<> keywords(t, none_value());
  if (kwargs.names != nullptr) {
    Local<Dict> d(t, TRY(dict_new(t)));
    for (usize i = 0; i < kwargs.names->size(); ++i) TRY(dict_set(t, d, (*kwargs.names)[i], kwargs.values[i]));
    keywords.set(d.value());
  }
  Local<Tuple> entry(t, TRY(tuple_of(t, f, positional, keywords)));
  TRY(list_append(t, g_callbacks.borrow(), Value(entry)));
  return own(f);
}

// Takes this very entry out. Others may change the list meanwhile: removals only move it towards the start, which a search
// from the end does not pass by.
void remove_entry(Thread& t, List* list, Value entry) {
  for (usize i = list_size(list); i-- > 0;) {
    if (list_remove_same(t, list, i, entry)) return;
  }
}

Status atexit_unregister(Thread& t, Value f) {
  Local<List> list(t, Value(g_callbacks.borrow()));
  Local<List> entries(t, TRY(list_slice(t, list, 0, PTRDIFF_MAX)));
  for (usize i = list_size(entries); i-- > 0;) {
    Local<> entry(t, TRY(list_get(t, entries, i)));
    Local<> function(t, (*entry.value().as<Tuple>())[0]);
    if (TRY(equal(t, function, f))) remove_entry(t, list, entry.value());
  }
  return kDone;
}

Status atexit_clear(Thread& t) { return list_clear(t, g_callbacks.borrow()); }
i64 atexit_count(Thread&) { return static_cast<i64>(list_size(g_callbacks.borrow())); }
Status atexit_run(Thread& t) {
  run_exit_functions(t);
  return kDone;
}

const NativeDef kFunctions[] = {
    def<atexit_register>("register($module, func, /, *args, **kwargs)", "Calls func(*args, **kwargs) at exit; gives func."),
    def<atexit_unregister>("unregister($module, func, /)", "Forgets all registrations of func."),
    def<atexit_clear>("_clear($module, /)", "Forgets all functions."),
    def<atexit_count>("_ncallbacks($module, /)", "How many functions are registered."),
    def<atexit_run>("_run_exitfuncs($module, /)", "Calls all functions now."),
};

Status atexit_exec(Thread& t, Module*) {
  if (!g_callbacks.is_empty()) return kDone;
  register_root_table(visit_roots);
  g_callbacks.store(&none_object, TRY(list_new(t)));  // a global root is a shared owner (R18)
  return kDone;
}

}  // namespace

void run_exit_functions(Thread& t) {
  if (g_callbacks.is_empty()) return;
  Local<List> list(t, Value(g_callbacks.borrow()));
  while (usize n = list_size(list)) {
    auto r = list_pop(t, list, n - 1);
    if (r.is_error()) return clear_error(t);
    if (r.is_absent()) continue;  // another thread cleared the list meanwhile
    Local<> entry(t, r);
    Tuple* e = entry.value().as<Tuple>();
    Local<> f(t, (*e)[0]), args(t, (*e)[1]), kwargs(t, (*e)[2]);
    auto done = call_tuple(t, f, args.value().as<Tuple>(), is_none(kwargs) ? Value::empty() : kwargs.value());
    if (done.is_error()) {
      write_unraisable(t, "Exception ignored in atexit callback", f);
    } else {
      drop(done);
    }
  }
}

extern const ModuleDef atexit_module_def;
const ModuleDef atexit_module_def = {"atexit", "Functions to call when the program ends.", kFunctions, {}, atexit_exec};

}  // namespace taipan
