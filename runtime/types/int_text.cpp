// Text of ints: int(str, base) and str(int), through GMP's sub-quadratic conversions.
// The digit limit guards against quadratic-time input (sys.set_int_max_str_digits).
#include <cstring>

#include "runtime/object/error.h"
#include "runtime/types/int.h"
#include "runtime/types/int_view.h"
#include "runtime/types/str.h"

namespace taipan {

Atomic<i64> g_int_max_str_digits{4300};

namespace {

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'z') return c - 'a' + 10;
  if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
  return 99;
}

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool is_power_of_two(int base) { return (base & (base - 1)) == 0; }

}  // namespace

// Result absent(): the text is no number (the caller words the ValueError, with the repr of its argument).
Result<> int_parse(Thread& t, const char* s, usize n, int base) {
  const char *p = s, *end = s + n;
  while (p < end && is_space(*p)) ++p;
  while (end > p && is_space(end[-1])) --end;
  bool negative = false;
  if (p < end && (*p == '+' || *p == '-')) negative = *p++ == '-';
  bool prefixed = false;
  if (end - p >= 2 && p[0] == '0') {
    int named = p[1] == 'x' || p[1] == 'X' ? 16 : p[1] == 'o' || p[1] == 'O' ? 8
                : p[1] == 'b' || p[1] == 'B' ? 2 : 0;
    if (named != 0 && (base == 0 || base == named)) {
      base = named;
      p += 2;
      prefixed = true;
      if (p < end && *p == '_') ++p;  // 0x_ff
    }
  }
  bool zero_only = false;
  if (base == 0) {
    base = 10;
    zero_only = p < end && *p == '0' && !prefixed;  // "010" is an error with base 0, "00" is not
  }
  usize digits = 0;
  bool last_underscore = true, any_nonzero = false;
  for (const char* q = p; q < end; ++q) {
    if (*q == '_') {
      if (last_underscore) return Result<>::absent();
      last_underscore = true;
      continue;
    }
    int d = digit_value(*q);
    if (d >= base) return Result<>::absent();
    any_nonzero |= d != 0;
    last_underscore = false;
    ++digits;
  }
  if (digits == 0 || last_underscore || (zero_only && any_nonzero)) return Result<>::absent();
  if (digits <= 11 || (base <= 10 && digits <= 18)) {
    i64 value = 0;
    for (const char* q = p; q < end; ++q) {
      if (*q != '_') value = value * base + digit_value(*q);
    }
    return int_from_i64(t, negative ? -value : value);
  }
  i64 limit = g_int_max_str_digits.load_relaxed();  // a setting: any recent value will do
  if (!is_power_of_two(base) && limit > 0 && digits > static_cast<usize>(limit)) {
    return raise(t, ValueError,
                 "Exceeds the limit ({} digits) for integer string conversion: value has {} digits; "
                 "use sys.set_int_max_str_digits() to increase the limit",
                 static_cast<long>(limit), static_cast<unsigned long>(digits));
  }
  u8* values = static_cast<u8*>(buffer_allocate(t, digits));
  if (values == nullptr) return (void)raise_memory_error(t), kError;
  usize k = 0;
  for (const char* q = p; q < end; ++q) {
    if (*q != '_') values[k++] = static_cast<u8>(digit_value(*q));
  }
  usize bits_per_digit = 1;
  while ((1 << bits_per_digit) < base) ++bits_per_digit;
  IntBuilder b(t, digits * bits_per_digit / 64 + 2);
  if (!b.ok()) {
    buffer_free(values, digits);
    return kError;
  }
  usize used = static_cast<usize>(mpn_set_str(b.limbs(), values, digits, base));
  buffer_free(values, digits);
  std::memset(b.limbs() + used, 0, (b.size() - used) * sizeof(Limb));
  return b.finish(negative);
}

Result<> int_from_text(Thread& t, const char* s, usize n, int base) {
  Result<> r = int_parse(t, s, n, base);
  if (!r.is_absent()) return r;
  auto text = str_from_utf8_surrogateescape(t, {s, n});
  if (text.is_error()) return kError;
  ErrorTag error =
      raise(t, ValueError, "invalid literal for int() with base {}: {!r}", base, text.word());
  drop(text);
  return error;
}

Result<Str> int_to_text(Thread& t, Value v, int base) {
  IntView a(v);
  char small[72];
  if (a.size() <= 1) {
    char* p = small + sizeof small;
    u64 m = a[0];
    if (base == 10) {  // division by a constant
      for (; m >= 10; m /= 10) *--p = static_cast<char>('0' + m % 10);
      *--p = static_cast<char>('0' + m);
      if (a.is_negative() && m != 0) *--p = '-';
      return str_from_ascii(t, {p, static_cast<usize>(small + sizeof small - p)});
    }
    do {
      *--p = "0123456789abcdefghijklmnopqrstuvwxyz"[m % static_cast<u64>(base)];
      m /= static_cast<u64>(base);
    } while (m != 0);
    if (a.is_negative() && !a.is_zero()) *--p = '-';
    return str_from_ascii(t, {p, static_cast<usize>(small + sizeof small - p)});
  }
  i64 limit = g_int_max_str_digits.load_relaxed();  // a setting: any recent value will do
  bool limited = !is_power_of_two(base) && limit > 0;
  auto too_long = [&]() -> Result<Str> {
    return raise(t, ValueError,
                 "Exceeds the limit ({} digits) for integer string conversion; use "
                 "sys.set_int_max_str_digits() to increase the limit",
                 static_cast<long>(limit));
  };
  // log10(2) > 0.30102; a lower bound on the digits answers hopeless cases before the work
  if (limited && static_cast<f64>(a.bit_length() - 1) * 0.30102 > static_cast<f64>(limit)) {
    return too_long();
  }
  usize room = mpn_sizeinbase(a.limbs(), static_cast<mp_size_t>(a.size()), base) + 2;
  usize scratch_bytes = (a.size() + 1) * sizeof(Limb);
  Limb* scratch = static_cast<Limb*>(buffer_allocate(t, scratch_bytes));
  u8* digits = static_cast<u8*>(buffer_allocate(t, room));
  if (scratch == nullptr || digits == nullptr) {
    if (scratch) buffer_free(scratch, scratch_bytes);
    if (digits) buffer_free(digits, room);
    return (void)raise_memory_error(t), kError;
  }
  std::memcpy(scratch, a.limbs(), a.size() * sizeof(Limb));  // mpn_get_str destroys its input
  usize n = mpn_get_str(digits + 1, base, scratch, static_cast<mp_size_t>(a.size()));
  buffer_free(scratch, scratch_bytes);
  u8* p = digits + 1;
  while (n > 1 && *p == 0) ++p, --n;
  for (usize i = 0; i < n; ++i) p[i] = static_cast<u8>("0123456789abcdefghijklmnopqrstuvwxyz"[p[i]]);
  if (limited && n > static_cast<usize>(limit)) {
    buffer_free(digits, room);
    return too_long();
  }
  if (a.is_negative()) {
    *--p = '-';
    ++n;
  }
  Result<Str> r = str_from_ascii(t, {reinterpret_cast<char*>(p), n});
  buffer_free(digits, room);
  return r;
}

}  // namespace taipan
