// Slices of lists: reading, assigning, deleting. Shared lists get a fresh block, so a racing reader sees
// the list before or after; local lists move in place where little is removed.
#include "runtime/types/list_impl.h"
#include "runtime/types/slice.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

constexpr usize kFewRemoved = 32;

// Elements [low, high) become `count` values, in place; local lists only. False: not applicable.
bool splice_in_place(Thread& t, List* l, usize low, usize high, const Slot<>* values, usize count) {
  if (l->is_shared() || high - low > kFewRemoved) return false;
  usize n = l->size_.load_relaxed();
  usize wanted = n - (high - low) + count;
  if (wanted > l->items_.load_relaxed()->capacity) {
    if (high != n || list_grow_locked(t, l, wanted).is_error()) return false;
  }
  Slot<>* s = l->items_.load_relaxed()->slots();
  Value removed[kFewRemoved];
  for (usize i = low; i < high; ++i) removed[i - low] = Value(s[i].raw().load_relaxed());
  if (wanted != n) list_shift_locked(l, high, low + count, n - high);
  for (usize i = 0; i < count; ++i) s[low + i].init(values[i].borrow());
  if (wanted != n) {
    for (usize i = wanted; i < n; ++i) s[i].raw().store_relaxed(0);
    l->size_.store_relaxed(wanted);
    list_shrink_locked(t, l);
  }
  for (usize i = high - low; i-- > 0;) release_removed(removed[i]);
  return true;
}

// raw.step is 1. The values stay valid and, if l is shared, are shared.
Status splice(Thread& t, List* l, SliceBounds raw, const Slot<>* values, usize count) {
  ListItems* old;
  SliceBounds b = raw;
  {
    Mutating guard(l);
    usize n = l->size_.load_relaxed();
    slice_fit(&b, n);
    if (b.stop < b.start) b.stop = b.start;
    usize low = b.start, high = b.stop;
    if (low == high && count == 0) return kDone;
    if (splice_in_place(t, l, low, high, values, count)) return kDone;
    if (error_pending(t)) return kError;
    old = l->items_.load_relaxed();
    usize wanted = n - (high - low) + count;
    ListItems* fresh = items_allocate(t, wanted);
    if (!fresh) return kError;
    Slot<>* to = fresh->slots();
    Slot<>* from = old->slots();
    for (usize i = 0; i < low; ++i) move_word(to[i], from[i]);
    for (usize i = 0; i < count; ++i) {
      to[low + i].raw().store_relaxed(SlotBase::count_for_slot(values[i].borrow()).bits);
    }
    for (usize i = high; i < n; ++i) move_word(to[i - high + low + count], from[i]);
    if (wanted > 0) fresh->spare.store_relaxed(old->spare.load_relaxed());
    l->items_.store_release(fresh);
    l->size_.store_release(wanted);
    if (guard.is_shared()) note_write(fresh);
  }
  for (ssize i = b.stop; i-- > b.start;) {
    release_removed(Value(old->slots()[i].raw().load_relaxed()));
  }
  items_discard(t, l, old);
  return kDone;
}

Status delete_stride(Thread& t, List* l, SliceBounds raw) {
  ListItems* old;
  SliceBounds b = raw;
  usize count;
  {
    Mutating guard(l);
    usize n = l->size_.load_relaxed();
    count = slice_fit(&b, n);
    if (count == 0) return kDone;
    if (b.step < 0) {
      b.start += static_cast<ssize>(count - 1) * b.step;
      b.step = -b.step;
    }
    old = l->items_.load_relaxed();
    ListItems* fresh = items_allocate(t, n - count);
    if (!fresh) return kError;
    usize k = 0, next = b.start, left = count;
    for (usize i = 0; i < n; ++i) {
      if (left > 0 && i == next) {
        next += b.step;
        --left;
      } else {
        move_word(fresh->slots()[k++], old->slots()[i]);
      }
    }
    if (fresh->capacity > 0) fresh->spare.store_relaxed(old->spare.load_relaxed());
    l->items_.store_release(fresh);
    l->size_.store_release(n - count);
    if (guard.is_shared()) note_write(fresh);
  }
  for (usize i = 0; i < count; ++i) {
    release_removed(Value(old->slots()[b.start + static_cast<ssize>(i) * b.step].raw().load_relaxed()));
  }
  items_discard(t, l, old);
  return kDone;
}

Status assign_stride(Thread& t, List* l, SliceBounds raw, const Slot<>* values, usize count) {
  SliceBounds b = raw;
  usize n = list_size(l);
  usize wanted = slice_fit(&b, n);
  Value* removed = nullptr;
  if (wanted == count && count > 0) {
    removed = static_cast<Value*>(buffer_allocate(t, count * sizeof(Value)));
    if (!removed) return raise_memory_error(t);
  }
  {
    Mutating guard(l);
    b = raw;
    wanted = slice_fit(&b, l->size_.load_relaxed());
    if (wanted == count && removed) {
      ListItems* items = l->items_.load_relaxed();
      for (usize i = 0; i < count; ++i) {
        Slot<>& s = items->slots()[b.start + static_cast<ssize>(i) * b.step];
        removed[i] = s.replace_counted(l, SlotBase::count_for_slot(values[i].borrow()));
      }
      if (guard.is_shared()) note_write(items);
    }
  }
  if (removed) {
    if (wanted == count) {
      for (usize i = 0; i < count; ++i) release_removed(removed[i]);
    }
    buffer_free(removed, count * sizeof(Value));
  }
  if (wanted != count) {
    return raise(t, ValueError, "attempt to assign sequence of size {} to extended slice of size {}",
                 count, wanted);
  }
  return kDone;
}

