// Finding keys: hashes with their errors, and the search that leaves for Python code and comes back.
#include "runtime/types/dict_impl.h"

#include "runtime/types/tuple.h"

namespace taipan {

// Note [dict-foreign]: keys whose __eq__ or __hash__ is Python code.
//   G1  h = hash(key), no lock                         G5  (writer) lock; generation == g and end == n ?
//   G2  g = generation, n = end, t = table                  no -> unlock, G2 again
//   G3  candidate with equal hash: keep its key in a   G6  insert, or overwrite entry e if e.key is still the key
//       frame register, call __eq__                         that was compared, else G2
//   G4  generation or e.key changed -> G2              G7  unlock
//
//   Deletions do not disturb a miss, appends and rebuilds do. An undo (local tables) raises the generation:
//   it may free an entry number for another key. A table that only moved (move_storage.cpp) keeps generation and
//   entry numbers: the search goes on in the copy.

Result<u64> hash_key_slow(Thread& t, Value key, const char* used_as) {
  Result<u64> h = is_exact<Tuple>(key) ? tuple_type.slots.hash(t, key) : hash(t, key);
  if (!h.is_error() || !error_matches(t, TypeError)) return h;
  Local<BaseException> reason(t, TRY(take_error(t)));
  Local<Str> text(t, TRY(to_str(t, reason)));
  return raise(t, TypeError, "cannot use '{!T}' as a {} ({})", key, used_as, text.value());
}

namespace {

// Entry e again among the candidates of a table that was copied whole (entry numbers and probe sequence stay).
bool advance_to(TableCursor* candidates, u32 entry) {
  for (u32 e; (e = candidates->next()) != kNotFound;) {
    if (e == entry) return true;
  }
  return false;
}

}  // namespace

Result<u32> find_foreign(Thread& t, Object* owner, Atomic<DictTable*>& slot, Value key, u64 hash,
                         ForeignMark* mark, Local<>& held) {
  for (;;) {  // however often: each round polls, and ran Python code
  again:
    TRY(safepoint(t));
    mark->generation = generation_of(owner);
    DictTable* table = mark->table = slot.load_acquire();
    mark->end = table->end.load_acquire();
    TableCursor candidates(table, hash);
    for (u32 e; (e = candidates.next()) != kNotFound;) {
      bool hashed = table->kind() == TableKind::Hashed;
      Value k = table_key(table, e).borrow();
      if (!is_live_key(k) || (hashed && table->hashes()[e] != hash)) continue;
      int r = quick_equal(k, key);
      if (r == 0 || (r == kAskPython && !hashed && plain_hash(k) != hash)) continue;
      held.set(k);
      if (r == 1) return e;
      usize capacity = table->capacity;
      TableForm form = table->form;
      bool is_equal = TRY(equal(t, held, key));
      // The table may be freed by now: only its address is still good for something. G2 ordered the generation before
      // the table, W9 comes before W10: who sees another table and the same generation sees a moved copy.
      DictTable* now = slot.load_acquire();
      if (generation_of(owner) != mark->generation) goto again;
      bool is_moved = now != table;
      if (is_moved && (now->capacity != capacity || now->form != form)) goto again;
      if (!same(table_key(now, e).borrow(), held)) goto again;
      mark->table = now;
      if (is_equal) return e;
      if (is_moved) {
        table = now;
        candidates = TableCursor(table, hash);
        if (!advance_to(&candidates, e)) goto again;
      }
    }
    return kNotFound;
  }
}

Status KeyLock::find_slow(Thread& t, Value key, u64 hash, Value value) {
  unlock();
  for (;;) {
    ForeignMark mark;
    Local<> held(t);
    u32 e = TRY(find_foreign(t, owner_, slot_, key, hash, &mark, held));
    publish_before_lock(owner_, key);  // the mode may have changed
    publish_before_lock(owner_, value);
    lock();
    table = slot_.load_relaxed();
    bool holds = generation_of(owner_) == mark.generation &&
                 (e == kNotFound ? table->end.load_relaxed() == mark.end
                                 : same(table_key(table, e).borrow(), held));
    if (holds) return entry = e, kDone;
    unlock();
  }
}

Status table_make_room(Thread& t, Object* owner, Atomic<DictTable*>& slot, DictTable** table, usize live,
                       TableKind kind) {
  DictTable* old = *table;
  TableKind now = old->kind();
  if (old->end.load_relaxed() < old->capacity && (kind <= now || kind != TableKind::Hashed)) {
    if (kind > now) old->kind_.store_relaxed(static_cast<u8>(kind));  // W3 publishes it
    return kDone;
  }
  // Only its kind changes: as much room as there was.
  bool full = old->end.load_relaxed() >= old->capacity;
  DictTable* fresh = table_rebuild(t, old, full ? grown_table_capacity(live) : old->capacity,
                                   kind > now ? kind : now);
  if (!fresh) return raise_memory_error(t);
  next_generation(owner);     // W9
  slot.store_release(fresh);  // W10
  table_discard(t, owner, old);
  *table = fresh;
  return kDone;
}

}  // namespace taipan
