// bytes and bytearray as text: repr, hex, fromhex.
#include "runtime/object/error.h"
#include "runtime/types/bytes_methods.h"
#include "runtime/types/str_methods.h"

namespace taipan {

namespace {

constexpr char kHex[] = "0123456789abcdef";

int hex_digit(char32_t c) {
  if (c >= '0' && c <= '9') return static_cast<int>(c - '0');
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? static_cast<int>(c - 'a' + 10) : -1;
}
bool is_space(char32_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Returns the number of bytes, or where the first bad character is through *bad.
template <class Char>
usize read_hex(const Char* text, usize n, u8* out, ssize* bad) {
  usize size = 0;
  *bad = -1;
  for (usize i = 0; i < n;) {
    if (is_space(text[i])) {
      ++i;
      continue;
    }
    int high = hex_digit(text[i]);
    if (high < 0) return *bad = static_cast<ssize>(i), size;
    if (++i >= n) return *bad = -2, size;  // an odd number of digits
    int low = hex_digit(text[i]);
    if (low < 0) return *bad = static_cast<ssize>(i), size;
    out[size++] = static_cast<u8>(high << 4 | low);
    ++i;
  }
  return size;
}

template <class Char>
Result<> from_hex(Thread& t, bool array, const Char* text, usize n) {
  LaneBuffer<u8> buffer;
  TRY(buffer.allocate(t, n / 2 + 1));
  ssize bad;
  usize size = read_hex(text, n, buffer.data(), &bad);
  if (bad == -2) {
    return raise(t, ValueError, "fromhex() arg must contain an even number of hexadecimal digits");
  }
  if (bad >= 0) {
    return raise(t, ValueError, "non-hexadecimal number found in fromhex() arg at position {}", bad);
  }
  return bytes_like(t, array, {reinterpret_cast<char*>(buffer.data()), size});
}

}  // namespace

Result<Str> bytes_repr_text(Thread& t, std::string_view bytes, const char* before, const char* after) {
  bool single = bytes.find('\'') != bytes.npos;
  char quote = single && bytes.find('"') == bytes.npos ? '"' : '\'';
  usize size = std::strlen(before) + std::strlen(after) + 3;
  auto escaped = [&](u8 c) -> usize {
    if (c == static_cast<u8>(quote) || c == '\\' || c == '\t' || c == '\n' || c == '\r') return 2;
    return c < 0x20 || c >= 0x7f ? 4 : 1;
  };
  for (char c : bytes) size += escaped(static_cast<u8>(c));
  Result<Str> r = str_allocate(t, size, 0x7f);
  if (r.is_error()) return kError;
  u8* out = r.word().as<Str>()->data();
  for (const char* p = before; *p; ++p) *out++ = static_cast<u8>(*p);
  *out++ = 'b';
  *out++ = static_cast<u8>(quote);
  for (char ch : bytes) {
    u8 c = static_cast<u8>(ch);
    switch (escaped(c)) {
      case 1: *out++ = c; break;
      case 2:
        *out++ = '\\';
        *out++ = c == '\t' ? 't' : c == '\n' ? 'n' : c == '\r' ? 'r' : c;
        break;
      default:
        *out++ = '\\';
        *out++ = 'x';
        *out++ = static_cast<u8>(kHex[c >> 4]);
        *out++ = static_cast<u8>(kHex[c & 15]);
    }
  }
  *out++ = static_cast<u8>(quote);
  for (const char* p = after; *p; ++p) *out++ = static_cast<u8>(*p);
  return r;
}

// Groups of bytes_per_sep bytes, counted from the right; negative: from the left.
Result<Str> bytes_hex_text(Thread& t, const u8* data, usize n, Value sep, ssize bytes_per_sep) {
  u8 separator = 0;
  usize group = 0;
  if (!sep.is_empty()) {
    char32_t c;
    if (TRY(length(t, sep)) != 1) return raise(t, ValueError, "sep must be length 1.");
    if (is_a<Str>(sep)) {
      c = sep.as<Str>()->length() > 0 ? sep.as<Str>()->at(0) : 0;
    } else if (is_a<Bytes>(sep)) {
      c = sep.as<Bytes>()->size() > 0 ? sep.as<Bytes>()->data()[0] : 0;  // a subclass may deny its length
    } else {
      return raise(t, TypeError, "sep must be str or bytes.");
    }
    if (c >= 0x80) return raise(t, ValueError, "sep must be ASCII.");
    separator = static_cast<u8>(c);
    group = bytes_per_sep < 0 ? -static_cast<usize>(bytes_per_sep) : static_cast<usize>(bytes_per_sep);
  }
  if (n == 0) return str_from_ascii(t, "");
  if (group >= n) group = 0;
  usize separators = group == 0 ? 0 : (n - 1) / group;
  Result<Str> r = str_allocate(t, n * 2 + separators, 0x7f);
  if (r.is_error()) return kError;
  u8* out = r.word().as<Str>()->data();
  usize until = group == 0 ? n + 1 : bytes_per_sep < 0 ? group : (n - 1) % group + 1;  // bytes up to the next one
  for (usize i = 0; i < n; ++i, --until) {
    if (until == 0) {
      *out++ = separator;
      until = group;
    }
    *out++ = static_cast<u8>(kHex[data[i] >> 4]);
    *out++ = static_cast<u8>(kHex[data[i] & 15]);
  }
  return r;
}

Result<> bytes_from_hex(Thread& t, bool array, Value text) {
  if (is_a<Str>(text)) {
    Str* s = text.as<Str>();
    return with_lanes(s, [&](auto* lanes) { return from_hex(t, array, lanes, s->length()); });
  }
  if (!has_buffer(text)) {
    return raise(t, TypeError, "fromhex() argument must be str or bytes-like, not {!T}", text);
  }
  ByteSource s;
  TRY(s.get(t, text));
  return from_hex(t, array, s.data(), s.size());
}

}  // namespace taipan
