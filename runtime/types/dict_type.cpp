// The type dict, and what dict and frozendict answer alike. Storage and protocols: dict.cpp.
#include "runtime/native/def.h"
#include "runtime/types/dict_impl.h"
#include "runtime/types/list.h"
#include "runtime/types/quick_lookup.h"
#include "runtime/types/repr_guard.h"
#include "runtime/types/set_impl.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

// --- dict and frozendict ----------------------------------------------------------------------------------

usize mapping_size(Object* o) {
  return is_a<Dict>(Value(o)) ? dict_size(static_cast<Dict*>(o)) : o->aux;
}

Result<ssize> mapping_length(Thread& t, Value self) {
  return static_cast<ssize>(mapping_size(self.object()));
}

static Result<u64> hash_mapping_key(Thread& t, Value self, Value key) {
  return is_a<Dict>(self) || is_exact<Str>(key) ? hash_dict_key(t, key) : hash_key_slow(t, key, "frozendict key");
}

Result<> mapping_get_item(Thread& t, Value self, Value key) {
  u64 hash = TRY(hash_mapping_key(t, self, key));
  Result<> r = mapping_get(t, self.object(), key, hash);
  if (!r.is_absent()) [[likely]] return r;
  if (!is_exact<Dict>(self) && is_a<Dict>(self)) {  // Language Reference 3.3.7: __missing__
    r = TRY(call_special(t, self, names().__missing__, &key, 1));
    if (!r.is_absent()) return r;
  }
  return raise_value(t, KeyError, key);
}

Result<bool> mapping_contains(Thread& t, Value self, Value key) {
  Result<> r = TRY(mapping_get(t, self.object(), key, TRY(hash_mapping_key(t, self, key))));
  bool found = !r.is_absent();
  drop(r);
  return found;
}

Result<Str> mapping_repr(Thread& t, Value self) {
  Object* o = self.object();
  if (mapping_size(o) == 0) return str_from_ascii(t, "{}");
  ReprGuard guard(o);
  if (!guard.entered()) return str_from_ascii(t, "{...}");
  RecursionGuard depth(t);
  TRY(depth.check(" while getting the repr of an object"));
  StrBuilder out(t);
  TRY(out.append_char('{'));
  u64 position = 0;
  Value k, v;
  for (bool first = true; table_step(mapping_table(o), &position, &k, &v); first = false) {
    Local<> key(t, k), value(t, v);
    if (!first) TRY(out.append_ascii(", "));
    Local<Str> piece(t, TRY(repr(t, key)));
    TRY(out.append(piece));
    TRY(out.append_ascii(": "));
    piece.set(TRY(repr(t, value)));
    TRY(out.append(piece));
  }
  TRY(out.append_char('}'));
  return out.finish();
}

static Result<bool> mapping_equal(Thread& t, Object* a, Object* b) {
  if (mapping_size(a) != mapping_size(b)) return false;
  RecursionGuard depth(t);
  TRY(depth.check(" in comparison"));
  u64 position = 0;
  Value k, v;
  for (;;) {
    TRY(safepoint(t));
    if (!table_step(mapping_table(a), &position, &k, &v)) return true;
    if (k.is_int() || is_exact<Str>(k)) {  // borrowed words will do where no Python code is asked
      DictTable* table = mapping_table(b);
      u32 entry = dict_table_find(table, k, k.is_int() ? hash_i64(k.as_int()) : str_hash(k.as<Str>()));
      if (entry == kNotFound) return false;
      if (entry != kAskEqual && table->kind() != TableKind::Namespace) {
        int e = quick_equal(table->entries()[entry].value.borrow(), v);
        if (e == 1) continue;
        if (e == 0) return false;
      }
    }
    Local<> key(t, k), value(t, v);
    Local<> other(t, TRY(mapping_get(t, b, key, TRY(hash_dict_key(t, key)))));
    if (other.is_empty()) return false;
    int e = quick_equal(other, value);
    if (e == kAskPython) e = TRY(equal(t, other, value));
    if (!e) return false;
  }
}

