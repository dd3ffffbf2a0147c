// Operators by number, in the order that bytecode and type slots share.
// BinaryOp indexes TypeSlots::binary and ::inplace; CompareOp is what richcompare gets.
#pragma once
#include "runtime/base/types.h"

namespace taipan {

enum class BinaryOp : u8 {
  Add, Sub, Mul, TrueDiv, FloorDiv, Mod, Pow, MatMul, And, Or, Xor, Shl, Shr
};
inline constexpr usize kBinaryOps = 13;
enum class CompareOp : u8 { Lt, Le, Eq, Ne, Gt, Ge };
enum class UnaryOp : u8 { Neg, Pos, Invert, Abs };
inline constexpr usize kUnaryOps = 4;

constexpr CompareOp swapped(CompareOp op) {
  constexpr CompareOp k[] = {CompareOp::Gt, CompareOp::Ge, CompareOp::Eq,
                             CompareOp::Ne, CompareOp::Lt, CompareOp::Le};
  return k[static_cast<u8>(op)];
}

}  // namespace taipan
