// tokenize(): UTF-8 source -> all tokens, the last of them EndMarker or Error.
// Comments and insignificant newlines are dropped, unless extra tokens are wanted; f-strings come as Start, Middle, expression, End.
// The source must end with a newline followed by a zero byte (see source.h).
#pragma once

#include <string_view>
#include <vector>

#include "interp/parser/arena.h"
#include "interp/parser/parser.h"

namespace taipan::ast {

enum class Tok : uint8_t {
#define TOKEN(name) name,
#define OPERATOR(name, text) name,
#define KEYWORD(name, text) name,
#include "interp/parser/tokens.def"
#undef TOKEN
#undef OPERATOR
#undef KEYWORD
};

struct Token {
  Tok kind;
  uint8_t level;        // open brackets after this token
  uint32_t start, end;  // bytes from the beginning of the source
  uint32_t lineno, col_offset, end_lineno, end_col_offset;
};

// An error found in the text, not yet in SyntaxError's form.
struct TextError {
  ErrorKind kind = ErrorKind::None;
  std::string_view message;
  int lineno = 0, offset = 0, end_lineno = 0, end_offset = 0;  // as SyntaxError shows them
  bool at_eof = false;       // the text ended: an open bracket is the better report
  bool from_tokenizer = false;
  bool whole_line = true;    // the text shown includes the newline
  bool no_text = false;
};

// Kind, message and place in SyntaxError's form; the text is not filled in.
SyntaxErrorInfo error_info(const TextError& e);

struct OpenBracket {
  char bracket;
  uint32_t lineno, col_offset;
};

struct TypeIgnoreComment {
  uint32_t lineno;
  std::string_view tag;  // what follows `# type: ignore`
};

struct TokenStream {
  std::string_view source;
  std::vector<Token> tokens;
  std::vector<uint32_t> line_starts;  // offset of each line; line n is at index n - 1
  TextError error;                    // set if the last token is Error
  std::vector<OpenBracket> open;      // brackets open where the tokens end
  bool newline_added = false;         // to source: its last line had no end
  size_t at_end = ~size_t{0};         // the first token that the end of the text gave rise to
  bool string_at_end = false;         // the text ended, without a newline, within a string
  std::vector<SyntaxWarningInfo> warnings;
  std::vector<TypeIgnoreComment> type_ignores;

  std::string_view text(const Token& t) const { return source.substr(t.start, t.end - t.start); }
};

void tokenize(TokenStream& out, Flags flags, Mode mode, Arena& arena);

inline constexpr int kMaxNesting = 200;
inline constexpr int kMaxIndents = 100;
inline constexpr int kMaxStringNesting = 150;

// Characters in text[0, bytes).
int count_characters(std::string_view text);
// The code point at `p`; `length` gets its bytes. The text is valid UTF-8.
uint32_t decode_utf8(const char* p, int* length);

}  // namespace taipan::ast
