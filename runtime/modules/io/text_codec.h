// The encodings that text streams handle without a codec object: utf-8, latin-1, ascii.
// Errors go to the error handler by way of types/codec.h; 'strict' is decided here.
#pragma once
#include "runtime/modules/io/io.h"

namespace taipan::io {

enum class NativeCodec : u8 { None, Utf8, Latin1, Ascii };
NativeCodec native_codec(const Str* encoding);  // by any of the usual spellings

// Decodes; unless `final`, an incomplete character at the end is left: *used says how many bytes were.
Result<Str> native_decode(Thread& t, NativeCodec codec, std::string_view bytes, Str* errors, bool final, usize* used);
// Appends the encoded text.
Status native_encode(Thread& t, NativeCodec codec, Str* text, Str* errors, Bulk& out);

}  // namespace taipan::io
