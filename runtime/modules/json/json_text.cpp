// Strings of JSON: escapes both ways; the module's table.
#include <bit>
#include <cstring>

#include "runtime/base/lanes.h"
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

// Four hex digits at p[i], or -1.
template <class Lane>
i32 hex_unit(const Lane* p, usize n, usize i) {
  if (i + 4 > n) return -1;
  i32 u = 0;
  for (usize k = 0; k < 4; ++k) {
    int d = hex_digit(p[i + k]);
    if (d < 0) return -1;
    u = u << 4 | d;
  }
  return u;
}

// Bytes of w below 0x20, equal to '"' or to '\\', or above 0x7e (if `ascii`): the lowest such byte has its top
// bit set in the result, and none below it.
u64 special_bytes(u64 w, bool control, bool ascii) {
  constexpr u64 kOnes = 0x0101010101010101, kHigh = kOnes << 7;
  auto zero_byte = [](u64 x) { return (x - kOnes) & ~x & kHigh; };
  u64 found = zero_byte(w ^ kOnes * '"') | zero_byte(w ^ kOnes * '\\');
  if (control) found |= (w - kOnes * 0x20) & ~w & kHigh;
  if (ascii) found |= (w | zero_byte(w ^ kOnes * 0x7f)) & kHigh;
  return found;
}

// Where the plain characters from i on end: at a quote, a backslash, a control character (if asked for),
// or one that is not printable ASCII (if asked for).
template <class Lane>
usize plain_run(const Lane* p, usize i, usize n, bool control, bool ascii) {
  if constexpr (sizeof(Lane) == 1) {
    for (; i + 8 <= n; i += 8) {
      u64 w;
      std::memcpy(&w, p + i, 8);
      if (u64 found = special_bytes(w, control, ascii)) return i + static_cast<usize>(std::countr_zero(found)) / 8;
    }
  }
  while (i < n && p[i] != '"' && p[i] != '\\' && (p[i] >= 0x20 || !control) && (!ascii || p[i] < 0x7f)) ++i;
  return i;
}

// The characters of a JSON string from `start` on, one after the other or in runs, to `run(from, to)` and
// `one(c)`. Gives the place of the closing quote. Raises.
template <class Lane, class Run, class One>
Result<usize> walk_string(Thread& t, Str* s, const Lane* p, usize start, bool strict, Run&& run, One&& one) {
  constexpr const char* kUnterminated = "Unterminated string starting at";
  usize n = s->length(), quote = start - 1, i = start;
  while (true) {
    usize stop = plain_run(p, i, n, strict, false);
    if (stop > i) run(i, stop);
    i = stop;
    if (i >= n) return raise_json_error(t, kUnterminated, s, quote);
    char32_t c = p[i];
    if (c == '"') return i;
    if (c != '\\') return raise_json_error(t, "Invalid control character at", s, i);
    usize escape = i++;
    if (i >= n) return raise_json_error(t, kUnterminated, s, quote);
    c = p[i++];
    switch (c) {
      case '"': case '\\': case '/': break;
      case 'b': c = '\b'; break;
      case 'f': c = '\f'; break;
      case 'n': c = '\n'; break;
      case 'r': c = '\r'; break;
      case 't': c = '\t'; break;
      case 'u': {
        i32 unit = hex_unit(p, n, i);
        if (unit < 0) return raise_json_error(t, "Invalid \\uXXXX escape", s, i - 1);
        i += 4;
        c = static_cast<char32_t>(unit);
        if (unit >= 0xd800 && unit < 0xdc00 && i + 6 <= n && p[i] == '\\' && p[i + 1] == 'u') {
          i32 low = hex_unit(p, n, i + 2);
          if (low >= 0xdc00 && low < 0xe000) {
            c = 0x10000 + ((c - 0xd800) << 10) + (static_cast<char32_t>(low) - 0xdc00);
            i += 6;
          }
        }
        break;
      }
      default: return raise_json_error(t, "Invalid \\escape", s, escape);
    }
    one(c);
  }
}

}  // namespace

