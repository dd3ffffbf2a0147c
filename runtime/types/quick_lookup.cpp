#include "runtime/types/quick_lookup.h"

#include "runtime/types/dict_impl.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

// Of ints, strings and short tuples of them. False: ask.
TP_INLINE bool quick_hash(Value key, u64* hash) {
  if (key.is_int()) [[likely]] return *hash = hash_i64(key.as_int()), true;
  if (!key.is_ref()) return false;
  if (is_exact<Str>(key)) return *hash = str_hash(key.as<Str>()), true;
  if (!is_exact<Tuple>(key) || key.as<Tuple>()->size() > 4) return false;
  Tuple* tuple = key.as<Tuple>();
  TupleHash h;
  for (usize i = 0, n = tuple->size(); i < n; ++i) {
    Value v = (*tuple)[i];
    if (v.is_int()) {
      h.add(hash_i64(v.as_int()));
    } else if (v.is_ref() && is_exact<Str>(v)) {
      h.add(str_hash(v.as<Str>()));
    } else {
      return false;
    }
  }
  return *hash = h.finish(tuple->size()), true;
}

// An int among keys that are ints: no call, so that the searches for it need no frame. Any other key of its hash: ask.
template <bool kSet>
struct IntMatch {
  DictTable* t;
  Value key;
  TP_INLINE int operator()(u32 e) const {
    Value k = kSet ? t->keys()[e].borrow() : t->entries()[e].key.borrow();  // R3
    if (k.bits == key.bits) return 1;
    return k.is_int() || !is_live_key(k) ? 0 : kAskPython;
  }
};
template <bool kSet>
TP_INLINE u32 find_int(DictTable* table, Value key) {
  return table_find(table, hash_i64(key.as_int()), IntMatch<kSet>{table, key});
}

// The entry of a key, kNotFound, or kAskEqual.
TP_INLINE u32 find_in_dict(DictTable* table, Value key) {
  u64 hash;
  if (!quick_hash(key, &hash)) return kAskEqual;
  TableKind kind = table->kind();
  if (kind == TableKind::Namespace) [[unlikely]] return kAskEqual;
  if (kind == TableKind::Names && is_interned(key)) return table_find(table, hash, NameMatch{table, key});
  return table_find(table, hash, KeyMatch<false>{table, key, hash});
}

int contains_in_tuple(Tuple* tuple, Value v) {
  for (usize i = 0, n = tuple->size(); i < n; ++i) {
    int r = quick_equal((*tuple)[i], v);
    if (r != 0) return r;
  }
  return 0;
}

[[gnu::no_stack_protector]] TP_NOINLINE int contains_any(Value container, Value v) {
  container = container.canonical();
  v = v.canonical();
  if (!container.is_ref() || v.is_empty()) return kAskPython;
  Object* o = container.object();
  switch (o->shape.load_relaxed()) {
    case shape_id(BuiltinShape::set_):
    case shape_id(BuiltinShape::frozenset_): {
      u64 hash;
      if (!quick_hash(v, &hash)) return kAskPython;
      DictTable* table = static_cast<Set*>(o)->table.load_acquire();  // R1
      u32 e = table_find(table, hash, KeyMatch<true>{table, v, hash});
      return e == kAskEqual ? kAskPython : e != kNotFound;
    }
    case shape_id(BuiltinShape::dict_): {
      DictTable* table = static_cast<Dict*>(o)->table.load_acquire();  // R1
      u32 e = find_in_dict(table, v);
      if (e == kAskEqual) return kAskPython;
      return e != kNotFound && !table->entries()[e].value.is_empty();  // R4
    }
    case shape_id(BuiltinShape::tuple_): return contains_in_tuple(static_cast<Tuple*>(o), v);
    default: return kAskPython;
  }
}

[[gnu::no_stack_protector]] TP_NOINLINE Value dict_item_of_any(Object* dict, Value key) {
  DictTable* table = static_cast<Dict*>(dict)->table.load_acquire();  // R1
  u32 e = find_in_dict(table, key.canonical());
  return e >= kAskEqual ? Value::empty() : table->entries()[e].value.load_word(dict);  // R4
}

}  // namespace

int quick_contains(Value container, Value v) {
  if (!v.is_int() || !container.is_ref()) return contains_any(container, v);
  Object* o = container.canonical().object();
  u32 shape = o->shape.load_relaxed();
  u32 e;
  if (shape == shape_id(BuiltinShape::set_) || shape == shape_id(BuiltinShape::frozenset_)) {
    e = find_int<true>(static_cast<Set*>(o)->table.load_acquire(), v);  // R1
  } else if (shape == shape_id(BuiltinShape::dict_)) {
    DictTable* table = static_cast<Dict*>(o)->table.load_acquire();  // R1
    if (table->kind() == TableKind::Namespace) [[unlikely]] return kAskPython;
    e = find_int<false>(table, v);
    if (e < kAskEqual) return !table->entries()[e].value.is_empty();  // R4
  } else {
    return contains_any(container, v);
  }
  return e == kAskEqual ? contains_any(container, v) : e != kNotFound;
}

Value quick_dict_item(Object* dict, Value key) {
  DictTable* table = static_cast<Dict*>(dict)->table.load_acquire();  // R1
  if (!key.is_int() || table->kind() == TableKind::Namespace) return dict_item_of_any(dict, key);
  u32 e = find_int<false>(table, key);
  if (e == kAskEqual) [[unlikely]] return dict_item_of_any(dict, key);
  return e == kNotFound ? Value::empty() : table->entries()[e].value.load_word(dict);  // R4
}

}  // namespace taipan
