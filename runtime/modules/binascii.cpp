// binascii: hexadecimal, base64, quoted-printable and uuencode; checksums.
#include <zlib.h>

#include <cstring>

#include "runtime/modules/module_tools.h"
#include "runtime/object/call.h"
#include "runtime/thread/local.h"
#include "runtime/types/byte_source.h"
#include "runtime/types/bytearray.h"
#include "runtime/types/bytes.h"
#include "runtime/types/int.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"

namespace taipan {

namespace {

Type *g_error, *g_incomplete;

constexpr char kBase64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr char kUrlSafe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr char kHex[] = "0123456789abcdef";

// ASCII text or bytes.
class AsciiSource {
 public:
  Status get(Thread& t, Value v) {
    if (is_a<Str>(v)) {
      if (!v.as<Str>()->is_ascii()) {
        return raise(t, ValueError, "string argument should contain only ASCII characters");
      }
      view_ = v.as<Str>()->ascii();
      return kDone;
    }
    if (!v.is_ref() || !has_buffer(v)) {
      return raise(t, TypeError, "argument should be bytes, buffer or ASCII string, not '{!T}'", v);
    }
    TRY(bytes_.get(t, v));
    view_ = bytes_.view();
    return kDone;
  }
  std::string_view view() const { return view_; }

 private:
  ByteSource bytes_;
  std::string_view view_;
};

// Bytes being written; grows.
class Output {
 public:
  explicit Output(Thread& t) : t_(t), out_(t) {}
  Status start(usize room) {
    out_.set(TRY(bytearray_allocate(t_, room)));
    at_ = out_->bytes();
    return kDone;
  }
  // The caller has asked for enough room at the start.
  void put(u8 c) { *at_++ = c; }
  usize size() const { return static_cast<usize>(at_ - out_->block_ - out_->start_); }
  Result<Bytes> finish() { return bytes_from(t_, {reinterpret_cast<const char*>(out_->bytes()), size()}); }

 private:
  Thread& t_;
  Local<ByteArray> out_;
  u8* at_ = nullptr;
};

int hex_value(u8 c) {
  if (c >= '0' && c <= '9') return c - '0';
  if ((c | 32) >= 'a' && (c | 32) <= 'f') return (c | 32) - 'a' + 10;
  return -1;
}

// --- hexadecimal -----------------------------------------------------------------------------------------------

Result<Bytes> b2a_hex(Thread& t, const ByteSource& data, Value separator, i32 group) {
  u8 between = 0;
  bool separated = !separator.is_empty();
  if (separated) {
    ssize n = TRY(length(t, separator));
    if (n != 1) return raise(t, ValueError, "sep must be length 1.");
    if (is_a<Str>(separator)) {
      if (!separator.as<Str>()->is_ascii()) return raise(t, ValueError, "sep must be ASCII.");
      between = static_cast<u8>(separator.as<Str>()->at(0));
    } else {
      ByteSource s;
      if (!is_a<Bytes>(separator)) return raise(t, TypeError, "sep must be str or bytes.");
      TRY(s.get(t, separator));
      between = s.data()[0];
    }
  }
  usize n = data.size(), width = group < 0 ? static_cast<usize>(-static_cast<i64>(group)) : static_cast<usize>(group);
  if (width == 0 || n == 0) separated = false;
  usize separators = separated ? (n - 1) / width : 0;
  Local<Bytes> out(t, TRY(bytes_allocate(t, n * 2 + separators)));
  u8* p = out->data();
  usize until = group < 0 ? width : (n % width == 0 || !separated ? width : n % width);  // positive: from the right
  for (usize i = 0; i < n; ++i) {
    if (separated && until-- == 0) {
      *p++ = between;
      until = width - 1;
    }
    u8 c = data.data()[i];
    *p++ = static_cast<u8>(kHex[c >> 4]);
    *p++ = static_cast<u8>(kHex[c & 15]);
  }
  return out.give();
}

class CharSet {
 public:
  Status get(Thread& t, Value v) {
    if (v.is_empty()) return kDone;
    ByteSource bytes;
    TRY(bytes.get(t, v));
    for (usize i = 0; i < bytes.size(); ++i) has_[bytes.data()[i]] = true;
    return kDone;
  }
  bool has(u8 c) const { return has_[c]; }

