// Unicode 17.0 as CPython 3.15 reports it.
#include <gtest/gtest.h>

#include "runtime/base/unicode/graphemes.h"
#include "runtime/base/unicode/names.h"
#include "runtime/base/unicode/normalize.h"
#include "runtime/base/unicode/properties.h"

namespace taipan::unicode {
namespace {

TEST(Unicode, Properties) {
  EXPECT_STREQ(category('A'), "Lu");
  EXPECT_STREQ(category(0x378), "Cn");
  EXPECT_STREQ(category(0xd800), "Cs");
  EXPECT_STREQ(bidirectional(0x5d0), "R");
  EXPECT_STREQ(bidirectional(0x7ff), "R");          // unassigned, by its block
  EXPECT_STREQ(east_asian_width(0x4e00), "W");
  EXPECT_STREQ(block(0x1f600), "Emoticons");
  EXPECT_EQ(combining(0x301), 230);
  EXPECT_TRUE(is_mirrored('('));
  EXPECT_TRUE(is_extended_pictographic(0x1f600));
  EXPECT_STREQ(indic_conjunct_break(0x94d), "Linker");
  EXPECT_TRUE(is_since_3_2(0x1f600) && !is_since_3_2('a'));
  EXPECT_STREQ(category(0x110000), "Cn");
}

TEST(Unicode, StrQuestions) {
  EXPECT_TRUE(is_alpha(0xe9) && is_lower(0xe9) && is_printable(0xe9));
  EXPECT_TRUE(is_lower(0xaa));                      // a letter without case, but Lowercase
  EXPECT_TRUE(is_digit(0xb2) && !is_decimal(0xb2));
  EXPECT_TRUE(is_numeric(0x4e09) && is_alnum(0x4e09));
  EXPECT_TRUE(is_space(0x1c) && is_space(0x85) && is_space(0x3000) && !is_space(0x200b));
  EXPECT_TRUE(is_line_break(0x2028) && is_line_break(0x0b) && !is_line_break(0x1f));
  EXPECT_TRUE(is_printable(' ') && !is_printable(0xa0));
  EXPECT_TRUE(is_title(0x1c5));
  EXPECT_TRUE(is_xid_start(0x4e00) && is_xid_continue(0xb7) && !is_xid_start(0xb7));
  EXPECT_EQ(decimal_value(0x0663), 3);
  EXPECT_EQ(digit_value(0xb2), 2);
  double number;
  EXPECT_TRUE(numeric_value(0xbd, &number) && number == 0.5);
  EXPECT_FALSE(numeric_value('a', &number));
}

std::u32string upper(char32_t c) {
  char32_t out[kMaxCaseSize];
  return std::u32string(out, static_cast<usize>(to_upper(c, out)));
}
std::u32string folded(char32_t c) {
  char32_t out[kMaxCaseSize];
  return std::u32string(out, static_cast<usize>(to_folded(c, out)));
}
std::u32string lower(std::u32string_view text) {
  std::u32string all;
  char32_t out[kMaxCaseSize];
  for (usize i = 0; i < text.size(); ++i) {
    all.append(out, static_cast<usize>(to_lower_at(text.data(), text.size(), i, out)));
  }
  return all;
}

TEST(Unicode, Case) {
  EXPECT_EQ(upper(U'ß'), U"SS");
  EXPECT_EQ(upper(U'ŉ'), U"ʼN");
  EXPECT_EQ(folded(U'ẞ'), U"ss");
  EXPECT_EQ(folded(0x13a0), U"\u13a0");             // Cherokee folds to capitals
  EXPECT_EQ(to_title(0x1c6), char32_t{0x1c5});
  EXPECT_EQ(lower(U"İ"), U"i\u0307");
  EXPECT_EQ(lower(U"ΟΔΟΣ Σ"), U"οδος σ");
  EXPECT_EQ(lower(U"ΑΣ.Σ"), U"ασ.ς");               // a case-ignorable point between
}

std::u32string form(NormalForm f, std::u32string_view text) { return normalize(f, text.data(), text.size()); }

TEST(Unicode, Normalization) {
  EXPECT_EQ(form(NormalForm::NFC, U"e\u0301"), U"é");
  EXPECT_EQ(form(NormalForm::NFD, U"ế"), U"e\u0302\u0301");
  EXPECT_EQ(form(NormalForm::NFD, U"a\u0301\u0323"), U"a\u0323\u0301");
  EXPECT_EQ(form(NormalForm::NFC, U"\u1100\u1161\u11a8"), U"각");
  EXPECT_EQ(form(NormalForm::NFC, U"\u0958"), U"\u0915\u093c");   // excluded from composition
  EXPECT_EQ(form(NormalForm::NFKC, U"ﬁ²"), U"fi2");
  EXPECT_EQ(form(NormalForm::NFC, U"a\u0327\u0300"), U"\u00e0\u0327");
  EXPECT_EQ(quick_check(NormalForm::NFC, U"abc", 3), QuickCheck::Yes);
  EXPECT_EQ(quick_check(NormalForm::NFC, U"e\u0301", 2), QuickCheck::Maybe);
  EXPECT_EQ(quick_check(NormalForm::NFD, U"é", 1), QuickCheck::No);
  EXPECT_EQ(decomposition_text(0xbd), "<fraction> 0031 2044 0032");
  EXPECT_EQ(decomposition_text(0xac01), "1100 1161 11A8");
}

TEST(Unicode, Names) {
  EXPECT_EQ(name_of('a'), "LATIN SMALL LETTER A");
  EXPECT_EQ(name_of(0), "");
  EXPECT_EQ(name_of(0x4e00), "CJK UNIFIED IDEOGRAPH-4E00");
  EXPECT_EQ(name_of(0xac01), "HANGUL SYLLABLE GAG");
  char32_t found[kMaxNamedSize];
  EXPECT_TRUE(find_named("latin small letter a", false, found) == 1 && found[0] == 'a');
  EXPECT_TRUE(find_named("Hangul Syllable Ggwalg", false, found) == 1 && name_of(found[0]) == "HANGUL SYLLABLE GGWALG");
  EXPECT_TRUE(find_named("TANGUT IDEOGRAPH-17000", false, found) == 1 && found[0] == 0x17000);
  EXPECT_EQ(find_named("CJK UNIFIED IDEOGRAPH-04E00", false, found), 0);
  EXPECT_TRUE(find_named("NULL", false, found) == 1 && found[0] == 0);           // an alias
  EXPECT_EQ(find_named("KEYCAP DIGIT ONE", false, found), 0);
  EXPECT_EQ(find_named("KEYCAP DIGIT ONE", true, found), 3);
}

TEST(Unicode, EveryNameIsFoundAgain) {
  usize named = 0;
  for (char32_t c = 0; c <= kMaxCodePoint; ++c) {
    if (c >= 0x20000 && c < 0xe0000 && c % 97) continue;  // ideographs by rule
    std::string name = name_of(c);
    if (name.empty()) continue;
    ++named;
    char32_t found[kMaxNamedSize];
    ASSERT_EQ(find_named(name, false, found), 1) << name;
    ASSERT_EQ(found[0], c) << name;
  }
  EXPECT_GT(named, 80000u);
}

TEST(Unicode, Graphemes) {
  auto clusters = [](std::u32string_view text) {
    usize n = 0;
    for (usize i = 0; i < text.size(); i = next_grapheme(text.data(), text.size(), i)) ++n;
    return n;
  };
  EXPECT_EQ(clusters(U"e\u0301a"), 2u);
  EXPECT_EQ(clusters(U"\r\n\n"), 2u);
  EXPECT_EQ(clusters(U"🇩🇪🇫🇷"), 2u);
  EXPECT_EQ(clusters(U"👨‍👩‍👧"), 1u);
  EXPECT_EQ(clusters(U"\u0915\u094d\u0937"), 1u);
  EXPECT_EQ(clusters(U"각\u11a8"), 1u);
}

}  // namespace
}  // namespace taipan::unicode
