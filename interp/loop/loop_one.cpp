// One plain instruction for compiled code: the interpreter's own handlers, which hand back after it. Each opcode is a
// function of its own, so that compiled code calls the handler without a dispatch, and one that is small stays small.
#include "interp/loop/ops_headers.h"
#include "interp/loop/tier.h"

namespace taipan {

Tiers g_tiers;

#include "interp/loop/ops_plain.h"

#define TP_OP(name) op_##name:
// A handler may have done more than one instruction, or returned to another frame.
#define NEXT()                                  \
  do {                                          \
    if (pc == at) [[likely]] return Outcome::Next; \
    set_frame_pc(fp, pc + 1);                   \
    return Outcome::Enter;                      \
  } while (0)
#define JUMP(offset)      \
  do {                    \
    (void)(offset);       \
    return Outcome::Jump; \
  } while (0)
#define ERROR() return Outcome::Error
#define ENTER() return Outcome::Enter
#define EXIT() return Outcome::Exit
#define PUSHED_FRAME(code_)                                                   \
  do {                                                                        \
    set_frame_pc(fp, (code_)->entry);                                         \
    if (t.poll.load_relaxed() != 0) [[unlikely]] return Outcome::PollCall;    \
    if ((code_)->heat.load_relaxed() > 0) (void)count_heat(t, code_, kHeatOfCall); \
    return Outcome::Enter;                                                    \
  } while (0)
#define BACK_IN_FRAME(code_) (void)(code_)

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-label"

namespace {
template <Op kOp>
Outcome run_one(Thread& t, Value* fp, const Instr* pc, Value* exit_out) {
  const Instr* const at = pc;
  const Code* here = frame_code(fp);
  const Value* constants = here->constants;
  Atomic<u64>* caches = here->caches;
  Value& exit_value = *exit_out;
  Value dropping;
  u32 call_args;
  Value* call_window;
  switch (kOp) {
#define OP(name, ...) case Op::name: goto op_##name;
#include "interp/bytecode/opcodes.def"
#undef OP
  }
  __builtin_unreachable();

drop_next:
  decrement(dropping.object());
pending_next:
  if (t.pending_count != 0) [[unlikely]] {
    set_frame_pc(fp, pc);
    run_pending_slow(t);
    if (t.pending_count & kPendingWatch) {
      t.pending_count &= ~kPendingWatch;
      set_frame_pc(fp, pc + 1);
      return Outcome::Watch;
    }
  }
  NEXT();

#include "interp/loop/ops_all.inc"

  TP_OP(WIDE) { return run_wide(t, fp, pc, exit_out); }
}
}  // namespace

#pragma GCC diagnostic pop

RunOne* const kRunOne[256] = {
#define OP(name, ...) &run_one<Op::name>,
#include "interp/bytecode/opcodes.def"
#undef OP
};

}  // namespace taipan
