// zip and map: several iterators stepped in turn, optionally all of one length (strict).
#include "runtime/native/def.h"
#include "runtime/types/container_util.h"
#include "runtime/types/iterators.h"
#include "runtime/types/near_name.h"
#include "runtime/types/quick_compare.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

// The only keyword of both is strict.
Status parse_strict(Thread& t, const char* name, const Value* args, u32 nargs, Tuple* kwnames, bool* strict) {
  *strict = false;
  if (kwnames == nullptr) return kDone;
  for (usize i = 0; i < kwnames->size(); ++i) {
    if (quick_equal((*kwnames)[i], Value(names().strict)) != 1) {
      return raise_unexpected_keyword(t, name, (*kwnames)[i].as<Str>(), {"strict"});
    }
    *strict = TRY(truth(t, args[nargs + i]));
  }
  return kDone;
}

Result<Tuple> iterators_of(Thread& t, const Value* args, u32 nargs) {
  Local<Tuple> result(t, TRY(tuple_new(t, nargs)));
  for (u32 i = 0; i < nargs; ++i) result->items()[i].store(result.get(), TRY(iterate(t, args[i])));
  return result.give();
}

ErrorTag unequal(Thread& t, const char* name, usize i, const char* how) {
  return i == 1 ? raise(t, ValueError, "{}() argument 2 is {} than argument 1", name, how)
                : raise(t, ValueError, "{}() argument {} is {} than arguments 1-{}", name, i + 1, how, i);
}

// Iterator i ended first. With strict: were the others as long?
Result<> ended(Thread& t, const char* name, Tuple* iterators, usize i, bool strict) {
  if (!strict) return Result<>::absent();
  if (i > 0) return unequal(t, name, i, "shorter");
  for (usize k = 1; k < iterators->size(); ++k) {
    Result<> r = TRY(step_iterator(t, (*iterators)[k]));
    if (r.is_absent()) continue;
    drop(r);
    return unequal(t, name, k, "longer");
  }
  return Result<>::absent();
}

// The reduced form: (type, (first..., iterators...)), then True if strict.
Result<> reduce(Thread& t, Type& type, Value first, Tuple* iterators, bool strict) {
  usize extra = first.is_empty() ? 0 : 1;
  Local<Tuple> arguments(t, TRY(tuple_new(t, iterators->size() + extra)));
  if (extra) arguments->items()[0].init(first);
  for (usize i = 0; i < iterators->size(); ++i) arguments->items()[i + extra].init((*iterators)[i]);
  if (!strict) return tuple_of(t, Value(&type), arguments);
  return tuple_of(t, Value(&type), arguments, bool_value(true));
}

// --- zip ---------------------------------------------------------------------------------------------------

void zip_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<Zip*>(o)->iterators); }

Result<> zip_construct(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  bool strict;
  TRY(parse_strict(t, "zip", args, nargs, kwnames, &strict));
  Local<Tuple> iterators(t, TRY(iterators_of(t, args, nargs)));
  Zip* z = new_object<Zip>(t, cls);
  if (!z) return kError;
  z->iterators.init(Value(iterators.get()));
  z->strict.store_relaxed(strict);
  return own_new(z);
}

}  // namespace

Result<bool> zip_step_two(Thread& t, Zip* z, Value* first, Value* second) {
  Tuple* iterators = z->iterators.borrow();  // never changes
  Result<> a = TRY(step_iterator(t, (*iterators)[0]));
  if (a.is_absent()) return TRY(ended(t, "zip", iterators, 0, z->strict.load_relaxed())), false;
  Local<> held(t, a);
  Result<> b = TRY(step_iterator(t, (*iterators)[1]));
  if (b.is_absent()) return TRY(ended(t, "zip", iterators, 1, z->strict.load_relaxed())), false;
  *first = held.give().word();
  *second = b.word();
  return true;
}

