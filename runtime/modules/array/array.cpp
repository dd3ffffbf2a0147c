// The class array.array and its iterator.
#include "runtime/modules/array/array.h"

#include <algorithm>
#include <cstring>

#include "runtime/import/import.h"
#include "runtime/modules/module_tools.h"
#include "runtime/object/buffer.h"
#include "runtime/object/call.h"
#include "runtime/object/instance.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/thread/object_lock.h"
#include "runtime/types/byte_source.h"
#include "runtime/types/bytearray.h"
#include "runtime/types/bytes.h"
#include "runtime/types/container_util.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/singletons.h"
#include "runtime/types/slice.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

Type* g_array_type;
Type* g_iterator_type;

Array* array_of(Value v) { return v.as<Array>(); }
bool is_array(Value v) { return v.is_ref() && is_instance(v, *g_array_type); }
usize item_size(const Array* a) { return a->kind->size; }

void array_destroy(Object* o) {
  auto* a = static_cast<Array*>(o);
  if (a->data != nullptr) buffer_free(a->data, a->capacity);
  free_object(o, object_size(o));
}

usize length_of(Array* a) {
  Mutating guard(a);
  return a->size;
}

// Local, or locked. Room for n items; false: why.
Resized resize_locked(Array* a, usize n) {
  usize bytes = n * item_size(a);
  if (n == a->size) return Resized::Ok;
  if (a->exports > 0) return Resized::Exported;
  if (bytes > a->capacity || bytes < a->capacity / 4) {
    usize wanted = bytes + bytes / 8 + (bytes < 64 ? 16 : 32);
    void* fresh = a->data == nullptr ? buffer_allocate(Thread::current(), wanted)
                                     : buffer_reallocate(Thread::current(), a->data, a->capacity, wanted);
    if (fresh == nullptr) {
      if (bytes > a->capacity) return Resized::NoMemory;
    } else {
      a->data = static_cast<u8*>(fresh);
      a->capacity = wanted;
    }
  }
  a->size = n;
  return Resized::Ok;
}
Status check(Thread& t, Resized r) {
  if (r == Resized::Ok) return kDone;
  if (r == Resized::NoMemory) return raise_memory_error(t);
  return raise(t, BufferError, "cannot resize an array that is exporting buffers");
}

// Replaces items [from, to) by n items at `items` (null: the caller fills them in).
Resized splice_locked(Array* a, usize from, usize to, const u8* items, usize n) {
  usize w = item_size(a), old = a->size, tail = old - to, fresh = old - (to - from) + n;
  if (n < to - from && a->exports == 0) std::memmove(a->data + (from + n) * w, a->data + to * w, tail * w);
  if (Resized r = resize_locked(a, fresh); r != Resized::Ok) return r;
  if (n > to - from && tail != 0) std::memmove(a->data + (from + n) * w, a->data + to * w, tail * w);
  if (items != nullptr && n != 0) std::memcpy(a->data + from * w, items, n * w);
  return Resized::Ok;
}

Result<Array> array_make(Thread& t, Type& cls, const ArrayKind* kind) {
  auto* a = new_object<Array>(t, cls);
  if (a == nullptr) return kError;
  a->kind = kind;
  return own_new(a);
}

// The items as they are now, in a block of their own; for work without the lock.
class Snapshot {
 public:
  explicit Snapshot(Thread& t) : t_(t) {}
  ~Snapshot() {
    if (data_ != nullptr) buffer_free(data_, capacity_);
  }
  Snapshot(const Snapshot&) = delete;
  Status take(Array* a) {
    usize w = item_size(a);
    while (true) {
      usize n = length_of(a);
      if (n * w > capacity_) {
        if (data_ != nullptr) buffer_free(data_, capacity_);
        capacity_ = n * w;
        data_ = static_cast<u8*>(buffer_allocate(t_, capacity_));
        if (data_ == nullptr) return raise_memory_error(t_);
      }
      Mutating guard(a);
      if (a->size * w > capacity_) continue;  // it grew
      size_ = a->size;
      if (size_ != 0) std::memcpy(data_, a->data, size_ * w);
      return kDone;
    }
  }
  const u8* data() const { return data_; }
  usize size() const { return size_; }

 private:
  Thread& t_;
  u8* data_ = nullptr;
  usize capacity_ = 0, size_ = 0;
};

Result<Array> array_from_items(Thread& t, const ArrayKind* kind, const u8* items, usize n) {
  Local<Array> a(t, TRY(array_make(t, *g_array_type, kind)));
  TRY(check(t, splice_locked(a, 0, 0, items, n)));
  return a.give();
}

// --- adding -------------------------------------------------------------------------------------------------

