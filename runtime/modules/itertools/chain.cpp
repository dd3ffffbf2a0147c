// itertools.chain, zip_longest, batched and pairwise: what puts elements of iterables together.
#include "runtime/modules/itertools/itertools.h"
#include "runtime/native/construct.h"
#include "runtime/types/quick_compare.h"

namespace taipan {

namespace {

Type *g_chain_type, *g_zip_longest_type, *g_batched_type, *g_pairwise_type;

// --- chain ----------------------------------------------------------------------------------------------

struct Chain : Object {
  Slot<> source;  // of the iterables; empty: exhausted
  Slot<> active;  // iterator of the current one, or empty
};

void chain_visit(Object* o, EdgeVisitor& visit) {
  Chain* c = static_cast<Chain*>(o);
  visit(c->source, c->active);
}

Result<> chain_of(Thread& t, Type& cls, Value iterables) {
  Local<> source(t, TRY(iterate(t, iterables)));
  Chain* c = new_object<Chain>(t, cls);
  if (!c) return kError;
  c->source.init(source);
  return own_new(c);
}

Result<> chain_new(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  TRY(no_keywords_unless_subclass(t, cls, *g_chain_type, "chain", kwnames));
  Local<Tuple> iterables(t, TRY(tuple_from(t, args, nargs)));
  return chain_of(t, cls, iterables);
}
Result<> chain_from_iterable(Thread& t, Type* cls, Value iterable) { return chain_of(t, *cls, iterable); }

Result<> chain_next(Thread& t, Value self) {
  Chain* c = self.as<Chain>();
  while (true) {
    Local<> active(t, c->active.load(c));
    if (active.is_empty()) {
      Local<> source(t, c->source.load(c));
      if (source.is_empty()) return Result<>::absent();
      Result<> r = step_iterator(t, source);
      if (r.is_error() || r.is_absent()) {
        c->source.clear(c);
        return r;
      }
      Local<> iterable(t, r);
      Result<> made = iterate(t, iterable);
      if (made.is_error()) {
        c->source.clear(c);
        return made;
      }
      active.set(made);
      c->active.store(c, active.value());
    }
    Result<> r = TRY(step_iterator(t, active));
    if (!r.is_absent()) return r;
    // Another thread may be at the next iterable already.
    Value old = Value::empty();
    {
      Mutating guard(c);
      if (same(c->active.borrow(), active)) old = c->active.replace_counted(c, Value::empty());
    }
    release_removed(old);
  }
}

constexpr NativeDef kChainMethods[] = {
    class_def<class_getitem>("__class_getitem__($type, object, /)", "Generic alias of chain."),
    class_def<chain_from_iterable>("from_iterable($type, iterable, /)",
                                   "Chains the iterables that one iterable gives, each when its turn comes."),
};
const TypeDef kChain = {.name = "itertools.chain",
                        .doc = "The elements of the first iterable, then those of the next, and so on.",
                        .flags = kIteratorFlags,
                        .size = sizeof(Chain),
                        .slots = iterator_slots(chain_visit, chain_new, chain_next),
                        .methods = kChainMethods,
                        .text_signature = "(*iterables)"};

// --- zip_longest ----------------------------------------------------------------------------------------

struct ZipLongest : Object {
  Slot<List> iterators;  // never changes; None in place of those that have ended
  Slot<> fill;
};

void zip_longest_visit(Object* o, EdgeVisitor& visit) {
  ZipLongest* z = static_cast<ZipLongest*>(o);
  visit(z->iterators, z->fill);
}

Result<> zip_longest_new(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  Value fill = none_value();
  for (usize i = 0; kwnames && i < kwnames->size(); ++i) {
    if (!str_equals((*kwnames)[i].as<Str>(), "fillvalue")) {
      return raise(t, TypeError, "zip_longest() got an unexpected keyword argument");
    }
    fill = args[nargs + i];
  }
  Local<List> iterators(t, TRY(list_new(t, nargs)));
  for (u32 i = 0; i < nargs; ++i) TRY(list_append(t, iterators, TRY(iterate(t, args[i]))));
  ZipLongest* z = new_object<ZipLongest>(t, cls);
  if (!z) return kError;
  z->iterators.init(iterators);
  z->fill.init(fill);
  return own_new(z);
}

bool all_ended(List* iterators, usize n) {
  for (usize i = 0; i < n; ++i) {
    if (!is_none(list_borrow(iterators, i))) return false;
  }
  return true;
}

Result<> zip_longest_next(Thread& t, Value self) {
  ZipLongest* z = self.as<ZipLongest>();
  List* iterators = z->iterators.borrow();
  usize n = list_size(iterators);
  if (all_ended(iterators, n)) return Result<>::absent();
  Local<Tuple> result(t, TRY(tuple_new(t, n)));
  for (usize i = 0; i < n; ++i) {
    Local<> iterator(t, list_borrow(iterators, i));
    Result<> r = Result<>::absent();
    if (!is_none(iterator)) {
      r = step_iterator(t, iterator);
      if (r.is_error()) {
        for (usize k = 0; k < n; ++k) TRY(list_set(t, iterators, k, none_value()));
        return kError;
      }
      if (r.is_absent()) {
        TRY(list_set(t, iterators, i, none_value()));
        if (all_ended(iterators, n)) return Result<>::absent();
      }
    }
    if (r.is_absent()) {
      result->items()[i].store(result.get(), z->fill.borrow());
    } else {
      result->items()[i].store(result.get(), r);
    }
  }
  return Result<>(result.give());
}

const TypeDef kZipLongest = {.name = "itertools.zip_longest",
                             .doc = "Tuples with one element of each iterable, until the longest has ended;\n"
                                    "fillvalue stands for the elements of those that end sooner.",
                             .flags = kIteratorFlags,
                             .size = sizeof(ZipLongest),
                             .slots = iterator_slots(zip_longest_visit, zip_longest_new, zip_longest_next),
                             .text_signature = "(*iterables, fillvalue=None)"};

// --- batched --------------------------------------------------------------------------------------------

struct Batched : Object {
  Slot<> iterator;  // empty: exhausted
  ssize size;       // fixed, like strict
  bool strict;
};

void batched_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<Batched*>(o)->iterator); }

