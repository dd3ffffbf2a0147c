// str: changes of case with the full mappings of Unicode, and the is...() questions.
#include "runtime/base/unicode/properties.h"
#include "runtime/object/error.h"
#include "runtime/types/str_methods.h"

namespace taipan {

namespace {

using unicode::kMaxCaseSize;

bool ascii_lower(u8 c) { return c >= 'a' && c <= 'z'; }
bool ascii_upper(u8 c) { return c >= 'A' && c <= 'Z'; }
bool ascii_alpha(u8 c) { return ascii_lower(c | 0x20); }
bool ascii_digit(u8 c) { return c >= '0' && c <= '9'; }
u8 to_ascii_lower(u8 c) { return ascii_upper(c) ? c | 0x20 : c; }
u8 to_ascii_upper(u8 c) { return ascii_lower(c) ? c & ~0x20 : c; }

// ASCII text stays ASCII and keeps its length: map(c, i).
template <class Map>
Result<Str> map_ascii(Thread& t, Str* s, Map map) {
  usize n = s->length();
  Result<Str> r = str_allocate(t, n, 0x7f);
  if (r.is_error() || n == 0) return r;
  u8* out = r.word().as<Str>()->data();
  const u8* in = s->data();
  for (usize i = 0; i < n; ++i) out[i] = map(in[i], i);
  if (n == 1) {
    u8 c = out[0];
    drop(r);
    return own(str_single(c));
  }
  return r;
}

// Eight ASCII characters at once: those in first..last change their case.
template <char kFirst, char kLast>
u64 flip_case(u64 w) {
  constexpr u64 kOnes = 0x0101010101010101;
  u64 from_first = w + kOnes * (0x80 - kFirst), behind_last = w + kOnes * (0x7f - kLast);
  return w ^ (from_first & ~behind_last & kOnes << 7) >> 2;
}

// ASCII text in whole words: the tail of the last one is zero and stays so.
template <u64 (*kMap)(u64)>
Result<Str> map_words(Thread& t, Str* s) {
  usize n = s->length();
  if (n <= 1) return n == 0 ? str_exact(t, s) : own(str_single(static_cast<u8>(kMap(s->data()[0]))));
  Result<Str> r = str_allocate(t, n, 0x7f);
  if (r.is_error()) return r;
  u64* out = reinterpret_cast<u64*>(r.word().as<Str>()->data());
  const u64* in = reinterpret_cast<const u64*>(s->data());
  for (usize i = 0; i < (n + 7) / 8; ++i) out[i] = kMap(in[i]);
  return r;
}

// put(text, n, i, out) writes the mapping of character i and returns its size.
template <class Map>
Result<Str> map_characters(Thread& t, Str* s, Map map) {
  usize n = s->length();
  LaneBuffer<char32_t> buffer;
  TRY(buffer.allocate(t, n * kMaxCaseSize));
  char32_t* out = buffer.data();
  with_lanes(s, [&](auto* text) {
    for (usize i = 0; i < n; ++i) out += map(text, n, i, out);
  });
  return str_from_utf32(t, buffer.data(), static_cast<usize>(out - buffer.data()));
}

template <class Test>
bool all_characters(const Str* s, Test test) {
  usize n = s->length();
  if (n == 0) return false;
  return with_lanes(s, [&](auto* text) {
    for (usize i = 0; i < n; ++i) {
      if (!test(text[i])) return false;
    }
    return true;
  });
}

bool all_have(const Str* s, u32 flags) {
  return all_characters(s, [flags](char32_t c) { return unicode::has(c, flags); });
}

// islower() and isupper(): some character of the wanted case, none of `others`.
bool only_case(const Str* s, u32 wanted, u32 others) {
  bool found = false;
  bool clean = all_characters(s, [&](char32_t c) {
    u32 f = unicode::flags(c);
    found |= (f & wanted) != 0;
    return (f & others) == 0;
  });
  return clean && found;
}

}  // namespace

Result<Str> str_lower(Thread& t, Str* s) {
  if (s->is_ascii()) return map_words<flip_case<'A', 'Z'>>(t, s);
  return map_characters(t, s, [](auto* text, usize n, usize i, char32_t* out) {
    return unicode::to_lower_at(text, n, i, out);
  });
}

Result<Str> str_upper(Thread& t, Str* s) {
  if (s->is_ascii()) return map_words<flip_case<'a', 'z'>>(t, s);
  return map_characters(t, s, [](auto* text, usize, usize i, char32_t* out) {
    return unicode::to_upper(text[i], out);
  });
}

Result<Str> str_casefold(Thread& t, Str* s) {
  if (s->is_ascii()) return str_lower(t, s);
  return map_characters(t, s, [](auto* text, usize, usize i, char32_t* out) {
    return unicode::to_folded(text[i], out);
  });
}

Result<Str> str_capitalize(Thread& t, Str* s) {
  if (s->is_ascii() && s->length() > 1) {
    Result<Str> r = map_words<flip_case<'A', 'Z'>>(t, s);
    if (!r.is_error()) {
      u8* first = r.word().as<Str>()->data();
      *first = to_ascii_upper(*first);
    }
    return r;
  }
  if (s->is_ascii()) return str_upper(t, s);
  return map_characters(t, s, [](auto* text, usize n, usize i, char32_t* out) {
    return i == 0 ? unicode::to_title(text[0], out) : unicode::to_lower_at(text, n, i, out);
  });
}

Result<Str> str_swapcase(Thread& t, Str* s) {
  if (s->is_ascii()) {
    return map_ascii(t, s, [](u8 c, usize) { return ascii_alpha(c) ? static_cast<u8>(c ^ 0x20) : c; });
  }
  return map_characters(t, s, [](auto* text, usize n, usize i, char32_t* out) {
    u32 f = unicode::flags(text[i]);
    if (f & unicode::kUpper) return unicode::to_lower_at(text, n, i, out);
    if (f & unicode::kLower) return unicode::to_upper(text[i], out);
    out[0] = text[i];
    return 1;
  });
}

Result<Str> str_title(Thread& t, Str* s) {
  bool inside = false;
  if (s->is_ascii()) {
    return map_ascii(t, s, [&](u8 c, usize) {
      u8 r = inside ? to_ascii_lower(c) : to_ascii_upper(c);
      inside = ascii_alpha(c);
      return r;
    });
  }
  return map_characters(t, s, [&](auto* text, usize n, usize i, char32_t* out) {
    int size = inside ? unicode::to_lower_at(text, n, i, out) : unicode::to_title(text[i], out);
    inside = unicode::is_cased(text[i]);
    return size;
  });
}

bool str_isascii(Thread&, Str* s) { return s->is_ascii(); }
bool str_isalpha(Thread&, Str* s) {
  if (s->is_ascii()) return all_characters(s, [](char32_t c) { return ascii_alpha(static_cast<u8>(c)); });
  return all_have(s, unicode::kAlpha);
}
bool str_isdecimal(Thread&, Str* s) { return all_have(s, unicode::kDecimal); }
bool str_isdigit(Thread&, Str* s) {
  if (s->is_ascii()) return all_characters(s, [](char32_t c) { return ascii_digit(static_cast<u8>(c)); });
  return all_have(s, unicode::kDigit);
}
bool str_isnumeric(Thread&, Str* s) { return all_have(s, unicode::kNumeric); }
bool str_isalnum(Thread&, Str* s) {
  return all_have(s, unicode::kAlpha | unicode::kDecimal | unicode::kDigit | unicode::kNumeric);
}
bool str_isspace(Thread&, Str* s) {
  return all_characters(s, [](char32_t c) { return unicode::is_space(c); });
}
bool str_isprintable(Thread&, Str* s) { return s->length() == 0 || all_have(s, unicode::kPrintable); }
bool str_islower(Thread&, Str* s) { return only_case(s, unicode::kLower, unicode::kUpper | unicode::kTitle); }
bool str_isupper(Thread&, Str* s) { return only_case(s, unicode::kUpper, unicode::kLower | unicode::kTitle); }

bool str_istitle(Thread&, Str* s) {
  bool inside = false, found = false;
  bool clean = all_characters(s, [&](char32_t c) {
    u32 f = unicode::flags(c);
    bool head = f & (unicode::kUpper | unicode::kTitle), tail = f & unicode::kLower;
    bool fits = head ? !inside : tail ? inside : true;
    inside = head || tail;
    found |= inside;
    return fits;
  });
  return clean && found;
}

bool str_isidentifier(Thread&, Str* s) {
  bool first = true;
  return all_characters(s, [&](char32_t c) {
    bool fits = first ? c == '_' || unicode::is_xid_start(c) : unicode::is_xid_continue(c);
    first = false;
    return fits;
  });
}

}  // namespace taipan
