// What can be known of a pattern before it runs: tables of the characters that operations accept, that
// repeats must be followed by, that branches and whole matches begin with. They decide most failures by one
// load, and tell which repeats never need to give anything back.
#pragma once
#include <array>
#include <vector>

#include "runtime/base/types.h"

namespace taipan::sre {

using CharTable = std::array<u8, 256>;  // [c]: 1 if c is accepted

// Table numbers count from 1; 0 says that nothing is known.
struct Analysis {
  std::vector<CharTable> tables;
  // By code position. Of a one-character operation: what it accepts, exactly, below 256. Of the skip word
  // of a BRANCH alternative: what the alternative begins with.
  std::vector<u8> accepts;
  // Of REPEAT_ONE: what the match must go on with. Characters from 256 on are always possible.
  std::vector<u8> follow;
  // Of REPEAT_ONE: no character below 256 is both in the repeat and behind it.
  std::vector<bool> disjoint;
  u8 first = 0;  // what every match begins with
};

// `code` is valid.
void analyse(const std::vector<u32>& code, const std::vector<u32>& repeat_of, Analysis* out);

}  // namespace taipan::sre
