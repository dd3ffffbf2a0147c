// _struct: values as packed binary data.
// A Struct's layout is replaced only by calling __init__ again: readers take the pointer once (I6).
#include <cstring>

#include "runtime/memory/publish.h"
#include "runtime/modules/module_tools.h"
#include "runtime/modules/struct/struct_layout.h"
#include "runtime/object/call.h"
#include "runtime/thread/local.h"
#include "runtime/thread/object_lock.h"
#include "runtime/types/byte_source.h"
#include "runtime/types/bytes.h"
#include "runtime/types/container_util.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

Type* g_struct_error;

namespace {

Type* g_struct_type;
Type* g_unpack_iterator_type;
GlobalRoot g_cache("struct's formats");  // format -> Struct
constexpr usize kMaxCached = 100;

struct Struct : Object {
  Slot<Str> format;
  Atomic<StructLayout*> layout;  // null: __init__ has not run
};
Struct* struct_of(Value v) { return v.as<Struct>(); }

void struct_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<Struct*>(o)->format); }
void struct_destroy(Object* o) {
  drop_edges(o, struct_visit);
  StructLayout* l = static_cast<Struct*>(o)->layout.load_relaxed();  // nobody else has it
  if (l != nullptr) buffer_free(l, StructLayout::storage(l->count));
  free_object(o, object_size(o));
}

// Borrowed until the next safepoint of a shared Struct that is initialised again; see LayoutHold.
Result<const StructLayout*> layout_of(Thread& t, Value self) {
  const StructLayout* l = struct_of(self)->layout.load_acquire();
  if (l == nullptr) return raise(t, RuntimeError, "Struct object is not initialized");
  return l;
}

// A layout that stays while Python code may run __init__ again: a copy where it matters.
class LayoutHold {
 public:
  explicit LayoutHold(Thread& t) : t_(t) {}
  ~LayoutHold() {
    if (copy_ != nullptr) buffer_free(copy_, StructLayout::storage(copy_->count));
  }
  LayoutHold(const LayoutHold&) = delete;
  Status get(Value self) {
    const StructLayout* l = TRY(layout_of(t_, self));
    usize n = StructLayout::storage(l->count);
    copy_ = n <= sizeof inline_ ? nullptr : static_cast<StructLayout*>(buffer_allocate(t_, n));
    if (n > sizeof inline_ && copy_ == nullptr) return raise_memory_error(t_);
    std::memcpy(copy_ != nullptr ? static_cast<void*>(copy_) : inline_, l, n);
    return kDone;
  }
  const StructLayout& operator*() const {
    return copy_ != nullptr ? *copy_ : *reinterpret_cast<const StructLayout*>(inline_);
  }
  const StructLayout* operator->() const { return &**this; }

 private:
  Thread& t_;
  StructLayout* copy_ = nullptr;
  alignas(8) char inline_[256];
};

Result<> struct_new(Thread& t, Type& cls, const Value*, u32, Tuple*) {
  Struct* s = new_object<Struct>(t, cls);
  if (s == nullptr) return kError;
  return Result<>::from_owned(own_new(s).word());
}

Result<Str> format_argument(Thread& t, Value v) {
  if (is_a<Str>(v)) {
    if (!v.as<Str>()->is_ascii()) return raise(t, ValueError, "non-ASCII character in struct format");
    return own(v.as<Str>());
  }
  if (!is_a<Bytes>(v)) {
    return raise(t, TypeError, "Struct() argument 1 must be a str or bytes object, not {!T}", v);
  }
  for (u8 c : v.as<Bytes>()->view()) {
    if (c >= 0x80) return raise(t, ValueError, "non-ASCII character in struct format");
  }
  return str_from_ascii(t, v.as<Bytes>()->view());
}

Status struct_prepare(Thread& t, Struct* s, Value format) {
  Local<Str> text(t, TRY(format_argument(t, format)));
  StructLayout* fresh = struct_compile(t, reinterpret_cast<const char*>(text->data()), text->length());
  if (fresh == nullptr) return kError;
  s->format.store(s, text.value());
  StructLayout* old = s->layout.exchange_acq_rel(fresh);
  if (old != nullptr) buffer_discard(t, s, old, StructLayout::storage(old->count));
  return kDone;
}