Result<> mapping_compare(Thread& t, Value self, Value other, CompareOp op) {
  if ((op != CompareOp::Eq && op != CompareOp::Ne) || !is_any_dict(self) || !is_any_dict(other)) {
    return not_implemented();
  }
  bool is_equal = TRY(mapping_equal(t, self.object(), other.object()));
  return boolean(is_equal == (op == CompareOp::Eq));
}

Result<> mapping_union(Thread& t, Value left, Value right) {
  if (!is_any_dict(left) || !is_any_dict(right)) return not_implemented();
  Local<Dict> result(t, is_a<Dict>(left) ? TRY(dict_copy(t, left.as<Dict>()))
                                         : TRY(frozendict_thaw(t, left.as<FrozenDict>())));
  TRY(dict_update(t, result, right));
  return Result<>(result.give());
}

namespace {

// --- methods of dict ---------------------------------------------------------------------------------------

Result<> dict_construct(Thread& t, Type& cls, const Value*, u32, Tuple*) {
  Dict* d = dict_allocate(t, cls, 0);
  if (!d) return kError;
  return own_new(d);
}

Status dict_init(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  return dict_update_call(t, self.as<Dict>(), "dict", args, nargs, kwnames);
}

Result<Str> dict_repr(Thread& t, Value self) { return mapping_repr(t, self); }

Result<> dict_iter(Thread& t, Value self) { return dict_iterator_new(t, self, DictPart::Keys, false); }

Status dict_set_item(Thread& t, Value self, Value key, Value v) {
  Dict* d = self.as<Dict>();
  u64 hash = TRY(hash_dict_key(t, key));
  if (!v.is_empty()) return dict_set_hashed(t, d, key, hash, v);
  Result<> r = TRY(dict_remove_hashed(t, d, key, hash));
  if (r.is_absent()) return raise_value(t, KeyError, key);
  drop(r);
  return kDone;
}

// dict | frozendict is a dict, frozendict | dict a frozendict: the left operand decides.
Result<> dict_or(Thread& t, Value left, Value right) {
  if (!is_a<Dict>(left)) return not_implemented();
  return mapping_union(t, left, right);
}

Result<> dict_ior(Thread& t, Value self, Value other) {
  TRY(dict_update(t, self.as<Dict>(), other));
  return own(self);
}

Result<> method_getitem(Thread& t, Value self, Value key) { return mapping_get_item(t, self, key); }
Result<bool> method_contains(Thread& t, Value self, Value key) { return mapping_contains(t, self, key); }

Result<> method_get(Thread& t, Value self, Value key, Value fallback) {
  if (is_exact<Dict>(self)) {
    Value v = quick_dict_item(self.object(), key);
    if (!v.is_empty()) return Result<>::from_owned(v);
  }
  Result<> r = mapping_get(t, self.object(), key, TRY(hash_mapping_key(t, self, key)));
  return r.is_absent() ? own(fallback) : r;
}

Result<> method_setdefault(Thread& t, Dict* d, Value key, Value fallback) {
  return dict_setdefault(t, d, key, fallback);
}

Result<> method_pop(Thread& t, Dict* d, Value key, Value fallback) {
  Result<> r = dict_pop(t, d, key);
  if (!r.is_absent()) return r;
  if (!fallback.is_empty()) return own(fallback);
  return raise_value(t, KeyError, key);
}

Result<> method_update(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  TRY(dict_update_call(t, self.as<Dict>(), "update", args, nargs, kwnames));
  return none();
}

Result<> method_keys(Thread& t, Value self) { return dict_view_new(t, self, DictPart::Keys); }
Result<> method_items(Thread& t, Value self) { return dict_view_new(t, self, DictPart::Items); }
Result<> method_values(Thread& t, Value self) { return dict_view_new(t, self, DictPart::Values); }
Result<> method_reversed(Thread& t, Value self) {
  return dict_iterator_new(t, self, DictPart::Keys, true);
}

Result<Dict> method_copy(Thread& t, Dict* d) { return dict_copy(t, d); }

Status fill_from_keys(Thread& t, Dict* d, Value iterable, Value v) {
  if (is_exact_set(iterable) || is_exact_frozenset(iterable)) {  // which knows the hashes
    auto enter = [&](Value key, u64 h) -> Result<bool> {
      TRY(dict_set_hashed(t, d, key, h, v));
      return true;
    };
    Result<bool> r = for_each_element(t, as_set(iterable), enter);
    return r.is_error() ? Status(kError) : Status(kDone);
  }
  Local<> it(t, TRY(iterate(t, iterable)));
  LoopPoll poll(t);
  for (;;) {
    Result<> r = TRY(next(t, it));
    if (r.is_absent()) return kDone;
    Local<> key(t, r);
    TRY(dict_set(t, d, key, v));
    TRY(poll());
  }
}

Result<> method_fromkeys(Thread& t, Type* cls, Value iterable, Value v) {
  Local<> made(t, TRY(call(t, Value(cls))));
  if (is_exact<Dict>(made)) {
    TRY(fill_from_keys(t, made.value().as<Dict>(), iterable, v));
    return made.give();
  }
  if (is_frozendict(made)) {  // cls() is immutable: fill a dict, then make the instance from it
    Local<Dict> d(t, TRY(frozendict_thaw(t, made.value().as<FrozenDict>())));
    TRY(fill_from_keys(t, d, iterable, v));
    if (cls == &frozendict_type) return frozendict_from_private(t, frozendict_type, d);
    return call(t, Value(cls), d);
  }
  Local<> it(t, TRY(iterate(t, iterable)));
  for (;;) {
    Result<> r = TRY(next(t, it));
    if (r.is_absent()) return made.give();
    Local<> key(t, r);
    TRY(set_item(t, made, key, v));
  }
}

Result<ssize> method_sizeof(Thread& t, Value self) {
  Object* o = self.object();
  Mutating guard(o);
  DictTable* table = mapping_table(o);
  bool plain = table->capacity > 0 && table->kind() != TableKind::Namespace;
  return static_cast<ssize>(object_size(o) + (plain ? table_bytes(table) : 0));
}

}  // namespace

