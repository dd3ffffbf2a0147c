// sys.monitoring (PEP 669): the registry of tools. No event is ever sent yet: switching one on says so.
#include "runtime/memory/publish.h"
#include "runtime/modules/sys/sys.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/types/dict.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

constexpr i64 kTools = 6;
Slot<> g_tools[kTools];
void visit_roots(EdgeVisitor& visit) { visit.slots(g_tools, kTools); }

Status check_tool(Thread& t, i64 id) {
  if (id < 0 || id >= kTools) return raise(t, ValueError, "invalid tool {} (must be between 0 and 5)", static_cast<long>(id));
  return kDone;
}
Status use_tool_id(Thread& t, i64 id, Value name) {
  TRY(check_tool(t, id));
  if (!is_a<Str>(name)) return raise(t, ValueError, "tool name must be a str");
  if (!g_tools[id].is_empty()) return raise(t, ValueError, "tool {} is already in use", static_cast<long>(id));
  g_tools[id].store(&none_object, name);
  return kDone;
}
Status clear_tool_id(Thread& t, i64 id) { return check_tool(t, id); }
Status free_tool_id(Thread& t, i64 id) {
  TRY(check_tool(t, id));
  g_tools[id].store(&none_object, Value::empty());
  return kDone;
}
Result<> get_tool(Thread& t, i64 id) {
  TRY(check_tool(t, id));
  Value v = g_tools[id].borrow();
  return v.is_empty() ? none() : own(v);
}
Status need_tool(Thread& t, i64 id) {
  TRY(check_tool(t, id));
  if (g_tools[id].is_empty()) return raise(t, ValueError, "tool {} is not in use", static_cast<long>(id));
  return kDone;
}
Result<> register_callback(Thread& t, i64 id, i64, Value) {
  TRY(check_tool(t, id));
  return none();
}
Result<i64> get_events(Thread& t, i64 id) {
  TRY(need_tool(t, id));
  return i64{0};
}
Status no_events(Thread& t, i64 events) {
  if (events == 0) return kDone;
  return raise(t, NotImplementedError, "monitoring events are not supported yet");
}
Status set_events(Thread& t, i64 id, i64 events) {
  TRY(need_tool(t, id));
  return no_events(t, events);
}
Result<i64> get_local_events(Thread& t, i64 id, Value) { return get_events(t, id); }
Status set_local_events(Thread& t, i64 id, Value, i64 events) { return set_events(t, id, events); }
Status restart_events(Thread&) { return kDone; }

const NativeDef kFunctions[] = {
    def<use_tool_id>("use_tool_id($module, tool_id, name, /)", "Claims a tool."),
    def<clear_tool_id>("clear_tool_id($module, tool_id, /)", "Forgets a tool's events."),
    def<free_tool_id>("free_tool_id($module, tool_id, /)", "Gives a tool back."),
    def<get_tool>("get_tool($module, tool_id, /)", "The name of a tool, or None."),
    def<register_callback>("register_callback($module, tool_id, event, func, /)", "Sets the function of an event; the old one."),
    def<get_events>("get_events($module, tool_id, /)", "The active events of a tool."),
    def<set_events>("set_events($module, tool_id, event_set, /)", "Sets the active events of a tool."),
    def<get_local_events>("get_local_events($module, tool_id, code, /)", "The active events of a tool in a code object."),
    def<set_local_events>("set_local_events($module, tool_id, code, event_set, /)", "Sets them."),
    def<restart_events>("restart_events($module, /)", "Undoes all DISABLE answers."),
};
const ConstantDef kConstants[] = {
    int_constant("DEBUGGER_ID", 0), int_constant("COVERAGE_ID", 1), int_constant("PROFILER_ID", 2),
    int_constant("OPTIMIZER_ID", 5),
};
const ModuleDef kMonitoring = {"sys.monitoring", "Tools that watch a running program (PEP 669).", kFunctions, kConstants};

constexpr const char* kEvents[] = {"PY_START", "PY_RESUME", "PY_RETURN", "PY_YIELD", "CALL", "LINE", "INSTRUCTION",
                                   "JUMP", "BRANCH_LEFT", "BRANCH_RIGHT", "STOP_ITERATION", "RAISE",
                                   "EXCEPTION_HANDLED", "PY_UNWIND", "PY_THROW", "RERAISE", "C_RETURN", "C_RAISE",
                                   "BRANCH"};

}  // namespace

Status sys_monitoring_exec(Thread& t, Module* sys) {
  register_root_table(visit_roots);
  Local<Module> m(t, TRY(make_native_module(t, kMonitoring)));
  Local<Dict> events(t, TRY(dict_new(t)));
  auto put = [&](const char* name, i64 v) -> Status {
    Local<Str> key(t, TRY(str_intern(t, name)));
    return dict_set(t, events, key, Value::small_int(v));
  };
  for (usize i = 0; i < std::size(kEvents); ++i) TRY(put(kEvents[i], i64{1} << i));
  TRY(put("NO_EVENTS", 0));
  Local<Tuple> none_args(t, Value(empty_tuple()));
  Local<> ns(t, TRY(call_tuple(t, &simple_namespace_type, none_args, events)));
  TRY(module_add(t, m, "events", ns));
  for (const char* name : {"DISABLE", "MISSING"}) {
    Local<> marker(t, TRY(call(t, &object_type)));
    TRY(module_add(t, m, name, marker));
  }
  return module_add(t, sys, "monitoring", m);
}

}  // namespace taipan
