#include "interp/loop/generator_quick.h"

#include <optional>

#include "interp/loop/frame_object.h"
#include "interp/loop/helpers_inline.h"
#include "interp/loop/tier.h"
#include "runtime/memory/hooks.h"
#include "runtime/memory/thread_memory.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/thread/safepoint.h"
#include "runtime/types/exceptions.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

void count_registers(Generator* g) {
  if (!must_count_registers()) return;
  Value* r = g->registers();
  for (i32 i = kFrameObject; i < static_cast<i32>(g->code->nregs); ++i) {
    if (r[i].is_deferred() && !r[i].object()->is_immortal()) r[i] = SlotBase::counted_form(r[i]);
    publish_before_lock(g, r[i]);  // before it can be resumed elsewhere
  }
}

namespace {

const char* kind_name(const Generator* g) {
  return g->code->flags & kCoCoroutine ? "coroutine" : g->code->flags & kCoAsyncGenerator ? "async generator" : "generator";
}

// was: the state it had, which decides whether it could be claimed.
TP_INLINE bool claim(Generator* g, GeneratorState& was) {
  was = g->state.load_relaxed();
  while (was == GeneratorState::Created || was == GeneratorState::Suspended) {
    if (g->is_local()) {
      g->state.store_relaxed(GeneratorState::Running);
      return true;
    }
    if (g->state.cas_acquire(was, GeneratorState::Running)) return true;
  }
  return false;
}

// Makes g's frame the thread's current one. g->state was claimed from `was`.
TP_INLINE bool enter_generator(Thread& t, Generator* g, FrameKind kind, GeneratorState was) {
  if (t.depth >= t.recursion_limit) {
    g->state.store_release(was);
    return (void)raise_recursion_error(t, ""), false;
  }
  ++t.depth;
  Value* fp = g->registers();
  fp[kFramePrevious] = Value(reinterpret_cast<u64>(t.fp) | 1 | kSpecialFrame);
  set_frame_kind(fp, kind);
  fp[kFrameExtra] = Value(reinterpret_cast<u64>(t.top) | 1);
  g->previous_running = t.engine->running;
  t.engine->running = g;
  g->resumer_handled = t.handled;
  g->handled_inherited = g->handled.is_empty();
  t.handled = g->handled_inherited ? take_word(g->resumer_handled) : std::exchange(g->handled, Value::empty());
  t.fp = fp;
  return true;
}

// Back to the resumer. `after`: what g is from now on.
TP_INLINE void exit_generator(Thread& t, Generator* g, GeneratorState after) {
  Value* fp = g->registers();
  Value own_handled = std::exchange(t.handled, std::exchange(g->resumer_handled, Value::empty()));
  if (g->handled_inherited || after == GeneratorState::Finished) {
    drop(own_handled);
  } else {
    g->handled = SlotBase::counted_form(own_handled);
    publish_before_lock(g, g->handled);
  }
  t.engine->running = g->previous_running;
  g->previous_running = nullptr;
  --t.depth;
  t.fp = frame_previous(fp);
  if (after == GeneratorState::Finished) mark_finalised(g);
  // Its own link would lead frame walkers astray while it is suspended.
  fp[kFramePrevious] = Value(u64{1});
  g->state.store_release(after);
}

void clear_generator(Thread& t, Value* fp) {
  if (frame_has_object(fp)) detach_frame_object(t, fp);
  clear_range(fp, frame_code(fp)->nregs);
  clear_range(fp + kFrameCallee, 1);
}

}  // namespace

Outcome deliver_end(Thread& t, Value result) {
  Value* fp = t.fp;
  const Instr* pc = frame_pc(fp);
  Value iterator = take_killed(fp, wide_b(pc), pc->k & kKillB);
  if (pc->op == static_cast<u8>(Op::FOR_ITER)) {
    drop(result);
    set_frame_pc(fp, pc + 1);
  } else {
    put(fp, wide_a(pc), result);
    set_frame_pc(fp, pc + jump_offset(pc));
  }
  drop(iterator);
  run_pending(t);
  return Outcome::Enter;
}

