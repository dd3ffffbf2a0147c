// The class bytearray: slots, table of methods; its iterator.
#include "runtime/config.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/instance.h"
#include "runtime/object/names.h"
#include "runtime/types/bytes_methods.h"
#include "runtime/types/container_util.h"
#include "runtime/types/slice.h"

namespace taipan {

namespace {

ByteArray* array_of(Value self) { return self.as<ByteArray>(); }

usize size_of(ByteArray* b) {
  Mutating guard(b);
  return b->size_;
}

void bytearray_destroy(Object* o) {
  ByteArray* b = static_cast<ByteArray*>(o);
  if (b->block_ != nullptr) buffer_free(b->block_, b->capacity_);
  free_object(b, object_size(b));
}

Result<> bytearray_new(Thread& t, Type& cls, const Value*, u32, Tuple*) {
  ByteArray* b = new_object<ByteArray>(t, cls);
  if (b == nullptr) return kError;
  return Result<>::from_owned(own_new(b).word());
}

Status bytearray_init(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  Local<ByteArray> fresh(t, TRY(bytes_construct(t, true, args, nargs, kwnames)).cast<ByteArray>());
  ByteArray* b = array_of(self);
  if (b->is_local() && b->block_ == nullptr && b->exports_ == 0) {  // just born: the storage moves over
    b->block_ = fresh->block_;
    b->capacity_ = fresh->capacity_;
    b->size_ = fresh->size_;
    fresh->block_ = nullptr;
    fresh->capacity_ = fresh->size_ = 0;
    return kDone;
  }
  return bytearray_assign(t, b, fresh->bytes(), fresh->size_);
}

Result<Str> bytearray_repr(Thread& t, Value self) {
  ByteSource s;
  TRY(s.get(t, self));
  Local<Str> name(t, TRY(str_format(t, "{!T}(", self)));
  Utf8 text;
  TRY(text.encode(t, name, true));
  if (name->is_ascii()) return bytes_repr_text(t, s.view(), text.c_str(), ")");
  Local<Str> body(t, TRY(bytes_repr_text(t, s.view(), "", ")")));
  return str_concat(t, name, body);
}

Result<Str> bytearray_str(Thread& t, Value self) {
  if (g_config.bytes_warning) TRY(warn(t, BytesWarning, "str() on a bytearray instance"));
  return bytearray_repr(t, self);
}

Result<bool> bytearray_truth(Thread&, Value self) { return size_of(array_of(self)) != 0; }
Result<ssize> bytearray_length(Thread&, Value self) { return static_cast<ssize>(size_of(array_of(self))); }

// An index or a slice of self; the index still counts from the end if negative.
Status raise_index_type(Thread& t, Value key) {
  return raise(t, TypeError, "bytearray indices must be integers or slices, not {!T}", key);
}

Result<> item_at(Thread& t, ByteArray* b, ssize i) {
  {
    Mutating guard(b);
    ssize n = static_cast<ssize>(b->size_);
    if (i < 0) i += n;
    if (i >= 0 && i < n) return Result<>::small_int(b->bytes()[i]);
  }
  return raise(t, IndexError, "bytearray index out of range");
}

Result<> slice_of(Thread& t, Value self, Slice* slice) {
  SliceBounds bounds;
  TRY(slice_unpack(t, slice, &bounds));
  ByteSource s;
  TRY(s.get(t, self));
  usize count = slice_fit(&bounds, s.size());
  u8* out;
  Result<> r = new_bytes_like(t, true, count, &out);
  if (r.is_error() || count == 0) return r;
  ssize at = bounds.start;
  if (bounds.step == 1) {
    std::memcpy(out, s.data() + at, count);
  } else {
    for (usize i = 0; i < count; ++i, at += bounds.step) out[i] = s.data()[at];
  }
  return r;
}

Result<> bytearray_get_item(Thread& t, Value self, Value key) {
  if (key.is_int()) return item_at(t, array_of(self), key.as_int());
  if (is_a<Slice>(key)) return slice_of(t, self, key.as<Slice>());
  if (type_of(key).slots.index == nullptr) return (void)raise_index_type(t, key), kError;
  return item_at(t, array_of(self), TRY(to_index_or_index_error(t, key)));
}

Status set_at(Thread& t, ByteArray* b, ssize i, Value v) {
  u8 byte = v.is_empty() ? 0 : static_cast<u8>(TRY(byte_value(t, v)));
  bool found = false;
  TRY(bytearray_change(t, b, [&] {
    ssize n = static_cast<ssize>(b->size_), index = i < 0 ? i + n : i;
    found = index >= 0 && index < n;
    if (!found) return Resized::Ok;
    usize at = static_cast<usize>(index);
    if (v.is_empty()) return bytearray_splice_locked(t, b, at, at + 1, 0);
    b->bytes()[at] = byte;
    return Resized::Ok;
  }));
  if (!found) return raise(t, IndexError, "bytearray index out of range");
  return kDone;
}

// Takes out `count` single bytes, step apart.
void delete_scattered_locked(ByteArray* b, SliceBounds s, usize count) {
  if (s.step < 0) {
    s.start += static_cast<ssize>(count - 1) * s.step;
    s.step = -s.step;
  }
  u8* data = b->bytes();
  usize step = static_cast<usize>(s.step), out = static_cast<usize>(s.start), in = out;
  for (usize i = 0; i < count; ++i) {
    ++in;  // this one goes
    usize stop = i + 1 < count ? static_cast<usize>(s.start) + (i + 1) * step : b->size_;
    std::memmove(data + out, data + in, stop - in);
    out += stop - in;
    in = stop;
  }
}

Status set_slice(Thread& t, ByteArray* b, const SliceBounds& given, const u8* data, usize n, bool deletes) {
  usize wanted = 0;
  bool mismatch = false;
  TRY(bytearray_change(t, b, [&] {
    SliceBounds bounds = given;
    usize count = slice_fit(&bounds, b->size_);
    usize from = static_cast<usize>(bounds.start);
    if (bounds.step == 1) {
      Resized r = bytearray_splice_locked(t, b, from, from + count, n);
      if (r == Resized::Ok && n != 0) std::memcpy(b->bytes() + from, data, n);
      return r;
    }
    if (deletes || n == 0) {
      if (count == 0) return Resized::Ok;
      if (b->exports_ != 0) return Resized::Exported;
      delete_scattered_locked(b, bounds, count);
      return bytearray_splice_locked(t, b, b->size_ - count, b->size_, 0);
    }
    mismatch = n != count;
    wanted = count;
    ssize at = bounds.start;
    for (usize i = 0; i < count && !mismatch; ++i, at += bounds.step) b->bytes()[at] = data[i];
    return Resized::Ok;
  }));
  if (mismatch) {
    return raise(t, ValueError, "attempt to assign bytes of size {} to extended slice of size {}", n, wanted);
  }
  return kDone;
}

Status assign_slice(Thread& t, ByteArray* b, Slice* slice, Value v) {
  SliceBounds bounds;
  if (v.is_empty()) {
    TRY(slice_unpack(t, slice, &bounds));
    return set_slice(t, b, bounds, nullptr, 0, true);
  }
  Local<> values(t, v);
  if (!has_buffer(v)) {
    if (is_a<Str>(v) || v.is_int() || type_of(v).slots.index != nullptr) {
      return raise(t, TypeError, "can assign only bytes, buffers, or iterables of ints in range(0, 256)");
    }
    values.set(TRY(bytes_from_iterable(t, true, v, "byte must be in range(0, 256)")));
  }
  TRY(slice_unpack(t, slice, &bounds));
  ByteSource source;
  TRY(same(values, Value(b)) ? source.get_copy(t, values) : source.get(t, values));
  return set_slice(t, b, bounds, source.data(), source.size(), false);
}

Status bytearray_set_item(Thread& t, Value self, Value key, Value v) {
  if (key.is_int()) return set_at(t, array_of(self), key.as_int(), v);
  if (is_a<Slice>(key)) return assign_slice(t, array_of(self), key.as<Slice>(), v);
  if (type_of(key).slots.index == nullptr) return raise_index_type(t, key);
  return set_at(t, array_of(self), TRY(to_index_or_index_error(t, key)), v);
}

Result<> bytearray_inplace_concat(Thread& t, Value self, Value other) {
  if (!has_buffer(other)) return raise(t, TypeError, "can't concat {!T} to {!T}", other, self);
  BufferHold hold(t);  // of self, too, where it is added to itself: then it cannot grow
  if (same(self, other)) TRY(hold.get(other));
  ByteSource s;
  TRY(s.get(t, other));
  TRY(bytearray_append(t, array_of(self), s.data(), s.size()));
  return own(self);
}

Result<> bytearray_inplace_repeat(Thread& t, Value self, ssize times) {
  ByteArray* b = array_of(self);
  usize count = times < 0 ? 0 : static_cast<usize>(times);
  TRY(bytearray_change(t, b, [&] {
    usize n = b->size_, total;
    if (__builtin_mul_overflow(n, count, &total)) return Resized::NoMemory;
    if (count == 0) return bytearray_splice_locked(t, b, 0, n, 0);
    Resized r = bytearray_splice_locked(t, b, n, n, total - n);
    for (usize done = n; r == Resized::Ok && done < total;) {
      usize step = done < total - done ? done : total - done;
      std::memcpy(b->bytes() + done, b->bytes(), step);
      done += step;
    }
    return r;
  }));
  return own(self);
}

Result<> bytearray_mod(Thread& t, Value left, Value right) {
  if (!is_bytearray(left)) return not_implemented();
  return bytes_percent(t, true, left, right);
}

u8 g_no_bytes[1];

Status bytearray_get_buffer(Thread& t, Value self, Buffer& view, u32 flags) {
  ByteArray* b = array_of(self);
  Mutating guard(b);
  ++b->exports_;
  view.readonly = false;
  view.data = b->size_ != 0 ? b->bytes() : g_no_bytes;
  view.size = b->size_;
  return kDone;
}
void bytearray_release_buffer(Thread&, Value self, Buffer&) {
  ByteArray* b = array_of(self);
  Mutating guard(b);
  --b->exports_;
}

// --- methods ----------------------------------------------------------------------------------------

Status array_append(Thread& t, ByteArray* b, Value item) {
  u8 c = static_cast<u8>(TRY(byte_value(t, item)));
  return bytearray_append(t, b, &c, 1);
}

Status array_clear(Thread& t, ByteArray* b) {
  return bytearray_change(t, b, [&] { return bytearray_splice_locked(t, b, 0, b->size_, 0); });
}

Result<> array_copy(Thread& t, ByteArray* b) {
  ByteSource s;
  TRY(s.get(t, b));
  return bytearray_from(t, s.data(), s.size());
}

Status array_extend(Thread& t, ByteArray* b, Value v) {
  if (has_buffer(v)) {
    ByteSource s;
    TRY(same(v, Value(b)) ? s.get_copy(t, v) : s.get(t, v));
    return bytearray_append(t, b, s.data(), s.size());
  }
  TypeSlots& slots = type_of(v).slots;
  if (is_a<Str>(v)) return raise(t, TypeError, "expected iterable of integers; got: 'str'");
  if (slots.iter == nullptr && slots.get_item == nullptr) {
    return raise(t, TypeError, "can't extend bytearray with {!T}", v);
  }
  (void)TRY(length_hint(t, v, 0));  // an error in __length_hint__ or __len__ counts
  Local<ByteArray> made(t, TRY(bytes_from_iterable(t, true, v, "byte must be in range(0, 256)")).cast<ByteArray>());
  return bytearray_append(t, b, made->bytes(), made->size_);
}

Status array_insert(Thread& t, ByteArray* b, ssize index, Value item) {
  u8 c = static_cast<u8>(TRY(byte_value(t, item)));
  return bytearray_change(t, b, [&] {
    ssize n = static_cast<ssize>(b->size_), i = wrap_and_clamp(index, n);
    usize at = static_cast<usize>(i > n ? n : i);
    Resized r = bytearray_splice_locked(t, b, at, at, 1);
    if (r == Resized::Ok) b->bytes()[at] = c;
    return r;
  });
}

Result<i32> array_pop(Thread& t, ByteArray* b, ssize index) {
  i32 byte = -1;
  bool empty = false;
  TRY(bytearray_change(t, b, [&] {
    ssize n = static_cast<ssize>(b->size_), i = index < 0 ? index + n : index;
    empty = n == 0;
    byte = -1;
    if (i < 0 || i >= n) return Resized::Ok;
    usize at = static_cast<usize>(i);
    byte = b->bytes()[at];
    return bytearray_splice_locked(t, b, at, at + 1, 0);
  }));
  if (byte < 0) return raise(t, IndexError, empty ? "pop from empty bytearray" : "pop index out of range");
  return byte;
}

Status array_remove(Thread& t, ByteArray* b, Value value) {
  i32 c = TRY(byte_value(t, value));
  bool found = false;
  TRY(bytearray_change(t, b, [&] {
    const void* p = b->size_ != 0 ? std::memchr(b->bytes(), c, b->size_) : nullptr;
    found = p != nullptr;
    if (!found) return Resized::Ok;
    usize at = static_cast<usize>(static_cast<const u8*>(p) - b->bytes());
    return bytearray_splice_locked(t, b, at, at + 1, 0);
  }));
  if (!found) return raise(t, ValueError, "value not found in bytearray");
  return kDone;
}

Status array_reverse(Thread&, ByteArray* b) {
  Mutating guard(b);
  for (usize i = 0, j = b->size_; i + 1 < j; ++i) {
    --j;
    u8 c = b->bytes()[i];
    b->bytes()[i] = b->bytes()[j];
    b->bytes()[j] = c;
  }
  return kDone;
}

Status array_resize(Thread& t, ByteArray* b, ssize size) {
  if (size < 0) return raise(t, ValueError, "Can only resize to positive sizes, got {}", size);
  return bytearray_change(t, b, [&] {
    usize n = static_cast<usize>(size), old = b->size_;
    Resized r = n < old ? bytearray_splice_locked(t, b, n, old, 0) : bytearray_splice_locked(t, b, old, old, n - old);
    if (r == Resized::Ok && n > old) std::memset(b->bytes() + old, 0, n - old);
    return r;
  });
}

// The first n bytes leave as bytes; what follows stays.
Result<Bytes> array_take_bytes(Thread& t, ByteArray* b, Value n) {
  i64 wanted = 0;
  bool all = is_none(n);
  if (!all) {
    if (!n.is_int() && type_of(n).slots.index == nullptr) {
      return raise(t, TypeError, "n must be an integer or None");
    }
    wanted = TRY(to_index_or_index_error(t, n));
  }
  while (true) {
    usize size = size_of(b);
    i64 count = all ? static_cast<i64>(size) : wanted < 0 ? wanted + static_cast<i64>(size) : wanted;
    if (count < 0 || count > static_cast<i64>(size)) {
      return raise(t, IndexError, "can't take {} bytes outside size {}", count, size);
    }
    Result<Bytes> r = bytes_allocate(t, static_cast<usize>(count));
    if (r.is_error()) return kError;
    Local<Bytes> taken(t, r);
    bool same_size = false;
    TRY(bytearray_change(t, b, [&] {
      same_size = b->size_ == size;
      if (!same_size) return Resized::Ok;
      if (b->exports_ != 0) return Resized::Exported;
      if (count != 0) std::memcpy(taken->data(), b->bytes(), static_cast<usize>(count));
      return bytearray_splice_locked(t, b, 0, static_cast<usize>(count), 0);
    }));
    if (same_size) return taken.give();
  }
}

Result<ssize> array_alloc(Thread&, ByteArray* b) {
  Mutating guard(b);
  return static_cast<ssize>(b->capacity_);
}
Result<ssize> array_sizeof(Thread&, ByteArray* b) {
  Mutating guard(b);
  return static_cast<ssize>(object_size(b) + b->capacity_);
}

Result<Tuple> reduce(Thread& t, ByteArray* b, i64 protocol) {
  ByteSource s;
  TRY(s.get(t, b));
  Local<Tuple> args(t);
  if (protocol < 3) {
    Local<Str> text(t, TRY(str_from_latin1(t, s.view())));
    Local<Str> encoding(t, TRY(str_from_ascii(t, "latin-1")));
    args.set(TRY(s.size() != 0 ? tuple_of(t, text, encoding) : tuple_from(t, nullptr, 0)));
  } else {
    Local<Bytes> bytes(t, TRY(bytes_from(t, s.view())));
    args.set(TRY(s.size() != 0 ? tuple_of(t, bytes) : tuple_from(t, nullptr, 0)));
  }
  Local<Str> getstate(t, TRY(str_intern(t, "__getstate__")));
  Local<> state(t, TRY(call_method(t, b, getstate)));
  return tuple_of(t, Value(&type_of(static_cast<Object*>(b))), args, state);
}
Result<Tuple> array_reduce(Thread& t, ByteArray* b) { return reduce(t, b, 2); }
Result<Tuple> array_reduce_ex(Thread& t, ByteArray* b, i64 protocol) { return reduce(t, b, protocol); }

const NativeDef kByteArrayMethods[] = {
    TP_BYTES_METHODS(true),
    def<array_append>("append($self, item, /)", "Append a single item to the end of the bytearray."),
    def<array_clear>("clear($self, /)", "Remove all items from the bytearray."),
    def<array_copy>("copy($self, /)", "Return a copy of the bytearray."),
    def<array_extend>("extend($self, iterable_of_ints, /)", "Append all the items from the iterator or sequence."),
    def<array_insert>("insert($self, index, item, /)", "Insert a single item before the given index."),
    def<array_pop>("pop($self, index=-1, /)", "Remove and return a single item."),
    def<array_remove>("remove($self, value, /)", "Remove the first occurrence of a value."),
    def<array_resize>("resize($self, size, /)", "Resize the internal buffer to size bytes; new ones are zero."),
    def<array_reverse>("reverse($self, /)", "Reverse the order of the values in place."),
    def<array_take_bytes>("take_bytes($self, n=None, /)", "Take n bytes from the bytearray and return them."),
    def<array_alloc>("__alloc__($self, /)", "Return the number of bytes actually allocated."),
    def<array_reduce>("__reduce__($self, /)", "Return state information for pickling."),
    def<array_reduce_ex>("__reduce_ex__($self, proto=0, /)", "Return state information for pickling."),
    def<array_sizeof>("__sizeof__($self, /)", "Return the size of the bytearray object in memory, in bytes."),
};

// --- the iterator -----------------------------------------------------------------------------------

struct ByteArrayIterator : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::bytearray_iterator_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<> array;  // empty: exhausted
  u64 index;     // under the lock if shared
};

Result<> bytearray_iter(Thread& t, Value self) {
  ByteArrayIterator* it = new_object<ByteArrayIterator>(t, bytearray_iterator_type);
  if (it == nullptr) return kError;
  it->array.init(self);
  return Result<>::from_owned(own_new(it).word());
}

void iterator_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<ByteArrayIterator*>(o)->array); }

