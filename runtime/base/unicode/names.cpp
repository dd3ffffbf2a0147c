#include "runtime/base/unicode/names.h"

#include <algorithm>
#include <cstdio>
#include <iterator>

#include "runtime/base/unicode/tables.h"

namespace taipan::unicode {

namespace {

#include "unicode/names.inc"

constexpr std::string_view kHangul = "HANGUL SYLLABLE ";
constexpr char32_t kSyllables = 0xac00;
constexpr u32 kVowelCount = std::size(kJamoV), kTrailingCount = std::size(kJamoT);
constexpr u32 kSyllableCount = std::size(kJamoL) * kVowelCount * kTrailingCount;

// The generator computes the same.
u32 name_hash(std::string_view name) {
  u32 h = 2166136261;
  for (char c : name) h = (h ^ static_cast<u8>(c)) * 16777619;
  return h ^ h >> 15;
}

// The name as words of the table; empty if the character has none there.
std::string stored_name(char32_t c) {
  constexpr u32 kMask = (1u << kNameShift) - 1;
  u32 place = kNameStage2[(u32{kNameStage1[c >> kNameShift]} << kNameShift) + (c & kMask)];
  std::string out;
  const u8* p = kPhrases + place + 1;
  for (const u8* end = p + p[-1]; p < end;) {
    u32 word = *p++;
    if (word >= kShortWords) word = kShortWords + (word - kShortWords) * 256 + *p++;
    if (!out.empty()) out += ' ';
    out.append(reinterpret_cast<const char*>(kWordText) + kWordPlaces[word],
               reinterpret_cast<const char*>(kWordText) + kWordPlaces[word + 1]);
  }
  return out;
}

// Longest of the short names at the start of text, -1 if none; one may be empty.
template <usize N>
int take_jamo(const char* const (&names)[N], std::string_view& text) {
  int best = -1;
  usize best_size = 0;
  for (usize i = 0; i < N; ++i) {
    std::string_view name = names[i];
    if (text.starts_with(name) && (best < 0 || name.size() > best_size)) {
      best = static_cast<int>(i);
      best_size = name.size();
    }
  }
  if (best >= 0) text.remove_prefix(best_size);
  return best;
}

char32_t find_syllable(std::string_view text) {
  int l = take_jamo(kJamoL, text), v = l < 0 ? -1 : take_jamo(kJamoV, text);
  int t = v < 0 ? -1 : take_jamo(kJamoT, text);
  if (t < 0 || !text.empty()) return 0;
  return kSyllables + (static_cast<u32>(l) * kVowelCount + static_cast<u32>(v)) * kTrailingCount +
         static_cast<u32>(t);
}

char32_t find_in_ranges(std::string_view name) {
  usize dash = name.rfind('-');
  if (dash == std::string_view::npos) return 0;
  std::string_view code = name.substr(dash + 1);
  if (code.size() < 4 || code.size() > 6 || (code.size() > 4 && code[0] == '0')) return 0;
  char32_t c = 0;
  for (char d : code) {
    if (d >= '0' && d <= '9') c = c << 4 | static_cast<char32_t>(d - '0');
    else if (d >= 'A' && d <= 'F') c = c << 4 | static_cast<char32_t>(d - 'A' + 10);
    else return 0;
  }
  for (const NameRange& range : kNameRanges) {
    if (c >= range.first && c <= range.last && name.substr(0, dash + 1) == range.prefix) return c;
  }
  return 0;
}

// U+0000 has no name, so 0 may say "not found"; its alias is in another table.
char32_t find_stored(std::string_view name) {
  constexpr u32 kMask = (1u << kNameHashBits) - 1, kCode = (1u << 21) - 1;
  u32 h = name_hash(name);
  for (u32 slot = h & kMask; kNameHash[slot] != 0xffffffff; slot = (slot + 1) & kMask) {
    u32 entry = kNameHash[slot];
    if (((entry ^ h) & ~kCode) == 0 && stored_name(entry & kCode) == name) return entry & kCode;
  }
  return 0;
}

template <class Entry, usize N>
const Entry* find_sorted(const Entry (&entries)[N], std::string_view name) {
  auto found = std::lower_bound(std::begin(entries), std::end(entries), name,
                                [](const Entry& e, std::string_view n) { return e.name < n; });
  return found != std::end(entries) && found->name == name ? &*found : nullptr;
}

}  // namespace

std::string name_of(char32_t c) {
  if (c > kMaxCodePoint) return {};
  if (u32 index = c - kSyllables; index < kSyllableCount) {
    std::string out(kHangul);
    out += kJamoL[index / (kVowelCount * kTrailingCount)];
    out += kJamoV[index / kTrailingCount % kVowelCount];
    return out + kJamoT[index % kTrailingCount];
  }
  for (const NameRange& range : kNameRanges) {
    if (c < range.first || c > range.last) continue;
    char code[8];
    std::snprintf(code, sizeof code, "%04X", static_cast<unsigned>(c));
    return std::string(range.prefix) + code;
  }
  return stored_name(c);
}

int find_named(std::string_view name, bool with_sequences, char32_t* out) {
  constexpr usize kLongest = 256;
  if (name.empty() || name.size() > kLongest) return 0;
  std::string upper(name);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c -= 'a' - 'A';
  }
  char32_t c = 0;
  if (upper.starts_with(kHangul)) c = find_syllable(std::string_view(upper).substr(kHangul.size()));
  if (c == 0) c = find_in_ranges(upper);
  if (c == 0) c = find_stored(upper);
  if (c == 0) {
    if (const NameAlias* alias = find_sorted(kNameAliases, upper)) {
      *out = alias->code_point;
      return 1;
    }
    const NamedSequence* sequence = with_sequences ? find_sorted(kNamedSequences, upper) : nullptr;
    if (!sequence) return 0;
    std::copy_n(sequence->text, sequence->size, out);
    return sequence->size;
  }
  *out = c;
  return 1;
}

}  // namespace taipan::unicode
