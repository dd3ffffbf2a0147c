#include "interp/loop/watch.h"

#include <utility>

#include "interp/loop/frame_object.h"
#include "interp/loop/generator.h"
#include "interp/loop/monitoring.h"
#include "runtime/memory/publish.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/thread/world.h"
#include "runtime/types/descriptors.h"
#include "runtime/types/list.h"
#include "runtime/types/method.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

// Note [watch]: tracing costs nothing while it is off.
//
//   W1  settrace() and its kind set kPollTrace in the thread's poll word, and kPendingWatch in its pending_count: native
//       calls end with a look at that, so the innermost loop goes over to run_watched() before the next instruction.
//       Other threads are asked by kPollTrace alone: they go over at their next poll, where a frame stands at a boundary.
//   W2  run_watched() runs the same handlers on the same instructions and frames. Where CodeWatch has a mark it calls
//       watch_instruction(). Frames below it were pushed by a loop further out in C++: when it leaves the frame marked
//       Entry it sets kPendingWatch again, for that loop.
//   W3  kPollTrace is a hint: is_watched() decides. While a function is told something it is clear, and what that
//       function calls runs in run_frame(), unobserved. When nobody watches any more run_watched() hands back.

namespace taipan {

// What threads are asked to take over: by Watcher. Written by set_watcher() for all threads.
struct WatchRequest {
  Slot<> function;
  Atomic<u32> generation;  // goes up with each request, after the function is stored
};
static WatchRequest g_requests[2];
static void visit_requests(EdgeVisitor& visit) { visit(g_requests[0].function, g_requests[1].function); }

static WatchState& state_of(Thread& t) { return t.engine->watch; }
static Ref<>& function_of(WatchState& s, Watcher which) { return s.functions[static_cast<usize>(which)]; }

static void take_requests(WatchState& s) {
  for (usize i = 0; i < 2; ++i) {
    u32 generation = g_requests[i].generation.load_acquire();
    if (s.requests_seen[i] == generation) continue;
    s.requests_seen[i] = generation;
    s.functions[i] = Ref<>(g_requests[i].function.borrow());
  }
}

void start_watching(Thread& t) {
  for (usize i = 0; i < 2; ++i) state_of(t).requests_seen[i] = g_requests[i].generation.load_acquire();
  t.poll.fetch_or_acq_rel(kPollTrace);  // is there a tool? The loop finds out
}

bool is_watched(Thread& t) {
  WatchState& s = state_of(t);
  if (s.muted != 0) return false;
  take_requests(s);
  return !s.functions[0].is_empty() || !s.functions[1].is_empty() || g_monitoring.load_acquire() != 0;
}

void watch_changed(Thread& t) {
  if (state_of(t).muted != 0) return;  // Muted looks when it ends
  if (is_watched(t)) {
    t.poll.fetch_or_acq_rel(kPollTrace);
  } else {
    t.poll.fetch_and_acq_rel(~u32{kPollTrace});
  }
  t.pending_count |= kPendingWatch;
}

Muted::Muted(Thread& t) : t_(t) {
  ++state_of(t).muted;
  t.poll.fetch_and_acq_rel(~u32{kPollTrace});
}
Muted::~Muted() {
  if (--state_of(t_).muted == 0 && is_watched(t_)) t_.poll.fetch_or_acq_rel(kPollTrace);
}

namespace {

// Opposite: watched though a function is being told something. For sys.call_tracing().
class Unmuted {
 public:
  explicit Unmuted(Thread& t) : t_(t), muted_(std::exchange(state_of(t).muted, 0)) { watch_changed(t); }
  ~Unmuted() {
    state_of(t_).muted = muted_;
    if (muted_ != 0) t_.poll.fetch_and_acq_rel(~u32{kPollTrace});
  }
  Unmuted(const Unmuted&) = delete;

