// str: split, splitlines, partition and strip, from either end.
#include "runtime/base/search.h"
#include "runtime/base/unicode/properties.h"
#include "runtime/object/error.h"
#include "runtime/types/container_util.h"
#include "runtime/types/str_methods.h"

namespace taipan {

namespace {

// The separator of split() and rsplit(): null for white space.
Status separator_argument(Thread& t, Value v, Str** out) {
  *out = nullptr;
  if (is_none(v)) return kDone;
  if (!is_a<Str>(v)) return raise(t, TypeError, "must be str or None, not {!T}", v);
  *out = v.as<Str>();
  if ((*out)->length() == 0) return raise(t, ValueError, "empty separator");
  return kDone;
}

template <class Lane>
Status split_space(Thread& t, Str* s, const Lane* text, usize limit, List* out) {
  usize n = s->length(), i = 0;
  LoopPoll poll(t);
  for (usize splits = 0;; ++splits) {
    while (i < n && unicode::is_space(text[i])) ++i;
    if (i == n) return kDone;
    usize start = i;
    if (splits == limit) return append_piece(t, out, s, start, n);
    while (i < n && !unicode::is_space(text[i])) ++i;
    TRY(append_piece(t, out, s, start, i));
    TRY(poll());
  }
}

template <class Lane>
Status rsplit_space(Thread& t, Str* s, const Lane* text, usize limit, List* out) {
  usize i = s->length();
  LoopPoll poll(t);
  for (usize splits = 0;; ++splits) {
    while (i > 0 && unicode::is_space(text[i - 1])) --i;
    if (i == 0) return kDone;
    usize end = i;
    if (splits == limit) return append_piece(t, out, s, 0, end);
    while (i > 0 && !unicode::is_space(text[i - 1])) --i;
    TRY(append_piece(t, out, s, i, end));
    TRY(poll());
  }
}

template <class Lane>
Status split_at(Thread& t, Str* s, const Lane* text, const Lane* needle, usize m, usize limit, List* out) {
  usize n = s->length(), done = 0;
  LoopPoll poll(t);
  MatchWalker<Lane> walker(text, n, needle, m);
  for (usize splits = 0; splits < limit; ++splits) {
    ssize at = walker.next();
    if (at < 0) break;
    TRY(append_piece(t, out, s, done, static_cast<usize>(at)));
    TRY(poll());
    done = static_cast<usize>(at) + m;
  }
  return append_piece(t, out, s, done, n);
}

template <class Lane>
Status rsplit_at(Thread& t, Str* s, const Lane* text, const Lane* needle, usize m, usize limit, List* out) {
  usize end = s->length();
  LoopPoll poll(t);
  for (usize splits = 0; splits < limit && end >= m; ++splits) {
    ssize at = rfind<Lane>(text, end, needle, m);
    if (at < 0) break;
    TRY(append_piece(t, out, s, static_cast<usize>(at) + m, end));
    TRY(poll());
    end = static_cast<usize>(at);
  }
  return append_piece(t, out, s, 0, end);
}

// Pieces were collected from the right.
Result<List> reversed_list(Thread& t, List* list) {
  usize n = list_size(list);
  Local<List> out(t, TRY(list_new(t, n)));
  for (usize i = n; i-- > 0;) {
    auto item = list_get(t, list, i);
    TRY(list_append(t, out, item));
  }
  return out.give();
}

// The first character from i on that ends a line, or n.
template <class Lane>
usize line_end(const Lane* text, usize i, usize n) {
  auto ends = [](u32 c) { return c < 0x0e ? c >= 0x0a : c >= 0x1c && unicode::is_line_break(c); };
  if constexpr (sizeof(Lane) == 1) {
    constexpr u64 kOnes = 0x0101010101010101, kHigh = kOnes << 7;
    for (; i + 8 <= n; i += 8) {
      u64 w;
      std::memcpy(&w, text + i, 8);
      if (((w - kOnes * 0x20) | w) & kHigh) {  // a control character, or none of ASCII: look at each
        for (usize k = i; k < i + 8; ++k) {
          if (ends(text[k])) return k;
        }
      }
    }
  }
  while (i < n && !ends(text[i])) ++i;
  return i;
}

template <class Lane>
Status split_lines(Thread& t, Str* s, const Lane* text, bool keep_ends, List* out) {
  usize n = s->length(), i = 0;
  LoopPoll poll(t);
  while (i < n) {
    usize start = i;
    i = line_end(text, i, n);
    usize end = i;
    if (i < n) {
      i += text[i] == '\r' && i + 1 < n && text[i + 1] == '\n' ? 2 : 1;
      if (keep_ends) end = i;
    }
    TRY(append_piece(t, out, s, start, end));
    TRY(poll());
  }
  return kDone;
}

Result<Tuple> three(Thread& t, Str* s, usize a, usize b, Str* separator) {
  Local<Str> head(t, TRY(str_substring(t, s, 0, a)));
  Local<Str> tail(t, TRY(str_substring(t, s, b, s->length())));
  return tuple_of(t, head, separator, tail);
}

Result<Tuple> partition(Thread& t, Str* s, Value separator, bool from_right) {
  if (!is_a<Str>(separator)) return raise(t, TypeError, "must be str, not {!T}", separator);
  Str* sep = separator.as<Str>();
  usize n = s->length(), m = sep->length();
  if (m == 0) return raise(t, ValueError, "empty separator");
  ssize at = -1;
  if (m <= n) {
    at = TRY(with_needle<ssize>(t, s, sep, -1, [&](auto* hay, auto* needle) -> Result<ssize> {
      using Lane = std::remove_cvref_t<decltype(*hay)>;
      return from_right ? rfind<Lane>(hay, n, needle, m) : find<Lane>(hay, n, needle, m);
    }));
  }
  if (at < 0) {
    Local<Str> whole(t, TRY(str_exact(t, s))), empty(t, TRY(str_from_ascii(t, "")));
    return from_right ? tuple_of(t, empty, empty, whole) : tuple_of(t, whole, empty, empty);
  }
  return three(t, s, static_cast<usize>(at), static_cast<usize>(at) + m, sep);
}

// Is c one of the characters to strip? A bloom word settles most of them.
class CharSet {
 public:
  explicit CharSet(const Str* chars) : chars_(chars) {
    for (usize i = 0; i < chars->length(); ++i) bits_ |= u64{1} << (chars->at(i) & 63);
  }
  bool has(char32_t c) const {
    if (!(bits_ >> (c & 63) & 1)) return false;
    for (usize i = 0; i < chars_->length(); ++i) {
      if (chars_->at(i) == c) return true;
    }
    return false;
  }