Status struct_init(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  u32 total = nargs + (kwnames != nullptr ? static_cast<u32>(kwnames->size()) : 0);
  if (total > 1) return raise(t, TypeError, "Struct() takes at most 1 argument ({} given)", total);
  bool named = total == 1 && nargs == 0;
  if (total == 0 || (named && !str_equals((*kwnames)[0].as<Str>(), "format"))) {
    return raise(t, TypeError, "Struct() missing required argument 'format' (pos 1)");
  }
  return struct_prepare(t, struct_of(self), args[0]);
}

// The Struct of a format, remembered: the module's functions are called with few different ones.
Result<> cached_struct(Thread& t, Value format) {
  Dict* cache = g_cache.borrow().as<Dict>();
  bool simple = is_exact<Str>(format) || is_exact<Bytes>(format);
  if (simple) {
    Local<> known(t, TRY(dict_get(t, cache, format)));
    if (!known.is_empty()) return known.give();
  }
  Local<> s(t, TRY(struct_new(t, *g_struct_type, nullptr, 0, nullptr)));
  TRY(struct_prepare(t, struct_of(s), format));
  if (simple) {
    if (dict_size(cache) >= kMaxCached) TRY(dict_clear(t, cache));
    TRY(dict_set(t, cache, format, s));
  }
  return s.give();
}

// --- packing --------------------------------------------------------------------------------------------------

Result<Bytes> pack_with(Thread& t, Value self, const Value* values, u32 count) {
  LayoutHold layout(t);
  TRY(layout.get(self));
  if (count != layout->values) {
    return raise(t, *g_struct_error, "pack expected {} items for packing (got {})", layout->values, count);
  }
  Local<Bytes> out(t, TRY(bytes_allocate(t, layout->size)));
  TRY(struct_pack_values(t, *layout, values, out->data()));
  return out.give();
}

Status pack_into_with(Thread& t, Value self, Value target, Value where, const Value* values, u32 count) {
  LayoutHold layout(t);
  TRY(layout.get(self));
  if (count != layout->values) {
    return raise(t, *g_struct_error, "pack_into expected {} items for packing (got {})", layout->values, count);
  }
  BufferHold buffer(t);
  if (buffer.get(target, kBufferWritable).is_error()) {
    clear_error(t);
    return raise(t, TypeError, "pack_into() argument 2 must be read-write bytes-like object, not {!T}", target);
  }
  ssize offset = TRY(to_ssize(t, where)), size = static_cast<ssize>(layout->size);
  ssize room = static_cast<ssize>(buffer.size());
  if (offset < 0) {
    if (offset + size > 0) {
      return raise(t, *g_struct_error, "no space to pack {} bytes at offset {}", size, offset);
    }
    if (offset + room < 0) {
      return raise(t, *g_struct_error, "offset {} out of range for {}-byte buffer", offset, room);
    }
    offset += room;
  }
  if (room - offset < size) {
    return raise(t, *g_struct_error,
                 "pack_into requires a buffer of at least {} bytes for packing {} bytes at offset {} "
                 "(actual buffer size is {})",
                 static_cast<u64>(size) + static_cast<u64>(offset), size, offset, room);
  }
  return struct_pack_values(t, *layout, values, buffer.data() + offset);
}


Result<Bytes> struct_pack(Thread& t, Value self, Args values) { return pack_with(t, self, values.items, values.count); }
Status struct_pack_into(Thread& t, Value self, Value buffer, Value offset, Args values) {
  return pack_into_with(t, self, buffer, offset, values.items, values.count);
}

// --- unpacking ------------------------------------------------------------------------------------------------

Result<Tuple> struct_unpack(Thread& t, Value self, const ByteSource& data) {
  const StructLayout* l = TRY(layout_of(t, self));
  if (data.size() != l->size) return raise(t, *g_struct_error, "unpack requires a buffer of {} bytes", l->size);
  return struct_unpack_values(t, *l, data.data());
}

