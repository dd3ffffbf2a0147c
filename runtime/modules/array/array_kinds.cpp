// The machine types of array.array.
#include <algorithm>
#include <cstring>
#include <limits>

#include "runtime/modules/array/array.h"
#include "runtime/modules/struct/struct_layout.h"
#include "runtime/object/call.h"
#include "runtime/thread/local.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/str.h"

namespace taipan {

namespace {

template <class T>
T read(const u8* p) {
  T v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
template <class T>
void write(u8* p, T v) {
  std::memcpy(p, &v, sizeof v);
}

template <class T>
Result<> get_int(Thread& t, const u8* p) {
  if constexpr (std::is_signed_v<T>) return int_from_i64(t, read<T>(p));
  return int_from_u64(t, static_cast<u64>(read<T>(p)));
}


// Small types: "signed char is greater than maximum".
template <class T>
Status set_small(Thread& t, Value v, u8* p, const char* what) {
  Local<> i(t, TRY(to_index(t, v)));
  i64 x;
  if (!int_to_i64(i, &x)) x = int_sign(i) < 0 ? INT64_MIN : INT64_MAX;
  if (x > static_cast<i64>(std::numeric_limits<T>::max())) return raise(t, OverflowError, "{} is greater than maximum", what);
  if (x < static_cast<i64>(std::numeric_limits<T>::min())) return raise(t, OverflowError, "{} is less than minimum", what);
  write(p, static_cast<T>(x));
  return kDone;
}
Status set_i8(Thread& t, Value v, u8* p) { return set_small<i8>(t, v, p, "signed char"); }
Status set_u8(Thread& t, Value v, u8* p) { return set_small<u8>(t, v, p, "unsigned byte integer"); }
Status set_i16(Thread& t, Value v, u8* p) { return set_small<i16>(t, v, p, "signed short integer"); }
Status set_u16(Thread& t, Value v, u8* p) { return set_small<u16>(t, v, p, "unsigned short"); }
Status set_i32(Thread& t, Value v, u8* p) { return set_small<i32>(t, v, p, "signed integer"); }

template <bool kLong>
Status set_i64(Thread& t, Value v, u8* p) {
  Local<> i(t, TRY(to_index(t, v)));
  i64 x;
  if (!int_to_i64(i, &x)) {
    return raise(t, OverflowError, kLong ? "Python int too large to convert to C long" : "int too big to convert");
  }
  write(p, x);
  return kDone;
}
template <class T, bool kLong>
Status set_unsigned(Thread& t, Value v, u8* p) {
  Local<> i(t, TRY(to_index(t, v)));
  u64 x;
  if (int_sign(i) < 0) {
    return raise(t, OverflowError, kLong ? "can't convert negative value to unsigned int" : "can't convert negative int to unsigned");
  }
  if (!int_to_u64(i, &x)) {
    return raise(t, OverflowError, kLong ? "Python int too large to convert to C unsigned long" : "int too big to convert");
  }
  if (x > std::numeric_limits<T>::max()) return raise(t, OverflowError, "unsigned int is greater than maximum");
  write(p, static_cast<T>(x));
  return kDone;
}

Result<> get_char(Thread& t, const u8* p) {
  u32 c = read<u32>(p);
  if (c > 0x10ffff) return raise(t, ValueError, "character U+{} is not in range [U+0000; U+10ffff]", c);
  return str_from_char(t, c);
}
Status set_char(Thread& t, Value v, u8* p) {
  if (!is_a<Str>(v)) return raise(t, TypeError, "array item must be a unicode character, not {!T}", v);
  Str* s = v.as<Str>();
  if (s->length() != 1) {
    return raise(t, TypeError, "array item must be a unicode character, not a string of length {}", s->length());
  }
  write(p, static_cast<u32>(s->at(0)));
  return kDone;
}

Result<> get_half(Thread& t, const u8* p) { return float_from(t, half_to_double(read<u16>(p))); }
Status set_half(Thread& t, Value v, u8* p) {
  u16 half;
  if (!half_from_double(TRY(to_double(t, v)), &half)) {
    return raise(t, OverflowError, "float too large to pack with e format");
  }
  write(p, half);
  return kDone;
}
Result<> get_single(Thread& t, const u8* p) { return float_from(t, static_cast<f64>(read<float>(p))); }
Status set_single(Thread& t, Value v, u8* p) {
  write(p, static_cast<float>(TRY(to_double(t, v))));
  return kDone;
}
Result<> get_double(Thread& t, const u8* p) { return float_from(t, read<f64>(p)); }
Status set_double(Thread& t, Value v, u8* p) {
  write(p, TRY(to_double(t, v)));
  return kDone;
}

template <class T>
Result<> get_complex(Thread& t, const u8* p) {
  return complex_from(t, static_cast<f64>(read<T>(p)), static_cast<f64>(read<T>(p + sizeof(T))));
}
template <class T>
Status set_complex(Thread& t, Value v, u8* p) {
  f64 re, im = 0;
  if (is_a<Complex>(v)) {
    re = v.as<Complex>()->real;
    im = v.as<Complex>()->imag;
  } else if (is_a<Str>(v)) {
    return raise(t, TypeError, "must be complex number, not str");
  } else {
    Local<> c(t, TRY(call(t, &complex_type, v)));
    re = c.value().as<Complex>()->real;
    im = c.value().as<Complex>()->imag;
  }
  write(p, static_cast<T>(re));
  write(p + sizeof(T), static_cast<T>(im));
  return kDone;
}

}  // namespace

bool ArrayKind::is_float() const { return code[0] == 'e' || code[0] == 'f' || code[0] == 'd' || code[0] == 'Z'; }

const ArrayKind kArrayKinds[] = {
    {"b", "b", 1, 1, get_int<i8>, set_i8},
    {"B", "B", 1, 0, get_int<u8>, set_u8},
    {"u", "w", 4, 20, get_char, set_char},
    {"w", "w", 4, 20, get_char, set_char},
    {"h", "h", 2, 4, get_int<i16>, set_i16},
    {"H", "H", 2, 2, get_int<u16>, set_u16},
    {"i", "i", 4, 8, get_int<i32>, set_i32},
    {"I", "I", 4, 6, get_int<u32>, set_unsigned<u32, true>},
    {"l", "l", 8, 12, get_int<i64>, set_i64<true>},
    {"L", "L", 8, 10, get_int<u64>, set_unsigned<u64, true>},
    {"q", "q", 8, 12, get_int<i64>, set_i64<false>},
    {"Q", "Q", 8, 10, get_int<u64>, set_unsigned<u64, false>},
    {"e", "e", 2, 26, get_half, set_half},
    {"f", "f", 4, 14, get_single, set_single},
    {"d", "d", 8, 16, get_double, set_double},
    {"Zf", "Zf", 8, 22, get_complex<float>, set_complex<float>},
    {"Zd", "Zd", 16, 24, get_complex<f64>, set_complex<f64>},
};
const usize kArrayKindCount = std::size(kArrayKinds);

const ArrayKind* array_kind(const Str* code) {
  for (const ArrayKind& k : kArrayKinds) {
    if (str_equals(code, k.code)) return &k;
  }
  return nullptr;
}

bool array_format_known(i64 format) { return format >= 0 && format <= 27; }

Result<> array_item_from_format(Thread& t, i64 format, const u8* item, usize* size) {
  constexpr u8 kSizes[] = {1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 8, 8, 8, 8, 4, 4, 8, 8, 2, 2, 4, 4, 8, 8, 16, 16, 2, 2};
  usize n = *size = kSizes[format];
  if (item == nullptr) return Result<>::absent();
  u8 native[kMaxArrayItem];
  std::memcpy(native, item, n);
  if (format >= 2 && (format & 1) != 0) {  // the other byte order; complex numbers part by part
    usize part = format >= 22 && format < 26 ? n / 2 : n;
    for (usize at = 0; at < n; at += part) std::reverse(native + at, native + at + part);
  }
  switch (format & ~i64{format >= 2}) {
    case 0: return get_int<u8>(t, native);
    case 1: return get_int<i8>(t, native);
    case 2: return get_int<u16>(t, native);
    case 4: return get_int<i16>(t, native);
    case 6: return get_int<u32>(t, native);
    case 8: return get_int<i32>(t, native);
    case 10: return get_int<u64>(t, native);
    case 12: return get_int<i64>(t, native);
    case 14: return get_single(t, native);
    case 16: return get_double(t, native);
    case 18: return str_from_char(t, read<u16>(native));
    case 20: return get_char(t, native);
    case 22: return get_complex<float>(t, native);
    case 24: return get_complex<f64>(t, native);
    default: return get_half(t, native);
  }
}

}  // namespace taipan
