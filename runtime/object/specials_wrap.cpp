// Slots as Python callables: what int.__add__ and (1).__add__ do when called.
#include "runtime/object/specials_wrap.h"

#include "runtime/memory/publish.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/types/descriptors.h"
#include "runtime/types/int.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {
namespace {

Status check_count(Thread& t, const WrapperCall& c, u32 min, u32 max) {
  if (c.kwnames && c.kwnames->size() > 0) {
    return raise(t, TypeError, "wrapper {}() takes no keyword arguments",
                 c.descriptor->name.borrow());
  }
  if (c.nargs >= min && c.nargs <= max) return kDone;
  Str* name = c.descriptor->name.borrow();
  if (min != max && c.descriptor->special->name == &Names::__get__) {
    return raise(t, TypeError, "{} expected at {} {} argument{}, got {}", name, c.nargs < min ? "least" : "most",
                 c.nargs < min ? min : max, (c.nargs < min ? min : max) == 1 ? "" : "s", c.nargs);
  }
  if (min != max) return raise(t, TypeError, "expected {} or {} arguments, got {}", min, max, c.nargs);
  if (min == 2) return raise(t, TypeError, "{} expected 2 arguments, got {}", name, c.nargs);
  return raise(t, TypeError, "expected {} argument{}, got {}", min, min == 1 ? "" : "s", c.nargs);
}

// Setting through a base's __setattr__ must not go round a more derived native one (a class with
// Carlo Verre's trick would change built-in types).
Status check_setattr(Thread& t, const WrapperCall& c, const char* what) {
  Type& type = type_of(c.self);
  for (Type* base = &type; base; base = base->base.borrow()) {
    if (base->has(kTypeHeap)) continue;
    if (base->slots.set_attribute == slot_as<Status (*)(Thread&, Value, Str*, Value)>(c.descriptor->function)) {
      return kDone;
    }
    if (is_a<Type>(c.self) && base == &type_type) {
      return raise(t, TypeError, "can't apply this {} to {} object", what, type.name.borrow());
    }
    return kDone;
  }
  return kDone;
}

Result<Str> name_argument(Thread& t, Value v) {
  if (!is_a<Str>(v)) {
    return raise(t, TypeError, "attribute name must be string, not '{!T}'", v);
  }
  return str_intern(t, v.as<Str>());
}

}  // namespace

#define FUNCTION(...) slot_as<__VA_ARGS__>(c.descriptor->function)

