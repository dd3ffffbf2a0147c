// Generators in machine code: FOR_ITER resumes one, YIELD gives its resumer a value, where nothing is special. Twin of
// interp/loop/generator_quick.h, with the same conditions; what they exclude runs in C++.
#pragma once
#include "interp/loop/generator_quick.h"
#include "jit/t1/layout.h"
#include "jit/t1/runtime.h"

namespace taipan::jit {

// Shared places of the stubs (stubs.h).
struct StubLabels {
  Label leave;     // T0: Outcome
  Label outcome;   // T0: Outcome
  Label go;        // Frame (also t.fp), T2: its code, T5: the pc to go on at | 1
};

constexpr Mem frame_place(int n) { return {Reg::Frame, n * 8}; }
constexpr i32 generator_word(int n) { return static_cast<i32>(sizeof(Generator)) + n * 8; }

// T0: a generator, T2: the pc of the FOR_ITER that steps it; Frame is its frame. Everything else is lost.
template <class Masm>
void emit_resume(Masm& m, const StubLabels& to) {
  Label slow = m.new_label(), created = m.new_label(), enter = m.new_label(), old = m.new_label(), empty = m.new_label();
  m.branch_bits8_mem({Reg::T0, layout::kFlags}, kShared, slow);
  m.branch32_mem_imm(Cond::NotEqual, {Reg::Thread, layout::kPoll}, 0, slow);
  m.load32(Reg::T1, {Reg::Thread, layout::kDepth});
  m.branch32_greater_equal_mem(Reg::T1, {Reg::Thread, layout::kRecursionLimit}, slow);
  m.branch_mem_imm(Cond::NotEqual, {Reg::Thread, layout::kHandled}, 0, slow);
  m.branch_mem_imm(Cond::NotEqual, {Reg::T0, layout::kGeneratorHandled}, 0, slow);
  m.load(Reg::T4, {Reg::T0, layout::kGeneratorCode});
  m.load_acquire(Reg::T4, {Reg::T4, layout::kCodeMachine});
  m.branch_imm(Cond::Equal, Reg::T4, 0, slow);   // also: it may have WIDE instructions
  m.load(Reg::T5, {Reg::T0, generator_word(kFramePc)});
  m.lea(Reg::T4, {Reg::T0, static_cast<i32>(sizeof(Generator))});
  m.load8(Reg::T3, {Reg::T0, layout::kGeneratorState});
  m.branch32_imm(Cond::NotEqual, Reg::T3, static_cast<i32>(GeneratorState::Suspended), created);
  m.load8(Reg::T3, {Reg::T5, static_cast<i32>(offsetof(Instr, k)) - 1});
  m.branch_bits(Reg::T3, kYieldDelegate, slow);
  // None into the register of the suspended YIELD, whose old word needs no drop.
  m.load16(Reg::T3, {Reg::T5, static_cast<i32>(offsetof(Instr, a)) - 1});
  m.load_index(Reg::T1, Reg::T4, Reg::T3, 0);
  m.branch_no_bits(Reg::T1, 7, old);
  m.bind(empty);
  m.mov_imm(Reg::T1, Value::deferred(&none_object).bits);
  m.store_index(Reg::T4, Reg::T3, 0, Reg::T1);
  m.add_imm(Reg::T5, sizeof(Instr));
  m.store({Reg::T4, kFramePc * 8}, Reg::T5);

  m.bind(enter);   // enter_quickly()
  m.add_imm(Reg::T2, 1);
  m.store({Reg::Frame, kFramePc * 8}, Reg::T2);
  m.load32(Reg::T1, {Reg::Thread, layout::kDepth});
  m.add_imm(Reg::T1, 1);
  m.store32({Reg::Thread, layout::kDepth}, Reg::T1);
  m.store8_imm({Reg::T0, layout::kGeneratorState}, static_cast<u8>(GeneratorState::Running));
  m.store8_imm({Reg::T0, layout::kGeneratorInherited}, 1);
  m.lea(Reg::T1, {Reg::Frame, static_cast<i32>(kSpecialFrame | 1)});
  m.store({Reg::T4, kFramePrevious * 8}, Reg::T1);
  m.store_imm({Reg::T4, kFrameResume * 8}, layout::kind_word(FrameKind::Generator));
  m.load(Reg::T1, {Reg::Thread, layout::kTop});
  m.add_imm(Reg::T1, 1);
  m.store({Reg::T4, kFrameExtra * 8}, Reg::T1);
  m.load(Reg::T3, {Reg::Thread, layout::kEngine});
  m.load(Reg::T1, {Reg::T3, layout::kEngineRunning});
  m.store({Reg::T0, layout::kGeneratorPreviousRunning}, Reg::T1);
  m.store({Reg::T3, layout::kEngineRunning}, Reg::T0);
  m.mov(Reg::Frame, Reg::T4);
  m.store({Reg::Thread, layout::kFp}, Reg::T4);
  m.load(Reg::T2, {Reg::T0, layout::kGeneratorCode});
  m.jump(to.go);

  m.bind(created);   // begins at its saved pc
  m.branch32_imm(Cond::Equal, Reg::T3, static_cast<i32>(GeneratorState::Created), enter);
  m.bind(slow);
  m.call(reinterpret_cast<const void*>(&for_iter_slow_whole), {Reg::Thread, Reg::Frame, Reg::T2, Reg::Exit});
  m.jump(to.outcome);
  m.bind(old);
  m.branch_imm(Cond::Equal, Reg::T1, 0, empty);
  m.jump(slow);
}

// T2: the pc of a YIELD of the generator whose frame is Frame. slow: where a stub has C++ do the whole instruction.
template <class Masm>
void emit_yield(Masm& m, const StubLabels& to, Label slow) {
  constexpr i32 kObject = -static_cast<i32>(sizeof(Generator));
  using layout::kind_word;
  Label from_cpp = m.new_label(), checked = m.new_label(), keep = m.new_label(), taken = m.new_label(), old = m.new_label(),
        next = m.new_label(), pending = m.new_label(), exit = m.new_label();
  m.branch_bits8_mem({Reg::Frame, kObject + layout::kFlags}, kShared, slow);
  m.branch32_mem_imm(Cond::NotEqual, {Reg::Thread, layout::kPoll}, 0, slow);
  m.branch_mem_imm(Cond::NotEqual, {Reg::Thread, layout::kHandled}, 0, slow);
  m.branch_mem_imm(Cond::NotEqual, {Reg::Frame, kObject + layout::kGeneratorHandled}, 0, slow);
  m.branch_mem_imm(Cond::NotEqual, {Reg::Frame, kObject + layout::kGeneratorResumerHandled}, 0, slow);
  m.mov_imm(Reg::T0, reinterpret_cast<u64>(&g_multi_threaded));   // must_count_registers()
  m.branch_bits8_mem({Reg::T0, 0}, 0xFF, slow);
  m.mov_imm(Reg::T0, reinterpret_cast<u64>(&g_birth_flags));
  m.branch_bits8_mem({Reg::T0, 0}, 0xFF, slow);
  m.load16(Reg::T3, {Reg::T2, offsetof(Instr, b)});
  m.load_index(Reg::T1, Reg::Frame, Reg::T3, 0);
  m.load(Reg::T4, frame_place(kFramePrevious));
  m.and_imm(Reg::T4, -8);
  m.branch_mem_imm(Cond::NotEqual, frame_place(kFrameResume), kind_word(FrameKind::Generator), from_cpp);
  m.load(Reg::T5, {Reg::T4, kFramePc * 8});
  m.load8(Reg::T0, {Reg::T5, static_cast<i32>(offsetof(Instr, op)) - 1});
  m.branch32_imm(Cond::NotEqual, Reg::T0, static_cast<i32>(Op::FOR_ITER), slow);
  m.load(Reg::T0, {Reg::T4, kFrameCode * 8});
  m.and_imm(Reg::T0, -8);
  m.load_acquire(Reg::T0, {Reg::T0, layout::kCodeMachine});
  m.branch_imm(Cond::Equal, Reg::T0, 0, slow);   // also: it may have WIDE instructions

  // The value: the register's own reference, or one more.
  m.bind(checked);
  m.load8(Reg::T0, {Reg::T2, offsetof(Instr, k)});
  m.branch_no_bits(Reg::T0, kKillB, keep);
  m.branch_bits(Reg::T1, 3, taken);
  m.mov_imm(Reg::T0, 0);
  m.store_index(Reg::Frame, Reg::T3, 0, Reg::T0);
  m.jump(taken);
  m.bind(keep);
  m.branch_bits(Reg::T1, 7, taken);
  m.branch_imm(Cond::Equal, Reg::T1, 0, slow);
  m.branch_bits8_mem({Reg::T1, layout::kFlags}, kShared | kImmortal, slow);
  m.load32(Reg::T0, {Reg::T1, layout::kCount});
  m.add_imm(Reg::T0, kCountStep);
  m.branch32_imm(Cond::Less, Reg::T0, 0, slow);
  m.store32({Reg::T1, layout::kCount}, Reg::T0);

  m.bind(taken);   // leave_quickly()
  m.add_imm(Reg::T2, 1);
  m.store(frame_place(kFramePc), Reg::T2);
  m.load(Reg::T3, {Reg::Thread, layout::kEngine});
  m.load(Reg::T0, {Reg::Frame, kObject + layout::kGeneratorPreviousRunning});
  m.store({Reg::T3, layout::kEngineRunning}, Reg::T0);
  m.store_imm({Reg::Frame, kObject + layout::kGeneratorPreviousRunning}, 0);
  m.load32(Reg::T0, {Reg::Thread, layout::kDepth});
  m.add_imm(Reg::T0, -1);
  m.store32({Reg::Thread, layout::kDepth}, Reg::T0);
  m.store({Reg::Thread, layout::kFp}, Reg::T4);
  m.store_imm(frame_place(kFramePrevious), 1);
  m.store8_imm({Reg::Frame, kObject + layout::kGeneratorState}, static_cast<u8>(GeneratorState::Suspended));
  m.mov(Reg::Frame, Reg::T4);
  m.branch_imm(Cond::Equal, Reg::T5, 0, exit);
  // deliver_yield()
  m.load16(Reg::T0, {Reg::T5, static_cast<i32>(offsetof(Instr, a)) - 1});
  m.load_index(Reg::T4, Reg::Frame, Reg::T0, 0);
  m.store_index(Reg::Frame, Reg::T0, 0, Reg::T1);
  m.branch_no_bits(Reg::T4, 7, old);
  m.bind(next);
  m.branch32_mem_imm(Cond::NotEqual, {Reg::Thread, layout::kPendingCount}, 0, pending);
  m.load16(Reg::T3, {Reg::T5, static_cast<i32>(offsetof(Instr, c)) - 1});
  m.shift_left(Reg::T3, 48);
  m.shift_right_signed(Reg::T3, 48);
  m.lea_index(Reg::T5, Reg::T5, Reg::T3, 0);
  m.load(Reg::T2, frame_place(kFrameCode));
  m.and_imm(Reg::T2, -8);
  m.jump(to.go);

  m.bind(from_cpp);
  m.branch_mem_imm(Cond::NotEqual, frame_place(kFrameResume), kind_word(FrameKind::GeneratorEntry), slow);
  m.mov_imm(Reg::T5, 0);
  m.jump(checked);
  m.bind(exit);
  m.store8_imm({Reg::T3, layout::kEngineFinished}, 0);
  m.store({Reg::Exit, 0}, Reg::T1);
  m.mov_imm(Reg::T0, static_cast<u64>(Outcome::Exit));
  m.jump(to.leave);
  m.bind(old);
  m.branch_imm(Cond::Equal, Reg::T4, 0, next);
  m.call(reinterpret_cast<const void*>(&yielded_slow), {Reg::Thread, Reg::T4});
  m.jump(to.outcome);
  m.bind(pending);
  m.call(reinterpret_cast<const void*>(&yielded_slow), {Reg::Thread, Arg::immediate(0)});
  m.jump(to.outcome);
}

}  // namespace taipan::jit
