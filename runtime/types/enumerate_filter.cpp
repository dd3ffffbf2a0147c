// enumerate and filter: one iterator, with a count or a test.
#include "runtime/native/def.h"
#include "runtime/types/container_util.h"
#include "runtime/types/int.h"
#include "runtime/types/iterators.h"
#include "runtime/types/quick_compare.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

// --- enumerate ---------------------------------------------------------------------------------------------

void enumerate_visit(Object* o, EdgeVisitor& visit) {
  Enumerate* e = static_cast<Enumerate*>(o);
  visit(e->iterator, e->big);
}

// enumerate(iterable, start=0), both by name too.
Status parse(Thread& t, const Value* args, u32 nargs, Tuple* kwnames, Value* iterable, Value* start) {
  usize keywords = kwnames ? kwnames->size() : 0;
  if (nargs + keywords > 2) {
    return raise(t, TypeError, "enumerate() takes at most 2 arguments ({} given)", nargs + keywords);
  }
  Value given[2] = {nargs > 0 ? args[0] : Value::empty(), nargs > 1 ? args[1] : Value::empty()};
  for (usize i = 0; i < keywords; ++i) {
    Value name = (*kwnames)[i];
    int which = is_a<Str>(name) && str_equals(name.as<Str>(), "iterable") ? 0
                : is_a<Str>(name) && str_equals(name.as<Str>(), "start") ? 1 : -1;
    if (which < 0 || !given[which].is_empty() || (which == 1 && nargs + keywords < 2)) {
      return raise(t, TypeError, "'{}' is an invalid keyword argument for enumerate()", name);
    }
    given[which] = args[nargs + i];
  }
  if (given[0].is_empty()) return raise(t, TypeError, "enumerate() missing required argument 'iterable'");
  *iterable = given[0];
  *start = given[1];
  return kDone;
}

Result<> enumerate_construct(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  Value iterable, start;
  TRY(parse(t, args, nargs, kwnames, &iterable, &start));
  Local<> first(t, Value::small_int(0));
  if (!start.is_empty()) first.set(TRY(to_index(t, start)));
  Local<> iterator(t, TRY(iterate(t, iterable)));
  Enumerate* e = new_object<Enumerate>(t, cls);
  if (!e) return kError;
  e->iterator.init(iterator);
  if (!int_to_i64(first, &e->count)) e->big.init(first);
  return own_new(e);
}

// The next number, taken under the lock; absent() if it is a big one.
Result<> take_count(Thread& t, Enumerate* e, bool* big) {
  i64 n;
  {
    Mutating guard(e);
    *big = !e->big.is_empty();
    if (*big) return Result<>::absent();
    n = e->count;
    if (n < INT64_MAX) {
      e->count = n + 1;
      if (Value::fits_small_int(n)) return Result<>::small_int(n);
    }
  }
  Local<> number(t, TRY(int_from_i64(t, n)));
  if (n == INT64_MAX) e->big.store(e, TRY(int_add(t, number, Value::small_int(1))));
  return number.give();
}

}  // namespace

Result<bool> enumerate_step(Thread& t, Enumerate* e, Value* number, Value* item) {
  Result<> r = TRY(step_iterator(t, e->iterator.borrow()));  // never changes
  if (r.is_absent()) return false;
  Local<> held(t, r);
  bool big;
  Local<> n(t, TRY(take_count(t, e, &big)));
  if (big) {
    n.set(e->big.load(e));
    e->big.store(e, TRY(int_add(t, n, Value::small_int(1))));
  }
  *number = n.give().word();
  *item = held.give().word();
  return true;
}