// Two walks: the first measures and finds what is wrong, the second writes.
Result<Str> json_scan_string(Thread& t, Str* s, usize start, bool strict, usize* end) {
  return with_lanes(s, [&](auto* p) -> Result<Str> {
    usize n = s->length(), i = plain_run(p, start, n, strict, false);
    if (i < n && p[i] == '"') {
      *end = i + 1;
      return str_substring(t, s, start, i);
    }
    usize length = 0;
    char32_t bits = 0;  // of all characters together: their width
    auto measure_run = [&](usize from, usize to) {
      length += to - from;
      if (!s->is_ascii()) bits |= max_char_class(p + from, to - from);
    };
    auto measure_one = [&](char32_t c) {
      ++length;
      bits |= c;
    };
    usize quote = TRY(walk_string(t, s, p, start, strict, measure_run, measure_one));
    *end = quote + 1;
    char32_t max = char_class(bits);
    if (length == 1 && max <= 0xff) return own(str_single(static_cast<u8>(bits)));  // one escape
    Result<Str> made = str_allocate(t, length, max);
    if (made.is_error() || length == 0) return made;
    Str* out = made.word().as<Str>();
    auto fill = [&](auto* to) {
      using To = std::remove_cvref_t<decltype(*to)>;
      auto run = [&](usize from, usize stop) {
        copy_lanes(p + from, stop - from, to);
        to += stop - from;
      };
      auto one = [&](char32_t c) { *to++ = static_cast<To>(c); };
      (void)walk_string(t, s, p, start, strict, run, one);  // nothing is wrong: seen above
    };
    switch (out->width()) {
      case Str::kTwo: fill(reinterpret_cast<char16_t*>(out->data())); break;
      case Str::kFour: fill(reinterpret_cast<char32_t*>(out->data())); break;
      default: fill(out->data());
    }
    return made;
  });
}

namespace {

// What stands for c in a JSON string; most 12 characters. Gives the end.
u8* put_escaped(u8* to, char32_t c) {
  constexpr char kHex[] = "0123456789abcdef";
  auto unit = [&](char32_t u) {
    *to++ = '\\';
    *to++ = 'u';
    for (int shift = 12; shift >= 0; shift -= 4) *to++ = static_cast<u8>(kHex[u >> shift & 15]);
  };
  auto pair = [&](char letter) {
    *to++ = '\\';
    *to++ = static_cast<u8>(letter);
  };
  switch (c) {
    case '"': pair('"'); break;
    case '\\': pair('\\'); break;
    case '\b': pair('b'); break;
    case '\f': pair('f'); break;
    case '\n': pair('n'); break;
    case '\r': pair('r'); break;
    case '\t': pair('t'); break;
    default:
      if (c < 0x10000) {
        unit(c);
      } else {
        unit(0xd800 + ((c - 0x10000) >> 10));
        unit(0xdc00 + ((c - 0x10000) & 0x3ff));
      }
  }
  return to;
}

// All of it into the room of the builder: runs of specials cost no checks.
template <class Lane>
Result<bool> append_ascii_quoted(StrBuilder& out, const Lane* p, usize n) {
  constexpr usize kBlock = 128;  // characters; room for all of them escaped
  for (usize i = 0; i < n;) {
    usize stop = n - i < kBlock ? n : i + kBlock;
    u8* room = TRY(out.ascii_room(12 * (stop - i)));
    if (room == nullptr) return false;
    u8* to = room;
    while (i < stop) {
      usize run = plain_run(p, i, stop, true, true);
      if constexpr (sizeof(Lane) == 1) {
        std::memcpy(to, p + i, run - i);
        to += run - i;
      } else {
        for (usize k = i; k < run; ++k) *to++ = static_cast<u8>(p[k]);
      }
      i = run;
      if (i < stop) to = put_escaped(to, p[i++]);
    }
    out.advance(static_cast<usize>(to - room));
  }
  return true;
}

}  // namespace

Status json_append_quoted(StrBuilder& out, const Str* s, bool ascii) {
  usize n = s->length();
  TRY(out.append_char('"'));
  bool done = false;
  if (ascii && n > 0) {
    if (s->is_ascii()) {  // nothing to escape, mostly
      usize run = plain_run(s->data(), 0, n, true, true);
      if (run == n) {
        TRY(out.append_range(s, 0, n));
        return out.append_char('"');
      }
    }
    done = TRY(with_lanes(s, [&](auto* p) { return append_ascii_quoted(out, p, n); }));
  }
  for (usize i = 0; !done && i < n;) {
    usize run = with_lanes(s, [&](auto* p) { return plain_run(p, i, n, true, ascii); });
    TRY(out.append_range(s, i, run));
    i = run;
    if (i == n) break;
    u8 text[12];
    u8* stop = put_escaped(text, s->at(i++));
    TRY(out.append_ascii({reinterpret_cast<char*>(text), static_cast<usize>(stop - text)}));
  }
  return out.append_char('"');
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
