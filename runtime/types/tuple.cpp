#include "runtime/types/tuple_inline.h"

#include <cstring>

#include "runtime/base/hash.h"
#include "runtime/native/def.h"
#include "runtime/types/container_util.h"
#include "runtime/types/list.h"
#include "runtime/types/quick_compare.h"
#include "runtime/types/repr_guard.h"
#include "runtime/types/slice.h"
#include "runtime/types/str.h"

namespace taipan {

static Tuple g_empty_tuple{{Atomic<u32>(kStickyWord), Atomic<u8>(kImmortal | kNoEdges), Atomic<u8>(0),
                            kGcStatic, Atomic<u8>(0), Atomic<u32>(shape_id(BuiltinShape::tuple_)), 0}};
Object* const g_empty_tuple_object = &g_empty_tuple;
Tuple* empty_tuple() { return &g_empty_tuple; }

namespace {

constexpr usize kMaxTuple = 0xffffffffu;  // aux is 32 bits wide

// Without the count of the empty tuple: `n` > 0, or an instance of a subclass.
Tuple* allocate(Thread& t, Type& cls, usize n) {
  if (n > kMaxTuple) {
    (void)raise_memory_error(t);
    return nullptr;
  }
  if (&cls == &tuple_type) {
    return static_cast<Tuple*>(new_object_inline(t, shape_id(BuiltinShape::tuple_),
                                                 sizeof(Tuple) + n * sizeof(Slot<>), 0, kGcTracked,
                                                 static_cast<u32>(n)));
  }
  Tuple* x = new_object<Tuple>(t, cls, n * sizeof(Slot<>));
  if (x) x->aux = static_cast<u32>(n);
  return x;
}

}  // namespace

Result<Tuple> tuple_new(Thread& t, usize n) {
  if (n == 0) return own(&g_empty_tuple);
  Tuple* x = allocate(t, tuple_type, n);
  if (!x) return kError;
  return own_new(x);
}

Result<Tuple> tuple_from(Thread& t, const Value* items, usize n) {
  if (n == 0) return own(&g_empty_tuple);
  Tuple* x = allocate(t, tuple_type, n);
  if (!x) return kError;
  for (usize i = 0; i < n; ++i) x->items()[i].init(items[i]);
  tuple_untrack_plain(t, x);
  return own_new(x);
}

namespace {
// Without zeroes in the slots: the caller fills them at once.
TP_INLINE Tuple* allocate_unfilled(Thread& t, u32 n, u8 gc) {
  return static_cast<Tuple*>(new_object_inline<false>(t, shape_id(BuiltinShape::tuple_),
                                                      sizeof(Tuple) + n * sizeof(Slot<>), 0, gc, n));
}
// Of a length that the compiler knows: the slots are written once.
template <class... V>
TP_INLINE Result<Tuple> small_tuple(Thread& t, V... values) {
  Tuple* x = allocate_unfilled(t, sizeof...(V), (gc_of_element(values) | ...));
  if (!x) return kError;
  Slot<>* at = x->items();
  ((at++)->init(values), ...);
  return own_new(x);
}
}  // namespace

Result<Tuple> tuple_from_owned(Thread& t, Value* words, u32 n) {
  u8 gc = 0;
  for (u32 i = 0; i < n; ++i) gc |= gc_of_element(words[i]);
  Tuple* x = allocate_unfilled(t, n, gc);
  if (!x) return kError;
  for (u32 i = 0; i < n; ++i) {
    Value v = words[i];
    if ((v.bits & 3) == 0) words[i] = Value::empty();
    x->items()[i].init_owned(v);
  }
  return own_new(x);
}

Result<Tuple> tuple_of(Thread& t, Value a) { return small_tuple(t, a); }
Result<Tuple> tuple_of(Thread& t, Value a, Value b) { return small_tuple(t, a, b); }
Result<Tuple> tuple_of(Thread& t, Value a, Value b, Value c) { return small_tuple(t, a, b, c); }

Result<Tuple> tuple_slice(Thread& t, Tuple* s, usize start, usize end) {
  TP_ASSERT(start <= end && end <= s->size());
  if (start == 0 && end == s->size() && is_exact<Tuple>(s)) return own(s);
  if (start == end) return own(&g_empty_tuple);
  Tuple* x = allocate(t, tuple_type, end - start);
  if (!x) return kError;
  for (usize i = start; i < end; ++i) x->items()[i - start].init((*s)[i]);
  tuple_untrack_plain(t, x);
  return own_new(x);
}

namespace {

void tuple_visit(Object* o, EdgeVisitor& visit) {
  Tuple* x = static_cast<Tuple*>(o);
  visit.slots_from_end(x->items(), x->size());
}

// Without what classes add at the tail.
usize tuple_bytes(const Object* o) { return sizeof(Tuple) + o->aux * sizeof(Slot<>); }

Result<> tuple_construct(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  (void)TRY(no_keywords_unless_subclass(t, cls, tuple_type, "tuple", kwnames));
  (void)TRY(check_positional(t, "tuple", nargs, 0, 1));
  if (&cls == &tuple_type) {
    if (nargs == 0) return own(&g_empty_tuple);
    return to_tuple(t, args[0]);
  }
  Local<Tuple> source(t, &g_empty_tuple);
  if (nargs == 1) source.set(TRY(to_tuple(t, args[0])));
  Tuple* x = allocate(t, cls, source->size());
  if (!x) return kError;
  for (usize i = 0; i < source->size(); ++i) x->items()[i].init((*source.get())[i]);
  return own_new(x);
}

Result<Str> tuple_repr(Thread& t, Value self) {
  Tuple* x = self.as<Tuple>();
  if (x->size() == 0) return str_from_ascii(t, "()");
  ReprGuard guard(x);
  if (!guard.entered()) return str_from_ascii(t, "(...)");
  RecursionGuard depth(t);
  (void)TRY(depth.check(" while getting the repr of an object"));
  StrBuilder out(t);
  (void)TRY(out.append_char('('));
  for (usize i = 0; i < x->size(); ++i) {
    if (i > 0) (void)TRY(out.append_ascii(", "));
    Local<Str> piece(t, TRY(repr(t, (*x)[i])));
    (void)TRY(out.append(piece));
  }
  (void)TRY(out.append_ascii(x->size() == 1 ? ",)" : ")"));
  return out.finish();
}

Result<u64> tuple_hash(Thread& t, Value self) {
  Tuple* x = self.as<Tuple>();
  TupleHash h;
  for (usize i = 0; i < x->size(); ++i) {
    Value v = (*x)[i];
    if (v.is_int()) {
      h.add(hash_i64(v.as_int()));
    } else if (is_exact<Str>(v)) {
      h.add(str_hash(v.as<Str>()));
    } else {
      RecursionGuard depth(t);
      (void)TRY(depth.check(" while calling a Python object"));
      h.add(TRY(hash(t, v)));
    }
  }
  return h.finish(x->size());
}

Result<> tuple_compare(Thread& t, Value self, Value other, CompareOp op) {
  if (!is_a<Tuple>(other)) return not_implemented();
  Tuple *a = self.as<Tuple>(), *b = other.as<Tuple>();
  usize n = a->size() < b->size() ? a->size() : b->size();
  RecursionGuard depth(t);
  (void)TRY(depth.check(" in comparison"));
  for (usize i = 0; i < n; ++i) {
    Value x = (*a)[i], y = (*b)[i];  // tuples never change: borrowed from self and other
    int e = quick_equal(x, y);
    if (e == kAskPython) e = TRY(equal(t, x, y));
    if (e) continue;
    if (op == CompareOp::Eq) return boolean(false);
    if (op == CompareOp::Ne) return boolean(true);
    return compare(t, op, x, y);
  }
  return boolean(ordered(op, a->size(), b->size()));
}

Result<ssize> tuple_length(Thread& t, Value self) {
  return static_cast<ssize>(self.as<Tuple>()->size());
}

Result<> tuple_get_item(Thread& t, Value self, Value key) {
  Tuple* x = self.as<Tuple>();
  ssize n = static_cast<ssize>(x->size());
  if (is_exact<Slice>(key)) {
    SliceBounds b;
    (void)TRY(slice_unpack(t, key.as<Slice>(), &b));
    usize count = slice_fit(&b, n);
    if (b.step == 1 || count == 0) return tuple_slice(t, x, count ? b.start : 0, count ? b.start + count : 0);
    Tuple* y = allocate(t, tuple_type, count);
    if (!y) return kError;
    for (usize i = 0; i < count; ++i) y->items()[i].init((*x)[b.start + static_cast<ssize>(i) * b.step]);
    return own_new(y);
  }
  ssize i;
  if (key.is_int()) {
    i = key.as_int();
  } else {
    if (!is_any_int(key) && type_of(key).slots.index == nullptr) {
      return raise(t, TypeError, "tuple indices must be integers or slices, not {!T}", key);
    }
    i = TRY(to_index_or_index_error(t, key));
  }
  if (i < 0) i += n;
  if (static_cast<usize>(i) >= static_cast<usize>(n)) {
    return raise(t, IndexError, "tuple index out of range");
  }
  return x->items()[i].load(x);
}

Result<bool> tuple_contains(Thread& t, Value self, Value v) {
  Tuple* x = self.as<Tuple>();
  for (usize i = 0; i < x->size(); ++i) {
    int e = quick_equal((*x)[i], v);
    if (e == kAskPython) e = TRY(equal(t, (*x)[i], v));
    if (e) return true;
  }
  return false;
}

Result<> tuple_concat(Thread& t, Value self, Value other) {
  Tuple* a = self.as<Tuple>();
  if (!is_a<Tuple>(other)) {
    return raise(t, TypeError, "can only concatenate tuple (not \"{!T}\") to tuple", other);
  }
  Tuple* b = other.as<Tuple>();
  if (a->size() == 0 && is_exact<Tuple>(b)) return own(b);
  if (b->size() == 0 && is_exact<Tuple>(a)) return own(a);
  usize n = a->size() + b->size();
  if (n == 0) return own(&g_empty_tuple);
  Tuple* x = allocate(t, tuple_type, n);
  if (!x) return kError;
  for (usize i = 0; i < a->size(); ++i) x->items()[i].init((*a)[i]);
  for (usize i = 0; i < b->size(); ++i) x->items()[a->size() + i].init((*b)[i]);
  tuple_untrack_plain(t, x);
  return own_new(x);
}

Result<> tuple_repeat(Thread& t, Value self, ssize times) {
  Tuple* a = self.as<Tuple>();
  if (is_exact<Tuple>(a) && (times == 1 || a->size() == 0)) return own(a);
  if (times <= 0 || a->size() == 0) return own(&g_empty_tuple);
  usize n;
  if (__builtin_mul_overflow(a->size(), static_cast<usize>(times), &n)) {
    (void)raise_memory_error(t);
    return kError;
  }
  Tuple* x = allocate(t, tuple_type, n);
  if (!x) return kError;
  for (usize i = 0, k = 0; i < n; ++i, k = k + 1 == a->size() ? 0 : k + 1) {
    x->items()[i].init((*a)[k]);
  }
  return own_new(x);
}

Result<> tuple_iter(Thread& t, Value self) {
  TupleIterator* it = new_object<TupleIterator>(t, tuple_iterator_type);
  if (!it) return kError;
  it->tuple.init(self);
  return own_new(it);
}

Result<> tuple_getnewargs(Thread& t, Tuple* self) {
  Local<Tuple> copy(t, TRY(tuple_from(t, nullptr, 0)));
  if (is_exact<Tuple>(self)) {
    copy.set(own(self));
  } else if (self->size() > 0) {
    Tuple* x = allocate(t, tuple_type, self->size());
    if (!x) return kError;
    for (usize i = 0; i < self->size(); ++i) x->items()[i].init((*self)[i]);
    copy.set(own_new(x));
  }
  return tuple_of(t, copy);
}

Result<ssize> tuple_index(Thread& t, Tuple* self, Value v, Value start_argument, Value stop_argument) {
  ssize n = static_cast<ssize>(self->size());
  ssize start = wrap_and_clamp(TRY(to_slice_index(t, start_argument)), n);
  ssize stop = wrap_and_clamp(TRY(to_slice_index(t, stop_argument)), n);
  if (stop > n) stop = n;
  for (ssize i = start; i < stop; ++i) {
    int e = quick_equal((*self)[i], v);
    if (e == kAskPython) e = TRY(equal(t, (*self)[i], v));
    if (e) return i;
  }
  return raise(t, ValueError, "tuple.index(x): x not in tuple");
}

Result<ssize> tuple_count(Thread& t, Tuple* self, Value v) {
  ssize count = 0;
  for (usize i = 0; i < self->size(); ++i) {
    int e = quick_equal((*self)[i], v);
    if (e == kAskPython) e = TRY(equal(t, (*self)[i], v));
    count += e;
  }
  return count;
}

constexpr NativeDef kMethods[] = {
    def<tuple_getnewargs>("__getnewargs__($self, /)", "Arguments for tuple.__new__ when unpickling."),
    def<tuple_index>("index($self, value, start=0, stop=sys.maxsize, /)",
                     "Position of the first element equal to value.\n\nRaises ValueError if there is none."),
    def<tuple_count>("count($self, value, /)", "How many elements are equal to value."),
    class_def<class_getitem>("__class_getitem__($type, object, /)", "Generic alias of tuple."),
};

constexpr TypeSlots tuple_slots() {
  TypeSlots s{};
  s.visit = tuple_visit;
  s.size = tuple_bytes;
  s.new_ = tuple_construct;
  s.repr = tuple_repr;
  s.hash = tuple_hash;
  s.compare = tuple_compare;
  s.iter = tuple_iter;
  s.length = tuple_length;
  s.get_item = tuple_get_item;
  s.contains = tuple_contains;
  s.concat = tuple_concat;
  s.repeat = tuple_repeat;
  return s;
}

// --- iterator -----------------------------------------------------------------------------------------
// `index` is changed under the iterator's lock byte; exhausted: `tuple` is empty.

void iterator_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<TupleIterator*>(o)->tuple); }

