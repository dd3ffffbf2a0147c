// bytes(...) and bytearray(...): from nothing, a size, text and encoding, a buffer, or an iterable of ints.
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/types/bytes_methods.h"
#include "runtime/types/codec.h"
#include "runtime/types/container_util.h"
#include "runtime/types/near_name.h"

namespace taipan {

namespace {

constexpr const char* kNames[] = {"source", "encoding", "errors"};

Status bind_new(Thread& t, const char* name, const Value* args, u32 nargs, Tuple* kwnames, Value* out) {
  usize keywords = kwnames != nullptr ? kwnames->size() : 0;
  if (nargs + keywords > 3) {
    return raise(t, TypeError, "{}() takes at most 3 {}arguments ({} given)", name, nargs == 0 ? "keyword " : "",
                 nargs + keywords);
  }
  for (u32 i = 0; i < nargs; ++i) out[i] = args[i].canonical();
  for (usize k = 0; k < keywords; ++k) {
    Str* key = (*kwnames)[k].as<Str>();
    usize i = 0;
    while (i < 3 && !str_equals(key, kNames[i])) ++i;
    if (i == 3) return raise_unexpected_keyword(t, name, key, {kNames[0], kNames[1], kNames[2]});
    if (!out[i].is_empty()) {
      return raise(t, TypeError, "argument for {}() given by name ('{}') and position ({})", name, key, i + 1);
    }
    out[i] = args[nargs + k].canonical();
  }
  for (usize i = 1; i < 3; ++i) {
    if (!out[i].is_empty() && !is_a<Str>(out[i])) {
      return raise(t, TypeError, "{}() argument '{}' must be str, not {!T}", name, kNames[i], out[i]);
    }
  }
  return kDone;
}

Result<> zeros(Thread& t, bool array, ssize n) {
  if (n < 0) return raise(t, ValueError, "negative count");
  u8* data;
  Result<> r = new_bytes_like(t, array, static_cast<usize>(n), &data);
  if (!r.is_error() && n != 0) std::memset(data, 0, static_cast<usize>(n));
  return r;
}

Result<> from_buffer(Thread& t, bool array, Value v) {
  if (!array) return bytes_from_object(t, v);
  if (is_a<Bytes>(v) || is_bytearray(v)) {
    ByteSource s;
    TRY(s.get(t, v));
    return bytearray_from(t, s.data(), s.size());
  }
  BufferHold hold(t);
  TRY(hold.get(v, kBufferFullRO));
  Result<ByteArray> r = bytearray_allocate(t, hold.size());
  if (!r.is_error()) buffer_copy_out(hold.view(), r.word().as<ByteArray>()->bytes());
  return r;
}

Result<> construct_from(Thread& t, bool array, Value source) {
  if (is_a<Str>(source)) return raise(t, TypeError, "string argument without an encoding");
  TypeSlots& slots = type_of(source).slots;
  if (source.is_int() || slots.index != nullptr) {
    Result<> index = to_index(t, source);
    if (!index.is_error()) {
      Local<> n(t, index);
      i64 count;
      if (!int_to_i64(n, &count)) {
        return raise(t, OverflowError, "cannot fit '{!T}' into an index-sized integer", source);
      }
      return zeros(t, array, count);
    }
    if (!swallow(t, TypeError)) return kError;
  }
  if (slots.get_buffer != nullptr) return from_buffer(t, array, source);
  return bytes_from_iterable(t, array, source,
                             array ? "byte must be in range(0, 256)" : "bytes must be in range(0, 256)");
}

// What __bytes__ gives; absent() without one.
Result<> from_special(Thread& t, Value source) {
  Result<> made = call_special(t, source, names().__bytes__, nullptr, 0);
  if (made.is_error() || made.is_absent()) return made;
  Local<> b(t, made);
  if (!is_a<Bytes>(b)) {
    return raise(t, TypeError, "{!T}.__bytes__() must return a bytes, not {!T}", source, b.value());
  }
  return b.give();
}

}  // namespace

Result<Bytes> bytes_of_values(Thread& t, Value v) {
  if (is_exact<Bytes>(v)) return own(v.as<Bytes>());
  Result<> made = from_special(t, v);
  if (made.is_error() || !made.is_absent()) return made.cast<Bytes>();
  if (has_buffer(v)) return bytes_from_object(t, v);
  if (is_a<Str>(v)) return raise(t, TypeError, "cannot convert '{!T}' object to bytes", v);
  return bytes_from_iterable(t, false, v, "bytes must be in range(0, 256)").cast<Bytes>();
}

Result<> bytes_from_iterable(Thread& t, bool array, Value v, const char* range_error) {
  TypeSlots& slots = type_of(v).slots;
  if (slots.iter == nullptr && slots.get_item == nullptr) {
    return raise(t, TypeError, "cannot convert '{!T}' object to {}", v, array ? "bytearray" : "bytes");
  }
  Local<> iterator(t, TRY(iterate(t, v)));
  Local<ByteArray> out(t, TRY(bytearray_from(t, nullptr, 0)));
  while (true) {
    Result<> item = next(t, iterator);
    if (item.is_error()) return kError;
    if (item.is_absent()) break;
    Local<> keep(t, item);
    i64 i;
    if (keep.value().is_int()) {
      i = keep.value().as_int();
    } else {
      Local<> index(t, TRY(to_index(t, keep)));
      if (!int_to_i64(index, &i)) i = -1;
    }
    if (i < 0 || i > 255) return raise(t, ValueError, range_error);
    u8 c = static_cast<u8>(i);
    TRY(bytearray_append(t, out, &c, 1));
  }
  if (array) return out.give();
  return bytes_from(t, {reinterpret_cast<char*>(out->bytes()), out->size_});
}

Result<> bytes_construct(Thread& t, bool array, const Value* args, u32 nargs, Tuple* kwnames) {
  Value v[3];
  TRY(bind_new(t, array ? "bytearray" : "bytes", args, nargs, kwnames, v));
  Value source = v[0];
  if (!v[1].is_empty() || !v[2].is_empty()) {
    if (source.is_empty() || !is_a<Str>(source)) {
      return raise(t, TypeError, "{} without a string argument", v[1].is_empty() ? "errors" : "encoding");
    }
    if (v[1].is_empty()) return raise(t, TypeError, "string argument without an encoding");
    Result<Bytes> made = str_encode_named(t, source.as<Str>(), v[1].as<Str>(), v[2].is_empty() ? nullptr : v[2].as<Str>());
    if (!array || made.is_error()) return made;
    Local<Bytes> b(t, made);
    return bytearray_from(t, b->data(), b->size());
  }
  if (source.is_empty()) return bytes_like(t, array, {});
  if (!array) {
    if (is_exact<Bytes>(source)) return own(source);
    Result<> made = from_special(t, source);
    if (made.is_error() || !made.is_absent()) return made;
  }
  return construct_from(t, array, source);
}

}  // namespace taipan
