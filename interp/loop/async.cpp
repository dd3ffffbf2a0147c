#include "interp/loop/async.h"

#include "interp/loop/frame_object.h"
#include "runtime/import/import.h"
#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/types/exceptions.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/object_parts.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

Result<> generic_alias_of(Thread& t, Value cls, Value item) { return generic_alias_new(t, cls, item); }

void warn_never_awaited(Thread& t, Generator* coroutine) {
  Result<> warn_function = import_attribute(t, "warnings", "_warn_unawaited_coroutine");
  if (!warn_function.is_error()) {  // the library's words, with the place where it was made
    Local<> f(t, warn_function);
    Result<> done = call(t, f, Value(coroutine));
    if (!done.is_error()) return drop(done);
    bool warned = error_matches(t, RuntimeWarning);  // a filter made it an error
    write_unraisable(t, "Exception ignored while finalizing coroutine", Value(coroutine));
    if (warned) return;
  }
  clear_error(t);
  Result<Str> message = str_format(t, "coroutine '{}' was never awaited", qualname_of(coroutine));
  warn_at_end(t, RuntimeWarning, message, "Exception ignored while finalizing coroutine", Value(coroutine));
}

namespace {

// A value that an async generator yields, as opposed to what it awaits. Never seen by Python code.
struct Wrapped : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::kNone_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<> value;
};
void wrapped_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<Wrapped*>(o)->value); }
const TypeDef kWrapped = {.name = "async_generator_wrapped_value", .flags = kTypeNoInstantiation | kTypeGcTracked,
                          .size = sizeof(Wrapped), .slots = {.visit = wrapped_visit}};
Type* wrapped_type(Thread& t) {
  static Type* type = MUST(type_from_def(t, kWrapped)).word().as<Type>();
  return type;
}

enum class AwaitState : u8 { Init, Iterating, Closed };

// asend(v), __anext__() (v None); athrow(...) and aclose() (no arguments).
struct AsyncCall : Object {
  Slot<Generator> generator;
  Slot<> value;   // sent value; athrow: tuple of arguments, empty for aclose
  AwaitState state;
};
struct ASend : AsyncCall {
  static constexpr BuiltinShape kShape = BuiltinShape::async_generator_asend_;
  static constexpr u32 kSubclassFlag = 0;
};
struct AThrow : AsyncCall {
  static constexpr BuiltinShape kShape = BuiltinShape::async_generator_athrow_;
  static constexpr u32 kSubclassFlag = 0;
};
void async_call_visit(Object* o, EdgeVisitor& visit) {
  auto* c = static_cast<AsyncCall*>(o);
  visit(c->generator, c->value);
}

// What the generator's code gave: a wrapped value ends the await by StopIteration, others pass through.
Result<> unwrap(Thread& t, Generator* g, Result<> result) {
  if (result.is_error()) {
    if (error_matches(t, StopAsyncIteration) || error_matches(t, GeneratorExit)) g->async_closed = true;
    g->async_running = false;
    return kError;
  }
  Local<> v(t, result);
  if (&type_of(v.value()) != wrapped_type(t)) return v.give();
  g->async_running = false;
  Local<> value(t, static_cast<Wrapped*>(v.value().object())->value.load(v.value().object()));
  return raise_stop_iteration(t, value);
}

template <class T>
Result<> make_call(Thread& t, Type& type, Generator* g, Value value) {
  auto* c = new_object<T>(t, type);
  if (c == nullptr) return kError;
  c->generator.init(Value(g));
  c->value.init(value);
  c->state = AwaitState::Init;
  return own_new(c);
}

// sys.set_asyncgen_hooks: firstiter is called once, the finaliser is kept for the generator's end.
Status init_hooks(Thread& t, Generator* g) {
  if (g->hooks_done) return kDone;
  g->hooks_done = true;
  if (!t.engine->async_finaliser.is_empty()) g->finaliser.store(g, t.engine->async_finaliser.value());
  if (!t.engine->async_firstiter.is_empty()) {
    Local<> hook(t, t.engine->async_firstiter.value());
    drop(TRY(call(t, hook, Value(g))));
  }
  return kDone;
}

