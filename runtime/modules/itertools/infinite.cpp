// itertools.count, cycle and repeat.
#include "runtime/modules/itertools/itertools.h"
#include "runtime/native/construct.h"

namespace taipan {

namespace {

// --- count ----------------------------------------------------------------------------------------------

// Machine integers while they last, then any objects that add. `big` is empty in the first form.
struct Count : Object {
  i64 number, step;
  Slot<> big, big_step;
};

void count_visit(Object* o, EdgeVisitor& visit) {
  Count* c = static_cast<Count*>(o);
  visit(c->big, c->big_step);
}

bool is_number(Value v) {
  const TypeSlots& s = type_of(v).slots;
  return s.index != nullptr || s.to_int != nullptr || s.to_float != nullptr || is_instance(v, complex_type);
}

Result<> count_new(Thread& t, Type* cls, Value start, Value step_by) {
  if (!is_number(start) || !is_number(step_by)) return raise(t, TypeError, "a number is required");
  i64 number = 0, step_number = 0;
  bool small = is_exact_int(start) && is_exact_int(step_by) && int_to_i64(start, &number) &&
               int_to_i64(step_by, &step_number);
  Count* c = new_object<Count>(t, *cls);
  if (!c) return kError;
  if (small) {
    c->number = number;
    c->step = step_number;
  } else {
    c->big.init(start);
    c->big_step.init(step_by);
  }
  return own_new(c);
}

// Adding may run Python code: the value is put back only where nobody stepped meanwhile.
Result<> count_next_big(Thread& t, Count* c) {
  while (true) {
    Local<> now(t, c->big.load(c)), by(t, c->big_step.load(c));
    Local<> then(t, TRY(binary_operation(t, BinaryOp::Add, now, by)));
    publish_before_lock(c, then);
    Value old;
    {
      Mutating guard(c);
      if (!same(c->big.borrow(), now)) continue;
      old = c->big.replace_counted(c, SlotBase::count_for_slot(then));
    }
    release_removed(old);
    return now.give();
  }
}

Status count_become_big(Thread& t, Count* c) {
  Local<> by(t, TRY(int_from_i64(t, c->step)));
  publish_before_lock(c, by);
  Mutating guard(c);
  if (!c->big.is_empty()) return kDone;
  Result<> now = int_from_i64(t, c->number);
  if (now.is_error()) {
    guard.unlock();
    return kError;
  }
  publish_before_lock(c, now.word());
  c->big_step.replace_counted(c, SlotBase::count_for_slot(by));
  c->big.replace_counted(c, SlotBase::counted_form(now.word()));
  return kDone;
}

Result<> count_next(Thread& t, Value self) {
  Count* c = self.as<Count>();
  while (true) {
    {
      Mutating guard(c);
      if (!c->big.is_empty()) break;
      i64 now = c->number;
      if (!__builtin_add_overflow(now, c->step, &c->number)) {
        guard.unlock();
        return int_from_i64(t, now);
      }
      c->number = now;
    }
    TRY(count_become_big(t, c));
  }
  return count_next_big(t, c);
}

Result<Str> count_repr(Thread& t, Value self) {
  Count* c = self.as<Count>();
  Local<> now(t), by(t);
  i64 number, by_number;
  {
    Mutating guard(c);
    now.set(c->big.load(c));
    by.set(c->big_step.load(c));
    number = c->number;
    by_number = c->step;
  }
  if (now.is_empty()) {
    now.set(TRY(int_from_i64(t, number)));
    by.set(TRY(int_from_i64(t, by_number)));
  }
  if (by.value().is_int() && by.value().as_int() == 1) {
    return str_format(t, "{}({!r})", Value(type_of(self).name.borrow()), now.value());
  }
  return str_format(t, "{}({!r}, {!r})", Value(type_of(self).name.borrow()), now.value(), by.value());
}

constexpr NativeDef kCountNew = def<count_new>("count($type, /, start=0, step=1)", "");
constexpr TypeSlots count_slots() {
  TypeSlots s = iterator_slots(count_visit, construct<count_new>, count_next);
  s.repr = count_repr;
  return s;
}
const TypeDef kCount = {.name = "itertools.count",
                        .doc = "start, start + step, start + 2 * step, ... without end.",
                        .flags = kIteratorFlags,
                        .size = sizeof(Count),
                        .slots = count_slots(),
                        .text_signature = "(start=0, step=1)"};

// --- cycle ----------------------------------------------------------------------------------------------

struct Cycle : Object {
  Slot<> iterator;   // empty: exhausted
  Slot<List> saved;  // never changes; grows while the iterator lasts
  u64 index;         // of the next saved element
};

void cycle_visit(Object* o, EdgeVisitor& visit) {
  Cycle* c = static_cast<Cycle*>(o);
  visit(c->iterator, c->saved);
}

Result<> cycle_new(Thread& t, Type* cls, Value iterable) {
  Local<> iterator(t, TRY(iterate(t, iterable)));
  Local<List> saved(t, TRY(list_new(t)));
  Cycle* c = new_object<Cycle>(t, *cls);
  if (!c) return kError;
  c->iterator.init(iterator);
  c->saved.init(saved);
  return own_new(c);
}

Result<> cycle_next(Thread& t, Value self) {
  Cycle* c = self.as<Cycle>();
  List* saved = c->saved.borrow();
  if (!c->iterator.is_empty()) {
    Local<> iterator(t, c->iterator.load(c));
    Result<> r = iterator.is_empty() ? Result<>::absent() : TRY(step_iterator(t, iterator));
    if (!r.is_absent()) {
      Local<> item(t, r);
      TRY(list_append(t, saved, item.value()));
      return item.give();
    }
    c->iterator.clear(c);
  }
  usize n = list_size(saved);
  if (n == 0) return Result<>::absent();
  u64 i;
  {
    Mutating guard(c);
    i = c->index < n ? c->index : 0;
    c->index = i + 1;
  }
  return list_get(t, saved, i);
}

constexpr NativeDef kCycleNew = def<cycle_new>("cycle($type, iterable, /)", "");
const TypeDef kCycle = {.name = "itertools.cycle",
                        .doc = "The elements of the iterable, then the same again, without end.",
                        .flags = kIteratorFlags,
                        .size = sizeof(Cycle),
                        .slots = iterator_slots(cycle_visit, construct<cycle_new>, cycle_next),
                        .text_signature = "(iterable, /)"};

// --- repeat ---------------------------------------------------------------------------------------------

struct Repeat : Object {
  Slot<> element;
  ssize left;  // negative: without end
};

void repeat_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<Repeat*>(o)->element); }

