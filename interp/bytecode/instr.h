// Instructions: their layout, the opcode enumeration, and what each operand means (OpInfo).
// OpInfo is parsed from the operand text of opcodes.def while compiling, so that the encoder, the
// verifier and the disassembler cannot disagree with the table. Also the numbers operands carry.
#pragma once

#include "runtime/base/types.h"
#include "runtime/object/compare_op.h"

namespace taipan {

struct Instr {
  u8 op = 0;
  u8 k = 0;
  u16 a = 0, b = 0, c = 0;

  // The signed 32-bit operand of LOAD_INT and of the long jumps; also the index of LOAD_CONST.
  i32 bc() const { return static_cast<i32>(static_cast<u32>(b) << 16 | c); }
  u32 ubc() const { return static_cast<u32>(b) << 16 | c; }
  i16 sb() const { return static_cast<i16>(b); }
  i16 sc() const { return static_cast<i16>(c); }
  u8 minor() const { return k >> 4; }
};
static_assert(sizeof(Instr) == 8);

enum class Op : u8 {
#define OP(name, ...) name,
#include "interp/bytecode/opcodes.def"
#undef OP
  Count_
};
constexpr usize kOpCount = static_cast<usize>(Op::Count_);

// Bits of k.
constexpr u8 kKillB = 1, kKillC = 2, kKillA = 4;
constexpr u8 kKillLeft = 1, kKillRight = 2;  // the same bits in Fused jumps, where they mean a and b
constexpr u8 kMinorShift = 4;
constexpr u8 kInplace = 0x10;         // arithmetic
constexpr u8 kSubtract = 0x20;        // ADD_INT
constexpr u8 kNegate = 0x10;          // IS, CONTAINS
constexpr u8 kKillOnFall = 0x10;      // JUMP_IF_*
constexpr u8 kCellRegister = 0x10;    // GET_CLASS_FREE
constexpr u8 kSuperNoArgs = 0x10, kSuperMethod = 0x20;  // GET_SUPER_ATTR
constexpr u8 kHasSpec = 0x10;         // FORMAT_VALUE
constexpr u8 kHasKwargs = 0x10;       // CALL_EX
constexpr u8 kHasMessage = 0x10;      // RAISE_ASSERT
constexpr u8 kYieldDelegate = 0x20;   // YIELD
constexpr u8 kLoopEntry = 0x10;       // JUMP: from the head of a loop to its test, which lies behind the body
constexpr u8 kInFinally = 0x10;       // PUSH_EXC: of a finally block
constexpr u8 kLoopIndex = 0x10;       // GET_ITER, FOR_ITER: the register above the iterator's is an index
constexpr u32 kLoopRegisters = 2;
constexpr u16 kCallMethodForm = 1;    // CALL_KW, in EXT.a

// Windows (study, section 2): header words before the first argument; the callee is the last of them.
constexpr u32 kWindowHeader = 7;
constexpr u32 kWindowCallee = 6;
constexpr u32 kMaxCallArgs = 255;  // k of CALL; longer calls go through CALL_EX

// BinaryOp is op - Op::ADD, CompareOp is op - Op::JLT (and its three sisters): compare_op.h.

enum class SpecialMethod : u8 { Enter, Exit, AsyncEnter, AsyncExit };  // LOAD_SPECIAL

enum class FunctionPart : u8 {  // SET_FUNCTION_PART
  Defaults,    // tuple
  KwDefaults,  // dict
  Annotate,    // function: __annotate__
  Annotations, // dict, under `from __future__ import annotations`
  TypeParams,  // tuple
};

enum class TypeParamKind : u8 {  // MAKE_TYPE_PARAM; operands from b
  TypeVar,             // name
  TypeVarBound,        // name, evaluate function
  TypeVarConstraints,  // name, evaluate function
  ParamSpec,           // name
  TypeVarTuple,        // name
  SetDefault,          // type parameter, evaluate function; the result is the parameter
  TypeAlias,           // name, type parameters (tuple or None), evaluate function
};
constexpr u32 type_param_operands(TypeParamKind kind) {
  switch (kind) {
    case TypeParamKind::TypeVar: case TypeParamKind::ParamSpec: case TypeParamKind::TypeVarTuple: return 1;
    case TypeParamKind::TypeAlias: return 3;
    default: return 2;
  }
}

enum class ImportMode : u8 { Normal, Lazy, Eager };  // IMPORT_NAME; Eager: never made lazy by a filter

enum class Intrinsic : u8 {  // CALL_INTRINSIC
  PrintExpr,            // value: sys.displayhook(value); None
  AsyncGenWrap,         // value yielded by an async generator -> what its __anext__ awaitable recognises
  SubscriptGeneric,     // tuple of type parameters -> typing.Generic[*params]
  SetupAnnotations,     // namespace: make __annotations__ = {} if missing; None
  CheckAnnotateFormat,  // format: NotImplementedError if format > 2; None
  MappingRest,          // subject, keys tuple -> dict of the other items (`**rest` of a mapping pattern)
  Count_
};
constexpr u32 intrinsic_operands(Intrinsic id) { return id == Intrinsic::MappingRest ? 2 : 1; }

enum class SiteKind : u8 {
  GetGlobal, SetGlobal, DeleteGlobal, GetName, SetName, DeleteName, GetAttr, SetAttr, DeleteAttr,
  LoadMethod, GetSuperAttr, Call, ImportName, ImportFrom, Count_
};

// ---- What the table says ----

enum OpEffect : u16 {
  Pure = 0, MayCall = 1, MayRaise = 2, Allocates = 4, Jumps = 8, Ends = 16, Polls = 32, Drops = 64, Fused = 128
};

enum class FeedbackKind : u8 { None, Operands, Shape, Name, Items, Iter, Call, Branch };

enum class OperandKind : u8 {
  None,
  Write, WriteMethod, WriteSuper, WriteTriple, WriteRange, WriteRangeEx, WriteLate,
  Read, ReadLocal, ReadWrite, Clear, ReadPair, ReadTriple, ReadCounted, ReadFree, ReadIntrinsic, ReadKind, Window,
  Int16, Int32, Const16, Const32, Off16, Off32, Site, Index
};

struct OpInfo {
  const char* name = nullptr;
  const char* operands = nullptr;
  OperandKind a = OperandKind::None, b = OperandKind::None, c = OperandKind::None;
  bool has_ext = false;
  u16 effects = 0;
  FeedbackKind feedback = FeedbackKind::None;

