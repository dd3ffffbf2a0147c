// String literals; text and replacement fields of f-strings and t-strings.
#include "interp/parser/tokenizer_impl.h"

namespace taipan::ast {

namespace {

constexpr int kMaxFieldNesting = 3;

int opening_quotes(const char* p, const char* end) {
  return end - p >= 3 && p[1] == p[0] && p[2] == p[0] ? 3 : 1;
}

}  // namespace

bool Tokenizer::check_prefixes(bool b, bool r, bool u, bool f, bool t) {
  auto clash = [&](char first, char second) {
    return fail_columns(column_of(start_), column_of(cur_),
                        "'%c' and '%c' prefixes are incompatible", first, second);
  };
  if (u && b) return clash('u', 'b');
  if (u && r) return clash('u', 'r');
  if (u && f) return clash('u', 'f');
  if (u && t) return clash('u', 't');
  if (b && f) return clash('b', 'f');
  if (b && t) return clash('b', 't');
  if (f && t) return clash('f', 't');
  return true;
}

bool Tokenizer::plain_string(const char* quote_at) {
  char quote = *quote_at;
  int quote_size = opening_quotes(quote_at, end_);
  cur_ = quote_at + quote_size;
  if (quote_size == 1 && cur_ < end_ && *cur_ == quote) {  // '' but not '''
    cur_++;
    return emit(Tok::String);
  }
  bool escaped_quote = false;
  int seen = 0;
  const char* first_line_start = line_start_;
  while (seen != quote_size) {
    int c = next();
    if (c == kEnd || (quote_size == 1 && c == '\n')) {
      out_.string_at_end = quote_size == 3 || c == kEnd || (out_.newline_added && cur_ >= end_);
      int last_line = static_cast<int>(lineno_);
      cur_ = start_ + 1;
      passed_end_ = 0;
      line_start_ = first_line_start;
      lineno_ = start_line_;
      if (inside_string() && !mode().in_text && mode().quote == quote &&
          mode().quote_size == quote_size) {
        return fail("%c-string: expecting '}'", letter(mode()));
      }
      if (quote_size == 3) {
        return fail("unterminated triple-quoted string literal (detected at line %d)", last_line);
      }
      return fail(escaped_quote ? "unterminated string literal (detected at line %d); perhaps you "
                                  "escaped the end quote?"
                                : "unterminated string literal (detected at line %d)",
                  last_line);
    }
    if (c == quote) {
      seen++;
      continue;
    }
    seen = 0;
    if (c == '\n') new_line();
    if (c == '\\') {
      c = next();
      if (c == quote) escaped_quote = true;
      if (c == '\n') new_line();
    }
  }
  return emit(Tok::String);
}

bool Tokenizer::begin_interpolated(const char* quote_at, bool raw, bool is_template) {
  int quote_size = opening_quotes(quote_at, end_);
  if (mode_top_ + 1 >= kMaxStringNesting) {
    return fail("too many nested f-strings or t-strings");
  }
  cur_ = quote_at + quote_size;
  StringMode& m = modes_[++mode_top_];
  m = {true, raw, is_template, false, *quote_at, quote_size, 0, -1, start_, line_start_, lineno_};
  return emit(is_template ? Tok::TStringStart : Tok::FStringStart);
}

bool Tokenizer::finish_string_text(const char* text_end) {
  return emit(mode().is_template ? Tok::TStringMiddle : Tok::FStringMiddle, text_end);
}

bool Tokenizer::string_text() {
  StringMode& m = mode();
  mark_start();
  if (peek() == '{' && (cur_ + 1 >= end_ || cur_[1] != '{' || m.in_format_spec)) {
    m.expression_depth++;
    if (m.expression_depth >= kMaxFieldNesting) {
      cur_++;
      return fail("%c-string: expressions nested too deeply", letter(m));
    }
    m.in_text = false;
    return regular();
  }
  int at_end = 0;
  while (at_end < m.quote_size && cur_ + at_end < end_ && cur_[at_end] == m.quote) at_end++;
  if (at_end == m.quote_size) {
    cur_ += at_end;
    Tok kind = m.is_template ? Tok::TStringEnd : Tok::FStringEnd;
    mode_top_--;
    return emit(kind);
  }

  bool named_escape = false;  // inside \N{...}
  int quotes = 0;
  while (quotes != m.quote_size) {
    int c = next();
    bool in_spec = m.in_format_spec && m.expression_depth >= 0;
    if (c == kEnd || (m.quote_size == 1 && c == '\n')) {
      out_.string_at_end = m.quote_size == 3 || c == kEnd || (out_.newline_added && cur_ >= end_);
      if (in_spec && c == '\n') {
        back();
        cur_++;
        return fail("%c-string: newlines are not allowed in format specifiers for single quoted "
                    "%c-strings", letter(m), letter(m));
      }
      int last_line = static_cast<int>(lineno_);
      cur_ = m.start + 1;
      passed_end_ = 0;
      line_start_ = m.line_start;
      lineno_ = m.lineno;
      return fail(m.quote_size == 3
                      ? "unterminated triple-quoted %c-string literal (detected at line %d)"
                      : "unterminated %c-string literal (detected at line %d)",
                  letter(m), last_line);
    }
    if (c == m.quote) {
      quotes++;
      continue;
    }
    quotes = 0;
    if (c == '\n') {
      new_line();
    } else if (c == '{') {
      if (peek() != '{' || in_spec) {
        back();
        m.expression_depth++;
        if (m.expression_depth >= kMaxFieldNesting) {
          cur_++;
          return fail("%c-string: expressions nested too deeply", letter(m));
        }
        m.in_text = false;
        return finish_string_text(cur_);
      }
      finish_string_text(cur_);  // one of the two braces
      cur_++;
      out_.tokens.back().end_col_offset++;
      return true;
    } else if (c == '}') {
      if (named_escape) {
        named_escape = false;
        continue;
      }
      if (peek() == '}' && !in_spec && m.bracket_depth == 0) {
        finish_string_text(cur_);
        cur_++;
        out_.tokens.back().end_col_offset++;
        return true;
      }
      back();
      m.in_text = false;
      return start_ == cur_ && !flags_.extra_tokens ? regular() : finish_string_text(cur_);
    } else if (c == '\\') {
      int escaped = peek();
      if (escaped == '{' || escaped == '}') {
        if (!m.raw) warn_escape(escaped);
        continue;
      }
      if (escaped == kEnd) continue;
      cur_++;
      if (escaped == '\n') new_line();
      if (!m.raw && escaped == 'N' && peek() == '{') {
        cur_++;
        named_escape = true;
      }
    }
  }
  cur_ -= m.quote_size;
  return finish_string_text(cur_);
}

}  // namespace taipan::ast
