// _json: what the files of the module share.
// Text of JSON strings with their escapes, both ways, and the errors of the package json.
#pragma once
#include "runtime/native/def.h"
#include "runtime/object/error.h"
#include "runtime/types/str.h"

namespace taipan {

extern const TypeDef kJsonScannerDef, kJsonEncoderDef;

// Raises json.decoder.JSONDecodeError(message, document, position).
ErrorTag raise_json_error(Thread& t, const char* message, Str* document, usize position);

// The string whose first character after the quote is at `start`; *end: behind the closing quote.
Result<Str> json_scan_string(Thread& t, Str* s, usize start, bool strict, usize* end);

// s in quotes, escaped; ascii: all else as \uXXXX.
Status json_append_quoted(StrBuilder& out, const Str* s, bool ascii);
Result<Str> json_encode_basestring(Thread& t, Value s);
Result<Str> json_encode_basestring_ascii(Thread& t, Value s);

}  // namespace taipan
