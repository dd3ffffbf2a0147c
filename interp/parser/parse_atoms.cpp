// Primaries, atoms, displays, comprehensions, subscripts.
#include <cerrno>
#include <charconv>
#include <cstdlib>

#include "interp/parser/parser_impl.h"

namespace taipan::ast {

Expr* Parser::primary() {
  size_t start = pos_;
  Expr* result = atom();
  P_CHECK(result);
  for (;;) {
    switch (kind()) {
      case Tok::Dot: {
        advance();
        Identifier attr;
        P_CHECK(name(&attr));
        auto* e = make<Attribute>(start);
        e->value = result;
        e->attr = attr;
        result = e;
        break;
      }
      case Tok::LPar:
        result = call(start, result);
        P_CHECK(result);
        break;
      case Tok::LSqb: {
        advance();
        P_TRY(index, slices());
        P_CHECK(expect(Tok::RSqb));
        auto* e = make<Subscript>(start);
        e->value = result;
        e->slice = index;
        result = e;
        break;
      }
      default: return result;
    }
  }
}

Expr* Parser::constant(ConstantKind k) {
  size_t start = pos_;
  advance();
  auto* e = make<Constant>(start);
  e->value.kind = k;
  return e;
}

Expr* Parser::name_expression() {
  size_t start = pos_;
  Identifier id = identifier(token());
  advance();
  auto* e = make<Name>(start);
  e->id = id;
  return e;
}

Expr* Parser::atom() {
  switch (kind()) {
    case Tok::Name: return name_expression();
    case Tok::Number: return number();
    case Tok::String: case Tok::FStringStart: case Tok::TStringStart: return strings();
    case Tok::KwTrue: return constant(ConstantKind::True);
    case Tok::KwFalse: return constant(ConstantKind::False);
    case Tok::KwNone: return constant(ConstantKind::None);
    case Tok::Ellipsis: return constant(ConstantKind::Ellipsis);
    case Tok::LPar: return parenthesized();
    case Tok::LSqb: return list_display();
    case Tok::LBrace: return brace_display();
    default: return nullptr;
  }
}

Expr* Parser::number() {
  size_t start = pos_;
  std::string_view s = text(token());
  advance();
  auto* e = make<Constant>(start);
  ConstantValue& v = e->value;
  if (s.find('_') != s.npos) {
    P_CHECK(has_feature(6, "Underscores in numeric literals are"));
    char* clean = static_cast<char*>(arena_.allocate(s.size()));
    size_t n = 0;
    for (char c : s) {
      if (c != '_') clean[n++] = c;
    }
    s = {clean, n};
  }
  char second = s.size() > 1 ? static_cast<char>(s[1] | 0x20) : 0;
  if (s[0] == '0' && (second == 'x' || second == 'o' || second == 'b')) {
    v.kind = ConstantKind::Int;
    v.base = second == 'x' ? 16 : second == 'o' ? 8 : 2;
    v.text = s.substr(2);
    return e;
  }
  bool imaginary = (s.back() | 0x20) == 'j';
  if (!imaginary && s.find_first_of(".eE") == s.npos) {
    v.kind = ConstantKind::Int;
    v.text = s;
    return e;
  }
  v.kind = imaginary ? ConstantKind::Imaginary : ConstantKind::Float;
  if (imaginary) s.remove_suffix(1);
  auto parsed = std::from_chars(s.data(), s.data() + s.size(), v.number);
  if (parsed.ec != std::errc()) {  // out of range: infinity or zero, which strtod tells apart
    v.number = std::strtod(arena_.copy(s).data(), nullptr);
  }
  return e;
}

bool Parser::comprehension_clauses(SeqBuilder<Comprehension*>& out) {
  while (at_comprehension()) {
    auto* clause = make_unlocated<Comprehension>();
    if (is(Tok::KwAsync) && !has_feature(6, "Async comprehensions are")) return false;
    if (accept(Tok::KwAsync)) clause->is_async = 1;
    advance();
    size_t target = pos_;
    clause->target = targets(Targets::For);
    if (!clause->target) {
      if (error_.message.starts_with("cannot assign") && diagnose_) {  // what is missing outranks what is wrong
        TextError wrong = error_;
        error_ = {};
        pos_ = target;
        do {
          if (!speculate([&] { return binary(0); })) break;
        } while (accept(Tok::Comma));
        if (is(Tok::KwIn) || is(Tok::Error)) {
          error_ = wrong;
        } else {
          error_token(pos_, "'in' expected after for-loop variables");
        }
      }
      return false;
    }
    if (!accept(Tok::KwIn)) {
      if (diagnosing() && !is(Tok::Error)) error_token(pos_, "'in' expected after for-loop variables");
      return false;
    }
    clause->iter = disjunction();
    if (!clause->iter) return false;
    SeqBuilder<Expr*> ifs(arena_);
    while (accept(Tok::KwIf)) {
      Expr* test = disjunction();
      if (!test) return false;
      ifs.push(test);
    }
    clause->ifs = ifs.finish();
    out.push(clause);
  }
  return true;
}

// ( ... ): group, tuple, generator expression or yield.
Expr* Parser::parenthesized() {
  DepthGuard depth(*this);
  P_CHECK(depth.ok());
  size_t start = pos_;
  advance();
  if (accept(Tok::RPar)) return make<Tuple>(start);
  if (is(Tok::KwYield)) {
    P_TRY(e, yield_expression());
    P_CHECK(expect(Tok::RPar));
    return e;
  }
  if (is(Tok::DoubleStar)) {
    if (diagnosing()) {
      size_t at = pos_;
      advance();
      Expr* e = expression();
      if (e && is(Tok::RPar)) error_token(at, "cannot use double starred expression here");
    }
    return nullptr;
  }
  P_TRY(first, star_named_expression());
  if (at_comprehension()) {
    SeqBuilder<Comprehension*> clauses(arena_);
    P_CHECK(comprehension_clauses(clauses));
    P_CHECK(expect(Tok::RPar));
    auto* e = make<GeneratorExp>(start);
    e->elt = first;
    e->generators = clauses.finish();
    return e;
  }
  if (accept(Tok::RPar)) {
    if (first->kind == Kind::Starred) {
      if (diagnosing()) error_at(*first, "cannot use starred expression here");
      return nullptr;
    }
    return first;
  }
  P_CHECK(is(Tok::Comma));
  P_TRY(tuple, make_tuple(start, first, &Parser::star_named_expression));
  P_CHECK(expect(Tok::RPar));
  locate(tuple, start);
  return tuple;
}

// `[a, b for ...`: the elements before need parentheses.
std::nullptr_t Parser::diagnose_display(size_t start) {
  if (!diagnosing() || !at_comprehension()) return nullptr;
  size_t here = pos_;
  SeqBuilder<Comprehension*> clauses(arena_);
  bool ok = comprehension_clauses(clauses);
  pos_ = here;
  if (!ok || failed()) return nullptr;
  // From the first element to the last; a lone trailing comma is included.
  size_t last = here - 1;
  pos_ = start + 1;
  Expr* first = speculate([&] { return star_named_expression(); });
  bool only_one = first && is(Tok::Comma) && pos_ == last;
  pos_ = here;
  if (!first) return nullptr;
  if (!only_one && toks_[last].kind == Tok::Comma) last--;
  return error_from_to(*first, last, "did you forget parentheses around the comprehension target?");
}

Expr* Parser::list_display() {
  DepthGuard depth(*this);
  P_CHECK(depth.ok());
  size_t start = pos_;
  advance();
  if (accept(Tok::RSqb)) return make<List>(start);
  P_TRY(first, star_named_expression());
  if (at_comprehension()) {
    SeqBuilder<Comprehension*> clauses(arena_);
    P_CHECK(comprehension_clauses(clauses));
    P_CHECK(expect(Tok::RSqb));
    auto* e = make<ListComp>(start);
    e->elt = first;
    e->generators = clauses.finish();
    return e;
  }
  SeqBuilder<Expr*> items(arena_);
  items.push(first);
  while (accept(Tok::Comma) && !is(Tok::RSqb)) {
    if (at_comprehension()) break;
    P_TRY(item, star_named_expression());
    items.push(item);
  }
  if (!accept(Tok::RSqb)) return diagnose_display(start);
  auto* list = make<List>(start);
  list->elts = items.finish();
  return list;
}

// { ... }: set, dict, or a comprehension of one.
Expr* Parser::brace_display() {
  DepthGuard depth(*this);
  P_CHECK(depth.ok());
  size_t start = pos_;
  advance();
  if (accept(Tok::RBrace)) return make<Dict>(start);
  if (is(Tok::DoubleStar)) return dict_display(start);
  P_TRY(first, star_named_expression());
  if (is(Tok::Colon)) {
    pos_ = start + 1;
    return dict_display(start);
  }
  if (at_comprehension()) {
    SeqBuilder<Comprehension*> clauses(arena_);
    P_CHECK(comprehension_clauses(clauses));
    P_CHECK(expect(Tok::RBrace));
    auto* e = make<SetComp>(start);
    e->elt = first;
    e->generators = clauses.finish();
    return e;
  }
  SeqBuilder<Expr*> items(arena_);
  items.push(first);
  while (accept(Tok::Comma) && !is(Tok::RBrace)) {
    if (at_comprehension()) break;
    P_TRY(item, star_named_expression());
    items.push(item);
  }
  if (!accept(Tok::RBrace)) return diagnose_display(start);
  auto* set = make<Set>(start);
  set->elts = items.finish();
  return set;
}

// Behind a key without value, or with a bad one.
std::nullptr_t Parser::diagnose_dict_item() {
  if (!diagnosing()) return nullptr;
  size_t start = pos_;
  if (accept(Tok::DoubleStar)) {
    Expr* e = binary(0);
    if (!failed() && e && is(Tok::Colon)) {
      error_tokens(start, pos_ - 1, "cannot use dict unpacking in a dictionary key");
    }
    pos_ = start;
    return nullptr;
  }
  if (accept(Tok::Star)) {
    Expr* e = binary(0);
    if (!failed() && e && is(Tok::Colon)) {
      error_tokens(start, pos_ - 1, "cannot use a starred expression in a dictionary key");
    }
    pos_ = start;
    return nullptr;
  }
  Expr* key = expression();
  if (failed() || !key) return nullptr;
  if (!is(Tok::Colon)) {
    if (is(Tok::Comma) || is(Tok::RBrace)) {
      error_token(pos_ - 1, "':' expected after dictionary key");
      error_.end_offset = 0;
      if (failed()) error_.offset = characters(toks_[pos_ - 1].lineno, toks_[pos_ - 1].col_offset) + 1;
    }
    pos_ = start;
    return nullptr;
  }
  size_t colon = pos_;
  advance();
  size_t value = pos_;
  if (accept(Tok::Star) || accept(Tok::DoubleStar)) {
    bool single = toks_[value].kind == Tok::Star;
    Expr* e = binary(0);
    if (!failed() && e) {
      error_tokens(value, pos_ - 1,
                   single ? "cannot use a starred expression in a dictionary value"
                          : "cannot use dict unpacking in a dictionary value");
    }
  } else if (is(Tok::Comma) || is(Tok::RBrace)) {
    error_token(colon, "expression expected after dictionary key and ':'");
  }
  pos_ = start;
  return nullptr;
}

Expr* Parser::dict_display(size_t start) {
  SeqBuilder<Expr*> keys(arena_), values(arena_);
  bool comprehension = false;
  while (!is(Tok::RBrace)) {
    size_t item = pos_;
    Expr *key = nullptr, *value = nullptr;
    if (accept(Tok::DoubleStar)) {
      value = binary(0);
    } else if ((key = expression()) && accept(Tok::Colon)) {
      value = expression();
    }
    bool more = value && (is(Tok::Comma) || is(Tok::RBrace) || at_comprehension());
    if (!more) {
      if (failed()) return nullptr;
      size_t here = pos_;
      pos_ = item;
      diagnose_dict_item();
      pos_ = here;
      return nullptr;
    }
    keys.push(key);
    values.push(value);
    if (keys.size() == 1 && at_comprehension()) {
      comprehension = true;
      break;
    }
    if (!accept(Tok::Comma)) break;
  }
  if (comprehension) {
    SeqBuilder<Comprehension*> clauses(arena_);
    P_CHECK(comprehension_clauses(clauses));
    P_CHECK(expect(Tok::RBrace));
    auto* e = make<DictComp>(start);
    e->key = keys[0] ? keys[0] : values[0];
    e->value = keys[0] ? values[0] : nullptr;  // {**d for ...}: no value
    e->generators = clauses.finish();
    return e;
  }
  P_CHECK(expect(Tok::RBrace));
  auto* dict = make<Dict>(start);
  dict->keys = keys.finish();
  dict->values = values.finish();
  return dict;
}

Expr* Parser::slices() {
  size_t start = pos_;
  if (diagnosing() && is(Tok::Star) && (kind_after(1) == Tok::RSqb || kind_after(1) == Tok::Comma)) {
    return error_token(pos_ + 1, "Invalid star expression");
  }
  P_TRY(first, is(Tok::Star) ? star_expression() : slice());
  if (!is(Tok::Comma) && first->kind != Kind::Starred) return first;
  SeqBuilder<Expr*> items(arena_);
  items.push(first);
  while (accept(Tok::Comma) && !is(Tok::RSqb)) {
    P_TRY(item, is(Tok::Star) ? star_expression() : slice());
    items.push(item);
  }
  auto* tuple = make<Tuple>(start);
  tuple->elts = items.finish();
  return tuple;
}

Expr* Parser::slice() {
  size_t start = pos_;
  Expr *lower = nullptr, *upper = nullptr, *step = nullptr;
  if (!is(Tok::Colon)) {
    lower = named_expression();
    P_CHECK(lower);
    if (!is(Tok::Colon)) return lower;
    if (toks_[start + 1].kind == Tok::ColonEqual) return nullptr;
  }
  advance();
  auto ends = [&] { return is(Tok::Comma) || is(Tok::RSqb) || is(Tok::Colon); };
  if (!ends()) {
    upper = expression();
    P_CHECK(upper);
  }
  if (accept(Tok::Colon) && !ends()) {
    step = expression();
    P_CHECK(step);
  }
  auto* e = make<Slice>(start);
  e->lower = lower;
  e->upper = upper;
  e->step = step;
  return e;
}

}  // namespace taipan::ast
