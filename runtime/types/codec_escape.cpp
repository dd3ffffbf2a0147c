// unicode_escape, raw_unicode_escape, and the escapes of bytes literals.
#include <string>

#include "runtime/base/unicode/names.h"
#include "runtime/object/error.h"
#include "runtime/types/codec.h"
#include "runtime/types/codec_errors.h"

namespace taipan {

namespace {

constexpr char kHex[] = "0123456789abcdef";

int hex_value(u8 c) {
  if (c >= '0' && c <= '9') return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

Status append_hex(ByteBuffer& out, char kind, char32_t c, int digits) {
  u8* p = TRY(out.extend(static_cast<usize>(digits) + 2));
  *p++ = '\\';
  *p++ = static_cast<u8>(kind);
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) *p++ = static_cast<u8>(kHex[c >> shift & 15]);
  return kDone;
}

// The one-character escapes both kinds of literal know; -1: none of them.
int simple_escape(u8 c) {
  switch (c) {
    case '\\': case '\'': case '"': return c;
    case 'b': return '\b';
    case 'f': return '\f';
    case 't': return '\t';
    case 'n': return '\n';
    case 'r': return '\r';
    case 'v': return '\v';
    case 'a': return '\a';
    default: return -1;
  }
}

Status warn_escape(Thread& t, const char* prefix, const std::string& escape, bool octal) {
  std::string text = std::string(prefix) + "\"\\" + escape + "\" is an invalid " + (octal ? "octal " : "") +
                     "escape sequence. Such sequences will not work in the future. ";
  return warn(t, DeprecationWarning, text.c_str());
}

// Up to three octal digits from p[0].
u32 read_octal(const u8* p, usize n, usize* size) {
  u32 v = 0;
  for (*size = 0; *size < 3 && *size < n && p[*size] >= '0' && p[*size] <= '7'; ++*size) v = v * 8 + (p[*size] - '0');
  return v;
}

// The first invalid escape that was met: one warning at the end.
struct FirstInvalid {
  std::string text;
  bool octal = false;
  bool seen = false;
  void note(std::string s, bool is_octal) {
    if (!seen) text = std::move(s), octal = is_octal, seen = true;
  }
};

class EscapeDecoder {
 public:
  EscapeDecoder(Thread& t, std::string_view bytes, const char* errors, bool raw, bool final)
      : t_(t), errors_(t, raw ? "rawunicodeescape" : "unicodeescape", bytes, errors), out_(t), raw_(raw), final_(final) {}

  Result<Str> run(usize* consumed) {
    while (at_ < errors_.size() && !stopped_) {
      u8 c = errors_.data()[at_];
      if (c != '\\') {
        usize start = at_;
        while (at_ < errors_.size() && errors_.data()[at_] != '\\') ++at_;
        Local<Str> part(t_, TRY(str_from_latin1(t_, {reinterpret_cast<const char*>(errors_.data()) + start, at_ - start})));
        TRY(out_.append(part));
      } else {
        TRY(raw_ ? raw_escape() : escape());
      }
    }
    if (consumed != nullptr) *consumed = at_;
    if (invalid_.seen) TRY(warn_escape(t_, "", invalid_.text, invalid_.octal));
    return out_.finish();
  }

 private:
  const u8* data() const { return errors_.data(); }
  usize size() const { return errors_.size(); }

  // Bad bytes up to `end`. An end of input that is not the last yet stops instead.
  Status fail(usize end, const char* reason) {
    if (end >= size() && !final_) {
      stopped_ = true;
      return kDone;
    }
    TRY(errors_.handle(at_, end, reason, out_));
    at_ = errors_.next();
    return kDone;
  }

