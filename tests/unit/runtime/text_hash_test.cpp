// Hash values of CPython 3.15, with PYTHONHASHSEED 0 and 42.
#include <gtest/gtest.h>

#include <limits>
#include <string_view>

#include "runtime/base/hash.h"
#include "runtime/base/siphash.h"

namespace taipan {
namespace {

i64 hash_with_seed(u32 seed, std::string_view bytes) {
  g_hash_key = hash_secret_from_number(seed).key;
  i64 h = static_cast<i64>(hash_bytes(bytes.data(), bytes.size()));
  g_hash_key = {};
  return h;
}

TEST(SipHash, EqualsCPython) {
  EXPECT_EQ(hash_with_seed(0, ""), 0);
  EXPECT_EQ(hash_with_seed(42, ""), 0);
  EXPECT_EQ(hash_with_seed(0, "a"), 4644417185603328019);
  EXPECT_EQ(hash_with_seed(0, "abc"), -4594863902769663758);
  EXPECT_EQ(hash_with_seed(0, "12345678"), 3785724242978802311);
  EXPECT_EQ(hash_with_seed(0, "na\xefve"), 7682306841811832039);
  EXPECT_EQ(hash_with_seed(0, std::string_view("\xe5\x65\x2c\x67", 4)), 6243316497235261705);
  EXPECT_EQ(hash_with_seed(42, "a"), -123207753977932514);
  EXPECT_EQ(hash_with_seed(42, "abc"), 3869580338025362921);
  EXPECT_EQ(hash_with_seed(42, "12345678"), -8868897825882322955);
  EXPECT_EQ(hash_with_seed(42, "na\xefve"), -8095583506289061895);
  EXPECT_EQ(hash_with_seed(42, std::string_view("\xe5\x65\x2c\x67", 4)), -7192152084576530731);
}

TEST(SipHash, ReadsTheSeed) {
  u32 seed;
  EXPECT_EQ(parse_hash_seed("", &seed), HashSeedKind::Random);
  EXPECT_EQ(parse_hash_seed("random", &seed), HashSeedKind::Random);
  EXPECT_EQ(parse_hash_seed("4294967295", &seed), HashSeedKind::Number);
  EXPECT_EQ(seed, 4294967295u);
  EXPECT_EQ(parse_hash_seed("4294967296", &seed), HashSeedKind::Invalid);
  EXPECT_EQ(parse_hash_seed("-1", &seed), HashSeedKind::Invalid);
  EXPECT_EQ(parse_hash_seed(" +7", &seed), HashSeedKind::Number);
  EXPECT_EQ(seed, 7u);
  for (const char* bad : {" ", "+", "7 ", "0x7"}) EXPECT_EQ(parse_hash_seed(bad, &seed), HashSeedKind::Invalid) << bad;
  HashSecret a, b;
  ASSERT_TRUE(hash_secret_from_system(&a) && hash_secret_from_system(&b));
  EXPECT_NE(a.key.k0, b.key.k0);
}

TEST(NumberHash, EqualsCPython) {
  EXPECT_EQ(static_cast<i64>(hash_i64(-1)), -2);
  EXPECT_EQ(hash_i64((i64{1} << 61) - 1), 0u);
  EXPECT_EQ(static_cast<i64>(hash_i64(std::numeric_limits<i64>::min())), -4);
  EXPECT_EQ(static_cast<i64>(hash_double(-1.0)), -2);
  EXPECT_EQ(static_cast<i64>(hash_double(0.5)), 1152921504606846976);
  EXPECT_EQ(static_cast<i64>(hash_double(1e300)), 1224995262755759164);
  EXPECT_EQ(static_cast<i64>(hash_double(-123.456)), -1051464412201451643);
  EXPECT_EQ(static_cast<i64>(hash_double(5e-324)), 16777216);
  EXPECT_EQ(static_cast<i64>(hash_double(std::numeric_limits<double>::infinity())), 314159);
  u64 limbs[] = {0, 0, 1};  // 2**128
  EXPECT_EQ(hash_limbs(limbs, false), 64u);
  EXPECT_EQ(hash_double(0x1p128), 64u);
}

TEST(ContainerHash, EqualsCPython) {
  EXPECT_EQ(static_cast<i64>(TupleHash().finish(0)), 5740354900026072187);
  TupleHash tuple;
  for (i64 i : {1, 2, 3}) tuple.add(hash_i64(i));
  EXPECT_EQ(static_cast<i64>(tuple.finish(3)), 529344067295497451);
  EXPECT_EQ(static_cast<i64>(FrozenSetHash().finish(0)), 133146708735736);
  FrozenSetHash set;
  for (i64 i : {3, 1, 2}) set.add(hash_i64(i));
  EXPECT_EQ(static_cast<i64>(set.finish(3)), -272375401224217160);
}

}  // namespace
}  // namespace taipan
