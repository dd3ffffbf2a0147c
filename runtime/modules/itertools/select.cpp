// itertools that walk one iterable: compress, dropwhile, takewhile, filterfalse, starmap, islice, accumulate.
#include "runtime/modules/itertools/itertools.h"
#include "runtime/native/construct.h"
#include "runtime/types/quick_compare.h"

namespace taipan {

namespace {

Type* g_types[7];

void function_iterator_visit(Object* o, EdgeVisitor& visit) {
  FunctionIterator* f = static_cast<FunctionIterator*>(o);
  visit(f->function, f->iterator);
}

template <class T>
Result<> make_function_iterator(Thread& t, Type& cls, Value function, Value iterable) {
  Local<> iterator(t, TRY(iterate(t, iterable)));
  T* f = new_object<T>(t, cls);
  if (!f) return kError;
  f->function.init(function);
  f->iterator.init(iterator);
  return own_new(f);
}

inline Result<bool> holds(Thread& t, Value predicate, Value item) {
  Local<> answer(t, TRY(call(t, predicate, item)));
  return truth(t, answer);
}

// --- compress -------------------------------------------------------------------------------------------

struct Compress : Object {
  Slot<> data, selectors;  // iterators; fixed
};

void compress_visit(Object* o, EdgeVisitor& visit) {
  Compress* c = static_cast<Compress*>(o);
  visit(c->data, c->selectors);
}

Result<> compress_new(Thread& t, Type* cls, Value data, Value selectors) {
  Local<> a(t, TRY(iterate(t, data))), b(t, TRY(iterate(t, selectors)));
  Compress* c = new_object<Compress>(t, *cls);
  if (!c) return kError;
  c->data.init(a);
  c->selectors.init(b);
  return own_new(c);
}

Result<> compress_next(Thread& t, Value self) {
  Compress* c = self.as<Compress>();
  LoopPoll poll(t);
  while (true) {
    Result<> r = TRY(step_iterator(t, c->data.borrow()));
    if (r.is_absent()) return r;
    Local<> item(t, r);
    Result<> s = TRY(step_iterator(t, c->selectors.borrow()));
    if (s.is_absent()) return s;
    Local<> selector(t, s);
    if (TRY(truth(t, selector))) return item.give();
    TRY(poll());
  }
}

constexpr NativeDef kCompressNew = def<compress_new>("compress($type, /, data, selectors)", "");
const TypeDef kCompress = {.name = "itertools.compress",
                           .doc = "The elements of data whose selector is true.",
                           .flags = kIteratorFlags,
                           .size = sizeof(Compress),
                           .slots = iterator_slots(compress_visit, construct<compress_new>, compress_next),
                           .text_signature = "(data, selectors)"};

// --- dropwhile, takewhile -------------------------------------------------------------------------------

struct WhileIterator : FunctionIterator {
  Atomic<bool> passed;  // only ever set: dropwhile has begun to give, takewhile has ended
};

Result<> while_new(Thread& t, Type* cls, Value predicate, Value iterable) {
  return make_function_iterator<WhileIterator>(t, *cls, predicate, iterable);
}

Result<> dropwhile_next(Thread& t, Value self) {
  WhileIterator* w = self.as<WhileIterator>();
  if (w->passed.load_relaxed()) return step_iterator(t, w->iterator.borrow());
  LoopPoll poll(t);
  while (true) {
    Result<> r = TRY(step_iterator(t, w->iterator.borrow()));
    if (r.is_absent()) return r;
    Local<> item(t, r);
    if (!TRY(holds(t, w->function.borrow(), item))) {
      w->passed.store_relaxed(true);  // no other memory depends on it
      return item.give();
    }
    TRY(poll());
  }
}

Result<> takewhile_next(Thread& t, Value self) {
  WhileIterator* w = self.as<WhileIterator>();
  if (w->passed.load_relaxed()) return Result<>::absent();
  Result<> r = TRY(step_iterator(t, w->iterator.borrow()));
  if (r.is_absent()) return r;
  Local<> item(t, r);
  if (TRY(holds(t, w->function.borrow(), item))) return item.give();
  w->passed.store_relaxed(true);
  return Result<>::absent();
}

constexpr NativeDef kDropWhileNew = def<while_new>("dropwhile($type, predicate, iterable, /)", "");
Result<> takewhile_make(Thread& t, Type* cls, Value predicate, Value iterable) {
  return while_new(t, cls, predicate, iterable);
}
constexpr NativeDef kTakeWhileNew = def<takewhile_make>("takewhile($type, predicate, iterable, /)", "");
const TypeDef kDropWhile = {.name = "itertools.dropwhile",
                            .doc = "Leaves out elements while predicate(element) is true, then gives all others.",
                            .flags = kIteratorFlags,
                            .size = sizeof(WhileIterator),
                            .slots = iterator_slots(function_iterator_visit, construct<while_new>, dropwhile_next),
                            .text_signature = "(predicate, iterable, /)"};
const TypeDef kTakeWhile = {.name = "itertools.takewhile",
                            .doc = "The elements up to the first for which predicate(element) is false.",
                            .flags = kIteratorFlags,
                            .size = sizeof(WhileIterator),
                            .slots = iterator_slots(function_iterator_visit, construct<takewhile_make>, takewhile_next),
                            .text_signature = "(predicate, iterable, /)"};

// --- filterfalse, starmap -------------------------------------------------------------------------------

Result<> filterfalse_new(Thread& t, Type* cls, Value function, Value iterable) {
  return make_function_iterator<FunctionIterator>(t, *cls, function, iterable);
}

Result<> filterfalse_next(Thread& t, Value self) {
  FunctionIterator* f = self.as<FunctionIterator>();
  Value function = f->function.borrow();
  bool plain = is_none(function) || same(function, Value(&bool_type));
  LoopPoll poll(t);
  while (true) {
    Result<> r = TRY(step_iterator(t, f->iterator.borrow()));
    if (r.is_absent()) return r;
    Local<> item(t, r);
    bool yes = plain ? TRY(truth(t, item)) : TRY(holds(t, f->function.borrow(), item));
    if (!yes) return item.give();
    TRY(poll());
  }
}

Result<> starmap_new(Thread& t, Type* cls, Value function, Value iterable) {
  return make_function_iterator<FunctionIterator>(t, *cls, function, iterable);
}

Result<> starmap_next(Thread& t, Value self) {
  FunctionIterator* f = self.as<FunctionIterator>();
  Result<> r = TRY(step_iterator(t, f->iterator.borrow()));
  if (r.is_absent()) return r;
  Local<> arguments(t, r);
  if (!is_exact<Tuple>(arguments)) arguments.set(Result<>(TRY(to_tuple(t, arguments))));
  return call_tuple(t, f->function.borrow(), arguments.value().as<Tuple>(), Value::empty());
}

constexpr NativeDef kFilterFalseNew = def<filterfalse_new>("filterfalse($type, function, iterable, /)", "");
constexpr NativeDef kStarMapNew = def<starmap_new>("starmap($type, function, iterable, /)", "");
const TypeDef kFilterFalse = {.name = "itertools.filterfalse",
                              .doc = "The elements for which function(element) is false; with None, those that are.",
                              .flags = kIteratorFlags,
                              .size = sizeof(FunctionIterator),
                              .slots = iterator_slots(function_iterator_visit, construct<filterfalse_new>, filterfalse_next),
                              .text_signature = "(function, iterable, /)"};
const TypeDef kStarMap = {.name = "itertools.starmap",
                          .doc = "function(*arguments) for the tuples of arguments that the iterable gives.",
                          .flags = kIteratorFlags,
                          .size = sizeof(FunctionIterator),
                          .slots = iterator_slots(function_iterator_visit, construct<starmap_new>, starmap_next),
                          .text_signature = "(function, iterable, /)"};

// --- islice ---------------------------------------------------------------------------------------------

struct ISlice : Object {
  Slot<> iterator;     // empty: exhausted
  ssize taken;         // elements of the iterator that are claimed
  ssize wanted;        // number of the next element to give
  ssize stop, by;      // fixed; stop negative: none
};

void islice_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<ISlice*>(o)->iterator); }

