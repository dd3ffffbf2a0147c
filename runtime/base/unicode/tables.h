// The shape of the Unicode tables that tools/unicode/generate.py writes at build time.
// Code points map to records through two-stage tables: stage1[c >> shift] names a block of stage2.
// Use properties.h, case.h, normalize.h, names.h and graphemes.h; they read these.
#pragma once

#include "runtime/base/types.h"

namespace taipan::unicode {

inline constexpr char32_t kMaxCodePoint = 0x10ffff;

enum Flag : u32 {
  kAlpha = 1, kDecimal = 2, kDigit = 4, kNumeric = 8, kLower = 16, kUpper = 32, kTitle = 64, kSpace = 128,
  kPrintable = 256, kXidStart = 512, kXidContinue = 1024, kCased = 2048, kCaseIgnorable = 4096,
  kLineBreak = 8192,
};

// A case mapping is a difference to add to the code point, or kManyMark | count << 24 | offset into kCaseText.
inline constexpr i32 kManyMark = 1 << 30;

struct TypeRecord {  // what str's methods ask
  u32 flags;
  i32 lower, upper, title, fold;
  u8 decimal, digit;  // 255: none
  u16 numeric;        // index into kNumbers, 0: none
};

struct PropertyRecord {  // what the module unicodedata and normalization ask besides
  u8 category, bidi, combining, width;  // all but the third index the name arrays
  u8 grapheme_break, conjunct_break;
  u8 quick_check;  // two bits a form in the order NFC, NFKC, NFD, NFKD: 0 yes, 1 no, 2 maybe
  u8 flags;
};
enum PropertyFlag : u8 { kMirrored = 1, kPictographic = 2, kSince32 = 4 /* not in Unicode 3.2 */ };

struct Composition {
  char32_t first, second, composite;
};
struct Block {
  char32_t first, last;
  const char* name;
};
struct NameRange {  // PREFIX-XXXX: the code point in hexadecimal
  char32_t first, last;
  const char* prefix;
};
struct NamedSequence {
  const char* name;
  u8 size;
  char32_t text[4];
};
struct NameAlias {
  const char* name;
  char32_t code_point;
};

}  // namespace taipan::unicode
