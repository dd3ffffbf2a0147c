// str % arguments.
#include "runtime/object/error.h"
#include "runtime/types/number_format.h"
#include "runtime/types/percent_arguments.h"
#include "runtime/types/str_methods.h"

namespace taipan {

namespace {

// The text of %s %r %a, or of a %c.
Result<Str> conversion_text(Thread& t, PercentArguments& arguments, char32_t type) {
  Value v = arguments.value();
  switch (type) {
    case 's': return to_str(t, v);
    case 'r': return repr(t, v);
    case 'a': return to_ascii(t, v);
    default: break;
  }
  if (is_a<Str>(v)) {
    Str* s = v.as<Str>();
    if (s->length() == 1) return str_exact(t, s);
    return arguments.raise_wanted_size('c', "an integer or a unicode character, not a string", s->length());
  }
  i64 c = TRY(arguments.character(0x110000, "0x110000"));
  if (c < 0) return arguments.raise_wanted('c', "an integer or a unicode character");
  return str_from_char(t, static_cast<char32_t>(c));
}

Status append_padded(StrBuilder* out, const Str* s, const PercentSpec& spec) {
  TextPadding padding = lay_out_percent_text(s->length(), spec);
  TRY(out->append_fill(' ', padding.left));
  TRY(out->append_range(s, 0, padding.length));
  return out->append_fill(' ', padding.right);
}

Status write_conversion(Thread& t, Str* format, PercentArguments& arguments, PercentSpec spec, StrBuilder* out) {
  Local<Str> key(t);
  if (spec.has_key) {
    TRY(arguments.check_mapping(t));
    if (spec.error != PercentError::IncompleteKey) {
      key.set(TRY(str_substring(t, format, spec.key_begin, spec.key_end)));
    }
  }
  if (spec.error == PercentError::IncompleteKey) {
    Local<Str> words(t, TRY(str_from_wtf8(t, percent_error_text(spec))));
    return raise_value(t, ValueError, words);
  }
  TRY(arguments.take(&spec, spec.has_key ? key.value() : Value::empty()));
  switch (spec.type) {
    case 's': case 'r': case 'a': case 'c': {
      Local<Str> s(t, TRY(conversion_text(t, arguments, spec.type)));
      return append_padded(out, s, spec);
    }
  }
  FormattedText number;
  if (!TRY(arguments.format_number(spec, &number))) {
    Local<Str> words(t, TRY(str_from_wtf8(t, percent_type_error(spec, false))));
    return raise_value(t, ValueError, words);
  }
  Local<Str> s(t, TRY(formatted_to_str(t, number)));
  return out->append(s);
}

}  // namespace

Result<Str> str_percent(Thread& t, Str* format, Value args) {
  PercentArguments arguments(t, args, false);
  StrBuilder out(t);
  TRY(with_lanes(format, [&](auto* text) -> Status {
    usize n = format->length(), at = 0;
    while (at < n) {
      usize start = at;
      while (at < n && text[at] != '%') ++at;
      TRY(out.append_range(format, start, at));
      if (at == n) break;
      PercentSpec spec = parse_percent(text, n, at);
      if (spec.literal) {
        TRY(out.append_char('%'));
      } else {
        TRY(write_conversion(t, format, arguments, spec, &out));
      }
      at = spec.end;
    }
    return kDone;
  }));
  TRY(arguments.finish());
  return out.finish();
}

}  // namespace taipan
