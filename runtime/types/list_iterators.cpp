// list_iterator and list_reverseiterator. A shared iterator steps under its own lock byte; the element is
// read after it is released, for no second lock may be taken while one is held (I7).
#include "runtime/native/def.h"
#include "runtime/types/list_impl.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

void iterator_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<ListIterator*>(o)->list); }

Result<> forward_next(Thread& t, Value self) {
  ListIterator* it = self.as<ListIterator>();
  List* l;
  u64 i;
  {
    Mutating guard(it);
    l = it->list.borrow();
    if (!l) return Result<>::absent();
    i = it->index++;
  }
  Result<> r = list_load(l, i);
  if (r.is_absent()) [[unlikely]] it->list.clear(it);
  return r;
}

Result<> backward_next(Thread& t, Value self) {
  ListIterator* it = self.as<ListIterator>();
  List* l;
  u64 i;
  {
    Mutating guard(it);
    l = it->list.borrow();
    if (!l) return Result<>::absent();
    i = it->index;
    if (i > 0) it->index = i - 1;
  }
  Result<> r = i > 0 ? list_load(l, i - 1) : Result<>::absent();
  if (r.is_absent()) [[unlikely]] it->list.clear(it);
  return r;
}

Result<ssize> forward_hint(Thread& t, ListIterator* it) {
  List* l;
  u64 i;
  {
    Mutating guard(it);
    l = it->list.borrow();
    i = it->index;
  }
  usize n = l ? list_size(l) : 0;
  return static_cast<ssize>(i < n ? n - i : 0);
}

Result<ssize> backward_hint(Thread& t, ListIterator* it) {
  List* l;
  u64 i;
  {
    Mutating guard(it);
    l = it->list.borrow();
    i = it->index;
  }
  return static_cast<ssize>(l && i <= list_size(l) ? i : 0);
}

Result<> reduce(Thread& t, ListIterator* it, bool forward) {
  Local<List> l(t);
  u64 i;
  {
    Mutating guard(it);
    l.set(it->list.load(it));
    i = it->index;
  }
  if (l.is_empty()) {
    l.set(TRY(list_new(t)));
    return reduce_pair(t, builtin_by_name(t, names().iter), l);
  }
  return reduce_pair(t, forward ? builtin_by_name(t, names().iter) : own<>(Value(&reversed_type)), l,
                     Value::small_int(static_cast<i64>(forward ? i : i - 1)));
}
Result<> forward_reduce(Thread& t, ListIterator* it) { return reduce(t, it, true); }
Result<> backward_reduce(Thread& t, ListIterator* it) { return reduce(t, it, false); }

Status forward_setstate(Thread& t, ListIterator* it, Value state) {
  ssize i = TRY(iterator_state(t, state));
  Mutating guard(it);
  List* l = it->list.borrow();
  if (!l) return kDone;
  ssize n = static_cast<ssize>(l->size_.load_acquire());
  it->index = i < 0 ? 0 : (i > n ? n : i);
  return kDone;
}

Status backward_setstate(Thread& t, ListIterator* it, Value state) {
  ssize i = TRY(iterator_state(t, state));
  Mutating guard(it);
  List* l = it->list.borrow();
  if (!l) return kDone;
  ssize n = static_cast<ssize>(l->size_.load_acquire());
  if (i < -1) i = -1;
  it->index = (i > n - 1 ? n - 1 : i) + 1;
  return kDone;
}

constexpr const char* kHintDoc = "How many elements are left.";
constexpr const char* kReduceDoc = "Return state information for pickling.";
constexpr const char* kSetStateDoc = "Set state information for unpickling.";

constexpr NativeDef kForwardMethods[] = {
    def<forward_hint>("__length_hint__($self, /)", kHintDoc),
    def<forward_reduce>("__reduce__($self, /)", kReduceDoc),
    def<forward_setstate>("__setstate__($self, object, /)", kSetStateDoc),
};
constexpr NativeDef kBackwardMethods[] = {
    def<backward_hint>("__length_hint__($self, /)", kHintDoc),
    def<backward_reduce>("__reduce__($self, /)", kReduceDoc),
    def<backward_setstate>("__setstate__($self, object, /)", kSetStateDoc),
};

constexpr TypeSlots slots(Result<> (*next)(Thread&, Value)) {
  TypeSlots s{};
  s.visit = iterator_visit;
  s.iter = iterate_self;
  s.next = next;
  return s;
}

}  // namespace

Result<> list_reversed(Thread& t, List* l) {
  ListIterator* it = new_object<ListIterator>(t, list_reverse_iterator_type);
  if (!it) return kError;
  it->list.init(l);
  it->index = list_size(l);
  return own_new(it);
}

extern const TypeDef list_iterator_type_def, list_reverse_iterator_type_def;
const TypeDef list_iterator_type_def = {
    .name = "list_iterator",
    .flags = kTypeGcTracked | kTypeNoInstantiation,
    .size = sizeof(ListIterator),
    .slots = slots(forward_next),
    .methods = kForwardMethods,
};
const TypeDef list_reverse_iterator_type_def = {
    .name = "list_reverseiterator",
    .flags = kTypeGcTracked | kTypeNoInstantiation,
    .size = sizeof(ListIterator),
    .slots = slots(backward_next),
    .methods = kBackwardMethods,
};

}  // namespace taipan
