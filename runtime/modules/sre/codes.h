// The numbers of compiled regular expressions: what the library's re/_constants.py calls OPCODES, ATCODES,
// CHCODES and flags (MAGIC 20230612). One list here, checked against the library when _sre is imported there.
#pragma once
#include "runtime/base/types.h"

namespace taipan::sre {

inline constexpr u32 kMagic = 20230612;
inline constexpr u32 kMaxRepeat = 0xffffffffu;

enum Op : u32 {
  kFailure, kSuccess, kAny, kAnyAll, kAssert, kAssertNot, kAt, kBranch, kCategory, kCharset, kBigCharset,
  kGroupRef, kGroupRefExists, kIn, kInfo, kJump, kLiteral, kMark, kMaxUntil, kMinUntil, kNotLiteral, kNegate,
  kRange, kRepeat, kRepeatOne, kSubpattern, kMinRepeatOne, kAtomicGroup, kPossessiveRepeat,
  kPossessiveRepeatOne, kGroupRefIgnore, kInIgnore, kLiteralIgnore, kNotLiteralIgnore, kGroupRefLocIgnore,
  kInLocIgnore, kLiteralLocIgnore, kNotLiteralLocIgnore, kGroupRefUniIgnore, kInUniIgnore, kLiteralUniIgnore,
  kNotLiteralUniIgnore, kRangeUniIgnore,
  kOpCount
};

enum At : u32 {
  kAtBeginning, kAtBeginningLine, kAtBeginningString, kAtBoundary, kAtNonBoundary, kAtEnd, kAtEndLine,
  kAtEndString, kAtLocBoundary, kAtLocNonBoundary, kAtUniBoundary, kAtUniNonBoundary,
  kAtCount
};

enum Category : u32 {
  kDigit, kNotDigit, kSpace, kNotSpace, kWord, kNotWord, kLinebreak, kNotLinebreak, kLocWord, kLocNotWord,
  kUniDigit, kUniNotDigit, kUniSpace, kUniNotSpace, kUniWord, kUniNotWord, kUniLinebreak, kUniNotLinebreak,
  kCategoryCount
};

inline constexpr u32 kInfoPrefix = 1, kInfoLiteral = 2, kInfoCharset = 4;
inline constexpr u32 kFlagIgnoreCase = 2, kFlagLocale = 4, kFlagMultiline = 8, kFlagDotAll = 16,
                     kFlagUnicode = 32, kFlagVerbose = 64, kFlagDebug = 128, kFlagAscii = 256;

}  // namespace taipan::sre