// An awaitable that nobody has awaited; the others are marked when they are first sent to.
void async_call_finalise(Thread& t, Value self) {
  auto* c = static_cast<AsyncCall*>(self.object());
  const char* method = is_exact<ASend>(self) ? "asend" : c->value.is_empty() ? "aclose" : "athrow";
  Result<Str> message = str_format(t, "coroutine method '{}' of '{}' was never awaited", method,
                                   qualname_of(c->generator.borrow()));
  warn_at_end(t, RuntimeWarning, message, "Exception ignored while finalizing async generator",
              Value(c->generator.borrow()));
}

// ---- asend ----

Result<> asend_send(Thread& t, ASend* c, Value v) {
  mark_finalised(c);
  if (c->state == AwaitState::Closed) return raise(t, RuntimeError, "cannot reuse already awaited __anext__()/asend()");
  Local<Generator> g(t, c->generator.load(c));
  Local<> sent(t, v);
  if (c->state == AwaitState::Init) {
    if (g->async_running) {
      c->state = AwaitState::Closed;
      return raise(t, RuntimeError, "anext(): asynchronous generator is already running");
    }
    if (is_none(sent)) sent.set(c->value.load(c));
    c->state = AwaitState::Iterating;
  }
  g->async_running = true;
  Result<> r = unwrap(t, g.get(), generator_send(t, g.get(), sent));
  if (r.is_error()) c->state = AwaitState::Closed;
  return r;
}
Result<> asend_next(Thread& t, Value self) { return asend_send(t, self.as<ASend>(), none_value()); }
Result<> asend_throw(Thread& t, ASend* c, Value type, Opt<Value> value, Opt<Value> traceback) {
  mark_finalised(c);
  if (c->state == AwaitState::Closed) return raise(t, RuntimeError, "cannot reuse already awaited __anext__()/asend()");
  Local<Generator> g(t, c->generator.load(c));
  if (c->state == AwaitState::Init) {
    if (g->async_running) {
      c->state = AwaitState::Closed;
      return raise(t, RuntimeError, "anext(): asynchronous generator is already running");
    }
    c->state = AwaitState::Iterating;
    g->async_running = true;
  }
  Result<> r = unwrap(t, g.get(), generator_throw(t, g.get(), type, value.value_or(Value::empty()), traceback.value_or(Value::empty())));
  if (r.is_error()) c->state = AwaitState::Closed;
  return r;
}
Result<> close_by_throw(Thread& t, Value self, Result<> thrown) {
  if (!thrown.is_error()) {
    drop(thrown);
    return raise(t, RuntimeError, "coroutine ignored GeneratorExit");
  }
  if (swallow(t, StopIteration) || swallow(t, StopAsyncIteration) || swallow(t, GeneratorExit)) return none();
  return kError;
}
Result<> asend_close(Thread& t, ASend* c) {
  if (c->state == AwaitState::Closed) return none();
  Result<> r = asend_throw(t, c, Value(&GeneratorExit), {}, {});
  return close_by_throw(t, Value(c), r);
}

// ---- athrow, aclose ----

Result<> finish_athrow(Thread& t, AThrow* c, Generator* g, Result<> r) {
  bool is_close = c->value.is_empty();
  if (!r.is_error()) {
    Local<> v(t, r);
    if (&type_of(v.value()) != wrapped_type(t)) return v.give();
    if (!is_close) return unwrap(t, g, v.give());
    g->async_running = false;
    c->state = AwaitState::Closed;
    return raise(t, RuntimeError, "async generator ignored GeneratorExit");
  }
  g->async_running = false;
  c->state = AwaitState::Closed;
  if (error_matches(t, StopAsyncIteration) || error_matches(t, GeneratorExit)) {
    g->async_closed = true;
    if (is_close) {  // the end that aclose() wants
      clear_error(t);
      return raise_none(t, StopIteration);
    }
  }
  return kError;
}