Result<> iterator_next(Thread& t, Value self) {
  TupleIterator* it = self.as<TupleIterator>();
  Tuple* x;
  u64 i;
  {
    Mutating guard(it);
    x = it->tuple.borrow();
    if (!x) return Result<>::absent();
    i = it->index;
    if (i < x->size()) it->index = i + 1;
  }
  if (i < x->size()) return x->items()[i].load(x);
  it->tuple.clear(it);
  return Result<>::absent();
}

Result<ssize> iterator_length_hint(Thread& t, TupleIterator* it) {
  Mutating guard(it);
  Tuple* x = it->tuple.borrow();
  return x ? static_cast<ssize>(x->size() - it->index) : ssize{0};
}

Result<> iterator_reduce(Thread& t, TupleIterator* it) {
  Local<Tuple> x(t);
  u64 i;
  {
    Mutating guard(it);
    x.set(it->tuple.load(it));
    i = it->index;
  }
  if (x.is_empty()) return reduce_pair(t, builtin_by_name(t, names().iter), Value(&g_empty_tuple));
  return reduce_pair(t, builtin_by_name(t, names().iter), x, Value::small_int(static_cast<i64>(i)));
}

Status iterator_setstate(Thread& t, TupleIterator* it, Value state) {
  ssize i = TRY(iterator_state(t, state));
  Mutating guard(it);
  Tuple* x = it->tuple.borrow();
  if (!x) return kDone;
  it->index = i < 0 ? 0 : (static_cast<usize>(i) > x->size() ? x->size() : i);
  return kDone;
}

