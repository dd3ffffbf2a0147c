// The type collections.deque: operators, methods and iterators. The ring is in deque.cpp.
#include "runtime/modules/collections/collections.h"
#include "runtime/modules/collections/deque.h"
#include "runtime/native/construct.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/quick_compare.h"
#include "runtime/types/repr_guard.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

Result<> deque_new(Thread& t, Type& cls, const Value*, u32, Tuple*) {
  Deque* d = new_object<Deque>(t, cls);
  if (!d) return kError;
  d->maxlen = -1;
  return own_new(d);
}

Status deque_init(Thread& t, Value self, Value iterable, Value maxlen) {
  Deque* d = deque_of(self);
  ssize limit = -1;
  if (!is_none(maxlen)) {
    if (!is_any_int(maxlen)) return raise(t, TypeError, "an integer is required");
    limit = TRY(to_ssize(t, maxlen));
    if (limit < 0) return raise(t, ValueError, "maxlen must be non-negative");
  }
  {
    Mutating guard(d);
    d->maxlen = limit;
  }
  deque_clear_all(t, d);
  if (iterable.is_empty()) return kDone;
  return deque_extend_from(t, d, iterable, false);
}
constexpr NativeDef kInit = def<deque_init>("deque($self, /, iterable=<unrepresentable>, maxlen=None)", "");
Status deque_init_slot(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  drop(TRY(kInit.entry(t, self, args, nargs, kwnames)));
  return kDone;
}

ssize maxlen_of(Deque* d) {
  Mutating guard(d);
  return d->maxlen;
}

Result<> new_with_maxlen(Thread& t, ssize maxlen) {
  Deque* d = new_object<Deque>(t, *g_deque_type);
  if (!d) return kError;
  d->maxlen = maxlen;
  return own_new(d);
}

// A deque of the same class, with the same elements and limit.
Result<> deque_copy(Thread& t, Value self) {
  Deque* d = deque_of(self);
  ssize maxlen = maxlen_of(d);
  if (&type_of(self) == g_deque_type) {
    Local<> copy(t, TRY(new_with_maxlen(t, maxlen)));
    usize n = deque_size(d);
    for (usize i = 0; i < n; ++i) {
      Result<> r = deque_load(d, i);
      if (r.is_absent()) break;
      Local<> v(t, r);
      TRY(deque_push(t, deque_of(copy), v, false));
    }
    return copy.give();
  }
  if (maxlen < 0) return call(t, Value(&type_of(self)), self);
  Local<> limit(t, TRY(int_from_i64(t, maxlen)));
  return call(t, Value(&type_of(self)), self, limit);
}

Result<Str> deque_repr(Thread& t, Value self) {
  Deque* d = deque_of(self);
  ReprGuard guard(d);
  if (!guard.entered()) return str_from_ascii(t, "[...]");
  Local<List> elements(t, TRY(to_list(t, self)));
  ssize maxlen = maxlen_of(d);
  Value name(type_of(self).name.borrow());
  if (maxlen < 0) return str_format(t, "{}({!r})", name, elements.value());
  return str_format(t, "{}({!r}, maxlen={})", name, elements.value(), maxlen);
}

Result<> deque_compare(Thread& t, Value self, Value other, CompareOp op) {
  if (!is_deque(other)) return not_implemented();
  Deque *a = deque_of(self), *b = deque_of(other);
  usize na = deque_size(a), nb = deque_size(b);
  if ((op == CompareOp::Eq || op == CompareOp::Ne) && na != nb) return boolean(op == CompareOp::Ne);
  RecursionGuard depth(t);
  TRY(depth.check(" in comparison"));
  LoopPoll poll(t);
  for (usize i = 0;; ++i) {
    Local<> x(t, deque_load(a, i)), y(t, deque_load(b, i));
    if (x.is_empty() || y.is_empty()) break;
    int e = quick_equal(x, y);
    if (e == kAskPython) e = TRY(equal(t, x, y));
    if (e) {
      TRY(poll());
      continue;
    }
    if (op == CompareOp::Eq) return boolean(false);
    if (op == CompareOp::Ne) return boolean(true);
    return compare(t, op, x, y);
  }
  return boolean(ordered(op, deque_size(a), deque_size(b)));
}

