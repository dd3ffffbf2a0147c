// The types generator, coroutine and coroutine_wrapper: methods, attributes, finalisation.
#include <cstdio>
#include <optional>

#include "interp/loop/async.h"
#include "interp/loop/frame_object.h"
#include "interp/loop/generator.h"
#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/thread/safepoint.h"
#include "runtime/types/exceptions.h"
#include "runtime/types/list.h"
#include "runtime/types/object_parts.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"

namespace taipan {

Result<> generator_frame(Thread& t, Value self) {
  Generator* g = self.as<Generator>();
  std::optional<StoppedWorld> stopped;  // another thread may run it, or finish it
  if (g->is_shared()) stopped.emplace(t);
  if (g->state.load_relaxed() == GeneratorState::Finished) return none();
  if (g->is_shared()) publish_before_lock(g, g->registers()[kFrameCallee].canonical());
  FrameObject* f = frame_object(t, g->registers());
  if (f == nullptr) return kError;
  publish_before_lock(g, Value(f));
  return own(f);
}
Result<> generator_code(Thread& t, Value self) { return own(self.as<Generator>()->code); }
Result<> generator_running(Thread& t, Value self) {
  return boolean(self.as<Generator>()->state.load_relaxed() == GeneratorState::Running);
}
Result<> generator_suspended(Thread& t, Value self) {
  return boolean(self.as<Generator>()->state.load_relaxed() == GeneratorState::Suspended);
}
Result<> generator_state_text(Thread& t, Value self) {
  const char* prefix = is_exact_coroutine(self) ? "CORO_" : is_exact<Generator>(self) ? "GEN_" : "AGEN_";
  const char* const kStates[] = {"CREATED", "SUSPENDED", "RUNNING", "CLOSED"};
  return str_format(t, "{}{}", prefix, kStates[static_cast<u8>(self.as<Generator>()->state.load_relaxed())]);
}
Result<> generator_yield_from(Thread& t, Value self) {
  Result<> r = generator_delegate(t, self.as<Generator>());
  return r.is_absent() ? none() : r;
}
Result<> generator_name(Thread& t, Value self) {
  auto* g = self.as<Generator>();
  return g->name.is_empty() ? own(Value(g->code->name)) : g->name.load(g);
}
Result<> generator_qualname(Thread& t, Value self) {
  auto* g = self.as<Generator>();
  return g->qualname.is_empty() ? own(Value(g->code->qualname)) : g->qualname.load(g);
}
Status generator_set_name(Thread& t, Value self, Value v) {
  if (v.is_empty() || !is_a<Str>(v)) return raise(t, TypeError, "__name__ must be set to a string object");
  self.as<Generator>()->name.store(self.object(), v);
  return kDone;
}
Status generator_set_qualname(Thread& t, Value self, Value v) {
  if (v.is_empty() || !is_a<Str>(v)) return raise(t, TypeError, "__qualname__ must be set to a string object");
  self.as<Generator>()->qualname.store(self.object(), v);
  return kDone;
}

Result<Str> generator_repr(Thread& t, Value self) {
  char address[24];
  std::snprintf(address, sizeof address, "0x%lx", static_cast<unsigned long>(self.canonical().bits));
  return str_format(t, "<{!T} object {} at {}>", self, qualname_of(self.as<Generator>()), address);
}

namespace {

Result<> send(Thread& t, Generator* g, Value v) { return generator_send(t, g, v); }
Result<> throw_method(Thread& t, Generator* g, Value type, Opt<Value> value, Opt<Value> traceback) {
  if (value.present || traceback.present) {
    TRY(warn(t, DeprecationWarning,
             "the (type, exc, tb) signature of throw() is deprecated, use the single-arg signature instead."));
  }
  return generator_throw(t, g, type, value.value_or(Value::empty()), traceback.value_or(Value::empty()));
}
Result<> close(Thread& t, Generator* g) { return generator_close(t, g); }
Result<> next_method(Thread& t, Generator* g) { return generator_send(t, g, none_value()); }

}  // namespace

namespace {

// Dropped while suspended: close() (PEP 442). A coroutine that never started is reported.
void close_at_end(Thread& t, Value self) {
  Generator* g = self.as<Generator>();
  GeneratorState state = g->state.load_relaxed();
  if (state == GeneratorState::Finished) return;
  if (is_exact_coroutine(self) && state == GeneratorState::Created) {
    warn_never_awaited(t, g);
    return;
  }
  if (state == GeneratorState::Created) return;
  Result<> r = generator_close(t, g);
  if (r.is_error()) {
    write_unraisable(t, "Exception ignored while closing generator", self);
  } else {
    drop(r);
  }
}

}  // namespace

void generator_finalise(Thread& t, Value self) {
  Generator* g = self.as<Generator>();
  close_at_end(t, self);
  // The collector empties what it found to be dead, and the frame's object may outlive that.
  Value* fp = g->registers();
  if (g->state.load_relaxed() != GeneratorState::Finished && frame_has_object(fp)) detach_frame_object(t, fp);
}

namespace {

Result<> self_iter(Thread& t, Value self) { return own(self); }

const GetSetDef kGeneratorGetSets[] = {
    {"__name__", generator_name, generator_set_name, "name of the generator"},
    {"__qualname__", generator_qualname, generator_set_qualname, "qualified name of the generator"},
    {"gi_yieldfrom", generator_yield_from, nullptr, "object being iterated by yield from, or None"},
    {"gi_running", generator_running, nullptr, nullptr},
    {"gi_frame", generator_frame, nullptr, nullptr},
    {"gi_suspended", generator_suspended, nullptr, nullptr},
    {"gi_code", generator_code, nullptr, nullptr},
    {"gi_state", generator_state_text, nullptr, "state of the generator"},
};
const GetSetDef kCoroutineGetSets[] = {
    {"__name__", generator_name, generator_set_name, "name of the coroutine"},
    {"__qualname__", generator_qualname, generator_set_qualname, "qualified name of the coroutine"},
    {"cr_await", generator_yield_from, nullptr, "object being awaited on, or None"},
    {"cr_running", generator_running, nullptr, nullptr},
    {"cr_frame", generator_frame, nullptr, nullptr},
    {"cr_suspended", generator_suspended, nullptr, nullptr},
    {"cr_code", generator_code, nullptr, nullptr},
    {"cr_origin", [](Thread& t, Value self) -> Result<> {
       Value v = self.as<Generator>()->origin.load(self.object()).word();
       return v.is_empty() ? none() : Result<>::from_owned(v);
     }, nullptr, nullptr},
    {"cr_state", generator_state_text, nullptr, "state of the coroutine"},
};

const NativeDef kGeneratorMethods[] = {
    def<object_sizeof>("__sizeof__($self, /)", "Size of the object's own storage, in bytes."),
    def<send>("send($self, object, /)", "Resume with a value; return the next one yielded, or raise StopIteration."),
    def<throw_method>("throw($self, typ, val=<unrepresentable>, tb=<unrepresentable>, /)",
                      "Raise an exception where the generator waits; return the next value yielded, or raise StopIteration."),
    def<close>("close($self, /)", "Raise GeneratorExit where the generator waits."),
    class_def<generic_alias_of>("__class_getitem__($type, object, /)", "See PEP 585"),
    def<next_method>("__next__($self, /)", "Implement next(self)."),
};
const NativeDef kCoroutineMethods[] = {
    def<object_sizeof>("__sizeof__($self, /)", "Size of the object's own storage, in bytes."),
    def<send>("send($self, object, /)", "Send a value into coroutine; return the next one yielded, or raise StopIteration."),
    def<throw_method>("throw($self, typ, val=<unrepresentable>, tb=<unrepresentable>, /)",
                      "Raise an exception in coroutine, where it waits; return the next value yielded, or raise StopIteration."),
    def<close>("close($self, /)", "Raise GeneratorExit inside coroutine, where it waits."),
    class_def<generic_alias_of>("__class_getitem__($type, object, /)", "See PEP 585"),
};

constexpr TypeSlots common_slots() {
  TypeSlots s{};
  s.visit = generator_visit;
  s.destroy = generator_destroy;
  s.size = generator_size;
  s.finalise = generator_finalise;
  s.repr = generator_repr;
  return s;
}
constexpr TypeSlots generator_slots() {
  TypeSlots s = common_slots();
  s.iter = self_iter;
  s.next = generator_next;
  return s;
}

// ---- coroutine_wrapper: what coroutine.__await__() gives ----

struct CoroutineWrapper : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::coroutine_wrapper_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<Generator> coroutine;
};

Result<> coroutine_await(Thread& t, Value self) {
  auto* w = new_object<CoroutineWrapper>(t, coroutine_wrapper_type);
  if (w == nullptr) return kError;
  w->coroutine.init(self);
  return own_new(w);
}
constexpr TypeSlots coroutine_slots() {
  TypeSlots s = common_slots();
  s.await = coroutine_await;
  return s;
}

void wrapper_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<CoroutineWrapper*>(o)->coroutine); }
Result<> wrapper_next(Thread& t, Value self) { return generator_send(t, self.as<CoroutineWrapper>()->coroutine.borrow(), none_value()); }
Result<> wrapper_send(Thread& t, CoroutineWrapper* w, Value v) { return generator_send(t, w->coroutine.borrow(), v); }
Result<> wrapper_throw(Thread& t, CoroutineWrapper* w, Value type, Opt<Value> value, Opt<Value> traceback) {
  return throw_method(t, w->coroutine.borrow(), type, value, traceback);
}
Result<> wrapper_close(Thread& t, CoroutineWrapper* w) { return generator_close(t, w->coroutine.borrow()); }

