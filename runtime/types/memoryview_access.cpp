// memoryview: items, slices, casts, lists, comparison.
#include <cstring>

#include "runtime/object/buffer_lock.h"
#include "runtime/object/call.h"
#include "runtime/types/bytes_methods.h"
#include "runtime/types/container_util.h"
#include "runtime/types/memoryview_impl.h"
#include "runtime/types/slice.h"

namespace taipan {

namespace {

// Index i of dimension `dim`, as an address.
Result<u8*> address(Thread& t, const Buffer& b, u32 dim, u8* at, ssize i) {
  ssize n = b.shape[dim];
  if (i < 0) i += n;
  if (i < 0 || i >= n) return raise(t, IndexError, "index out of bounds on dimension {}", dim + 1);
  return step_to(b, dim, at, i);
}

bool is_index(Value v) { return v.is_int() || (v.is_ref() && type_of(v).slots.index != nullptr); }

bool all_items(Tuple* key, bool (*test)(Value)) {
  for (usize i = 0; i < key->size(); ++i) {
    if (!test((*key)[i])) return false;
  }
  return true;
}
bool is_slice(Value v) { return is_a<Slice>(v); }

// The address of the item that key (an int or a tuple of ints) names.
Result<u8*> item_address(Thread& t, MemoryView* v, const Buffer& b, Value key) {
  if (!is_a<Tuple>(key)) {
    if (v->ndim != 1) return raise(t, NotImplementedError, "multi-dimensional sub-views are not implemented");
    return address(t, b, 0, b.data, TRY(to_index_or_index_error(t, key)));
  }
  Tuple* indexes = key.as<Tuple>();
  if (indexes->size() < v->ndim) return raise(t, NotImplementedError, "sub-views are not implemented");
  if (indexes->size() > v->ndim) {
    return raise(t, TypeError, "cannot index {}-dimension view with {}-element tuple", v->ndim, indexes->size());
  }
  u8* at = b.data;
  for (u32 i = 0; i < v->ndim; ++i) at = TRY(address(t, b, i, at, TRY(to_index_or_index_error(t, (*indexes)[i]))));
  return at;
}

usize product(const ssize* shape, u32 ndim) {
  usize n = 1;
  for (u32 i = 0; i < ndim; ++i) n *= static_cast<usize>(shape[i]);
  return n;
}

// The slice of the first dimension.
Result<MemoryView> slice_view(Thread& t, MemoryView* v, Slice* slice) {
  SliceBounds bounds;
  usize count;
  TRY(slice_resolve(t, slice, [&] { return static_cast<usize>(v->shape()[0]); }, &bounds, &count));
  Result<MemoryView> r = memoryview_derive(t, v, v->ndim);
  if (r.is_error()) return kError;
  MemoryView* s = r.word().as<MemoryView>();
  s->data += v->strides()[0] * bounds.start;
  s->shape()[0] = static_cast<ssize>(count);
  s->strides()[0] = v->strides()[0] * bounds.step;
  s->size = product(s->shape(), s->ndim) * s->itemsize;
  return r;
}

bool same_structure(const Buffer& a, const Buffer& b) {
  auto format = [](const Buffer& x) {
    const char* f = x.format != nullptr ? x.format : "B";
    return *f == '@' ? f + 1 : f;
  };
  if (a.itemsize != b.itemsize || a.ndim != b.ndim || std::strcmp(format(a), format(b)) != 0) return false;
  for (u32 i = 0; i < a.ndim; ++i) {
    if (a.dim(i) != b.dim(i)) return false;
    if (a.dim(i) == 0) break;
  }
  return true;
}

Status set_slice(Thread& t, MemoryView* v, Slice* slice, Value value) {
  BufferHold source(t);
  TRY(source.get(value, kBufferFullRO));
  Local<MemoryView> part(t, TRY(slice_view(t, v, slice)));
  Buffer to;
  view_as_buffer(part, &to);
  if (!same_structure(to, source.view())) {
    return raise(t, ValueError, "memoryview assignment: lvalue and rvalue have different structures");
  }
  if (to.size == 0) return kDone;
  // By way of a copy: the two may overlap.
  void* copy = buffer_allocate(t, to.size);
  if (copy == nullptr) return raise_memory_error(t);
  buffer_copy_out(source.view(), static_cast<u8*>(copy));
  const u8* from = static_cast<u8*>(copy);
  {
    BufferLock lock(to);
    for (ssize i = 0; i < to.shape[0]; ++i, from += to.itemsize) {
      std::memcpy(step_to(to, 0, to.data, i), from, to.itemsize);
    }
  }
  buffer_free(copy, to.size);
  return kDone;
}

void write_item(const Buffer& b, u8* at, const u8* bytes) {
  BufferLock lock(b);
  std::memcpy(at, bytes, b.itemsize);
}

Result<> list_of(Thread& t, char format, const Buffer& b, u32 dim, u8* at) {
  if (dim == b.ndim) return read_item(t, format, b, at);
  Local<List> out(t, TRY(list_new(t, static_cast<usize>(b.shape[dim]))));
  LoopPoll poll(t);
  for (ssize i = 0; i < b.shape[dim]; ++i) {
    TRY(list_append(t, out, TRY(list_of(t, format, b, dim + 1, step_to(b, dim, at, i)))));
    TRY(poll());
  }
  return out.give();
}

bool equal_items(const Buffer& a, char fa, u8* pa, const Buffer& b, char fb, u8* pb, u32 dim) {
  if (dim == a.ndim) return items_equal(fa, pa, fb, pb);
  for (ssize i = 0; i < a.shape[dim]; ++i) {
    if (!equal_items(a, fa, step_to(a, dim, pa, i), b, fb, step_to(b, dim, pb, i), dim + 1)) return false;
  }
  return true;
}

// Shape and strides for an exporter that gave none.
struct Geometry {
  ssize shape[kMaxBufferDims], strides[kMaxBufferDims];
  void complete(Buffer* b) {
    ssize step = static_cast<ssize>(b->itemsize);
    for (u32 i = b->ndim; i-- > 0;) {
      shape[i] = b->dim(i);
      strides[i] = step;
      step *= shape[i];
    }
    b->shape = shape;
    if (b->strides == nullptr) b->strides = strides;
  }
};

bool equal_buffers(Buffer& a, Buffer& b) {
  BufferLockPair locks(a, b);
  if (a.ndim != b.ndim) return false;
  for (u32 i = 0; i < a.ndim; ++i) {
    if (a.dim(i) != b.dim(i)) return false;
    if (a.dim(i) == 0) return true;
  }
  char fa = native_format(a.format != nullptr ? a.format : "B");
  char fb = native_format(b.format != nullptr ? b.format : "B");
  if (fa == 0 || fb == 0) return false;
  bool plain = fa == fb && fa != '?' && fa != 'e' && fa != 'f' && fa != 'd' && fa != 'F' && fa != 'D';
  if (plain && buffer_is_contiguous(a, 'C') && buffer_is_contiguous(b, 'C')) {
    return std::memcmp(a.data, b.data, a.size) == 0;
  }
  Geometry ga, gb;
  if (a.shape == nullptr || a.strides == nullptr) ga.complete(&a);
  if (b.shape == nullptr || b.strides == nullptr) gb.complete(&b);
  return equal_items(a, fa, a.data, b, fb, b.data, 0);
}

bool is_byte_format(char c) { return c == 'b' || c == 'B' || c == 'c'; }

// The shape argument of cast(): the number of dimensions, and the lengths themselves.
Result<u32> read_shape(Thread& t, Value v, usize itemsize, usize size, ssize* shape) {
  Local<Tuple> lengths(t, TRY(to_tuple(t, v)));
  usize total = itemsize;
  for (usize i = 0; i < lengths->size(); ++i) {
    Value item = (*lengths)[i];
    if (!is_any_int(item)) {
      return raise(t, TypeError, "memoryview.cast(): elements of shape must be integers");
    }
    ssize n = TRY(to_ssize(t, item));
    if (n <= 0) return raise(t, ValueError, "memoryview.cast(): elements of shape must be integers > 0");
    if (__builtin_mul_overflow(total, static_cast<usize>(n), &total) || total > static_cast<usize>(PTRDIFF_MAX)) {
      return raise(t, ValueError, "memoryview.cast(): product(shape) > SSIZE_MAX");
    }
    shape[i] = n;
  }
  if (total != size) return raise(t, TypeError, "memoryview: product(shape) * itemsize != buffer size");
  return static_cast<u32>(lengths->size());
}

}  // namespace

Result<> read_item(Thread& t, char format, const Buffer& b, const u8* at) {
  u8 bytes[kMaxItem];
  {
    BufferLock lock(b);
    std::memcpy(bytes, at, native_size(format));
  }
  return unpack_item(t, format, bytes);
}

Result<char> view_format(Thread& t, MemoryView* v) {
  char c = native_format(v->format);
  if (c == 0) {
    return raise(t, NotImplementedError, "memoryview: format {} not supported", v->format);
  }
  return c;
}

Result<> memoryview_get_item(Thread& t, Value self, Value key) {
  MemoryView* v = self.as<MemoryView>();
  ViewHold hold;
  TRY(hold.get(t, v));
  Buffer b;
  view_as_buffer(v, &b);
  if (v->ndim == 0) {
    if (is_a<Tuple>(key) && key.as<Tuple>()->size() == 0) return read_item(t, TRY(view_format(t, v)), b, v->data);
    if (same(key, Value(&ellipsis_object))) return own(self);
    return raise(t, TypeError, "invalid indexing of 0-dim memory");
  }
  bool tuple = is_a<Tuple>(key);
  if (is_index(key) || (tuple && all_items(key.as<Tuple>(), is_index))) {
    char format = TRY(view_format(t, v));
    return read_item(t, format, b, TRY(item_address(t, v, b, key)));
  }
  if (is_slice(key)) return slice_view(t, v, key.as<Slice>());
  if (tuple && all_items(key.as<Tuple>(), is_slice)) {
    return raise(t, NotImplementedError, "multi-dimensional slicing is not implemented");
  }
  return raise(t, TypeError, "memoryview: invalid slice key");
}

Status memoryview_set_item(Thread& t, Value self, Value key, Value value) {
  MemoryView* v = self.as<MemoryView>();
  ViewHold hold;
  TRY(hold.get(t, v));
  if (v->readonly) return raise(t, TypeError, "cannot modify read-only memory");
  if (value.is_empty()) return raise(t, TypeError, "cannot delete memory");
  Buffer b;
  view_as_buffer(v, &b);
  u8 bytes[kMaxItem];
  if (v->ndim == 0) {
    if (!same(key, Value(&ellipsis_object)) && !(is_a<Tuple>(key) && key.as<Tuple>()->size() == 0)) {
      return raise(t, TypeError, "invalid indexing of 0-dim memory");
    }
    TRY(pack_item(t, TRY(view_format(t, v)), bytes, value));
    write_item(b, v->data, bytes);
    return kDone;
  }
  bool tuple = is_a<Tuple>(key);
  if (is_index(key) || (tuple && all_items(key.as<Tuple>(), is_index))) {
    char format = TRY(view_format(t, v));
    u8* at = TRY(item_address(t, v, b, key));
    TRY(pack_item(t, format, bytes, value));
    write_item(b, at, bytes);
    return kDone;
  }
  if (is_slice(key) && v->ndim == 1) return set_slice(t, v, key.as<Slice>(), value);
  if (is_slice(key) || (tuple && all_items(key.as<Tuple>(), is_slice))) {
    return raise(t, NotImplementedError, "memoryview slice assignments are currently restricted to ndim = 1");
  }
  return raise(t, TypeError, "memoryview: invalid slice key");
}

Result<MemoryView> memoryview_cast(Thread& t, MemoryView* v, Str* format_text, Opt<Value> shape) {
  ViewHold hold;
  TRY(hold.get(t, v));
  if (!view_is_contiguous(v, 'C')) {
    return raise(t, TypeError, "memoryview: casts are restricted to C-contiguous views");
  }
  if (shape || v->ndim != 1) {
    for (u32 i = 0; i < v->ndim; ++i) {
      if (v->shape()[i] == 0) return raise(t, TypeError, "memoryview: cannot cast view with zeros in shape or strides");
    }
  }
  usize dims = 1;
  if (shape) {
    if (!is_a<List>(*shape) && !is_a<Tuple>(*shape)) return raise(t, TypeError, "shape must be a list or a tuple");
    dims = is_a<List>(*shape) ? list_size((*shape).as<List>()) : (*shape).as<Tuple>()->size();
    if (dims > kMaxBufferDims) {
      return raise(t, ValueError, "memoryview: number of dimensions must not exceed {}", kMaxBufferDims);
    }
    if (v->ndim != 1 && dims != 1) return raise(t, TypeError, "memoryview: cast must be 1D -> ND or ND -> 1D");
  }
  Utf8 text;
  TRY(text.encode(t, format_text, true));
  char from = native_format(v->format), to = native_format(text.c_str());
  if (from == 0) {
    return raise(t, ValueError, "memoryview: source format must be a native single character format prefixed with an optional '@'");
  }
  if (to == 0) {
    return raise(t, ValueError, "memoryview: destination format must be a native format prefixed with an optional '@'");
  }
  if (!is_byte_format(from) && !is_byte_format(to)) {
    return raise(t, TypeError, "memoryview: cannot cast between two non-byte formats");
  }
  usize itemsize = native_size(to);
  if (v->size % itemsize != 0) return raise(t, TypeError, "memoryview: length is not a multiple of itemsize");
  ssize lengths[kMaxBufferDims] = {static_cast<ssize>(v->size / itemsize)};
  u32 ndim = 1;
  if (shape) ndim = TRY(read_shape(t, *shape, itemsize, v->size, lengths));
  Result<MemoryView> r = memoryview_derive(t, v, ndim);
  if (r.is_error()) return kError;
  MemoryView* c = r.word().as<MemoryView>();
  c->itemsize = itemsize;
  c->format = native_format_text(to);
  ssize step = static_cast<ssize>(itemsize);
  for (u32 i = ndim; i-- > 0;) {
    c->shape()[i] = lengths[i];
    c->strides()[i] = step;
    c->suboffsets()[i] = -1;
    step *= lengths[i];
  }
  return r;
}

Result<> memoryview_tolist(Thread& t, MemoryView* v) {
  ViewHold hold;
  TRY(hold.get(t, v));
  Buffer b;
  view_as_buffer(v, &b);
  return list_of(t, TRY(view_format(t, v)), b, 0, v->data);
}

Result<> memoryview_compare(Thread& t, Value self, Value other, CompareOp op) {
  if (op != CompareOp::Eq && op != CompareOp::Ne) return not_implemented();
  bool equal = same(self, other);
  if (!equal) {
    MemoryView* v = self.as<MemoryView>();
    ViewHold hold;
    if (hold.get(t, v).is_error()) {  // a released view equals itself alone
      clear_error(t);
      return boolean(op == CompareOp::Ne);
    }
    if (!has_buffer(other)) return not_implemented();
    BufferHold second(t);
    if (second.get(other, kBufferFullRO).is_error()) {
      clear_error(t);
      return is_exact<MemoryView>(other) ? boolean(op == CompareOp::Ne) : not_implemented();
    }
    Buffer b;
    view_as_buffer(v, &b);
    equal = equal_buffers(b, second.view());
  } else if (!native_format(self.as<MemoryView>()->format) || *self.as<MemoryView>()->format == 'd' ||
             *self.as<MemoryView>()->format == 'f' || *self.as<MemoryView>()->format == 'e' || *self.as<MemoryView>()->format == 'Z') {
    // NaNs differ from themselves: the items decide, unless the view has been released.
    MemoryView* v = self.as<MemoryView>();
    Mutating guard(v);
    if (!v->released) {
      Buffer a, b;
      view_as_buffer(v, &a);
      view_as_buffer(v, &b);
      equal = equal_buffers(a, b);
    }
  }
  return boolean(equal == (op == CompareOp::Eq));
}

}  // namespace taipan
