// Containers, iteration and number conversions on any objects.
#include "runtime/object/call_parts.h"
#include "runtime/object/error.h"
#include "runtime/thread/safepoint.h"
#include "runtime/types/dict.h"
#include "runtime/types/float.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/sequence_iterator.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

Result<ssize> length(Thread& t, Value v) {
  if (auto f = type_of(v).slots.length) return f(t, v);
  return raise(t, TypeError, "object of type '{!T}' has no len()", v);
}

Result<ssize> length_hint(Thread& t, Value v, ssize fallback) {
  if (type_of(v).slots.length) {
    Result<ssize> n = length(t, v);
    if (!n.is_error() || !swallow(t, TypeError)) return n;
  }
  Result<> answer = call_special(t, v, names().__length_hint__, nullptr, 0);
  if (answer.is_absent()) return fallback;
  if (answer.is_error()) {
    if (swallow(t, TypeError)) return fallback;
    return kError;
  }
  Local<> hint(t, answer);
  if (is_not_implemented(hint)) return fallback;
  if (!is_any_int(hint)) {
    return raise(t, TypeError, "__length_hint__ must be an integer, not {!T}", hint.value());
  }
  ssize n = TRY(to_ssize(t, hint));
  if (n < 0) return raise(t, ValueError, "__length_hint__() should return >= 0");
  return n;
}

Result<> get_item(Thread& t, Value o, Value key) {
  if (auto f = type_of(o).slots.get_item) return f(t, o, key);
  if (is_a<Type>(o)) {
    // X[...] on a class: __class_getitem__ (PEP 560). A class without it says so by its own name.
    if (same(o, Value(&type_type))) return generic_alias_new(t, o, key);
    Local<> method(t, TRY(get_attribute_or_absent(t, o, names().__class_getitem__)));
    if (!method.is_empty() && !is_none(method)) return call(t, method, key);
    return raise(t, TypeError, "type '{}' is not subscriptable", o.as<Type>()->name.borrow());
  }
  return raise(t, TypeError, "'{!T}' object is not subscriptable", o);
}

Status set_item(Thread& t, Value o, Value key, Value v) {
  if (auto f = type_of(o).slots.set_item) return f(t, o, key, v);
  return raise(t, TypeError, "'{!T}' object does not support item assignment", o);
}

Status delete_item(Thread& t, Value o, Value key) {
  if (auto f = type_of(o).slots.set_item) return f(t, o, key, Value::empty());
  // Said in other words of sequences, which have positions: of classes made in Python too, as all can be sequences.
  Type& type = type_of(o);
  bool is_sequence = type.slots.length != nullptr || type.slots.contains != nullptr || type.has(kTypeHeap);
  if (is_sequence && type_of(key).slots.index != nullptr) {
    return raise(t, TypeError, "'{!T}' object doesn't support item deletion", o);
  }
  return raise(t, TypeError, "'{!T}' object does not support item deletion", o);
}

Result<bool> contains(Thread& t, Value container, Value v) {
  if (auto f = type_of(container).slots.contains) return f(t, container, v);
  Result<> begun = iterate(t, container);
  if (begun.is_error()) {
    if (!swallow(t, TypeError)) return kError;
    return raise(t, TypeError, "argument of type '{!T}' is not a container or iterable", container);
  }
  Local<> iterator(t, begun);
  for (;;) {
    Local<> item(t, TRY(next(t, iterator)));
    if (item.is_empty()) return false;
    if (TRY(equal(t, item, v))) return true;
  }
}

Result<> iterate(Thread& t, Value v) {
  Type& type = type_of(v);
  if (auto f = type.slots.iter) {
    Local<> iterator(t, TRY(f(t, v)));
    if (type_of(iterator).slots.next == nullptr) {
      return raise(t, TypeError, "{!T}.__iter__() must return an iterator, not {!T}", v, iterator.value());
    }
    return iterator.give();
  }
  if (is_sequence(type)) return sequence_iterator_new(t, v);
  return raise(t, TypeError, "'{!T}' object is not iterable", v);
}

