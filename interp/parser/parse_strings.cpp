// String literals side by side, f-strings and t-strings with their replacement fields.
#include <cstdio>

#include "interp/parser/parser_impl.h"
#include "interp/parser/string_literal.h"

namespace taipan::ast {

void Parser::warn_escapes(const DecodedString& s, const Token& t) {
  if (!s.note.at || speculative_ || diagnose_ || !flags_.warn_syntax) return;
  char message[240];
  const char* what = s.note.is_octal ? "octal escape" : "escape";
  snprintf(message, sizeof message,
           "\"%.*s\" is an invalid %s sequence. Such sequences will not work in the future. Did you "
           "mean \"\\%.*s\"? A raw string is also an option.",
           s.note.length, s.note.at, what, s.note.length, s.note.at);
  SyntaxWarningInfo w;
  w.message = arena_.copy(message);
  const char* begin = stream_.source.data() + t.start;
  int line = static_cast<int>(t.lineno);
  for (const char* p = begin; p < s.note.at; p++) line += *p == '\n';
  w.lineno = w.end_lineno = line;
  w.col_offset = static_cast<int>(s.note.at - stream_.source.data() - stream_.line_starts[line - 1]);
  w.end_col_offset = w.col_offset + s.note.length;
  warnings_.push_back(w);
}

// True: the literal is good. False: the error is recorded for token `at`.
bool Parser::check_literal(const DecodedString& s, size_t at) {
  if (s.ok) {
    warn_escapes(s, toks_[at]);
    return true;
  }
  if (!diagnosing()) return false;
  if (s.not_ascii) {
    error_token(at, "bytes can only contain ASCII literal characters");
  } else {
    error_token(at, "%.*s", static_cast<int>(s.error.size()), s.error.data());
  }
  return false;
}

Expr* Parser::strings() {
  size_t start = pos_;
  if (is(Tok::String) && kind_after(1) != Tok::String && kind_after(1) != Tok::FStringStart &&
      kind_after(1) != Tok::TStringStart) {  // the common case: one plain literal
    DecodedString s = decode_literal(text(token()), arena_);
    P_CHECK(check_literal(s, pos_));
    advance();
    auto* e = make<Constant>(start);
    e->value.kind = s.is_bytes ? ConstantKind::Bytes : ConstantKind::Str;
    e->value.text = s.text;
    if (s.is_unicode_prefixed) e->string_kind = "u";
    return e;
  }
  SeqBuilder<Expr*> parts(arena_);
  bool bytes = false, text_seen = false, formatted = false, is_template = false;
  for (;;) {
    size_t at = pos_;
    if (is(Tok::String)) {
      DecodedString s = decode_literal(text(token()), arena_);
      P_CHECK(check_literal(s, at));
      advance();
      auto* e = make<Constant>(at);
      e->value.kind = s.is_bytes ? ConstantKind::Bytes : ConstantKind::Str;
      e->value.text = s.text;
      if (s.is_unicode_prefixed) e->string_kind = "u";
      (s.is_bytes ? bytes : text_seen) = true;
      parts.push(e);
    } else if (is(Tok::FStringStart)) {
      formatted = true;
      P_CHECK(fstring(parts, false));
    } else if (is(Tok::TStringStart)) {
      P_CHECK(has_feature(14, "t-strings are"));
      is_template = true;
      P_CHECK(fstring(parts, true));
    } else {
      break;
    }
  }
  if (is_template && (bytes || text_seen || formatted)) {
    if (diagnosing()) {
      error_tokens(start, pos_ - 1,
                   "cannot mix t-string literals with string or bytes literals");
    }
    return nullptr;
  }
  if (bytes && (text_seen || formatted)) {
    if (diagnosing()) {
      error_last(ErrorKind::SyntaxError, "cannot mix bytes and nonbytes literals");
    }
    return nullptr;
  }
  if (is_template) {
    auto* e = make<TemplateStr>(start);
    P_CHECK(fold_strings(parts, &e->values) || true);
    return e;
  }
  if (formatted) {
    auto* e = make<JoinedStr>(start);
    fold_strings(parts, &e->values);
    return e;
  }
  size_t total = 0;
  for (uint32_t i = 0; i < parts.size(); i++) total += as<Constant>(parts[i])->value.text.size();
  char* joined = static_cast<char*>(arena_.allocate(total + 1));
  size_t n = 0;
  for (uint32_t i = 0; i < parts.size(); i++) {
    std::string_view t = as<Constant>(parts[i])->value.text;
    if (!t.empty()) memcpy(joined + n, t.data(), t.size());
    n += t.size();
  }
  auto* e = make<Constant>(start);
  e->value.kind = bytes ? ConstantKind::Bytes : ConstantKind::Str;
  e->value.text = {joined, total};
  e->string_kind = as<Constant>(parts[0])->string_kind;
  return e;
}

// Neighbouring constants become one, empty ones vanish.
Expr* Parser::fold_strings(SeqBuilder<Expr*>& parts, Seq<Expr*>* out) {
  SeqBuilder<Expr*> folded(arena_);
  for (uint32_t i = 0; i < parts.size();) {
    if (parts[i]->kind != Kind::Constant) {
      folded.push(parts[i++]);
      continue;
    }
    uint32_t end = i;
    size_t total = 0;
    while (end < parts.size() && parts[end]->kind == Kind::Constant) {
      total += as<Constant>(parts[end])->value.text.size();
      end++;
    }
    auto* first = as<Constant>(parts[i]);
    if (end > i + 1) {
      char* joined = static_cast<char*>(arena_.allocate(total + 1));
      size_t n = 0;
      for (uint32_t j = i; j < end; j++) {
        std::string_view t = as<Constant>(parts[j])->value.text;
        if (!t.empty()) memcpy(joined + n, t.data(), t.size());
        n += t.size();
      }
      auto* whole = make_unlocated<Constant>();
      static_cast<Location&>(*whole) = *first;
      whole->end_lineno = parts[end - 1]->end_lineno;
      whole->end_col_offset = parts[end - 1]->end_col_offset;
      whole->value = first->value;
      whole->value.text = {joined, total};
      whole->string_kind = first->string_kind;
      first = whole;
    }
    if (total) folded.push(first);
    i = end;
  }
  *out = folded.finish();
  return nullptr;
}

Constant* Parser::string_part(const Token& t, bool raw) {
  size_t at = static_cast<size_t>(&t - toks_);
  DecodedString s = decode_text(text(t), raw, false, arena_);
  if (!s.ok) {
    if (!diagnosing()) return nullptr;
    size_t end = at;  // CPython decodes at the end of the whole literal
    for (int open = 1; open > 0 && end + 1 < stream_.tokens.size();) {
      Tok k = toks_[++end].kind;
      open += (k == Tok::FStringStart || k == Tok::TStringStart) -
              (k == Tok::FStringEnd || k == Tok::TStringEnd);
    }
    check_literal(s, end);
    return nullptr;
  }
  warn_escapes(s, t);
  pos_ = at + 1;
  if (pos_ > furthest_) furthest_ = pos_;
  auto* e = make<Constant>(at);
  e->value.kind = ConstantKind::Str;
  e->value.text = s.text;
  return e;
}

// One f"..." or t"...": its parts are added to `out`.
bool Parser::fstring(SeqBuilder<Expr*>& out, bool is_template) {
  DepthGuard depth(*this);
  if (!depth.ok()) return false;
  std::string_view prefix = text(token());
  bool raw = prefix.find_first_of("rR") < prefix.find_first_of("'\"");
  advance();
  for (;;) {
    switch (kind()) {
      case Tok::FStringMiddle: case Tok::TStringMiddle: {
        Constant* part = string_part(token(), raw);
        if (!part) return false;
        out.push(part);
        break;
      }
      case Tok::LBrace: {
        string_depth_++;
        bool outer = raw_field_;
        raw_field_ = raw;
        Expr* field = replacement_field(is_template, out);
        raw_field_ = outer;
        string_depth_--;
        if (!field) return false;
        out.push(field);
        break;
      }
      case Tok::FStringEnd: case Tok::TStringEnd:
        advance();
        return true;
      default: return false;
    }
  }
}

// Source text of an expression, comments left out.
std::string_view Parser::field_text(uint32_t begin, uint32_t end) {
  std::string_view s = stream_.source.substr(begin, end - begin);
  if (s.find('#') == s.npos) return s;
  char* clean = static_cast<char*>(arena_.allocate(s.size() + 1));
  size_t n = 0;
  char quote = 0;
  size_t quote_size = 0;
  for (size_t i = 0; i < s.size(); i++) {
    char c = s[i];
    if (quote) {
      if (c == '\\' && i + 1 < s.size()) {
        clean[n++] = c;
        c = s[++i];
      } else if (c == quote &&
                 (quote_size == 1 || (i + 2 < s.size() && s[i + 1] == c && s[i + 2] == c))) {
        for (size_t k = 1; k < quote_size; k++) {
          clean[n++] = c;
          i++;
        }
        quote = 0;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
      quote_size = i + 2 < s.size() && s[i + 1] == c && s[i + 2] == c ? 3 : 1;
      for (size_t k = 1; k < quote_size; k++) {
        clean[n++] = c;
        i++;
      }
    } else if (c == '#') {
      while (i < s.size() && s[i] != '\n') i++;
      if (i >= s.size()) break;
      c = '\n';
    }
    clean[n++] = c;
  }
  return {clean, n};
}

Expr* Parser::replacement_field(bool is_template, SeqBuilder<Expr*>& out) {
  size_t open = pos_;
  advance();
  if (diagnosing() && (is(Tok::Equal) || is(Tok::Exclamation) || is(Tok::Colon) || is(Tok::RBrace))) {
    std::string_view s = text(token());
    return error_token(pos_, "%c-string: valid expression required before '%.*s'",
                       is_template ? 't' : 'f', static_cast<int>(s.size()), s.data());
  }
  Expr* value = annotated_rhs();
  if (!value) return failed() ? nullptr : diagnose_field(open, is_template, nullptr);
  size_t text_begin = toks_[open].end, text_end = toks_[pos_].start;
  bool debug = accept(Tok::Equal);
  size_t after_debug = pos_;
  int conversion = -1;
  size_t conversion_at = 0;
  if (is(Tok::Exclamation)) {
    size_t mark = pos_;
    advance();
    std::string_view word = text(token());
    bool adjacent = toks_[mark].end == token().start;
    if (diagnosing() && (is(Tok::Colon) || is(Tok::RBrace))) {
      return error_token(pos_, "%c-string: missing conversion character", is_template ? 't' : 'f');
    }
    if (!is(Tok::Name)) {
      if (diagnosing() && !is(Tok::Error)) {
        error_token(pos_, "%c-string: invalid conversion character", is_template ? 't' : 'f');
      }
      return nullptr;
    }
    if (!adjacent) {
      if (diagnosing()) {
        error_tokens(mark, pos_,
                     "%c-string: conversion type must come right after the exclamation mark",
                     is_template ? 't' : 'f');
      }
      return nullptr;
    }
    if (word.size() != 1 || (word[0] != 's' && word[0] != 'r' && word[0] != 'a')) {
      if (diagnosing()) {
        error_token(pos_,
                    "%c-string: invalid conversion character '%.*s': expected 's', 'r', or 'a'",
                    is_template ? 't' : 'f', static_cast<int>(word.size()), word.data());
      }
      return nullptr;
    }
    conversion = word[0];
    conversion_at = mark;
    advance();
  }
  size_t spec_at = pos_;
  Expr* spec = nullptr;
  if (is(Tok::Colon)) {
    spec = format_spec(raw_field_);
    P_CHECK(spec);
  }
  if (!is(Tok::RBrace)) {
    if (!diagnosing() || is(Tok::Error)) return nullptr;
    char letter = is_template ? 't' : 'f';
    if (spec) return error_token(pos_, "%c-string: expecting '}', or format specs", letter);
    if (conversion >= 0) return error_token(pos_, "%c-string: expecting ':' or '}'", letter);
    if (debug) return error_token(pos_, "%c-string: expecting '!', or ':', or '}'", letter);
    return error_token(pos_, "%c-string: expecting '=', or '!', or ':', or '}'", letter);
  }
  size_t close = pos_;
  advance();
  if (debug) {
    size_t end = conversion >= 0 ? conversion_at : spec ? spec_at : close;
    (void)after_debug;
    auto* shown = make_unlocated<Constant>();
    shown->lineno = toks_[open].lineno;
    shown->col_offset = toks_[open].col_offset + 1;
    shown->end_lineno = toks_[end].lineno;
    shown->end_col_offset = toks_[end].col_offset;
    shown->value.kind = ConstantKind::Str;
    shown->value.text = field_text(toks_[open].end, toks_[end].start);
    out.push(shown);
    if (conversion < 0 && !spec) conversion = 'r';
  }
  if (is_template) {
    auto* e = make<Interpolation>(open);
    e->value = value;
    e->str.kind = ConstantKind::Str;
    e->str.text = field_text(static_cast<uint32_t>(text_begin), static_cast<uint32_t>(text_end));
    e->conversion = conversion;
    e->format_spec = spec;
    return e;
  }
  auto* e = make<FormattedValue>(open);
  e->value = value;
  e->conversion = conversion;
  e->format_spec = spec;
  return e;
}

// The expression of a field is missing or does not parse.
std::nullptr_t Parser::diagnose_field(size_t open, bool is_template, Expr*) {
  if (!diagnosing() || is(Tok::Error)) return nullptr;
  if (pos_ == open + 1) {
    return error_token(pos_, "%c-string: expecting a valid expression after '{'",
                       is_template ? 't' : 'f');
  }
  size_t at = open + 1;
  if (toks_[at].kind == Tok::Star || toks_[at].kind == Tok::DoubleStar) {
    return error_token(at, "%c-string: expecting a valid expression after '{'",
                       is_template ? 't' : 'f');
  }
  return nullptr;
}

// ':' and what follows up to the closing brace.
Expr* Parser::format_spec(bool raw) {
  DepthGuard depth(*this);
  P_CHECK(depth.ok());
  size_t start = pos_;
  advance();
  SeqBuilder<Expr*> parts(arena_);
  for (;;) {
    if (is(Tok::FStringMiddle) || is(Tok::TStringMiddle)) {
      P_TRY(part, string_part(token(), raw));
      parts.push(part);
    } else if (is(Tok::LBrace)) {
      P_TRY(field, replacement_field(false, parts));  // never an Interpolation
      parts.push(field);
    } else {
      break;
    }
  }
  auto* e = make<JoinedStr>(start);
  fold_strings(parts, &e->values);
  return e;
}

}  // namespace taipan::ast
