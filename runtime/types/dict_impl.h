// What the parts of dict, frozendict and set share: finding a key under the lock, keys whose equality is
// Python code, namespaces. Only their own .cpp files include this.
#pragma once
#include <atomic>

#include "runtime/thread/held.h"
#include "runtime/types/container_util.h"
#include "runtime/types/dict.h"
#include "runtime/types/dict_table.h"
#include "runtime/types/set.h"

namespace taipan {

struct TableShape {
  TableForm form;
  u8 lg;
};
TableShape table_shape(usize capacity);
void table_attach_index(DictTable* table, TableShape shape, void* index);
usize table_index_bytes(TableShape shape);

// header aux: +1 before every table swap; written under the lock, read by iterators without it.
inline u32 generation_of(const Object* o) {
  return std::atomic_ref<u32>(const_cast<Object*>(o)->aux).load(std::memory_order_relaxed);  // I1 ordered it
}
inline void next_generation(Object* o) {
  std::atomic_ref<u32>(o->aux).store(o->aux + 1, std::memory_order_relaxed);
}

// Errors of unhashable keys: "cannot use 'list' as a dict key (unhashable type: 'list')".
Result<u64> hash_key_slow(Thread& t, Value key, const char* used_as);
inline Result<u64> hash_dict_key(Thread& t, Value key) {
  if (key.is_int()) return hash_i64(key.as_int());
  if (is_exact<Str>(key)) return str_hash(key.as<Str>());
  return hash_key_slow(t, key, "dict key");
}
inline Result<u64> hash_set_element(Thread& t, Value key) {
  if (key.is_int()) return hash_i64(key.as_int());
  if (is_exact<Str>(key)) return str_hash(key.as<Str>());
  return hash_key_slow(t, key, "set element");
}

// Note [dict-foreign]: where a search stood when Python code ran.
struct ForeignMark {
  DictTable* table;  // where the entry was found: good until the next safepoint
  u32 generation, end;
};
// The entry of a key, comparing by Python code where needed. *held keeps the key that was compared.
Result<u32> find_foreign(Thread& t, Object* owner, Atomic<DictTable*>& table, Value key, u64 hash,
                         ForeignMark* mark, Local<>& held);

// Looks a key up for a writer and leaves the owner locked (if it is shared).
class KeyLock {
 public:
  KeyLock(Object* owner, Atomic<DictTable*>& table) : owner_(owner), slot_(table) {}
  ~KeyLock() { unlock(); }
  KeyLock(const KeyLock&) = delete;
  // value: what will be stored if found or not; published first (I3). Empty: none.
  TP_INLINE Status find(Thread& t, Value key, u64 hash, Value value) {
    publish_before_lock(owner_, key);
    publish_before_lock(owner_, value);
    lock();
    table = slot_.load_relaxed();
    entry = table->is_set() ? set_table_find(table, key, hash) : dict_table_find(table, key, hash);
    if (entry != kAskEqual) [[likely]] return kDone;
    return find_slow(t, key, hash, value);
  }
  bool found() const { return entry != kNotFound; }
  bool is_shared() const { return locked_; }
  void unlock() {
    if (locked_) unlock_object(owner_);
    locked_ = false;
  }

  DictTable* table = nullptr;
  u32 entry = kNotFound;

