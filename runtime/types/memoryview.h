// memoryview: a view of an exporter's memory with a format and a shape, and managed_buffer, the one Buffer
// that all views made from each other share.
// A view's own fields never change, except for its release, which happens under its lock.
#pragma once
#include "runtime/object/buffer.h"

namespace taipan {

// The exporter's Buffer: given back when the last view is released, or at the latest when this dies.
struct ManagedBuffer : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::managed_buffer_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<> exporter;
  Slot<> keep;        // Buffer::keep
  void (*release)(Thread& t, Value exporter, Buffer& view);
  void* internal;     // Buffer::internal
  u8* data;           // the rest of the Buffer, for its release
  u64 size;
  u64 views;          // not released; under the lock
  bool released;      // likewise
};

struct MemoryView : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::memoryview_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<ManagedBuffer> managed;  // empty once released
  u8* data;
  u64 size;           // bytes of all items
  u64 itemsize;
  const char* format; // zero-terminated, the exporter's or static
  u32 ndim;
  bool readonly;
  bool released;      // under the lock
  bool has_suboffsets;
  u64 exports;        // buffers taken of this view; under the lock
  Atomic<u64> hash_;  // 0: not yet computed
  // ndim numbers each: shape, strides, suboffsets
  ssize* shape() { return reinterpret_cast<ssize*>(this + 1); }
  ssize* strides() { return shape() + ndim; }
  ssize* suboffsets() { return shape() + 2 * ndim; }
};

// memoryview(object) with these flags; TypeError if it exports nothing.
Result<MemoryView> memoryview_from(Thread& t, Value object, u32 flags = kBufferFullRO);
// Over memory that `owner` keeps alive and in place; there is nothing to release.
Result<MemoryView> memoryview_of_memory(Thread& t, Value owner, u8* data, usize size, bool readonly);
Status memoryview_release(Thread& t, MemoryView* v);  // BufferError while it is exported

}  // namespace taipan