Result<> batched_new(Thread& t, Type* cls, Value iterable, ssize n, bool strict) {
  if (n < 1) return raise(t, ValueError, "n must be at least one");
  Local<> iterator(t, TRY(iterate(t, iterable)));
  Batched* b = new_object<Batched>(t, *cls);
  if (!b) return kError;
  b->iterator.init(iterator);
  b->size = n;
  b->strict = strict;
  return own_new(b);
}

Result<> batched_next(Thread& t, Value self) {
  Batched* b = self.as<Batched>();
  Local<> iterator(t, b->iterator.load(b));
  if (iterator.is_empty()) return Result<>::absent();
  // n may be far more than there are elements: large batches grow.
  constexpr ssize kAtOnce = 256;
  if (b->size > kAtOnce) {
    Local<List> list(t, TRY(list_new(t)));
    for (ssize i = 0; i < b->size; ++i) {
      Result<> r = TRY(step_iterator(t, iterator));
      if (r.is_absent()) break;
      TRY(list_append(t, list, r));
    }
    ssize got = static_cast<ssize>(list_size(list));
    if (got < b->size) b->iterator.clear(b);
    if (got == 0) return Result<>::absent();
    if (got < b->size && b->strict) return raise(t, ValueError, "batched(): incomplete batch");
    return Result<>(TRY(list_to_tuple(t, list)));
  }
  usize n = static_cast<usize>(b->size), got = 0;
  Result<> first = TRY(step_iterator(t, iterator));
  if (first.is_absent()) return b->iterator.clear(b), first;
  Local<> held(t, first);
  Local<Tuple> batch(t, TRY(tuple_new(t, n)));
  batch->items()[got++].store(batch.get(), held.value());
  for (; got < n; ++got) {
    Result<> r = TRY(step_iterator(t, iterator));
    if (r.is_absent()) break;
    batch->items()[got].store(batch.get(), r);
  }
  if (got == n) return Result<>(batch.give());
  b->iterator.clear(b);
  if (b->strict) return raise(t, ValueError, "batched(): incomplete batch");
  return Result<>(TRY(tuple_slice(t, batch, 0, got)));
}

constexpr NativeDef kBatchedNew = def<batched_new>("batched($type, /, iterable, n, *, strict=False)", "");
const TypeDef kBatched = {.name = "itertools.batched",
                          .doc = "Tuples of n elements in a row; the last may be shorter, unless strict.",
                          .flags = kIteratorFlags,
                          .size = sizeof(Batched),
                          .slots = iterator_slots(batched_visit, construct<batched_new>, batched_next),
                          .text_signature = "(iterable, n, *, strict=False)"};

// --- pairwise -------------------------------------------------------------------------------------------

struct Pairwise : Object {
  Slot<> iterator;  // empty: exhausted
  Slot<> last;
};

void pairwise_visit(Object* o, EdgeVisitor& visit) {
  Pairwise* p = static_cast<Pairwise*>(o);
  visit(p->iterator, p->last);
}

Result<> pairwise_new(Thread& t, Type* cls, Value iterable) {
  Local<> iterator(t, TRY(iterate(t, iterable)));
  Pairwise* p = new_object<Pairwise>(t, *cls);
  if (!p) return kError;
  p->iterator.init(iterator);
  return own_new(p);
}

Result<> pairwise_end(Pairwise* p) {
  p->iterator.clear(p);
  p->last.clear(p);
  return Result<>::absent();
}

Result<> pairwise_next(Thread& t, Value self) {
  Pairwise* p = self.as<Pairwise>();
  Local<> iterator(t, p->iterator.load(p));
  if (iterator.is_empty()) return Result<>::absent();
  Local<> last(t, p->last.load(p));
  if (last.is_empty()) {
    last.set(TRY(step_iterator(t, iterator)));
    if (last.is_empty()) return pairwise_end(p);
    p->last.store(p, last.value());
    if (p->iterator.is_empty()) return pairwise_end(p);  // the step came back here and ended it
  }
  Result<> r = TRY(step_iterator(t, iterator));
  if (r.is_absent()) return pairwise_end(p);
  Local<> now(t, r);
  p->last.store(p, now.value());
  return tuple_of(t, last, now);
}

constexpr NativeDef kPairwiseNew = def<pairwise_new>("pairwise($type, iterable, /)", "");
const TypeDef kPairwise = {.name = "itertools.pairwise",
                           .doc = "Tuples of two neighbours: s -> (s0, s1), (s1, s2), (s2, s3), ...",
                           .flags = kIteratorFlags,
                           .size = sizeof(Pairwise),
                           .slots = iterator_slots(pairwise_visit, construct<pairwise_new>, pairwise_next),
                           .text_signature = "(iterable, /)"};

}  // namespace

Status itertools_chain_exec(Thread& t, Module* module) {
  for (const NativeDef& d : {kBatchedNew, kPairwiseNew}) register_native(t, d);
  TRY(module_add_type(t, module, kChain, &g_chain_type));
  TRY(module_add_type(t, module, kZipLongest, &g_zip_longest_type));
  TRY(module_add_type(t, module, kBatched, &g_batched_type));
  return module_add_type(t, module, kPairwise, &g_pairwise_type);
}

}  // namespace taipan