Status append_value(Thread& t, Array* a, Value v) {
  u8 item[kMaxArrayItem];
  TRY(a->kind->set(t, v, item));
  Resized r;
  {
    Mutating guard(a);
    r = splice_locked(a, a->size, a->size, item, 1);
  }
  return check(t, r);
}

Status append_bytes(Thread& t, Array* a, const u8* data, usize bytes) {
  if (bytes % item_size(a) != 0) return raise(t, ValueError, "bytes length not a multiple of item size");
  Resized r;
  {
    Mutating guard(a);
    r = splice_locked(a, a->size, a->size, data, bytes / item_size(a));
  }
  return check(t, r);
}

Status extend_iterable(Thread& t, Array* a, Value iterable) {
  Local<> iterator(t, TRY(iterate(t, iterable)));
  while (true) {
    Local<> v(t, TRY(next(t, iterator)));
    if (v.is_empty()) return kDone;
    TRY(append_value(t, a, v));
  }
}

Status append_text(Thread& t, Array* a, Str* s) {
  for (usize i = 0; i < s->length(); ++i) {
    u32 c = s->at(i);
    Resized r;
    {
      Mutating guard(a);
      r = splice_locked(a, a->size, a->size, reinterpret_cast<const u8*>(&c), 1);
    }
    TRY(check(t, r));
  }
  return kDone;
}

Status array_extend(Thread& t, Value self, Value other) {
  Array* a = array_of(self);
  if (!is_array(other)) return extend_iterable(t, a, other);
  if (array_of(other)->kind != a->kind) return raise(t, TypeError, "can only extend with array of same kind");
  Snapshot items(t);
  TRY(items.take(array_of(other)));
  return append_bytes(t, a, items.data(), items.size() * item_size(a));
}

Result<> array_new(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  if (kwnames != nullptr && &cls == g_array_type) {
    return raise(t, TypeError, "array.array() takes no keyword arguments");
  }
  if (nargs < 1) return raise(t, TypeError, "array() takes at least 1 argument (0 given)");
  if (nargs > 2) return raise(t, TypeError, "array() takes at most 2 arguments ({} given)", nargs);
  if (!is_a<Str>(args[0])) return raise(t, TypeError, "array() argument 1 must be str, not {!T}", args[0]);
  const ArrayKind* kind = array_kind(args[0].as<Str>());
  if (kind == nullptr) {
    return raise(t, ValueError,
                 "bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, e, f, d, Zf or Zd)");
  }
  if (kind->code[0] == 'u') {
    TRY(warn(t, DeprecationWarning, "The 'u' type code is deprecated and will be removed in Python 3.16"));
  }
  Local<Array> a(t, TRY(array_make(t, cls, kind)));
  if (nargs == 1) return a.give();
  Value initial = args[1].canonical();
  if (is_a<Str>(initial)) {
    if (!kind->is_text()) {
      return raise(t, TypeError, "cannot use a str to initialize an array with typecode '{}'", kind->code);
    }
    TRY(append_text(t, a, initial.as<Str>()));
  } else if (is_array(initial)) {
    Array* other = array_of(initial);
    if (other->kind->is_text() && !kind->is_text()) {
      return raise(t, TypeError, "cannot use a unicode array to initialize an array with typecode '{}'", kind->code);
    }
    if (other->kind == kind) {
      TRY(array_extend(t, a, initial));
    } else {
      TRY(extend_iterable(t, a, initial));
    }
  } else if (is_a<Bytes>(initial) || is_bytearray(initial)) {
    ByteSource bytes;
    TRY(bytes.get(t, initial));
    TRY(append_bytes(t, a, bytes.data(), bytes.size()));
  } else {
    TRY(extend_iterable(t, a, initial));
  }
  return a.give();
}

// --- items and slices -----------------------------------------------------------------------------------------

// False: out of range.
bool read_item(Array* a, usize i, u8* out) {
  Mutating guard(a);
  if (i >= a->size) return false;
  std::memcpy(out, a->data + i * item_size(a), item_size(a));
  return true;
}

Result<> item_at(Thread& t, Array* a, ssize i) {
  u8 item[kMaxArrayItem];
  if (i < 0) i += static_cast<ssize>(length_of(a));
  if (i < 0 || !read_item(a, static_cast<usize>(i), item)) return raise(t, IndexError, "array index out of range");
  return a->kind->get(t, item);
}

