// Items of a memoryview: native struct formats, one character each, to Python values and back.
#pragma once
#include "runtime/thread/thread.h"
#include "runtime/types/memoryview.h"

namespace taipan {

// The format's character ("@" may precede it), 0 if it is none of the native ones.
char native_format(const char* format);
usize native_size(char format);
const char* native_format_text(char format);  // static text of one character

constexpr usize kMaxItem = 16;  // bytes of the largest

Result<> unpack_item(Thread& t, char format, const u8* at);
Status pack_item(Thread& t, char format, u8* at, Value v);  // writes native_size(format) bytes
// Are the items equal as numbers, or as bytes of length one?
bool items_equal(char format_a, const u8* a, char format_b, const u8* b);

}  // namespace taipan
