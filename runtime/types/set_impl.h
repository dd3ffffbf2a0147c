// What the parts of set and frozenset share. Only set*.cpp include this.
#pragma once
#include "runtime/types/dict_impl.h"
#include "runtime/types/list.h"

namespace taipan {

inline bool is_exact_type(Value v, BuiltinShape shape) {
  return v.is_ref() && v.object()->shape.load_relaxed() == shape_id(shape);
}
inline bool is_frozenset(Value v) {
  return is_exact_type(v, BuiltinShape::frozenset_) ||
         (is_a<Set>(v) && !is_exact<Set>(v) && is_instance(v, frozenset_type));
}
inline bool is_exact_set(Value v) { return is_exact<Set>(v); }
inline bool is_exact_frozenset(Value v) { return is_exact_type(v, BuiltinShape::frozenset_); }
inline Set* as_set(Value v) { return v.as<Set>(); }

Set* set_allocate(Thread& t, Type& cls);
Status set_add_hashed(Thread& t, Set* s, Value v, u64 hash);
Result<bool> set_contains_hashed(Thread& t, Set* s, Value v, u64 hash);
Result<bool> set_discard_hashed(Thread& t, Set* s, Value v, u64 hash);
// The hash a set is looked up by where an element is expected: {frozenset()} contains set().
Result<u64> hash_for_lookup(Thread& t, Value v);
u64 set_content_hash(Set* s);
// A counted copy as a table of its own. Null: MemoryError is not yet raised.
DictTable* set_snapshot(Thread& t, Set* s, usize* live);
// A copy under class cls (of set's or frozenset's layout).
Result<Set> set_copy_as(Thread& t, Type& cls, Set* s);
void set_clear(Thread& t, Set* s);
Result<> set_pop_first(Thread& t, Set* s);  // absent(): empty
Result<> set_iterator_new(Thread& t, Value self);
// The union under cls (of set's or frozenset's layout) of two sets of plain elements that nobody else has; absent().
Result<Set> set_union_plain(Thread& t, Type& cls, Set* a, Set* b);
// The table of `from`, which nobody else has, becomes s's.
void set_take_table(Thread& t, Set* s, Set* from);

// Every element of s with its hash, from a counted snapshot: body may run Python code.
// body(Value element, u64 hash) -> Result<bool>: false stops.
template <class Body>
Result<bool> for_each_element(Thread& t, Set* s, Body body) {
  usize live;
  DictTable* copy = set_snapshot(t, s, &live);
  if (!copy) {
    (void)raise_memory_error(t);
    return kError;
  }
  HeldTable held(t, copy);
  Result<bool> r = true;
  u64 position = 0;
  Value v;
  LoopPoll poll(t);
  while (!r.is_error() && r.take() && set_table_step(copy, &position, &v)) {
    if (poll().is_error()) {
      r = kError;
      break;
    }
    r = body(v, table_hash(copy, static_cast<u32>(position - 1)));
  }
  return r;
}

// Elements whose comparison is never Python code, in a set that nobody else has.
inline bool is_plain_local(Set* s) {
  return s->is_local() && s->table.load_relaxed()->kind() != TableKind::Hashed;
}

// item(n): the integer that will be looked up n steps from now.
template <class Item>
inline void prefetch_elements(DictTable* t, Item item) {
  if (t->form != TableForm::Wide) return;
  prefetch_index(t, hash_i64(item(16)));
  prefetch_key_of_set(t, hash_i64(item(8)));
}

// The same for a body that only looks elements up in `other`, or puts them into a fresh set: without a
// snapshot where both are plain.
template <class Body>
Result<bool> for_each_element_beside(Thread& t, Set* s, Set* other, Body body) {
  if (!is_plain_local(s) || !is_plain_local(other)) return for_each_element(t, s, body);
  Result<bool> r = true;
  u64 position = 0;
  Value v;
  LoopPoll poll(t);
  // A signal handler may change the sets at a poll: the tables are read anew each time.
  while (!r.is_error() && r.take() && set_table_step(s->table.load_acquire(), &position, &v)) {
    if (v.is_int() && is_plain_local(other)) [[likely]] {
      DictTable* walked = s->table.load_relaxed();
      if (position + 16 < walked->end.load_relaxed()) {
        prefetch_elements(other->table.load_relaxed(), [&](u64 ahead) {   // of anything but an int: some other address
          return walked->keys()[position + ahead - 1].borrow().as_int();
        });
      }
      r = body(v, hash_i64(v.as_int()));
    } else {
      Local<> held(t, v);
      r = body(held.value(), TRY(hash_set_element(t, held)));
    }
    if (poll().is_error()) return kError;
  }
  return r;
}

}  // namespace taipan
