// collections.OrderedDict. Every dict keeps its order; this one can change it and compares by it.
// Classes that derive from it and define __setitem__ see each store that goes through update, setdefault and so on.
#include "runtime/modules/collections/collections.h"
#include "runtime/types/container_util.h"
#include "runtime/types/dict_impl.h"
#include "runtime/types/dict_order.h"
#include "runtime/types/list.h"
#include "runtime/types/repr_guard.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

bool is_ordered(Value v) { return v.is_ref() && is_instance(v, *g_ordered_dict_type); }
Dict* dict_of(Value v) { return v.as<Dict>(); }

Status set_item_slot(Thread& t, Value self, Value key, Value v) {
  return dict_type.slots.set_item(t, self, key, v);
}
bool stores_directly(Value self) { return type_of(self).slots.set_item == set_item_slot; }

Status store(Thread& t, Value self, Value key, Value v) {
  if (stores_directly(self)) return dict_set(t, dict_of(self), key, v);
  return set_item(t, self, key, v);
}

// self[key] = other[key] for the keys of a mapping.
Status update_from_keys(Thread& t, Value self, Value other, Value keys) {
  Local<> it(t, TRY(iterate(t, keys)));
  while (true) {
    Result<> r = TRY(next(t, it));
    if (r.is_absent()) return kDone;
    Local<> key(t, r);
    Local<> v(t, TRY(get_item(t, other, key)));
    TRY(store(t, self, key, v));
  }
}

Status update_from_pairs(Thread& t, Value self, Value pairs) {
  Local<> it(t, TRY(iterate(t, pairs)));
  while (true) {
    Result<> r = TRY(next(t, it));
    if (r.is_absent()) return kDone;
    Local<> item(t, r);
    Local<Tuple> pair(t, TRY(to_tuple(t, item)));
    if (pair->size() != 2) {
      return raise(t, ValueError, pair->size() < 2 ? "need more than {} value{} to unpack" : "too many values to unpack (expected 2)",
                   pair->size(), pair->size() == 1 ? "" : "s");
    }
    TRY(store(t, self, (*pair.get())[0], (*pair.get())[1]));
  }
}

Status update_one(Thread& t, Value self, Value other) {
  if (stores_directly(self) && (is_exact<Dict>(other) || is_ordered(other))) {
    return dict_update(t, dict_of(self), other);
  }
  Local<> keys_method(t, TRY(get_attribute_or_absent(t, other, names().keys)));
  if (!keys_method.is_empty()) {
    Local<> keys(t, TRY(call(t, keys_method)));
    return update_from_keys(t, self, other, keys);
  }
  Local<> items_method(t, TRY(get_attribute_or_absent(t, other, names().items)));
  if (!items_method.is_empty()) {
    Local<> pairs(t, TRY(call(t, items_method)));
    return update_from_pairs(t, self, pairs);
  }
  return update_from_pairs(t, self, other);
}

Status update_all(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  if (nargs == 1) TRY(update_one(t, self, args[0]));
  for (usize i = 0; kwnames && i < kwnames->size(); ++i) TRY(store(t, self, (*kwnames)[i], args[nargs + i]));
  return kDone;
}

Status ordered_init(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  if (nargs > 1) return raise(t, TypeError, "expected at most 1 argument, got {}", nargs);
  return update_all(t, self, args, nargs, kwnames);
}

Result<> ordered_update(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  if (nargs > 1) {
    return raise(t, TypeError, "update() takes at most 1 positional argument ({} given)", nargs);
  }
  TRY(update_all(t, self, args, nargs, kwnames));
  return none();
}

Result<Str> ordered_repr(Thread& t, Value self) {
  Value name(type_of(self).name.borrow());
  if (dict_size(dict_of(self)) == 0) return str_format(t, "{}()", name);
  ReprGuard guard(self.object());
  if (!guard.entered()) return str_from_ascii(t, "...");
  Local<Dict> plain(t, TRY(dict_copy(t, dict_of(self))));
  return str_format(t, "{}({!r})", name, plain.value());
}

