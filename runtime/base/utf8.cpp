#include "runtime/base/utf8.h"

#include "runtime/base/lanes.h"

namespace taipan {

const char* codec_error_text(CodecError error) {
  switch (error) {
    case CodecError::None: return "";
    case CodecError::InvalidStart: return "invalid start byte";
    case CodecError::InvalidContinuation: return "invalid continuation byte";
    case CodecError::UnexpectedEnd: return "unexpected end of data";
    case CodecError::TruncatedData: return "truncated data";
    case CodecError::IllegalEncoding: return "illegal encoding";
    case CodecError::IllegalSurrogate: return "illegal UTF-16 surrogate";
    case CodecError::CodePointRange: return "code point not in range(0x110000)";
    case CodecError::CodePointSurrogate: return "code point in surrogate code point range(0xd800, 0xe000)";
    case CodecError::OrdinalRange128: return "ordinal not in range(128)";
    case CodecError::OrdinalRange256: return "ordinal not in range(256)";
    case CodecError::SurrogatesNotAllowed: return "surrogates not allowed";
  }
  return "";
}

namespace {

// Length of the sequence a byte starts, 0 if none.
int sequence_length(u8 first) {
  if (first < 0x80) return 1;
  if (first < 0xc2) return 0;  // continuation bytes, and the overlong forms of ASCII
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
}

bool is_continuation(u8 byte) { return (byte & 0xc0) == 0x80; }

// The second byte also excludes overlong forms, surrogates and what lies beyond U+10FFFF.
bool is_second(u8 first, u8 byte) {
  switch (first) {
    case 0xe0: return byte >= 0xa0 && byte <= 0xbf;
    case 0xed: return byte >= 0x80 && byte <= 0x9f;
    case 0xf0: return byte >= 0x90 && byte <= 0xbf;
    case 0xf4: return byte >= 0x80 && byte <= 0x8f;
    default: return is_continuation(byte);
  }
}

char32_t joined(const u8* p, int length) {
  switch (length) {
    case 1: return p[0];
    case 2: return (p[0] & 0x1fu) << 6 | (p[1] & 0x3fu);
    case 3: return (p[0] & 0x0fu) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
    default:
      return (p[0] & 0x07u) << 18 | (p[1] & 0x3fu) << 12 | (p[2] & 0x3fu) << 6 | (p[3] & 0x3fu);
  }
}

}  // namespace

DecodeScan scan_utf8(const u8* bytes, usize size) {
  DecodeScan scan;
  char32_t bits = 0;  // their class is that of the largest
  usize i = 0;
  auto finish = [&](CodecError error, usize error_end) {
    scan.stop = i;
    scan.max = char_class(bits);
    scan.error = error;
    scan.error_end = error_end;
    return scan;
  };
  while (i < size) {
    if (bytes[i] < 0x80) {
      usize run = ascii_prefix(bytes + i, size - i);
      i += run;
      scan.length += run;
      continue;
    }
    int length = sequence_length(bytes[i]);
    if (length == 0) return finish(CodecError::InvalidStart, i + 1);
    for (int k = 1; k < length; ++k) {
      usize at = i + static_cast<usize>(k);
      if (at == size) return finish(CodecError::UnexpectedEnd, size);
      if (!(k == 1 ? is_second(bytes[i], bytes[at]) : is_continuation(bytes[at]))) {
        return finish(CodecError::InvalidContinuation, at);
      }
    }
    bits |= joined(bytes + i, length);
    i += static_cast<usize>(length);
    ++scan.length;
  }
  return finish(CodecError::None, size);
}

template <class Lane>
Lane* decode_utf8(const u8* bytes, usize size, Lane* out) {
  for (usize i = 0; i < size;) {
    if (bytes[i] < 0x80) {
      usize run = ascii_prefix(bytes + i, size - i);
      copy_lanes(bytes + i, run, out);
      i += run;
      out += run;
      continue;
    }
    int length = sequence_length(bytes[i]);
    *out++ = static_cast<Lane>(joined(bytes + i, length));
    i += static_cast<usize>(length);
  }
  return out;
}

u8* put_utf8(char32_t c, u8* out) {
  auto put = [&out](char32_t byte) { *out++ = static_cast<u8>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xc0 | c >> 6);
    put(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    put(0xe0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3f));
    put(0x80 | (c & 0x3f));
  } else {
    put(0xf0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3f));
    put(0x80 | (c >> 6 & 0x3f));
    put(0x80 | (c & 0x3f));
  }
  return out;
}

char32_t get_wtf8_surrogate(const u8* bytes, usize size) {
  if (size < 3 || bytes[0] != 0xed || !is_continuation(bytes[1]) || !is_continuation(bytes[2])) return 0;
  char32_t c = joined(bytes, 3);
  return is_surrogate(c) ? c : 0;
}

