// The objects of _sre: Pattern, Match, Scanner, Template; and Subject, the text that a match runs over.
#pragma once
#include "runtime/modules/sre/matcher.h"
#include "runtime/native/def.h"
#include "runtime/thread/local.h"
#include "runtime/thread/safepoint.h"
#include "runtime/types/byte_source.h"
#include "runtime/types/bytes.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan::sre {

struct Pattern : Object {
  Slot<> pattern;       // the source text, or None
  Slot<> group_index;   // mapping name -> number
  Slot<Tuple> index_group;
  Program* program;     // owned, immutable
  i64 is_bytes;         // 1 bytes, 0 str, -1 either (pattern None)
};

struct Match : Object {
  Slot<> string;
  Slot<Pattern> pattern;
  Slot<> regs;          // cache of .regs
  i64 pos, endpos;
  i64 last_index;
  u64 groups;           // with group 0
  i64 marks[];          // start and end of each; -1: not set
};

struct Template : Object {
  Slot<Tuple> literals;  // n + 1 texts around n groups
  u64 count;
  i64 groups[];
};

extern Type* g_pattern_type;
extern Type* g_match_type;
extern Type* g_template_type;

// Text under a match: a str, or the bytes of a bytes-like object. Holds the object.
class Subject {
 public:
  Subject(Thread& t, Value string) : t_(t), string_(t, string) {}
  // TypeError where the kind does not suit the pattern. Clips pos and endpos.
  Status open(const Pattern* p, i64 pos, i64 endpos);
  Value string() const { return string_; }
  i64 length() const { return length_; }
  i64 pos() const { return pos_; }
  i64 endpos() const { return endpos_; }
  bool is_bytes() const { return is_bytes_; }
  // The part [from, to) as str or bytes; "" for from < 0.
  Result<> slice(i64 from, i64 to);

  template <class F>
  auto with_text(F&& f) {
    if (is_bytes_) return f(source_.data());
    return with_lanes(static_cast<const Str*>(string_.value().as<Str>()), std::forward<F>(f));
  }

 private:
  Thread& t_;
  Local<> string_;
  ByteSource source_;
  i64 length_ = 0, pos_ = 0, endpos_ = 0;
  bool is_bytes_ = false;
};

// A matcher for a subject, whatever its lanes. One of the three is used.
class AnyMatcher {
 public:
  AnyMatcher(Thread& t, const Pattern* p, Subject& s);
  ~AnyMatcher();
  AnyMatcher(const AnyMatcher&) = delete;
  Result<bool> match(i64 at, bool whole);
  Result<bool> search(i64 from);
  void set_must_advance(i64 from);
  // Before the search for the next match: after an empty one, another at the same place does not count.
  void continue_after() { set_must_advance(start() == end() ? end() : -1); }
  i64 start() const;
  i64 end() const;
  i64 last_index() const;
  std::span<const i64> marks() const;

 private:
  Result<bool> answer(Outcome o);
  Thread& t_;
  int width_;
  union {
    Matcher<u8>* m1_;
    Matcher<char16_t>* m2_;
    Matcher<char32_t>* m4_;
  };
  alignas(Matcher<u8>) char storage_[sizeof(Matcher<u8>)];  // all three are of one size
};

Result<> make_match(Thread& t, const Pattern* p, Subject& s, const AnyMatcher& m);
std::span<const NativeDef> pattern_sub_functions();  // sub, subn, split: replace.cpp
// The expansion of a template: what stands for the match in sub() and expand().
Status expand_template(Thread& t, Template* tpl, Subject& s, i64 start, i64 end, std::span<const i64> marks,
                       StrBuilder* text, std::string* bytes);
Result<> compile_template(Thread& t, Value pattern, Value replacement);
Result<Match> checked_match(Thread& t, Value v);

Status sre_match_exec(Thread& t, Module* m);

}  // namespace taipan::sre
