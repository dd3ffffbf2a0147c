// What compiled code calls: C++ functions with the C calling convention, and the stubs every code shares.
#pragma once
#include <algorithm>
#include <array>

#include "interp/loop/tier.h"
#include "jit/code/machine_code.h"

namespace taipan::jit {

// Instructions that may leave their frame.
inline constexpr std::array kLeavingOps = {Op::RETURN, Op::RETURN_CONST, Op::YIELD, Op::RETURN_FROM_GENERATOR};
constexpr u32 leaving_index(Op op) {
  return static_cast<u32>(std::find(kLeavingOps.begin(), kLeavingOps.end(), op) - kLeavingOps.begin());
}
constexpr bool may_leave_frame(Op op) { return leaving_index(op) < kLeavingOps.size(); }

// Process-wide machine code, made once for the machine's own target.
struct Stubs {
  // Runs `code` with the frame fp; gives an Outcome: Enter, Exit, Error, PollCall or Watch.
  u32 (*enter)(Thread* t, Value* fp, const void* code, Value* exit_value);
  const void* outcome;  // jumped to with an Outcome in T0: Enter goes on in t.fp if that has machine code
  const void* leave;    // jumped to with an Outcome in T0: back to C++
  const void* returned; // jumped to when a frame has been left: stubs.h
  const void* resume;   // jumped to with a generator in T0, pc of a FOR_ITER in T2: steps it
  const void* yield;    // jumped to with pc of a YIELD in T2
  const void* leaving[kLeavingOps.size()];  // jumped to with pc in T2: the instruction whole, which may leave its frame
};
extern Stubs g_stubs;

// Give up a counted word at the end of the instruction at pc, and run what is pending. Next, or Watch.
u32 drop_slow(Thread* t, Value* fp, const Instr* pc, Object* o);
u32 drop_two_slow(Thread* t, Value* fp, const Instr* pc, u64 first, u64 second);   // any words
// enter_call() for the call at pc. Next: it has to be done otherwise, nothing has changed. What is no Outcome is the machine address
// to go on at, in t.fp; `back`: the address to return to.
u64 enter_call_slow(Thread* t, const Instr* pc, u64 back);
u64 enter_operator_slow(Thread* t, const Instr* pc, u64 back);   // likewise with enter_operator()
// Its method has answered NotImplemented: the rest of the instruction. Next, Error or Watch.
u32 operator_unanswered_slow(Thread* t, Value* fp, const Instr* pc);
inline constexpr u64 kOutcomes = 16;   // no machine address is below it
// Runs what is pending in an instruction that then jumps. Being watched from there on is noticed later.
void pending_before_jump(Thread* t, Value* fp, const Instr* pc);
u32 pending_slow(Thread* t, Value* fp, const Instr* pc);
// FOR_ITER at pc, whole. Enter: goes on in t.fp at its saved pc; else as Tiers::run, or Error.
u32 for_iter_slow_whole(Thread* t, Value* fp, const Instr* pc, Value* exit_value);
// A value has been yielded to the FOR_ITER at which t.fp stands; its register's old object o (or null) goes. Enter.
u32 yielded_slow(Thread* t, Object* o);
// The first n of the thread's ThreadEngine::floats into registers of fp: 16 bits each in `low`, then `high`. False: no memory.
bool store_floats(Thread* t, Value* fp, u64 low, u64 high, u32 n);
// A poll before the instruction at pc. Next, Error or Watch.
u32 poll_slow(Thread* t, Value* fp, const Instr* pc);
// A frame has been left; t.fp is the caller's, which has no machine code: stores the result there. Enter or Watch.
u32 deliver_slow(Thread* t, u64 result);
// Give up a counted word; nothing else.
void decrement_slow(Object* o);
// A result has been delivered to t.fp, the instruction ends with giving up o (or null). Enter or Watch.
u32 returned_slow(Thread* t, Object* o);

}  // namespace taipan::jit
