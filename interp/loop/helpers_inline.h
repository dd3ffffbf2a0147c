// What every helper does at its end: take killed operands, store the result, drop, run what is pending.
// Order matters (S4, C5.3): the result is stored first, drops are last, Python code runs at the very end.
// Also the tests for immediates that the fast paths share.
#pragma once
#include "interp/loop/helpers.h"
#include "runtime/thread/safepoint.h"

namespace taipan {

inline bool both_ints(Value x, Value y) { return (((x.bits ^ 1) | (y.bits ^ 1)) & 3) == 0; }
inline bool both_floats(Value x, Value y) { return x.bits & y.bits & 2; }
inline bool is_reference_word(Value v) { return (v.bits & 3) == 0 && v.bits != 0; }

// Takes a killed operand out of its register; immediates stay, and give the empty word.
inline Value take_killed(Value* fp, u32 r, bool kill) {
  Value v = fp[r];
  if (!kill || (v.bits & 3) != 0) return Value::empty();
  fp[r] = Value::empty();
  return v;
}
// UNPACK of two that consumes register `from`?
inline bool is_pair_unpack(const Instr* pc, u32 from) {
  return pc->op == static_cast<u8>(Op::UNPACK) && pc->b == from && pc->c == 2 && (pc->k & kKillB);
}
// Where an instruction with its offset in c jumps to, from itself.
inline i32 jump_offset(const Instr* pc) { return has_wide_prefix(pc) ? static_cast<i32>(wide_c(pc)) : pc->sc(); }
inline Value take_register(Value* fp, u32 r) { return take_killed(fp, r, true); }

// Stores an owned word and drops the old one. (run_pending is up to the caller.)
inline void put(Value* fp, u32 a, Value owned) {
  Value old = fp[a];
  fp[a] = owned;
  drop(old);
}

inline bool finish(Thread& t, Value* fp, u32 a, Value owned) {
  put(fp, a, owned);
  run_pending(t);
  return true;
}
inline bool finish_b(Thread& t, Value* fp, const Instr* pc, u32 a, u32 b, Value owned) {
  Value x = take_killed(fp, b, pc->k & kKillB);
  put(fp, a, owned);
  drop(x);
  run_pending(t);
  return true;
}
inline bool finish_bc(Thread& t, Value* fp, const Instr* pc, u32 a, u32 b, u32 c, Value owned) {
  Value x = take_killed(fp, b, pc->k & kKillB);
  Value y = take_killed(fp, c, pc->k & kKillC);
  put(fp, a, owned);
  drop(x);
  drop(y);
  run_pending(t);
  return true;
}
// Operands only (no result): kills of b and c.
inline bool finish_taking(Thread& t, Value* fp, const Instr* pc, u32 b, u32 c) {
  Value x = take_killed(fp, b, pc->k & kKillB);
  Value y = take_killed(fp, c, pc->k & kKillC);
  drop(x);
  drop(y);
  run_pending(t);
  return true;
}
// Clears a range of registers, from the end, as CPython empties frames and arguments.
inline void clear_range(Value* first, usize n) {
  for (usize i = n; i-- > 0;) {
    Value v = first[i];
    if ((v.bits & 3) != 0 || v.bits == 0) continue;
    first[i] = Value::empty();
    if (v.is_counted()) decrement(v.object());
  }
}
inline bool finish_range(Thread& t, Value* fp, u32 a, u32 first, u32 n, Value owned) {
  // dst may be one of the range: its word has been used.
  clear_range(fp + first, n);
  return finish(t, fp, a, owned);
}
inline Str* site_name(const Value* fp, u32 site) { return frame_code(fp)->sites[site].name; }

// The result word of a fallible operation, or: return false.
#define TP_TAKE(expression)                              \
  ({                                                     \
    auto tp_taken_ = (expression);                       \
    if (tp_taken_.is_error()) [[unlikely]] return false; \
    tp_taken_.take();                                    \
  })

}  // namespace taipan
