#include "runtime/types/method.h"

#include <cstdio>

#include "runtime/base/hash.h"
#include "runtime/object/call_parts.h"
#include "runtime/object/error.h"
#include "runtime/object/startup.h"
#include "runtime/types/descriptor_parts.h"
#include "runtime/native/def.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

Result<> method_new(Thread& t, Value function, Value self) {
  auto* m = new_object<Method>(t, method_type);
  if (m == nullptr) return kError;
  m->function.store(m, function);
  m->self.store(m, self);
  return own_new(m);
}

namespace {

void method_visit(Object* o, EdgeVisitor& visit) {
  auto* m = static_cast<Method*>(o);
  visit(m->function, m->self);
}
Result<> method_call(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  auto* m = self.as<Method>();  // never changes: the caller holds it
  return call_with_self(t, m->function.borrow(), m->self.borrow(), args, nargs, kwnames);
}
Result<> method_construct(Thread& t, Type&, const Value* args, u32 nargs, Tuple* kwnames) {
  if (kwnames && kwnames->size()) return raise(t, TypeError, "method() takes no keyword arguments");
  if (nargs != 2) return raise(t, TypeError, "method expected 2 arguments, got {}", nargs);
  if (!is_callable(args[0])) return raise(t, TypeError, "first argument must be callable");
  if (is_none(args[1])) return raise(t, TypeError, "instance must not be None");
  return method_new(t, args[0], args[1]);
}
// What the method does not have, its function may.
Result<> method_get_attribute(Thread& t, Value self, Str* name) {
  Type& type = type_of(self);
  Local<> found(t, type_lookup(t, type, name));
  if (!found.is_empty()) {
    auto get = type_of(found).slots.descr_get;
    return get ? get(t, found, self, Value(&type)) : found.give();
  }
  return get_attribute(t, self.as<Method>()->function.borrow(), name);
}
Result<Str> method_repr(Thread& t, Value self) {
  auto* m = self.as<Method>();
  Local<> name(t, TRY(get_attribute_or_absent(t, m->function.borrow(), names().__qualname__)));
  if (name.is_empty()) {
    name.set(TRY(get_attribute_or_absent(t, m->function.borrow(), names().__name__)));
  }
  Local<Str> object(t, TRY(repr(t, m->self.borrow())));
  if (name.is_empty() || !is_a<Str>(name)) return str_format(t, "<bound method ? of {}>", object.value());
  return str_format(t, "<bound method {} of {}>", name.value(), object.value());
}
Result<u64> method_hash(Thread& t, Value self) {
  auto* m = self.as<Method>();
  u64 h = TRY(hash(t, m->function.borrow()));
  return hash_not_minus_one(h ^ (identity(m->self.borrow()) >> 4));
}
Result<> method_compare(Thread& t, Value self, Value other, CompareOp op) {
  if ((op != CompareOp::Eq && op != CompareOp::Ne) || !is_exact<Method>(other)) return not_implemented();
  auto* a = self.as<Method>();
  auto* b = other.as<Method>();
  bool equal_parts = same(a->self.borrow(), b->self.borrow()) &&
                     TRY(equal(t, a->function.borrow(), b->function.borrow()));
  return boolean(equal_parts == (op == CompareOp::Eq));
}
Result<> method_reduce(Thread& t, Method* self) {
  Local<> name(t, TRY(get_attribute(t, self->function.borrow(), names().__name__)));
  Local<> getattr(t, TRY(builtin_function(t, "getattr")));
  Local<Tuple> args(t, TRY(tuple_of(t, self->self.borrow(), name)));
  return tuple_of(t, getattr, args);
}
const NativeDef kMethods[] = {def<method_reduce>("__reduce__($self, /)", nullptr)};
const GetSetDef kGetSets[] = {
    {"__doc__",
     [](Thread& t, Value v) -> Result<> {
       return get_attribute(t, v.as<Method>()->function.borrow(), names().__doc__);
     },
     nullptr, nullptr}};
const MemberDef kMembers[] = {
    {"__func__", MemberKind::Object, offsetof(Method, function), true,
     "the function (or other callable) implementing a method"},
    {"__self__", MemberKind::Object, offsetof(Method, self), true,
     "the instance to which a method is bound"}};

}  // namespace

extern const TypeDef method_type_def = {
    .name = "method", .doc = "A function together with its first argument.",
    .flags = kTypeGcTracked | kTypeWeakrefable, .size = sizeof(Method),
    .slots = {.visit = method_visit, .new_ = method_construct, .call = method_call, .repr = method_repr,
              .hash = method_hash, .compare = method_compare, .get_attribute = method_get_attribute,
              .descr_get = [](Thread&, Value self, Value, Value) -> Result<> { return own(self); }},
    .methods = kMethods, .getsets = kGetSets, .members = kMembers, .text_signature = "(function, instance, /)"};

}  // namespace taipan
