// Finding text in text: find, rfind, count and a walker over all matches, for lanes of 1, 2 and 4 bytes.
// A vector compare of the needle's first and last character proposes candidates (SSE2, AVX2 if the
// processor has it, NEON); when candidates keep failing late, the two-way algorithm takes over: never quadratic.
// Needles have at least one character and the haystack's lane width: the caller narrows or widens them.
#pragma once

#include "runtime/base/types.h"

namespace taipan {

inline constexpr ssize kNotFound = -1;

// Non-overlapping matches from left to right. count(), replace() and split() run on it: it keeps the
// candidates of the current block, a new search per match would cost twice as much.
template <class Lane>
class MatchWalker {
 public:
  MatchWalker(const Lane* hay, usize hay_size, const Lane* needle, usize needle_size);
  ssize next();  // position of the next match, or kNotFound

 private:
  bool matches_inside(usize at);
  bool advance();
  void prepare_two_way();
  ssize next_two_way();

  const Lane* hay_;
  const Lane* needle_;
  usize needle_size_;
  usize starts_;          // number of positions at which a match may start
  usize block_ = 0;       // where the candidates' block begins
  usize next_block_ = 0;
  usize floor_ = 0;       // matches before this one are skipped: overlapping, or seen already
  u64 candidates_ = 0;    // kMaskBits per character
  usize hay_size_;
  usize wasted_ = 0;      // characters compared for nothing
  // Two-way: needle = needle[:critical_] + needle[critical_:], period of the needle or a safe shift.
  bool two_way_ = false;
  bool periodic_ = false;
  usize critical_ = 0, period_ = 0;
};

template <class Lane>
ssize find(const Lane* hay, usize hay_size, const Lane* needle, usize needle_size);
template <class Lane>
ssize rfind(const Lane* hay, usize hay_size, const Lane* needle, usize needle_size);
// At most `limit` matches, none of them overlapping.
template <class Lane>
usize count(const Lane* hay, usize hay_size, const Lane* needle, usize needle_size, usize limit = ~usize{0});

template <class Lane>
ssize find_char(const Lane* hay, usize size, Lane c);
template <class Lane>
ssize rfind_char(const Lane* hay, usize size, Lane c);

}  // namespace taipan
