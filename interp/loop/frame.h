// Frames: the words around fp on the VM stack (or in a generator), and how to walk from one to the next.
// Who owns which word and when it is written: runtime/studies/interpreter.md section 2.
// Every word is a legal register word: addresses are kept as `address|1` (an int) or `address|4` (deferred).
#pragma once
#include "interp/bytecode/code.h"
#include "runtime/types/function.h"

namespace taipan {

inline constexpr int kFrameExtra = -7;     // instance under construction; heap frames: stack base | 1; Operator, Compare: below
inline constexpr int kFrameResume = -6;    // FrameKind if SPECIAL; where the caller goes on | 1 if kMachineReturn
inline constexpr int kFrameObject = -5;    // counted word of the reified frame; anything else: none
inline constexpr int kFrameCode = -4;      // code | 4
inline constexpr int kFramePrevious = -3;  // caller's fp | 1, bit 1: kMachineReturn, bit 2: SPECIAL
inline constexpr int kFramePc = -2;        // current instruction | 1
inline constexpr int kFrameCallee = -1;    // function word
inline constexpr u64 kSpecialFrame = 4;
// Pushed by compiled code, which may be returned to directly: an address in the code of the previous frame. It holds as long
// as that frame is on the chain and stands at its call (code that a frame on a thread's chain runs is never freed).
inline constexpr u64 kMachineReturn = 2;
// A SPECIAL frame of kind Operator or Compare that compiled code has pushed keeps such an address, | 1, in kFrameExtra: there its
// result is dealt with as the kind says. C++ does it as well, by the kind. Pushed by C++: 0.

// What happens when a SPECIAL frame returns (fp[kFrameResume], as a small int).
enum class FrameKind : u32 {
  Entry,           // return to C++
  Constructor,     // result must be None; deliver the instance in fp[kFrameExtra]
  Discard,         // drop the result
  Operator,        // the result is the instruction's unless it is NotImplemented; its operands are taken then
  Item,            // likewise, and any result will do
  Compare,         // like Operator, of a comparison
  CompareJump,     // of a comparison that jumps: the result's truth decides
  Generator,       // resumed by FOR_ITER or SEND of the previous frame
  GeneratorEntry,  // resumed from C++
};

inline Code* frame_code(const Value* fp) {
  return reinterpret_cast<Code*>(fp[kFrameCode].bits & ~u64{7});
}
inline Function* frame_function(const Value* fp) {
  return reinterpret_cast<Function*>(fp[kFrameCallee].bits & ~u64{7});
}
inline const Instr* frame_pc(const Value* fp) {
  return reinterpret_cast<const Instr*>(fp[kFramePc].bits & ~u64{7});
}
inline void set_frame_pc(Value* fp, const Instr* pc) {
  fp[kFramePc] = Value(reinterpret_cast<u64>(pc) | 1);
}
inline Value* frame_previous(const Value* fp) {
  return reinterpret_cast<Value*>(fp[kFramePrevious].bits & ~u64{7});
}
inline bool frame_is_special(const Value* fp) { return fp[kFramePrevious].bits & kSpecialFrame; }
inline FrameKind frame_kind(const Value* fp) {
  return static_cast<FrameKind>(fp[kFrameResume].bits >> 2);
}
inline void set_frame_kind(Value* fp, FrameKind kind) {
  fp[kFrameResume] = Value(static_cast<u64>(kind) << 2 | 1);
}
inline bool frame_has_object(const Value* fp) { return fp[kFrameObject].is_counted(); }

// First word above the frame's registers, or above what a heap frame has on the stack.
inline Value* frame_top(Value* fp, const Code* code) {
  if (code->is_generator) [[unlikely]] {
    return reinterpret_cast<Value*>(fp[kFrameExtra].bits & ~u64{7});
  }
  return fp + code->nregs;
}

// High 16 bits of an instruction's operands are in a prefix before it.
inline bool has_wide_prefix(const Instr* pc) { return pc[-1].op == static_cast<u8>(Op::WIDE); }
inline u32 wide_a(const Instr* pc) {
  return has_wide_prefix(pc) ? static_cast<u32>(pc[-1].a) << 16 | pc->a : pc->a;
}
inline u32 wide_b(const Instr* pc) {
  return has_wide_prefix(pc) ? static_cast<u32>(pc[-1].b) << 16 | pc->b : pc->b;
}
inline u32 wide_c(const Instr* pc) {
  return has_wide_prefix(pc) ? static_cast<u32>(pc[-1].c) << 16 | pc->c : pc->c;
}

}  // namespace taipan
