#include "runtime/types/dict_order.h"

#include "runtime/types/dict_impl.h"
#include "runtime/types/tuple.h"

namespace taipan {

Type* g_ordered_dict_type;

namespace {

// Entry e with both words, which keep their counts, after all others (W1 to W4).
void append_words(DictTable* table, Value key, Value v, u64 hash) {
  u32 e = table->end.load_relaxed();
  table->entries()[e].value.raw().store_relaxed(v.bits);
  table->entries()[e].key.raw().store_relaxed(key.bits);
  if (table->kind() == TableKind::Hashed) table->hashes()[e] = hash;
  table_index_entry(table, hash, e);
  table->end.store_release(e + 1);
}

// A new table with entry `first` before the others. A lock-free reader finds the key in either.
Status move_to_front(Thread& t, Dict* d, DictTable* old, u32 first) {
  DictTable* fresh = table_allocate(t, grown_table_capacity(d->used.load_relaxed()), old->kind(), old->flags);
  if (!fresh) return raise_memory_error(t);
  auto move = [&](u32 e) {
    append_words(fresh, Value(old->entries()[e].key.raw().load_relaxed()),
                 Value(old->entries()[e].value.raw().load_relaxed()), table_hash(old, e));
  };
  move(first);
  u32 end = old->end.load_relaxed();
  for (u32 e = old->first; e < end; ++e) {
    if (e != first && is_live_key(Value(old->entries()[e].key.raw().load_relaxed()))) move(e);
  }
  next_generation(d);           // W9
  d->table.store_release(fresh);  // W10
  table_discard(t, d, old);
  return kDone;
}

// Entry e of `table` once more at the end, then the old one deleted. In between a reader may find either:
// both have the same words.
Status move_to_back(Thread& t, Dict* d, DictTable* table, u32 e) {
  if (table_last_live(table) == e) return kDone;
  Value key(table->entries()[e].key.raw().load_relaxed()), v(table->entries()[e].value.raw().load_relaxed());
  u64 hash = table_hash(table, e);
  DictTable* before = table;
  u64 used = d->used.load_relaxed();
  TRY(table_make_room(t, d, d->table, &table, used, table->kind()));
  if (table != before) {  // compacted: the entry moved down
    for (e = 0; Value(table->entries()[e].key.raw().load_relaxed()).bits != key.bits;) ++e;
  }
  append_words(table, key, v, hash);
  // The dead entry keeps its value word, uncounted: a reader that has just matched its key takes the value there.
  (void)table_mark_deleted(table, e, hash, false);
  next_generation(d);  // iterators notice
  return kDone;
}

}  // namespace

Result<bool> dict_move_to_end(Thread& t, Dict* d, Value key, bool last) {
  KeyLock at(d, d->table);
  TRY(at.find(t, key, TRY(hash_dict_key(t, key)), Value::empty()));
  if (!at.found()) return false;
  if (at.table->kind() == TableKind::Namespace) return true;  // its cells never move
  Status s = last ? move_to_back(t, d, at.table, at.entry) : move_to_front(t, d, at.table, at.entry);
  at.unlock();
  TRY(s);
  return true;
}

Result<> dict_pop_first(Thread& t, Dict* d) {
  Local<Tuple> pair(t, TRY(tuple_new(t, 2)));  // no allocation under the lock
  Value key, v;
  {
    Mutating guard(d);
    DictTable* table = d->table.load_relaxed();
    u32 end = table->end.load_relaxed(), e = table->first;
    while (e < end && !is_live_key(Value(table_key(table, e).raw().load_relaxed()))) ++e;
    if (e >= end) return Result<>::absent();
    DictEntry& entry = table->entries()[e];
    key = Value(entry.key.raw().load_relaxed());
    v = Value(entry.value.raw().load_relaxed());
    u64 hash = table_hash(table, e);
    table->first = e;
    entry.value.raw().store_release(0);  // W6
    if (table_mark_deleted(table, e, hash, !d->is_shared())) next_generation(d);
    d->used.store_release(d->used.load_relaxed() - 1);  // W8
  }
  pair->items()[0].init_owned(removed_to_register(key));
  pair->items()[1].init_owned(removed_to_register(v));
  return Result<>(pair.give());
}

}  // namespace taipan
