// _tokenize: the tokens of source text for the library's tokenize, with its numbers and positions.
// The lines are read when the first token is asked for; the tokens up to an error come before the error.
#include "interp/loop/engine.h"
#include "interp/parser/tokenizer.h"
#include "runtime/modules/module_tools.h"
#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/types/bytes.h"
#include "runtime/types/codec.h"
#include "runtime/types/container_util.h"
#include "runtime/types/exceptions.h"
#include "runtime/types/list.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

#include <new>
#include <string>

namespace taipan {

namespace {

enum class Phase : u8 { New, Reading, Ready };

struct TokenizerIter : Object {
  Slot<> readline;
  Slot<Str> encoding;   // empty: readline gives str
  Slot<List> tokens;    // tuples, once Ready
  Slot<> error;         // comes behind them; empty: none
  Atomic<u64> at;       // the next token takes its place by adding to it
  Atomic<Phase> phase;
  bool extra_tokens;
};
TokenizerIter* iter_of(Value v) { return v.as<TokenizerIter>(); }
void iter_visit(Object* o, EdgeVisitor& visit) {
  auto* i = static_cast<TokenizerIter*>(o);
  visit(i->readline, i->encoding, i->tokens, i->error);
}

// Numbers of the library's token.py that do not follow from the order of our own tokens.
enum Number : u8 {
  kEndMarker = 0, kName = 1, kNumber = 2, kString = 3, kNewline = 4, kIndent = 5, kDedent = 6,
  kFirstOperator = 7, kOp = 55, kFStringStart = 59, kComment = 65, kNl = 66
};

// Operators have their own numbers there, in this order.
constexpr ast::Tok kOperators[] = {
    ast::Tok::LPar, ast::Tok::RPar, ast::Tok::LSqb, ast::Tok::RSqb, ast::Tok::Colon, ast::Tok::Comma, ast::Tok::Semi,
    ast::Tok::Plus, ast::Tok::Minus, ast::Tok::Star, ast::Tok::Slash, ast::Tok::VBar, ast::Tok::Amper, ast::Tok::Less,
    ast::Tok::Greater, ast::Tok::Equal, ast::Tok::Dot, ast::Tok::Percent, ast::Tok::LBrace, ast::Tok::RBrace,
    ast::Tok::EqEqual, ast::Tok::NotEqual, ast::Tok::LessEqual, ast::Tok::GreaterEqual, ast::Tok::Tilde,
    ast::Tok::Circumflex, ast::Tok::LeftShift, ast::Tok::RightShift, ast::Tok::DoubleStar, ast::Tok::PlusEqual,
    ast::Tok::MinusEqual, ast::Tok::StarEqual, ast::Tok::SlashEqual, ast::Tok::PercentEqual, ast::Tok::AmperEqual,
    ast::Tok::VBarEqual, ast::Tok::CircumflexEqual, ast::Tok::LeftShiftEqual, ast::Tok::RightShiftEqual,
    ast::Tok::DoubleStarEqual, ast::Tok::DoubleSlash, ast::Tok::DoubleSlashEqual, ast::Tok::At, ast::Tok::AtEqual,
    ast::Tok::RArrow, ast::Tok::Ellipsis, ast::Tok::ColonEqual, ast::Tok::Exclamation};

int token_number(ast::Tok kind, bool extra_tokens) {
  using ast::Tok;
  switch (kind) {
    case Tok::EndMarker: return kEndMarker;
    case Tok::Newline: return kNewline;
    case Tok::Indent: return kIndent;
    case Tok::Dedent: return kDedent;
    case Tok::Number: return kNumber;
    case Tok::String: return kString;
    case Tok::Comment: return kComment;
    case Tok::Nl: return kNl;
    case Tok::Unknown: return kOp;
    case Tok::FStringStart: case Tok::FStringMiddle: case Tok::FStringEnd:
    case Tok::TStringStart: case Tok::TStringMiddle: case Tok::TStringEnd:
      return kFStringStart + static_cast<int>(kind) - static_cast<int>(Tok::FStringStart);
    default: break;
  }
  if (kind < Tok::LPar || kind > Tok::Exclamation) return kName;  // keywords are names
  if (extra_tokens) return kOp;
  for (usize i = 0; i < std::size(kOperators); ++i) {
    if (kOperators[i] == kind) return kFirstOperator + static_cast<int>(i);
  }
  return kOp;
}

// The lines as they were read, and their text for the tokenizer: UTF-8, each ended by \n.
class Source {
 public:
  explicit Source(Thread& t) : t_(t), lines_(t) {}

