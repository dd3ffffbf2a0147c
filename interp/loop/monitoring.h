// sys.monitoring (PEP 669): which tool wants which event, of all code or of one code object, and how it is told.
// interp/modules/monitoring.cpp is the module; watch.cpp says what happens. Tables for anybody, without locks:
// Note [monitoring], monitoring.cpp.
#pragma once
#include "interp/bytecode/code.h"
#include "runtime/thread/local.h"

namespace taipan {

enum class MonitorEvent : u8 {
  PyStart, PyResume, PyReturn, PyYield, Call, Line, Instruction, Jump, BranchLeft, BranchRight, StopIteration, Raise,
  ExceptionHandled, PyUnwind, PyThrow, Reraise, CReturn, CRaise, Branch
};
inline constexpr u32 kMonitorEvents = 19;
inline constexpr u32 kLocalMonitorEvents = 16;  // those before CReturn: of one code object, and at one place disabled
inline constexpr u32 kMonitorTools = 6;
constexpr u32 event_bit(MonitorEvent e) { return u32{1} << static_cast<u32>(e); }

struct MonitorTool {
  Slot<> name;                        // empty: not in use
  Slot<> callbacks[kMonitorEvents];
  Atomic<u32> events;                 // of all code
  Atomic<u32> codes;                  // how many code objects have events of their own for this tool
  Atomic<u32> generation{1};          // goes up when the tool is cleared: what code objects know of it is void
};
extern MonitorTool g_monitor_tools[kMonitorTools];
extern Slot<> g_monitor_disable, g_monitor_missing;  // the objects DISABLE and MISSING
extern Atomic<u32> g_monitoring;                     // the tools that want something, as bits
extern Atomic<u32> g_monitor_version;                // goes up when what they want changes

// What tools want of one code object; part of its CodeWatch.
struct CodeMonitor {
  struct Tool {
    Atomic<u64> events;               // generation of the tool << 32 | events
    Atomic<Atomic<u16>*> disabled;    // by instruction: events it has answered with DISABLE; null: none
    Atomic<u32> restarts;             // restart_events() calls after which `disabled` was last emptied
  };
  Tool tools[kMonitorTools];
  u32 size = 0;
  // CodeWatch::marks less those at which all tools have answered DISABLE; valid for one g_monitor_version.
  Atomic<u8>* live = nullptr;
  Atomic<u32> live_version;
};

// Events some tool wants of this code object.
u32 monitored_events(const CodeMonitor& code);
// Tells all tools that want event e at instruction `index` of frame fp. a, b: what follows code and offset; empty: nothing.
// For Line a is the line and there is no offset.
Status tell_tools(Thread& t, Value* fp, MonitorEvent e, u32 index, Value a = Value::empty(), Value b = Value::empty());

// Has every tool that wants event e disabled it at this instruction?
bool is_disabled_by_all(const CodeMonitor& code, MonitorEvent e, u32 index);
// `live`, brought up to date from `marks`.
const Atomic<u8>* live_marks(CodeMonitor& code, const u8* marks);
// Nothing need be told for `mark` at instruction `at` any more: judged while the version was `version`.
void clear_live_mark(CodeMonitor& code, u32 at, u8 mark, u32 version);

u32 local_events(const CodeMonitor& code, u32 tool);
void set_local_events(Thread& t, CodeMonitor& code, u32 tool, u32 events);
void set_global_events(Thread& t, u32 tool, u32 events);
void clear_tool(Thread& t, u32 tool);
void restart_events();

}  // namespace taipan
