// Encoding and decoding by name: native fast paths, the registry of codecs, error handlers.
// The module _codecs is in modules/codecs.cpp; codecs written in Python come from the package encodings.
// Error handlers: null means 'strict'.
#pragma once
#include <string_view>

#include "runtime/types/bytes.h"
#include "runtime/types/str.h"

namespace taipan {

// str.encode, bytes.decode: LookupError for unknown names and for codecs that are no text encodings.
Result<Bytes> str_encode(Thread& t, Str* s, const char* encoding, const char* errors);
// `source` holds the bytes; empty: they belong to nobody who could be handed to an error handler.
Result<Str> str_decode(Thread& t, std::string_view bytes, Value source, const char* encoding, const char* errors);
// Encoding and errors as str arguments, or null: "embedded null character" and so on.
Result<Bytes> str_encode_named(Thread& t, Str* s, Str* encoding, Str* errors);
// Any bytes-like object.
Result<Str> decode_object(Thread& t, Value object, Str* encoding, Str* errors);

}  // namespace taipan
