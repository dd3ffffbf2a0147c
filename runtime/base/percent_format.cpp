#include "runtime/base/percent_format.h"

#include <cstdio>
#include <limits>

#include "runtime/base/float_text.h"
#include "runtime/base/unicode/properties.h"
#include "runtime/base/utf8.h"

namespace taipan {

namespace {

// Digits at `*at` to `*out`; false if they exceed `limit`.
template <class Lane>
bool take_number(const Lane* text, usize size, usize* at, ssize limit, ssize* out) {
  i128 value = 0;
  for (; *at < size && text[*at] >= '0' && text[*at] <= '9'; ++*at) {
    value = value * 10 + (text[*at] - '0');
    if (value > limit) return false;
  }
  *out = static_cast<ssize>(value);
  return true;
}

// Index of the parenthesis that closes the one before `at`, or size.
template <class Lane>
usize closing(const Lane* text, usize size, usize at) {
  for (int open = 1; at < size; ++at) {
    if (text[at] == '(') ++open;
    if (text[at] == ')' && --open == 0) break;
  }
  return at;
}

bool set_flag(PercentSpec& spec, char32_t c) {
  switch (c) {
    case '-': return spec.left = true;
    case '+': return spec.plus = true;
    case ' ': return spec.blank = true;
    case '#': return spec.alternate = true;
    case '0': return spec.zero = true;
    default: return false;
  }
}

FormatSpec number_spec(const PercentSpec& spec) {
  FormatSpec out;
  bool zero = spec.zero && !spec.left;
  out.fill = zero ? '0' : ' ';
  out.align = spec.left ? '<' : zero ? '=' : '>';
  out.sign = spec.plus ? '+' : spec.blank ? ' ' : 0;
  out.width = spec.width;
  out.alternate = spec.alternate;
  out.type = spec.type;
  return out;
}

}  // namespace

template <class Lane>
PercentSpec parse_percent(const Lane* text, usize size, usize at) {
  PercentSpec spec;
  spec.start = at++;
  auto fail = [&](PercentError error) {
    spec.error = error;
    spec.end = at;
    return spec;
  };
  auto is = [&](char32_t c) { return at < size && text[at] == c; };
  if (is('%')) {
    spec.literal = true;
    spec.type = '%';
    spec.end = at + 1;
    return spec;
  }
  if (is('(')) {
    spec.has_key = true;
    spec.key_begin = ++at;
    spec.key_end = at = closing(text, size, at);
    if (at == size) return fail(PercentError::IncompleteKey);
    ++at;
  }
  while (at < size && set_flag(spec, text[at])) ++at;
  constexpr ssize kMaxWidth = std::numeric_limits<ssize>::max(), kMaxPrecision = std::numeric_limits<int>::max();
  if (is('*')) {
    if (spec.has_key) return fail(PercentError::StarWithKey);
    spec.star_width = true;
    ++at;
  } else if (at < size && text[at] >= '0' && text[at] <= '9') {
    if (!take_number(text, size, &at, kMaxWidth, &spec.width)) return fail(PercentError::WidthTooBig);
  }
  if (is('.')) {
    ++at;
    if (is('*')) {
      if (spec.has_key) return fail(PercentError::StarWithKey);
      spec.star_precision = true;
      ++at;
    } else if (!take_number(text, size, &at, kMaxPrecision, &spec.precision)) {
      return fail(PercentError::PrecisionTooBig);
    }
  }
  if (is('h') || is('l') || is('L')) ++at;  // C's sizes mean nothing here
  if (at == size) return fail(PercentError::Incomplete);
  spec.type_at = at;
  spec.type = text[at++];
  spec.end = at;
  return spec;
}

std::string percent_error_text(const PercentSpec& spec) {
  std::string place = "at position " + std::to_string(spec.start);
  switch (spec.error) {
    case PercentError::None: return {};
    case PercentError::IncompleteKey: return "stray % or incomplete format key " + place;
    case PercentError::StarWithKey: return "* cannot be used with a parenthesised mapping key " + place;
    case PercentError::WidthTooBig: return "width too big " + place;
    case PercentError::PrecisionTooBig: return "precision too big " + place;
    case PercentError::Incomplete: return "stray % " + place;
  }
  return {};
}

std::string percent_type_error(const PercentSpec& spec, bool in_bytes) {
  char32_t c = spec.type;
  std::string start = std::to_string(spec.start);
  if ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') {
    return std::string("unsupported format %") + static_cast<char>(c) + " at position " + start;
  }
  std::string what;
  char code[24];
  bool ascii = c >= 0x20 && c < 0x7f;
  if (ascii || (!in_bytes && unicode::is_printable(c))) {
    u8 utf8[4];
    u8* end = put_utf8(c, utf8);
    what = "'" + std::string(reinterpret_cast<char*>(utf8), reinterpret_cast<char*>(end)) + "'";
    std::snprintf(code, sizeof code, " (U+%04X)", static_cast<unsigned>(c));
    if (!ascii) what += code;
  } else {
    std::snprintf(code, sizeof code, in_bytes ? "with code 0x%02x" : "U+%04X", static_cast<unsigned>(c));
    what = code;
  }
  return "stray % at position " + start + " or unexpected format character " + what + " at position " +
         std::to_string(spec.type_at);
}

int percent_base(char32_t type) { return type == 'o' ? 8 : (type | 0x20) == 'x' ? 16 : 10; }

void format_percent_int(bool negative, std::string digits, const PercentSpec& spec, FormattedText* out) {
  if (spec.precision > 0 && digits.size() < static_cast<usize>(spec.precision)) {
    digits.insert(0, static_cast<usize>(spec.precision) - digits.size(), '0');
  }
  format_int_digits(negative, std::move(digits), number_spec(spec), out);
}

bool format_percent_double(double value, const PercentSpec& spec, FormattedText* out) {
  if (spec.precision > std::numeric_limits<int>::max()) return false;
  DoubleStyle style;
  style.type = static_cast<char>(spec.type);
  style.alternate = spec.alternate;
  if (spec.precision >= 0) style.precision = static_cast<int>(spec.precision);
  std::string text;
  append_double(text, value, style);
  out->lay_out_number(text, {}, number_spec(spec));
  return true;
}

TextPadding lay_out_percent_text(usize length, const PercentSpec& spec) {
  FormatSpec padding;
  padding.align = spec.left ? '<' : '>';
  padding.width = spec.width;
  if (spec.type != 'c') padding.precision = spec.precision;
  return lay_out_padding(length, padding);
}

template PercentSpec parse_percent(const u8*, usize, usize);
template PercentSpec parse_percent(const char16_t*, usize, usize);
template PercentSpec parse_percent(const char32_t*, usize, usize);

}  // namespace taipan