Result<> array_get_item(Thread& t, Value self, Value key) {
  Array* a = array_of(self);
  if (key.is_int()) return item_at(t, a, key.as_int());
  if (!is_a<Slice>(key)) {
    if (type_of(key).slots.index == nullptr) return raise(t, TypeError, "array indices must be integers");
    return item_at(t, a, TRY(to_index_or_index_error(t, key)));
  }
  SliceBounds bounds;
  TRY(slice_unpack(t, key.as<Slice>(), &bounds));
  Snapshot items(t);
  TRY(items.take(a));
  usize n = slice_fit(&bounds, items.size()), w = item_size(a);
  Local<Array> out(t, TRY(array_from_items(t, a->kind, nullptr, n)));
  ssize at = bounds.start;
  for (usize i = 0; i < n; ++i, at += bounds.step) {
    std::memcpy(out->data + i * w, items.data() + static_cast<usize>(at) * w, w);
  }
  return out.give();
}

Status set_slice(Thread& t, Array* a, Slice* slice, Value v) {
  SliceBounds bounds;
  TRY(slice_unpack(t, slice, &bounds));
  Snapshot items(t);
  if (!v.is_empty()) {
    if (!is_array(v)) return raise(t, TypeError, "can only assign array (not \"{!T}\") to array slice", v);
    if (array_of(v)->kind != a->kind) return raise(t, TypeError, "bad argument type for built-in operation");
    TRY(items.take(array_of(v)));
  }
  usize w = item_size(a), n = items.size(), count;
  Resized r = Resized::Ok;
  bool fits = true;
  {
    Mutating guard(a);
    count = slice_fit(&bounds, a->size);
    usize from = static_cast<usize>(bounds.start);
    if (bounds.step == 1) {
      r = splice_locked(a, from, from + count, items.data(), n);
    } else if (v.is_empty()) {
      if (bounds.step < 0 && count > 0) {
        bounds.start += static_cast<ssize>(count - 1) * bounds.step;
        bounds.step = -bounds.step;
      }
      if (count > 0 && a->exports > 0) {
        r = Resized::Exported;
      } else {
        for (usize i = count; i-- > 0;) {
          usize at = static_cast<usize>(bounds.start) + i * static_cast<usize>(bounds.step);
          std::memmove(a->data + at * w, a->data + (at + 1) * w, (a->size - (count - 1 - i) - at - 1) * w);
        }
        r = resize_locked(a, a->size - count);
      }
    } else if (n != count) {
      fits = false;
    } else {
      ssize at = bounds.start;
      for (usize i = 0; i < n; ++i, at += bounds.step) {
        std::memcpy(a->data + static_cast<usize>(at) * w, items.data() + i * w, w);
      }
    }
  }
  if (!fits) {
    return raise(t, ValueError, "attempt to assign array of size {} to extended slice of size {}", n, count);
  }
  return check(t, r);
}

Status array_set_item(Thread& t, Value self, Value key, Value v) {
  Array* a = array_of(self);
  if (is_a<Slice>(key)) return set_slice(t, a, key.as<Slice>(), v);
  if (!key.is_int() && type_of(key).slots.index == nullptr) {
    return raise(t, TypeError, "array indices must be integers");
  }
  ssize i = key.is_int() ? key.as_int() : TRY(to_index_or_index_error(t, key));
  u8 item[kMaxArrayItem];
  if (!v.is_empty()) TRY(a->kind->set(t, v, item));
  bool found = true;
  Resized r = Resized::Ok;
  {
    Mutating guard(a);
    if (i < 0) i += static_cast<ssize>(a->size);
    if (i < 0 || static_cast<usize>(i) >= a->size) {
      found = false;
    } else if (v.is_empty()) {
      r = splice_locked(a, static_cast<usize>(i), static_cast<usize>(i) + 1, nullptr, 0);
    } else {
      std::memcpy(a->data + static_cast<usize>(i) * item_size(a), item, item_size(a));
    }
  }
  if (!found) return raise(t, IndexError, "array assignment index out of range");
  return check(t, r);
}

// Where v is, from `start` on; -1: nowhere.
Result<ssize> find(Thread& t, Array* a, Value v, usize start, usize stop) {
  u8 item[kMaxArrayItem];
  for (usize i = start; i < stop && read_item(a, i, item); ++i) {
    Local<> x(t, TRY(a->kind->get(t, item)));
    if (TRY(equal(t, x, v))) return static_cast<ssize>(i);
    if (i % kPollInterval == 0) TRY(safepoint(t));
  }
  return ssize{-1};
}

