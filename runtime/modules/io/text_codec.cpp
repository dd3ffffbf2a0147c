#include "runtime/modules/io/text_codec.h"

#include <cstring>

#include "runtime/base/lanes.h"
#include "runtime/base/utf8.h"
#include "runtime/types/codec.h"
#include "runtime/types/unicode_errors.h"

namespace taipan::io {

namespace {

const char* codec_name(NativeCodec codec) {
  return codec == NativeCodec::Utf8 ? "utf-8" : codec == NativeCodec::Ascii ? "ascii" : "latin-1";
}
bool is_strict(Str* errors) { return errors == nullptr || str_equals(errors, "strict"); }
const u8* bytes_of(std::string_view s) { return reinterpret_cast<const u8*>(s.data()); }

// Bytes of an unfinished UTF-8 sequence at the end: 0 to 3.
usize unfinished_tail(std::string_view bytes) {
  const u8* p = bytes_of(bytes);
  usize n = bytes.size();
  for (usize k = 1; k <= std::min<usize>(3, n); ++k) {
    if ((p[n - k] & 0xc0) == 0x80) continue;  // a continuation byte
    DecodeScan scan = scan_utf8(p + n - k, k);
    return scan.incomplete() && scan.stop == 0 ? k : 0;
  }
  return 0;
}

Result<Str> decode_with_handler(Thread& t, NativeCodec codec, std::string_view bytes, Str* errors, bool final,
                                usize* used) {
  if (codec == NativeCodec::Utf8 && !final) bytes.remove_suffix(unfinished_tail(bytes));
  *used = bytes.size();
  Utf8 name;
  TRY(name.encode(t, errors));
  return str_decode(t, bytes, codec_name(codec), name.c_str());
}

Result<Str> decode_good_utf8(Thread& t, const u8* bytes, const DecodeScan& scan) {
  if (scan.max <= 0x7f) return str_from_ascii(t, {reinterpret_cast<const char*>(bytes), scan.stop});
  Local<Str> out(t, TRY(str_allocate(t, scan.length, scan.max)));
  switch (lane_width(scan.max)) {
    case 1: decode_utf8(bytes, scan.stop, out->data()); break;
    case 2: decode_utf8(bytes, scan.stop, reinterpret_cast<char16_t*>(out->data())); break;
    default: decode_utf8(bytes, scan.stop, reinterpret_cast<char32_t*>(out->data()));
  }
  return out.give();
}

}  // namespace

NativeCodec native_codec(const Str* encoding) {
  char name[16];
  usize n = encoding->length();
  if (!encoding->is_ascii() || n >= sizeof(name)) return NativeCodec::None;
  for (usize i = 0; i < n; ++i) {
    char c = static_cast<char>(encoding->at(i));
    name[i] = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c == '_' || c == ' ' ? '-' : c;
  }
  std::string_view s{name, n};
  for (std::string_view u : {"utf-8", "utf8", "u8", "utf", "cp65001"}) {
    if (s == u) return NativeCodec::Utf8;
  }
  for (std::string_view l : {"latin-1", "latin1", "latin", "iso-8859-1", "iso8859-1", "8859", "cp819", "l1"}) {
    if (s == l) return NativeCodec::Latin1;
  }
  for (std::string_view a : {"ascii", "us-ascii", "646"}) {
    if (s == a) return NativeCodec::Ascii;
  }
  return NativeCodec::None;
}

Result<Str> native_decode(Thread& t, NativeCodec codec, std::string_view bytes, Str* errors, bool final,
                          usize* used) {
  *used = bytes.size();
  if (codec == NativeCodec::Latin1) return str_from_latin1(t, bytes);
  DecodeScan scan = codec == NativeCodec::Utf8 ? scan_utf8(bytes_of(bytes), bytes.size())
                                               : scan_ascii(bytes_of(bytes), bytes.size());
  if (scan.error == CodecError::None) [[likely]] {
    scan.stop = bytes.size();
    return decode_good_utf8(t, bytes_of(bytes), scan);
  }
  if (scan.incomplete() && !final) {
    *used = scan.stop;
    return decode_good_utf8(t, bytes_of(bytes), scan);
  }
  if (!is_strict(errors)) return decode_with_handler(t, codec, bytes, errors, final, used);
  return raise_unicode_decode(t, codec_name(codec), bytes, scan.stop, scan.error_end, codec_error_text(scan.error));
}

Status native_encode(Thread& t, NativeCodec codec, Str* text, Str* errors, Bulk& out) {
  usize n = text->length();
  if (text->is_ascii() || (codec == NativeCodec::Latin1 && text->width() == Str::kLatin1)) {
    return out.append(t, text->data(), n);
  }
  EncodeScan scan = with_lanes(text, [&](auto* lanes) {
    if (codec == NativeCodec::Utf8) return scan_to_utf8(lanes, n);
    return scan_to_limit(lanes, n, codec == NativeCodec::Ascii ? 0x80 : 0x100);
  });
  if (scan.error == CodecError::None) [[likely]] {
    TRY(out.reserve(t, out.size + scan.bytes));
    u8* to = out.data + out.size;
    with_lanes(text, [&](auto* lanes) {
      if (codec == NativeCodec::Utf8) {
        encode_utf8(lanes, n, to);
      } else {
        copy_lanes(lanes, n, to);
      }
    });
    out.size += scan.bytes;
    return kDone;
  }
  if (is_strict(errors)) {
    return raise_unicode_encode(t, codec_name(codec), text, scan.stop, scan.error_end, codec_error_text(scan.error));
  }
  Utf8 name;
  TRY(name.encode(t, errors));
  Local<Bytes> encoded(t, TRY(str_encode(t, text, codec_name(codec), name.c_str())));
  return out.append(t, encoded->data(), encoded->size());
}

}  // namespace taipan::io