// Which table and which entries a dictionary has, for noticing changes while Python code ran.
struct Snapshot {
  explicit Snapshot(Value d) : dict(dict_of(d)), table(dict->table.load_acquire()), end(table->end.load_acquire()),
                               used(dict->used.load_acquire()), generation(generation_of(dict)) {}
  bool changed() const {
    return dict->table.load_acquire() != table || table->end.load_acquire() != end ||
           dict->used.load_acquire() != used || generation_of(dict) != generation;
  }
  Dict* dict;
  DictTable* table;
  u32 end;
  u64 used;
  u32 generation;
};
ErrorTag raise_mutated(Thread& t) { return raise(t, RuntimeError, "OrderedDict mutated during iteration"); }

Result<> ordered_compare(Thread& t, Value self, Value other, CompareOp op) {
  if ((op != CompareOp::Eq && op != CompareOp::Ne) || !is_a<Dict>(other)) return not_implemented();
  Local<> as_dicts(t, TRY(mapping_compare(t, self, other, CompareOp::Eq)));
  if (is_not_implemented(as_dicts)) return as_dicts.give();
  bool same_order = is_true(as_dicts);
  if (same_order && is_ordered(other)) {
    Local<List> a(t, TRY(dict_keys_list(t, dict_of(self)))), b(t, TRY(dict_keys_list(t, dict_of(other))));
    Snapshot mine(self), others(other);
    same_order = list_size(a) == list_size(b);
    for (usize i = 0; same_order && i < list_size(a); ++i) {
      Local<> x(t, TRY(list_get(t, a, i))), y(t, TRY(list_get(t, b, i)));
      same_order = TRY(equal(t, x, y));
      if (mine.changed() || others.changed()) return raise_mutated(t);
    }
  }
  return boolean(same_order == (op == CompareOp::Eq));
}

Result<> ordered_iter(Thread& t, Value self) { return dict_iterator_new(t, self, DictPart::Keys, false); }
Result<> ordered_reversed(Thread& t, Value self) { return dict_iterator_new(t, self, DictPart::Keys, true); }

Result<> ordered_or(Thread& t, Value left, Value right) {
  Value self = is_ordered(left) ? left : right;
  if (!is_any_dict(left) || !is_any_dict(right)) return not_implemented();
  Local<> result(t, TRY(call(t, Value(&type_of(self)), left)));
  TRY(update_one(t, result, right));
  return result.give();
}
Result<> ordered_ior(Thread& t, Value self, Value other) {
  TRY(update_one(t, self, other));
  return own(self);
}

Result<> ordered_copy(Thread& t, Value self) {
  Type& type = type_of(self);
  Local<> copy(t, TRY(call(t, Value(&type))));
  if (!is_a<Dict>(copy)) return raise(t, TypeError, "expected a dict, got '{!T}'", copy.value());
  if (&type == g_ordered_dict_type) {
    TRY(dict_update(t, dict_of(copy), self));
    return copy.give();
  }
  Local<List> keys(t, TRY(dict_keys_list(t, dict_of(self))));
  Snapshot before(self);
  for (usize i = 0; i < list_size(keys); ++i) {
    Local<> key(t, TRY(list_get(t, keys, i)));
    Local<> v(t, TRY(get_item(t, self, key)));
    if (before.changed()) return raise_mutated(t);
    TRY(set_item(t, copy, key, v));
    if (before.changed()) return raise_mutated(t);
  }
  return copy.give();
}

Result<> ordered_fromkeys(Thread& t, Type* cls, Value iterable, Value value) {
  Local<> made(t, TRY(call(t, Value(cls))));
  Local<> it(t, TRY(iterate(t, iterable)));
  while (true) {
    Result<> r = TRY(next(t, it));
    if (r.is_absent()) return made.give();
    Local<> key(t, r);
    TRY(set_item(t, made, key, value));
  }
}

Status ordered_move_to_end(Thread& t, Value self, Value key, bool last) {
  if (TRY(dict_move_to_end(t, dict_of(self), key, last))) return kDone;
  return raise_value(t, KeyError, key);
}

Result<> ordered_pop(Thread& t, Value self, Value key, Value fallback) {
  Local<> found(t, TRY(dict_pop(t, dict_of(self), key)));
  if (!found.is_empty()) return found.give();
  if (fallback.is_empty()) return raise_value(t, KeyError, key);
  return own(fallback);
}