Result<bool> array_contains(Thread& t, Value self, Value v) {
  return TRY(find(t, array_of(self), v, 0, ~usize{0})) >= 0;
}
Result<i64> array_count(Thread& t, Value self, Value v) {
  i64 n = 0;
  for (usize i = 0;; ++i) {
    ssize at = TRY(find(t, array_of(self), v, i, ~usize{0}));
    if (at < 0) return n;
    ++n;
    i = static_cast<usize>(at);
  }
}
Result<i64> array_index(Thread& t, Value self, Value v, Value start, Value stop) {
  Array* a = array_of(self);
  ssize n = static_cast<ssize>(length_of(a));
  ssize from = wrap_and_clamp(start.is_empty() ? 0 : TRY(to_slice_index(t, start)), n);
  ssize to = stop.is_empty() ? PTRDIFF_MAX : wrap_and_clamp(TRY(to_slice_index(t, stop)), n);
  ssize at = TRY(find(t, a, v, static_cast<usize>(from), static_cast<usize>(to)));
  if (at < 0) return raise(t, ValueError, "array.index(x): x not in array");
  return static_cast<i64>(at);
}
Status remove_at(Thread& t, Array* a, usize i) {
  Resized r = Resized::Ok;
  {
    Mutating guard(a);
    if (i < a->size) r = splice_locked(a, i, i + 1, nullptr, 0);
  }
  return check(t, r);
}
Status array_remove(Thread& t, Value self, Value v) {
  ssize at = TRY(find(t, array_of(self), v, 0, ~usize{0}));
  if (at < 0) return raise(t, ValueError, "array.remove(x): x not in array");
  return remove_at(t, array_of(self), static_cast<usize>(at));
}
Result<> array_pop(Thread& t, Value self, ssize i) {
  Array* a = array_of(self);
  u8 item[kMaxArrayItem];
  usize n;
  bool found = false;
  Resized r = Resized::Ok;
  {
    Mutating guard(a);
    n = a->size;
    if (i < 0) i += static_cast<ssize>(n);
    if (i >= 0 && static_cast<usize>(i) < n) {
      usize at = static_cast<usize>(i);
      found = true;
      std::memcpy(item, a->data + at * item_size(a), item_size(a));
      r = splice_locked(a, at, at + 1, nullptr, 0);
    }
  }
  if (n == 0) return raise(t, IndexError, "pop from empty array");
  if (!found) return raise(t, IndexError, "pop index out of range");
  TRY(check(t, r));
  return a->kind->get(t, item);
}
Status array_insert(Thread& t, Value self, ssize i, Value v) {
  Array* a = array_of(self);
  u8 item[kMaxArrayItem];
  TRY(a->kind->set(t, v, item));
  Resized r;
  {
    Mutating guard(a);
    usize at = std::min(static_cast<usize>(wrap_and_clamp(i, static_cast<ssize>(a->size))), a->size);
    r = splice_locked(a, at, at, item, 1);
  }
  return check(t, r);
}
Status array_append(Thread& t, Value self, Value v) { return append_value(t, array_of(self), v); }
Status array_clear(Thread& t, Value self) {
  Resized r;
  {
    Mutating guard(self.object());
    r = resize_locked(array_of(self), 0);
  }
  return check(t, r);
}

// Swaps items, or bytes within them, in place.
void reverse_bytes(u8* p, usize n) { std::reverse(p, p + n); }
Status array_reverse(Thread&, Value self) {
  Array* a = array_of(self);
  Mutating guard(a);
  usize w = item_size(a);
  for (usize i = 0, k = a->size; i + 1 < k; ++i) {
    --k;
    std::swap_ranges(a->data + i * w, a->data + (i + 1) * w, a->data + k * w);
  }
  return kDone;
}
Status array_byteswap(Thread&, Value self) {
  Array* a = array_of(self);
  Mutating guard(a);
  usize part = a->kind->code[0] == 'Z' ? item_size(a) / 2 : item_size(a);
  for (usize at = 0; at < a->size * item_size(a); at += part) reverse_bytes(a->data + at, part);
  return kDone;
}

// --- conversions ------------------------------------------------------------------------------------------------

