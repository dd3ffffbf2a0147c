// The macro-assemblers: every operation assembles for both targets on any machine, T1's source is one for both, and
// AArch64's words are those of the architecture manual (also where nobody can run them).
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "jit/a64/masm.h"
#include "jit/t1/baseline_emit.h"
#include "jit/t1/stubs.h"
#include "jit/x64/masm.h"

namespace taipan::jit {

// Every member for either target: a member that one twin lacks does not compile.
template class Baseline<x64::Masm>;
template class Baseline<a64::Masm>;

namespace {

class Errors : public asmjit::ErrorHandler {
 public:
  void handleError(asmjit::Error, const char* message, asmjit::BaseEmitter*) override { text += message; }
  std::string text;
};

struct Assembled {
  std::string error;
  std::vector<u32> words;  // the code, four bytes each
};

template <class Masm>
Assembled assemble(const std::function<void(asmjit::CodeHolder*)>& body) {
  asmjit::CodeHolder holder;
  Errors errors;
  holder.init(asmjit::Environment(Masm::kArch));
  holder.setErrorHandler(&errors);
  body(&holder);
  Assembled result;
  if (holder.flatten() != asmjit::kErrorOk || holder.resolveUnresolvedLinks() != asmjit::kErrorOk) errors.text += "links";
  result.error = errors.text;
  result.words.resize((holder.codeSize() + 3) / 4);
  holder.copyFlattenedData(result.words.data(), result.words.size() * 4);
  return result;
}

constexpr Reg kRegs[] = {Reg::T0, Reg::T1, Reg::T2, Reg::T3, Reg::T4, Reg::T5, Reg::Thread, Reg::Frame, Reg::Exit};
constexpr i32 kOffsets[] = {0,    1,    -1,   3,     8,      255,    256,    -256,      -257,      4095,      4096,
                            8190, 8192, 16380, 16384, 32760, 32768, 100'001, -100'000, 0x7FFFFFF8, -0x7FFFFFF8};
constexpr i32 kImmediates[] = {0, 1, -1, 4, -4, 4095, 4096, -4095, -4096, -4097, 0xFFF000, 0x12345, -0x12345, INT32_MAX, INT32_MIN};
constexpr u64 kWords[] = {0, 1, 0xFFFF, 0x10000, 0xFFFFFFFF, 0x100000000, 0xFFFFFFFF80000000, ~u64{0}, 0x123456789ABCDEF0,
                          0xFFFF0000FFFF0000, 0x8000000000000000};
constexpr Cond kConds[] = {Cond::Equal, Cond::NotEqual, Cond::Less, Cond::LessEqual, Cond::Greater, Cond::GreaterEqual,
                           Cond::Below, Cond::BelowEqual, Cond::Above, Cond::AboveEqual};

template <class Masm>
void every_operation(asmjit::CodeHolder* holder) {
  Masm m(holder);
  Label l = m.new_label();
  m.bind(l);
  m.prologue();
  for (Reg d : kRegs) {
    for (Reg s : kRegs) {
      m.mov(d, s);
      m.add(d, s);
      m.sub(d, s);
      m.and_(d, s);
      m.or_(d, s);
      m.xor_(d, s);
      m.add_overflow(d, s, l);
      m.sub_overflow(d, s, l);
      m.mul_overflow(d, s, l);
      for (i32 offset : {0, 8, -8, 5000}) {
        m.load32_index(d, Reg::Frame, s, offset);
        m.store_index(Reg::Frame, s, offset, d);
        m.load_index(d, Reg::Frame, s, offset);
        m.lea_index(d, Reg::Frame, s, offset);
      }
    }
    for (i32 offset : kOffsets) {
      Mem place{Reg::Frame, offset};
      m.load(d, place);
      m.load_acquire(d, place);
      m.load32(d, place);
      m.load32_acquire(d, place);
      m.load16(d, place);
      m.load8(d, place);
      m.store(place, d);
      m.store_release(place, d);
      m.store32(place, d);
      m.lea(d, place);
    }
    for (u64 v : kWords) {
      m.mov_imm(d, v);
      m.mul_imm64(d, v);
    }
    for (i32 v : kImmediates) {
      m.add_imm(d, v);
      m.and_imm(d, v);
      m.or_imm(d, v);
      m.add_imm_overflow(d, v, l);
    }
    for (u32 n : {1u, 2u, 32u, 63u}) {
      m.shift_left(d, n);
      m.shift_right(d, n);
      m.shift_right_signed(d, n);
    }
    for (u8 mask : {1, 3, 5, 7, 128, 255}) {
      m.branch_bits(d, mask, l);
      m.branch_no_bits(d, mask, l);
      m.branch_bits8_mem({d, 4}, mask, l);
      m.branch_no_bits8_mem({d, 5000}, mask, l);
    }
    m.jump(d);
    m.jump(Mem{d, 16});
  }
  for (i32 offset : kOffsets) {
    for (u64 v : kWords) m.store_imm({Reg::Thread, offset}, v);
  }
  m.divide();
  for (Cond c : kConds) {
    m.branch(c, Reg::T0, Reg::T5, l);
    m.branch32(c, Reg::T1, Reg::Exit, l);
    for (i32 v : kImmediates) {
      m.branch_imm(c, Reg::T0, v, l);
      m.branch32_imm(c, Reg::Frame, v, l);
      m.branch32_mem_imm(c, {Reg::Thread, 12}, v, l);
      m.branch_mem_imm(c, {Reg::Thread, 100'000}, v, l);
    }
    m.branch32_mem(c, {Reg::Thread, 100'000}, Reg::T3, l);
    m.branch_mem(c, Reg::T3, {Reg::Thread, 8}, l);
  }
  for (u64 v : kWords) {
    m.branch_imm64(Cond::Equal, Reg::T4, v, l);
    m.branch_imm64(Cond::NotEqual, Reg::T4, v, l);
  }
  m.branch32_greater_equal_mem(Reg::T2, {Reg::Thread, 4}, l);
  m.align(16);
  m.address_of(Reg::T3, l);
  for (FReg d : {FReg::F0, FReg::F1, FReg::F7, FReg::F9}) {
    m.float_from_bits(d, Reg::T2);
    m.store({Reg::Frame, 100'000}, d);
    for (FReg s : {FReg::F0, FReg::F1, FReg::F8}) {
      m.mov(d, s);
      m.add(d, s);
      m.sub(d, s);
      m.mul(d, s);
      m.div(d, s);
      for (Cond c : {Cond::Equal, Cond::NotEqual, Cond::Less, Cond::LessEqual, Cond::Greater, Cond::GreaterEqual}) {
        m.branch(c, d, s, l);
        m.branch_not(c, d, s, l);
      }
    }
    m.float_from_word(d, Reg::T2);
    m.word_from_float(Reg::T2, d);
    m.float_from_int(d, Reg::T2);
    m.branch_zero(d, l);
  }
  m.call(holder, {Reg::Thread, Reg::Frame, Reg::T2, Arg::immediate(0), Arg::immediate(~u64{0}), Arg::address(Reg::T1, 100'000)});
  m.call_local(l);
  m.jump_absolute(holder);
  m.jump(l);
  m.trap();
  m.epilogue();
  m.begin_routine();
  m.end_routine();
  m.ret();
}

TEST(Masm, EveryOperationAssembles) {
  EXPECT_EQ(assemble<x64::Masm>(&every_operation<x64::Masm>).error, "");
  EXPECT_EQ(assemble<a64::Masm>(&every_operation<a64::Masm>).error, "");
}

TEST(Masm, StubsAssemble) {
  EXPECT_EQ(assemble<x64::Masm>([](asmjit::CodeHolder* h) { (void)emit_stubs<x64::Masm>(h); }).error, "");
  EXPECT_EQ(assemble<a64::Masm>([](asmjit::CodeHolder* h) { (void)emit_stubs<a64::Masm>(h); }).error, "");
}

// A branch beyond an instruction's reach is an error, not a jump elsewhere.
TEST(Masm, BranchOutOfReach) {
  auto code = [](u64 bytes) {
    return assemble<a64::Masm>([bytes](asmjit::CodeHolder* h) {
      a64::Masm m(h);
      Label end = m.new_label();
      m.branch_bits(Reg::T0, 1, end);
      while (m.offset() < bytes) m.ret();
      m.bind(end);
    });
  };
  EXPECT_EQ(code((1 << 20) - 4).error, "");
  EXPECT_NE(code((1 << 20) + 64).error, "");
}

// T0 to T5 are x9 to x14, Thread x28, Frame x19, Exit x20; x15 immediates, x16 addresses, x17 values.
struct Encoding {
  const char* text;
  std::function<void(a64::Masm&)> body;
  std::vector<u32> words;
};

TEST(MasmA64, Words) {
  const Encoding kTable[] = {
      {"mov x9, x10", [](a64::Masm& m) { m.mov(Reg::T0, Reg::T1); }, {0xAA0A03E9}},
      {"mov x9, #0xffffffffffffffff", [](a64::Masm& m) { m.mov_imm(Reg::T0, ~u64{0}); }, {0x92800009}},
      {"mov x9, #0xdef0; movk x9, #0x9abc, lsl #16; movk x9, #0x5678, lsl #32; movk x9, #0x1234, lsl #48",
       [](a64::Masm& m) { m.mov_imm(Reg::T0, 0x123456789ABCDEF0); },
       {0xD29BDE09, 0xF2B35789, 0xF2CACF09, 0xF2E24689}},
      {"ldr x9, [x19, #32760]", [](a64::Masm& m) { m.load(Reg::T0, {Reg::Frame, 32760}); }, {0xF97FFE69}},
      {"ldur x9, [x19, #-7]", [](a64::Masm& m) { m.load(Reg::T0, {Reg::Frame, -7}); }, {0xF85F9269}},
      {"mov x16, #32768; ldr x9, [x19, x16]",
       [](a64::Masm& m) { m.load(Reg::T0, {Reg::Frame, 32768}); },
       {0xD2900010, 0xF8706A69}},
      {"ldar x9, [x10]", [](a64::Masm& m) { m.load_acquire(Reg::T0, {Reg::T1, 0}); }, {0xC8DFFD49}},
      {"add x16, x10, #24; ldar x9, [x16]",
       [](a64::Masm& m) { m.load_acquire(Reg::T0, {Reg::T1, 24}); },
       {0x91006150, 0xC8DFFE09}},
      {"sub x16, x10, #8; stlr x9, [x16]",
       [](a64::Masm& m) { m.store_release({Reg::T1, -8}, Reg::T0); },
       {0xD1002150, 0xC89FFE09}},
      {"ldr w14, [x28, #4]", [](a64::Masm& m) { m.load32(Reg::T5, {Reg::Thread, 4}); }, {0xB940078E}},
      {"ldurh w11, [x14, #1]", [](a64::Masm& m) { m.load16(Reg::T2, {Reg::T5, 1}); }, {0x784011CB}},
      {"ldrb w12, [x11, #4095]", [](a64::Masm& m) { m.load8(Reg::T3, {Reg::T2, 4095}); }, {0x397FFD6C}},
      {"str w9, [x10, #8]", [](a64::Masm& m) { m.store32({Reg::T1, 8}, Reg::T0); }, {0xB9000949}},
      {"str xzr, [x19, #40]", [](a64::Masm& m) { m.store_imm({Reg::Frame, 40}, 0); }, {0xF900167F}},
      {"mov x17, #5; str x17, [x19, #40]", [](a64::Masm& m) { m.store_imm({Reg::Frame, 40}, 5); }, {0xD28000B1, 0xF9001671}},
      {"ldr x12, [x19, x9, lsl #3]", [](a64::Masm& m) { m.load_index(Reg::T3, Reg::Frame, Reg::T0, 0); }, {0xF8697A6C}},
      {"add x16, x12, #4; ldr w10, [x16, x14, lsl #2]",
       [](a64::Masm& m) { m.load32_index(Reg::T1, Reg::T3, Reg::T5, 4); },
       {0x91001190, 0xB86E7A0A}},
      {"str x10, [x19, x9, lsl #3]", [](a64::Masm& m) { m.store_index(Reg::Frame, Reg::T0, 0, Reg::T1); }, {0xF8297A6A}},
      {"add x12, x12, x10, lsl #3; add x12, x12, #24",
       [](a64::Masm& m) { m.lea_index(Reg::T3, Reg::T3, Reg::T1, 24); },
       {0x8B0A0D8C, 0x9100618C}},
      {"sub x11, x9, #1", [](a64::Masm& m) { m.lea(Reg::T2, {Reg::T0, -1}); }, {0xD100052B}},
      {"mov x15, #0x2345; movk w15, #1, lsl #16; add x9, x9, x15",
       [](a64::Masm& m) { m.add_imm(Reg::T0, 0x12345); },
       {0xD28468AF, 0x72A0002F, 0x8B0F0129}},
      {"and x13, x13, #-5", [](a64::Masm& m) { m.and_imm(Reg::T4, -5); }, {0x927DF9AD}},
      {"mov x15, #5; orr x9, x9, x15", [](a64::Masm& m) { m.or_imm(Reg::T0, 5); }, {0xD28000AF, 0xAA0F0129}},
      {"eor x9, x9, x10", [](a64::Masm& m) { m.xor_(Reg::T0, Reg::T1); }, {0xCA0A0129}},
      {"lsl x9, x9, #2", [](a64::Masm& m) { m.shift_left(Reg::T0, 2); }, {0xD37EF529}},
      {"lsr x11, x11, #32", [](a64::Masm& m) { m.shift_right(Reg::T2, 32); }, {0xD360FD6B}},
      {"asr x10, x10, #2", [](a64::Masm& m) { m.shift_right_signed(Reg::T1, 2); }, {0x9342FD4A}},
      {"adds x9, x9, x10; b.vs .-4",
       [](a64::Masm& m) { Label l = m.new_label(); m.bind(l); m.add_overflow(Reg::T0, Reg::T1, l); },
       {0xAB0A0129, 0x54FFFFE6}},
      {"subs x9, x9, #8; b.vs .-4",
       [](a64::Masm& m) { Label l = m.new_label(); m.bind(l); m.add_imm_overflow(Reg::T0, -8, l); },
       {0xF1002129, 0x54FFFFE6}},
      {"smulh x17, x9, x10; mul x9, x9, x10; cmp x17, x9, asr #63; b.ne .-12",
       [](a64::Masm& m) { Label l = m.new_label(); m.bind(l); m.mul_overflow(Reg::T0, Reg::T1, l); },
       {0x9B4A7D31, 0x9B0A7D29, 0xEB89FE3F, 0x54FFFFA1}},
      {"sdiv x17, x9, x10; msub x11, x17, x10, x9; mov x9, x17", [](a64::Masm& m) { m.divide(); }, {0x9ACA0D31, 0x9B0AA62B, 0xAA1103E9}},
      {"add x16, x10, #4; ldar w9, [x16]", [](a64::Masm& m) { m.load32_acquire(Reg::T0, {Reg::T1, 4}); }, {0x91001150, 0x88DFFE09}},
      {"cbz x10, .",
       [](a64::Masm& m) { Label l = m.new_label(); m.bind(l); m.branch_imm(Cond::Equal, Reg::T1, 0, l); },
       {0xB400000A}},
      {"cmn x10, #1; b.lt .-4",
       [](a64::Masm& m) { Label l = m.new_label(); m.bind(l); m.branch_imm(Cond::Less, Reg::T1, -1, l); },
       {0xB100055F, 0x54FFFFEB}},
      {"cmp w9, #7; b.hi .-4",
       [](a64::Masm& m) { Label l = m.new_label(); m.bind(l); m.branch32_imm(Cond::Above, Reg::T0, 7, l); },
       {0x71001D3F, 0x54FFFFE8}},
      {"ldr w17, [x28, #20]; cbnz w17, .-4",
       [](a64::Masm& m) { Label l = m.new_label(); m.bind(l); m.branch32_mem_imm(Cond::NotEqual, {Reg::Thread, 20}, 0, l); },
       {0xB9401791, 0x35FFFFF1}},
      {"tst w9, #3; b.ne .-4",
       [](a64::Masm& m) { Label l = m.new_label(); m.bind(l); m.branch_bits(Reg::T0, 3, l); },
       {0x7200053F, 0x54FFFFE1}},
      {"ldrb w17, [x10, #7]; mov w15, #5; tst w17, w15; b.eq .-12",
       [](a64::Masm& m) { Label l = m.new_label(); m.bind(l); m.branch_no_bits8_mem({Reg::T1, 7}, 5, l); },
       {0x39401D51, 0x528000AF, 0x6A0F023F, 0x54FFFFA0}},
      {"sub x9, x9, #3; ror x9, x9, #4; fmov d0, x9",
       [](a64::Masm& m) { m.float_from_word(FReg::F0, Reg::T0); },
       {0xD1000D29, 0x93C91129, 0x9E670120}},
      {"fmov x9, d1; ror x9, x9, #60; add x9, x9, #3",
       [](a64::Masm& m) { m.word_from_float(Reg::T0, FReg::F1); },
       {0x9E660029, 0x93C9F129, 0x91000D29}},
      {"scvtf d1, x10", [](a64::Masm& m) { m.float_from_int(FReg::F1, Reg::T1); }, {0x9E620141}},
      {"fdiv d0, d0, d1", [](a64::Masm& m) { m.div(FReg::F0, FReg::F1); }, {0x1E611800}},
      {"fcmp d1, #0.0; b.eq .-4",
       [](a64::Masm& m) { Label l = m.new_label(); m.bind(l); m.branch_zero(FReg::F1, l); },
       {0x1E602028, 0x54FFFFE0}},
      {"fcmp d0, d1; b.mi .-4",
       [](a64::Masm& m) { Label l = m.new_label(); m.bind(l); m.branch(Cond::Less, FReg::F0, FReg::F1, l); },
       {0x1E612000, 0x54FFFFE4}},
      {"fcmp d0, d1; b.hi .-4",
       [](a64::Masm& m) { Label l = m.new_label(); m.bind(l); m.branch_not(Cond::LessEqual, FReg::F0, FReg::F1, l); },
       {0x1E612000, 0x54FFFFE8}},
      {"mov x0, x28; add x1, x19, #16; mov x2, #9; mov x16, #0x1000; blr x16; mov x9, x0",
       [](a64::Masm& m) { m.call(reinterpret_cast<const void*>(0x1000), {Reg::Thread, Arg::address(Reg::Frame, 16), Arg::immediate(9)}); },
       {0xAA1C03E0, 0x91004261, 0xD2800122, 0xD2820010, 0xD63F0200, 0xAA0003E9}},
      {"bl .", [](a64::Masm& m) { Label l = m.new_label(); m.bind(l); m.call_local(l); }, {0x94000000}},
      {"stp x29, x30, [sp, #-16]!; ldp x29, x30, [sp], #16; ret",
       [](a64::Masm& m) { m.begin_routine(); m.end_routine(); },
       {0xA9BF7BFD, 0xA8C17BFD, 0xD65F03C0}},
      {"ldr x16, [x13, #8]; br x16", [](a64::Masm& m) { m.jump(Mem{Reg::T4, 8}); }, {0xF94005B0, 0xD61F0200}},
      {"udf #0", [](a64::Masm& m) { m.trap(); }, {0x00000000}},
      {"stp x29, x30, [sp, #-48]!; mov x29, sp; stp x19, x20, [sp, #16]; str x28, [sp, #32]; mov x28, x0; mov x19, x1; mov x20, x3; br x2",
       [](a64::Masm& m) { m.prologue(); },
       {0xA9BD7BFD, 0x910003FD, 0xA90153F3, 0xF90013FC, 0xAA0003FC, 0xAA0103F3, 0xAA0303F4, 0xD61F0040}},
      {"mov x0, x9; ldr x28, [sp, #32]; ldp x19, x20, [sp, #16]; ldp x29, x30, [sp], #48; ret",
       [](a64::Masm& m) { m.epilogue(); },
       {0xAA0903E0, 0xF94013FC, 0xA94153F3, 0xA8C37BFD, 0xD65F03C0}},
  };
  for (const Encoding& row : kTable) {
    Assembled code = assemble<a64::Masm>([&row](asmjit::CodeHolder* h) {
      a64::Masm m(h);
      row.body(m);
    });
    EXPECT_EQ(code.error, "") << row.text;
    EXPECT_EQ(code.words, row.words) << row.text;
  }
}

}  // namespace
}  // namespace taipan::jit
