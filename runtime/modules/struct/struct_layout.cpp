#include "runtime/modules/struct/struct_layout.h"

#include <cmath>
#include <cstring>

#include "runtime/object/call.h"
#include "runtime/thread/local.h"
#include "runtime/types/bytes.h"
#include "runtime/types/bytearray.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

struct CodeSize {
  u8 size, align;
};
// {0, 0}: no such code.
CodeSize code_size(char code, bool native) {
  switch (code) {
    case 'x': case 'b': case 'B': case 'c': case 's': case 'p': case '?': return {1, 1};
    case 'h': case 'H': case 'e': return {2, 2};
    case 'i': case 'I': case 'f': return {4, 4};
    case 'l': case 'L': return native ? CodeSize{8, 8} : CodeSize{4, 4};
    case 'q': case 'Q': case 'd': return {8, 8};
    case 'F': return {8, 4};
    case 'D': return {16, 8};
    case 'n': case 'N': case 'P': return native ? CodeSize{8, 8} : CodeSize{0, 0};
    default: return {0, 0};
  }
}

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Walks the format twice: to count, then to fill in.
class Compiler {
 public:
  Compiler(Thread& t, const char* format, usize n) : t_(t), at_(format), end_(format + n) {
    if (n == 0) return;
    switch (*at_) {
      case '<': native_ = false; ++at_; break;
      case '>': case '!': native_ = false; big_ = true; ++at_; break;
      case '=': native_ = false; ++at_; break;
      case '@': ++at_; break;
      default: break;
    }
  }
  bool big_endian() const { return big_; }
  Status run(FormatField* fields) {
    for (const char* p = at_; p < end_;) {
      char c = *p++;
      if (is_space(c)) continue;
      if (c == 0) return raise(t_, *g_struct_error, "embedded null character");
      u64 n = 1;
      if (c >= '0' && c <= '9') {
        n = static_cast<u64>(c - '0');
        for (; p < end_ && *p >= '0' && *p <= '9'; ++p) {
          if (n > (static_cast<u64>(INT64_MAX) - static_cast<u64>(*p - '0')) / 10) return too_long();
          n = n * 10 + static_cast<u64>(*p - '0');
        }
        if (p == end_) return raise(t_, *g_struct_error, "repeat count given without format specifier");
        c = *p++;
      }
      if (c == 'Z' && p < end_) c = *p == 'f' ? (++p, 'F') : *p == 'd' ? (++p, 'D') : c;  // two names for complex
      CodeSize s = code_size(c, native_);
      if (s.size == 0) return raise(t_, *g_struct_error, "bad char in struct format");
      if (native_) size = (size + s.align - 1) / s.align * s.align;
      if (size > static_cast<u64>(INT64_MAX)) return too_long();
      bool one = c == 's' || c == 'p';
      if (c != 'x' && (one || n > 0)) {
        if (fields != nullptr) fields[count] = {size, n, s.size, c};
        ++count;
        values += one ? 1 : n;
      }
      if (n > (static_cast<u64>(INT64_MAX) - size) / s.size) return too_long();
      size += n * s.size;
    }
    return kDone;
  }
  u64 size = 0, values = 0, count = 0;

 private:
  Status too_long() { return raise(t_, *g_struct_error, "total struct size too long"); }
  Thread& t_;
  const char* at_;
  const char* end_;
  bool native_ = true, big_ = false;
};

void put(u8* out, u64 bits, usize size, bool big) {
  if (big) {
    for (usize i = size; i-- > 0; bits >>= 8) out[i] = static_cast<u8>(bits);
  } else {
    std::memcpy(out, &bits, size);  // both targets are little-endian
  }
}
u64 get(const u8* in, usize size, bool big) {
  u64 bits = 0;
  if (big) {
    for (usize i = 0; i < size; ++i) bits = bits << 8 | in[i];
  } else {
    std::memcpy(&bits, in, size);
  }
  return bits;
}

Status range_error(Thread& t, char code, usize size, bool is_signed) {
  char name[2] = {code, 0};
  const char* text = name;
  if (is_signed) {
    i64 high = static_cast<i64>((u64{1} << (size * 8 - 1)) - 1);
    return raise(t, *g_struct_error, "'{}' format requires {} <= number <= {}", text, -high - 1, high);
  }
  u64 high = size == 8 ? UINT64_MAX : (u64{1} << (size * 8)) - 1;
  return raise(t, *g_struct_error, "'{}' format requires 0 <= number <= {}", text, high);
}