Result<Bytes> array_tobytes(Thread& t, Value self) {
  Snapshot items(t);
  TRY(items.take(array_of(self)));
  return bytes_from(t, {reinterpret_cast<const char*>(items.data()), items.size() * item_size(array_of(self))});
}
Result<List> array_tolist(Thread& t, Value self) {
  Array* a = array_of(self);
  Snapshot items(t);
  TRY(items.take(a));
  Local<List> list(t, TRY(list_new(t, items.size())));
  for (usize i = 0; i < items.size(); ++i) {
    TRY(list_append(t, list, Result<>(TRY(a->kind->get(t, items.data() + i * item_size(a))))));
  }
  return list.give();
}
Result<Str> text_of(Thread& t, Array* a) {
  Snapshot items(t);
  TRY(items.take(a));
  const auto* c = reinterpret_cast<const char32_t*>(items.data());
  for (usize i = 0; i < items.size(); ++i) {
    if (c[i] > 0x10ffff) return raise(t, ValueError, "character U+{} is not in range [U+0000; U+10ffff]", static_cast<u64>(c[i]));
  }
  return str_from_utf32(t, c, items.size());
}
Result<Str> array_tounicode(Thread& t, Value self) {
  if (!array_of(self)->kind->is_text()) {
    return raise(t, ValueError, "tounicode() may only be called on unicode type arrays ('u' or 'w')");
  }
  return text_of(t, array_of(self));
}
Status array_fromunicode(Thread& t, Value self, Value text) {
  if (!is_a<Str>(text)) return raise(t, TypeError, "fromunicode() argument must be str, not {!T}", text);
  if (!array_of(self)->kind->is_text()) {
    return raise(t, ValueError, "fromunicode() may only be called on unicode type arrays ('u' or 'w')");
  }
  return append_text(t, array_of(self), text.as<Str>());
}
Status array_frombytes(Thread& t, Value self, const ByteSource& data) {
  return append_bytes(t, array_of(self), data.data(), data.size());
}
Status array_fromlist(Thread& t, Value self, Value list) {
  if (!is_a<List>(list)) return raise(t, TypeError, "arg must be list");
  Array* a = array_of(self);
  Local<Array> fresh(t, TRY(array_make(t, *g_array_type, a->kind)));  // all or nothing
  for (usize i = 0;; ++i) {
    Local<> v(t, TRY(list_get(t, list.as<List>(), i)));
    if (v.is_empty()) break;
    TRY(append_value(t, fresh, v));
  }
  return append_bytes(t, a, fresh->data, fresh->size * item_size(a));
}
Status array_fromfile(Thread& t, Value self, Value file, ssize n) {
  Array* a = array_of(self);
  if (n < 0) return raise(t, ValueError, "negative count");
  if (static_cast<usize>(n) > PTRDIFF_MAX / item_size(a)) return raise_memory_error(t);
  usize wanted = static_cast<usize>(n) * item_size(a);
  Local<> data(t, TRY(call_method(t, file, names().read, Value::small_int(static_cast<i64>(wanted)))));
  if (!is_a<Bytes>(data)) return raise(t, TypeError, "read() didn't return bytes");
  Bytes* bytes = data.value().as<Bytes>();
  TRY(append_bytes(t, a, bytes->data(), bytes->size()));
  if (bytes->size() != wanted) return raise(t, EOFError, "read() didn't return enough bytes");
  return kDone;
}
Status array_tofile(Thread& t, Value self, Value file) {
  Local<Bytes> data(t, TRY(array_tobytes(t, self)));
  constexpr usize kBlock = 65536;
  for (usize at = 0; at < data->size(); at += kBlock) {
    Local<Bytes> part(t, TRY(bytes_from(t, data->view().substr(at, kBlock))));
    Local<> done(t, TRY(call_method(t, file, names().write, part)));
  }
  return kDone;
}
Result<Tuple> array_buffer_info(Thread& t, Value self) {
  Array* a = array_of(self);
  u64 address, n;
  {
    Mutating guard(a);
    address = reinterpret_cast<u64>(a->data);
    n = a->size;
  }
  Local<> where(t, TRY(int_from_u64(t, address)));
  return tuple_of(t, where, Value::small_int(static_cast<i64>(n)));
}
Result<i64> array_sizeof(Thread&, Value self) {
  Mutating guard(self.object());
  return static_cast<i64>(object_size(self.object()) + array_of(self)->capacity);
}

Result<Array> array_copy(Thread& t, Value self) {
  Snapshot items(t);
  TRY(items.take(array_of(self)));
  return array_from_items(t, array_of(self)->kind, items.data(), items.size());
}
Result<Array> array_deepcopy(Thread& t, Value self, Value) { return array_copy(t, self); }

Result<Str> kind_name(Thread& t, const ArrayKind* kind) { return str_intern(t, kind->code); }

Result<Tuple> array_reduce_ex(Thread& t, Value self, Value protocol) {
  Array* a = array_of(self);
  if (!is_any_int(protocol)) return raise(t, TypeError, "__reduce_ex__ argument should be an integer");
  i64 p;
  if (!int_to_i64(protocol, &p)) p = 4;
  Local<> state(t, TRY(get_attribute_or_absent(t, self, names().__dict__)));
  if (state.is_empty()) state.set(none_value());
  Local<Str> code(t, TRY(kind_name(t, a->kind)));
  Local<> cls(t, Value(&type_of(self)));
  if (p < 3) {
    Local<List> items(t, TRY(array_tolist(t, self)));
    Local<Tuple> args(t, TRY(tuple_of(t, code, items)));
    return tuple_of(t, cls, args, state);
  }
  Local<Bytes> data(t, TRY(array_tobytes(t, self)));
  Local<> make(t, TRY(import_attribute(t, "array", "_array_reconstructor")));
  Value parts[] = {cls, code, Value::small_int(a->kind->machine_format), data};
  Local<Tuple> args(t, TRY(tuple_from(t, parts, 4)));
  return tuple_of(t, make, args, state);
}

