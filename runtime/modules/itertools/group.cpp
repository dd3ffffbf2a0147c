// itertools.groupby and tee: several iterators over one.
//
// Neither is meant for use by several threads at once (the documentation says so): every field is read and
// written whole, and a tee whose source is being stepped raises RuntimeError.
#include "runtime/modules/itertools/itertools.h"
#include "runtime/native/construct.h"

namespace taipan {

namespace {

Type *g_groupby_type, *g_grouper_type, *g_tee_type, *g_block_type;

// --- groupby --------------------------------------------------------------------------------------------

struct GroupBy : Object {
  Slot<> iterator, key_function;   // fixed; key_function empty: the element itself
  Slot<> target, key, value;       // key of the group, of the element at hand, that element; empty: none yet
  Atomic<u64> group;               // number of the group that may still read
};
struct Grouper : Object {
  Slot<GroupBy> parent;  // fixed
  Slot<> target;
  u64 group;
};

void groupby_visit(Object* o, EdgeVisitor& visit) {
  GroupBy* g = static_cast<GroupBy*>(o);
  visit(g->iterator, g->key_function, g->target, g->key, g->value);
}
void grouper_visit(Object* o, EdgeVisitor& visit) {
  Grouper* g = static_cast<Grouper*>(o);
  visit(g->parent, g->target);
}

Result<> groupby_new(Thread& t, Type* cls, Value iterable, Value key) {
  Local<> iterator(t, TRY(iterate(t, iterable)));
  GroupBy* g = new_object<GroupBy>(t, *cls);
  if (!g) return kError;
  g->iterator.init(iterator);
  if (!is_none(key)) g->key_function.init(key);
  return own_new(g);
}

// One element further; false at the end.
Result<bool> groupby_step(Thread& t, GroupBy* g) {
  Result<> r = TRY(step_iterator(t, g->iterator.borrow()));
  if (r.is_absent()) return false;
  Local<> value(t, r), key(t);
  Value function = g->key_function.borrow();
  key.set(function.is_empty() ? value.copy() : TRY(call(t, function, value)));
  g->value.store(g, value.value());
  g->key.store(g, key.value());
  return true;
}

Result<> grouper_make(Thread& t, Value parent, Value target) {
  Grouper* group = new_object<Grouper>(t, *g_grouper_type);
  if (!group) return kError;
  GroupBy* g = parent.as<GroupBy>();
  group->parent.init(parent);
  group->target.init(target);
  group->group = g->group.fetch_add_relaxed(1) + 1;  // a number of its own; nothing else depends on it
  return own_new(group);
}

Result<> groupby_next(Thread& t, Value self) {
  GroupBy* g = self.as<GroupBy>();
  g->group.fetch_add_relaxed(1);  // the group before ends
  LoopPoll poll(t);
  while (true) {
    Local<> key(t, g->key.load(g)), target(t, g->target.load(g));
    if (!key.is_empty()) {
      if (target.is_empty() || !TRY(equal(t, target, key))) break;
    }
    if (!TRY(groupby_step(t, g))) return Result<>::absent();
    TRY(poll());
  }
  Local<> key(t, g->key.load(g));
  g->target.store(g, key.value());
  Local<> group(t, TRY(grouper_make(t, self, key)));
  return tuple_of(t, key, group);
}

Result<> grouper_new(Thread& t, Type&, const Value* args, u32 nargs, Tuple* kwnames) {
  TRY(no_keywords(t, "_grouper", kwnames));
  if (nargs != 2) return raise(t, TypeError, "_grouper expected 2 arguments, got {}", nargs);
  if (!is_instance(args[0], *g_groupby_type)) {
    return raise(t, TypeError, "_grouper() argument 1 must be itertools.groupby, not {!T}", args[0]);
  }
  return grouper_make(t, args[0], args[1]);
}

Result<> grouper_next(Thread& t, Value self) {
  Grouper* group = self.as<Grouper>();
  GroupBy* g = group->parent.borrow();
  if (g->group.load_relaxed() != group->group) return Result<>::absent();
  if (g->value.is_empty() && !TRY(groupby_step(t, g))) return Result<>::absent();
  Local<> key(t, g->key.load(g));
  if (key.is_empty() || !TRY(equal(t, group->target.borrow(), key))) return Result<>::absent();
  Local<> value(t, g->value.load(g));
  g->value.clear(g);
  return value.give();  // empty, that is absent, if another thread took it
}

constexpr NativeDef kGroupByNew = def<groupby_new>("groupby($type, /, iterable, key=None)", "");
const TypeDef kGroupBy = {.name = "itertools.groupby",
                          .doc = "Tuples (key, group) for the runs of elements with the same key(element).",
                          .flags = kIteratorFlags,
                          .size = sizeof(GroupBy),
                          .slots = iterator_slots(groupby_visit, construct<groupby_new>, groupby_next),
                          .text_signature = "(iterable, key=None)"};
const TypeDef kGrouper = {.name = "itertools._grouper",
                          .flags = kTypeGcTracked,
                          .size = sizeof(Grouper),
                          .slots = iterator_slots(grouper_visit, grouper_new, grouper_next)};

// --- tee ------------------------------------------------------------------------------------------------

// Elements of the source, in the order they came; whoever reaches the end takes the next one.
constexpr u32 kBlockValues = 57;
struct TeeBlock : Object {
  Slot<> iterator;
  Slot<TeeBlock> next;
  Atomic<u32> filled;     // values below are final
  Atomic<bool> stepping;
  Slot<> values[kBlockValues];
};
struct Tee : Object {
  Slot<TeeBlock> block;
  u32 index;  // with block: under the lock
};

void block_visit(Object* o, EdgeVisitor& visit) {
  TeeBlock* b = static_cast<TeeBlock*>(o);
  visit(b->iterator, b->next);
  visit.slots(b->values, kBlockValues);
}
void tee_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<Tee*>(o)->block); }

