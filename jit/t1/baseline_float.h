// T1: float arithmetic. Note [float-run]
//
// A run is a straight line of float arithmetic, constants, copies and comparisons, compiled a second time for the case that
// its operands are floats, with their values in F registers. It begins at the first instruction's test for floats and lies
// behind the function. The results of temporaries that the run itself consumes are neither tested nor boxed: until the run
// is left nobody else looks at them (their registers hold immediates or nothing, S3). It is left
//   - at its end, or where an operand is no float: what temporaries should hold is boxed and stored, and the instruction's
//     ordinary code goes on. From the first instruction, which has changed nothing, to its slow path.
//   - by a comparison that jumps, if no temporary waits.
// A run ends where another jump arrives: that is where the next one begins.
#pragma once
#include "jit/t1/baseline_core.h"
#include "runtime/types/singletons.h"

namespace taipan::jit {

// What a run knows about registers.
struct FloatRun {
  static constexpr u32 kRegisters = 8, kFirst = 2;   // F2 to F9
  struct Known {
    u32 reg;
    FReg at;
    bool waits;        // not stored yet
  };
  struct Constant {
    u32 reg;
    i32 value;
  };
  std::vector<Known> known;          // least recently used first
  std::vector<Constant> constants;   // temporaries that hold a small int (stored)
  u32 busy = 0;                      // bits: F registers of `known`