Result<ssize> deque_length(Thread&, Value self) { return static_cast<ssize>(deque_size(deque_of(self))); }
Result<bool> deque_truth(Thread&, Value self) { return deque_size(deque_of(self)) > 0; }
Result<> deque_iter(Thread& t, Value self) { return deque_iterator_new(t, deque_of(self), false); }
Result<> deque_reversed(Thread& t, Value self) { return deque_iterator_new(t, deque_of(self), true); }

// The position that key means; past the end if there is none.
Result<usize> position(Thread& t, Deque* d, Value key) {
  if (type_of(key).slots.index == nullptr) {
    return raise(t, TypeError, "sequence index must be integer, not '{!T}'", key);
  }
  ssize i = TRY(to_index_or_index_error(t, key));
  if (i < 0) i += static_cast<ssize>(deque_size(d));
  return static_cast<usize>(i);
}

Result<> deque_get_item(Thread& t, Value self, Value key) {
  Deque* d = deque_of(self);
  usize i = TRY(position(t, d, key));
  Result<> r = deque_load(d, i);
  if (r.is_absent()) return raise(t, IndexError, "deque index out of range");
  return r;
}

Status deque_set_item(Thread& t, Value self, Value key, Value v) {
  Deque* d = deque_of(self);
  usize i = TRY(position(t, d, key));
  if (!v.is_empty()) {
    if (deque_replace(d, i, v)) return kDone;
    return raise(t, IndexError, "deque index out of range");
  }
  while (i < deque_size(d)) {
    if (deque_remove_at(d, i, deque_version(d))) return kDone;
  }
  return raise(t, IndexError, "deque index out of range");
}

// Position of the first element from `start` on that equals v; -1 if none is before `stop`.
Result<ssize> find(Thread& t, Deque* d, Value v, usize start, usize stop, u64 version, bool* changed) {
  LoopPoll poll(t);
  for (usize i = start; i < stop; ++i) {
    Result<> r = deque_load_checked(d, i, version, changed);
    if (r.is_absent()) return ssize{-1};
    Local<> item(t, r);
    int e = quick_equal(item, v);
    if (e == kAskPython) e = TRY(equal(t, item, v));
    if (e) return static_cast<ssize>(i);
    TRY(poll());
  }
  return ssize{-1};
}
ErrorTag raise_mutated(Thread& t) { return raise(t, RuntimeError, "deque mutated during iteration"); }

Result<bool> deque_contains(Thread& t, Value self, Value v) {
  Deque* d = deque_of(self);
  bool changed = false;
  ssize i = TRY(find(t, d, v, 0, SIZE_MAX, deque_version(d), &changed));
  if (changed) return raise_mutated(t);
  return i >= 0;
}

Result<ssize> deque_count(Thread& t, Value self, Value v) {
  Deque* d = deque_of(self);
  u64 version = deque_version(d);
  bool changed = false;
  ssize n = 0;
  for (usize from = 0;;) {
    ssize i = TRY(find(t, d, v, from, SIZE_MAX, version, &changed));
    if (changed) return raise_mutated(t);
    if (i < 0) return n;
    ++n;
    from = static_cast<usize>(i) + 1;
  }
}

Result<ssize> deque_index(Thread& t, Value self, Value v, Value start_given, Value stop_given) {
  Deque* d = deque_of(self);
  ssize start = start_given.is_empty() ? 0 : TRY(to_slice_index(t, start_given));
  ssize stop = stop_given.is_empty() ? PTRDIFF_MAX : TRY(to_slice_index(t, stop_given));
  ssize n = static_cast<ssize>(deque_size(d));
  start = wrap_and_clamp(start, n);
  stop = wrap_and_clamp(stop, n);
  bool changed = false;
  ssize i = TRY(find(t, d, v, static_cast<usize>(start), static_cast<usize>(stop), deque_version(d), &changed));
  if (changed) return raise_mutated(t);
  if (i < 0) return raise(t, ValueError, "deque.index(x): x not in deque");
  return i;
}

