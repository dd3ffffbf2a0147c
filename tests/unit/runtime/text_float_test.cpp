// Doubles to text and back; expected values are CPython's.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "runtime/base/float_text.h"

namespace taipan {
namespace {

TEST(FloatText, Repr) {
  struct Row { double value; const char* text; };
  for (Row row : {Row{0.0, "0.0"}, {-0.0, "-0.0"}, {1.0, "1.0"}, {0.1, "0.1"}, {1e15, "1000000000000000.0"},
                  {1e16, "1e+16"},                    // positional up to 16 digits
                  {0.0001, "0.0001"}, {0.00001, "1e-05"},
                  {123456.789, "123456.789"}, {1.5e-7, "1.5e-07"}, {1e100, "1e+100"},
                  {0x1p-44, "5.684341886080802e-14"},  // the shortest text is a tie: the even digit wins
                  {5e-324, "5e-324"}, {1.7976931348623157e308, "1.7976931348623157e+308"},
                  {-INFINITY, "-inf"}, {NAN, "nan"}}) {
    EXPECT_EQ(double_repr(row.value), row.text);
  }
}

std::string styled(double value, char type, int precision, bool alternate = false) {
  std::string out;
  append_double(out, value, {.type = type, .precision = precision, .alternate = alternate});
  return out;
}

TEST(FloatText, Styles) {
  EXPECT_EQ(styled(2.5, 'f', 0), "2");           // half to even, on the exact value
  EXPECT_EQ(styled(0.125, 'f', 2), "0.12");
  EXPECT_EQ(styled(1e22, 'f', 1), "10000000000000000000000.0");
  EXPECT_EQ(styled(1.0, 'f', 1100).size(), 1102u);  // more digits than a double can have
  EXPECT_EQ(styled(12345.678, 'e', 3), "1.235e+04");
  EXPECT_EQ(styled(0.0, 'e', 2), "0.00e+00");
  EXPECT_EQ(styled(100000.0, 'g', 6), "100000");
  EXPECT_EQ(styled(1000000.0, 'G', 6), "1E+06");
  EXPECT_EQ(styled(1.5, 'g', 4, true), "1.500");
  EXPECT_EQ(styled(3.0, 'f', 0, true), "3.");
  EXPECT_EQ(styled(INFINITY, 'F', 2), "INF");
  std::string zero;
  append_double(zero, -0.001, {.type = 'f', .precision = 1, .no_negative_zero = true});
  EXPECT_EQ(zero, "0.0");
}

TEST(FloatText, Parse) {
  double d = 0;
  EXPECT_TRUE(parse_double("1_000.5e-1_0", &d) && d == 1000.5e-10);
  EXPECT_TRUE(parse_double("-.5", &d) && d == -0.5);
  EXPECT_TRUE(parse_double("1e400", &d) && d == INFINITY);
  EXPECT_TRUE(parse_double("-1e-400", &d) && d == 0 && std::signbit(d));
  EXPECT_TRUE(parse_double("0e99999999999999999999", &d) && d == 0);
  EXPECT_TRUE(parse_double("4.9e-324", &d) && d == 5e-324);  // a subnormal is not an underflow
  EXPECT_TRUE(parse_double("+InFinity", &d) && d == INFINITY);
  EXPECT_TRUE(parse_double("nan", &d) && std::isnan(d));
  for (const char* bad : {"", "+", ".", "1__0", "_1", "1_", "1_.5", "1e", "1e+", "0x10", "nan()", "infin", " 1"}) {
    EXPECT_FALSE(parse_double(bad, &d)) << bad;
  }
  EXPECT_EQ(parse_double_prefix("1.5e+j", &d), 3u);
}

TEST(FloatText, Round) {
  double d = 0;
  EXPECT_TRUE(round_double(2.675, 2, &d) && d == 2.67);  // the double is below the tie
  EXPECT_TRUE(round_double(0.5, 0, &d) && d == 0.0);
  EXPECT_TRUE(round_double(1250, -2, &d) && d == 1200);
  EXPECT_TRUE(round_double(-99999, -5, &d) && d == -100000);
  EXPECT_FALSE(round_double(1.7976931348623157e308, -308, &d));
}

TEST(FloatText, Hex) {
  EXPECT_EQ(double_hex(-0.1), "-0x1.999999999999ap-4");
  EXPECT_EQ(double_hex(5e-324), "0x0.0000000000001p-1022");
  double d = 0;
  EXPECT_TRUE(parse_hex_double("0x1.8p1", &d) == HexFloatError::None && d == 3);
  EXPECT_TRUE(parse_hex_double("-.8", &d) == HexFloatError::None && d == -0.5);
  EXPECT_TRUE(parse_hex_double("0x1p-1075", &d) == HexFloatError::None && d == 0);     // a tie, to even
  EXPECT_TRUE(parse_hex_double("0x1.8p-1075", &d) == HexFloatError::None && d == 5e-324);
  EXPECT_EQ(parse_hex_double("0x1.fffffffffffff8p1023", &d), HexFloatError::Overflow);
  EXPECT_EQ(parse_hex_double("0x1p", &d), HexFloatError::Invalid);
}

}  // namespace
}  // namespace taipan
