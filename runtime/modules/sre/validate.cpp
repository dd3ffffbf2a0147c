#include "runtime/modules/sre/validate.h"

#include "runtime/modules/sre/codes.h"

namespace taipan::sre {

namespace {

class Validator {
 public:
  Validator(const std::vector<u32>& code, u32 groups, std::vector<u32>* repeat_of)
      : code_(code), groups_(groups), repeat_of_(*repeat_of) {}

  u32 repeats = 0;

  // [at, end) is a sequence of operations.
  bool sequence(usize at, usize end, int depth) {
    if (depth > 200) return false;
    while (at < end) {
      if (!operation(&at, end, depth)) return false;
    }
    return at == end;
  }

  bool set(usize at, usize end) {  // ends with FAILURE at end - 1
    while (at < end) {
      u32 op = code_[at++];
      switch (op) {
        case kFailure: return at == end;
        case kNegate: break;
        case kLiteral: at += 1; break;
        case kRange:
        case kRangeUniIgnore: at += 2; break;
        case kCharset: at += 8; break;
        case kCategory:
          if (at >= end || code_[at] >= kCategoryCount) return false;
          at += 1;
          break;
        case kBigCharset: {
          if (at >= end) return false;
          u32 count = code_[at++];
          if (count > 256 || at + 64 + usize{count} * 8 > end) return false;
          const u8* map = reinterpret_cast<const u8*>(&code_[at]);
          for (int i = 0; i < 256; ++i) {
            if (map[i] >= count) return false;
          }
          at += 64 + usize{count} * 8;
          break;
        }
        default: return false;
      }
    }
    return false;
  }

 private:
  bool skip_target(usize index, usize end, usize* target) {
    if (index >= end) return false;
    *target = index + code_[index];
    return code_[index] != 0 && *target <= end;
  }

