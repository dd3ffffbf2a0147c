// Character tests of regular expressions: categories, sets, case folding. Pure functions.
#pragma once
#include <cctype>

#include "runtime/base/unicode/properties.h"
#include "runtime/modules/sre/codes.h"

namespace taipan::sre {

inline u32 lower_ascii(u32 c) { return c - 'A' < 26 ? c + 32 : c; }
inline u32 lower_locale(u32 c) { return c < 256 ? static_cast<u32>(std::tolower(static_cast<int>(c))) : c; }
inline u32 upper_locale(u32 c) { return c < 256 ? static_cast<u32>(std::toupper(static_cast<int>(c))) : c; }
inline u32 lower_unicode(u32 c) { return c < 128 ? lower_ascii(c) : unicode::to_lower(static_cast<char32_t>(c)); }
inline u32 upper_unicode(u32 c) { return unicode::to_upper(static_cast<char32_t>(c)); }

inline bool is_ascii_space(u32 c) { return c == ' ' || c - 9 < 5; }
inline bool is_ascii_word(u32 c) {
  return c < 128 && (c - '0' < 10 || (c | 32) - 'a' < 26 || c == '_');
}
inline bool is_uni_word(u32 c) {
  return c < 128 ? is_ascii_word(c) : unicode::is_alnum(static_cast<char32_t>(c));
}
inline bool is_loc_word(u32 c) { return c < 256 && (std::isalnum(static_cast<int>(c)) || c == '_'); }

inline bool in_category(u32 category, u32 c) {
  switch (category) {
    case kDigit: return c - '0' < 10;
    case kNotDigit: return c - '0' >= 10;
    case kSpace: return is_ascii_space(c);
    case kNotSpace: return !is_ascii_space(c);
    case kWord: return is_ascii_word(c);
    case kNotWord: return !is_ascii_word(c);
    case kLinebreak: return c == '\n';
    case kNotLinebreak: return c != '\n';
    case kLocWord: return is_loc_word(c);
    case kLocNotWord: return !is_loc_word(c);
    case kUniDigit: return c < 128 ? c - '0' < 10 : unicode::is_decimal(static_cast<char32_t>(c));
    case kUniNotDigit: return !(c < 128 ? c - '0' < 10 : unicode::is_decimal(static_cast<char32_t>(c)));
    case kUniSpace: return unicode::is_space(static_cast<char32_t>(c));
    case kUniNotSpace: return !unicode::is_space(static_cast<char32_t>(c));
    case kUniWord: return is_uni_word(c);
    case kUniNotWord: return !is_uni_word(c);
    case kUniLinebreak: return unicode::is_line_break(static_cast<char32_t>(c));
    case kUniNotLinebreak: return !unicode::is_line_break(static_cast<char32_t>(c));
  }
  return false;
}

// The set program at `set` (ends with kFailure).
inline bool in_set(const u32* set, u32 c) {
  bool ok = true;
  while (true) {
    switch (*set++) {
      case kFailure: return !ok;
      case kLiteral:
        if (c == set[0]) return ok;
        ++set;
        break;
      case kCategory:
        if (in_category(set[0], c)) return ok;
        ++set;
        break;
      case kCharset:
        if (c < 256 && (set[c / 32] >> (c % 32) & 1)) return ok;
        set += 8;
        break;
      case kRange:
        if (set[0] <= c && c <= set[1]) return ok;
        set += 2;
        break;
      case kRangeUniIgnore: {
        if (set[0] <= c && c <= set[1]) return ok;
        u32 upper = upper_unicode(c);
        if (set[0] <= upper && upper <= set[1]) return ok;
        set += 2;
        break;
      }
      case kNegate: ok = !ok; break;
      case kBigCharset: {
        u32 count = *set++;
        if (c < 65536) {
          u32 block = reinterpret_cast<const u8*>(set)[c >> 8];
          const u32* bits = set + 64 + block * 8;
          if (bits[(c & 255) / 32] >> (c & 31) & 1) return ok;
        }
        set += 64 + count * 8;
        break;
      }
      default: return false;  // the validator lets nothing else through
    }
  }
}

inline bool locale_literal(u32 literal, u32 c) {
  return c == literal || lower_locale(c) == literal || upper_locale(c) == literal;
}
inline bool locale_set(const u32* set, u32 c) {
  u32 lower = lower_locale(c), upper = upper_locale(c);
  return in_set(set, lower) || (upper != lower && in_set(set, upper));
}

// Does the one-character operation at `op` accept c?
inline bool accepts(const u32* op, u32 c) {
  switch (op[0]) {
    case kAny: return c != '\n';
    case kAnyAll: return true;
    case kLiteral: return c == op[1];
    case kNotLiteral: return c != op[1];
    case kIn: return in_set(op + 2, c);
    case kCategory: return in_category(op[1], c);
    case kLiteralIgnore: return lower_ascii(c) == op[1];
    case kNotLiteralIgnore: return lower_ascii(c) != op[1];
    case kInIgnore: return in_set(op + 2, lower_ascii(c));
    case kLiteralUniIgnore: return lower_unicode(c) == op[1];
    case kNotLiteralUniIgnore: return lower_unicode(c) != op[1];
    case kInUniIgnore: return in_set(op + 2, lower_unicode(c));
    case kLiteralLocIgnore: return locale_literal(op[1], c);
    case kNotLiteralLocIgnore: return !locale_literal(op[1], c);
    case kInLocIgnore: return locale_set(op + 2, c);
  }
  return false;
}

}  // namespace taipan::sre
