// The tokenizer's state, shared by tokenizer.cpp (lines, names, operators), tokenizer_numbers.cpp
// and tokenizer_strings.cpp. Private to those files.
#pragma once

#include "interp/parser/tokenizer.h"

namespace taipan::ast {

inline bool is_digit(int c) { return c >= '0' && c <= '9'; }
inline bool is_hex_digit(int c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
inline bool is_name_start(int c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 128;
}
inline bool is_name_char(int c) { return is_name_start(c) || is_digit(c); }

class Tokenizer {
 public:
  Tokenizer(TokenStream& out, Flags flags, Mode mode, Arena& arena);
  void run();

 private:
  // One open f-string or t-string. `in_text`: literal text comes next; else tokens of an expression.
  struct StringMode {
    bool in_text, raw, is_template, in_format_spec;
    char quote;
    int quote_size;
    int bracket_depth;          // brackets open in its expressions
    int expression_depth;       // bracket depth of the innermost replacement field, -1 outside
    const char* start;          // its prefix
    const char* line_start;
    uint32_t lineno;
  };
  static constexpr int kEnd = -1;

  int peek() const { return cur_ < end_ ? static_cast<unsigned char>(*cur_) : kEnd; }
  int next() {
    if (cur_ >= end_) {
      passed_end_++;
      return kEnd;
    }
    return static_cast<unsigned char>(*cur_++);
  }
  void back() {
    if (passed_end_) {
      passed_end_--;
    } else {
      cur_--;
    }
  }
  void new_line() {  // cur_ is just behind a newline
    if (cur_ >= end_) {
      at_end_line_ = true;
      return;
    }
    lineno_++;
    line_start_ = cur_;
    out_.line_starts.push_back(offset(cur_));
  }
  uint32_t offset(const char* p) const { return static_cast<uint32_t>(p - begin_); }

  bool step();  // false: error or end
  bool begin_line();
  bool regular();
  bool string_text();
  bool finish_string_text(const char* text_end);
  bool name_or_string();
  bool plain_string(const char* quote_at);
  bool begin_interpolated(const char* quote_at, bool raw, bool is_template);
  bool check_prefixes(bool b, bool r, bool u, bool f, bool t);
  bool number(int first);
  bool check_number_end(int c, const char* what);
  int decimal_tail();
  bool check_identifier(const char* start, const char* end);
  bool operator_token();
  bool open_bracket(char c);
  bool close_bracket(char c);
  bool line_continuation();
  bool type_comment();

  void mark_start() {
    start_ = cur_;
    start_line_ = lineno_;
    start_line_start_ = line_start_;
  }
  bool emit(Tok kind) { return emit(kind, cur_); }
  bool emit(Tok kind, const char* end);
  bool emit_at(Tok kind, uint32_t line, const char* line_start, const char* p);

  // Error at cur_, or at given columns (from 1, characters); all return false.
  bool fail(const char* format, ...);
  bool fail_columns(int offset, int end_offset, const char* format, ...);
  bool fail_with(ErrorKind kind, const char* message, int lineno, int offset, int end_offset);
  void warn_escape(int c);
  void warn(const char* format, ...);
  int column() const;  // characters before cur_ in its line
  int column_of(const char* p) const { return count_characters({line_start_, static_cast<size_t>(p - line_start_)}) + 1; }

  bool inside_string() const { return mode_top_ >= 0; }
  StringMode& mode() { return modes_[mode_top_]; }
  char letter(const StringMode& m) const { return m.is_template ? 't' : 'f'; }

  TokenStream& out_;
  Flags flags_;
  Mode parse_mode_;
  Arena& arena_;
  const char* begin_;
  const char* end_;
  const char* cur_;
  const char* line_start_;
  const char* start_ = nullptr;
  const char* start_line_start_ = nullptr;
  const char* continuation_line_start_ = nullptr;
  uint32_t lineno_ = 1, start_line_ = 1;
  int passed_end_ = 0;
  bool at_end_line_ = false;
  bool at_line_begin_ = true;
  bool line_has_tokens_ = false, line_had_tokens_ = false;  // this line, the one before
  int indents_[kMaxIndents], alt_indents_[kMaxIndents];
  int indent_top_ = 0;
  int mode_top_ = -1;
  StringMode modes_[kMaxStringNesting];
};

}  // namespace taipan::ast
