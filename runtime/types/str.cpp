// Storage of str: layout, construction from text in every encoding, hash, comparison.
#include "runtime/types/str.h"

#include <cstring>

#include "runtime/base/lanes.h"
#include "runtime/base/search.h"
#include "runtime/base/siphash.h"
#include "runtime/base/utf8.h"
#include "runtime/memory/slab.h"
#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/types/str_extend.h"
#include "runtime/types/unicode_errors.h"

namespace taipan {

namespace {

struct alignas(16) SingleChar {  // 32-byte blocks: str_single is an address computation
  u64 header[2];
  u64 hash;
  u64 data;
};
SingleChar g_single_chars[256];
alignas(16) u64 g_empty_str[4];

void init_static(Str* s, u32 length, u8 width) {
  s->count.store_relaxed(kStickyWord);
  s->flags.store_relaxed(kImmortal | kNoEdges);
  s->gc = kGcStatic;
  s->spare.store_relaxed(width);
  s->shape.store_release(shape_id(BuiltinShape::str_));
  s->aux = length;
}

[[gnu::constructor]] void init_single_chars() {
  for (u32 c = 0; c < 256; ++c) {
    Str* s = reinterpret_cast<Str*>(&g_single_chars[c]);
    s->data()[0] = static_cast<u8>(c);
    init_static(s, 1, c < 0x80 ? Str::kAscii : Str::kLatin1);
  }
  init_static(reinterpret_cast<Str*>(g_empty_str), 0, Str::kAscii);
}

Str* empty_str() { return reinterpret_cast<Str*>(g_empty_str); }

// Fills a fresh string from lanes of any width; the target is wide enough.
template <class From>
void fill(Str* s, const From* from, usize n) {
  switch (s->width()) {
    case Str::kTwo: return copy_lanes(from, n, reinterpret_cast<char16_t*>(s->data()));
    case Str::kFour: return copy_lanes(from, n, reinterpret_cast<char32_t*>(s->data()));
    default: return copy_lanes(from, n, s->data());
  }
}

template <class From>
Result<Str> from_lanes(Thread& t, const From* from, usize n) {
  if (n == 0) return own(empty_str());
  if (n == 1 && static_cast<char32_t>(from[0]) < 0x100) return own(str_single(from[0]));
  Result<Str> r = str_allocate(t, n, max_char_class(from, n));
  if (r.is_error()) return kError;
  fill(r.word().as<Str>(), from, n);
  return r;
}

ErrorTag raise_decode_error(Thread& t, std::string_view s, const DecodeScan& scan);

}  // namespace

usize str_storage(const Object* o) {
  const Str* s = static_cast<const Str*>(o);
  return str_storage_for(s->length(), s->width());
}

Str* str_single(u8 c) { return reinterpret_cast<Str*>(&g_single_chars[c]); }

Result<Str> str_from_char(Thread& t, char32_t c) {
  if (c < 0x100) return own(str_single(static_cast<u8>(c)));
  return from_lanes(t, &c, 1);
}

Result<Str> str_allocate(Thread& t, usize length, char32_t max_char) {
  if (length == 0) return own(empty_str());
  u8 width = str_width_for(max_char);
  if (length > (usize{1} << 60)) return (void)raise_memory_error(t), kError;
  usize size = str_storage_for(length, width);
  Str* s = static_cast<Str*>(new_object_inline<false>(t, shape_id(BuiltinShape::str_), size, kNoEdges, 0,
                                                      static_cast<u32>(length)));
  if (s == nullptr) return kError;
  s->hash_.store_relaxed(0);
  std::memset(reinterpret_cast<char*>(s) + size - 8, 0, 8);  // the tail; the rest is the caller's
  if (length > 0xffffffffu) [[unlikely]] {
    s->aux = 0;
    s->spare.store_relaxed(width | Str::kLong);
    *reinterpret_cast<u64*>(s + 1) = length;
  } else {
    s->spare.store_relaxed(width);
  }
  return own_new(s);
}

Result<Str> str_from_ascii(Thread& t, std::string_view s) {
  return from_lanes(t, reinterpret_cast<const u8*>(s.data()), s.size());
}
Result<Str> str_from_latin1(Thread& t, std::string_view s) { return str_from_ascii(t, s); }

Result<Str> str_from_utf32(Thread& t, const char32_t* s, usize n) { return from_lanes(t, s, n); }

namespace {

Result<Str> decode_scanned(Thread& t, const u8* bytes, usize size, const DecodeScan& scan) {
  if (scan.length == 0) return own(empty_str());
  Result<Str> r = str_allocate(t, scan.length, scan.max);
  if (r.is_error()) return kError;
  Str* s = r.word().as<Str>();
  switch (s->width()) {
    case Str::kTwo: decode_utf8(bytes, size, reinterpret_cast<char16_t*>(s->data())); break;
    case Str::kFour: decode_utf8(bytes, size, reinterpret_cast<char32_t*>(s->data())); break;
    default: decode_utf8(bytes, size, s->data());
  }
  if (scan.length == 1 && s->at(0) < 0x100) {
    u8 c = static_cast<u8>(s->at(0));
    drop(r);
    return own(str_single(c));
  }
  return r;
}

}  // namespace

Result<Str> str_from_utf8(Thread& t, std::string_view s) {
  const u8* bytes = reinterpret_cast<const u8*>(s.data());
  DecodeScan scan = scan_utf8(bytes, s.size());
  if (scan.error != CodecError::None) return raise_decode_error(t, s, scan);
  return decode_scanned(t, bytes, s.size(), scan);
}

namespace {

// Decodes bytes that are not all UTF-8: lone surrogates (WTF-8) as they are, other bad bytes as U+DC80..
// where `escape` says so.
Result<Str> decode_lenient(Thread& t, std::string_view s, bool escape) {
  const u8* bytes = reinterpret_cast<const u8*>(s.data());
  usize size = s.size(), at = 0;
  StrBuilder out(t);
  while (at < size) {
    DecodeScan scan = scan_utf8(bytes + at, size - at);
    if (scan.stop > 0) {
      Local<Str> part(t, TRY(decode_scanned(t, bytes + at, scan.stop, scan)));
      TRY(out.append(part));
      at += scan.stop;
    }
    if (at >= size) break;
    char32_t surrogate = escape ? 0 : get_wtf8_surrogate(bytes + at, size - at);
    if (surrogate != 0) {
      TRY(out.append_char(surrogate));
      at += 3;
    } else {
      TRY(out.append_char(0xdc00 + bytes[at]));
      at += 1;
    }
  }
  return out.finish();
}

ErrorTag raise_decode_error(Thread& t, std::string_view s, const DecodeScan& scan) {
  return raise_unicode_decode(t, "utf-8", s, scan.stop, scan.error_end, codec_error_text(scan.error));
}

}  // namespace

Result<Str> str_from_utf8_surrogateescape(Thread& t, std::string_view s) {
  const u8* bytes = reinterpret_cast<const u8*>(s.data());
  DecodeScan scan = scan_utf8(bytes, s.size());
  if (scan.error == CodecError::None) return decode_scanned(t, bytes, s.size(), scan);
  return decode_lenient(t, s, true);
}

Result<Str> str_from_wtf8(Thread& t, std::string_view s) {
  const u8* bytes = reinterpret_cast<const u8*>(s.data());
  DecodeScan scan = scan_utf8(bytes, s.size());
  if (scan.error == CodecError::None) return decode_scanned(t, bytes, s.size(), scan);
  return decode_lenient(t, s, false);
}

Result<Str> str_substring(Thread& t, Str* s, usize start, usize end) {
  if (start >= end) return own(empty_str());
  if (start == 0 && end == s->length() && is_exact<Str>(s)) return own(s);
  return with_lanes(s, [&](auto* lanes) -> Result<Str> {
    if (s->is_ascii() && end - start > 1) {  // no scan: a part of ASCII is ASCII
      Result<Str> r = str_allocate(t, end - start, 0x7f);
      if (r.is_error()) return kError;
      copy_bytes(r.word().as<Str>()->data(), s->data() + start, end - start);
      return r;
    }
    return from_lanes(t, lanes + start, end - start);
  });
}

Result<Str> str_concat(Thread& t, Str* a, Str* b) {
  usize n = a->length(), m = b->length();
  if (n == 0 && is_exact<Str>(b)) return own(b);
  if (m == 0 && is_exact<Str>(a)) return own(a);
  Result<Str> r = str_allocate(t, n + m, str_width_max(a->width() > b->width() ? a->width() : b->width()));
  if (r.is_error()) return kError;
  Str* s = r.word().as<Str>();
  u8* at = s->data();
  if (s->width() <= Str::kLatin1) {
    copy_bytes(at, a->data(), n);
    copy_bytes(at + n, b->data(), m);
    return r;
  }
  usize step = s->char_size();
  auto put = [&](const Str* part, u8* to) {
    with_lanes(part, [&](auto* lanes) {
      switch (s->width()) {
        case Str::kTwo: return copy_lanes(lanes, part->length(), reinterpret_cast<char16_t*>(to));
        case Str::kFour: return copy_lanes(lanes, part->length(), reinterpret_cast<char32_t*>(to));
        default: return copy_lanes(lanes, part->length(), to);
      }
    });
  };
  put(a, at);
  put(b, at + n * step);
  return r;
}

Str* str_extend(Thread& t, Str* a, const Str* b) {
  u8 spare = a->spare.load_relaxed();
  if (!a->is_local() || a->count.load_relaxed() != kCountStep || (spare & (Str::kInterned | Str::kLong)) != 0 ||
      a == b || b->width() > (spare & Str::kWidthMask)) {
    return nullptr;
  }
  usize n = a->length(), m = b->length();
  if (n + m > 0xffffffffu) return nullptr;
  usize before = str_storage_for(n, a->width()), after = str_storage_for(n + m, a->width());
  Object* o = object_grow(t, a, before, after);
  if (o == nullptr) return nullptr;
  Str* s = static_cast<Str*>(o);
  s->hash_.store_relaxed(0);
  s->aux = static_cast<u32>(n + m);
  std::memset(reinterpret_cast<char*>(s) + after - 8, 0, after == before ? 0 : 8);
  with_lanes(b, [&](auto* lanes) {
    switch (s->width()) {
      case Str::kTwo: return copy_lanes(lanes, m, reinterpret_cast<char16_t*>(s->data()) + n);
      case Str::kFour: return copy_lanes(lanes, m, reinterpret_cast<char32_t*>(s->data()) + n);
      default: return copy_bytes(s->data() + n, lanes, m);
    }
  });
  return s;
}

u64 str_hash_slow(Str* s) {
  if (s->length() == 0) return 0;
  u64 h = hash_bytes(s->data(), s->length() * s->char_size());
  s->hash_.store_relaxed(h);
  return h;
}

bool str_equal(const Str* a, const Str* b) {
  if (a == b) return true;
  u8 sa = a->spare.load_relaxed(), sb = b->spare.load_relaxed();
  if (sa & sb & Str::kInterned) return false;
  // Equal texts have the same width: it is the least that fits.
  if ((sa ^ sb) & (Str::kWidthMask | Str::kLong)) return false;
  usize n = a->length();
  if (n != b->length()) return false;
  u64 ha = a->hash_.load_relaxed(), hb = b->hash_.load_relaxed();
  if (ha != hb && ha != 0 && hb != 0) return false;
  usize bytes = n * a->char_size();
  if (bytes <= 8) {  // the tail of the last word is zero
    return *reinterpret_cast<const u64*>(a->data()) == *reinterpret_cast<const u64*>(b->data());
  }
  return std::memcmp(a->data(), b->data(), bytes) == 0;
}

int str_compare(const Str* a, const Str* b) {
  usize n = a->length(), m = b->length(), shorter = n < m ? n : m;
  if (a->width() <= Str::kLatin1 && b->width() <= Str::kLatin1) {
    // The first word decides most pairs; the tail of a shorter text is zero.
    u64 x = __builtin_bswap64(*reinterpret_cast<const u64*>(a->data()));
    u64 y = __builtin_bswap64(*reinterpret_cast<const u64*>(b->data()));
    if (x != y) return x < y ? -1 : 1;
    int r = shorter > 8 ? std::memcmp(a->data() + 8, b->data() + 8, shorter - 8) : 0;
    return r != 0 ? r : n == m ? 0 : n < m ? -1 : 1;
  }
  usize i = with_lanes(a, [&](auto* la) {
    return with_lanes(b, [&](auto* lb) { return mismatch_lanes(la, lb, shorter); });
  });
  if (i < shorter) return a->at(i) < b->at(i) ? -1 : 1;
  return n == m ? 0 : n < m ? -1 : 1;
}

bool str_equals(const Str* s, std::string_view ascii) {
  return s->is_ascii() && s->ascii() == ascii;
}

Result<> str_getitem(Thread& t, Str* s, ssize index) {
  ssize n = static_cast<ssize>(s->length());
  if (index < 0) index += n;
  if (index < 0 || index >= n) return raise(t, IndexError, "string index out of range");
  return str_from_char(t, s->at(static_cast<usize>(index)));
}

ssize str_find(const Str* s, const Str* needle, usize start, usize end) {
  usize n = s->length(), m = needle->length();
  if (end > n) end = n;
  if (start > end || m > end - start) return -1;
  if (m == 0) return static_cast<ssize>(start);
  if (needle->char_size() > s->char_size()) return -1;  // it holds a character that s cannot hold
  ssize at = with_lanes(s, [&](auto* hay) -> ssize {
    using Lane = std::remove_cvref_t<decltype(*hay)>;
    return with_lanes(needle, [&](auto* other) -> ssize {
      using Other = std::remove_cvref_t<decltype(*other)>;
      if constexpr (std::is_same_v<Lane, Other>) {
        return find<Lane>(hay + start, end - start, other, m);
      } else if constexpr (sizeof(Other) < sizeof(Lane)) {
        if (m <= 64) {
          Lane wide[64];
          copy_lanes(other, m, wide);
          return find<Lane>(hay + start, end - start, wide, m);
        }
        for (usize i = start; i + m <= end; ++i) {  // rare: a long needle narrower than the text
          if (hay[i] == other[0] && equal_lanes(hay + i, other, m)) return static_cast<ssize>(i - start);
        }
        return -1;
      } else {
        return -1;
      }
    });
  });
  return at < 0 ? -1 : at + static_cast<ssize>(start);
}

}  // namespace taipan
