#include "runtime/types/sequence_iterator.h"

#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/startup.h"
#include "runtime/thread/local.h"
#include "runtime/types/descriptor_parts.h"
#include "runtime/types/int.h"
#include "runtime/types/singletons.h"
#include "runtime/types/tuple.h"

namespace taipan {

Result<> sequence_iterator_new(Thread& t, Value sequence) {
  auto* i = new_object<SequenceIterator>(t, sequence_iterator_type);
  if (i == nullptr) return kError;
  i->sequence.init(sequence);
  return own_new(i);
}
Result<> callable_iterator_new(Thread& t, Value callable, Value sentinel) {
  auto* i = new_object<CallableIterator>(t, callable_iterator_type);
  if (i == nullptr) return kError;
  i->callable.init(callable);
  i->sentinel.init(sentinel);
  return own_new(i);
}

namespace {

void sequence_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<SequenceIterator*>(o)->sequence); }
void callable_visit(Object* o, EdgeVisitor& visit) {
  auto* i = static_cast<CallableIterator*>(o);
  visit(i->callable, i->sentinel);
}
Result<> self_iter(Thread&, Value self) { return own(self); }

Result<> sequence_next(Thread& t, Value self) {
  auto* i = self.as<SequenceIterator>();
  Local<> sequence(t, i->sequence.load(i));
  if (sequence.is_empty()) return Result<>::absent();
  i64 at = i->index.load_relaxed();  // two threads may read one item twice, as with CPython
  if (at == INT64_MAX) return raise(t, OverflowError, "iter index too large");
  Local<> key(t, TRY(int_from_i64(t, at)));
  Result<> item = get_item(t, sequence, key);
  if (item.is_error()) {
    if (!swallow(t, IndexError) && !swallow(t, StopIteration)) return kError;
    i->sequence.clear(i);
    return Result<>::absent();
  }
  i->index.store_relaxed(at + 1);  // as above
  return item;
}
Result<> callable_next(Thread& t, Value self) {
  auto* i = self.as<CallableIterator>();
  Local<> callable(t, i->callable.load(i));
  if (callable.is_empty()) return Result<>::absent();
  Result<> called = call(t, callable);
  if (called.is_error()) {
    if (!swallow(t, StopIteration)) return kError;
    i->callable.clear(i);
    i->sentinel.clear(i);
    return Result<>::absent();
  }
  Local<> item(t, called);
  Local<> sentinel(t, i->sentinel.load(i));
  if (sentinel.is_empty()) return Result<>::absent();
  if (!TRY(equal(t, sentinel, item))) return item.give();
  i->callable.clear(i);
  i->sentinel.clear(i);
  return Result<>::absent();
}

Result<> sequence_length_hint(Thread& t, SequenceIterator* self) {
  Local<> sequence(t, self->sequence.load(self));
  if (sequence.is_empty()) return Result<>::small_int(0);
  if (type_of(sequence).slots.length == nullptr) return not_implemented();
  ssize rest = TRY(length(t, sequence)) - self->index.load_relaxed();  // a hint
  return int_from_i64(t, rest < 0 ? 0 : rest);
}
Result<> sequence_reduce(Thread& t, SequenceIterator* self) {
  Local<> iter(t, TRY(builtin_function(t, "iter")));
  Local<> sequence(t, self->sequence.load(self));
  if (sequence.is_empty()) {
    Local<Tuple> args(t, TRY(tuple_of(t, Value(empty_tuple()))));
    return tuple_of(t, iter, args);
  }
  Local<Tuple> args(t, TRY(tuple_of(t, sequence)));
  Local<> at(t, TRY(int_from_i64(t, self->index.load_relaxed())));
  return tuple_of(t, iter, args, at);
}
Status sequence_setstate(Thread& t, SequenceIterator* self, ssize index) {
  if (!self->sequence.is_empty()) self->index.store_relaxed(index < 0 ? 0 : index);
  return kDone;
}
Result<> callable_reduce(Thread& t, CallableIterator* self) {
  Local<> iter(t, TRY(builtin_function(t, "iter")));
  Local<> callable(t, self->callable.load(self));
  Local<> sentinel(t, self->sentinel.load(self));
  Local<Tuple> args(t, callable.is_empty() ? TRY(tuple_of(t, Value(empty_tuple())))
                                           : TRY(tuple_of(t, callable, sentinel)));
  return tuple_of(t, iter, args);
}
const NativeDef kSequenceMethods[] = {
    def<sequence_length_hint>("__length_hint__($self, /)", "An estimate of the items left."),
    def<sequence_reduce>("__reduce__($self, /)", nullptr),
    def<sequence_setstate>("__setstate__($self, object, /)", nullptr)};
const NativeDef kCallableMethods[] = {def<callable_reduce>("__reduce__($self, /)", nullptr)};

}  // namespace

extern const TypeDef sequence_iterator_type_def = {
    .name = "iterator", .flags = kTypeGcTracked, .size = sizeof(SequenceIterator),
    .slots = {.visit = sequence_visit, .iter = self_iter, .next = sequence_next},
    .methods = kSequenceMethods};
extern const TypeDef callable_iterator_type_def = {
    .name = "callable_iterator", .flags = kTypeGcTracked, .size = sizeof(CallableIterator),
    .slots = {.visit = callable_visit, .iter = self_iter, .next = callable_next},
    .methods = kCallableMethods};

}  // namespace taipan
