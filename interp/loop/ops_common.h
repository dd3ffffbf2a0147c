// Macros and small inline functions of the handlers (ops_*.inc). The includer defines A, B, C, NEXT, JUMP,
// ERROR, ENTER, EXIT; handlers see t, fp, pc, constants, caches, exit_value and the shared labels.
#pragma once
#include "interp/loop/helpers_inline.h"
#include "runtime/object/call.h"
#include "runtime/types/singletons.h"

namespace taipan {

// Before anything that may call, raise or poll (S6).
#define SAVE() set_frame_pc(fp, pc)

// An instruction done entirely by a helper.
#define SLOW(helper)                                   \
  do {                                                 \
    SAVE();                                            \
    if (!helper(t, fp, pc, A, B, C)) ERROR();          \
    NEXT();                                            \
  } while (0)
#define TP_SLOW(name, helper) \
  TP_OP(name) { SLOW(helper); }

#define OUTCOME(call)                    \
  do {                                   \
    SAVE();                              \
    Outcome outcome_ = (call);           \
    if (outcome_ == Outcome::Next) NEXT(); \
    if (outcome_ == Outcome::Jump) JUMP(OFFSET_C); \
    if (outcome_ == Outcome::Enter) ENTER(); \
    if (outcome_ == Outcome::Error) ERROR(); \
    EXIT();                              \
  } while (0)

// Stores an owned word into a, drops the old one, next.
#define PUT_NEXT(value)                          \
  do {                                           \
    Value new_ = (value);                        \
    Value old_ = fp[A];                          \
    fp[A] = new_;                                \
    if (old_.is_counted()) [[unlikely]] {        \
      dropping = old_;                           \
      goto drop_next;                            \
    }                                            \
    NEXT();                                      \
  } while (0)

// A second owned word of a register.
inline Value duplicate(Value v) {
  if (v.is_counted()) {
    Object* o = v.object();
    if (o->is_uncounted_in_registers()) return Value::deferred(o);
    increment_local(o);
  }
  return v;
}

// A heap frame's window, moved to the stack (*_H); raises t.top above it. Null: RecursionError.
TP_INLINE Value* move_window(Thread& t, Value* fp, u32 window, u32 words) {
  Value* to = t.top;
  if (to + words + 2 > t.limit) [[unlikely]] return (void)raise_recursion_error(t, ""), nullptr;
  for (u32 i = kWindowCallee; i < words; ++i) {  // the header is nobody's: no reference lies above the top (S2)
    Value v = fp[window + i];
    if ((v.bits & 3) == 0) fp[window + i] = Value::empty();
    to[i] = v;
  }
  to[words] = Value::empty();
  t.top = to + words + 1;
  return to;
}

// Register words of immortal singletons: one form (interpreter.md section 2).
#define kTrueWord (reinterpret_cast<u64>(&true_object) | Value::kDeferredTag)
#define kFalseWord (reinterpret_cast<u64>(&false_object) | Value::kDeferredTag)
#define kNoneWord (reinterpret_cast<u64>(&none_object) | Value::kDeferredTag)

template <class T>
inline bool compare_numbers(CompareOp op, T x, T y) {
  switch (op) {
    case CompareOp::Lt: return x < y;
    case CompareOp::Le: return x <= y;
    case CompareOp::Eq: return x == y;
    case CompareOp::Ne: return x != y;
    case CompareOp::Gt: return x > y;
    case CompareOp::Ge: return x >= y;
  }
  __builtin_unreachable();
}

// `is`: heap ints and floats by value, so two references that differ take the long way.
inline bool is_identical(Value x, Value y) {
  if (same(x, y)) return true;
  if (((x.bits | y.bits) & 3) != 0) return false;  // an immediate equals no heap number
  return identical(x.canonical(), y.canonical());
}

}  // namespace taipan
