// str: find, index, count, replace, startswith and their kin.
#include "runtime/base/search.h"
#include "runtime/object/error.h"
#include "runtime/types/str_methods.h"

namespace taipan {

namespace {

// A copy with each `old` replaced.
#if defined(__GNUC__) && !defined(__clang__)
__attribute__((optimize("O3")))  // -O2 leaves the loop scalar
#endif
void replace_bytes(const u8* __restrict from, usize size, u8 old, u8 fresh, u8* __restrict to) {
  for (usize i = 0; i < size; ++i) to[i] = from[i] == old ? fresh : from[i];
}

Result<ssize> bound(Thread& t, Value v, ssize fallback) {
  if (v.is_int()) return v.as_int();
  if (is_none(v)) return fallback;
  if (type_of(v).slots.index == nullptr) {
    return raise(t, TypeError, "slice indices must be integers or have an __index__ method");
  }
  return to_ssize_clamped(t, v);
}

template <bool kFromRight>
Result<ssize> search(Thread& t, Str* s, Str* sub, Value start, Value end) {
  usize from, to;
  TRY(text_bounds(t, start, end, s->length(), &from, &to));
  usize m = sub->length();
  if (from > to || to - from < m) return ssize{-1};
  if (m == 0) return static_cast<ssize>(kFromRight ? to : from);
  return with_needle<ssize>(t, s, sub, -1, [&](auto* hay, auto* needle) -> Result<ssize> {
    using Lane = std::remove_cvref_t<decltype(*hay)>;
    ssize at;
    if (m == 1) {
      at = kFromRight ? rfind_char<Lane>(hay + from, to - from, needle[0])
                      : find_char<Lane>(hay + from, to - from, needle[0]);
    } else {
      at = kFromRight ? rfind<Lane>(hay + from, to - from, needle, m)
                      : find<Lane>(hay + from, to - from, needle, m);
    }
    return at < 0 ? at : at + static_cast<ssize>(from);
  });
}

// Is `part` found at position `at` of s? It fits there.
bool matches_at(const Str* s, usize at, const Str* part) {
  if (part->width() > s->width()) return false;
  return with_lanes(s, [&](auto* hay) {
    return with_lanes(part, [&](auto* lanes) { return equal_lanes(hay + at, lanes, part->length()); });
  });
}

bool affix_matches(const Str* s, const Str* part, usize from, usize to, bool at_end) {
  usize m = part->length();
  if (from > to || to - from < m) return false;
  return matches_at(s, at_end ? to - m : from, part);
}

Result<bool> has_affix(Thread& t, Str* s, Value affix, Value start, Value end, bool at_end) {
  if (is_exact<Str>(affix) && is_none(start) && is_none(end)) return affix_matches(s, affix.as<Str>(), 0, s->length(), at_end);
  const char* name = at_end ? "endswith" : "startswith";
  usize from, to;
  TRY(text_bounds(t, start, end, s->length(), &from, &to));
  if (is_a<Str>(affix)) return affix_matches(s, affix.as<Str>(), from, to, at_end);
  if (!is_a<Tuple>(affix)) {
    return raise(t, TypeError, "{} first arg must be str or a tuple of str, not {!T}", name, affix);
  }
  Tuple* choices = affix.as<Tuple>();
  for (usize i = 0; i < choices->size(); ++i) {
    Value choice = (*choices)[i];
    if (!is_a<Str>(choice)) {
      return raise(t, TypeError, "tuple for {} must only contain str, not {!T}", name, choice);
    }
    if (affix_matches(s, choice.as<Str>(), from, to, at_end)) return true;
  }
  return false;
}

// replace('', x): x before every character and at the end, `count` times at most.
Result<Str> interleave(Thread& t, Str* s, Str* fresh, usize count) {
  usize n = s->length(), m = fresh->length();
  if (count > n + 1) count = n + 1;
  if (m != 0 && count > ((usize{1} << 62) - n) / m) {
    return raise(t, OverflowError, "replace string is too long");
  }
  char32_t max = str_max_char(s) > str_max_char(fresh) ? str_max_char(s) : str_max_char(fresh);
  Result<Str> r = str_allocate(t, n + count * m, max);
  if (r.is_error()) return kError;
  Str* out = r.word().as<Str>();
  usize at = 0;
  for (usize i = 0; i < count; ++i) {
    copy_chars(out, at, fresh, 0, m);
    at += m;
    if (i < n) copy_chars(out, at++, s, i, 1);
  }
  if (count < n) copy_chars(out, at, s, count, n - count);
  return r;
}

// With `matches` occurrences known to be there: the pieces between them, and `fresh` for each.
template <class Lane, class Piece, class Fresh>
void walk_replacements(const Lane* hay, usize n, const Lane* needle, usize m, usize matches, Piece piece,
                       Fresh put_fresh) {
  MatchWalker<Lane> walker(hay, n, needle, m);
  usize done = 0;
  for (usize i = 0; i < matches; ++i) {
    usize at = static_cast<usize>(walker.next());
    piece(done, at);
    put_fresh();
    done = at + m;
  }
  piece(done, n);
}

}  // namespace

Status text_bounds(Thread& t, Value start, Value end, usize n, usize* from, usize* to) {
  ssize size = static_cast<ssize>(n);
  ssize a = TRY(bound(t, start, 0)), b = TRY(bound(t, end, size));
  if (b > size) b = size;
  if (b < 0 && (b += size) < 0) b = 0;
  if (a < 0 && (a += size) < 0) a = 0;
  *from = static_cast<usize>(a);
  *to = static_cast<usize>(b);
  return kDone;
}

Result<ssize> str_find_method(Thread& t, Str* s, Str* sub, Value start, Value end) {
  return search<false>(t, s, sub, start, end);
}
Result<ssize> str_rfind_method(Thread& t, Str* s, Str* sub, Value start, Value end) {
  return search<true>(t, s, sub, start, end);
}
Result<ssize> str_index_method(Thread& t, Str* s, Str* sub, Value start, Value end) {
  ssize at = TRY(search<false>(t, s, sub, start, end));
  if (at < 0) return raise(t, ValueError, "substring not found");
  return at;
}
Result<ssize> str_rindex_method(Thread& t, Str* s, Str* sub, Value start, Value end) {
  ssize at = TRY(search<true>(t, s, sub, start, end));
  if (at < 0) return raise(t, ValueError, "substring not found");
  return at;
}

Result<ssize> str_count_method(Thread& t, Str* s, Str* sub, Value start, Value end) {
  usize from, to;
  TRY(text_bounds(t, start, end, s->length(), &from, &to));
  usize m = sub->length();
  if (from > to || to - from < m) return ssize{0};
  if (m == 0) return static_cast<ssize>(to - from + 1);
  return with_needle<ssize>(t, s, sub, 0, [&](auto* hay, auto* needle) -> Result<ssize> {
    using Lane = std::remove_cvref_t<decltype(*hay)>;
    return static_cast<ssize>(count<Lane>(hay + from, to - from, needle, m));
  });
}

Result<bool> str_startswith(Thread& t, Str* s, Value prefix, Value start, Value end) {
  return has_affix(t, s, prefix, start, end, false);
}
Result<bool> str_endswith(Thread& t, Str* s, Value suffix, Value start, Value end) {
  return has_affix(t, s, suffix, start, end, true);
}

Result<Str> str_removeprefix(Thread& t, Str* s, Str* prefix) {
  if (!affix_matches(s, prefix, 0, s->length(), false)) return str_exact(t, s);
  return str_substring(t, s, prefix->length(), s->length());
}
Result<Str> str_removesuffix(Thread& t, Str* s, Str* suffix) {
  if (!affix_matches(s, suffix, 0, s->length(), true)) return str_exact(t, s);
  return str_substring(t, s, 0, s->length() - suffix->length());
}

Result<Str> str_replace(Thread& t, Str* s, Str* old, Str* fresh, ssize limit) {
  usize n = s->length(), m = old->length(), k = fresh->length();
  usize most = limit < 0 ? ~usize{0} : static_cast<usize>(limit);
  if (most == 0 || m > n || (m == 0 && k == 0)) return str_exact(t, s);
  if (m == 0) return interleave(t, s, fresh, most);
  usize matches = static_cast<usize>(TRY(with_needle<ssize>(t, s, old, 0, [&](auto* hay, auto* needle) -> Result<ssize> {
    using Lane = std::remove_cvref_t<decltype(*hay)>;
    return static_cast<ssize>(count<Lane>(hay, n, needle, m, most));
  })));
  if (matches == 0) return str_exact(t, s);
  if (m == 1 && k == 1 && limit < 0 && s->width() <= Str::kLatin1 && fresh->width() == s->width() && n > 1) {
    Result<Str> r = str_allocate(t, n, str_max_char(s));
    if (!r.is_error()) replace_bytes(s->data(), n, old->data()[0], fresh->data()[0], r.word().as<Str>()->data());
    return r;
  }
  usize kept = n - matches * m;
  if (k != 0 && matches > ((usize{1} << 62) - kept) / k) {
    return raise(t, OverflowError, "replace string is too long");
  }
  // What is cut out may have been all the wide characters there were: then finish() narrows.
  bool may_narrow = old->width() == s->width() && fresh->width() < s->width();
  StrBuilder builder(t);
  Result<Str> r = Result<Str>::absent();
  if (may_narrow) {
    TRY(builder.reserve(kept + matches * k, str_max_char(s)));
  } else {
    char32_t max = str_max_char(s) > str_max_char(fresh) ? str_max_char(s) : str_max_char(fresh);
    r = str_allocate(t, kept + matches * k, max);
    if (r.is_error()) return kError;
  }
  Status ok = kDone;
  Done done = TRY(with_needle<Done>(t, s, old, kDone, [&](auto* hay, auto* needle) -> Status {
    if (may_narrow) {
      walk_replacements(hay, n, needle, m, matches,
                        [&](usize a, usize b) { ok = ok.is_error() ? ok : builder.append_range(s, a, b); },
                        [&] { ok = ok.is_error() ? ok : builder.append(fresh); });
      return ok;
    }
    Str* out = r.word().as<Str>();
    usize at = 0;
    walk_replacements(hay, n, needle, m, matches,
                      [&](usize a, usize b) {
                        copy_chars(out, at, s, a, b - a);
                        at += b - a;
                      },
                      [&] {
                        copy_chars(out, at, fresh, 0, k);
                        at += k;
                      });
    return kDone;
  }));
  (void)done;
  return may_narrow ? builder.finish() : r;
}

Result<bool> str_contains_slot(Thread& t, Value self, Value v) {
  if (!is_a<Str>(v)) {
    return raise(t, TypeError, "'in <string>' requires string as left operand, not {!T}", v);
  }
  return TRY(search<false>(t, self.as<Str>(), v.as<Str>(), none_value(), none_value())) >= 0;
}

}  // namespace taipan
