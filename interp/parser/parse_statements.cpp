// Simple statements.
#include <string>

#include "interp/parser/parser_impl.h"

namespace taipan::ast {

bool Parser::simple_statements(SeqBuilder<Stmt*>& out) {
  for (;;) {
    Stmt* s = simple_statement();
    if (!s) return false;
    out.push(s);
    if (accept(Tok::Newline)) return true;
    if (!accept(Tok::Semi)) {
      // Single mode ends the text without a newline of its own.
      return false;
    }
    if (accept(Tok::Newline)) return true;
  }
}

Stmt* Parser::simple_statement() {
  size_t start = pos_;
  switch (kind()) {
    case Tok::KwPass: {
      if (diagnosing() && kind_after(1) == Tok::KwIf) {
        expression();
        if (failed()) return nullptr;
      }
      advance();
      return make<Pass>(start);
    }
    case Tok::KwBreak:
      if (diagnosing() && kind_after(1) == Tok::KwIf) {
        expression();
        if (failed()) return nullptr;
      }
      advance();
      return make<Break>(start);
    case Tok::KwContinue:
      if (diagnosing() && kind_after(1) == Tok::KwIf) {
        expression();
        if (failed()) return nullptr;
      }
      advance();
      return make<Continue>(start);
    case Tok::KwReturn: {
      advance();
      Expr* value = nullptr;
      if (can_start_expression(kind()) || is(Tok::Star)) {
        value = star_expressions();
        P_CHECK(value);
      }
      auto* s = make<Return>(start);
      s->value = value;
      return s;
    }
    case Tok::KwRaise: return raise_statement();
    case Tok::KwImport: return import_statement(start, false);
    case Tok::KwFrom: return from_statement(start, false);
    case Tok::KwDel: return del_statement();
    case Tok::KwGlobal: return names_statement<Global>();
    case Tok::KwNonlocal: return names_statement<Nonlocal>();
    case Tok::KwAssert: {
      advance();
      Expr* test = expression();
      P_CHECK(test);
      if (diagnosing() && (is(Tok::Equal) || is(Tok::ColonEqual))) {
        diagnose_named(start + 1, test);
        if (!failed() && is(Tok::Equal) && test->kind == Kind::Tuple) {
          size_t here = pos_;
          advance();
          Expr* right = speculate([&] { return binary(0); });
          if (right) {
            error_range(*test, *right, "cannot assign to tuple here. Maybe you meant '==' instead of '='?");
          }
          pos_ = here;
        }
        return nullptr;
      }
      Expr* msg = nullptr;
      if (accept(Tok::Comma)) {
        msg = expression();
        P_CHECK(msg);
      }
      auto* s = make<Assert>(start);
      s->test = test;
      s->msg = msg;
      return s;
    }
    case Tok::Name:
      if (kind_after(1) == Tok::Name && is_name("type")) return type_alias();
      if ((kind_after(1) == Tok::KwImport || kind_after(1) == Tok::KwFrom) && is_name("lazy")) {
        advance();
        return is(Tok::KwImport) ? import_statement(start, true) : from_statement(start, true);
      }
      return expression_statement();
    default: return expression_statement();
  }
}

bool Parser::augmented_operator(Operator* op) {
  switch (kind()) {
    case Tok::PlusEqual: *op = Operator::Add; return true;
    case Tok::MinusEqual: *op = Operator::Sub; return true;
    case Tok::StarEqual: *op = Operator::Mult; return true;
    case Tok::AtEqual: *op = Operator::MatMult; return true;
    case Tok::SlashEqual: *op = Operator::Div; return true;
    case Tok::PercentEqual: *op = Operator::Mod; return true;
    case Tok::AmperEqual: *op = Operator::BitAnd; return true;
    case Tok::VBarEqual: *op = Operator::BitOr; return true;
    case Tok::CircumflexEqual: *op = Operator::BitXor; return true;
    case Tok::LeftShiftEqual: *op = Operator::LShift; return true;
    case Tok::RightShiftEqual: *op = Operator::RShift; return true;
    case Tok::DoubleStarEqual: *op = Operator::Pow; return true;
    case Tok::DoubleSlashEqual: *op = Operator::FloorDiv; return true;
    default: return false;
  }
}

Stmt* Parser::expression_statement() {
  size_t start = pos_;
  P_TRY(first, annotated_rhs());
  Operator op;
  if (is(Tok::Equal)) return assignment(start, first);
  if (is(Tok::Colon)) return annotated(start, first);
  if (augmented_operator(&op)) return augmented(start, first, op);
  auto* s = make<ExprStmt>(start);
  s->value = first;
  return s;
}

// What CPython tries when `a, b = ...` is no assignment: the named expressions in it.
std::nullptr_t Parser::diagnose_assignment(size_t start) {
  size_t here = pos_;
  pos_ = start;
  Expr* e = star_named_expression();
  while (e && !failed() && accept(Tok::Comma)) {
    if (!can_start_expression(kind()) && !is(Tok::Star)) break;
    e = star_named_expression();
  }
  pos_ = here;
  return nullptr;
}

Stmt* Parser::assignment(size_t start, Expr* first) {
  SeqBuilder<Expr*> targets(arena_);
  Expr* value = first;
  while (is(Tok::Equal)) {
    if (value->kind == Kind::Yield || value->kind == Kind::YieldFrom || !set_context(value, ExprContext::Store)) {
      if (!diagnosing()) return nullptr;
      bool bare_yield = value->kind == Kind::Yield || value->kind == Kind::YieldFrom;
      if (bare_yield && stream_.source[toks_[start].start] == '(' && value == first) bare_yield = false;
      if (bare_yield) return error_at(*value, "assignment to yield expression not possible");
      diagnose_assignment(start);
      if (!failed()) invalid_target(value, Targets::Star);
      return nullptr;
    }
    targets.push(value);
    advance();
    value = annotated_rhs();
    P_CHECK(value);
  }
  Operator op;
  if (diagnosing() && augmented_operator(&op)) return nullptr;
  std::string_view comment;
  type_comment(&comment);
  auto* s = make<Assign>(start);
  s->targets = targets.finish();
  s->value = value;
  s->type_comment = comment;
  return s;
}

Stmt* Parser::annotated(size_t start, Expr* target) {
  bool plain_name = target->kind == Kind::Name && toks_[start].kind == Tok::Name;
  bool single = target->kind == Kind::Name || target->kind == Kind::Attribute ||
                target->kind == Kind::Subscript;
  size_t colon = pos_;
  if (!single && !diagnosing()) return nullptr;
  advance();
  if (!single) {
    Expr* e = expression();
    pos_ = colon;
    if (failed() || !e) return nullptr;
    if (target->kind == Kind::List || target->kind == Kind::Tuple) {
      if (target->kind == Kind::Tuple && toks_[start].kind != Tok::LPar) {
        return error_at(*as<Tuple>(target)->elts[0], "only single target (not tuple) can be annotated");
      }
      return error_at(*target, "only single target (not %s) can be annotated",
                      expression_name(target));
    }
    if (target->kind == Kind::Yield || target->kind == Kind::YieldFrom) return nullptr;
    return error_at(*target, "illegal target for annotation");
  }
  P_TRY(annotation, expression());
  Expr* value = nullptr;
  if (accept(Tok::Equal)) {
    value = annotated_rhs();
    P_CHECK(value);
  }
  P_CHECK(has_feature(6, "Variable annotations syntax is"));
  set_context(target, ExprContext::Store);
  auto* s = make<AnnAssign>(start);
  s->target = target;
  s->annotation = annotation;
  s->value = value;
  s->simple = plain_name;
  return s;
}

Stmt* Parser::augmented(size_t start, Expr* target, Operator op) {
  bool single = target->kind == Kind::Name || target->kind == Kind::Attribute ||
                target->kind == Kind::Subscript;
  if (!single) {
    bool bare_yield = toks_[start].kind == Tok::KwYield;
    if (diagnosing() && !bare_yield) {
      size_t at = pos_;
      advance();
      bool ok = annotated_rhs() != nullptr;
      pos_ = at;
      if (ok && !failed()) {
        error_at(*target, "'%s' is an illegal expression for augmented assignment",
                 expression_name(target));
      }
    }
    return nullptr;
  }
  if (op == Operator::MatMult) P_CHECK(has_feature(5, "The '@' operator is"));
  advance();
  P_TRY(value, annotated_rhs());
  set_context(target, ExprContext::Store);
  auto* s = make<AugAssign>(start);
  s->target = target;
  s->op = op;
  s->value = value;
  return s;
}

Stmt* Parser::del_statement() {
  size_t start = pos_;
  advance();
  SeqBuilder<Expr*> targets(arena_);
  do {
    if (!targets.empty() && !can_start_expression(kind())) break;
    P_TRY(target, star_expression());
    targets.push(target);
  } while (accept(Tok::Comma));
  for (uint32_t i = 0; i < targets.size(); i++) {
    if (!set_context(targets[i], ExprContext::Del)) {
      if (diagnosing()) invalid_target(targets[i], Targets::Del);
      return nullptr;
    }
  }
  if (!is(Tok::Semi) && !is(Tok::Newline)) return nullptr;
  auto* s = make<Delete>(start);
  s->targets = targets.finish();
  return s;
}

Stmt* Parser::raise_statement() {
  size_t start = pos_;
  advance();
  Expr *exc = nullptr, *cause = nullptr;
  if (diagnosing() && is(Tok::KwFrom)) {
    error_token(pos_, "did you forget an expression between 'raise' and 'from'?");
    return nullptr;
  }
  if (can_start_expression(kind())) {
    exc = expression();
    P_CHECK(exc);
    if (is(Tok::KwFrom)) {
      size_t from = pos_;
      advance();
      if (diagnosing() && !can_start_expression(kind()) && !is(Tok::Error)) {
        return error_token(from, "did you forget an expression after 'from'?");
      }
      cause = expression();
      P_CHECK(cause);
    }
  }
  auto* s = make<Raise>(start);
  s->exc = exc;
  s->cause = cause;
  return s;
}

template <class T>
Stmt* Parser::names_statement() {
  size_t start = pos_;
  advance();
  SeqBuilder<Identifier> names(arena_);
  do {
    Identifier id;
    P_CHECK(name(&id));
    names.push(id);
  } while (accept(Tok::Comma));
  auto* s = make<T>(start);
  s->names = names.finish();
  return s;
}

// a.b.c as one interned name.
Identifier Parser::dotted_name() {
  Identifier id;
  if (!name(&id)) return {};
  if (!is(Tok::Dot)) return id;
  std::string_view joined = id;
  SeqBuilder<char> chars(arena_);
  for (char c : joined) chars.push(c);
  while (accept(Tok::Dot)) {
    if (!name(&id)) return {};
    chars.push('.');
    for (char c : id) chars.push(c);
  }
  Seq<char> all = chars.finish();
  return arena_.intern({all.items, all.count});
}

// [as NAME]
bool Parser::import_as(Identifier* out) {
  *out = {};
  if (!accept(Tok::KwAs)) return true;
  size_t start = pos_;
  bool plain = name(out) && (is(Tok::Comma) || is(Tok::RPar) || is(Tok::Newline) || is(Tok::Semi));
  if (plain) return true;
  if (diagnosing()) {
    size_t here = pos_;
    pos_ = start;
    Expr* e = expression();
    pos_ = here;
    if (!failed() && e) {
      error_at(*e, "cannot use %s as import target", expression_name(e));
    }
  }
  return false;
}

bool Parser::import_names(SeqBuilder<Alias*>& out, bool dotted) {
  do {
    if (!out.empty() && !is(Tok::Name)) {
      // A trailing comma: the caller says what it thinks of it.
      pos_--;
      return true;
    }
    size_t start = pos_;
    Identifier id{};
    if (dotted) {
      id = dotted_name();
    } else {
      name(&id);
    }
    Identifier as;
    if (!id.data() || !import_as(&as)) return false;
    auto* alias = make<Alias>(start);
    alias->name = id;
    alias->asname = as;
    out.push(alias);
  } while (accept(Tok::Comma));
  return true;
}

Stmt* Parser::import_statement(size_t start, bool lazy) {
  advance();
  if (diagnosing() && !lazy && is(Tok::Newline)) {
    error_token(pos_, "Expected one or more names after 'import'");
    error_.end_offset = error_.offset;
    return nullptr;
  }
  SeqBuilder<Alias*> names(arena_);
  P_CHECK(import_names(names, true));
  if (is(Tok::Comma)) {
    advance();
    return nullptr;
  }
  if (diagnosing() && is(Tok::KwFrom) && !lazy) {
    size_t here = pos_;
    advance();
    Identifier module = dotted_name();
    size_t end = pos_ - 1;
    pos_ = here;
    if (module.data()) {
      error_tokens(start, end, "Did you mean to use 'from ... import ...' instead?");
    }
    return nullptr;
  }
  auto* s = make<Import>(start);
  s->names = names.finish();
  s->is_lazy = lazy;
  return s;
}

// `from . lazy import x`: a module of this name is possible, but hardly meant.
void Parser::warn_misplaced_lazy(size_t at, int level) {
  if (!flags_.warn_syntax) return;
  std::string dots(static_cast<size_t>(level), '.');
  SyntaxWarningInfo w;
  w.message = arena_.copy("did you mean 'lazy from " + dots + " import'?");
  w.lineno = static_cast<int>(toks_[at].lineno);
  w.col_offset = static_cast<int>(toks_[at].col_offset);
  w.end_lineno = static_cast<int>(toks_[at].end_lineno);
  w.end_col_offset = static_cast<int>(toks_[at].end_col_offset);
  warnings_.push_back(w);
}

Stmt* Parser::from_statement(size_t start, bool lazy) {
  advance();
  int level = 0;
  while (is(Tok::Dot) || is(Tok::Ellipsis)) {
    level += is(Tok::Dot) ? 1 : 3;
    advance();
  }
  Identifier module{};
  if (is(Tok::Name)) {
    module = dotted_name();
    P_CHECK(module.data());
  } else {
    P_CHECK(level > 0);
  }
  if (diagnosing() && is_name("lazy") && kind_after(1) == Tok::KwImport) {
    return error_token(pos_, "use 'lazy from ... ' instead of 'from ... lazy import'");
  }
  bool misplaced_lazy = level > 0 && !lazy && module == "lazy" && toks_[pos_ - 2].end != toks_[pos_ - 1].start;
  if (misplaced_lazy && is(Tok::KwImport)) warn_misplaced_lazy(pos_ - 1, level);
  P_CHECK(expect(Tok::KwImport));
  if (lazy && level == 0 && module == "__future__") {
    if (diagnosing()) error_token(start, "lazy from __future__ import is not allowed");
    return nullptr;
  }
  SeqBuilder<Alias*> names(arena_);
  if (is(Tok::Star)) {
    size_t at = pos_;
    advance();
    auto* alias = make<Alias>(at);
    alias->name = arena_.intern("*");
    names.push(alias);
  } else if (accept(Tok::LPar)) {
    P_CHECK(import_names(names, false));
    accept(Tok::Comma);
    P_CHECK(expect(Tok::RPar));
  } else {
    if (diagnosing() && is(Tok::Newline)) {
      error_token(pos_, "Expected one or more names after 'import'");
      error_.end_offset = error_.offset;
      return nullptr;
    }
    P_CHECK(import_names(names, false));
    if (accept(Tok::Comma)) {
      if (diagnosing() && is(Tok::Newline)) {
        error_token(pos_, "trailing comma not allowed without surrounding parentheses");
      }
      return nullptr;
    }
  }
  for (uint32_t i = 0; level == 0 && module == "__future__" && i < names.size(); i++) {
    if (names[i]->name == "barry_as_FLUFL") flags_.barry_as_FLUFL = true;
  }
  auto* s = make<ImportFrom>(start);
  s->module = module;
  s->names = names.finish();
  s->level = level;
  s->is_lazy = lazy;
  return s;
}

Stmt* Parser::type_alias() {
  size_t start = pos_;
  advance();
  Expr* name = name_expression();
  static_cast<Name*>(name)->ctx = ExprContext::Store;
  Seq<TypeParam*> params;
  P_CHECK(type_params(&params));
  P_CHECK(expect(Tok::Equal));
  P_TRY(value, expression());
  P_CHECK(has_feature(12, "Type statement is"));
  auto* s = make<TypeAlias>(start);
  s->name = name;
  s->type_params = params;
  s->value = value;
  return s;
}

}  // namespace taipan::ast
