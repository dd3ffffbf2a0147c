// bytes and bytearray: padding, tabs, translation, hexadecimal text, decoding; + and *.
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/types/bytes_methods.h"
#include "runtime/types/codec.h"
#include "runtime/types/container_util.h"

namespace taipan {

namespace {

Status fill_argument(Thread& t, const char* name, Opt<Value> fill, u8* out) {
  *out = ' ';
  if (!fill) return kDone;
  Value v = *fill;
  if (!is_a<Bytes>(v) && !is_bytearray(v)) {
    return raise(t, TypeError, "{}() argument 2 must be a byte string of length 1, not {!T}", name, v);
  }
  ByteSource s;
  TRY(s.get(t, v));
  if (s.size() != 1) {
    return raise(t, TypeError, "{}(): argument 2 must be a byte string of length 1, not a {} object of length {}",
                 name, is_a<Bytes>(v) ? "bytes" : "bytearray", s.size());
  }
  *out = s.data()[0];
  return kDone;
}

enum class Side : u8 { Left, Right, Both };

Result<> pad(Thread& t, bool array, Value self, ssize width, u8 fill, Side side) {
  ByteSource s;
  TRY(s.get(t, self));
  usize n = s.size();
  if (width <= static_cast<ssize>(n)) return unchanged_bytes(t, array, self, s);
  usize space = static_cast<usize>(width) - n;
  usize left = side == Side::Right  ? space
               : side == Side::Left ? 0
                                    : space / 2 + (space & static_cast<usize>(width) & 1);
  u8* out;
  Result<> r = new_bytes_like(t, array, n + space, &out);
  if (r.is_error()) return kError;
  std::memset(out, fill, left);
  if (n != 0) std::memcpy(out + left, s.data(), n);
  std::memset(out + left + n, fill, space - left);
  return r;
}

}  // namespace

template <bool kArray>
Result<> bytes_center(Thread& t, Value self, ssize width, Opt<Value> fill) {
  u8 c;
  TRY(fill_argument(t, "center", fill, &c));
  return pad(t, kArray, self, width, c, Side::Both);
}
template <bool kArray>
Result<> bytes_ljust(Thread& t, Value self, ssize width, Opt<Value> fill) {
  u8 c;
  TRY(fill_argument(t, "ljust", fill, &c));
  return pad(t, kArray, self, width, c, Side::Left);
}
template <bool kArray>
Result<> bytes_rjust(Thread& t, Value self, ssize width, Opt<Value> fill) {
  u8 c;
  TRY(fill_argument(t, "rjust", fill, &c));
  return pad(t, kArray, self, width, c, Side::Right);
}

template <bool kArray>
Result<> bytes_zfill(Thread& t, Value self, ssize width) {
  ByteSource s;
  TRY(s.get(t, self));
  usize n = s.size();
  if (width <= static_cast<ssize>(n)) return unchanged_bytes(t, kArray, self, s);
  usize zeros = static_cast<usize>(width) - n;
  u8* out;
  Result<> r = new_bytes_like(t, kArray, n + zeros, &out);
  if (r.is_error()) return kError;
  std::memset(out, '0', zeros);
  if (n == 0) return r;
  std::memcpy(out + zeros, s.data(), n);
  if (s.data()[0] == '+' || s.data()[0] == '-') {
    out[0] = s.data()[0];
    out[zeros] = '0';
  }
  return r;
}

template <bool kArray>
Result<> bytes_expandtabs(Thread& t, Value self, Value tab_size) {
  i64 tab;
  Local<> index(t, TRY(to_index(t, tab_size)));
  if (!int_to_i64(index, &tab) || tab > INT32_MAX || tab < INT32_MIN) {
    return raise(t, OverflowError, "Python int too large to convert to C int");
  }
  ByteSource s;
  TRY(s.get(t, self));
  usize step = tab > 0 ? static_cast<usize>(tab) : 0, size = 0, column = 0;
  auto blanks = [&] { return step == 0 ? 0 : step - column % step; };
  auto walk = [&](auto put_byte, auto put_blanks) {
    column = 0;
    for (usize i = 0; i < s.size(); ++i) {
      u8 c = s.data()[i];
      if (c == '\t') {
        usize k = blanks();
        put_blanks(k);
        column += k;
      } else {
        put_byte(c);
        column = c == '\n' || c == '\r' ? 0 : column + 1;
      }
    }
  };
  bool too_long = false;
  walk([&](u8) { ++size; }, [&](usize k) { too_long |= __builtin_add_overflow(size, k, &size); });
  if (too_long || size > (usize{1} << 62)) return raise(t, OverflowError, "result too long");
  u8* out;
  Result<> r = new_bytes_like(t, kArray, size, &out);
  if (r.is_error()) return kError;
  if (size == 0) return r;
  walk([&](u8 c) { *out++ = c; },
       [&](usize k) {
         std::memset(out, ' ', k);
         out += k;
       });
  return r;
}

template <bool kArray>
Result<> bytes_translate(Thread& t, Value self, Value table, Opt<Value> remove) {
  ByteSource map, drops, s;
  bool has_map = !is_none(table);
  if (has_map) {
    TRY(map.get(t, table));
    if (map.size() != 256) return raise(t, ValueError, "translation table must be 256 characters long");
  }
  if (remove) TRY(drops.get(t, *remove));
  bool dropped[256] = {};
  for (usize i = 0; i < drops.size(); ++i) dropped[drops.data()[i]] = true;
  TRY(s.get(t, self));
  usize size = 0;
  for (usize i = 0; i < s.size(); ++i) size += !dropped[s.data()[i]];
  bool same_bytes = size == s.size();
  for (usize i = 0; same_bytes && has_map && i < s.size(); ++i) same_bytes = map.data()[s.data()[i]] == s.data()[i];
  if (same_bytes) return unchanged_bytes(t, kArray, self, s);
  u8* out;
  Result<> r = new_bytes_like(t, kArray, size, &out);
  if (r.is_error() || size == 0) return r;
  for (usize i = 0; i < s.size(); ++i) {
    u8 c = s.data()[i];
    if (!dropped[c]) *out++ = has_map ? map.data()[c] : c;
  }
  return r;
}

template <bool kArray>
Result<Bytes> bytes_maketrans(Thread& t, const ByteSource& from, const ByteSource& to) {
  if (from.size() != to.size()) return raise(t, ValueError, "maketrans arguments must have same length");
  Result<Bytes> r = bytes_allocate(t, 256);
  if (r.is_error()) return kError;
  u8* out = r.word().as<Bytes>()->data();
  for (u32 c = 0; c < 256; ++c) out[c] = static_cast<u8>(c);
  for (usize i = 0; i < from.size(); ++i) out[from.data()[i]] = to.data()[i];
  return r;
}

template <bool kArray>
Result<Str> bytes_decode(Thread& t, Value self, Opt<Str*> encoding, Opt<Str*> errors) {
  return decode_object(t, self, encoding.value_or(nullptr), errors.value_or(nullptr));
}

template <bool kArray>
Result<Str> bytes_hex(Thread& t, Value self, Opt<Value> sep, ssize bytes_per_sep) {
  if (kArray && sep) {  // asking for len(sep) may run Python code, which must not resize it
    BufferHold hold(t);
    TRY(hold.get(self, kBufferSimple));
    return bytes_hex_text(t, hold.view().data, hold.view().size, *sep, bytes_per_sep);
  }
  ByteSource s;
  TRY(s.get(t, self));
  return bytes_hex_text(t, s.data(), s.size(), sep ? *sep : Value::empty(), bytes_per_sep);
}

template <bool kArray>
Result<> bytes_fromhex(Thread& t, Value cls, Value text) {
  Type& own_type = kArray ? bytearray_type : bytes_type;
  if (same(cls, Value(&own_type))) return bytes_from_hex(t, kArray, text);
  Local<> v(t, TRY(bytes_from_hex(t, kArray, text)));
  return call(t, cls, v);
}

template <bool kArray>
Result<> bytes_concat_slot(Thread& t, Value self, Value other) {
  if (!has_buffer(other)) {
    return raise(t, TypeError, "can't concat {!T} to {!T}", other, self);
  }
  ByteSource a, b;
  TRY(a.get(t, self));
  TRY(b.get(t, other));
  if (!kArray && a.size() == 0 && is_exact<Bytes>(other)) return own(other);
  if (!kArray && b.size() == 0 && is_exact<Bytes>(self)) return own(self);
  u8* out;
  Result<> r = new_bytes_like(t, kArray, a.size() + b.size(), &out);
  if (r.is_error()) return kError;
  if (a.size() != 0) std::memcpy(out, a.data(), a.size());
  if (b.size() != 0) std::memcpy(out + a.size(), b.data(), b.size());
  return r;
}

template <bool kArray>
Result<> bytes_repeat_slot(Thread& t, Value self, ssize times) {
  ByteSource s;
  TRY(s.get(t, self));
  usize n = s.size(), count = times < 0 ? 0 : static_cast<usize>(times), total;
  if (__builtin_mul_overflow(n, count, &total) || total > static_cast<usize>(PTRDIFF_MAX)) {
    return kArray ? ((void)raise_memory_error(t), kError)
                  : raise(t, OverflowError, "repeated bytes are too long");
  }
  if (count == 1) return unchanged_bytes(t, kArray, self, s);
  u8* out;
  Result<> r = new_bytes_like(t, kArray, total, &out);
  if (r.is_error() || total == 0) return r;
  if (n == 1) {
    std::memset(out, s.data()[0], total);
    return r;
  }
  std::memcpy(out, s.data(), n);
  for (usize done = n; done < total;) {
    usize step = done < total - done ? done : total - done;
    std::memcpy(out + done, out, step);
    done += step;
  }
  return r;
}

TP_INSTANTIATE_BOTH(Result<>, bytes_center, Thread&, Value, ssize, Opt<Value>);
TP_INSTANTIATE_BOTH(Result<>, bytes_ljust, Thread&, Value, ssize, Opt<Value>);
TP_INSTANTIATE_BOTH(Result<>, bytes_rjust, Thread&, Value, ssize, Opt<Value>);
TP_INSTANTIATE_BOTH(Result<>, bytes_zfill, Thread&, Value, ssize);
TP_INSTANTIATE_BOTH(Result<>, bytes_expandtabs, Thread&, Value, Value);
TP_INSTANTIATE_BOTH(Result<>, bytes_translate, Thread&, Value, Value, Opt<Value>);
TP_INSTANTIATE_BOTH(Result<Bytes>, bytes_maketrans, Thread&, const ByteSource&, const ByteSource&);
TP_INSTANTIATE_BOTH(Result<Str>, bytes_decode, Thread&, Value, Opt<Str*>, Opt<Str*>);
TP_INSTANTIATE_BOTH(Result<Str>, bytes_hex, Thread&, Value, Opt<Value>, ssize);
TP_INSTANTIATE_BOTH(Result<>, bytes_fromhex, Thread&, Value, Value);
TP_INSTANTIATE_BOTH(Result<>, bytes_concat_slot, Thread&, Value, Value);
TP_INSTANTIATE_BOTH(Result<>, bytes_repeat_slot, Thread&, Value, ssize);

}  // namespace taipan
