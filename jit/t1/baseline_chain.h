// T1: chains of reads. Note [read-chain]
//
// In `self.planner.mark`, `row[i].left is x` or `constraint.output is None` an instruction loads a reference into a temporary
// and the next one takes it from there. Such instructions are compiled a second time, in line, as one: the reference stays in
// T0, is not counted and not stored. That is safe while nothing can run between the load and the last use: a local object
// keeps what its slot refers to, and what a shared one referred to lives until this thread's next checkpoint.
//   - All but the last instruction of a chain only read: whatever is not simple starts the chain again in its plain form,
//     behind the function, where each instruction has its own entry and its slow path.
//   - The last one counts what it keeps (a result, the object of a method) before it drops anything.
//   - No jump arrives inside a chain.
#pragma once
#include "jit/t1/baseline_core.h"

namespace taipan::jit {

// Has this cache word another form than the fast path of `op` knows? 0: nothing is known yet, or too much for one word.
inline bool is_unsuitable(Op op, u64 cache) {
  if (cache == 0) return false;
  bool is_inline = cache & 1;
  return op == Op::LOAD_METHOD ? is_inline : (op == Op::GET_ATTR && !is_inline);
}

// Does `in` leave a reference in its temporary a and change nothing else?
template <class Masm>
bool Baseline<Masm>::lends(const Instr& in, i32 borrowed) const {
  if (!is_temporary(in.a)) return false;
  auto keeps = [&](u8 bit, u32 r) { return !(in.k & bit) || static_cast<i32>(r) == borrowed; };
  switch (static_cast<Op>(in.op)) {
    case Op::GET_GLOBAL:
    case Op::GET_CELL:
    case Op::GET_FREE: return true;
    case Op::GET_ATTR: return keeps(kKillB, in.b) && !is_unsuitable(Op::GET_ATTR, code_->caches[in.c].load_relaxed());
    case Op::GET_ITEM: return keeps(kKillB, in.b);
    default: return false;
  }
}

// Does `in` use up temporary r, and would its fast path do with a borrowed reference?
template <class Masm>
bool Baseline<Masm>::borrows(const Instr& in, u32 r) const {
  auto op = static_cast<Op>(in.op);
  switch (op) {
    case Op::GET_ATTR:
    case Op::LOAD_METHOD: return in.b == r && (in.k & kKillB) && !is_unsuitable(op, code_->caches[in.c].load_relaxed());
    case Op::GET_ITEM: return in.b == r && in.c != r && (in.k & kKillB);
    case Op::CONTAINS: return in.c == r && in.b != r && (in.k & kKillC) && is_temporary(in.a);
    case Op::SET_ATTR: return in.a == r && in.b != r && (in.k & kKillA);
    case Op::SET_ITEM: return in.a == r && in.b != r && in.c != r && (in.k & kKillA);
    case Op::JIS:
    case Op::JIS_NOT: return in.a != in.b && ((in.a == r && (in.k & kKillLeft)) || (in.b == r && (in.k & kKillRight)));
    case Op::JUMP_IF_TRUE:
    case Op::JUMP_IF_FALSE:
    case Op::JUMP_IF_NONE:
    case Op::JUMP_IF_NOT_NONE: return in.a == r && (in.k & kKillA);
    default: return false;
  }
}

// How many instructions from i_ on are a chain: 0 or at least 2.
template <class Masm>
u32 Baseline<Masm>::chain_length() const {
  u32 length = 1;
  for (i32 borrowed = -1; lends(code_->instrs[i_ + length - 1], borrowed); ++length) {
    u32 next = i_ + length;
    borrowed = code_->instrs[next - 1].a;
    if (next >= code_->size || is_target_[next] || !borrows(code_->instrs[next], static_cast<u32>(borrowed))) break;
  }
  return length > 1 ? length : 0;
}

template <class Masm>
void Baseline<Masm>::emit_chain(u32 length) {
  u32 first = i_, end = i_ + length;
  Label plain = m.new_label();
  for (u32 i = first; i < end; ++i) {
    i_ = i;
    begin(Part::Instruction);
    chain_ = {true, i + 1 < end, i > first ? code_->instrs[i - 1].a : -1, plain};
    emit();
  }
  chain_ = {};
  cold([this, plain, first, end] {
    m.bind(plain);
    for (u32 i = first; i < end; ++i) {
      i_ = i;
      if (i > first) {
        begin(Part::Rare);
        bind_instruction();
      }
      emit();
    }
    m.jump(at_[end]);
  });
}

// T0 is what a slot holds: stays there for the next instruction of the chain. T2 is lost.
template <class Masm>
void Baseline<Masm>::lend() {
  m.mov(Reg::T2, Reg::T0);
  m.and_imm(Reg::T2, -static_cast<i32>(Value::kDeferredTag) - 1);
  m.branch_imm(Cond::Equal, Reg::T2, 0, slow());   // nothing, or SEALED
}

}  // namespace taipan::jit
