#include "interp/compiler/generator.h"

// Comparisons and jumps on conditions.

namespace taipan::compiler {

using namespace ast;

namespace {

// The six ordering operators; false for is, in.
bool order_of(CmpOperator op, CompareOp* out) {
  switch (op) {
    case CmpOperator::Lt: *out = CompareOp::Lt; return true;
    case CmpOperator::LtE: *out = CompareOp::Le; return true;
    case CmpOperator::Eq: *out = CompareOp::Eq; return true;
    case CmpOperator::NotEq: *out = CompareOp::Ne; return true;
    case CmpOperator::Gt: *out = CompareOp::Gt; return true;
    case CmpOperator::GtE: *out = CompareOp::Ge; return true;
    default: return false;
  }
}

bool is_none(const Expr* e) {
  auto* c = try_as<Constant>(e);
  return c && c->value.kind == ConstantKind::None;
}

u8 left_bit(Operand o) { return o.kill ? kKillLeft : 0; }
u8 right_bit(Operand o) { return o.kill ? kKillRight : 0; }

}  // namespace

void Generator::compare_step(const Compare* e, CmpOperator op, Reg dst, Operand left, Operand right) {
  CompareOp order;
  u32 k = left.b() | right.c();
  if (order_of(op, &order)) return as().emit(Op::COMPARE, dst, left.reg, right.reg, k | static_cast<u32>(order) << kMinorShift);
  bool negated = op == CmpOperator::IsNot || op == CmpOperator::NotIn;
  bool is = op == CmpOperator::Is || op == CmpOperator::IsNot;
  as().emit(is ? Op::IS : Op::CONTAINS, dst, left.reg, right.reg, k | (negated ? kNegate : 0));
}

void Generator::compare(const Compare* e, Reg dst) {
  check_compare(e);
  u32 n = e->ops.size();
  Reg old = u->top;
  if (n == 1) {
    Operand left = operand(e->left, e->comparators[0]->kind == Kind::Constant);
    Operand right = operand(e->comparators[0], true);
    u->top = old;
    return compare_step(e, e->ops[0], dst, left, right);
  }
  // Each middle operand is read twice: without its kill bit the first time. When a comparison fails its result
  // stays in `held` and the operand is dropped.
  Reg held = begin_result(dst);
  Label end = as().new_label(), failed_label = as().new_label();
  Reg middle = push();  // one place for all middle operands, so that one DROP serves
  Operand left = operand(e->left);
  for (u32 i = 0; i < n; ++i) {
    if (i + 1 == n) {
      Operand right = operand(e->comparators[i], true);
      compare_step(e, e->ops[i], held, left, right);
      break;
    }
    Reg t = to_temp(e->comparators[i]);
    compare_step(e, e->ops[i], held, left, {t, false});
    move(middle, {t, true});
    u->top = middle + 1;
    as().emit_jump(Op::JUMP_IF_FALSE, failed_label, held, 0, kKillOnFall);
    left = {middle, true};
  }
  as().emit_jump(Op::JUMP, end);
  as().bind(failed_label);
  drop(middle);
  as().bind(end);
  end_result(dst, held, old);
}

// Emits the jump for comparison `index` of e (the last one): to `target` when its truth is `when`.
void Generator::jump_compare(const Compare* e, u32 index, Operand left, bool when, Label target) {
  CmpOperator op = e->ops[index];
  const Expr* right_expr = e->comparators[index];
  CompareOp order;
  i32 value;
  if (order_of(op, &order)) {
    u32 n = static_cast<u32>(order);
    if (small_int(right_expr, 0x7FFF, &value)) {
      Op base = when ? Op::JLT_INT : Op::JNLT_INT;
      return as().emit_jump(op_plus(base, n), target, left.reg, static_cast<u32>(value), left_bit(left));
    }
    Operand right = operand(right_expr, true);
    return as().emit_jump(op_plus(when ? Op::JLT : Op::JNLT, n), target, left.reg, right.reg,
                          left_bit(left) | right_bit(right));
  }
  if (op == CmpOperator::Is || op == CmpOperator::IsNot) {
    bool jump_if_same = (op == CmpOperator::Is) == when;
    if (is_none(right_expr))
      return as().emit_jump(jump_if_same ? Op::JUMP_IF_NONE : Op::JUMP_IF_NOT_NONE, target, left.reg, 0, left.a());
    Operand right = operand(right_expr, true);
    return as().emit_jump(jump_if_same ? Op::JIS : Op::JIS_NOT, target, left.reg, right.reg, left_bit(left) | right_bit(right));
  }
  Operand right = operand(right_expr, true);
  Reg t = left.kill ? left.reg : right.kill ? right.reg : u->top;
  as().touch(t);
  as().emit(Op::CONTAINS, t, left.reg, right.reg, left.b() | right.c());
  bool jump_if_in = (op == CmpOperator::In) == when;
  as().emit_jump(jump_if_in ? Op::JUMP_IF_TRUE : Op::JUMP_IF_FALSE, target, t, 0, kKillA);
}

void Generator::jump_if(const Expr* e, bool when, Label target) {
  Depth depth(*this);
  if (!depth.ok) return;
  At at(*this, *e);
  Reg old = u->top;
  bool truth;
  if (constant_truth(e, &truth)) {
    if (truth == when) as().emit_jump(Op::JUMP, target);
    else as().emit(Op::NOP);  // its line
    return;
  }
  if (auto* op = try_as<ast::UnaryOp>(e); op && op->op == UnaryOperator::Not) return jump_if(op->operand, !when, target);
  if (auto* op = try_as<BoolOp>(e)) {
    bool stops = op->op == BoolOperator::Or;  // the truth that decides at once
    Label skip = stops == when ? target : as().new_label();
    for (u32 i = 0; i + 1 < op->values.size(); ++i) jump_if(op->values[i], stops, skip);
    jump_if(op->values.back(), when, target);
    if (stops != when) as().bind(skip);
    return;
  }
  if (auto* choice = try_as<IfExp>(e)) {
    Label other = as().new_label(), end = as().new_label();
    jump_if(choice->test, false, other);
    jump_if(choice->body, when, target);
    as().emit_jump(Op::JUMP, end);
    as().bind(other);
    jump_if(choice->orelse, when, target);
    as().bind(end);
    return;
  }
  auto* cmp = try_as<Compare>(e);
  if (cmp && cmp->ops.size() == 1) {
    check_compare(cmp);
    Operand left = operand(cmp->left, cmp->comparators[0]->kind == Kind::Constant);
    jump_compare(cmp, 0, left, when, target);
    u->top = old;
    return;
  }
  CompareOp first;
  if (cmp && cmp->ops.size() == 2 && order_of(cmp->ops[0], &first)) {
    // `a < b < c`: the middle value is read twice, and dropped on the way out if it is a temporary.
    check_compare(cmp);
    Operand left = operand(cmp->left), middle = operand(cmp->comparators[0]);
    Label end = as().new_label();
    Label miss = middle.kill ? as().new_label() : when ? end : target;
    as().emit_jump(op_plus(Op::JNLT, static_cast<u32>(first)), miss, left.reg, middle.reg, left_bit(left));
    jump_compare(cmp, 1, middle, when, target);
    if (middle.kill) {
      as().emit_jump(Op::JUMP, end);
      as().bind(miss);
      drop(middle.reg);
      if (!when) as().emit_jump(Op::JUMP, target);
    }
    as().bind(end);
    u->top = old;
    return;
  }
  Operand value = operand(e, true);
  as().emit_jump(when ? Op::JUMP_IF_TRUE : Op::JUMP_IF_FALSE, target, value.reg, 0, value.a());
  u->top = old;
}

}  // namespace taipan::compiler
