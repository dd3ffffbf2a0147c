// Strings of JSON: escapes both ways; the module's table.
#include "runtime/import/import.h"
#include "runtime/modules/json/json.h"
#include "runtime/object/call.h"
#include "runtime/thread/local.h"
#include "runtime/types/int.h"
#include "runtime/types/tuple.h"

namespace taipan {

ErrorTag raise_json_error(Thread& t, const char* message, Str* document, usize position) {
  Local<> cls(t);
  Result<> found = import_attribute(t, "json.decoder", "JSONDecodeError");
  if (found.is_error()) return kError;
  cls.set(found);
  Result<Str> text = str_from_ascii(t, message);
  if (text.is_error()) return kError;
  Local<Str> held(t, text);
  Result<> made = call(t, cls, held, Value(document), Value::small_int(static_cast<i64>(position)));
  if (made.is_error()) return kError;
  Local<> error(t, made);
  return raise_object(t, error);
}

namespace {

int hex_digit(char32_t c) {
  if (c >= '0' && c <= '9') return static_cast<int>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<int>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<int>(c - 'A' + 10);
  return -1;
}

// Four hex digits at s[i], or -1.
i32 hex_unit(const Str* s, usize i) {
  if (i + 4 > s->length()) return -1;
  i32 u = 0;
  for (usize k = 0; k < 4; ++k) {
    int d = hex_digit(s->at(i + k));
    if (d < 0) return -1;
    u = u << 4 | d;
  }
  return u;
}

// Where the plain characters from i on end: at a quote, a backslash or (if strict) a control character.
usize plain_run(const Str* s, usize i, bool strict) {
  return with_lanes(s, [&](auto* p) {
    usize n = s->length();
    while (i < n && p[i] != '"' && p[i] != '\\' && (p[i] >= 0x20 || !strict)) ++i;
    return i;
  });
}

}  // namespace

Result<Str> json_scan_string(Thread& t, Str* s, usize start, bool strict, usize* end) {
  constexpr const char* kUnterminated = "Unterminated string starting at";
  usize n = s->length(), quote = start - 1, i = plain_run(s, start, strict);
  if (i < n && s->at(i) == '"') {
    *end = i + 1;
    return str_substring(t, s, start, i);
  }
  StrBuilder out(t);
  TRY(out.append_range(s, start, i));
  while (true) {
    if (i >= n) return raise_json_error(t, kUnterminated, s, quote);
    char32_t c = s->at(i);
    if (c == '"') {
      *end = i + 1;
      return out.finish();
    }
    if (c != '\\') return raise_json_error(t, "Invalid control character at", s, i);
    usize escape = i++;
    if (i >= n) return raise_json_error(t, kUnterminated, s, quote);
    c = s->at(i++);
    switch (c) {
      case '"': case '\\': case '/': break;
      case 'b': c = '\b'; break;
      case 'f': c = '\f'; break;
      case 'n': c = '\n'; break;
      case 'r': c = '\r'; break;
      case 't': c = '\t'; break;
      case 'u': {
        i32 unit = hex_unit(s, i);
        // CPython wants to see something behind the digits.
        if (unit < 0 || i + 4 >= n) {
          if (i + 4 >= n && (unit >= 0 || i >= n)) return raise_json_error(t, kUnterminated, s, quote);
          return raise_json_error(t, "Invalid \\uXXXX escape", s, i);
        }
        i += 4;
        c = static_cast<char32_t>(unit);
        if (unit >= 0xd800 && unit < 0xdc00 && i + 6 <= n && s->at(i) == '\\' && s->at(i + 1) == 'u') {
          i32 low = hex_unit(s, i + 2);
          if (low >= 0xdc00 && low < 0xe000) {
            c = 0x10000 + ((c - 0xd800) << 10) + (static_cast<char32_t>(low) - 0xdc00);
            i += 6;
          }
        }
        break;
      }
      default: return raise_json_error(t, "Invalid \\escape", s, escape);
    }
    TRY(out.append_char(c));
    usize run = plain_run(s, i, strict);
    TRY(out.append_range(s, i, run));
    i = run;
  }
}

Status json_append_quoted(StrBuilder& out, const Str* s, bool ascii) {
  constexpr char kHex[] = "0123456789abcdef";
  auto unit = [&](char32_t u) {
    char text[] = {'\\', 'u', kHex[u >> 12 & 15], kHex[u >> 8 & 15], kHex[u >> 4 & 15], kHex[u & 15]};
    return out.append_ascii({text, 6});
  };
  TRY(out.append_char('"'));
  usize n = s->length(), from = 0;
  for (usize i = 0;;) {
    i = with_lanes(s, [&](auto* p) {
      while (i < n && p[i] >= 0x20 && p[i] != '"' && p[i] != '\\' && (!ascii || p[i] < 0x7f)) ++i;
      return i;
    });
    if (i > from) TRY(out.append_range(s, from, i));
    if (i == n) return out.append_char('"');
    char32_t c = s->at(i);
    from = ++i;
    switch (c) {
      case '"': TRY(out.append_ascii("\\\"")); break;
      case '\\': TRY(out.append_ascii("\\\\")); break;
      case '\b': TRY(out.append_ascii("\\b")); break;
      case '\f': TRY(out.append_ascii("\\f")); break;
      case '\n': TRY(out.append_ascii("\\n")); break;
      case '\r': TRY(out.append_ascii("\\r")); break;
      case '\t': TRY(out.append_ascii("\\t")); break;
      default:
        if (c < 0x10000) {
          TRY(unit(c));
        } else {
          TRY(unit(0xd800 + ((c - 0x10000) >> 10)));
          TRY(unit(0xdc00 + ((c - 0x10000) & 0x3ff)));
        }
    }
  }
}

namespace {

Result<Str> encode(Thread& t, Value s, bool ascii, const char* name) {
  if (!is_a<Str>(s)) return raise(t, TypeError, "{}() argument must be str, not {!T}", name, s);
  StrBuilder out(t);
  TRY(out.reserve(s.as<Str>()->length() + 2, 127));
  TRY(json_append_quoted(out, s.as<Str>(), ascii));
  return out.finish();
}

Result<Tuple> scanstring(Thread& t, Str* s, ssize end, bool strict) {
  if (end < 0 || static_cast<usize>(end) > s->length()) return raise(t, ValueError, "end is out of bounds");
  usize stop;
  Local<Str> text(t, TRY(json_scan_string(t, s, static_cast<usize>(end), strict, &stop)));
  return tuple_of(t, text, Value::small_int(static_cast<i64>(stop)));
}

}  // namespace

Result<Str> json_encode_basestring(Thread& t, Value s) { return encode(t, s, false, "encode_basestring"); }
Result<Str> json_encode_basestring_ascii(Thread& t, Value s) { return encode(t, s, true, "encode_basestring_ascii"); }

namespace {

const NativeDef kFunctions[] = {
    def<json_encode_basestring>("encode_basestring($module, pystr, /)", "The str as a JSON string."),
    def<json_encode_basestring_ascii>("encode_basestring_ascii($module, pystr, /)", "The str as a JSON string of ASCII."),
    def<scanstring>("scanstring($module, pystr, end, strict=True, /)",
                    "(str, end): the JSON string whose first character is at `end`."),
};

Status json_exec(Thread& t, Module* m) {
  Local<Type> scanner(t, TRY(type_from_def(t, kJsonScannerDef))), encoder(t, TRY(type_from_def(t, kJsonEncoderDef)));
  TRY(module_add(t, m, "make_scanner", scanner));
  return module_add(t, m, "make_encoder", encoder);
}

}  // namespace

extern const ModuleDef json_module_def;
const ModuleDef json_module_def = {"_json", "The fast half of the package json.", kFunctions, {}, json_exec};

}  // namespace taipan