const NativeDef kWrapperMethods[] = {
    def<wrapper_send>("send($self, object, /)", "Resume the coroutine with a value."),
    def<wrapper_throw>("throw($self, typ, val=<unrepresentable>, tb=<unrepresentable>, /)", "Raise an exception in the coroutine."),
    def<wrapper_close>("close($self, /)", "Raise GeneratorExit in the coroutine."),
};
constexpr TypeSlots wrapper_slots() {
  TypeSlots s{};
  s.visit = wrapper_visit;
  s.iter = self_iter;
  s.next = wrapper_next;
  return s;
}

}  // namespace

extern const TypeDef generator_type_def, coroutine_type_def, coroutine_wrapper_type_def;
const TypeDef generator_type_def = {
    .name = "generator",
    .flags = kTypeNoInstantiation | kTypeGcTracked | kTypeWeakrefable | kTypeHasFinaliser,
    .size = sizeof(Generator),
    .slots = generator_slots(),
    .methods = kGeneratorMethods,
    .getsets = kGeneratorGetSets,
};
const TypeDef coroutine_type_def = {
    .name = "coroutine",
    .flags = kTypeNoInstantiation | kTypeGcTracked | kTypeWeakrefable | kTypeHasFinaliser,
    .size = sizeof(Generator),
    .slots = coroutine_slots(),
    .methods = kCoroutineMethods,
    .getsets = kCoroutineGetSets,
};
const TypeDef coroutine_wrapper_type_def = {
    .name = "coroutine_wrapper",
    .doc = "A wrapper object implementing __await__ for coroutines.",
    .flags = kTypeNoInstantiation | kTypeGcTracked,
    .size = sizeof(CoroutineWrapper),
    .slots = wrapper_slots(),
    .methods = kWrapperMethods,
};

}  // namespace taipan
