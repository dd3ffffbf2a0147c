#include "runtime/base/float_text.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

namespace taipan {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// A double has no more digits than this after its point (2**-1074), nor significant ones.
constexpr int kMaxFraction = 1074;
constexpr int kMaxSignificant = 767;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// |value| = 0.d1d2d3... * 10**point
struct Decimal {
  char digits[kMaxSignificant + 8];
  int count = 0;
  int point = 0;

  // Reads "d.ddde+XX", what std::to_chars writes in the scientific format.
  void take_scientific(const char* begin, const char* end) {
    const char* e = std::find(begin, end, 'e');
    count = 0;
    for (const char* p = begin; p != e; ++p) {
      if (*p != '.') digits[count++] = *p;
    }
    int exponent = 0;
    const char* p = e + 1;
    bool negative = *p++ == '-';
    for (; p != end; ++p) exponent = exponent * 10 + (*p - '0');
    point = (negative ? -exponent : exponent) + 1;
  }

  void drop_trailing_zeros() {
    while (count > 1 && digits[count - 1] == '0') --count;
  }
};

void shortest(double magnitude, Decimal* d) {
  char text[40];
  auto end = std::to_chars(text, text + sizeof text, magnitude, std::chars_format::scientific).ptr;
  d->take_scientific(text, end);
}

// `count` >= 1 significant digits, no more than the double has.
void significant(double magnitude, int count, Decimal* d) {
  char text[kMaxSignificant + 16];
  auto end = std::to_chars(text, text + sizeof text, magnitude, std::chars_format::scientific,
                           std::min(count, kMaxSignificant) - 1).ptr;
  d->take_scientific(text, end);
}

void append_exponent(std::string& out, int exponent, char letter) {
  out += letter;
  out += exponent < 0 ? '-' : '+';
  unsigned magnitude = static_cast<unsigned>(exponent < 0 ? -exponent : exponent);
  if (magnitude >= 100) out += static_cast<char>('0' + magnitude / 100);
  out += static_cast<char>('0' + magnitude / 10 % 10);
  out += static_cast<char>('0' + magnitude % 10);
}

// Digits with the point after the first one; zeros up to `fraction` digits behind it.
void append_scientific(std::string& out, const Decimal& d, usize fraction, bool point, char letter) {
  out += d.digits[0];
  if (point || fraction > 0) out += '.';
  usize have = std::min<usize>(static_cast<usize>(d.count - 1), fraction);
  out.append(d.digits + 1, have);
  out.append(fraction - have, '0');
  append_exponent(out, d.point - 1, letter);
}

// Digits in positional notation; zeros up to `fraction` digits behind the point.
void append_positional(std::string& out, const Decimal& d, usize fraction, bool point) {
  if (d.point <= 0) {
    out += '0';
  } else {
    usize whole = static_cast<usize>(d.point);
    usize have = std::min<usize>(whole, static_cast<usize>(d.count));
    out.append(d.digits, have);
    out.append(whole - have, '0');
  }
  if (fraction == 0) {
    if (point) out += '.';
    return;
  }
  out += '.';
  usize zeros = d.point < 0 ? std::min<usize>(static_cast<usize>(-d.point), fraction) : 0;
  out.append(zeros, '0');
  usize from = static_cast<usize>(std::max(d.point, 0));
  usize left = static_cast<usize>(d.count) > from ? static_cast<usize>(d.count) - from : 0;
  usize have = std::min(left, fraction - zeros);
  if (have > 0) out.append(d.digits + from, have);
  out.append(fraction - zeros - have, '0');
}

usize fraction_digits(const Decimal& d) {
  return d.count > d.point ? static_cast<usize>(d.count - d.point) : 0;
}

bool all_zero(std::string_view text) {
  return text.find_first_of("123456789") == std::string_view::npos;
}

void append_fixed(std::string& out, double magnitude, int precision, bool point) {
  // Up to 309 digits before the point and 1074 after it; further ones are zeros.
  char text[320 + kMaxFraction];
  int exact = std::min(precision, kMaxFraction);
  auto end = std::to_chars(text, text + sizeof text, magnitude, std::chars_format::fixed, exact).ptr;
  out.append(text, end);
  if (precision == 0 && point) out += '.';
  out.append(static_cast<usize>(precision - exact), '0');
}

void append_general(std::string& out, double magnitude, const DoubleStyle& style, char letter) {
  int precision = std::max(style.precision, 1);
  Decimal d;
  significant(magnitude, precision, &d);
  if (magnitude == 0) d.point = 1;
  bool scientific = d.point <= -4 || d.point > precision - (style.add_dot_zero ? 1 : 0);
  if (!style.alternate) d.drop_trailing_zeros();
  if (scientific) {
    usize fraction = style.alternate ? static_cast<usize>(precision) - 1 : static_cast<usize>(d.count) - 1;
    append_scientific(out, d, fraction, style.alternate, letter);
    return;
  }
  usize fraction = style.alternate ? static_cast<usize>(precision - d.point) : fraction_digits(d);
  if (style.add_dot_zero && fraction == 0) fraction = 1;
  append_positional(out, d, fraction, style.alternate);
}

void append_shortest(std::string& out, double magnitude, const DoubleStyle& style, char letter) {
  Decimal d;
  shortest(magnitude, &d);
  if (magnitude == 0) d.point = 1;
  if (d.point <= -4 || d.point > 16) {
    append_scientific(out, d, static_cast<usize>(d.count) - 1, style.alternate, letter);
    return;
  }
  usize fraction = fraction_digits(d);
  if (style.add_dot_zero && fraction == 0) fraction = 1;
  append_positional(out, d, fraction, style.alternate);
}

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (usize i = 0; i < text.size(); ++i) {
    if ((text[i] | 0x20) != lower[i]) return false;
  }
  return true;
}

