// The types set and frozenset: operators and methods. Storage and protocols: set.cpp.
#include "runtime/native/def.h"
#include "runtime/types/repr_guard.h"
#include "runtime/types/set_impl.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

void set_visit(Object* o, EdgeVisitor& visit) {
  DictTable* table = static_cast<Set*>(o)->table.load_acquire();
  if (table) table_visit(table, visit);
}

void set_destroy(Object* o) {
  drop_edges(o, set_visit);
  DictTable* table = static_cast<Set*>(o)->table.load_relaxed();
  if (table) table_free(table);
  free_object(o, object_size(o));
}

}  // namespace

void set_destroy_local(Thread& t, Object* o) {
  DictTable* table = static_cast<Set*>(o)->table.load_relaxed();
  if (table != nullptr && table->capacity > 0) {
    table_drop_entries(table);
    table_free(table);
  }
  free_local_object(t, o, sizeof(Set));
}

namespace {

// The type that results of methods and operators have: set or frozenset, never a subclass.
Type& base_type(Value v) { return is_frozenset(v) ? frozenset_type : set_type; }

Result<Set> copy_of(Thread& t, Value self) { return set_copy_as(t, base_type(self), as_set(self)); }

Result<> new_set(Thread& t, Type& cls, const Value*, u32, Tuple*) {
  Set* s = set_allocate(t, cls);
  if (!s) return kError;
  return own_new(s);
}

Status set_init(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  TRY(no_keywords(t, "set", kwnames));
  TRY(check_positional(t, "set", nargs, 0, 1));
  Set* s = as_set(self);
  set_clear(t, s);
  return nargs == 1 ? set_update(t, s, args[0]) : Status(kDone);
}

Result<> new_frozenset(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  if (&cls == &frozenset_type || cls.slots.init == object_type.slots.init) {
    TRY(no_keywords(t, "frozenset", kwnames));
  }
  TRY(check_positional(t, "frozenset", nargs, 0, 1));
  if (&cls == &frozenset_type && nargs == 1) {
    return Result<>(TRY(frozenset_from(t, args[0])));
  }
  Set* s = set_allocate(t, cls);
  if (!s) return kError;
  Local<Set> result(t, own_new(s));
  if (nargs == 1) TRY(set_update(t, result, args[0]));
  return Result<>(result.give());
}

Result<Str> set_repr(Thread& t, Value self) {
  Set* s = as_set(self);
  Value name(type_of(self).name.borrow());
  ReprGuard guard(s);
  if (!guard.entered()) return str_format(t, "{}(...)", name);
  if (set_size(s) == 0) return str_format(t, "{}()", name);
  RecursionGuard depth(t);
  TRY(depth.check(" while getting the repr of an object"));
  StrBuilder out(t);
  bool plain = is_exact_set(self);
  if (!plain) {
    TRY(out.append(name.as<Str>()));
    TRY(out.append_char('('));
  }
  TRY(out.append_char('{'));
  u64 position = 0;
  Result<> r = Result<>::absent();
  for (bool first = true; set_next(t, s, &position, &r); first = false) {
    Local<> element(t, r);
    if (!first) TRY(out.append_ascii(", "));
    Local<Str> piece(t, TRY(repr(t, element)));
    TRY(out.append(piece));
  }
  TRY(out.append_ascii(plain ? "}" : "})"));
  return out.finish();
}

Result<u64> frozenset_hash(Thread& t, Value self) {
  Set* s = as_set(self);
  u64 h = s->hash_.load_relaxed();  // every thread computes the same
  if (h == 0) {
    h = set_content_hash(s);
    s->hash_.store_relaxed(h);
  }
  return h;
}

Result<ssize> set_length(Thread& t, Value self) { return static_cast<ssize>(set_size(as_set(self))); }
Result<bool> slot_set_contains(Thread& t, Value self, Value v) { return set_contains(t, as_set(self), v); }

// a <= b
Result<bool> is_subset(Thread& t, Set* a, Set* b) {
  if (a == b) return true;
  if (set_size(a) > set_size(b)) return false;
  return for_each_element(t, a, [&](Value v, u64 h) { return set_contains_hashed(t, b, v, h); });
}

Result<> set_compare(Thread& t, Value self, Value other, CompareOp op) {
  if (!is_a<Set>(other)) return not_implemented();
  Set *a = as_set(self), *b = as_set(other);
  RecursionGuard depth(t);
  TRY(depth.check(" in comparison"));
  switch (op) {
    case CompareOp::Eq:
    case CompareOp::Ne: {
      u64 ha = is_exact_frozenset(self) ? a->hash_.load_relaxed() : 0;
      u64 hb = is_exact_frozenset(other) ? b->hash_.load_relaxed() : 0;
      bool e = set_size(a) == set_size(b) && (ha == 0 || hb == 0 || ha == hb) && TRY(is_subset(t, a, b));
      return boolean(e == (op == CompareOp::Eq));
    }
    case CompareOp::Le: return boolean(TRY(is_subset(t, a, b)));
    case CompareOp::Ge: return boolean(TRY(is_subset(t, b, a)));
    case CompareOp::Lt: return boolean(set_size(a) < set_size(b) && TRY(is_subset(t, a, b)));
    default: return boolean(set_size(b) < set_size(a) && TRY(is_subset(t, b, a)));
  }
}

// --- set algebra: `result` is fresh and not yet known to anybody -------------------------------------------

Result<Set> intersect(Thread& t, Value self, Value other) {
  Set* result_set = set_allocate(t, base_type(self));
  if (!result_set) return kError;
  Local<Set> result(t, own_new(result_set));
  if (is_a<Set>(other)) {
    Set *a = as_set(self), *b = as_set(other);
    if (set_size(b) > set_size(a)) std::swap(a, b);  // the smaller is walked
    (void)TRY(for_each_element_beside(t, b, a, [&](Value v, u64 h) -> Result<bool> {
      if (TRY(set_contains_hashed(t, a, v, h))) TRY(set_add_hashed(t, result, v, h));
      return true;
    }));
    return result.give();
  }
  Local<> it(t, TRY(iterate(t, other)));
  LoopPoll poll(t);
  for (;;) {
    Result<> r = TRY(next(t, it));
    if (r.is_absent()) return result.give();
    Local<> v(t, r);
    u64 h = TRY(hash_set_element(t, v));
    if (TRY(set_contains_hashed(t, as_set(self), v, h))) TRY(set_add_hashed(t, result, v, h));
    TRY(poll());
  }
}

Status remove_all(Thread& t, Set* s, Value other) {
  if (is_a<Set>(other) && as_set(other) == s) return set_clear(t, s), kDone;
  if (is_a<Set>(other)) {
    (void)TRY(for_each_element(t, as_set(other), [&](Value v, u64 h) -> Result<bool> {
      (void)TRY(set_discard_hashed(t, s, v, h));
      return true;
    }));
    return kDone;
  }
  Local<> it(t, TRY(iterate(t, other)));
  LoopPoll poll(t);
  for (;;) {
    Result<> r = TRY(next(t, it));
    if (r.is_absent()) return kDone;
    Local<> v(t, r);
    (void)TRY(set_discard_hashed(t, s, v, TRY(hash_set_element(t, v))));
    TRY(poll());
  }
}

// self - other without a copy of what goes away, where membership in other is cheap.
Result<Set> subtract(Thread& t, Value self, Value other) {
  if (!is_a<Set>(other) && !is_exact<Dict>(other)) {
    Local<Set> result(t, TRY(copy_of(t, self)));
    TRY(remove_all(t, result, other));
    return result.give();
  }
  Set* result_set = set_allocate(t, base_type(self));
  if (!result_set) return kError;
  Local<Set> result(t, own_new(result_set));
  if (is_a<Set>(other)) {
    Set* b = as_set(other);
    (void)TRY(for_each_element_beside(t, as_set(self), b, [&](Value v, u64 h) -> Result<bool> {
      if (!TRY(set_contains_hashed(t, b, v, h))) TRY(set_add_hashed(t, result, v, h));
      return true;
    }));
    return result.give();
  }
  (void)TRY(for_each_element(t, as_set(self), [&](Value v, u64 h) -> Result<bool> {
    if (!TRY(dict_contains_hashed(t, other.as<Dict>(), v, h))) TRY(set_add_hashed(t, result, v, h));
    return true;
  }));
  return result.give();
}

// s becomes what is in exactly one of both.
Status toggle_all(Thread& t, Set* s, Value other) {
  if (is_a<Set>(other) && as_set(other) == s) return set_clear(t, s), kDone;
  Local<Set> unique(t);
  if (is_a<Set>(other)) {
    unique.set(own<Set>(other));
  } else {
    unique.set(TRY(set_from(t, other)));  // each element counts once
  }
  (void)TRY(for_each_element(t, unique, [&](Value v, u64 h) -> Result<bool> {
    if (!TRY(set_discard_hashed(t, s, v, h))) TRY(set_add_hashed(t, s, v, h));
    return true;
  }));
  return kDone;
}

bool both_sets(Value a, Value b) { return is_a<Set>(a) && is_a<Set>(b); }

Result<> op_or(Thread& t, Value a, Value b) {
  if (!both_sets(a, b)) return not_implemented();
  Result<Set> quick = TRY(set_union_plain(t, base_type(a), as_set(a), as_set(b)));
  if (!quick.is_absent()) return Result<>(quick);
  Local<Set> result(t, TRY(copy_of(t, a)));
  TRY(set_update(t, result, b));
  return Result<>(result.give());
}
Result<> op_and(Thread& t, Value a, Value b) {
  if (!both_sets(a, b)) return not_implemented();
  return Result<>(TRY(intersect(t, a, b)));
}
Result<> op_sub(Thread& t, Value a, Value b) {
  if (!both_sets(a, b)) return not_implemented();
  return Result<>(TRY(subtract(t, a, b)));
}
Result<> op_xor(Thread& t, Value a, Value b) {
  if (!both_sets(a, b)) return not_implemented();
  Local<Set> result(t, TRY(copy_of(t, a)));
  TRY(toggle_all(t, result, b));
  return Result<>(result.give());
}
Result<> op_ior(Thread& t, Value a, Value b) {
  if (!is_a<Set>(b)) return not_implemented();
  TRY(set_update(t, as_set(a), b));
  return own(a);
}
Result<> op_iand(Thread& t, Value a, Value b) {
  if (!is_a<Set>(b)) return not_implemented();
  Local<Set> common(t, TRY(intersect(t, a, b)));
  set_take_table(t, as_set(a), common);
  return own(a);
}
Result<> op_isub(Thread& t, Value a, Value b) {
  if (!is_a<Set>(b)) return not_implemented();
  TRY(remove_all(t, as_set(a), b));
  return own(a);
}
Result<> op_ixor(Thread& t, Value a, Value b) {
  if (!is_a<Set>(b)) return not_implemented();
  TRY(toggle_all(t, as_set(a), b));
  return own(a);
}

// --- methods -----------------------------------------------------------------------------------------------

Status method_add(Thread& t, Set* s, Value v) { return set_add(t, s, v); }
Status method_clear(Thread& t, Set* s) { return set_clear(t, s), kDone; }
Result<bool> method_contains(Thread& t, Set* s, Value v) { return set_contains(t, s, v); }
Status method_discard(Thread& t, Set* s, Value v) { return (void)TRY(set_discard(t, s, v)), kDone; }

Status method_remove(Thread& t, Set* s, Value v) {
  if (TRY(set_discard(t, s, v))) return kDone;
  return raise_value(t, KeyError, v);
}

Result<> method_pop(Thread& t, Set* s) {
  Result<> r = set_pop_first(t, s);
  if (!r.is_absent()) return r;
  return raise(t, KeyError, "pop from an empty set");
}

Result<> method_copy(Thread& t, Value self) {
  if (is_exact_frozenset(self)) return own(self);
  return Result<>(TRY(copy_of(t, self)));
}

Result<> method_union(Thread& t, Value self, Args others) {
  Local<Set> result(t, TRY(copy_of(t, self)));
  for (Value other : others) TRY(set_update(t, result, other));
  return Result<>(result.give());
}

Status method_update(Thread& t, Set* s, Args others) {
  for (Value other : others) TRY(set_update(t, s, other));
  return kDone;
}

Result<> method_intersection(Thread& t, Value self, Args others) {
  if (others.count == 0) return Result<>(TRY(copy_of(t, self)));
  Local<> result(t, own(self));
  for (Value other : others) result.set(Result<>(TRY(intersect(t, result, other))));
  return result.give();
}

Status method_intersection_update(Thread& t, Value self, Args others) {
  Local<> common(t, TRY(method_intersection(t, self, others)));
  set_take_table(t, as_set(self), as_set(common));
  return kDone;
}

Result<> method_difference(Thread& t, Value self, Args others) {
  if (others.count == 0) return Result<>(TRY(copy_of(t, self)));
  Local<> result(t, own(self));
  for (Value other : others) result.set(Result<>(TRY(subtract(t, result, other))));
  return result.give();
}

Status method_difference_update(Thread& t, Set* s, Args others) {
  for (Value other : others) TRY(remove_all(t, s, other));
  return kDone;
}

Result<> method_symmetric_difference(Thread& t, Value self, Value other) {
  Local<Set> result(t, TRY(copy_of(t, self)));
  TRY(toggle_all(t, result, other));
  return Result<>(result.give());
}

Status method_symmetric_difference_update(Thread& t, Set* s, Value other) {
  return toggle_all(t, s, other);
}

Result<bool> method_isdisjoint(Thread& t, Set* s, Value other) {
  if (is_a<Set>(other)) {
    Set *a = s, *b = as_set(other);
    if (a == b) return set_size(a) == 0;
    if (set_size(b) > set_size(a)) std::swap(a, b);
    return for_each_element(t, b, [&](Value v, u64 h) -> Result<bool> {
      return !TRY(set_contains_hashed(t, a, v, h));
    });
  }
  Local<> it(t, TRY(iterate(t, other)));
  for (;;) {
    Result<> r = TRY(next(t, it));
    if (r.is_absent()) return true;
    Local<> v(t, r);
    if (TRY(set_contains_hashed(t, s, v, TRY(hash_set_element(t, v))))) return false;
  }
}

Result<bool> method_issubset(Thread& t, Set* s, Value other) {
  if (is_a<Set>(other)) return is_subset(t, s, as_set(other));
  Local<Set> b(t, TRY(set_from(t, other)));
  return is_subset(t, s, b);
}

Result<bool> method_issuperset(Thread& t, Set* s, Value other) {
  if (is_a<Set>(other)) return is_subset(t, as_set(other), s);
  Local<> it(t, TRY(iterate(t, other)));
  for (;;) {
    Result<> r = TRY(next(t, it));
    if (r.is_absent()) return true;
    Local<> v(t, r);
    if (!TRY(set_contains(t, s, v))) return false;
  }
}

Result<> method_reduce(Thread& t, Value self) {
  Local<List> elements(t, TRY(to_list(t, self)));
  Local<Tuple> arguments(t, TRY(tuple_of(t, elements)));
  Local<> state(t, TRY(call_method(t, self, names().__getstate__)));
  return tuple_of(t, Value(&type_of(self)), arguments, state);
}

Result<ssize> method_sizeof(Thread& t, Set* s) {
  Mutating guard(s);
  DictTable* table = s->table.load_relaxed();
  return static_cast<ssize>(object_size(s) + (table->capacity ? table_bytes(table) : 0));
}

#define TP_SHARED_SET_METHODS                                                                                \
  def<method_contains>("__contains__($self, object, /)", "True if object is an element."),                   \
      def<method_copy>("copy($self, /)", "Return a shallow copy."),                                          \
      def<method_difference>("difference($self, /, *others)",                                                \
                             "A new set of the elements that are in none of the others."),                   \
      def<method_intersection>("intersection($self, /, *others)",                                            \
                               "A new set of the elements that are in all of the others too."),              \
      def<method_isdisjoint>("isdisjoint($self, other, /)", "True if both share no element."),               \
      def<method_issubset>("issubset($self, other, /)", "True if other contains every element."),            \
      def<method_issuperset>("issuperset($self, other, /)", "True if every element of other is in the set."), \
      def<method_reduce>("__reduce__($self, /)", "Return state information for pickling."),                  \
      def<method_sizeof>("__sizeof__($self, /)", "Size of the set in memory, in bytes."),                    \
      def<method_symmetric_difference>("symmetric_difference($self, other, /)",                              \
                                       "A new set of the elements that are in exactly one of both."),        \
      def<method_union>("union($self, /, *others)", "A new set of the elements of all."),                    \
      class_def<class_getitem>("__class_getitem__($type, object, /)", "Generic alias of the set type.")

constexpr NativeDef kSetMethods[] = {
    TP_SHARED_SET_METHODS,
    def<method_add>("add($self, object, /)", "Add an element; nothing happens if it is there."),
    def<method_clear>("clear($self, /)", "Remove all elements."),
    def<method_discard>("discard($self, object, /)", "Remove an element if it is there."),
    def<method_difference_update>("difference_update($self, /, *others)",
                                  "Remove all elements of the others."),
    def<method_intersection_update>("intersection_update($self, /, *others)",
                                    "Keep only the elements that are in all of the others."),
    def<method_pop>("pop($self, /)", "Remove some element and return it.\n\nRaises KeyError if empty."),
    def<method_remove>("remove($self, object, /)",
                       "Remove an element.\n\nRaises KeyError if it is not there."),
    def<method_symmetric_difference_update>("symmetric_difference_update($self, other, /)",
                                            "Keep the elements that are in exactly one of both."),
    def<method_update>("update($self, /, *others)", "Add all elements of the others."),
};
constexpr NativeDef kFrozenSetMethods[] = {TP_SHARED_SET_METHODS};

constexpr TypeSlots shared_slots() {
  TypeSlots s{};
  s.visit = set_visit;
  s.destroy = set_destroy;
  s.repr = set_repr;
  s.compare = set_compare;
  s.iter = set_iterator_new;
  s.length = set_length;
  s.contains = slot_set_contains;
  s.binary[static_cast<usize>(BinaryOp::Or)] = op_or;
  s.binary[static_cast<usize>(BinaryOp::And)] = op_and;
  s.binary[static_cast<usize>(BinaryOp::Sub)] = op_sub;
  s.binary[static_cast<usize>(BinaryOp::Xor)] = op_xor;
  return s;
}
constexpr TypeSlots set_slots() {
  TypeSlots s = shared_slots();
  s.new_ = new_set;
  s.init = set_init;
  s.inplace[static_cast<usize>(BinaryOp::Or)] = op_ior;
  s.inplace[static_cast<usize>(BinaryOp::And)] = op_iand;
  s.inplace[static_cast<usize>(BinaryOp::Sub)] = op_isub;
  s.inplace[static_cast<usize>(BinaryOp::Xor)] = op_ixor;
  return s;
}
constexpr TypeSlots frozenset_slots() {
  TypeSlots s = shared_slots();
  s.new_ = new_frozenset;
  s.hash = frozenset_hash;
  return s;
}

// --- iterator ------------------------------------------------------------------------------------------------

void iterator_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<SetIterator*>(o)->set); }