  Status read(TokenizerIter* it) {
    lines_.set(TRY(list_new(t_)));
    Local<> readline(t_, it->readline.load(it));
    for (;;) {
      Result<> r = call(t_, readline);
      if (r.is_error()) return swallow(t_, StopIteration) ? Status(kDone) : Status(kError);
      Local<> line(t_, r);
      if (it->encoding.is_empty() ? !is_a<Str>(line) : !is_a<Bytes>(line)) {
        return raise(t_, TypeError, "readline() returned a non-{} object", it->encoding.is_empty() ? "string" : "bytes");
      }
      if (is_a<Bytes>(line)) {
        Utf8 encoding;
        TRY(encoding.encode(t_, it->encoding.borrow()));
        line.set(Result<>(TRY(str_decode(t_, line.value().as<Bytes>()->view(), encoding.c_str(), "replace"))));
      }
      if (line.value().as<Str>()->length() == 0) return kDone;
      TRY(add(line.value().as<Str>()));
    }
  }

  const std::string& text() const { return text_; }
  usize line_count() const { return list_size(lines_.get()); }
  // From 1. Borrowed: lines_ never changes after read().
  Str* line(usize number) const { return list_borrow(lines_.get(), number - 1).as<Str>(); }
  // Lines first..last in one.
  Result<Str> lines(usize first, usize last) const {
    if (first == last) return own(line(first));
    StrBuilder out(t_);
    for (usize i = first; i <= last; ++i) TRY(out.append(line(i)));
    return out.finish();
  }
  // What is between two places, columns in characters.
  Result<Str> between(usize line1, ssize first, usize line2, ssize last) const {
    usize column1 = static_cast<usize>(first), column2 = static_cast<usize>(last);
    if (line1 == line2) return str_substring(t_, line(line1), column1, column2);
    StrBuilder out(t_);
    TRY(out.append_range(line(line1), column1, line(line1)->length()));
    for (usize i = line1 + 1; i < line2; ++i) TRY(out.append(line(i)));
    TRY(out.append_range(line(line2), 0, column2));
    return out.finish();
  }

 private:
  // A piece may hold several lines.
  Status add(Str* piece) {
    for (usize start = 0, n = piece->length(); start < n;) {
      usize end = start;
      while (end < n && piece->at(end) != '\n') ++end;
      bool ended = end < n;
      Local<Str> line(t_, TRY(str_substring(t_, piece, start, ended ? end + 1 : end)));
      TRY(list_append(t_, lines_, line.value()));
      Utf8 utf8;
      TRY(utf8.encode(t_, line, true));
      std::string_view body = utf8.view();
      if (ended) body.remove_suffix(1);
      if (!body.empty() && body.back() == '\r' && ended) body.remove_suffix(1);
      text_.append(body).push_back('\n');
      start = ended ? end + 1 : end;
    }
    return kDone;
  }

  Thread& t_;
  Local<List> lines_;
  std::string text_;
};

class TokenList {
 public:
  TokenList(Thread& t, TokenizerIter* it, const Source& source, const ast::TokenStream& stream)
      : t_(t), it_(it), source_(source), stream_(stream), tokens_(t) {}