constexpr const char* kGetDoc = "The value for key, or default if it is not there.";

constexpr NativeDef kDictMethods[] = {
    def<method_getitem>("__getitem__($self, key, /)", "Return self[key]."),
    def<method_contains>("__contains__($self, key, /)", "True if the key is there."),
    def<method_sizeof>("__sizeof__($self, /)", "Size of the dict in memory, in bytes."),
    def<method_get>("get($self, key, default=None, /)", kGetDoc),
    def<method_setdefault>("setdefault($self, key, default=None, /)",
                           "The value for key; if it is not there, default is put in first."),
    def<method_pop>("pop($self, key, default=<unrepresentable>, /)",
                    "Remove the key and return its value.\n\n"
                    "Without the key: default if given, else KeyError."),
    def<dict_popitem>("popitem($self, /)",
                      "Remove the pair that was added last and return it.\n\nRaises KeyError if empty."),
    def<method_keys>("keys($self, /)", "A set-like view of the keys."),
    def<method_items>("items($self, /)", "A set-like view of the (key, value) pairs."),
    def<method_values>("values($self, /)", "A view of the values."),
    raw_def("update", "update(mapping=(), /, **kwargs): add all pairs of a mapping, of an iterable of pairs, and "
            "the keywords; keys that are there get the new value.", method_update),
    class_def<method_fromkeys>("fromkeys($type, iterable, value=None, /)",
                               "A new dict whose keys come from iterable, all with the same value."),
    def<dict_clear>("clear($self, /)", "Remove everything."),
    def<method_copy>("copy($self, /)", "Return a shallow copy."),
    def<method_reversed>("__reversed__($self, /)", "Return a reverse iterator over the keys."),
    class_def<class_getitem>("__class_getitem__($type, object, /)", "Generic alias of dict."),
};

