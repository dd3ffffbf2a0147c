// super: attributes of the classes that follow a class in an MRO (Language Reference, super()).
#include "runtime/engine.h"
#include "runtime/native/def.h"
#include "runtime/object/call_parts.h"
#include "runtime/object/error.h"
#include "runtime/object/startup.h"
#include "runtime/types/descriptors.h"
#include "runtime/types/dict.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {
namespace {

// Which class's MRO to walk: obj itself if it is a subclass of `type`, else the class of obj.
Result<Type> self_type_for(Thread& t, Type& type, Value self) {
  if (is_a<Type>(self) && is_subtype(*self.as<Type>(), type)) return own(self.as<Type>());
  if (is_subtype(type_of(self), type)) return own(&type_of(self));
  Local<> claimed(t, TRY(get_attribute_or_absent(t, self, names().__class__)));
  if (!claimed.is_empty() && is_a<Type>(claimed) && is_subtype(*claimed.value().as<Type>(), type)) {
    return claimed.give().cast<Type>();
  }
  const char* kind = is_a<Type>(self) ? "type" : "instance of";
  Str* name = is_a<Type>(self) ? self.as<Type>()->name.borrow() : type_of(self).name.borrow();
  return raise(t, TypeError,
               "super(type, obj): obj ({} {}) is not an instance or subtype of type ({}).", kind, name,
               type.name.borrow());
}

// The first class after `type` in the MRO that has `name`: borrowed.
Value lookup_after(Type& type, Type& start, Str* name, bool* found_type) {
  Tuple* mro = start.mro.borrow();
  usize n = mro ? mro->size() : 0, i = 0;  // none yet: a mro() method asks
  while (i < n && !same((*mro)[i], Value(&type))) ++i;
  *found_type = i < n;
  for (++i; i < n; ++i) {
    Value v = dict_borrow_str((*mro)[i].as<Type>()->dict.borrow(), name);
    if (!v.is_empty()) return v;
  }
  return Value::empty();
}

void super_visit(Object* o, EdgeVisitor& visit) {
  auto* s = static_cast<Super*>(o);
  visit(s->type, s->self, s->self_type);
}

Result<> super_new(Thread& t, Type& cls, const Value*, u32, Tuple*) {
  auto* s = new_object<Super>(t, cls);
  if (s == nullptr) return kError;
  return own_new(s);
}

Status super_init(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  if (kwnames && kwnames->size()) return raise(t, TypeError, "super() takes no keyword arguments");
  if (nargs > 2) return raise(t, TypeError, "super() expected at most 2 arguments, got {}", nargs);
  auto* s = self.as<Super>();
  Local<> type(t), object(t);
  if (nargs == 0) {
    if (g_engine.super_arguments == nullptr) return raise(t, RuntimeError, "super(): no current frame");
    Result<> first = Result<>::absent();
    type.set(TRY(g_engine.super_arguments(t, &first)));
    object.set(first);
  } else {
    type.set(args[0]);
    if (nargs == 2) object.set(args[1]);
  }
  if (!is_a<Type>(type)) {
    return raise(t, TypeError, "super() argument 1 must be a type, not {!T}", type.value());
  }
  if (!object.is_empty() && is_none(object)) object.clear();
  if (!object.is_empty()) {
    Local<Type> self_type(t, TRY(self_type_for(t, *type.value().as<Type>(), object)));
    s->self_type.store(s, Value(self_type.get()));
    s->self.store(s, object.value());
  }
  s->type.store(s, type.value());
  return kDone;
}

Result<> super_get_attribute(Thread& t, Value self, Str* name) {
  auto* s = self.as<Super>();
  Type* start = s->self_type.borrow();
  if (start && name != names().__class__) {
    bool found_type;
    Local<> v(t, lookup_after(*s->type.borrow(), *start, name, &found_type));
    if (!v.is_empty()) {
      if (auto get = type_of(v).slots.descr_get) {
        Value instance = same(s->self.borrow(), Value(start)) ? Value::empty() : s->self.borrow();
        return get(t, v, instance, Value(start));
      }
      return v.give();
    }
  }
  Result<> r = generic_get_attribute_or_absent(t, self, name);
  if (r.is_absent()) {
    return raise_attribute_error(t, self, name, "'super' object has no attribute '{}'", name);
  }
  return r;
}

Result<> super_descr_get(Thread& t, Value self, Value instance, Value) {
  auto* s = self.as<Super>();
  if (instance.is_empty() || is_none(instance) || !s->self.is_empty()) return own(self);
  if (&type_of(self) != &super_type) {
    return call(t, Value(&type_of(self)), Value(s->type.borrow()), instance);
  }
  Local<Type> self_type(t, TRY(self_type_for(t, *s->type.borrow(), instance)));
  auto* fresh = new_object<Super>(t, super_type);
  if (fresh == nullptr) return kError;
  fresh->type.store(fresh, Value(s->type.borrow()));
  fresh->self.store(fresh, instance);
  fresh->self_type.store(fresh, Value(self_type.get()));
  return own_new(fresh);
}

Result<Str> super_repr(Thread& t, Value self) {
  auto* s = self.as<Super>();
  if (s->type.is_empty()) return str_from_ascii(t, "<super: <class 'NULL'>, NULL>");
  Str* name = s->type.borrow()->name.borrow();
  if (s->self_type.is_empty()) return str_format(t, "<super: <class '{}'>, NULL>", name);
  return str_format(t, "<super: <class '{}'>, <{} object>>", name, s->self_type.borrow()->name.borrow());
}

const MemberDef kMembers[] = {
    {"__thisclass__", MemberKind::Object, offsetof(Super, type), true, "the class invoking super()"},
    {"__self__", MemberKind::Object, offsetof(Super, self), true, "the instance invoking super(); may be None"},
    {"__self_class__", MemberKind::Object, offsetof(Super, self_type), true,
     "the type of the instance invoking super(); may be None"}};

}  // namespace

Result<> super_lookup(Thread& t, Type& type, Value self, Str* name, bool* unbound) {
  *unbound = false;
  Local<Type> start(t, TRY(self_type_for(t, type, self)));
  bool found_type;
  Local<> v(t, lookup_after(type, *start.get(), name, &found_type));
  bool through_class = same(self, Value(start.get()));
  if (!v.is_empty()) {
    if (type_of(v).has(kTypeMethodDescriptor) && !through_class) {
      *unbound = true;
      return v.give();
    }
    if (auto get = type_of(v).slots.descr_get) {
      return get(t, v, through_class ? Value::empty() : self, Value(start.get()));
    }
    return v.give();
  }
  // What `super` objects have themselves: __thisclass__, __self__, __class__ ...
  Value args[] = {Value(&type), self};
  Local<> object(t, TRY(super_new(t, super_type, nullptr, 0, nullptr)));
  TRY(super_init(t, object, args, 2, nullptr));
  return super_get_attribute(t, object, name);
}

extern const TypeDef super_type_def = {
    .name = "super",
    .doc = "super() -> super(the class of the method, its first argument)\n"
           "super(type, obj) -> attributes of the classes after type in the MRO of obj",
    .flags = kTypeBase | kTypeGcTracked, .size = sizeof(Super),
    .slots = {.visit = super_visit, .new_ = super_new, .init = super_init, .repr = super_repr,
              .get_attribute = super_get_attribute, .descr_get = super_descr_get},
    .members = kMembers};

}  // namespace taipan