  const Known* find(u32 reg) const {
    for (const Known& k : known) {
      if (k.reg == reg) return &k;
    }
    return nullptr;
  }
  const i32* constant(u32 reg) const {
    for (const Constant& c : constants) {
      if (c.reg == reg) return &c.value;
    }
    return nullptr;
  }
  void forget(u32 reg) {
    std::erase_if(constants, [reg](const Constant& c) { return c.reg == reg; });
    std::erase_if(known, [&](const Known& k) {
      if (k.reg == reg) busy &= ~(1u << static_cast<u32>(k.at));
      return k.reg == reg;
    });
  }
  // A free F register; one whose value is stored makes room, but not `keep`. False: all wait.
  bool take(FReg* out, FReg keep = FReg::F0) {
    for (u32 n = kFirst; n < kFirst + kRegisters; ++n) {
      if (busy & 1u << n) continue;
      busy |= 1u << n;
      *out = static_cast<FReg>(n);
      return true;
    }
    for (const Known& k : known) {
      if (k.waits || k.at == keep) continue;
      *out = k.at;
      u32 reg = k.reg;
      forget(reg);
      busy |= 1u << static_cast<u32>(*out);
      return true;
    }
    return false;
  }
  u32 waiting() const {
    return static_cast<u32>(std::count_if(known.begin(), known.end(), [](const Known& k) { return k.waits; }));
  }
};

inline bool is_float_arithmetic(Op op) { return op == Op::ADD || op == Op::SUB || op == Op::MUL || op == Op::TRUE_DIV; }

// Stores what waits, then goes to `to`. State is this run's, here.
template <class Masm>
void Baseline<Masm>::leave_run(const FloatRun& run, Label to) {
  if (run.waiting() == 0) return m.jump(to);
  Label hard = m.new_label();
  u64 registers[2] = {0, 0};
  u32 n = 0;
  std::vector<FReg> places;
  for (const FloatRun::Known& k : run.known) {
    if (!k.waits) continue;
    m.word_from_float(Reg::T0, k.at);
    m.branch_no_bits(Reg::T0, 2, hard);   // has no immediate form
    m.store(reg(k.reg), Reg::T0);
    registers[n / 4] |= u64{k.reg} << n % 4 * 16;
    places.push_back(k.at);
    ++n;
  }
  m.jump(to);
  cold([this, hard, registers0 = registers[0], registers1 = registers[1], n, places, to] {
    m.bind(hard);
    m.load(Reg::T0, {Reg::Thread, layout::kEngine});
    for (u32 k = 0; k < n; ++k) m.store({Reg::T0, layout::kEngineFloats + static_cast<i32>(k) * 8}, places[k]);
    save_pc();
    m.call(reinterpret_cast<const void*>(&store_floats),
           {Reg::Thread, Reg::Frame, Arg::immediate(registers0), Arg::immediate(registers1), Arg::immediate(n)});
    m.branch_bits(Reg::T0, 1, to);
    leave_with_error();
  });
}

// The value of register r in an F register: one that is known, or `scratch`. Otherwise: where it is no float.
// keep: the other operand's register. mixed: that is a float, so a small constant will do.
template <class Masm>
FReg Baseline<Masm>::run_operand(FloatRun& run, u32 r, FReg scratch, FReg keep, bool mixed, Label otherwise) {
  if (const FloatRun::Known* k = run.find(r)) return k->at;
  if (const i32* constant = run.constant(r); constant != nullptr && mixed) {
    m.mov_imm(Reg::T0, std::bit_cast<u64>(static_cast<f64>(*constant)));
    m.float_from_bits(scratch, Reg::T0);
    return scratch;
  }
  m.load(Reg::T0, reg(r));
  m.branch_no_bits(Reg::T0, 2, otherwise);
  FReg to = scratch;
  bool known = run.take(&to, keep);
  if (!known) to = scratch;
  m.float_from_word(to, Reg::T0);
  if (known) run.known.push_back({r, to, false});
  return to;
}

// F0 is the value of register a from now on; a local's is stored. False: no room.
template <class Masm>
bool Baseline<Masm>::run_define(FloatRun& run, bool kill_b, bool kill_c, Label otherwise) {
  u32 a = in().a;
  if (!is_temporary(a)) {   // all that may fail comes before the first change
    m.word_from_float(Reg::T0, FReg::F0);
    m.branch_no_bits(Reg::T0, 2, otherwise);
    m.load(Reg::T1, reg(a));
    Label old = m.new_label(), plain = m.new_label();
    m.branch_no_bits(Reg::T1, 7, old);
    m.bind(plain);
    cold([this, old, plain, otherwise] {
      m.bind(old);
      m.branch_imm(Cond::Equal, Reg::T1, 0, plain);
      m.jump(otherwise);
    });
    m.store(reg(a), Reg::T0);
  }
  if (kill_b) run.forget(in().b);
  if (kill_c) run.forget(in().c);
  run.forget(a);
  FReg to;
  if (!run.take(&to)) return false;
  m.mov(to, FReg::F0);
  run.known.push_back({a, to, is_temporary(a)});
  return true;
}

// The operands' values are in x and y: the result's, which is register a's from now on. False: no room.
template <class Masm>
bool Baseline<Masm>::run_result(FloatRun& run, Op op, FReg x, FReg y, bool kill_b, bool kill_c, Label otherwise) {
  if (op == Op::TRUE_DIV) m.branch_zero(y, otherwise);
  // Computed in F0: y may be F1 or a known register, x any.
  auto operate = [&](FReg d, FReg s) {
    switch (op) {
      case Op::ADD: m.add(d, s); break;
      case Op::SUB: m.sub(d, s); break;
      case Op::MUL: m.mul(d, s); break;
      default: m.div(d, s);
    }
  };
  TP_ASSERT(y != FReg::F0);
  m.mov(FReg::F0, x);
  operate(FReg::F0, y);
  return run_define(run, kill_b, kill_c, otherwise);
}

// The float code of the instruction and, unless an earlier run has gone through it, of those behind it.
template <class Masm>
void Baseline<Masm>::float_run() {
  FloatRun run;
  u32 first = i_;
  bool alone = covered_[first];
  for (;; ++i_) {
    Op op = static_cast<Op>(in().op);
    if (i_ != first && (alone || is_target_[i_])) return leave_run_to(run, first);
    // Where an operand is no float: nothing of this instruction has been done.
    Label otherwise = m.new_label();
    FloatRun before = run;
    bool done = false;
    if (is_float_arithmetic(op)) {
      done = run_arithmetic(run, op, otherwise);
    } else if (i_ == first) {
      TP_ASSERT(false);
    } else if (op == Op::ADD_INT) {
      done = run_add_int(run, otherwise);
    } else if (op == Op::LOAD_CONST || op == Op::LOAD_INT) {
      done = run_constant(run);
    } else if (op == Op::MOVE) {
      done = run_move(run, otherwise);
    } else if (Op::JLT <= op && op <= Op::JNGE) {
      done = run_compare(run, op, otherwise);
    } else if (Op::JLT_INT <= op && op <= Op::JNGE_INT) {
      done = run_compare_int(run, op, otherwise);
    }
    bool is_first = i_ == first;
    cold([this, otherwise, before, is_first] {
      m.bind(otherwise);
      if (is_first) return m.jump(slow());
      leave_run(before, at_[i_]);
    });
    if (!done) return leave_run_to(before, first);
    covered_[i_] = true;
  }
}

// The run ends before this instruction.
template <class Masm>
void Baseline<Masm>::leave_run_to(const FloatRun& run, u32 first) {
  leave_run(run, at_[i_]);
  i_ = first;
}

// The value of the word T0, a small int. T1 is lost.
template <class Masm>
void Baseline<Masm>::float_from_small_int(FReg to, Label otherwise) {
  m.lea(Reg::T1, {Reg::T0, -1});
  m.branch_bits(Reg::T1, 3, otherwise);
  m.shift_right_signed(Reg::T0, 2);
  m.float_from_int(to, Reg::T0);
}

template <class Masm>
bool Baseline<Masm>::run_arithmetic(FloatRun& run, Op op, Label otherwise) {
  u32 b = in().b, c = in().c;
  bool known_b = run.find(b) != nullptr, known_c = run.find(c) != nullptr;
  bool kill_b = kills(kKillB), kill_c = kills(kKillC);
  if ((run.constant(b) && !known_c) || (run.constant(c) && !known_b)) return false;
  FReg x, y;
  if (known_b) {
    x = run.find(b)->at;
    y = run_operand(run, c, FReg::F1, x, true, otherwise);
  } else if (known_c) {
    y = run.find(c)->at;
    x = run_operand(run, b, FReg::F0, y, true, otherwise);
  } else if (b == c) {
    x = y = run_operand(run, b, FReg::F1, FReg::F1, false, otherwise);
  } else if (!run.known.empty()) {
    x = run_operand(run, b, FReg::F0, FReg::F0, false, otherwise);
    y = run_operand(run, c, FReg::F1, x, false, otherwise);
  } else {
    // Two words: at least one must be a float.
    Label b_is_int = m.new_label(), both = m.new_label();
    m.load(Reg::T0, reg(b));
    m.branch_no_bits(Reg::T0, 2, b_is_int);
    m.float_from_word(FReg::F0, Reg::T0);
    m.load(Reg::T0, reg(c));
    Label c_is_int = m.new_label();
    m.branch_no_bits(Reg::T0, 2, c_is_int);
    m.float_from_word(FReg::F1, Reg::T0);
    m.bind(both);
    cold([this, b_is_int, c_is_int, both, otherwise, c] {
      m.bind(c_is_int);
      float_from_small_int(FReg::F1, otherwise);
      m.jump(both);
      m.bind(b_is_int);
      float_from_small_int(FReg::F0, otherwise);
      m.load(Reg::T0, reg(c));
      m.branch_no_bits(Reg::T0, 2, otherwise);
      m.float_from_word(FReg::F1, Reg::T0);
      m.jump(both);
    });
    x = FReg::F0;
    y = FReg::F1;
  }
  return run_result(run, op, x, y, kill_b, kill_c, otherwise);
}

template <class Masm>
bool Baseline<Masm>::run_add_int(FloatRun& run, Label otherwise) {
  const FloatRun::Known* k = run.find(in().b);
  if (k == nullptr) return false;
  FReg x = k->at;
  m.mov_imm(Reg::T0, std::bit_cast<u64>(static_cast<f64>(static_cast<i16>(in().c))));
  m.float_from_bits(FReg::F1, Reg::T0);
  return run_result(run, Op::ADD, x, FReg::F1, kills(kKillB), false, otherwise);
}

template <class Masm>
bool Baseline<Masm>::run_constant(FloatRun& run) {
  u32 a = in().a;
  if (!is_temporary(a)) return false;
  bool is_small = in().op == static_cast<u8>(Op::LOAD_INT);
  Value v = is_small ? Value::small_int(in().bc()) : code_->constants[in().ubc()];
  run.forget(a);
  if (is_small || !v.is_float()) {
    m.store_imm(reg(a), v.bits);
    if (is_small) run.constants.push_back({a, in().bc()});
    return true;
  }
  FReg to;
  if (!run.take(&to)) return false;
  m.mov_imm(Reg::T0, std::bit_cast<u64>(v.as_float()));
  m.float_from_bits(to, Reg::T0);
  run.known.push_back({a, to, true});
  return true;
}

template <class Masm>
bool Baseline<Masm>::run_move(FloatRun& run, Label otherwise) {
  u32 a = in().a, b = in().b;
  const FloatRun::Known* k = run.find(b);
  if (k == nullptr || a == b) return false;
  m.mov(FReg::F0, k->at);
  return run_define(run, kills(kKillB), false, otherwise);
}

template <class Masm>
bool Baseline<Masm>::run_compare(FloatRun& run, Op op, Label otherwise) {
  auto [cond, negated] = fused_compare(op, Op::JLT);
  u32 a = in().a, b = in().b;
  bool known_a = run.find(a) != nullptr, known_b = run.find(b) != nullptr;
  if (!known_a && !known_b) return false;
  bool kill_a = kills(kKillLeft), kill_b = kills(kKillRight);
  // Ints are compared exactly: only small constants may be converted.
  bool mixed = run.constant(a) != nullptr || run.constant(b) != nullptr;
  FReg x, y;
  if (known_a) {
    x = run.find(a)->at;
    y = run_operand(run, b, FReg::F1, x, mixed, otherwise);
  } else {
    y = run.find(b)->at;
    x = run_operand(run, a, FReg::F0, y, mixed, otherwise);
  }
  if (kill_a) run.forget(a);
  if (kill_b) run.forget(b);
  if (run.waiting() != 0) return false;
  float_compare_jump(cond, negated, x, y);
  return true;
}

template <class Masm>
bool Baseline<Masm>::run_compare_int(FloatRun& run, Op op, Label) {
  auto [cond, negated] = fused_compare(op, Op::JLT_INT);
  const FloatRun::Known* k = run.find(in().a);
  if (k == nullptr) return false;
  FReg x = k->at;
  if (kills(kKillLeft)) run.forget(in().a);
  if (run.waiting() != 0) return false;
  m.mov_imm(Reg::T0, std::bit_cast<u64>(static_cast<f64>(in().sb())));
  m.float_from_bits(FReg::F1, Reg::T0);
  float_compare_jump(cond, negated, x, FReg::F1);
  return true;
}

}  // namespace taipan::jit
