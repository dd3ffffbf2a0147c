// What compiled code calls.
#include "jit/t1/runtime.h"

#include "interp/loop/generator.h"
#include "interp/loop/helpers_inline.h"
#include "interp/loop/watch.h"
#include "runtime/types/float.h"

namespace taipan::jit {

Stubs g_stubs;

namespace {
u32 code_of(Outcome o) { return static_cast<u32>(o); }

// Is the thread watched from the boundary behind the instruction at pc on?
u32 after_pending(Thread& t, Value* fp, const Instr* pc) {
  if (!(t.pending_count & kPendingWatch)) return code_of(Outcome::Next);
  t.pending_count &= ~kPendingWatch;
  set_frame_pc(fp, pc + 1);
  return code_of(Outcome::Watch);
}
}  // namespace

u32 drop_slow(Thread* t, Value* fp, const Instr* pc, Object* o) {
  decrement(o);
  return t->pending_count == 0 ? code_of(Outcome::Next) : pending_slow(t, fp, pc);
}

u32 drop_two_slow(Thread* t, Value* fp, const Instr* pc, u64 first, u64 second) {
  drop(Value(first));
  drop(Value(second));
  return t->pending_count == 0 ? code_of(Outcome::Next) : pending_slow(t, fp, pc);
}

namespace {
// The frame t.fp has been pushed, if `outcome` says so: where to go on.
u64 place_of_pushed(Thread& t, Outcome outcome) {
  if (outcome != Outcome::Enter) return code_of(outcome);
  Value* fp = t.fp;
  Code* code = frame_code(fp);
  if (const MachineCode* machine = code->machine.load_acquire()) return reinterpret_cast<u64>(machine->entry);
  clear_locals(fp, code);
  set_frame_pc(fp, code->entry);
  if (t.poll.load_relaxed() != 0) return code_of(Outcome::PollCall);
  (void)count_heat(t, code, kHeatOfCall);
  return code_of(Outcome::Enter);
}
}  // namespace

u64 enter_call_slow(Thread* t, const Instr* pc, u64 back) { return place_of_pushed(*t, enter_call(*t, pc, back)); }
u64 enter_operator_slow(Thread* t, const Instr* pc, u64 back) { return place_of_pushed(*t, enter_operator(*t, pc, back)); }

u32 operator_unanswered_slow(Thread* t, Value* fp, const Instr* pc) {
  t->top = frame_top(fp, frame_code(fp));
  Result<> other = pc->op == static_cast<u8>(Op::COMPARE) ? comparison_not_implemented(*t, fp, pc) : operator_not_implemented(*t, fp, pc);
  if (other.is_error()) return code_of(Outcome::Error);
  finish_bc(*t, fp, pc, pc->a, pc->b, pc->c, other.word());
  return after_pending(*t, fp, pc);
}

void pending_before_jump(Thread* t, Value* fp, const Instr* pc) {
  set_frame_pc(fp, pc);
  run_pending_slow(*t);
}

u32 pending_slow(Thread* t, Value* fp, const Instr* pc) {
  set_frame_pc(fp, pc);
  run_pending_slow(*t);
  return after_pending(*t, fp, pc);
}

u32 poll_slow(Thread* t, Value* fp, const Instr* pc) {
  set_frame_pc(fp, pc);
  if (safepoint_slow(*t).is_error()) return code_of(Outcome::Error);
  return code_of(t->poll.load_relaxed() & kPollTrace ? Outcome::Watch : Outcome::Next);
}

u32 for_iter_slow_whole(Thread* t, Value* fp, const Instr* pc, Value* exit_value) {
  Outcome outcome = kRunOne[pc->op](*t, fp, pc, exit_value);
  if (outcome == Outcome::Next) {
    set_frame_pc(fp, pc + 1);
    return code_of(Outcome::Enter);
  }
  if (outcome != Outcome::Jump) return code_of(outcome);
  const Instr* target = pc + pc->sc();
  set_frame_pc(fp, target);
  if (target <= pc && t->poll.load_relaxed() != 0) {
    u32 polled = poll_slow(t, fp, target);
    if (polled != code_of(Outcome::Next)) return polled;
  }
  return code_of(Outcome::Enter);
}

u32 yielded_slow(Thread* t, Object* o) {
  const Instr* pc = frame_pc(t->fp);
  if (o != nullptr) decrement(o);
  set_frame_pc(t->fp, pc + pc->sc());
  if (t->pending_count != 0) run_pending_slow(*t);
  return code_of(Outcome::Enter);
}

bool store_floats(Thread* t, Value* fp, u64 low, u64 high, u32 n) {
  for (u32 k = 0; k < n; ++k) {
    Result<> made = float_from(*t, t->engine->floats[k]);
    if (made.is_error()) return false;
    fp[(k < 4 ? low : high) >> k % 4 * 16 & 0xFFFF] = made.word();
  }
  return true;
}

u32 deliver_slow(Thread* t, u64 result) {
  Value* fp = t->fp;
  Value* to = fp + wide_a(frame_pc(fp));
  Value old = *to;
  *to = Value(result);
  return returned_slow(t, old.is_counted() ? old.object() : nullptr);
}

u32 returned_slow(Thread* t, Object* o) {
  Value* fp = t->fp;
  const Instr* pc = frame_pc(fp);
  if (o != nullptr) decrement(o);
  if (t->pending_count != 0) run_pending_slow(*t);   // the saved pc is the call's
  set_frame_pc(fp, pc + 1);
  if (!(t->pending_count & kPendingWatch)) return code_of(Outcome::Enter);
  t->pending_count &= ~kPendingWatch;
  return code_of(Outcome::Watch);
}

void decrement_slow(Object* o) { decrement(o); }

}  // namespace taipan::jit
