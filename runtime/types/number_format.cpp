#include "runtime/types/number_format.h"

#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"

namespace taipan {

ErrorTag raise_format_error(Thread& t, FormatError error, Str* spec, const char* type_name) {
  Utf8 text;
  if (text.encode(t, spec, true).is_error()) return kError;
  std::string message = format_error_text(error, text.view(), type_name);
  auto words = str_from_wtf8(t, message);
  if (words.is_error()) return kError;
  Local<Str> keep(t, words);
  return raise_value(t, error.kind == FormatErrorKind::CharRange ? OverflowError : ValueError, keep);
}

Status read_format_spec(Thread& t, Str* spec, char default_align, char default_type,
                        const char* type_name, FormatSpec* out) {
  std::u32string text;
  text.reserve(spec->length());
  for (usize i = 0; i < spec->length(); ++i) text.push_back(spec->at(i));
  FormatError error = parse_format_spec(text, default_align, default_type, out);
  if (error) return raise_format_error(t, error, spec, type_name);
  return kDone;
}

Result<Str> formatted_to_str(Thread& t, const FormattedText& text) {
  auto r = str_allocate(t, text.length(), text.max_char());
  if (r.is_error() || text.length() == 0) return r;
  Str* s = r.word().as<Str>();
  switch (s->width()) {
    case Str::kTwo: text.write(reinterpret_cast<char16_t*>(s->data())); break;
    case Str::kFour: text.write(reinterpret_cast<char32_t*>(s->data())); break;
    default: text.write(s->data());
  }
  return r;
}

Result<Str> float_format(Thread& t, f64 v, Str* spec_text) {
  FormatSpec spec;
  TRY(read_format_spec(t, spec_text, '>', 0, "float", &spec));
  FormattedText out;
  FormatError error = format_double(v, spec, &out);
  if (error) return raise_format_error(t, error, spec_text, "float");
  return formatted_to_str(t, out);
}

Result<Str> complex_format(Thread& t, f64 real, f64 imag, Str* spec_text) {
  FormatSpec spec;
  TRY(read_format_spec(t, spec_text, '>', 0, "complex", &spec));
  FormattedText out;
  FormatError error = format_complex(real, imag, spec, &out);
  if (error) return raise_format_error(t, error, spec_text, "complex");
  return formatted_to_str(t, out);
}

Result<Str> int_format(Thread& t, Value v, Str* spec_text) {
  FormatSpec spec;
  TRY(read_format_spec(t, spec_text, '>', 'd', "int", &spec));
  IntFormat how;
  FormatError error = check_int_spec(spec, &how);
  if (error) return raise_format_error(t, error, spec_text, "int");
  FormattedText out;
  if (how == IntFormat::Float) {
    error = format_double(TRY(int_to_double(t, v)), spec, &out);
    if (error) return raise_format_error(t, error, spec_text, "int");
    return formatted_to_str(t, out);
  }
  if (how == IntFormat::Char) {
    i64 c;
    if (!int_to_i64(v, &c)) return raise(t, OverflowError, "Python int too large to convert to C long");
    if (c < 0 || c > 0x10ffff) {
      return raise(t, OverflowError, "%c arg not in range(0x110000)");
    }
    TextPadding pad = lay_out_padding(1, spec);
    StrBuilder b(t);
    TRY(b.append_fill(spec.fill, pad.left));
    TRY(b.append_char(static_cast<char32_t>(c)));
    TRY(b.append_fill(spec.fill, pad.right));
    return b.finish();
  }
  int base = int_spec_base(spec);
  std::string digits;
  u64 magnitude = 0;
  bool negative = int_sign(v) < 0;
  if (v.is_int()) {
    i64 i = v.as_int();
    magnitude = negative ? -static_cast<u64>(i) : static_cast<u64>(i);
    digits = digits_of(magnitude, base);
  } else {
    Local<Str> text(t, TRY(int_to_text(t, v, base)));
    digits = std::string(text->ascii());
    if (negative) digits.erase(0, 1);
  }
  format_int_digits(negative, std::move(digits), spec, &out);
  return formatted_to_str(t, out);
}

}  // namespace taipan