Result<> array_reconstructor(Thread& t, Value cls, Value code, i32 format, Value items) {
  if (!is_a<Type>(cls)) return raise(t, TypeError, "first argument must be a type object, not {!T}", cls);
  if (!is_subtype(*cls.as<Type>(), *g_array_type)) {
    return raise(t, TypeError, "{} is not a subtype of array.array", cls.as<Type>()->name.borrow());
  }
  if (!is_a<Str>(code)) {
    return raise(t, TypeError, "_array_reconstructor() argument 2 must be str, not {!T}", code);
  }
  const ArrayKind* kind = array_kind(code.as<Str>());
  if (kind == nullptr) return raise(t, ValueError, "second argument must be a valid type code");
  if (!array_format_known(format)) {
    return raise(t, ValueError, "third argument must be a valid machine format code.");
  }
  if (!is_a<Bytes>(items)) return raise(t, TypeError, "fourth argument should be bytes, not {!T}", items);
  Local<Array> a(t, TRY(array_make(t, *cls.as<Type>(), kind)));
  Bytes* bytes = items.as<Bytes>();
  if (kind->machine_format == format) {
    TRY(append_bytes(t, a, bytes->data(), bytes->size()));
    return a.give();
  }
  usize w;
  TRY(array_item_from_format(t, format, nullptr, &w));
  if (bytes->size() % w != 0) return raise(t, ValueError, "bytes length not a multiple of item size");
  for (usize at = 0; at < bytes->size(); at += w) {
    Local<> v(t, TRY(array_item_from_format(t, format, bytes->data() + at, &w)));
    TRY(append_value(t, a, v));
  }
  return a.give();
}

// --- operators --------------------------------------------------------------------------------------------------

Result<> array_concat(Thread& t, Value self, Value other) {
  if (!is_array(other)) return raise(t, TypeError, "can only append array (not \"{!T}\") to array", other);
  if (array_of(other)->kind != array_of(self)->kind) {
    return raise(t, TypeError, "bad argument type for built-in operation");
  }
  Local<Array> sum(t, TRY(array_copy(t, self)));
  TRY(array_extend(t, sum, other));
  return sum.give();
}
Result<> array_inplace_concat(Thread& t, Value self, Value other) {
  if (!is_array(other)) return raise(t, TypeError, "can only extend array with array (not \"{!T}\")", other);
  TRY(array_extend(t, self, other));
  return own(self);
}
Status repeat_into(Thread& t, Array* out, const Snapshot& items, ssize times) {
  usize w = item_size(out), n = times <= 0 ? 0 : static_cast<usize>(times), bytes = items.size() * w, total;
  if (__builtin_mul_overflow(bytes, n, &total) || total > PTRDIFF_MAX / 2) return raise_memory_error(t);
  Resized r;
  {
    Mutating guard(out);
    r = resize_locked(out, items.size() * n);
    if (r == Resized::Ok) {
      for (usize i = 0; bytes != 0 && i < n; ++i) std::memcpy(out->data + i * bytes, items.data(), bytes);
    }
  }
  return check(t, r);
}
Result<> array_repeat(Thread& t, Value self, ssize n) {
  Snapshot items(t);
  TRY(items.take(array_of(self)));
  Local<Array> out(t, TRY(array_make(t, *g_array_type, array_of(self)->kind)));
  TRY(repeat_into(t, out, items, n));
  return out.give();
}
Result<> array_inplace_repeat(Thread& t, Value self, ssize n) {
  Snapshot items(t);
  TRY(items.take(array_of(self)));
  TRY(repeat_into(t, array_of(self), items, n));
  return own(self);
}