Result<> iterator_next(Thread&, Value self) {
  ByteArrayIterator* it = self.as<ByteArrayIterator>();
  Value array;
  u64 i = 0;
  {
    Mutating guard(it);
    array = it->array.borrow();
    if (!array.is_empty()) i = it->index++;
  }
  if (array.is_empty()) return Result<>::absent();
  ByteArray* b = array_of(array);
  {
    Mutating guard(b);
    if (i < b->size_) return Result<>::small_int(b->bytes()[i]);
  }
  it->array.clear(it);
  return Result<>::absent();
}

Result<ssize> iterator_length_hint(Thread&, ByteArrayIterator* it) {
  Value array;
  u64 i;
  {
    Mutating guard(it);
    array = it->array.borrow();
    i = it->index;
  }
  usize n = array.is_empty() ? 0 : size_of(array_of(array));
  return static_cast<ssize>(i < n ? n - i : 0);
}

Result<> iterator_reduce(Thread& t, ByteArrayIterator* it) {
  Local<> array(t);
  u64 i;
  {
    Mutating guard(it);
    array.set(it->array.load(it));
    i = it->index;
  }
  if (array.is_empty()) return reduce_pair(t, builtin_by_name(t, names().iter), Value(empty_tuple()));
  return reduce_pair(t, builtin_by_name(t, names().iter), array, Value::small_int(static_cast<i64>(i)));
}

