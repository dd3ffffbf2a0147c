#include "runtime/types/memoryview_item.h"

#include <cmath>
#include <cstring>

#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/types/bytes_methods.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/singletons.h"

namespace taipan {

namespace {

struct NativeItem {
  char code;
  u8 size;
  enum Kind : u8 { Char, Signed, Unsigned, Bool, Float, Complex } kind;
};
constexpr NativeItem kItems[] = {
    {'c', 1, NativeItem::Char},     {'b', 1, NativeItem::Signed},   {'B', 1, NativeItem::Unsigned},
    {'?', 1, NativeItem::Bool},     {'h', 2, NativeItem::Signed},   {'H', 2, NativeItem::Unsigned},
    {'i', 4, NativeItem::Signed},   {'I', 4, NativeItem::Unsigned}, {'l', 8, NativeItem::Signed},
    {'L', 8, NativeItem::Unsigned}, {'q', 8, NativeItem::Signed},   {'Q', 8, NativeItem::Unsigned},
    {'n', 8, NativeItem::Signed},   {'N', 8, NativeItem::Unsigned}, {'P', 8, NativeItem::Unsigned},
    {'e', 2, NativeItem::Float},    {'f', 4, NativeItem::Float},    {'d', 8, NativeItem::Float},
    {'F', 8, NativeItem::Complex},  {'D', 16, NativeItem::Complex},  // written "Zf", "Zd"
};

const NativeItem* item_of(char code) {
  for (const NativeItem& item : kItems) {
    if (item.code == code) return &item;
  }
  return nullptr;
}

template <class T>
T read_as(const u8* at) {
  T v;
  std::memcpy(&v, at, sizeof v);
  return v;
}

i64 read_signed(const NativeItem& item, const u8* at) {
  switch (item.size) {
    case 1: return read_as<i8>(at);
    case 2: return read_as<i16>(at);
    case 4: return read_as<i32>(at);
    default: return read_as<i64>(at);
  }
}
u64 read_unsigned(const NativeItem& item, const u8* at) {
  switch (item.size) {
    case 1: return read_as<u8>(at);
    case 2: return read_as<u16>(at);
    case 4: return read_as<u32>(at);
    default: return read_as<u64>(at);
  }
}

f64 half_to_double(u16 h) {
  int exponent = h >> 10 & 31, fraction = h & 0x3ff;
  f64 v = exponent == 31  ? (fraction == 0 ? INFINITY : NAN)
          : exponent == 0 ? std::ldexp(fraction, -24)
                          : std::ldexp(fraction + 1024, exponent - 25);
  return h >> 15 ? -v : v;
}

// Rounds to nearest, halves to even. False: too large.
bool double_to_half(f64 d, u16* out) {
  u16 sign = std::signbit(d) ? 0x8000 : 0;
  d = std::fabs(d);
  if (std::isnan(d)) return *out = sign | 0x7e00, true;
  if (std::isinf(d)) return *out = sign | 0x7c00, true;
  if (d < 0x1p-14) {
    *out = sign | static_cast<u16>(std::nearbyint(std::ldexp(d, 24)));
    return true;
  }
  int exponent;
  f64 fraction = std::frexp(d, &exponent);  // [0.5, 1)
  u32 bits = static_cast<u32>(std::nearbyint(std::ldexp(fraction, 11)));
  if (bits == 2048) {
    bits = 1024;
    ++exponent;
  }
  if (exponent > 16) return false;
  *out = static_cast<u16>(sign | ((exponent + 14) << 10) | (bits - 1024));
  return true;
}

f64 read_float(const NativeItem& item, const u8* at) {
  switch (item.size) {
    case 2: return half_to_double(read_as<u16>(at));
    case 4: return read_as<float>(at);
    default: return read_as<f64>(at);
  }
}

struct ComplexItem {
  long double re;  // holds 64-bit ints exactly
  f64 im;
};
ComplexItem read_complex(const NativeItem& item, const u8* at) {
  if (item.size == 8) return {read_as<float>(at), read_as<float>(at + 4)};
  return {read_as<f64>(at), read_as<f64>(at + 8)};
}

Status bad_value(Thread& t, char code) {
  return raise(t, ValueError, "memoryview: invalid value for format '{}'", native_format_text(code));
}
Status bad_type(Thread& t, char code) {
  return raise(t, TypeError, "memoryview: invalid type for format '{}'", native_format_text(code));
}

void write_bits(const NativeItem& item, u8* at, u64 bits) { std::memcpy(at, &bits, item.size); }

Status pack_int(Thread& t, const NativeItem& item, u8* at, Value v) {
  if (!is_any_int(v) && type_of(v).slots.index == nullptr) return bad_type(t, item.code);
  Local<> index(t, TRY(to_index(t, v)));
  u32 bits = item.size * 8u;
  if (item.kind == NativeItem::Signed) {
    i64 i;
    if (!int_to_i64(index, &i)) return bad_value(t, item.code);
    if (bits < 64 && (i < -(i64{1} << (bits - 1)) || i >= i64{1} << (bits - 1))) return bad_value(t, item.code);
    write_bits(item, at, static_cast<u64>(i));
    return kDone;
  }
  u64 u;
  i64 negative;
  if (item.code == 'P' && int_to_i64(index, &negative)) {
    u = static_cast<u64>(negative);
  } else if (!int_to_u64(index, &u)) {
    return bad_value(t, item.code);
  }
  if (bits < 64 && u >> bits) return bad_value(t, item.code);
  write_bits(item, at, u);
  return kDone;
}

Status pack_float(Thread& t, const NativeItem& item, u8* at, Value v) {
  auto number = to_double(t, v);
  if (number.is_error()) {
    if (swallow(t, TypeError)) return bad_type(t, item.code);
    return kError;
  }
  f64 d = number.take();
  if (item.size == 8) {
    std::memcpy(at, &d, 8);
  } else if (item.size == 4) {
    float f = static_cast<float>(d);
    std::memcpy(at, &f, 4);
  } else {
    u16 h;
    if (!double_to_half(d, &h)) return bad_value(t, item.code);
    std::memcpy(at, &h, 2);
  }
  return kDone;
}

Status pack_complex(Thread& t, const NativeItem& item, u8* at, Value v) {
  if (is_a<Str>(v)) return bad_type(t, item.code);
  Result<> made = call(t, Value(&complex_type), v);
  if (made.is_error()) return swallow(t, TypeError) ? bad_type(t, item.code) : Status(kError);
  Local<> number(t, made);
  f64 parts[] = {number.value().as<Complex>()->real, number.value().as<Complex>()->imag};
  float small[] = {static_cast<float>(parts[0]), static_cast<float>(parts[1])};
  if (item.size == 16) {
    std::memcpy(at, parts, 16);
  } else {
    std::memcpy(at, small, 8);
  }
  return kDone;
}

}  // namespace

char native_format(const char* format) {
  if (*format == '@') ++format;
  if (*format == 'Z') return std::strcmp(format, "Zf") == 0 ? 'F' : std::strcmp(format, "Zd") == 0 ? 'D' : 0;
  if (*format == 'F' || *format == 'D') return 0;
  return *format != 0 && format[1] == 0 && item_of(*format) != nullptr ? *format : 0;
}
usize native_size(char format) { return item_of(format)->size; }

const char* native_format_text(char format) {
  if (format == 'F') return "Zf";
  if (format == 'D') return "Zd";
  static constexpr char kTexts[] = "c\0b\0B\0?\0h\0H\0i\0I\0l\0L\0q\0Q\0n\0N\0P\0e\0f\0d";
  for (const char* p = kTexts; p < kTexts + sizeof kTexts; p += 2) {
    if (*p == format) return p;
  }
  return "B";
}

Result<> unpack_item(Thread& t, char format, const u8* at) {
  const NativeItem& item = *item_of(format);
  switch (item.kind) {
    case NativeItem::Char: return own<>(Value(bytes_single(*at)));
    case NativeItem::Bool: return boolean(*at != 0);
    case NativeItem::Signed: return int_from_i64(t, read_signed(item, at));
    case NativeItem::Unsigned: return int_from_u64(t, read_unsigned(item, at));
    case NativeItem::Float: return float_from(t, read_float(item, at));
    case NativeItem::Complex: {
      ComplexItem c = read_complex(item, at);
      return complex_from(t, static_cast<f64>(c.re), c.im);
    }
  }
  return kError;
}

Status pack_item(Thread& t, char format, u8* at, Value v) {
  const NativeItem& item = *item_of(format);
  switch (item.kind) {
    case NativeItem::Char:
      if (!is_a<Bytes>(v)) return bad_type(t, format);
      if (v.as<Bytes>()->size() != 1) return bad_value(t, format);
      *at = v.as<Bytes>()->data()[0];
      return kDone;
    case NativeItem::Bool: *at = TRY(truth(t, v)); return kDone;
    case NativeItem::Float: return pack_float(t, item, at, v);
    case NativeItem::Complex: return pack_complex(t, item, at, v);
    default: return pack_int(t, item, at, v);
  }
}

bool items_equal(char format_a, const u8* a, char format_b, const u8* b) {
  const NativeItem &x = *item_of(format_a), &y = *item_of(format_b);
  if (x.kind == NativeItem::Char || y.kind == NativeItem::Char) return x.kind == y.kind && *a == *b;
  if (x.kind == NativeItem::Complex || y.kind == NativeItem::Complex) {
    auto value = [](const NativeItem& item, const u8* at) -> ComplexItem {
      if (item.kind == NativeItem::Complex) return read_complex(item, at);
      if (item.kind == NativeItem::Float) return {read_float(item, at), 0};
      if (item.kind == NativeItem::Signed) return {static_cast<long double>(read_signed(item, at)), 0};
      if (item.kind == NativeItem::Bool) return {*at != 0 ? 1.0 : 0.0, 0};
      return {static_cast<long double>(read_unsigned(item, at)), 0};
    };
    ComplexItem v = value(x, a), w = value(y, b);
    return v.re == w.re && v.im == w.im;
  }
  if (x.kind == NativeItem::Float || y.kind == NativeItem::Float) {
    auto value = [](const NativeItem& item, const u8* at) -> long double {  // holds 64-bit ints exactly
      if (item.kind == NativeItem::Float) return read_float(item, at);
      if (item.kind == NativeItem::Signed) return static_cast<long double>(read_signed(item, at));
      if (item.kind == NativeItem::Bool) return *at != 0;
      return static_cast<long double>(read_unsigned(item, at));
    };
    return value(x, a) == value(y, b);
  }
  auto value = [](const NativeItem& item, const u8* at) -> i128 {
    if (item.kind == NativeItem::Signed) return read_signed(item, at);
    if (item.kind == NativeItem::Bool) return *at != 0;
    return read_unsigned(item, at);
  };
  return value(x, a) == value(y, b);
}

}  // namespace taipan