Result<> athrow_send(Thread& t, AThrow* c, Value v) {
  mark_finalised(c);
  if (c->state == AwaitState::Closed) return raise(t, RuntimeError, "cannot reuse already awaited aclose()/athrow()");
  Local<Generator> g(t, c->generator.load(c));
  bool is_close = c->value.is_empty();
  if (g->state.load_relaxed() == GeneratorState::Finished) {
    c->state = AwaitState::Closed;
    return raise_none(t, StopIteration);
  }
  if (c->state == AwaitState::Init) {
    if (g->async_running) {
      c->state = AwaitState::Closed;
      return raise(t, RuntimeError, is_close ? "aclose(): asynchronous generator is already running"
                                             : "athrow(): asynchronous generator is already running");
    }
    if (g->async_closed) {
      c->state = AwaitState::Closed;
      return raise_none(t, StopAsyncIteration);
    }
    if (!is_none(v)) return raise(t, RuntimeError, "can't send non-None value to a just-started coroutine");
    c->state = AwaitState::Iterating;
    g->async_running = true;
    if (is_close) {
      g->async_closed = true;
      return finish_athrow(t, c, g.get(), generator_throw(t, g.get(), Value(&GeneratorExit), Value::empty(), Value::empty()));
    }
    Local<> held(t, c->value.load(c));
    Tuple* args = held.value().as<Tuple>();
    Result<> r = generator_throw(t, g.get(), (*args)[0], args->size() > 1 ? (*args)[1] : Value::empty(),
                                 args->size() > 2 ? (*args)[2] : Value::empty());
    return finish_athrow(t, c, g.get(), r);
  }
  return finish_athrow(t, c, g.get(), generator_send(t, g.get(), v));
}
Result<> athrow_next(Thread& t, Value self) { return athrow_send(t, self.as<AThrow>(), none_value()); }
Result<> athrow_throw(Thread& t, AThrow* c, Value type, Opt<Value> value, Opt<Value> traceback) {
  mark_finalised(c);
  if (c->state == AwaitState::Closed) return raise(t, RuntimeError, "cannot reuse already awaited aclose()/athrow()");
  Local<Generator> g(t, c->generator.load(c));
  if (c->state == AwaitState::Init) {
    if (g->async_running) {
      c->state = AwaitState::Closed;
      return raise(t, RuntimeError, c->value.is_empty() ? "aclose(): asynchronous generator is already running"
                                                        : "athrow(): asynchronous generator is already running");
    }
    c->state = AwaitState::Iterating;
    g->async_running = true;
  }
  Result<> r = generator_throw(t, g.get(), type, value.value_or(Value::empty()), traceback.value_or(Value::empty()));
  return finish_athrow(t, c, g.get(), r);
}
Result<> athrow_close(Thread& t, AThrow* c) {
  if (c->state == AwaitState::Closed) return none();
  Result<> r = athrow_throw(t, c, Value(&GeneratorExit), {}, {});
  return close_by_throw(t, Value(c), r);
}

// ---- async_generator ----

Result<> self_iter(Thread& t, Value self) { return own(self); }

