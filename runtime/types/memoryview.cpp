// Life of views: making, sharing, releasing, and their own export of buffers.
#include "runtime/types/memoryview.h"

#include <cstring>

#include "runtime/native/convert.h"
#include "runtime/object/call.h"
#include "runtime/object/names.h"
#include "runtime/object/specials_wrap.h"
#include "runtime/types/container_util.h"
#include "runtime/types/descriptors.h"
#include "runtime/types/memoryview_impl.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

void managed_visit(Object* o, EdgeVisitor& visit) {
  auto* m = static_cast<ManagedBuffer*>(o);
  visit(m->exporter, m->keep);
}

// Gives the Buffer back; may run __release_buffer__.
void give_back(Thread& t, ManagedBuffer* m) {
  {
    Mutating guard(m);
    if (m->released) return;
    m->released = true;
  }
  Local<> exporter(t, m->exporter.load(m));
  Buffer view;
  view.data = m->data;
  view.size = m->size;
  view.internal = m->internal;
  view.release = m->release;
  view.exporter = exporter;
  Local<> keep(t, m->keep.load(m));
  if (!keep.is_empty()) view.keep = Ref<>(keep.value());
  m->keep.clear(m);
  buffer_release(t, view);
}

void managed_finalise(Thread& t, Value self) { give_back(t, self.as<ManagedBuffer>()); }

void drop_view(Thread& t, ManagedBuffer* m) {
  bool last;
  {
    Mutating guard(m);
    last = --m->views == 0;
  }
  if (last) give_back(t, m);
}

Result<MemoryView> new_view(Thread& t, u32 ndim) {
  MemoryView* v = new_object<MemoryView>(t, memoryview_type, 3 * ndim * sizeof(ssize));
  if (v == nullptr) return kError;
  v->ndim = ndim;
  return own_new(v);
}

void attach_view(MemoryView* v, ManagedBuffer* m) {
  v->managed.init(Value(m));
  Mutating guard(m);
  ++m->views;
}

Result<ManagedBuffer> manage(Thread& t, Value exporter, Buffer& view) {
  ManagedBuffer* m = new_object<ManagedBuffer>(t, managed_buffer_type);
  if (m == nullptr) return kError;
  m->exporter.init(exporter);
  if (!view.keep.is_empty()) m->keep.init(view.keep.value());
  m->release = view.release;
  m->internal = view.internal;
  m->data = view.data;
  m->size = view.size;
  return own_new(m);
}

Result<MemoryView> view_of_buffer(Thread& t, ManagedBuffer* m, const Buffer& b) {
  Result<MemoryView> r = new_view(t, b.ndim);
  if (r.is_error()) return kError;
  MemoryView* v = r.word().as<MemoryView>();
  v->data = b.data;
  v->size = b.size;
  v->itemsize = b.itemsize;
  v->format = b.format != nullptr ? b.format : "B";
  v->readonly = b.readonly;
  ssize step = static_cast<ssize>(b.itemsize);
  for (u32 i = b.ndim; i-- > 0;) {
    v->shape()[i] = b.dim(i);
    v->strides()[i] = b.strides != nullptr ? b.strides[i] : step;
    step *= b.dim(i);
    v->suboffsets()[i] = b.suboffsets != nullptr ? b.suboffsets[i] : -1;
    v->has_suboffsets |= v->suboffsets()[i] >= 0;
  }
  attach_view(v, m);
  return r;
}

}  // namespace

extern const TypeDef managed_buffer_type_def;
constinit const TypeDef managed_buffer_type_def = {
    .name = "managedbuffer",
    .flags = kTypeGcTracked | kTypeNoInstantiation | kTypeHasFinaliser,
    .size = sizeof(ManagedBuffer),
    .slots = {.visit = managed_visit, .finalise = managed_finalise},
};

Status raise_released(Thread& t) {
  return raise(t, ValueError, "operation forbidden on released memoryview object");
}

Result<MemoryView> memoryview_derive(Thread& t, MemoryView* base, u32 ndim) {
  Result<MemoryView> r = new_view(t, ndim);
  if (r.is_error()) return kError;
  MemoryView* v = r.word().as<MemoryView>();
  v->data = base->data;
  v->size = base->size;
  v->itemsize = base->itemsize;
  v->format = base->format;
  v->readonly = base->readonly;
  v->has_suboffsets = base->has_suboffsets;
  if (ndim == base->ndim) std::memcpy(v->shape(), base->shape(), 3 * ndim * sizeof(ssize));
  attach_view(v, base->managed.borrow());
  return r;
}

