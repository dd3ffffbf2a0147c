// What a character is: the questions of str's methods, of identifiers and of the module unicodedata.
// Any char32_t may be asked; beyond U+10FFFF and where Unicode assigns nothing, the answer is the default.
// Definitions are CPython's, e.g. a space is Zs or of bidirectional class WS, B or S.
#pragma once

#include "runtime/base/types.h"
#include "runtime/base/unicode/tables.h"

namespace taipan::unicode {

u32 flags(char32_t c);  // Flag bits
inline bool has(char32_t c, u32 any) { return (flags(c) & any) != 0; }

inline bool is_alpha(char32_t c) { return has(c, kAlpha); }
inline bool is_decimal(char32_t c) { return has(c, kDecimal); }
inline bool is_digit(char32_t c) { return has(c, kDigit); }
inline bool is_numeric(char32_t c) { return has(c, kNumeric); }
inline bool is_alnum(char32_t c) { return has(c, kAlpha | kDecimal | kDigit | kNumeric); }
inline bool is_lower(char32_t c) { return has(c, kLower); }
inline bool is_upper(char32_t c) { return has(c, kUpper); }
inline bool is_title(char32_t c) { return has(c, kTitle); }
inline bool is_cased(char32_t c) { return has(c, kCased); }
inline bool is_printable(char32_t c) { return has(c, kPrintable); }
inline bool is_line_break(char32_t c) { return has(c, kLineBreak); }  // str.splitlines
inline bool is_xid_start(char32_t c) { return has(c, kXidStart); }    // without "_"
inline bool is_xid_continue(char32_t c) { return has(c, kXidContinue); }
inline bool is_space(char32_t c) {
  if (c < 0x80) return c == ' ' || (c >= 0x09 && c <= 0x0d) || (c >= 0x1c && c <= 0x1f);
  return has(c, kSpace);
}

int decimal_value(char32_t c);  // 0..9, or -1
int digit_value(char32_t c);    // also superscripts and the like
bool numeric_value(char32_t c, double* out);

const char* category(char32_t c);            // "Lu"
const char* bidirectional(char32_t c);       // "AL"
const char* east_asian_width(char32_t c);    // "Na"
const char* grapheme_cluster_break(char32_t c);
const char* indic_conjunct_break(char32_t c);
int combining(char32_t c);
bool is_mirrored(char32_t c);
bool is_extended_pictographic(char32_t c);
bool is_since_3_2(char32_t c);  // not assigned in Unicode 3.2, which stringprep and idna stay with
const char* block(char32_t c);  // "No_Block" outside all
const PropertyRecord& properties(char32_t c);

// Case. Full mappings give up to three characters; they return how many.
inline constexpr int kMaxCaseSize = 3;
int to_lower(char32_t c, char32_t* out);
int to_upper(char32_t c, char32_t* out);
int to_title(char32_t c, char32_t* out);
int to_folded(char32_t c, char32_t* out);
// One character: the first of the full mapping, as CPython's re sees it.
char32_t to_lower(char32_t c);
char32_t to_upper(char32_t c);
char32_t to_title(char32_t c);

// Lower case of text[at] where it stands: capital sigma is final after a cased letter and before none.
template <class Lane>
int to_lower_at(const Lane* text, usize size, usize at, char32_t* out);

}  // namespace taipan::unicode
