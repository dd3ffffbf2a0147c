#include "interp/parser/tokenizer.h"

#include <cstdarg>
#include <cstdio>

#include "interp/parser/tokenizer_impl.h"

namespace taipan::ast {

int count_characters(std::string_view text) {
  int n = 0;
  for (unsigned char c : text) n += (c & 0xC0) != 0x80;
  return n;
}

uint32_t decode_utf8(const char* p, int* length) {
  auto at = [&](int i) { return static_cast<unsigned char>(p[i]); };
  uint32_t c = at(0);
  if (c < 0x80) return *length = 1, c;
  if (c < 0xE0) return *length = 2, (c & 0x1F) << 6 | (at(1) & 0x3F);
  if (c < 0xF0) return *length = 3, (c & 0x0F) << 12 | (at(1) & 0x3F) << 6 | (at(2) & 0x3F);
  *length = 4;
  return (c & 7) << 18 | (at(1) & 0x3F) << 12 | (at(2) & 0x3F) << 6 | (at(3) & 0x3F);
}

namespace {

// Without Unicode tables: what is certainly no letter, so that stray punctuation is still found.
bool is_plain_symbol(uint32_t c) {
  if (c < 0xC0) return c != 0xAA && c != 0xB5 && c != 0xB7 && c != 0xBA;
  if (c == 0xD7 || c == 0xF7) return true;
  if (c >= 0x2000 && c <= 0x2070) return c != 0x203F && c != 0x2040 && c != 0x2054;
  if (c >= 0x20A0 && c <= 0x20CF) return true;
  if (c >= 0x2190 && c <= 0x2BFF) return true;
  if (c >= 0x3000 && c <= 0x3004) return true;
  if (c >= 0x3008 && c <= 0x3020) return true;
  if (c >= 0xFF01 && c <= 0xFF0F) return true;
  return c >= 0x1F000 && c <= 0x1FAFF;
}

bool is_start(uint32_t c) {
  if (c < 128) return is_name_start(static_cast<int>(c));
  return parser_hooks.is_identifier_start ? parser_hooks.is_identifier_start(c)
                                          : !is_plain_symbol(c);
}

bool is_continue(uint32_t c) {
  if (c < 128) return is_name_char(static_cast<int>(c));
  return parser_hooks.is_identifier_continue ? parser_hooks.is_identifier_continue(c)
                                             : !is_plain_symbol(c);
}

bool is_unprintable(uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0xA0) || c == 0xAD || (c >= 0x2000 && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202F) || (c >= 0x205F && c <= 0x206F) || c == 0x3000 ||
         c == 0xFEFF || (c >= 0xE000 && c <= 0xF8FF) || (c >= 0xFFF0 && c <= 0xFFFB);
}

struct KeywordText {
  std::string_view text;
  Tok kind;
};
constexpr KeywordText kKeywords[] = {
#define TOKEN(name)
#define OPERATOR(name, text)
#define KEYWORD(name, text) {text, Tok::name},
#include "interp/parser/tokens.def"
#undef TOKEN
#undef OPERATOR
#undef KEYWORD
};

// Keywords by first letter and length: one comparison, rarely two, decides.
struct KeywordIndex {
  uint8_t first[26][9] = {};  // index + 1 of the first keyword with this letter and length
  uint8_t chain[40] = {};
  constexpr KeywordIndex() {
    for (int i = static_cast<int>(std::size(kKeywords)) - 1; i >= 3; i--) {
      auto& head = first[kKeywords[i].text[0] - 'a'][kKeywords[i].text.size()];
      chain[i] = head;
      head = static_cast<uint8_t>(i + 1);
    }
  }
};
constexpr KeywordIndex kKeywordIndex;

Tok name_kind(std::string_view name) {
  if (name.size() < 2 || name.size() > 8) return Tok::Name;
  if (name[0] >= 'a' && name[0] <= 'z') {
    for (int i = kKeywordIndex.first[name[0] - 'a'][name.size()]; i; i = kKeywordIndex.chain[i - 1]) {
      if (kKeywords[i - 1].text == name) return kKeywords[i - 1].kind;
    }
    return Tok::Name;
  }
  for (int i = 0; i < 3; i++) {
    if (kKeywords[i].text == name) return kKeywords[i].kind;
  }
  return Tok::Name;
}

}  // namespace

Tokenizer::Tokenizer(TokenStream& out, Flags flags, Mode mode, Arena& arena)
    : out_(out), flags_(flags), parse_mode_(mode), arena_(arena) {
  begin_ = cur_ = line_start_ = out.source.data();
  end_ = begin_ + out.source.size();
  indents_[0] = alt_indents_[0] = 0;
  out_.line_starts.push_back(0);
  out_.tokens.reserve(out.source.size() / 4 + 16);
}

