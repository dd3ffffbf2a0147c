// One instruction with a WIDE prefix: the same handlers with 32-bit operand numbers. All state is in
// memory at its end, so that the plain loop goes on (Outcome::Enter: t.fp, its saved pc).
#include "interp/loop/ops_headers.h"

namespace taipan {

#define A (static_cast<u32>(pc[-1].a) << 16 | pc->a)
#define B (static_cast<u32>(pc[-1].b) << 16 | pc->b)
#define C (static_cast<u32>(pc[-1].c) << 16 | pc->c)
#define SIGNED_B (static_cast<i32>(B))
#define OFFSET_C (static_cast<i32>(C))

#define TP_OP(name) op_##name:
#define NEXT()                 \
  do {                         \
    set_frame_pc(fp, pc + 1);  \
    return Outcome::Enter;     \
  } while (0)
#define JUMP(offset)           \
  do {                         \
    pc += (offset);            \
    goto leave_at_pc;          \
  } while (0)
#define ERROR() return Outcome::Error
#define ENTER() return Outcome::Enter
#define EXIT() return Outcome::Exit
#define PUSHED_FRAME(code_)            \
  do {                                 \
    pc = (code_)->entry;               \
    goto leave_at_pc;                  \
  } while (0)
#define BACK_IN_FRAME(code_) (void)(code_)

Outcome run_wide(Thread& t, Value* fp, const Instr* prefix, Value* exit_out) {
  static const void* const kLabels[256] = {
#define OP(name, ...) &&op_##name,
#include "interp/bytecode/opcodes.def"
#undef OP
  };
  const Instr* pc = prefix + 1;
  const Code* here = frame_code(fp);
  const Value* constants = here->constants;
  Atomic<u64>* caches = here->caches;
  Value& exit_value = *exit_out;
  Value dropping;
  u32 call_args;
  Value* call_window;
  goto* kLabels[pc->op];

leave_at_pc:
  set_frame_pc(fp, pc);
  if (safepoint(t).is_error()) return Outcome::Error;
  return Outcome::Enter;

drop_next:
  decrement(dropping.object());
pending_next:
  if (t.pending_count != 0) [[unlikely]] {
    set_frame_pc(fp, pc);
    run_pending_slow(t);
  }
  NEXT();

#include "interp/loop/ops_all.inc"

  TP_OP(WIDE) { return Outcome::Enter; }
}

}  // namespace taipan