Result<TeeBlock> block_new(Thread& t, Value iterator) {
  TeeBlock* b = new_object<TeeBlock>(t, *g_block_type);
  if (!b) return kError;
  b->iterator.init(iterator);
  return own_new(b);
}

bool begin_step(TeeBlock* b) { return !b->stepping.exchange_seq_cst(true); }

// Value i of a block; absent() at the end of the source.
Result<> block_value(Thread& t, TeeBlock* b, u32 i) {
  if (i < b->filled.load_acquire()) return b->values[i].load(b);
  if (!begin_step(b)) return raise(t, RuntimeError, "cannot re-enter the tee iterator");
  u32 n = b->filled.load_relaxed();
  if (i < n) {  // somebody was faster
    b->stepping.store_release(false);
    return b->values[i].load(b);
  }
  Result<> r = step_iterator(t, b->iterator.borrow());
  if (!r.is_error() && !r.is_absent()) {
    Local<> v(t, r);
    b->values[n].store(b, v.value());
    b->filled.store_release(n + 1);
    b->stepping.store_release(false);
    return v.give();
  }
  b->stepping.store_release(false);
  return r;
}

// The block after a full one.
Result<TeeBlock> block_after(Thread& t, TeeBlock* b) {
  Local<TeeBlock> known(t, b->next.load(b));
  if (!known.is_empty()) return known.give();
  Local<TeeBlock> fresh(t, TRY(block_new(t, b->iterator.borrow())));
  publish_before_lock(b, fresh.value());
  Mutating guard(b);
  if (b->next.is_empty()) b->next.replace_counted(b, SlotBase::count_for_slot(fresh));
  return b->next.load(b);
}

Result<> tee_next(Thread& t, Value self) {
  Tee* tee = self.as<Tee>();
  Local<TeeBlock> block(t);
  u32 i;
  {
    Mutating guard(tee);
    block.set(tee->block.load(tee));
    i = tee->index;
  }
  if (i == kBlockValues) {
    Local<TeeBlock> next(t, TRY(block_after(t, block)));
    Result<> r = TRY(block_value(t, next, 0));
    if (r.is_absent()) return r;
    Local<> v(t, r);
    publish_before_lock(tee, next.value());
    Value old;
    {
      Mutating guard(tee);
      old = tee->block.replace_counted(tee, SlotBase::count_for_slot(next));
      tee->index = 1;
    }
    release_removed(old);
    return v.give();
  }
  Result<> r = TRY(block_value(t, block, i));
  if (r.is_absent()) return r;
  Mutating guard(tee);
  if (tee->block.borrow() == block.get() && tee->index == i) tee->index = i + 1;
  return r;
}

