// find, rfind, count and the walker against the obvious loops.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "runtime/base/search.h"

namespace taipan {
namespace {

template <class Lane>
std::vector<Lane> random_text(std::mt19937& rng, usize size, unsigned letters, unsigned base) {
  std::vector<Lane> text(size);
  for (Lane& c : text) c = static_cast<Lane>(base + rng() % letters);
  return text;
}

template <class Lane>
void compare_with_loops(const std::vector<Lane>& hay, const std::vector<Lane>& needle) {
  usize n = hay.size(), m = needle.size();
  std::vector<ssize> disjoint;
  ssize first = kNotFound, last = kNotFound, free_from = 0;
  for (usize i = 0; i + m <= n; ++i) {
    if (!std::equal(needle.begin(), needle.end(), hay.begin() + static_cast<ssize>(i))) continue;
    last = static_cast<ssize>(i);
    if (first < 0) first = last;
    if (last >= free_from) {
      disjoint.push_back(last);
      free_from = last + static_cast<ssize>(m);
    }
  }
  ASSERT_EQ(find(hay.data(), n, needle.data(), m), first);
  ASSERT_EQ(rfind(hay.data(), n, needle.data(), m), last);
  ASSERT_EQ(count(hay.data(), n, needle.data(), m), disjoint.size());
  MatchWalker<Lane> walker(hay.data(), n, needle.data(), m);
  for (ssize at : disjoint) ASSERT_EQ(walker.next(), at);
  ASSERT_EQ(walker.next(), kNotFound);
  ASSERT_EQ(walker.next(), kNotFound);
}

template <class Lane>
void run_random(unsigned base) {
  std::mt19937 rng(7);
  for (int round = 0; round < 3000; ++round) {
    unsigned letters = 1 + rng() % 4;
    auto hay = random_text<Lane>(rng, rng() % 150, letters, base);
    auto needle = random_text<Lane>(rng, 1 + rng() % 12, letters, base);
    if (rng() % 2 && hay.size() > 1) {  // a needle that occurs
      usize from = rng() % hay.size();
      needle.assign(hay.begin() + static_cast<ssize>(from),
                    hay.begin() + static_cast<ssize>(from + 1 + rng() % (hay.size() - from)));
    }
    compare_with_loops(hay, needle);
  }
}

TEST(Search, EqualsLoops) {
  run_random<u8>('a');
  run_random<char16_t>(0x4e00);
  run_random<char32_t>(0x1f600);
}

TEST(Search, HardNeedlesTakeTwoWay) {
  std::mt19937 rng(11);
  for (int round = 0; round < 60; ++round) {
    std::vector<u8> unit = random_text<u8>(rng, 1 + rng() % 5, 2, 'a'), hay, needle;
    while (hay.size() < 20000) hay.insert(hay.end(), unit.begin(), unit.end());
    for (int i = 0; i < round % 4; ++i) hay[rng() % hay.size()] ^= 3;
    needle.assign(hay.begin(), hay.begin() + 600);
    needle[rng() % 600] ^= static_cast<u8>(round % 2);
    if (round % 3 == 0) std::copy(needle.begin(), needle.end(), hay.begin() + 12345);
    compare_with_loops(hay, needle);
  }
}

TEST(Search, IsNotQuadratic) {
  usize n = 4000000;
  std::vector<u8> hay(n, 'a'), needle(n / 2, 'a');
  needle[n / 4] = 'b';
  EXPECT_EQ(find(hay.data(), n, needle.data(), n / 2), kNotFound);
  EXPECT_EQ(rfind(hay.data(), n, needle.data(), n / 2), kNotFound);
}

}  // namespace
}  // namespace taipan