Status deque_remove(Thread& t, Value self, Value v) {
  Deque* d = deque_of(self);
  u64 version = deque_version(d);
  bool changed = false;
  ssize i = TRY(find(t, d, v, 0, SIZE_MAX, version, &changed));
  if (!changed && i < 0 && deque_version(d) == version) {
    return raise(t, ValueError, "deque.remove(x): x not in deque");
  }
  if (changed || i < 0 || !deque_remove_at(d, static_cast<usize>(i), version)) {
    return raise(t, IndexError, "deque mutated during remove().");
  }
  return kDone;
}

Result<> deque_concat(Thread& t, Value self, Value other) {
  if (!is_deque(other)) return raise(t, TypeError, "can only concatenate deque (not \"{!T}\") to deque", other);
  Local<> copy(t, TRY(deque_copy(t, self)));
  if (!is_deque(copy)) return raise(t, TypeError, "copy() of a deque gave '{!T}'", copy.value());
  TRY(deque_extend_from(t, deque_of(copy), other, false));
  return copy.give();
}
Result<> deque_inplace_concat(Thread& t, Value self, Value other) {
  TRY(deque_extend_from(t, deque_of(self), other, false));
  return own(self);
}
Result<> deque_inplace_repeat(Thread& t, Value self, ssize times) {
  Deque* d = deque_of(self);
  if (times <= 0) {
    deque_clear_all(t, d);
    return own(self);
  }
  Local<List> elements(t, TRY(to_list(t, self)));
  usize n = list_size(elements);
  if (n > 0 && static_cast<usize>(times) > (SIZE_MAX >> 4) / n) return TRY(raise_memory_error(t)), own(self);
  for (ssize k = 1; k < times && n > 0; ++k) TRY(deque_extend_from(t, d, elements, false));
  return own(self);
}
Result<> deque_repeat(Thread& t, Value self, ssize times) {
  Local<> copy(t, TRY(deque_copy(t, self)));
  if (!is_deque(copy)) return raise(t, TypeError, "copy() of a deque gave '{!T}'", copy.value());
  return deque_inplace_repeat(t, copy, times);
}

Status deque_append(Thread& t, Value self, Value v) { return deque_push(t, deque_of(self), v, false); }
Status deque_appendleft(Thread& t, Value self, Value v) { return deque_push(t, deque_of(self), v, true); }
Status deque_extend(Thread& t, Value self, Value v) { return deque_extend_from(t, deque_of(self), v, false); }
Status deque_extendleft(Thread& t, Value self, Value v) { return deque_extend_from(t, deque_of(self), v, true); }
Result<> take(Thread& t, Value self, bool left) {
  Result<> r = deque_take(deque_of(self), left);
  if (r.is_absent()) return raise(t, IndexError, "pop from an empty deque");
  return r;
}
Result<> deque_pop(Thread& t, Value self) { return take(t, self, false); }
Result<> deque_popleft(Thread& t, Value self) { return take(t, self, true); }
Status deque_clear(Thread& t, Value self) { return deque_clear_all(t, deque_of(self)), kDone; }
Status deque_reverse(Thread&, Value self) { return deque_reverse_all(deque_of(self)), kDone; }
Status deque_rotate(Thread&, Value self, ssize n) { return deque_rotate_by(deque_of(self), n), kDone; }
Status deque_insert(Thread& t, Value self, ssize index, Value v) {
  if (TRY(deque_insert_at(t, deque_of(self), index, v))) return kDone;
  return raise(t, IndexError, "deque already at its maximum size");
}
Result<ssize> deque_sizeof(Thread&, Value self) {
  Deque* d = deque_of(self);
  Mutating guard(d);
  return static_cast<ssize>(object_size(d) + d->capacity * sizeof(Slot<>));
}