Result<> agen_anext(Thread& t, Value self) {
  TRY(init_hooks(t, self.as<Generator>()));
  return make_call<ASend>(t, async_generator_asend_type, self.as<Generator>(), none_value());
}
// Methods get self as a Value: the struct Generator names the shape of plain generators.
Result<> agen_asend(Thread& t, Value self, Value v) {
  TRY(init_hooks(t, self.as<Generator>()));
  return make_call<ASend>(t, async_generator_asend_type, self.as<Generator>(), v);
}
Result<> agen_athrow(Thread& t, Value self, Value type, Opt<Value> value, Opt<Value> traceback) {
  TRY(init_hooks(t, self.as<Generator>()));
  Value parts[] = {type, value.value_or(none_value()), traceback.value_or(none_value())};
  if (value.present || traceback.present) {
    TRY(warn(t, DeprecationWarning,
             "the (type, exc, tb) signature of athrow() is deprecated, use the single-arg signature instead."));
  }
  Local<Tuple> args(t, TRY(tuple_from(t, parts, traceback.present ? 3 : value.present ? 2 : 1)));
  return make_call<AThrow>(t, async_generator_athrow_type, self.as<Generator>(), args);
}
Result<> agen_aclose(Thread& t, Value self) {
  TRY(init_hooks(t, self.as<Generator>()));
  return make_call<AThrow>(t, async_generator_athrow_type, self.as<Generator>(), Value::empty());
}

// Dropped before its end: the event loop's finaliser takes it over.
void agen_finalise(Thread& t, Value self) {
  Generator* g = self.as<Generator>();
  if (g->state.load_relaxed() == GeneratorState::Finished) return;
  if (!g->finaliser.is_empty() && !g->async_closed) {
    Local<> hook(t, g->finaliser.load(g));
    Result<> r = call(t, hook, self);
    if (r.is_error()) {
      write_unraisable(t, "Exception ignored while closing generator", self);
    } else {
      drop(r);
    }
    return;
  }
  generator_finalise(t, self);
}

const NativeDef kAgenMethods[] = {
    def<object_sizeof>("__sizeof__($self, /)", "Size of the object's own storage, in bytes."),
    def<agen_asend>("asend($self, object, /)", "An awaitable that resumes the generator with a value."),
    def<agen_athrow>("athrow($self, typ, val=<unrepresentable>, tb=<unrepresentable>, /)", "An awaitable that raises an exception in the generator."),
    def<agen_aclose>("aclose($self, /)", "An awaitable that raises GeneratorExit in the generator."),
    class_def<generic_alias_of>("__class_getitem__($type, object, /)", "See PEP 585"),
};
const GetSetDef kAgenGetSets[] = {
    {"__name__", generator_name, generator_set_name, "name of the async generator"},
    {"__qualname__", generator_qualname, generator_set_qualname, "qualified name of the async generator"},
    {"ag_await", generator_yield_from, nullptr, "object being awaited on, or None"},
    {"ag_frame", generator_frame, nullptr, nullptr},
    {"ag_code", generator_code, nullptr, nullptr},
    {"ag_running", [](Thread& t, Value self) -> Result<> { return boolean(self.as<Generator>()->async_running); }, nullptr, nullptr},
    {"ag_suspended", generator_suspended, nullptr, nullptr},
    {"ag_state", generator_state_text, nullptr, "state of the async generator"},
};
const NativeDef kAsendMethods[] = {
    def<asend_send>("send($self, object, /)", nullptr),
    def<asend_throw>("throw($self, typ, val=<unrepresentable>, tb=<unrepresentable>, /)", nullptr),
    def<asend_close>("close($self, /)", nullptr),
};
const NativeDef kAthrowMethods[] = {
    def<athrow_send>("send($self, object, /)", nullptr),
    def<athrow_throw>("throw($self, typ, val=<unrepresentable>, tb=<unrepresentable>, /)", nullptr),
    def<athrow_close>("close($self, /)", nullptr),
};

// ---- anext(it, default) ----

