// Matcher: runs a compiled regular expression over text of one lane width.
// Backtracking with an explicit stack: the depth of the input or of the pattern's nesting never becomes
// C++ recursion. Long runs call `poll`, so that a signal can interrupt them.
#pragma once
#include <cstdlib>
#include <cstring>
#include <new>
#include <span>
#include <vector>

#include "runtime/base/assert.h"
#include "runtime/modules/sre/analyse.h"
#include "runtime/modules/sre/codes.h"

namespace taipan::sre {

enum class Outcome : u8 { NoMatch, Match, Interrupted, NoMemory };

struct Program {
  std::vector<u32> code;
  std::vector<u32> repeat_of;  // validate()
  u32 repeats = 0;
  u32 groups = 0;
  u32 flags = 0;
  Analysis analysis;
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

// A vector of plain structs whose first kInline elements need no allocation: a match seldom needs more.
template <class T, usize kInline>
class InlineVector {
 public:
  InlineVector() = default;
  InlineVector(usize n, const T& x) { resize(n, x); }
  ~InlineVector() {
    if (data_ != inline_items()) std::free(data_);
  }
  InlineVector(const InlineVector&) = delete;
  void push_back(const T& x) {
    if (size_ == capacity_) [[unlikely]] grow(size_ + 1);
    data_[size_++] = x;
  }
  void resize(usize n, const T& x = {}) {
    if (n > capacity_) grow(n);
    for (usize i = size_; i < n; ++i) data_[i] = x;
    size_ = n;
  }
  void fill(const T& x) {
    for (usize i = 0; i < size_; ++i) data_[i] = x;
  }
  void pop_back() { --size_; }
  void clear() { size_ = 0; }
  T& back() { return data_[size_ - 1]; }
  T& operator[](usize i) { return data_[i]; }
  const T& operator[](usize i) const { return data_[i]; }
  bool empty() const { return size_ == 0; }
  usize size() const { return size_; }
  const T* data() const { return data_; }

 private:
  T* inline_items() { return reinterpret_cast<T*>(inline_); }
  TP_NOINLINE void grow(usize least) {
    usize n = capacity_ * 2 < least ? least : capacity_ * 2;
    T* fresh = static_cast<T*>(std::malloc(n * sizeof(T)));
    if (fresh == nullptr) throw std::bad_alloc();
    std::memcpy(static_cast<void*>(fresh), static_cast<const void*>(data_), size_ * sizeof(T));
    if (data_ != inline_items()) std::free(data_);
    data_ = fresh;
    capacity_ = n;
  }
  alignas(T) char inline_[kInline * sizeof(T)];
  T* data_ = inline_items();
  usize size_ = 0, capacity_ = kInline;
};

template <class Lane>
class Matcher {
 public:
  // Text [0, length); matching starts at `start` or later and ends by `end`.
  Matcher(const Program& p, const Lane* text, i64 start, i64 end, bool (*poll)(void*), void* poll_data)
      : program_(p), code_(p.code.data()), text_(text), end_(end), start_(start), poll_(poll),
        poll_data_(poll_data), tables_(p.analysis.tables.data()), marks_(2 * p.groups, -1), repeats_(p.repeats, {}) {}

  Outcome match(i64 at, bool whole);     // at this place; whole: must end at `end`
  Outcome search();                      // the first match at `start` or later
  i64 match_start = 0, match_end = 0;
  i64 last_index = -1;                   // last closed group, or -1
  std::span<const i64> marks() const { return {marks_.data(), marks_.size()}; }
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
  // Is c in table k? Characters beyond the table: `beyond`.
  bool has(u32 k, Lane c, bool beyond) const {
    if constexpr (sizeof(Lane) == 1) return tables_[k - 1][c];
    return c < 256 ? tables_[k - 1][c] : beyond;
  }
  bool unit_accepts(u32 pc, Lane c) const;
  u32 possible_alternative(u32 alternative, i64 at) const;
  void push(u32 kind, u32 pc, i64 a = 0, i64 b = 0, i64 c = 0) { stack_.push_back({kind, pc, a, b, c}); }
  void set_mark(u32 i, i64 at);
  void save_repeat(u32 k);

  const Program& program_;
  const u32* code_;
  const Lane* text_;
  i64 end_, start_;
  bool (*poll_)(void*);
  void* poll_data_;
  const CharTable* tables_;
  InlineVector<i64, 24> marks_;
  InlineVector<RepeatState, 4> repeats_;
  InlineVector<Backtrack, 32> stack_;
  i64 frame_ = -1;      // innermost open sub-match on the stack
  u32 steps_ = 0;
};

extern template class Matcher<u8>;
extern template class Matcher<char16_t>;
extern template class Matcher<char32_t>;

}  // namespace taipan::sre