namespace {
// Bytes of text in UTF-8, if it has no surrogates (*clean). Without branches: for the vectoriser.
template <class Lane>
#if defined(__GNUC__) && !defined(__clang__)
__attribute__((optimize("O3")))
#endif
usize utf8_bytes(const Lane* text, usize size, bool* clean) {
  usize bytes = size;
  u32 surrogates = 0;
  for (usize at = 0; at < size;) {
    usize stop = size - at < 4096 ? size : at + 4096;
    u32 more = 0;
    for (; at < stop; ++at) {
      u32 c = text[at];
      if constexpr (sizeof(Lane) == 1) {
        more += c >> 7;
      } else {
        more += (c >= 0x80) + (c >= 0x800) + (c >= 0x10000);
        surrogates |= c - 0xd800u < 0x800u;
      }
    }
    bytes += more;
  }
  *clean = surrogates == 0;
  return bytes;
}
}  // namespace

template <class Lane>
EncodeScan scan_to_utf8(const Lane* text, usize size) {
  EncodeScan scan;
  bool clean;
  usize bytes = utf8_bytes(text, size, &clean), i = 0;
  if (clean) {
    i = size;
  } else {
    bytes = size;
    for (; i < size; ++i) {
      char32_t c = text[i];
      if (c < 0x80) continue;
      if (is_surrogate(c)) {
        scan.error = CodecError::SurrogatesNotAllowed;
        break;
      }
      bytes += 1u + (c >= 0x800) + (c >= 0x10000);
    }
  }
  scan.stop = i;
  scan.bytes = bytes - (size - i);
  scan.error_end = i;
  while (scan.error_end < size && is_surrogate(text[scan.error_end])) ++scan.error_end;
  return scan;
}

template <class Lane>
u8* encode_utf8(const Lane* text, usize size, u8* out) {
  for (usize i = 0; i < size;) {
    if constexpr (sizeof(Lane) == 1) {
      if (usize run = ascii_prefix(text + i, size - i); run > 0) {
        copy_lanes(text + i, run, out);
        out += run;
        i += run;
        continue;
      }
    }
    if constexpr (sizeof(Lane) > 1) {
      while (i + 8 <= size) {  // eight of ASCII at once
        u32 any = 0;
        for (usize k = 0; k < 8; ++k) any |= text[i + k];
        if (any >= 0x80) break;
        for (usize k = 0; k < 8; ++k) out[k] = static_cast<u8>(text[i + k]);
        i += 8;
        out += 8;
      }
      if (i == size) break;
    }
    char32_t c = text[i++];
    if (c < 0x80) {
      *out++ = static_cast<u8>(c);
    } else {
      out = put_utf8(c, out);
    }
  }
  return out;
}

namespace {

template <bool kBig>
u32 unit16(const u8* p) {
  return kBig ? u32{p[0]} << 8 | p[1] : u32{p[1]} << 8 | p[0];
}
u32 unit16(const u8* p, bool big) { return big ? unit16<true>(p) : unit16<false>(p); }

u32 unit32(const u8* p, bool big) {
  return big ? unit16<true>(p) << 16 | unit16<true>(p + 2) : unit16<false>(p + 2) << 16 | unit16<false>(p);
}

u8* put16(u32 unit, bool big, u8* out) {
  out[big ? 1 : 0] = static_cast<u8>(unit);
  out[big ? 0 : 1] = static_cast<u8>(unit >> 8);
  return out + 2;
}

template <class Lane>
EncodeScan scan_for_surrogates(const Lane* text, usize size) {
  EncodeScan scan;
  usize i = 0;
  if constexpr (sizeof(Lane) > 1) {
    while (i < size && !is_surrogate(text[i])) ++i;
  } else {
    i = size;
  }
  scan.stop = scan.error_end = i;
  if (i == size) return scan;
  scan.error = CodecError::SurrogatesNotAllowed;
  while (scan.error_end < size && is_surrogate(text[scan.error_end])) ++scan.error_end;
  return scan;
}

}  // namespace

DecodeScan scan_utf16(const u8* bytes, usize size, bool big_endian) {
  DecodeScan scan;
  char32_t bits = 0;
  usize i = 0;
  auto finish = [&](CodecError error, usize error_end) {
    scan.stop = i;
    scan.max = char_class(bits);
    scan.error = error;
    scan.error_end = error_end;
    return scan;
  };
  while (i + 2 <= size) {
    char32_t c = unit16(bytes + i, big_endian);
    if (is_surrogate(c)) {
      if (is_low_surrogate(c)) return finish(CodecError::IllegalEncoding, i + 2);
      if (i + 4 > size) return finish(CodecError::UnexpectedEnd, size);
      char32_t low = unit16(bytes + i + 2, big_endian);
      if (!is_low_surrogate(low)) return finish(CodecError::IllegalSurrogate, i + 2);
      bits |= 0x10000;
      i += 4;
    } else {
      bits |= c;
      i += 2;
    }
    ++scan.length;
  }
  return i == size ? finish(CodecError::None, size) : finish(CodecError::TruncatedData, size);
}

