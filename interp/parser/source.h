// prepare_source(): bytes of a file or string -> UTF-8 with \n line ends, a final newline and a zero byte.
// Applies BOM and coding cookie (PEP 263): UTF-8, Latin-1 and ASCII here, others through parser_hooks.
#pragma once

#include <string_view>

#include "interp/parser/tokenizer.h"

namespace taipan::ast {

struct PreparedSource {
  std::string_view text;      // ends with a newline; a zero byte follows
  std::string_view encoding;  // found by BOM or cookie; empty: none
  bool newline_added = false;
};

// False: `error` is filled in.
bool prepare_source(std::string_view source, Flags flags, Arena& arena, PreparedSource& out,
                    SyntaxErrorInfo& error);

// Appends the UTF-8 form (three bytes for surrogates) of `c`; returns its length.
int encode_utf8(uint32_t c, char* out);

}  // namespace taipan::ast