void tokenize(TokenStream& out, Flags flags, Mode mode, Arena& arena) {
  Tokenizer(out, flags, mode, arena).run();
}

void Tokenizer::run() {
  while (step()) {
  }
}

bool Tokenizer::step() {
  if (inside_string() && mode().in_text) return string_text();
  return regular();
}

int Tokenizer::column() const {
  return count_characters({line_start_, static_cast<size_t>(cur_ - line_start_)});
}

bool Tokenizer::emit(Tok kind, const char* end) {
  Token t;
  t.kind = kind;
  t.level = static_cast<uint8_t>(out_.open.size());
  t.start = offset(start_);
  t.end = offset(end);
  t.lineno = start_line_;
  t.col_offset = static_cast<uint32_t>(start_ - start_line_start_);
  t.end_lineno = lineno_;
  t.end_col_offset = static_cast<uint32_t>(end - line_start_);
  out_.tokens.push_back(t);
  return true;
}

bool Tokenizer::emit_at(Tok kind, uint32_t line, const char* line_start, const char* p) {
  Token t;
  t.kind = kind;
  t.level = static_cast<uint8_t>(out_.open.size());
  t.start = t.end = offset(p);
  t.lineno = t.end_lineno = line;
  t.col_offset = t.end_col_offset = static_cast<uint32_t>(p - line_start);
  out_.tokens.push_back(t);
  return true;
}

bool Tokenizer::fail_with(ErrorKind kind, const char* message, int lineno, int offset,
                          int end_offset) {
  TextError& e = out_.error;
  e.kind = kind;
  e.message = arena_.copy(message);
  e.lineno = e.end_lineno = lineno;
  e.offset = offset;
  e.end_offset = end_offset;
  e.from_tokenizer = true;
  emit_at(Tok::Error, lineno_, line_start_, cur_);
  return false;
}

bool Tokenizer::fail(const char* format, ...) {
  char message[256];
  va_list args;
  va_start(args, format);
  vsnprintf(message, sizeof message, format, args);
  va_end(args);
  int at = column();
  return fail_columns(at, at, "%s", message);
}

bool Tokenizer::fail_columns(int offset, int end_offset, const char* format, ...) {
  char message[256];
  va_list args;
  va_start(args, format);
  vsnprintf(message, sizeof message, format, args);
  va_end(args);
  fail_with(ErrorKind::SyntaxError, message, static_cast<int>(lineno_), offset, end_offset);
  out_.error.whole_line = false;
  return false;
}

void Tokenizer::warn(const char* format, ...) {
  if (!flags_.warn_syntax) return;
  char message[200];
  va_list args;
  va_start(args, format);
  vsnprintf(message, sizeof message, format, args);
  va_end(args);
  SyntaxWarningInfo w;
  w.message = arena_.copy(message);
  w.lineno = w.end_lineno = static_cast<int>(lineno_);
  w.col_offset = static_cast<int>(cur_ - line_start_);
  w.end_col_offset = w.col_offset;
  out_.warnings.push_back(w);
}

void Tokenizer::warn_escape(int c) {
  warn("\"\\%c\" is an invalid escape sequence. Such sequences will not work in the future. "
       "Did you mean \"\\\\%c\"? A raw string is also an option.", c, c);
}