 private:
  Status find_slow(Thread& t, Value key, u64 hash, Value value);
  void lock() {
    locked_ = owner_->is_shared();
    if (locked_) lock_object(owner_);
  }
  Object* owner_;
  Atomic<DictTable*>& slot_;
  bool locked_ = false;
};

// Room for one more entry whose key needs `kind`, under the lock; may swap the table (W9, W10).
Status table_make_room(Thread& t, Object* owner, Atomic<DictTable*>& slot, DictTable** table, usize live,
                       TableKind kind);

// --- dict ---------------------------------------------------------------------------------------------------
Dict* dict_allocate(Thread& t, Type& cls, usize capacity);
// Replaces or adds; the dict is locked through `at`.
Status dict_store_located(Thread& t, Dict* d, KeyLock& at, Value key, u64 hash, Value v);
Status dict_set_hashed(Thread& t, Dict* d, Value key, u64 hash, Value v);
Result<bool> dict_contains_hashed(Thread& t, Dict* d, Value key, u64 hash);
// The removed value, owned; absent().
Result<> dict_remove_hashed(Thread& t, Dict* d, Value key, u64 hash);
// A counted copy of the live entries as a table of its own (capacity 0: the empty one). Null: MemoryError.
DictTable* dict_snapshot(Thread& t, Dict* d, usize* live);
// A counted copy of a table while Python code may run: its references are seen by collections; it ends here.
class HeldTable {
 public:
  HeldTable(Thread& t, DictTable* copy)
      : copy_(copy),
        edges_(t, copy, [](void* table, EdgeVisitor& v) { table_visit(static_cast<DictTable*>(table), v); }) {}
  ~HeldTable() {
    table_drop_entries(copy_);
    table_free(copy_);
  }
  HeldTable(const HeldTable&) = delete;

 private:
  DictTable* copy_;
  HeldEdges edges_;
};
void dict_visit(Object* o, EdgeVisitor& visit);  // frozendict too
void dict_destroy(Object* o);
Result<Str> mapping_repr(Thread& t, Value map);  // {key: value, ...}
// Of a dict or frozendict: views, iterators over a part.
enum class DictPart : u8 { Keys, Values, Items };
Result<> dict_view_new(Thread& t, Value map, DictPart part);
Result<> dict_iterator_new(Thread& t, Value map, DictPart part, bool reverse);
Result<> mapping_compare(Thread& t, Value self, Value other, CompareOp op);
// d | other for dict and frozendict: a dict with both, or NotImplemented.
Result<> mapping_union(Thread& t, Value left, Value right);
Result<> mapping_get_item(Thread& t, Value self, Value key);
Result<bool> mapping_contains(Thread& t, Value self, Value key);
Result<ssize> mapping_length(Thread& t, Value self);
Result<> mapping_sizeof(Thread& t, Value self);
// dict.update and its relatives: positional argument and keywords.
Status dict_update_call(Thread& t, Dict* d, const char* name, const Value* args, u32 nargs, Tuple* kwnames);
Result<> dict_popitem(Thread& t, Dict* d);

// --- dict or frozendict -----------------------------------------------------------------------------------
inline bool is_frozendict(Value v) { return is_exact<FrozenDict>(v) || (v.is_ref() && !is_a<Dict>(v) && is_instance(v, frozendict_type)); }
inline bool is_any_dict(Value v) { return is_a<Dict>(v) || is_frozendict(v); }
// Both keep the table at one place.
static_assert(offsetof(Dict, table) == offsetof(FrozenDict, table));
inline DictTable* mapping_table(Object* o) { return static_cast<Dict*>(o)->table.load_acquire(); }
usize mapping_size(Object* o);
Result<> mapping_get(Thread& t, Object* o, Value key, u64 hash);
Result<Dict> frozendict_thaw(Thread& t, FrozenDict* f);  // a dict with the same entries
// Takes the table of a dict that nobody else has; the dict is empty afterwards.
Result<> frozendict_from_private(Thread& t, Type& cls, Dict* d);

// --- namespaces ---------------------------------------------------------------------------------------------
struct NamespaceCell : DictEntry {  // the address of `value` is the cell
  Atomic<u64> deps;    // compiled code that has folded the value
  Atomic<u32> writes;
  u32 spare;
};
static_assert(sizeof(NamespaceCell) == 32);
NamespaceCell* namespace_entry(DictTable* t, u32 e);
void namespace_visit(DictTable* t, EdgeVisitor& visit);
void namespace_free(DictTable* t);
// Under the lock. Stores into the cell of `key`, or appends one. What is replaced comes out in *old.
Status namespace_store_locked(Thread& t, Dict* d, DictTable* table, u32 e, Value key, u64 hash, Value v,
                              Value* old);
Value namespace_remove_locked(Dict* d, DictTable* table, u32 e);
// A lock-free read found word `v`: sealed cells are looked up again under the lock.
Result<> namespace_get_slow(Thread& t, Dict* d, Value key, u64 hash);

}  // namespace taipan
