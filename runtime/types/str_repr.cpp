// repr(str): quotes, escapes, and what is printable as it stands.
#include "runtime/base/unicode/properties.h"
#include "runtime/types/str_methods.h"

namespace taipan {

namespace {

constexpr char kHex[] = "0123456789abcdef";

// Characters that the repr of c takes between the quotes.
inline usize escaped_size(char32_t c, char32_t quote) {
  if (c == quote || c == '\\' || c == '\t' || c == '\n' || c == '\r') return 2;
  if (c < 0x20 || c == 0x7f) return 4;
  if (c < 0x7f || unicode::is_printable(c)) return 1;
  return c < 0x100 ? 4 : c < 0x10000 ? 6 : 10;
}

template <class Lane>
Lane* put_hex(Lane* out, char kind, char32_t c, int digits) {
  *out++ = '\\';
  *out++ = static_cast<Lane>(kind);
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) *out++ = static_cast<Lane>(kHex[c >> shift & 15]);
  return out;
}

template <class Lane>
Lane* put_escaped(Lane* out, char32_t c, char32_t quote) {
  switch (escaped_size(c, quote)) {
    case 1: *out++ = static_cast<Lane>(c); return out;
    case 2:
      *out++ = '\\';
      *out++ = static_cast<Lane>(c == '\t' ? 't' : c == '\n' ? 'n' : c == '\r' ? 'r' : c);
      return out;
    case 4: return put_hex(out, 'x', c, 2);
    case 6: return put_hex(out, 'u', c, 4);
    default: return put_hex(out, 'U', c, 8);
  }
}

}  // namespace

Result<Str> str_repr(Thread& t, Value self) {
  Str* s = self.as<Str>();
  usize n = s->length();
  return with_lanes(s, [&](auto* text) -> Result<Str> {
    using Lane = std::remove_cvref_t<decltype(*text)>;
    bool single = false, both = false;
    for (usize i = 0; i < n; ++i) {
      single |= text[i] == '\'';
      both |= text[i] == '"';
    }
    char32_t quote = single && !both ? '"' : '\'';
    usize size = 2;
    char32_t max = 0x7f;
    for (usize i = 0; i < n; ++i) {
      usize k = escaped_size(text[i], quote);
      size += k;
      if (k == 1 && text[i] > max) max = text[i];
    }
    Result<Str> r = str_allocate(t, size, max);
    if (r.is_error()) return kError;
    Str* out = r.word().as<Str>();
    auto fill = [&](auto* at) {
      using Out = std::remove_reference_t<decltype(*at)>;
      *at++ = static_cast<Out>(quote);
      if (size == n + 2 && sizeof(Lane) == sizeof(Out)) {
        std::memcpy(at, text, n * sizeof(Lane));
        at += n;
      } else {
        for (usize i = 0; i < n; ++i) at = put_escaped(at, text[i], quote);
      }
      *at = static_cast<Out>(quote);
    };
    switch (out->width()) {
      case Str::kTwo: fill(reinterpret_cast<char16_t*>(out->data())); break;
      case Str::kFour: fill(reinterpret_cast<char32_t*>(out->data())); break;
      default: fill(out->data());
    }
    return r;
  });
}

}  // namespace taipan
