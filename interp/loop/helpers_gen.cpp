// SEND, await and asynchronous iteration.
#include "interp/loop/async.h"
#include "interp/loop/generator.h"
#include "interp/loop/ops_common.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/types/exceptions.h"

namespace taipan {
namespace {

// A coroutine: native, or a generator that types.coroutine() has marked.
bool is_coroutine(Value v) {
  if (!v.is_ref()) return false;
  u32 shape = v.object()->shape.load_relaxed();
  if (shape == shape_id(BuiltinShape::coroutine_)) return true;
  return shape == shape_id(BuiltinShape::generator_) && (v.as<Generator>()->code->flags & kCoIterableCoroutine);
}

}  // namespace

Outcome send_op(TP_HELPER_ARGS) {
  Value iterator = fp[b].canonical();
  if (is_generator_object(iterator)) {
    Value sent = fp[a];
    if ((sent.bits & 3) == 0) fp[a] = Value::empty();
    return resume_in_loop(t, fp, iterator.as<Generator>(), sent);
  }
  Value sent = fp[a].canonical();
  Result<> item = Result<>::absent();
  Type& type = type_of(iterator);
  if (is_none(sent) && type.slots.next != nullptr) {
    // __next__ of a Python class may end with StopIteration(value): the slot would lose the value.
    item = type.has(kTypeHeap) ? call_special(t, iterator, names().__next__, nullptr, 0) : type.slots.next(t, iterator);
  } else {
    item = call_method(t, iterator, names().send, sent);
  }
  Value result;
  if (item.is_error()) {
    if (!error_matches(t, StopIteration)) return Outcome::Error;
    Local<BaseException> e(t, take_error(t));
    auto* stop = reinterpret_cast<StopIterationObject*>(e.get());
    result = stop->value.load(stop).word();
    if (result.is_empty()) result = none().word();
  } else if (!item.is_absent()) {
    finish(t, fp, a, item.word());
    return Outcome::Next;
  } else {
    result = none().word();
  }
  Value x = take_killed(fp, b, pc->k & kKillB);
  put(fp, a, result);
  drop(x);
  run_pending(t);
  return Outcome::Jump;
}

bool get_yield_from_iter(TP_HELPER_ARGS) {
  Value v = fp[b].canonical();
  if (is_coroutine(v)) {
    if (!(frame_code(fp)->flags & (kCoCoroutine | kCoIterableCoroutine))) {
      raise(t, TypeError, "cannot 'yield from' a coroutine object in a non-coroutine generator");
      return false;
    }
    return finish_b(t, fp, pc, a, b, duplicate(fp[b]));
  }
  if (is_exact<Generator>(v)) return finish_b(t, fp, pc, a, b, duplicate(fp[b]));
  return finish_b(t, fp, pc, a, b, TP_TAKE(iterate(t, v)).word());
}

Result<> awaitable_iterator(Thread& t, Value v) {
  if (is_coroutine(v)) return own(v);
  Type& type = type_of(v);
  if (type.slots.await == nullptr) return raise(t, TypeError, "'{!T}' object can't be awaited", v);
  Local<> iterator(t, TRY(type.slots.await(t, v)));
  if (is_coroutine(iterator)) return raise(t, TypeError, "{!T}.__await__() must return an iterator, not coroutine", v);
  if (type_of(iterator.value()).slots.next == nullptr) {
    return raise(t, TypeError, "{!T}.__await__() must return an iterator, not {!T}", v, iterator);
  }
  return iterator.give();
}

bool get_awaitable(TP_HELPER_ARGS) {
  Value v = fp[b].canonical();
  if (pc->minor() != 0 && !is_coroutine(v) && type_of(v).slots.await == nullptr) {
    raise(t, TypeError, "'async with' received an object from {} that does not implement __await__: {!T}",
          pc->minor() == 1 ? "__aenter__" : "__aexit__", v);
    return false;
  }
  Local<> iterator(t, TP_TAKE(awaitable_iterator(t, v)));
  if (is_exact_coroutine(iterator) && generator_delegates(iterator.value().as<Generator>())) {
    raise(t, RuntimeError, "coroutine is being awaited already");
    return false;
  }
  Value word = iterator.give().word();
  return finish_b(t, fp, pc, a, b, word);
}

bool get_aiter(TP_HELPER_ARGS) {
  Value v = fp[b].canonical();
  Type& type = type_of(v);
  if (type.slots.aiter == nullptr) {
    raise(t, TypeError, "'async for' requires an object with __aiter__ method, got {!T}", v);
    return false;
  }
  Local<> iterator(t, TP_TAKE(type.slots.aiter(t, v)));
  if (type_of(iterator.value()).slots.anext == nullptr) {
    raise(t, TypeError, "'async for' received an object from __aiter__ that does not implement __anext__: {!T}", iterator);
    return false;
  }
  Value word = iterator.give().word();
  return finish_b(t, fp, pc, a, b, word);
}

bool get_anext(TP_HELPER_ARGS) {
  Value v = fp[b].canonical();
  Type& type = type_of(v);
  if (type.slots.anext == nullptr) {
    raise(t, TypeError, "'async for' requires an iterator with __anext__ method, got {!T}", v);
    return false;
  }
  Local<> next(t, TP_TAKE(type.slots.anext(t, v)));
  Result<> iterator = awaitable_iterator(t, next);
  if (iterator.is_error()) {
    Local<BaseException> cause(t, take_error(t));
    raise(t, TypeError, "'async for' received an invalid object from __anext__: {!T}", next);
    auto* e = t.exc.as<BaseException>();
    exception_set_context(e, cause);
    return exception_set_cause(t, e, cause).is_error() && false;
  }
  next.set(iterator);
  Value word = next.give().word();
  return finish(t, fp, a, word);
}

}  // namespace taipan
