// The machine code that all code objects share: entry from C++, exit, going on in another frame, returns.
#pragma once
#include "jit/t1/layout.h"
#include "jit/t1/runtime.h"
#include "jit/t1/stubs_generator.h"

namespace taipan::jit {

struct StubOffsets {
  u32 enter, outcome, leave, returned, resume, yield, leaving[kLeavingOps.size()];
};

template <class Masm>
StubOffsets emit_stubs(asmjit::CodeHolder* holder) {
  Masm m(holder);
  StubOffsets at;
  auto here = [&] { return static_cast<u32>(m.offset()); };
  Label leave = m.new_label(), outcome = m.new_label(), go = m.new_label(), stay = m.new_label();

  at.enter = here();
  m.prologue();

  at.leave = here();
  m.bind(leave);
  m.epilogue();

  // T0: Outcome. Enter: goes on in t.fp from its saved pc, if that has machine code.
  at.outcome = here();
  m.bind(outcome);
  m.branch32_imm(Cond::NotEqual, Reg::T0, static_cast<i32>(Outcome::Enter), leave);
  m.load(Reg::Frame, {Reg::Thread, layout::kFp});
  m.load(Reg::T2, {Reg::Frame, kFrameCode * 8});
  m.load(Reg::T5, {Reg::Frame, kFramePc * 8});
  m.and_imm(Reg::T2, -8);
  m.bind(go);   // Frame (also t.fp), T2: its code, T5: the pc to go on at | 1
  m.load_acquire(Reg::T4, {Reg::T2, layout::kCodeMachine});
  m.branch_imm(Cond::Equal, Reg::T4, 0, stay);
  m.load(Reg::T3, {Reg::T2, layout::kCodeInstrs});
  m.sub(Reg::T5, Reg::T3);
  m.shift_right(Reg::T5, 3);                       // index: the pc's tag is shifted out
  m.load(Reg::T3, {Reg::T4, layout::kMachineOffsets});
  m.load32_index(Reg::T1, Reg::T3, Reg::T5, 0);
  m.load(Reg::T3, {Reg::T4, layout::kMachineBase});
  m.add(Reg::T1, Reg::T3);
  m.jump(Reg::T1);

  m.bind(stay);
  m.store({Reg::Frame, kFramePc * 8}, Reg::T5);
  m.mov_imm(Reg::T0, static_cast<u64>(Outcome::Enter));
  m.jump(leave);

  // T2: an instruction that may leave its frame. What it drops may run Python code when the frame is gone already, so the
  // return address must not lie in the frame's code (Note [machine-life]).
  Label yield_in_cpp = m.new_label();
  for (usize k = 0; k < kLeavingOps.size(); ++k) {
    at.leaving[k] = here();
    if (kLeavingOps[k] == Op::YIELD) m.bind(yield_in_cpp);
    m.call(reinterpret_cast<const void*>(kRunOne[static_cast<u8>(kLeavingOps[k])]), {Reg::Thread, Reg::Frame, Reg::T2, Reg::Exit});
    m.jump(outcome);
  }

  StubLabels shared{leave, outcome, go};
  at.resume = here();
  emit_resume(m, shared);
  at.yield = here();
  emit_yield(m, shared, yield_in_cpp);

  // A frame has been left: Frame and t.fp are the caller's, T2 its code, T1 the result (owned). Delivers it (C2).
  Label heap = m.new_label(), top = m.new_label(), interpreted = m.new_label(), old = m.new_label(),
        pending = m.new_label(), next = m.new_label();
  at.returned = here();
  m.load8(Reg::T3, {Reg::T2, layout::kCodeIsGenerator});
  m.branch_imm(Cond::NotEqual, Reg::T3, 0, heap);
  m.load32(Reg::T3, {Reg::T2, layout::kCodeNregs});
  m.lea_index(Reg::T3, Reg::Frame, Reg::T3, 0);
  m.bind(top);
  m.store({Reg::Thread, layout::kTop}, Reg::T3);
  m.load_acquire(Reg::T4, {Reg::T2, layout::kCodeMachine});
  m.branch_imm(Cond::Equal, Reg::T4, 0, interpreted);
  m.load(Reg::T5, {Reg::Frame, kFramePc * 8});
  m.load16(Reg::T0, {Reg::T5, 1});                 // Instr::a, behind the tag
  m.load_index(Reg::T3, Reg::Frame, Reg::T0, 0);
  m.store_index(Reg::Frame, Reg::T0, 0, Reg::T1);
  m.branch_no_bits(Reg::T3, 7, old);
  m.bind(next);
  m.branch32_mem_imm(Cond::NotEqual, {Reg::Thread, layout::kPendingCount}, 0, pending);
  m.load(Reg::T3, {Reg::T2, layout::kCodeInstrs});
  m.sub(Reg::T5, Reg::T3);
  m.shift_right(Reg::T5, 3);
  m.load(Reg::T3, {Reg::T4, layout::kMachineOffsets});
  m.load32_index(Reg::T1, Reg::T3, Reg::T5, 4);    // the instruction behind the call
  m.load(Reg::T3, {Reg::T4, layout::kMachineBase});
  m.add(Reg::T1, Reg::T3);
  m.jump(Reg::T1);

  m.bind(heap);
  m.load(Reg::T3, {Reg::Frame, kFrameExtra * 8});
  m.and_imm(Reg::T3, -8);
  m.jump(top);
  m.bind(interpreted);
  m.call(reinterpret_cast<const void*>(&deliver_slow), {Reg::Thread, Reg::T1});
  m.jump(outcome);
  m.bind(old);
  m.branch_imm(Cond::Equal, Reg::T3, 0, next);
  m.call(reinterpret_cast<const void*>(&returned_slow), {Reg::Thread, Reg::T3});
  m.jump(outcome);
  m.bind(pending);
  m.call(reinterpret_cast<const void*>(&returned_slow), {Reg::Thread, Arg::immediate(0)});
  m.jump(outcome);
  return at;
}

}  // namespace taipan::jit