  Status make() {
    tokens_.set(TRY(list_new(t_)));
    for (const ast::Token& token : stream_.tokens) {
      if (token.kind == ast::Tok::Error) break;
      TRY(add(token));
    }
    it_->tokens.store(it_, tokens_.value());
    return kDone;
  }

 private:
  Status add(const ast::Token& token) {
    using ast::Tok;
    usize line = token.lineno, end_line = token.end_lineno;
    ssize column = characters(line, token.start), end_column = characters(end_line, token.end);
    Local<Str> text(t_), shown(t_);
    bool is_layout = token.kind == Tok::Indent || token.kind == Tok::Dedent || token.kind == Tok::EndMarker;
    bool at_end = is_layout && token.start == stream_.source.size();
    if (at_end) line = end_line = source_.line_count() + it_->extra_tokens;
    if (is_layout && !it_->extra_tokens) {
      column = end_column = -1;  // the parser's tokens for the layout are nowhere
      text.set(str_from_ascii(t_, ""));
    } else if (at_end) {
      column = end_column = 0;
      text.set(str_from_ascii(t_, ""));
    } else if (token.kind == Tok::Newline || token.kind == Tok::Nl) {
      // The line's own end, which may be \r\n, or nothing at the end of the text. The parser's tokens: what is before.
      end_line = line;
      ssize last = static_cast<ssize>(source_.line(line)->length());
      if (!it_->extra_tokens) last -= ending(source_.line(line));
      text.set(TRY(source_.between(line, column, line, last)));
      end_column = it_->extra_tokens && last == column ? column + 1 : last;
    } else {
      if (token.kind == Tok::Indent) column = 0;
      text.set(TRY(source_.between(line, column, end_line, end_column)));
    }
    shown.set(at_end ? str_from_ascii(t_, "") : TRY(source_.lines(line, end_line)));
    Local<Tuple> start(t_, TRY(place(line, column))), end(t_, TRY(place(end_line, end_column)));
    Value parts[] = {Value::small_int(token_number(token.kind, it_->extra_tokens)), text, start, end, shown};
    Local<Tuple> tuple(t_, TRY(tuple_from(t_, parts, 5)));
    return list_append(t_, tokens_, tuple.value());
  }
  Result<Tuple> place(usize line, ssize column) {
    return tuple_of(t_, Value::small_int(static_cast<i64>(line)), Value::small_int(column));
  }
  // Characters of the line's end.
  static ssize ending(const Str* line) {
    usize n = line->length();
    if (n == 0 || line->at(n - 1) != '\n') return 0;
    return n > 1 && line->at(n - 2) == '\r' ? 2 : 1;
  }
  // The column of a byte of the tokenizer's text.
  ssize characters(usize line, u32 offset) const {
    u32 start = stream_.line_starts[line - 1];
    return static_cast<ssize>(ast::count_characters(stream_.source.substr(start, offset - start)));
  }