Result<> wrap_text(Thread& t, const WrapperCall& c) {
  TRY(check_count(t, c, 0, 0));
  return FUNCTION(Result<Str> (*)(Thread&, Value))(t, c.self);
}
Result<> wrap_hash(Thread& t, const WrapperCall& c) {
  TRY(check_count(t, c, 0, 0));
  u64 h = TRY(FUNCTION(Result<u64> (*)(Thread&, Value))(t, c.self));
  return int_from_i64(t, static_cast<i64>(h));
}
Result<> wrap_call(Thread& t, const WrapperCall& c) {
  using F = Result<> (*)(Thread&, Value, const Value*, u32, Tuple*);
  return FUNCTION(F)(t, c.self, c.args, c.nargs, c.kwnames);
}
Result<> wrap_get_attribute(Thread& t, const WrapperCall& c) {
  TRY(check_count(t, c, 1, 1));
  Local<Str> name(t, TRY(name_argument(t, c.args[0])));
  return FUNCTION(Result<> (*)(Thread&, Value, Str*))(t, c.self, name);
}
Result<> wrap_set_attribute(Thread& t, const WrapperCall& c) {
  TRY(check_count(t, c, 2, 2));
  Local<Str> name(t, TRY(name_argument(t, c.args[0])));
  TRY(check_setattr(t, c, "__setattr__"));
  TRY(FUNCTION(Status (*)(Thread&, Value, Str*, Value))(t, c.self, name, c.args[1]));
  return none();
}
Result<> wrap_delete_attribute(Thread& t, const WrapperCall& c) {
  TRY(check_count(t, c, 1, 1));
  Local<Str> name(t, TRY(name_argument(t, c.args[0])));
  TRY(check_setattr(t, c, "__delattr__"));
  TRY(FUNCTION(Status (*)(Thread&, Value, Str*, Value))(t, c.self, name, Value::empty()));
  return none();
}
Result<> wrap_compare(Thread& t, const WrapperCall& c) {
  TRY(check_count(t, c, 1, 1));
  using F = Result<> (*)(Thread&, Value, Value, CompareOp);
  return FUNCTION(F)(t, c.self, c.args[0], static_cast<CompareOp>(c.descriptor->special->op));
}
Result<> wrap_unary(Thread& t, const WrapperCall& c) {
  TRY(check_count(t, c, 0, 0));
  return FUNCTION(Result<> (*)(Thread&, Value))(t, c.self);
}
Result<> wrap_next(Thread& t, const WrapperCall& c) {
  TRY(check_count(t, c, 0, 0));
  Result<> r = FUNCTION(Result<> (*)(Thread&, Value))(t, c.self);
  if (r.is_absent()) return raise_none(t, StopIteration);
  return r;
}
Result<> wrap_descr_get(Thread& t, const WrapperCall& c) {
  TRY(check_count(t, c, 1, 2));
  Value instance = is_none(c.args[0]) ? Value::empty() : c.args[0];
  Value owner = c.nargs < 2 || is_none(c.args[1]) ? Value::empty() : c.args[1];
  if (instance.is_empty() && owner.is_empty()) {
    return raise(t, TypeError, "__get__(None, None) is invalid");
  }
  return FUNCTION(Result<> (*)(Thread&, Value, Value, Value))(t, c.self, instance, owner);
}
Result<> wrap_descr_set(Thread& t, const WrapperCall& c) {
  TRY(check_count(t, c, 2, 2));
  TRY(FUNCTION(Status (*)(Thread&, Value, Value, Value))(t, c.self, c.args[0], c.args[1]));
  return none();
}
Result<> wrap_descr_delete(Thread& t, const WrapperCall& c) {
  TRY(check_count(t, c, 1, 1));
  TRY(FUNCTION(Status (*)(Thread&, Value, Value, Value))(t, c.self, c.args[0], Value::empty()));
  return none();
}
Result<> wrap_init(Thread& t, const WrapperCall& c) {
  using F = Status (*)(Thread&, Value, const Value*, u32, Tuple*);
  TRY(FUNCTION(F)(t, c.self, c.args, c.nargs, c.kwnames));
  return none();
}
Result<> wrap_finalise(Thread& t, const WrapperCall& c) {
  TRY(check_count(t, c, 0, 0));
  FUNCTION(void (*)(Thread&, Value))(t, c.self);
  return none();
}
Result<> wrap_binary(Thread& t, const WrapperCall& c) {
  TRY(check_count(t, c, 1, 1));
  return FUNCTION(Result<> (*)(Thread&, Value, Value))(t, c.self, c.args[0]);
}
Result<> wrap_binary_reflected(Thread& t, const WrapperCall& c) {
  TRY(check_count(t, c, 1, 1));
  return FUNCTION(Result<> (*)(Thread&, Value, Value))(t, c.args[0], c.self);
}
namespace {
// pow(x, y, z) through a two-operand wrapper: the type's ternary slot, if it has one.
Result<> power3(Thread& t, const WrapperCall& c, bool reflected) {
  auto f = c.descriptor->objclass.borrow()->slots.power;
  if (f == nullptr) return not_implemented();
  return reflected ? f(t, c.args[0], c.self, c.args[1]) : f(t, c.self, c.args[0], c.args[1]);
}
}  // namespace
Result<> wrap_power(Thread& t, const WrapperCall& c) {
  TRY(check_count(t, c, 1, 2));
  if (c.nargs == 2 && !is_none(c.args[1])) return power3(t, c, false);
  return FUNCTION(Result<> (*)(Thread&, Value, Value))(t, c.self, c.args[0]);
}
Result<> wrap_power_reflected(Thread& t, const WrapperCall& c) {
  TRY(check_count(t, c, 1, 2));
  if (c.nargs == 2 && !is_none(c.args[1])) return power3(t, c, true);
  return FUNCTION(Result<> (*)(Thread&, Value, Value))(t, c.args[0], c.self);
}
Result<> wrap_power3(Thread& t, const WrapperCall& c) {
  TRY(check_count(t, c, 1, 2));
  Value modulus = c.nargs == 2 ? c.args[1] : none_value();
  return FUNCTION(Result<> (*)(Thread&, Value, Value, Value))(t, c.self, c.args[0], modulus);
}
Result<> wrap_power3_reflected(Thread& t, const WrapperCall& c) {
  TRY(check_count(t, c, 1, 2));
  Value modulus = c.nargs == 2 ? c.args[1] : none_value();
  return FUNCTION(Result<> (*)(Thread&, Value, Value, Value))(t, c.args[0], c.self, modulus);
}
Result<> wrap_truth(Thread& t, const WrapperCall& c) {
  TRY(check_count(t, c, 0, 0));
  return boolean(TRY(FUNCTION(Result<bool> (*)(Thread&, Value))(t, c.self)));
}
Result<> wrap_length(Thread& t, const WrapperCall& c) {
  TRY(check_count(t, c, 0, 0));
  return int_from_i64(t, TRY(FUNCTION(Result<ssize> (*)(Thread&, Value))(t, c.self)));
}
Result<> wrap_set_item(Thread& t, const WrapperCall& c) {
  TRY(check_count(t, c, 2, 2));
  TRY(FUNCTION(Status (*)(Thread&, Value, Value, Value))(t, c.self, c.args[0], c.args[1]));
  return none();
}
Result<> wrap_delete_item(Thread& t, const WrapperCall& c) {
  TRY(check_count(t, c, 1, 1));
  TRY(FUNCTION(Status (*)(Thread&, Value, Value, Value))(t, c.self, c.args[0], Value::empty()));
  return none();
}
Result<> wrap_contains(Thread& t, const WrapperCall& c) {
  TRY(check_count(t, c, 1, 1));
  return boolean(TRY(FUNCTION(Result<bool> (*)(Thread&, Value, Value))(t, c.self, c.args[0])));
}
Result<> wrap_repeat(Thread& t, const WrapperCall& c) {
  TRY(check_count(t, c, 1, 1));
  ssize n = TRY(to_ssize(t, c.args[0]));
  return FUNCTION(Result<> (*)(Thread&, Value, ssize))(t, c.self, n);
}
#undef FUNCTION

}  // namespace taipan
