// The type list: its operators and methods. Storage and protocols: list.cpp.
#include "runtime/native/def.h"
#include "runtime/types/dict.h"
#include "runtime/types/list_impl.h"
#include "runtime/types/quick_compare.h"
#include "runtime/types/repr_guard.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

// Others may be changing a shared list: what a lock-free reader may read.
void list_visit(Object* o, EdgeVisitor& visit) {
  List* l = static_cast<List*>(o);
  usize n = l->size_.load_acquire();
  ListItems* items = l->items_.load_acquire();
  if (!items) return;  // not yet constructed
  visit.slots_from_end(items->slots(), n < items->capacity ? n : items->capacity);
}

void list_destroy(Object* o) {
  List* l = static_cast<List*>(o);
  drop_edges(o, list_visit);
  ListItems* items = l->items_.load_relaxed();
  if (items && items->capacity > 0) buffer_free(items, items_bytes(items->capacity));
  free_object(o, object_size(o));
}

}  // namespace

void list_destroy_local(Thread& t, Object* o) {
  List* l = static_cast<List*>(o);
  ListItems* items = l->items_.load_relaxed();
  if (items != nullptr && items->capacity > 0) {
    usize n = l->size_.load_relaxed();
    for (usize i = n; i-- > 0;) release_removed(Value(items->slots()[i].raw().load_relaxed()));
    buffer_free(items, items_bytes(items->capacity));
  }
  free_local_object(t, o, sizeof(List));
}

