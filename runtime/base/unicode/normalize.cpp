#include "runtime/base/unicode/normalize.h"

#include <algorithm>
#include <cstdio>
#include <iterator>

#include "runtime/base/unicode/properties.h"

namespace taipan::unicode {

namespace {

#include "unicode/decomposition.inc"

// Hangul syllables are arithmetic (Unicode Standard 3.12).
constexpr char32_t kSyllables = 0xac00, kLeading = 0x1100, kVowels = 0x1161, kTrailing = 0x11a7;
constexpr u32 kLeadingCount = 19, kVowelCount = 21, kTrailingCount = 28;
constexpr u32 kSyllableCount = kLeadingCount * kVowelCount * kTrailingCount;

// Head of the decomposition: tag << 8 | count, the characters follow. Null if there is none.
const char32_t* find_decomposition(char32_t c) {
  if (c > kMaxCodePoint) return nullptr;
  constexpr u32 kMask = (1u << kDecompositionShift) - 1;
  u32 block = u32{kDecompositionStage1[c >> kDecompositionShift]} << kDecompositionShift;
  u32 place = kDecompositionStage2[block + (c & kMask)];
  return place == 0 ? nullptr : kDecompositionText + place;
}

void decompose(char32_t c, bool compatible, std::u32string& out) {
  if (c < 0x80) {
    out += c;
    return;
  }
  if (u32 index = c - kSyllables; index < kSyllableCount) {
    out += kLeading + index / (kVowelCount * kTrailingCount);
    out += kVowels + index / kTrailingCount % kVowelCount;
    if (u32 trailing = index % kTrailingCount) out += kTrailing + trailing;
    return;
  }
  const char32_t* head = find_decomposition(c);
  if (!head || (*head >> 8 != 0 && !compatible)) {
    out += c;
    return;
  }
  for (u32 i = 1; i <= (*head & 0xff); ++i) decompose(head[i], compatible, out);
}

// Canonical ordering: runs of characters with a combining class are sorted by it, stably.
void put_in_order(std::u32string& text) {
  for (usize i = 0; i < text.size(); ++i) {
    if (text[i] < 0x300 || combining(text[i]) == 0) continue;
    usize end = i + 1;
    while (end < text.size() && combining(text[end]) != 0) ++end;
    if (end - i > 1) {
      std::stable_sort(text.begin() + static_cast<ssize>(i), text.begin() + static_cast<ssize>(end),
                       [](char32_t a, char32_t b) { return combining(a) < combining(b); });
    }
    i = end - 1;
  }
}

void compose_in_place(std::u32string& text) {
  constexpr usize kNone = ~usize{0};
  usize starter = kNone, out = 0;
  int last_class = 0;  // of what was kept after the starter
  for (char32_t c : text) {
    int cls = combining(c);
    if (starter != kNone && (out == starter + 1 || last_class < cls)) {
      // Not blocked. Directly after the starter anything may combine, starters too.
      if (char32_t composite = compose(text[starter], c)) {
        text[starter] = composite;
        continue;
      }
    }
    if (cls == 0) starter = out;
    last_class = cls;
    text[out++] = c;
  }
  text.resize(out);
}

}  // namespace

char32_t compose(char32_t first, char32_t second) {
  if (second < 0x300) return 0;
  if (u32 l = first - kLeading, v = second - kVowels; l < kLeadingCount && v < kVowelCount) {
    return kSyllables + (l * kVowelCount + v) * kTrailingCount;
  }
  if (u32 s = first - kSyllables, t = second - kTrailing;
      s < kSyllableCount && s % kTrailingCount == 0 && t > 0 && t < kTrailingCount) {
    return first + t;
  }
  auto less = [](const Composition& a, const Composition& b) {
    return a.first != b.first ? a.first < b.first : a.second < b.second;
  };
  Composition wanted{first, second, 0};
  auto found = std::lower_bound(std::begin(kCompositions), std::end(kCompositions), wanted, less);
  return found != std::end(kCompositions) && !less(wanted, *found) ? found->composite : 0;
}

template <class Lane>
QuickCheck quick_check(NormalForm form, const Lane* text, usize size) {
  // Below these nothing is changed, and nothing combines.
  char32_t harmless = form == NormalForm::NFC ? 0x300 : form == NormalForm::NFD ? 0xc0 : 0xa0;
  QuickCheck result = QuickCheck::Yes;
  int last_class = 0;
  for (usize i = 0; i < size; ++i) {
    char32_t c = text[i];
    if (c < harmless) {
      last_class = 0;
      continue;
    }
    const PropertyRecord& p = properties(c);
    if (p.combining != 0 && p.combining < last_class) return QuickCheck::No;
    last_class = p.combining;
    auto check = static_cast<QuickCheck>(p.quick_check >> (2 * static_cast<int>(form)) & 3);
    if (check == QuickCheck::No) return check;
    if (check == QuickCheck::Maybe) result = check;
  }
  return result;
}

template <class Lane>
std::u32string normalize(NormalForm form, const Lane* text, usize size) {
  bool compatible = form == NormalForm::NFKC || form == NormalForm::NFKD;
  std::u32string out;
  out.reserve(size + size / 2);
  for (usize i = 0; i < size; ++i) decompose(text[i], compatible, out);
  put_in_order(out);
  if (form == NormalForm::NFC || form == NormalForm::NFKC) compose_in_place(out);
  return out;
}

std::string decomposition_text(char32_t c) {
  std::string out;
  std::u32string parts;
  if (c - kSyllables < kSyllableCount) {
    decompose(c, false, parts);
  } else if (const char32_t* head = find_decomposition(c)) {
    out = kDecompositionTags[*head >> 8];
    parts.assign(head + 1, *head & 0xff);
  }
  for (char32_t part : parts) {
    char hex[12];
    std::snprintf(hex, sizeof hex, out.empty() ? "%04X" : " %04X", static_cast<unsigned>(part));
    out += hex;
  }
  return out;
}

#define TP_LANE(Lane)                                                       \
  template QuickCheck quick_check(NormalForm, const Lane*, usize);          \
  template std::u32string normalize(NormalForm, const Lane*, usize);
TP_LANE(u8)
TP_LANE(char16_t)
TP_LANE(char32_t)
#undef TP_LANE

}  // namespace taipan::unicode
