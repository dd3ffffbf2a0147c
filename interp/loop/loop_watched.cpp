// The loop of watched threads: the same handlers, stopping at marked instructions (Note [watch], watch.cpp).
#include "interp/loop/ops_headers.h"
#include "interp/loop/watch.h"

namespace taipan {
namespace {

// kPollTrace stays set here; anything else is answered.
bool must_poll(const Thread& t) { return (t.poll.load_relaxed() & ~u32{kPollTrace}) != 0; }

// What ran before `pc` where a loop that does not watch has stopped.
const Instr* instruction_before(const Code* code, const Instr* pc) {
  if (pc == code->instrs || kOpInfo[pc[-1].op].is_jump()) return nullptr;
  return pc - 1;
}

struct Place {  // the tables of the current frame's code
  const CodeWatch* watch;
  const u8* marks;  // other threads clear bits: stale ones do no harm
  const Instr* instrs;
  u8 mark(const Instr* pc) const { return __atomic_load_n(marks + (pc - instrs), __ATOMIC_RELAXED); }
};
bool load_frame(Thread& t, const Code* code, Place* at) {
  const CodeWatch* watch = code_watch(t, const_cast<Code*>(code));
  if (watch == nullptr) return false;
  *at = {watch, marks_to_watch(t, *watch), code->instrs};
  return true;
}

}  // namespace

#include "interp/loop/ops_plain.h"

#define TP_OP(name) op_##name:
#define NEXT()      \
  do {              \
    last = pc;      \
    ++pc;           \
    goto step;      \
  } while (0)
#define JUMP(offset)    \
  do {                  \
    last = pc;          \
    pc += (offset);     \
    goto jumped;        \
  } while (0)
#define ERROR() goto error
#define ENTER() goto enter
#define EXIT() goto leave
#define PUSHED_FRAME(code_) goto call_told
#define BACK_IN_FRAME(code_)                     \
  do {                                           \
    if (!load_frame(t, code_, &at)) [[unlikely]] { \
      drop(exit_value);                          \
      goto error;                                \
    }                                            \
    constants = (code_)->constants;              \
    caches = (code_)->caches;                    \
    wanted = watched_marks(t, fp);               \
  } while (0)
// The current frame is another one.
#define LOAD_FRAME()                                          \
  do {                                                        \
    const Code* code_ = frame_code(fp);                       \
    if (!load_frame(t, code_, &at)) [[unlikely]] goto error;  \
    constants = code_->constants;                             \
    caches = code_->caches;                                   \
  } while (0)

Outcome run_watched(Thread& t, WatchFrom from, Value* exit_out) {
  static const void* const kLabels[256] = {
#define OP(name, ...) &&op_##name,
#include "interp/bytecode/opcodes.def"
#undef OP
  };
  WatchState& watching = t.engine->watch;
  Awaited* const outer = watching.awaited;
  Value* fp = t.fp;
  const Instr* pc = frame_pc(fp);
  const Instr* last = nullptr;     // what this frame has run before pc; null: nothing
  const Instr* caller = nullptr;   // where the calling frame stands, once this one is about to be left
  const Value* constants;
  Atomic<u64>* caches;
  Place at;
  u32 wanted = 0;                  // at which marks to stop
  Value& exit_value = *exit_out;
  Value dropping;
  u32 call_args;
  Value* call_window;

  t.pending_count &= ~kPendingWatch;
  LOAD_FRAME();
  switch (from) {
    case WatchFrom::Boundary: last = instruction_before(frame_code(fp), pc); goto refresh;
    case WatchFrom::Raise:
      watch_throw(t, fp);
      goto error;
    case WatchFrom::Native:
      if (!frame_code(fp)->is_generator) goto call_told;
      // Elsewhere than at a RESUME: what it delegated to has ended.
      if (pc->op != static_cast<u8>(Op::RESUME) && watch_resume(t, fp).is_error()) goto error;
      goto refresh;
    case WatchFrom::Call: goto call_told;
  }

enter: {  // t.fp is the frame, its pc the instruction
  Value* before = fp;
  fp = t.fp;
  bool pushed = fp != before && frame_previous(fp) == before;
  last = fp == before ? pc : pushed ? nullptr : caller;
  pc = frame_pc(fp);
  LOAD_FRAME();
  if (!pushed || frame_code(fp)->is_generator) goto refresh;
}

call_told:  // a function begins: its frame stands at its first line meanwhile
  fp = t.fp;
  LOAD_FRAME();
  set_frame_pc(fp, at.instrs);
  if (watch_start(t, fp).is_error()) goto error;
  pc = frame_code(fp)->entry;
  last = nullptr;
  set_frame_pc(fp, pc);
  if (must_poll(t) && safepoint_slow(t).is_error()) goto error;
  goto refresh;

jumped:
  if (pc > last) goto step;
  if (must_poll(t)) {
    set_frame_pc(fp, pc);
    if (safepoint_slow(t).is_error()) goto error;
  }
  goto refresh;

drop_next:
  decrement(dropping.object());
pending_next:
  last = pc;
  if (t.pending_count != 0) [[unlikely]] {
    set_frame_pc(fp, pc);
    run_pending_slow(t);
    t.pending_count &= ~kPendingWatch;
    ++pc;
    goto refresh;
  }
  ++pc;
  goto step;

refresh:  // before pc: has anything changed?
  if (!is_watched(t)) {
    set_frame_pc(fp, pc);
    forget_awaited(t, outer);
    return Outcome::Enter;
  }
  wanted = watched_marks(t, fp);
  at.marks = marks_to_watch(t, *at.watch);
step : {
  u8 mark = at.mark(pc);
  if ((mark & kMarkLeave) && frame_previous(fp) != nullptr) caller = frame_pc(frame_previous(fp));
  if ((mark & wanted) == 0 && (watching.awaited == nullptr || watching.awaited->fp != fp)) goto* kLabels[pc->op];
}
  set_frame_pc(fp, pc);
  if (watch_instruction(t, fp, last, pc).is_error()) goto error;
  if (frame_pc(fp) != pc) {
    pc = frame_pc(fp);
    last = nullptr;
    goto step;
  }
  run_pending(t);  // calls that have ended were held until now
  if (must_poll(t) && safepoint_slow(t).is_error()) goto error;
  wanted = is_watched(t) ? watched_marks(t, fp) : 0;
  at.marks = marks_to_watch(t, *at.watch);
  goto* kLabels[pc->op];

error:
  if (unwind(t, &exit_value) != Outcome::Enter) goto leave;
  fp = t.fp;
  pc = frame_pc(fp);
  last = watching.raised_at;
  LOAD_FRAME();
  goto refresh;

leave:
  forget_awaited(t, outer);
  t.pending_count |= kPendingWatch;  // for the loop that called
  return Outcome::Exit;

#include "interp/loop/ops_all.inc"

  TP_OP(WIDE) {
    switch (run_wide(t, fp, pc, &exit_value)) {
      case Outcome::Error: goto error;
      case Outcome::Exit: goto leave;
      default: goto enter;
    }
  }
}

}  // namespace taipan
