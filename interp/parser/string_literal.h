// Decoding of string and bytes literals: prefixes, quotes, escapes.
#pragma once

#include <string_view>

#include "interp/parser/arena.h"

namespace taipan::ast {

// What an escape asked for beyond its value.
struct EscapeNote {
  const char* at = nullptr;  // the backslash of the first doubtful escape
  int length = 0;            // bytes of the escape as the warning shows it
  bool is_octal = false;
};

struct DecodedString {
  bool ok = true;
  bool is_bytes = false, is_unicode_prefixed = false;
  bool not_ascii = false;    // bytes literal with other characters: `error` is not set
  std::string_view text;     // Str: UTF-8 (surrogates in three bytes). Bytes: the bytes
  std::string_view error;    // "(unicode error) ..." or "(value error) ..."
  EscapeNote note;
};

// A whole literal with prefix and quotes.
DecodedString decode_literal(std::string_view literal, Arena& arena);
// Literal text between quotes: an f-string's parts.
DecodedString decode_text(std::string_view body, bool raw, bool is_bytes, Arena& arena);

}  // namespace taipan::ast