namespace {

bool raise_already_running(Thread& t, Generator* g) {
  raise(t, ValueError, "{} already executing", kind_name(g));
  return false;
}

// Puts the sent word where the suspended YIELD wants it.
TP_INLINE bool accept_sent(Thread& t, Generator* g, GeneratorState was, Value sent) {
  Value* fp = g->registers();
  if (was == GeneratorState::Created) {
    if (!is_none(sent)) {
      g->state.store_release(was);
      raise(t, TypeError, "can't send non-None value to a just-started {}", kind_name(g));
      drop(sent);
      return false;
    }
    drop(sent);
    return true;
  }
  const Instr* pc = frame_pc(fp);
  put(fp, wide_a(pc), sent);
  set_frame_pc(fp, pc + 1);
  return true;
}

}  // namespace

namespace {

// ((file, line, function), ...) of the innermost frames: where a coroutine was made.
Result<Tuple> creation_origin(Thread& t, i32 depth) {
  usize n = 0;
  for (Value* fp = t.fp; fp != nullptr && n < static_cast<usize>(depth); fp = frame_previous(fp)) ++n;
  Local<Tuple> origin(t, TRY(tuple_new(t, n)));
  Value* fp = t.fp;
  for (usize i = 0; i < n; ++i, fp = frame_previous(fp)) {
    Code* code = frame_code(fp);
    i32 line = code->position(code->index_of(frame_pc(fp))).line;
    Local<Tuple> entry(t, TRY(tuple_of(t, Value(code->filename), Value::small_int(line), Value(code->name))));
    origin->items()[i].init(Value(entry.get()));
  }
  return origin.give();
}

}  // namespace

Result<> make_generator(Thread& t, Function* f, Code* code, Value* args) {
  Type& type = !(code->flags & (kCoCoroutine | kCoAsyncGenerator)) ? generator_type
               : code->flags & kCoCoroutine                         ? coroutine_type
                                                                    : async_generator_type;
  auto* g = static_cast<Generator*>(
      new_object_inline(t, type.root_shape, sizeof(Generator) + code->nregs * sizeof(Value), kHasFinaliser, kGcTracked));
  if (g == nullptr) return kError;
  g->code = code;
  if (!same(f->name.borrow(), Value(code->name))) g->name.init(f->name.borrow());
  if (!same(f->qualname.borrow(), Value(code->qualname))) g->qualname.init(f->qualname.borrow());
  static_assert(GeneratorState{} == GeneratorState::Created);
  Value* r = g->registers();
  u32 n = code->first_cleared;
  for (u32 i = 0; i < n; ++i) {
    Value v = args[i];
    if ((v.bits & 3) == 0) args[i] = Value::empty();
    r[i] = v.is_deferred() && !v.object()->is_immortal() ? SlotBase::counted_form(v) : v;
  }
  r[kFrameCallee] = take_word(Value(f));
  if (r[kFrameCallee].is_deferred()) r[kFrameCallee] = SlotBase::counted_form(r[kFrameCallee]);
  r[kFrameCode] = Value::deferred(code);
  r[kFramePrevious] = Value(u64{1});
  set_frame_pc(r, code->instrs);
  if ((code->flags & kCoCoroutine) && t.engine->origin_depth > 0) [[unlikely]] {
    Local<> made(t, own_new<Object>(g));
    Local<Tuple> origin(t, TRY(creation_origin(t, t.engine->origin_depth)));
    g->origin.store(g, Value(origin.get()));
    return made.give();
  }
  return own_new(g);
}

Outcome resume_in_loop(Thread& t, Value* fp, Generator* g, Value sent) {
  GeneratorState was;
  if (!claim(g, was)) {
    drop(sent);
    if (was == GeneratorState::Finished) {
      if (g->code->flags & kCoCoroutine) {
        raise(t, RuntimeError, "cannot reuse already awaited coroutine");
        return Outcome::Error;
      }
      return deliver_end(t, none().word());
    }
    return raise_already_running(t, g), Outcome::Error;
  }
  if (!accept_sent(t, g, was, sent)) return Outcome::Error;
  return enter_generator(t, g, FrameKind::Generator, was) ? Outcome::Enter : Outcome::Error;
}