// None or an index from 0 on. False with TypeError or ValueError swallowed: the caller names what is wrong.
bool slice_bound(Thread& t, Value v, ssize absent, ssize* out) {
  if (is_none(v)) return *out = absent, true;
  Result<ssize> r = type_of(v).slots.index ? to_ssize(t, v) : Result<ssize>(ssize{-1});
  if (r.is_error()) clear_error(t);
  *out = r.is_error() ? -1 : r.take();
  return *out >= 0;
}

Result<> islice_new(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  TRY(no_keywords_unless_subclass(t, cls, *g_types[5], "islice", kwnames));
  TRY(check_positional(t, "islice", nargs, 2, 4));
  ssize start = 0, stop = -1, by = 1;
  if (nargs == 2) {
    if (!slice_bound(t, args[1], -1, &stop)) {
      return raise(t, ValueError, "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.");
    }
  } else {
    if (!slice_bound(t, args[1], 0, &start)) {
      return raise(t, ValueError, "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.");
    }
    if (!slice_bound(t, args[2], -1, &stop)) {
      return raise(t, ValueError, "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.");
    }
    if (nargs == 4 && (!slice_bound(t, args[3], 1, &by) || by < 1)) {
      return raise(t, ValueError, "Step for islice() must be a positive integer or None.");
    }
  }
  Local<> iterator(t, TRY(iterate(t, args[0])));
  ISlice* s = new_object<ISlice>(t, cls);
  if (!s) return kError;
  s->iterator.init(iterator);
  s->wanted = start;
  s->stop = stop;
  s->by = by;
  return own_new(s);
}