Result<MemoryView> memoryview_from(Thread& t, Value object, u32 flags) {
  if (is_exact<MemoryView>(object)) {
    MemoryView* base = object.as<MemoryView>();
    ViewHold hold;
    TRY(hold.get(t, base));
    return memoryview_derive(t, base, base->ndim);
  }
  if (!has_buffer(object)) {
    return raise(t, TypeError, "memoryview: a bytes-like object is required, not '{!T}'", object);
  }
  Buffer view;
  TRY(buffer_get(t, object, view, flags));
  Result<ManagedBuffer> made = manage(t, object, view);
  if (made.is_error()) {
    buffer_release(t, view);
    return kError;
  }
  Local<ManagedBuffer> managed(t, made);
  return view_of_buffer(t, managed, view);
}

Result<MemoryView> memoryview_of_memory(Thread& t, Value owner, u8* data, usize size, bool readonly) {
  Buffer view;
  view.data = data;
  view.size = size;
  view.readonly = readonly;
  Local<ManagedBuffer> managed(t, TRY(manage(t, owner, view)));
  managed->released = true;  // nothing to give back
  return view_of_buffer(t, managed, view);
}

Status memoryview_release(Thread& t, MemoryView* v) {
  u64 exports;
  {
    Mutating guard(v);
    exports = v->exports;
    if (exports == 0) {
      if (v->released) return kDone;
      v->released = true;
    }
  }
  if (exports != 0) {
    return raise(t, BufferError, "memoryview has {} exported buffer{}", exports, exports == 1 ? "" : "s");
  }
  Local<ManagedBuffer> managed(t, v->managed.load(v));
  v->managed.clear(v);
  drop_view(t, managed);
  return kDone;
}

void view_as_buffer(MemoryView* v, Buffer* out) {
  out->data = v->data;
  out->size = v->size;
  out->itemsize = v->itemsize;
  out->ndim = v->ndim;
  out->readonly = v->readonly;
  out->format = v->format;
  out->shape = v->shape();
  out->strides = v->strides();
  out->suboffsets = v->has_suboffsets ? v->suboffsets() : nullptr;
  ManagedBuffer* m = v->managed.borrow();
  out->exporter = m == nullptr ? Value::empty() : m->exporter.borrow();
}

bool view_is_contiguous(MemoryView* v, char order) {
  Buffer b;
  view_as_buffer(v, &b);
  return buffer_is_contiguous(b, order);
}

// --- TypeSlots of memoryview that have to do with its life ------------------------------------------

void memoryview_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<MemoryView*>(o)->managed); }
void memoryview_destroy(Object* o) {
  auto* v = static_cast<MemoryView*>(o);
  ManagedBuffer* m = v->managed.borrow();
  if (!v->released && m != nullptr) {
    Mutating guard(m);
    --m->views;  // at zero m dies with its last reference, which is here
  }
  drop_edges(o, memoryview_visit);
  free_object(o, object_size(o));
}
usize memoryview_storage(const Object* o) {
  return sizeof(MemoryView) + 3 * static_cast<const MemoryView*>(o)->ndim * sizeof(ssize);
}

Status memoryview_get_buffer(Thread& t, Value self, Buffer& out, u32 flags) {
  MemoryView* v = self.as<MemoryView>();
  auto wants = [&](u32 flag) { return (flags & flag) == flag; };
  ViewHold hold;
  TRY(hold.get(t, v));
  if ((flags & kBufferWritable) && v->readonly) {
    return raise(t, BufferError, "memoryview: underlying buffer is not writable");
  }
  if (wants(kBufferCContiguous) && !view_is_contiguous(v, 'C')) {
    return raise(t, BufferError, "memoryview: underlying buffer is not C-contiguous");
  }
  if (wants(kBufferFContiguous) && !view_is_contiguous(v, 'F')) {
    return raise(t, BufferError, "memoryview: underlying buffer is not Fortran contiguous");
  }
  if (wants(kBufferAnyContiguous) && !view_is_contiguous(v, 'A')) {
    return raise(t, BufferError, "memoryview: underlying buffer is not contiguous");
  }
  if (!wants(kBufferIndirect) && v->has_suboffsets) {
    return raise(t, BufferError, "memoryview: underlying buffer requires suboffsets");
  }
  if (!wants(kBufferStrides) && !view_is_contiguous(v, 'C')) {
    return raise(t, BufferError, "memoryview: underlying buffer is not C-contiguous");
  }
  view_as_buffer(v, &out);
  if (!wants(kBufferStrides)) out.strides = nullptr;
  if (!wants(kBufferND)) {
    if (flags & kBufferFormat) {
      out = Buffer();
      return raise(t, BufferError, "memoryview: cannot cast to unsigned bytes if the format flag is present");
    }
    out.ndim = 1;
    out.shape = nullptr;
    out.itemsize = 1;
  }
  if (!(flags & kBufferFormat)) out.format = nullptr;
  Mutating guard(v);
  ++v->exports;
  return kDone;
}