 private:
  const Str* chars_;
  u64 bits_ = 0;
};

template <class Test>
Result<Str> strip_where(Thread& t, Str* s, bool left, bool right, Test test) {
  usize start = 0, end = s->length();
  with_lanes(s, [&](auto* text) {
    while (left && start < end && test(text[start])) ++start;
    while (right && end > start && test(text[end - 1])) --end;
  });
  return start == 0 && end == s->length() ? str_exact(t, s) : str_substring(t, s, start, end);
}

Result<Str> strip(Thread& t, Str* s, Value chars, bool left, bool right, const char* name) {
  if (is_none(chars)) {
    return strip_where(t, s, left, right, [](char32_t c) { return unicode::is_space(c); });
  }
  if (!is_a<Str>(chars)) return raise(t, TypeError, "{} arg must be None or str", name);
  CharSet set(chars.as<Str>());
  return strip_where(t, s, left, right, [&](char32_t c) { return set.has(c); });
}

usize limit_of(ssize limit) { return limit < 0 ? ~usize{0} : static_cast<usize>(limit); }

}  // namespace

Result<List> str_split(Thread& t, Str* s, Value separator, ssize limit) {
  Str* sep;
  TRY(separator_argument(t, separator, &sep));
  Local<List> out(t, TRY(list_new(t)));
  if (sep == nullptr) {
    TRY(with_lanes(s, [&](auto* text) { return split_space(t, s, text, limit_of(limit), out); }));
  } else if (sep->width() > s->width() || sep->length() > s->length()) {
    TRY(list_append(t, out, Result<>(TRY(str_exact(t, s)))));
  } else {
    TRY(with_needle<Done>(t, s, sep, kDone, [&](auto* text, auto* needle) {
      return split_at(t, s, text, needle, sep->length(), limit_of(limit), out);
    }));
  }
  return out.give();
}

Result<List> str_rsplit(Thread& t, Str* s, Value separator, ssize limit) {
  if (limit < 0 && is_none(separator)) return str_split(t, s, separator, limit);
  Str* sep;
  TRY(separator_argument(t, separator, &sep));
  Local<List> out(t, TRY(list_new(t)));
  if (sep == nullptr) {
    TRY(with_lanes(s, [&](auto* text) { return rsplit_space(t, s, text, limit_of(limit), out); }));
  } else if (sep->width() > s->width() || sep->length() > s->length()) {
    TRY(list_append(t, out, Result<>(TRY(str_exact(t, s)))));
  } else {
    TRY(with_needle<Done>(t, s, sep, kDone, [&](auto* text, auto* needle) {
      return rsplit_at(t, s, text, needle, sep->length(), limit_of(limit), out);
    }));
  }
  return reversed_list(t, out);
}

Result<List> str_splitlines(Thread& t, Str* s, bool keep_ends) {
  Local<List> out(t, TRY(list_new(t)));
  TRY(with_lanes(s, [&](auto* text) { return split_lines(t, s, text, keep_ends, out); }));
  return out.give();
}

Result<Tuple> str_partition(Thread& t, Str* s, Value separator) { return partition(t, s, separator, false); }
Result<Tuple> str_rpartition(Thread& t, Str* s, Value separator) { return partition(t, s, separator, true); }

Result<Str> str_strip(Thread& t, Str* s, Value chars) { return strip(t, s, chars, true, true, "strip"); }
Result<Str> str_lstrip(Thread& t, Str* s, Value chars) { return strip(t, s, chars, true, false, "lstrip"); }
Result<Str> str_rstrip(Thread& t, Str* s, Value chars) { return strip(t, s, chars, false, true, "rstrip"); }

}  // namespace taipan
