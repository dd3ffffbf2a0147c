// T1: moves, constants, numbers, comparisons and jumps.
#pragma once
#include "jit/t1/baseline_float.h"
#include "runtime/types/singletons.h"

namespace taipan::jit {

template <class Masm>
void Baseline<Masm>::move() {
  m.load(Reg::T0, reg(in().b));
  if (kills(kKillB)) {
    clear(in().b);
  } else {
    duplicate(Reg::T0);
  }
  put_and_end(in().a, Reg::T0);
}

template <class Masm>
void Baseline<Masm>::load_constant(Value v) {
  if (is_temporary(in().a)) {
    m.store_imm(reg(in().a), v.bits);
    return;
  }
  m.mov_imm(Reg::T0, v.bits);
  put_and_end(in().a, Reg::T0);
}

template <class Masm>
void Baseline<Masm>::unbound_check() {
  m.branch_mem_imm(Cond::Equal, reg(in().a), 0, slow());
}

// Registers x and y in T0 and T1: both ints, or `otherwise`. T2, T3 are lost.
template <class Masm>
void Baseline<Masm>::load_ints(u32 x, u32 y, Label otherwise) {
  m.load(Reg::T0, reg(x));
  m.load(Reg::T1, reg(y));
  m.lea(Reg::T2, {Reg::T0, -1});
  m.lea(Reg::T3, {Reg::T1, -1});
  m.or_(Reg::T2, Reg::T3);
  m.branch_bits(Reg::T2, 3, otherwise);
}

// The words T0 and T1 in F0 and F1: both floats, or the slow path. T0 to T2 are lost.
template <class Masm>
void Baseline<Masm>::both_floats() {
  m.mov(Reg::T2, Reg::T0);
  m.and_(Reg::T2, Reg::T1);
  m.branch_no_bits(Reg::T2, 2, slow());
  m.float_from_word(FReg::F0, Reg::T0);
  m.float_from_word(FReg::F1, Reg::T1);
}

// The word T0 in F0, the small integer of the instruction in F1: a float, or the slow path. T0, T1 are lost.
template <class Masm>
void Baseline<Masm>::float_and_int(i32 value) {
  m.branch_no_bits(Reg::T0, 2, slow());
  m.float_from_word(FReg::F0, Reg::T0);
  m.mov_imm(Reg::T1, static_cast<u64>(static_cast<i64>(value)));
  m.float_from_int(FReg::F1, Reg::T1);
}

// The jump of a comparison of x and y, if it is taken. NaN: the comparison is false.
template <class Masm>
void Baseline<Masm>::float_compare_jump(Cond cond, bool negated, FReg x, FReg y) {
  if (negated) {
    m.branch_not(cond, x, y, target(in().sc()));
  } else {
    m.branch(cond, x, y, target(in().sc()));
  }
}

// Jumps unless x and y are both integers; scratch = (x - 1) | (y - 1), y is y - 1 afterwards.
template <class Masm>
void Baseline<Masm>::both_ints(Reg x, Reg y, Reg scratch, Label otherwise) {
  m.add_imm(y, -1);
  m.lea(scratch, {x, -1});
  m.or_(scratch, y);
  m.branch_bits(scratch, 3, otherwise);
}

template <class Masm>
void Baseline<Masm>::arithmetic(Op op) {
  Label other = m.new_label();
  methods_decide();
  if (op == Op::TRUE_DIV) return float_run();
  bool is_float_op = is_float_arithmetic(op);
  m.load(Reg::T0, reg(in().b));
  m.load(Reg::T1, reg(in().c));
  both_ints(Reg::T0, Reg::T1, Reg::T2, is_float_op ? other : slow());
  switch (op) {
    case Op::ADD: m.add_overflow(Reg::T0, Reg::T1, slow()); break;
    case Op::SUB: m.sub_overflow(Reg::T0, Reg::T1, slow()); break;
    case Op::MUL:
      m.shift_right_signed(Reg::T0, 2);
      m.mul_overflow(Reg::T0, Reg::T1, slow());
      m.or_imm(Reg::T0, 1);
      break;
    case Op::AND:   // the words' tags: 1 & 0, set again
      m.and_(Reg::T0, Reg::T1);
      m.or_imm(Reg::T0, 1);
      break;
    case Op::OR: m.or_(Reg::T0, Reg::T1); break;
    case Op::XOR: m.xor_(Reg::T0, Reg::T1); break;
    default: break;
  }
  put_and_end(in().a, Reg::T0);
  if (!is_float_op) return;
  cold([this, other] {
    m.bind(other);
    float_run();
  });
}

template <class Masm>
void Baseline<Masm>::add_int() {
  Label other = m.new_label();
  m.load(Reg::T0, reg(in().b));
  m.lea(Reg::T1, {Reg::T0, -1});
  m.branch_bits(Reg::T1, 3, other);
  i32 value = static_cast<i16>(in().c);
  m.add_imm_overflow(Reg::T0, value * 4, slow());
  put_and_end(in().a, Reg::T0);
  cold([this, other, value] {
    m.bind(other);
    float_and_int(value);
    m.add(FReg::F0, FReg::F1);
    m.word_from_float(Reg::T0, FReg::F0);
    m.branch_no_bits(Reg::T0, 2, slow());
    put_and_end(in().a, Reg::T0);
    m.jump(next());
  });
}

// --- jumps

// Where a conditional jump of this instruction goes: the target, or, backwards, a poll before it.
template <class Masm>
Label Baseline<Masm>::target(i32 offset) {
  u32 to = i_ + static_cast<u32>(offset);
  if (offset > 0) return at_[to];
  Label l = m.new_label();
  cold([this, l, to] {
    m.bind(l);
    m.branch32_mem_imm(Cond::Equal, {Reg::Thread, layout::kPoll}, 0, at_[to]);
    m.mov_imm(Reg::T2, reinterpret_cast<u64>(code_->instrs + to));
    m.call(reinterpret_cast<const void*>(&poll_slow), {Reg::Thread, Reg::Frame, Reg::T2});
    m.branch32_imm(Cond::Equal, Reg::T0, static_cast<i32>(Outcome::Next), at_[to]);
    m.jump_absolute(stubs_.leave);
  });
  return l;
}

template <class Masm>
void Baseline<Masm>::jump_to(i32 offset) {
  u32 to = i_ + static_cast<u32>(offset);
  if (offset <= 0) {
    Label poll = m.new_label();
    m.branch32_mem_imm(Cond::NotEqual, {Reg::Thread, layout::kPoll}, 0, poll);
    cold([this, poll, offset] {
      m.bind(poll);
      m.jump(target(offset));
    });
  }
  m.jump(at_[to]);
}

template <class Masm>
void Baseline<Masm>::compare_jump(Op op) {
  auto [cond, negated] = fused_compare(op, Op::JLT);
  Cond taken = negated ? negate(cond) : cond;
  i32 offset = in().sc();
  Label other = m.new_label();
  load_ints(in().a, in().b, other);
  if (offset > 0) {
    m.branch(taken, Reg::T0, Reg::T1, at_[i_ + static_cast<u32>(offset)]);
  } else {
    m.branch(negate(taken), Reg::T0, Reg::T1, next());
    jump_to(offset);
  }
  cold([this, other, c = cond, n = negated] {
    m.bind(other);
    both_floats();
    float_compare_jump(c, n, FReg::F0, FReg::F1);
    m.jump(next());
  });
}

template <class Masm>
void Baseline<Masm>::compare_jump_int(Op op) {
  auto [cond, negated] = fused_compare(op, Op::JLT_INT);
  Cond taken = negated ? negate(cond) : cond;
  i32 offset = in().sc();
  i32 value = in().sb();
  Label other = m.new_label();
  m.load(Reg::T0, reg(in().a));
  m.lea(Reg::T2, {Reg::T0, -1});
  m.branch_bits(Reg::T2, 3, other);
  if (offset > 0) {
    m.branch_imm(taken, Reg::T0, value * 4 + 1, at_[i_ + static_cast<u32>(offset)]);
  } else {
    m.branch_imm(negate(taken), Reg::T0, value * 4 + 1, next());
    jump_to(offset);
  }
  cold([this, other, value, c = cond, n = negated] {
    m.bind(other);
    float_and_int(value);
    float_compare_jump(c, n, FReg::F0, FReg::F1);
    m.jump(next());
  });
}

// The register that holds r's word as registers hold immortals; ints and floats are in T0. A borrowed one: as T1.
template <class Masm>
Reg Baseline<Masm>::load_register_form(u32 r) {
  if (!is_borrowed(r)) return m.load(Reg::T0, reg(r)), Reg::T0;
  m.mov(Reg::T1, Reg::T0);
  m.or_imm(Reg::T1, static_cast<i32>(Value::kDeferredTag));
  return Reg::T1;
}

// True and False are immortal: one word each in registers. Anything else is asked in C++.
template <class Masm>
void Baseline<Masm>::truth_jump(bool wanted) {
  u64 yes = Value::deferred(&true_object).bits, no = Value::deferred(&false_object).bits;
  i32 offset = in().bc();
  Label other = m.new_label(), jump = m.new_label();
  Reg word = load_register_form(in().a);
  if (offset > 0) {
    jump = at_[i_ + static_cast<u32>(offset)];
    m.branch_imm64(Cond::Equal, word, wanted ? yes : no, jump);
    m.branch_imm64(Cond::NotEqual, word, wanted ? no : yes, other);
  } else {
    m.branch_imm64(Cond::Equal, word, wanted ? no : yes, next());
    m.branch_imm64(Cond::NotEqual, word, wanted ? yes : no, other);
    m.bind(jump);
    jump_to(offset);
  }
  cold([this, other, jump, wanted, word] {   // None and ints
    m.bind(other);
    Label if_true = wanted ? jump : next(), if_false = wanted ? next() : jump;
    m.branch_imm64(Cond::Equal, word, Value::deferred(&none_object).bits, if_false);
    m.branch_imm(Cond::Equal, Reg::T0, 1, if_false);
    m.add_imm(Reg::T0, -1);
    m.branch_no_bits(Reg::T0, 3, if_true);
    m.jump(slow());
  });
}

template <class Masm>
void Baseline<Masm>::none_jump(bool when_none) {
  u64 none = Value::deferred(&none_object).bits;
  i32 offset = in().bc();
  Reg word = load_register_form(in().a);
  bool may_drop = takes(kKillA, in().a) || takes(kKillOnFall, in().a);
  if (when_none) {
    if (may_drop) {
      Label other = m.new_label();
      m.branch_imm64(Cond::NotEqual, word, none, other);
      jump_to(offset);
      m.bind(other);
      release_check(in().a);
      release_now(in().a);
    } else if (offset > 0) {
      m.branch_imm64(Cond::Equal, word, none, at_[i_ + static_cast<u32>(offset)]);
    } else {
      m.branch_imm64(Cond::NotEqual, word, none, next());
      jump_to(offset);
    }
    return;
  }
  if (takes(kKillA, in().a)) {   // on both ways; None needs no release
    m.branch_imm64(Cond::Equal, word, none, next());
    release_check(in().a);
    release_now(in().a);
    jump_to(offset);
  } else {
    m.branch_imm64(Cond::NotEqual, word, none, target(offset));
  }
}

// T0 and T1 are the words of two registers: jumps to `equal` or `differ`. T2 is lost. Heap numbers compare by value: two
// references to such that differ take the slow path.
template <class Masm>
void Baseline<Masm>::compare_identity(Label equal, Label differ) {
  m.branch(Cond::Equal, Reg::T0, Reg::T1, equal);
  m.mov(Reg::T2, Reg::T0);
  m.or_(Reg::T2, Reg::T1);
  m.branch_bits(Reg::T2, 3, differ);   // an immediate on either side
  m.mov(Reg::T2, Reg::T0);
  m.xor_(Reg::T2, Reg::T1);
  m.branch_imm(Cond::Equal, Reg::T2, 4, equal);   // one with, one without the register's tag
  m.mov(Reg::T2, Reg::T0);
  m.and_imm(Reg::T2, -5);
  m.branch_imm(Cond::Equal, Reg::T2, 0, slow());
  m.load32(Reg::T2, {Reg::T2, layout::kShape});
  m.branch32_imm(Cond::Equal, Reg::T2, static_cast<i32>(shape_id(BuiltinShape::int_)), slow());
  m.branch32_imm(Cond::Equal, Reg::T2, static_cast<i32>(shape_id(BuiltinShape::float_)), slow());
  m.jump(differ);
}

template <class Masm>
void Baseline<Masm>::identity_jump(bool wanted) {
  bool kill_a = takes(kKillLeft, in().a), kill_b = takes(kKillRight, in().b);
  if (kill_a && kill_b) return in_cpp();
  i32 offset = in().sc();
  if (kill_a) release_check(in().a);
  if (kill_b) release_check(in().b);
  if (is_borrowed(in().b)) m.mov(Reg::T1, Reg::T0);
  else m.load(Reg::T1, reg(in().b));
  if (!is_borrowed(in().a)) m.load(Reg::T0, reg(in().a));
  Label equal = m.new_label(), differ = m.new_label();
  compare_identity(equal, differ);
  auto release = [&] {
    if (kill_a) release_now(in().a);
    if (kill_b) release_now(in().b);
  };
  m.bind(wanted ? equal : differ);
  release();
  jump_to(offset);
  m.bind(wanted ? differ : equal);
  release();
}

template <class Masm>
void Baseline<Masm>::identity() {
  bool kill_b = kills(kKillB), kill_c = kills(kKillC);
  if ((kill_b && kill_c) || !is_temporary(in().a)) return in_cpp();
  if (kill_b) release_check(in().b);
  if (kill_c) release_check(in().c);
  m.load(Reg::T0, reg(in().b));
  m.load(Reg::T1, reg(in().c));
  Label equal = m.new_label(), differ = m.new_label();
  compare_identity(equal, differ);
  u64 yes = Value::deferred(&true_object).bits, no = Value::deferred(&false_object).bits;
  if (in().k & kNegate) std::swap(yes, no);
  auto finish = [&](u64 word) {
    if (kill_b) release_now(in().b);
    if (kill_c) release_now(in().c);
    m.store_imm(reg(in().a), word);
  };
  m.bind(equal);
  finish(yes);
  m.jump(next());
  m.bind(differ);
  finish(no);
}

template <class Masm>
void Baseline<Masm>::logical_not() {
  if (!is_temporary(in().a)) return in_cpp();
  u64 yes = Value::deferred(&true_object).bits, no = Value::deferred(&false_object).bits;
  Label other = m.new_label();
  m.load(Reg::T0, reg(in().b));
  m.branch_imm64(Cond::NotEqual, Reg::T0, yes, other);
  m.store_imm(reg(in().a), no);
  m.jump(next());
  m.bind(other);
  m.branch_imm64(Cond::NotEqual, Reg::T0, no, slow());
  m.store_imm(reg(in().a), yes);
}

// As a value: ints and floats.
template <class Masm>
void Baseline<Masm>::compare() {
  if (!is_temporary(in().a)) return in_cpp();
  methods_decide();
  Cond cond = condition_of(static_cast<CompareOp>(in().minor()));
  u64 yes = Value::deferred(&true_object).bits, no = Value::deferred(&false_object).bits;
  Label other = m.new_label(), holds = m.new_label();
  load_ints(in().b, in().c, other);
  m.branch(cond, Reg::T0, Reg::T1, holds);
  m.store_imm(reg(in().a), no);
  m.jump(next());
  m.bind(holds);
  m.store_imm(reg(in().a), yes);
  cold([this, other, holds, cond, no] {
    m.bind(other);
    both_floats();
    m.branch(cond, FReg::F0, FReg::F1, holds);
    m.store_imm(reg(in().a), no);
    m.jump(next());
  });
}

// Floor division and modulo of ints: the sign of the remainder is the divisor's.
template <class Masm>
void Baseline<Masm>::divide(Op op) {
  load_ints(in().b, in().c, slow());
  m.shift_right_signed(Reg::T0, 2);
  m.shift_right_signed(Reg::T1, 2);
  // Divisors up to 1 are rare: 0 raises, and -1 may overflow the small integers.
  m.branch_imm(Cond::LessEqual, Reg::T1, 0, slow());
  m.divide();
  Label exact = m.new_label();
  m.branch_imm(Cond::GreaterEqual, Reg::T2, 0, exact);
  m.add(Reg::T2, Reg::T1);
  m.add_imm(Reg::T0, -1);
  m.bind(exact);
  Reg result = op == Op::MOD ? Reg::T2 : Reg::T0;
  m.shift_left(result, 2);
  m.or_imm(result, 1);
  put_and_end(in().a, result);
}

}  // namespace taipan::jit
