// Compound statements, blocks, type parameters.
#include "interp/parser/parser_impl.h"

namespace taipan::ast {

bool Parser::statement(SeqBuilder<Stmt*>& out) {
  size_t start = pos_;
  switch (kind()) {
    case Tok::KwIf: case Tok::KwWhile: case Tok::KwFor: case Tok::KwTry: case Tok::KwWith:
    case Tok::KwDef: case Tok::KwClass: case Tok::KwAsync: case Tok::At: {
      Stmt* s = compound_statement();
      if (!s) return false;
      out.push(s);
      return true;
    }
    case Tok::Name:
      if (is_name("match")) {
        if (Stmt* s = match_statement()) {
          out.push(s);
          return true;
        }
        if (failed()) return false;
        pos_ = start;
      } else if (diagnosing() && is_name("case")) {
        advance();
        bool ok = speculate([&] {
          if (!open_pattern_sequence()) return false;
          return (!accept(Tok::KwIf) || named_expression()) && is(Tok::Colon);
        });
        size_t colon = pos_;
        pos_ = start;
        if (ok) {
          error_tokens(start, colon, "case statement must be inside match statement");
          return false;
        }
      }
      return simple_statements(out);
    default: return simple_statements(out);
  }
}

Stmt* Parser::compound_statement() {
  DepthGuard depth(*this);
  P_CHECK(depth.ok());
  size_t start = pos_;
  switch (kind()) {
    case Tok::KwIf: return if_statement();
    case Tok::KwWhile: return while_statement();
    case Tok::KwFor: return for_statement(start, false);
    case Tok::KwTry: return try_statement();
    case Tok::KwWith: return with_statement(start, false);
    case Tok::KwDef: return function_def(start, {}, false);
    case Tok::KwClass: return class_def(start, {});
    case Tok::At: return decorated();
    case Tok::KwAsync:
      advance();
      if (is(Tok::KwDef)) return function_def(start, {}, true);
      if (is(Tok::KwFor)) return for_statement(start, true);
      if (is(Tok::KwWith)) return with_statement(start, true);
      return nullptr;
    default: return nullptr;
  }
}

// The statements after a colon. `what` and `head` name the owner in error messages.
bool Parser::block(Seq<Stmt*>* out, const char* what, size_t head) {
  SeqBuilder<Stmt*> body(arena_);
  if (!accept(Tok::Newline)) {
    if (!simple_statements(body)) return false;
    *out = body.finish();
    return true;
  }
  if (!accept(Tok::Indent)) {
    if (diagnosing() && !is(Tok::Error)) {
      furthest_ = pos_;
      error_last(ErrorKind::IndentationError, "expected an indented block after %s on line %d", what,
                 static_cast<int>(toks_[head].lineno));
    }
    return false;
  }
  while (!is(Tok::Dedent)) {
    if (!statement(body)) return false;
  }
  advance();
  *out = body.finish();
  return true;
}

// ':' where its absence at the end of the line has a message of its own.
bool Parser::colon(const char*) {
  if (accept(Tok::Colon)) return true;
  if (diagnosing() && is(Tok::Newline)) error_token(pos_, "expected ':'");
  return false;
}

// if ... elif ... else: read in a loop, nested afterwards.
Stmt* Parser::if_statement() {
  SeqBuilder<If*> chain(arena_);
  SeqBuilder<size_t> starts(arena_);
  Seq<Stmt*> orelse;
  do {
    size_t head = pos_;
    const char* what = is(Tok::KwIf) ? "'if' statement" : "'elif' statement";
    advance();
    P_TRY(test, named_expression());
    P_CHECK(colon(what));
    auto* branch = make_unlocated<If>();
    branch->test = test;
    P_CHECK(block(&branch->body, what, head));
    chain.push(branch);
    starts.push(head);
  } while (is(Tok::KwElif));
  if (is(Tok::KwElse)) P_CHECK(else_block(&orelse));
  for (uint32_t i = chain.size(); i-- > 0;) {
    chain[i]->orelse = orelse;
    locate(chain[i], starts[i]);
    orelse = one<Stmt*>(chain[i]);
  }
  return chain[0];
}

bool Parser::else_block(Seq<Stmt*>* out) {
  size_t head = pos_;
  advance();
  if (!expect_forced(Tok::Colon, ":")) return false;
  return block(out, "'else' statement", head);
}

Stmt* Parser::while_statement() {
  size_t start = pos_;
  advance();
  P_TRY(test, named_expression());
  P_CHECK(colon("while"));
  Seq<Stmt*> body, orelse;
  P_CHECK(block(&body, "'while' statement", start));
  if (is(Tok::KwElse)) P_CHECK(else_block(&orelse));
  auto* s = make<While>(start);
  s->test = test;
  s->body = body;
  s->orelse = orelse;
  return s;
}

Stmt* Parser::for_statement(size_t start, bool is_async) {
  size_t head = pos_;
  advance();
  P_TRY(target, targets(Targets::For));
  P_CHECK(expect(Tok::KwIn));
  P_TRY(iter, star_expressions());
  P_CHECK(colon("for"));
  std::string_view comment;
  type_comment(&comment);
  if (is_async) P_CHECK(has_feature(5, "Async for loops are"));
  Seq<Stmt*> body, orelse;
  P_CHECK(block(&body, "'for' statement", head));
  if (is(Tok::KwElse)) P_CHECK(else_block(&orelse));
  auto finish = [&](auto* s) -> Stmt* {
    s->target = target;
    s->iter = iter;
    s->body = body;
    s->orelse = orelse;
    s->type_comment = comment;
    return s;
  };
  return is_async ? finish(make<AsyncFor>(start)) : finish(make<For>(start));
}

WithItem* Parser::with_item(bool parenthesized) {
  P_TRY(context, expression());
  auto* item = make_unlocated<WithItem>();
  item->context_expr = context;
  if (!accept(Tok::KwAs)) return item;
  P_TRY(target, is(Tok::Star) ? star_expression() : binary(0));
  bool ends = is(Tok::Comma) || is(Tok::Colon) || (is(Tok::RPar) && parenthesized) ||
              (is(Tok::Newline) && !parenthesized && diagnosing());  // "expected ':'" says more
  if (!set_context(target, ExprContext::Store)) {
    if (diagnosing() && ends) invalid_target(target, Targets::Star);
    return nullptr;
  }
  if (!ends) return nullptr;
  item->optional_vars = target;
  return item;
}

bool Parser::with_items(SeqBuilder<WithItem*>& items, bool parenthesized) {
  do {
    if (parenthesized && is(Tok::RPar) && !items.empty()) return true;
    if (diagnosing() && is(Tok::Colon) && !items.empty()) {
      error_token(pos_ - 1, "the last 'with' item has a trailing comma");
      return false;
    }
    WithItem* item = with_item(parenthesized);
    if (!item) return false;
    items.push(item);
  } while (accept(Tok::Comma));
  return true;
}

Stmt* Parser::with_statement(size_t start, bool is_async) {
  size_t head = pos_;
  advance();
  SeqBuilder<WithItem*> items(arena_);
  bool done = false;
  if (is(Tok::LPar)) {  // items in parentheses, if a colon follows them
    size_t open = pos_;
    advance();
    done = speculate([&] {
      return with_items(items, true) && accept(Tok::RPar) && is(Tok::Colon);
    });
    if (failed()) return nullptr;
    if (!done) {
      pos_ = open;
      items.clear();
    }
    if (!done && diagnosing()) {  // an item with a bad target
      advance();
      SeqBuilder<WithItem*> again(arena_);
      bool complete = with_items(again, true) && accept(Tok::RPar);
      if (complete && !failed() && is(Tok::Newline)) return error_token(pos_, "expected ':'"), nullptr;
      if (failed() && error_.message.find("cannot assign") != 0) error_ = {};
      if (failed()) return nullptr;
      pos_ = open;
    }
  }
  if (!done) P_CHECK(with_items(items, false));
  P_CHECK(colon("with"));
  std::string_view comment;
  type_comment(&comment);
  if (is_async) P_CHECK(has_feature(5, "Async with statements are"));
  Seq<Stmt*> body;
  P_CHECK(block(&body, "'with' statement", head));
  auto finish = [&](auto* s) -> Stmt* {
    s->items = items.finish();
    s->body = body;
    s->type_comment = comment;
    return s;
  };
  return is_async ? finish(make<AsyncWith>(start)) : finish(make<With>(start));
}

Stmt* Parser::try_statement() {
  size_t start = pos_;
  advance();
  P_CHECK(expect_forced(Tok::Colon, ":"));
  Seq<Stmt*> body, orelse, finalbody;
  P_CHECK(block(&body, "'try' statement", start));
  SeqBuilder<ExceptHandler*> handlers(arena_);
  bool star = false;
  while (is(Tok::KwExcept)) {
    size_t head = pos_;
    advance();
    bool this_star = accept(Tok::Star);
    if (this_star) P_CHECK(has_feature(11, "Exception groups are"));
    if (!handlers.empty() && this_star != star) {
      if (diagnosing()) {
        error_tokens(head, this_star ? head + 1 : head,
                     "cannot have both 'except' and 'except*' on the same 'try'");
      }
      return nullptr;
    }
    star = this_star;
    auto* handler = make_unlocated<ExceptHandler>();
    const char* what = star ? "'except*' statement" : "'except' statement";
    if (is(Tok::Colon) || is(Tok::Newline)) {
      if (star) {
        if (diagnosing()) {
          error_token(pos_, is(Tok::Newline) ? "expected ':'" : "expected one or more exception types");
        }
        return nullptr;
      }
    } else {
      size_t type_start = pos_;
      handler->type = expression();
      P_CHECK(handler->type);
      bool several = is(Tok::Comma);
      if (several) {
        P_CHECK(has_feature(14, "except expressions without parentheses are"));
        handler->type = make_tuple(type_start, handler->type, &Parser::expression);
        P_CHECK(handler->type);
      }
      if (accept(Tok::KwAs)) {
        size_t target = pos_;
        if (several) {
          if (diagnosing() && is(Tok::Name)) {
            error_range(*handler->type, *handler->type,
                        "multiple exception types must be parenthesized when using 'as'");
            if (failed()) {
              error_.end_lineno = static_cast<int>(token().end_lineno);
              error_.end_offset = characters(token().end_lineno, token().end_col_offset) + 1;
            }
          }
          return nullptr;
        }
        if (!name(&handler->name) || (!is(Tok::Colon) && diagnosing() && !is(Tok::Newline))) {
          if (diagnosing()) {
            pos_ = target;
            Expr* e = expression();
            if (!failed() && e && e->kind != Kind::Name && is(Tok::Colon)) {
              error_at(*e, "cannot use %s statement with %s", star ? "except*" : "except",
                       expression_name(e));
            }
          }
          return nullptr;
        }
      }
    }
    P_CHECK(colon("except"));
    P_CHECK(block(&handler->body, what, head));
    locate(handler, head);
    handlers.push(handler);
  }
  if (handlers.empty() && !is(Tok::KwFinally)) {
    if (diagnosing() && !is(Tok::Error)) {
      furthest_ = pos_;
      error_last(ErrorKind::SyntaxError, "expected 'except' or 'finally' block");
    }
    return nullptr;
  }
  if (!handlers.empty() && is(Tok::KwElse)) P_CHECK(else_block(&orelse));
  if (is(Tok::KwFinally)) {
    size_t head = pos_;
    advance();
    P_CHECK(expect_forced(Tok::Colon, ":"));
    P_CHECK(block(&finalbody, "'finally' statement", head));
  }
  auto finish = [&](auto* s) -> Stmt* {
    s->body = body;
    s->handlers = handlers.finish();
    s->orelse = orelse;
    s->finalbody = finalbody;
    return s;
  };
  return star ? finish(make<TryStar>(start)) : finish(make<Try>(start));
}

Stmt* Parser::decorated() {
  SeqBuilder<Expr*> decorators(arena_);
  while (accept(Tok::At)) {
    P_TRY(e, named_expression());
    P_CHECK(expect(Tok::Newline));
    decorators.push(e);
  }
  size_t start = pos_;
  Seq<Expr*> all = decorators.finish();
  if (is(Tok::KwClass)) return class_def(start, all);
  if (is(Tok::KwDef)) return function_def(start, all, false);
  if (is(Tok::KwAsync) && kind_after(1) == Tok::KwDef) {
    advance();
    return function_def(start, all, true);
  }
  return nullptr;
}

Stmt* Parser::function_def(size_t start, Seq<Expr*> decorators, bool is_async) {
  size_t head = pos_;
  advance();
  Identifier id;
  P_CHECK(name(&id));
  Seq<TypeParam*> params;
  size_t after_name = pos_;
  if (!type_params(&params)) {
    if (diagnosing()) error_token(after_name, "expected '('");
    return nullptr;
  }
  P_CHECK(expect_forced(Tok::LPar, "("));
  P_TRY(args, parameters(false, Tok::RPar));
  P_CHECK(expect(Tok::RPar));
  Expr* returns = nullptr;
  if (is(Tok::RArrow)) {
    size_t arrow = pos_;
    advance();
    returns = expression();
    if (!returns) {
      if (diagnosing()) error_token(arrow, "expected ':'");
      return nullptr;
    }
  }
  P_CHECK(expect_forced(Tok::Colon, ":"));
  std::string_view comment;
  P_CHECK(function_type_comment(&comment));
  if (is_async) P_CHECK(has_feature(5, "Async functions are"));
  Seq<Stmt*> body;
  P_CHECK(block(&body, "function definition", head));
  auto finish = [&](auto* s) -> Stmt* {
    s->name = id;
    s->args = args;
    s->body = body;
    s->decorator_list = decorators;
    s->returns = returns;
    s->type_comment = comment;
    s->type_params = params;
    return s;
  };
  return is_async ? finish(make<AsyncFunctionDef>(start)) : finish(make<FunctionDef>(start));
}

Stmt* Parser::class_def(size_t start, Seq<Expr*> decorators) {
  size_t head = pos_;
  advance();
  Identifier id;
  P_CHECK(name(&id));
  Seq<TypeParam*> params;
  P_CHECK(type_params(&params));
  SeqBuilder<Expr*> bases(arena_);
  SeqBuilder<Keyword*> keywords(arena_);
  if (is(Tok::LPar)) P_CHECK(arguments(bases, keywords));
  P_CHECK(colon("class"));
  Seq<Stmt*> body;
  P_CHECK(block(&body, "class definition", head));
  auto* s = make<ClassDef>(start);
  s->name = id;
  s->bases = bases.finish();
  s->keywords = keywords.finish();
  s->body = body;
  s->decorator_list = decorators;
  s->type_params = params;
  return s;
}

// [ T: bound = default, *Ts, **P ], or nothing.
bool Parser::type_params(Seq<TypeParam*>* out) {
  if (!accept(Tok::LSqb)) return true;
  if (!has_feature(12, "Type parameter lists are")) return false;
  SeqBuilder<TypeParam*> params(arena_);
  if (is(Tok::RSqb)) {
    if (diagnosing()) {
      error_token(pos_, "Type parameter list cannot be empty");
      error_.end_offset = error_.offset;
    }
    return false;
  }
  do {
    if (is(Tok::RSqb)) break;
    TypeParam* param = type_param();
    if (!param) return false;
    params.push(param);
  } while (accept(Tok::Comma));
  *out = params.finish();
  return expect(Tok::RSqb);
}

TypeParam* Parser::type_param() {
  size_t start = pos_;
  bool tuple = accept(Tok::Star), spec = !tuple && accept(Tok::DoubleStar);
  Identifier id;
  P_CHECK(name(&id));
  Expr *bound = nullptr, *value = nullptr;
  if (is(Tok::Colon)) {
    size_t at = pos_;
    advance();
    bound = expression();
    P_CHECK(bound);
    if (tuple || spec) {
      if (diagnosing()) {
        const char* what = bound->kind == Kind::Tuple ? "constraints" : "bound";
        error_token(at, "cannot use %s with %s", what, tuple ? "TypeVarTuple" : "ParamSpec");
      }
      return nullptr;
    }
  }
  if (accept(Tok::Equal)) {
    P_CHECK(has_feature(13, "Type parameter defaults are"));
    value = tuple ? star_expression() : expression();
    P_CHECK(value);
  }
  auto finish = [&](auto* p) -> TypeParam* {
    p->name = id;
    p->default_value = value;
    return p;
  };
  if (tuple) return finish(make<TypeVarTuple>(start));
  if (spec) return finish(make<ParamSpec>(start));
  auto* p = make<TypeVar>(start);
  p->bound = bound;
  return finish(p);
}

}  // namespace taipan::ast
