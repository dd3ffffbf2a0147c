// The pass itself, and what all families share: slow paths, outcomes, references, the ends of instructions.
#pragma once
#include "jit/t1/baseline.h"

namespace taipan::jit {

inline Cond condition_of(CompareOp op) {
  switch (op) {
    case CompareOp::Lt: return Cond::Less;
    case CompareOp::Le: return Cond::LessEqual;
    case CompareOp::Eq: return Cond::Equal;
    case CompareOp::Ne: return Cond::NotEqual;
    case CompareOp::Gt: return Cond::Greater;
    case CompareOp::Ge: return Cond::GreaterEqual;
  }
  __builtin_unreachable();
}

// Which of the six, and whether the jump is taken when it is false.
struct FusedCompare {
  Cond cond;
  bool negated;
};
inline FusedCompare fused_compare(Op op, Op first) {
  u32 n = static_cast<u32>(op) - static_cast<u32>(first);
  return {condition_of(static_cast<CompareOp>(n % 6)), n >= 6};
}

template <class Masm>
bool Baseline<Masm>::compile() {
  constexpr u32 kMaxInstructions = 50000;
  if (code_->size > kMaxInstructions) return why_ = "too long", false;
  for (u32 i = 0; i < code_->size; ++i) {
    if (code_->instrs[i].op == static_cast<u8>(Op::WIDE)) return why_ = "wide operands", false;
  }
  for (Label& l : at_) l = m.new_label();
  slow_.resize(code_->size);
  offsets_.resize(code_->size);
  covered_.resize(code_->size);
  is_target_.resize(code_->size + 1);
  for (u32 i = 0; i < code_->size; ++i) {
    const Instr& in = code_->instrs[i];
    if (kOpInfo[in.op].is_jump()) is_target_[i + static_cast<u32>(jump_operand(in))] = true;
  }
  drop_ = m.new_label();
  release_ = m.new_label();

  function_entry();
  for (i_ = 0; i_ < code_->size; ++i_) {
    bind_instruction();
    if (u32 length = chain_length()) {
      emit_chain(length);
      continue;
    }
    begin(Part::Instruction);
    emit();
  }
  m.bind(at_[code_->size]);
  m.trap();   // nobody falls off a code object's end
  for (usize k = 0; k < cold_.size(); ++k) {   // grows meanwhile
    i_ = cold_[k].index;
    chain_ = cold_[k].chain;
    begin(Part::Rare);
    auto emit_cold = std::move(cold_[k].emit);
    emit_cold();
  }
  i_ = code_->size;
  chain_ = {};
  begin(Part::Routines);
  routines();
  return true;
}

template <class Masm>
void Baseline<Masm>::bind_instruction() {
  m.bind(at_[i_]);
  offsets_[i_] = static_cast<u32>(m.offset());
}

// Where a call from machine code arrives: header, arguments and pc of the caller are in place.
template <class Masm>
void Baseline<Masm>::function_entry() {
  entry_offset_ = static_cast<u32>(m.offset());
  i_ = code_->index_of(code_->entry);
  begin(Part::Entry);
  u32 first = code_->first_cleared, end = code_->nlocals;
  for (u32 n = first; n < end; ++n) clear(n);
  Label poll = m.new_label();
  m.branch32_mem_imm(Cond::NotEqual, {Reg::Thread, layout::kPoll}, 0, poll);
  m.jump(at_[i_]);
  cold([this, poll] {
    m.bind(poll);
    m.mov_imm(Reg::T2, reinterpret_cast<u64>(pc()));
    m.lea(Reg::T1, {Reg::T2, 1});
    m.store(frame_word(kFramePc), Reg::T1);
    m.mov_imm(Reg::T0, static_cast<u64>(Outcome::PollCall));
    m.jump_absolute(stubs_.leave);
  });
}

// Routines: called by call_local; scratch registers are lost but where said otherwise.
template <class Masm>
void Baseline<Masm>::routines() {
  // drop_: one reference to the counted word T1 less, as the last act of the instruction at T2. T0: Outcome.
  Label rare = m.new_label();
  m.bind(drop_);
  count_down(rare);
  m.mov_imm(Reg::T0, static_cast<u64>(Outcome::Next));
  m.ret();
  m.bind(rare);
  m.begin_routine();
  m.call(reinterpret_cast<const void*>(&drop_slow), {Reg::Thread, Reg::Frame, Reg::T2, Reg::T1});
  m.end_routine();

  // release_: the same without its end; what is pending has to be looked at later.
  Label seldom = m.new_label();
  m.bind(release_);
  count_down(seldom);
  m.ret();
  m.bind(seldom);
  m.begin_routine();
  m.call(reinterpret_cast<const void*>(&decrement_slow), {Reg::T1});
  m.end_routine();
}

// One reference to the counted word T1 less, if it is local and this is not the last one. T0 is lost.
template <class Masm>
void Baseline<Masm>::count_down(Label otherwise) {
  m.branch_bits8_mem({Reg::T1, layout::kFlags}, kShared | kImmortal, otherwise);
  m.load32(Reg::T0, {Reg::T1, layout::kCount});
  m.branch32_imm(Cond::Below, Reg::T0, 2 * kCountStep, otherwise);
  m.add_imm(Reg::T0, -static_cast<i32>(kCountStep));
  m.store32({Reg::T1, layout::kCount}, Reg::T0);
}

// One more to a local object. T5 is lost. Without room for it: `full`, nothing is changed.
template <class Masm>
void Baseline<Masm>::count_up(Reg object, Label full) {
  m.load32(Reg::T5, {object, layout::kCount});
  m.add_imm(Reg::T5, kCountStep);
  m.branch32_imm(Cond::Less, Reg::T5, 0, full);
  m.store32({object, layout::kCount}, Reg::T5);
}

// The reference `word` gets one more holder: counted if its object is local, else the register's tag. T5 is lost.
template <class Masm>
void Baseline<Masm>::add_holder(Reg word, Label deferred, Label full) {
  m.branch_bits8_mem({word, layout::kFlags}, kShared | kImmortal, deferred);
  count_up(word, full);
  Label done = m.new_label();
  m.bind(done);
  cold([this, word, done, deferred] {
    m.bind(deferred);
    m.or_imm(word, static_cast<i32>(Value::kDeferredTag));
    m.jump(done);
  });
}

// Register r's word in `word`, the object it refers to in `object` (the same register, or another).
template <class Masm>
void Baseline<Masm>::load_object(Reg word, Reg object, u32 r, Label otherwise) {
  if (is_borrowed(r)) {
    if (word != Reg::T0) m.mov(word, Reg::T0);
    m.branch_bits(word, 3, otherwise);
  } else {
    m.load(word, reg(r));
    m.branch_bits(word, 3, otherwise);
    m.branch_imm(Cond::Equal, word, 0, otherwise);
  }
  m.mov(object, word);
  m.and_imm(object, -static_cast<i32>(Value::kDeferredTag) - 1);
}

template <class Masm>
Label Baseline<Masm>::slow() {
  if (chain_.is_active) return chain_.plain;
  if (slow_[i_].isValid()) return slow_[i_];
  Label l = slow_[i_] = m.new_label();
  cold([this, l] {
    m.bind(l);
    run_whole();
    if (!may_leave_frame(static_cast<Op>(in().op))) next_or_other();
  });
  return l;
}

// What leaves the frame is run by a stub: nothing returns into code whose frame has gone (Note [machine-life]).
template <class Masm>
void Baseline<Masm>::run_whole() {
  Op op = static_cast<Op>(in().op);
  m.mov_imm(Reg::T2, reinterpret_cast<u64>(pc()));
  if (may_leave_frame(op)) {
    m.jump_absolute(stubs_.leaving[leaving_index(op)]);
  } else {
    m.call(reinterpret_cast<const void*>(kRunOne[in().op]), {Reg::Thread, Reg::Frame, Reg::T2, Reg::Exit});
  }
}

template <class Masm>
void Baseline<Masm>::in_cpp() {
  run_whole();
  if (may_leave_frame(static_cast<Op>(in().op))) return;
  Label other = m.new_label();
  m.branch32_imm(Cond::NotEqual, Reg::T0, static_cast<i32>(Outcome::Next), other);
  cold([this, other] {
    m.bind(other);
    other_outcome();
  });
}

template <class Masm>
void Baseline<Masm>::other_outcome() {
  const OpInfo& info = kOpInfo[in().op];
  if (info.is_jump()) {
    i32 offset = jump_operand(in());
    m.branch32_imm(Cond::Equal, Reg::T0, static_cast<i32>(Outcome::Jump), target(offset));
  }
  m.jump_absolute(stubs_.outcome);
}

template <class Masm>
void Baseline<Masm>::save_pc() {
  m.mov_imm(Reg::T2, reinterpret_cast<u64>(pc()));
  m.lea(Reg::T0, {Reg::T2, 1});
  m.store(frame_word(kFramePc), Reg::T0);
}

// A helper that does all of an instruction and says whether it raised.
template <class Masm>
void Baseline<Masm>::bool_helper(Helper helper) {
  save_pc();
  m.call(reinterpret_cast<const void*>(helper),
         {Reg::Thread, Reg::Frame, Reg::T2, Arg::immediate(in().a), Arg::immediate(in().b), Arg::immediate(in().c)});
  Label raised = m.new_label();
  m.branch_no_bits(Reg::T0, 1, raised);
  cold([this, raised] {
    m.bind(raised);
    leave_with_error();
  });
}

// T5 is lost. Without room for a count the slow path does it.
template <class Masm>
void Baseline<Masm>::duplicate(Reg word) {
  Label done = m.new_label(), deferred = m.new_label();
  m.branch_bits(word, 7, done);
  m.branch_imm(Cond::Equal, word, 0, done);
  add_holder(word, deferred, slow());
  m.bind(done);
}

template <class Masm>
void Baseline<Masm>::take(Reg word, Reg owner, Label absent) {
  Label done = m.new_label(), deferred = m.new_label();
  m.branch_bits(word, 3, done);
  m.branch_imm(Cond::BelowEqual, word, 7, absent);
  if (owner != Reg::Thread) m.branch_bits8_mem({owner, layout::kFlags}, kShared, deferred);
  add_holder(word, deferred, absent);
  m.bind(done);
}

// Temporaries are empty, or hold an immediate, when they are written (S3; the verifier sees to it).
template <class Masm>
void Baseline<Masm>::put_and_end(u32 a, Reg word) {
  if (is_temporary(a)) {
    m.store(reg(a), word);
    return;
  }
  m.load(Reg::T3, reg(a));
  m.store(reg(a), word);
  drop_old();
}

// A killed operand whose reference another one outlives can be released in line: release_check() takes the slow path if it
// is not so, before anything is changed; release_now() then counts down and empties the register. T2, T3 are lost.
template <class Masm>
void Baseline<Masm>::release_check(u32 r) {
  Label done = m.new_label(), counted = m.new_label();
  m.load(Reg::T3, reg(r));
  m.branch_no_bits(Reg::T3, 7, counted);
  m.bind(done);
  cold([this, done, counted] {
    m.bind(counted);
    m.branch_imm(Cond::Equal, Reg::T3, 0, done);
    m.branch_bits8_mem({Reg::T3, layout::kFlags}, kShared | kImmortal, slow());
    m.load32(Reg::T2, {Reg::T3, layout::kCount});
    m.branch32_imm(Cond::Below, Reg::T2, 2 * kCountStep, slow());
    m.jump(done);
  });
}

template <class Masm>
void Baseline<Masm>::release_now(u32 r) {
  Label done = m.new_label(), reference = m.new_label();
  m.load(Reg::T3, reg(r));
  m.branch_no_bits(Reg::T3, 3, reference);
  m.bind(done);
  cold([this, r, done, reference] {
    m.bind(reference);
    m.branch_imm(Cond::Equal, Reg::T3, 0, done);
    clear(r);   // also what is not counted: above the top of the stack there are no references (S2)
    m.branch_bits(Reg::T3, 4, done);
    m.load32(Reg::T2, {Reg::T3, layout::kCount});
    m.add_imm(Reg::T2, -static_cast<i32>(kCountStep));
    m.store32({Reg::T3, layout::kCount}, Reg::T2);
    m.jump(done);
  });
}

// T0: an Outcome of this instruction.
template <class Masm>
void Baseline<Masm>::next_or_other() {
  m.branch32_imm(Cond::Equal, Reg::T0, static_cast<i32>(Outcome::Next), next());
  other_outcome();
}

template <class Masm>
void Baseline<Masm>::leave_with_error() {
  m.mov_imm(Reg::T0, static_cast<u64>(Outcome::Error));
  m.jump_absolute(stubs_.leave);
}

// T0: Next, or an Outcome that leaves machine code.
template <class Masm>
void Baseline<Masm>::next_or_leave() {
  m.branch32_imm(Cond::Equal, Reg::T0, static_cast<i32>(Outcome::Next), next());
  m.jump_absolute(stubs_.leave);
}

// The end of an instruction that has given up references: what is pending runs.
template <class Masm>
void Baseline<Masm>::end_with_pending() {
  Label pending = m.new_label();
  m.branch32_mem_imm(Cond::NotEqual, {Reg::Thread, layout::kPendingCount}, 0, pending);
  cold([this, pending] {
    m.bind(pending);
    m.mov_imm(Reg::T2, reinterpret_cast<u64>(pc()));
    m.call(reinterpret_cast<const void*>(&pending_slow), {Reg::Thread, Reg::Frame, Reg::T2});
    next_or_leave();
  });
}

// T1 is a counted word. Goes to the next instruction.
template <class Masm>
void Baseline<Masm>::drop_and_end() {
  m.mov_imm(Reg::T2, reinterpret_cast<u64>(pc()));
  m.call_local(drop_);
  next_or_leave();
}

}  // namespace taipan::jit
