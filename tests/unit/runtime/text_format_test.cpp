// The format mini-language; expected values are CPython's.
#include <gtest/gtest.h>

#include <cmath>

#include "runtime/base/format_spec.h"

namespace taipan {
namespace {

std::u32string widen(std::string_view s) { return std::u32string(s.begin(), s.end()); }

std::string written(const FormattedText& text) {
  std::string out(text.length(), '?');
  text.write(out.data());
  return out;
}

std::string float_as(double value, std::string_view spec_text) {
  FormatSpec spec;
  FormattedText text;
  FormatError error = parse_format_spec(widen(spec_text), '>', 0, &spec);
  if (!error) error = format_double(value, spec, &text);
  return error ? format_error_text(error, spec_text, "float") : written(text);
}

std::string int_as(i64 value, std::string_view spec_text) {
  FormatSpec spec;
  FormattedText text;
  IntFormat how;
  FormatError error = parse_format_spec(widen(spec_text), '>', 'd', &spec);
  if (!error) error = check_int_spec(spec, &how);
  if (error) return format_error_text(error, spec_text, "int");
  u64 magnitude = value < 0 ? u64{0} - static_cast<u64>(value) : static_cast<u64>(value);
  format_int_digits(value < 0, digits_of(magnitude, int_spec_base(spec)), spec, &text);
  return written(text);
}

TEST(FormatSpec, Floats) {
  EXPECT_EQ(float_as(1234567.891, ",.2f"), "1,234,567.89");
  EXPECT_EQ(float_as(1234567.891234, "_.5_f"), "1_234_567.891_23");
  EXPECT_EQ(float_as(3.0, ""), "3.0");
  EXPECT_EQ(float_as(3.0, ".3"), "3.0");
  EXPECT_EQ(float_as(0.25, ".1%"), "25.0%");
  EXPECT_EQ(float_as(-1.5, "*=+10"), "-******1.5");
  EXPECT_EQ(float_as(1234, "010,"), "0,001,234.0");
  EXPECT_EQ(float_as(-0.01, "z.1f"), "0.0");
  EXPECT_EQ(float_as(HUGE_VAL, "06"), "000inf");
}

TEST(FormatSpec, Ints) {
  EXPECT_EQ(int_as(255, "#x"), "0xff");
  EXPECT_EQ(int_as(-255, "#010X"), "-0X00000FF");
  EXPECT_EQ(int_as(1234, "08,"), "0,001,234");  // a separator is never first: one wider
  EXPECT_EQ(int_as(65535, "_b"), "1111_1111_1111_1111");
  EXPECT_EQ(int_as(5, "^7"), "   5   ");
  EXPECT_EQ(int_as(5, "+"), "+5");
}

TEST(FormatSpec, Errors) {
  EXPECT_EQ(int_as(1, ".3"), "Precision not allowed in integer format specifier");
  EXPECT_EQ(int_as(1, ",x"), "Cannot specify ',' with 'x'.");
  EXPECT_EQ(int_as(1, "s"), "Unknown format code 's' for object of type 'int'");
  EXPECT_EQ(float_as(1, ",_"), "Cannot specify both ',' and '_'.");
  EXPECT_EQ(float_as(1, "10."), "Format specifier missing precision");
  EXPECT_EQ(float_as(1, "5qq"), "Invalid format specifier '5qq' for object of type 'float'");
  EXPECT_EQ(float_as(1, "99999999999999999999"), "Too many decimal digits in format string");
}

TEST(FormatSpec, Complex) {
  auto as = [](double re, double im, std::string_view spec_text) {
    FormatSpec spec;
    FormattedText text;
    FormatError error = parse_format_spec(widen(spec_text), '>', 0, &spec);
    if (!error) error = format_complex(re, im, spec, &text);
    return error ? format_error_text(error, spec_text, "complex") : written(text);
  };
  EXPECT_EQ(as(1, -2, ""), "(1-2j)");
  EXPECT_EQ(as(0, 2, "5"), "   2j");
  EXPECT_EQ(as(1.5, 2, "+.1f"), "+1.5+2.0j");
  EXPECT_EQ(as(1, 2, "010"), "Zero padding is not allowed in complex format specifier");
}

TEST(FormatSpec, TextPadding) {
  FormatSpec spec;
  ASSERT_FALSE(parse_format_spec(U"\u00e9^9.4", '<', 's', &spec));
  EXPECT_FALSE(check_str_spec(spec));
  TextPadding p = lay_out_padding(6, spec);
  EXPECT_EQ(p.length, 4u);
  EXPECT_EQ(p.left, 2u);
  EXPECT_EQ(p.right, 3u);
  EXPECT_EQ(spec.fill, U'\u00e9');
}

}  // namespace
}  // namespace taipan