Result<> tee_make(Thread& t, TeeBlock* block, u32 index) {
  Tee* tee = new_object<Tee>(t, *g_tee_type);
  if (!tee) return kError;
  tee->block.init(Value(block));
  tee->index = index;
  return own_new(tee);
}

Result<> tee_copy(Thread& t, Value self) {
  Tee* tee = self.as<Tee>();
  Local<TeeBlock> block(t);
  u32 i;
  {
    Mutating guard(tee);
    block.set(tee->block.load(tee));
    i = tee->index;
  }
  return tee_make(t, block, i);
}

// A tee over any iterable; a copy of one that is a tee already.
Result<> tee_over(Thread& t, Value iterable) {
  Local<> iterator(t, TRY(iterate(t, iterable)));
  if (&type_of(iterator.value()) == g_tee_type) return tee_copy(t, iterator);
  Local<TeeBlock> block(t, TRY(block_new(t, iterator)));
  return tee_make(t, block, 0);
}

Result<> tee_new(Thread& t, Type*, Value iterable) { return tee_over(t, iterable); }

// _tee_dataobject(iterator, values, next): the inverse of what pickles of older versions hold.
Result<> block_construct(Thread& t, Type&, const Value* args, u32 nargs, Tuple* kwnames) {
  TRY(no_keywords(t, "teedataobject", kwnames));
  if (nargs != 3) return raise(t, TypeError, "teedataobject expected 3 arguments, got {}", nargs);
  if (!is_exact<List>(args[1])) {
    return raise(t, TypeError, "teedataobject() argument 2 must be list, not {!T}", args[1]);
  }
  usize n = list_size(args[1].as<List>());
  bool has_next = !is_none(args[2]);
  bool good = n <= kBlockValues && (!has_next || (n == kBlockValues && &type_of(args[2]) == g_block_type)) &&
              type_of(args[0]).slots.next != nullptr;
  if (!good) return raise(t, ValueError, "Invalid arguments");
  Local<TeeBlock> block(t, TRY(block_new(t, args[0])));
  for (usize i = 0; i < n; ++i) block->values[i].store(block.get(), list_borrow(args[1].as<List>(), i));
  block->filled.store_release(static_cast<u32>(n));
  if (has_next) block->next.store(block.get(), args[2]);
  return Result<>(block.give());
}

constexpr NativeDef kTeeNew = def<tee_new>("_tee($type, iterable, /)", "");
constexpr NativeDef kTeeMethods[] = {
    def<tee_copy>("__copy__($self, /)", "An iterator of its own at the same place."),
};
const TypeDef kTee = {.name = "itertools._tee",
                      .doc = "One of several iterators over the same iterable.",
                      .flags = kTypeGcTracked | kTypeWeakrefable,
                      .size = sizeof(Tee),
                      .slots = iterator_slots(tee_visit, construct<tee_new>, tee_next),
                      .methods = kTeeMethods,
                      .text_signature = "(iterable, /)"};
constexpr TypeSlots block_slots() {
  TypeSlots s{};
  s.visit = block_visit;
  s.new_ = block_construct;
  return s;
}
const TypeDef kBlock = {.name = "itertools._tee_dataobject",
                        .doc = "Elements that the iterators of one tee() still need.",
                        .flags = kTypeGcTracked,
                        .size = sizeof(TeeBlock),
                        .slots = block_slots()};

}  // namespace

Result<Tuple> itertools_tee(Thread& t, Value iterable, ssize n) {
  if (n < 0) return raise(t, ValueError, "n cannot be negative");
  Local<Tuple> all(t, TRY(tuple_new(t, static_cast<usize>(n))));
  if (n == 0) return all.give();
  Local<> first(t, TRY(tee_over(t, iterable)));
  all->items()[0].store(all.get(), first.value());
  for (usize i = 1; i < static_cast<usize>(n); ++i) all->items()[i].store(all.get(), TRY(tee_copy(t, first)));
  return all.give();
}

Status itertools_group_exec(Thread& t, Module* module) {
  for (const NativeDef& d : {kGroupByNew, kTeeNew}) register_native(t, d);
  TRY(module_add_type(t, module, kGroupBy, &g_groupby_type));
  TRY(module_add_type(t, module, kGrouper, &g_grouper_type));
  TRY(module_add_type(t, module, kTee, &g_tee_type));
  return module_add_type(t, module, kBlock, &g_block_type);
}

}  // namespace taipan