Status iterator_setstate(Thread& t, ByteArrayIterator* it, Value state) {
  ssize i = TRY(iterator_state(t, state));
  Value array = it->array.borrow();
  if (array.is_empty()) return kDone;
  ssize n = static_cast<ssize>(size_of(array_of(array)));
  Mutating guard(it);
  it->index = static_cast<u64>(i < 0 ? 0 : i > n ? n : i);
  return kDone;
}

const NativeDef kIteratorMethods[] = {
    def<iterator_length_hint>("__length_hint__($self, /)", "Private method returning an estimate of len(list(it))."),
    def<iterator_reduce>("__reduce__($self, /)", "Return state information for pickling."),
    def<iterator_setstate>("__setstate__($self, object, /)", "Set state information for unpickling."),
};

}  // namespace

extern const TypeDef bytearray_type_def;
constinit const TypeDef bytearray_type_def = {
    .name = "bytearray",
    .doc = "bytearray(iterable_of_ints) -> bytearray\nbytearray(string, encoding[, errors]) -> bytearray\n"
           "bytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer\n"
           "bytearray(int) -> bytes array of size given by the parameter initialized with null bytes\n"
           "bytearray() -> empty bytes array",
    .flags = kTypeBase | kTypeNoEdges,
    .size = sizeof(ByteArray),
    .slots = {.destroy = bytearray_destroy,
              .new_ = bytearray_new,
              .init = bytearray_init,
              .repr = bytearray_repr,
              .str = bytearray_str,
              .truth = bytearray_truth,
              .compare = bytes_compare_slot,
              .iter = bytearray_iter,
              .length = bytearray_length,
              .get_item = bytearray_get_item,
              .set_item = bytearray_set_item,
              .contains = bytes_contains_slot,
              .concat = bytes_concat_slot<true>,
              .repeat = bytes_repeat_slot<true>,
              .inplace_concat = bytearray_inplace_concat,
              .inplace_repeat = bytearray_inplace_repeat,
              .binary = {nullptr, nullptr, nullptr, nullptr, nullptr, bytearray_mod},
              .get_buffer = bytearray_get_buffer,
              .release_buffer = bytearray_release_buffer},
    .methods = kByteArrayMethods,
};

extern const TypeDef bytearray_iterator_type_def;
constinit const TypeDef bytearray_iterator_type_def = {
    .name = "bytearray_iterator",
    .flags = kTypeGcTracked,
    .size = sizeof(ByteArrayIterator),
    .slots = {.visit = iterator_visit, .iter = iterate_self, .next = iterator_next},
    .methods = kIteratorMethods,
};

}  // namespace taipan