Result<> ordered_popitem(Thread& t, Value self, bool last) {
  Dict* d = dict_of(self);
  if (!last) {
    Result<> r = TRY(dict_pop_first(t, d));
    if (!r.is_absent()) return r;
  } else if (dict_size(d) > 0) {
    return dict_popitem(t, d);
  }
  return raise(t, KeyError, "dictionary is empty");
}

Result<> ordered_setdefault(Thread& t, Value self, Value key, Value fallback) {
  if (stores_directly(self)) return dict_setdefault(t, dict_of(self), key, fallback);
  if (TRY(contains(t, self, key))) return get_item(t, self, key);
  TRY(set_item(t, self, key, fallback));
  return own(fallback);
}

Result<> ordered_reduce(Thread& t, Value self) {
  Local<> state(t, TRY(call_method(t, self, names().__getstate__)));
  Local<> items(t, TRY(call_method(t, self, names().items)));
  Local<> it(t, TRY(iterate(t, items)));
  Value parts[] = {Value(&type_of(self)), Value(empty_tuple()), state, none_value(), it};
  return Result<>(TRY(tuple_from(t, parts, 5)));
}

Status ordered_clear(Thread& t, Value self) { return dict_clear(t, dict_of(self)); }
Result<> ordered_keys(Thread& t, Value self) { return dict_view_new(t, self, DictPart::Keys); }
Result<> ordered_values(Thread& t, Value self) { return dict_view_new(t, self, DictPart::Values); }
Result<> ordered_items(Thread& t, Value self) { return dict_view_new(t, self, DictPart::Items); }
Result<> ordered_sizeof(Thread& t, Value self) {
  Local<> inherited(t, TRY(get_attribute(t, Value(&dict_type), names().__sizeof__)));
  return call(t, inherited, self);
}

const NativeDef kMethods[] = {
    def<ordered_clear>("clear($self, /)", "Remove all items."),
    def<ordered_copy>("copy($self, /)", "A shallow copy."),
    class_def<ordered_fromkeys>("fromkeys($type, /, iterable, value=None)",
                                "A new dictionary with the keys of iterable, all with the same value."),
    def<ordered_items>("items($self, /)", "A view of the (key, value) pairs."),
    def<ordered_keys>("keys($self, /)", "A view of the keys."),
    def<ordered_values>("values($self, /)", "A view of the values."),
    def<ordered_move_to_end>("move_to_end($self, /, key, last=True)",
                             "Move an item to the end, or to the beginning.\n\nRaises KeyError if there is no such key."),
    def<ordered_pop>("pop($self, /, key, default=<unrepresentable>)",
                     "Remove key and return its value.\n\nWithout default, KeyError if there is no such key."),
    def<ordered_popitem>("popitem($self, /, last=True)", "Remove and return the last (key, value) pair, or the first."),
    def<ordered_setdefault>("setdefault($self, /, key, default=None)",
                            "The value of key, which is set to default if it is not there."),
    def<ordered_reduce>("__reduce__($self, /)", "Return state information for pickling."),
    def<ordered_reversed>("__reversed__($self, /)", "Return a reverse iterator over the keys."),
    def<ordered_sizeof>("__sizeof__($self, /)", "Size in memory, in bytes."),
    raw_def("update", "Stores all items of a mapping, or of an iterable of pairs, and the keywords.", ordered_update),
};
constexpr TypeSlots slots() {
  TypeSlots s{};
  s.init = ordered_init;
  s.repr = ordered_repr;
  s.compare = ordered_compare;
  s.iter = ordered_iter;
  s.set_item = set_item_slot;
  s.binary[static_cast<usize>(BinaryOp::Or)] = ordered_or;
  s.inplace[static_cast<usize>(BinaryOp::Or)] = ordered_ior;
  return s;
}
const TypeDef kOrderedDict = {.name = "collections.OrderedDict",
                              .doc = "A dict that can move its items, and that compares by their order.",
                              .base = &dict_type,
                              .flags = kTypeBase | kTypeGcTracked | kTypeMapping | kTypeHasDict | kTypeWeakrefable,
                              .size = sizeof(Dict),
                              .slots = slots(),
                              .methods = kMethods};

}  // namespace

Status ordered_dict_exec(Thread& t, Module* module) {
  return module_add_type(t, module, kOrderedDict, &g_ordered_dict_type);
}

}  // namespace taipan
