// Generic slot functions: TypeSlots of classes written in Python.
#include "runtime/object/specials_slots.h"

#include "runtime/object/call_parts.h"
#include "runtime/object/class_build.h"
#include "runtime/object/error.h"
#include "runtime/types/descriptors.h"
#include "runtime/types/int.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {
namespace {

// The method must exist: the slot would not be set otherwise. It may have gone since (another thread).
Result<> call_required(Thread& t, Value self, Str* name, const Value* args, u32 nargs) {
  Result<> r = call_special(t, self, name, args, nargs);
  if (r.is_absent()) return raise_value(t, AttributeError, Value(name));
  return r;
}
Result<> call_required(Thread& t, Value self, Str* name) {
  return call_required(t, self, name, nullptr, 0);
}

Result<Str> expect_str(Thread& t, Value self, Result<> result, const char* method) {
  Local<> r(t, TRY(result));
  if (!is_a<Str>(r)) {
    return raise(t, TypeError, "{!T}.{}() must return a str, not {!T}", self, method, r.value());
  }
  return r.give().cast<Str>();
}

}  // namespace

Result<Str> slot_repr(Thread& t, Value self) {
  return expect_str(t, self, call_required(t, self, names().__repr__), "__repr__");
}
Result<Str> slot_str(Thread& t, Value self) {
  return expect_str(t, self, call_required(t, self, names().__str__), "__str__");
}

Result<u64> hash_not_implemented(Thread& t, Value self) {
  return raise(t, TypeError, "unhashable type: '{!T}'", self);
}

Result<u64> slot_hash(Thread& t, Value self) {
  Local<> r(t, TRY(call_required(t, self, names().__hash__)));
  if (!is_any_int(r)) return raise(t, TypeError, "__hash__ method should return an integer");
  i64 i;
  u64 h = int_to_i64(r, &i) ? static_cast<u64>(i) : int_hash(r);
  return h == ~u64{0} ? ~u64{0} - 1 : h;
}

Result<> slot_call(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  bool unbound;
  Local<> method(t, TRY(lookup_special_method(t, self, names().__call__, &unbound)));
  if (method.is_empty()) return raise(t, TypeError, "'{!T}' object is not callable", self);
  return call_looked_up(t, method, unbound, self, args, nargs, kwnames);
}

// __getattribute__ and, if it raises AttributeError, __getattr__ (Language Reference 3.3.2).
Result<> slot_get_attribute(Thread& t, Value self, Str* name) {
  Type& type = type_of(self);
  Value found = type_lookup(t, type, names().__getattribute__);
  bool generic = found.is_empty() ||
                 (is_exact<WrapperDescriptor>(found) &&
                  found.as<WrapperDescriptor>()->function == reinterpret_cast<void*>(generic_get_attribute));
  bool has_hook = !type_lookup(t, type, names().__getattr__).is_empty();
  if (generic) {
    if (!has_hook) return generic_get_attribute(t, self, name);
    Result<> r = generic_get_attribute_or_absent(t, self, name);
    if (r.is_error()) {
      if (!swallow(t, AttributeError)) return r;
    } else if (!r.is_absent()) {
      return r;
    }
  } else {
    Value arg(name);
    Result<> r = call_required(t, self, names().__getattribute__, &arg, 1);
    if (!r.is_error() || !has_hook || !swallow(t, AttributeError)) return r;
  }
  Value arg(name);
  return call_required(t, self, names().__getattr__, &arg, 1);
}

Status slot_set_attribute(Thread& t, Value self, Str* name, Value v) {
  Value args[] = {Value(name), v};
  Local<> r(t, v.is_empty() ? TRY(call_required(t, self, names().__delattr__, args, 1))
                            : TRY(call_required(t, self, names().__setattr__, args, 2)));
  return kDone;
}

Result<> slot_compare(Thread& t, Value self, Value other, CompareOp op) {
  Result<> r = call_special(t, self, compare_name(op), &other, 1);
  if (r.is_absent()) return not_implemented();
  return r;
}

