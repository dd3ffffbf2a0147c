// The class memoryview: attributes, methods; its iterator.
#include "runtime/base/siphash.h"
#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/names.h"
#include "runtime/types/bytes_methods.h"
#include "runtime/types/container_util.h"
#include "runtime/types/memoryview_impl.h"

namespace taipan {

void memoryview_visit(Object* o, EdgeVisitor& visit);
void memoryview_destroy(Object* o);
usize memoryview_storage(const Object* o);
Status memoryview_get_buffer(Thread& t, Value self, Buffer& view, u32 flags);
void memoryview_release_buffer(Thread& t, Value self, Buffer& view);

namespace {

MemoryView* view_of(Value self) { return self.as<MemoryView>(); }

Result<> memoryview_new(Thread& t, Type&, const Value* args, u32 nargs, Tuple* kwnames) {
  usize keywords = kwnames != nullptr ? kwnames->size() : 0;
  if (nargs + keywords > 1) {
    return raise(t, TypeError, "memoryview() takes at most 1 {}argument ({} given)", nargs == 0 ? "keyword " : "",
                 nargs + keywords);
  }
  if (nargs + keywords == 0) return raise(t, TypeError, "memoryview() missing required argument 'object' (pos 1)");
  if (keywords != 0 && !str_equals((*kwnames)[0].as<Str>(), "object")) {
    return raise(t, TypeError, "memoryview() got an unexpected keyword argument '{}'", (*kwnames)[0]);
  }
  return memoryview_from(t, args[0].canonical());
}

Result<Str> memoryview_repr(Thread& t, Value self) {
  bool released;
  {
    Mutating guard(view_of(self));
    released = view_of(self)->released;
  }
  char address[32];
  std::snprintf(address, sizeof address, "%p", static_cast<void*>(self.object()));
  return str_format(t, released ? "<released memory at {}>" : "<memory at {}>", static_cast<const char*>(address));
}

Result<ssize> memoryview_length(Thread& t, Value self) {
  ViewHold hold;
  TRY(hold.get(t, view_of(self)));
  if (view_of(self)->ndim == 0) return raise(t, TypeError, "0-dim memory has no length");
  return view_of(self)->shape()[0];
}

// The bytes of a view in C order, copied if they have gaps.
class Contiguous {
 public:
  ~Contiguous() {
    if (copy_ != nullptr) buffer_free(copy_, size);
  }
  Status get(Thread& t, MemoryView* v) {
    Buffer b;
    view_as_buffer(v, &b);
    size = b.size;
    data = b.data;
    if (size == 0 || buffer_is_contiguous(b, 'C')) return kDone;
    copy_ = buffer_allocate(t, size);
    if (copy_ == nullptr) return raise_memory_error(t);
    buffer_copy_out(b, static_cast<u8*>(copy_));
    data = static_cast<u8*>(copy_);
    return kDone;
  }
  const u8* data = nullptr;
  usize size = 0;

