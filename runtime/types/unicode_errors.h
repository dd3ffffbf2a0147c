// Raises UnicodeDecodeError and UnicodeEncodeError with all five attributes.
// Positions: bytes for decoding, characters for encoding; [start, end) is the offending part.
#pragma once
#include <string_view>

#include "runtime/object/error.h"
#include "runtime/types/str.h"

namespace taipan {

ErrorTag raise_unicode_decode(Thread& t, const char* encoding, std::string_view bytes, usize start,
                              usize end, const char* reason);
ErrorTag raise_unicode_encode(Thread& t, const char* encoding, const Str* text, usize start, usize end,
                              const char* reason);

}  // namespace taipan
