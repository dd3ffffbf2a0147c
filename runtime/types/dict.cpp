#include "runtime/types/dict_count.h"
#include "runtime/types/dict_impl.h"

#include "runtime/types/list.h"
#include "runtime/types/list_impl.h"
#include "runtime/types/tuple.h"

namespace taipan {

// Note [dict-read]: d[k] of a shared dict without its lock. Rests on I6, R13, R20.
//
//   writer, holding d's lock                            reader, attached, no lock
//   insert                                              R1  t = table.load_acquire()
//   W1  e.value.store_relaxed(v), e.key likewise        R2  tags or word .load_acquire()      free -> missing
//   W2  entry number into the group (narrow forms)      R3  e.key.load_acquire()              other -> next
//   W3  tags or word .store_release(...)                R4  x = e.value.load_acquire()        0 -> missing
//   W4  end.store_release(n+1); used.store_release(u+1)
//   overwrite                                           len()
//   W5  e.value.exchange_acq_rel(v)                     L1  lock byte .load_acquire() == 0 ?  else take the lock
//   delete                                              L2  used.load_acquire()
//   W6  e.value.store_release(0)
//   W7  e.key.store_release(DELETED)                    iterator step, expects (generation, used)
//   W8  used.store_release(u-1)                         I1  t = table.load_acquire()
//   rebuild                                             I2  aux == generation and used == expected, else
//   W9  fill t2; generation + 1                             RuntimeError
//   W10 table.store_release(t2); retire(t)              I3  i < t.end.load_acquire(); value 0 -> skip
//   always last
//   W11 lock.exchange_seq_cst(0); then drop what was removed
//
//   W3 -> R2  who sees the tag sees entry number, key and value.
//   W6, W7    a reader that matched the key before W7 reads the old value or 0: before or after the delete. The
//             entry never belongs to another key (R20), so there is no third answer. Re-insertion appends.
//   W10       a reader in the old table linearises at its R1: removed values and the table wait for a checkpoint.
//   L1        `k in d` may see W3 before W4; then the lock byte is still seen held (coherence), and len() waits.
//   R2, R4    a miss needs no lock: the key was absent at R1, or its insertion had not finished.
// Local dicts: the same steps, no lock, no exchange.

Dict* dict_allocate(Thread& t, Type& cls, usize capacity) {
  DictTable* table = &g_empty_dict_table;
  if (capacity > 0) {
    table = table_allocate(t, capacity, TableKind::Names, 0);
    if (!table) {
      (void)raise_memory_error(t);
      return nullptr;
    }
  }
  Dict* d = &cls == &dict_type
                ? static_cast<Dict*>(new_object_inline(t, shape_id(BuiltinShape::dict_), sizeof(Dict), 0, kGcTracked))
                : new_object<Dict>(t, cls);
  if (!d) {
    table_free(table);
    return nullptr;
  }
  d->table.store_relaxed(table);
  return d;
}

Result<Dict> dict_new(Thread& t, usize expected) {
  Dict* d = dict_allocate(t, dict_type, expected);
  if (!d) return kError;
  return own_new(d);
}

usize dict_size(Dict* d) {
  if (d->lock.load_acquire() != 0) {  // L1
    Mutating guard(d);
    return d->used.load_relaxed();
  }
  return d->used.load_acquire();  // L2
}

// --- reading ----------------------------------------------------------------------------------------------

static Result<> get_foreign(Thread& t, Object* o, Atomic<DictTable*>& slot, Value key, u64 hash) {
  ForeignMark mark;
  Local<> held(t);
  u32 e = TRY(find_foreign(t, o, slot, key, hash, &mark, held));
  if (e == kNotFound) return Result<>::absent();
  if (mark.table->kind() == TableKind::Namespace) {
    Value v = namespace_entry(mark.table, e)->value.borrow();
    return is_bound(v) ? own(v) : Result<>::absent();
  }
  return mark.table->entries()[e].value.load(o);
}

// Of a dict or frozendict.
Result<> mapping_get(Thread& t, Object* o, Value key, u64 hash) {
  DictTable* table = mapping_table(o);  // R1
  u32 e = dict_table_find(table, key, hash);
  if (e == kNotFound) return Result<>::absent();
  if (e == kAskEqual) return get_foreign(t, o, static_cast<Dict*>(o)->table, key, hash);
  if (table->kind() == TableKind::Namespace) [[unlikely]] {
    return namespace_get_slow(t, static_cast<Dict*>(o), key, hash);
  }
  return table->entries()[e].value.load(o);  // R4; an empty word is absent()
}

Result<> dict_get_hashed(Thread& t, Dict* d, Value key, u64 hash) { return mapping_get(t, d, key, hash); }

Result<> dict_get(Thread& t, Dict* d, Value key) {
  return mapping_get(t, d, key, TRY(hash_dict_key(t, key)));
}

Result<> dict_get_str(Thread& t, Dict* d, Str* key) { return mapping_get(t, d, Value(key), str_hash(key)); }

Value dict_borrow_str(Dict* d, Str* key) {
  DictTable* table = d->table.load_acquire();
  u64 hash = str_hash(key);
  u32 e = dict_table_find(table, Value(key), hash);
  if (e >= kAskEqual) return Value::empty();
  if (table->kind() != TableKind::Namespace) return table->entries()[e].value.borrow();
  Value v = namespace_entry(table, e)->value.borrow();
  if (v.bits != 4) return v;
  Mutating guard(d);  // sealed: the name has moved to another cell
  table = d->table.load_relaxed();
  e = dict_table_find(table, Value(key), hash);
  v = e == kNotFound ? Value::empty() : namespace_entry(table, e)->value.borrow();
  return v.bits == 4 ? Value::empty() : v;
}

Result<bool> dict_contains_hashed(Thread& t, Dict* d, Value key, u64 hash) {
  Result<> r = TRY(mapping_get(t, d, key, hash));
  bool found = !r.is_absent();
  drop(r);
  return found;
}

Result<bool> dict_contains(Thread& t, Dict* d, Value key) {
  return dict_contains_hashed(t, d, key, TRY(hash_dict_key(t, key)));
}

// --- writing ----------------------------------------------------------------------------------------------

// Appends a new entry under the lock (W1 to W4). kind: what the key needs.
static Status append_locked(Thread& t, Dict* d, DictTable* table, Value key, u64 hash, Value v) {
  u64 used = d->used.load_relaxed();
  if (table_make_room(t, d, d->table, &table, used, kind_of_key(key)).is_error()) return kError;
  u32 e = table->end.load_relaxed();
  table->entries()[e].value.raw().store_relaxed(SlotBase::count_for_slot(v).bits);  // W1
  table->entries()[e].key.raw().store_relaxed(SlotBase::count_for_slot(key).bits);
  if (table->kind() == TableKind::Hashed) table->hashes()[e] = hash;
  table_index_entry(table, hash, e);  // W2, W3
  table->end.store_release(e + 1);    // W4
  d->used.store_release(used + 1);
  return kDone;
}

Status dict_store_located(Thread& t, Dict* d, KeyLock& at, Value key, u64 hash, Value v) {
  Value old;
  if (at.table->kind() == TableKind::Namespace) [[unlikely]] {
    if (!at.found() && kind_of_key(key) == TableKind::Hashed) {
      at.unlock();
      return raise(t, TypeError, "keys of a module namespace must be str, int or float, not {!T}", key);
    }
    Status s = namespace_store_locked(t, d, at.table, at.entry, key, hash, v, &old);
    at.unlock();
    release_removed(old);
    return s;
  }
  if (!at.found()) {
    Status s = append_locked(t, d, at.table, key, hash, v);
    at.unlock();
    return s;
  }
  old = at.table->entries()[at.entry].value.replace_counted(d, SlotBase::count_for_slot(v));  // W5
  at.unlock();
  release_removed(old);
  return kDone;
}

// Into a local dict, where the table has room for the key: what most stores are. False: not this case.
TP_INLINE static bool set_local(Dict* d, Value key, u64 hash, Value v) {
  if (!d->is_local()) return false;
  DictTable* table = d->table.load_relaxed();
  TableKind kind = table->kind();
  if (kind == TableKind::Namespace) return false;
  u32 e = dict_table_find(table, key, hash);
  if (e < kAskEqual) {
    SlotBase& slot = table->entries()[e].value;
    Value old(slot.raw().load_relaxed());
    slot.raw().store_relaxed(SlotBase::count_for_slot(v).bits);
    release_removed(old);
    return true;
  }
  u32 end = table->end.load_relaxed();
  if (e == kAskEqual || !table_admits_local(table, key, hash, end)) return false;
  table->entries()[end].value.raw().store_relaxed(SlotBase::count_for_slot(v).bits);
  table->entries()[end].key.raw().store_relaxed(SlotBase::count_for_slot(key).bits);
  table_index_entry(table, hash, end);
  table->end.store_relaxed(end + 1);
  d->used.store_relaxed(d->used.load_relaxed() + 1);
  return true;
}

Status dict_set_hashed(Thread& t, Dict* d, Value key, u64 hash, Value v) {
  if (set_local(d, key, hash, v)) return kDone;
  KeyLock at(d, d->table);
  TRY(at.find(t, key, hash, v));
  return dict_store_located(t, d, at, key, hash, v);
}

Status dict_set(Thread& t, Dict* d, Value key, Value v) {
  return dict_set_hashed(t, d, key, TRY(hash_dict_key(t, key)), v);
}

Status dict_set_str(Thread& t, Dict* d, Str* key, Value v) {
  return dict_set_hashed(t, d, Value(key), str_hash(key), v);
}

Result<bool> dict_count_one(Thread& t, Dict* d, Value key, u64 hash) {
  KeyLock at(d, d->table);
  TRY(at.find(t, key, hash, Value::empty()));
  if (at.table->kind() == TableKind::Namespace) return false;
  if (!at.found()) {
    TRY(dict_store_located(t, d, at, key, hash, Value::small_int(1)));
    return true;
  }
  Slot<>& slot = at.table->entries()[at.entry].value;
  Value old = slot.borrow();
  if (!old.is_int() || old.as_int() == Value::kMaxSmallInt) return false;
  slot.raw().store_release(Value::small_int(old.as_int() + 1).bits);  // W5, of words that nobody counts
  return true;
}

// Takes entry e out; both words stay counted.
static Value remove_locked(Dict* d, DictTable* table, u32 e, u64 hash, Value* key) {
  if (table->kind() == TableKind::Namespace) {
    *key = Value::empty();
    return namespace_remove_locked(d, table, e);
  }
  DictEntry& entry = table->entries()[e];
  *key = Value(entry.key.raw().load_relaxed());
  Value v(entry.value.raw().load_relaxed());
  entry.value.raw().store_release(0);  // W6
  if (table_mark_deleted(table, e, hash, !d->is_shared())) next_generation(d);
  d->used.store_release(d->used.load_relaxed() - 1);  // W8
  return v;
}

Result<> dict_remove_hashed(Thread& t, Dict* d, Value key, u64 hash) {
  KeyLock at(d, d->table);
  TRY(at.find(t, key, hash, Value::empty()));
  if (!at.found()) return Result<>::absent();
  Value removed_key;
  Value v = remove_locked(d, at.table, at.entry, hash, &removed_key);
  at.unlock();
  release_removed(removed_key);
  return Result<>::from_owned(removed_to_register(v));
}

Result<bool> dict_delete(Thread& t, Dict* d, Value key) {
  Result<> r = TRY(dict_remove_hashed(t, d, key, TRY(hash_dict_key(t, key))));
  if (r.is_absent()) return false;
  drop(r);
  return true;
}

Result<> dict_pop(Thread& t, Dict* d, Value key) {
  if (dict_size(d) == 0) return Result<>::absent();  // not even hashed, as in CPython
  return dict_remove_hashed(t, d, key, TRY(hash_dict_key(t, key)));
}

Result<> dict_setdefault(Thread& t, Dict* d, Value key, Value v) {
  u64 hash = TRY(hash_dict_key(t, key));
  if (d->is_shared()) {
    Result<> r = TRY(mapping_get(t, d, key, hash));
    if (!r.is_absent()) return r;
  }
  KeyLock at(d, d->table);
  TRY(at.find(t, key, hash, v));
  if (at.found()) {
    Slot<>& slot = at.table->kind() == TableKind::Namespace ? namespace_entry(at.table, at.entry)->value
                                                            : at.table->entries()[at.entry].value;
    Result<> r = slot.load(d);
    if (is_bound(r.word())) return r;
  }
  TRY(dict_store_located(t, d, at, key, hash, v));
  return own(v);
}

// (key, value); KeyError if there is none.
Result<> dict_popitem(Thread& t, Dict* d) {
  Local<Tuple> pair(t, TRY(tuple_new(t, 2)));  // no allocation under the lock
  Value key, v;
  {
    Mutating guard(d);
    DictTable* table = d->table.load_relaxed();
    u32 e = kNotFound;
    if (table->kind() == TableKind::Namespace) {
      for (e = table->end.load_relaxed(); e > 0; --e) {
        if (is_bound(namespace_entry(table, e - 1)->value.borrow())) break;
      }
      e = e == 0 ? kNotFound : e - 1;
      if (e != kNotFound) {
        key = SlotBase::count_for_slot(namespace_entry(table, e)->key.borrow());
        v = namespace_remove_locked(d, table, e);
      }
    } else {
      e = table_last_live(table);
      if (e != kNotFound) v = remove_locked(d, table, e, table_hash(table, e), &key);
    }
    if (e == kNotFound) {
      guard.unlock();
      return raise(t, KeyError, "popitem(): dictionary is empty");
    }
  }
  pair->items()[0].init_owned(removed_to_register(key));
  pair->items()[1].init_owned(removed_to_register(v));
  return pair.give();
}

Status dict_clear(Thread& t, Dict* d) {
  DictTable* old;
  {
    Mutating guard(d);
    old = d->table.load_relaxed();
    if (old == &g_empty_dict_table) return kDone;
    if (old->kind() != TableKind::Namespace) {
      next_generation(d);                           // W9
      d->table.store_release(&g_empty_dict_table);  // W10
      d->used.store_release(0);
    }
  }
  if (old->kind() == TableKind::Namespace) {  // its cells stay
    for (u32 e = 0; e < old->end.load_acquire(); ++e) {
      Value v;
      {
        Mutating guard(d);
        if (!is_bound(namespace_entry(old, e)->value.borrow())) continue;
        v = namespace_remove_locked(d, old, e);
      }
      release_removed(v);
    }
    return kDone;
  }
  table_drop_entries(old);
  table_discard(t, d, old);
  return kDone;
}

// --- copies -----------------------------------------------------------------------------------------------

DictTable* dict_snapshot(Thread& t, Dict* d, usize* live) {
  Mutating guard(d);
  *live = d->used.load_relaxed();
  DictTable* table = d->table.load_relaxed();
  if (*live == 0) return &g_empty_dict_table;
  DictTable* copy;
  if (table->kind() == TableKind::Namespace) {
    copy = table_allocate(t, *live, TableKind::Plain, 0);
    if (!copy) return nullptr;
    u64 position = 0;
    Value k, v;
    for (u32 n = 0; table_step(table, &position, &k, &v); ++n) {
      copy->entries()[n].key.init(k);
      copy->entries()[n].value.init(v);
      table_index_entry(copy, plain_hash(k), n);
      copy->end.store_relaxed(n + 1);
    }
  } else {
    copy = table_copy(t, table, *live);
  }
  return copy;
}

Result<Dict> dict_copy(Thread& t, Dict* d) {
  Local<Dict> result(t, TRY(dict_new(t)));
  usize live;
  DictTable* copy = dict_snapshot(t, d, &live);
  if (!copy) {
    (void)raise_memory_error(t);
    return kError;
  }
  result->table.store_relaxed(copy);
  result->used.store_relaxed(live);
  return result.give();
}

bool dict_next(Thread& t, Dict* d, u64* position, Result<>* key, Result<>* value) {
  (void)t;
  Value k, v;
  if (!table_step(d->table.load_acquire(), position, &k, &v)) return false;
  // A shared dict's words are deferred, a local one's counted.
  *key = own(k);
  *value = own(v);
  return true;
}

namespace {

enum class Part { Keys, Values, Items };

// A snapshot: one list of what is live, taken under the lock. Items need pairs, which are made first.
Result<List> list_of_part(Thread& t, Dict* d, Part part) {
  for (;;) {
    usize n = dict_size(d);
    Local<List> result(t, TRY(list_new(t, n)));
    if (part == Part::Items) {
      for (usize i = 0; i < n; ++i) TRY(list_append(t, result, tuple_new(t, 2)));
    }
    Mutating guard(d);
    if (d->used.load_relaxed() != n) continue;
    DictTable* table = d->table.load_relaxed();
    Slot<>* slots = result->items_.load_relaxed()->slots();
    u64 position = 0;
    Value k, v;
    for (usize i = 0; i < n && table_step(table, &position, &k, &v); ++i) {
      if (part == Part::Items) {
        Tuple* pair = slots[i].borrow().as<Tuple>();
        pair->items()[0].init(k);
        pair->items()[1].init(v);
      } else {
        slots[i].init(part == Part::Keys ? k : v);
      }
    }
    result->size_.store_relaxed(n);
    return result.give();
  }
}

}  // namespace

Result<List> dict_keys_list(Thread& t, Dict* d) { return list_of_part(t, d, Part::Keys); }
Result<List> dict_values_list(Thread& t, Dict* d) { return list_of_part(t, d, Part::Values); }
Result<List> dict_items_list(Thread& t, Dict* d) { return list_of_part(t, d, Part::Items); }

void dict_destroy(Object* o) {
  drop_edges(o, dict_visit);
  DictTable* table = static_cast<Dict*>(o)->table.load_relaxed();
  if (table && table->kind() == TableKind::Namespace) {
    namespace_free(table);
  } else if (table) {
    table_free(table);
  }
  free_object(o, object_size(o));
}

void dict_destroy_local(Thread& t, Object* o) {
  DictTable* table = static_cast<Dict*>(o)->table.load_relaxed();
  if (table != nullptr && table->capacity > 0) {
    if (table->kind() == TableKind::Namespace) return dict_destroy(o);
    table_drop_entries(table);
    table_free(table);
  }
  free_local_object(t, o, sizeof(Dict));
}

void dict_visit(Object* o, EdgeVisitor& visit) {
  DictTable* table = static_cast<Dict*>(o)->table.load_acquire();
  if (table) table_visit(table, visit);
}

}  // namespace taipan