constexpr NativeDef kIteratorMethods[] = {
    def<iterator_length_hint>("__length_hint__($self, /)", "How many elements are left."),
    def<iterator_reduce>("__reduce__($self, /)", "Return state information for pickling."),
    def<iterator_setstate>("__setstate__($self, object, /)", "Set state information for unpickling."),
};

constexpr TypeSlots iterator_slots() {
  TypeSlots s{};
  s.visit = iterator_visit;
  s.iter = iterate_self;
  s.next = iterator_next;
  return s;
}

}  // namespace

extern const TypeDef tuple_type_def, tuple_iterator_type_def;
const TypeDef tuple_type_def = {
    .name = "tuple",
    .doc = "Immutable sequence.\n\nWithout an argument: the empty tuple. With one: its elements in order;\n"
           "a tuple is returned as it is.",
    .flags = kTypeTupleSubclass | kTypeBase | kTypeSequence | kTypeGcTracked,
    .size = sizeof(Tuple),
    .slots = tuple_slots(),
    .methods = kMethods,
    .text_signature = "(iterable=(), /)",
};
const TypeDef tuple_iterator_type_def = {
    .name = "tuple_iterator",
    .flags = kTypeGcTracked | kTypeNoInstantiation,
    .size = sizeof(TupleIterator),
    .slots = iterator_slots(),
    .methods = kIteratorMethods,
};

}  // namespace taipan
