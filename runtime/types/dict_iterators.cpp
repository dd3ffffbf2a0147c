// The six iterators over dicts and frozendicts: keys, values, items; forwards and backwards.
// They hold (map, generation, used, position), never a table (containers.md section 2).
#include "runtime/native/def.h"
#include "runtime/types/dict_impl.h"
#include "runtime/types/dict_order.h"
#include "runtime/types/iterators.h"
#include "runtime/types/list.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

void visit(Object* o, EdgeVisitor& v) { v(static_cast<DictIterator*>(o)->map); }

enum class Step : u8 { Item, End, SizeChanged, KeysChanged };

// One step under the iterator's lock; the words are owned. Not a safepoint.
Step advance(DictIterator* it, bool reverse, Value* key, Value* value) {
  Mutating guard(it);
  Value map = it->map.borrow();
  if (map.is_empty()) return Step::End;
  Object* o = map.object();
  DictTable* table = mapping_table(o);  // I1
  if (!is_exact<FrozenDict>(map) && is_a<Dict>(map)) {  // I2
    Dict* d = static_cast<Dict*>(o);
    if (it->failed || d->used.load_acquire() != it->used) {
      it->failed = true;
      return Step::SizeChanged;
    }
    if (generation_of(d) != it->generation) {
      bool passed = reverse && it->position > table->end.load_acquire();  // nothing is left below where it stood
      return passed ? Step::End : Step::KeysChanged;
    }
  }
  Value k, v;
  if (!(reverse ? table_step_back(table, &it->position, &k, &v)
                : table_step(table, &it->position, &k, &v))) {
    return Step::End;
  }
  if (it->left > 0) --it->left;
  if (key) *key = take_word(k);
  if (value) *value = take_word(v);
  return Step::Item;
}

Result<> stop(Thread& t, DictIterator* it, Step why) {
  if (why != Step::End && g_ordered_dict_type != nullptr && is_instance(it->map.borrow(), *g_ordered_dict_type)) {
    return raise(t, RuntimeError, "OrderedDict mutated during iteration");
  }
  if (why == Step::SizeChanged) {
    return raise(t, RuntimeError, "dictionary changed size during iteration");
  }
  if (why == Step::KeysChanged) {
    return raise(t, RuntimeError, "dictionary keys changed during iteration");
  }
  it->map.clear(it);
  return Result<>::absent();
}

template <DictPart part, bool reverse>
Result<> next_of(Thread& t, Value self) {
  DictIterator* it = self.as<DictIterator>();
  if constexpr (part == DictPart::Items) {
    Value k, v;
    Step s = advance(it, reverse, &k, &v);
    if (s != Step::Item) return stop(t, it, s);
    return pair_of_owned(t, Result<>::from_owned(k), Result<>::from_owned(v));
  } else {
    Value word;
    Step s = part == DictPart::Keys ? advance(it, reverse, &word, nullptr)
                                    : advance(it, reverse, nullptr, &word);
    return s == Step::Item ? Result<>::from_owned(word) : stop(t, it, s);
  }
}

Result<u64> length_hint(Thread& t, DictIterator* it) {
  Mutating guard(it);
  Value map = it->map.borrow();
  if (map.is_empty() || (is_a<Dict>(map) && map.as<Dict>()->used.load_acquire() != it->used)) return u64{0};
  return it->left;
}

// iter(list of what is left); the iterator does not move.
template <DictPart part, bool reverse>
Result<> reduce(Thread& t, DictIterator* it) {
  DictIterator* copy = new_object<DictIterator>(t, type_of(it));
  if (!copy) return kError;
  Local<DictIterator> held(t, own_new(copy));
  {
    Mutating guard(it);
    copy->map.init(it->map.borrow());
    copy->used = it->used;
    copy->generation = it->generation;
    copy->failed = it->failed;
    copy->position = it->position;
    copy->left = it->left;
  }
  Local<List> rest(t, TRY(list_new(t)));
  for (;;) {
    Result<> r = TRY((next_of<part, reverse>(t, held)));
    if (r.is_absent()) break;
    TRY(list_append(t, rest, r));
  }
  return reduce_pair(t, builtin_by_name(t, names().iter), rest);
}

template <DictPart part, bool reverse>
constexpr NativeDef kMethods[] = {
    def<length_hint>("__length_hint__($self, /)", "How many elements are left."),
    def<reduce<part, reverse>>("__reduce__($self, /)", "Return state information for pickling."),
};

template <DictPart part, bool reverse>
constexpr TypeDef iterator_def(const char* name) {
  TypeDef d{};
  d.name = name;
  d.flags = kTypeGcTracked | kTypeNoInstantiation;
  d.size = sizeof(DictIterator);
  d.slots.visit = visit;
  d.slots.iter = iterate_self;
  d.slots.next = next_of<part, reverse>;
  d.methods = kMethods<part, reverse>;
  return d;
}

}  // namespace

bool dict_items_step(DictIterator* it, Value* key, Value* value) { return advance(it, false, key, value) == Step::Item; }

Value dict_step_quick(DictIterator* it, bool values) {
  Value map = it->map.borrow();
  if (!it->is_local() || !map.is_ref() || !is_exact<Dict>(map)) return Value::empty();
  Dict* d = map.as<Dict>();
  DictTable* table = d->table.load_relaxed();
  bool is_plain = d->is_local() && d->used.load_relaxed() == it->used && generation_of(d) == it->generation && !it->failed &&
                  table->kind() != TableKind::Namespace;
  if (!is_plain) return Value::empty();
  for (u64 end = table->end.load_relaxed(); it->position < end;) {
    DictEntry& entry = table->entries()[it->position++];
    Value k = entry.key.borrow();
    if (!is_live_key(k)) continue;
    if (it->left > 0) --it->left;
    return (values ? entry.value : entry.key).load_word(d);
  }
  return Value::empty();
}

Result<> dict_iterator_new(Thread& t, Value map, DictPart part, bool reverse) {
  static Type* const types[2][3] = {
      {&dict_key_iterator_type, &dict_value_iterator_type, &dict_item_iterator_type},
      {&dict_reverse_key_iterator_type, &dict_reverse_value_iterator_type, &dict_reverse_item_iterator_type},
  };
  DictIterator* it = new_object<DictIterator>(t, *types[reverse][static_cast<u8>(part)]);
  if (!it) return kError;
  it->map.init(map);
  Mutating guard(map.object());  // size, generation and end belong together
  it->used = it->left = is_a<Dict>(map) ? map.as<Dict>()->used.load_relaxed() : map.object()->aux;
  it->generation = generation_of(map.object());
  it->position = reverse ? mapping_table(map.object())->end.load_relaxed() : 0;
  return own_new(it);
}

#define TP_DICT_ITERATOR(stem, name, part, reverse)   \
  extern const TypeDef stem##_type_def;               \
  const TypeDef stem##_type_def = iterator_def<DictPart::part, reverse>(name);
TP_DICT_ITERATOR(dict_key_iterator, "dict_keyiterator", Keys, false)
TP_DICT_ITERATOR(dict_value_iterator, "dict_valueiterator", Values, false)
TP_DICT_ITERATOR(dict_item_iterator, "dict_itemiterator", Items, false)
TP_DICT_ITERATOR(dict_reverse_key_iterator, "dict_reversekeyiterator", Keys, true)
TP_DICT_ITERATOR(dict_reverse_value_iterator, "dict_reversevalueiterator", Values, true)
TP_DICT_ITERATOR(dict_reverse_item_iterator, "dict_reverseitemiterator", Items, true)
#undef TP_DICT_ITERATOR

}  // namespace taipan
