// The two iterators of range: over machine integers, and over integers of any size.
#include "runtime/native/def.h"
#include "runtime/types/container_util.h"
#include "runtime/types/int.h"
#include "runtime/types/range.h"
#include "runtime/types/tuple.h"

namespace taipan {

Result<> range_iterator_new(Thread& t, i64 start, i64 step, u64 count) {
  Object* o = new_object_inline(t, shape_id(BuiltinShape::range_iterator_), sizeof(RangeIterator), kNoEdges, 0);
  if (!o) return kError;
  RangeIterator* it = static_cast<RangeIterator*>(o);
  it->next = start;
  it->step = step;
  it->remaining = count;
  return own_new(it);
}

namespace {

Result<> short_next(Thread& t, Value self) {
  RangeIterator* it = self.as<RangeIterator>();
  Mutating guard(it);
  if (it->remaining == 0) return Result<>::absent();
  i64 v = it->next;
  --it->remaining;
  it->next = v + it->step;
  return Result<>::small_int(v);
}

Result<u64> length_hint(Thread& t, RangeIterator* it) {
  Mutating guard(it);
  return it->remaining;
}

Result<> reduce_range(Thread& t, Value start, Value step, Value count) {
  Local<> distance(t, TRY(int_mul(t, step, count)));
  Local<> stop(t, TRY(int_add(t, start, distance)));
  Local<Range> r(t, TRY(range_new(t, start, stop, step)));
  return reduce_pair(t, builtin_by_name(t, names().iter), r, none_value());
}

Result<> reduce(Thread& t, RangeIterator* it) {
  i64 start, step;
  u64 n;
  {
    Mutating guard(it);
    start = it->next, step = it->step, n = it->remaining;
  }
  Local<> first(t, TRY(int_from_i64(t, start)));
  Local<> stride(t, TRY(int_from_i64(t, step)));
  Local<> count(t, TRY(int_from_u64(t, n)));
  return reduce_range(t, first, stride, count);
}

// How many elements were taken from the range that __reduce__ gave.
Status setstate(Thread& t, RangeIterator* it, Value state) {
  ssize i = TRY(iterator_state(t, state));
  Mutating guard(it);
  if (i < 0) i = 0;
  u64 taken = static_cast<u64>(i) < it->remaining ? static_cast<u64>(i) : it->remaining;
  it->next = static_cast<i64>(static_cast<u64>(it->next) + taken * static_cast<u64>(it->step));
  it->remaining -= taken;
  return kDone;
}

// --- any size -------------------------------------------------------------------------------------------

void long_visit(Object* o, EdgeVisitor& visit) {
  LongRangeIterator* it = static_cast<LongRangeIterator*>(o);
  visit(it->next, it->step, it->remaining);
}

// Advances by `count` elements, if the iterator still is at (start, left). Allocation precedes the lock.
Result<bool> advance(Thread& t, LongRangeIterator* it, Value start, Value left, Value count) {
  Local<> distance(t, TRY(int_mul(t, it->step.borrow(), count)));
  Local<> after(t, TRY(int_add(t, start, distance)));
  Local<> rest(t, TRY(int_sub(t, left, count)));
  publish_before_lock(it, after);
  publish_before_lock(it, rest);
  Value old_next, old_left;
  {
    Mutating guard(it);
    if (!same(it->next.borrow(), start) || !same(it->remaining.borrow(), left)) return false;
    old_next = it->next.replace_counted(it, SlotBase::count_for_slot(after));
    old_left = it->remaining.replace_counted(it, SlotBase::count_for_slot(rest));
  }
  release_removed(old_next);
  release_removed(old_left);
  return true;
}

void read(LongRangeIterator* it, Local<>& start, Local<>& left) {
  Result<> a = Result<>::absent(), b = Result<>::absent();
  {
    Mutating guard(it);
    a = it->next.load(it);
    b = it->remaining.load(it);
  }
  start.set(a);
  left.set(b);
}

Result<> long_next(Thread& t, Value self) {
  LongRangeIterator* it = self.as<LongRangeIterator>();
  for (;;) {
    Local<> start(t), left(t);
    read(it, start, left);
    if (int_sign(left) == 0) return Result<>::absent();
    if (TRY(advance(t, it, start, left, Value::small_int(1)))) return start.copy();
  }
}

Result<> long_length_hint(Thread& t, LongRangeIterator* it) { return it->remaining.load(it); }

Result<> long_reduce(Thread& t, LongRangeIterator* it) {
  Local<> start(t), left(t);
  read(it, start, left);
  return reduce_range(t, start, it->step.borrow(), left);
}

Status long_setstate(Thread& t, LongRangeIterator* it, Value state) {
  if (!is_any_int(state)) return raise(t, TypeError, "state must be an int, not {!T}", state);
  Local<> count(t, TRY(int_exact(t, state)));
  if (int_sign(count) < 0) count.set(Value::small_int(0));
  for (;;) {
    Local<> start(t), left(t);
    read(it, start, left);
    if (int_compare(count, left) > 0) count.set(left.value());
    if (TRY(advance(t, it, start, left, count))) return kDone;
  }
}

constexpr NativeDef kMethods[] = {
    def<length_hint>("__length_hint__($self, /)", "How many elements are left."),
    def<reduce>("__reduce__($self, /)", "Return state information for pickling."),
    def<setstate>("__setstate__($self, state, /)", "Set state information for unpickling."),
};
constexpr NativeDef kLongMethods[] = {
    def<long_length_hint>("__length_hint__($self, /)", "How many elements are left."),
    def<long_reduce>("__reduce__($self, /)", "Return state information for pickling."),
    def<long_setstate>("__setstate__($self, state, /)", "Set state information for unpickling."),
};

constexpr TypeSlots slots(Result<> (*next)(Thread&, Value), void (*visit)(Object*, EdgeVisitor&)) {
  TypeSlots s{};
  s.visit = visit;
  s.iter = iterate_self;
  s.next = next;
  return s;
}

}  // namespace

extern const TypeDef range_iterator_type_def, long_range_iterator_type_def;
const TypeDef range_iterator_type_def = {
    .name = "range_iterator",
    .flags = kTypeNoEdges | kTypeNoInstantiation,
    .size = sizeof(RangeIterator),
    .slots = slots(short_next, nullptr),
    .methods = kMethods,
};
const TypeDef long_range_iterator_type_def = {
    .name = "longrange_iterator",
    .flags = kTypeNoInstantiation,
    .size = sizeof(LongRangeIterator),
    .slots = slots(long_next, long_visit),
    .methods = kLongMethods,
};

}  // namespace taipan