// Indentation of a new line: emits Indent, Dedents, or nothing for blank lines.
bool Tokenizer::begin_line() {
  int col = 0, alt_col = 0, continued_col = 0;
  at_line_begin_ = false;
  line_has_tokens_ = false;
  int c;
  for (;;) {
    c = next();
    if (c == ' ') {
      col++;
      alt_col++;
    } else if (c == '\t') {
      col = (col / 8 + 1) * 8;
      alt_col++;
    } else if (c == '\f') {
      col = alt_col = 0;
    } else if (c == '\\') {
      continued_col = continued_col ? continued_col : col;
      if (!line_continuation()) return false;
    } else {
      break;
    }
  }
  back();
  if (c == '#' || c == '\n' || c == kEnd) {
    // Blank lines do not count, except one that is empty in interactive input.
    if (!(c == kEnd)) return true;
    return true;
  }
  if (!out_.open.empty()) return true;
  if (continued_col) col = alt_col = continued_col;
  auto tab_error = [&] {
    cur_ = end_;
    return fail_with(ErrorKind::TabError, "inconsistent use of tabs and spaces in indentation",
                     static_cast<int>(lineno_), 1, 0);
  };
  if (col == indents_[indent_top_]) {
    if (alt_col != alt_indents_[indent_top_]) return tab_error();
  } else if (col > indents_[indent_top_]) {
    if (indent_top_ + 1 >= kMaxIndents) {
      return fail_with(ErrorKind::IndentationError, "too many levels of indentation",
                       static_cast<int>(lineno_), 1, 0);
    }
    if (alt_col <= alt_indents_[indent_top_]) return tab_error();
    indents_[++indent_top_] = col;
    alt_indents_[indent_top_] = alt_col;
    emit_at(Tok::Indent, lineno_, line_start_, cur_);
  } else {
    while (indent_top_ > 0 && col < indents_[indent_top_]) {
      indent_top_--;
      emit_at(Tok::Dedent, lineno_, line_start_, cur_);
    }
    if (col != indents_[indent_top_]) {
      while (flags_.extra_tokens && out_.tokens.back().kind == Tok::Dedent) out_.tokens.pop_back();  // not seen before an error
      const char* line_end = cur_;
      while (line_end < end_ && *line_end != '\n') line_end++;
      if (line_end < end_) line_end++;
      int at = count_characters({line_start_, static_cast<size_t>(line_end - line_start_)});
      return fail_with(ErrorKind::IndentationError,
                       "unindent does not match any outer indentation level",
                       static_cast<int>(lineno_), at, -1);
    }
    if (alt_col != alt_indents_[indent_top_]) return tab_error();
  }
  return true;
}

// cur_ is behind a backslash.
bool Tokenizer::line_continuation() {
  bool at_end = parse_mode_ == Mode::Single && out_.newline_added && cur_ + 1 == end_;
  if (peek() != '\n' || at_end) {
    int at = column();
    return fail_with(ErrorKind::SyntaxError, "unexpected character after line continuation character",
                     static_cast<int>(lineno_), at + 1 + flags_.extra_tokens, 0);
  }
  int at = column();
  next();
  new_line();
  if (cur_ >= end_) {
    fail_with(ErrorKind::SyntaxError, "unexpected EOF while parsing", static_cast<int>(lineno_),
              at + 1, -1);
    out_.error.at_eof = true;
    return false;
  }
  return true;
}

bool Tokenizer::regular() {
again:
  if (at_line_begin_ && !begin_line()) return false;
  while (cur_ < end_ && (*cur_ == ' ' || *cur_ == '\t' || *cur_ == '\f')) cur_++;
  mark_start();
  int c = peek();
  if (c == '#') {
    while (cur_ < end_ && *cur_ != '\n') cur_++;
    if (flags_.extra_tokens) return emit(Tok::Comment);
    if (flags_.type_comments && type_comment()) return true;
    c = peek();  // the newline token begins where its comment does
  }
  if (c == kEnd) {
    if (inside_string() || !out_.open.empty()) {
      fail_with(ErrorKind::SyntaxError, "unexpected EOF while parsing", static_cast<int>(lineno_),
                column(), -1);
      out_.error.at_eof = true;
      return false;
    }
    bool no_newline = parse_mode_ == Mode::Single && out_.newline_added;
    out_.at_end = out_.tokens.size() - (no_newline && line_had_tokens_);
    auto close_blocks = [&] {
      for (; indent_top_ > 0; indent_top_--) emit_at(Tok::Dedent, lineno_, line_start_, cur_);
    };
    if (parse_mode_ != Mode::Single || out_.tokens.empty()) {
      close_blocks();
    } else if (!no_newline) {
      close_blocks();
      emit_at(Tok::Newline, lineno_, line_start_, cur_);  // the empty line that ends a compound statement
    } else {
      // The end stands for the end of the last line, even if nothing is on it. Blocks are closed behind it, and the
      // statement ended, unless that is to be typed.
      if (!line_had_tokens_) emit_at(Tok::Newline, lineno_, line_start_, cur_);
      if (indent_top_ > 0 && !flags_.dont_imply_dedent) {
        close_blocks();
        emit_at(Tok::Newline, lineno_, line_start_, cur_);
      }
    }
    emit_at(Tok::EndMarker, lineno_, line_start_, cur_);
    return false;
  }
  if (is_name_start(c)) {
    line_has_tokens_ = true;
    return name_or_string();
  }
  if (c == '\n') {
    cur_++;
    bool significant = line_has_tokens_ && out_.open.empty();
    line_had_tokens_ = significant;
    if (significant || flags_.extra_tokens) emit(significant ? Tok::Newline : Tok::Nl);
    new_line();
    if (out_.open.empty()) at_line_begin_ = true;
    if (significant || flags_.extra_tokens) return true;
    goto again;
  }
  if (c == '\\') {
    cur_++;
    if (!line_continuation()) return false;
    goto again;
  }
  line_has_tokens_ = true;
  if (is_digit(c)) {
    cur_++;
    return number(c);
  }
  if (c == '.') {
    cur_++;
    if (is_digit(peek())) {
      back();
      return number('.');
    }
    if (peek() == '.' && cur_ + 1 < end_ && cur_[1] == '.') {
      cur_ += 2;
      return emit(Tok::Ellipsis);
    }
    return emit(Tok::Dot);
  }
  if (c == '\'' || c == '"') return plain_string(cur_);
  return operator_token();
}

