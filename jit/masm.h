// What the macro-assemblers of both targets share: roles of registers, operands, conditions.
// jit/x64/masm.h and jit/a64/masm.h are twins: the same members in the same order, so that T1 is one source.
#pragma once
#include <asmjit/core.h>

#include "runtime/base/types.h"

namespace taipan::jit {

using Label = asmjit::Label;

// Machine registers by role. Calls to C++ keep Thread, Frame and Exit, and lose the others.
enum class Reg : u8 {
  T0, T1, T2, T3, T4, T5,  // scratch
  Thread,                  // Thread*
  Frame,                   // fp: the current frame's registers
  Exit,                    // Value* for the result of Outcome::Exit
};
// Float scratch registers.
enum class FReg : u8 { F0, F1, F2, F3, F4, F5, F6, F7, F8, F9 };

// Memory at base + offset bytes.
struct Mem {
  Reg base;
  i32 offset;
};

enum class Cond : u8 {
  Equal, NotEqual,
  Less, LessEqual, Greater, GreaterEqual,      // signed
  Below, BelowEqual, Above, AboveEqual,        // unsigned
};
constexpr Cond negate(Cond c) {
  switch (c) {
    case Cond::Equal: return Cond::NotEqual;
    case Cond::NotEqual: return Cond::Equal;
    case Cond::Less: return Cond::GreaterEqual;
    case Cond::LessEqual: return Cond::Greater;
    case Cond::Greater: return Cond::LessEqual;
    case Cond::GreaterEqual: return Cond::Less;
    case Cond::Below: return Cond::AboveEqual;
    case Cond::BelowEqual: return Cond::Above;
    case Cond::Above: return Cond::BelowEqual;
    case Cond::AboveEqual: return Cond::Below;
  }
  __builtin_unreachable();
}

// An argument of a call to C++.
struct Arg {
  enum class Kind : u8 { Register, Immediate, Address } kind;
  Reg reg{};
  i32 offset = 0;  // Address: reg + offset
  u64 value = 0;

  Arg(Reg r) : kind(Kind::Register), reg(r) {}                                  // NOLINT: implicit on purpose
  static Arg immediate(u64 v) { Arg a(Reg::T0); a.kind = Kind::Immediate; a.value = v; return a; }
  static Arg pointer(const void* p) { return immediate(reinterpret_cast<u64>(p)); }
  static Arg address(Reg base, i32 offset) { Arg a(base); a.kind = Kind::Address; a.offset = offset; return a; }
};

}  // namespace taipan::jit