Result<> iterator_next(Thread& t, Value self) {
  SetIterator* it = self.as<SetIterator>();
  bool changed;
  {
    Mutating guard(it);
    Set* s = it->set.borrow();
    if (!s) return Result<>::absent();
    changed = it->failed || s->used.load_acquire() != it->used;
    it->failed = changed;
    Value v;
    if (!changed && set_table_step(s->table.load_acquire(), &it->position, &v)) {
      if (it->left > 0) --it->left;
      return own(v);
    }
  }
  if (changed) return raise(t, RuntimeError, "Set changed size during iteration");
  it->set.clear(it);
  return Result<>::absent();
}

Result<u64> iterator_length_hint(Thread& t, SetIterator* it) {
  Mutating guard(it);
  Set* s = it->set.borrow();
  return s && s->used.load_acquire() == it->used ? it->left : u64{0};
}

Result<> iterator_reduce(Thread& t, SetIterator* it) {
  SetIterator* copy = new_object<SetIterator>(t, set_iterator_type);
  if (!copy) return kError;
  Local<SetIterator> held(t, own_new(copy));
  {
    Mutating guard(it);
    copy->set.init(Value(it->set.borrow()));
    copy->used = it->used;
    copy->position = it->position;
    copy->left = it->left;
    copy->failed = it->failed;
  }
  Local<List> rest(t, TRY(to_list(t, held)));
  return reduce_pair(t, builtin_by_name(t, names().iter), rest);
}

