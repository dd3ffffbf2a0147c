// The dispatch loop: computed goto, one handler an opcode, handlers by family in ops_*.inc.
// Compiled once for plain instructions and, with TP_WIDE, once for those with a WIDE prefix
// (loop_wide.cpp): there a handler runs one instruction and hands back to this loop.
#include "interp/loop/loop.h"

#include "interp/loop/ops_headers.h"
#include "interp/loop/tier.h"
#include "interp/loop/watch.h"

namespace taipan {

#include "interp/loop/ops_plain.h"

#define TP_OP(name) op_##name:
#define NEXT()                  \
  do {                          \
    ++pc;                       \
    goto* kLabels[pc->op];      \
  } while (0)
#define JUMP(offset)                                                          \
  do {                                                                        \
    i64 offset_ = (offset);                                                   \
    pc += offset_;                                                            \
    /* 0: an empty loop jumps to itself */                                    \
    if (offset_ <= 0) {                                                       \
      if (t.poll.load_relaxed() != 0) [[unlikely]] goto poll_here;            \
      if (TP_IS_WARM(frame_code(fp))) [[unlikely]] goto warm_loop;            \
    }                                                                         \
    goto* kLabels[pc->op];                                                    \
  } while (0)
#define ERROR() goto error
#define ENTER() goto enter
#define EXIT() return exit_value
#define PUSHED_FRAME(code_)                                   \
  do {                                                        \
    constants = (code_)->constants;                           \
    caches = (code_)->caches;                                 \
    pc = (code_)->entry;                                      \
    if (t.poll.load_relaxed() != 0) [[unlikely]] goto poll_call; \
    if (TP_IS_WARM(code_)) [[unlikely]] goto warm_call;        \
    goto* kLabels[pc->op];                                    \
  } while (0)
#define BACK_IN_FRAME(code_)         \
  do {                               \
    constants = (code_)->constants;  \
    caches = (code_)->caches;        \
  } while (0)

Value run_frame(Thread& t, Outcome from) {
  static const void* const kLabels[256] = {
#define OP(name, ...) &&op_##name,
#include "interp/bytecode/opcodes.def"
#undef OP
  };
  Value* fp;
  const Instr* pc;
  const Value* constants;
  Atomic<u64>* caches;
  Value exit_value;
  Value dropping;  // for drop_next
  u32 call_args;   // for call_function, call_general
  Value* call_window;

  WatchFrom watch_from;
  if (from == Outcome::PollCall || from == Outcome::Watch) [[unlikely]] goto handed_back;
  if (t.poll.load_relaxed() & kPollTrace) [[unlikely]] {
    watch_from = from == Outcome::Error ? WatchFrom::Raise : WatchFrom::Native;
    goto watch;
  }
  if (from == Outcome::Error) goto error;

enter:  // t.fp is the frame, its pc the instruction
  fp = t.fp;
  {
    const Code* code = frame_code(fp);
    constants = code->constants;
    caches = code->caches;
    pc = frame_pc(fp);
    if (TP_IS_WARM(code)) [[unlikely]] goto warm_call;
  }
  goto* kLabels[pc->op];

warm_call:  // state: before pc (Note [heat])
  if (!count_heat(t, frame_code(fp), kHeatOfCall)) goto* kLabels[pc->op];
  goto compiled;
warm_loop:
  if (!count_heat(t, frame_code(fp), 1)) goto* kLabels[pc->op];
compiled:
  set_frame_pc(fp, pc);
  from = g_tiers.run(t, &exit_value);
  if (from == Outcome::Exit) return exit_value;
handed_back:
  fp = t.fp;
  {
    const Code* code = frame_code(fp);
    constants = code->constants;
    caches = code->caches;
    pc = frame_pc(fp);
  }
  if (from == Outcome::PollCall) goto poll_call;
  watch_from = WatchFrom::Boundary;
  if (from == Outcome::Watch) goto watch;
  goto* kLabels[pc->op];

poll_here:  // state: before pc
  set_frame_pc(fp, pc);
  if (safepoint_slow(t).is_error()) goto error;
  watch_from = WatchFrom::Boundary;
  if (t.poll.load_relaxed() & kPollTrace) goto watch;
  goto* kLabels[pc->op];

poll_call:  // likewise, at the beginning of a function
  set_frame_pc(fp, pc);
  if (safepoint_slow(t).is_error()) goto error;
  watch_from = WatchFrom::Call;
  if (t.poll.load_relaxed() & kPollTrace) goto watch;
  goto* kLabels[pc->op];

watch:  // state: t.fp and its saved pc. Goes over to the other loop if this thread is really watched (Note [watch])
  if (!is_watched(t)) {
    if (t.engine->watch.muted == 0) t.poll.fetch_and_acq_rel(~u32{kPollTrace});
    if (watch_from == WatchFrom::Raise) goto error;
    goto enter;
  }
  if (run_watched(t, watch_from, &exit_value) == Outcome::Exit) return exit_value;
  goto enter;

drop_next:  // the last act of an instruction: drop one counted word
  decrement(dropping.object());
pending_next:
  if (t.pending_count != 0) [[unlikely]] {
    set_frame_pc(fp, pc);
    run_pending_slow(t);
    if (t.pending_count & kPendingWatch) {
      t.pending_count &= ~kPendingWatch;
      set_frame_pc(fp, pc + 1);
      watch_from = WatchFrom::Boundary;
      goto watch;
    }
  }
  NEXT();

error:
  switch (unwind(t, &exit_value)) {
    case Outcome::Enter:
      watch_from = WatchFrom::Boundary;
      if (t.poll.load_relaxed() & kPollTrace) [[unlikely]] goto watch;  // a finaliser has called settrace()
      goto enter;
    default: return exit_value;
  }

#include "interp/loop/ops_all.inc"

  TP_OP(WIDE) {
    switch (run_wide(t, fp, pc, &exit_value)) {
      case Outcome::Error: goto error;
      case Outcome::Exit: return exit_value;
      default: goto enter;
    }
  }
}

}  // namespace taipan