 private:
  void* copy_ = nullptr;
};

Result<u64> memoryview_hash(Thread& t, Value self) {
  MemoryView* v = view_of(self);
  u64 known = v->hash_.load_relaxed();  // every thread computes the same value
  if (known != 0) return known;
  ViewHold hold;
  TRY(hold.get(t, v));
  if (!v->readonly) return raise(t, ValueError, "cannot hash writable memoryview object");
  char format = native_format(v->format);
  if (format != 'B' && format != 'b' && format != 'c') {
    return raise(t, ValueError, "memoryview: hashing is restricted to formats 'B', 'b' or 'c'");
  }
  Local<> exporter(t, v->managed.borrow()->exporter.load(v->managed.borrow()));
  TRY(hash(t, exporter));  // it must be hashable itself
  Contiguous bytes;
  TRY(bytes.get(t, v));
  u64 h = bytes.size == 0 ? 0 : hash_bytes(bytes.data, bytes.size);
  v->hash_.store_relaxed(h);
  return h;
}

// --- attributes ---------------------------------------------------------------------------------------

template <auto kGet>
Result<> attribute(Thread& t, Value self) {
  ViewHold hold;
  TRY(hold.get(t, view_of(self)));
  return kGet(t, view_of(self));
}

Result<> dims_tuple(Thread& t, const ssize* dims, u32 n) {
  Local<Tuple> out(t, TRY(tuple_new(t, n)));
  for (u32 i = 0; i < n; ++i) out->items()[i].init(int_from_i64(t, dims[i]));
  return out.give();
}

Result<> get_obj(Thread&, MemoryView* v) {
  ManagedBuffer* m = v->managed.borrow();
  return m->exporter.load(m);
}
Result<> get_nbytes(Thread& t, MemoryView* v) { return int_from_u64(t, v->size); }
Result<> get_itemsize(Thread& t, MemoryView* v) { return int_from_u64(t, v->itemsize); }
Result<> get_format(Thread& t, MemoryView* v) { return str_from_wtf8(t, v->format); }
Result<> get_ndim(Thread&, MemoryView* v) { return Result<>::small_int(v->ndim); }
Result<> get_readonly(Thread&, MemoryView* v) { return boolean(v->readonly); }
Result<> get_shape(Thread& t, MemoryView* v) { return dims_tuple(t, v->shape(), v->ndim); }
Result<> get_strides(Thread& t, MemoryView* v) { return dims_tuple(t, v->strides(), v->ndim); }
Result<> get_suboffsets(Thread& t, MemoryView* v) {
  return dims_tuple(t, v->suboffsets(), v->has_suboffsets ? v->ndim : 0);
}
template <char kOrder>
Result<> get_contiguous(Thread&, MemoryView* v) {
  return boolean(view_is_contiguous(v, kOrder));
}

const GetSetDef kGetSets[] = {
    {"obj", attribute<get_obj>, nullptr, "The underlying object of the memoryview."},
    {"nbytes", attribute<get_nbytes>, nullptr, "The size of all items in bytes."},
    {"readonly", attribute<get_readonly>, nullptr, "Whether the memory is read only."},
    {"itemsize", attribute<get_itemsize>, nullptr, "The size in bytes of each item."},
    {"format", attribute<get_format>, nullptr, "The format of an item, in the syntax of the module struct."},
    {"ndim", attribute<get_ndim>, nullptr, "The number of dimensions."},
    {"shape", attribute<get_shape>, nullptr, "The lengths of the dimensions."},
    {"strides", attribute<get_strides>, nullptr, "Bytes from one item to the next in each dimension."},
    {"suboffsets", attribute<get_suboffsets>, nullptr, "For arrays of pointers to arrays."},
    {"c_contiguous", attribute<get_contiguous<'C'>>, nullptr, "Whether the memory is C-contiguous."},
    {"f_contiguous", attribute<get_contiguous<'F'>>, nullptr, "Whether the memory is Fortran contiguous."},
    {"contiguous", attribute<get_contiguous<'A'>>, nullptr, "Whether the memory is contiguous."},
};

// --- methods ------------------------------------------------------------------------------------------

Result<Bytes> tobytes(Thread& t, MemoryView* v, Value order) {
  char how = 'C';
  if (!is_none(order)) {
    if (!is_a<Str>(order)) {
      return raise(t, TypeError, "tobytes() argument 'order' must be str or None, not {!T}", order);
    }
    Str* s = order.as<Str>();
    if (!str_equals(s, "C") && !str_equals(s, "F") && !str_equals(s, "A")) {
      return raise(t, ValueError, "order must be 'C', 'F' or 'A'");
    }
    how = static_cast<char>(s->at(0));
  }
  ViewHold hold;
  TRY(hold.get(t, v));
  if (how == 'A') how = view_is_contiguous(v, 'F') && !view_is_contiguous(v, 'C') ? 'F' : 'C';
  Buffer b;
  view_as_buffer(v, &b);
  Result<Bytes> r = bytes_allocate(t, b.size);
  if (!r.is_error() && b.size != 0) buffer_copy_out(b, r.word().as<Bytes>()->data(), how);
  return r;
}

Result<Str> hex(Thread& t, MemoryView* v, Opt<Value> sep, ssize bytes_per_sep) {
  ViewHold hold;
  TRY(hold.get(t, v));
  Contiguous bytes;
  TRY(bytes.get(t, v));
  return bytes_hex_text(t, bytes.data, bytes.size, sep ? *sep : Value::empty(), bytes_per_sep);
}

Result<MemoryView> toreadonly(Thread& t, MemoryView* v) {
  ViewHold hold;
  TRY(hold.get(t, v));
  Result<MemoryView> r = memoryview_derive(t, v, v->ndim);
  if (!r.is_error()) r.word().as<MemoryView>()->readonly = true;
  return r;
}

Status release(Thread& t, MemoryView* v) { return memoryview_release(t, v); }
Result<> enter(Thread& t, MemoryView* v) {
  ViewHold hold;
  TRY(hold.get(t, v));
  return own<>(Value(v));
}
Status leave(Thread& t, MemoryView* v, Args) { return memoryview_release(t, v); }

Result<ssize> index(Thread& t, MemoryView* v, Value value, Value start, Value stop) {
  ViewHold hold;
  TRY(hold.get(t, v));
  if (v->ndim == 0) return raise(t, TypeError, "invalid lookup on 0-dim memory");
  if (v->ndim != 1) return raise(t, NotImplementedError, "multi-dimensional lookup is not implemented");
  char format = TRY(view_format(t, v));
  ssize n = v->shape()[0];
  ssize from = TRY(to_slice_index(t, start)), to = TRY(to_slice_index(t, stop));
  from = wrap_and_clamp(from, n);
  to = wrap_and_clamp(to, n);
  Buffer b;
  view_as_buffer(v, &b);
  LoopPoll poll(t);
  for (ssize i = from; i < to && i < n; ++i) {
    Local<> item(t, TRY(read_item(t, format, b, step_to(b, 0, b.data, i))));
    if (TRY(equal(t, item, value))) return i;
    TRY(poll());
  }
  return raise(t, ValueError, "memoryview.index(x): x not found");
}

Result<ssize> count(Thread& t, MemoryView* v, Value value) {
  Local<> iterator(t, TRY(iterate(t, v)));
  ssize n = 0;
  while (true) {
    Result<> item = next(t, iterator);
    if (item.is_error()) return kError;
    if (item.is_absent()) return n;
    Local<> keep(t, item);
    n += TRY(equal(t, keep, value));
  }
}

Result<MemoryView> from_flags(Thread& t, Value, Value object, i32 flags) {
  return memoryview_from(t, object, static_cast<u32>(flags));
}
Result<> getitem_of_class(Thread& t, Type* cls, Value item) { return class_getitem(t, cls, item); }

const NativeDef kMethods[] = {
    def<release>("release($self, /)", "Release the underlying buffer exposed by the memoryview object."),
    def<memoryview_cast>("cast($self, /, format, shape=<unrepresentable>)", "Cast to a new format or shape."),
    def<toreadonly>("toreadonly($self, /)", "Return a readonly version of the memoryview."),
    def<tobytes>("tobytes($self, /, order='C')", "Return the data in the buffer as bytes."),
    def<memoryview_tolist>("tolist($self, /)", "Return the data in the buffer as a list of elements."),
    def<hex>("hex($self, /, sep=<unrepresentable>, bytes_per_sep=1)", "Return the data as hexadecimal text."),
    def<index>("index($self, value, start=0, stop=sys.maxsize, /)", "Return the index of the first occurrence of value."),
    def<count>("count($self, value, /)", "Count the number of occurrences of a value."),
    def<enter>("__enter__($self, /)", ""),
    def<leave>("__exit__($self, /, *exc_info)", "Release the underlying buffer."),
    class_def<from_flags>("_from_flags($type, /, object, flags)", "Create a memoryview with the given buffer flags."),
    class_def<getitem_of_class>("__class_getitem__($type, object, /)", "See PEP 585"),
};

// --- the iterator ---------------------------------------------------------------------------------------

struct MemoryIterator : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::memory_iterator_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<MemoryView> view;  // empty: exhausted
  ssize index;            // under the lock if shared
  ssize length;
};

Result<> memoryview_iter(Thread& t, Value self) {
  MemoryView* v = view_of(self);
  ViewHold hold;
  TRY(hold.get(t, v));
  if (v->ndim == 0) return raise(t, TypeError, "invalid indexing of 0-dim memory");
  TRY(view_format(t, v));
  MemoryIterator* it = new_object<MemoryIterator>(t, memory_iterator_type);
  if (it == nullptr) return kError;
  it->view.init(self);
  it->length = v->shape()[0];
  return Result<>::from_owned(own_new(it).word());
}

void iterator_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<MemoryIterator*>(o)->view); }

