// The class bytes: slots, table of methods; its iterator.
#include "runtime/config.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/types/bytes_methods.h"
#include "runtime/types/container_util.h"
#include "runtime/types/slice.h"

namespace taipan {

namespace {

Result<> bytes_new(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  Result<> r = bytes_construct(t, false, args, nargs, kwnames);
  if (&cls == &bytes_type || r.is_error()) return r;
  Local<Bytes> text(t, r.cast<Bytes>());
  return bytes_subclass_instance(t, cls, text->view());
}

Result<Str> bytes_repr(Thread& t, Value self) { return bytes_repr_text(t, self.as<Bytes>()->view(), "", ""); }
Result<Str> bytes_str(Thread& t, Value self) {
  if (g_config.bytes_warning) TRY(warn(t, BytesWarning, "str() on a bytes instance"));
  return bytes_repr(t, self);
}
Result<u64> bytes_hash_slot(Thread&, Value self) { return bytes_hash(self.as<Bytes>()); }
Result<bool> bytes_truth(Thread&, Value self) { return self.as<Bytes>()->size() != 0; }
Result<ssize> bytes_length(Thread&, Value self) { return static_cast<ssize>(self.as<Bytes>()->size()); }

Result<> item_at(Thread& t, Bytes* b, i64 i) {
  i64 n = static_cast<i64>(b->size());
  if (i < 0) i += n;
  if (i < 0 || i >= n) return raise(t, IndexError, "index out of range");
  return Result<>::small_int(b->data()[i]);
}

Result<> bytes_get_item(Thread& t, Value self, Value key) {
  Bytes* b = self.as<Bytes>();
  if (key.is_int()) return item_at(t, b, key.as_int());
  if (is_a<Slice>(key)) {
    SliceBounds bounds;
    usize count;
    TRY(slice_resolve(t, key.as<Slice>(), [&] { return b->size(); }, &bounds, &count));
    if (bounds.step == 1) {
      if (count == b->size() && is_exact<Bytes>(self)) return own(self);
      return bytes_from(t, b->view().substr(count == 0 ? 0 : static_cast<usize>(bounds.start), count));
    }
    u8* out;
    Result<> r = new_bytes_like(t, false, count, &out);
    if (r.is_error()) return kError;
    ssize at = bounds.start;
    for (usize i = 0; i < count; ++i, at += bounds.step) out[i] = b->data()[at];
    return r;
  }
  if (type_of(key).slots.index == nullptr) {
    return raise(t, TypeError, "byte indices must be integers or slices, not {!T}", key);
  }
  return item_at(t, b, TRY(to_index_or_index_error(t, key)));
}

Result<> bytes_mod(Thread& t, Value left, Value right) {
  if (!is_a<Bytes>(left)) return not_implemented();
  return bytes_percent(t, false, left, right);
}

Status bytes_get_buffer(Thread& t, Value self, Buffer& view, u32 flags) {
  Bytes* b = self.as<Bytes>();
  return buffer_fill_simple(t, self, view, b->data(), b->size(), true, flags);
}

Result<Tuple> bytes_getnewargs(Thread& t, Bytes* b) {
  Local<> copy(t, TRY(bytes_from(t, b->view())));
  return tuple_of(t, copy);
}
Result<> bytes_bytes(Thread& t, Bytes* b) {
  if (is_exact<Bytes>(b)) return own<>(Value(b));
  return bytes_from(t, b->view());
}

const NativeDef kBytesMethods[] = {
    TP_BYTES_METHODS(false),
    def<bytes_getnewargs>("__getnewargs__($self, /)", ""),
    def<bytes_bytes>("__bytes__($self, /)", "Convert this value to exact type bytes."),
};

// --- the iterator -----------------------------------------------------------------------------------

struct BytesIterator : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::bytes_iterator_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<Bytes> bytes;  // empty: exhausted
  u64 index;          // under the lock if shared
};

Result<> bytes_iter(Thread& t, Value self) {
  BytesIterator* it = new_object<BytesIterator>(t, bytes_iterator_type);
  if (it == nullptr) return kError;
  it->bytes.init(self);
  return Result<>::from_owned(own_new(it).word());
}

void iterator_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<BytesIterator*>(o)->bytes); }

