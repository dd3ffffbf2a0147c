// match statements and patterns.
#include <algorithm>

#include "interp/parser/parser_impl.h"

namespace taipan::ast {

// `match` is a keyword only where a subject, a colon, and indented cases follow.
Stmt* Parser::match_statement() {
  switch (kind_after(1)) {
    case Tok::Star: break;
    default:
      if (!can_start_expression(kind_after(1))) return nullptr;
  }
  size_t start = pos_;
  advance();
  // Where the next token could also continue the expression `match`, look before believing.
  Tok next = kind();
  bool doubtful = next == Tok::LPar || next == Tok::LSqb || next == Tok::Minus || next == Tok::Plus ||
                  next == Tok::Star || next == Tok::KwNot;
  size_t subject_start = pos_;
  auto parse_subject = [&]() -> Expr* {
    P_TRY(first, star_named_expression());
    if (!is(Tok::Comma)) return first->kind == Kind::Starred ? nullptr : first;
    return make_tuple(subject_start, first, &Parser::star_named_expression);
  };
  Expr* subject;
  if (doubtful) {
    subject = speculate(parse_subject);
    if (failed()) return nullptr;
    bool is_match = subject && is(Tok::Colon) && kind_after(1) == Tok::Newline;
    if (!is_match) {
      bool no_colon = diagnosing() && subject && is(Tok::Newline) && kind_after(1) == Tok::Indent;
      if (no_colon) error_token(pos_, "expected ':'");
      return nullptr;
    }
  } else {
    subject = parse_subject();
    P_CHECK(subject);
    if (!is(Tok::Colon)) {
      if (diagnosing() && is(Tok::Newline)) error_token(pos_, "expected ':'");
      return nullptr;
    }
    if (kind_after(1) != Tok::Newline) {
      if (pos_ + 1 > furthest_) furthest_ = pos_ + 1;
      return nullptr;
    }
  }
  advance();
  advance();
  if (!accept(Tok::Indent)) {
    if (diagnosing() && !is(Tok::Error)) {
      furthest_ = pos_;
      error_last(ErrorKind::IndentationError,
                 "expected an indented block after 'match' statement on line %d",
                 static_cast<int>(toks_[start].lineno));
    }
    return nullptr;
  }
  P_CHECK(has_feature(10, "Pattern matching is"));
  SeqBuilder<MatchCase*> cases(arena_);
  while (is_name("case")) {
    P_TRY(c, case_block());
    cases.push(c);
  }
  P_CHECK(!cases.empty() && expect(Tok::Dedent));
  auto* s = make<Match>(start);
  s->subject = subject;
  s->cases = cases.finish();
  return s;
}

MatchCase* Parser::case_block() {
  size_t head = pos_;
  advance();
  P_TRY(pattern, open_pattern_sequence());
  Expr* guard = nullptr;
  if (accept(Tok::KwIf)) {
    guard = named_expression();
    P_CHECK(guard);
  }
  P_CHECK(colon("case"));
  auto* c = make_unlocated<MatchCase>();
  c->pattern = pattern;
  c->guard = guard;
  P_CHECK(block(&c->body, "'case' statement", head));
  return c;
}

Pattern* Parser::open_pattern_sequence() {
  size_t start = pos_;
  P_TRY(first, maybe_star_pattern());
  if (!is(Tok::Comma)) return first->kind == Kind::MatchStar ? nullptr : first;
  SeqBuilder<Pattern*> items(arena_);
  items.push(first);
  while (accept(Tok::Comma)) {
    if (is(Tok::Colon) || is(Tok::KwIf)) break;
    P_TRY(item, maybe_star_pattern());
    items.push(item);
  }
  auto* p = make<MatchSequence>(start);
  p->patterns = items.finish();
  return p;
}

Pattern* Parser::maybe_star_pattern() {
  size_t start = pos_;
  if (!accept(Tok::Star)) return as_pattern();
  Identifier id;
  P_CHECK(name(&id));
  auto* p = make<MatchStar>(start);
  if (id != "_") p->name = id;
  return p;
}

Pattern* Parser::as_pattern() {
  DepthGuard depth(*this);
  P_CHECK(depth.ok());
  size_t start = pos_;
  P_TRY(pattern, or_pattern());
  if (!accept(Tok::KwAs)) return pattern;
  size_t at = pos_;
  Identifier id;
  bool wildcard = is(Tok::Name) && text(token()) == "_";
  bool ok = !wildcard && name(&id) && !is(Tok::Dot) && !is(Tok::LPar) && !is(Tok::LSqb);
  if (!ok) {
    if (diagnosing()) {
      if (wildcard) return error_token(at, "cannot use '_' as a target");
      pos_ = at;
      Expr* e = expression();
      if (!failed() && e && e->kind != Kind::Name) {
        error_at(*e, "cannot use %s as pattern target", expression_name(e));
      }
    }
    return nullptr;
  }
  auto* p = make<MatchAs>(start);
  p->pattern = pattern;
  p->name = id;
  return p;
}

Pattern* Parser::or_pattern() {
  size_t start = pos_;
  P_TRY(first, closed_pattern());
  if (!is(Tok::VBar)) return first;
  SeqBuilder<Pattern*> items(arena_);
  items.push(first);
  while (accept(Tok::VBar)) {
    P_TRY(item, closed_pattern());
    items.push(item);
  }
  auto* p = make<MatchOr>(start);
  p->patterns = items.finish();
  return p;
}

Expr* Parser::signed_number() {
  size_t start = pos_;
  UnaryOperator op = is(Tok::Minus) ? UnaryOperator::USub : UnaryOperator::UAdd;
  bool has_sign = accept(Tok::Minus) || accept(Tok::Plus);
  if (!is(Tok::Number)) return nullptr;
  Expr* n = number();
  if (!has_sign) return n;
  auto* e = make<UnaryOp>(start);
  e->op = op;
  e->operand = n;
  return e;
}

// Numbers (with sign, complex) and strings; None, True, False as mapping keys.
Expr* Parser::literal_expression(bool in_mapping) {
  size_t start = pos_;
  switch (kind()) {
    case Tok::Minus: case Tok::Plus: case Tok::Number: {
      P_TRY(left, signed_number());
      if (!is(Tok::Plus) && !is(Tok::Minus)) return left;
      Operator op = is(Tok::Plus) ? Operator::Add : Operator::Sub;
      advance();
      size_t at = pos_;
      if (!is(Tok::Number)) return nullptr;
      Expr* right = number();
      Expr* real = left->kind == Kind::UnaryOp ? as<UnaryOp>(left)->operand : left;
      if (as<Constant>(real)->value.kind == ConstantKind::Imaginary) {
        if (diagnosing()) error_at(*left, "real number required in complex literal");
        return nullptr;
      }
      if (as<Constant>(right)->value.kind != ConstantKind::Imaginary) {
        if (diagnosing()) error_token(at, "imaginary number required in complex literal");
        return nullptr;
      }
      auto* e = make<BinOp>(start);
      e->left = left;
      e->op = op;
      e->right = right;
      return e;
    }
    case Tok::String: case Tok::FStringStart: case Tok::TStringStart: {
      P_TRY(e, strings());
      if (e->kind == Kind::JoinedStr || e->kind == Kind::TemplateStr) {
        if (diagnosing()) {
          error_at(*e, in_mapping ? "mapping pattern keys may only match literals and attribute lookups"
                                  : "patterns may only match literals and attribute lookups");
        }
        return nullptr;
      }
      return e;
    }
    case Tok::KwNone: return constant(ConstantKind::None);
    case Tok::KwTrue: return constant(ConstantKind::True);
    case Tok::KwFalse: return constant(ConstantKind::False);
    default: return nullptr;
  }
}

// NAME ('.' NAME)*
Expr* Parser::name_or_attribute() {
  size_t start = pos_;
  P_CHECK(is(Tok::Name));
  Expr* e = name_expression();
  while (accept(Tok::Dot)) {
    Identifier id;
    P_CHECK(name(&id));
    auto* attribute = make<Attribute>(start);
    attribute->value = e;
    attribute->attr = id;
    e = attribute;
  }
  return e;
}

Pattern* Parser::closed_pattern() {
  DepthGuard depth(*this);
  P_CHECK(depth.ok());
  size_t start = pos_;
  switch (kind()) {
    case Tok::KwNone: case Tok::KwTrue: case Tok::KwFalse: {
      auto* value = as<Constant>(literal_expression(false));
      auto* p = make<MatchSingleton>(start);
      p->value = value->value;
      return p;
    }
    case Tok::Minus: case Tok::Plus: case Tok::Number: case Tok::String:
    case Tok::FStringStart: case Tok::TStringStart: {
      P_TRY(value, literal_expression(false));
      auto* p = make<MatchValue>(start);
      p->value = value;
      return p;
    }
    case Tok::Name: {
      P_TRY(e, name_or_attribute());
      if (is(Tok::LPar)) return class_pattern(start, e);
      if (e->kind == Kind::Attribute) {
        auto* p = make<MatchValue>(start);
        p->value = e;
        return p;
      }
      auto* p = make<MatchAs>(start);
      if (as<Name>(e)->id != "_") p->name = as<Name>(e)->id;
      return p;
    }
    case Tok::LPar: case Tok::LSqb: return bracketed_pattern();
    case Tok::LBrace: return mapping_pattern();
    default: return nullptr;
  }
}

// (p), (p, ...), [p, ...]
Pattern* Parser::bracketed_pattern() {
  size_t start = pos_;
  bool paren = is(Tok::LPar);
  Tok end = paren ? Tok::RPar : Tok::RSqb;
  advance();
  SeqBuilder<Pattern*> items(arena_);
  bool comma = false;
  while (!is(end)) {
    P_TRY(item, maybe_star_pattern());
    items.push(item);
    comma = accept(Tok::Comma);
    if (!comma) break;
  }
  P_CHECK(expect(end));
  if (paren && items.size() == 1 && !comma) {
    return items[0]->kind == Kind::MatchStar ? nullptr : items[0];
  }
  auto* p = make<MatchSequence>(start);
  p->patterns = items.finish();
  return p;
}

Pattern* Parser::mapping_pattern() {
  size_t start = pos_;
  advance();
  SeqBuilder<Expr*> keys(arena_);
  SeqBuilder<Pattern*> patterns(arena_);
  Identifier rest{};
  size_t rest_at = 0;
  while (!is(Tok::RBrace)) {
    if (rest.data()) {
      if (diagnosing()) {
        size_t here = pos_;
        pos_ = here;
        error_token(rest_at, "double star pattern must be the last (right-most) subpattern in the mapping pattern");
      }
      return nullptr;
    }
    if (is(Tok::DoubleStar)) {
      advance();
      rest_at = pos_;
      if (diagnosing() && is(Tok::Name) && text(token()) == "_") {
        return nullptr;
      }
      P_CHECK(!is_name("_") && name(&rest));
    } else {
      Expr* key;
      if (is(Tok::Name)) {
        key = name_or_attribute();
        if (key && key->kind != Kind::Attribute) key = nullptr;
      } else {
        key = literal_expression(true);
      }
      P_CHECK(key && expect(Tok::Colon));
      P_TRY(value, as_pattern());
      keys.push(key);
      patterns.push(value);
    }
    if (!accept(Tok::Comma)) break;
  }
  P_CHECK(expect(Tok::RBrace));
  auto* p = make<MatchMapping>(start);
  p->keys = keys.finish();
  p->patterns = patterns.finish();
  p->rest = rest;
  return p;
}

Pattern* Parser::class_pattern(size_t start, Expr* cls) {
  advance();
  SeqBuilder<Pattern*> patterns(arena_), kwd_patterns(arena_);
  SeqBuilder<Identifier> kwd_attrs(arena_);
  while (!is(Tok::RPar)) {
    if (is(Tok::Name) && kind_after(1) == Tok::Equal) {
      kwd_attrs.push(identifier(token()));
      pos_ += 2;
      if (pos_ > furthest_) furthest_ = pos_;
      P_TRY(value, as_pattern());
      kwd_patterns.push(value);
    } else {
      P_TRY(value, as_pattern());
      if (!kwd_patterns.empty()) {
        if (is(Tok::Comma)) furthest_ = std::max(furthest_, pos_ + 1);  // as far as CPython has read
        if (diagnosing()) error_at(*value, "positional patterns follow keyword patterns");
        return nullptr;
      }
      patterns.push(value);
    }
    if (!accept(Tok::Comma)) break;
  }
  P_CHECK(expect(Tok::RPar));
  auto* p = make<MatchClass>(start);
  p->cls = cls;
  p->patterns = patterns.finish();
  p->kwd_attrs = kwd_attrs.finish();
  p->kwd_patterns = kwd_patterns.finish();
  return p;
}

}  // namespace taipan::ast