Result<> deque_reduce(Thread& t, Value self) {
  Local<> state(t, TRY(call_method(t, self, names().__getstate__)));
  Local<> it(t, TRY(iterate(t, self)));
  Local<Tuple> arguments(t, own(empty_tuple()));
  ssize maxlen = maxlen_of(deque_of(self));
  if (maxlen >= 0) {
    Local<> limit(t, TRY(int_from_i64(t, maxlen)));
    arguments.set(TRY(tuple_of(t, Value(empty_tuple()), limit)));
  }
  Value parts[] = {Value(&type_of(self)), arguments, state, it};
  return Result<>(TRY(tuple_from(t, parts, 4)));
}

Result<> get_maxlen(Thread& t, Value self) {
  ssize maxlen = maxlen_of(deque_of(self));
  if (maxlen < 0) return none();
  return int_from_i64(t, maxlen);
}

const NativeDef kMethods[] = {
    def<deque_append>("append($self, item, /)", "Add an element at the right end."),
    def<deque_appendleft>("appendleft($self, item, /)", "Add an element at the left end."),
    def<deque_clear>("clear($self, /)", "Remove all elements."),
    def<deque_copy>("copy($self, /)", "A shallow copy."),
    def<deque_copy>("__copy__($self, /)", "A shallow copy."),
    def<deque_count>("count($self, value, /)", "How many elements equal value."),
    def<deque_extend>("extend($self, iterable, /)", "Add the elements of iterable at the right end."),
    def<deque_extendleft>("extendleft($self, iterable, /)", "Add the elements of iterable at the left end, one by one."),
    def<deque_index>("index($self, value, start=<unrepresentable>, stop=<unrepresentable>, /)",
                     "Position of the first element equal to value.\n\nRaises ValueError if there is none."),
    def<deque_insert>("insert($self, index, value, /)", "Put value before index."),
    def<deque_pop>("pop($self, /)", "Remove and return the rightmost element."),
    def<deque_popleft>("popleft($self, /)", "Remove and return the leftmost element."),
    def<deque_remove>("remove($self, value, /)", "Remove the first element equal to value."),
    def<deque_reverse>("reverse($self, /)", "Reverse the order of the elements."),
    def<deque_rotate>("rotate($self, n=1, /)", "Move n elements from the right end to the left; negative: the other way."),
    def<deque_reversed>("__reversed__($self, /)", "Return a reverse iterator over the deque."),
    def<deque_reduce>("__reduce__($self, /)", "Return state information for pickling."),
    def<deque_sizeof>("__sizeof__($self, /)", "Size in memory, in bytes."),
    class_def<class_getitem>("__class_getitem__($type, object, /)", "Generic alias of deque."),
};
constexpr GetSetDef kGetSets[] = {
    {"maxlen", get_maxlen, nullptr, "The most elements the deque may have, or None."},
};

constexpr TypeSlots slots() {
  TypeSlots s{};
  s.visit = deque_visit;
  s.destroy = deque_destroy;
  s.new_ = deque_new;
  s.init = deque_init_slot;
  s.repr = deque_repr;
  s.truth = deque_truth;
  s.compare = deque_compare;
  s.iter = deque_iter;
  s.length = deque_length;
  s.get_item = deque_get_item;
  s.set_item = deque_set_item;
  s.contains = deque_contains;
  s.concat = deque_concat;
  s.repeat = deque_repeat;
  s.inplace_concat = deque_inplace_concat;
  s.inplace_repeat = deque_inplace_repeat;
  return s;
}
const TypeDef kDeque = {.name = "collections.deque",
                        .doc = "A list-like sequence that is fast at both ends; at most maxlen elements if that is given.",
                        .flags = kTypeBase | kTypeGcTracked | kTypeWeakrefable | kTypeSequence,
                        .size = sizeof(Deque),
                        .slots = slots(),
                        .methods = kMethods,
                        .getsets = kGetSets,
                        .text_signature = "([iterable[, maxlen]])"};

}  // namespace

Status deque_exec(Thread& t, Module* module) {
  register_native(t, kInit);
  TRY(module_add_type(t, module, kDeque, &g_deque_type));
  return deque_iterators_exec(t, module);
}

}  // namespace taipan