namespace {

constexpr TypeSlots slots() {
  TypeSlots s{};
  s.visit = dict_visit;
  s.destroy = dict_destroy;
  s.new_ = dict_construct;
  s.init = dict_init;
  s.repr = dict_repr;
  s.compare = mapping_compare;
  s.iter = dict_iter;
  s.length = mapping_length;
  s.get_item = mapping_get_item;
  s.set_item = dict_set_item;
  s.contains = mapping_contains;
  s.binary[static_cast<usize>(BinaryOp::Or)] = dict_or;
  s.inplace[static_cast<usize>(BinaryOp::Or)] = dict_ior;
  return s;
}

// --- frozendict --------------------------------------------------------------------------------------------

Result<> frozendict_construct(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  TRY(check_positional(t, "frozendict", nargs, 0, 1));
  bool keywords = kwnames != nullptr && kwnames->size() > 0;
  if (&cls == &frozendict_type && nargs == 1 && !keywords && is_exact<FrozenDict>(args[0])) {
    return own(args[0]);
  }
  Local<Dict> d(t, TRY(dict_new(t)));
  TRY(dict_update_call(t, d, "frozendict", args, nargs, kwnames));
  return frozendict_from_private(t, cls, d);
}

Result<Str> frozendict_repr(Thread& t, Value self) {
  Type& cls = type_of(self);
  if (mapping_size(self.object()) == 0) return str_format(t, "{}()", Value(cls.name.borrow()));
  Local<Str> inside(t, TRY(mapping_repr(t, self)));
  return str_format(t, "{}({})", Value(cls.name.borrow()), inside.value());
}

Result<u64> frozendict_hash(Thread& t, Value self) {
  FrozenDict* f = self.as<FrozenDict>();
  u64 known = f->hash_.load_relaxed();  // every thread computes the same
  if (known != 0) return known;
  FrozenSetHash all;
  u64 position = 0;
  Value k, v;
  while (table_step(f->table.load_acquire(), &position, &k, &v)) {  // f holds them: it never changes
    TupleHash pair;
    pair.add(TRY(hash(t, k)));
    pair.add(TRY(hash(t, v)));
    all.add(pair.finish(2));
  }
  u64 h = all.finish(f->aux);
  f->hash_.store_relaxed(h);
  return h;
}

Result<> frozendict_or(Thread& t, Value left, Value right) {
  if (!is_frozendict(left)) return not_implemented();
  if (!is_any_dict(right)) return not_implemented();
  if (is_exact<FrozenDict>(left) && mapping_size(right.object()) == 0) return own(left);
  if (is_exact<FrozenDict>(right) && is_exact<FrozenDict>(left) && mapping_size(left.object()) == 0) return own(right);
  Local<> both(t, TRY(mapping_union(t, left, right)));
  return frozendict_from_private(t, frozendict_type, both.value().as<Dict>());
}

Result<> frozendict_copy(Thread& t, Value self) {
  if (is_exact<FrozenDict>(self)) return own(self);
  Local<Dict> d(t, TRY(frozendict_thaw(t, self.as<FrozenDict>())));
  return frozendict_from_private(t, frozendict_type, d);
}

Result<> frozendict_getnewargs(Thread& t, Value self) {
  Local<Dict> d(t, TRY(frozendict_thaw(t, self.as<FrozenDict>())));
  return tuple_of(t, d);
}

constexpr NativeDef kFrozenMethods[] = {
    def<method_getitem>("__getitem__($self, key, /)", "Return self[key]."),
    def<method_contains>("__contains__($self, key, /)", "True if the key is there."),
    def<method_sizeof>("__sizeof__($self, /)", "Size of the frozendict in memory, in bytes."),
    def<method_get>("get($self, key, default=None, /)", kGetDoc),
    def<method_keys>("keys($self, /)", "A set-like view of the keys."),
    def<method_items>("items($self, /)", "A set-like view of the (key, value) pairs."),
    def<method_values>("values($self, /)", "A view of the values."),
    class_def<method_fromkeys>("fromkeys($type, iterable, value=None, /)",
                               "A new frozendict whose keys come from iterable, all with the same value."),
    def<frozendict_copy>("copy($self, /)", "The frozendict itself, as it cannot change."),
    def<method_reversed>("__reversed__($self, /)", "Return a reverse iterator over the keys."),
    class_def<class_getitem>("__class_getitem__($type, object, /)", "Generic alias of frozendict."),
    def<frozendict_getnewargs>("__getnewargs__($self, /)", "Arguments for frozendict.__new__ when unpickling."),
};

constexpr TypeSlots frozen_slots() {
  TypeSlots s{};
  s.visit = dict_visit;
  s.destroy = dict_destroy;
  s.new_ = frozendict_construct;
  s.repr = frozendict_repr;
  s.hash = frozendict_hash;
  s.compare = mapping_compare;
  s.iter = dict_iter;
  s.length = mapping_length;
  s.get_item = mapping_get_item;
  s.contains = mapping_contains;
  s.binary[static_cast<usize>(BinaryOp::Or)] = frozendict_or;
  return s;
}

}  // namespace