 private:
  bool has_[256] = {};
};

Result<Bytes> a2b_hex(Thread& t, Value text, Value ignore) {
  AsciiSource in;
  TRY(in.get(t, text));
  CharSet ignored;
  TRY(ignored.get(t, ignore));
  Output out(t);
  TRY(out.start(in.view().size() / 2 + 1));
  int high = -1;
  if (ignore.is_empty() && in.view().size() % 2 != 0) return raise(t, *g_error, "Odd number of hexadecimal digits");
  for (char c : in.view()) {
    int d = hex_value(static_cast<u8>(c));
    if (d < 0) {
      if (ignored.has(static_cast<u8>(c))) continue;
      return raise(t, *g_error, "Non-hexadecimal digit found");
    }
    if (high < 0) {
      high = d;
    } else {
      out.put(static_cast<u8>(high << 4 | d));
      high = -1;
    }
  }
  if (high >= 0) return raise(t, *g_error, "Odd number of hexadecimal digits");
  return out.finish();
}

// --- base64 -------------------------------------------------------------------------------------------------------

Status alphabet_argument(Thread& t, Value v, const char* standard, usize n, u8* out) {
  if (v.is_empty()) return std::memcpy(out, standard, n), kDone;
  ByteSource bytes;
  TRY(bytes.get(t, v));
  if (bytes.size() != n) return raise(t, ValueError, "alphabet must have length {}", n);
  std::memcpy(out, bytes.data(), n);
  return kDone;
}
Result<usize> wrap_argument(Thread& t, i64 wrapcol) {
  if (wrapcol < 0) return raise(t, ValueError, "Cannot convert negative int");
  return static_cast<usize>(wrapcol);
}

Result<Bytes> b2a_base64(Thread& t, const ByteSource& data, bool padded, i64 wrapcol, bool newline, Value alphabet) {
  u8 digits[64];
  TRY(alphabet_argument(t, alphabet, kBase64, 64, digits));
  usize wrap = TRY(wrap_argument(t, wrapcol)), n = data.size();
  if (wrap != 0) wrap = std::max<usize>(wrap / 4, 1) * 4;
  if (n > static_cast<usize>(PTRDIFF_MAX) / 4) return (void)raise_memory_error(t), kError;
  usize chars = (n + 2) / 3 * 4;
  Output out(t);
  TRY(out.start(chars + (wrap ? chars / wrap : 0) + 2));
  usize column = 0;
  auto put = [&](u8 c) {
    if (wrap != 0 && column == wrap) {
      out.put('\n');
      column = 0;
    }
    out.put(c);
    ++column;
  };
  const u8* p = data.data();
  for (usize i = 0; i < n; i += 3) {
    usize left = std::min<usize>(n - i, 3);
    u32 bits = static_cast<u32>(p[i]) << 16 | (left > 1 ? static_cast<u32>(p[i + 1]) << 8 : 0) | (left > 2 ? p[i + 2] : 0u);
    put(digits[bits >> 18]);
    put(digits[bits >> 12 & 63]);
    if (left > 1) put(digits[bits >> 6 & 63]);
    else if (padded) put('=');
    if (left > 2) put(digits[bits & 63]);
    else if (padded) put('=');
  }
  if (newline) out.put('\n');
  return out.finish();
}

Result<Bytes> a2b_base64(Thread& t, Value text, Value strict_mode, bool padded, Value alphabet, Value ignore, bool canonical) {
  AsciiSource in;
  TRY(in.get(t, text));
  u8 digits[64];
  TRY(alphabet_argument(t, alphabet, kBase64, 64, digits));
  i8 value[256];
  std::memset(value, -1, sizeof value);
  for (int i = 0; i < 64; ++i) value[digits[i]] = static_cast<i8>(i);
  CharSet ignored;
  TRY(ignored.get(t, ignore));
  // Which characters to ignore says that the others are errors.
  bool strict = strict_mode.is_empty() ? !ignore.is_empty() : TRY(truth(t, strict_mode));
  Output out(t);
  TRY(out.start(in.view().size() / 4 * 3 + 3));
  usize quad = 0, pads = 0, total = 0;
  u32 left = 0;
  bool ended = false;
  for (usize i = 0; i < in.view().size(); ++i) {
    u8 c = static_cast<u8>(in.view()[i]);
    if (c == '=' && padded) {
      ++pads;
      if (quad >= 2 && quad + pads <= 4) {
        if (quad + pads == 4) ended = true;
        if (ended && !strict) break;
        continue;
      }
      if (strict && !ignored.has(c)) {
        if (quad == 1) break;
        return raise(t, *g_error, quad == 0 && total == 0 ? "Leading padding not allowed" : "Excess padding not allowed");
      }
      if (pads > 0 && quad < 2) --pads;
      continue;
    }
    int d = value[c];
    if (d < 0) {
      if (!strict || ignored.has(c)) continue;
      return raise(t, *g_error, "Only base64 data is allowed");
    }
    if (pads > 0) {
      if (strict) return raise(t, *g_error, ended ? "Excess data after padding" : "Discontinuous padding not allowed");
      pads = 0;
    }
    ++total;
    left = left << 6 | static_cast<u32>(d);
    switch (quad++) {
      case 1: out.put(static_cast<u8>(left >> 4)); left &= 15; break;
      case 2: out.put(static_cast<u8>(left >> 2)); left &= 3; break;
      case 3: out.put(static_cast<u8>(left)); left = 0; quad = 0; break;
      default: break;
    }
  }
  if (quad == 0) return out.finish();
  if (quad == 1) {
    return raise(t, *g_error,
                 "Invalid base64-encoded string: number of data characters ({}) cannot be 1 more than a multiple of 4", total);
  }
  if (padded && quad + pads < 4) return raise(t, *g_error, "Incorrect padding");
  if (canonical && left != 0) return raise(t, *g_error, "Non-zero padding bits");
  return out.finish();
}

// --- uuencode --------------------------------------------------------------------------------------------------------

Result<Bytes> b2a_uu(Thread& t, const ByteSource& data, bool backtick) {
  usize n = data.size();
  if (n > 45) return raise(t, *g_error, "At most 45 bytes at once");
  Output out(t);
  TRY(out.start(n * 2 + 4));
  auto digit = [&](u32 v) { return static_cast<u8>(v == 0 && backtick ? '`' : v + ' '); };
  out.put(digit(static_cast<u32>(n)));
  for (usize i = 0; i < n; i += 3) {
    auto at = [&](usize k) { return k < n ? static_cast<u32>(data.data()[k]) : 0u; };
    u32 bits = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
    for (int shift = 18; shift >= 0; shift -= 6) out.put(digit(bits >> shift & 63));
  }
  out.put('\n');
  return out.finish();
}

Result<Bytes> a2b_uu(Thread& t, Value text) {
  AsciiSource in;
  TRY(in.get(t, text));
  std::string_view s = in.view();
  if (s.empty()) return raise(t, *g_error, "Missing length byte");
  usize n = static_cast<usize>((s[0] - ' ') & 63), i = 1;
  Local<Bytes> out(t, TRY(bytes_allocate(t, n)));
  u32 bits = 0;
  int count = 0;
  for (usize done = 0; done < n; ++i) {
    u8 c = i < s.size() ? static_cast<u8>(s[i]) : 0;
    if (c == '\n' || c == '\r' || i >= s.size()) {
      c = 0;  // white space at the end was lost: zeros
    } else {
      if (c < ' ' || c > ' ' + 64) return raise(t, *g_error, "Illegal char");
      c = (c - ' ') & 63;
    }
    bits = bits << 6 | c;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out->data()[done++] = static_cast<u8>(bits >> count);
      bits &= (1u << count) - 1;
    }
  }
  for (; i < s.size(); ++i) {
    if (s[i] != ' ' && s[i] != ' ' + 64 && s[i] != '\n' && s[i] != '\r') return raise(t, *g_error, "Trailing garbage");
  }
  return out.give();
}

// --- quoted-printable ---------------------------------------------------------------------------------------------------

Result<Bytes> a2b_qp(Thread& t, Value text, bool header) {
  AsciiSource in;
  TRY(in.get(t, text));
  std::string_view s = in.view();
  Output out(t);
  TRY(out.start(s.size()));
  for (usize i = 0; i < s.size();) {
    u8 c = static_cast<u8>(s[i]);
    if (c == '=') {
      if (++i >= s.size()) break;
      if (s[i] == '\n' || s[i] == '\r') {  // a soft line break
        while (i < s.size() && s[i] != '\n') ++i;
        if (i < s.size()) ++i;
      } else if (s[i] == '=') {
        out.put('=');
        ++i;
      } else if (i + 1 < s.size() && hex_value(static_cast<u8>(s[i])) >= 0 && hex_value(static_cast<u8>(s[i + 1])) >= 0) {
        out.put(static_cast<u8>(hex_value(static_cast<u8>(s[i])) << 4 | hex_value(static_cast<u8>(s[i + 1]))));
        i += 2;
      } else {
        out.put('=');
      }
    } else {
      out.put(header && c == '_' ? ' ' : c);
      ++i;
    }
  }
  return out.finish();
}

Result<Bytes> b2a_qp(Thread& t, const ByteSource& data, bool quotetabs, bool istext, bool header) {
  constexpr usize kMaxLine = 76;
  const u8* s = data.data();
  usize n = data.size(), column = 0;
  const void* first = n ? std::memchr(s, '\n', n) : nullptr;
  bool crlf = first != nullptr && first != s && static_cast<const u8*>(first)[-1] == '\r';
  if (n > static_cast<usize>(PTRDIFF_MAX) / 8) return (void)raise_memory_error(t), kError;
  Output out(t);
  TRY(out.start(n * 3 + n * 3 / 70 * 3 + 16));
  auto soft_break = [&] {
    out.put('=');
    if (crlf) out.put('\r');
    out.put('\n');
    column = 0;
  };
  auto quote = [&](u8 c) {
    out.put('=');
    out.put(static_cast<u8>("0123456789ABCDEF"[c >> 4]));
    out.put(static_cast<u8>("0123456789ABCDEF"[c & 15]));
    column += 3;
  };
  for (usize i = 0; i < n;) {
    u8 c = s[i];
    bool last = i + 1 == n;
    bool quoted = c > 126 || c == '=' || (header && c == '_') ||
                  (c == '.' && column == 0 && (last || s[i + 1] == '\n' || s[i + 1] == '\r' || s[i + 1] == 0)) ||
                  (!istext && (c == '\r' || c == '\n')) || ((c == '\t' || c == ' ') && last) ||
                  (c < 33 && c != '\r' && c != '\n' && c != '\t' && c != ' ') || (c < 33 && c != '\r' && c != '\n' && quotetabs);
    if (quoted) {
      if (column + 3 >= kMaxLine) soft_break();
      quote(c);
      ++i;
      continue;
    }
    if (istext && (c == '\n' || (c == '\r' && !last && s[i + 1] == '\n'))) {
      if (crlf) out.put('\r');
      out.put('\n');
      column = 0;
      i += c == '\r' ? 2 : 1;
      continue;
    }
    bool before_end = istext && (c == ' ' || c == '\t') && !last &&
                      (s[i + 1] == '\n' || (s[i + 1] == '\r' && i + 2 < n && s[i + 2] == '\n'));
    if (before_end) {
      if (column + 3 >= kMaxLine) soft_break();
      quote(c);
      ++i;
      continue;
    }
    if (!last && s[i + 1] != '\n' && column + 1 >= kMaxLine) soft_break();
    out.put(header && c == ' ' ? '_' : c);
    ++column;
    ++i;
  }
  return out.finish();
}

// --- checksums ----------------------------------------------------------------------------------------------------------

u32 crc32_argument(Value v) { return static_cast<u32>(int_low_bits(v)); }

Result<u32> crc32_of(Thread& t, const ByteSource& data, Value start) {
  Local<> i(t, TRY(to_index(t, start)));
  uLong crc = crc32_argument(i);
  const u8* p = data.data();
  for (usize n = data.size(); n > 0;) {
    uInt part = static_cast<uInt>(std::min<usize>(n, 1u << 30));
    crc = ::crc32(crc, p, part);
    p += part;
    n -= part;
  }
  return static_cast<u32>(crc);
}

Result<u32> crc_hqx(Thread& t, const ByteSource& data, Value start) {  // CRC-CCITT, polynomial 0x1021
  Local<> i(t, TRY(to_index(t, start)));
  u32 crc = crc32_argument(i) & 0xffff;
  for (usize k = 0; k < data.size(); ++k) {
    crc ^= static_cast<u32>(data.data()[k]) << 8;
    for (int b = 0; b < 8; ++b) crc = (crc << 1 ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
  }
  return crc;
}

const NativeDef kFunctions[] = {
    def<b2a_hex>("b2a_hex($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)", "Hexadecimal digits of data."),
    def<b2a_hex>("hexlify($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)", "Hexadecimal digits of data."),
    def<a2b_hex>("a2b_hex($module, hexstr, /, *, ignorechars=b'')", "The bytes of hexadecimal digits."),
    def<a2b_hex>("unhexlify($module, hexstr, /, *, ignorechars=b'')", "The bytes of hexadecimal digits."),
    def<b2a_base64>("b2a_base64($module, data, /, *, padded=True, wrapcol=0, newline=True, alphabet=BASE64_ALPHABET)",
                    "Base64 digits of data."),
    def<a2b_base64>("a2b_base64($module, data, /, *, strict_mode=<unrepresentable>, padded=True, "
                    "alphabet=BASE64_ALPHABET, ignorechars=<unrepresentable>, canonical=False)",
                    "The bytes of base64 digits."),
    def<b2a_uu>("b2a_uu($module, data, /, *, backtick=False)", "A line of uuencoded data."),
    def<a2b_uu>("a2b_uu($module, data, /)", "The bytes of a uuencoded line."),
    def<a2b_qp>("a2b_qp($module, /, data, header=False)", "The bytes of quoted-printable text."),
    def<b2a_qp>("b2a_qp($module, /, data, quotetabs=False, istext=True, header=False)", "Data as quoted-printable text."),
    def<crc32_of>("crc32($module, data, crc=0, /)", "CRC-32 of data."),
    def<crc_hqx>("crc_hqx($module, data, crc, /)", "CRC-CCITT of data."),
};

Status add_bytes(Thread& t, Module* m, const char* name, std::string_view text) {
  Local<Bytes> b(t, TRY(bytes_from(t, text)));
  return module_add(t, m, name, b);
}

Status binascii_exec(Thread& t, Module* m) {
  TRY(module_add_exception(t, m, "Error", ValueError, &g_error));
  TRY(module_add_exception(t, m, "Incomplete", Exception, &g_incomplete));
  TRY(add_bytes(t, m, "BASE64_ALPHABET", kBase64));
  TRY(add_bytes(t, m, "URLSAFE_BASE64_ALPHABET", kUrlSafe));
  TRY(add_bytes(t, m, "CRYPT_ALPHABET", "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"));
  TRY(add_bytes(t, m, "BINHEX_ALPHABET", "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"));
  TRY(add_bytes(t, m, "UU_ALPHABET", " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_"));
  TRY(add_bytes(t, m, "BASE32_ALPHABET", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"));
  TRY(add_bytes(t, m, "BASE32HEX_ALPHABET", "0123456789ABCDEFGHIJKLMNOPQRSTUV"));
  TRY(add_bytes(t, m, "BASE85_ALPHABET", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~"));
  TRY(add_bytes(t, m, "Z85_ALPHABET", "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"));
  return add_bytes(t, m, "ASCII85_ALPHABET",
                   "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstu");
}

}  // namespace

extern const ModuleDef binascii_module_def;
const ModuleDef binascii_module_def = {"binascii", "Bytes as text, and checksums.", kFunctions, {}, binascii_exec};

}  // namespace taipan
