// Asynchronous generators: the awaitables that __anext__, asend, athrow and aclose give (PEP 525).
// A value yielded by the generator itself travels wrapped, so that it differs from what its awaits yield.
#pragma once
#include "interp/loop/generator.h"

namespace taipan {

inline bool is_exact_coroutine(Value v) {
  return v.is_ref() && v.object()->shape.load_relaxed() == shape_id(BuiltinShape::coroutine_);
}
inline bool is_exact_async_generator(Value v) {
  return v.is_ref() && v.object()->shape.load_relaxed() == shape_id(BuiltinShape::async_generator_);
}
// AsyncGenWrap: the value an async generator yields.
Result<> async_wrap(Thread& t, Value v);
// What `await v` iterates: __await__() checked, coroutines themselves.
Result<> awaitable_iterator(Thread& t, Value v);
// anext(it, default).
Result<> anext_with_default(Thread& t, Value awaitable, Value fallback);
// RuntimeWarning: coroutine '...' was never awaited.
void warn_never_awaited(Thread& t, Generator* coroutine);
// Attributes that the three kinds share (generator_types.cpp).
Result<> generator_frame(Thread& t, Value self);
Result<> generator_code(Thread& t, Value self);
Result<> generator_suspended(Thread& t, Value self);
Result<> generator_state_text(Thread& t, Value self);
Result<> generator_yield_from(Thread& t, Value self);
Result<> generator_name(Thread& t, Value self);
Result<> generator_qualname(Thread& t, Value self);
Status generator_set_name(Thread& t, Value self, Value v);
Status generator_set_qualname(Thread& t, Value self, Value v);
Result<Str> generator_repr(Thread& t, Value self);
void generator_finalise(Thread& t, Value self);
// cls[item].
Result<> generic_alias_of(Thread& t, Value cls, Value item);

}  // namespace taipan
