// Watching a running program for sys.settrace(), sys.setprofile() and sys.monitoring: what run_watched() calls.
// A watched thread leaves run_frame() for run_watched(), which stops at marked instructions (CodeWatch) and says there
// what happens; a thread nobody watches pays nothing (Note [watch], watch.cpp).
#pragma once
#include "interp/bytecode/code.h"
#include "runtime/engine.h"
#include "runtime/thread/local.h"

namespace taipan {

// Why run_watched() may have to stop before an instruction: bits of CodeWatch::marks.
enum WatchMark : u8 {
  kMarkLine = 1,     // begins a line, or may be jumped to
  kMarkLeave = 2,    // RETURN and its kind, YIELD
  kMarkCall = 4,
  kMarkTarget = 8,   // a jump leads here, or a conditional one has not been taken
  kMarkResume = 16,  // generators start or go on here
  kMarkAny = 32,     // all instructions
  kMarkLoopTest = 64,  // a loop begins here: the end of its body falls, or jumps, into it
};

struct CodeMonitor;

// Tables of one code object, immutable. Indexed by instruction; a WIDE prefix stands for the instruction behind it.
struct CodeWatch {
  const u8* marks;
  const i32* lines;  // 0 or less: none
  const i32* flow;   // the same, but instructions without a line have that of those that lead to them
  u32 first;         // instructions before it make the frame's cells
  CodeMonitor* monitor;
};

// A call whose end has to be told (c_return, c_exception); or, without a callee, a generator that a loop of frame fp runs.
struct Awaited {
  Awaited* outer;
  Value* fp;
  const Instr* pc;
  Ref<> callee;
  Ref<> argument;  // a generator: what it returned
};

// Of one thread; other threads ask through the poll word (request_watcher).
struct WatchState {
  Ref<> functions[2];               // by Watcher; empty: none
  u32 requests_seen[2] = {};
  u32 muted = 0;                    // calls of such functions in progress: nothing is told meanwhile
  Awaited* awaited = nullptr;       // innermost first
  const char* event = nullptr;      // settrace's word for what is being told of frame `told`; null: nothing
  Value* told = nullptr;
  const Instr* raised_at = nullptr; // where the exception was that the last unwind() found a handler for
};

void start_watching(Thread& t);  // a new thread
// While this lives the current thread is not watched: functions that are told something run under it.
class Muted {
 public:
  explicit Muted(Thread& t);
  ~Muted();
  Muted(const Muted&) = delete;

 private:
  Thread& t_;
};

// Does anybody watch this thread? Takes over what was asked of all threads.
bool is_watched(Thread& t);
// Somebody has begun or ended to watch t, the current thread: the loops will look.
void watch_changed(Thread& t);
// Null: MemoryError.
const CodeWatch* code_watch(Thread& t, Code* code);
// At which marks to stop in frame fp, as bits: changes with every function that is told.
u32 watched_marks(Thread& t, Value* fp);
// The marks to look at: places at which all tools have answered DISABLE have none, unless this thread is traced or profiled.
const u8* marks_to_watch(Thread& t, const CodeWatch& watch);

// Each may run Python code, raise, and change the frame's saved pc (a jump by f_lineno).
Status watch_start(Thread& t, Value* fp);   // a function's frame has been pushed
Status watch_resume(Thread& t, Value* fp);  // a generator goes on
void watch_throw(Thread& t, Value* fp);     // ... with the pending exception, which may become another
// Frame fp is about to run `pc`, after `last` (null: it has just been entered).
Status watch_instruction(Thread& t, Value* fp, const Instr* last, const Instr* pc);
// The exception is pending at fp's saved pc. Afterwards the same or another one is.
void watch_raise(Thread& t, Value* fp, bool again);
void watch_unwind(Thread& t, Value* fp);
// An exception that has been found a handler for; kError: another is pending instead.
Status watch_handled(Thread& t, Value* fp, Value exception);
// Forgets calls that are awaited, down to `outer`.
void forget_awaited(Thread& t, Awaited* outer);

// sys.settrace() and its kind: g_engine's entries.
Status set_watcher(Thread& t, Watcher which, Value f, bool all_threads);
Result<> get_watcher(Thread& t, Watcher which);
Result<> call_watched(Thread& t, Value f, Tuple* args);

}  // namespace taipan
