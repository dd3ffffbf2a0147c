#include "runtime/modules/collections/deque.h"

#include <cstring>

namespace taipan {

Type* g_deque_type;

namespace {

constexpr u64 kLeast = 8;

// Moves the elements to a ring of another capacity.
bool resize_locked(Thread& t, Deque* d, u64 capacity) {
  auto* fresh = static_cast<Slot<>*>(buffer_allocate(t, capacity * sizeof(Slot<>)));
  if (!fresh) return false;
  u64 first = d->capacity - d->head < d->size ? d->capacity - d->head : d->size;
  if (d->items) {
    std::memcpy(static_cast<void*>(fresh), static_cast<void*>(d->items + d->head), first * sizeof(Slot<>));
    std::memcpy(static_cast<void*>(fresh + first), static_cast<void*>(d->items), (d->size - first) * sizeof(Slot<>));
  }
  std::memset(static_cast<void*>(fresh + d->size), 0, (capacity - d->size) * sizeof(Slot<>));
  Slot<>* old = d->items;
  u64 old_capacity = d->capacity;
  d->items = fresh;
  d->capacity = capacity;
  d->head = 0;
  if (old) buffer_discard(t, d, old, old_capacity * sizeof(Slot<>));
  return true;
}

void shrink_locked(Deque* d) {
  if (d->capacity > 64 && d->size < d->capacity / 8) {
    (void)resize_locked(Thread::current(), d, d->capacity / 4);  // staying large is no error
  }
}

// The counted word of an end.
Value take_locked(Deque* d, bool left) {
  Slot<>& slot = left ? d->at(0) : d->at(d->size - 1);
  Value v(slot.raw().load_relaxed());
  slot.raw().store_relaxed(0);
  if (left) d->head = (d->head + 1) & (d->capacity - 1);
  --d->size;
  ++d->version;
  return v;
}

void put_locked(Deque* d, Value counted, bool left) {
  if (left) d->head = (d->head - 1) & (d->capacity - 1);
  d->at(left ? 0 : d->size).raw().store_relaxed(counted.bits);
  ++d->size;
  ++d->version;
}

// Moves the word at i to j, within the ring.
void move_locked(Deque* d, u64 from, u64 to) {
  d->at(to).raw().store_relaxed(d->at(from).raw().load_relaxed());
}

}  // namespace

void deque_visit(Object* o, EdgeVisitor& visit) {
  Deque* d = static_cast<Deque*>(o);
  if (!d->items) return;
  u64 first = d->capacity - d->head < d->size ? d->capacity - d->head : d->size;
  visit.slots(d->items + d->head, first);
  visit.slots(d->items, d->size - first);
}

void deque_destroy(Object* o) {
  Deque* d = static_cast<Deque*>(o);
  drop_edges(o, deque_visit);
  if (d->items) buffer_free(d->items, d->capacity * sizeof(Slot<>));
  free_object(o, object_size(o));
}

Status deque_push(Thread& t, Deque* d, Value v, bool left) {
  publish_before_lock(d, v);
  Value counted = SlotBase::count_for_slot(v), removed;
  {
    Mutating guard(d);
    if (d->maxlen >= 0 && d->size >= static_cast<u64>(d->maxlen)) {
      if (d->maxlen == 0) {
        removed = counted;
      } else {
        removed = take_locked(d, !left);
        put_locked(d, counted, left);
      }
    } else {
      if (d->size == d->capacity && !resize_locked(t, d, d->capacity ? d->capacity * 2 : kLeast)) [[unlikely]] {
        guard.unlock();
        release_removed(counted);
        return raise_memory_error(t);
      }
      put_locked(d, counted, left);
      return kDone;
    }
  }
  release_removed(removed);
  return kDone;
}

Result<> deque_take(Deque* d, bool left) {
  Value removed;
  {
    Mutating guard(d);
    if (d->size == 0) return Result<>::absent();
    removed = take_locked(d, left);
    shrink_locked(d);
  }
  return Result<>::from_owned(removed_to_register(removed));
}

Status deque_extend_from(Thread& t, Deque* d, Value iterable, bool left) {
  Local<> source(t, iterable);
  if (same(iterable, Value(d))) source.set(Result<>(TRY(to_list(t, iterable))));
  Local<> it(t, TRY(iterate(t, source)));
  auto step = type_of(it.value()).slots.next;
  LoopPoll poll(t);
  while (true) {
    Result<> r = TRY(step(t, it));
    if (r.is_absent()) return kDone;
    Local<> v(t, r);
    TRY(deque_push(t, d, v, left));
    TRY(poll());
  }
}

usize deque_size(Deque* d) {
  Mutating guard(d);
  return d->size;
}

u64 deque_version(Deque* d) {
  Mutating guard(d);
  return d->version;
}

Result<> deque_load(Deque* d, usize i) {
  Mutating guard(d);
  if (i >= d->size) return Result<>::absent();
  return d->at(i).load(d);
}

Result<> deque_load_checked(Deque* d, usize i, u64 version, bool* changed) {
  Mutating guard(d);
  *changed = d->version != version;
  if (*changed || i >= d->size) return Result<>::absent();
  return d->at(i).load(d);
}

void deque_clear_all(Thread& t, Deque* d) {
  Slot<>* items;
  u64 capacity;
  {
    Mutating guard(d);
    if (!d->items) return;
    items = d->items;
    capacity = d->capacity;
    d->items = nullptr;
    d->capacity = d->head = d->size = 0;
    ++d->version;
  }
  for (u64 i = 0; i < capacity; ++i) release_removed(Value(items[i].raw().load_relaxed()));
  buffer_discard(t, d, items, capacity * sizeof(Slot<>));
}

void deque_rotate_by(Deque* d, ssize n) {
  Mutating guard(d);
  ssize size = static_cast<ssize>(d->size);
  if (size < 2) return;
  n %= size;
  if (n > size / 2) n -= size;
  if (n < -(size / 2)) n += size;
  if (n == 0) return;
  if (d->size == d->capacity) {
    d->head = (d->head - static_cast<u64>(n)) & (d->capacity - 1);
    ++d->version;
    return;
  }
  for (; n > 0; --n) put_locked(d, take_locked(d, false), true);
  for (; n < 0; ++n) put_locked(d, take_locked(d, true), false);
}

bool deque_remove_at(Deque* d, usize i, u64 version) {
  Value removed;
  {
    Mutating guard(d);
    if (i >= d->size || d->version != version) return false;
    removed = Value(d->at(i).raw().load_relaxed());
    if (i < d->size / 2) {
      for (u64 k = i; k > 0; --k) move_locked(d, k - 1, k);
      (void)take_locked(d, true);  // the word at the end is still in its neighbour
    } else {
      for (u64 k = i; k + 1 < d->size; ++k) move_locked(d, k + 1, k);
      (void)take_locked(d, false);
    }
    shrink_locked(d);
  }
  release_removed(removed);
  return true;
}

Result<bool> deque_insert_at(Thread& t, Deque* d, ssize index, Value v) {
  publish_before_lock(d, v);
  Mutating guard(d);
  if (d->maxlen >= 0 && d->size >= static_cast<u64>(d->maxlen)) return false;
  if (d->size == d->capacity && !resize_locked(t, d, d->capacity ? d->capacity * 2 : kLeast)) {
    guard.unlock();
    TRY(raise_memory_error(t));
  }
  ssize n = static_cast<ssize>(d->size);
  u64 i = static_cast<u64>(wrap_and_clamp(index, n) > n ? n : wrap_and_clamp(index, n));
  Value counted = SlotBase::count_for_slot(v);
  if (i < d->size / 2) {
    put_locked(d, counted, true);
    for (u64 k = 0; k < i; ++k) move_locked(d, k + 1, k);
  } else {
    put_locked(d, counted, false);
    for (u64 k = d->size - 1; k > i; --k) move_locked(d, k - 1, k);
  }
  d->at(i).raw().store_relaxed(counted.bits);
  return true;
}

bool deque_replace(Deque* d, usize i, Value v) {
  publish_before_lock(d, v);
  Value removed;
  {
    Mutating guard(d);
    if (i >= d->size) return false;
    removed = d->at(i).replace_counted(d, SlotBase::count_for_slot(v));
  }
  release_removed(removed);
  return true;
}

void deque_reverse_all(Deque* d) {
  Mutating guard(d);
  for (u64 i = 0, k = d->size; i + 1 < k; ++i) {
    --k;
    u64 word = d->at(i).raw().load_relaxed();
    move_locked(d, k, i);
    d->at(k).raw().store_relaxed(word);
  }
}

}  // namespace taipan