  // \xNN, \uNNNN, \UNNNNNNNN
  Status hex_escape(usize digits, const char* truncated, const char* out_of_range) {
    usize i = at_ + 2, end = i + digits;
    u64 v = 0;
    for (; i < end && i < size() && hex_value(data()[i]) >= 0; ++i) v = v << 4 | static_cast<u64>(hex_value(data()[i]));
    if (i < end) {
      if (i < size()) {  // a wrong character: an error even if more input comes
        TRY(errors_.handle(at_, i, truncated, out_));
        at_ = errors_.next();
        return kDone;
      }
      return fail(i, truncated);
    }
    if (v > 0x10ffff) {
      TRY(errors_.handle(at_, i, out_of_range, out_));
      at_ = errors_.next();
      return kDone;
    }
    at_ = i;
    return out_.append_char(static_cast<char32_t>(v));
  }

  Status name_escape() {
    constexpr const char* kMalformed = "malformed \\N character escape";
    usize i = at_ + 2;
    if (i >= size()) return fail(i, kMalformed);
    if (data()[i] != '{') {
      TRY(errors_.handle(at_, i, kMalformed, out_));
      at_ = errors_.next();
      return kDone;
    }
    usize start = ++i;
    while (i < size() && data()[i] != '}') ++i;
    if (i >= size()) return fail(i, kMalformed);
    if (i == start) {
      TRY(errors_.handle(at_, i + 1, kMalformed, out_));
      at_ = errors_.next();
      return kDone;
    }
    char32_t found[unicode::kMaxNamedSize];
    std::string_view name(reinterpret_cast<const char*>(data()) + start, i - start);
    if (unicode::find_named(name, false, found) == 0) {
      TRY(errors_.handle(at_, i + 1, "unknown Unicode character name", out_));
      at_ = errors_.next();
      return kDone;
    }
    at_ = i + 1;
    return out_.append_char(found[0]);
  }

  Status escape() {
    if (at_ + 1 >= size()) return fail(at_ + 1, "\\ at end of string");
    u8 c = data()[at_ + 1];
    if (c == '\n') return at_ += 2, kDone;
    if (int simple = simple_escape(c); simple >= 0) {
      at_ += 2;
      return out_.append_char(static_cast<char32_t>(simple));
    }
    switch (c) {
      case 'x': return hex_escape(2, "truncated \\xXX escape", "");
      case 'u': return hex_escape(4, "truncated \\uXXXX escape", "");
      case 'U': return hex_escape(8, "truncated \\UXXXXXXXX escape", "illegal Unicode character");
      case 'N': return name_escape();
      default: break;
    }
    usize n;
    u32 octal = read_octal(data() + at_ + 1, size() - at_ - 1, &n);
    if (n != 0) {
      if (octal > 0xff) invalid_.note({reinterpret_cast<const char*>(data()) + at_ + 1, n}, true);
      at_ += 1 + n;
      return out_.append_char(octal);
    }
    invalid_.note(std::string(1, static_cast<char>(c)), false);
    TRY(out_.append_char('\\'));
    TRY(out_.append_char(c));
    at_ += 2;
    return kDone;
  }

  // Only \uNNNN and \UNNNNNNNN, behind an odd number of backslashes: the others come in pairs here.
  Status raw_escape() {
    if (at_ + 1 >= size()) {
      if (!final_) return stopped_ = true, kDone;
      ++at_;
      return out_.append_char('\\');
    }
    u8 c = data()[at_ + 1];
    if (c == 'u') return hex_escape(4, "truncated \\uXXXX escape", "");
    if (c == 'U') return hex_escape(8, "truncated \\UXXXXXXXX escape", "\\Uxxxxxxxx out of range");
    TRY(out_.append_char('\\'));
    TRY(out_.append_char(c));
    at_ += 2;
    return kDone;
  }

