// dict: insertion-ordered table, one code for local and shared (containers.md sections 1 and 2).
// Reads of shared dicts take no lock. Module globals are dicts of the *namespace* kind with cells
// that never move.
#pragma once
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

struct DictTable;
struct NamespaceCell;

struct Dict : Object {  // aux: generation
  static constexpr BuiltinShape kShape = BuiltinShape::dict_;
  static constexpr u32 kSubclassFlag = kTypeDictSubclass;
  Atomic<DictTable*> table;
  Atomic<u64> used;
};
// dict and its subclasses; not frozendict.

Result<Dict> dict_new(Thread& t, usize expected = 0);
Result<Dict> dict_copy(Thread& t, Dict* d);
usize dict_size(Dict* d);
// Any key. absent() if missing; errors come from __hash__ and __eq__.
Result<> dict_get(Thread& t, Dict* d, Value key);
Result<> dict_get_hashed(Thread& t, Dict* d, Value key, u64 hash);
// Interned or other exact str key: cannot run Python code unless the table holds foreign keys.
Result<> dict_get_str(Thread& t, Dict* d, Str* key);
// For tables whose keys are all exact str (namespaces, attribute dicts): borrowed, empty if missing.
Value dict_borrow_str(Dict* d, Str* key);
Status dict_set(Thread& t, Dict* d, Value key, Value v);
Status dict_set_str(Thread& t, Dict* d, Str* key, Value v);
Result<bool> dict_delete(Thread& t, Dict* d, Value key);  // false: was not there
Result<bool> dict_contains(Thread& t, Dict* d, Value key);
Result<> dict_pop(Thread& t, Dict* d, Value key);          // absent() if missing
Result<> dict_setdefault(Thread& t, Dict* d, Value key, Value v);  // the value that is in afterwards
Status dict_update(Thread& t, Dict* d, Value mapping_or_pairs);
Status dict_update_mapping(Thread& t, Dict* d, Value mapping);  // {**m}: "'int' object is not a mapping"
Status dict_merge(Thread& t, Dict* d, Value mapping, Value function_for_errors);  // f(**a, **b): no duplicates
Status dict_clear(Thread& t, Dict* d);
void dict_destroy_local(Thread& t, Object* o);  // of an exact dict that nobody else has
Result<List> dict_keys_list(Thread& t, Dict* d);
Result<List> dict_values_list(Thread& t, Dict* d);
Result<List> dict_items_list(Thread& t, Dict* d);
// The same of a view (keys(), values(), items()) of a dict that other threads may change; absent() of anything else.
Result<List> dict_view_snapshot(Thread& t, Value v);

// Steps over live entries; position starts at 0. Owned key and value. False at the end. The dict may
// change between steps (then entries may be missed, never invalid).
bool dict_next(Thread& t, Dict* d, u64* position, Result<>* key, Result<>* value);

// --- namespaces (interpreter.md K6) -----------------------------------------------------------------
// Makes d a namespace (in place; d must have str keys only) and gives its odd id; 0 if it cannot be one.
Result<u32> dict_make_namespace(Thread& t, Dict* d);
u32 dict_namespace_id(const Dict* d);  // 0: not a namespace
// The stable cell of `name`; created as an absent placeholder if missing. Null with MemoryError.
Atomic<u64>* dict_namespace_cell(Thread& t, Dict* d, Str* name);

// `at` is the thread-safe position of an iterator; changed under its lock byte if shared. Exhausted: map is
// empty. The same layout for the six iterator types.
struct DictIterator : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::dict_key_iterator_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<> map;       // dict or frozendict
  u64 used;         // expected size
  u32 generation;   // expected header aux of a dict
  bool failed;      // has raised "changed size": raises again
  u64 position;
  u64 left;         // length hint
};

struct DictView : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::dict_keys_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<> map;
};

struct FrozenDict : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::frozendict_;
  static constexpr u32 kSubclassFlag = 0;
  Atomic<DictTable*> table;
  Atomic<u64> hash_;
};

}  // namespace taipan
