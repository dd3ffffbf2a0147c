// The x86-64 macro-assembler of T1 (System V ABI). Twin: jit/a64/masm.h.
// 64-bit operations unless the name ends in a size. Scratch registers are named by the caller; what an operation needs
// beyond is r10 or r11. Memory order: plain loads are acquire and plain stores release on this target.
#pragma once
#include <asmjit/x86.h>

#include <initializer_list>

#include "jit/masm.h"

#if defined(__SANITIZE_THREAD__) && defined(__x86_64__)
extern "C" void taipan_jit_report_acquire();
#endif

namespace taipan::jit::x64 {

class Masm {
 public:
  static constexpr asmjit::Arch kArch = asmjit::Arch::kX64;

  explicit Masm(asmjit::CodeHolder* code) : a_(code) {}

  Label new_label() { return a_.newLabel(); }
  void bind(Label l) { a_.bind(l); }
  void align(u32 bytes) { a_.align(asmjit::AlignMode::kCode, bytes); }
  u64 offset() const { return a_.offset(); }

  // --- moves
  void mov(Reg d, Reg s) { if (d != s) a_.mov(r(d), r(s)); }
  void mov_imm(Reg d, u64 v);
  void load(Reg d, Mem m) { a_.mov(r(d), q(m)); }
  void load_acquire(Reg d, Mem m) { reported(m, [&](Mem at) { a_.mov(r(d), q(at)); }); }
  void load32(Reg d, Mem m) { a_.mov(w(d), dw(m)); }  // zero-extended
  void load32_acquire(Reg d, Mem m) { reported(m, [&](Mem at) { a_.mov(w(d), dw(at)); }); }
  void load16(Reg d, Mem m) { a_.movzx(w(d), asmjit::x86::word_ptr(r(m.base), m.offset)); }
  void load8(Reg d, Mem m) { a_.movzx(w(d), asmjit::x86::byte_ptr(r(m.base), m.offset)); }
  void load32_index(Reg d, Reg base, Reg index, i32 offset) { a_.mov(w(d), asmjit::x86::dword_ptr(r(base), r(index), 2, offset)); }
  void store_index(Reg base, Reg index, i32 offset, Reg s) { a_.mov(asmjit::x86::qword_ptr(r(base), r(index), 3, offset), r(s)); }
  void load_index(Reg d, Reg base, Reg index, i32 offset) { a_.mov(r(d), asmjit::x86::qword_ptr(r(base), r(index), 3, offset)); }
  void store(Mem m, Reg s) { a_.mov(q(m), r(s)); }
  void store_release(Mem m, Reg s) { a_.mov(q(m), r(s)); }
  void store32(Mem m, Reg s) { a_.mov(dw(m), w(s)); }
  void store_imm(Mem m, u64 v);
  void store8_imm(Mem m, u8 v) { a_.mov(asmjit::x86::byte_ptr(r(m.base), m.offset), v); }
  void lea_index(Reg d, Reg base, Reg index, i32 offset) { a_.lea(r(d), asmjit::x86::qword_ptr(r(base), r(index), 3, offset)); }
  void lea(Reg d, Mem m) { a_.lea(r(d), q(m)); }
  void address_of(Reg d, Label l) { a_.lea(r(d), asmjit::x86::ptr(l)); }

  // --- integers
  void add(Reg d, Reg s) { a_.add(r(d), r(s)); }
  void add_imm(Reg d, i32 v) { a_.add(r(d), v); }
  void sub(Reg d, Reg s) { a_.sub(r(d), r(s)); }
  void and_(Reg d, Reg s) { a_.and_(r(d), r(s)); }
  void and_imm(Reg d, i32 v) { a_.and_(r(d), v); }
  void or_(Reg d, Reg s) { a_.or_(r(d), r(s)); }
  void or_imm(Reg d, i32 v) { a_.or_(r(d), v); }
  void xor_(Reg d, Reg s) { a_.xor_(r(d), r(s)); }
  void shift_left(Reg d, u32 n) { a_.shl(r(d), n); }
  void shift_right(Reg d, u32 n) { a_.shr(r(d), n); }
  void shift_right_signed(Reg d, u32 n) { a_.sar(r(d), n); }
  void add_overflow(Reg d, Reg s, Label overflow) { a_.add(r(d), r(s)); a_.jo(overflow); }
  void add_imm_overflow(Reg d, i32 v, Label overflow) { a_.add(r(d), v); a_.jo(overflow); }
  void sub_overflow(Reg d, Reg s, Label overflow) { a_.sub(r(d), r(s)); a_.jo(overflow); }
  void mul_overflow(Reg d, Reg s, Label overflow) { a_.imul(r(d), r(s)); a_.jo(overflow); }
  void mul_imm64(Reg d, u64 v) { a_.mov(asmjit::x86::r11, v); a_.imul(r(d), asmjit::x86::r11); }
  // T0 / T1 towards zero: quotient in T0, remainder in T2. T1 is neither 0 nor (with the least T0) -1.
  void divide() { a_.cqo(); a_.idiv(r(Reg::T1)); }