Status pack_int(Thread& t, const FormatField& f, Value v, bool big, u8* out) {
  bool is_signed = f.code >= 'a';
  Local<> held(t);
  if (!is_any_int(v)) {
    if (type_of(v).slots.index == nullptr) {
      return raise(t, *g_struct_error, "required argument is not an integer");
    }
    held.set(TRY(to_index(t, v)));
    v = held;
  }
  u64 bits;
  if (f.code == 'P') {
    i64 i;
    if (int_to_i64(v, &i)) {
      bits = static_cast<u64>(i);
    } else if (!int_to_u64(v, &bits)) {
      return raise(t, *g_struct_error, "int too large to convert");
    }
  } else if (is_signed) {
    i64 i, high = static_cast<i64>((u64{1} << (f.size * 8 - 1)) - 1);
    if (!int_to_i64(v, &i) || i > high || i < -high - 1) return range_error(t, f.code, f.size, true);
    bits = static_cast<u64>(i);
  } else {
    if (!int_to_u64(v, &bits) || (f.size < 8 && bits >> (f.size * 8) != 0)) {
      return range_error(t, f.code, f.size, false);
    }
  }
  put(out, bits, f.size, big);
  return kDone;
}

Status pack_double(Thread& t, char code, f64 d, bool big, u8* out) {
  if (code == 'd') return put(out, std::bit_cast<u64>(d), 8, big), kDone;
  if (code == 'e') {
    u16 half;
    if (!half_from_double(d, &half)) return raise(t, OverflowError, "float too large to pack with e format");
    return put(out, half, 2, big), kDone;
  }
  float single = static_cast<float>(d);
  if (std::isinf(single) && !std::isinf(d)) return raise(t, OverflowError, "float too large to pack with f format");
  return put(out, std::bit_cast<u32>(single), 4, big), kDone;
}

Result<f64> float_argument(Thread& t, Value v) {
  if (v.is_float()) return v.as_float();
  Result<f64> d = to_double(t, v);
  if (d.is_error()) {
    clear_error(t);
    return raise(t, *g_struct_error, "required argument is not a float");
  }
  return d;
}

Status pack_complex(Thread& t, const FormatField& f, Value v, bool big, u8* out) {
  f64 re, im = 0;
  if (is_a<Complex>(v)) {
    re = v.as<Complex>()->real;
    im = v.as<Complex>()->imag;
  } else {
    Local<> c(t);
    Result<> made = call(t, &complex_type, v);
    if (made.is_error() || is_a<Str>(v)) {
      drop(made);
      clear_error(t);
      return raise(t, *g_struct_error, "required argument is not a complex");
    }
    c.set(made);
    re = c.value().as<Complex>()->real;
    im = c.value().as<Complex>()->imag;
  }
  char part = f.code == 'F' ? 'f' : 'd';
  TRY(pack_double(t, part, re, big, out));
  return pack_double(t, part, im, big, out + f.size / 2);
}

// 's' and 'p': bytes or bytearray, cut to fit.
Status pack_text(Thread& t, const FormatField& f, Value v, u8* out) {
  char name[2] = {f.code, 0};
  if (!is_a<Bytes>(v) && !is_bytearray(v)) {
    return raise(t, *g_struct_error, "argument for '{}' must be a bytes object", static_cast<const char*>(name));
  }
  Local<Bytes> bytes(t, is_a<Bytes>(v) ? own(v.as<Bytes>()) : TRY(bytes_from_object(t, v)));
  usize n = bytes->size();
  if (f.code == 's') {
    std::memcpy(out, bytes->data(), std::min<usize>(n, f.repeat));
  } else if (f.repeat > 0) {
    n = std::min<usize>(n, f.repeat - 1);
    std::memcpy(out + 1, bytes->data(), n);
    out[0] = static_cast<u8>(std::min<usize>(n, 255));
  }
  return kDone;
}

Status pack_one(Thread& t, const FormatField& f, Value v, bool big, u8* out) {
  switch (f.code) {
    case 'c':
      if (!is_a<Bytes>(v) || v.as<Bytes>()->size() != 1) {
        return raise(t, *g_struct_error, "char format requires a bytes object of length 1");
      }
      *out = v.as<Bytes>()->data()[0];
      return kDone;
    case '?': *out = TRY(truth(t, v)); return kDone;
    case 'e': case 'f': case 'd': return pack_double(t, f.code, TRY(float_argument(t, v)), big, out);
    case 'F': case 'D': return pack_complex(t, f, v, big, out);
    case 's': case 'p': return pack_text(t, f, v, out);
    default: return pack_int(t, f, v, big, out);
  }
}

f64 unpack_double(char code, const u8* in, bool big) {
  if (code == 'd') return std::bit_cast<f64>(get(in, 8, big));
  if (code == 'e') return half_to_double(static_cast<u16>(get(in, 2, big)));
  return static_cast<f64>(std::bit_cast<float>(static_cast<u32>(get(in, 4, big))));
}