Outcome yield_op(Thread& t, Value* fp, const Instr* pc, u32 b, Value* exit_value) {
  Generator* g = generator_of(fp);
  count_registers(g);
  Value v = pc->k & kKillB ? fp[b] : take_word(fp[b]);
  if ((pc->k & kKillB) && (v.bits & 3) == 0) fp[b] = Value::empty();
  FrameKind kind = frame_kind(fp);
  exit_generator(t, g, GeneratorState::Suspended);
  if (kind == FrameKind::Generator) return deliver_yield(t, v);
  t.engine->finished = false;
  *exit_value = v;
  return Outcome::Exit;
}

Outcome finish_generator(Thread& t, Value* fp, u32 b, Value* exit_value) {
  Generator* g = generator_of(fp);
  if (frame_has_object(fp)) detach_frame_object(t, fp);
  Value result = fp[b];
  if ((result.bits & 3) == 0) fp[b] = Value::empty();
  clear_generator(t, fp);
  FrameKind kind = frame_kind(fp);
  exit_generator(t, g, GeneratorState::Finished);
  if (kind == FrameKind::Generator) return deliver_end(t, result);
  t.engine->finished = true;
  *exit_value = result;
  return Outcome::Exit;
}

Outcome unwind_generator(Thread& t, Value* fp) {
  Generator* g = generator_of(fp);
  // PEP 479: StopIteration inside must not look like the end.
  bool async_stop = (g->code->flags & kCoAsyncGenerator) && error_matches(t, StopAsyncIteration);
  if (error_matches(t, StopIteration) || async_stop) {
    Local<BaseException> cause(t, take_error(t));
    raise(t, RuntimeError, "{} raised {}", kind_name(g), async_stop ? "StopAsyncIteration" : "StopIteration");
    auto* e = t.exc.as<BaseException>();
    exception_set_context(e, cause);
    if (exception_set_cause(t, e, cause).is_error()) clear_error(t);
  }
  clear_range(fp + kFrameCallee, 1);
  FrameKind kind = frame_kind(fp);
  exit_generator(t, g, GeneratorState::Finished);
  return kind == FrameKind::Generator ? Outcome::Enter : Outcome::Exit;
}

namespace {

Result<> run_from_native(Thread& t, Generator* g, GeneratorState was, bool raising) {
  if (static_cast<char*>(__builtin_frame_address(0)) < t.machine_stack_limit) {
    g->state.store_release(was);
    return (void)raise_recursion_error(t, ""), kError;
  }
  if (!enter_generator(t, g, FrameKind::GeneratorEntry, was)) return kError;
  if (raising && !g->handled_inherited) {  // raised inside, where an exception is being handled: its context
    Local<BaseException> e(t, take_error(t));
    raise_object(t, e);
  }
  Value* top = t.top;
  Value result = raising ? run_frame(t, Outcome::Error) : run_entered(t);
  t.top = top;
  return Result<>::from_owned(result);
}

}  // namespace

Result<> generator_resume(Thread& t, Generator* g, Value sent) {
  if (static_cast<char*>(__builtin_frame_address(0)) >= t.machine_stack_limit &&
      resume_quickly(t, g, FrameKind::GeneratorEntry, sent)) [[likely]] {
    Value* top = t.top;
    Value result = run_entered(t);
    t.top = top;
    return Result<>::from_owned(result);
  }
  GeneratorState was;
  if (!claim(g, was)) {
    drop(sent);
    if (was == GeneratorState::Running) return raise_already_running(t, g), kError;
    if (g->code->flags & kCoCoroutine) return raise(t, RuntimeError, "cannot reuse already awaited coroutine");
    t.engine->finished = true;
    return none();
  }
  if (!accept_sent(t, g, was, sent)) return kError;
  return run_from_native(t, g, was, false);
}