Result<Tuple> values_for_slice(Thread& t, Value v) {
  if (is_exact<List>(v)) return list_to_tuple(t, v.as<List>());
  if (is_exact<Tuple>(v)) return own<Tuple>(v);
  Result<> it = iterate(t, v);
  if (it.is_error()) {
    if (!swallow(t, TypeError)) return kError;
    return raise(t, TypeError, "must assign iterable to extended slice");
  }
  Local<> iterator(t, it);
  return to_tuple(t, iterator);
}

Status set_slice(Thread& t, List* l, Slice* s, Value v) {
  SliceBounds raw;
  (void)TRY(slice_unpack(t, s, &raw));
  if (v.is_empty()) {
    return raw.step == 1 ? splice(t, l, raw, nullptr, 0) : delete_stride(t, l, raw);
  }
  Local<Tuple> values(t, TRY(values_for_slice(t, v)));
  if (l->is_shared()) {
    for (usize i = 0; i < values->size(); ++i) publish_before_lock(l, values->items()[i].borrow());
  }
  if (raw.step == 1) return splice(t, l, raw, values->items(), values->size());
  return assign_stride(t, l, raw, values->items(), values->size());
}

ErrorTag bad_index(Thread& t, Value key) {
  return raise(t, TypeError, "list indices must be integers or slices, not {!T}", key);
}

}  // namespace

Result<List> list_slice(Thread& t, List* l, SliceBounds raw) {
  // The length is not known before the lock, the allocation must precede it: once more if it grew.
  for (;;) {
    SliceBounds b = raw;
    usize wanted = slice_fit(&b, list_size(l));
    List* copy = list_allocate(t, list_type, wanted);
    if (!copy) return kError;
    Local<List> result(t, own_new(copy));
    Mutating guard(l);
    b = raw;
    usize count = slice_fit(&b, l->size_.load_relaxed());
    if (count > wanted) continue;
    Slot<>* from = l->items_.load_relaxed()->slots();
    Slot<>* to = copy->items_.load_relaxed()->slots();
    for (usize i = 0; i < count; ++i) to[i].init(from[b.start + static_cast<ssize>(i) * b.step].borrow());
    copy->size_.store_relaxed(count);
    return result.give();
  }
}

Result<List> list_slice(Thread& t, List* l, ssize start, ssize stop) { return list_slice(t, l, {start, stop, 1}); }

Status list_assign_local(Thread& t, List* l, ssize start, ssize stop, List* values) {
  if (values->is_shared()) {
    Local<Tuple> copy(t, TRY(list_to_tuple(t, values)));
    return splice(t, l, {start, stop, 1}, copy->items(), copy->size());
  }
  return splice(t, l, {start, stop, 1}, values->items_.load_relaxed()->slots(), values->size_.load_relaxed());
}

Result<> list_get_item(Thread& t, Value self, Value key) {
  List* l = self.as<List>();
  ssize i;
  if (key.is_int()) [[likely]] {
    i = key.as_int();
  } else if (is_exact<Slice>(key)) {
    SliceBounds bounds;
    (void)TRY(slice_unpack(t, key.as<Slice>(), &bounds));
    return list_slice(t, l, bounds);
  } else {
    if (!is_any_int(key) && type_of(key).slots.index == nullptr) return bad_index(t, key);
    i = TRY(to_index_or_index_error(t, key));
  }
  if (i < 0) i += static_cast<ssize>(list_size(l));
  if (i >= 0) {
    Result<> r = list_load(l, i);
    if (!r.is_absent()) [[likely]] return r;
  }
  return raise(t, IndexError, "list index out of range");
}

Status list_set_item(Thread& t, Value self, Value key, Value v) {
  List* l = self.as<List>();
  ssize i;
  if (key.is_int()) [[likely]] {
    i = key.as_int();
  } else if (is_exact<Slice>(key)) {
    return set_slice(t, l, key.as<Slice>(), v);
  } else {
    if (!is_any_int(key) && type_of(key).slots.index == nullptr) return bad_index(t, key);
    i = TRY(to_index_or_index_error(t, key));
  }
  if (i < 0) {
    i += static_cast<ssize>(list_size(l));
    if (i < 0) return raise(t, IndexError, "list assignment index out of range");
  }
  if (!v.is_empty()) return list_set(t, l, i, v);
  Result<> removed = list_pop_at(t, l, i);
  if (removed.is_absent()) return raise(t, IndexError, "list assignment index out of range");
  drop(removed);
  return kDone;
}

}  // namespace taipan