Result<> array_compare(Thread& t, Value self, Value other, CompareOp op) {
  if (!is_array(self) || !is_array(other)) return not_implemented();
  Array *a = array_of(self), *b = array_of(other);
  Snapshot x(t), y(t);
  TRY(x.take(a));
  TRY(y.take(b));
  if (x.size() != y.size() && (op == CompareOp::Eq || op == CompareOp::Ne)) return boolean(op == CompareOp::Ne);
  usize n = std::min(x.size(), y.size());
  for (usize i = 0; i < n; ++i) {
    Local<> p(t, TRY(a->kind->get(t, x.data() + i * item_size(a))));
    Local<> q(t, TRY(b->kind->get(t, y.data() + i * item_size(b))));
    if (TRY(compare_truth(t, CompareOp::Eq, p, q))) continue;
    if (op == CompareOp::Eq || op == CompareOp::Ne) return boolean(op == CompareOp::Ne);
    return compare(t, op, p, q);
  }
  return boolean(ordered(op, x.size(), y.size()));
}

Result<Str> array_repr(Thread& t, Value self) {
  Array* a = array_of(self);
  if (length_of(a) == 0) return str_format(t, "{}('{}')", type_of(self).name.borrow(), a->kind->code);
  Local<> items(t);
  if (a->kind->is_text()) {
    items.set(Result<>(TRY(text_of(t, a))));
  } else {
    items.set(Result<>(TRY(array_tolist(t, self))));
  }
  return str_format(t, "{}('{}', {!r})", type_of(self).name.borrow(), a->kind->code, items.value());
}
Result<bool> array_truth(Thread&, Value self) { return length_of(array_of(self)) != 0; }
Result<ssize> array_length(Thread&, Value self) { return static_cast<ssize>(length_of(array_of(self))); }

Status array_get_buffer(Thread&, Value self, Buffer& view, u32 flags) {
  Array* a = array_of(self);
  static u8 nothing[kMaxArrayItem];
  Mutating guard(a);
  ++a->exports;
  view.data = a->data != nullptr ? a->data : nothing;
  view.itemsize = item_size(a);
  view.size = a->size * item_size(a);
  view.readonly = false;
  view.format = flags & kBufferFormat ? a->kind->format : nullptr;
  view.exporter = self;
  return kDone;
}
void array_release_buffer(Thread&, Value self, Buffer&) {
  Mutating guard(self.object());
  --array_of(self)->exports;
}

// --- iterator -----------------------------------------------------------------------------------------------------

struct ArrayIterator : Object {
  Slot<Array> array;
  Atomic<u64> index;  // ~0: exhausted
};
void iterator_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<ArrayIterator*>(o)->array); }

Result<> array_iter(Thread& t, Value self) {
  auto* i = new_object<ArrayIterator>(t, *g_iterator_type);
  if (i == nullptr) return kError;
  i->array.init(self);
  return Result<>::from_owned(own_new(i).word());
}
Result<> iterator_next(Thread& t, Value self) {
  auto* i = self.as<ArrayIterator>();
  Array* a = i->array.borrow();
  u8 item[kMaxArrayItem];
  u64 at = i->index.load_relaxed();  // the exchange decides
  do {
    if (a == nullptr || at == ~u64{0} || !read_item(a, at, item)) {
      i->index.store_relaxed(~u64{0});
      i->array.clear(i);
      return Result<>::absent();
    }
  } while (!i->index.cas_relaxed(at, at + 1));
  return a->kind->get(t, item);
}
Result<Tuple> iterator_reduce(Thread& t, Value self) {
  auto* i = self.as<ArrayIterator>();
  u64 at = i->index.load_relaxed();
  Local<> array(t, i->array.load(i));
  if (at == ~u64{0} || array.is_empty()) {
    Local<> make(t, TRY(builtin_by_name(t, names().iter)));
    Local<Tuple> args(t, TRY(tuple_of(t, Value(empty_tuple()))));
    return tuple_of(t, make, args);
  }
  Local<> make(t, TRY(builtin_by_name(t, names().iter)));
  Local<Tuple> args(t, TRY(tuple_of(t, array)));
  Local<> index(t, TRY(int_from_u64(t, at)));
  return tuple_of(t, make, args, index);
}
Status iterator_setstate(Thread& t, Value self, Value state) {
  auto* i = self.as<ArrayIterator>();
  ssize at = TRY(to_ssize(t, state));
  i->index.store_relaxed(static_cast<u64>(wrap_and_clamp(at, 0)));
  return kDone;
}
const NativeDef kIteratorMethods[] = {
    def<iterator_reduce>("__reduce__($self, /)", "Helper for pickle."),
    def<iterator_setstate>("__setstate__($self, state, /)", "Helper for pickle."),
};
const TypeDef kIteratorDef = {.name = "array.arrayiterator",
                              .flags = kTypeImmutable | kTypeNoInstantiation | kTypeGcTracked,
                              .size = sizeof(ArrayIterator),
                              .slots = {.visit = iterator_visit, .iter = iterate_self, .next = iterator_next},
                              .methods = kIteratorMethods};

