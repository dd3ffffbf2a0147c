// Laying out numbers after a FormatSpec: sign, prefix, grouping, zero fill, padding.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "runtime/base/float_text.h"
#include "runtime/base/format_spec.h"

namespace taipan {

namespace {

// `digits` with separators from the right, zeros in front until `min_width` characters are reached.
// A separator never comes first, so the result may be one longer than min_width.
std::string group_digits(std::string_view digits, char separator, usize group, usize min_width) {
  std::string reversed;
  usize taken = 0, in_group = 0;
  do {
    if (in_group == group) {
      reversed += separator;
      in_group = 0;
    }
    reversed += taken < digits.size() ? digits[digits.size() - 1 - taken] : '0';
    ++taken;
    ++in_group;
  } while (taken < digits.size() || reversed.size() < min_width);
  std::reverse(reversed.begin(), reversed.end());
  return reversed;
}

// Behind the point groups start at the left.
std::string group_fraction(std::string_view digits, char separator, usize group) {
  std::string out;
  for (usize i = 0; i < digits.size(); ++i) {
    if (i > 0 && i % group == 0) out += separator;
    out += digits[i];
  }
  return out;
}

bool is_alnum_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

void FormattedText::pad(usize length, const FormatSpec& spec) {
  fill_ = spec.fill;
  left_ = inner_ = right_ = 0;
  if (spec.width < 0 || static_cast<usize>(spec.width) <= length) return;
  usize room = static_cast<usize>(spec.width) - length;
  switch (spec.align) {
    case '<': right_ = room; break;
    case '^': left_ = room / 2; right_ = room - left_; break;
    case '=': inner_ = room; break;
    default: left_ = room; break;
  }
}

void FormattedText::lay_out_number(std::string_view number, std::string_view prefix,
                                   const FormatSpec& spec) {
  bool negative = !number.empty() && number[0] == '-';
  if (negative) number.remove_prefix(1);
  lead_size_ = 0;
  if (negative) lead_[lead_size_++] = '-';
  else if (spec.sign == '+' || spec.sign == ' ') lead_[lead_size_++] = spec.sign;
  for (char c : prefix) lead_[lead_size_++] = c;

  // An integer in base 16 has letters among its digits; a float's letters begin its rest.
  bool integer = spec.type == 'x' || spec.type == 'X';
  auto in_number = [integer](char c) { return integer ? is_alnum_digit(c) : is_digit(c); };
  usize whole = 0;
  while (whole < number.size() && in_number(number[whole])) ++whole;
  std::string_view digits = number.substr(0, whole), rest = number.substr(whole), fraction;
  if (!rest.empty() && rest[0] == '.') {
    usize n = 1;
    while (n < rest.size() && is_digit(rest[n])) ++n;
    fraction = rest.substr(1, n - 1);
    rest.remove_prefix(n);
  }
  bool point = whole < number.size() && number[whole] == '.';

  std::string tail;
  if (point) tail += '.';
  tail += spec.fraction_grouping ? group_fraction(fraction, spec.fraction_grouping, 3)
                                 : std::string(fraction);
  tail += rest;

  // Zero fill counts as digits when there are separators: f"{1234:010,}" is 00,001,234.
  usize min_width = 0;
  usize others = lead_size_ + tail.size();
  if (spec.fill == '0' && spec.align == '=' && spec.width > 0 && static_cast<usize>(spec.width) > others) {
    min_width = static_cast<usize>(spec.width) - others;
  }
  if (digits.empty() || !spec.grouping) body_.assign(digits);
  else body_ = group_digits(digits, spec.grouping, spec.group_size, min_width);
  body_ += tail;
  pad(lead_size_ + body_.size(), spec);
}

void FormattedText::lay_out_text(std::string text, const FormatSpec& spec) {
  lead_size_ = 0;
  body_ = std::move(text);
  pad(body_.size(), spec);
}

namespace {

// How a float's type character and precision map to a DoubleStyle; without a type it is repr.
FormatError double_style(const FormatSpec& spec, DoubleStyle* style, bool* percent) {
  *percent = false;
  style->alternate = spec.alternate;
  style->no_negative_zero = spec.no_negative_zero;
  style->precision = 6;
  switch (spec.type) {
    case 0:
      style->type = 'r';
      style->precision = 0;
      style->add_dot_zero = true;
      break;
    case 'n': style->type = 'g'; break;
    case '%': style->type = 'f'; *percent = true; break;
    case 'e': case 'E': case 'f': case 'F': case 'g': case 'G':
      style->type = static_cast<char>(spec.type);
      break;
    default: return {FormatErrorKind::UnknownCode, 0, spec.type};
  }
  if (spec.precision > std::numeric_limits<int>::max()) return {FormatErrorKind::PrecisionTooBig};
  if (spec.precision >= 0) {
    style->precision = static_cast<int>(spec.precision);
    if (style->type == 'r') style->type = 'g';
  }
  return {};
}

}  // namespace

FormatError format_double(double value, const FormatSpec& spec, FormattedText* out) {
  DoubleStyle style;
  bool percent;
  if (FormatError e = double_style(spec, &style, &percent)) return e;
  std::string text;
  append_double(text, percent ? value * 100 : value, style);
  if (percent) text += '%';
  out->lay_out_number(text, {}, spec);
  return {};
}

FormatError format_complex(double real, double imag, const FormatSpec& spec, FormattedText* out) {
  DoubleStyle style;
  bool percent;
  if (FormatError e = double_style(spec, &style, &percent)) return e;
  if (percent) return {FormatErrorKind::UnknownCode, 0, spec.type};
  if (spec.fill == '0') return {FormatErrorKind::ComplexZeroFill};
  if (spec.align == '=') return {FormatErrorKind::ComplexAlign};
  style.add_dot_zero = false;
  // Without a type it looks like str(): parentheses, and no real part when that is +0.
  bool plain = spec.type == 0;
  bool skip_real = plain && real == 0 && !std::signbit(real);

  FormatSpec part = spec;  // each part without padding
  part.width = -1;
  part.fill = ' ';
  part.align = '<';
  std::string text, number;
  auto add = [&](double value, char sign) {
    number.clear();
    append_double(number, value, style);
    part.sign = sign;
    FormattedText laid;
    laid.lay_out_number(number, {}, part);
    usize at = text.size();
    text.resize(at + laid.length());
    laid.write(text.data() + at);
  };
  if (plain && !skip_real) text += '(';
  if (!skip_real) add(real, spec.sign);
  add(imag, skip_real ? spec.sign : '+');
  text += 'j';
  if (plain && !skip_real) text += ')';
  out->lay_out_text(std::move(text), spec);
  return {};
}

FormatError check_int_spec(const FormatSpec& spec, IntFormat* how) {
  switch (spec.type) {
    case 'e': case 'E': case 'f': case 'F': case 'g': case 'G': case '%':
      *how = IntFormat::Float;
      return {};
    case 0: case 'b': case 'c': case 'd': case 'o': case 'x': case 'X': case 'n': break;
    default: return {FormatErrorKind::UnknownCode, 0, spec.type};
  }
  *how = spec.type == 'c' ? IntFormat::Char : IntFormat::Digits;
  if (spec.precision != -1) return {FormatErrorKind::IntPrecision};
  if (spec.no_negative_zero) return {FormatErrorKind::IntNegativeZero};
  if (spec.type == 'c') {
    if (spec.sign) return {FormatErrorKind::CharSign};
    if (spec.alternate) return {FormatErrorKind::CharAlternate};
  }
  return {};
}

int int_spec_base(const FormatSpec& spec) {
  switch (spec.type) {
    case 'b': return 2;
    case 'o': return 8;
    case 'x': case 'X': return 16;
    default: return 10;
  }
}

void format_int_digits(bool negative, std::string digits, const FormatSpec& spec, FormattedText* out) {
  char prefix[2] = {'0', static_cast<char>(spec.type)};
  bool prefixed = spec.alternate && int_spec_base(spec) != 10;
  if (spec.type == 'X') {
    for (char& c : digits) {
      if (c >= 'a') c -= 'a' - 'A';
    }
  }
  if (negative) digits.insert(digits.begin(), '-');
  out->lay_out_number(digits, std::string_view(prefix, prefixed ? 2 : 0), spec);
}

std::string digits_of(u64 magnitude, int base) {
  char text[64];
  auto end = std::to_chars(text, text + sizeof text, magnitude, base).ptr;
  return std::string(text, end);
}

}  // namespace taipan
