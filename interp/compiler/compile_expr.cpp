#include <utility>

#include "interp/compiler/generator.h"

namespace taipan::compiler {

using namespace ast;

namespace {

constexpr u32 kDisplayInRegisters = 64;  // longer displays are appended to one by one

Op op_of(Operator op) {
  switch (op) {
    case Operator::Add: return Op::ADD;
    case Operator::Sub: return Op::SUB;
    case Operator::Mult: return Op::MUL;
    case Operator::MatMult: return Op::MATMUL;
    case Operator::Div: return Op::TRUE_DIV;
    case Operator::Mod: return Op::MOD;
    case Operator::Pow: return Op::POW;
    case Operator::LShift: return Op::SHL;
    case Operator::RShift: return Op::SHR;
    case Operator::BitOr: return Op::OR;
    case Operator::BitXor: return Op::XOR;
    case Operator::BitAnd: return Op::AND;
    case Operator::FloorDiv: return Op::FLOOR_DIV;
  }
  return Op::NOP;
}

}  // namespace

void Generator::expr(const Expr* e, Reg dst) {
  Depth depth(*this);
  if (!depth.ok) return;
  At at(*this, *e);
  as().touch(dst);
  switch (e->kind) {
    case Kind::Constant: return load_const(dst, literal(ast::as<Constant>(e)->value));
    case Kind::Name: return load_name(ast::as<Name>(e)->id, dst);
    case Kind::BinOp: return binary_op(ast::as<BinOp>(e), dst);
    case Kind::UnaryOp: return unary_op(ast::as<ast::UnaryOp>(e), dst);
    case Kind::BoolOp: return bool_op(ast::as<BoolOp>(e), dst);
    case Kind::Compare: return compare(ast::as<Compare>(e), dst);
    case Kind::IfExp: return if_exp(ast::as<IfExp>(e), dst);
    case Kind::NamedExpr: return named_expr(ast::as<NamedExpr>(e), dst);
    case Kind::Lambda: return lambda(ast::as<Lambda>(e), dst);
    case Kind::Call: return call(ast::as<Call>(e), dst);
    case Kind::Attribute: return attribute(ast::as<Attribute>(e), dst);
    case Kind::Subscript: return subscript(ast::as<Subscript>(e), dst);
    case Kind::List: return display(e, Op::BUILD_LIST, ast::as<List>(e)->elts, dst);
    case Kind::Set: return display(e, Op::BUILD_SET, ast::as<Set>(e)->elts, dst);
    case Kind::Tuple: {
      Const c;
      if (constant_of(e, &c)) return load_const(dst, std::move(c));
      return display(e, Op::BUILD_TUPLE, ast::as<Tuple>(e)->elts, dst);
    }
    case Kind::Dict: return dict(ast::as<Dict>(e), dst);
    case Kind::ListComp:
    case Kind::SetComp:
    case Kind::DictComp:
    case Kind::GeneratorExp: return comprehension(e, dst);
    case Kind::Await: return await_expr(ast::as<Await>(e), dst);
    case Kind::Yield: return yield_expr(ast::as<Yield>(e), dst);
    case Kind::YieldFrom: return yield_from(ast::as<YieldFrom>(e), dst);
    case Kind::JoinedStr: return joined_str(ast::as<JoinedStr>(e), dst);
    case Kind::FormattedValue: return formatted_value(ast::as<FormattedValue>(e), dst);
    case Kind::TemplateStr: return template_str(ast::as<TemplateStr>(e), dst);
    case Kind::Slice: return slice_object(ast::as<Slice>(e), dst);
    case Kind::Starred: fail(*e, "can't use starred expression here"); return;
    default: fail(*e, "unsupported expression"); return;
  }
}

Reg Generator::to_temp(const Expr* e) {
  Reg t = u->top;
  expr(e, t);
  u->top = t + 1;
  as().touch(t);
  return t;
}

Operand Generator::operand(const Expr* e, bool last) {
  if (auto* name = try_as<Name>(e)) {
    Reg r = local_register(name->id);
    if (r != kNoReg && (last || !walrus_names_.count(name->id.data()))) {
      At at(*this, *e);
      check_bound(r);
      return {r, false};
    }
  } else if (auto* walrus = try_as<NamedExpr>(e); walrus && last) {
    Reg r = local_register(ast::as<Name>(walrus->target)->id);
    if (r != kNoReg) {
      At at(*this, *e);
      expr(walrus->value, r);
      as().bound.add(r);
      return {r, false};
    }
  }
  return {to_temp(e), true};
}

// An expression whose value nobody wants.
void Generator::discard_expr(const Expr* e) {
  if (e->kind == Kind::Constant) return;
  Operand value = operand(e, true);
  At at(*this, *e);
  discard(value);
  if (value.kill) --u->top;
}

// ---- Operators ----

void Generator::emit_binary(Operator op, Reg dst, Operand left, const Expr* right, bool inplace) {
  as().touch(dst);
  u32 k = inplace ? kInplace : 0;
  i32 value;
  if ((op == Operator::Add || op == Operator::Sub) && small_int(right, 0x7FFF, &value) &&
      (op == Operator::Add || value != 0)) {
    if (op == Operator::Sub) k |= kSubtract, value = -value;
    return as().emit(Op::ADD_INT, dst, left.reg, static_cast<u32>(value), k | left.b());
  }
  Operand r = operand(right, true);
  as().emit(op_of(op), dst, left.reg, r.reg, k | left.b() | r.c());
}

// `a + b + c + ...` nests to the left without bound: a loop.
void Generator::binary_op(const BinOp* e, Reg dst) {
  std::vector<const BinOp*> chain;
  const Expr* leftmost = e;
  while (auto* b = try_as<BinOp>(leftmost)) {
    chain.push_back(b);
    leftmost = b->left;
  }
  // The innermost operations, as far as they fold: each is looked at once.
  if (Const folded; constant_of(leftmost, &folded)) {
    Const right, result;
    while (!chain.empty() && constant_of(chain.back()->right, &right) && fold_binary(chain.back()->op, folded, right, &result)) {
      leftmost = chain.back();
      chain.pop_back();
      folded = std::exchange(result, {});
      right = {};
    }
    if (chain.empty()) return load_const(dst, std::move(folded));
  }
  Reg base = u->top;
  Operand left = operand(leftmost, chain.back()->right->kind == Kind::Constant);
  while (!chain.empty()) {
    const BinOp* b = chain.back();
    chain.pop_back();
    At at(*this, *b);
    Reg to = chain.empty() ? dst : base;
    emit_binary(b->op, to, left, b->right, false);
    left = {to, true};
    u->top = base + !chain.empty();
    if (failed()) return;
  }
}

void Generator::unary_op(const ast::UnaryOp* e, Reg dst) {
  Const folded;
  if (constant_of(e, &folded)) return load_const(dst, std::move(folded));
  Reg old = u->top;
  Operand value = operand(e->operand, true);
  u->top = old;
  Op op = e->op == UnaryOperator::Invert ? Op::INVERT
          : e->op == UnaryOperator::Not  ? Op::NOT
          : e->op == UnaryOperator::UAdd ? Op::POS
                                         : Op::NEG;
  as().emit(op, dst, value.reg, 0, value.b());
}

void Generator::bool_op(const BoolOp* e, Reg dst) {
  Reg old = u->top, held = begin_result(dst);
  Label end = as().new_label();
  Op jump = e->op == BoolOperator::And ? Op::JUMP_IF_FALSE : Op::JUMP_IF_TRUE;
  for (u32 i = 0; i < e->values.size(); ++i) {
    expr(e->values[i], held);
    if (i + 1 < e->values.size()) as().emit_jump(jump, end, held, 0, kKillOnFall);
  }
  as().bind(end);
  end_result(dst, held, old);
}

void Generator::if_exp(const IfExp* e, Reg dst) {
  Label end = as().new_label();
  const Expr* rest = e;
  while (auto* choice = try_as<IfExp>(rest)) {
    Label other = as().new_label();
    jump_if(choice->test, false, other);
    expr(choice->body, dst);
    as().emit_jump(Op::JUMP, end);
    as().bind(other);
    rest = choice->orelse;
  }
  expr(rest, dst);
  as().bind(end);
}

void Generator::named_expr(const NamedExpr* e, Reg dst) {
  Identifier name = ast::as<Name>(e->target)->id;
  Reg r = local_register(name);
  if (r != kNoReg) {
    expr(e->value, r);
    as().bound.add(r);
    return move(dst, {r, false});
  }
  Reg old = u->top, held = begin_result(dst);
  expr(e->value, held);
  {
    At at(*this, *e->target);
    store_name(name, {held, false});
  }
  end_result(dst, held, old);
}

// ---- Attributes, items ----

void Generator::attribute(const Attribute* e, Reg dst) {
  if (super_attribute(e, dst, false)) return;
  Reg old = u->top;
  Operand obj = operand(e->value, true);
  u->top = old;
  set_method_position(e);
  as().emit(Op::GET_ATTR, dst, obj.reg, name_site(SiteKind::GetAttr, mangled(e->attr)), obj.b());
}

bool Generator::plain_slice(const Expr* e) const {
  auto* s = try_as<Slice>(e);
  return s && !s->step;
}

Reg Generator::slice_bounds(const Slice* s) {
  Reg first = u->top;
  for (const Expr* bound : {s->lower, s->upper}) {
    if (bound) to_temp(bound);
    else load_none(push());
  }
  if (s->step) to_temp(s->step);
  return first;
}

void Generator::slice_object(const Slice* s, Reg dst) {
  Reg old = u->top, first = slice_bounds(s);
  u->top = old;
  as().emit(Op::BUILD_SLICE, dst, first, s->step ? 3 : 2);
}

void Generator::subscript(const Subscript* e, Reg dst) {
  check_subscripted(e->value, e->slice);
  Reg old = u->top;
  Operand obj = operand(e->value, e->slice->kind == Kind::Constant);
  if (auto* s = try_as<Slice>(e->slice)) {
    Reg bounds = slice_bounds(s);
    as().emit(s->step ? Op::GET_SLICE_STEP : Op::GET_SLICE, dst, obj.reg, bounds, obj.b() | kKillC);
  } else {
    Operand index = operand(e->slice, true);
    as().emit(Op::GET_ITEM, dst, obj.reg, index.reg, obj.b() | index.c());
  }
  u->top = old;
}

// ---- Displays ----

void Generator::display(const Expr* whole, Op build, Seq<Expr*> elts, Reg dst) {
  Reg old = u->top;
  u32 prefix = 0, n = elts.size();
  while (prefix < n && elts[prefix]->kind != Kind::Starred) ++prefix;
  if (build != Op::BUILD_TUPLE && prefix == n && n >= 3) {
    Const items;
    items.kind = build == Op::BUILD_SET ? ConstKind::FrozenSet : ConstKind::Tuple;
    items.items.resize(n);
    u32 i = 0;
    while (i < n && constant_of(elts[i], &items.items[i])) ++i;
    if (i == n) {
      Reg held = begin_result(dst), t = push();
      as().emit(build, held, t, 0);
      load_const(t, std::move(items));
      as().emit(build == Op::BUILD_SET ? Op::SET_UPDATE : Op::LIST_EXTEND, held, t, 0, kKillB);
      return end_result(dst, held, old);
    }
  }
  if (prefix == n && n <= kDisplayInRegisters) {
    Reg first = u->top;
    for (const Expr* item : elts) to_temp(item);
    u->top = old;
    return as().emit(build, dst, first, n);
  }
  bool is_set = build == Op::BUILD_SET, is_tuple = build == Op::BUILD_TUPLE;
  Reg held = is_tuple ? push() : begin_result(dst);
  u32 head = prefix < kDisplayInRegisters ? prefix : kDisplayInRegisters;
  Reg first = u->top;
  for (u32 i = 0; i < head; ++i) to_temp(elts[i]);
  as().emit(is_set ? Op::BUILD_SET : Op::BUILD_LIST, held, first, head);
  u->top = first;
  for (u32 i = head; i < n; ++i) {
    const Expr* item = elts[i];
    auto* star = try_as<Starred>(item);
    Operand value = operand(star ? star->value : item, true);
    if (star) as().emit(is_set ? Op::SET_UPDATE : Op::LIST_EXTEND, held, value.reg, 0, value.b());
    else as().emit(is_set ? Op::SET_ADD : Op::LIST_APPEND, held, value.reg, 0, value.b());
    u->top = first;
  }
  if (is_tuple) {
    u->top = old;
    return as().emit(Op::LIST_TO_TUPLE, dst, held, 0, kKillB);
  }
  end_result(dst, held, old);
}

void Generator::dict(const Dict* e, Reg dst) {
  Reg old = u->top;
  u32 n = e->keys.size(), head = 0;
  while (head < n && head < kDisplayInRegisters / 2 && e->keys[head]) ++head;
  if (head == n) {
    Reg first = u->top;
    for (u32 i = 0; i < n; ++i) {
      to_temp(e->keys[i]);
      to_temp(e->values[i]);
    }
    u->top = old;
    return as().emit(Op::BUILD_DICT, dst, first, 2 * n);
  }
  Reg held = begin_result(dst), first = u->top;
  for (u32 i = 0; i < head; ++i) {
    to_temp(e->keys[i]);
    to_temp(e->values[i]);
  }
  as().emit(Op::BUILD_DICT, held, first, 2 * head);
  for (u32 i = head; i < n; ++i) {
    u->top = first;
    if (!e->keys[i]) {
      Operand mapping = operand(e->values[i], true);
      as().emit(Op::DICT_UPDATE, held, mapping.reg, 0, mapping.b());
      continue;
    }
    Operand key = operand(e->keys[i]), value = operand(e->values[i], true);
    as().emit(Op::DICT_ADD, held, key.reg, value.reg, key.b() | value.c());
  }
  end_result(dst, held, old);
}

}  // namespace taipan::compiler