// The comment from start_ to cur_: emits its text if it gives a type, notes `# type: ignore`. False: any other comment.
bool Tokenizer::type_comment() {
  auto skip_blanks = [&](const char* p) {
    while (p < cur_ && (*p == ' ' || *p == '\t')) p++;
    return p;
  };
  constexpr std::string_view kPrefix = "type:", kIgnore = "ignore";
  auto rest_from = [&](const char* p) { return std::string_view(p, static_cast<size_t>(cur_ - p)); };
  const char* p = skip_blanks(start_ + 1);
  if (!rest_from(p).starts_with(kPrefix)) return false;
  p = skip_blanks(p + kPrefix.size());
  if (rest_from(p).starts_with(kIgnore)) {
    const char* tag = p + kIgnore.size();
    bool word_ends = tag == cur_ || *tag == '_' || !is_name_char(static_cast<unsigned char>(*tag));
    if (word_ends) {
      out_.type_ignores.push_back({lineno_, rest_from(tag)});
      return false;
    }
  }
  start_ = p;
  line_has_tokens_ = true;
  return emit(Tok::TypeComment);
}

bool Tokenizer::name_or_string() {
  // A string prefix, if a quote follows the letters.
  bool b = false, r = false, u = false, f = false, t = false, ascii = true;
  int c;
  for (;;) {
    c = next();
    if (!b && (c == 'b' || c == 'B')) {
      b = true;
    } else if (!u && (c == 'u' || c == 'U')) {
      u = true;
    } else if (!r && (c == 'r' || c == 'R')) {
      r = true;
    } else if (!f && (c == 'f' || c == 'F')) {
      f = true;
    } else if (!t && (c == 't' || c == 'T')) {
      t = true;
    } else {
      break;
    }
  }
  if ((c == '\'' || c == '"') && (b || u || r || f || t)) {
    back();
    if (!check_prefixes(b, r, u, f, t)) return false;
    return f || t ? begin_interpolated(cur_, r, t) : plain_string(cur_);
  }
  while (is_name_char(c)) {
    if (c >= 128) ascii = false;
    c = next();
  }
  back();
  if (!ascii) {
    if (!flags_.extra_tokens && !check_identifier(start_, cur_)) return false;
    return emit(Tok::Name);
  }
  return emit(name_kind({start_, static_cast<size_t>(cur_ - start_)}));
}

bool Tokenizer::check_identifier(const char* start, const char* end) {
  for (const char* p = start; p < end;) {
    int length;
    uint32_t c = decode_utf8(p, &length);
    if (!(p == start ? is_start(c) : is_continue(c))) {
      cur_ = p + length;
      if (is_unprintable(c)) return fail("invalid non-printable character U+%04X", c);
      return fail("invalid character '%.*s' (U+%04X)", length, p, c);
    }
    p += length;
  }
  return true;
}

bool Tokenizer::open_bracket(char c) {
  if (out_.open.size() >= kMaxNesting) return fail("too many nested parentheses");
  out_.open.push_back({c, lineno_, static_cast<uint32_t>(start_ - line_start_)});
  if (inside_string()) mode().bracket_depth++;
  return true;
}