  // --- control
  void jump(Label l) { a_.jmp(l); }
  void jump(Reg target) { a_.jmp(r(target)); }
  void jump(Mem target) { a_.jmp(q(target)); }
  void jump_absolute(const void* target) { a_.mov(asmjit::x86::r11, reinterpret_cast<u64>(target)); a_.jmp(asmjit::x86::r11); }
  void trap() { a_.ud2(); }
  void branch(Cond c, Reg x, Reg y, Label l) { a_.cmp(r(x), r(y)); j(c, l); }
  void branch_imm(Cond c, Reg x, i32 y, Label l);
  void branch_imm64(Cond c, Reg x, u64 y, Label l);   // equality only
  void branch32(Cond c, Reg x, Reg y, Label l) { a_.cmp(w(x), w(y)); j(c, l); }
  void branch32_imm(Cond c, Reg x, i32 y, Label l) { a_.cmp(w(x), y); j(c, l); }
  void branch32_mem_imm(Cond c, Mem m, i32 y, Label l) { a_.cmp(dw(m), y); j(c, l); }
  void branch32_mem(Cond c, Mem m, Reg y, Label l) { a_.cmp(dw(m), w(y)); j(c, l); }
  void branch32_greater_equal_mem(Reg x, Mem m, Label l) { a_.cmp(w(x), dw(m)); a_.jge(l); }
  void branch_mem_imm(Cond c, Mem m, i32 y, Label l) { a_.cmp(q(m), y); j(c, l); }
  void branch_mem(Cond c, Reg x, Mem m, Label l) { a_.cmp(r(x), q(m)); j(c, l); }
  void branch_bits(Reg x, u8 mask, Label any_set) { a_.test(b(x), mask); a_.jnz(any_set); }
  void branch_no_bits(Reg x, u8 mask, Label none_set) { a_.test(b(x), mask); a_.jz(none_set); }
  void branch_bits8_mem(Mem m, u8 mask, Label any_set) { a_.test(asmjit::x86::byte_ptr(r(m.base), m.offset), mask); a_.jnz(any_set); }
  void branch_no_bits8_mem(Mem m, u8 mask, Label none_set) { a_.test(asmjit::x86::byte_ptr(r(m.base), m.offset), mask); a_.jz(none_set); }

  // --- floats: words as Value::float_word makes them
  void float_from_word(FReg d, Reg word);           // word is lost
  void word_from_float(Reg d, FReg s);
  void float_from_int(FReg d, Reg s) { a_.xorps(f(d), f(d)); a_.cvtsi2sd(f(d), r(s)); }
  void float_from_bits(FReg d, Reg s) { a_.movq(f(d), r(s)); }
  void mov(FReg d, FReg s) { if (d != s) a_.movaps(f(d), f(s)); }
  void store(Mem m, FReg s) { a_.movsd(asmjit::x86::qword_ptr(r(m.base), m.offset), f(s)); }
  void add(FReg d, FReg s) { a_.addsd(f(d), f(s)); }
  void sub(FReg d, FReg s) { a_.subsd(f(d), f(s)); }
  void mul(FReg d, FReg s) { a_.mulsd(f(d), f(s)); }
  void div(FReg d, FReg s) { a_.divsd(f(d), f(s)); }
  void branch_zero(FReg x, Label zero);             // +0.0 and -0.0, not NaN; r11 and xmm15 are lost
  // Jumps if x <c> y holds; false for NaN (NotEqual: true). Signed conditions.
  void branch(Cond c, FReg x, FReg y, Label l);
  // Jumps if x <c> y does not hold.
  void branch_not(Cond c, FReg x, FReg y, Label l);

  // --- calls
  // A C++ function; the result is in T0. Register arguments may be in any register.
  void call(const void* function, std::initializer_list<Arg> arguments);
  void call_local(Label l) { a_.call(l); }          // a routine of this code, which ends in ret()
  // Around what a routine does when it calls C++; the second returns from the routine.
  void begin_routine() { a_.push(asmjit::x86::rbp); }
  void end_routine() { a_.pop(asmjit::x86::rbp); a_.ret(); }
  void ret() { a_.ret(); }
  // Entry from C++: u32 (*)(Thread*, Value* fp, const void* code, Value* exit_value); jumps to `code`.
  void prologue();
  // Back to C++ with T0.
  void epilogue();

 private:
  static asmjit::x86::Gp r(Reg x) {
    using namespace asmjit::x86;
    constexpr Gp::Id kIds[] = {Gp::kIdAx, Gp::kIdCx, Gp::kIdDx, Gp::kIdSi, Gp::kIdDi, Gp::kIdR8,
                               Gp::kIdR15, Gp::kIdBx, Gp::kIdR12};
    return gpq(kIds[static_cast<u8>(x)]);
  }
  static asmjit::x86::Gp w(Reg x) { return r(x).r32(); }
  static asmjit::x86::Gp b(Reg x) { return r(x).r8(); }
  static asmjit::x86::Xmm f(FReg x) { return asmjit::x86::xmm(static_cast<u32>(x)); }
  static asmjit::x86::Mem q(Mem m) { return asmjit::x86::qword_ptr(r(m.base), m.offset); }
  static asmjit::x86::Mem dw(Mem m) { return asmjit::x86::dword_ptr(r(m.base), m.offset); }
  void j(Cond c, Label l);
  // A load with acquire: under ThreadSanitizer it is told of it (report_acquire.cpp).
  template <class Load>
  void reported(Mem m, Load load) {
#if defined(__SANITIZE_THREAD__) && defined(__x86_64__)
    a_.lea(asmjit::x86::r11, q(m));
    load(m);
    a_.mov(asmjit::x86::r10, reinterpret_cast<u64>(&taipan_jit_report_acquire));
    a_.call(asmjit::x86::r10);
#else
    load(m);
#endif
  }

  asmjit::x86::Assembler a_;
};

}  // namespace taipan::jit::x64
