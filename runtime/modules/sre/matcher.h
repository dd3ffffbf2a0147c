// Matcher: runs a compiled regular expression over text of one lane width.
// Backtracking with an explicit stack: the depth of the input or of the pattern's nesting never becomes
// C++ recursion. Long runs call `poll`, so that a signal can interrupt them.
#pragma once
#include <vector>

#include "runtime/modules/sre/codes.h"

namespace taipan::sre {

enum class Outcome : u8 { NoMatch, Match, Interrupted, NoMemory };

struct Program {
  std::vector<u32> code;
  std::vector<u32> repeat_of;  // validate()
  u32 repeats = 0;
  u32 groups = 0;
  u32 flags = 0;
};

struct RepeatState {
  i64 count = 0;
  i64 last = -1;  // where the last iteration began: an empty one ends the loop
};

struct Backtrack {
  u32 kind;
  u32 pc;
  i64 a, b, c;
};

template <class Lane>
class Matcher {
 public:
  // Text [0, length); matching starts at `start` or later and ends by `end`.
  Matcher(const Program& p, const Lane* text, i64 start, i64 end, bool (*poll)(void*), void* poll_data)
      : program_(p), code_(p.code.data()), text_(text), end_(end), start_(start), poll_(poll),
        poll_data_(poll_data), marks_(2 * p.groups, -1), repeats_(p.repeats) {}

  Outcome match(i64 at, bool whole);     // at this place; whole: must end at `end`
  Outcome search();                      // the first match at `start` or later
  i64 match_start = 0, match_end = 0;
  i64 last_index = -1;                   // last closed group, or -1
  const std::vector<i64>& marks() const { return marks_; }
  // An empty match at this position does not count (scanning on after one). -1: off.
  i64 must_advance_from = -1;
  void set_start(i64 start) { start_ = start; }

 private:
  Outcome run(i64 at, bool whole);
  bool fail(u32* pc, i64* at, bool* gone);
  i64 count_unit(const u32* op, i64 at, i64 most);
  bool at_position(u32 where, i64 at) const;
  void cut_to_frame(usize frame);
  bool undo(const Backtrack& e);
  void push(u32 kind, u32 pc, i64 a = 0, i64 b = 0, i64 c = 0) { stack_.push_back({kind, pc, a, b, c}); }
  void set_mark(u32 i, i64 at);
  void save_repeat(u32 k);

  const Program& program_;
  const u32* code_;
  const Lane* text_;
  i64 end_, start_;
  bool (*poll_)(void*);
  void* poll_data_;
  std::vector<i64> marks_;
  std::vector<RepeatState> repeats_;
  std::vector<Backtrack> stack_;
  i64 frame_ = -1;      // innermost open sub-match on the stack
  u32 steps_ = 0;
};

extern template class Matcher<u8>;
extern template class Matcher<char16_t>;
extern template class Matcher<char32_t>;

}  // namespace taipan::sre