bool is_sequence(const Type& type) {
  return type.slots.get_item != nullptr && !type.has(kTypeDictSubclass);
}

Result<> next(Thread& t, Value iterator) {
  auto f = type_of(iterator).slots.next;
  if (f == nullptr) return raise(t, TypeError, "'{!T}' object is not an iterator", iterator);
  TRY(safepoint(t));  // native loops over endless native iterators end by a signal, too
  return f(t, iterator);
}

Result<List> to_list(Thread& t, Value iterable) {
  Local<List> list(t, TRY(list_new(t)));
  TRY(list_extend(t, list, iterable));
  return list.give();
}

Result<Tuple> to_tuple(Thread& t, Value iterable) {
  if (is_exact<Tuple>(iterable)) return own<Tuple>(iterable);
  if (is_exact<List>(iterable)) return list_to_tuple(t, iterable.as<List>());
  Local<List> list(t, TRY(to_list(t, iterable)));
  return list_to_tuple(t, list);
}

// --- numbers -----------------------------------------------------------------------------------------------

Result<> to_index(Thread& t, Value v) {
  if (v.is_int()) return own(v);
  if (is_a<BigInt>(v)) return is_exact<BigInt>(v) ? own(v) : int_exact(t, v);
  auto f = type_of(v).slots.index;
  if (f == nullptr) {
    return raise(t, TypeError, "'{!T}' object cannot be interpreted as an integer", v);
  }
  Local<> i(t, TRY(f(t, v)));
  if (i.value().is_int() || is_exact<BigInt>(i)) return i.give();
  if (!is_a<BigInt>(i)) {
    return raise(t, TypeError, "{!T}.__index__() must return an int, not {!T}", v, i.value());
  }
  Local<Str> text(t, TRY(str_format(t,
                                    "{!T}.__index__() must return an int, not {!T}.  The ability to return an "
                                    "instance of a strict subclass of int is deprecated, and may not be "
                                    "allowed in a future version of Python.",
                                    v, i.value())));
  Utf8 utf8;
  TRY(utf8.encode(t, text, true));
  TRY(warn(t, DeprecationWarning, utf8.c_str()));
  return int_exact(t, i);
}

static Result<ssize> to_ssize_or(Thread& t, Value v, bool clamp) {
  if (v.is_int()) return static_cast<ssize>(v.as_int());
  Local<> i(t, TRY(to_index(t, v)));
  i64 n;
  if (int_to_i64(i, &n)) return static_cast<ssize>(n);
  if (clamp) return static_cast<ssize>(int_sign(i) < 0 ? INT64_MIN : INT64_MAX);
  return raise(t, OverflowError, "cannot fit '{!T}' into an index-sized integer", v);
}
Result<ssize> to_ssize(Thread& t, Value v) { return to_ssize_or(t, v, false); }
Result<ssize> to_ssize_clamped(Thread& t, Value v) { return to_ssize_or(t, v, true); }

Result<f64> to_double(Thread& t, Value v) {
  if (v.is_float()) return v.as_float();
  if (v.is_int()) return static_cast<f64>(v.as_int());
  if (is_a<FloatBox>(v)) return float_value(v);
  if (is_exact<BigInt>(v)) return int_to_double(t, v);
  const TypeSlots& s = type_of(v).slots;
  if (s.to_float) {
    Local<> f(t, TRY(s.to_float(t, v)));
    if (!is_any_float(f)) {
      return raise(t, TypeError, "{!T}.__float__() must return a float, not {!T}", v, f.value());
    }
    return float_value(f);
  }
  if (s.index) {
    Local<> i(t, TRY(to_index(t, v)));
    return int_to_double(t, i);
  }
  return raise(t, TypeError, "must be real number, not {!T}", v);
}

}  // namespace taipan
