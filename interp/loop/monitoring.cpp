#include "interp/loop/monitoring.h"

#include <cstdlib>

#include "interp/loop/generator.h"
#include "interp/loop/watch.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/thread/world.h"
#include "runtime/types/singletons.h"

// Note [monitoring]: who reads and writes these tables.
//
//   Any thread may change what a tool wants (under g_lock, which orders the counts in g_monitoring) while others run.
//   They read the words relaxed: each word is complete in itself, and a thread that has not yet seen a change behaves as
//   if it had been a little faster. After a change every thread is asked to look (kPollTrace). `disabled` bits are only
//   set; restart_events() makes all of them void at once, and who meets a table of an older restart empties it first: a
//   bit that another thread sets meanwhile may be lost, then the event is told once more.
//   `live` marks are cleared by whoever finds a place disabled. It looks at the version again afterwards, and takes the mark
//   back if that has changed: a thread may have brought the table up to date in between.

namespace taipan {

MonitorTool g_monitor_tools[kMonitorTools];
Slot<> g_monitor_disable, g_monitor_missing;
Atomic<u32> g_monitoring, g_monitor_version;
static Atomic<u32> g_restarts;
static RawMutex g_lock;

namespace {

bool wants_anything(const MonitorTool& tool) { return tool.events.load_relaxed() != 0 || tool.codes.load_relaxed() != 0; }

// After a change, and after the lock is gone.
void ask_all_threads(Thread& t) {
  {
    RawGuard guard(g_world.list_lock);
    for_each_thread_locked([](Thread& x) { x.poll.fetch_or_acq_rel(kPollTrace); });
  }
  watch_changed(t);
}

void count_tools() {
  u32 tools = 0;
  for (u32 i = 0; i < kMonitorTools; ++i) tools |= u32{wants_anything(g_monitor_tools[i])} << i;
  g_monitoring.store_release(tools);
  g_monitor_version.fetch_add_acq_rel(1);
}

// Where DISABLE counts: at one place, or, for what exceptions do, in the whole of the code.
u32 place_to_disable(MonitorEvent e, u32 index) { return e >= MonitorEvent::Raise ? 0 : index; }

bool is_disabled(CodeMonitor::Tool& tool, u32 size, u32 index, MonitorEvent e) {
  Atomic<u16>* table = tool.disabled.load_acquire();
  if (table == nullptr) return false;
  u32 restarts = g_restarts.load_acquire();
  if (tool.restarts.load_relaxed() != restarts) {
    for (u32 i = 0; i < size; ++i) table[i].store_relaxed(0);
    tool.restarts.store_relaxed(restarts);
  }
  return table[place_to_disable(e, index)].load_relaxed() >> static_cast<u32>(e) & 1;
}

Status disable(Thread& t, CodeMonitor::Tool& tool, u32 size, u32 index, MonitorEvent e) {
  Atomic<u16>* table = tool.disabled.load_acquire();
  if (table == nullptr) {
    auto* made = static_cast<Atomic<u16>*>(std::calloc(size, sizeof(u16)));
    if (made == nullptr) return raise_memory_error(t);
    tool.restarts.store_relaxed(g_restarts.load_acquire());
    if (tool.disabled.cas_release(table, made)) {
      table = made;
    } else {
      std::free(made);
    }
  }
  table[place_to_disable(e, index)].fetch_or_relaxed(static_cast<u16>(event_bit(e)));
  return kDone;
}

// C_RETURN and C_RAISE come with CALL.
MonitorEvent controlling(MonitorEvent e) {
  return e == MonitorEvent::CReturn || e == MonitorEvent::CRaise ? MonitorEvent::Call : e;
}

Value callback_of(const MonitorTool& tool, MonitorEvent e) {
  Value f = tool.callbacks[static_cast<u32>(e)].borrow();
  bool is_branch = e == MonitorEvent::BranchLeft || e == MonitorEvent::BranchRight;
  return f.is_empty() && is_branch ? tool.callbacks[static_cast<u32>(MonitorEvent::Branch)].borrow() : f;
}

Status tell_tool(Thread& t, u32 id, Code* code, CodeMonitor& monitor, MonitorEvent e, u32 index, Value a, Value b) {
  Local<> callback(t, callback_of(g_monitor_tools[id], e));
  if (callback.is_empty()) return kDone;
  Value args[4] = {Value(code)};
  u32 n = 1;
  if (e != MonitorEvent::Line) args[n++] = Value::small_int(static_cast<i64>(index * sizeof(Instr)));
  if (!a.is_empty()) args[n++] = a;
  if (!b.is_empty()) args[n++] = b;
  Local<> answer(t);
  {
    Muted muted(t);
    answer.set(TRY(call(t, callback, args, n)));
  }
  if (!same(answer.value(), g_monitor_disable.borrow())) return kDone;
  e = controlling(e);
  return disable(t, monitor.tools[id], monitor.size, index, e);
}

}  // namespace

u32 local_events(const CodeMonitor& code, u32 tool) {
  u64 word = code.tools[tool].events.load_relaxed();
  return word >> 32 == g_monitor_tools[tool].generation.load_relaxed() ? static_cast<u32>(word) : 0;
}

u32 monitored_events(const CodeMonitor& code) {
  u32 events = 0;
  for (u32 tools = g_monitoring.load_acquire(); tools != 0; tools &= tools - 1) {
    u32 i = static_cast<u32>(__builtin_ctz(tools));
    events |= g_monitor_tools[i].events.load_relaxed() | local_events(code, i);
  }
  return events;
}

bool is_disabled_by_all(const CodeMonitor& code, MonitorEvent e, u32 index) {
  for (u32 tools = g_monitoring.load_acquire(); tools != 0; tools &= tools - 1) {
    u32 i = static_cast<u32>(__builtin_ctz(tools));
    bool wants = (g_monitor_tools[i].events.load_relaxed() | local_events(code, i)) & event_bit(e);
    if (wants && !is_disabled(const_cast<CodeMonitor&>(code).tools[i], code.size, index, e)) return false;
  }
  return true;
}

const Atomic<u8>* live_marks(CodeMonitor& code, const u8* marks) {
  u32 version = g_monitor_version.load_acquire();
  if (code.live_version.load_relaxed() != version) {
    for (u32 i = 0; i <= code.size; ++i) code.live[i].store_relaxed(marks[i]);
    code.live_version.store_relaxed(version);
  }
  return code.live;
}

void clear_live_mark(CodeMonitor& code, u32 at, u8 mark, u32 version) {
  if (code.live_version.load_relaxed() != version) return;
  code.live[at].fetch_and_acq_rel(static_cast<u8>(~mark));
  if (g_monitor_version.load_seq_cst() != version) code.live[at].fetch_or_acq_rel(mark);
}

Status tell_tools(Thread& t, Value* fp, MonitorEvent e, u32 index, Value a, Value b) {
  u32 tools = g_monitoring.load_acquire();
  if (tools == 0 || t.engine->watch.muted != 0) return kDone;
  Code* code = frame_code(fp);
  const CodeWatch* watch = code_watch(t, code);
  if (watch == nullptr) return kError;
  CodeMonitor& monitor = *watch->monitor;
  u32 bit = event_bit(controlling(e));
  for (u32 i = kMonitorTools; i-- > 0;) {  // CPython's order; settrace's functions count as one more tool, the highest
    if (!(tools >> i & 1) || !((g_monitor_tools[i].events.load_relaxed() | local_events(monitor, i)) & bit)) continue;
    if (is_disabled(monitor.tools[i], monitor.size, index, controlling(e))) continue;
    TRY(tell_tool(t, i, code, monitor, e, index, a, b));
  }
  return kDone;
}

void set_local_events(Thread& t, CodeMonitor& code, u32 id, u32 events) {
  MonitorTool& tool = g_monitor_tools[id];
  {
    RawGuard guard(g_lock);
    u32 old = local_events(code, id);
    tool.codes.store_relaxed(tool.codes.load_relaxed() + (events != 0) - (old != 0));
    code.tools[id].events.store_relaxed(u64{tool.generation.load_relaxed()} << 32 | events);
    count_tools();
  }
  ask_all_threads(t);
}

void set_global_events(Thread& t, u32 id, u32 events) {
  {
    RawGuard guard(g_lock);
    g_monitor_tools[id].events.store_relaxed(events);
    count_tools();
  }
  ask_all_threads(t);
}

void clear_tool(Thread& t, u32 id) {
  MonitorTool& tool = g_monitor_tools[id];
  for (Slot<>& callback : tool.callbacks) callback.store(&none_object, Value::empty());
  {
    RawGuard guard(g_lock);
    tool.events.store_relaxed(0);
    tool.codes.store_relaxed(0);
    tool.generation.store_relaxed(tool.generation.load_relaxed() + 1);
    count_tools();
  }
  ask_all_threads(t);
}

void restart_events() {
  g_restarts.fetch_add_acq_rel(1);
  g_monitor_version.fetch_add_acq_rel(1);
}

}  // namespace taipan
