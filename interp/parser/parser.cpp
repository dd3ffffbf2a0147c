// Entry point, error records, positions, assignment contexts.
#include "interp/parser/parser.h"

#include <cstdio>

#include "interp/parser/parser_impl.h"
#include "interp/parser/source.h"

namespace taipan::ast {

// --- errors

int Parser::characters(uint32_t line, int64_t bytes) const {
  if (bytes < 0) return static_cast<int>(bytes);
  if (line == 0 || line > stream_.line_starts.size()) return static_cast<int>(bytes);
  std::string_view rest = stream_.source.substr(stream_.line_starts[line - 1]);
  return count_characters(rest.substr(0, static_cast<size_t>(bytes)));
}

std::nullptr_t Parser::record(ErrorKind kind, uint32_t line, int64_t col, uint32_t end_line,
                              int64_t end_col, const char* format, va_list args) {
  if (speculative_ || failed()) return nullptr;
  char message[400];
  vsnprintf(message, sizeof message, format, args);
  error_.kind = kind;
  error_.message = arena_.copy(message);
  error_.lineno = static_cast<int>(line);
  error_.end_lineno = static_cast<int>(end_line);
  error_.offset = characters(line, col) + 1;
  error_.end_offset = characters(end_line, end_col) + 1;
  return nullptr;
}

#define P_RECORD(...)     \
  va_list args;           \
  va_start(args, format); \
  record(__VA_ARGS__);    \
  va_end(args);           \
  return nullptr

std::nullptr_t Parser::error_range(const Location& from, const Location& to, const char* format, ...) {
  P_RECORD(ErrorKind::SyntaxError, from.lineno, from.col_offset, to.end_lineno, to.end_col_offset,
           format, args);
}
std::nullptr_t Parser::error_at(const Location& at, const char* format, ...) {
  P_RECORD(ErrorKind::SyntaxError, at.lineno, at.col_offset, at.end_lineno, at.end_col_offset, format,
           args);
}
std::nullptr_t Parser::error_token(size_t token, const char* format, ...) {
  Location at = location_of(token);
  P_RECORD(ErrorKind::SyntaxError, at.lineno, at.col_offset, at.end_lineno, at.end_col_offset, format,
           args);
}
std::nullptr_t Parser::error_tokens(size_t from, size_t to, const char* format, ...) {
  const Token &a = toks_[from], &b = toks_[to];
  P_RECORD(ErrorKind::SyntaxError, a.lineno, a.col_offset, b.end_lineno, b.end_col_offset, format,
           args);
}
std::nullptr_t Parser::error_from_to(const Location& from, size_t token, const char* format, ...) {
  const Token& b = toks_[token];
  P_RECORD(ErrorKind::SyntaxError, from.lineno, from.col_offset, b.end_lineno, b.end_col_offset,
           format, args);
}

// Tokens without text of their own count as the place where the tokenizer stood.
std::nullptr_t Parser::error_last(ErrorKind kind, const char* format, ...) {
  const Token& t = toks_[pos_ > furthest_ ? pos_ : furthest_];
  bool empty = t.kind == Tok::Indent || t.kind == Tok::Dedent || t.kind == Tok::EndMarker;
  int64_t col = t.col_offset, end = empty ? -2 : int64_t{t.end_col_offset};
  if (empty) col--;
  P_RECORD(kind, t.lineno, col < 0 ? -1 : col, t.end_lineno, end, format, args);
}
#undef P_RECORD

std::nullptr_t Parser::too_deep() {
  speculative_ = 0;
  if (!failed()) {
    error_.kind = ErrorKind::MemoryError;
    error_.message = "Parser stack overflowed - Python source too complex to parse";
    error_.lineno = static_cast<int>(token().lineno);
  }
  return nullptr;
}

Location Parser::location_of(size_t i) const {
  const Token& t = toks_[i];
  return {t.lineno, t.col_offset, t.end_lineno, t.end_col_offset};
}

std::nullptr_t Parser::unclosed_bracket() {
  const OpenBracket& b = stream_.open.back();
  char message[40];
  snprintf(message, sizeof message, "'%c' was never closed", b.bracket);
  error_ = {};
  error_.kind = ErrorKind::SyntaxError;
  error_.message = arena_.copy(message);
  error_.lineno = error_.end_lineno = static_cast<int>(b.lineno);
  error_.offset = characters(b.lineno, b.col_offset) + 1;
  error_.end_offset = 0;
  return nullptr;
}

// What the rest of the text has wrong outranks a parser's error. True: error_ was replaced.
bool Parser::check_rest(int error_line) {
  if (stream_.tokens.back().kind != Tok::Error) return false;
  // Of these CPython's tokenizer only notes a code, which nobody reads here.
  if (stream_.error.whole_line) {
    if (stream_.open.empty() || error_line <= static_cast<int>(stream_.open.back().lineno)) {
      return false;
    }
    unclosed_bracket();
    return true;
  }
  error_ = stream_.error;
  return true;
}

void Parser::finish_error(size_t first) {
  if (error_.kind == ErrorKind::MemoryError) return;
  const Token& last = toks_[first];
  if (last.kind != Tok::Error && toks_[furthest_].kind == Tok::Error) {
    // The search for a better message ran into an error of the text itself.
    if (stream_.error.at_eof && !stream_.open.empty()) {
      unclosed_bracket();
    } else {
      error_ = stream_.error;
    }
    return;
  }
  if (failed()) {
    if (last.kind != Tok::Error) check_rest(static_cast<int>(toks_[furthest_].lineno));
    return;
  }
  if (last.kind == Tok::Error) {
    if (stream_.error.at_eof && !stream_.open.empty()) {
      unclosed_bracket();
    } else {
      error_ = stream_.error;
    }
    return;
  }
  speculative_ = 0;
  furthest_ = pos_ = first;
  if (last.kind == Tok::Indent || last.kind == Tok::Dedent) {
    error_last(ErrorKind::IndentationError,
               last.kind == Tok::Indent ? "unexpected indent" : "unexpected unindent");
    return;
  }
  error_token(first, "invalid syntax");
  if (last.kind == Tok::EndMarker) error_.end_offset = error_.offset;
  check_rest(static_cast<int>(last.lineno));
}

const char* Parser::expression_name(const Expr* e) {
  switch (e->kind) {
    case Kind::Attribute: return "attribute";
    case Kind::Subscript: return "subscript";
    case Kind::Starred: return "starred";
    case Kind::Name: return "name";
    case Kind::List: return "list";
    case Kind::Tuple: return "tuple";
    case Kind::Lambda: return "lambda";
    case Kind::Call: return "function call";
    case Kind::BoolOp: case Kind::BinOp: case Kind::UnaryOp: return "expression";
    case Kind::GeneratorExp: return "generator expression";
    case Kind::Yield: case Kind::YieldFrom: return "yield expression";
    case Kind::Await: return "await expression";
    case Kind::ListComp: return "list comprehension";
    case Kind::SetComp: return "set comprehension";
    case Kind::DictComp: return "dict comprehension";
    case Kind::Dict: return "dict literal";
    case Kind::Set: return "set display";
    case Kind::JoinedStr: case Kind::FormattedValue: return "f-string expression";
    case Kind::TemplateStr: case Kind::Interpolation: return "t-string expression";
    case Kind::Compare: return "comparison";
    case Kind::IfExp: return "conditional expression";
    case Kind::NamedExpr: return "named expression";
    case Kind::Constant:
      switch (as<Constant>(e)->value.kind) {
        case ConstantKind::None: return "None";
        case ConstantKind::True: return "True";
        case ConstantKind::False: return "False";
        case ConstantKind::Ellipsis: return "ellipsis";
        default: return "literal";
      }
    default: return "expression";
  }
}

Expr* Parser::find_invalid_target(Expr* e, Targets which) {
  switch (e->kind) {
    case Kind::Name: case Kind::Attribute: case Kind::Subscript: return nullptr;
    case Kind::List: case Kind::Tuple: {
      Seq<Expr*> elts = e->kind == Kind::List ? as<List>(e)->elts : as<Tuple>(e)->elts;
      for (Expr* item : elts) {
        if (Expr* bad = find_invalid_target(item, which)) return bad;
      }
      return nullptr;
    }
    case Kind::Starred:
      return which == Targets::Del ? e : find_invalid_target(as<Starred>(e)->value, which);
    case Kind::Compare:
      if (which == Targets::For) {
        auto* compare = as<Compare>(e);
        return compare->ops[0] == CmpOperator::In ? find_invalid_target(compare->left, which)
                                                  : nullptr;
      }
      return e;
    default: return e;
  }
}

std::nullptr_t Parser::invalid_target(Expr* e, Targets which) {
  Expr* bad = find_invalid_target(e, which);
  if (!bad) return nullptr;
  return error_at(*bad, which == Targets::Del ? "cannot delete %s" : "cannot assign to %s",
                  expression_name(bad));
}

// Marks an expression read as Load as a target. False: it cannot be one.
bool Parser::set_context(Expr* e, ExprContext ctx) {
  switch (e->kind) {
    case Kind::Name: as<Name>(e)->ctx = ctx; return true;
    case Kind::Attribute: as<Attribute>(e)->ctx = ctx; return true;
    case Kind::Subscript: as<Subscript>(e)->ctx = ctx; return true;
    case Kind::Starred:
      if (ctx == ExprContext::Del) return false;
      as<Starred>(e)->ctx = ctx;
      return set_context(as<Starred>(e)->value, ctx);
    case Kind::List: case Kind::Tuple: {
      bool list = e->kind == Kind::List;
      (list ? as<List>(e)->ctx : as<Tuple>(e)->ctx) = ctx;
      for (Expr* item : list ? as<List>(e)->elts : as<Tuple>(e)->elts) {
        if (!set_context(item, ctx)) return false;
      }
      return true;
    }
    default: return false;
  }
}

// --- tokens

bool Parser::can_start_expression(Tok k) const {
  switch (k) {
    case Tok::Name: case Tok::Number: case Tok::String: case Tok::FStringStart:
    case Tok::TStringStart: case Tok::LPar: case Tok::LSqb: case Tok::LBrace: case Tok::Plus:
    case Tok::Minus: case Tok::Tilde: case Tok::Ellipsis: case Tok::KwFalse: case Tok::KwNone:
    case Tok::KwTrue: case Tok::KwNot: case Tok::KwLambda: case Tok::KwAwait:
      return true;
    default: return false;
  }
}

bool Parser::is_soft_keyword(const Token& t) const {
  if (t.kind != Tok::Name) return false;
  std::string_view s = text(t);
  return s == "_" || s == "case" || s == "match" || s == "type" || s == "lazy";
}

Identifier Parser::identifier(const Token& t) {
  std::string_view s = text(t);
  if (parser_hooks.normalize_identifier) {
    for (unsigned char c : s) {
      if (c >= 0x80) return arena_.intern(parser_hooks.normalize_identifier(s, arena_));
    }
  }
  return arena_.intern(s);
}

bool Parser::name(Identifier* out) {
  if (!is(Tok::Name)) return false;
  *out = identifier(token());
  advance();
  return true;
}

bool Parser::expect_forced(Tok k, const char* what) {
  if (accept(k)) return true;
  if (diagnosing() && !is(Tok::Error)) error_token(pos_, "expected '%s'", what);
  return false;
}

bool Parser::has_feature(int minor, const char* what) {
  if (flags_.feature_version >= minor) return true;
  error_last(ErrorKind::SyntaxError, "%s only supported in Python 3.%d and greater", what, minor);
  return false;
}

// [TYPE_COMMENT]
void Parser::type_comment(std::string_view* out) {
  if (!is(Tok::TypeComment)) return;
  *out = arena_.copy(text(token()));
  advance();
}

// That of a function: behind the colon, or on a line of its own before the body.
bool Parser::function_type_comment(std::string_view* out) {
  bool own_line = is(Tok::Newline) && kind_after(1) == Tok::TypeComment && kind_after(2) == Tok::Newline &&
                  kind_after(3) == Tok::Indent;
  if (own_line) advance();
  type_comment(out);
  if (out->data() && kind_after(1) == Tok::TypeComment) {
    error_last(ErrorKind::SyntaxError, "Cannot have two type comments on def");
    return false;
  }
  return true;
}

// --- entry

Mod* Parser::run() {
  Mod* tree = module();
  if (tree) return tree;
  if (!failed()) {
    size_t first = furthest_ > pos_ ? furthest_ : pos_;
    pos_ = furthest_ = 0;
    depth_ = speculative_ = string_depth_ = 0;
    diagnose_ = true;
    std::vector<SyntaxWarningInfo> seen;
    seen.swap(warnings_);
    module();
    finish_error(first);
    warnings_.swap(seen);  // no second time
  } else {
    finish_error(furthest_ > pos_ ? furthest_ : pos_);
  }
  return nullptr;
}

namespace {

bool is_compound(const Stmt* s) {
  switch (s->kind) {
    case Kind::If: case Kind::While: case Kind::For: case Kind::AsyncFor: case Kind::Try: case Kind::TryStar: case Kind::With:
    case Kind::AsyncWith: case Kind::FunctionDef: case Kind::AsyncFunctionDef: case Kind::ClassDef: case Kind::Match: return true;
    default: return false;
  }
}

}  // namespace

Mod* Parser::module() {
  switch (mode_) {
    case Mode::Eval: {
      P_TRY(body, is(Tok::KwYield) ? nullptr : [&]() -> Expr* {
        size_t start = pos_;
        P_TRY(first, expression());
        return is(Tok::Comma) ? make_tuple(start, first, &Parser::expression) : first;
      }());
      while (accept(Tok::Newline)) {
      }
      P_CHECK(is(Tok::EndMarker));
      auto* tree = make_unlocated<Expression>();
      tree->body = body;
      return tree;
    }
    case Mode::FuncType: {
      SeqBuilder<Expr*> types(arena_);
      P_CHECK(expect(Tok::LPar));
      bool star = false, double_star = false;  // one of each at most, in this order
      while (!is(Tok::RPar)) {
        P_CHECK(!double_star);
        if (accept(Tok::DoubleStar)) {
          double_star = true;
        } else {
          P_CHECK(!star);
          star = accept(Tok::Star);
        }
        P_TRY(type, expression());
        types.push(type);
        if (!accept(Tok::Comma)) break;
      }
      P_CHECK(expect(Tok::RPar) && expect(Tok::RArrow));
      P_TRY(returns, expression());
      while (accept(Tok::Newline)) {
      }
      P_CHECK(is(Tok::EndMarker));
      auto* tree = make_unlocated<FunctionType>();
      tree->argtypes = types.finish();
      tree->returns = returns;
      return tree;
    }
    case Mode::Single: {
      SeqBuilder<Stmt*> body(arena_);
      auto* tree = make_unlocated<Interactive>();
      if (is(Tok::Newline)) {
        size_t start = pos_;
        advance();
        body.push(make<Pass>(start));
      } else {
        P_CHECK(!is(Tok::EndMarker));
        P_CHECK(statement(body));
        if (is_compound(body.back())) P_CHECK(expect(Tok::Newline));
      }
      tree->body = body.finish();
      while (accept(Tok::Newline)) {
      }
      if (!is(Tok::EndMarker)) {
        speculative_ = 0;
        if (is(Tok::Error)) return nullptr;
        furthest_ = pos_;
        error_token(pos_, "multiple statements found while compiling a single statement");
        return nullptr;
      }
      return tree;
    }
    case Mode::Exec: break;
  }
  SeqBuilder<Stmt*> body(arena_);
  while (!is(Tok::EndMarker)) {
    P_CHECK(statement(body));
  }
  auto* tree = make_unlocated<Module>();
  tree->body = body.finish();
  SeqBuilder<TypeIgnore*> ignores(arena_);
  for (const TypeIgnoreComment& comment : stream_.type_ignores) {
    auto* ignore = make_unlocated<TypeIgnore>();
    ignore->line = static_cast<int>(comment.lineno);
    ignore->tag = arena_.copy(comment.tag);
    ignores.push(ignore);
  }
  tree->type_ignores = ignores.finish();
  return tree;
}

ParseResult parse(std::string_view source, std::string_view, Mode mode, Flags flags, Arena& arena) {
  ParseResult result;
  PreparedSource prepared;
  if (!prepare_source(source, flags, arena, prepared, result.error)) return result;
  result.encoding = prepared.encoding;
  TokenStream stream;
  stream.source = prepared.text;
  stream.newline_added = prepared.newline_added;
  tokenize(stream, flags, mode, arena);
  Parser parser(stream, mode, flags, arena);
  result.tree = parser.run();

  // Those of what was read before an error, too.
  SeqBuilder<SyntaxWarningInfo> warnings(arena);
  auto collect = [&](const std::vector<SyntaxWarningInfo>& list) {
    for (const auto& w : list) {
      if (result.tree || w.lineno <= parser.error().lineno) warnings.push(w);
    }
  };
  collect(stream.warnings);
  collect(parser.warnings());
  result.warnings = warnings.finish();
  if (result.tree) return result;
  const TextError& e = parser.error();
  SyntaxErrorInfo& out = result.error;
  out = error_info(e);
  bool at_end = parser.furthest() + 1 >= stream.tokens.size() || parser.furthest() >= stream.at_end;
  bool open_string = e.from_tokenizer && (e.message.starts_with("unterminated triple-quoted") ||
                                          (mode == Mode::Single && stream.string_at_end));
  if (flags.allow_incomplete_input && (at_end || open_string) &&
      (open_string || stream.tokens.back().kind == Tok::EndMarker || stream.error.at_eof)) {
    out.kind = ErrorKind::IncompleteInput;
    out.message = "incomplete input";
  }
  if (e.lineno >= 1 && static_cast<size_t>(e.lineno) <= stream.line_starts.size() && !e.no_text) {
    size_t begin = stream.line_starts[e.lineno - 1];
    size_t end = prepared.text.find('\n', begin);
    if (end == std::string_view::npos) end = prepared.text.size();
    bool current = static_cast<uint32_t>(e.lineno) >= stream.tokens[parser.furthest()].end_lineno;
    if (e.from_tokenizer ? e.whole_line : current) end++;
    if (end > prepared.text.size()) end = prepared.text.size();
    out.text = prepared.text.substr(begin, end - begin);
  }
  if (mode == Mode::Eval && prepared.newline_added) {
    // eval() does without the newline that others add: it is not shown, and an error at it has no column.
    if (out.text.data() && out.text.end() == prepared.text.end()) out.text.remove_suffix(1);
    const Token& at = stream.tokens[parser.furthest()];
    bool is_last = at.kind == Tok::Newline && at.end == prepared.text.size();
    if (is_last && !e.from_tokenizer && e.lineno == static_cast<int>(at.lineno) &&
        e.offset == count_characters(prepared.text.substr(at.start - at.col_offset, at.col_offset)) + 1) {
      out.offset = out.end_offset = 0;
    }
  }
  return result;
}

}  // namespace taipan::ast
