// The longer operations of the AArch64 macro-assembler.
#include "jit/a64/masm.h"

#include <asmjit/arm/a64utils.h>

#include "runtime/base/assert.h"

namespace taipan::jit::a64 {

using namespace asmjit::a64;  // NOLINT: register names

namespace {

// What add, sub, cmp and cmn take as it is.
constexpr bool is_short(i64 v) { return v >= 0 && v <= 0xFFF; }

}  // namespace

// --- operands

asmjit::a64::Mem Masm::at(jit::Mem m, u32 size) {
  i32 unit = static_cast<i32>(size);
  bool scaled = m.offset >= 0 && m.offset % unit == 0 && m.offset / unit <= 0xFFF;
  bool unscaled = m.offset >= -256 && m.offset <= 255;
  if (scaled || unscaled) return ptr(r(m.base), m.offset);
  a_.mov(kAddress, static_cast<i64>(m.offset));
  return ptr(r(m.base), kAddress);
}

asmjit::a64::Mem Masm::at(Reg base, Reg index, u32 shift, i32 offset) {
  if (offset == 0) return ptr(r(base), r(index), lsl(shift));
  sum(kAddress, r(base), offset);
  return ptr(kAddress, r(index), lsl(shift));
}

asmjit::a64::Mem Masm::exactly_at(jit::Mem m) {
  if (m.offset == 0) return ptr(r(m.base));
  sum(kAddress, r(m.base), m.offset);
  return ptr(kAddress);
}

Gp Masm::immediate(u64 v, Gp like) {
  Gp g = like.isGpX() ? kImmediate : kImmediate.w();
  a_.mov(g, like.isGpX() ? v : static_cast<u32>(v));
  return g;
}

void Masm::sum(Gp d, Gp s, i32 v) {
  i64 wide = v;
  if (v == 0) {
    if (d.id() != s.id()) a_.mov(d, s);
  } else if (is_short(wide)) {
    a_.add(d, s, wide);
  } else if (is_short(-wide)) {
    a_.sub(d, s, -wide);
  } else {
    a_.add(d, s, immediate(static_cast<u64>(wide), d));
  }
}

void Masm::test(Gp x, u8 mask) {
  if (Utils::isLogicalImm(mask, 32)) {
    a_.tst(x, mask);
  } else {
    a_.tst(x, immediate(mask, x));
  }
}

// --- moves

void Masm::store_release(jit::Mem m, Reg s) {
  a_.emit(Inst::kIdStlr, r(s), exactly_at(m));  // asmjit's stlr() of 2022 emits stllr, which orders less
}

void Masm::store_imm(jit::Mem m, u64 v) {
  if (v == 0) {
    a_.str(xzr, at(m, 8));
  } else {
    a_.mov(kValue, v);
    a_.str(kValue, at(m, 8));
  }
}

void Masm::lea_index(Reg d, Reg base, Reg index, i32 offset) {
  a_.add(r(d), r(base), r(index), lsl(3));
  sum(r(d), r(d), offset);
}

// --- integers

void Masm::and_imm(Reg d, i32 v) {
  u64 mask = static_cast<u64>(static_cast<i64>(v));
  if (Utils::isLogicalImm(mask, 64)) {
    a_.and_(r(d), r(d), mask);
  } else {
    a_.and_(r(d), r(d), immediate(mask, r(d)));
  }
}

void Masm::or_imm(Reg d, i32 v) {
  u64 mask = static_cast<u64>(static_cast<i64>(v));
  if (Utils::isLogicalImm(mask, 64)) {
    a_.orr(r(d), r(d), mask);
  } else {
    a_.orr(r(d), r(d), immediate(mask, r(d)));
  }
}

void Masm::add_imm_overflow(Reg d, i32 v, Label overflow) {
  i64 wide = v;
  if (is_short(wide)) {
    a_.adds(r(d), r(d), wide);
  } else if (is_short(-wide)) {
    a_.subs(r(d), r(d), -wide);
  } else {
    a_.adds(r(d), r(d), immediate(static_cast<u64>(wide), r(d)));
  }
  a_.b_vs(overflow);
}

// The product has 64 bits if its upper half is nothing but the lower one's sign.
void Masm::mul_overflow(Reg d, Reg s, Label overflow) {
  a_.smulh(kValue, r(d), r(s));
  a_.mul(r(d), r(d), r(s));
  a_.cmp(kValue, r(d), asr(63));
  a_.b_ne(overflow);
}

void Masm::divide() {
  a_.sdiv(kValue, r(Reg::T0), r(Reg::T1));
  a_.msub(r(Reg::T2), kValue, r(Reg::T1), r(Reg::T0));
  a_.mov(r(Reg::T0), kValue);
}

// --- control

CondCode Masm::condition(Cond c) {
  switch (c) {
    case Cond::Equal: return CondCode::kEQ;
    case Cond::NotEqual: return CondCode::kNE;
    case Cond::Less: return CondCode::kLT;
    case Cond::LessEqual: return CondCode::kLE;
    case Cond::Greater: return CondCode::kGT;
    case Cond::GreaterEqual: return CondCode::kGE;
    case Cond::Below: return CondCode::kLO;
    case Cond::BelowEqual: return CondCode::kLS;
    case Cond::Above: return CondCode::kHI;
    case Cond::AboveEqual: return CondCode::kHS;
  }
  __builtin_unreachable();
}

void Masm::compare_jump(Cond c, Gp x, i64 y, Label l) {
  if (y == 0 && c == Cond::Equal) {
    a_.cbz(x, l);
    return;
  }
  if (y == 0 && c == Cond::NotEqual) {
    a_.cbnz(x, l);
    return;
  }
  if (is_short(y)) {
    a_.cmp(x, y);
  } else if (y < 0 && y > INT32_MIN && is_short(-y)) {  // the same flags, as -y is not 0
    a_.cmn(x, -y);
  } else {
    a_.cmp(x, immediate(static_cast<u64>(y), x));
  }
  j(c, l);
}

// --- floats

void Masm::float_from_word(FReg d, Reg word) {
  a_.sub(r(word), r(word), 3);
  a_.ror(r(word), r(word), 4);
  a_.fmov(f(d), r(word));
}

void Masm::word_from_float(Reg d, FReg s) {
  a_.fmov(r(d), f(s));
  a_.ror(r(d), r(d), 60);
  a_.add(r(d), r(d), 3);
}

void Masm::branch_zero(FReg x, Label zero) {
  a_.fcmp(f(x), 0.0);
  a_.b_eq(zero);
}

// fcmp sets carry and overflow, and nothing else, for unordered: less is asked of the sign (mi) and less or equal as
// unsigned (ls); ge, gt, eq and ne mean what they say.
void Masm::branch(Cond c, FReg x, FReg y, Label l) {
  a_.fcmp(f(x), f(y));
  switch (c) {
    case Cond::Less: a_.b_mi(l); break;
    case Cond::LessEqual: a_.b_ls(l); break;
    case Cond::Greater: a_.b_gt(l); break;
    case Cond::GreaterEqual: a_.b_ge(l); break;
    case Cond::Equal: a_.b_eq(l); break;
    case Cond::NotEqual: a_.b_ne(l); break;
    default: TP_ASSERT(false);
  }
}

void Masm::branch_not(Cond c, FReg x, FReg y, Label l) {
  a_.fcmp(f(x), f(y));
  switch (c) {
    case Cond::Less: a_.b_pl(l); break;
    case Cond::LessEqual: a_.b_hi(l); break;
    case Cond::Greater: a_.b_le(l); break;
    case Cond::GreaterEqual: a_.b_lt(l); break;
    case Cond::Equal: a_.b_ne(l); break;
    case Cond::NotEqual: a_.b_eq(l); break;
    default: TP_ASSERT(false);
  }
}

// --- calls

// The places of arguments, x0 to x5, are no roles' registers: each argument goes straight to its own.
void Masm::call(const void* function, std::initializer_list<Arg> arguments) {
  TP_ASSERT(arguments.size() <= 6);
  u32 n = 0;
  for (const Arg& argument : arguments) {
    Gp to = x(n++);
    switch (argument.kind) {
      case Arg::Kind::Register: a_.mov(to, r(argument.reg)); break;
      case Arg::Kind::Address: sum(to, r(argument.reg), argument.offset); break;
      case Arg::Kind::Immediate: a_.mov(to, argument.value); break;
    }
  }
  a_.mov(kAddress, reinterpret_cast<u64>(function));
  a_.blr(kAddress);
  a_.mov(r(Reg::T0), x0);
}

void Masm::begin_routine() {
  a_.stp(x29, x30, ptr_pre(sp, -16));
  // x29 stays: debuggers find callers from it (jit/report/debug_file.cpp)
}

void Masm::end_routine() {
  a_.ldp(x29, x30, ptr_post(sp, 16));
  a_.ret(x30);
}

void Masm::prologue() {
  a_.stp(x29, x30, ptr_pre(sp, -48));
  a_.mov(x29, sp);
  a_.stp(x19, x20, ptr(sp, 16));
  a_.str(x28, ptr(sp, 32));
  a_.mov(r(Reg::Thread), x0);
  a_.mov(r(Reg::Frame), x1);
  a_.mov(r(Reg::Exit), x3);
  a_.br(x2);
}

void Masm::epilogue() {
  a_.mov(x0, r(Reg::T0));
  a_.ldr(x28, ptr(sp, 32));
  a_.ldp(x19, x20, ptr(sp, 16));
  a_.ldp(x29, x30, ptr_post(sp, 48));
  a_.ret(x30);
}

}  // namespace taipan::jit::a64
