// list: items block with its own capacity, size in the list (containers.md section 3).
// Reads of shared lists take no lock: Note [list-read] in list.cpp.
#pragma once
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

struct SliceBounds;

struct ListItems {
  u64 capacity;
  Atomic<u64> spare;  // write count of locked writers (Note [list-search]), low byte: hints
  Slot<>* slots() { return reinterpret_cast<Slot<>*>(this + 1); }
};

struct List : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::list_;
  static constexpr u32 kSubclassFlag = kTypeListSubclass;
  Atomic<ListItems*> items_;
  Atomic<u64> size_;
};

// index is changed under the lock byte of a shared iterator; exhausted: list is empty.
struct ListIterator : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::list_iterator_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<List> list;
  u64 index;  // the next element; list_reverse_iterator: one above it
};

Result<List> list_new(Thread& t, usize capacity = 0);
Result<List> list_from(Thread& t, const Value* items, usize n);  // borrowed words
// The words move into the list; registers that held references are empty then.
Result<List> list_from_owned(Thread& t, Value* words, usize n);
Status list_append(Thread& t, List* list, Value v);
extern const NativeEntry kListAppendEntry;  // list.append: the loop knows it
Status list_append(Thread& t, List* list, Result<> owned);
Status list_extend(Thread& t, List* list, Value iterable);
Status list_insert(Thread& t, List* list, ssize index, Value v);
// One more element of a list that only this thread has and that has room: its slot, for the caller to fill at once. Null:
// it is not such a list.
TP_INLINE Slot<>* list_add_slot(List* list) {
  if (!list->is_local()) return nullptr;
  u64 n = list->size_.load_relaxed();
  ListItems* items = list->items_.load_relaxed();
  if (n >= items->capacity) return nullptr;
  list->size_.store_relaxed(n + 1);
  return items->slots() + n;
}
// list_append() for lists that only this thread has, mostly: the common case inline.
inline Status list_push(Thread& t, List* list, Result<> owned) {
  Slot<>* slot = list_add_slot(list);
  if (slot == nullptr) [[unlikely]] return list_append(t, list, owned);
  slot->init(owned);
  return kDone;
}
usize list_size(const List* list);
// Element, owned; absent() if the index is out of range (indexes are not wrapped).
Result<> list_get(Thread& t, List* list, usize index);
// Borrowed until the next safepoint; empty if out of range.
Value list_borrow(List* list, usize index);
Status list_set(Thread& t, List* list, usize index, Value v);  // IndexError
Result<Tuple> list_to_tuple(Thread& t, List* list);
Status list_sort(Thread& t, List* list, Value key_or_none, bool reverse);
Status list_clear(Thread& t, List* list);
Status list_reverse(Thread& t, List* list);
// Removes and gives element `index`; absent() if out of range.
Result<> list_pop(Thread& t, List* list, usize index);
// Bounds as in Python, ready to be fitted to the length (slice.h).
Result<List> list_slice(Thread& t, List* list, SliceBounds bounds);
Result<List> list_slice(Thread& t, List* list, ssize start, ssize stop);
// list[start:stop] = values, bounds as in Python. list is local, values another one that nobody else changes now.
Status list_assign_local(Thread& t, List* list, ssize start, ssize stop, List* values);
void list_destroy_local(Thread& t, Object* o);  // of an exact list that nobody else has

}  // namespace taipan
