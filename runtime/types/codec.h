// Encoding and decoding by name: native fast paths, the registry of codecs, error handlers.
// The module _codecs is in modules/codecs.cpp; codecs written in Python come from the package encodings.
// `errors` null means 'strict'.
#pragma once
#include <string_view>

#include "runtime/types/bytes.h"
#include "runtime/types/str.h"

namespace taipan {

// --- by name -----------------------------------------------------------------------------------------
// str.encode, bytes.decode: LookupError for unknown names and for codecs that are no text encodings.
Result<Bytes> str_encode(Thread& t, Str* s, const char* encoding, const char* errors);
Result<Str> str_decode(Thread& t, std::string_view bytes, const char* encoding, const char* errors);
// Encoding and errors as str arguments, or null: "embedded null character" and so on.
Result<Bytes> str_encode_named(Thread& t, Str* s, Str* encoding, Str* errors);
// Any bytes-like object.
Result<Str> decode_object(Thread& t, Value object, Str* encoding, Str* errors);

// A str argument as a zero-terminated UTF-8 name: UnicodeEncodeError, ValueError for embedded zeros.
class CodecName {
 public:
  Status get(Thread& t, const Str* s);  // null stays null
  const char* c_str() const { return present_ ? utf8_.c_str() : nullptr; }

 private:
  Utf8 utf8_;
  bool present_ = false;
};

// --- native codecs -----------------------------------------------------------------------------------
enum class TextForm : u8 { Utf8, Utf16, Utf16LE, Utf16BE, Utf32, Utf32LE, Utf32BE, Ascii, Latin1 };

// Utf16 and Utf32 write a byte order mark and native order, and obey a mark when they read.
Result<Bytes> encode_form(Thread& t, Str* s, TextForm form, const char* errors);
// consumed: null if the input ends here; else an incomplete end is left, and what was used is told.
// byte_order (Utf16, Utf32): in: 0 unknown, -1 little, 1 big; out: what a mark said.
Result<Str> decode_form(Thread& t, std::string_view bytes, TextForm form, const char* errors, usize* consumed,
                        int* byte_order = nullptr);

Result<Bytes> encode_utf7(Thread& t, Str* s, const char* errors);
Result<Str> decode_utf7(Thread& t, std::string_view bytes, const char* errors, usize* consumed);
Result<Bytes> encode_unicode_escape(Thread& t, Str* s);
Result<Str> decode_unicode_escape(Thread& t, std::string_view bytes, const char* errors, usize* consumed);
Result<Bytes> encode_raw_unicode_escape(Thread& t, Str* s);
Result<Str> decode_raw_unicode_escape(Thread& t, std::string_view bytes, const char* errors, usize* consumed);
Result<Bytes> decode_bytes_escape(Thread& t, std::string_view bytes, const char* errors);
// mapping: a str (decoding) or anything with items; None: Latin-1.
Result<Bytes> encode_charmap(Thread& t, Str* s, const char* errors, Value mapping);
Result<Str> decode_charmap(Thread& t, std::string_view bytes, const char* errors, Value mapping);

// --- the registry --------------------------------------------------------------------------------------
Status codec_register(Thread& t, Value search_function);
Status codec_unregister(Thread& t, Value search_function);
Result<> codec_lookup(Thread& t, Str* encoding);  // the 4-tuple of its functions
Result<> codec_encode(Thread& t, Value object, Str* encoding, Str* errors);  // any kind of codec
Result<> codec_decode(Thread& t, Value object, Str* encoding, Str* errors);
Result<Str> normalize_encoding(Thread& t, Str* encoding);

Status codec_register_error(Thread& t, Str* name, Value handler);
Result<bool> codec_unregister_error(Thread& t, Str* name);
Result<> codec_lookup_error(Thread& t, const char* name);  // null: 'strict'

}  // namespace taipan
