// set and frozenset: the dict's table without values, insertion-ordered (containers.md section 5).
#pragma once
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

struct DictTable;

struct Set : Object {  // aux: generation (set)
  static constexpr BuiltinShape kShape = BuiltinShape::set_;
  static constexpr u32 kSubclassFlag = kTypeSetSubclass;  // frozenset too: check type where it matters
  Atomic<DictTable*> table;
  Atomic<u64> used;
  Atomic<u64> hash_;  // frozenset only
};

// As DictIterator: changed under its lock byte if shared; exhausted: set is empty.
struct SetIterator : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::set_iterator_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<Set> set;
  u64 used;      // expected size
  u64 position;
  u64 left;      // length hint
  bool failed;
};

Result<Set> set_new(Thread& t);
Result<Set> set_from(Thread& t, Value iterable);
Result<Set> frozenset_from(Thread& t, Value iterable);
Status set_add(Thread& t, Set* s, Value v);
Result<bool> set_contains(Thread& t, Set* s, Value v);
Result<bool> set_discard(Thread& t, Set* s, Value v);
Status set_update(Thread& t, Set* s, Value iterable);
// set | {v} of an exact set or frozenset that nobody else has and that v needs no Python code to be compared with; absent().
Result<Set> set_union_one(Thread& t, Value set, Value v);
usize set_size(Set* s);
bool set_next(Thread& t, Set* s, u64* position, Result<>* element);

void set_destroy_local(Thread& t, Object* o);  // of an exact set or frozenset that nobody else has

}  // namespace taipan