 private:
  Thread& t_;
  u32 muted_;
};

// The pending exception is set aside while functions are told of it; if one raises, that takes its place.
class Aside {
 public:
  explicit Aside(Thread& t) : t_(t), exception_(t, take_error(t)) {}
  BaseException* exception() const { return exception_.get(); }
  void end(Status told) {
    if (!told.is_error()) restore_error(t_, exception_.give());
  }

 private:
  Thread& t_;
  Local<BaseException> exception_;
};

// Tells one function of this thread. `event` is settrace's word for it.
Status tell(Thread& t, Watcher which, Value* fp, const char* event, Value argument) {
  WatchState& s = state_of(t);
  if (function_of(s, which).is_empty() || s.muted != 0) return kDone;
  bool is_trace = which == Watcher::Trace;
  bool is_local = is_trace && std::string_view(event) != "call";
  if (is_local && !frame_has_object(fp)) return kDone;
  FrameObject* f = frame_object(t, fp);
  if (f == nullptr) return kError;
  Local<FrameObject> frame(t, Value(f));
  Local<> held(t, argument);
  Local<> function(t, is_local ? f->trace.load(f).word() : function_of(s, which).value());
  if (function.is_empty()) return kDone;
  Result<> answer = kError;
  {
    Muted muted(t);
    const char* outer_event = std::exchange(s.event, is_trace ? event : nullptr);
    Value* outer_told = std::exchange(s.told, fp);
    answer = call(t, function, Value(frame), Value(str_immortal(t, event)), held);
    s.event = outer_event;
    s.told = outer_told;
  }
  if (answer.is_error()) {
    Aside aside(t);
    function_of(s, which) = Ref<>();
    if (is_trace) frame->trace.store(frame.get(), Value::empty());
    watch_changed(t);
    aside.end(kDone);
    return kError;
  }
  function.set(answer);
  if (is_trace && !is_none(function)) frame->trace.store(frame.get(), function.value());
  return kDone;
}

Status tell_both(Thread& t, Value* fp, const char* event, Value argument) {
  TRY(tell(t, Watcher::Trace, fp, event, argument));
  return tell(t, Watcher::Profile, fp, event, argument);
}

// (type, value, traceback), as settrace's functions get an exception.
Status tell_exception(Thread& t, Value* fp, BaseException* e) {
  if (function_of(state_of(t), Watcher::Trace).is_empty() || !frame_has_object(fp)) return kDone;
  Value traceback = e->traceback.borrow();
  Local<Tuple> triple(t, TRY(tuple_of(t, &type_of(e), e, traceback.is_empty() ? Value(&none_object) : traceback)));
  return tell(t, Watcher::Trace, fp, "exception", Value(triple));
}

const CodeWatch* watch_of(const Value* fp) { return frame_code(fp)->watch.load_acquire(); }  // made by run_watched()
// Index of the instruction proper.
u32 place_of(const Code* code, const Instr* pc) { return code->index_of(pc) + (pc->op == static_cast<u8>(Op::WIDE)); }

// ---- Calls ----

struct CallSite {
  Value callee, argument;  // borrowed; the first argument, or empty
};

CallSite call_site(Value* fp, const Decoded& in) {
  const Value* window = fp + in.b;
  const Value* args = window + kWindowHeader;
  CallSite site{window[kWindowCallee].canonical(), Value::empty()};
  bool as_method = in.op == Op::CALL_METHOD || in.op == Op::CALL_METHOD_H ||
                   ((in.op == Op::CALL_KW || in.op == Op::CALL_KW_H) && (in.ext.a & kCallMethodForm));
  if (in.op == Op::CALL_EX || in.op == Op::CALL_EX_H) {
    Value v = args[0].canonical();
    if (is_exact<Tuple>(v) && v.as<Tuple>()->size() > 0) site.argument = (*v.as<Tuple>())[0];
  } else if (as_method && !args[0].is_empty()) {
    site.argument = args[0].canonical();
  } else if (in.k > 0) {
    site.argument = args[as_method ? 1 : 0].canonical();
  }
  if (is_exact<Method>(site.callee) && in.op != Op::CALL_EX && in.op != Op::CALL_EX_H) {
    auto* m = site.callee.as<Method>();
    site = {m->function.borrow(), m->self.borrow()};
  }
  return site;
}

// What setprofile's function is told of a call: a native function, bound if it is a method. absent(): nothing.
Result<> profiled_callee(Thread& t, Value callee, Value argument) {
  if (is_exact<NativeFunction>(callee)) return own(callee);
  if (!is_exact<MethodDescriptor>(callee) || argument.is_empty()) return Result<>::absent();
  return type_of(callee).slots.descr_get(t, callee, argument, Value(&type_of(argument)));
}

Status tell_native(Thread& t, Value* fp, const char* event, Value callee, Value argument) {
  if (function_of(state_of(t), Watcher::Profile).is_empty()) return kDone;
  Result<> told = profiled_callee(t, callee, argument);
  if (told.is_absent()) return kDone;
  Local<> function(t, TRY(told));
  return tell(t, Watcher::Profile, fp, event, function);
}

Status await_end(Thread& t, Value* fp, const Instr* pc, Value callee, Value argument) {
  WatchState& s = state_of(t);
  auto* made = new (std::nothrow) Awaited{s.awaited, fp, pc, Ref<>(callee), Ref<>(argument)};
  if (made == nullptr) return raise_memory_error(t);
  s.awaited = made;
  return kDone;
}

Value or_missing(Value argument) { return argument.is_empty() ? g_monitor_missing.borrow() : argument; }

Status watch_call(Thread& t, Value* fp, const Instr* pc, const Decoded& in) {
  CallSite site = call_site(fp, in);
  Local<> callee(t, site.callee), argument(t, site.argument);
  TRY(tell_native(t, fp, "c_call", callee, argument));
  TRY(tell_tools(t, fp, MonitorEvent::Call, in.at, callee, or_missing(argument)));
  // Python functions tell of their end themselves.
  Value function = is_exact<Method>(callee) ? callee.value().as<Method>()->function.borrow() : callee.value();
  if (&type_of(function) == &function_type) return kDone;
  return await_end(t, fp, pc, callee, argument);
}

// The call or loop that frame fp awaited has ended, with an exception (set aside) or without.
Status watch_end(Thread& t, Value* fp, bool raised) {
  WatchState& s = state_of(t);
  Awaited* ended = s.awaited;
  const Instr* ended_at = ended->pc;
  Local<> callee(t, ended->callee.value()), argument(t, ended->argument.value());
  s.awaited = ended->outer;
  delete ended;
  u32 index = place_of(frame_code(fp), ended_at);
  if (!callee.is_empty()) {
    TRY(tell_native(t, fp, raised ? "c_exception" : "c_return", callee, argument));
    return tell_tools(t, fp, raised ? MonitorEvent::CRaise : MonitorEvent::CReturn, index, callee, or_missing(argument));
  }
  if (raised) return kDone;
  bool told_by_tool = monitored_events(*watch_of(fp)->monitor) & event_bit(MonitorEvent::StopIteration);
  // As in CPython, settrace's functions hear of the end of a loop only if the generator has returned something.
  bool is_loop = ended_at->op == static_cast<u8>(Op::FOR_ITER);
  bool traced = !(is_loop && is_none(argument)) && !function_of(s, Watcher::Trace).is_empty() && frame_has_object(fp);
  if (!traced && !told_by_tool) return kDone;
  Local<> stop(t, TRY(is_none(argument) ? call(t, &StopIteration) : call(t, &StopIteration, argument)));
  const Instr* pc = frame_pc(fp);  // told where the loop stands
  set_frame_pc(fp, ended_at);
  Status told = traced ? tell_exception(t, fp, stop.value().as<BaseException>()) : Status(kDone);
  if (!told.is_error()) told = tell_tools(t, fp, MonitorEvent::StopIteration, index, stop);
  if (!told.is_error() && frame_pc(fp) == ended_at) set_frame_pc(fp, pc);
  return told;
}

}  // namespace

void forget_awaited(Thread& t, Awaited* outer) {
  WatchState& s = state_of(t);
  while (s.awaited != outer) delete std::exchange(s.awaited, s.awaited->outer);
}

// ---- Events ----

Status watch_start(Thread& t, Value* fp) {
  TRY(tell_both(t, fp, "call", Value(&none_object)));
  return tell_tools(t, fp, MonitorEvent::PyStart, 0);
}
Status watch_resume(Thread& t, Value* fp) {
  TRY(tell_both(t, fp, "call", Value(&none_object)));
  return tell_tools(t, fp, MonitorEvent::PyResume, place_of(frame_code(fp), frame_pc(fp)));
}

void watch_throw(Thread& t, Value* fp) {
  Aside aside(t);
  Status told = tell_both(t, fp, "call", Value(&none_object));
  u32 index = place_of(frame_code(fp), frame_pc(fp));
  aside.end(told.is_error() ? told : tell_tools(t, fp, MonitorEvent::PyThrow, index, Value(aside.exception())));
}

namespace {

// Backwards, or to itself; not the loop of `yield from` and await, nor out of a handler.
bool is_back_edge(const Code* code, const Instr* last, const Instr* pc) {
  Decoded in;
  if (last == nullptr || pc > last || !decode_instr(code->instrs, code->size, code->index_of(last), &in)) return false;
  return in.info->is_jump() && code->watch.load_relaxed()->lines[in.at] > 0 && pc->op != static_cast<u8>(Op::SEND);
}

// The line the frame was in before. 0: none yet.
i32 line_before(const Code* code, const CodeWatch* watch, const Instr* last) {
  return last == nullptr || code->index_of(last) < watch->first ? 0 : watch->flow[code->index_of(last)];
}

Status watch_line(Thread& t, Value* fp, const CodeWatch* watch, const Instr* last, const Instr* pc) {
  const Code* code = frame_code(fp);
  i32 line = watch->lines[code->index_of(pc)];
  bool is_new = line_before(code, watch, last) != line;
  if (frame_has_object(fp)) {
    auto* f = fp[kFrameObject].as<FrameObject>();
    bool traced = f->trace_lines && !f->trace.is_empty() && (is_new || is_back_edge(code, last, pc));
    if (traced) TRY(tell(t, Watcher::Trace, fp, "line", Value(&none_object)));
    if (frame_pc(fp) != pc) return kDone;
  }
  return is_new ? tell_tools(t, fp, MonitorEvent::Line, place_of(code, pc), Value::small_int(line)) : kDone;
}

// How pc was reached: jumps and branches. A conditional jump back, to the body of a loop, goes left; forward, right.
Status watch_arrival(Thread& t, Value* fp, const Instr* last, const Instr* pc, bool is_loop_test) {
  const Code* code = frame_code(fp);
  Decoded in;
  if (last == nullptr || !decode_instr(code->instrs, code->size, code->index_of(last), &in)) return kDone;
  u32 to = code->index_of(pc);
  auto tell_jump = [&](MonitorEvent e) { return tell_tools(t, fp, e, in.at, Value::small_int(static_cast<i64>(to * sizeof(Instr)))); };
  if (!in.info->is_jump()) return is_loop_test ? tell_jump(MonitorEvent::Jump) : kDone;
  if (in.op == Op::SEND || pc->op == static_cast<u8>(Op::SEND)) return kDone;
  // As in CPython, leaving a handler is no jump.
  if (!in.info->falls_through() && pc <= last && watch_of(fp)->lines[in.at] <= 0) return kDone;
  if (!in.info->falls_through()) return in.op == Op::JUMP && (in.k & kLoopEntry) ? kDone : tell_jump(MonitorEvent::Jump);
  bool backward = in.jump <= 0, taken = to != in.next;
  return tell_jump(backward == taken ? MonitorEvent::BranchLeft : MonitorEvent::BranchRight);
}

Status watch_opcode(Thread& t, Value* fp) {
  const Instr* pc = frame_pc(fp);
  if (frame_has_object(fp) && fp[kFrameObject].as<FrameObject>()->trace_opcodes) {
    TRY(tell(t, Watcher::Trace, fp, "opcode", Value(&none_object)));
    if (frame_pc(fp) != pc) return kDone;
  }
  return tell_tools(t, fp, MonitorEvent::Instruction, place_of(frame_code(fp), pc));
}

Value left_value(Value* fp, const Decoded& in) {
  return in.op == Op::RETURN_CONST ? frame_code(fp)->constants[in.b].canonical() : fp[in.b].canonical();
}

Status watch_leave(Thread& t, Value* fp, const Decoded& in) {
  Local<> value(t, left_value(fp, in));
  const Instr* pc = frame_pc(fp);
  TRY(tell_both(t, fp, "return", value));
  if (frame_pc(fp) != pc) return kDone;  // a generator that goes on elsewhere instead
  TRY(tell_tools(t, fp, in.op == Op::YIELD ? MonitorEvent::PyYield : MonitorEvent::PyReturn, in.at, value));
  if (in.op != Op::RETURN_FROM_GENERATOR || frame_kind(fp) != FrameKind::Generator) return kDone;
  Value* previous = frame_previous(fp);
  return await_end(t, previous, frame_pc(previous), Value::empty(), value);
}

}  // namespace

u32 watched_marks(Thread& t, Value* fp) {
  WatchState& s = state_of(t);
  constexpr u32 kEntries = event_bit(MonitorEvent::PyStart) | event_bit(MonitorEvent::PyResume);
  constexpr u32 kExits = event_bit(MonitorEvent::PyReturn) | event_bit(MonitorEvent::PyYield) | event_bit(MonitorEvent::StopIteration);
  bool has_functions = !s.functions[0].is_empty() || !s.functions[1].is_empty();
  u32 marks = has_functions ? kMarkLeave | kMarkResume : 0;
  if (u32 events = monitored_events(*watch_of(fp)->monitor)) {
    constexpr u32 kJumps = event_bit(MonitorEvent::Jump) | event_bit(MonitorEvent::BranchLeft) | event_bit(MonitorEvent::BranchRight);
    if (events & kEntries) marks |= kMarkResume;
    if (events & kExits) marks |= kMarkLeave;
    if (events & event_bit(MonitorEvent::Line)) marks |= kMarkLine;
    if (events & event_bit(MonitorEvent::Instruction)) marks |= kMarkAny;
    if (events & event_bit(MonitorEvent::Call)) marks |= kMarkCall;
    if (events & kJumps) marks |= kMarkTarget | kMarkLoopTest;
  }
  if (!function_of(s, Watcher::Profile).is_empty()) marks |= kMarkCall;
  if (!function_of(s, Watcher::Trace).is_empty()) {
    marks |= kMarkLine;
    if (frame_has_object(fp) && fp[kFrameObject].as<FrameObject>()->trace_opcodes) marks |= kMarkAny;
  }
  return marks;
}

const u8* marks_to_watch(Thread& t, const CodeWatch& watch) {
  WatchState& s = state_of(t);
  if (!s.functions[0].is_empty() || !s.functions[1].is_empty()) return watch.marks;
  return reinterpret_cast<const u8*>(live_marks(*watch.monitor, watch.marks));
}

namespace {

// Places that tools have disabled are not stopped at any more.
void forget_disabled(const Code* code, const CodeWatch* watch, const Instr* pc, u32 marks, u32 version) {
  struct Kind { u8 mark; MonitorEvent event; };
  for (Kind kind : {Kind{kMarkLine, MonitorEvent::Line}, Kind{kMarkCall, MonitorEvent::Call}, Kind{kMarkAny, MonitorEvent::Instruction}}) {
    if (!(marks & kind.mark) || !is_disabled_by_all(*watch->monitor, kind.event, place_of(code, pc))) continue;
    clear_live_mark(*watch->monitor, code->index_of(pc), kind.mark, version);
  }
}

}  // namespace

Status watch_instruction(Thread& t, Value* fp, const Instr* last, const Instr* pc) {
  WatchState& s = state_of(t);
  const Code* code = frame_code(fp);
  const CodeWatch* watch = watch_of(fp);
  while (s.awaited != nullptr && s.awaited->fp == fp) TRY(watch_end(t, fp, false));
  if (frame_pc(fp) != pc) return kDone;
  u32 index = code->index_of(pc);
  u32 marks = watch->marks[index];
  if (g_monitoring.load_acquire() != 0) {
    u32 version = g_monitor_version.load_seq_cst();
    forget_disabled(code, watch, pc, marks, version);
  }
  Decoded in;
  decode_instr(code->instrs, code->size, index, &in);
  // A function that jumps (f_lineno) has the rest told at the new place.
  if (marks & (kMarkTarget | kMarkLoopTest)) TRY(watch_arrival(t, fp, last, pc, marks & kMarkLoopTest));
  if (marks & kMarkResume) TRY(in.at == 0 ? watch_start(t, fp) : watch_resume(t, fp));
  if (marks & kMarkLine) TRY(watch_line(t, fp, watch, last, pc));
  if (frame_pc(fp) != pc) return kDone;
  if (marks & kMarkAny) TRY(watch_opcode(t, fp));
  if (frame_pc(fp) != pc) return kDone;
  if (marks & kMarkCall) return watch_call(t, fp, pc, in);
  if (marks & kMarkLeave) return watch_leave(t, fp, in);
  return kDone;
}

void watch_raise(Thread& t, Value* fp, bool again) {
  WatchState& s = state_of(t);
  Aside aside(t);
  Status told = kDone;
  while (s.awaited != nullptr && s.awaited->fp == fp && !told.is_error()) told = watch_end(t, fp, true);
  if (!told.is_error() && !again) told = tell_exception(t, fp, aside.exception());
  if (!told.is_error()) {
    MonitorEvent e = again ? MonitorEvent::Reraise : MonitorEvent::Raise;
    told = tell_tools(t, fp, e, place_of(frame_code(fp), frame_pc(fp)), Value(aside.exception()));
  }
  aside.end(told);
}

void watch_unwind(Thread& t, Value* fp) {
  Aside aside(t);
  Status told = tell_both(t, fp, "return", Value(&none_object));
  u32 index = place_of(frame_code(fp), frame_pc(fp));
  aside.end(told.is_error() ? told : tell_tools(t, fp, MonitorEvent::PyUnwind, index, Value(aside.exception())));
}

Status watch_handled(Thread& t, Value* fp, Value exception) {
  return tell_tools(t, fp, MonitorEvent::ExceptionHandled, place_of(frame_code(fp), frame_pc(fp)), exception);
}

// ---- sys.settrace() and its kind ----

Status set_watcher(Thread& t, Watcher which, Value f, bool all_threads) {
  WatchState& s = state_of(t);
  take_requests(s);
  if (all_threads) {
    static bool registered = (register_root_table(visit_requests), true);
    (void)registered;
    WatchRequest& request = g_requests[static_cast<usize>(which)];
    request.function.store(&none_object, is_none(f) ? Value::empty() : f);
    request.generation.fetch_add_acq_rel(1);
    RawGuard guard(g_world.list_lock);
    for_each_thread_locked([](Thread& x) { x.poll.fetch_or_acq_rel(kPollTrace); });
  } else {
    function_of(s, which) = is_none(f) ? Ref<>() : Ref<>(f);
  }
  watch_changed(t);
  return kDone;
}

Result<> get_watcher(Thread& t, Watcher which) {
  WatchState& s = state_of(t);
  take_requests(s);
  Value v = function_of(s, which).value();
  return v.is_empty() ? none() : own(v);
}

Result<> call_watched(Thread& t, Value f, Tuple* args) {
  Unmuted unmuted(t);
  return call_tuple(t, f, args, Value::empty());
}

}  // namespace taipan