  bool operation(usize* at, usize end, int depth) {
    usize i = *at;
    u32 op = code_[i++];
    usize target;
    switch (op) {
      case kSuccess:
      case kFailure:
      case kAny:
      case kAnyAll: break;
      case kLiteral:
      case kNotLiteral:
      case kLiteralIgnore:
      case kNotLiteralIgnore:
      case kLiteralUniIgnore:
      case kNotLiteralUniIgnore:
      case kLiteralLocIgnore:
      case kNotLiteralLocIgnore: i += 1; break;
      case kMark:
        if (i >= end || code_[i] >= 2 * groups_) return false;
        i += 1;
        break;
      case kAt:
        if (i >= end || code_[i] >= kAtCount) return false;
        i += 1;
        break;
      case kCategory:
        if (i >= end || code_[i] >= kCategoryCount) return false;
        i += 1;
        break;
      case kGroupRef:
      case kGroupRefIgnore:
      case kGroupRefUniIgnore:
      case kGroupRefLocIgnore:
        if (i >= end || code_[i] >= groups_) return false;
        i += 1;
        break;
      case kIn:
      case kInIgnore:
      case kInUniIgnore:
      case kInLocIgnore:
        if (!skip_target(i, end, &target) || !set(i + 1, target)) return false;
        i = target;
        break;
      case kInfo: {
        if (!skip_target(i, end, &target) || i + 4 > target) return false;
        u32 flags = code_[i + 1];
        if (flags & ~(kInfoPrefix | kInfoLiteral | kInfoCharset)) return false;
        if (flags & kInfoPrefix) {
          if (i + 6 > target) return false;
          u32 length = code_[i + 4], skip = code_[i + 5];
          if (length > code_.size() || skip > length || i + 6 + 2 * usize{length} > target) return false;
        } else if ((flags & kInfoCharset) && !set(i + 4, target)) {
          return false;
        }
        i = target;
        break;
      }
      case kBranch:
        while (true) {
          if (i >= end) return false;
          if (code_[i] == 0) break;
          if (!skip_target(i, end, &target) || target < i + 3) return false;
          // an alternative ends with JUMP to the end of all
          if (code_[target - 2] != kJump || target - 1 + code_[target - 1] > end) return false;
          if (!sequence(i + 1, target - 2, depth + 1)) return false;
          i = target;
        }
        i += 1;
        break;
      case kRepeatOne:
      case kMinRepeatOne:
      case kPossessiveRepeatOne:
        if (!skip_target(i, end, &target) || i + 4 > target || code_[i + 1] > code_[i + 2]) return false;
        if (code_[target - 1] != kSuccess || !sequence(i + 3, target - 1, depth + 1)) return false;
        if (!is_unit(code_[i + 3])) return false;
        i = target;
        break;
      case kRepeat:
        if (!skip_target(i, end, &target) || target >= end || i + 3 > target || code_[i + 1] > code_[i + 2]) return false;
        if (code_[target] != kMaxUntil && code_[target] != kMinUntil) return false;
        repeat_of_[i - 1] = repeats;
        repeat_of_[target] = repeats++;
        repeat_start(target, i - 1);
        if (!sequence(i + 3, target, depth + 1)) return false;
        i = target + 1;
        break;
      case kPossessiveRepeat:
        if (!skip_target(i, end, &target) || target >= end || i + 3 > target || code_[i + 1] > code_[i + 2]) return false;
        if (code_[target] != kSuccess || !sequence(i + 3, target, depth + 1)) return false;
        i = target + 1;
        break;
      case kAtomicGroup:
        if (!skip_target(i, end, &target) || i + 2 > target || code_[target - 1] != kSuccess) return false;
        if (!sequence(i + 1, target - 1, depth + 1)) return false;
        i = target;
        break;
      case kAssert:
      case kAssertNot:
        if (!skip_target(i, end, &target) || i + 3 > target || code_[target - 1] != kSuccess) return false;
        if (code_[i + 1] & 0x80000000u || !sequence(i + 2, target - 1, depth + 1)) return false;
        i = target;
        break;
      case kGroupRefExists: {
        if (i + 1 >= end || code_[i] >= groups_) return false;
        usize no = i + code_[i + 1];
        if (code_[i + 1] < 2 || no > end) return false;
        // with an alternative the yes part ends with JUMP over it
        if (no >= i + 4 && code_[no - 2] == kJump && no - 1 + code_[no - 1] <= end && code_[no - 1] >= 1 &&
            sequence(i + 2, no - 2, depth + 1) && sequence(no, no - 1 + code_[no - 1], depth + 1)) {
          i = no - 1 + code_[no - 1];
        } else {
          if (!sequence(i + 2, no, depth + 1)) return false;
          i = no;
        }
        break;
      }
      case kJump:
        if (!skip_target(i, end, &target)) return false;
        i = target;
        break;
      default: return false;
    }
    if (i > end) return false;
    *at = i;
    return true;
  }

  static bool is_unit(u32 op) {
    switch (op) {
      case kAny: case kAnyAll: case kLiteral: case kNotLiteral: case kIn: case kCategory:
      case kLiteralIgnore: case kNotLiteralIgnore: case kInIgnore:
      case kLiteralUniIgnore: case kNotLiteralUniIgnore: case kInUniIgnore:
      case kLiteralLocIgnore: case kNotLiteralLocIgnore: case kInLocIgnore: return true;
      case kFailure: return true;  // an empty set
      default: return false;
    }
  }
  void repeat_start(usize until, usize repeat) { repeat_of_[until + code_.size()] = static_cast<u32>(repeat); }

  const std::vector<u32>& code_;
  u32 groups_;
  std::vector<u32>& repeat_of_;
};

}  // namespace

bool validate(const std::vector<u32>& code, u32 groups, std::vector<u32>* repeat_of, u32* repeats) {
  if (code.empty() || code.back() != kSuccess || groups > (1u << 30)) return false;
  // second half: for each UNTIL the position of its REPEAT
  repeat_of->assign(code.size() * 2, 0);
  Validator v(code, groups, repeat_of);
  if (!v.sequence(0, code.size(), 0)) return false;
  *repeats = v.repeats;
  return true;
}

}  // namespace taipan::sre
