// bytes and bytearray: changes of case and the is...() questions, for ASCII alone.
#include "runtime/base/lanes.h"
#include "runtime/types/bytes_methods.h"

namespace taipan {

namespace {

bool is_lower(u8 c) { return c >= 'a' && c <= 'z'; }
bool is_upper(u8 c) { return c >= 'A' && c <= 'Z'; }
bool is_alpha(u8 c) { return is_lower(c | 0x20); }
bool is_digit(u8 c) { return c >= '0' && c <= '9'; }
bool is_space(u8 c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
u8 to_lower(u8 c) { return is_upper(c) ? c | 0x20 : c; }
u8 to_upper(u8 c) { return is_lower(c) ? c & ~0x20 : c; }

template <class Map>
Result<> map_bytes(Thread& t, bool array, Value self, Map map) {
  ByteSource s;
  TRY(s.get(t, self));
  u8* out;
  Result<> r = new_bytes_like(t, array, s.size(), &out);
  if (r.is_error()) return kError;
  for (usize i = 0; i < s.size(); ++i) out[i] = map(s.data()[i], i);
  return r;
}

template <class Test>
Result<bool> all_bytes(Thread& t, Value self, Test test) {
  ByteSource s;
  TRY(s.get(t, self));
  for (usize i = 0; i < s.size(); ++i) {
    if (!test(s.data()[i])) return false;
  }
  return s.size() != 0;
}

}  // namespace

template <bool kArray>
Result<> bytes_lower(Thread& t, Value self) {
  return map_bytes(t, kArray, self, [](u8 c, usize) { return to_lower(c); });
}
template <bool kArray>
Result<> bytes_upper(Thread& t, Value self) {
  return map_bytes(t, kArray, self, [](u8 c, usize) { return to_upper(c); });
}
template <bool kArray>
Result<> bytes_title(Thread& t, Value self) {
  bool inside = false;
  return map_bytes(t, kArray, self, [&](u8 c, usize) {
    u8 r = inside ? to_lower(c) : to_upper(c);
    inside = is_alpha(c);
    return r;
  });
}
template <bool kArray>
Result<> bytes_capitalize(Thread& t, Value self) {
  return map_bytes(t, kArray, self, [](u8 c, usize i) { return i == 0 ? to_upper(c) : to_lower(c); });
}
template <bool kArray>
Result<> bytes_swapcase(Thread& t, Value self) {
  return map_bytes(t, kArray, self, [](u8 c, usize) { return is_alpha(c) ? static_cast<u8>(c ^ 0x20) : c; });
}
template <bool kArray>
Result<bool> bytes_isalnum(Thread& t, Value self) {
  return all_bytes(t, self, [](u8 c) { return is_alpha(c) || is_digit(c); });
}
template <bool kArray>
Result<bool> bytes_isalpha(Thread& t, Value self) {
  return all_bytes(t, self, is_alpha);
}
template <bool kArray>
Result<bool> bytes_isascii(Thread& t, Value self) {
  ByteSource s;
  TRY(s.get(t, self));
  return is_ascii(s.data(), s.size());
}
template <bool kArray>
Result<bool> bytes_isdigit(Thread& t, Value self) {
  return all_bytes(t, self, is_digit);
}
template <bool kArray>
Result<bool> bytes_islower(Thread& t, Value self) {
  bool found = false;
  bool clean = TRY(all_bytes(t, self, [&](u8 c) {
    found |= is_lower(c);
    return !is_upper(c);
  }));
  return clean && found;
}
template <bool kArray>
Result<bool> bytes_isspace(Thread& t, Value self) {
  return all_bytes(t, self, is_space);
}
template <bool kArray>
Result<bool> bytes_istitle(Thread& t, Value self) {
  bool inside = false, found = false;
  bool clean = TRY(all_bytes(t, self, [&](u8 c) {
    bool fits = is_upper(c) ? !inside : is_lower(c) ? inside : true;
    inside = is_alpha(c);
    found |= inside;
    return fits;
  }));
  return clean && found;
}
template <bool kArray>
Result<bool> bytes_isupper(Thread& t, Value self) {
  bool found = false;
  bool clean = TRY(all_bytes(t, self, [&](u8 c) {
    found |= is_upper(c);
    return !is_lower(c);
  }));
  return clean && found;
}

TP_INSTANTIATE_BOTH(Result<>, bytes_lower, Thread&, Value);
TP_INSTANTIATE_BOTH(Result<>, bytes_upper, Thread&, Value);
TP_INSTANTIATE_BOTH(Result<>, bytes_title, Thread&, Value);
TP_INSTANTIATE_BOTH(Result<>, bytes_capitalize, Thread&, Value);
TP_INSTANTIATE_BOTH(Result<>, bytes_swapcase, Thread&, Value);
TP_INSTANTIATE_BOTH(Result<bool>, bytes_isalnum, Thread&, Value);
TP_INSTANTIATE_BOTH(Result<bool>, bytes_isalpha, Thread&, Value);
TP_INSTANTIATE_BOTH(Result<bool>, bytes_isascii, Thread&, Value);
TP_INSTANTIATE_BOTH(Result<bool>, bytes_isdigit, Thread&, Value);
TP_INSTANTIATE_BOTH(Result<bool>, bytes_islower, Thread&, Value);
TP_INSTANTIATE_BOTH(Result<bool>, bytes_isspace, Thread&, Value);
TP_INSTANTIATE_BOTH(Result<bool>, bytes_istitle, Thread&, Value);
TP_INSTANTIATE_BOTH(Result<bool>, bytes_isupper, Thread&, Value);

}  // namespace taipan