// --- tables -------------------------------------------------------------------------------------------------------

Result<> array_class_getitem(Thread& t, Type* cls, Value item) { return class_getitem(t, cls, item); }
Result<> get_typecode(Thread& t, Value self) { return kind_name(t, array_of(self)->kind); }
Result<> get_itemsize(Thread& t, Value self) { return Result<>::small_int(array_of(self)->kind->size); }

const GetSetDef kGetSets[] = {
    {"typecode", get_typecode, nullptr, "The character that names the items' type."},
    {"itemsize", get_itemsize, nullptr, "The bytes of one item."},
};
const NativeDef kMethods[] = {
    def<array_append>("append($self, v, /)", "Adds one item at the end."),
    def<array_buffer_info>("buffer_info($self, /)", "(address, length) of the block."),
    def<array_byteswap>("byteswap($self, /)", "Reverses the bytes of each item."),
    def<array_clear>("clear($self, /)", "Removes all items."),
    def<array_copy>("__copy__($self, /)", "A copy."),
    def<array_count>("count($self, v, /)", "How often v occurs."),
    def<array_deepcopy>("__deepcopy__($self, unused, /)", "A copy."),
    def<array_extend>("extend($self, bb, /)", "Adds all items of an array or iterable."),
    def<array_fromfile>("fromfile($self, f, n, /)", "Adds n items read from a binary file."),
    def<array_fromlist>("fromlist($self, list, /)", "Adds all items of a list, or none."),
    def<array_frombytes>("frombytes($self, buffer, /)", "Adds the items whose bytes these are."),
    def<array_fromunicode>("fromunicode($self, ustr, /)", "Adds the characters of a str."),
    def<array_index>("index($self, v, start=<unrepresentable>, stop=<unrepresentable>, /)", "Where v occurs first."),
    def<array_insert>("insert($self, i, v, /)", "Inserts v before position i."),
    def<array_pop>("pop($self, i=-1, /)", "Removes and gives item i."),
    def<array_reduce_ex>("__reduce_ex__($self, value, /)", "Helper for pickle."),
    def<array_remove>("remove($self, v, /)", "Removes the first v."),
    def<array_reverse>("reverse($self, /)", "Reverses the order of the items."),
    def<array_sizeof>("__sizeof__($self, /)", "Bytes of memory."),
    def<array_tobytes>("tobytes($self, /)", "The items' bytes."),
    def<array_tofile>("tofile($self, f, /)", "Writes the items' bytes to a binary file."),
    def<array_tolist>("tolist($self, /)", "The items as a list."),
    def<array_tounicode>("tounicode($self, /)", "The characters as a str."),
    class_def<array_class_getitem>("__class_getitem__($type, object, /)", "array.array[item]: for annotations."),
};
const TypeDef kArrayDef = {
    .name = "array.array",
    .doc = "array(typecode [, initializer]) -> array\n\nA sequence of items of one machine type.",
    .flags = kTypeBase | kTypeNoEdges | kTypeSequence | kTypeImmutable | kTypeWeakrefable,
    .size = sizeof(Array),
    .slots = {.destroy = array_destroy, .new_ = array_new, .repr = array_repr, .truth = array_truth,
              .compare = array_compare, .iter = array_iter, .length = array_length, .get_item = array_get_item,
              .set_item = array_set_item, .contains = array_contains, .concat = array_concat, .repeat = array_repeat,
              .inplace_concat = array_inplace_concat, .inplace_repeat = array_inplace_repeat,
              .get_buffer = array_get_buffer, .release_buffer = array_release_buffer},
    .methods = kMethods, .getsets = kGetSets};

const NativeDef kFunctions[] = {
    def<array_reconstructor>("_array_reconstructor($module, arraytype, typecode, mformat_code, items, /)",
                             "Makes an array from the bytes of items in any format; for pickle."),
};

Status array_exec(Thread& t, Module* m) {
  TRY(module_add_type(t, m, kArrayDef, &g_array_type));
  TRY(module_add(t, m, "ArrayType", Value(g_array_type)));
  Local<Type> iterator(t, TRY(type_from_def(t, kIteratorDef)));
  g_iterator_type = iterator.get();
  Local<Tuple> codes(t, TRY(tuple_new(t, kArrayKindCount)));
  for (usize i = 0; i < kArrayKindCount; ++i) codes->items()[i].init(TRY(kind_name(t, &kArrayKinds[i])));
  return module_add(t, m, "typecodes", codes);
}

}  // namespace

extern const ModuleDef array_module_def;
const ModuleDef array_module_def = {"array", "Sequences of machine numbers.", kFunctions, {}, array_exec};

}  // namespace taipan
