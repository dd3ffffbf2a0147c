// Call arguments and function parameters.
#include "interp/parser/parser_impl.h"

namespace taipan::ast {

Expr* Parser::call(size_t start, Expr* func) {
  DepthGuard depth(*this);
  P_CHECK(depth.ok());
  SeqBuilder<Expr*> args(arena_);
  SeqBuilder<Keyword*> keywords(arena_);
  P_CHECK(arguments(args, keywords));
  auto* e = make<Call>(start);
  e->func = func;
  e->args = args.finish();
  e->keywords = keywords.finish();
  return e;
}

// ( ... ) with both parentheses.
bool Parser::arguments(SeqBuilder<Expr*>& args, SeqBuilder<Keyword*>& keywords) {
  size_t open = pos_;
  advance();
  bool seen_unpacking = false;
  while (!is(Tok::RPar)) {
    size_t start = pos_;
    if (accept(Tok::DoubleStar)) {
      Expr* value = expression();
      if (!value) return false;
      auto* keyword = make<Keyword>(start);
      keyword->value = value;
      keywords.push(keyword);
      seen_unpacking = true;
    } else if (accept(Tok::Star)) {
      if (diagnosing() && !can_start_expression(kind()) && !is(Tok::Error)) {
        error_token(pos_, "Invalid star expression");
        return false;
      }
      Expr* value = expression();
      if (!value) return false;
      auto* star = make<Starred>(start);
      star->value = value;
      if (at_comprehension() && args.empty() && keywords.empty()) {
        SeqBuilder<Comprehension*> clauses(arena_);
        if (!comprehension_clauses(clauses) || !expect(Tok::RPar)) return false;
        auto* e = make<GeneratorExp>(open);
        e->elt = star;
        e->generators = clauses.finish();
        args.push(e);
        return true;
      }
      if (seen_unpacking) {
        if (diagnosing()) {
          size_t end = pos_;
          // The message covers everything from the comma behind the unpacking to the last argument.
          size_t comma = start - 1;
          SeqBuilder<Expr*> more(arena_);
          SeqBuilder<Keyword*> more_keywords(arena_);
          size_t last = end - 1;
          while (accept(Tok::Comma) && !is(Tok::RPar)) {
            accept(Tok::Star) || accept(Tok::DoubleStar);
            if (is(Tok::Name) && kind_after(1) == Tok::Equal) pos_ += 2;
            if (!expression()) break;
            last = pos_ - 1;
          }
          error_tokens(comma, last,
                       "iterable argument unpacking follows keyword argument unpacking");
        }
        return false;
      }
      args.push(star);
    } else if (is(Tok::Name) && kind_after(1) == Tok::Equal) {
      Identifier arg = identifier(token());
      advance();
      advance();
      if (diagnosing() && (is(Tok::Comma) || is(Tok::RPar))) {
        error_tokens(start, start + 1, "expected argument value expression");
        return false;
      }
      Expr* value = expression();
      if (!value) return false;
      if (diagnosing() && at_comprehension()) {
        SeqBuilder<Comprehension*> clauses(arena_);
        if (comprehension_clauses(clauses)) {
          error_tokens(start, start + 1,
                       "invalid syntax. Maybe you meant '==' or ':=' instead of '='?");
        }
        return false;
      }
      auto* keyword = make<Keyword>(start);
      keyword->arg = arg;
      keyword->value = value;
      keywords.push(keyword);
    } else {
      if (diagnosing() && kind_after(1) == Tok::Equal &&
          (is(Tok::KwTrue) || is(Tok::KwFalse) || is(Tok::KwNone))) {
        std::string_view word = text(token());
        error_tokens(pos_, pos_ + 1, "cannot assign to %.*s", static_cast<int>(word.size()),
                     word.data());
        return false;
      }
      Expr* value;
      if (is(Tok::Name) && kind_after(1) == Tok::ColonEqual) {
        value = named_expression();
      } else {
        value = expression();
        if (value && is(Tok::ColonEqual)) return false;
      }
      if (!value) return false;
      if (is(Tok::Equal)) {
        if (diagnosing()) {
          error_tokens(start, pos_,
                       "expression cannot contain assignment, perhaps you meant \"==\"?");
        }
        return false;
      }
      if (at_comprehension()) {
        SeqBuilder<Comprehension*> clauses(arena_);
        if (!comprehension_clauses(clauses)) return false;
        bool alone = args.empty() && keywords.empty();
        if (alone && accept(Tok::RPar)) {
          auto* e = make<GeneratorExp>(open);
          e->elt = value;
          e->generators = clauses.finish();
          args.push(e);
          return true;
        }
        if (diagnosing() && (!alone || is(Tok::Comma))) {
          bool only = alone && kind_after(1) == Tok::RPar;
          (void)only;
          error_tokens(start, pos_ - 1, "Generator expression must be parenthesized");
        }
        return false;
      }
      if (!keywords.empty()) {
        bool positional = true;
        if (diagnosing() && positional) {
          // Reported where the argument list has been read to.
          bool unpacking = false;
          for (uint32_t i = 0; i < keywords.size(); i++) unpacking |= !keywords[i]->arg.data();
          while (accept(Tok::Comma) && !is(Tok::RPar)) {
            accept(Tok::Star) || accept(Tok::DoubleStar);
            if (is(Tok::Name) && kind_after(1) == Tok::Equal) pos_ += 2;
            if (!expression()) return false;
          }
          if (failed()) return false;
          furthest_ = pos_;
          error_last(ErrorKind::SyntaxError,
                     unpacking ? "positional argument follows keyword argument unpacking"
                               : "positional argument follows keyword argument");
        }
        return false;
      }
      args.push(value);
    }
    if (!accept(Tok::Comma)) break;
  }
  return expect(Tok::RPar);
}

Arg* Parser::parameter(bool is_lambda, bool star_annotation) {
  size_t start = pos_;
  Identifier id;
  P_CHECK(name(&id));
  Expr* annotation = nullptr;
  if (!is_lambda && accept(Tok::Colon)) {
    annotation = star_annotation ? star_expression() : expression();
    P_CHECK(annotation);
  }
  auto* arg = make<Arg>(start);
  arg->arg = id;
  arg->annotation = annotation;
  return arg;
}

// Parameters up to, not including, `end` (a parenthesis or the colon of a lambda).
Arguments* Parser::parameters(bool is_lambda, Tok end) {
  SeqBuilder<Arg*> posonly(arena_), plain(arena_), kwonly(arena_);
  SeqBuilder<Expr*> defaults(arena_), kw_defaults(arena_);
  auto* result = make_unlocated<Arguments>();
  bool seen_slash = false, seen_star = false;
  while (!is(end)) {
    size_t start = pos_;
    if (result->kwarg) {
      if (diagnosing()) {
        if (is(Tok::Name) || is(Tok::Star) || is(Tok::DoubleStar) || is(Tok::Slash)) {
          error_token(pos_, "parameters cannot follow var-keyword parameter");
        }
      }
      return nullptr;
    }
    if (is(Tok::Slash) && plain.empty() && !seen_slash && !seen_star && kind_after(1) != Tok::Comma) return nullptr;
    Arg* commented = nullptr;  // a `# type:` comment would be this parameter's
    if (accept(Tok::Slash)) {
      P_CHECK(has_feature(8, "Positional-only parameters are"));
      if (seen_slash || seen_star || plain.empty()) {
        if (diagnosing()) {
          error_token(start, seen_slash  ? "/ may appear only once"
                             : seen_star ? "/ must be ahead of *"
                                         : "at least one parameter must precede /");
        }
        return nullptr;
      }
      seen_slash = true;
      for (uint32_t i = 0; i < plain.size(); i++) posonly.push(plain[i]);
      plain.clear();
    } else if (accept(Tok::Star)) {
      if (seen_star) {
        if (diagnosing()) error_token(start, "* may appear only once");
        return nullptr;
      }
      seen_star = true;
      if (is(Tok::Comma) || is(end)) {
        size_t after = pos_ + 1;
        bool bare_end = is(end) || toks_[after].kind == end || toks_[after].kind == Tok::DoubleStar;
        if (bare_end) {
          if (diagnosing()) {
            error_token(is_lambda && is(end) ? pos_ : start, "named parameters must follow bare *");
          }
          return nullptr;
        }
      } else {
        result->vararg = commented = parameter(is_lambda, true);
        P_CHECK(result->vararg);
        if (is(Tok::Equal)) {
          if (diagnosing()) {
            error_token(pos_, "var-positional parameter cannot have default value");
          }
          return nullptr;
        }
      }
    } else if (accept(Tok::DoubleStar)) {
      result->kwarg = commented = parameter(is_lambda, false);
      P_CHECK(result->kwarg);
      if (is(Tok::Equal)) {
        if (diagnosing()) error_token(pos_, "var-keyword parameter cannot have default value");
        return nullptr;
      }
    } else {
      if (diagnosing() && is(Tok::LPar)) {
        size_t p = pos_ + 1;
        // ( name, name ... )
        while (toks_[p].kind == Tok::Name && toks_[p + 1].kind == Tok::Comma) p += 2;
        if (toks_[p].kind == Tok::Name) p++;
        if (toks_[p].kind == Tok::RPar && p > pos_ + 1) {
          return error_tokens(pos_, p, is_lambda
                                           ? "Lambda expression parameters cannot be parenthesized"
                                           : "Function parameters cannot be parenthesized");
        }
        return nullptr;
      }
      P_TRY(arg, parameter(is_lambda, false));
      commented = arg;
      Expr* value = nullptr;
      if (is(Tok::Equal)) {
        size_t equal = pos_;
        advance();
        if (diagnosing() && (is(Tok::Comma) || is(end))) {
          return error_token(equal, "expected default value expression");
        }
        value = expression();
        P_CHECK(value);
      }
      if (seen_star) {
        kwonly.push(arg);
        kw_defaults.push(value);
      } else {
        if (value) {
          defaults.push(value);
        } else if (!defaults.empty()) {
          if (diagnosing()) {
            error_token(start, "parameter without a default follows parameter with a default");
          }
          return nullptr;
        }
        plain.push(arg);
      }
    }
    bool more = accept(Tok::Comma);
    if (commented && !is_lambda) type_comment(&commented->type_comment);
    if (!more) break;
    if (is_lambda && is(end)) break;
  }
  result->posonlyargs = posonly.finish();
  result->args = plain.finish();
  result->kwonlyargs = kwonly.finish();
  result->kw_defaults = kw_defaults.finish();
  result->defaults = defaults.finish();
  return result;
}

}  // namespace taipan::ast
