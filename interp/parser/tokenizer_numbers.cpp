// Number literals and what may not follow them.
#include <cstring>

#include "interp/parser/tokenizer_impl.h"

namespace taipan::ast {

// Digits with single underscores between them. Returns the character behind, 0 after an error.
int Tokenizer::decimal_tail() {
  int c;
  for (;;) {
    do {
      c = next();
    } while (is_digit(c));
    if (c != '_') return c;
    c = next();
    if (!is_digit(c)) {
      back();
      fail("invalid decimal literal");
      return 0;
    }
  }
}

// `c`, just read, follows a number. A keyword such as `or` is allowed with a warning.
bool Tokenizer::check_number_end(int c, const char* what) {
  if (flags_.extra_tokens || !is_name_char(c) || c >= 0x80) return true;  // beyond ASCII: a token of its own, which is the error
  static constexpr const char* kAllowed[] = {"and", "else", "for", "if", "in", "is", "not", "or"};
  back();
  for (const char* word : kAllowed) {
    size_t n = strlen(word);
    if (static_cast<size_t>(end_ - cur_) >= n && memcmp(cur_, word, n) == 0) {
      warn("invalid %s literal", what);
      next();
      return true;
    }
  }
  return fail("invalid %s literal", what);
}

bool Tokenizer::number(int c) {
  struct Radix { char letter; int base; const char* name; };
  static constexpr Radix kRadices[] = {{'x', 16, "hexadecimal"}, {'o', 8, "octal"}, {'b', 2, "binary"}};
  int e = 0;
  bool leading_zeros = false;
  const char* zeros_end = nullptr;
  if (c == '0') {
    c = next();
    for (const Radix& radix : kRadices) {
      if ((c | 0x20) != radix.letter || c == kEnd) continue;
      auto is_valid = [&](int d) {
        return radix.base == 16 ? is_hex_digit(d) : d >= '0' && d < '0' + radix.base;
      };
      c = next();
      do {
        if (c == '_') c = next();
        if (!is_valid(c)) {
          if (is_digit(c)) return fail("invalid digit '%c' in %s literal", c, radix.name);
          back();
          return fail("invalid %s literal", radix.name);
        }
        do {
          c = next();
        } while (is_valid(c));
      } while (c == '_');
      if (is_digit(c)) return fail("invalid digit '%c' in %s literal", c, radix.name);
      if (!check_number_end(c, radix.name)) return false;
      back();
      return emit(Tok::Number);
    }
    for (;;) {
      if (c == '_') {
        c = next();
        if (!is_digit(c)) {
          back();
          return fail("invalid decimal literal");
        }
      }
      if (c != '0') break;
      c = next();
    }
    zeros_end = passed_end_ ? cur_ : cur_ - 1;
    if (is_digit(c)) {
      leading_zeros = true;
      if (!(c = decimal_tail())) return false;
    }
  } else if (c != '.') {
    if (!(c = decimal_tail())) return false;
  } else {
    c = next();
  }
  bool is_float = false;
  if (c == '.') {
    is_float = true;
    c = next();
    if (is_digit(c) && !(c = decimal_tail())) return false;
  }
  if (c == 'e' || c == 'E') {
    e = c;
    c = next();
    if (c == '+' || c == '-') {
      c = next();
      if (!is_digit(c)) {
        back();
        return fail("invalid decimal literal");
      }
    } else if (!is_digit(c)) {
      back();
      if (!check_number_end(e, "decimal")) return false;
      back();
      return emit(Tok::Number);
    }
    is_float = true;
    if (!(c = decimal_tail())) return false;
  }
  if (c == 'j' || c == 'J') {
    c = next();
    if (!check_number_end(c, "imaginary")) return false;
  } else if (leading_zeros && !is_float && !flags_.extra_tokens) {
    back();
    return fail_columns(column_of(start_), column_of(zeros_end),
                        "leading zeros in decimal integer literals are not permitted; use an 0o "
                        "prefix for octal integers");
  } else if (!check_number_end(c, "decimal")) {
    return false;
  }
  back();
  return emit(Tok::Number);
}

}  // namespace taipan::ast