bool Tokenizer::close_bracket(char c) {
  if (inside_string() && !mode().bracket_depth && c == '}') {
    return fail("%c-string: single '}' is not allowed", letter(mode()));
  }
  if (out_.open.empty()) return flags_.extra_tokens || fail("unmatched '%c'", c);
  OpenBracket opened = out_.open.back();
  out_.open.pop_back();
  char expected = opened.bracket == '(' ? ')' : opened.bracket == '[' ? ']' : '}';
  if (expected != c && !flags_.extra_tokens) {
    if (inside_string() && opened.bracket == '{') {
      int previous = mode().bracket_depth - 1;
      if (previous == mode().expression_depth) {
        return fail("%c-string: unmatched '%c'", letter(mode()), c);
      }
    }
    if (opened.lineno != lineno_) {
      return fail("closing parenthesis '%c' does not match opening parenthesis '%c' on line %d", c,
                  opened.bracket, opened.lineno);
    }
    return fail("closing parenthesis '%c' does not match opening parenthesis '%c'", c,
                opened.bracket);
  }
  if (inside_string()) {
    StringMode& m = mode();
    m.bracket_depth--;
    if (m.bracket_depth < 0) return fail("%c-string: unmatched '%c'", letter(m), c);
    if (c == '}' && m.bracket_depth == m.expression_depth) {
      m.expression_depth--;
      m.in_text = true;
      m.in_format_spec = false;
    }
  }
  return true;
}

bool Tokenizer::operator_token() {
  int c = next();
  int c2 = peek();
  int c3 = cur_ + 1 < end_ ? static_cast<unsigned char>(cur_[1]) : kEnd;
  auto one = [&](Tok kind) { return emit(kind); };
  auto two = [&](Tok kind) {
    cur_++;
    return emit(kind);
  };
  auto three = [&](Tok kind) {
    cur_ += 2;
    return emit(kind);
  };
  switch (c) {
    case '(': return open_bracket('(') && one(Tok::LPar);
    case '[': return open_bracket('[') && one(Tok::LSqb);
    case '{': return open_bracket('{') && one(Tok::LBrace);
    case ')': return close_bracket(')') && one(Tok::RPar);
    case ']': return close_bracket(']') && one(Tok::RSqb);
    case '}': return close_bracket('}') && one(Tok::RBrace);
    case ':':
      if (inside_string() && mode().expression_depth >= 0 &&
          mode().bracket_depth - 1 == mode().expression_depth) {
        mode().in_text = true;
        mode().in_format_spec = true;
        return one(Tok::Colon);
      }
      return c2 == '=' ? two(Tok::ColonEqual) : one(Tok::Colon);
    case ',': return one(Tok::Comma);
    case ';': return one(Tok::Semi);
    case '~': return one(Tok::Tilde);
    case '!': return c2 == '=' ? two(Tok::NotEqual) : one(Tok::Exclamation);
    case '+': return c2 == '=' ? two(Tok::PlusEqual) : one(Tok::Plus);
    case '-': return c2 == '=' ? two(Tok::MinusEqual) : c2 == '>' ? two(Tok::RArrow) : one(Tok::Minus);
    case '%': return c2 == '=' ? two(Tok::PercentEqual) : one(Tok::Percent);
    case '@': return c2 == '=' ? two(Tok::AtEqual) : one(Tok::At);
    case '^': return c2 == '=' ? two(Tok::CircumflexEqual) : one(Tok::Circumflex);
    case '|': return c2 == '=' ? two(Tok::VBarEqual) : one(Tok::VBar);
    case '&': return c2 == '=' ? two(Tok::AmperEqual) : one(Tok::Amper);
    case '=': return c2 == '=' ? two(Tok::EqEqual) : one(Tok::Equal);
    case '*':
      if (c2 == '*') return c3 == '=' ? three(Tok::DoubleStarEqual) : two(Tok::DoubleStar);
      return c2 == '=' ? two(Tok::StarEqual) : one(Tok::Star);
    case '/':
      if (c2 == '/') return c3 == '=' ? three(Tok::DoubleSlashEqual) : two(Tok::DoubleSlash);
      return c2 == '=' ? two(Tok::SlashEqual) : one(Tok::Slash);
    case '<':
      if (c2 == '<') return c3 == '=' ? three(Tok::LeftShiftEqual) : two(Tok::LeftShift);
      if (c2 == '>' && !flags_.extra_tokens) return two(Tok::NotEqual);
      return c2 == '=' ? two(Tok::LessEqual) : one(Tok::Less);
    case '>':
      if (c2 == '>') return c3 == '=' ? three(Tok::RightShiftEqual) : two(Tok::RightShift);
      return c2 == '=' ? two(Tok::GreaterEqual) : one(Tok::Greater);
  }
  if (c < 0x20 || c == 0x7F) return fail("invalid non-printable character U+%04X", c);
  return emit(Tok::Unknown);
}

SyntaxErrorInfo error_info(const TextError& e) {
  SyntaxErrorInfo info;
  info.kind = e.kind;
  info.message = e.message;
  info.lineno = e.lineno;
  info.offset = e.offset;
  info.end_lineno = e.end_lineno;
  info.end_offset = e.end_offset;
  return info;
}

}  // namespace taipan::ast
