#include "runtime/types/range.h"

#include "runtime/base/hash.h"
#include "runtime/native/def.h"
#include "runtime/types/container_util.h"
#include "runtime/types/int.h"
#include "runtime/types/slice.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

constexpr Value kZero = Value::small_int(0);
constexpr Value kOne = Value::small_int(1);

bool is_small(const Range* r) {
  return r->start.borrow().is_int() && r->stop.borrow().is_int() && r->step.borrow().is_int();
}

// Number of elements.
Result<> count_of(Thread& t, Value start, Value stop, Value step) {
  if (start.is_int() && stop.is_int() && step.is_int()) {
    i64 a = start.as_int(), b = stop.as_int(), s = step.as_int();
    if (s > 0 ? a >= b : a <= b) return Result<>::small_int(0);
    u64 distance = s > 0 ? static_cast<u64>(b) - static_cast<u64>(a)
                         : static_cast<u64>(a) - static_cast<u64>(b);
    u64 size = s > 0 ? static_cast<u64>(s) : u64{0} - static_cast<u64>(s);
    return int_from_u64(t, (distance - 1) / size + 1);
  }
  bool up = int_sign(step) > 0;
  if (up ? int_compare(start, stop) >= 0 : int_compare(start, stop) <= 0) return Result<>::small_int(0);
  Local<> distance(t, up ? TRY(int_sub(t, stop, start)) : TRY(int_sub(t, start, stop)));
  Local<> size(t, up ? own(step) : TRY(int_neg(t, step)));
  distance.set(TRY(int_sub(t, distance, kOne)));
  Local<> quotient(t, TRY(int_binary(t, BinaryOp::FloorDiv, distance, size)));
  return int_add(t, quotient, kOne);
}

// start + i * step
Result<> element(Thread& t, const Range* r, Value i) {
  Value start = r->start.borrow(), step = r->step.borrow();
  if (i.is_int() && start.is_int() && step.is_int()) {
    i128 v = static_cast<i128>(i.as_int()) * step.as_int() + start.as_int();
    return int_from_i128(t, v);
  }
  Local<> offset(t, TRY(int_mul(t, i, step)));
  return int_add(t, start, offset);
}

void range_visit(Object* o, EdgeVisitor& visit) {
  Range* r = static_cast<Range*>(o);
  visit(r->start, r->stop, r->step, r->length);
}

Result<> range_construct(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  TRY(no_keywords(t, "range", kwnames));
  TRY(check_positional(t, "range", nargs, 1, 3));
  if (nargs == 1) {
    Local<> stop(t, TRY(to_index(t, args[0])));
    return range_new(t, kZero, stop, kOne);
  }
  Local<> start(t, TRY(to_index(t, args[0])));
  Local<> stop(t, TRY(to_index(t, args[1])));
  Local<> step(t, nargs == 3 ? TRY(to_index(t, args[2])) : Result<>::small_int(1));
  return range_new(t, start, stop, step);
}

Result<Str> range_repr(Thread& t, Value self) {
  Range* r = self.as<Range>();
  Value step = r->step.borrow();
  if (step.is_int() && step.as_int() == 1) {
    return str_format(t, "range({!r}, {!r})", r->start.borrow(), r->stop.borrow());
  }
  return str_format(t, "range({!r}, {!r}, {!r})", r->start.borrow(), r->stop.borrow(), step);
}

// As hash((length, start, step)), with None where the field does not matter.
Result<u64> range_hash(Thread& t, Value self) {
  Range* r = self.as<Range>();
  Value n = r->length.borrow();
  bool empty = int_sign(n) == 0, single = n.is_int() && n.as_int() == 1;
  Local<Tuple> key(t, TRY(tuple_of(t, n, empty ? none_value() : r->start.borrow(),
                                   empty || single ? none_value() : r->step.borrow())));
  return hash(t, key);
}

bool same_sequence(Range* a, Range* b) {
  Value n = a->length.borrow();
  if (!int_equal(n, b->length.borrow())) return false;
  if (int_sign(n) == 0) return true;
  if (!int_equal(a->start.borrow(), b->start.borrow())) return false;
  if (n.is_int() && n.as_int() == 1) return true;
  return int_equal(a->step.borrow(), b->step.borrow());
}