Result<> slot_iter(Thread& t, Value self) {
  Value found = type_lookup(t, type_of(self), names().__iter__);
  if (found.is_empty() || is_none(found)) {
    return raise(t, TypeError, "'{!T}' object is not iterable", self);
  }
  return call_required(t, self, names().__iter__);
}
Result<> slot_next(Thread& t, Value self) {
  Result<> r = call_required(t, self, names().__next__);
  if (r.is_error() && swallow(t, StopIteration)) return Result<>::absent();
  return r;
}

Result<> slot_descr_get(Thread& t, Value self, Value instance, Value owner) {
  Value args[] = {instance.is_empty() ? none_value() : instance, owner.is_empty() ? none_value() : owner};
  Result<> r = call_special(t, self, names().__get__, args, 2);
  if (r.is_absent()) return own(self);
  return r;
}
Status slot_descr_set(Thread& t, Value self, Value instance, Value v) {
  Value args[] = {instance, v};
  Local<> r(t, v.is_empty() ? TRY(call_required(t, self, names().__delete__, args, 1))
                            : TRY(call_required(t, self, names().__set__, args, 2)));
  return kDone;
}

Status slot_init(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  bool unbound;
  Local<> method(t, TRY(lookup_special_method(t, self, names().__init__, &unbound)));
  if (method.is_empty()) return kDone;
  Local<> r(t, TRY(call_looked_up(t, method, unbound, self, args, nargs, kwnames)));
  if (!is_none(r)) {
    return raise(t, TypeError, "__init__() should return None, not '{!T}'", r.value());
  }
  return kDone;
}

Result<> slot_new(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  Local<> f(t, TRY(get_attribute(t, Value(&cls), names().__new__)));
  return call_with_self(t, f, Value(&cls), args, nargs, kwnames);
}

void slot_finalise(Thread& t, Value self) {
  // Runs between instructions: a pending exception must survive it.
  Value saved = t.exc;
  t.exc = Value::empty();
  bool unbound;
  Result<> looked_up = lookup_special_method(t, self, names().__del__, &unbound);
  if (looked_up.is_error()) {
    write_unraisable(t, nullptr, self);
  } else if (!looked_up.is_absent()) {
    Local<> method(t, looked_up);
    Result<> r = call_looked_up(t, method, unbound, self, nullptr, 0);
    if (r.is_error()) {
      write_unraisable(t, "Exception ignored while calling deallocator", method);
    } else {
      drop(r);
    }
  }
  t.exc = saved;
}

Result<> slot_await(Thread& t, Value self) { return call_required(t, self, names().__await__); }
Result<> slot_aiter(Thread& t, Value self) { return call_required(t, self, names().__aiter__); }
Result<> slot_anext(Thread& t, Value self) { return call_required(t, self, names().__anext__); }
Result<> slot_neg(Thread& t, Value self) { return call_required(t, self, names().__neg__); }
Result<> slot_pos(Thread& t, Value self) { return call_required(t, self, names().__pos__); }
Result<> slot_invert(Thread& t, Value self) { return call_required(t, self, names().__invert__); }
Result<> slot_abs(Thread& t, Value self) { return call_required(t, self, names().__abs__); }
Result<> slot_int(Thread& t, Value self) { return call_required(t, self, names().__int__); }
Result<> slot_float(Thread& t, Value self) { return call_required(t, self, names().__float__); }
Result<> slot_index(Thread& t, Value self) { return call_required(t, self, names().__index__); }

Result<bool> slot_truth(Thread& t, Value self) {
  if (is_none(type_lookup(t, type_of(self), names().__bool__))) {
    return raise(t, TypeError, "'{!T}' cannot be interpreted as a boolean", self);
  }
  Local<> r(t, TRY(call_required(t, self, names().__bool__)));
  if (is_true(r)) return true;
  if (is_false(r)) return false;
  return raise(t, TypeError, "{!T}.__bool__() must return a bool, not {!T}", self, r.value());
}

