#include "runtime/object/buffer.h"

#include <cstring>

#include "runtime/object/call.h"
#include "runtime/object/buffer_lock.h"
#include "runtime/object/error.h"
#include "runtime/types/bytes.h"
#include "runtime/types/memoryview.h"

namespace taipan {

Status buffer_get(Thread& t, Value v, Buffer& out, u32 flags) {
  auto get = type_of(v).slots.get_buffer;
  if (get == nullptr) return raise(t, TypeError, "a bytes-like object is required, not '{!T}'", v);
  TRY(get(t, v, out, flags));
  out.exporter = v.canonical();
  if (out.release == nullptr) out.release = type_of(v).slots.release_buffer;
  return kDone;
}

void buffer_release(Thread& t, Buffer& view) {
  Value exporter = view.exporter;
  view.exporter = Value::empty();
  if (exporter.is_empty()) return;
  if (view.release != nullptr) view.release(t, exporter, view);
  view.keep = Ref<>();
}

Status buffer_fill_simple(Thread& t, Value, Buffer& out, u8* data, usize size, bool readonly, u32 flags) {
  if (readonly && (flags & kBufferWritable)) return raise(t, BufferError, "Object is not writable.");
  out.data = data;
  out.size = size;
  out.readonly = readonly;
  return kDone;
}

bool buffer_is_contiguous(const Buffer& view, char order) {
  if (view.suboffsets != nullptr) return false;
  if (order == 'A') return buffer_is_contiguous(view, 'C') || buffer_is_contiguous(view, 'F');
  if (view.size == 0) return true;
  if (view.strides == nullptr) return order == 'C' || view.ndim <= 1;
  ssize step = static_cast<ssize>(view.itemsize);
  for (u32 k = 0; k < view.ndim; ++k) {
    u32 i = order == 'F' ? k : view.ndim - 1 - k;
    if (view.dim(i) > 1 && view.strides[i] != step) return false;
    step *= view.dim(i);
  }
  return true;
}

Object* buffer_owner(const Buffer& view) {
  Value exporter = view.exporter;
  if (is_exact<MemoryView>(exporter)) {
    ManagedBuffer* managed = exporter.as<MemoryView>()->managed.borrow();
    exporter = managed == nullptr ? Value::empty() : managed->exporter.borrow();
  }
  return exporter.is_ref() && !is_exact<Bytes>(exporter) ? exporter.object() : nullptr;
}

void buffer_copy_out(const Buffer& view, u8* out, char order) {
  if (view.size == 0) return;
  BufferLock lock(view);
  if (buffer_is_contiguous(view, order)) {
    std::memcpy(out, view.data, view.size);
    return;
  }
  ssize strides[kMaxBufferDims], index[kMaxBufferDims] = {};
  ssize step = static_cast<ssize>(view.itemsize);
  for (u32 i = view.ndim; i-- > 0;) {
    strides[i] = view.strides != nullptr ? view.strides[i] : step;
    step *= view.dim(i);
  }
  while (true) {
    const u8* at = view.data;
    for (u32 i = 0; i < view.ndim; ++i) {
      at += strides[i] * index[i];
      if (view.suboffsets != nullptr && view.suboffsets[i] >= 0) {
        at = *reinterpret_cast<const u8* const*>(at) + view.suboffsets[i];
      }
    }
    std::memcpy(out, at, view.itemsize);
    out += view.itemsize;
    // The last index runs fastest in C order, the first in Fortran's.
    u32 k = 0;
    for (; k < view.ndim; ++k) {
      u32 i = order == 'F' ? k : view.ndim - 1 - k;
      if (++index[i] < view.dim(i)) break;
      index[i] = 0;
    }
    if (k == view.ndim) return;
  }
}

}  // namespace taipan