namespace {

// The pending exception is raised where g, claimed from `was`, is suspended.
Result<> raise_in(Thread& t, Generator* g, GeneratorState was) { return run_from_native(t, g, was, true); }

// Gives a claim back without having run.
void suspend_again(Generator* g) {
  count_registers(g);  // it may have been published meanwhile
  g->state.store_release(GeneratorState::Suspended);
}

// What a suspended g, claimed by this thread, delegates to (yield from, await): borrowed; empty.
Value delegate_of(Generator* g) {
  Value* fp = g->registers();
  const Instr* pc = frame_pc(fp);
  if (pc->op != static_cast<u8>(Op::YIELD) || !(pc->k & kYieldDelegate)) return Value::empty();
  return fp[wide_c(pc)].canonical();
}

bool is_finished(const Generator* g) { return g->state.load_relaxed() == GeneratorState::Finished; }

// A finished generator's result as the StopIteration that its caller gets.
Result<> result_or_stop(Thread& t, Generator* g, Result<> r) {
  if (r.is_error() || !t.engine->finished) return r;
  Local<> value(t, r);
  if (g->code->flags & kCoAsyncGenerator) return raise_none(t, StopAsyncIteration);
  return raise_stop_iteration(t, is_none(value) ? Value::empty() : value.value());
}

Result<> call_delegate(Thread& t, Value delegate, Str* method, const Value* args, u32 n) {
  Local<> f(t, TRY(get_attribute_or_absent(t, delegate, method)));
  if (f.is_empty()) return Result<>::absent();
  return call(t, f, args, n);
}

// A claimed generator that does not run: its registers are no edges meanwhile, and must be found all the same.
class Waiting {
 public:
  Waiting(Thread& t, Generator* g) : t_(t), g_(g) {
    g->previous_running = t.engine->running;
    t.engine->running = g;
  }
  ~Waiting() { t_.engine->running = g_->previous_running; }
  Waiting(const Waiting&) = delete;

 private:
  Thread& t_;
  Generator* g_;
};

// `delegate` is what g, claimed, delegates to.
Status close_delegate(Thread& t, Generator* g, Value delegate) {
  Waiting scope(t, g);
  if (is_generator_object(delegate)) {
    drop(TRY(generator_close(t, delegate.as<Generator>())));
    return kDone;
  }
  Result<> method = get_attribute_or_absent(t, delegate, names().close);
  if (method.is_error()) {  // it has no say in whether the generator goes on
    write_unraisable(t, "Exception ignored while closing generator", delegate);
    return kDone;
  }
  if (method.is_absent()) return kDone;
  Local<> f(t, method);
  drop(TRY(call(t, f, nullptr, 0)));
  return kDone;
}

// The delegate ended with StopIteration(value): go on at END of the SEND before the YIELD.
Result<> resume_behind_send(Thread& t, Generator* g, Value value) {
  Value* fp = g->registers();
  const Instr* send = frame_pc(fp) - 1;
  if (frame_pc(fp)[-1].op == static_cast<u8>(Op::WIDE)) --send;
  u32 b = has_wide_prefix(send) ? static_cast<u32>(send[-1].b) << 16 | send->b : send->b;
  i32 offset = has_wide_prefix(send) ? static_cast<i32>(static_cast<u32>(send[-1].c) << 16 | send->c) : send->sc();
  put(fp, wide_a(send), value);
  drop(take_killed(fp, b, send->k & kKillB));
  set_frame_pc(fp, send + offset);
  return run_from_native(t, g, GeneratorState::Suspended, false);
}

// Value of a pending StopIteration, which is cleared.
Value take_stop_value(Thread& t) {
  Local<BaseException> e(t, take_error(t));
  auto* stop = reinterpret_cast<StopIterationObject*>(e.get());
  Value v = stop->value.load(stop).word();
  return v.is_empty() ? none().word() : v;
}

// While the object that g, claimed, delegates to is asked to raise, g's frame is on the stack, as when it asks itself:
// sys._getframe() sees it. g stays claimed, unless there is no room for the frame.
class Delegating {
 public:
  Delegating(Thread& t, Generator* g) : t_(t), g_(g) {
    Result<> thrown = Result<>::from_owned(std::exchange(t.exc, Value::empty()));
    failed_ = !enter_generator(t, g, FrameKind::GeneratorEntry, GeneratorState::Suspended);
    if (failed_) {
      drop(thrown);
    } else {
      t.exc = thrown.word();
    }
  }
  ~Delegating() {
    if (!failed_) exit_generator(t_, g_, GeneratorState::Running);
  }
  Delegating(const Delegating&) = delete;
  bool failed() const { return failed_; }