constexpr NativeDef kIteratorMethods[] = {
    def<iterator_length_hint>("__length_hint__($self, /)", "How many elements are left."),
    def<iterator_reduce>("__reduce__($self, /)", "Return state information for pickling."),
};

constexpr TypeSlots iterator_slots() {
  TypeSlots s{};
  s.visit = iterator_visit;
  s.iter = iterate_self;
  s.next = iterator_next;
  return s;
}

}  // namespace

Result<> set_iterator_new(Thread& t, Value self) {
  SetIterator* it = new_object<SetIterator>(t, set_iterator_type);
  if (!it) return kError;
  it->set.init(self);
  it->used = it->left = set_size(as_set(self));
  return own_new(it);
}

extern const TypeDef set_type_def, frozenset_type_def, set_iterator_type_def;
const TypeDef set_type_def = {
    .name = "set",
    .doc = "An unordered collection of distinct hashable elements.",
    .flags = kTypeSetSubclass | kTypeBase | kTypeGcTracked | kTypeWeakrefable,
    .size = sizeof(Set),
    .slots = set_slots(),
    .methods = kSetMethods,
    .text_signature = "(iterable=(), /)",
};
const TypeDef frozenset_type_def = {
    .name = "frozenset",
    .doc = "An unordered collection of distinct hashable elements that cannot change.",
    .flags = kTypeSetSubclass | kTypeBase | kTypeGcTracked | kTypeWeakrefable,
    .size = sizeof(Set),
    .slots = frozenset_slots(),
    .methods = kFrozenSetMethods,
    .text_signature = "(iterable=(), /)",
};
const TypeDef set_iterator_type_def = {
    .name = "set_iterator",
    .flags = kTypeGcTracked | kTypeNoInstantiation,
    .size = sizeof(SetIterator),
    .slots = iterator_slots(),
    .methods = kIteratorMethods,
};

}  // namespace taipan
