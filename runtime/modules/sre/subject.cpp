#include "runtime/modules/sre/sre_types.h"
#include "runtime/object/error.h"

namespace taipan::sre {

namespace {
bool poll(void* thread) { return !safepoint(*static_cast<Thread*>(thread)).is_error(); }
}  // namespace

Status Subject::open(const Pattern* p, i64 pos, i64 endpos) {
  if (is_a<Str>(string_)) {
    if (p->is_bytes > 0) return raise(t_, TypeError, "cannot use a bytes pattern on a string-like object");
    length_ = static_cast<i64>(string_.value().as<Str>()->length());
  } else {
    if (!has_buffer(string_)) {
      return raise(t_, TypeError, "expected string or bytes-like object, got '{!T}'", string_.value());
    }
    if (p->is_bytes == 0) return raise(t_, TypeError, "cannot use a string pattern on a bytes-like object");
    TRY(source_.get(t_, string_));
    length_ = static_cast<i64>(source_.size());
    is_bytes_ = true;
  }
  pos_ = pos < 0 ? 0 : pos > length_ ? length_ : pos;
  endpos_ = endpos < 0 ? 0 : endpos > length_ ? length_ : endpos;
  return kDone;
}

Result<> Subject::slice(i64 from, i64 to) {
  if (from < 0 || to < from) from = to = 0;
  if (is_bytes_) {
    if (from == 0 && to == length_ && is_exact<Bytes>(string_)) return own(string_.value());
    return Result<>(TRY(bytes_from(t_, source_.view().substr(static_cast<usize>(from), static_cast<usize>(to - from)))));
  }
  return Result<>(TRY(str_substring(t_, string_.value().as<Str>(), static_cast<usize>(from), static_cast<usize>(to))));
}

AnyMatcher::AnyMatcher(Thread& t, const Pattern* p, Subject& s) : t_(t) {
  s.with_text([&](auto* text) {
    using Lane = std::remove_cvref_t<decltype(*text)>;
    static_assert(sizeof(Matcher<Lane>) == sizeof(storage_));
    auto* m = new (storage_) Matcher<Lane>(*p->program, text, s.pos(), s.endpos(), poll, &t);
    width_ = sizeof(Lane);
    if constexpr (sizeof(Lane) == 1) {
      m1_ = m;
    } else if constexpr (sizeof(Lane) == 2) {
      m2_ = m;
    } else {
      m4_ = m;
    }
  });
}

AnyMatcher::~AnyMatcher() {
  if (width_ == 1) {
    m1_->~Matcher();
  } else if (width_ == 2) {
    m2_->~Matcher();
  } else {
    m4_->~Matcher();
  }
}

#define TP_EACH(e) (width_ == 1 ? m1_->e : width_ == 2 ? m2_->e : m4_->e)

Result<bool> AnyMatcher::answer(Outcome o) {
  switch (o) {
    case Outcome::NoMatch: return false;
    case Outcome::Match: return true;
    case Outcome::Interrupted: return kError;  // the poll raised
    case Outcome::NoMemory: break;
  }
  (void)raise_memory_error(t_);
  return kError;
}
Result<bool> AnyMatcher::match(i64 at, bool whole) { return answer(TP_EACH(match(at, whole))); }
Result<bool> AnyMatcher::search(i64 from) {
  if (width_ == 1) {
    m1_->set_start(from);
  } else if (width_ == 2) {
    m2_->set_start(from);
  } else {
    m4_->set_start(from);
  }
  return answer(TP_EACH(search()));
}
void AnyMatcher::set_must_advance(i64 from) {
  if (width_ == 1) {
    m1_->must_advance_from = from;
  } else if (width_ == 2) {
    m2_->must_advance_from = from;
  } else {
    m4_->must_advance_from = from;
  }
}
i64 AnyMatcher::start() const { return TP_EACH(match_start); }
i64 AnyMatcher::end() const { return TP_EACH(match_end); }
i64 AnyMatcher::last_index() const { return TP_EACH(last_index); }
std::span<const i64> AnyMatcher::marks() const { return TP_EACH(marks()); }

Result<> make_match(Thread& t, const Pattern* p, Subject& s, const AnyMatcher& m) {
  u64 groups = p->program->groups + 1u;
  Match* o = new_object<Match>(t, *g_match_type, groups * 2 * sizeof(i64));
  if (o == nullptr) return kError;
  o->string.init(s.string());
  o->pattern.init(Value(p));
  o->pos = s.pos();
  o->endpos = s.endpos();
  o->last_index = m.last_index();
  o->groups = groups;
  o->marks[0] = m.start();
  o->marks[1] = m.end();
  std::span<const i64> marks = m.marks();
  for (usize i = 0; i < marks.size(); ++i) o->marks[2 + i] = marks[i];
  for (u64 g = 1; g < groups; ++g) {  // a group is set by both its marks
    if (o->marks[2 * g] < 0 || o->marks[2 * g + 1] < o->marks[2 * g]) o->marks[2 * g] = o->marks[2 * g + 1] = -1;
  }
  return Result<>::from_owned(own_new(o).word());
}

}  // namespace taipan::sre
