// sys.monitoring: the functions of the module; interp/loop/monitoring.h is what they change.
#include "interp/loop/monitoring.h"

#include <cstdio>

#include "interp/loop/watch.h"
#include "interp/modules/modules.h"
#include "runtime/memory/publish.h"
#include "runtime/modules/sys/audit.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/thread/futex.h"
#include "runtime/native/def.h"
#include "runtime/types/dict.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {
namespace {

constexpr const char* kEventNames[kMonitorEvents] = {
    "PY_START", "PY_RESUME", "PY_RETURN", "PY_YIELD", "CALL", "LINE", "INSTRUCTION", "JUMP", "BRANCH_LEFT", "BRANCH_RIGHT",
    "STOP_ITERATION", "RAISE", "EXCEPTION_HANDLED", "PY_UNWIND", "PY_THROW", "RERAISE", "C_RETURN", "C_RAISE", "BRANCH"};
constexpr u32 kCalls = event_bit(MonitorEvent::CReturn) | event_bit(MonitorEvent::CRaise);
constexpr u32 kAllCalls = kCalls | event_bit(MonitorEvent::Call);
constexpr u32 kBranches = event_bit(MonitorEvent::BranchLeft) | event_bit(MonitorEvent::BranchRight);

void visit_roots(EdgeVisitor& visit) {
  for (MonitorTool& tool : g_monitor_tools) {
    visit(tool.name);
    visit.slots(tool.callbacks, kMonitorEvents);
  }
  visit(g_monitor_disable, g_monitor_missing);
}

Result<u32> check_tool(Thread& t, i64 id) {
  if (id >= 0 && id < kMonitorTools) return static_cast<u32>(id);
  return raise(t, ValueError, "invalid tool {} (must be between 0 and 5)", static_cast<long>(id));
}
Result<u32> used_tool(Thread& t, i64 id) {
  u32 tool = TRY(check_tool(t, id));
  if (g_monitor_tools[tool].name.is_empty()) return raise(t, ValueError, "tool {} is not in use", static_cast<long>(id));
  return tool;
}

// Two threads that want the same tool: one gets it.
Status use_tool_id(Thread& t, i64 id, Value name) {
  u32 tool = TRY(check_tool(t, id));
  if (!is_a<Str>(name)) return raise(t, ValueError, "tool name must be a str");
  static RawMutex claiming;
  publish(t, name);
  bool free;
  {
    RawGuard guard(claiming);
    free = g_monitor_tools[tool].name.is_empty();
    if (free) g_monitor_tools[tool].name.store(&none_object, name);
  }
  if (!free) return raise(t, ValueError, "tool {} is already in use", static_cast<long>(id));
  return kDone;
}
Status clear_tool_id(Thread& t, i64 id) {
  u32 tool = TRY(check_tool(t, id));
  if (!g_monitor_tools[tool].name.is_empty()) clear_tool(t, tool);
  return kDone;
}
Status free_tool_id(Thread& t, i64 id) {
  u32 tool = TRY(check_tool(t, id));
  if (g_monitor_tools[tool].name.is_empty()) return kDone;
  clear_tool(t, tool);
  g_monitor_tools[tool].name.store(&none_object, Value::empty());
  return kDone;
}
Result<> get_tool(Thread& t, i64 id) {
  Value v = g_monitor_tools[TRY(check_tool(t, id))].name.borrow();
  return v.is_empty() ? none() : own(v);
}

Result<> register_callback(Thread& t, i64 id, i64 event, Value f) {
  u32 tool = TRY(check_tool(t, id));
  if (event <= 0 || (event & (event - 1)) != 0) {
    return raise(t, ValueError, "The callback can only be set for one event at a time");
  }
  if (event >= i64{1} << kMonitorEvents) return raise(t, ValueError, "invalid event {}", static_cast<long>(event));
  TRY(audit(t, "sys.monitoring.register_callback", f));
  Slot<>& slot = g_monitor_tools[tool].callbacks[__builtin_ctzll(static_cast<u64>(event))];
  Local<> old(t, slot.load(&none_object));
  slot.store(&none_object, is_none(f) ? Value::empty() : f);
  return old.is_empty() ? none() : old.give();
}

Result<u32> check_events(Thread& t, i64 events, u32 limit, const char* what) {
  if (events > 0 && (events & kCalls) && (events & kAllCalls) != kAllCalls && events < i64{1} << kMonitorEvents) {
    return raise(t, ValueError, "cannot set C_RETURN or C_RAISE events independently");
  }
  u32 set = static_cast<u32>(events);
  if (events > 0) set &= ~kCalls;  // they come with CALL
  if (events >= 0 && events < i64{1} << kMonitorEvents && set & event_bit(MonitorEvent::Branch)) {
    set = (set & ~event_bit(MonitorEvent::Branch)) | kBranches;
  }
  if (events < 0 || events >= i64{1} << kMonitorEvents || set >= u32{1} << limit) {
    char text[64];
    std::snprintf(text, sizeof text, "invalid %s set 0x%x", what, set);
    return raise(t, ValueError, "{}", static_cast<const char*>(text));
  }
  return set;
}

Result<i64> get_events(Thread& t, i64 id) {
  u32 tool = TRY(check_tool(t, id));
  return i64{g_monitor_tools[tool].events.load_relaxed()};
}
Status set_events(Thread& t, i64 id, i64 events) {
  u32 tool = TRY(check_tool(t, id));
  u32 set = TRY(check_events(t, events, kLocalMonitorEvents, "event"));
  TRY(used_tool(t, id));
  set_global_events(t, tool, set);
  return kDone;
}

Result<CodeMonitor*> monitor_of(Thread& t, Value code) {
  if (!is_exact<Code>(code)) return raise(t, TypeError, "code must be a code object");
  const CodeWatch* watch = code_watch(t, code.as<Code>());
  if (watch == nullptr) return kError;
  return watch->monitor;
}
Result<i64> get_local_events(Thread& t, i64 id, Value code) {
  CodeMonitor* monitor = TRY(monitor_of(t, code));
  return i64{local_events(*monitor, TRY(check_tool(t, id)))};
}
Status set_local_events(Thread& t, i64 id, Value code, i64 events) {
  CodeMonitor* monitor = TRY(monitor_of(t, code));
  u32 tool = TRY(check_tool(t, id));
  u32 set = TRY(check_events(t, events, kLocalMonitorEvents, "local event"));
  TRY(used_tool(t, id));
  set_local_events(t, *monitor, tool, set);
  return kDone;
}
Status restart_all(Thread&) { return restart_events(), kDone; }

// {name: tools as bits}, of events of all code.
Result<Dict> all_events(Thread& t) {
  Local<Dict> result(t, TRY(dict_new(t)));
  for (u32 e = 0; e < kMonitorEvents; ++e) {
    i64 tools = 0;
    for (u32 i = 0; i < kMonitorTools; ++i) tools |= i64{g_monitor_tools[i].events.load_relaxed() >> e & 1} << i;
    if (tools == 0) continue;
    TRY(dict_set_str(t, result, str_immortal(t, kEventNames[e]), Value::small_int(tools)));
  }
  return result.give();
}

const NativeDef kFunctions[] = {
    def<use_tool_id>("use_tool_id($module, tool_id, name, /)", "Claims a tool."),
    def<clear_tool_id>("clear_tool_id($module, tool_id, /)", "Forgets a tool's events and functions."),
    def<free_tool_id>("free_tool_id($module, tool_id, /)", "Gives a tool back."),
    def<get_tool>("get_tool($module, tool_id, /)", "The name of a tool, or None."),
    def<register_callback>("register_callback($module, tool_id, event, func, /)", "Sets the function of an event; the old one."),
    def<get_events>("get_events($module, tool_id, /)", "The active events of a tool."),
    def<set_events>("set_events($module, tool_id, event_set, /)", "Sets the active events of a tool."),
    def<get_local_events>("get_local_events($module, tool_id, code, /)", "The active events of a tool in a code object."),
    def<set_local_events>("set_local_events($module, tool_id, code, event_set, /)", "Sets them."),
    def<restart_all>("restart_events($module, /)", "Undoes all DISABLE answers."),
    def<all_events>("_all_events($module, /)", "The events that are active, and the tools that want them."),
};
const ConstantDef kConstants[] = {
    int_constant("DEBUGGER_ID", 0), int_constant("COVERAGE_ID", 1), int_constant("PROFILER_ID", 2),
    int_constant("OPTIMIZER_ID", 5),
};
const ModuleDef kMonitoring = {"sys.monitoring", "Tools that watch a running program (PEP 669).", kFunctions, kConstants};

}  // namespace

Result<Module> make_monitoring(Thread& t) {
  static bool registered = (register_root_table(visit_roots), true);
  (void)registered;
  Local<Module> m(t, TRY(make_native_module(t, kMonitoring)));
  Local<Dict> events(t, TRY(dict_new(t)));
  for (u32 e = 0; e < kMonitorEvents; ++e) {
    TRY(dict_set_str(t, events, str_immortal(t, kEventNames[e]), Value::small_int(i64{1} << e)));
  }
  TRY(dict_set_str(t, events, str_immortal(t, "NO_EVENTS"), Value::small_int(0)));
  Local<Tuple> no_args(t, Value(empty_tuple()));
  Local<> ns(t, TRY(call_tuple(t, &simple_namespace_type, no_args, events)));
  TRY(module_add(t, m, "events", ns));
  for (auto [name, slot] : {std::pair{"DISABLE", &g_monitor_disable}, std::pair{"MISSING", &g_monitor_missing}}) {
    if (slot->is_empty()) slot->store(&none_object, TRY(call(t, &object_type)));
    TRY(module_add(t, m, name, slot->borrow()));
  }
  return m.give();
}

}  // namespace taipan
