// itertools.product, permutations, combinations and combinations_with_replacement.
//
// The pools are tuples that never change; only positions do, under the lock byte. The result is allocated
// before the lock is taken and filled under it, so a step by two threads gives each a tuple of its own.
#include "runtime/modules/itertools/itertools.h"
#include "runtime/native/construct.h"

namespace taipan {

namespace {

Type* g_types[4];

struct Combinatoric : Object {
  Slot<Tuple> pool;   // product: a tuple of tuples
  ssize* positions;   // of the elements in the pool; permutations: of all of the pool, then r cycles
  u32 allocated;      // of them
  u32 length;         // of a result
  enum State : u8 { Fresh, Running, Ended } state;
};

void combinatoric_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<Combinatoric*>(o)->pool); }

void combinatoric_destroy(Object* o) {
  Combinatoric* c = static_cast<Combinatoric*>(o);
  drop_edges(o, combinatoric_visit);
  if (c->positions) buffer_free(c->positions, c->allocated * sizeof(ssize));
  free_object(o, object_size(o));
}

Result<> make(Thread& t, Type& cls, Tuple* pool, usize positions, usize length) {
  if (positions > UINT32_MAX || length > UINT32_MAX) return static_cast<void>(raise_memory_error(t)), kError;
  ssize* room = nullptr;
  if (positions > 0) {
    room = static_cast<ssize*>(buffer_allocate(t, positions * sizeof(ssize)));
    if (!room) return static_cast<void>(raise_memory_error(t)), kError;
  }
  Combinatoric* c = new_object<Combinatoric>(t, cls);
  if (!c) {
    if (room) buffer_free(room, positions * sizeof(ssize));
    return kError;
  }
  for (usize i = 0; i < positions; ++i) room[i] = static_cast<ssize>(i);
  c->pool.init(Value(pool));
  c->positions = room;
  c->allocated = static_cast<u32>(positions);
  c->length = static_cast<u32>(length);
  return own_new(c);
}

// advance: to the next positions; false at the end. Runs under the lock, like element.
template <bool (*advance)(Combinatoric*), Value (*element)(Combinatoric*, usize)>
Result<> combinatoric_next(Thread& t, Value self) {
  Combinatoric* c = self.as<Combinatoric>();
  {
    Mutating guard(c);
    if (c->state == Combinatoric::Ended) return Result<>::absent();
  }
  Local<Tuple> result(t, TRY(tuple_new(t, c->length)));
  Mutating guard(c);
  if (c->state == Combinatoric::Ended) return Result<>::absent();
  if (c->state == Combinatoric::Running && !advance(c)) {
    c->state = Combinatoric::Ended;
    return Result<>::absent();
  }
  c->state = Combinatoric::Running;
  for (usize i = 0; i < c->length; ++i) result->items()[i].init(element(c, i));
  return Result<>(result.give());
}

Value from_pool(Combinatoric* c, usize i) { return (*c->pool.borrow())[static_cast<usize>(c->positions[i])]; }

// A count of elements: r, or the size of the pool for None.
Result<ssize> result_length(Thread& t, Value r, usize pool) {
  if (r.is_empty() || is_none(r)) return static_cast<ssize>(pool);
  if (!is_any_int(r)) return raise(t, TypeError, "Expected int as r");
  ssize n = TRY(to_ssize(t, r));
  if (n < 0) return raise(t, ValueError, "r cannot be negative");
  return n;
}

Result<ssize> combinatoric_sizeof(Thread&, Value self) {
  return static_cast<ssize>(object_size(self.object()) + self.as<Combinatoric>()->allocated * sizeof(ssize));
}
constexpr NativeDef kMethods[] = {
    def<combinatoric_sizeof>("__sizeof__($self, /)", "Size in memory, in bytes."),
};

constexpr TypeSlots slots(NewFunction make_new, NextFunction next) {
  TypeSlots s = iterator_slots(combinatoric_visit, make_new, next);
  s.destroy = combinatoric_destroy;
  return s;
}

// --- product --------------------------------------------------------------------------------------------