 private:
  Thread& t_;
  Generator* g_;
  bool failed_;
};

Result<> throw_pending(Thread& t, Generator* g);

// throw() while g, claimed, waits in a yield from or await. The exception is pending.
Result<> throw_to_delegate(Thread& t, Generator* g, Value delegate) {
  Local<> sub(t, delegate);
  if (error_matches(t, GeneratorExit)) {
    Local<BaseException> e(t, take_error(t));
    bool closed = !close_delegate(t, g, sub).is_error();
    if (closed) restore_error(t, e.give());
    return raise_in(t, g, GeneratorState::Suspended);
  }
  Result<> answer = Result<>::absent();
  bool ended = true;  // an error is the delegate's, not the one thrown
  if (is_generator_object(sub)) {
    Delegating scope(t, g);
    if (scope.failed()) return kError;
    answer = throw_pending(t, sub.value().as<Generator>());
  } else {
    Local<BaseException> e(t, take_error(t));
    Value argument = e.value();
    {
      Delegating scope(t, g);
      if (scope.failed()) return kError;
      answer = call_delegate(t, sub, names().throw_, &argument, 1);
    }
    if (answer.is_absent()) {  // no throw(): raise it here
      restore_error(t, e.give());
      answer = kError;
      ended = false;
    }
  }
  if (!answer.is_error()) {  // yielded: g stays suspended
    suspend_again(g);
    t.engine->finished = false;
    return answer;
  }
  if (ended && error_matches(t, StopIteration)) return resume_behind_send(t, g, take_stop_value(t));
  return raise_in(t, g, GeneratorState::Suspended);
}

Result<> throw_pending(Thread& t, Generator* g) {
  GeneratorState was;
  if (!claim(g, was)) {
    if (was == GeneratorState::Finished && !(g->code->flags & kCoCoroutine)) return kError;
    clear_error(t);
    if (was == GeneratorState::Finished) return raise(t, RuntimeError, "cannot reuse already awaited coroutine");
    return raise_already_running(t, g), kError;
  }
  Value delegate = was == GeneratorState::Suspended ? delegate_of(g) : Value::empty();
  Result<> r = delegate.is_empty() ? raise_in(t, g, was) : throw_to_delegate(t, g, delegate);
  return result_or_stop(t, g, r);
}

}  // namespace

bool generator_delegates(Generator* g) {
  GeneratorState was;
  if (!claim(g, was)) return false;
  bool delegates = was == GeneratorState::Suspended && !delegate_of(g).is_empty();
  g->state.store_release(was);
  return delegates;
}

Result<> generator_delegate(Thread& t, Generator* g) {
  std::optional<StoppedWorld> stopped;
  if (g->is_shared()) stopped.emplace(t);  // claiming it would make a racing next() fail
  if (g->state.load_relaxed() != GeneratorState::Suspended) return Result<>::absent();
  Value v = delegate_of(g);
  return v.is_empty() ? Result<>::absent() : own(v);
}

Result<> generator_send(Thread& t, Generator* g, Value v) {
  if (is_finished(g) && !(g->code->flags & kCoCoroutine)) {
    return raise_none(t, g->code->flags & kCoAsyncGenerator ? StopAsyncIteration : StopIteration);
  }
  return result_or_stop(t, g, generator_resume(t, g, take_word(v)));
}

Result<> generator_next(Thread& t, Value self) {
  Generator* g = self.as<Generator>();
  if (is_finished(g)) return Result<>::absent();
  Result<> r = generator_resume(t, g, none().word());
  if (r.is_error() || !t.engine->finished) return r;
  drop(r);  // __next__ and send() deliver it in StopIteration
  return Result<>::absent();
}