  Thread& t_;
  DecodeErrors errors_;
  StrBuilder out_;
  bool raw_, final_, stopped_ = false;
  usize at_ = 0;
  FirstInvalid invalid_;
};

Status append_escaped(ByteBuffer& out, char32_t c) {
  switch (c) {
    case '\\': return out.append(reinterpret_cast<const u8*>("\\\\"), 2);
    case '\t': return out.append(reinterpret_cast<const u8*>("\\t"), 2);
    case '\n': return out.append(reinterpret_cast<const u8*>("\\n"), 2);
    case '\r': return out.append(reinterpret_cast<const u8*>("\\r"), 2);
    default: break;
  }
  if (c >= 0x20 && c < 0x7f) return out.append_byte(static_cast<u8>(c));
  if (c < 0x100) return append_hex(out, 'x', c, 2);
  return c < 0x10000 ? append_hex(out, 'u', c, 4) : append_hex(out, 'U', c, 8);
}

}  // namespace

Result<Bytes> encode_unicode_escape(Thread& t, Str* s) {
  ByteBuffer out(t);
  for (usize i = 0; i < s->length(); ++i) TRY(append_escaped(out, s->at(i)));
  return out.finish();
}

Result<Bytes> encode_raw_unicode_escape(Thread& t, Str* s) {
  ByteBuffer out(t);
  for (usize i = 0; i < s->length(); ++i) {
    char32_t c = s->at(i);
    TRY(c < 0x100     ? out.append_byte(static_cast<u8>(c))
        : c < 0x10000 ? append_hex(out, 'u', c, 4)
                      : append_hex(out, 'U', c, 8));
  }
  return out.finish();
}

Result<Str> decode_unicode_escape(Thread& t, std::string_view bytes, const char* errors, usize* consumed) {
  EscapeDecoder decoder(t, bytes, errors, false, consumed == nullptr);
  return decoder.run(consumed);
}
Result<Str> decode_raw_unicode_escape(Thread& t, std::string_view bytes, const char* errors, usize* consumed) {
  EscapeDecoder decoder(t, bytes, errors, true, consumed == nullptr);
  return decoder.run(consumed);
}

Result<Bytes> decode_bytes_escape(Thread& t, std::string_view bytes, const char* errors) {
  const u8* p = reinterpret_cast<const u8*>(bytes.data());
  usize n = bytes.size();
  ByteBuffer out(t);
  FirstInvalid invalid;
  for (usize i = 0; i < n;) {
    if (p[i] != '\\') {
      TRY(out.append_byte(p[i++]));
      continue;
    }
    usize start = i++;
    if (i >= n) return raise(t, ValueError, "Trailing \\ in string");
    u8 c = p[i];
    usize digits;
    u32 octal = read_octal(p + i, n - i, &digits);
    if (int simple = simple_escape(c); simple >= 0) {
      TRY(out.append_byte(static_cast<u8>(simple)));
      ++i;
    } else if (c == '\n') {
      ++i;
    } else if (digits != 0) {
      if (octal > 0xff) invalid.note({bytes.substr(i, digits).data(), digits}, true);
      TRY(out.append_byte(static_cast<u8>(octal)));
      i += digits;
    } else if (c == 'x') {
      if (i + 2 < n && hex_value(p[i + 1]) >= 0 && hex_value(p[i + 2]) >= 0) {
        TRY(out.append_byte(static_cast<u8>(hex_value(p[i + 1]) << 4 | hex_value(p[i + 2]))));
        i += 3;
        continue;
      }
      ++i;
      if (i < n && hex_value(p[i]) >= 0) ++i;  // one digit goes with it
      switch (error_policy(errors)) {
        case ErrorPolicy::Strict: return raise(t, ValueError, "invalid \\x escape at position {}", start);
        case ErrorPolicy::Replace: TRY(out.append_byte('?')); break;
        case ErrorPolicy::Ignore: break;
        default:
          return raise(t, ValueError, "decoding error; unknown error handling code: {}", errors);
      }
    } else {
      invalid.note(std::string(1, static_cast<char>(c)), false);
      TRY(out.append_byte('\\'));
      TRY(out.append_byte(c));
      ++i;
    }
  }
  if (invalid.seen) TRY(warn_escape(t, "b", invalid.text, invalid.octal));
  return out.finish();
}

}  // namespace taipan
