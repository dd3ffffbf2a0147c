#include "runtime/types/set_impl.h"

#include "runtime/types/range.h"
#include "runtime/types/tuple.h"

namespace taipan {

// Readers take no lock: Note [dict-read] in dict.cpp with keys alone. A deleted element's key is DELETED, which
// linearises the deletion (W7). frozenset is filled while local to its constructor and never changes.

Set* set_allocate(Thread& t, Type& cls) {
  Set* s = new_object<Set>(t, cls);
  if (s) s->table.store_relaxed(&g_empty_set_table);
  return s;
}

Result<Set> set_new(Thread& t) {
  Set* s = set_allocate(t, set_type);
  if (!s) return kError;
  return own_new(s);
}

usize set_size(Set* s) {
  if (s->lock.load_acquire() != 0) {  // L1
    Mutating guard(s);
    return s->used.load_relaxed();
  }
  return s->used.load_acquire();
}

u64 set_content_hash(Set* s) {
  FrozenSetHash h;
  DictTable* table = s->table.load_acquire();
  u64 position = 0, n = 0;
  Value v;
  while (set_table_step(table, &position, &v)) {
    u32 e = static_cast<u32>(position - 1);
    h.add(table->kind() == TableKind::Hashed ? table->hashes()[e] : plain_hash(v));
    ++n;
  }
  return h.finish(n);
}

Result<u64> hash_for_lookup(Thread& t, Value v) {
  if (is_exact_set(v)) return set_content_hash(as_set(v));
  Result<u64> h = hash_set_element(t, v);
  if (h.is_error() && is_a<Set>(v) && swallow(t, TypeError)) return set_content_hash(as_set(v));
  return h;
}

Result<bool> set_contains_hashed(Thread& t, Set* s, Value v, u64 hash) {
  u32 e = set_table_find(s->table.load_acquire(), v, hash);
  if (e == kAskEqual) {
    ForeignMark mark;
    Local<> held(t);
    e = TRY(find_foreign(t, s, s->table, v, hash, &mark, held));
  }
  return e != kNotFound;
}

Result<bool> set_contains(Thread& t, Set* s, Value v) {
  if (v.is_int()) return set_contains_hashed(t, s, v, hash_i64(v.as_int()));
  return set_contains_hashed(t, s, v, TRY(hash_for_lookup(t, v)));
}

// Behind the last entry of a local table, which admits the element.
TP_INLINE static void append_local(DictTable* table, u32 end, Value v, u64 hash) {
  table->keys()[end].raw().store_relaxed(SlotBase::count_for_slot(v).bits);
  table_index_entry(table, hash, end);
  table->end.store_relaxed(end + 1);
}

// To a local set whose table has room for the element: what most additions are. False: not this case.
TP_INLINE static bool add_local(Thread& t, Set* s, Value v, u64 hash) {
  if (!s->is_local()) return false;
  DictTable* table = s->table.load_relaxed();
  u32 e = kNotFound;
  if (table->capacity == 0) {  // empty as yet
    table = table_allocate(t, 4, kind_of_key(v), kSetTable);
    if (table == nullptr) return false;
    s->table.store_relaxed(table);
  } else {
    e = set_table_find(table, v, hash);
  }
  if (e < kAskEqual) return true;
  u32 end = table->end.load_relaxed();
  if (e == kAskEqual || !table_admits_local(table, v, hash, end)) return false;
  append_local(table, end, v, hash);
  s->used.store_relaxed(s->used.load_relaxed() + 1);
  return true;
}

Status set_add_hashed(Thread& t, Set* s, Value v, u64 hash) {
  if (add_local(t, s, v, hash)) return kDone;
  KeyLock at(s, s->table);
  TRY(at.find(t, v, hash, Value::empty()));
  if (at.found()) return kDone;
  u64 used = s->used.load_relaxed();
  DictTable* table = at.table;
  TRY(table_make_room(t, s, s->table, &table, used, kind_of_key(v)));
  u32 e = table->end.load_relaxed();
  table->keys()[e].raw().store_relaxed(SlotBase::count_for_slot(v).bits);
  if (table->kind() == TableKind::Hashed) table->hashes()[e] = hash;
  table_index_entry(table, hash, e);
  table->end.store_release(e + 1);
  s->used.store_release(used + 1);
  return kDone;
}

Status set_add(Thread& t, Set* s, Value v) {
  return set_add_hashed(t, s, v, TRY(hash_set_element(t, v)));
}

// Takes entry e out; the word stays counted.
static Value remove_locked(Set* s, DictTable* table, u32 e, u64 hash) {
  Value v(table->keys()[e].raw().load_relaxed());
  if (table_mark_deleted(table, e, hash, !s->is_shared())) next_generation(s);
  s->used.store_release(s->used.load_relaxed() - 1);
  return v;
}

Result<bool> set_discard_hashed(Thread& t, Set* s, Value v, u64 hash) {
  KeyLock at(s, s->table);
  TRY(at.find(t, v, hash, Value::empty()));
  if (!at.found()) return false;
  Value removed = remove_locked(s, at.table, at.entry, hash);
  at.unlock();
  release_removed(removed);
  return true;
}

Result<bool> set_discard(Thread& t, Set* s, Value v) {
  return set_discard_hashed(t, s, v, TRY(hash_for_lookup(t, v)));
}

Result<> set_pop_first(Thread& t, Set* s) {
  Value removed;
  {
    Mutating guard(s);
    DictTable* table = s->table.load_relaxed();
    u32 end = table->end.load_relaxed(), e = table->first;
    while (e < end && !is_live_key(table->keys()[e].borrow())) ++e;
    if (e == end) return Result<>::absent();
    table->first = e;
    removed = remove_locked(s, table, e, table_hash(table, e));
  }
  return Result<>::from_owned(removed_to_register(removed));
}

void set_clear(Thread& t, Set* s) {
  DictTable* old;
  {
    Mutating guard(s);
    old = s->table.load_relaxed();
    if (old == &g_empty_set_table) return;
    next_generation(s);
    s->table.store_release(&g_empty_set_table);
    s->used.store_release(0);
  }
  table_drop_entries(old);
  table_discard(t, s, old);
}

DictTable* set_snapshot(Thread& t, Set* s, usize* live) {
  Mutating guard(s);
  *live = s->used.load_relaxed();
  if (*live == 0) return &g_empty_set_table;
  return table_copy(t, s->table.load_relaxed(), *live);
}

Result<Set> set_copy_as(Thread& t, Type& cls, Set* s) {
  Set* copy = set_allocate(t, cls);
  if (!copy) return kError;
  Local<Set> result(t, own_new(copy));
  usize live;
  DictTable* table = set_snapshot(t, s, &live);
  if (!table) return (void)raise_memory_error(t), kError;
  copy->table.store_relaxed(table);
  copy->used.store_relaxed(live);
  return result.give();
}

// The n plain elements of a local table in one of their own, with room for `most`. Null: no memory.
static DictTable* copy_with_room(Thread& t, DictTable* from, usize n, usize most, TableKind kind) {
  DictTable* table;
  if (from->end.load_relaxed() == n && most <= from->capacity) {
    table = table_copy(t, from, n);
  } else {
    table = table_rebuild(t, from, full_table_capacity(most), kind);
    if (table != nullptr) table_count_keys(table);
  }
  if (table != nullptr) table->kind_.store_relaxed(static_cast<u8>(kind));  // both are plain: their entries are laid out alike
  return table;
}

TP_INLINE static void append_if_new(DictTable* table, Value v) {
  u64 hash = v.is_int() ? hash_i64(v.as_int()) : plain_hash(v);
  if (set_table_find(table, v, hash) == kNotFound) append_local(table, table->end.load_relaxed(), v, hash);
}

static constexpr usize kMostWithoutPolls = 4096;

Result<Set> set_union_plain(Thread& t, Type& cls, Set* a, Set* b) {
  if (!is_plain_local(a) || !is_plain_local(b)) return Result<Set>::absent();
  DictTable* left = a->table.load_relaxed();
  DictTable* right = b->table.load_relaxed();
  usize n = a->used.load_relaxed(), most = n + b->used.load_relaxed();
  if (n == 0 || most > kMostWithoutPolls) return Result<Set>::absent();
  Set* made = set_allocate(t, cls);
  if (made == nullptr) return kError;
  Local<Set> result(t, own_new(made));
  DictTable* table = copy_with_room(t, left, n, most, std::max(left->kind(), right->kind()));
  if (table == nullptr) return (void)raise_memory_error(t), kError;
  made->table.store_relaxed(table);
  u64 position = 0;
  Value v;
  while (set_table_step(right, &position, &v)) append_if_new(table, v);
  made->used.store_relaxed(table->end.load_relaxed());
  return result.give();
}

Result<Set> set_union_one(Thread& t, Value set, Value v) {
  if (!set.is_ref() || (!v.is_int() && !is_exact<Str>(v))) return Result<Set>::absent();
  set = set.canonical();
  if (!is_exact_set(set) && !is_exact_frozenset(set)) return Result<Set>::absent();
  Set* a = as_set(set);
  usize n = a->used.load_relaxed();
  if (!is_plain_local(a) || n >= kMostWithoutPolls) return Result<Set>::absent();
  Set* made = set_allocate(t, is_exact_set(set) ? set_type : frozenset_type);
  if (made == nullptr) return kError;
  Local<Set> result(t, own_new(made));
  DictTable* left = a->table.load_relaxed();
  TableKind kind = kind_of_key(v);
  DictTable* table = n == 0 ? table_allocate(t, full_table_capacity(1), kind, kSetTable)
                            : copy_with_room(t, left, n, n + 1, std::max(left->kind(), kind));
  if (table == nullptr) return (void)raise_memory_error(t), kError;
  made->table.store_relaxed(table);
  append_if_new(table, v);
  made->used.store_relaxed(table->end.load_relaxed());
  return result.give();
}

void set_take_table(Thread& t, Set* s, Set* from) {
  // Both may have been published meanwhile; then `from`'s elements are shared already.
  DictTable* table = from->table.load_relaxed();
  u64 used = from->used.load_relaxed();
  if (s->is_shared() && !from->is_shared()) {
    u64 position = 0;
    Value v;
    while (set_table_step(table, &position, &v)) publish_before_lock(s, v);
  }
  DictTable* old;
  {
    MutatingPair guard(s, from);
    next_generation(from);
    from->table.store_release(&g_empty_set_table);
    from->used.store_release(0);
    old = s->table.load_relaxed();
    next_generation(s);
    s->table.store_release(table);
    s->used.store_release(used);
  }
  table_drop_entries(old);
  table_discard(t, s, old);
}

static Status update_from_table(Thread& t, Set* s, DictTable* copy) {
  HeldTable held(t, copy);
  Status status = kDone;
  LoopPoll poll(t);
  for (u32 e = 0; e < copy->end.load_relaxed() && !status.is_error(); ++e) {
    Value k = table_key(copy, e).borrow();
    if (!is_live_key(k)) continue;
    status = set_add_hashed(t, s, k, table_hash(copy, e));
    if (!status.is_error()) status = poll();
  }
  return status;
}

// For elements that are known to be different.
static void make_room_in_empty(Thread& t, Set* s, u64 n) {
  if (n < 8 || n > (u64{1} << 26)) return;  // a guess at memory is not worth an error
  DictTable* fresh = table_allocate(t, n, TableKind::Plain, kSetTable);
  if (fresh == nullptr) return;
  DictTable* old = s->table.load_relaxed();
  s->table.store_relaxed(fresh);
  next_generation(s);
  table_drop_entries(old);
  table_free(old);
}

// item(i): borrowed, empty behind the last. n: how many there are, probably.
template <class Item>
static Status update_from_items(Thread& t, Set* s, usize n, Item item) {
  bool fresh = s->used.load_relaxed() == 0 && s->is_local();
  if (fresh) make_room_in_empty(t, s, n);
  LoopPoll poll(t);
  for (usize i = 0;; ++i) {
    Value v = item(i);
    if (v.is_empty()) break;
    // No Python code runs for these, unless it compares what is in the set: which in a shared one may become such an
    // element at any time, and then the text is held by nobody but the sequence.
    if ((v.is_int() || (is_exact<Str>(v) && s->is_local())) && s->table.load_acquire()->kind() != TableKind::Hashed) {
      TRY(set_add_hashed(t, s, v, v.is_int() ? hash_i64(v.as_int()) : str_hash(v.as<Str>())));
    } else {
      Local<> held(t, v);
      TRY(set_add(t, s, held));
    }
    TRY(poll());
  }
  DictTable* table = s->table.load_relaxed();
  if (fresh && s->is_local() && table->capacity > 64 && s->used.load_relaxed() < table->capacity / 4) {
    // Few different ones: give the room back.
    DictTable* fit = table_rebuild(t, table, grown_table_capacity(s->used.load_relaxed()), table->kind());
    if (fit == nullptr) return kDone;
    s->table.store_relaxed(fit);
    next_generation(s);
    table_free(table);
  }
  return kDone;
}

Status set_update(Thread& t, Set* s, Value iterable) {
  if (is_a<Set>(iterable)) {
    Set* other = as_set(iterable);
    if (other == s) return kDone;
    usize live;
    DictTable* copy = set_snapshot(t, other, &live);
    if (!copy) return raise_memory_error(t);
    if (live == 0) return kDone;
    if (s->used.load_relaxed() == 0 && !s->is_shared()) {
      DictTable* old = s->table.load_relaxed();
      s->table.store_relaxed(copy);
      s->used.store_relaxed(live);
      next_generation(s);
      table_free(old);  // nothing live in it
      return kDone;
    }
    return update_from_table(t, s, copy);
  }
  if (is_exact<Dict>(iterable)) {
    usize live;
    DictTable* copy = dict_snapshot(t, iterable.as<Dict>(), &live);
    if (!copy) return raise_memory_error(t);
    return live == 0 ? Status(kDone) : update_from_table(t, s, copy);
  }
  if (is_exact<Tuple>(iterable)) {
    Tuple* x = iterable.as<Tuple>();
    return update_from_items(t, s, x->size(), [&](usize i) { return i < x->size() ? (*x)[i] : Value::empty(); });
  }
  if (is_exact<List>(iterable)) {
    List* l = iterable.as<List>();
    return update_from_items(t, s, list_size(l), [&](usize i) { return list_borrow(l, i); });
  }
  if (Result<List> view = dict_view_snapshot(t, iterable); !view.is_absent()) {
    Local<List> items(t, TRY(view));
    return update_from_items(t, s, list_size(items), [&](usize i) { return list_borrow(items, i); });
  }
  Local<> it(t, TRY(iterate(t, iterable)));
  auto step = type_of(it.value()).slots.next;
  LoopPoll poll(t);
  if (is_exact<Range>(iterable) && is_exact<RangeIterator>(it)) {
    auto* range = it.value().as<RangeIterator>();  // nobody else has it
    if (s->used.load_relaxed() == 0 && s->is_local()) make_room_in_empty(t, s, range->remaining);
    for (; range->remaining > 0; --range->remaining, range->next += range->step) {
      prefetch_elements(s->table.load_acquire(), [&](u64 ahead) {
        return static_cast<i64>(static_cast<u64>(range->next) + static_cast<u64>(range->step) * ahead);
      });
      TRY(set_add_hashed(t, s, Value::small_int(range->next), hash_i64(range->next)));
      TRY(poll());
    }
    return kDone;
  }
  for (;;) {
    Result<> r = TRY(step(t, it));
    if (r.is_absent()) return kDone;
    Local<> v(t, r);
    TRY(set_add(t, s, v));
    TRY(poll());
  }
}

Result<Set> set_from(Thread& t, Value iterable) {
  Local<Set> s(t, TRY(set_new(t)));
  TRY(set_update(t, s, iterable));
  return s.give();
}

Result<Set> frozenset_from(Thread& t, Value iterable) {
  if (is_exact_frozenset(iterable)) return own<Set>(iterable);
  Set* s = set_allocate(t, frozenset_type);
  if (!s) return kError;
  Local<Set> result(t, own_new(s));
  TRY(set_update(t, result, iterable));
  return result.give();
}

bool set_next(Thread& t, Set* s, u64* position, Result<>* element) {
  (void)t;
  Value v;
  if (!set_table_step(s->table.load_acquire(), position, &v)) return false;
  *element = own(v);
  return true;
}

}  // namespace taipan