Result<> range_compare(Thread& t, Value self, Value other, CompareOp op) {
  if (!is_exact<Range>(other) || (op != CompareOp::Eq && op != CompareOp::Ne)) return not_implemented();
  return boolean(same_sequence(self.as<Range>(), other.as<Range>()) == (op == CompareOp::Eq));
}

Result<ssize> range_length(Thread& t, Value self) {
  i64 n;
  if (!int_to_i64(self.as<Range>()->length.borrow(), &n)) {
    return raise(t, OverflowError, "Python int too large to convert to C ssize_t");
  }
  return static_cast<ssize>(n);
}

Result<bool> range_truth(Thread& t, Value self) {
  return int_sign(self.as<Range>()->length.borrow()) != 0;
}

Result<> range_slice(Thread& t, Range* r, Slice* s) {
  Local<> bounds(t, TRY(slice_indices(t, s, r->length.borrow())));
  Tuple& b = *bounds.value().as<Tuple>();
  Local<> start(t, TRY(element(t, r, b[0])));
  Local<> stop(t, TRY(element(t, r, b[1])));
  Local<> step(t, TRY(int_mul(t, r->step.borrow(), b[2])));
  return range_new(t, start, stop, step);
}

Result<> range_get_item(Thread& t, Value self, Value key) {
  Range* r = self.as<Range>();
  if (is_exact<Slice>(key)) return range_slice(t, r, key.as<Slice>());
  if (!is_any_int(key) && type_of(key).slots.index == nullptr) {
    return raise(t, TypeError, "range indices must be integers or slices, not {!T}", key);
  }
  Local<> i(t, TRY(to_index(t, key)));
  Value n = r->length.borrow();
  if (int_sign(i) < 0) i.set(TRY(int_add(t, i, n)));
  if (int_sign(i) < 0 || int_compare(i, n) >= 0) {
    return raise(t, IndexError, "range object index out of range");
  }
  return element(t, r, i);
}

// Position of an int, or absent().
Result<> position(Thread& t, Range* r, Value v) {
  Value start = r->start.borrow(), stop = r->stop.borrow(), step = r->step.borrow();
  if (v.is_int() && is_small(r)) {
    i64 x = v.as_int(), a = start.as_int(), b = stop.as_int(), s = step.as_int();
    if (s > 0 ? (x < a || x >= b) : (x > a || x <= b)) return Result<>::absent();
    if ((x - a) % s != 0) return Result<>::absent();
    return int_from_i64(t, (x - a) / s);
  }
  bool up = int_sign(step) > 0;
  if (up ? int_compare(v, start) < 0 || int_compare(v, stop) >= 0
         : int_compare(v, start) > 0 || int_compare(v, stop) <= 0) {
    return Result<>::absent();
  }
  Local<> distance(t, TRY(int_sub(t, v, start)));
  Local<> pair(t, TRY(int_divmod(t, distance, step)));
  Tuple& parts = *pair.value().as<Tuple>();
  if (int_sign(parts[1]) != 0) return Result<>::absent();
  return own(parts[0]);
}

bool is_int_or_bool(Value v) {
  return v.is_int() || is_exact_int(v) || is_true(v) || is_false(v);
}

Result<> range_iter(Thread& t, Value self);

// Values that are no ints: as a sequence, by ==. first: stop at the first; gives the count or position.
Result<ssize> search(Thread& t, Value self, Value v, bool first, bool* found) {
  Local<> it(t, TRY(range_iter(t, self)));
  auto next = type_of(it.value()).slots.next;
  LoopPoll poll(t);
  *found = false;
  ssize count = 0;
  for (ssize i = 0;; ++i) {
    Result<> r = TRY(next(t, it));
    if (r.is_absent()) return count;
    Local<> item(t, r);
    if (TRY(equal(t, item, v))) {
      *found = true;
      if (first) return i;
      ++count;
    }
    TRY(poll());
  }
}

Result<bool> range_contains(Thread& t, Value self, Value v) {
  if (is_int_or_bool(v)) {
    Result<> r = TRY(position(t, self.as<Range>(), v));
    bool in = !r.is_absent();
    drop(r);
    return in;
  }
  bool found;
  (void)TRY(search(t, self, v, true, &found));
  return found;
}