// Length of digits [. digits] [e sign digits] at the start, 0 if it is no number.
usize scan_decimal(std::string_view text) {
  usize i = 0, n = text.size(), digits = 0;
  while (i < n && is_digit(text[i])) ++i, ++digits;
  if (i < n && text[i] == '.') {
    usize dot = i++;
    while (i < n && is_digit(text[i])) ++i, ++digits;
    if (digits == 0) i = dot;
  }
  if (digits == 0) return 0;
  if (i < n && (text[i] | 0x20) == 'e') {
    usize k = i + 1;
    if (k < n && (text[k] == '+' || text[k] == '-')) ++k;
    if (k < n && is_digit(text[k])) {
      while (k < n && is_digit(text[k])) ++k;
      i = k;
    }
  }
  return i;
}

// Decides between 0 and infinity for a number outside the range: where does its first digit stand?
bool is_huge(std::string_view number) {
  i64 point = 0, first = 0;
  bool seen_point = false, seen_digit = false;
  usize i = 0;
  for (; i < number.size() && (number[i] | 0x20) != 'e'; ++i) {
    if (number[i] == '.') {
      seen_point = true;
      continue;
    }
    if (!seen_point) ++point;
    if (number[i] != '0') seen_digit = true;
    if (!seen_digit) ++first;
  }
  if (!seen_digit) return false;
  i64 exponent = 0;
  bool negative = false;
  for (++i; i < number.size(); ++i) {
    if (number[i] == '-') negative = true;
    if (is_digit(number[i]) && exponent < (i64{1} << 58)) exponent = exponent * 10 + (number[i] - '0');
  }
  return point - first + (negative ? -exponent : exponent) > 0;
}

double convert_decimal(std::string_view number) {
  double value = 0;
  auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (error == std::errc::result_out_of_range) return is_huge(number) ? kInfinity : 0.0;
  return value;
}

// Length of a special word at the start, 0 if there is none.
usize scan_special(std::string_view text, double* out) {
  for (std::string_view word : {"infinity", "inf", "nan"}) {
    if (equals_ignoring_case(text.substr(0, word.size()), word)) {
      *out = word[0] == 'i' ? kInfinity : std::numeric_limits<double>::quiet_NaN();
      return word.size();
    }
  }
  return 0;
}

}  // namespace

