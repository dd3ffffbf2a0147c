// What the parts of memoryview share.
#pragma once
#include "runtime/object/error.h"
#include "runtime/thread/object_lock.h"
#include "runtime/types/memoryview_item.h"

namespace taipan {

Status raise_released(Thread& t);

// Keeps a view from being released while its memory is used. ValueError if it has been.
class ViewHold {
 public:
  ViewHold() = default;
  ~ViewHold() {
    if (view_ == nullptr) return;
    Mutating guard(view_);
    --view_->exports;
  }
  ViewHold(const ViewHold&) = delete;
  Status get(Thread& t, MemoryView* v) {
    {
      Mutating guard(v);
      if (!v->released) {
        ++v->exports;
        view_ = v;
        return kDone;
      }
    }
    return raise_released(t);
  }

 private:
  MemoryView* view_ = nullptr;
};

// A new view of base's memory with room for ndim dimensions; geometry is copied if ndim fits.
Result<MemoryView> memoryview_derive(Thread& t, MemoryView* base, u32 ndim);
void view_as_buffer(MemoryView* v, Buffer* out);  // pointers into v; nothing to release, the exporter is the memory's
bool view_is_contiguous(MemoryView* v, char order);
// The address behind suboffsets of one step along dimension `dim`.
inline u8* step_to(const Buffer& b, u32 dim, u8* at, ssize index) {
  at += b.strides[dim] * index;
  if (b.suboffsets != nullptr && b.suboffsets[dim] >= 0) at = *reinterpret_cast<u8**>(at) + b.suboffsets[dim];
  return at;
}

// One item of the view's memory, whole: neither half old nor half new if others write it meanwhile.
Result<> read_item(Thread& t, char format, const Buffer& b, const u8* at);
// memoryview_access.cpp
Result<> memoryview_get_item(Thread& t, Value self, Value key);
Status memoryview_set_item(Thread& t, Value self, Value key, Value v);
Result<MemoryView> memoryview_cast(Thread& t, MemoryView* v, Str* format, Opt<Value> shape);
Result<> memoryview_tolist(Thread& t, MemoryView* v);
Result<> memoryview_compare(Thread& t, Value self, Value other, CompareOp op);
Result<char> view_format(Thread& t, MemoryView* v);  // NotImplementedError for what is not native

}  // namespace taipan
