// Storage of bytes: the empty and one-byte objects are static, the others have a zero byte behind the data.
#include "runtime/types/bytes.h"

#include <cstring>

#include "runtime/base/siphash.h"
#include "runtime/memory/heap.h"
#include "runtime/object/error.h"
#include "runtime/types/byte_source.h"
#include "runtime/types/bytes_methods.h"

namespace taipan {

namespace {

struct alignas(16) StaticBytes {
  u64 header[2];
  u64 hash;
  u64 size;
  u64 data;
};
StaticBytes g_single_bytes[256];
StaticBytes g_empty_bytes;

void init_static(StaticBytes& b, u64 size, u8 c) {
  Bytes* s = reinterpret_cast<Bytes*>(&b);
  s->count.store_relaxed(kStickyWord);
  s->flags.store_relaxed(kImmortal | kNoEdges);
  s->gc = kGcStatic;
  s->shape.store_release(shape_id(BuiltinShape::bytes_));
  s->size_ = size;
  b.data = c;  // little-endian: the first byte
}

[[gnu::constructor]] void init_static_bytes() {
  for (u32 c = 0; c < 256; ++c) init_static(g_single_bytes[c], 1, static_cast<u8>(c));
  init_static(g_empty_bytes, 0, 0);
}

}  // namespace

Bytes* bytes_single(u8 c) { return reinterpret_cast<Bytes*>(&g_single_bytes[c]); }
Bytes* bytes_empty() { return reinterpret_cast<Bytes*>(&g_empty_bytes); }

usize bytes_storage(const Object* o) { return sizeof(Bytes) + static_cast<const Bytes*>(o)->size_ + 1; }

Result<Bytes> bytes_allocate(Thread& t, usize n) {
  if (n == 0) return own(bytes_empty());
  if (n > (usize{1} << 60)) return (void)raise_memory_error(t), kError;
  Object* o = new_object_raw(t, shape_id(BuiltinShape::bytes_), sizeof(Bytes) + n + 1, kNoEdges, 0);
  if (o == nullptr) return kError;
  Bytes* b = static_cast<Bytes*>(o);
  b->size_ = n;
  b->data()[n] = 0;
  return own_new(b);
}

Result<Bytes> bytes_from(Thread& t, std::string_view s) {
  if (s.size() == 1) return own(bytes_single(static_cast<u8>(s[0])));
  Result<Bytes> r = bytes_allocate(t, s.size());
  if (r.is_error() || s.empty()) return r;
  std::memcpy(r.word().as<Bytes>()->data(), s.data(), s.size());
  return r;
}

Result<Bytes> bytes_from_object(Thread& t, Value v) {
  if (is_exact<Bytes>(v)) return own(v.as<Bytes>());
  if (is_a<Bytes>(v) || is_bytearray(v)) {
    ByteSource source;
    TRY(source.get(t, v));
    return bytes_from(t, source.view());
  }
  BufferHold hold(t);
  TRY(hold.get(v, kBufferFullRO));
  Result<Bytes> r = bytes_allocate(t, hold.size());
  if (r.is_error() || hold.size() == 0) return r;
  buffer_copy_out(hold.view(), r.word().as<Bytes>()->data());
  return r;
}

u64 bytes_hash(Bytes* b) {
  u64 h = b->hash_.load_relaxed();  // every thread computes the same value
  if (h == 0 && b->size_ != 0) {
    h = hash_bytes(b->data(), b->size_);
    b->hash_.store_relaxed(h);
  }
  return h;
}

Result<Bytes> bytes_subclass_instance(Thread& t, Type& cls, std::string_view s) {
  Bytes* o = new_object<Bytes>(t, cls, s.size() + 1);
  if (o == nullptr) return kError;
  o->size_ = s.size();
  std::memcpy(o->data(), s.data(), s.size());
  return own_new(o);
}

Result<> new_bytes_like(Thread& t, bool array, usize n, u8** data) {
  if (array) {
    Result<ByteArray> r = bytearray_allocate(t, n);
    if (r.is_error()) return kError;
    *data = r.word().as<ByteArray>()->bytes();
    return r;
  }
  Result<Bytes> r = bytes_allocate(t, n);
  if (r.is_error()) return kError;
  *data = r.word().as<Bytes>()->data();
  return r;
}

Result<> bytes_like(Thread& t, bool array, std::string_view s) {
  if (array) return bytearray_from(t, reinterpret_cast<const u8*>(s.data()), s.size());
  return bytes_from(t, s);
}

Result<> unchanged_bytes(Thread& t, bool array, Value self, const ByteSource& source) {
  if (is_exact<Bytes>(self)) return own(self);
  return bytes_like(t, array, source.view());
}

}  // namespace taipan
