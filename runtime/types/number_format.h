// format(number, spec): shared by int, float and complex.
// `type_name` appears in errors ("Unknown format code 'd' for object of type 'float'").
#pragma once
#include "runtime/base/format_spec.h"
#include "runtime/thread/thread.h"
#include "runtime/types/str.h"

namespace taipan {

// Parses spec; ValueError with CPython's words.
Status read_format_spec(Thread& t, Str* spec, char default_align, char default_type,
                        const char* type_name, FormatSpec* out);
ErrorTag raise_format_error(Thread& t, FormatError error, Str* spec, const char* type_name);
Result<Str> formatted_to_str(Thread& t, const FormattedText& text);
Result<Str> int_format(Thread& t, Value v, Str* spec);
Result<Str> float_format(Thread& t, f64 v, Str* spec);
Result<Str> complex_format(Thread& t, f64 real, f64 imag, Str* spec);

}  // namespace taipan
