// The longer operations of the x86-64 macro-assembler.
#include "jit/x64/masm.h"

#include "runtime/base/assert.h"

namespace taipan::jit::x64 {

using namespace asmjit::x86;  // NOLINT: register names

void Masm::mov_imm(Reg d, u64 v) {
  if (v == 0) {
    a_.xor_(w(d), w(d));  // flags are lost
  } else if (v <= 0xFFFFFFFFu) {
    a_.mov(w(d), static_cast<u32>(v));
  } else {
    a_.mov(r(d), v);
  }
}

void Masm::store_imm(Mem m, u64 v) {
  i64 s = static_cast<i64>(v);
  if (s == static_cast<i32>(s)) {
    a_.mov(q(m), static_cast<i32>(s));
  } else {
    a_.mov(r11, v);
    a_.mov(q(m), r11);
  }
}

void Masm::j(Cond c, Label l) {
  switch (c) {
    case Cond::Equal: a_.je(l); break;
    case Cond::NotEqual: a_.jne(l); break;
    case Cond::Less: a_.jl(l); break;
    case Cond::LessEqual: a_.jle(l); break;
    case Cond::Greater: a_.jg(l); break;
    case Cond::GreaterEqual: a_.jge(l); break;
    case Cond::Below: a_.jb(l); break;
    case Cond::BelowEqual: a_.jbe(l); break;
    case Cond::Above: a_.ja(l); break;
    case Cond::AboveEqual: a_.jae(l); break;
  }
}

void Masm::branch_imm(Cond c, Reg x, i32 y, Label l) {
  if (y == 0 && (c == Cond::Equal || c == Cond::NotEqual)) {
    a_.test(r(x), r(x));
  } else {
    a_.cmp(r(x), y);
  }
  j(c, l);
}

void Masm::branch_imm64(Cond c, Reg x, u64 y, Label l) {
  i64 s = static_cast<i64>(y);
  if (s == static_cast<i32>(s)) {
    a_.cmp(r(x), static_cast<i32>(s));
  } else {
    a_.mov(r11, y);
    a_.cmp(r(x), r11);
  }
  j(c, l);
}

void Masm::float_from_word(FReg d, Reg word) {
  a_.sub(r(word), 3);
  a_.ror(r(word), 4);
  a_.movq(f(d), r(word));
}

void Masm::word_from_float(Reg d, FReg s) {
  a_.movq(r(d), f(s));
  a_.rol(r(d), 4);
  a_.add(r(d), 3);
}

void Masm::branch_zero(FReg x, Label zero) {
  Label no = a_.newLabel();
  a_.xorpd(xmm15, xmm15);
  a_.ucomisd(f(x), xmm15);
  a_.jp(no);
  a_.je(zero);
  a_.bind(no);
}

// ucomisd sets carry for below and for unordered: less is asked as greater of the swapped operands.
void Masm::branch(Cond c, FReg x, FReg y, Label l) {
  switch (c) {
    case Cond::Less: a_.ucomisd(f(y), f(x)); a_.ja(l); break;
    case Cond::LessEqual: a_.ucomisd(f(y), f(x)); a_.jae(l); break;
    case Cond::Greater: a_.ucomisd(f(x), f(y)); a_.ja(l); break;
    case Cond::GreaterEqual: a_.ucomisd(f(x), f(y)); a_.jae(l); break;
    case Cond::Equal: {
      Label no = a_.newLabel();
      a_.ucomisd(f(x), f(y));
      a_.jp(no);
      a_.je(l);
      a_.bind(no);
      break;
    }
    case Cond::NotEqual: a_.ucomisd(f(x), f(y)); a_.jp(l); a_.jne(l); break;
    default: TP_ASSERT(false);
  }
}

void Masm::branch_not(Cond c, FReg x, FReg y, Label l) {
  switch (c) {
    case Cond::Less: a_.ucomisd(f(y), f(x)); a_.jbe(l); break;
    case Cond::LessEqual: a_.ucomisd(f(y), f(x)); a_.jb(l); break;
    case Cond::Greater: a_.ucomisd(f(x), f(y)); a_.jbe(l); break;
    case Cond::GreaterEqual: a_.ucomisd(f(x), f(y)); a_.jb(l); break;
    case Cond::Equal: branch(Cond::NotEqual, x, y, l); break;
    case Cond::NotEqual: branch(Cond::Equal, x, y, l); break;
    default: TP_ASSERT(false);
  }
}

void Masm::call(const void* function, std::initializer_list<Arg> arguments) {
  static constexpr Gp::Id kPlaces[] = {Gp::kIdDi, Gp::kIdSi, Gp::kIdDx, Gp::kIdCx, Gp::kIdR8, Gp::kIdR9};
  struct Move {
    Gp to;
    Arg from;
    bool done;
  };
  Move moves[6] = {{rdi, Reg::T0, true}, {rdi, Reg::T0, true}, {rdi, Reg::T0, true},
                   {rdi, Reg::T0, true}, {rdi, Reg::T0, true}, {rdi, Reg::T0, true}};
  u32 n = 0;
  for (const Arg& argument : arguments) {
    moves[n] = {gpq(kPlaces[n]), argument, false};
    ++n;
  }
  // Registers first, each when nobody else still reads its place; no caller passes a cycle.
  auto reads = [&](const Move& m, Gp place) {
    return !m.done && m.from.kind != Arg::Kind::Immediate && r(m.from.reg).id() == place.id();
  };
  for (u32 round = 0; round < n; ++round) {
    for (u32 i = 0; i < n; ++i) {
      Move& m = moves[i];
      if (m.done || m.from.kind == Arg::Kind::Immediate) continue;
      bool is_free = true;
      for (u32 k = 0; k < n; ++k) is_free &= k == i || !reads(moves[k], m.to);
      if (!is_free) continue;
      if (m.from.kind == Arg::Kind::Address) {
        a_.lea(m.to, qword_ptr(r(m.from.reg), m.from.offset));
      } else if (r(m.from.reg).id() != m.to.id()) {
        a_.mov(m.to, r(m.from.reg));
      }
      m.done = true;
    }
  }
  for (u32 i = 0; i < n; ++i) {
    Move& m = moves[i];
    if (m.done) continue;
    TP_ASSERT(m.from.kind == Arg::Kind::Immediate);
    if (m.from.value == 0) {
      a_.xor_(m.to.r32(), m.to.r32());
    } else if (m.from.value <= 0xFFFFFFFFu) {
      a_.mov(m.to.r32(), static_cast<u32>(m.from.value));
    } else {
      a_.mov(m.to, m.from.value);
    }
  }
  a_.mov(rax, reinterpret_cast<u64>(function));
  a_.call(rax);
}

void Masm::prologue() {
  a_.push(rbp);
  a_.mov(rbp, rsp);
  a_.push(rbx);
  a_.push(r12);
  a_.push(r15);
  a_.push(r14);  // keeps the stack aligned
  a_.mov(r(Reg::Thread), rdi);
  a_.mov(r(Reg::Frame), rsi);
  a_.mov(r(Reg::Exit), rcx);
  a_.jmp(rdx);
}

void Masm::epilogue() {
  a_.pop(r14);
  a_.pop(r15);
  a_.pop(r12);
  a_.pop(rbx);
  a_.pop(rbp);
  a_.ret();
}

}  // namespace taipan::jit::x64
