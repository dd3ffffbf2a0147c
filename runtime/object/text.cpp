// repr(), str(), ascii(), format().
#include "runtime/object/call_parts.h"
#include "runtime/object/error.h"
#include "runtime/types/int.h"
#include "runtime/types/number_format.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str_methods.h"

namespace taipan {

Result<Str> repr(Thread& t, Value v) {
  TRY(check_machine_stack(t, " while getting the repr of an object"));
  return type_of(v).slots.repr(t, v);
}

Result<Str> to_str(Thread& t, Value v) {
  if (is_exact<Str>(v)) return own<Str>(v);
  if (v.is_int()) return int_to_text(t, v);
  TRY(check_machine_stack(t, " while getting the str of an object"));
  auto str = type_of(v).slots.str;
  return str != nullptr ? str(t, v) : repr(t, v);
}

Result<Str> to_ascii(Thread& t, Value v) {
  Local<Str> text(t, TRY(repr(t, v)));
  if (text->is_ascii()) return text.give();
  StrBuilder out(t);
  static constexpr char kHex[] = "0123456789abcdef";
  usize n = text->length();
  for (usize i = 0; i < n; ++i) {
    char32_t c = text->at(i);
    if (c < 128) {
      TRY(out.append_char(c));
      continue;
    }
    int digits = c < 0x100 ? 2 : c < 0x10000 ? 4 : 8;
    char escape[10] = {'\\', digits == 2 ? 'x' : digits == 4 ? 'u' : 'U'};
    for (int k = 0; k < digits; ++k) escape[2 + k] = kHex[c >> (4 * (digits - 1 - k)) & 15];
    TRY(out.append_ascii({escape, static_cast<usize>(2 + digits)}));
  }
  return out.finish();
}

Result<Str> format_value(Thread& t, Value v, Value spec) {
  bool plain = spec.is_empty() || spec.as<Str>()->length() == 0;
  if (plain && (is_exact<Str>(v) || v.is_int())) return to_str(t, v);
  if (!plain) {  // the __format__ of exact types, which nobody can replace
    if (v.is_int()) return int_format(t, v, spec.as<Str>());
    if (v.is_float()) return float_format(t, v.as_float(), spec.as<Str>());
    if (is_exact<Str>(v)) return str_format_spec(t, v.as<Str>(), spec.as<Str>());
  }
  Value arg = spec.is_empty() ? Value(names().empty) : spec;
  Result<> answer = call_special(t, v, names().__format__, &arg, 1);
  if (answer.is_absent()) return raise(t, TypeError, "Type {!T} doesn't define __format__", v);
  Local<> r(t, TRY(answer));
  if (!is_a<Str>(r)) {
    return raise(t, TypeError, "{!T}.__format__() must return a str, not {!T}", v, r.value());
  }
  return r.give().cast<Str>();
}

}  // namespace taipan
