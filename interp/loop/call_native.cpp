// CALL of native functions and methods for compiled code: what the handler does for them (ops_call.inc), and no more.
#include "interp/loop/iterate.h"

namespace taipan {

Outcome call_native_at(Thread* t, Value* fp, const Instr* pc, Value* window, u32 n) {
  set_frame_pc(fp, pc);
  Value result = call_native_word(*t, window[kWindowCallee].object(), window + kWindowHeader, n);
  if (result.is_empty()) return Outcome::Enter;
  if (result.is_error()) [[unlikely]] return Outcome::Error;
  Value old = fp[pc->a];
  fp[pc->a] = result;
  clear_range(window + kWindowCallee, n + 1);
  drop(old);
  if (t->pending_count == 0) [[likely]] return Outcome::Next;
  run_pending(*t);
  if (!(t->pending_count & kPendingWatch)) return Outcome::Next;
  t->pending_count &= ~kPendingWatch;
  set_frame_pc(fp, pc + 1);
  return Outcome::Watch;
}

}  // namespace taipan