Result<> product_new(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  ssize times = 1;
  for (usize i = 0; kwnames && i < kwnames->size(); ++i) {
    if (!str_equals((*kwnames)[i].as<Str>(), "repeat")) {
      return raise(t, TypeError, "product() got an unexpected keyword argument '{}'", (*kwnames)[i]);
    }
    times = TRY(to_ssize(t, args[nargs + i]));
    if (times < 0) return raise(t, ValueError, "repeat argument cannot be negative");
  }
  if (nargs == 0) times = 0;
  if (nargs > 0 && static_cast<usize>(times) > UINT32_MAX / nargs) {
    return raise(t, OverflowError, "repeat argument too large");
  }
  usize n = nargs * static_cast<usize>(times);
  Local<Tuple> pools(t, TRY(tuple_new(t, n)));
  bool empty = false;
  for (usize i = 0; i < nargs && times > 0; ++i) {
    Local<Tuple> pool(t, TRY(to_tuple(t, args[i])));
    empty |= pool->size() == 0;
    for (usize k = 0; k < static_cast<usize>(times); ++k) {
      pools->items()[k * nargs + i].store(pools.get(), pool.value());
    }
  }
  Local<> made(t, TRY(make(t, cls, pools, n, n)));
  Combinatoric* c = made.value().as<Combinatoric>();
  for (usize i = 0; i < n; ++i) c->positions[i] = 0;
  if (empty) c->state = Combinatoric::Ended;
  return made.give();
}

Tuple* product_pool(Combinatoric* c, usize i) { return (*c->pool.borrow())[i].as<Tuple>(); }
Value product_element(Combinatoric* c, usize i) { return (*product_pool(c, i))[static_cast<usize>(c->positions[i])]; }
bool product_advance(Combinatoric* c) {
  for (usize i = c->length; i-- > 0;) {
    if (static_cast<usize>(++c->positions[i]) < product_pool(c, i)->size()) return true;
    c->positions[i] = 0;
  }
  return false;
}
const TypeDef kProduct = {.name = "itertools.product",
                          .doc = "The Cartesian product of the iterables: what nested for-loops would go through.",
                          .flags = kIteratorFlags,
                          .size = sizeof(Combinatoric),
                          .slots = slots(product_new, combinatoric_next<product_advance, product_element>),
                          .methods = kMethods,
                          .text_signature = "(*iterables, repeat=1)"};

// --- combinations ---------------------------------------------------------------------------------------

Result<> combinations_new(Thread& t, Type* cls, Value iterable, ssize r) {
  Local<Tuple> pool(t, TRY(to_tuple(t, iterable)));
  if (r < 0) return raise(t, ValueError, "r cannot be negative");
  bool none = static_cast<usize>(r) > pool->size();
  usize n = none ? 0 : static_cast<usize>(r);
  Local<> made(t, TRY(make(t, *cls, pool, n, n)));
  if (none) made.value().as<Combinatoric>()->state = Combinatoric::Ended;
  return made.give();
}

bool combinations_advance(Combinatoric* c) {
  ssize n = static_cast<ssize>(c->pool.borrow()->size()), r = c->length, i = r - 1;
  while (i >= 0 && c->positions[i] == i + n - r) --i;
  if (i < 0) return false;
  ssize at = ++c->positions[i];
  for (ssize k = i + 1; k < r; ++k) c->positions[k] = ++at;
  return true;
}
constexpr NativeDef kCombinationsNew = def<combinations_new>("combinations($type, /, iterable, r)", "");
const TypeDef kCombinations = {.name = "itertools.combinations",
                               .doc = "All tuples of r elements, in their order in the iterable.",
                               .flags = kIteratorFlags,
                               .size = sizeof(Combinatoric),
                               .slots = slots(construct<combinations_new>, combinatoric_next<combinations_advance, from_pool>),
                               .methods = kMethods,
                               .text_signature = "(iterable, r)"};

// --- combinations_with_replacement ----------------------------------------------------------------------