Result<> unpack_one(Thread& t, const FormatField& f, const u8* in, bool big) {
  auto text = [](const u8* p, usize n) { return std::string_view(reinterpret_cast<const char*>(p), n); };
  switch (f.code) {
    case 'c': return bytes_from(t, text(in, 1));
    case '?': return boolean(*in != 0);
    case 'e': case 'f': case 'd': return float_from(t, unpack_double(f.code, in, big));
    case 'F': return complex_from(t, unpack_double('f', in, big), unpack_double('f', in + 4, big));
    case 'D': return complex_from(t, unpack_double('d', in, big), unpack_double('d', in + 8, big));
    case 's': return bytes_from(t, text(in, f.repeat));
    case 'p': {
      if (f.repeat == 0) return bytes_from(t, {});
      return bytes_from(t, text(in + 1, std::min<usize>(in[0], f.repeat - 1)));
    }
    default: break;
  }
  u64 bits = get(in, f.size, big);
  if (f.code >= 'a') {
    unsigned unused = 64 - f.size * 8u;
    return int_from_i64(t, static_cast<i64>(bits << unused) >> unused);
  }
  return int_from_u64(t, bits);
}

}  // namespace

bool half_from_double(f64 v, u16* out) {
  u64 bits = std::bit_cast<u64>(v);
  u16 sign = static_cast<u16>(bits >> 48 & 0x8000);
  if (std::isnan(v)) {
    u16 payload = static_cast<u16>(bits >> 42 & 0x3ff);
    return *out = static_cast<u16>(sign | 0x7c00 | (payload ? payload : 0x200)), true;
  }
  if (std::isinf(v)) return *out = sign | 0x7c00, true;
  f64 a = std::fabs(v);
  int exponent = a == 0 ? -14 : std::max(std::ilogb(a), -14);
  if (exponent > 15) return false;
  // Units of the last place of a half; rint() rounds to even, and 2048 carries into the exponent by itself.
  u32 units = static_cast<u32>(std::rint(std::ldexp(a, 10 - exponent)));
  u32 magnitude = units < 1024 ? units : static_cast<u32>((exponent + 14) * 1024) + units;
  if (magnitude >= 0x7c00) return false;
  return *out = static_cast<u16>(sign | magnitude), true;
}

f64 half_to_double(u16 bits) {
  u32 exponent = bits >> 10 & 31, fraction = bits & 0x3ff;
  if (exponent == 31 && fraction != 0) {
    return std::bit_cast<f64>(static_cast<u64>(bits & 0x8000) << 48 | u64{0x7ff} << 52 | static_cast<u64>(fraction) << 42);
  }
  f64 v = exponent == 31 ? INFINITY
          : exponent == 0 ? std::ldexp(static_cast<f64>(fraction), -24)
                          : std::ldexp(static_cast<f64>(fraction + 1024), static_cast<int>(exponent) - 25);
  return bits & 0x8000 ? -v : v;
}

StructLayout* struct_compile(Thread& t, const char* format, usize length) {
  Compiler count(t, format, length);
  if (count.run(nullptr).is_error()) return nullptr;
  auto* layout = static_cast<StructLayout*>(buffer_allocate(t, StructLayout::storage(count.count)));
  if (layout == nullptr) return (void)raise_memory_error(t), nullptr;
  Compiler fill(t, format, length);
  MUST(fill.run(layout->fields));
  layout->size = fill.size;
  layout->values = fill.values;
  layout->count = fill.count;
  layout->big_endian = fill.big_endian();
  return layout;
}

Status struct_pack_values(Thread& t, const StructLayout& layout, const Value* values, u8* out) {
  std::memset(out, 0, layout.size);
  for (u64 k = 0; k < layout.count; ++k) {
    const FormatField& f = layout.fields[k];
    u64 n = f.code == 's' || f.code == 'p' ? 1 : f.repeat;
    for (u64 i = 0; i < n; ++i) TRY(pack_one(t, f, *values++, layout.big_endian, out + f.offset + i * f.size));
  }
  return kDone;
}

Result<Tuple> struct_unpack_values(Thread& t, const StructLayout& layout, const u8* in) {
  Local<Tuple> all(t, TRY(tuple_new(t, layout.values)));
  usize at = 0;
  for (u64 k = 0; k < layout.count; ++k) {
    const FormatField& f = layout.fields[k];
    u64 n = f.code == 's' || f.code == 'p' ? 1 : f.repeat;
    for (u64 i = 0; i < n; ++i) {
      all->items()[at++].init(TRY(unpack_one(t, f, in + f.offset + i * f.size, layout.big_endian)));
    }
  }
  return all.give();
}

}  // namespace taipan
