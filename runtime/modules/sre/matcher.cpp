// Note [backtrack-stack]: entries are choices (where to go on after a failure), undo records (marks, repeat
// counters: state that a failure must restore) and frames (a sub-match in progress: assertion, atomic group,
// iteration of a possessive repeat). A failure pops entries, undoing, until a choice or a frame decides. When a
// sub-match succeeds, its choices are dropped but its undo records stay: captures made inside an assertion must
// be undone when something before it is tried again.
#include "runtime/modules/sre/matcher.h"

#include <cstring>

#include "runtime/base/search.h"
#include "runtime/modules/sre/chars.h"

namespace taipan::sre {

namespace {

enum Kind : u32 {
  kUndoMark,      // a: index, b: old value, c: old last_index
  kUndoRepeat,    // pc: number, a: count, b: last
  kChoice,        // go on at pc, a
  kBranchChoice,  // pc: the skip word of the next alternative; a: position
  kGreedyOne,     // pc: after the repeat; a: least position, b: present one, c: table of what follows
  kLazyOne,       // pc: the repeat's skip word; a: position, b: how many so far
  kLazyUntil,     // pc: the UNTIL; a: position
  kFrameAssert, kFrameAssertNot, kFrameAtomic,  // pc: after it; a: position at its start; b: outer frame
  kFramePossessive,                             // pc: its skip word; a: position; b: outer frame; c: count
};

constexpr u32 kPollSteps = 1 << 14;
constexpr usize kMaxStack = usize{1} << 26;  // 2.6 GB of entries: then MemoryError

}  // namespace

template <class Lane>
void Matcher<Lane>::set_mark(u32 i, i64 at) {
  if (!stack_.empty()) push(kUndoMark, 0, i, marks_[i], last_index);  // with nothing to return to: no need
  marks_[i] = at;
  if (i & 1) last_index = i / 2 + 1;
}

template <class Lane>
void Matcher<Lane>::save_repeat(u32 k) {
  if (!stack_.empty()) push(kUndoRepeat, k, repeats_[k].count, repeats_[k].last);
}

// Restores what an undo record holds. False: e is none.
template <class Lane>
bool Matcher<Lane>::undo(const Backtrack& e) {
  if (e.kind == kUndoMark) {
    marks_[static_cast<usize>(e.a)] = e.b;
    last_index = e.c;
  } else if (e.kind == kUndoRepeat) {
    repeats_[e.pc] = {e.a, e.b};
  } else {
    return false;
  }
  return true;
}

// Drops the choices above (and including) the frame entry; undo records stay.
template <class Lane>
void Matcher<Lane>::cut_to_frame(usize frame) {
  usize out = frame;
  for (usize i = frame + 1; i < stack_.size(); ++i) {
    if (stack_[i].kind == kUndoMark || stack_[i].kind == kUndoRepeat) stack_[out++] = stack_[i];
  }
  stack_.resize(out);
}

template <class Lane>
bool Matcher<Lane>::at_position(u32 where, i64 at) const {
  auto word = [&](bool (*is_word)(u32)) {
    bool before = at > 0 && is_word(text_[at - 1]);
    bool after = at < end_ && is_word(text_[at]);
    return before != after;
  };
  switch (where) {
    case kAtBeginning:
    case kAtBeginningString: return at == 0;
    case kAtBeginningLine: return at == 0 || text_[at - 1] == '\n';
    case kAtEnd: return at == end_ || (at + 1 == end_ && text_[at] == '\n');
    case kAtEndLine: return at == end_ || text_[at] == '\n';
    case kAtEndString: return at == end_;
    case kAtBoundary: return word(is_ascii_word);
    case kAtNonBoundary: return !word(is_ascii_word);
    case kAtLocBoundary: return word(is_loc_word);
    case kAtLocNonBoundary: return !word(is_loc_word);
    case kAtUniBoundary: return word(is_uni_word);
    case kAtUniNonBoundary: return !word(is_uni_word);
  }
  return false;
}

// Does the one-character operation at pc accept c?
template <class Lane>
TP_INLINE bool Matcher<Lane>::unit_accepts(u32 pc, Lane c) const {
  u32 k = program_.analysis.accepts[pc];
  if (k != 0 && (sizeof(Lane) == 1 || c < 256)) [[likely]] return tables_[k - 1][c];
  return accepts(code_ + pc, c);
}

// The first alternative from `alternative` on (a skip word) that can begin at this place; or the 0 at the end.
template <class Lane>
u32 Matcher<Lane>::possible_alternative(u32 alternative, i64 at) const {
  for (; code_[alternative] != 0; alternative += code_[alternative]) {
    u32 k = program_.analysis.accepts[alternative];
    if (k == 0 || (at < end_ && has(k, text_[at], true))) break;
  }
  return alternative;
}

// How many characters from `at` on, at most `most`, the one-character operation accepts.
template <class Lane>
i64 Matcher<Lane>::count_unit(const u32* op, i64 at, i64 most) {
  i64 limit = end_ - at < most ? end_ : at + most, i = at;
  switch (op[0]) {
    case kAnyAll: return limit - at;
    case kAny:
      if constexpr (sizeof(Lane) == 1) {
        const void* p = std::memchr(text_ + at, '\n', static_cast<usize>(limit - at));
        return p == nullptr ? limit - at : static_cast<const Lane*>(p) - (text_ + at);
      } else {
        while (i < limit && text_[i] != '\n') ++i;
      }
      break;
    case kLiteral:
      while (i < limit && text_[i] == op[1]) ++i;
      break;
    case kNotLiteral:
      while (i < limit && text_[i] != op[1]) ++i;
      break;
    default: {
      u32 k = program_.analysis.accepts[static_cast<usize>(op - code_)];
      if (k == 0) {
        while (i < limit && accepts(op, text_[i])) ++i;
        break;
      }
      const u8* table = tables_[k - 1].data();
      if constexpr (sizeof(Lane) == 1) {
        while (i < limit && table[text_[i]]) ++i;
      } else {
        while (i < limit && (text_[i] < 256 ? table[text_[i]] : accepts(op, text_[i]))) ++i;
      }
    }
  }
  return i - at;
}

// After a failure: pops to the next thing to try. False: nothing is left.
template <class Lane>
bool Matcher<Lane>::fail(u32* pc, i64* at, bool* gone) {
  *gone = false;
  while (!stack_.empty()) {
    Backtrack& e = stack_.back();
    switch (e.kind) {
      case kUndoMark:
      case kUndoRepeat:
        undo(e);
        stack_.pop_back();
        break;
      case kChoice:
        *pc = e.pc;
        *at = e.a;
        stack_.pop_back();
        return true;
      case kBranchChoice: {
        u32 skip_at = e.pc;
        *at = e.a;
        u32 next = possible_alternative(skip_at + code_[skip_at], e.a);
        if (code_[next] == 0) {
          stack_.pop_back();
        } else {
          e.pc = next;
        }
        *pc = skip_at + 1;
        return true;
      }
      case kGreedyOne: {
        i64 x = e.b - 1;
        if (e.c != 0) {  // only places before what must follow are worth a try
          while (x >= e.a && !has(static_cast<u32>(e.c), text_[x], true)) --x;
        }
        if (x < e.a) {
          stack_.pop_back();
          break;
        }
        *pc = e.pc;
        *at = x;
        if (x == e.a) {
          stack_.pop_back();
        } else {
          e.b = x;
        }
        return true;
      }
      case kLazyOne: {
        const u32* r = code_ + e.pc;  // skip min max body
        if ((r[2] != kMaxRepeat && e.b >= r[2]) || e.a >= end_ || !unit_accepts(e.pc + 3, text_[e.a])) {
          stack_.pop_back();
          break;
        }
        ++e.a;
        ++e.b;
        *at = e.a;
        *pc = e.pc + r[0];
        return true;
      }
      case kLazyUntil: {
        u32 until = e.pc;
        i64 x = e.a;
        u32 k = program_.repeat_of[until];
        u32 repeat = program_.repeat_of[until + program_.code.size()];
        const u32* r = code_ + repeat + 1;
        RepeatState& s = repeats_[k];
        stack_.pop_back();
        if ((r[2] != kMaxRepeat && s.count >= r[2]) || x == s.last) break;
        save_repeat(k);
        ++s.count;
        s.last = x;
        *pc = repeat + 4;
        *at = x;
        return true;
      }
      case kFrameAssert:
      case kFrameAtomic:
        frame_ = e.b;
        stack_.pop_back();
        break;
      case kFrameAssertNot:
        frame_ = e.b;
        *pc = e.pc;
        *at = e.a;
        stack_.pop_back();
        return true;
      case kFramePossessive: {
        const u32* r = code_ + e.pc;
        frame_ = e.b;
        i64 count = e.c, x = e.a;
        u32 skip_at = e.pc;
        stack_.pop_back();
        if (count < r[1]) break;
        *pc = skip_at + r[0] + 1;
        *at = x;
        return true;
      }
    }
  }
  *gone = true;
  return false;
}

template <class Lane>
Outcome Matcher<Lane>::run(i64 at, bool whole) {
  stack_.clear();
  marks_.fill(-1);
  last_index = -1;
  frame_ = -1;
  i64 begin = at;
  u32 pc = 0;
  bool gone;
#define TP_FAIL                                            \
  do {                                                     \
    if (!fail(&pc, &at, &gone)) return Outcome::NoMatch;   \
    goto next;                                             \
  } while (0)

  while (true) {
  next:
    if (++steps_ == kPollSteps) [[unlikely]] {
      steps_ = 0;
      if (stack_.size() > kMaxStack) return Outcome::NoMemory;
      if (!poll_(poll_data_)) return Outcome::Interrupted;
    }
    const u32* op = code_ + pc;
    switch (op[0]) {
      case kFailure: TP_FAIL;
      case kSuccess: {
        if (frame_ < 0) {
          if ((whole && at != end_) || (at == must_advance_from && begin == at)) TP_FAIL;
          match_start = begin;
          match_end = at;
          return Outcome::Match;
        }
        usize f = static_cast<usize>(frame_);
        Backtrack frame = stack_[f];
        if (frame.kind == kFrameAssertNot) {
          // the forbidden thing is there: undo it all and fail
          while (stack_.size() > f + 1) {
            undo(stack_.back());
            stack_.pop_back();
          }
          frame_ = frame.b;
          stack_.pop_back();
          TP_FAIL;
        }
        cut_to_frame(f);
        frame_ = frame.b;
        if (frame.kind == kFrameAssert) {
          at = frame.a;
          pc = frame.pc;
        } else if (frame.kind == kFrameAtomic) {
          pc = frame.pc;
        } else {  // possessive: one more iteration, unless enough or an empty one
          const u32* r = code_ + frame.pc;
          i64 count = frame.c + 1;
          if ((r[2] == kMaxRepeat || count < r[2]) && (at != frame.a || count < r[1])) {
            push(kFramePossessive, frame.pc, at, frame_, count);
            frame_ = static_cast<i64>(stack_.size()) - 1;
            pc = frame.pc + 3;
          } else {
            pc = frame.pc + r[0] + 1;
          }
        }
        goto next;
      }
      case kAny:
      case kAnyAll:
        if (at >= end_ || (op[0] == kAny && text_[at] == '\n')) TP_FAIL;
        ++at;
        ++pc;
        goto next;
      case kLiteral:
        if (at >= end_ || text_[at] != op[1]) TP_FAIL;
        ++at;
        pc += 2;
        goto next;
      case kNotLiteral:
      case kCategory:
      case kLiteralIgnore:
      case kNotLiteralIgnore:
      case kLiteralUniIgnore:
      case kNotLiteralUniIgnore:
      case kLiteralLocIgnore:
      case kNotLiteralLocIgnore:
        if (at >= end_ || !unit_accepts(pc, text_[at])) TP_FAIL;
        ++at;
        pc += 2;
        goto next;
      case kIn:
      case kInIgnore:
      case kInUniIgnore:
      case kInLocIgnore:
        if (at >= end_ || !unit_accepts(pc, text_[at])) TP_FAIL;
        ++at;
        pc += 1 + op[1];
        goto next;
      case kAt:
        if (!at_position(op[1], at)) TP_FAIL;
        pc += 2;
        goto next;
      case kMark:
        set_mark(op[1], at);
        pc += 2;
        goto next;
      case kJump: pc += 1 + op[1]; goto next;
      case kInfo: pc += 1 + op[1]; goto next;
      case kBranch: {
        u32 alternative = possible_alternative(pc + 1, at);
        if (code_[alternative] == 0) TP_FAIL;
        u32 following = possible_alternative(alternative + code_[alternative], at);
        if (code_[following] != 0) push(kBranchChoice, following, at);
        pc = alternative + 1;
        goto next;
      }
      case kRepeatOne:
      case kPossessiveRepeatOne: {
        i64 least = op[2];
        if (end_ - at < least) TP_FAIL;
        i64 n = count_unit(op + 4, at, op[3] == kMaxRepeat ? end_ - at : static_cast<i64>(op[3]));
        if (n < least) TP_FAIL;
        u32 after = pc + 1 + op[1];
        if (op[0] == kRepeatOne && n > least) {
          i64 lowest = at + least;
          at += n;
          u32 follow = program_.analysis.follow[pc];
          if (follow != 0) {
            if (at == end_) --at;
            if (sizeof(Lane) == 1 && program_.analysis.disjoint[pc]) {  // what it gave back could not go on
              if (at < lowest + n - least || !has(follow, text_[at], true)) TP_FAIL;
              lowest = at;
            } else {
              while (at >= lowest && !has(follow, text_[at], true)) --at;
              if (at < lowest) TP_FAIL;
            }
          }
          if (at > lowest) push(kGreedyOne, after, lowest, at, follow);
        } else {
          at += n;
        }
        pc = after;
        goto next;
      }
      case kMinRepeatOne: {
        i64 least = op[2];
        if (end_ - at < least) TP_FAIL;
        if (least > 0 && count_unit(op + 4, at, least) < least) TP_FAIL;
        at += least;
        push(kLazyOne, pc + 1, at, least);
        pc += 1 + op[1];
        goto next;
      }
      case kRepeat: {
        u32 k = program_.repeat_of[pc];
        save_repeat(k);
        repeats_[k] = {0, -1};
        pc += 1 + op[1];  // the UNTIL decides whether to begin
        goto next;
      }
      case kMaxUntil:
      case kMinUntil: {
        u32 k = program_.repeat_of[pc], repeat = program_.repeat_of[pc + program_.code.size()];
        const u32* r = code_ + repeat + 1;
        RepeatState& s = repeats_[k];
        if (s.count < r[1]) {
          save_repeat(k);
          ++s.count;
          pc = repeat + 4;
        } else if (op[0] == kMinUntil) {
          push(kLazyUntil, pc, at);
          ++pc;
        } else if ((r[2] == kMaxRepeat || s.count < r[2]) && at != s.last) {
          push(kChoice, pc + 1, at);
          save_repeat(k);
          ++s.count;
          s.last = at;
          pc = repeat + 4;
        } else {
          ++pc;
        }
        goto next;
      }
      case kAtomicGroup:
        push(kFrameAtomic, pc + 1 + op[1], at, frame_);
        frame_ = static_cast<i64>(stack_.size()) - 1;
        pc += 2;
        goto next;
      case kPossessiveRepeat:
        if (op[3] == 0) {
          pc += 2 + op[1];
          goto next;
        }
        push(kFramePossessive, pc + 1, at, frame_, 0);
        frame_ = static_cast<i64>(stack_.size()) - 1;
        pc += 4;
        goto next;
      case kAssert:
      case kAssertNot: {
        i64 back = op[2];
        u32 after = pc + 1 + op[1];
        if (at < back) {
          if (op[0] == kAssert) TP_FAIL;
          pc = after;
          goto next;
        }
        push(op[0] == kAssert ? kFrameAssert : kFrameAssertNot, after, at, frame_);
        frame_ = static_cast<i64>(stack_.size()) - 1;
        at -= back;
        pc += 3;
        goto next;
      }
      case kGroupRef:
      case kGroupRefIgnore:
      case kGroupRefUniIgnore:
      case kGroupRefLocIgnore: {
        i64 from = marks_[2 * op[1]], to = marks_[2 * op[1] + 1];
        if (from < 0 || to < from || end_ - at < to - from) TP_FAIL;
        for (i64 i = from; i < to; ++i, ++at) {
          u32 x = text_[i], y = text_[at];
          bool same = x == y;
          if (!same && op[0] == kGroupRefIgnore) same = lower_ascii(x) == lower_ascii(y);
          if (!same && op[0] == kGroupRefUniIgnore) same = lower_unicode(x) == lower_unicode(y);
          if (!same && op[0] == kGroupRefLocIgnore) same = lower_locale(x) == lower_locale(y);
          if (!same) TP_FAIL;
        }
        pc += 2;
        goto next;
      }
      case kGroupRefExists: {
        i64 from = marks_[2 * op[1]], to = marks_[2 * op[1] + 1];
        pc += from < 0 || to < from ? 1 + op[2] : 3;
        goto next;
      }
      default: TP_FAIL;
    }
  }
#undef TP_FAIL
}

template <class Lane>
Outcome Matcher<Lane>::match(i64 at, bool whole) {
  if (at > end_) return Outcome::NoMatch;
  return run(at, whole);
}

template <class Lane>
Outcome Matcher<Lane>::search() {
  i64 at = start_, last = end_;
  const u32* info = code_[0] == kInfo ? code_ : nullptr;
  const u32* prefix = nullptr;
  u32 first = program_.analysis.first;
  i64 prefix_length = 0;
  if (info != nullptr) {
    if (static_cast<i64>(info[3]) > end_ - at) return Outcome::NoMatch;
    last = end_ - static_cast<i64>(info[3]);
    if (info[2] & kInfoPrefix) {
      prefix_length = info[5];
      prefix = info + 7;
    }
  }
  Lane needle[32];
  if (prefix_length > 32) prefix_length = 32;  // the rest is checked by the match itself
  for (i64 i = 0; i < prefix_length; ++i) {
    if (prefix[i] > static_cast<u32>(static_cast<Lane>(-1))) return Outcome::NoMatch;
    needle[i] = static_cast<Lane>(prefix[i]);
  }
  while (at <= last) {
    if (prefix_length > 0) {
      ssize found = find<Lane>(text_ + at, static_cast<usize>(end_ - at), needle, static_cast<usize>(prefix_length));
      if (found < 0) return Outcome::NoMatch;
      at += found;
    } else if (first != 0) {
      while (at < end_ && !has(first, text_[at], true)) ++at;
      if (at >= end_ || at > last) return Outcome::NoMatch;
    }
    Outcome r = run(at, false);
    if (r != Outcome::NoMatch) return r;
    ++at;
  }
  return Outcome::NoMatch;
}

template class Matcher<u8>;
template class Matcher<char16_t>;
template class Matcher<char32_t>;

}  // namespace taipan::sre
