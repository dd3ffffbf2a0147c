// Encoding and decoding: UTF-8, UTF-16, UTF-32, ASCII and Latin-1 natively, other names by the registry.
#include "runtime/types/codec.h"

#include <bit>

#include "runtime/base/lanes.h"
#include "runtime/base/utf8.h"
#include "runtime/object/error.h"
#include "runtime/types/codec_errors.h"
#include "runtime/types/str_methods.h"

namespace taipan {

namespace {

constexpr bool kBig = std::endian::native == std::endian::big;

const char* form_name(TextForm form) {
  switch (form) {
    case TextForm::Utf8: return "utf-8";
    case TextForm::Utf16: return "utf-16";
    case TextForm::Utf16LE: return "utf-16-le";
    case TextForm::Utf16BE: return "utf-16-be";
    case TextForm::Utf32: return "utf-32";
    case TextForm::Utf32LE: return "utf-32-le";
    case TextForm::Utf32BE: return "utf-32-be";
    case TextForm::Ascii: return "ascii";
    case TextForm::Latin1: return "latin-1";
  }
  return "";
}

bool is_big(TextForm form) {
  return form == TextForm::Utf16BE || form == TextForm::Utf32BE ||
         (kBig && (form == TextForm::Utf16 || form == TextForm::Utf32));
}

template <class Lane>
EncodeScan scan_text(TextForm form, const Lane* text, usize n) {
  switch (form) {
    case TextForm::Utf8: return scan_to_utf8(text, n);
    case TextForm::Utf16: case TextForm::Utf16LE: case TextForm::Utf16BE: return scan_to_utf16(text, n);
    case TextForm::Utf32: case TextForm::Utf32LE: case TextForm::Utf32BE: return scan_to_utf32(text, n);
    case TextForm::Ascii: return scan_to_limit(text, n, 0x80);
    case TextForm::Latin1: return scan_to_limit(text, n, 0x100);
  }
  return {};
}

template <class Lane>
void encode_text(TextForm form, const Lane* text, usize n, u8* out) {
  switch (form) {
    case TextForm::Utf8: encode_utf8(text, n, out); return;
    case TextForm::Utf16: case TextForm::Utf16LE: case TextForm::Utf16BE: encode_utf16(text, n, is_big(form), out); return;
    case TextForm::Utf32: case TextForm::Utf32LE: case TextForm::Utf32BE: encode_utf32(text, n, is_big(form), out); return;
    default: copy_lanes(text, n, out);
  }
}

usize mark_size(TextForm form) { return form == TextForm::Utf16 ? 2 : form == TextForm::Utf32 ? 4 : 0; }
usize unit_size(TextForm form) {
  return form >= TextForm::Utf16 && form <= TextForm::Utf16BE ? 2
         : form >= TextForm::Utf32 && form <= TextForm::Utf32BE ? 4
                                                                : 1;
}
void put_mark(TextForm form, u8* out) {
  constexpr char32_t kMark = 0xfeff;
  if (form == TextForm::Utf16) encode_utf16(&kMark, 1, kBig, out);
  if (form == TextForm::Utf32) encode_utf32(&kMark, 1, kBig, out);
}

// A handler's replacement goes through the same form, strictly.
Status append_replacement(Thread& t, TextForm form, EncodeErrors& errors, usize start, usize end, const char* reason,
                          ByteBuffer& out) {
  Value v = errors.replacement();
  if (is_a<Bytes>(v)) {
    Bytes* b = v.as<Bytes>();
    if (b->size() % unit_size(form) != 0) return errors.raise(start, end, reason);
    return out.append(b->data(), b->size());
  }
  Str* s = v.as<Str>();
  // The Unicode forms take ASCII replacements only, as CPython's do.
  if (!s->is_ascii() && form != TextForm::Latin1) return errors.raise(start, end, reason);
  return with_lanes(s, [&](auto* text) -> Status {
    EncodeScan scan = scan_text(form, text, s->length());
    if (scan.error != CodecError::None) return errors.raise(start, end, reason);
    if (scan.bytes == 0) return kDone;
    encode_text(form, text, s->length(), TRY(out.extend(scan.bytes)));
    return kDone;
  });
}

template <class Lane>
Result<Bytes> encode_lanes(Thread& t, Str* s, const Lane* text, TextForm form, const char* error_name) {
  usize n = s->length(), mark = mark_size(form);
  EncodeScan scan = scan_text(form, text, n);
  if (scan.error == CodecError::None) {
    Result<Bytes> r = bytes_allocate(t, mark + scan.bytes);
    if (r.is_error() || mark + scan.bytes == 0) return r;
    u8* out = r.word().as<Bytes>()->data();
    if (mark != 0) put_mark(form, out);
    encode_text(form, text, n, out + mark);
    return r;
  }
  EncodeErrors errors(t, form_name(form), s, error_name);
  ByteBuffer out(t);
  if (mark != 0) put_mark(form, TRY(out.extend(mark)));
  usize at = 0;
  while (true) {
    if (scan.stop != 0) encode_text(form, text + at, scan.stop, TRY(out.extend(scan.bytes)));
    if (scan.error == CodecError::None) return out.finish();
    usize start = at + scan.stop, end = at + scan.error_end;
    const char* reason = codec_error_text(scan.error);
    TRY(errors.handle(start, end, reason));
    TRY(append_replacement(t, form, errors, start, end, reason, out));
    at = errors.next();
    scan = scan_text(form, text + at, n - at);
  }
}

// --- decoding -----------------------------------------------------------------------------------------

DecodeScan scan_bytes(TextForm form, const u8* bytes, usize n) {
  switch (form) {
    case TextForm::Utf8: return scan_utf8(bytes, n);
    case TextForm::Utf16: case TextForm::Utf16LE: case TextForm::Utf16BE: return scan_utf16(bytes, n, is_big(form));
    case TextForm::Utf32: case TextForm::Utf32LE: case TextForm::Utf32BE: return scan_utf32(bytes, n, is_big(form));
    default: return scan_ascii(bytes, n);
  }
}

template <class Lane>
void decode_bytes(TextForm form, const u8* bytes, usize n, Lane* out) {
  switch (form) {
    case TextForm::Utf8: decode_utf8(bytes, n, out); return;
    case TextForm::Utf16: case TextForm::Utf16LE: case TextForm::Utf16BE: decode_utf16(bytes, n, is_big(form), out); return;
    case TextForm::Utf32: case TextForm::Utf32LE: case TextForm::Utf32BE: decode_utf32(bytes, n, is_big(form), out); return;
    default: copy_lanes(bytes, n, out);
  }
}

Result<Str> decode_good(Thread& t, TextForm form, const u8* bytes, const DecodeScan& scan) {
  if (scan.length == 0) return str_from_ascii(t, "");
  Result<Str> r = str_allocate(t, scan.length, scan.max);
  if (r.is_error()) return kError;
  Str* s = r.word().as<Str>();
  switch (s->width()) {
    case Str::kTwo: decode_bytes(form, bytes, scan.stop, reinterpret_cast<char16_t*>(s->data())); break;
    case Str::kFour: decode_bytes(form, bytes, scan.stop, reinterpret_cast<char32_t*>(s->data())); break;
    default: decode_bytes(form, bytes, scan.stop, s->data());
  }
  if (scan.length == 1 && s->at(0) < 0x100) {
    u8 c = static_cast<u8>(s->at(0));
    drop(r);
    return own(str_single(c));
  }
  return r;
}

// The mark at the start of UTF-16 or UTF-32 decides the order; its size, or 0.
usize read_mark(const u8* p, usize n, TextForm* form, int* order) {
  bool wide = *form == TextForm::Utf32;
  usize size = mark_size(*form), mark = 0;
  if (*order == 0 && n >= size) {
    if (wide ? p[0] == 0xff && p[1] == 0xfe && p[2] == 0 && p[3] == 0 : p[0] == 0xff && p[1] == 0xfe) {
      *order = -1;
      mark = size;
    } else if (wide ? p[0] == 0 && p[1] == 0 && p[2] == 0xfe && p[3] == 0xff : p[0] == 0xfe && p[1] == 0xff) {
      *order = 1;
      mark = size;
    }
  }
  bool big = *order == 0 ? kBig : *order > 0;
  *form = wide ? (big ? TextForm::Utf32BE : TextForm::Utf32LE) : big ? TextForm::Utf16BE : TextForm::Utf16LE;
  return mark;
}

// Names with a native path: hyphens, blanks and underscores are alike, case does not matter.
bool native_form(const char* encoding, TextForm* out) {
  char name[16];
  usize n = 0;
  for (const char* p = encoding; *p != 0; ++p) {
    if (n + 1 >= sizeof name) return false;
    char c = *p >= 'A' && *p <= 'Z' ? static_cast<char>(*p | 0x20) : *p;
    name[n++] = c == '-' || c == ' ' ? '_' : c;
  }
  std::string_view s(name, n);
  if (s == "utf_8" || s == "utf8") return *out = TextForm::Utf8, true;
  if (s == "utf_16" || s == "utf16") return *out = TextForm::Utf16, true;
  if (s == "utf_32" || s == "utf32") return *out = TextForm::Utf32, true;
  if (s == "ascii" || s == "us_ascii") return *out = TextForm::Ascii, true;
  if (s == "latin1" || s == "latin_1" || s == "iso_8859_1" || s == "iso8859_1") return *out = TextForm::Latin1, true;
  return false;
}

// codec_encode and codec_decode for text: which codecs may be used, and what they must return.
Status require_text_encoding(Thread& t, Str* encoding, const char* alternative) {
  Local<> info(t, TRY(codec_lookup(t, encoding)));
  if (is_exact<Tuple>(info)) return kDone;
  Local<Str> name(t, TRY(str_intern(t, "_is_text_encoding")));
  Result<> attribute = get_attribute_or_absent(t, info, name);
  if (attribute.is_error()) return kError;
  if (attribute.is_absent()) return kDone;
  Local<> flag(t, attribute);
  if (TRY(truth(t, flag))) return kDone;
  return raise(t, LookupError, "'{}' is not a text encoding; use {} to handle arbitrary codecs", encoding, alternative);
}

Result<Bytes> encode_registered(Thread& t, Str* s, const char* encoding, const char* errors) {
  Local<Str> name(t, TRY(str_from_wtf8(t, encoding))), policy(t);
  if (errors != nullptr) policy.set(TRY(str_from_wtf8(t, errors)));
  TRY(require_text_encoding(t, name, "codecs.encode()"));
  Local<> r(t, TRY(codec_encode(t, s, name, errors != nullptr ? policy.get() : nullptr)));
  if (is_a<Bytes>(r)) return r.give().cast<Bytes>();
  if (is_bytearray(r)) {
    Local<Str> message(t, TRY(str_format(t, "encoder {} returned bytearray instead of bytes; use codecs.encode() to "
                                            "encode to arbitrary types", name.value())));
    Utf8 text;
    TRY(text.encode(t, message, true));
    TRY(warn(t, RuntimeWarning, text.c_str()));
    return bytes_from_object(t, r);
  }
  return raise(t, TypeError, "'{}' encoder returned '{!T}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types",
               name.value(), r.value());
}

Result<Str> decode_registered(Thread& t, Value object, const char* encoding, const char* errors) {
  Local<Str> name(t, TRY(str_from_wtf8(t, encoding))), policy(t);
  if (errors != nullptr) policy.set(TRY(str_from_wtf8(t, errors)));
  TRY(require_text_encoding(t, name, "codecs.decode()"));
  Local<> r(t, TRY(codec_decode(t, object, name, errors != nullptr ? policy.get() : nullptr)));
  if (is_a<Str>(r)) return r.give().cast<Str>();
  return raise(t, TypeError, "'{}' decoder returned '{!T}' instead of 'str'; use codecs.decode() to decode to arbitrary types",
               name.value(), r.value());
}

}  // namespace

Status CodecName::get(Thread& t, const Str* s) {
  present_ = s != nullptr;
  if (!present_) return kDone;
  TRY(utf8_.encode(t, s));
  if (utf8_.view().find('\0') != std::string_view::npos) return raise(t, ValueError, "embedded null character");
  return kDone;
}

Result<Bytes> encode_form(Thread& t, Str* s, TextForm form, const char* errors) {
  if (s->is_ascii() && unit_size(form) == 1) return bytes_from(t, s->ascii());
  return with_lanes(s, [&](auto* text) { return encode_lanes(t, s, text, form, errors); });
}

Result<Str> decode_form(Thread& t, std::string_view input, TextForm form, const char* error_name, usize* consumed,
                        int* byte_order) {
  const u8* bytes = reinterpret_cast<const u8*>(input.data());
  usize n = input.size(), at = 0;
  int order = byte_order != nullptr ? *byte_order : 0;
  if (mark_size(form) != 0) {
    at = read_mark(bytes, n, &form, &order);
    if (byte_order != nullptr) *byte_order = order;
  }
  if (consumed != nullptr) *consumed = n;
  if (form == TextForm::Latin1) return str_from_latin1(t, input);
  DecodeScan scan = scan_bytes(form, bytes + at, n - at);
  bool ends = scan.error == CodecError::None || (consumed != nullptr && scan.incomplete());
  if (ends) {
    if (consumed != nullptr) *consumed = at + scan.stop;
    return decode_good(t, form, bytes + at, scan);
  }
  DecodeErrors errors(t, form_name(form), input, error_name);
  StrBuilder out(t);
  while (true) {
    if (scan.stop != 0) {
      Local<Str> part(t, TRY(decode_good(t, form, errors.data() + at, scan)));
      TRY(out.append(part));
    }
    if (scan.error == CodecError::None || (consumed != nullptr && scan.incomplete())) {
      if (consumed != nullptr) *consumed = at + scan.stop;
      return out.finish();
    }
    TRY(errors.handle(at + scan.stop, at + scan.error_end, codec_error_text(scan.error), out));
    at = errors.next();
    scan = scan_bytes(form, errors.data() + at, errors.size() - at);
  }
}

Result<Bytes> str_encode(Thread& t, Str* s, const char* encoding, const char* errors) {
  TextForm form = TextForm::Utf8;
  if (encoding == nullptr || native_form(encoding, &form)) return encode_form(t, s, form, errors);
  return encode_registered(t, s, encoding, errors);
}

Result<Str> str_decode(Thread& t, std::string_view bytes, const char* encoding, const char* errors) {
  TextForm form = TextForm::Utf8;
  if (encoding == nullptr || native_form(encoding, &form)) return decode_form(t, bytes, form, errors, nullptr);
  Local<Bytes> object(t, TRY(bytes_from(t, bytes)));
  return decode_registered(t, object, encoding, errors);
}

Result<Bytes> str_encode_named(Thread& t, Str* s, Str* encoding, Str* errors) {
  CodecName encoding_name, errors_name;
  TRY(encoding_name.get(t, encoding));
  TRY(errors_name.get(t, errors));
  return str_encode(t, s, encoding_name.c_str(), errors_name.c_str());
}

Result<Str> decode_object(Thread& t, Value object, Str* encoding, Str* errors) {
  CodecName encoding_name, errors_name;
  TRY(encoding_name.get(t, encoding));
  TRY(errors_name.get(t, errors));
  if (is_a<Str>(object)) return raise(t, TypeError, "decoding str is not supported");
  if (!has_buffer(object)) {
    return raise(t, TypeError, "decoding to str: need a bytes-like object, {!T} found", object);
  }
  TextForm form = TextForm::Utf8;
  const char* name = encoding_name.c_str();
  ByteSource source;
  TRY(source.get(t, object));
  if (source.size() == 0) return str_from_ascii(t, "");
  if (name == nullptr || native_form(name, &form)) {
    return decode_form(t, source.view(), form, errors_name.c_str(), nullptr);
  }
  Local<Bytes> copy(t, TRY(bytes_from(t, source.view())));
  if (is_exact<Bytes>(object)) copy.set(object);
  return decode_registered(t, copy, name, errors_name.c_str());
}

}  // namespace taipan
