// UTF-8, UTF-16, UTF-32, ASCII and Latin-1: scan first, then convert what the scan found good.
// A scan stops at the first error and says where, how long and why (in CPython's words), so that the caller
// can apply its error handler and scan on behind it. Lanes as in lanes.h.
#pragma once

#include "runtime/base/types.h"

namespace taipan {

enum class CodecError : u8 {
  None,
  InvalidStart, InvalidContinuation, UnexpectedEnd,         // UTF-8; the last also UTF-16
  TruncatedData, IllegalEncoding, IllegalSurrogate,         // UTF-16; the first also UTF-32
  CodePointRange, CodePointSurrogate,                       // UTF-32
  OrdinalRange128, OrdinalRange256, SurrogatesNotAllowed,   // encoders; the first also decoding ASCII
};
const char* codec_error_text(CodecError error);

struct DecodeScan {
  usize stop = 0;        // bytes up to here are good
  usize length = 0;      // code points in them
  char32_t max = 0x7f;   // their class: 0x7f, 0xff, 0xffff, 0x10ffff
  CodecError error = CodecError::None;
  usize error_end = 0;   // the bad bytes are [stop, error_end)
  // An incomplete sequence at the end: an incremental decoder keeps it for the next call.
  bool incomplete() const { return error == CodecError::UnexpectedEnd || error == CodecError::TruncatedData; }
};

struct EncodeScan {
  usize stop = 0;        // characters up to here are good
  usize bytes = 0;       // their size when encoded
  CodecError error = CodecError::None;
  usize error_end = 0;   // run of characters that cannot be encoded: [stop, error_end)
};

// UTF-8. decode_ and encode_ convert exactly what a scan accepted; they return the end of the output.
DecodeScan scan_utf8(const u8* bytes, usize size);
template <class Lane>
Lane* decode_utf8(const u8* bytes, usize size, Lane* out);
template <class Lane>
EncodeScan scan_to_utf8(const Lane* text, usize size);
template <class Lane>
u8* encode_utf8(const Lane* text, usize size, u8* out);  // surrogates come out as WTF-8

// One character, surrogates too ("surrogatepass", WTF-8): 1 to 4 bytes.
u8* put_utf8(char32_t c, u8* out);
// The surrogate encoded in three bytes at `bytes`, or 0. For "surrogatepass" in the decoder.
char32_t get_wtf8_surrogate(const u8* bytes, usize size);

// UTF-16 and UTF-32 in either byte order.
DecodeScan scan_utf16(const u8* bytes, usize size, bool big_endian);
template <class Lane>
Lane* decode_utf16(const u8* bytes, usize size, bool big_endian, Lane* out);
template <class Lane>
EncodeScan scan_to_utf16(const Lane* text, usize size);
template <class Lane>
u8* encode_utf16(const Lane* text, usize size, bool big_endian, u8* out);

DecodeScan scan_utf32(const u8* bytes, usize size, bool big_endian);
template <class Lane>
Lane* decode_utf32(const u8* bytes, usize size, bool big_endian, Lane* out);
template <class Lane>
EncodeScan scan_to_utf32(const Lane* text, usize size);
template <class Lane>
u8* encode_utf32(const Lane* text, usize size, bool big_endian, u8* out);

// ASCII (limit 128) and Latin-1 (limit 256). Decoding and encoding are copy_lanes().
DecodeScan scan_ascii(const u8* bytes, usize size);
template <class Lane>
EncodeScan scan_to_limit(const Lane* text, usize size, char32_t limit);

inline bool is_surrogate(char32_t c) { return (c & 0xfffff800) == 0xd800; }
inline bool is_high_surrogate(char32_t c) { return (c & 0xfffffc00) == 0xd800; }
inline bool is_low_surrogate(char32_t c) { return (c & 0xfffffc00) == 0xdc00; }
inline char32_t join_surrogates(char32_t high, char32_t low) {
  return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

}  // namespace taipan