template <class Lane>
Lane* decode_utf16(const u8* bytes, usize size, bool big_endian, Lane* out) {
  for (usize i = 0; i < size; i += 2) {
    char32_t c = unit16(bytes + i, big_endian);
    if (is_high_surrogate(c)) {
      i += 2;
      c = join_surrogates(c, unit16(bytes + i, big_endian));
    }
    *out++ = static_cast<Lane>(c);
  }
  return out;
}

template <class Lane>
EncodeScan scan_to_utf16(const Lane* text, usize size) {
  EncodeScan scan = scan_for_surrogates(text, size);
  scan.bytes = 2 * scan.stop;
  if constexpr (sizeof(Lane) == 4) {
    for (usize i = 0; i < scan.stop; ++i) scan.bytes += text[i] > 0xffff ? 2 : 0;
  }
  return scan;
}

template <class Lane>
u8* encode_utf16(const Lane* text, usize size, bool big_endian, u8* out) {
  for (usize i = 0; i < size; ++i) {
    char32_t c = text[i];
    if (c > 0xffff) {
      out = put16(0xd800 + ((c - 0x10000) >> 10), big_endian, out);
      c = 0xdc00 + (c & 0x3ff);
    }
    out = put16(c, big_endian, out);
  }
  return out;
}

DecodeScan scan_utf32(const u8* bytes, usize size, bool big_endian) {
  DecodeScan scan;
  char32_t bits = 0;
  usize i = 0;
  for (; i + 4 <= size; i += 4) {
    char32_t c = unit32(bytes + i, big_endian);
    if (is_surrogate(c)) scan.error = CodecError::CodePointSurrogate;
    if (c > 0x10ffff) scan.error = CodecError::CodePointRange;
    if (scan.error != CodecError::None) break;
    bits |= c;
  }
  scan.stop = i;
  scan.length = i / 4;
  scan.max = char_class(bits);
  scan.error_end = i;
  if (scan.error != CodecError::None) scan.error_end = i + 4;
  else if (i < size) scan.error = CodecError::TruncatedData, scan.error_end = size;
  return scan;
}

template <class Lane>
Lane* decode_utf32(const u8* bytes, usize size, bool big_endian, Lane* out) {
  for (usize i = 0; i < size; i += 4) *out++ = static_cast<Lane>(unit32(bytes + i, big_endian));
  return out;
}

template <class Lane>
EncodeScan scan_to_utf32(const Lane* text, usize size) {
  EncodeScan scan = scan_for_surrogates(text, size);
  scan.bytes = 4 * scan.stop;
  return scan;
}

template <class Lane>
u8* encode_utf32(const Lane* text, usize size, bool big_endian, u8* out) {
  for (usize i = 0; i < size; ++i) {
    char32_t c = text[i];
    out = put16(big_endian ? c >> 16 : c & 0xffff, big_endian, out);
    out = put16(big_endian ? c & 0xffff : c >> 16, big_endian, out);
  }
  return out;
}

DecodeScan scan_ascii(const u8* bytes, usize size) {
  DecodeScan scan;
  scan.stop = scan.length = scan.error_end = ascii_prefix(bytes, size);
  if (scan.stop < size) {
    scan.error = CodecError::OrdinalRange128;
    scan.error_end = scan.stop + 1;
  }
  return scan;
}

template <class Lane>
EncodeScan scan_to_limit(const Lane* text, usize size, char32_t limit) {
  EncodeScan scan;
  usize i = 0;
  while (i < size && text[i] < limit) ++i;
  scan.stop = scan.bytes = scan.error_end = i;
  if (i == size) return scan;
  scan.error = limit == 128 ? CodecError::OrdinalRange128 : CodecError::OrdinalRange256;
  while (scan.error_end < size && text[scan.error_end] >= limit) ++scan.error_end;
  return scan;
}

#define TP_LANE(Lane)                                               \
  template Lane* decode_utf8(const u8*, usize, Lane*);              \
  template EncodeScan scan_to_utf8(const Lane*, usize);             \
  template u8* encode_utf8(const Lane*, usize, u8*);                \
  template Lane* decode_utf16(const u8*, usize, bool, Lane*);       \
  template EncodeScan scan_to_utf16(const Lane*, usize);            \
  template u8* encode_utf16(const Lane*, usize, bool, u8*);         \
  template Lane* decode_utf32(const u8*, usize, bool, Lane*);       \
  template EncodeScan scan_to_utf32(const Lane*, usize);            \
  template u8* encode_utf32(const Lane*, usize, bool, u8*);         \
  template EncodeScan scan_to_limit(const Lane*, usize, char32_t);
TP_LANE(u8)
TP_LANE(char16_t)
TP_LANE(char32_t)
#undef TP_LANE

}  // namespace taipan
