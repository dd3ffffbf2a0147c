// Raising, handling and matching exceptions.
#include "interp/loop/frame_object.h"
#include "interp/loop/generator.h"
#include "interp/loop/ops_common.h"
#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/types/exceptions.h"
#include "runtime/types/list.h"
#include "runtime/types/tuple.h"

namespace taipan {
namespace {

// An exception instance from what `raise` was given: an instance, or a class to be called.
Result<> exception_from(Thread& t, Value v, const char* complaint) {
  if (is_exception(v)) return own(v);
  if (!is_exception_class(v)) return raise(t, TypeError, complaint);
  Local<> made(t, TRY(call(t, v)));
  if (!is_exception(made)) {
    return raise(t, TypeError, "calling {!r} should have returned an instance of BaseException, not {!r}", v,
                 Value(&type_of(made.value())));
  }
  return made.give();
}

// Handlers name exception classes, or tuples of them.
bool check_handler_types(Thread& t, Value types) {
  constexpr const char* kMessage = "catching classes that do not inherit from BaseException is not allowed";
  if (is_a<Tuple>(types)) {
    Tuple* tuple = types.as<Tuple>();
    for (usize i = 0; i < tuple->size(); ++i) {
      if (!is_exception_class((*tuple)[i])) return raise(t, TypeError, kMessage), false;
    }
    return true;
  }
  return is_exception_class(types) || (raise(t, TypeError, kMessage), false);
}

bool matches(Value exception, Value types) {
  const Type& type = type_of(exception);
  if (!is_a<Tuple>(types)) return is_subtype(type, *types.as<Type>());
  Tuple* tuple = types.as<Tuple>();
  for (usize i = 0; i < tuple->size(); ++i)
    if (is_subtype(type, *(*tuple)[i].as<Type>())) return true;
  return false;
}

void set_handled(Thread& t, Value owned) { drop(std::exchange(t.handled, owned)); }

}  // namespace

bool raise_op(TP_HELPER_ARGS) {
  if (pc->minor() == 0) {
    if (t.handled.is_empty() || t.handled.bits == kNoneWord) {
      raise(t, RuntimeError, "No active exception to reraise");
      return false;
    }
    t.exc = take_word(t.handled);
    return false;
  }
  Local<> exception(t, TP_TAKE(exception_from(t, fp[b].canonical(), "exceptions must derive from BaseException")));
  if (pc->minor() == 2) {
    Value cause = fp[c].canonical();
    Local<> instance(t);
    if (!is_none(cause)) {
      instance.set(TP_TAKE(exception_from(t, cause, "exception causes must derive from BaseException")));
    }
    TP_TAKE(exception_set_cause(t, exception.value().as<BaseException>(), instance.is_empty() ? none_value() : instance.value()));
  }
  raise_object(t, exception);
  return false;
}

bool reraise(TP_HELPER_ARGS) {
  t.exc = take_word(fp[b].canonical());
  return false;
}

bool push_exc(TP_HELPER_ARGS) {
  Value previous = t.handled;
  if (frame_code(fp)->is_generator && generator_of(fp)->handled_inherited) {
    // The resumer's exception is not this frame's to keep: it may be another one after the next yield.
    generator_of(fp)->handled_inherited = false;
    drop(previous);
    previous = Value::empty();
  }
  t.handled = duplicate(fp[b]);
  put(fp, a, previous);
  return true;
}

bool pop_exc(TP_HELPER_ARGS) {
  Value saved = take_register(fp, a);
  if (saved.is_empty() && frame_code(fp)->is_generator) {
    Generator* g = generator_of(fp);
    g->handled_inherited = true;
    saved = take_word(g->resumer_handled);
  }
  set_handled(t, saved);
  run_pending(t);
  return true;
}

Outcome jump_if_no_match(TP_HELPER_ARGS) {
  Value types = fp[b].canonical();
  if (!check_handler_types(t, types)) return Outcome::Error;
  bool yes = matches(fp[a].canonical(), types);
  Value x = take_killed(fp, a, pc->k & kKillLeft), y = take_killed(fp, b, pc->k & kKillRight);
  drop(y);
  drop(x);
  run_pending(t);
  return yes ? Outcome::Next : Outcome::Jump;
}

bool split_group(TP_HELPER_ARGS) {
  Value types = fp[b].canonical();
  if (!check_handler_types(t, types)) return false;
  auto is_group_class = [](Value v) { return is_subtype(*v.as<Type>(), BaseExceptionGroup); };
  bool groups = is_a<Tuple>(types) ? false : is_group_class(types);
  if (is_a<Tuple>(types)) {
    Tuple* tuple = types.as<Tuple>();
    for (usize i = 0; i < tuple->size(); ++i) groups |= is_group_class((*tuple)[i]);
  }
  if (groups) {
    raise(t, TypeError, "catching ExceptionGroup with except* is not allowed. Use except instead.");
    return false;
  }
  Value match = none().word(), rest = none().word();
  if (fp[a].bits != kNoneWord) {
    Result<> matched = Result<>::absent(), left = Result<>::absent();
    TP_TAKE(exception_group_match(t, fp[a].canonical(), types, &matched, &left));
    if (!matched.is_absent()) match = matched.word();
    // A group made around a lone exception begins here.
    if (!is_none(match) && match.as<BaseException>()->traceback.is_empty()) {
      t.exc = match;
      add_traceback_entry(t, fp);
      match = std::exchange(t.exc, Value::empty());
    }
    if (!left.is_absent()) rest = left.word();
    if (!is_none(match)) set_handled(t, duplicate(match));
  }
  Value x = take_killed(fp, b, pc->k & kKillB);
  put(fp, a, rest);
  put(fp, c, match);
  drop(x);
  run_pending(t);
  return true;
}

bool prepare_reraise_star(TP_HELPER_ARGS) {
  Value result = TP_TAKE(exception_group_reraise(t, fp[b].canonical(), fp[c].as<List>())).word();
  return finish_bc(t, fp, pc, a, b, c, result);
}

bool raise_assert(TP_HELPER_ARGS) {
  if (!(pc->k & kHasMessage)) {
    raise_none(t, AssertionError);
    return false;
  }
  raise_value(t, AssertionError, fp[b].canonical());
  return false;
}

bool load_exc_info(TP_HELPER_ARGS) {
  Value e = fp[b].canonical();
  Value traceback = e.as<BaseException>()->traceback.load(e.object()).word();
  put(fp, a, take_word(Value(&type_of(e))));
  put(fp, a + 1, duplicate(fp[b]));
  put(fp, a + 2, traceback.is_empty() ? none().word() : traceback);
  return true;
}

bool end_async_for(TP_HELPER_ARGS) {
  Value e = fp[a].canonical();
  if (!is_instance(e, StopAsyncIteration)) {
    t.exc = take_word(e);
    return false;
  }
  Value x = take_killed(fp, a, pc->k & kKillA), y = take_killed(fp, b, pc->k & kKillB);
  drop(x);
  drop(y);
  run_pending(t);
  return true;
}

}  // namespace taipan