Result<> repeat_new(Thread& t, Type* cls, Value object, Opt<ssize> times) {
  Repeat* r = new_object<Repeat>(t, *cls);
  if (!r) return kError;
  r->element.init(object);
  r->left = !times ? -1 : *times < 0 ? 0 : *times;
  return own_new(r);
}

Result<> repeat_next(Thread&, Value self) {
  Repeat* r = self.as<Repeat>();
  {
    Mutating guard(r);
    if (r->left == 0) return Result<>::absent();
    if (r->left > 0) --r->left;
  }
  return r->element.load(r);
}

ssize repeat_left(Repeat* r) {
  Mutating guard(r);
  return r->left;
}

Result<Str> repeat_repr(Thread& t, Value self) {
  Repeat* r = self.as<Repeat>();
  ssize left = repeat_left(r);
  if (left < 0) return str_format(t, "{}({!r})", Value(type_of(self).name.borrow()), r->element.borrow());
  return str_format(t, "{}({!r}, {})", Value(type_of(self).name.borrow()), r->element.borrow(), left);
}

Result<ssize> repeat_length_hint(Thread& t, Value self) {
  ssize left = repeat_left(self.as<Repeat>());
  if (left < 0) return raise(t, TypeError, "len() of unsized object");
  return left;
}

constexpr NativeDef kRepeatNew = def<repeat_new>("repeat($type, /, object, times=<unrepresentable>)", "");
constexpr NativeDef kRepeatMethods[] = {
    def<repeat_length_hint>("__length_hint__($self, /)", "How many elements are left."),
};
constexpr TypeSlots repeat_slots() {
  TypeSlots s = iterator_slots(repeat_visit, construct<repeat_new>, repeat_next);
  s.repr = repeat_repr;
  return s;
}
const TypeDef kRepeat = {.name = "itertools.repeat",
                         .doc = "repeat(object [,times])\n\nThe object, times times or without end.",
                         .flags = kIteratorFlags,
                         .size = sizeof(Repeat),
                         .slots = repeat_slots(),
                         .methods = kRepeatMethods};

Type* g_types[3];

}  // namespace

Status itertools_infinite_exec(Thread& t, Module* module) {
  for (const NativeDef& d : {kCountNew, kCycleNew, kRepeatNew}) register_native(t, d);
  TRY(module_add_type(t, module, kCount, &g_types[0]));
  TRY(module_add_type(t, module, kCycle, &g_types[1]));
  return module_add_type(t, module, kRepeat, &g_types[2]);
}

}  // namespace taipan