Result<Tuple> struct_unpack_from(Thread& t, Value self, const ByteSource& data, ssize offset) {
  const StructLayout* l = TRY(layout_of(t, self));
  ssize size = static_cast<ssize>(l->size), room = static_cast<ssize>(data.size());
  if (offset < 0) {
    if (offset + size > 0) {
      return raise(t, *g_struct_error, "not enough data to unpack {} bytes at offset {}", size, offset);
    }
    if (offset + room < 0) {
      return raise(t, *g_struct_error, "offset {} out of range for {}-byte buffer", offset, room);
    }
    offset += room;
  }
  if (room - offset < size) {
    return raise(t, *g_struct_error,
                 "unpack_from requires a buffer of at least {} bytes for unpacking {} bytes at offset {} "
                 "(actual buffer size is {})",
                 static_cast<u64>(size) + static_cast<u64>(offset), size, offset, room);
  }
  return struct_unpack_values(t, *l, data.data() + offset);
}

// Iterates over its own copy of the bytes (bytes objects are not copied): the source may change meanwhile.
struct UnpackIterator : Object {
  Slot<> owner;      // the Struct
  Slot<Bytes> data;  // empty: exhausted
  Atomic<u64> at;    // the next item takes its place by adding to it
};

void unpack_iterator_visit(Object* o, EdgeVisitor& visit) {
  auto* i = static_cast<UnpackIterator*>(o);
  visit(i->owner, i->data);
}

Result<> struct_iter_unpack(Thread& t, Value self, Value buffer) {
  const StructLayout* l = TRY(layout_of(t, self));
  u64 size = l->size;
  Local<Bytes> data(t, is_exact<Bytes>(buffer) ? own(buffer.as<Bytes>()) : TRY(bytes_from_object(t, buffer)));
  if (size == 0) return raise(t, *g_struct_error, "cannot iteratively unpack with a struct of length 0");
  if (data->size() % size != 0) {
    return raise(t, *g_struct_error, "iterative unpacking requires a buffer of a multiple of {} bytes", size);
  }
  auto* i = new_object<UnpackIterator>(t, *g_unpack_iterator_type);
  if (i == nullptr) return kError;
  i->owner.init(self);
  i->data.init(data.value());
  return Result<>::from_owned(own_new(i).word());
}

Result<> unpack_iterator_next(Thread& t, Value self) {
  auto* i = self.as<UnpackIterator>();
  const StructLayout* l = TRY(layout_of(t, i->owner.borrow()));
  Bytes* data = i->data.borrow();
  u64 at = i->at.load_relaxed();  // only the place matters
  do {
    if (at + l->size > data->size()) return Result<>::absent();
  } while (!i->at.cas_relaxed(at, at + l->size));
  return struct_unpack_values(t, *l, data->data() + at);
}
Result<i64> unpack_iterator_hint(Thread& t, Value self) {
  auto* i = self.as<UnpackIterator>();
  const StructLayout* l = TRY(layout_of(t, i->owner.borrow()));
  return static_cast<i64>((i->data.borrow()->size() - i->at.load_relaxed()) / l->size);  // a hint
}

const NativeDef kIteratorMethods[] = {
    def<unpack_iterator_hint>("__length_hint__($self, /)", "How many items are left."),
};
const TypeDef kIteratorDef = {
    .name = "_struct.unpack_iterator",
    .flags = kTypeImmutable | kTypeNoInstantiation | kTypeGcTracked,
    .size = sizeof(UnpackIterator),
    .slots = {.visit = unpack_iterator_visit, .iter = iterate_self, .next = unpack_iterator_next},
    .methods = kIteratorMethods};

// --- the class and the functions ------------------------------------------------------------------------------

Result<Str> struct_repr(Thread& t, Value self) {
  TRY(layout_of(t, self));
  return str_format(t, "{}({!r})", type_of(self).name.borrow(), struct_of(self)->format.borrow());
}
Result<> get_format(Thread& t, Value self) {
  TRY(layout_of(t, self));
  return struct_of(self)->format.load(self.object());
}
Result<> get_size(Thread& t, Value self) { return int_from_u64(t, TRY(layout_of(t, self))->size); }