usize double_repr(double value, char* out) {
  // Written without a Decimal: this is what print() and json.dumps() of floats spend their time in.
  char* p = out;
  if (std::isnan(value)) return std::memcpy(out, "nan", 3), 3;
  if (std::signbit(value)) *p++ = '-';
  value = std::fabs(value);
  if (std::isinf(value)) return std::memcpy(p, "inf", 3), static_cast<usize>(p + 3 - out);
  char text[40];
  char* end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
  char* e = end - 4;  // e+dd or e+ddd
  if (*e != 'e') --e;
  int exponent = 0;
  for (char* q = e + 2; q != end; ++q) exponent = exponent * 10 + (*q - '0');
  if (e[1] == '-') exponent = -exponent;
  usize fraction = e > text + 2 ? static_cast<usize>(e - text - 2) : 0;  // digits after "d."
  auto put = [&p](const char* from, usize n) {
    std::memcpy(p, from, n);
    p += n;
  };
  if (exponent < -4 || exponent >= 16) {
    put(text, static_cast<usize>(end - text));
    return static_cast<usize>(p - out);
  }
  if (exponent < 0) {
    put("0.000", static_cast<usize>(1 - exponent));
    *p++ = text[0];
    put(text + 2, fraction);
    return static_cast<usize>(p - out);
  }
  usize whole = static_cast<usize>(exponent);  // digits of the fraction that move before the point
  *p++ = text[0];
  put(text + 2, std::min(whole, fraction));
  for (usize i = fraction; i < whole; ++i) *p++ = '0';
  *p++ = '.';
  if (fraction > whole) {
    put(text + 2 + whole, fraction - whole);
  } else {
    *p++ = '0';
  }
  return static_cast<usize>(p - out);
}

std::string double_repr(double value) {
  char text[kMaxDoubleRepr];
  return std::string(text, double_repr(value, text));
}

void append_double(std::string& out, double value, const DoubleStyle& style) {
  bool upper = style.type >= 'A' && style.type <= 'Z';
  if (std::isnan(value)) {
    out += upper ? "NAN" : "nan";
    return;
  }
  bool negative = std::signbit(value);
  value = std::fabs(value);
  if (std::isinf(value)) {
    out += negative ? "-" : "";
    out += upper ? "INF" : "inf";
    return;
  }
  usize start = out.size();
  if (negative) out += '-';
  char letter = upper ? 'E' : 'e';
  switch (style.type | 0x20) {
    case 'e': {
      Decimal d;
      significant(value, std::min(style.precision, kMaxSignificant) + 1, &d);
      append_scientific(out, d, static_cast<usize>(style.precision), style.alternate, letter);
      break;
    }
    case 'f': append_fixed(out, value, style.precision, style.alternate); break;
    case 'g': append_general(out, value, style, letter); break;
    default: append_shortest(out, value, style, letter); break;
  }
  if (style.no_negative_zero && negative) {
    std::string_view digits = std::string_view(out).substr(start);
    digits = digits.substr(0, digits.find(letter));
    if (all_zero(digits)) out.erase(start, 1);
  }
}

usize parse_double_prefix(std::string_view text, double* out) {
  usize sign = !text.empty() && (text[0] == '+' || text[0] == '-');
  std::string_view rest = text.substr(sign);
  double value = 0;
  usize length = scan_special(rest, &value);
  if (length == 0) {
    length = scan_decimal(rest);
    if (length == 0) return 0;
    value = convert_decimal(rest.substr(0, length));
  }
  *out = sign && text[0] == '-' ? -value : value;
  return sign + length;
}

bool parse_double(std::string_view text, double* out) {
  if (text.find('_') == std::string_view::npos) {
    return !text.empty() && parse_double_prefix(text, out) == text.size();
  }
  std::string plain;
  plain.reserve(text.size());
  for (usize i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      plain += text[i];
    } else if (i == 0 || i + 1 == text.size() || !is_digit(text[i - 1]) || !is_digit(text[i + 1])) {
      return false;
    }
  }
  return parse_double_prefix(plain, out) == plain.size();
}

bool round_double(double value, ssize digits, double* out) {
  *out = value;
  if (!std::isfinite(value) || value == 0) return true;
  // Beyond these nothing is left to round, or nothing is left.
  if (digits > kMaxFraction) return true;
  if (digits < -309) {
    *out = std::copysign(0.0, value);
    return true;
  }
  std::string text;
  if (digits >= 0) {
    append_fixed(text, std::fabs(value), static_cast<int>(digits), false);
  } else {
    // Significant digits left of position -digits; std::to_chars rounds half to even on the exact value.
    char exact[320 + kMaxFraction];
    auto end = std::to_chars(exact, exact + sizeof exact, std::fabs(value), std::chars_format::fixed,
                             kMaxFraction).ptr;
    usize whole = static_cast<usize>(std::find(exact, end, '.') - exact);
    usize drop = static_cast<usize>(-digits);
    if (drop > whole) {
      *out = std::copysign(0.0, value);
      return true;
    }
    usize keep = whole - drop;
    std::string_view lost(exact + keep, static_cast<usize>(end - exact) - keep);
    char first = lost[0];
    bool above = lost.find_first_of("123456789", 1) != std::string_view::npos;
    bool odd = keep > 0 && ((exact[keep - 1] - '0') & 1);
    text.assign(exact, keep);
    if (first > '5' || (first == '5' && (above || odd))) {
      usize i = keep;
      while (i > 0 && text[i - 1] == '9') text[--i] = '0';
      if (i > 0) ++text[i - 1];
      else text.insert(text.begin(), '1');
    }
    if (text.empty()) text = "0";
    text.append(drop, '0');
  }
  *out = std::copysign(convert_decimal(text), value);
  return std::isfinite(*out);
}

