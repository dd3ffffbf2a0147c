#include "runtime/types/list_impl.h"

#include <cstring>

#include "runtime/types/bytes.h"
#include "runtime/types/dict.h"
#include "runtime/types/quick_compare.h"
#include "runtime/types/range.h"
#include "runtime/types/set.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple_inline.h"

namespace taipan {

// Note [list-read]: reading l[i] of a shared list without its lock. Rests on I6.
//
//   writer, holding l's lock                             reader, attached, no lock
//   append   slot[n].store_release(x)                    R1  n = size.load_acquire();   i >= n -> slow
//            size.store_release(n+1)                     R2  t = items.load_acquire();  i >= t->capacity -> slow
//   pop      size.store_release(n-1)                     R3  x = t->slot[i].load_acquire();  0 -> slow
//            slot[n-1].store_release(0)                  slow: take the lock, read again; only here is
//   grow, sort, slice assignment, clear                        IndexError raised
//            items.store_release(fresh); retire(old)
//   clear    size = 0 first, then items
//   always   lock.exchange_seq_cst(0), then drop
//
//   Any mixture of old size and new items (or the reverse) ends in a valid element or in `slow`: capacity
//   is in the block, free slots are 0. A negative answer is given under the lock only. x was published before
//   it was stored (I3); should its last count go now, it dies in a checkpoint that the reader has passed.

ListItems g_no_items{};

namespace {

// containers.md section 3: half again, a quarter above 16 MiB; what the allocator would round up to is used.
usize grown_capacity(usize n) {
  usize wanted = n < (usize{1} << 21) ? n + n / 2 + 4 : n + n / 4;
  usize bytes = buffer_good_size(items_bytes(wanted));
  return (bytes - sizeof(ListItems)) / sizeof(Slot<>);
}

}  // namespace

ListItems* items_allocate(Thread& t, usize capacity) {
  if (capacity == 0) return &g_no_items;
  if (capacity > kMaxListItems) {
    (void)raise_memory_error(t);
    return nullptr;
  }
  auto* items = static_cast<ListItems*>(buffer_allocate(t, items_bytes(capacity)));
  if (!items) {
    (void)raise_memory_error(t);
    return nullptr;
  }
  std::memset(static_cast<void*>(items), 0, items_bytes(capacity));
  items->capacity = capacity;
  return items;
}

void items_discard(Thread& t, const Object* owner, ListItems* items) {
  if (items->capacity > 0) buffer_discard(t, owner, items, items_bytes(items->capacity));
}

Status list_reserve_locked(Thread& t, List* l, usize capacity) {
  ListItems* old = l->items_.load_relaxed();
  if (capacity <= old->capacity) return kDone;
  usize n = l->size_.load_relaxed();
  if (capacity > kMaxListItems) return raise_memory_error(t);
  if (!l->is_shared() && old->capacity > 0) {
    auto* items = static_cast<ListItems*>(
        buffer_reallocate(t, old, items_bytes(old->capacity), items_bytes(capacity)));
    if (!items) return raise_memory_error(t);
    std::memset(static_cast<void*>(items->slots() + items->capacity), 0,
                (capacity - items->capacity) * sizeof(Slot<>));
    items->capacity = capacity;
    l->items_.store_relaxed(items);
    return kDone;
  }
  ListItems* fresh = items_allocate(t, capacity);
  if (!fresh) return kError;
  for (usize i = 0; i < n; ++i) move_word(fresh->slots()[i], old->slots()[i]);
  fresh->spare.store_relaxed(old->spare.load_relaxed());
  l->items_.store_release(fresh);
  items_discard(t, l, old);
  return kDone;
}

Status list_grow_locked(Thread& t, List* l, usize least) {
  usize capacity = grown_capacity(l->size_.load_relaxed());
  return list_reserve_locked(t, l, capacity < least ? least : capacity);
}

void list_shrink_locked(Thread& t, List* l) {
  ListItems* old = l->items_.load_relaxed();
  usize n = l->size_.load_relaxed();
  if (n >= old->capacity / 4 || old->capacity <= 16) return;
  usize capacity = n + n / 2 + 4;
  auto* fresh = static_cast<ListItems*>(buffer_allocate(t, items_bytes(capacity)));
  if (!fresh) return;  // staying large is no error
  std::memset(static_cast<void*>(fresh), 0, items_bytes(capacity));
  fresh->capacity = capacity;
  fresh->spare.store_relaxed(old->spare.load_relaxed());
  for (usize i = 0; i < n; ++i) move_word(fresh->slots()[i], old->slots()[i]);
  l->items_.store_release(fresh);
  items_discard(t, l, old);
}

// R21: word-atomic lanes in a shared list, so that a racing reader sees whole elements.
void list_shift_locked(List* l, usize from, usize to, usize n) {
  Slot<>* s = l->items_.load_relaxed()->slots();
  if (!l->is_shared()) {
    std::memmove(static_cast<void*>(s + to), static_cast<void*>(s + from), n * sizeof(Slot<>));
  } else if (to < from) {
    for (usize i = 0; i < n; ++i) s[to + i].raw().store_release(s[from + i].raw().load_relaxed());
  } else {
    for (usize i = n; i-- > 0;) s[to + i].raw().store_release(s[from + i].raw().load_relaxed());
  }
}

List* list_allocate(Thread& t, Type& cls, usize capacity) {
  ListItems* items = items_allocate(t, capacity);
  if (!items) return nullptr;
  List* l = &cls == &list_type
                ? static_cast<List*>(new_object_inline(t, shape_id(BuiltinShape::list_), sizeof(List), 0, kGcTracked))
                : new_object<List>(t, cls);
  if (!l) {
    if (capacity > 0) buffer_free(items, items_bytes(capacity));
    return nullptr;
  }
  l->items_.store_relaxed(items);
  return l;
}

Result<List> list_new(Thread& t, usize capacity) {
  List* l = list_allocate(t, list_type, capacity);
  if (!l) return kError;
  return own_new(l);
}

Result<List> list_from_owned(Thread& t, Value* words, usize n) {
  List* l = list_allocate(t, list_type, n);
  if (!l) return kError;
  Slot<>* s = l->items_.load_relaxed()->slots();
  for (usize i = 0; i < n; ++i) {
    Value v = words[i];
    if ((v.bits & 3) == 0) words[i] = Value::empty();
    s[i].init_owned(v);
  }
  l->size_.store_relaxed(n);
  return own_new(l);
}

Result<List> list_from(Thread& t, const Value* values, usize n) {
  List* l = list_allocate(t, list_type, n);
  if (!l) return kError;
  Slot<>* s = l->items_.load_relaxed()->slots();
  for (usize i = 0; i < n; ++i) s[i].init(values[i]);
  l->size_.store_relaxed(n);
  return own_new(l);
}

// v is counted already, and shared if l is.
static Status append_counted(Thread& t, List* l, Value counted) {
  Mutating guard(l);
  usize n = l->size_.load_relaxed();
  ListItems* items = l->items_.load_relaxed();
  if (n == items->capacity) [[unlikely]] {
    if (list_grow_locked(t, l, n + 1).is_error()) {
      guard.unlock();
      release_removed(counted);
      return kError;
    }
    items = l->items_.load_relaxed();
  }
  items->slots()[n].raw().store_release(counted.bits);
  l->size_.store_release(n + 1);
  if (guard.is_shared()) note_write(items);
  return kDone;
}

Status list_append(Thread& t, List* l, Value v) {
  publish_before_lock(l, v);
  return append_counted(t, l, SlotBase::count_for_slot(v));
}

Status list_append(Thread& t, List* l, Result<> owned) {
  publish_before_lock(l, owned.word());
  return append_counted(t, l, SlotBase::counted_form(owned.word()));
}

usize list_size(const List* l) {
  if (l->lock.load_acquire() != 0) {  // Note [dict-read] L1
    List* mine = const_cast<List*>(l);
    Mutating guard(mine);
    return l->size_.load_relaxed();
  }
  return l->size_.load_acquire();
}

Result<> list_get_slow(List* l, usize i) {
  Mutating guard(l);
  if (i >= l->size_.load_relaxed()) return Result<>::absent();
  return l->items_.load_relaxed()->slots()[i].load(l);
}

Result<> list_get(Thread& t, List* l, usize i) {
  (void)t;
  return list_load(l, i);
}

Value list_borrow(List* l, usize i) {
  if (i < l->size_.load_acquire()) {
    ListItems* items = l->items_.load_acquire();
    if (i < items->capacity) {
      Value v = items->slots()[i].borrow();
      if (!v.is_empty()) return v;
    }
  }
  Mutating guard(l);
  if (i >= l->size_.load_relaxed()) return Value::empty();
  return l->items_.load_relaxed()->slots()[i].borrow();
}

Status list_set(Thread& t, List* l, usize i, Value v) {
  publish_before_lock(l, v);
  Value old;
  {
    Mutating guard(l);
    if (i >= l->size_.load_relaxed()) {
      guard.unlock();
      return raise(t, IndexError, "list assignment index out of range");
    }
    ListItems* items = l->items_.load_relaxed();
    old = items->slots()[i].replace_counted(l, SlotBase::count_for_slot(v));
    if (guard.is_shared()) note_write(items);
  }
  release_removed(old);
  return kDone;
}

Status list_insert(Thread& t, List* l, ssize index, Value v) {
  publish_before_lock(l, v);
  Mutating guard(l);
  usize n = l->size_.load_relaxed();
  if (n == l->items_.load_relaxed()->capacity) {
    Status grown = list_grow_locked(t, l, n + 1);
    if (grown.is_error()) return grown;
  }
  ssize at = wrap_and_clamp(index, static_cast<ssize>(n));
  if (static_cast<usize>(at) > n) at = static_cast<ssize>(n);
  ListItems* items = l->items_.load_relaxed();
  list_shift_locked(l, at, at + 1, n - at);
  items->slots()[at].raw().store_release(SlotBase::count_for_slot(v).bits);
  l->size_.store_release(n + 1);
  if (guard.is_shared()) note_write(items);
  return kDone;
}

// Takes element i < n out; the word stays counted.
static Value remove_locked(Thread& t, List* l, usize i, usize n) {
  ListItems* items = l->items_.load_relaxed();
  Value removed(items->slots()[i].raw().load_relaxed());
  if (i + 1 < n) list_shift_locked(l, i + 1, i, n - i - 1);
  l->size_.store_release(n - 1);
  items->slots()[n - 1].raw().store_release(0);
  if (l->is_shared()) note_write(items);
  list_shrink_locked(t, l);
  return removed;
}

Result<> list_pop_at(Thread& t, List* l, ssize index) {
  Value removed;
  {
    Mutating guard(l);
    usize n = l->size_.load_relaxed();
    if (index < 0) index += static_cast<ssize>(n);
    if (static_cast<usize>(index) >= n) return Result<>::absent();
    removed = remove_locked(t, l, index, n);
  }
  return Result<>::from_owned(removed_to_register(removed));
}

Result<> list_pop(Thread& t, List* l, usize index) {
  if (index > static_cast<usize>(PTRDIFF_MAX)) return Result<>::absent();
  return list_pop_at(t, l, static_cast<ssize>(index));
}

bool list_remove_same(Thread& t, List* l, usize i, Value word) {
  Value removed;
  {
    Mutating guard(l);
    usize n = l->size_.load_relaxed();
    const Slot<>* slots = l->items_.load_relaxed()->slots();
    if (i >= n || !same(slots[i].borrow(), word)) {
      for (i = 0; i < n && !same(slots[i].borrow(), word);) ++i;
      if (i == n) return false;
    }
    removed = remove_locked(t, l, i, n);
  }
  release_removed(removed);
  return true;
}

int list_remove_quick(Thread& t, List* l, Value v) {
  Value removed;
  {
    Mutating guard(l);
    usize n = l->size_.load_relaxed(), i = 0;
    const Slot<>* slots = l->items_.load_relaxed()->slots();
    int e = 0;
    while (i < n && (e = quick_equal(slots[i].borrow(), v)) == 0) ++i;
    if (i == n || e == kAskPython) return i == n ? 0 : kAskPython;
    removed = remove_locked(t, l, i, n);
  }
  release_removed(removed);
  return 1;
}

ListItems* list_take_items(List* l, usize* n) {
  Mutating guard(l);
  ListItems* items = l->items_.load_relaxed();
  *n = l->size_.load_relaxed();
  l->size_.store_release(0);
  l->items_.store_release(&g_no_items);
  return items;
}

// The removed block of a shared list may still be read: its words stay, their counts go.
void list_drop_items(Thread& t, List* l, ListItems* items, usize n) {
  for (usize i = n; i-- > 0;) {
    // From the end, as CPython destroys them.
    release_removed(Value(items->slots()[i].raw().load_relaxed()));
  }
  items_discard(t, l, items);
}

Status list_clear(Thread& t, List* l) {
  usize n;
  ListItems* items = list_take_items(l, &n);
  list_drop_items(t, l, items, n);
  return kDone;
}

Result<Tuple> list_to_tuple(Thread& t, List* l) {
  for (;;) {
    usize n = list_size(l);
    Local<Tuple> result(t, TRY(tuple_new(t, n)));
    Mutating guard(l);
    if (l->size_.load_relaxed() != n) continue;
    Slot<>* s = l->items_.load_relaxed()->slots();
    for (usize i = 0; i < n; ++i) result->items()[i].init(s[i].borrow());
    if (n != 0) tuple_untrack_plain(t, result.get());
    return result.give();
  }
}

// Appends n borrowed words that stay valid (a tuple's items, a caller's window).
Status list_append_all(Thread& t, List* l, const Slot<>* slots, usize count) {
  if (l->is_shared()) {
    for (usize i = 0; i < count; ++i) publish_before_lock(l, slots[i].borrow());
  }
  Mutating guard(l);
  usize n = l->size_.load_relaxed();
  if (l->items_.load_relaxed()->capacity < n + count) {
    Status grown = n == 0 ? list_reserve_locked(t, l, count) : list_grow_locked(t, l, n + count);
    if (grown.is_error()) return grown;
  }
  ListItems* items = l->items_.load_relaxed();
  for (usize i = 0; i < count; ++i) {
    items->slots()[n + i].raw().store_release(SlotBase::count_for_slot(slots[i].borrow()).bits);
  }
  l->size_.store_release(n + count);
  if (guard.is_shared()) note_write(items);
  return kDone;
}

Status list_extend_from(Thread& t, List* l, List* other) {
  if (l->is_shared() && !other->is_shared()) {
    // Publishing walks: before the locks. `other` itself stays local.
    for (usize i = 0; i < other->size_.load_relaxed(); ++i) publish_before_lock(l, list_borrow(other, i));
  }
  MutatingPair guard(l, other);
  usize n = l->size_.load_relaxed(), count = other->size_.load_relaxed();
  if (l->items_.load_relaxed()->capacity < n + count) {
    Status grown = n == 0 ? list_reserve_locked(t, l, count) : list_grow_locked(t, l, n + count);
    if (grown.is_error()) return grown;
  }
  ListItems* items = l->items_.load_relaxed();
  Slot<>* from = other->items_.load_relaxed()->slots();  // after growing: other may be l
  for (usize i = 0; i < count; ++i) {
    items->slots()[n + i].raw().store_release(SlotBase::count_for_slot(from[i].borrow()).bits);
  }
  l->size_.store_release(n + count);
  if (l->is_shared()) note_write(items);
  return kDone;
}

// Other threads may see the first items before the last has been made.
static Status extend_one_by_one(Thread& t, List* l, Value iterable) {
  Local<> it(t, TRY(iterate(t, iterable)));
  ssize hint = TRY(length_hint(t, iterable, 8));
  {
    Mutating guard(l);
    usize n = l->size_.load_relaxed();
    usize wanted = n + static_cast<usize>(hint);
    if (wanted < kMaxListItems && wanted > l->items_.load_relaxed()->capacity) {
      // A hint that cannot be met is no error: the iterable may be shorter.
      if (list_reserve_locked(t, l, wanted).is_error()) {
        guard.unlock();
        clear_error(t);
      }
    }
  }
  LoopPoll poll(t);
  auto step = type_of(it.value()).slots.next;
  if (is_exact<Range>(iterable) && is_exact<RangeIterator>(it)) {
    auto* range = it.value().as<RangeIterator>();  // nobody else has it
    for (; range->remaining > 0; --range->remaining, range->next += range->step) {
      (void)TRY(list_push(t, l, Result<>::small_int(range->next)));
      (void)TRY(poll());
    }
    return kDone;
  }
  for (;;) {
    Result<> item = step(t, it);
    if (item.is_error()) return kError;
    if (item.is_absent()) break;
    (void)TRY(list_push(t, l, item));
    (void)TRY(poll());
  }
  Mutating guard(l);
  list_shrink_locked(t, l);
  return kDone;
}

// Containers whose iteration runs no Python code, and that no other thread can change while it lasts.
static bool is_still_container(Value v) {
  return is_exact<Str>(v) || is_exact<Bytes>(v) || is_exact<Range>(v) || is_exact<Set>(v) || (is_a<Set>(v) && &type_of(v) == &frozenset_type);
}

Status list_extend(Thread& t, List* l, Value iterable) {
  if (is_exact<List>(iterable)) return list_extend_from(t, l, iterable.as<List>());
  if (is_exact<Tuple>(iterable)) {
    Tuple* x = iterable.as<Tuple>();
    return list_append_all(t, l, x->items(), x->size());
  }
  if (is_exact<Str>(iterable) && iterable.as<Str>()->width() <= Str::kLatin1 && l->is_local()) {
    Str* s = iterable.as<Str>();  // its characters are immortal: nobody counts them
    usize n = l->size_.load_relaxed(), count = s->length();
    if (l->items_.load_relaxed()->capacity < n + count) {
      (void)TRY(n == 0 ? list_reserve_locked(t, l, count) : list_grow_locked(t, l, n + count));
    }
    Slot<>* to = l->items_.load_relaxed()->slots() + n;
    for (usize i = 0; i < count; ++i) to[i].raw().store_relaxed(Value(str_single(s->data()[i])).bits);
    l->size_.store_relaxed(n + count);
    return kDone;
  }
  Local<List> snapshot(t);
  Local<Set> members(t);
  if (is_exact<Dict>(iterable)) {
    snapshot.set(TRY(dict_keys_list(t, iterable.as<Dict>())));
  } else if (l->is_shared() && is_still_container(iterable)) {  // other threads see all of it or nothing
    if (is_exact<Set>(iterable)) members.set(TRY(set_from(t, iterable)));
    snapshot.set(TRY(list_new(t)));
    TRY(extend_one_by_one(t, snapshot, members.is_empty() ? iterable : Value(members.get())));
  } else if (is_exact<Set>(iterable) && iterable.object()->is_shared()) {
    members.set(TRY(set_from(t, iterable)));
    iterable = Value(members.get());
  } else {
    snapshot.set(TRY(dict_view_snapshot(t, iterable)));
  }
  if (!snapshot.is_empty()) return list_extend_from(t, l, snapshot);
  return extend_one_by_one(t, l, iterable);
}

Result<List> list_copy(Thread& t, List* l) { return list_slice(t, l, 0, PTRDIFF_MAX); }

Status list_repeat_in_place(Thread& t, List* l, ssize times) {
  if (times <= 0) return list_clear(t, l);
  Mutating guard(l);
  usize n = l->size_.load_relaxed(), total;
  if (n == 0 || times == 1) return kDone;
  if (__builtin_mul_overflow(n, static_cast<usize>(times), &total)) return raise_memory_error(t);
  (void)TRY(list_reserve_locked(t, l, total));
  ListItems* items = l->items_.load_relaxed();
  Slot<>* s = items->slots();
  if (guard.is_shared()) {
    for (usize i = n; i < total; ++i) s[i].raw().store_release(SlotBase::count_for_slot(s[i - n].borrow()).bits);
  } else {
    for (usize i = n; i < total; ++i) s[i].raw().store_relaxed(SlotBase::count_for_slot(s[i - n].borrow()).bits);
  }
  l->size_.store_release(total);
  if (guard.is_shared()) note_write(items);
  return kDone;
}

Status list_reverse(Thread& t, List* l) {
  Mutating guard(l);
  usize n = l->size_.load_relaxed();
  ListItems* items = l->items_.load_relaxed();
  Slot<>* s = items->slots();
  for (usize i = 0, j = n; i + 1 < j; ++i) {
    --j;
    u64 a = s[i].raw().load_relaxed();
    s[i].raw().store_release(s[j].raw().load_relaxed());
    s[j].raw().store_release(a);
  }
  if (guard.is_shared()) note_write(items);
  return kDone;
}

}  // namespace taipan
