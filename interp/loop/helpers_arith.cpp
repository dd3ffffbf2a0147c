// Slow paths of arithmetic, comparison and truth.
#include "interp/loop/attribute_table.h"
#include "interp/loop/ops_common.h"
#include "runtime/object/error.h"
#include "runtime/object/specials.h"
#include "runtime/object/specials_slots.h"
#include "runtime/types/dict.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/quick_lookup.h"
#include "runtime/types/set.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str_extend.h"

namespace taipan {
namespace {

// One int, one float, both immediate: what loops over mixed numbers need. False: not this case.
bool mixed_arithmetic(BinaryOp op, Value l, Value r, Value* out) {
  if (!l.is_immediate() || !r.is_immediate() || l.is_int() == r.is_int()) return false;
  constexpr i64 kExact = i64{1} << 53;
  i64 i = l.is_int() ? l.as_int() : r.as_int();
  if (i > kExact || i < -kExact) return false;
  f64 x = l.is_int() ? static_cast<f64>(i) : l.as_float();
  f64 y = r.is_int() ? static_cast<f64>(i) : r.as_float();
  f64 result;
  switch (op) {
    case BinaryOp::Add: result = x + y; break;
    case BinaryOp::Sub: result = x - y; break;
    case BinaryOp::Mul: result = x * y; break;
    case BinaryOp::TrueDiv:
      if (y == 0) return false;
      result = x / y;
      break;
    default: return false;
  }
  *out = Value::float_word(result);
  return out->is_float();
}

bool int_division(Value l, Value r, Value* out) {
  constexpr i64 kExact = i64{1} << 53;
  if (!both_ints(l, r)) return false;
  i64 x = l.as_int(), y = r.as_int();
  if (y == 0 || x > kExact || x < -kExact || y > kExact || y < -kExact) return false;
  *out = Value::float_word(static_cast<f64>(x) / static_cast<f64>(y));
  return out->is_float();
}

int minor_compare(Thread& t, CompareOp op, Value l, Value r) {
  if (is_exact<Str>(l) && is_exact<Str>(r)) {
    const Str *x = l.as<Str>(), *y = r.as<Str>();
    switch (op) {
      case CompareOp::Eq: return x == y || str_equal(x, y);
      case CompareOp::Ne: return x != y && !str_equal(x, y);
      default: return compare_numbers(op, str_compare(x, y), 0);
    }
  }
  Result<bool> result = compare_truth(t, op, l.canonical(), r.canonical());
  return result.is_error() ? -1 : result.take();
}

}  // namespace

namespace {

// The Python function that alone decides `l op r`: a method of l whose other operand is of the same class or a
// number, or a reflected method of r after a number. Null: the long way has to be gone.
Function* deciding_function(Thread& t, BinaryOp op, Value l, Value r, bool inplace) {
  bool reflected = !is_reference_word(l);
  if (reflected && !is_reference_word(r)) return nullptr;
  Object* o = reflected ? r.object() : l.object();
  u32 shape = o->shape.load_relaxed();
  bool alike = reflected || !is_reference_word(r) || r.object()->shape.load_relaxed() == shape;
  Str* name = binary_name(op, reflected);
  TableUse use = inplace ? TableUse::InplaceOperator : TableUse::Operator;
  const TableLine* known = find_line(t, shape, table_key(name, use));
  // That there is no __iadd__ or the like is known as of a number of changes of that name, too.
  u32 changes = inplace && !reflected ? g_class_changes.of(inplace_name(op)).load_acquire() : 0;
  if (known != nullptr && known->new_shape != changes) known = nullptr;
  if (known != nullptr && alike) return known->value.as<Function>();   // the rest was so when it was learnt
  Type& type = type_of(o);
  // Numbers know numbers: with subclasses of int and float the other operand's method may answer as well.
  if (type.has(kTypeImmutable | kTypeIntSubclass | kTypeFloatSubclass)) return nullptr;
  if (!alike && &type_of(r.object()) != &type) return nullptr;
  if (known != nullptr) return known->value.as<Function>();
  if (inplace && !reflected && !type_lookup(t, type, inplace_name(op)).is_empty()) return nullptr;
  return learn_binary_method(t, o, name, use, changes);
}

// The Python function that is asked first by a comparison of `l`, an instance of a class, and `r`, which is not of a class that
// derives from l's. Null: the long way has to be gone.
Function* comparing_function(Thread& t, CompareOp op, Value l, Value r) {
  if (!is_reference_word(l)) return nullptr;
  Type& type = type_of(l.object());
  if (type.slots.compare != slot_compare) return nullptr;
  if (is_reference_word(r) && &type_of(r.object()) != &type && is_subtype(type_of(r.object()), type)) return nullptr;
  Str* name = compare_name(op);
  const TableLine* known = find_line(t, l.object()->shape.load_relaxed(), table_key(name, TableUse::Operator));
  return known != nullptr ? known->value.as<Function>() : learn_binary_method(t, l.object(), name, TableUse::Operator);
}

// A comparison that jumps: CompareOp, and whether a true or a false answer takes the jump.
struct JumpTest {
  explicit JumpTest(const Instr* pc) {
    u32 index = pc->op - static_cast<u8>(Op::JLT);
    op = static_cast<CompareOp>(index % 6);
    wanted = (index / 6) % 2 == 0;
    immediate = index >= 12;
  }
  CompareOp op;
  bool wanted, immediate;
};

Value right_operand(const JumpTest& test, const Value* fp, const Instr* pc, u32 b) {
  if (!test.immediate) return fp[b];
  return Value::small_int(has_wide_prefix(pc) ? static_cast<i32>(b) : static_cast<i16>(b));
}

Outcome finish_jump(Thread& t, Value* fp, const Instr* pc, u32 a, u32 b, const JumpTest& test, bool answer) {
  Value x = take_killed(fp, a, pc->k & kKillLeft);
  Value y = test.immediate ? Value::empty() : take_killed(fp, b, pc->k & kKillRight);
  drop(x);
  drop(y);
  run_pending(t);
  return answer == test.wanted ? Outcome::Jump : Outcome::Next;
}

// The sum of two texts. One whose left side nobody else has grows where it is: `text += part`, and what a
// chain of `+` has made.
Outcome add_text(Thread& t, Value* fp, const Instr* pc, u32 a, u32 b, u32 c) {
  Value l = fp[b], r = fp[c];
  if (l.is_counted() && (a == b || pc->k & kKillB)) {
    if (Str* grown = str_extend(t, l.as<Str>(), r.as<Str>())) {
      fp[b] = Value::empty();
      Value y = take_killed(fp, c, pc->k & kKillC);
      put(fp, a, Value(grown));
      drop(y);
      run_pending(t);
      return Outcome::Next;
    }
  }
  Result<Str> sum = str_concat(t, l.as<Str>(), r.as<Str>());
  if (sum.is_error()) return Outcome::Error;
  finish_bc(t, fp, pc, a, b, c, sum.word());
  return Outcome::Next;
}

BinaryOp binary_op_of(const Instr* pc) { return static_cast<BinaryOp>(pc->op - static_cast<u8>(Op::ADD)); }

}  // namespace

Outcome binary_slow(TP_HELPER_ARGS) {
  BinaryOp op = binary_op_of(pc);
  bool inplace = pc->k & kInplace;
  Value l = fp[b], r = fp[c], result;
  if (op == BinaryOp::Add && is_exact<Str>(l) && is_exact<Str>(r)) return add_text(t, fp, pc, a, b, c);
  if (mixed_arithmetic(op, l, r, &result) || (op == BinaryOp::TrueDiv && int_division(l, r, &result))) {
    finish(t, fp, a, result);
    return Outcome::Next;
  }
  if (Function* f = deciding_function(t, op, l, r, inplace)) {
    bool reflected = !is_reference_word(l);
    Value self = duplicate(reflected ? r : l), other = duplicate(reflected ? l : r);
    return push_call(t, f, self, other, kSpecialFrame, FrameKind::Operator);
  }
  l = l.canonical();
  r = r.canonical();
  Result<> made = inplace ? inplace_operation(t, op, l, r) : binary_operation(t, op, l, r);
  if (made.is_error()) return Outcome::Error;
  finish_bc(t, fp, pc, a, b, c, made.word());
  return Outcome::Next;
}

Outcome enter_operator(Thread& t, const Instr* pc, u64 back) {
  Value* fp = t.fp;
  Value l = fp[pc->b], r = fp[pc->c];
  bool is_compare = pc->op == static_cast<u8>(Op::COMPARE);
  if (!is_reference_word(l)) return Outcome::Next;
  Function* f = is_compare ? comparing_function(t, static_cast<CompareOp>(pc->minor()), l, r)
                           : deciding_function(t, binary_op_of(pc), l, r, pc->k & kInplace);
  if (f == nullptr) return Outcome::Next;
  Code* code = f->code.load_relaxed();
  Value* frame = t.top + kWindowHeader;
  if (!has_frame_room(t, frame, code)) return Outcome::Next;
  set_frame_pc(fp, pc);
  frame[kFrameCallee] = take_word(Value(f));
  frame[0] = duplicate(l);
  frame[1] = duplicate(r);
  set_frame_kind(frame, is_compare ? FrameKind::Compare : FrameKind::Operator);
  frame[kFrameExtra] = Value(back | 1);
  link_frame_uncleared(t, frame, code, kSpecialFrame);
  return Outcome::Enter;
}

Result<> operator_not_implemented(Thread& t, Value* fp, const Instr* pc) {
  return binary_not_implemented(t, binary_op_of(pc), fp[wide_b(pc)].canonical(), fp[wide_c(pc)].canonical(),
                                pc->k & kInplace);
}

bool add_int_slow(TP_HELPER_ARGS) {
  i64 value = static_cast<i16>(c);
  bool subtract = pc->k & kSubtract;
  BinaryOp op = subtract ? BinaryOp::Sub : BinaryOp::Add;
  Value l = fp[b].canonical(), r = Value::small_int(subtract ? -value : value);
  auto word = pc->k & kInplace ? TP_TAKE(inplace_operation(t, op, l, r)) : TP_TAKE(binary_operation(t, op, l, r));
  return finish_b(t, fp, pc, a, b, word.word());
}

bool unary_slow(TP_HELPER_ARGS) {
  UnaryOp op = pc->op == static_cast<u8>(Op::NEG)   ? UnaryOp::Neg
               : pc->op == static_cast<u8>(Op::POS) ? UnaryOp::Pos
                                                    : UnaryOp::Invert;
  return finish_b(t, fp, pc, a, b, TP_TAKE(unary_operation(t, op, fp[b].canonical())).word());
}

bool not_slow(TP_HELPER_ARGS) {
  bool yes = TP_TAKE(truth(t, fp[b].canonical()));
  return finish_b(t, fp, pc, a, b, Value(yes ? kFalseWord : kTrueWord));
}

Outcome compare_slow(TP_HELPER_ARGS) {
  CompareOp op = static_cast<CompareOp>(pc->minor());
  Value l = fp[b], r = fp[c], answer;
  if (is_exact<Str>(l) && is_exact<Str>(r)) {
    answer = Value(minor_compare(t, op, l, r) != 0 ? kTrueWord : kFalseWord);
  } else if (Function* f = comparing_function(t, op, l, r)) {
    return push_call(t, f, duplicate(l), duplicate(r), kSpecialFrame, FrameKind::Compare);
  } else {
    Result<> compared = compare(t, op, l.canonical(), r.canonical());
    if (compared.is_error()) return Outcome::Error;
    answer = compared.word();
  }
  finish_bc(t, fp, pc, a, b, c, answer);
  return Outcome::Next;
}

Result<> comparison_not_implemented(Thread& t, Value* fp, const Instr* pc) {
  return compare_not_implemented(t, static_cast<CompareOp>(pc->minor()), fp[wide_b(pc)].canonical(),
                                 fp[wide_c(pc)].canonical());
}

static bool is_plain_set(Value v) {
  if (!v.is_ref()) return false;
  u32 shape = v.object()->shape.load_relaxed();
  return shape == shape_id(BuiltinShape::set_) || shape == shape_id(BuiltinShape::frozenset_);
}

bool contains_slow(TP_HELPER_ARGS) {
  Value container = fp[c].canonical(), v = fp[b].canonical();
  int quick = quick_contains(container, v);
  bool found = quick != kAskPython       ? quick != 0
               : is_exact<Dict>(container) ? TP_TAKE(dict_contains(t, container.as<Dict>(), v))
               : is_plain_set(container)  ? TP_TAKE(set_contains(t, static_cast<Set*>(container.object()), v))
                                          : TP_TAKE(contains(t, container, v));
  bool yes = found != !!(pc->k & kNegate);
  if (v.is_immediate() && !(pc->k & kKillC)) {  // nothing to take
    return finish(t, fp, a, Value(yes ? kTrueWord : kFalseWord));
  }
  return finish_bc(t, fp, pc, a, b, c, Value(yes ? kTrueWord : kFalseWord));
}

Outcome compare_jump_slow(TP_HELPER_ARGS) {
  JumpTest test(pc);
  Value l = fp[a], r = right_operand(test, fp, pc, b);
  if (Function* f = comparing_function(t, test.op, l, r)) {
    return push_call(t, f, duplicate(l), duplicate(r), kSpecialFrame, FrameKind::CompareJump);
  }
  int answer = minor_compare(t, test.op, l, r);
  return answer < 0 ? Outcome::Error : finish_jump(t, fp, pc, a, b, test, answer != 0);
}

Outcome leave_compare_jump(Thread& t, Value* fp, Value result) {
  const Instr* pc = frame_pc(fp);
  JumpTest test(pc);
  u32 a = wide_a(pc), b = wide_b(pc);
  if (is_not_implemented(result)) {
    Result<> other = compare_not_implemented(t, test.op, fp[a].canonical(), right_operand(test, fp, pc, b).canonical());
    if (other.is_error()) return Outcome::Error;
    result = other.word();
  }
  bool answer = is_true(result);
  if (!answer && !is_false(result)) {
    Local<> holder(t, Result<>::from_owned(result));
    Result<bool> asked = truth(t, holder);
    if (asked.is_error()) return Outcome::Error;
    answer = asked.take();
  }
  bool jumps = finish_jump(t, fp, pc, a, b, test, answer) == Outcome::Jump;
  i32 offset = jump_offset(pc);
  set_frame_pc(fp, pc + (jumps ? offset : 1));
  if (jumps && offset <= 0 && safepoint(t).is_error()) return Outcome::Error;
  return Outcome::Enter;
}

Outcome truth_jump_slow(TP_HELPER_ARGS) {
  Value v = fp[a];
  bool yes;
  if (v.is_int()) {
    yes = v.as_int() != 0;
  } else if (v.is_float()) {
    yes = v.as_float() != 0;
  } else if (v.bits == kNoneWord) {
    yes = false;
  } else {
    Value o = v.canonical();
    if (is_exact<List>(o)) {
      yes = list_size(o.as<List>()) != 0;
    } else if (is_exact<Str>(o)) {
      yes = o.as<Str>()->length() != 0;
    } else {
      Result<bool> result = truth(t, o);
      if (result.is_error()) return Outcome::Error;
      yes = result.take();
    }
  }
  bool jump = yes == (pc->op == static_cast<u8>(Op::JUMP_IF_TRUE));
  bool kill = (pc->k & kKillA) || (!jump && (pc->k & kKillOnFall));
  drop(take_killed(fp, a, kill));
  run_pending(t);
  return jump ? Outcome::Jump : Outcome::Next;
}

}  // namespace taipan
