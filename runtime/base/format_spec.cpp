#include "runtime/base/format_spec.h"

#include <algorithm>
#include <cstdio>
#include <limits>

#include "runtime/base/unicode/properties.h"

namespace taipan {

namespace {

bool is_align(char32_t c) { return c == '<' || c == '>' || c == '=' || c == '^'; }
bool is_sign(char32_t c) { return c == ' ' || c == '+' || c == '-'; }

class SpecReader {
 public:
  explicit SpecReader(std::u32string_view text) : text_(text) {}

  usize left() const { return text_.size() - at_; }
  char32_t peek(usize ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : 0; }
  bool take(char32_t c) {
    if (left() == 0 || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  char32_t next() { return text_[at_++]; }

  // Digits to `*out`, which stays as it is if there are none. False if they exceed ssize.
  bool take_number(ssize* out) {
    if (left() == 0 || digit(peek()) < 0) return true;
    i128 value = 0;
    for (int d; left() > 0 && (d = digit(peek())) >= 0; ++at_) {
      value = value * 10 + d;
      if (value > std::numeric_limits<ssize>::max()) return false;
    }
    *out = static_cast<ssize>(value);
    return true;
  }

  // "," or "_" to `*out`; false if both stand here.
  bool take_grouping(char* out) {
    if (take(',')) *out = ',';
    if (take('_')) {
      if (*out) return false;
      *out = '_';
    }
    return !(*out == '_' && peek() == ',' && left() > 0);
  }

 private:
  static int digit(char32_t c) {  // of any script, as in CPython
    if (c < 0x80) return c - '0' < 10 ? static_cast<int>(c - '0') : -1;
    return unicode::decimal_value(c);
  }

  std::u32string_view text_;
  usize at_ = 0;
};

FormatError error(FormatErrorKind kind) { return {kind}; }

FormatError check_grouping(FormatSpec* spec) {
  if (spec->grouping) {
    switch (spec->type) {
      case 'd': case 'e': case 'f': case 'g': case 'E': case 'G': case 'F': case '%': case 0: break;
      case 'b': case 'o': case 'x': case 'X':
        if (spec->grouping == '_') {
          spec->group_size = 4;
          break;
        }
        [[fallthrough]];
      default: return {FormatErrorKind::GroupingWithType, spec->grouping, spec->type};
    }
  }
  if (spec->fraction_grouping && spec->type == 'n') {
    return {FormatErrorKind::GroupingWithType, spec->fraction_grouping, spec->type};
  }
  return {};
}

}  // namespace

FormatError parse_format_spec(std::u32string_view text, char default_align, char default_type,
                              FormatSpec* out) {
  FormatSpec spec;
  spec.align = default_align;
  spec.type = static_cast<char32_t>(default_type);
  SpecReader in(text);
  if (in.left() >= 2 && is_align(in.peek(1))) {
    spec.fill = in.next();
    spec.fill_given = true;
    spec.align = static_cast<char>(in.next());
    spec.align_given = true;
  } else if (in.left() >= 1 && is_align(in.peek())) {
    spec.align = static_cast<char>(in.next());
    spec.align_given = true;
  }
  if (in.left() >= 1 && is_sign(in.peek())) spec.sign = static_cast<char>(in.next());
  spec.no_negative_zero = in.take('z');
  spec.alternate = in.take('#');
  if (!spec.fill_given && in.take('0')) {
    spec.fill = '0';
    if (!spec.align_given && default_align == '>') spec.align = '=';
  }
  if (!in.take_number(&spec.width)) return error(FormatErrorKind::TooManyDigits);
  if (!in.take_grouping(&spec.grouping)) return error(FormatErrorKind::CommaAndUnderscore);
  if (in.take('.')) {
    if (!in.take_number(&spec.precision)) return error(FormatErrorKind::TooManyDigits);
    if (!in.take_grouping(&spec.fraction_grouping)) return error(FormatErrorKind::CommaAndUnderscore);
    if (spec.precision < 0 && !spec.fraction_grouping) return error(FormatErrorKind::MissingPrecision);
  }
  if (in.left() > 1) return error(FormatErrorKind::InvalidSpec);
  if (in.left() == 1) spec.type = in.next();
  if (FormatError e = check_grouping(&spec)) return e;
  *out = spec;
  return {};
}

std::string format_error_text(FormatError e, std::string_view spec, std::string_view type_name) {
  // A code outside printable ASCII is shown by its number.
  auto code = [](char32_t c) {
    if (c > 32 && c < 128) return std::string(1, static_cast<char>(c));
    char text[16];
    std::snprintf(text, sizeof text, "\\x%x", static_cast<unsigned>(c));
    return std::string(text);
  };
  std::string type(type_name.substr(0, 200));
  switch (e.kind) {
    case FormatErrorKind::None: return {};
    case FormatErrorKind::TooManyDigits: return "Too many decimal digits in format string";
    case FormatErrorKind::CommaAndUnderscore: return "Cannot specify both ',' and '_'.";
    case FormatErrorKind::MissingPrecision: return "Format specifier missing precision";
    case FormatErrorKind::InvalidSpec:
      return "Invalid format specifier '" + std::string(spec) + "' for object of type '" + type + "'";
    case FormatErrorKind::GroupingWithType:
      return std::string("Cannot specify '") + e.grouping + "' with '" + code(e.type) + "'.";
    case FormatErrorKind::UnknownCode:
      return "Unknown format code '" + code(e.type) + "' for object of type '" + type + "'";
    case FormatErrorKind::PrecisionTooBig: return "precision too big";
    case FormatErrorKind::StringSign: return "Sign not allowed in string format specifier";
    case FormatErrorKind::StringSpace: return "Space not allowed in string format specifier";
    case FormatErrorKind::StringNegativeZero:
      return "Negative zero coercion (z) not allowed in string format specifier";
    case FormatErrorKind::StringAlternate:
      return "Alternate form (#) not allowed in string format specifier";
    case FormatErrorKind::StringAlign: return "'=' alignment not allowed in string format specifier";
    case FormatErrorKind::IntPrecision: return "Precision not allowed in integer format specifier";
    case FormatErrorKind::IntNegativeZero:
      return "Negative zero coercion (z) not allowed in integer format specifier";
    case FormatErrorKind::CharSign: return "Sign not allowed with integer format specifier 'c'";
    case FormatErrorKind::CharAlternate:
      return "Alternate form (#) not allowed with integer format specifier 'c'";
    case FormatErrorKind::CharRange: return "%c arg not in range(0x110000)";
    case FormatErrorKind::ComplexZeroFill:
      return "Zero padding is not allowed in complex format specifier";
    case FormatErrorKind::ComplexAlign:
      return "'=' alignment flag is not allowed in complex format specifier";
  }
  return {};
}

FormatError check_str_spec(const FormatSpec& spec) {
  if (spec.type != 's' && spec.type != 0) return {FormatErrorKind::UnknownCode, 0, spec.type};
  if (spec.sign) return error(spec.sign == ' ' ? FormatErrorKind::StringSpace : FormatErrorKind::StringSign);
  if (spec.no_negative_zero) return error(FormatErrorKind::StringNegativeZero);
  if (spec.alternate) return error(FormatErrorKind::StringAlternate);
  if (spec.align == '=') return error(FormatErrorKind::StringAlign);
  return {};
}

TextPadding lay_out_padding(usize length, const FormatSpec& spec) {
  if (spec.precision >= 0) length = std::min(length, static_cast<usize>(spec.precision));
  TextPadding p{length, 0, 0};
  if (spec.width < 0 || static_cast<usize>(spec.width) <= length) return p;
  usize room = static_cast<usize>(spec.width) - length;
  p.left = spec.align == '>' || spec.align == '=' ? room : spec.align == '^' ? room / 2 : 0;
  p.right = room - p.left;
  return p;
}

}  // namespace taipan