  Thread& t_;
  TokenizerIter* it_;
  const Source& source_;
  const ast::TokenStream& stream_;
  Local<List> tokens_;
};

ast::SyntaxErrorInfo error_of(const ast::TokenStream& stream, usize lines) {
  const ast::TextError& e = stream.error;
  ast::SyntaxErrorInfo info = ast::error_info(e);
  if (e.at_eof) {
    info.message = "unexpected EOF in multi-line statement";
    info.lineno = info.end_lineno = static_cast<int>(lines);
    info.offset = info.end_offset = 0;
  }
  if (info.lineno >= 1 && static_cast<usize>(info.lineno) <= stream.line_starts.size()) {
    std::string_view line = stream.source.substr(stream.line_starts[info.lineno - 1]);
    info.text = line.substr(0, line.find('\n'));
  }
  return info;
}

Status read_tokens(Thread& t, TokenizerIter* it) {
  Source source(t);
  ast::SyntaxErrorInfo error;
  try {
    TRY(source.read(it));
    ast::Arena arena;
    ast::TokenStream stream;
    stream.source = source.text();
    Local<Str> filename(t, TRY(str_from_ascii(t, "<string>")));
    if (source.text().find('\0') != std::string::npos) {
      it->tokens.store(it, TRY(list_new(t)));
      error.kind = ast::ErrorKind::SyntaxError;
      error.message = "source code cannot contain null bytes";
      error.lineno = error.end_lineno = 1;
    } else {
      ast::Flags flags;
      flags.source_is_utf8 = true;
      flags.extra_tokens = it->extra_tokens;
      ast::tokenize(stream, flags, ast::Mode::Exec, arena);
      TRY(TokenList(t, it, source, stream).make());
      if (stream.error.kind == ast::ErrorKind::None) return kDone;
      error = error_of(stream, source.line_count());
    }
    (void)raise_syntax_error(t, error, filename);
    Local<BaseException> raised(t, take_error(t));
    if (error.kind == ast::ErrorKind::IndentationError) {  // has a place, but no end
      for (const char* name : {"end_lineno", "end_offset"}) {
        Local<Str> key(t, TRY(str_intern(t, name)));
        TRY(set_attribute(t, raised, key, none_value()));
      }
    }
    it->error.store(it, raised.value());
    return kDone;
  } catch (const std::bad_alloc&) {
    return (void)raise_memory_error(t), kError;
  }
}

Result<> iter_next(Thread& t, Value self) {
  TokenizerIter* it = iter_of(self);
  Phase phase = it->phase.load_acquire();
  if (phase != Phase::Ready) {
    Phase fresh = Phase::New;
    if (!it->phase.cas_acquire(fresh, Phase::Reading)) return raise(t, ValueError, "tokenizer is reading already");
    Status done = read_tokens(t, it);
    it->phase.store_release(done.is_error() ? Phase::New : Phase::Ready);
    if (done.is_error()) return kError;
  }
  Local<List> tokens(t, it->tokens.load(it));
  u64 at = it->at.fetch_add_relaxed(1);
  if (at < list_size(tokens)) return list_get(t, tokens, at);
  Local<> error(t, it->error.load(it));
  if (error.is_empty()) return Result<>::absent();
  it->error.clear(it);
  return raise_object(t, error);
}

Result<> iter_construct(Thread& t, Type* cls, Value readline, bool extra_tokens, Value encoding) {
  if (!encoding.is_empty() && !is_a<Str>(encoding)) {
    return raise(t, TypeError, "tokenizeriter() argument 'encoding' must be str, not {!T}", encoding);
  }
  auto* it = new_object<TokenizerIter>(t, *cls);
  if (it == nullptr) return kError;
  it->readline.init(readline);
  it->encoding.init(encoding);
  it->extra_tokens = extra_tokens;
  it->phase.store_relaxed(Phase::New);
  return own_new<Object>(it);
}
const NativeDef kNew = def<iter_construct>("tokenizeriter($type, readline, /, *, extra_tokens, encoding=<unrepresentable>)", nullptr);
Result<> iter_new(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  return call_native(t, kNew, Value(&cls), args, nargs, kwnames);
}

const TypeDef kTokenizerIter = {
    .name = "_tokenize.TokenizerIter",
    .flags = kTypeGcTracked | kTypeImmutable,
    .size = sizeof(TokenizerIter),
    .slots = {.visit = iter_visit, .new_ = iter_new, .iter = iterate_self, .next = iter_next},
    .text_signature = "(readline, /, *, extra_tokens, encoding=<unrepresentable>)",
};

Status tokenize_exec(Thread& t, Module* m) {
  Type* type;
  return module_add_type(t, m, kTokenizerIter, &type);
}

}  // namespace

extern const ModuleDef tokenize_module_def;
const ModuleDef tokenize_module_def = {"_tokenize", "Tokens of Python source.", {}, {}, tokenize_exec};

}  // namespace taipan
