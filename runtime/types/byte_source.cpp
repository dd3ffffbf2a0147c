#include "runtime/types/byte_source.h"

#include <cstring>

#include "runtime/thread/object_lock.h"
#include "runtime/types/bytearray.h"
#include "runtime/types/bytes.h"

namespace taipan {

Status ByteSource::get(Thread& t, Value v) {
  if (is_a<Bytes>(v)) {
    Bytes* b = v.as<Bytes>();
    data_ = b->data();
    size_ = b->size();
    return kDone;
  }
  if (is_exact<ByteArray>(v)) {
    ByteArray* b = v.as<ByteArray>();
    if (b->is_shared()) return get_copy(t, v);
    data_ = b->bytes();
    size_ = b->size_;
    return kDone;
  }
  TRY(buffer_get(t, v, view_));
  data_ = view_.data;
  size_ = view_.size;
  return kDone;
}

Status ByteSource::get_copy(Thread& t, Value v) {
  if (!is_bytearray(v)) return get(t, v);
  ByteArray* b = v.as<ByteArray>();
  while (true) {
    usize room;
    {
      Mutating guard(b);
      room = b->size_;
    }
    if (room == 0) return kDone;
    void* copy = buffer_allocate(t, room);
    if (copy == nullptr) return raise_memory_error(t);
    usize n;
    {
      Mutating guard(b);
      n = b->size_;
      if (n != 0 && n <= room) std::memcpy(copy, b->bytes(), n);
    }
    if (n <= room) {
      copy_ = copy;
      copy_size_ = room;
      data_ = static_cast<u8*>(copy);
      size_ = n;
      return kDone;
    }
    buffer_free(copy, room);  // it grew meanwhile
  }
}

}  // namespace taipan