Result<> generator_throw(Thread& t, Generator* g, Value type, Value value, Value traceback) {
  Local<> exception(t);
  if (!traceback.is_empty() && !is_none(traceback) && !is_exact<Traceback>(traceback)) {
    return raise(t, TypeError, "throw() third argument must be a traceback object");
  }
  if (is_exception_class(type)) {
    if (!value.is_empty() && is_instance(value, *type.as<Type>())) {
      exception.set(value);
    } else {
      Result<> made = value.is_empty() || is_none(value) ? call(t, type)
                      : is_exact<Tuple>(value) ? call_tuple(t, type, value.as<Tuple>(), Value::empty())
                                               : call(t, type, value);
      if (made.is_error()) return throw_pending(t, g);  // what went wrong is raised in the generator
      exception.set(made);
    }
    if (!is_exception(exception)) {
      raise(t, TypeError, "calling {} should have returned an instance of BaseException, not {!T}", type, exception);
      return throw_pending(t, g);
    }
  } else if (is_exception(type)) {
    if (!value.is_empty() && !is_none(value)) return raise(t, TypeError, "instance exception may not have a separate value");
    exception.set(type);
  } else {
    return raise(t, TypeError, "exceptions must be classes or instances deriving from BaseException, not {!T}", type);
  }
  if (!traceback.is_empty() && !is_none(traceback)) exception_set_traceback(exception.value().as<BaseException>(), traceback);
  restore_error(t, Result<BaseException>::from_owned(exception.give().word()));
  return throw_pending(t, g);
}

Result<> generator_close(Thread& t, Generator* g) {
  GeneratorState was;
  if (!claim(g, was)) {
    if (was == GeneratorState::Finished) return none();
    return raise_already_running(t, g), kError;
  }
  if (was == GeneratorState::Created) {
    clear_generator(t, g->registers());
    g->state.store_release(GeneratorState::Finished);
    return none();
  }
  Value delegate = delegate_of(g);
  Value* fp = g->registers();
  if (delegate.is_empty() && t.poll.load_relaxed() == 0 && find_handler(g->code, g->code->index_of(frame_pc(fp))) == nullptr) {
    // Nobody would see GeneratorExit pass: the frame just ends.
    clear_generator(t, fp);
    drop(std::exchange(g->handled, Value::empty()));
    mark_finalised(g);
    g->state.store_release(GeneratorState::Finished);
    return none();
  }
  bool failed = false;
  if (!delegate.is_empty()) {
    Local<> sub(t, delegate);
    failed = close_delegate(t, g, sub).is_error();
  }
  if (!failed) raise_none(t, GeneratorExit);
  Result<> r = raise_in(t, g, GeneratorState::Suspended);
  if (!r.is_error()) {
    if (t.engine->finished) return r;  // 3.13: the value it returned
    drop(r);
    return raise(t, RuntimeError, "{} ignored GeneratorExit", kind_name(g));
  }
  if (swallow(t, GeneratorExit) || swallow(t, StopIteration)) return none();
  return kError;
}

// ---- Memory ----

usize generator_size(const Object* self) {
  auto* g = static_cast<const Generator*>(self);
  return sizeof(Generator) + (g->code == nullptr ? 0 : g->code->nregs * sizeof(Value));
}

void generator_visit(Object* self, EdgeVisitor& visit) {
  auto* g = static_cast<Generator*>(self);
  visit(g->name, g->qualname, g->finaliser, g->origin);
  visit.words(&g->handled, 1);
  if (g->code == nullptr || g->state.load_relaxed() == GeneratorState::Running) return;
  visit.words(g->registers() + kFrameObject, 1);
  if (is_finished(g)) return;  // its registers are cleared
  visit.words(g->registers() + kFrameCallee, 1 + g->code->nregs);
}

void generator_destroy(Object* self) {
  auto* g = static_cast<Generator*>(self);
  Value* fp = g->registers();
  if (frame_has_object(fp)) detach_generator_frame(fp);
  usize bytes = generator_size(self);
  if (g->is_local() && is_finished(g)) {  // its registers are empty
    for (SlotBase* slot : {&g->name, &g->qualname, &g->finaliser, &g->origin}) {
      if (!slot->is_empty()) release_removed(Value(slot->raw().load_relaxed()));
    }
    drop(g->handled);
    return free_local_object(Thread::current(), self, bytes);
  }
  drop_edges(self, generator_visit);
  free_object(self, bytes);
}

void visit_running_generators(Thread& t, EdgeVisitor& visit) {
  if (t.engine == nullptr) return;
  for (Generator* g = t.engine->running; g != nullptr; g = g->previous_running) {
    visit.words(g->header, kWindowHeader + g->code->nregs);
    visit.words(&g->resumer_handled, 1);
  }
}

}  // namespace taipan
