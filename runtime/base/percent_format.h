// One conversion of printf-style formatting: %[(key)][flags][width][.precision][h|l|L]type.
// parse_percent() only reads; the caller fetches in CPython 3.15's order: mapping check, key, "*" width, "*"
// precision, then `error`, then the argument, then percent_type_error() of a type nobody knows.
#pragma once

#include <string>

#include "runtime/base/format_spec.h"
#include "runtime/base/types.h"

namespace taipan {

enum class PercentError : u8 { None, IncompleteKey, StarWithKey, WidthTooBig, PrecisionTooBig, Incomplete };

struct PercentSpec {
  usize start = 0;       // of the "%"
  usize end = 0;         // behind the conversion
  bool literal = false;  // "%%"
  bool has_key = false;  // a "(" follows: the argument must be a mapping, even if the key never ends
  usize key_begin = 0, key_end = 0;
  bool left = false, plus = false, blank = false, alternate = false, zero = false;
  bool star_width = false, star_precision = false;
  ssize width = -1;      // after "*" the caller sets these two: set_width(), set_precision()
  ssize precision = -1;
  char32_t type = 0;
  usize type_at = 0;
  PercentError error = PercentError::None;

  void set_width(ssize value) {
    left |= value < 0;
    width = value < 0 ? -value : value;
  }
  void set_precision(ssize value) { precision = value < 0 ? 0 : value; }
};

// text[at] is "%".
template <class Lane>
PercentSpec parse_percent(const Lane* text, usize size, usize at);

// CPython's words for a ValueError; UTF-8.
std::string percent_error_text(const PercentSpec& spec);
std::string percent_type_error(const PercentSpec& spec, bool in_bytes);

// d i u o x X: the digits of |value| in the base, in lower case.
int percent_base(char32_t type);
void format_percent_int(bool negative, std::string digits, const PercentSpec& spec, FormattedText* out);
// e E f F g G. False if the precision exceeds an int: ValueError "precision too big".
bool format_percent_double(double value, const PercentSpec& spec, FormattedText* out);
// s r a c b: precision cuts (not for c), width pads with blanks.
TextPadding lay_out_percent_text(usize length, const PercentSpec& spec);

}  // namespace taipan