struct AnextAwaitable : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::anext_awaitable_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<> wrapped, fallback;
};
void anext_visit(Object* o, EdgeVisitor& visit) {
  auto* a = static_cast<AnextAwaitable*>(o);
  visit(a->wrapped, a->fallback);
}
// StopAsyncIteration of the item becomes StopIteration(default).
Result<> anext_answer(Thread& t, AnextAwaitable* a, Result<> r) {
  if (r.is_error() && swallow(t, StopAsyncIteration)) {
    Local<> fallback(t, a->fallback.load(a));
    return raise_stop_iteration(t, fallback);
  }
  return r;
}
Result<> anext_next(Thread& t, Value self) {
  auto* a = self.as<AnextAwaitable>();
  Local<> it(t, TRY(awaitable_iterator(t, a->wrapped.borrow())));
  if (is_generator_object(it)) return anext_answer(t, a, generator_send(t, it.value().as<Generator>(), none_value()));
  return anext_answer(t, a, type_of(it.value()).slots.next(t, it));
}
Result<> anext_send(Thread& t, AnextAwaitable* a, Value v) {
  Local<> it(t, TRY(awaitable_iterator(t, a->wrapped.borrow())));
  return anext_answer(t, a, call_method(t, it, names().send, v));
}
Result<> anext_throw(Thread& t, AnextAwaitable* a, Args args) {
  Local<> it(t, TRY(awaitable_iterator(t, a->wrapped.borrow())));
  return anext_answer(t, a, call_method(t, it, names().throw_, args.items, args.count));
}
Result<> anext_close(Thread& t, AnextAwaitable* a) {
  Local<> it(t, TRY(awaitable_iterator(t, a->wrapped.borrow())));
  return anext_answer(t, a, call_method(t, it, names().close));
}
const NativeDef kAnextMethods[] = {
    def<anext_send>("send($self, object, /)", nullptr),
    def<anext_throw>("throw($self, /, *args)", nullptr),
    def<anext_close>("close($self, /)", nullptr),
};

}  // namespace

Result<> async_wrap(Thread& t, Value v) {
  auto* w = new_object<Wrapped>(t, *wrapped_type(t));
  if (w == nullptr) return kError;
  w->value.init(v);
  return own_new(w);
}

Result<> anext_with_default(Thread& t, Value awaitable, Value fallback) {
  auto* a = new_object<AnextAwaitable>(t, anext_awaitable_type);
  if (a == nullptr) return kError;
  a->wrapped.init(awaitable);
  a->fallback.init(fallback);
  return own_new(a);
}

extern const TypeDef async_generator_type_def, async_generator_asend_type_def, async_generator_athrow_type_def,
    anext_awaitable_type_def;
const TypeDef async_generator_type_def = {
    .name = "async_generator",
    .flags = kTypeNoInstantiation | kTypeGcTracked | kTypeWeakrefable | kTypeHasFinaliser,
    .size = sizeof(Generator),
    .slots = {.visit = generator_visit, .destroy = generator_destroy, .size = generator_size, .finalise = agen_finalise,
              .repr = generator_repr, .aiter = self_iter, .anext = agen_anext},
    .methods = kAgenMethods,
    .getsets = kAgenGetSets,
};
const TypeDef async_generator_asend_type_def = {
    .name = "async_generator_asend",
    .flags = kTypeNoInstantiation | kTypeGcTracked | kTypeHasFinaliser,
    .size = sizeof(ASend),
    .slots = {.visit = async_call_visit, .finalise = async_call_finalise, .iter = self_iter, .next = asend_next, .await = self_iter},
    .methods = kAsendMethods,
};
const TypeDef async_generator_athrow_type_def = {
    .name = "async_generator_athrow",
    .flags = kTypeNoInstantiation | kTypeGcTracked | kTypeHasFinaliser,
    .size = sizeof(AThrow),
    .slots = {.visit = async_call_visit, .finalise = async_call_finalise, .iter = self_iter, .next = athrow_next, .await = self_iter},
    .methods = kAthrowMethods,
};
const TypeDef anext_awaitable_type_def = {
    .name = "anext_awaitable",
    .flags = kTypeNoInstantiation | kTypeGcTracked,
    .size = sizeof(AnextAwaitable),
    .slots = {.visit = anext_visit, .iter = self_iter, .next = anext_next, .await = self_iter},
    .methods = kAnextMethods,
};

}  // namespace taipan