namespace {

Result<> list_construct(Thread& t, Type& cls, const Value*, u32, Tuple*) {
  List* l = list_allocate(t, cls, 0);
  if (!l) return kError;
  return own_new(l);
}

Status list_init(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  // A subclass with its own __new__ may have taken them.
  if (kwnames && type_of(self).slots.new_ == list_type.slots.new_) (void)TRY(no_keywords(t, "list", kwnames));
  (void)TRY(check_positional(t, "list", nargs, 0, 1));
  List* l = self.as<List>();
  if (list_size(l) > 0) (void)TRY(list_clear(t, l));
  if (nargs == 1) (void)TRY(list_extend(t, l, args[0]));
  return kDone;
}

Result<Str> list_repr(Thread& t, Value self) {
  List* l = self.as<List>();
  if (list_size(l) == 0) return str_from_ascii(t, "[]");
  ReprGuard guard(l);
  if (!guard.entered()) return str_from_ascii(t, "[...]");
  RecursionGuard depth(t);
  (void)TRY(depth.check(" while getting the repr of an object"));
  StrBuilder out(t);
  (void)TRY(out.append_char('['));
  for (usize i = 0;; ++i) {
    Result<> r = list_load(l, i);
    if (r.is_absent()) break;
    Local<> item(t, r);
    TRY(safepoint(t));
    if (i > 0) (void)TRY(out.append_ascii(", "));
    Local<Str> piece(t, TRY(repr(t, item)));
    (void)TRY(out.append(piece));
  }
  (void)TRY(out.append_char(']'));
  return out.finish();
}

// Element i of the list equals v? *end: the list is shorter.
Result<bool> element_equals(Thread& t, List* l, usize i, Value v, bool* end) {
  Value x = list_borrow(l, i);
  if (x.is_empty()) return *end = true, false;
  int e = quick_equal(x, v);
  if (e != kAskPython) return e == 1;
  Local<> held(t, x);
  return equal(t, held, v);
}

Result<> list_compare(Thread& t, Value self, Value other, CompareOp op) {
  if (!is_a<List>(other)) return not_implemented();
  List *a = self.as<List>(), *b = other.as<List>();
  if ((op == CompareOp::Eq || op == CompareOp::Ne) && list_size(a) != list_size(b)) {
    return boolean(op == CompareOp::Ne);
  }
  RecursionGuard depth(t);
  (void)TRY(depth.check(" in comparison"));
  LoopPoll poll(t);
  for (usize i = 0;; ++i) {
    (void)TRY(poll());
    Value x = list_borrow(a, i), y = list_borrow(b, i);
    if (x.is_empty() || y.is_empty()) break;
    int e = quick_equal(x, y);
    if (e == 1) continue;
    if (e == 0 && op == CompareOp::Eq) return boolean(false);
    Local<> left(t, x), right(t, y);
    if (e == kAskPython && TRY(equal(t, left, right))) continue;
    if (i >= list_size(a) || i >= list_size(b)) break;  // __eq__ has emptied them
    if (op == CompareOp::Eq) return boolean(false);
    if (op == CompareOp::Ne) return boolean(true);
    return compare(t, op, left, right);
  }
  return boolean(ordered(op, list_size(a), list_size(b)));
}

Result<ssize> list_length(Thread& t, Value self) {
  return static_cast<ssize>(list_size(self.as<List>()));
}

// Note [list-search]: in, index(), count() and remove() compare element by element. Where __eq__ is Python code, and the list
//   is shared, others may move an element past the search: from behind the place that has been reached to before it.
//
//   S1  seen = block and write count          writers  change slots and size; note_write().store_release; unlock
//   S2  compare one element after the other
//   S3  wait until nobody holds the lock; block and write count still `seen`?  Then nothing has moved since S1.
//   S4  else search once more, in a copy made under the lock: that one is still.
//
//   Ends       S2 ends as ever, S4 once: no number of writers keeps it from ending.
//   Answer     an element that is in the list from the call to the return is in the copy, and is found; a position or a
//              number is that of one moment during the call.
//   A writer that is half done at S1 has not counted yet: S3 sees it. Of a cleared list the count begins again at 0, but
//   then no element has been there all the time. `x in l` that is true needs no S3.
//   Local lists are searched step by step whatever __eq__ does to them, as CPython does.
struct ListSeen {
  ListItems* items;
  u64 writes;
};
constexpr u64 kHints = 255;  // note_write

ListSeen list_seen(List* l) {
  ListItems* items = l->items_.load_acquire();
  return {items, items->spare.load_acquire() & ~kHints};
}

bool list_unchanged(List* l, const ListSeen& seen) {
  if (l->is_local()) return true;
  if (l->lock.load_acquire() != 0) { Mutating wait(l); }  // Note [dict-read] L1
  ListSeen now = list_seen(l);
  return now.items == seen.items && now.writes == seen.writes;
}

Result<bool> list_contains(Thread& t, Value self, Value v) {
  List* l = self.as<List>();
  ListSeen seen = list_seen(l);
  LoopPoll poll(t);
  bool end = false;
  for (usize i = 0;; ++i) {
    if (TRY(element_equals(t, l, i, v, &end))) return true;
    if (end) break;
    (void)TRY(poll());
  }
  if (list_unchanged(l, seen)) return false;
  Local<List> still(t, TRY(list_copy(t, l)));
  return list_contains(t, still, v);
}

Result<> list_concat(Thread& t, Value self, Value other) {
  if (!is_a<List>(other)) {
    return raise(t, TypeError, "can only concatenate list (not \"{!T}\") to list", other);
  }
  List *a = self.as<List>(), *b = other.as<List>();
  List* l = list_allocate(t, list_type, list_size(a) + list_size(b));
  if (!l) return kError;
  Local<List> result(t, own_new(l));
  (void)TRY(list_extend_from(t, l, a));
  (void)TRY(list_extend_from(t, l, b));
  return result.give();
}

Result<> list_repeat(Thread& t, Value self, ssize times) {
  List* l = self.as<List>();
  Local<List> result(t, TRY(list_copy(t, l)));
  (void)TRY(list_repeat_in_place(t, result, times));
  return result.give();
}

Result<> list_inplace_concat(Thread& t, Value self, Value other) {
  (void)TRY(list_extend(t, self.as<List>(), other));
  return own(self);
}

Result<> list_inplace_repeat(Thread& t, Value self, ssize times) {
  (void)TRY(list_repeat_in_place(t, self.as<List>(), times));
  return own(self);
}

Result<> list_iter(Thread& t, Value self) {
  ListIterator* it = new_object<ListIterator>(t, list_iterator_type);
  if (!it) return kError;
  it->list.init(self);
  return own_new(it);
}

Status method_append(Thread& t, List* l, Value v) { return list_push(t, l, own(v)); }
Status method_insert(Thread& t, List* l, ssize index, Value v) { return list_insert(t, l, index, v); }

Result<> method_pop(Thread& t, List* l, ssize index) {
  Result<> r = list_pop_at(t, l, index);
  if (!r.is_absent()) return r;
  return raise(t, IndexError, list_size(l) == 0 ? "pop from empty list" : "pop index out of range");
}

// Position of the first element of l[start:stop] that equals v; -1: there is none.
Result<ssize> position_of(Thread& t, List* l, Value v, ssize start, ssize stop) {
  ListSeen seen = list_seen(l);
  ssize n = static_cast<ssize>(list_size(l));
  LoopPoll poll(t);
  bool end = false, found = false;
  ssize i = wrap_and_clamp(start, n), last = wrap_and_clamp(stop, n);
  for (; i < last; ++i) {
    found = TRY(element_equals(t, l, i, v, &end));
    if (found || end) break;
    (void)TRY(poll());
  }
  if (list_unchanged(l, seen)) return found ? i : -1;
  Local<List> still(t, TRY(list_copy(t, l)));
  return position_of(t, still, v, start, stop);
}

Status not_in_list(Thread& t) { return raise(t, ValueError, "list.remove(x): x not in list"); }

// Of a shared list that changes meanwhile: from a copy we learn which object to remove, wherever it is by now. Whoever
// removes it first has it; then the next that is equal.
Status remove_from_changing(Thread& t, List* l, Value v) {
  Local<List> still(t, TRY(list_copy(t, l)));
  LoopPoll poll(t);
  for (usize i = 0;; ++i) {
    bool end = false;
    bool equals = TRY(element_equals(t, still, i, v, &end));
    if (end) return not_in_list(t);
    if (equals && list_remove_same(t, l, i, list_borrow(still, i))) return kDone;
    (void)TRY(poll());
  }
}

Status method_remove(Thread& t, List* l, Value v) {
  if (l->is_shared()) {  // in one step, where that does
    int e = list_remove_quick(t, l, v);
    if (e == 1) return kDone;
    if (e == 0) return not_in_list(t);
  }
  ListSeen seen = list_seen(l);
  LoopPoll poll(t);
  for (usize i = 0;; ++i) {
    (void)TRY(poll());
    Value x = list_borrow(l, i);
    if (x.is_empty()) break;
    Local<> item(t, x);
    int e = quick_equal(x, v);
    if (e == kAskPython) e = TRY(equal(t, item, v));
    if (!e) continue;
    if (l->is_shared()) {
      if (list_unchanged(l, seen) && list_remove_same(t, l, i, item)) return kDone;
      return remove_from_changing(t, l, v);
    }
    Result<> there = list_pop_at(t, l, static_cast<ssize>(i));  // whatever __eq__ has put there, as in CPython
    if (!there.is_absent()) Local<> removed(t, there);
    return kDone;
  }
  return list_unchanged(l, seen) ? not_in_list(t) : remove_from_changing(t, l, v);
}

Result<ssize> method_index(Thread& t, List* l, Value v, Value start_argument, Value stop_argument) {
  ssize start = TRY(to_slice_index(t, start_argument));
  ssize stop = stop_argument.is_empty() ? PTRDIFF_MAX : TRY(to_slice_index(t, stop_argument));
  ssize at = TRY(position_of(t, l, v, start, stop));
  if (at < 0) return raise(t, ValueError, "list.index(x): x not in list");
  return at;
}

Result<ssize> method_count(Thread& t, List* l, Value v) {
  ListSeen seen = list_seen(l);
  LoopPoll poll(t);
  ssize count = 0;
  bool end = false;
  for (usize i = 0; !end; ++i) {
    count += TRY(element_equals(t, l, i, v, &end));
    (void)TRY(poll());
  }
  if (list_unchanged(l, seen)) return count;
  Local<List> still(t, TRY(list_copy(t, l)));
  return method_count(t, still, v);
}

Status method_sort(Thread& t, List* l, Value key, bool reverse) {
  return list_sort(t, l, key, reverse);
}

Result<> method_get_item(Thread& t, List* l, Value index) { return list_get_item(t, l, index); }

Result<ssize> method_sizeof(Thread& t, List* l) {
  Mutating guard(l);
  ListItems* items = l->items_.load_relaxed();
  return static_cast<ssize>(object_size(l) + (items->capacity ? items_bytes(items->capacity) : 0));
}

constexpr NativeDef kMethods[] = {
    def<method_get_item>("__getitem__($self, index, /)", "Return self[index]."),
    def<list_reversed>("__reversed__($self, /)", "Return a reverse iterator over the list."),
    def<method_sizeof>("__sizeof__($self, /)", "Size of the list in memory, in bytes."),
    def<list_clear>("clear($self, /)", "Remove all elements."),
    def<list_copy>("copy($self, /)", "Return a shallow copy."),
    def<method_append>("append($self, object, /)", "Add object at the end."),
    def<method_insert>("insert($self, index, object, /)", "Put object before index."),
    def<list_extend>("extend($self, iterable, /)", "Add all elements of iterable at the end."),
    def<method_pop>("pop($self, index=-1, /)",
                    "Remove the element at index (default: the last) and return it.\n\n"
                    "Raises IndexError if there is none."),
    def<method_remove>("remove($self, value, /)",
                       "Remove the first element equal to value.\n\nRaises ValueError if there is none."),
    def<method_index>("index($self, value, start=0, stop=sys.maxsize, /)",
                      "Position of the first element equal to value.\n\nRaises ValueError if there is none."),
    def<method_count>("count($self, value, /)", "How many elements are equal to value."),
    def<list_reverse>("reverse($self, /)", "Reverse the order of the elements in place."),
    def<method_sort>("sort($self, /, *, key=None, reverse=False)",
                     "Sort the list in place, ascending, and return None.\n\n"
                     "Equal elements keep their order. With key, elements are ordered by key(element);\n"
                     "with reverse, the order is descending."),
    class_def<class_getitem>("__class_getitem__($type, object, /)", "Generic alias of list."),
};

constexpr TypeSlots slots() {
  TypeSlots s{};
  s.visit = list_visit;
  s.destroy = list_destroy;
  s.new_ = list_construct;
  s.init = list_init;
  s.repr = list_repr;
  s.compare = list_compare;
  s.iter = list_iter;
  s.length = list_length;
  s.get_item = list_get_item;
  s.set_item = list_set_item;
  s.contains = list_contains;
  s.concat = list_concat;
  s.repeat = list_repeat;
  s.inplace_concat = list_inplace_concat;
  s.inplace_repeat = list_inplace_repeat;
  return s;
}

}  // namespace

const NativeEntry kListAppendEntry = &Entry<method_append>::call;
extern const NativeEntry kListPopEntry = &Entry<method_pop>::call;

extern const TypeDef list_type_def;
const TypeDef list_type_def = {
    .name = "list",
    .doc = "Mutable sequence.\n\nWithout an argument: an empty list. With one: its elements in order.",
    .flags = kTypeListSubclass | kTypeBase | kTypeSequence | kTypeGcTracked,
    .size = sizeof(List),
    .slots = slots(),
    .methods = kMethods,
    .text_signature = "(iterable=(), /)",
};

}  // namespace taipan
