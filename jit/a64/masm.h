// The AArch64 macro-assembler of T1 (AAPCS64). Twin: jit/x64/masm.h.
// 64-bit operations unless the name ends in a size. Scratch registers are named by the caller; what an operation needs
// beyond is x15 to x17. Conditional branches reach 1 MiB (never tbz: it reaches 32 KiB); beyond it asmjit reports an error.
#pragma once
#include <asmjit/arm/a64assembler.h>

#include <initializer_list>

#include "jit/masm.h"

namespace taipan::jit::a64 {

class Masm {
 public:
  static constexpr asmjit::Arch kArch = asmjit::Arch::kAArch64;

  explicit Masm(asmjit::CodeHolder* code) : a_(code) {}

  Label new_label() { return a_.newLabel(); }
  void bind(Label l) { a_.bind(l); }
  void align(u32 bytes) { a_.align(asmjit::AlignMode::kCode, bytes); }
  u64 offset() const { return a_.offset(); }

  // --- moves
  void mov(Reg d, Reg s) { if (d != s) a_.mov(r(d), r(s)); }
  void mov_imm(Reg d, u64 v) { a_.mov(r(d), v); }
  void load(Reg d, Mem m) { a_.ldr(r(d), at(m, 8)); }
  void load_acquire(Reg d, Mem m) { a_.ldar(r(d), exactly_at(m)); }
  void load32(Reg d, Mem m) { a_.ldr(w(d), at(m, 4)); }  // zero-extended
  void load32_acquire(Reg d, Mem m) { a_.ldar(w(d), exactly_at(m)); }
  void load16(Reg d, Mem m) { a_.ldrh(w(d), at(m, 2)); }
  void load8(Reg d, Mem m) { a_.ldrb(w(d), at(m, 1)); }
  void load32_index(Reg d, Reg base, Reg index, i32 offset) { a_.ldr(w(d), at(base, index, 2, offset)); }
  void store_index(Reg base, Reg index, i32 offset, Reg s) { a_.str(r(s), at(base, index, 3, offset)); }
  void load_index(Reg d, Reg base, Reg index, i32 offset) { a_.ldr(r(d), at(base, index, 3, offset)); }
  void store(Mem m, Reg s) { a_.str(r(s), at(m, 8)); }
  void store_release(Mem m, Reg s);
  void store32(Mem m, Reg s) { a_.str(w(s), at(m, 4)); }
  void store_imm(Mem m, u64 v);
  void store8_imm(Mem m, u8 v) { a_.mov(kValue.w(), v); a_.strb(kValue.w(), at(m, 1)); }
  void lea_index(Reg d, Reg base, Reg index, i32 offset);
  void lea(Reg d, Mem m) { sum(r(d), r(m.base), m.offset); }
  void address_of(Reg d, Label l) { a_.adr(r(d), l); }

  // --- integers
  void add(Reg d, Reg s) { a_.add(r(d), r(d), r(s)); }
  void add_imm(Reg d, i32 v) { sum(r(d), r(d), v); }
  void sub(Reg d, Reg s) { a_.sub(r(d), r(d), r(s)); }
  void and_(Reg d, Reg s) { a_.and_(r(d), r(d), r(s)); }
  void and_imm(Reg d, i32 v);
  void or_(Reg d, Reg s) { a_.orr(r(d), r(d), r(s)); }
  void or_imm(Reg d, i32 v);
  void xor_(Reg d, Reg s) { a_.eor(r(d), r(d), r(s)); }
  void shift_left(Reg d, u32 n) { a_.lsl(r(d), r(d), n); }
  void shift_right(Reg d, u32 n) { a_.lsr(r(d), r(d), n); }
  void shift_right_signed(Reg d, u32 n) { a_.asr(r(d), r(d), n); }
  void add_overflow(Reg d, Reg s, Label overflow) { a_.adds(r(d), r(d), r(s)); a_.b_vs(overflow); }
  void add_imm_overflow(Reg d, i32 v, Label overflow);
  void sub_overflow(Reg d, Reg s, Label overflow) { a_.subs(r(d), r(d), r(s)); a_.b_vs(overflow); }
  void mul_overflow(Reg d, Reg s, Label overflow);
  void mul_imm64(Reg d, u64 v) { a_.mul(r(d), r(d), immediate(v, r(d))); }
  // T0 / T1 towards zero: quotient in T0, remainder in T2. T1 is neither 0 nor (with the least T0) -1.
  void divide();