void memoryview_release_buffer(Thread&, Value self, Buffer&) {
  MemoryView* v = self.as<MemoryView>();
  Mutating guard(v);
  --v->exports;
}

namespace {

// What the nearest native base does when a view of it goes.
void (*native_buffer_release(Type& type))(Thread&, Value, Buffer&) {
  Type* base = &type;
  while (base->has(kTypeHeap)) base = base->base.borrow();
  return base->slots.release_buffer;
}

}  // namespace

// --- classes with __buffer__ --------------------------------------------------------------------------

Status python_get_buffer(Thread& t, Value self, Buffer& out, u32 flags) {
  Value argument = Value::small_int(flags);
  Result<> answer = call_special(t, self, names().__buffer__, &argument, 1);
  if (answer.is_error()) return kError;
  if (answer.is_absent()) return raise(t, TypeError, "a bytes-like object is required, not '{!T}'", self);
  Local<> view(t, answer);
  if (!is_exact<MemoryView>(view)) {
    return raise(t, TypeError, "{!T}.__buffer__() must return a memoryview, not {!T}", self, view.value());
  }
  TRY(memoryview_get_buffer(t, view, out, flags));
  out.keep = Ref<>(view.value());
  return kDone;
}

void python_release_buffer(Thread& t, Value self, Buffer& view) {
  Local<> lent(t, view.keep.value());
  auto native_release = view.keep.is_empty() ? native_buffer_release(type_of(self)) : nullptr;
  // A pending exception stays what it was: this runs where it cannot be seen.
  Local<> pending(t);
  if (error_pending(t)) pending.set(Result<>(take_error(t)));
  if (lent.is_empty()) {  // __buffer__ is a native base's: the method gets a view of the same memory
    auto made = memoryview_of_memory(t, self, view.data, view.size, view.readonly);
    if (made.is_error()) return clear_error(t);
    lent.set(Result<>(made));
  } else {
    memoryview_release_buffer(t, lent, view);
  }
  Value argument = lent;
  Result<> r = call_special(t, self, names().__release_buffer__, &argument, 1);
  if (r.is_error()) {
    write_unraisable(t, "Exception ignored in __release_buffer__ of", self);
  } else if (!r.is_absent()) {
    drop(r);
  }
  if (memoryview_release(t, lent.value().as<MemoryView>()).is_error()) clear_error(t);
  if (native_release != nullptr) native_release(t, self, view);
  if (!pending.is_empty()) restore_error(t, pending.give().cast<BaseException>());
}

// --- native exporters called from Python: bytes.__buffer__(b, flags) --------------------------------

Result<> wrap_get_buffer(Thread& t, const WrapperCall& c) {
  if (c.nargs != 1 || (c.kwnames != nullptr && c.kwnames->size() != 0)) {
    return raise(t, TypeError, "expected 1 argument, got {}", c.nargs);
  }
  ssize flags = TRY(to_ssize(t, c.args[0]));
  if (flags < 0 || flags > INT32_MAX) return raise(t, OverflowError, "buffer flags out of range");
  auto get = slot_as<Status (*)(Thread&, Value, Buffer&, u32)>(c.descriptor->function);
  Buffer view;
  TRY(get(t, c.self, view, static_cast<u32>(flags)));
  view.exporter = c.self;
  view.release = native_buffer_release(type_of(c.self));
  Result<ManagedBuffer> made = manage(t, c.self, view);
  if (made.is_error()) {
    buffer_release(t, view);
    return kError;
  }
  Local<ManagedBuffer> managed(t, made);
  return view_of_buffer(t, managed, view);
}

Result<> wrap_release_buffer(Thread& t, const WrapperCall& c) {
  if (c.nargs != 1) return raise(t, TypeError, "expected 1 argument, got {}", c.nargs);
  if (!is_exact<MemoryView>(c.args[0])) return raise(t, TypeError, "expected a memoryview object");
  MemoryView* v = c.args[0].as<MemoryView>();
  ManagedBuffer* m = v->managed.borrow();
  if (m == nullptr) return raise(t, ValueError, "memoryview's buffer has already been released");
  if (!same(m->exporter.borrow(), c.self)) return raise(t, ValueError, "memoryview's buffer is not this object");
  TRY(memoryview_release(t, v));
  return none();
}

}  // namespace taipan