  bool is_jump() const { return effects & Jumps; }
  bool falls_through() const { return !(effects & Ends); }
  // The kill bit of a field, by the rule of opcodes.def.
  u8 kill_a() const { return effects & Fused ? kKillLeft : kKillA; }
  u8 kill_b() const { return effects & Fused ? kKillRight : kKillB; }
};

extern const OpInfo kOpInfo[kOpCount];
inline const OpInfo& op_info(u8 op) { return kOpInfo[op]; }
inline const OpInfo& op_info(Op op) { return kOpInfo[static_cast<u8>(op)]; }
inline const char* op_name(u8 op) { return op < kOpCount ? kOpInfo[op].name : "?"; }

// Where an instruction that jumps goes, from itself (no WIDE prefix).
inline i32 jump_operand(const Instr& i) {
  const OpInfo& info = op_info(i.op);
  return info.b == OperandKind::Off32 ? i.bc() : i.sc();
}

// A hash of the table: part of the code cache's magic number.
u64 opcode_table_hash();

constexpr Instr make_instr(Op op, u32 k, u32 a, u32 b, u32 c) {
  return {static_cast<u8>(op), static_cast<u8>(k), static_cast<u16>(a), static_cast<u16>(b), static_cast<u16>(c)};
}
constexpr Instr make_instr_bc(Op op, u32 k, u32 a, u32 bc) { return make_instr(op, k, a, bc >> 16, bc & 0xFFFF); }
constexpr Op op_plus(Op base, u32 n) { return static_cast<Op>(static_cast<u8>(base) + n); }

// Operands of one instruction, with its prefix and EXT word read: what the verifier, the
// disassembler and slow paths work on.
struct Decoded {
  Op op;
  u8 k;
  u32 a, b, c;     // register numbers and unsigned operands, WIDE applied
  i32 value;       // Int16, Int32
  i32 jump;        // Off16, Off32, else 0; relative to `at`
  u32 at;          // index of the instruction proper
  u32 next;        // index of the instruction after it, its EXT skipped
  Instr ext;       // its EXT word, if has_ext
  const OpInfo* info;
  u8 minor() const { return k >> kMinorShift; }
};
// Reads the instruction at `index`; false if it is cut off or its opcode unknown.
bool decode_instr(const Instr* code, usize size, usize index, Decoded* out);

}  // namespace taipan