Result<> iterator_next(Thread& t, Value self) {
  MemoryIterator* it = self.as<MemoryIterator>();
  Local<MemoryView> v(t);
  ssize i = 0;
  {
    Mutating guard(it);
    v.set(it->view.load(it));
    if (!v.is_empty()) i = it->index++;
  }
  if (v.is_empty()) return Result<>::absent();
  if (i >= it->length) {
    it->view.clear(it);
    return Result<>::absent();
  }
  return memoryview_get_item(t, v, Value::small_int(i));
}

}  // namespace

extern const TypeDef memoryview_type_def;
constinit const TypeDef memoryview_type_def = {
    .name = "memoryview",
    .doc = "Create a new memoryview object which references the given object.",
    .flags = kTypeGcTracked | kTypeSequence | kTypeWeakrefable,
    .size = sizeof(MemoryView),
    .slots = {.visit = memoryview_visit,
              .destroy = memoryview_destroy,
              .size = memoryview_storage,
              .new_ = memoryview_new,
              .repr = memoryview_repr,
              .hash = memoryview_hash,
              .compare = memoryview_compare,
              .iter = memoryview_iter,
              .length = memoryview_length,
              .get_item = memoryview_get_item,
              .set_item = memoryview_set_item,
              .get_buffer = memoryview_get_buffer,
              .release_buffer = memoryview_release_buffer},
    .methods = kMethods,
    .getsets = kGetSets,
    .text_signature = "(object)",
};

extern const TypeDef memory_iterator_type_def;
constinit const TypeDef memory_iterator_type_def = {
    .name = "memory_iterator",
    .flags = kTypeGcTracked,
    .size = sizeof(MemoryIterator),
    .slots = {.visit = iterator_visit, .iter = iterate_self, .next = iterator_next},
};

}  // namespace taipan