namespace {

Result<> zip_next(Thread& t, Value self) {
  Zip* z = self.as<Zip>();
  Tuple* iterators = z->iterators.borrow();  // never changes
  usize n = iterators->size();
  if (n == 0) return Result<>::absent();
  if (n == 2) {
    Value first, second;
    if (!TRY(zip_step_two(t, z, &first, &second))) return Result<>::absent();
    return pair_of_owned(t, Result<>::from_owned(first), Result<>::from_owned(second));
  }
  Local<Tuple> result(t, TRY(tuple_new(t, n)));
  for (usize i = 0; i < n; ++i) {
    Result<> r = TRY(step_iterator(t, (*iterators)[i]));
    if (r.is_absent()) return ended(t, "zip", iterators, i, z->strict.load_relaxed());
    result->items()[i].store(result.get(), r);
  }
  return Result<>(result.give());
}

Result<> zip_reduce(Thread& t, Value self) {
  Zip* z = self.as<Zip>();
  return reduce(t, type_of(self), Value::empty(), z->iterators.borrow(), z->strict.load_relaxed());
}

Status zip_setstate(Thread& t, Zip* z, Value state) {
  z->strict.store_relaxed(TRY(truth(t, state)));
  return kDone;
}

// --- map ---------------------------------------------------------------------------------------------------

void map_visit(Object* o, EdgeVisitor& visit) {
  Map* m = static_cast<Map*>(o);
  visit(m->function, m->iterators);
}

Result<> map_construct(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  bool strict;
  TRY(parse_strict(t, "map", args, nargs, kwnames, &strict));
  if (nargs < 2) return raise(t, TypeError, "map() must have at least two arguments.");
  Local<Tuple> iterators(t, TRY(iterators_of(t, args + 1, nargs - 1)));
  Map* m = new_object<Map>(t, cls);
  if (!m) return kError;
  m->function.init(args[0]);
  m->iterators.init(Value(iterators.get()));
  m->strict.store_relaxed(strict);
  return own_new(m);
}

Result<> map_next(Thread& t, Value self) {
  Map* m = self.as<Map>();
  Tuple* iterators = m->iterators.borrow();  // never changes, like the function
  usize n = iterators->size();
  if (n == 1) {
    Result<> r = TRY(step_iterator(t, (*iterators)[0]));
    if (r.is_absent()) return r;
    Local<> x(t, r);
    return call(t, m->function.borrow(), x);
  }
  TRY(ensure_stack(t, n));
  LocalArray arguments(t, n);
  for (usize i = 0; i < n; ++i) {
    Result<> r = TRY(step_iterator(t, (*iterators)[i]));
    if (r.is_absent()) return ended(t, "map", iterators, i, m->strict.load_relaxed());
    arguments.set(i, r);
  }
  return call(t, m->function.borrow(), arguments.data(), static_cast<u32>(n));
}

Result<> map_reduce(Thread& t, Value self) {
  Map* m = self.as<Map>();
  return reduce(t, type_of(self), m->function.borrow(), m->iterators.borrow(), m->strict.load_relaxed());
}

Status map_setstate(Thread& t, Map* m, Value state) {
  m->strict.store_relaxed(TRY(truth(t, state)));
  return kDone;
}

constexpr const char* kReduceDoc = "Return state information for pickling.";
constexpr const char* kSetStateDoc = "Set state information for unpickling.";
constexpr NativeDef kZipMethods[] = {
    def<zip_reduce>("__reduce__($self, /)", kReduceDoc),
    def<zip_setstate>("__setstate__($self, object, /)", kSetStateDoc),
};
constexpr NativeDef kMapMethods[] = {
    def<map_reduce>("__reduce__($self, /)", kReduceDoc),
    def<map_setstate>("__setstate__($self, object, /)", kSetStateDoc),
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

extern const TypeDef zip_type_def, map_type_def;
const TypeDef zip_type_def = {
    .name = "zip",
    .doc = "Iterator of tuples with one element of each iterable, until the shortest ends.\n\n"
           "With strict, a ValueError if they do not end together.",
    .flags = kTypeBase | kTypeGcTracked,
    .size = sizeof(Zip),
    .slots = slots(zip_visit, zip_construct, zip_next),
    .methods = kZipMethods,
    .text_signature = "(*iterables, strict=False)",
};
const TypeDef map_type_def = {
    .name = "map",
    .doc = "Iterator of function(x, ...) for the elements of the iterables, until the shortest ends.\n\n"
           "With strict, a ValueError if they do not end together.",
    .flags = kTypeBase | kTypeGcTracked,
    .size = sizeof(Map),
    .slots = slots(map_visit, map_construct, map_next),
    .methods = kMapMethods,
    .text_signature = "(function, iterable, /, *iterables, strict=False)",
};

}  // namespace taipan