  // --- control
  void jump(Label l) { a_.b(l); }
  void jump(Reg target) { a_.br(r(target)); }
  void jump(Mem target) { a_.ldr(kAddress, at(target, 8)); a_.br(kAddress); }
  void jump_absolute(const void* target) { a_.mov(kAddress, reinterpret_cast<u64>(target)); a_.br(kAddress); }
  void trap() { a_.udf(0); }
  void branch(Cond c, Reg x, Reg y, Label l) { a_.cmp(r(x), r(y)); j(c, l); }
  void branch_imm(Cond c, Reg x, i32 y, Label l) { compare_jump(c, r(x), y, l); }
  void branch_imm64(Cond c, Reg x, u64 y, Label l) { compare_jump(c, r(x), static_cast<i64>(y), l); }   // equality only
  void branch32(Cond c, Reg x, Reg y, Label l) { a_.cmp(w(x), w(y)); j(c, l); }
  void branch32_imm(Cond c, Reg x, i32 y, Label l) { compare_jump(c, w(x), y, l); }
  void branch32_mem_imm(Cond c, Mem m, i32 y, Label l) { a_.ldr(kValue.w(), at(m, 4)); compare_jump(c, kValue.w(), y, l); }
  void branch32_mem(Cond c, Mem m, Reg y, Label l) { a_.ldr(kValue.w(), at(m, 4)); a_.cmp(kValue.w(), w(y)); j(c, l); }
  void branch32_greater_equal_mem(Reg x, Mem m, Label l) { a_.ldr(kValue.w(), at(m, 4)); a_.cmp(w(x), kValue.w()); a_.b_ge(l); }
  void branch_mem_imm(Cond c, Mem m, i32 y, Label l) { a_.ldr(kValue, at(m, 8)); compare_jump(c, kValue, y, l); }
  void branch_mem(Cond c, Reg x, Mem m, Label l) { a_.ldr(kValue, at(m, 8)); a_.cmp(r(x), kValue); j(c, l); }
  void branch_bits(Reg x, u8 mask, Label any_set) { test(w(x), mask); a_.b_ne(any_set); }
  void branch_no_bits(Reg x, u8 mask, Label none_set) { test(w(x), mask); a_.b_eq(none_set); }
  void branch_bits8_mem(Mem m, u8 mask, Label any_set) { a_.ldrb(kValue.w(), at(m, 1)); test(kValue.w(), mask); a_.b_ne(any_set); }
  void branch_no_bits8_mem(Mem m, u8 mask, Label none_set) { a_.ldrb(kValue.w(), at(m, 1)); test(kValue.w(), mask); a_.b_eq(none_set); }

  // --- floats: words as Value::float_word makes them
  void float_from_word(FReg d, Reg word);           // word is lost
  void word_from_float(Reg d, FReg s);
  void float_from_int(FReg d, Reg s) { a_.scvtf(f(d), r(s)); }
  void float_from_bits(FReg d, Reg s) { a_.fmov(f(d), r(s)); }
  void mov(FReg d, FReg s) { if (d != s) a_.fmov(f(d), f(s)); }
  void store(Mem m, FReg s) { a_.str(f(s), at(m, 8)); }
  void add(FReg d, FReg s) { a_.fadd(f(d), f(d), f(s)); }
  void sub(FReg d, FReg s) { a_.fsub(f(d), f(d), f(s)); }
  void mul(FReg d, FReg s) { a_.fmul(f(d), f(d), f(s)); }
  void div(FReg d, FReg s) { a_.fdiv(f(d), f(d), f(s)); }
  void branch_zero(FReg x, Label zero);             // +0.0 and -0.0, not NaN
  // Jumps if x <c> y holds; false for NaN (NotEqual: true). Signed conditions.
  void branch(Cond c, FReg x, FReg y, Label l);
  // Jumps if x <c> y does not hold.
  void branch_not(Cond c, FReg x, FReg y, Label l);

  // --- calls
  // A C++ function; the result is in T0. Register arguments may be in any register.
  void call(const void* function, std::initializer_list<Arg> arguments);
  void call_local(Label l) { a_.bl(l); }            // a routine of this code, which ends in ret()
  // Around what a routine does when it calls C++; the second returns from the routine.
  void begin_routine();
  void end_routine();
  void ret() { a_.ret(asmjit::a64::x30); }
  // Entry from C++: u32 (*)(Thread*, Value* fp, const void* code, Value* exit_value); jumps to `code`.
  void prologue();
  // Back to C++ with T0.
  void epilogue();

 private:
  using Gp = asmjit::a64::Gp;
  // What operations need beyond the caller's registers, each for one purpose.
  static constexpr Gp kImmediate = asmjit::a64::x15, kAddress = asmjit::a64::x16, kValue = asmjit::a64::x17;

  static Gp r(Reg x) {
    constexpr u8 kIds[] = {9, 10, 11, 12, 13, 14, 28, 19, 20};
    return asmjit::a64::x(kIds[static_cast<u8>(x)]);
  }
  static Gp w(Reg x) { return r(x).w(); }
  // d8 to d15 belong to the caller.
  static asmjit::a64::Vec f(FReg x) { return asmjit::a64::d(static_cast<u32>(x) < 8 ? static_cast<u32>(x) : static_cast<u32>(x) + 8); }
  // Operands of a load or store of `size` bytes; where an offset does not fit the instruction it goes through kAddress.
  asmjit::a64::Mem at(Mem m, u32 size);
  asmjit::a64::Mem at(Reg base, Reg index, u32 shift, i32 offset);
  asmjit::a64::Mem exactly_at(Mem m);                 // without an offset
  Gp immediate(u64 v, Gp like);                       // kImmediate = v, as wide as `like`
  void sum(Gp d, Gp s, i32 v);                        // d = s + v
  void test(Gp x, u8 mask);
  void compare_jump(Cond c, Gp x, i64 y, Label l);
  void j(Cond c, Label l) { a_.b(condition(c), l); }
  static asmjit::a64::CondCode condition(Cond c);

  asmjit::a64::Assembler a_;
};

}  // namespace taipan::jit::a64
