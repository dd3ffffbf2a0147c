#include "runtime/types/slice.h"

#include "runtime/base/hash.h"
#include "runtime/native/def.h"
#include "runtime/types/container_util.h"
#include "runtime/types/tuple.h"

namespace taipan {

Result<Slice> slice_new(Thread& t, Value start, Value stop, Value step) {
  Slice* s = new_object<Slice>(t, slice_type);
  if (!s) return kError;
  s->start.init(start.is_empty() ? none_value() : start);
  s->stop.init(stop.is_empty() ? none_value() : stop);
  s->step.init(step.is_empty() ? none_value() : step);
  return own_new(s);
}

namespace {

Result<ssize> bound(Thread& t, Value v, ssize if_none) {
  if (v.is_int()) [[likely]] return static_cast<ssize>(v.as_int());
  if (is_none(v)) return if_none;
  if (!is_any_int(v) && type_of(v).slots.index == nullptr) {
    return raise(t, TypeError, "slice indices must be integers or have an __index__ method");
  }
  return to_ssize_clamped(t, v);
}

void slice_visit(Object* o, EdgeVisitor& visit) {
  Slice* s = static_cast<Slice*>(o);
  visit(s->start, s->stop, s->step);
}

Result<> slice_construct(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  (void)TRY(no_keywords(t, "slice", kwnames));
  (void)TRY(check_positional(t, "slice", nargs, 1, 3));
  if (nargs == 1) return slice_new(t, Value::empty(), args[0], Value::empty());
  return slice_new(t, args[0], args[1], nargs == 3 ? args[2] : Value::empty());
}

Result<Str> slice_repr(Thread& t, Value self) {
  Slice* s = self.as<Slice>();
  return str_format(t, "slice({!r}, {!r}, {!r})", s->start.borrow(), s->stop.borrow(),
                    s->step.borrow());
}

Result<u64> slice_hash(Thread& t, Value self) {
  Slice* s = self.as<Slice>();
  TupleHash h;
  h.add(TRY(hash(t, s->start.borrow())));
  h.add(TRY(hash(t, s->stop.borrow())));
  h.add(TRY(hash(t, s->step.borrow())));
  // As a tuple of three, but without the length: slice's own form in CPython.
  return h.finish_without_length();
}

// As tuples of the three fields compare.
Result<> slice_compare(Thread& t, Value self, Value other, CompareOp op) {
  if (!is_exact<Slice>(other)) return not_implemented();
  if (same(self, other)) {
    return boolean(op == CompareOp::Eq || op == CompareOp::Le || op == CompareOp::Ge);
  }
  Slice *a = self.as<Slice>(), *b = other.as<Slice>();
  Local<Tuple> x(t, TRY(tuple_of(t, a->start.borrow(), a->stop.borrow(), a->step.borrow())));
  Local<Tuple> y(t, TRY(tuple_of(t, b->start.borrow(), b->stop.borrow(), b->step.borrow())));
  return compare(t, op, x, y);
}

// indices(length) with Python integers of any size: bounds beyond 64 bits must stay exact.
Result<> fitted_bound(Thread& t, Value v, Value length, Value lower, Value upper, Value if_none) {
  if (is_none(v)) return own(if_none);
  if (!is_any_int(v) && type_of(v).slots.index == nullptr) {
    return raise(t, TypeError,
                 "slice indices must be integers or None or have an __index__ method");
  }
  Local<> i(t, TRY(to_index(t, v)));
  if (int_sign(i) < 0) {
    i.set(TRY(int_add(t, i, length)));
    return own(int_compare(i, lower) < 0 ? lower : i.value());
  }
  return own(int_compare(i, upper) > 0 ? upper : i.value());
}

}  // namespace

Result<> slice_indices(Thread& t, Slice* self, Value length_argument) {
  Local<> length(t, TRY(to_index(t, length_argument)));
  Local<> step(t, Value::small_int(1));
  if (!is_none(self->step.borrow())) {
    Value given = self->step.borrow();
    if (!is_any_int(given) && type_of(given).slots.index == nullptr) {
      return raise(t, TypeError,
                   "slice indices must be integers or None or have an __index__ method");
    }
    step.set(TRY(to_index(t, given)));
  }
  if (int_sign(length) < 0) return raise(t, ValueError, "length should not be negative");
  if (int_sign(step) == 0) return raise(t, ValueError, "slice step cannot be zero");
  bool backward = int_sign(step) < 0;
  Local<> lower(t, Value::small_int(backward ? -1 : 0));
  Local<> upper(t, length.value());
  if (backward) upper.set(TRY(int_sub(t, length, Value::small_int(1))));
  Local<> start(t, TRY(fitted_bound(t, self->start.borrow(), length, lower, upper,
                                    backward ? upper : lower)));
  Local<> stop(t, TRY(fitted_bound(t, self->stop.borrow(), length, lower, upper,
                                   backward ? lower : upper)));
  return tuple_of(t, start, stop, step);
}

namespace {

Result<> slice_reduce(Thread& t, Slice* self) {
  Local<Tuple> fields(t, TRY(tuple_of(t, self->start.borrow(), self->stop.borrow(),
                                      self->step.borrow())));
  return tuple_of(t, Value(&slice_type), fields);
}

constexpr NativeDef kMethods[] = {
    def<slice_indices>("indices($self, object, /)",
                       "The (start, stop, step) this slice means for a sequence of the given length."),
    def<slice_reduce>("__reduce__($self, /)", "Return state information for pickling."),
    class_def<class_getitem>("__class_getitem__($type, object, /)", "Generic alias of slice."),
};
constexpr MemberDef kMembers[] = {
    {"start", MemberKind::Object, offsetof(Slice, start), true, ""},
    {"stop", MemberKind::Object, offsetof(Slice, stop), true, ""},
    {"step", MemberKind::Object, offsetof(Slice, step), true, ""},
};

constexpr TypeSlots slots() {
  TypeSlots s{};
  s.visit = slice_visit;
  s.new_ = slice_construct;
  s.repr = slice_repr;
  s.hash = slice_hash;
  s.compare = slice_compare;
  return s;
}

}  // namespace

Status slice_unpack(Thread& t, Slice* s, SliceBounds* out) {
  ssize step = TRY(bound(t, s->step.borrow(), 1));
  if (step == 0) return raise(t, ValueError, "slice step cannot be zero");
  if (step < -PTRDIFF_MAX) step = -PTRDIFF_MAX;  // so that it can be negated
  out->step = step;
  out->start = TRY(bound(t, s->start.borrow(), step < 0 ? PTRDIFF_MAX : 0));
  out->stop = TRY(bound(t, s->stop.borrow(), step < 0 ? PTRDIFF_MIN : PTRDIFF_MAX));
  return kDone;
}

usize slice_fit(SliceBounds* b, usize size) {
  ssize n = static_cast<ssize>(size);
  auto fit = [&](ssize i) {
    if (i < 0) {
      i += n;
      if (i < 0) i = b->step < 0 ? -1 : 0;
    } else if (i >= n) {
      i = b->step < 0 ? n - 1 : n;
    }
    return i;
  };
  b->start = fit(b->start);
  b->stop = fit(b->stop);
  ssize span = b->step < 0 ? b->start - b->stop : b->stop - b->start;
  if (span <= 0) return 0;
  if (b->step == 1 || b->step == -1) [[likely]] return static_cast<usize>(span);  // divisions are slow
  return static_cast<usize>((span - 1) / (b->step < 0 ? -b->step : b->step) + 1);
}

extern const TypeDef slice_type_def;
const TypeDef slice_type_def = {
    .name = "slice",
    .doc = "slice(stop)\nslice(start, stop[, step])\n\n"
           "Which elements of a sequence to take, as in a[start:stop:step].",
    .flags = kTypeGcTracked,
    .size = sizeof(Slice),
    .slots = slots(),
    .methods = kMethods,
    .members = kMembers,
};

}  // namespace taipan
