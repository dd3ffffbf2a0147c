// The format mini-language: [[fill]align][sign][z][#][0][width][grouping][.precision[grouping]][type].
// parse_format_spec() reads it; format_* turn a number or a length into a FormattedText, whose length and
// widest character are known before a string for it is allocated, and which then writes into any lane.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/types.h"

namespace taipan {

struct FormatSpec {
  char32_t fill = ' ';
  char align = '<';        // '<' '>' '^' '='
  char sign = 0;           // '+' '-' ' ', or 0
  bool align_given = false;
  bool fill_given = false;
  bool no_negative_zero = false;
  bool alternate = false;
  ssize width = -1;
  ssize precision = -1;
  char grouping = 0;           // ',' '_' or 0
  char fraction_grouping = 0;  // the same behind the point
  u8 group_size = 3;           // 4 for '_' in b, o, x, X
  char32_t type = 0;
};

// The errors of the parser and of the number formats below; each is a ValueError except as noted.
enum class FormatErrorKind : u8 {
  None, TooManyDigits, CommaAndUnderscore, MissingPrecision, InvalidSpec, GroupingWithType,
  UnknownCode, PrecisionTooBig,
  StringSign, StringSpace, StringNegativeZero, StringAlternate, StringAlign,
  IntPrecision, IntNegativeZero, CharSign, CharAlternate,
  CharRange,      // OverflowError
  ComplexZeroFill, ComplexAlign,
};

struct FormatError {
  FormatErrorKind kind = FormatErrorKind::None;
  char grouping = 0;   // GroupingWithType
  char32_t type = 0;   // GroupingWithType, UnknownCode

  explicit operator bool() const { return kind != FormatErrorKind::None; }
};

// CPython's words. The spec and the name of the formatted type appear in some of them; both UTF-8.
std::string format_error_text(FormatError error, std::string_view spec, std::string_view type_name);

// `default_align` is '<' for text and '>' for numbers; `default_type` stands in for a missing one.
FormatError parse_format_spec(std::u32string_view text, char default_align, char default_type,
                              FormatSpec* out);

// A number laid out: padding, sign, prefix, padding, digits, separators, fraction, rest, padding.
class FormattedText {
 public:
  usize length() const { return left_ + lead_size_ + inner_ + body_.size() + right_; }
  char32_t max_char() const { return left_ + inner_ + right_ > 0 && fill_ > 127 ? fill_ : 127; }

  template <class Lane>
  void write(Lane* out) const {
    out = put_fill(out, left_);
    out = put(out, std::string_view(lead_, lead_size_));
    out = put_fill(out, inner_);
    out = put(out, body_);
    put_fill(out, right_);
  }

  // Number text is "[-]digits[.fraction][rest]" with digits in any base. `prefix` stands after the sign.
  void lay_out_number(std::string_view number, std::string_view prefix, const FormatSpec& spec);
  // Two numbers already laid out without width make one complex number: padding goes around both.
  void lay_out_text(std::string text, const FormatSpec& spec);

 private:
  template <class Lane>
  Lane* put_fill(Lane* out, usize n) const {
    for (usize i = 0; i < n; ++i) out[i] = static_cast<Lane>(fill_);
    return out + n;
  }
  template <class Lane>
  static Lane* put(Lane* out, std::string_view s) {
    for (char c : s) *out++ = static_cast<Lane>(static_cast<u8>(c));
    return out;
  }
  void pad(usize length, const FormatSpec& spec);

  char32_t fill_ = ' ';
  usize left_ = 0, inner_ = 0, right_ = 0;
  char lead_[4];  // sign and "0x"
  u8 lead_size_ = 0;
  std::string body_;
};

FormatError format_double(double value, const FormatSpec& spec, FormattedText* out);
FormatError format_complex(double real, double imag, const FormatSpec& spec, FormattedText* out);

// int: after check_int_spec(), the caller renders |value| in int_spec_base(spec) in lower case.
// For a float type (e f g %) the caller converts and goes to format_double; for 'c' see CharSpec.
enum class IntFormat : u8 { Digits, Float, Char };
FormatError check_int_spec(const FormatSpec& spec, IntFormat* how);
int int_spec_base(const FormatSpec& spec);
void format_int_digits(bool negative, std::string digits, const FormatSpec& spec, FormattedText* out);
// |value| < 2**64 without a detour.
std::string digits_of(u64 magnitude, int base);

// str: the spec must have type 's' or none. The text is cut to spec.precision characters and padded.
struct TextPadding {
  usize length;       // characters of the text that stay
  usize left, right;  // fill characters around them
};
FormatError check_str_spec(const FormatSpec& spec);
TextPadding lay_out_padding(usize length, const FormatSpec& spec);

}  // namespace taipan