Result<> iterator_next(Thread&, Value self) {
  BytesIterator* it = self.as<BytesIterator>();
  Bytes* b;
  u64 i = 0;
  {
    Mutating guard(it);
    b = it->bytes.borrow();
    if (b != nullptr) i = it->index++;
  }
  if (b == nullptr) return Result<>::absent();
  if (i >= b->size()) {
    it->bytes.clear(it);
    return Result<>::absent();
  }
  return Result<>::small_int(b->data()[i]);
}

Result<ssize> iterator_length_hint(Thread&, BytesIterator* it) {
  Mutating guard(it);
  Bytes* b = it->bytes.borrow();
  return static_cast<ssize>(b != nullptr && it->index < b->size() ? b->size() - it->index : 0);
}

Result<> iterator_reduce(Thread& t, BytesIterator* it) {
  Local<Bytes> b(t);
  u64 i;
  {
    Mutating guard(it);
    b.set(it->bytes.load(it));
    i = it->index;
  }
  if (b.is_empty()) return reduce_pair(t, builtin_by_name(t, names().iter), Value(empty_tuple()));
  return reduce_pair(t, builtin_by_name(t, names().iter), b, Value::small_int(static_cast<i64>(i)));
}

Status iterator_setstate(Thread& t, BytesIterator* it, Value state) {
  ssize i = TRY(iterator_state(t, state));
  Mutating guard(it);
  Bytes* b = it->bytes.borrow();
  if (b == nullptr) return kDone;
  ssize n = static_cast<ssize>(b->size());
  it->index = static_cast<u64>(i < 0 ? 0 : i > n ? n : i);
  return kDone;
}

const NativeDef kIteratorMethods[] = {
    def<iterator_length_hint>("__length_hint__($self, /)", "Private method returning an estimate of len(list(it))."),
    def<iterator_reduce>("__reduce__($self, /)", "Return state information for pickling."),
    def<iterator_setstate>("__setstate__($self, object, /)", "Set state information for unpickling."),
};

}  // namespace

extern const TypeDef bytes_type_def;
constinit const TypeDef bytes_type_def = {
    .name = "bytes",
    .doc = "bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes\n"
           "bytes(bytes_or_buffer) -> immutable copy of bytes_or_buffer\n"
           "bytes(int) -> bytes object of size given by the parameter initialized with null bytes\n"
           "bytes() -> empty bytes object",
    .flags = kTypeBase | kTypeBytesSubclass | kTypeNoEdges,
    .size = sizeof(Bytes),
    .slots = {.size = bytes_storage,
              .new_ = bytes_new,
              .repr = bytes_repr,
              .str = bytes_str,
              .hash = bytes_hash_slot,
              .truth = bytes_truth,
              .compare = bytes_compare_slot,
              .iter = bytes_iter,
              .length = bytes_length,
              .get_item = bytes_get_item,
              .contains = bytes_contains_slot,
              .concat = bytes_concat_slot<false>,
              .repeat = bytes_repeat_slot<false>,
              .binary = {nullptr, nullptr, nullptr, nullptr, nullptr, bytes_mod},
              .get_buffer = bytes_get_buffer},
    .methods = kBytesMethods,
};

extern const TypeDef bytes_iterator_type_def;
constinit const TypeDef bytes_iterator_type_def = {
    .name = "bytes_iterator",
    .flags = kTypeGcTracked,
    .size = sizeof(BytesIterator),
    .slots = {.visit = iterator_visit, .iter = iterate_self, .next = iterator_next},
    .methods = kIteratorMethods,
};

}  // namespace taipan