Result<> with_replacement_new(Thread& t, Type* cls, Value iterable, ssize r) {
  Local<Tuple> pool(t, TRY(to_tuple(t, iterable)));
  if (r < 0) return raise(t, ValueError, "r cannot be negative");
  bool none = pool->size() == 0 && r > 0;
  usize n = none ? 0 : static_cast<usize>(r);
  Local<> made(t, TRY(make(t, *cls, pool, n, n)));
  Combinatoric* c = made.value().as<Combinatoric>();
  for (usize i = 0; i < n; ++i) c->positions[i] = 0;
  if (none) c->state = Combinatoric::Ended;
  return made.give();
}

bool with_replacement_advance(Combinatoric* c) {
  ssize n = static_cast<ssize>(c->pool.borrow()->size()), r = c->length, i = r - 1;
  while (i >= 0 && c->positions[i] == n - 1) --i;
  if (i < 0) return false;
  ssize at = c->positions[i] + 1;
  for (ssize k = i; k < r; ++k) c->positions[k] = at;
  return true;
}
constexpr NativeDef kWithReplacementNew =
    def<with_replacement_new>("combinations_with_replacement($type, /, iterable, r)", "");
const TypeDef kWithReplacement = {
    .name = "itertools.combinations_with_replacement",
    .doc = "All tuples of r elements, in their order in the iterable; each may occur again.",
    .flags = kIteratorFlags,
    .size = sizeof(Combinatoric),
    .slots = slots(construct<with_replacement_new>, combinatoric_next<with_replacement_advance, from_pool>),
    .methods = kMethods,
    .text_signature = "(iterable, r)"};

// --- permutations ---------------------------------------------------------------------------------------

Result<> permutations_new(Thread& t, Type* cls, Value iterable, Value r) {
  Local<Tuple> pool(t, TRY(to_tuple(t, iterable)));
  usize n = pool->size(), length = static_cast<usize>(TRY(result_length(t, r, n)));
  bool none = length > n;
  if (none) length = 0;
  Local<> made(t, TRY(make(t, *cls, pool, none ? 0 : n + length, length)));
  Combinatoric* c = made.value().as<Combinatoric>();
  for (usize i = 0; i < length; ++i) c->positions[n + i] = static_cast<ssize>(n - i);
  if (none) c->state = Combinatoric::Ended;
  return made.give();
}

// positions[0 .. n) is an arrangement of the pool whose first r are given; cycles[i] counts how many more elements
// take place i before the place to its left changes.
bool permutations_advance(Combinatoric* c) {
  ssize n = static_cast<ssize>(c->pool.borrow()->size()), r = c->length;
  ssize *at = c->positions, *cycles = at + n;
  for (ssize i = r - 1; i >= 0; --i) {
    if (--cycles[i] == 0) {
      ssize first = at[i];
      for (ssize k = i; k < n - 1; ++k) at[k] = at[k + 1];
      at[n - 1] = first;
      cycles[i] = n - i;
    } else {
      ssize other = n - cycles[i], kept = at[i];
      at[i] = at[other];
      at[other] = kept;
      return true;
    }
  }
  return false;
}
constexpr NativeDef kPermutationsNew = def<permutations_new>("permutations($type, /, iterable, r=None)", "");
const TypeDef kPermutations = {.name = "itertools.permutations",
                               .doc = "All arrangements of r elements, by position.",
                               .flags = kIteratorFlags,
                               .size = sizeof(Combinatoric),
                               .slots = slots(construct<permutations_new>, combinatoric_next<permutations_advance, from_pool>),
                               .methods = kMethods,
                               .text_signature = "(iterable, r=None)"};

}  // namespace

Status itertools_combinatoric_exec(Thread& t, Module* module) {
  for (const NativeDef& d : {kCombinationsNew, kWithReplacementNew, kPermutationsNew}) register_native(t, d);
  const TypeDef* defs[] = {&kProduct, &kCombinations, &kWithReplacement, &kPermutations};
  for (usize i = 0; i < std::size(defs); ++i) TRY(module_add_type(t, module, *defs[i], &g_types[i]));
  return kDone;
}

}  // namespace taipan