Result<Dict> frozendict_thaw(Thread& t, FrozenDict* f) {
  Local<Dict> d(t, TRY(dict_new(t)));
  if (f->aux == 0) return d.give();
  DictTable* copy = table_copy(t, f->table.load_acquire(), f->aux);
  if (!copy) return (void)raise_memory_error(t), kError;
  d->table.store_relaxed(copy);
  d->used.store_relaxed(f->aux);
  return d.give();
}

Result<> frozendict_from_private(Thread& t, Type& cls, Dict* d) {
  usize live = dict_size(d);
  if (live > 0xffffffffu) return (void)raise_memory_error(t), kError;
  FrozenDict* f = new_object<FrozenDict>(t, cls);
  if (!f) return kError;
  f->aux = static_cast<u32>(live);
  if (d->is_shared()) {  // somebody got hold of it while it was filled: leave it alone
    f->table.store_relaxed(&g_empty_dict_table);
    Local<FrozenDict> held(t, own_new(f));
    DictTable* copy = dict_snapshot(t, d, &live);
    if (!copy) return (void)raise_memory_error(t), kError;
    f->table.store_relaxed(copy);
    f->aux = static_cast<u32>(live);
    return held.give();
  }
  f->table.store_relaxed(d->table.load_relaxed());
  d->table.store_relaxed(&g_empty_dict_table);
  d->used.store_relaxed(0);
  return own_new(f);
}

extern const TypeDef dict_type_def, frozendict_type_def;
const TypeDef dict_type_def = {
    .name = "dict",
    .doc = "dict(**kwargs)\ndict(mapping, **kwargs)\ndict(pairs, **kwargs)\n\n"
           "A mapping from keys to values that keeps the order in which keys were added.",
    .flags = kTypeDictSubclass | kTypeBase | kTypeMapping | kTypeGcTracked,
    .size = sizeof(Dict),
    .slots = slots(),
    .methods = kDictMethods,
};
const TypeDef frozendict_type_def = {
    .name = "frozendict",
    .doc = "frozendict(**kwargs)\nfrozendict(mapping, **kwargs)\nfrozendict(pairs, **kwargs)\n\n"
           "A dict that cannot change; hashable if its values are.",
    .flags = kTypeBase | kTypeMapping | kTypeGcTracked,
    .size = sizeof(FrozenDict),
    .slots = frozen_slots(),
    .methods = kFrozenMethods,
};

}  // namespace taipan