const NativeDef kStructMethods[] = {
    def<struct_iter_unpack>("iter_unpack($self, buffer, /)", "An iterator over equal pieces of buffer, unpacked."),
    def<struct_pack>("pack($self, /, *values)", "The values as bytes."),
    def<struct_pack_into>("pack_into($self, buffer, offset, /, *values)", "Writes the packed values into buffer."),
    def<struct_unpack>("unpack($self, buffer, /)", "A tuple of the values in buffer."),
    def<struct_unpack_from>("unpack_from($self, /, buffer, offset=0)", "A tuple of the values at offset in buffer."),
};
const GetSetDef kStructGetSets[] = {
    {"format", get_format, nullptr, "The format string."},
    {"size", get_size, nullptr, "The number of bytes."},
};
const TypeDef kStructDef = {
    .name = "_struct.Struct", .doc = "A compiled format: how values lie in packed binary data.",
    .flags = kTypeBase | kTypeGcTracked | kTypeWeakrefable,
    .size = sizeof(Struct),
    .slots = {.visit = struct_visit, .destroy = struct_destroy, .new_ = struct_new, .init = struct_init, .repr = struct_repr},
    .methods = kStructMethods, .getsets = kStructGetSets, .text_signature = "(format)"};

Status module_clearcache(Thread& t) { return dict_clear(t, g_cache.borrow().as<Dict>()); }
Result<> module_calcsize(Thread& t, Value format) {
  Local<> s(t, TRY(cached_struct(t, format)));
  return get_size(t, s);
}
Result<> module_iter_unpack(Thread& t, Value format, Value buffer) {
  Local<> s(t, TRY(cached_struct(t, format)));
  return struct_iter_unpack(t, s, buffer);
}
Result<Bytes> module_pack(Thread& t, Value format, Args values) {
  Local<> s(t, TRY(cached_struct(t, format)));
  return pack_with(t, s, values.items, values.count);
}
Status module_pack_into(Thread& t, Value format, Value buffer, Value offset, Args values) {
  Local<> s(t, TRY(cached_struct(t, format)));
  return pack_into_with(t, s, buffer, offset, values.items, values.count);
}
Result<Tuple> module_unpack(Thread& t, Value format, const ByteSource& buffer) {
  Local<> s(t, TRY(cached_struct(t, format)));
  return struct_unpack(t, s, buffer);
}
Result<Tuple> module_unpack_from(Thread& t, Value format, const ByteSource& buffer, ssize offset) {
  Local<> s(t, TRY(cached_struct(t, format)));
  return struct_unpack_from(t, s, buffer, offset);
}

const NativeDef kFunctions[] = {
    def<module_clearcache>("_clearcache($module, /)", "Forgets the compiled formats."),
    def<module_calcsize>("calcsize($module, format, /)", "The number of bytes that a format describes."),
    def<module_iter_unpack>("iter_unpack($module, format, buffer, /)", "An iterator over equal pieces of buffer, unpacked."),
    def<module_pack>("pack($module, format, /, *values)", "The values as bytes."),
    def<module_pack_into>("pack_into($module, format, buffer, offset, /, *values)", "Writes the packed values into buffer."),
    def<module_unpack>("unpack($module, format, buffer, /)", "A tuple of the values in buffer."),
    def<module_unpack_from>("unpack_from($module, format, /, buffer, offset=0)", "A tuple of the values at offset in buffer."),
};

Status struct_exec(Thread& t, Module* m) {
  Local<Dict> cache(t, TRY(dict_new(t)));
  g_cache.set(t, cache);
  TRY(module_add_exception(t, m, "error", Exception, &g_struct_error, "struct"));
  TRY(module_add_type(t, m, kStructDef, &g_struct_type));
  Local<Type> iterator(t, TRY(type_from_def(t, kIteratorDef)));
  g_unpack_iterator_type = iterator.get();
  return kDone;
}

}  // namespace

extern const ModuleDef struct_module_def;
const ModuleDef struct_module_def = {"_struct", "Conversion between Python values and packed binary data.", kFunctions, {},
                                     struct_exec};

}  // namespace taipan
