// Expressions from star_expressions down to power, and the messages for mistakes among them.
#include "interp/parser/parser_impl.h"

namespace taipan::ast {

// element (',' element)* [','] -> a Tuple, unless there is no comma.
Expr* Parser::make_tuple(size_t start, Expr* first, Expr* (Parser::*element)()) {
  SeqBuilder<Expr*> items(arena_);
  items.push(first);
  while (accept(Tok::Comma)) {
    if (!can_start_expression(kind()) && !is(Tok::Star)) break;
    P_TRY(item, (this->*element)());
    items.push(item);
  }
  auto* tuple = make<Tuple>(start);
  tuple->elts = items.finish();
  return tuple;
}

Expr* Parser::star_expressions() {
  size_t start = pos_;
  P_TRY(first, star_expression());
  if (!is(Tok::Comma)) return first;
  return make_tuple(start, first, &Parser::star_expression);
}

Expr* Parser::star_expression() {
  size_t start = pos_;
  if (!accept(Tok::Star)) return expression();
  P_TRY(value, binary(0));
  auto* star = make<Starred>(start);
  star->value = value;
  return star;
}

Expr* Parser::star_named_expression() {
  if (!is(Tok::Star)) return named_expression();
  size_t start = pos_;
  P_TRY(e, star_expression());
  if (diagnosing() && is(Tok::KwIf)) {
    size_t here = pos_;
    pos_ = start + 1;
    Expr* whole = speculate([&] { return expression(); });
    size_t last = pos_ - 1;
    pos_ = here;
    if (whole && whole->kind == Kind::IfExp) {
      return error_tokens(start, last,
                          "invalid starred expression. Did you forget to wrap the conditional expression in parentheses?");
    }
  }
  return e;
}

Expr* Parser::named_expression() {
  size_t start = pos_;
  if (is(Tok::Name) && kind_after(1) == Tok::ColonEqual) {
    P_CHECK(has_feature(8, "Assignment expressions are"));
    Expr* target = name_expression();
    advance();
    P_TRY(value, expression());
    static_cast<Name*>(target)->ctx = ExprContext::Store;
    auto* named = make<NamedExpr>(start);
    named->target = target;
    named->value = value;
    return named;
  }
  P_TRY(e, expression());
  if (diagnosing() && (is(Tok::ColonEqual) || is(Tok::Equal))) {
    diagnose_named(start, e);
    if (failed()) return nullptr;
  }
  if (is(Tok::ColonEqual)) return nullptr;
  return e;
}

std::nullptr_t Parser::diagnose_named(size_t start, Expr* e) {
  size_t here = pos_;
  if (accept(Tok::ColonEqual)) {
    Expr* value = expression();
    pos_ = here;
    if (failed()) return nullptr;
    if (value) return error_at(*e, "cannot use assignment expressions with %s", expression_name(e));
    return nullptr;
  }
  switch (toks_[start].kind) {
    case Tok::KwTrue: case Tok::KwFalse: case Tok::KwNone: return nullptr;
    case Tok::LSqb: case Tok::LPar: {
      pos_ = start;
      Expr* display = speculate([&] { return atom(); });
      pos_ = here;
      if (display && (display->kind == Kind::List || display->kind == Kind::Tuple ||
                      display->kind == Kind::GeneratorExp)) {
        return nullptr;
      }
      break;
    }
    default: break;
  }
  // What stands before `=` must be a bitwise_or.
  pos_ = start;
  Expr* left = speculate([&] { return binary(0); });
  bool whole = left && pos_ == here;
  pos_ = here;
  if (!whole) return nullptr;
  advance();
  Expr* right = binary(0);
  bool single = right && !is(Tok::Equal) && !is(Tok::ColonEqual);
  pos_ = here;
  if (failed() || !single) return nullptr;
  if (e->kind == Kind::Name && here == start + 1) {
    return error_range(*e, *right, "invalid syntax. Maybe you meant '==' or ':=' instead of '='?");
  }
  return error_at(*e, "cannot assign to %s here. Maybe you meant '==' instead of '='?",
                  expression_name(e));
}

Expr* Parser::expression() {
  DepthGuard depth(*this);
  P_CHECK(depth.ok());
  size_t start = pos_;
  if (is(Tok::KwLambda)) return lambda();
  if (diagnosing() && (is(Tok::KwPass) || is(Tok::KwBreak) || is(Tok::KwContinue)) &&
      kind_after(1) == Tok::KwIf) {
    pos_ += 2;
    Expr* test = speculate([&] { return disjunction(); });
    bool complete = test && accept(Tok::KwElse) &&
                    speculate([&] { return simple_statement() != nullptr; });
    pos_ = start;
    if (complete) {
      return error_tokens(start, start, "expected expression before 'if', but statement is given");
    }
  }
  P_TRY(body, disjunction());
  if (diagnosing()) {
    diagnose_expression(start, body);
    if (failed()) return nullptr;
  }
  if (!is(Tok::KwIf)) return body;
  advance();
  P_TRY(test, disjunction());
  P_CHECK(expect(Tok::KwElse));
  P_TRY(orelse, expression());
  auto* conditional = make<IfExp>(start);
  conditional->body = body;
  conditional->test = test;
  conditional->orelse = orelse;
  return conditional;
}

std::nullptr_t Parser::diagnose_expression(size_t start, Expr* e) {
  size_t here = pos_;
  const Token& first = toks_[start];
  bool is_legacy = e->kind == Kind::Name && here == start + 1 &&
                   (text(first) == "print" || text(first) == "exec");
  bool name_string = first.kind == Tok::Name && toks_[start + 1].kind == Tok::String;
  if (!name_string && !is_soft_keyword(first) && can_start_expression(kind())) {
    Expr* next = speculate([&] { return expression(); });
    int level = toks_[pos_ - 1].level;
    pos_ = here;
    if (next && !is_legacy && level > 0) {
      // Of an expression of several lines only the last is shown.
      Location last_line{e->end_lineno, e->col_offset, e->end_lineno, e->end_col_offset};
      bool one_line = e->lineno == e->end_lineno;
      return error_range(one_line ? *e : last_line, one_line ? static_cast<Location&>(*next) : last_line,
                         "invalid syntax. Perhaps you forgot a comma?");
    }
  }
  if (is(Tok::KwIf)) {
    advance();
    Expr* test = disjunction();
    if (failed()) return nullptr;
    if (test && !is(Tok::KwElse) && !is(Tok::Colon)) {
      pos_ = here;
      return error_range(*e, *test, "expected 'else' after 'if' expression");
    }
    if (test && accept(Tok::KwElse)) {
      size_t after = pos_;
      bool ok = expression() != nullptr;
      if (failed()) return nullptr;
      if (!ok) {
        return error_token(after, toks_[after].kind == Tok::Star ? "cannot unpack only part of a conditional expression"
                                  : toks_[after].kind == Tok::DoubleStar
                                      ? "cannot use dict unpacking on only part of a conditional expression"
                                      : "expected expression after 'else', but statement is given");
      }
    }
    pos_ = here;
    return nullptr;
  }
  if (is_legacy && !is(Tok::LPar) && (can_start_expression(kind()) || is(Tok::Star))) {
    Expr* argument = star_expressions();
    pos_ = here;
    if (failed()) return nullptr;
    if (argument) {
      int n = static_cast<int>(text(first).size());
      const char* word = text(first).data();
      return error_range(*e, *argument,
                         "Missing parentheses in call to '%.*s'. Did you mean %.*s(...)?", n, word,
                         n, word);
    }
  }
  return nullptr;
}

Expr* Parser::annotated_rhs() { return is(Tok::KwYield) ? yield_expression() : star_expressions(); }

Expr* Parser::yield_expression() {
  size_t start = pos_;
  advance();
  if (accept(Tok::KwFrom)) {
    P_TRY(value, expression());
    auto* from = make<YieldFrom>(start);
    from->value = value;
    return from;
  }
  Expr* value = nullptr;
  if (can_start_expression(kind()) || is(Tok::Star)) {
    value = star_expressions();
    if (!value) return nullptr;
  }
  auto* yield = make<Yield>(start);
  yield->value = value;
  return yield;
}

Expr* Parser::disjunction() {
  size_t start = pos_;
  P_TRY(first, conjunction());
  if (!is(Tok::KwOr)) return first;
  SeqBuilder<Expr*> values(arena_);
  values.push(first);
  while (accept(Tok::KwOr)) {
    P_TRY(value, conjunction());
    values.push(value);
  }
  auto* op = make<BoolOp>(start);
  op->op = BoolOperator::Or;
  op->values = values.finish();
  return op;
}

Expr* Parser::conjunction() {
  size_t start = pos_;
  P_TRY(first, inversion());
  if (!is(Tok::KwAnd)) return first;
  SeqBuilder<Expr*> values(arena_);
  values.push(first);
  while (accept(Tok::KwAnd)) {
    P_TRY(value, inversion());
    values.push(value);
  }
  auto* op = make<BoolOp>(start);
  op->op = BoolOperator::And;
  op->values = values.finish();
  return op;
}

Expr* Parser::inversion() {
  if (!is(Tok::KwNot)) return comparison();
  DepthGuard depth(*this);
  P_CHECK(depth.ok());
  size_t start = pos_;
  advance();
  P_TRY(operand, inversion());
  auto* op = make<UnaryOp>(start);
  op->op = UnaryOperator::Not;
  op->operand = operand;
  return op;
}

Expr* Parser::comparison() {
  size_t start = pos_;
  P_TRY(left, binary(0));
  SeqBuilder<CmpOperator> ops(arena_);
  SeqBuilder<Expr*> rest(arena_);
  for (;;) {
    CmpOperator op;
    switch (kind()) {
      case Tok::EqEqual: op = CmpOperator::Eq; break;
      case Tok::NotEqual: {
        bool old_form = text(token()) == "<>";
        if (old_form != flags_.barry_as_FLUFL) {
          if (old_form) {
            return error_token(pos_, "invalid syntax.  Maybe you meant '!=' instead of '<>'?");
          }
          return error_token(pos_, "with Barry as BDFL, use '<>' instead of '!='");
        }
        op = CmpOperator::NotEq;
        break;
      }
      case Tok::Less: op = CmpOperator::Lt; break;
      case Tok::LessEqual: op = CmpOperator::LtE; break;
      case Tok::Greater: op = CmpOperator::Gt; break;
      case Tok::GreaterEqual: op = CmpOperator::GtE; break;
      case Tok::KwIn: op = CmpOperator::In; break;
      case Tok::KwIs:
        op = CmpOperator::Is;
        if (kind_after(1) == Tok::KwNot) {
          advance();
          op = CmpOperator::IsNot;
        }
        break;
      case Tok::KwNot:
        if (kind_after(1) != Tok::KwIn) {
          if (pos_ + 1 > furthest_ && stream_.tokens.size() > pos_ + 1) furthest_ = pos_ + 1;
          goto done;
        }
        advance();
        op = CmpOperator::NotIn;
        break;
      default: goto done;
    }
    advance();
    P_TRY(right, binary(0));
    ops.push(op);
    rest.push(right);
  }
done:
  if (ops.empty()) return left;
  auto* compare = make<Compare>(start);
  compare->left = left;
  compare->ops = ops.finish();
  compare->comparators = rest.finish();
  return compare;
}

namespace {

struct BinaryInfo {
  int precedence;  // -1: no binary operator
  Operator op;
};

BinaryInfo binary_info(Tok k) {
  switch (k) {
    case Tok::VBar: return {0, Operator::BitOr};
    case Tok::Circumflex: return {1, Operator::BitXor};
    case Tok::Amper: return {2, Operator::BitAnd};
    case Tok::LeftShift: return {3, Operator::LShift};
    case Tok::RightShift: return {3, Operator::RShift};
    case Tok::Plus: return {4, Operator::Add};
    case Tok::Minus: return {4, Operator::Sub};
    case Tok::Star: return {5, Operator::Mult};
    case Tok::Slash: return {5, Operator::Div};
    case Tok::DoubleSlash: return {5, Operator::FloorDiv};
    case Tok::Percent: return {5, Operator::Mod};
    case Tok::At: return {5, Operator::MatMult};
    default: return {-1, Operator::Add};
  }
}

}  // namespace

// Precedence climbing; chains of equal precedence lean left and do not recurse.
Expr* Parser::binary(int min_precedence) {
  size_t start = pos_;
  P_TRY(left, factor());
  Expr* result = left;
  for (;;) {
    BinaryInfo info = binary_info(kind());
    if (info.precedence < min_precedence) return result;
    if (info.op == Operator::MatMult) P_CHECK(has_feature(5, "The '@' operator is"));
    advance();
    P_TRY(right, binary(info.precedence + 1));
    auto* op = make<BinOp>(start);
    op->left = result;
    op->op = info.op;
    op->right = right;
    result = op;
  }
}

Expr* Parser::factor() {
  UnaryOperator unary;
  switch (kind()) {
    case Tok::Plus: unary = UnaryOperator::UAdd; break;
    case Tok::Minus: unary = UnaryOperator::USub; break;
    case Tok::Tilde: unary = UnaryOperator::Invert; break;
    default: return power();
  }
  DepthGuard depth(*this);
  P_CHECK(depth.ok());
  size_t start = pos_;
  advance();
  P_TRY(operand, factor());
  auto* op = make<UnaryOp>(start);
  op->op = unary;
  op->operand = operand;
  return op;
}

Expr* Parser::power() {
  DepthGuard depth(*this);
  P_CHECK(depth.ok());
  size_t start = pos_;
  Expr* left;
  if (accept(Tok::KwAwait)) {
    P_CHECK(has_feature(5, "Await expressions are"));
    P_TRY(value, primary());
    auto* await = make<Await>(start);
    await->value = value;
    left = await;
  } else {
    left = primary();
    P_CHECK(left);
  }
  if (!accept(Tok::DoubleStar)) return left;
  P_TRY(right, factor());
  auto* op = make<BinOp>(start);
  op->left = left;
  op->op = Operator::Pow;
  op->right = right;
  return op;
}

Expr* Parser::lambda() {
  size_t start = pos_;
  advance();
  P_TRY(args, parameters(true, Tok::Colon));
  size_t colon = pos_;
  P_CHECK(expect(Tok::Colon));
  if (string_depth_ && (is(Tok::FStringMiddle) || is(Tok::TStringMiddle)) && diagnosing()) {
    return error_tokens(start, colon,
                        "%c-string: lambda expressions are not allowed without parentheses",
                        is(Tok::TStringMiddle) ? 't' : 'f');
  }
  P_TRY(body, expression());
  auto* e = make<Lambda>(start);
  e->args = args;
  e->body = body;
  return e;
}

// Targets of `for`: they end before `in`, so each is read as an operand of it.
Expr* Parser::targets(Targets which) {
  size_t start = pos_;
  auto element = [&]() -> Expr* {
    size_t at = pos_;
    if (!accept(Tok::Star)) return binary(0);
    P_TRY(value, binary(0));
    auto* star = make<Starred>(at);
    star->value = value;
    return star;
  };
  P_TRY(first, element());
  Expr* result = first;
  if (is(Tok::Comma)) {
    SeqBuilder<Expr*> items(arena_);
    items.push(first);
    while (accept(Tok::Comma)) {
      if (!can_start_expression(kind()) && !is(Tok::Star)) break;
      P_TRY(item, element());
      items.push(item);
    }
    auto* tuple = make<Tuple>(start);
    tuple->elts = items.finish();
    result = tuple;
  }
  if (!set_context(result, ExprContext::Store)) {
    if (diagnosing()) invalid_target(result, which);
    return nullptr;
  }
  return result;
}

}  // namespace taipan::ast
