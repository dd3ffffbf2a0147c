// What the parts of list share: the items block and the steps that run under the list's lock.
// *_locked: the list is local, or the caller holds its lock byte.
// Only list*.cpp and its iterators include this.
#pragma once
#include "runtime/types/container_util.h"
#include "runtime/types/list.h"

namespace taipan {

extern ListItems g_no_items;  // capacity 0, never written: the block of every empty list
inline constexpr usize kMaxListItems = (usize{1} << 60) - 16;

inline usize items_bytes(usize capacity) { return sizeof(ListItems) + capacity * sizeof(Slot<>); }
ListItems* items_allocate(Thread& t, usize capacity);  // zeroed; null: MemoryError pending
void items_discard(Thread& t, const Object* owner, ListItems* items);
// A move inside one owner: the count goes along.
inline void move_word(Slot<>& to, const Slot<>& from) {
  to.raw().store_relaxed(from.raw().load_relaxed());  // a release store of the block follows
}
// Sorts and searches notice writers by it (Note [list-search]). The low byte holds hints.
inline void note_write(ListItems* items) {
  if (items->capacity == 0) return;
  items->spare.store_release(items->spare.load_relaxed() + 256);  // under the lock
}

List* list_allocate(Thread& t, Type& cls, usize capacity);
Status list_reserve_locked(Thread& t, List* l, usize capacity);
Status list_grow_locked(Thread& t, List* l, usize least);
void list_shrink_locked(Thread& t, List* l);
void list_shift_locked(List* l, usize from, usize to, usize n);
Status list_append_all(Thread& t, List* l, const Slot<>* slots, usize count);
// Leaves the list empty; the block and its n counted words are the caller's.
ListItems* list_take_items(List* l, usize* n);
void list_drop_items(Thread& t, List* l, ListItems* items, usize n);

// Removes and gives an element; a negative index counts from the end. absent(): out of range.
Result<> list_pop_at(Thread& t, List* l, ssize index);
// Removes the object `word`, which was element i: that one if it still is, else the first.
bool list_remove_same(Thread& t, List* l, usize i, Value word);
// Removes the first element equal to v in one step: 1; 0: there is none; kAskPython: only Python code can tell.
int list_remove_quick(Thread& t, List* l, Value v);

Result<> list_get_slow(List* l, usize i);
// Note [list-read] R1 to R3. absent(): out of range, seen under the lock.
inline Result<> list_load(List* l, usize i) {
  if (i < l->size_.load_acquire()) [[likely]] {
    ListItems* items = l->items_.load_acquire();
    if (i < items->capacity) [[likely]] {
      Value v = items->slots()[i].load_word(l);
      if (!v.is_empty()) [[likely]] return Result<>::from_owned(v);
    }
  }
  return list_get_slow(l, i);
}

Result<> list_get_item(Thread& t, Value self, Value key);
Status list_set_item(Thread& t, Value self, Value key, Value v);
Result<List> list_copy(Thread& t, List* l);
Status list_extend_from(Thread& t, List* l, List* other);
Status list_repeat_in_place(Thread& t, List* l, ssize times);
Result<> list_reversed(Thread& t, List* l);

}  // namespace taipan