Result<> islice_next(Thread& t, Value self) {
  ISlice* s = self.as<ISlice>();
  ssize skip;
  bool give;
  Local<> iterator(t);
  {
    Mutating guard(s);
    if (s->iterator.is_empty()) return Result<>::absent();
    iterator.set(s->iterator.load(s));
    skip = s->wanted - s->taken;
    give = s->stop < 0 || s->wanted < s->stop;
    if (!give && s->stop >= 0 && s->taken + skip > s->stop) skip = s->stop > s->taken ? s->stop - s->taken : 0;
    s->taken += skip + give;
    if (give) {
      ssize then;
      if (__builtin_add_overflow(s->wanted, s->by, &then) || (s->stop >= 0 && then > s->stop)) then = s->stop;
      s->wanted = then < 0 ? PTRDIFF_MAX : then;
    }
  }
  LoopPoll poll(t);
  for (; skip > 0; --skip) {
    Result<> r = step_iterator(t, iterator);
    if (r.is_error() || r.is_absent()) return s->iterator.clear(s), r;
    drop(r);
    TRY(poll());
  }
  Result<> r = give ? step_iterator(t, iterator) : Result<>::absent();
  if (r.is_error() || r.is_absent()) s->iterator.clear(s);
  return r;
}

const TypeDef kISlice = {.name = "itertools.islice",
                         .doc = "islice(iterable, stop)\nislice(iterable, start, stop[, step])\n\n"
                                "The elements that a slice with these bounds would pick.",
                         .flags = kIteratorFlags,
                         .size = sizeof(ISlice),
                         .slots = iterator_slots(islice_visit, islice_new, islice_next)};

// --- accumulate -----------------------------------------------------------------------------------------

struct Accumulate : Object {
  Slot<> iterator;  // fixed, like function
  Slot<> function;  // empty: +
  Slot<> total;     // empty: not begun
  Slot<> initial;   // empty: none, or given
};

void accumulate_visit(Object* o, EdgeVisitor& visit) {
  Accumulate* a = static_cast<Accumulate*>(o);
  visit(a->iterator, a->function, a->total, a->initial);
}

Result<> accumulate_new(Thread& t, Type* cls, Value iterable, Value function, Value initial) {
  Local<> iterator(t, TRY(iterate(t, iterable)));
  Accumulate* a = new_object<Accumulate>(t, *cls);
  if (!a) return kError;
  a->iterator.init(iterator);
  if (!is_none(function)) a->function.init(function);
  if (!is_none(initial)) a->initial.init(initial);
  return own_new(a);
}

Result<> accumulate_next(Thread& t, Value self) {
  Accumulate* a = self.as<Accumulate>();
  if (!a->initial.is_empty()) [[unlikely]] {
    Local<> first(t, a->initial.load(a));
    a->initial.clear(a);
    if (!first.is_empty()) {
      a->total.store(a, first.value());
      return first.give();
    }
  }
  Result<> r = TRY(step_iterator(t, a->iterator.borrow()));
  if (r.is_absent()) return r;
  Local<> item(t, r);
  Local<> total(t, a->total.load(a));
  if (!total.is_empty()) {
    Value function = a->function.borrow();
    item.set(function.is_empty() ? TRY(binary_operation(t, BinaryOp::Add, total, item))
                                 : TRY(call(t, function, total, item)));
  }
  a->total.store(a, item.value());
  return item.give();
}

constexpr NativeDef kAccumulateNew =
    def<accumulate_new>("accumulate($type, /, iterable, func=None, *, initial=None)", "");
const TypeDef kAccumulate = {.name = "itertools.accumulate",
                             .doc = "Running totals, by + or by func(total, element).",
                             .flags = kIteratorFlags,
                             .size = sizeof(Accumulate),
                             .slots = iterator_slots(accumulate_visit, construct<accumulate_new>, accumulate_next),
                             .text_signature = "(iterable, func=None, *, initial=None)"};

}  // namespace

Status itertools_select_exec(Thread& t, Module* module) {
  for (const NativeDef& d : {kCompressNew, kDropWhileNew, kTakeWhileNew, kFilterFalseNew, kStarMapNew, kAccumulateNew}) {
    register_native(t, d);
  }
  const TypeDef* defs[] = {&kCompress, &kDropWhile, &kTakeWhile, &kFilterFalse, &kStarMap, &kISlice, &kAccumulate};
  for (usize i = 0; i < std::size(defs); ++i) TRY(module_add_type(t, module, *defs[i], &g_types[i]));
  return kDone;
}

}  // namespace taipan
