#include "runtime/base/unicode/properties.h"

#include <algorithm>
#include <iterator>

namespace taipan::unicode {

namespace {

#include "unicode/properties.inc"

const TypeRecord& type_of(char32_t c) {
  if (c > kMaxCodePoint) return kTypes[0];
  constexpr u32 kMask = (1u << kTypeShift) - 1;
  return kTypes[kTypeStage2[(u32{kTypeStage1[c >> kTypeShift]} << kTypeShift) + (c & kMask)]];
}

int mapped(char32_t c, i32 mapping, char32_t* out) {
  if (mapping < kManyMark) {
    *out = c + static_cast<char32_t>(mapping);
    return 1;
  }
  int count = mapping >> 24 & 0x3f;
  std::copy_n(kCaseText + (mapping & 0xffffff), count, out);
  return count;
}

}  // namespace

u32 flags(char32_t c) { return type_of(c).flags; }

int decimal_value(char32_t c) {
  u8 value = type_of(c).decimal;
  return value == 255 ? -1 : value;
}

int digit_value(char32_t c) {
  u8 value = type_of(c).digit;
  return value == 255 ? -1 : value;
}

bool numeric_value(char32_t c, double* out) {
  u16 index = type_of(c).numeric;
  *out = kNumbers[index];
  return index != 0;
}

const PropertyRecord& properties(char32_t c) {
  if (c > kMaxCodePoint) c = kMaxCodePoint;  // a noncharacter
  constexpr u32 kMask = (1u << kPropertyShift) - 1;
  return kProperties[kPropertyStage2[(u32{kPropertyStage1[c >> kPropertyShift]} << kPropertyShift) + (c & kMask)]];
}

const char* category(char32_t c) { return kCategoryNames[properties(c).category]; }
const char* bidirectional(char32_t c) { return kBidiNames[properties(c).bidi]; }
const char* east_asian_width(char32_t c) { return kWidthNames[properties(c).width]; }
const char* grapheme_cluster_break(char32_t c) { return kGraphemeBreakNames[properties(c).grapheme_break]; }
const char* indic_conjunct_break(char32_t c) { return kConjunctBreakNames[properties(c).conjunct_break]; }
int combining(char32_t c) { return properties(c).combining; }
bool is_mirrored(char32_t c) { return (properties(c).flags & kMirrored) != 0; }
bool is_extended_pictographic(char32_t c) { return (properties(c).flags & kPictographic) != 0; }
bool is_since_3_2(char32_t c) { return (properties(c).flags & kSince32) != 0; }

const char* block(char32_t c) {
  auto after = std::upper_bound(std::begin(kBlocks), std::end(kBlocks), c,
                                [](char32_t value, const Block& b) { return value < b.first; });
  if (after == std::begin(kBlocks) || c > after[-1].last) return "No_Block";
  return after[-1].name;
}

int to_lower(char32_t c, char32_t* out) { return mapped(c, type_of(c).lower, out); }
int to_upper(char32_t c, char32_t* out) { return mapped(c, type_of(c).upper, out); }
int to_title(char32_t c, char32_t* out) { return mapped(c, type_of(c).title, out); }
int to_folded(char32_t c, char32_t* out) { return mapped(c, type_of(c).fold, out); }

char32_t to_lower(char32_t c) {
  char32_t out[kMaxCaseSize] = {c};
  to_lower(c, out);
  return out[0];
}
char32_t to_upper(char32_t c) {
  char32_t out[kMaxCaseSize] = {c};
  to_upper(c, out);
  return out[0];
}
char32_t to_title(char32_t c) {
  char32_t out[kMaxCaseSize] = {c};
  to_title(c, out);
  return out[0];
}

template <class Lane>
int to_lower_at(const Lane* text, usize size, usize at, char32_t* out) {
  constexpr char32_t kCapitalSigma = 0x3a3, kFinalSigma = 0x3c2, kSigma = 0x3c3;
  if (text[at] != kCapitalSigma) return to_lower(text[at], out);
  // Unicode Standard 3.13, Final_Sigma: case-ignorable characters on both sides do not count.
  usize before = at;
  while (before > 0 && has(text[before - 1], kCaseIgnorable)) --before;
  bool final = before > 0 && is_cased(text[before - 1]);
  if (final) {
    usize after = at + 1;
    while (after < size && has(text[after], kCaseIgnorable)) ++after;
    final = after == size || !is_cased(text[after]);
  }
  *out = final ? kFinalSigma : kSigma;
  return 1;
}

template int to_lower_at(const u8*, usize, usize, char32_t*);
template int to_lower_at(const char16_t*, usize, usize, char32_t*);
template int to_lower_at(const char32_t*, usize, usize, char32_t*);

}  // namespace taipan::unicode
