// printf-style conversions; expected values are CPython 3.15's.
#include <gtest/gtest.h>

#include <string_view>

#include "runtime/base/percent_format.h"

namespace taipan {
namespace {

PercentSpec parse(std::string_view s) { return parse_percent(reinterpret_cast<const u8*>(s.data()), s.size(), 0); }

std::string written(const FormattedText& text) {
  std::string out(text.length(), '?');
  text.write(out.data());
  return out;
}

std::string int_as(i64 value, std::string_view format) {
  PercentSpec spec = parse(format);
  FormattedText text;
  u64 magnitude = value < 0 ? u64{0} - static_cast<u64>(value) : static_cast<u64>(value);
  format_percent_int(value < 0, digits_of(magnitude, percent_base(spec.type)), spec, &text);
  return written(text);
}

std::string float_as(double value, std::string_view format) {
  FormattedText text;
  EXPECT_TRUE(format_percent_double(value, parse(format), &text));
  return written(text);
}

std::string error_of(std::string_view format) {
  PercentSpec spec = parse(format);
  return spec.error == PercentError::None ? percent_type_error(spec, false) : percent_error_text(spec);
}

TEST(PercentFormat, Parse) {
  PercentSpec spec = parse("%(a(b))-+ #010.3lfx");
  EXPECT_TRUE(spec.has_key && spec.left && spec.plus && spec.blank && spec.alternate && spec.zero);
  EXPECT_EQ(spec.key_begin, 2u);
  EXPECT_EQ(spec.key_end, 6u);
  EXPECT_EQ(spec.width, 10);
  EXPECT_EQ(spec.precision, 3);
  EXPECT_EQ(spec.type, U'f');
  EXPECT_EQ(spec.end, 18u);
  EXPECT_TRUE(parse("%%").literal);
  spec = parse("%*.*d");
  EXPECT_TRUE(spec.star_width && spec.star_precision);
  spec.set_width(-5);
  EXPECT_TRUE(spec.left && spec.width == 5);
}

TEST(PercentFormat, Errors) {
  EXPECT_EQ(error_of("%"), "stray % at position 0");
  EXPECT_EQ(error_of("%5.l"), "stray % at position 0");
  EXPECT_EQ(error_of("%(a"), "stray % or incomplete format key at position 0");
  EXPECT_EQ(error_of("%(a)*d"), "* cannot be used with a parenthesised mapping key at position 0");
  EXPECT_EQ(error_of("%9223372036854775808d"), "width too big at position 0");
  EXPECT_EQ(error_of("%.2147483648d"), "precision too big at position 0");
  EXPECT_EQ(error_of("%lld"), "unsupported format %l at position 0");
  EXPECT_EQ(error_of("%5%"), "stray % at position 0 or unexpected format character '%' at position 2");
  EXPECT_EQ(error_of("%\x01"), "stray % at position 0 or unexpected format character U+0001 at position 1");
  EXPECT_EQ(error_of("%\xe9"), "stray % at position 0 or unexpected format character 'é' (U+00E9) at position 1");
  EXPECT_EQ(percent_type_error(parse("%\x01"), true),
            "stray % at position 0 or unexpected format character with code 0x01 at position 1");
}

TEST(PercentFormat, Numbers) {
  EXPECT_EQ(int_as(-255, "%#010x"), "-0x00000ff");
  EXPECT_EQ(int_as(-255, "%#12.5x"), "    -0x000ff");
  EXPECT_EQ(int_as(-255, "%-#12.5x"), "-0x000ff    ");
  EXPECT_EQ(int_as(5, "%+ d"), "+5");
  EXPECT_EQ(int_as(5, "%08.3d"), "00000005");
  EXPECT_EQ(int_as(3, "%-05d"), "3    ");
  EXPECT_EQ(int_as(8, "%#o"), "0o10");
  EXPECT_EQ(float_as(2.5, "%.0f"), "2");
  EXPECT_EQ(float_as(1, "%#g"), "1.00000");
  EXPECT_EQ(float_as(-1.5, "%08.2f"), "-0001.50");
  EXPECT_EQ(float_as(1e-10, "%G"), "1E-10");
}

TEST(PercentFormat, Text) {
  TextPadding p = lay_out_percent_text(5, parse("%5.2s"));
  EXPECT_TRUE(p.length == 2 && p.left == 3 && p.right == 0);
  p = lay_out_percent_text(1, parse("%-5.0c"));
  EXPECT_TRUE(p.length == 1 && p.left == 0 && p.right == 4);
}

}  // namespace
}  // namespace taipan
