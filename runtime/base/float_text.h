// Doubles to text and back, as Python's float does it: repr, the e/f/g formats, float(), hex().
// Everything is correctly rounded; results are ASCII. Knows nothing of locales.
// The format mini-language around it (width, grouping, sign) is in format_spec.h.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/types.h"

namespace taipan {

inline constexpr usize kMaxDoubleRepr = 32;

// repr(value): the shortest digits that read back as value. Returns the length; no terminator.
usize double_repr(double value, char* out);
std::string double_repr(double value);

struct DoubleStyle {
  char type = 'r';           // 'e' 'f' 'g' 'r' or the upper case of the first three; 'r' ignores precision
  int precision = 6;         // digits after the point (e, f) or in all (g); 0 means 1 for g
  bool alternate = false;    // '#': always a point, and g keeps its zeros
  bool add_dot_zero = false; // "1" becomes "1.0" unless there is an exponent
  bool no_negative_zero = false;  // 'z': what rounds to -0 loses its sign
};
// Appends a "-" where due, never a "+".
void append_double(std::string& out, double value, const DoubleStyle& style);

// The text must be a whole number as float() takes it: sign, digits with single underscores between them,
// exponent; or inf, infinity, nan in any case. No surrounding whitespace. Overflow gives infinity.
bool parse_double(std::string_view text, double* out);

// Longest number at the start of the text, for callers with their own grammar (complex, JSON, struct
// literals): no underscores. Returns its length, 0 if there is none.
usize parse_double_prefix(std::string_view text, double* out);

// round(value, digits): exact decimal rounding, half to even. Returns false if the result overflows.
bool round_double(double value, ssize digits, double* out);

std::string double_hex(double value);  // float.hex()
enum class HexFloatError : u8 { None, Invalid, Overflow };
// float.fromhex() without surrounding whitespace.
HexFloatError parse_hex_double(std::string_view text, double* out);

}  // namespace taipan