Result<> range_index(Thread& t, Range* self, Value v) {
  if (is_int_or_bool(v)) {
    Result<> r = TRY(position(t, self, v));
    if (!r.is_absent()) return r;
    return raise(t, ValueError, "range.index(x): x not in range");
  }
  bool found;
  ssize i = TRY(search(t, Value(self), v, true, &found));
  if (!found) return raise(t, ValueError, "sequence.index(x): x not in sequence");
  return int_from_i64(t, i);
}

Result<> range_count(Thread& t, Range* self, Value v) {
  if (is_int_or_bool(v)) {
    Result<> r = TRY(position(t, self, v));
    bool in = !r.is_absent();
    drop(r);
    return Result<>::small_int(in);
  }
  bool found;
  return int_from_i64(t, TRY(search(t, Value(self), v, false, &found)));
}

Result<> long_iterator(Thread& t, Value start, Value step, Value count) {
  LongRangeIterator* it = new_object<LongRangeIterator>(t, long_range_iterator_type);
  if (!it) return kError;
  it->next.init(start);
  it->step.init(step);
  it->remaining.init(count);
  return own_new(it);
}

Result<> range_iter(Thread& t, Value self) {
  Range* r = self.as<Range>();
  if (is_small(r)) {
    u64 n = 0;
    int_to_u64(r->length.borrow(), &n);
    return range_iterator_new(t, r->start.borrow().as_int(), r->step.borrow().as_int(), n);
  }
  return long_iterator(t, r->start.borrow(), r->step.borrow(), r->length.borrow());
}

Result<> range_reversed(Thread& t, Range* r) {
  Value n = r->length.borrow();
  Local<> before(t, TRY(int_sub(t, n, kOne)));
  Local<> last(t, TRY(element(t, r, before)));
  Local<> step(t, TRY(int_neg(t, r->step.borrow())));
  if (is_small(r) && last.value().is_int() && step.value().is_int()) {
    u64 count = 0;
    int_to_u64(n, &count);
    return range_iterator_new(t, last.value().as_int(), step.value().as_int(), count);
  }
  return long_iterator(t, last, step, n);
}

Result<> range_reduce(Thread& t, Range* r) {
  Local<Tuple> arguments(t, TRY(tuple_of(t, r->start.borrow(), r->stop.borrow(), r->step.borrow())));
  return tuple_of(t, Value(&range_type), arguments);
}

constexpr NativeDef kMethods[] = {
    def<range_reversed>("__reversed__($self, /)", "Return a reverse iterator."),
    def<range_reduce>("__reduce__($self, /)", "Return state information for pickling."),
    def<range_count>("count($self, object, /)", "How often object occurs: 0 or 1 for an integer."),
    def<range_index>("index($self, object, /)",
                     "Position of object.\n\nRaises ValueError if it is not in the range."),
};
constexpr MemberDef kMembers[] = {
    {"start", MemberKind::Object, offsetof(Range, start), true, ""},
    {"stop", MemberKind::Object, offsetof(Range, stop), true, ""},
    {"step", MemberKind::Object, offsetof(Range, step), true, ""},
};

constexpr TypeSlots slots() {
  TypeSlots s{};
  s.visit = range_visit;
  s.new_ = range_construct;
  s.repr = range_repr;
  s.hash = range_hash;
  s.truth = range_truth;
  s.compare = range_compare;
  s.iter = range_iter;
  s.length = range_length;
  s.get_item = range_get_item;
  s.contains = range_contains;
  return s;
}

}  // namespace

Result<Range> range_new(Thread& t, Value start, Value stop, Value step) {
  if (int_sign(step) == 0) return raise(t, ValueError, "range() arg 3 must not be zero");
  Local<> n(t, TRY(count_of(t, start, stop, step)));
  Range* r = new_object<Range>(t, range_type);
  if (!r) return kError;
  r->start.init(start);
  r->stop.init(stop);
  r->step.init(step);
  r->length.init(n);
  return own_new(r);
}

extern const TypeDef range_type_def;
const TypeDef range_type_def = {
    .name = "range",
    .doc = "range(stop)\nrange(start, stop[, step])\n\n"
           "The integers from start (included) to stop (excluded), step apart.",
    .flags = kTypeSequence,
    .size = sizeof(Range),
    .slots = slots(),
    .methods = kMethods,
    .members = kMembers,
};

}  // namespace taipan