namespace {

Result<> enumerate_next(Thread& t, Value self) {
  Value number, item;
  if (!TRY(enumerate_step(t, self.as<Enumerate>(), &number, &item))) return Result<>::absent();
  return pair_of_owned(t, Result<>::from_owned(number), Result<>::from_owned(item));
}

Result<> enumerate_reduce(Thread& t, Value self) {
  Enumerate* e = self.as<Enumerate>();
  Local<> number(t, e->big.load(e));
  if (number.is_empty()) {
    i64 n;
    {
      Mutating guard(e);
      n = e->count;
    }
    number.set(TRY(int_from_i64(t, n)));
  }
  Local<Tuple> arguments(t, TRY(tuple_of(t, e->iterator.borrow(), number)));
  return tuple_of(t, Value(&type_of(self)), arguments);
}

// --- filter ------------------------------------------------------------------------------------------------

void filter_visit(Object* o, EdgeVisitor& visit) {
  Filter* f = static_cast<Filter*>(o);
  visit(f->function, f->iterator);
}

Result<> filter_construct(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  TRY(no_keywords_unless_subclass(t, cls, filter_type, "filter", kwnames));
  TRY(check_positional(t, "filter", nargs, 2, 2));
  Local<> iterator(t, TRY(iterate(t, args[1])));
  Filter* f = new_object<Filter>(t, cls);
  if (!f) return kError;
  f->function.init(args[0]);
  f->iterator.init(iterator);
  return own_new(f);
}

Result<> filter_next(Thread& t, Value self) {
  Filter* f = self.as<Filter>();
  Value function = f->function.borrow(), iterator = f->iterator.borrow();  // never change
  bool by_truth = is_none(function) || same(function, Value(&bool_type));
  LoopPoll poll(t);
  for (;;) {
    Result<> r = TRY(step_iterator(t, iterator));
    if (r.is_absent()) return r;
    Local<> item(t, r);
    bool good;
    if (by_truth) {
      good = TRY(truth(t, item));
    } else {
      Local<> answer(t, TRY(call(t, function, item)));
      good = TRY(truth(t, answer));
    }
    if (good) return item.give();
    TRY(poll());
  }
}

Result<> filter_reduce(Thread& t, Value self) {
  Filter* f = self.as<Filter>();
  Local<Tuple> arguments(t, TRY(tuple_of(t, f->function.borrow(), f->iterator.borrow())));
  return tuple_of(t, Value(&type_of(self)), arguments);
}

constexpr NativeDef kEnumerateMethods[] = {
    def<enumerate_reduce>("__reduce__($self, /)", "Return state information for pickling."),
    class_def<class_getitem>("__class_getitem__($type, object, /)", "Generic alias of enumerate."),
};
constexpr NativeDef kFilterMethods[] = {
    def<filter_reduce>("__reduce__($self, /)", "Return state information for pickling."),
};

constexpr TypeSlots slots(void (*visit)(Object*, EdgeVisitor&),
                          Result<> (*make)(Thread&, Type&, const Value*, u32, Tuple*),
                          Result<> (*next)(Thread&, Value)) {
  TypeSlots s{};
  s.visit = visit;
  s.new_ = make;
  s.iter = iterate_self;
  s.next = next;
  return s;
}

}  // namespace

extern const TypeDef enumerate_type_def, filter_type_def;
const TypeDef enumerate_type_def = {
    .name = "enumerate",
    .doc = "Iterator of pairs (number, element); the numbers begin with start.",
    .flags = kTypeBase | kTypeGcTracked,
    .size = sizeof(Enumerate),
    .slots = slots(enumerate_visit, enumerate_construct, enumerate_next),
    .methods = kEnumerateMethods,
    .text_signature = "(iterable, start=0)",
};
const TypeDef filter_type_def = {
    .name = "filter",
    .doc = "Iterator of the elements for which function(element) is true; with None, of the true elements.",
    .flags = kTypeBase | kTypeGcTracked,
    .size = sizeof(Filter),
    .slots = slots(filter_visit, filter_construct, filter_next),
    .methods = kFilterMethods,
    .text_signature = "(function, iterable, /)",
};

}  // namespace taipan