std::string double_hex(double value) {
  if (!std::isfinite(value)) return double_repr(value);
  u64 bits = std::bit_cast<u64>(value);
  u64 fraction = bits & ((u64{1} << 52) - 1);
  int exponent = static_cast<int>(bits >> 52 & 0x7ff);
  std::string out = std::signbit(value) ? "-0x" : "0x";
  if (exponent == 0 && fraction == 0) return out + "0.0p+0";
  out += exponent == 0 ? "0." : "1.";
  for (int shift = 48; shift >= 0; shift -= 4) out += "0123456789abcdef"[fraction >> shift & 15];
  exponent = exponent == 0 ? -1022 : exponent - 1023;
  out += exponent < 0 ? "p-" : "p+";
  return out + std::to_string(exponent < 0 ? -exponent : exponent);
}

namespace {

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// mantissa * 2**exponent, where anything below the mantissa is summed up in `sticky`; half to even.
HexFloatError round_binary(u64 mantissa, i64 exponent, bool sticky, double* out) {
  *out = 0;
  if (mantissa == 0) return HexFloatError::None;
  int width = 64 - std::countl_zero(mantissa);
  i64 top = exponent + width;                       // value in [2**(top-1), 2**top)
  if (top > 1024) return HexFloatError::Overflow;
  if (top < -1074) return HexFloatError::None;      // below half of the least subnormal
  i64 least = std::max<i64>(top - 53, -1074);       // exponent of the last bit that stays
  i64 drop = least - exponent;
  if (drop > 0) {
    // drop <= 64: width is at most 64 and top at least -1074
    u64 kept = drop == 64 ? 0 : mantissa >> drop;
    u64 half = u64{1} << (drop - 1);
    bool above = sticky || (mantissa & (half - 1)) != 0;
    if ((mantissa & half) && (above || (kept & 1))) ++kept;
    mantissa = kept;
    exponent = least;
  }
  *out = std::ldexp(static_cast<double>(mantissa), static_cast<int>(exponent));
  return std::isinf(*out) ? HexFloatError::Overflow : HexFloatError::None;
}

}  // namespace

HexFloatError parse_hex_double(std::string_view text, double* out) {
  usize i = 0, n = text.size();
  bool negative = false;
  if (i < n && (text[i] == '+' || text[i] == '-')) negative = text[i++] == '-';
  double special;
  if (usize length = scan_special(text.substr(i), &special); length > 0) {
    if (i + length != n) return HexFloatError::Invalid;
    *out = negative ? -special : special;
    return HexFloatError::None;
  }
  if (i + 1 < n && text[i] == '0' && (text[i + 1] | 0x20) == 'x') i += 2;

  u64 mantissa = 0;
  i64 exponent = 0;
  bool sticky = false, seen_point = false, seen_digit = false;
  for (; i < n; ++i) {
    if (text[i] == '.' && !seen_point) {
      seen_point = true;
      continue;
    }
    int digit = hex_digit(text[i]);
    if (digit < 0) break;
    seen_digit = true;
    if (mantissa >> 60 == 0) {
      mantissa = mantissa << 4 | static_cast<u64>(digit);
      if (seen_point) exponent -= 4;
    } else {
      sticky |= digit != 0;
      if (!seen_point) exponent += 4;
    }
  }
  if (!seen_digit) return HexFloatError::Invalid;
  if (i < n && (text[i] | 0x20) == 'p') {
    ++i;
    bool down = false;
    if (i < n && (text[i] == '+' || text[i] == '-')) down = text[i++] == '-';
    if (i == n || !is_digit(text[i])) return HexFloatError::Invalid;
    i64 given = 0;
    for (; i < n && is_digit(text[i]); ++i) {
      if (given < (i64{1} << 58)) given = given * 10 + (text[i] - '0');
    }
    exponent += down ? -given : given;
  }
  if (i != n) return HexFloatError::Invalid;
  double value;
  HexFloatError error = round_binary(mantissa, exponent, sticky, &value);
  *out = negative ? -value : value;
  return error;
}

}  // namespace taipan