Result<ssize> slot_length(Thread& t, Value self) {
  Local<> r(t, TRY(call_required(t, self, names().__len__)));
  Local<> i(t, TRY(to_index(t, r)));
  if (int_sign(i) < 0) return raise(t, ValueError, "__len__() should return >= 0");
  i64 n;
  if (!int_to_i64(i, &n)) {
    return raise(t, OverflowError, "cannot fit 'int' into an index-sized integer");
  }
  return n;
}

Result<> slot_get_item(Thread& t, Value self, Value key) {
  return call_required(t, self, names().__getitem__, &key, 1);
}
Status slot_set_item(Thread& t, Value self, Value key, Value v) {
  Value args[] = {key, v};
  Local<> r(t, v.is_empty() ? TRY(call_required(t, self, names().__delitem__, args, 1))
                            : TRY(call_required(t, self, names().__setitem__, args, 2)));
  return kDone;
}
Result<bool> slot_contains(Thread& t, Value self, Value key) {
  Value found = type_lookup(t, type_of(self), names().__contains__);
  if (is_none(found)) return raise(t, TypeError, "'{!T}' object is not a container", self);
  Local<> r(t, TRY(call_required(t, self, names().__contains__, &key, 1)));
  return truth(t, r);
}

u32 binary_field(BinaryOp op) {
  return static_cast<u32>(offsetof(TypeSlots, binary) + static_cast<usize>(op) * sizeof(void*));
}

// Does type(right) define `name` otherwise than type(left)? Then its reflected method goes first.
static Result<bool> is_overloaded(Thread& t, Value left, Value right, Str* name) {
  Value mine = type_lookup(t, type_of(right), name);
  if (mine.is_empty()) return false;
  return !same(mine, type_lookup(t, type_of(left), name));
}

Result<> slot_binary_by_name(Thread& t, Value left, Value right, Str* name, Str* reflected, u32 field,
                             BinaryFunction generic) {
  Type& tl = type_of(left);
  Type& tr = type_of(right);
  void* own_function = reinterpret_cast<void*>(generic);
  bool try_right = &tl != &tr && slot_at(tr.slots, field) == own_function;
  if (slot_at(tl.slots, field) == own_function) {
    if (try_right && is_subtype(tr, tl) && TRY(is_overloaded(t, left, right, reflected))) {
      Result<> r = call_special(t, right, reflected, &left, 1);
      if (r.is_error()) return r;
      if (!r.is_absent() && !is_not_implemented(r.word())) return r;
      if (!r.is_absent()) drop(r);
      try_right = false;
    }
    Result<> r = call_special(t, left, name, &right, 1);
    if (r.is_error()) return r;
    if (!r.is_absent()) {
      if (!is_not_implemented(r.word()) || &tl == &tr) return r;
      drop(r);
    }
  }
  if (try_right) {
    Result<> r = call_special(t, right, reflected, &left, 1);
    if (!r.is_absent()) return r;
  }
  return not_implemented();
}

Result<> slot_inplace_by_name(Thread& t, Value left, Value right, Str* name) {
  Result<> r = call_special(t, left, name, &right, 1);
  if (r.is_absent()) return not_implemented();
  return r;
}

Result<> slot_divmod(Thread& t, Value left, Value right) {
  return slot_binary_by_name(t, left, right, names().__divmod__, names().__rdivmod__,
                             offsetof(TypeSlots, divmod), slot_divmod);
}

Result<> slot_power(Thread& t, Value base, Value exponent, Value modulus) {
  if (is_none(modulus)) return slot_binary<BinaryOp::Pow>(t, base, exponent);
  if (type_of(base).slots.power == slot_power) {
    Value args[] = {exponent, modulus};
    Result<> r = call_special(t, base, names().__pow__, args, 2);
    if (r.is_error()) return r;
    if (!r.is_absent()) {
      if (!is_not_implemented(r.word())) return r;
      drop(r);
    }
  }
  // Since 3.14 three-argument pow() asks __rpow__ too.
  if (&type_of(base) != &type_of(exponent) && type_of(exponent).slots.power == slot_power) {
    Value args[] = {base, modulus};
    Result<> r = call_special(t, exponent, names().__rpow__, args, 2);
    if (!r.is_absent()) return r;
  }
  return not_implemented();
}

}  // namespace taipan
