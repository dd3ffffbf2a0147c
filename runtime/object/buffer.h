// The buffer protocol (PEP 3118): memory of one object that another may look at.
// An exporter fills a Buffer in TypeSlots::get_buffer and may not move the memory until release_buffer.
// For the plain bytes of an argument there is ByteSource (types/byte_source.h).
#pragma once
#include "runtime/object/type.h"
#include "runtime/thread/local.h"
#include "runtime/thread/thread.h"

namespace taipan {

// What a consumer can cope with; the numbers are those of inspect.BufferFlags.
enum BufferFlags : u32 {
  kBufferSimple = 0,
  kBufferWritable = 1,
  kBufferFormat = 4,
  kBufferND = 8,
  kBufferStrides = 0x10 | kBufferND,
  kBufferCContiguous = 0x20 | kBufferStrides,
  kBufferFContiguous = 0x40 | kBufferStrides,
  kBufferAnyContiguous = 0x80 | kBufferStrides,
  kBufferIndirect = 0x100 | kBufferStrides,
  kBufferFullRO = kBufferIndirect | kBufferFormat,
};

inline constexpr u32 kMaxBufferDims = 64;

struct Buffer {
  u8* data = nullptr;
  usize size = 0;                  // bytes of all items
  usize itemsize = 1;
  u32 ndim = 1;
  bool readonly = true;
  const char* format = nullptr;    // null: "B"
  // ndim numbers each, the exporter's own, good until the release. Null shape: one dimension of
  // size / itemsize items. Null strides: C-contiguous.
  const ssize* shape = nullptr;
  const ssize* strides = nullptr;
  const ssize* suboffsets = nullptr;
  Value exporter;                  // whose release_buffer is due; the holder keeps it alive
  void (*release)(Thread& t, Value exporter, Buffer& view) = nullptr;  // null: nothing to do
  void* internal = nullptr;        // the exporter's
  Ref<> keep;                      // likewise: what it lent instead of itself

  ssize dim(u32 i) const { return shape != nullptr ? shape[i] : static_cast<ssize>(size / itemsize); }
};

// TypeError "a bytes-like object is required, not 'int'" if v exports nothing. v is the caller's to hold.
Status buffer_get(Thread& t, Value v, Buffer& out, u32 flags = kBufferSimple);
void buffer_release(Thread& t, Buffer& view);
inline bool has_buffer(Value v) { return type_of(v).slots.get_buffer != nullptr; }

// An exporter of plain bytes: BufferError if flags ask for a writable view of what is readonly.
Status buffer_fill_simple(Thread& t, Value exporter, Buffer& out, u8* data, usize size, bool readonly, u32 flags);

bool buffer_is_contiguous(const Buffer& view, char order);  // 'C', 'F' or 'A'
// All items in C order ('F': Fortran's), without gaps; out has view.size bytes.
void buffer_copy_out(const Buffer& view, u8* out, char order = 'C');

// A view for the time of a C++ scope. Fails like buffer_get.
class BufferHold {
 public:
  explicit BufferHold(Thread& t) : t_(t) {}
  ~BufferHold() {
    if (!view_.exporter.is_empty()) buffer_release(t_, view_);
  }
  BufferHold(const BufferHold&) = delete;
  Status get(Value v, u32 flags = kBufferSimple) { return buffer_get(t_, v, view_, flags); }
  Buffer& view() { return view_; }
  u8* data() const { return view_.data; }
  usize size() const { return view_.size; }

 private:
  Thread& t_;
  Buffer view_;
};

// TypeSlots::get_buffer and release_buffer of classes with __buffer__ written in Python.
Status python_get_buffer(Thread& t, Value self, Buffer& view, u32 flags);
void python_release_buffer(Thread& t, Value self, Buffer& view);

}  // namespace taipan
