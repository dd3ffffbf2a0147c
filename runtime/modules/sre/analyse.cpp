#include "runtime/modules/sre/analyse.h"

#include "runtime/modules/sre/chars.h"

namespace taipan::sre {

namespace {

class Analyser {
 public:
  Analyser(const std::vector<u32>& code, const std::vector<u32>& repeat_of, Analysis* out)
      : code_(code), repeat_of_(repeat_of), out_(*out) {
    out_.accepts.assign(code.size(), 0);
    out_.follow.assign(code.size(), 0);
    out_.disjoint.assign(code.size(), false);
  }

  void run() {
    sequence(0, code_.size());
    CharTable first{};
    if (begins(0, &first)) out_.first = number_of(first);
  }

 private:
  static constexpr usize kMaxTables = 200;
  static constexpr int kMaxSteps = 200;  // for one question: alternatives of alternatives multiply

  u8 number_of(const CharTable& table) {
    for (usize i = 0; i < out_.tables.size(); ++i) {
      if (out_.tables[i] == table) return static_cast<u8>(i + 1);
    }
    if (out_.tables.size() == kMaxTables) return 0;
    out_.tables.push_back(table);
    return static_cast<u8>(out_.tables.size());
  }

  static bool is_unit(u32 op) {
    switch (op) {
      case kAny: case kAnyAll: case kLiteral: case kNotLiteral: case kIn: case kCategory:
      case kLiteralIgnore: case kNotLiteralIgnore: case kInIgnore:
      case kLiteralUniIgnore: case kNotLiteralUniIgnore: case kInUniIgnore: return true;
      default: return false;  // the locale may change
    }
  }

  // Walks all operations, filling the tables by position.
  void sequence(usize at, usize end) {
    while (at < end) {
      u32 op = code_[at];
      switch (op) {
        case kSuccess: case kFailure: case kAny: case kAnyAll: ++at; break;
        case kLiteral: case kNotLiteral: case kLiteralIgnore: case kNotLiteralIgnore: case kLiteralUniIgnore:
        case kNotLiteralUniIgnore: case kLiteralLocIgnore: case kNotLiteralLocIgnore: case kMark: case kAt:
        case kCategory: case kGroupRef: case kGroupRefIgnore: case kGroupRefUniIgnore: case kGroupRefLocIgnore:
          if (is_unit(op) && op != kLiteral && op != kNotLiteral) unit(at);
          at += 2;
          break;
        case kIn: case kInIgnore: case kInUniIgnore: case kInLocIgnore:
          if (is_unit(op)) unit(at);
          at += 1 + code_[at + 1];
          break;
        case kBranch: {
          usize i = at + 1;
          for (; code_[i] != 0; i += code_[i]) {
            CharTable table{};
            if (begins(i + 1, &table)) out_.accepts[i] = number_of(table);
            sequence(i + 1, i + code_[i]);
          }
          at = i + 1;
          break;
        }
        case kRepeatOne: case kMinRepeatOne: case kPossessiveRepeatOne: {
          usize after = at + 1 + code_[at + 1];
          if (is_unit(code_[at + 4])) unit(at + 4);
          CharTable follow{};
          if (op == kRepeatOne && begins(after, &follow)) {
            out_.follow[at] = number_of(follow);
            bool disjoint = out_.follow[at] != 0 && out_.accepts[at + 4] != 0;
            for (usize c = 0; disjoint && c < 256; ++c) {
              disjoint = !(follow[c] && out_.tables[out_.accepts[at + 4] - 1u][c]);
            }
            out_.disjoint[at] = disjoint;
          }
          at = after;
          break;
        }
        case kRepeat: case kPossessiveRepeat: at += 4; break;
        case kAtomicGroup: at += 2; break;
        case kAssert: case kAssertNot: at += 3; break;
        case kGroupRefExists: at += 3; break;
        case kMaxUntil: case kMinUntil: ++at; break;
        case kInfo: case kJump: at += op == kInfo ? 1 + code_[at + 1] : 2; break;
        default: return;
      }
    }
  }

  void unit(usize at) {
    CharTable table;
    for (u32 c = 0; c < 256; ++c) table[c] = accepts(&code_[at], c);
    out_.accepts[at] = number_of(table);
  }

  bool begins(usize at, CharTable* out) {
    int steps = kMaxSteps;
    return begins(at, out, &steps);
  }

  // Adds to *out what a match of the code at `at` can begin with. False: it may go on without a character,
  // or nobody knows. Conditions of no width only make it fewer.
  bool begins(usize at, CharTable* out, int* steps) {
    for (;;) {
      if (--*steps < 0) return false;
      u32 op = code_[at];
      if (is_unit(op)) return add(at, out), true;
      switch (op) {
        case kFailure: return true;
        case kMark: case kAt: case kAtomicGroup: at += 2; break;
        case kInfo: case kJump: case kAssert: case kAssertNot: at += 1 + code_[at + 1]; break;
        case kRepeatOne: case kMinRepeatOne: case kPossessiveRepeatOne:
          if (!is_unit(code_[at + 4])) return false;
          add(at + 4, out);
          if (code_[at + 2] > 0) return true;
          at += 1 + code_[at + 1];
          break;
        case kPossessiveRepeat:
          if (code_[at + 2] == 0) return false;
          at += 4;
          break;
        case kRepeat:
          if (code_[at + 2] == 0 && !begins(at + 2 + code_[at + 1], out, steps)) return false;
          at += 4;
          break;
        case kMaxUntil: case kMinUntil:  // another round, or what follows
          if (!begins(at + 1, out, steps)) return false;
          at = repeat_of_[at + code_.size()] + 4;
          break;
        case kBranch:
          for (usize i = at + 1; code_[i] != 0; i += code_[i]) {
            if (!begins(i + 1, out, steps)) return false;
          }
          return true;
        default: return false;
      }
    }
  }
  void add(usize at, CharTable* out) {
    for (u32 c = 0; c < 256; ++c) (*out)[c] |= static_cast<u8>(accepts(&code_[at], c));
  }

  const std::vector<u32>& code_;
  const std::vector<u32>& repeat_of_;
  Analysis& out_;
};

}  // namespace

void analyse(const std::vector<u32>& code, const std::vector<u32>& repeat_of, Analysis* out) {
  Analyser(code, repeat_of, out).run();
}

}  // namespace taipan::sre
