// wrapper_descriptor, method-wrapper, getset_descriptor, member_descriptor.
#include <cstdio>

#include "runtime/base/hash.h"
#include "runtime/object/call_parts.h"
#include "runtime/object/error.h"
#include "runtime/object/instance.h"
#include "runtime/object/specials.h"
#include "runtime/object/startup.h"
#include "runtime/object/startup_parts.h"
#include "runtime/types/descriptor_parts.h"
#include "runtime/types/descriptors.h"
#include "runtime/types/dict.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

Result<> make_wrapper_descriptor(Thread& t, const Special& special, void* function, Type& objclass) {
  auto* d = new_object<WrapperDescriptor>(t, wrapper_descriptor_type);
  if (d == nullptr) return kError;
  d->special = &special;
  d->function = function;
  d->objclass.store(d, Value(&objclass));
  d->name.store(d, Value(g_names.*special.name));
  return own_new(d);
}

Status add_slot_wrappers(Thread& t, Type& type, const TypeSlots& own_slots) {
  Dict* dict = type.dict.borrow();
  for (usize i = 0; i < kSpecialCount; ++i) {
    const Special& s = kSpecials[i];
    void* f = slot_at(own_slots, s.offset);
    if (f == nullptr || s.wrapper == nullptr) continue;
    Str* name = g_names.*s.name;
    if (!dict_borrow_str(dict, name).is_empty()) continue;
    Local<> d(t, TRY(make_wrapper_descriptor(t, s, f, type)));
    TRY(dict_set_str(t, dict, name, d));
  }
  return kDone;
}

Result<> make_getset_descriptor(Thread& t, const GetSetDef& def, Type& objclass) {
  auto* d = new_object<GetSetDescriptor>(t, getset_descriptor_type);
  if (d == nullptr) return kError;
  d->def = &def;
  d->objclass.store(d, Value(&objclass));
  d->name.store(d, Value(str_immortal(t, def.name)));
  return own_new(d);
}
Result<> make_member_descriptor(Thread& t, const MemberDef& def, Type& objclass) {
  auto* d = new_object<MemberDescriptor>(t, member_descriptor_type);
  if (d == nullptr) return kError;
  d->def = &def;
  d->offset = def.offset;
  d->objclass.store(d, Value(&objclass));
  d->name.store(d, Value(str_immortal(t, def.name)));
  return own_new(d);
}
Result<> make_slot_descriptor(Thread& t, Str* name, Type& objclass, u32 offset) {
  auto* d = new_object<MemberDescriptor>(t, member_descriptor_type);
  if (d == nullptr) return kError;
  d->offset = offset;
  d->objclass.store(d, Value(&objclass));
  d->name.store(d, Value(name));
  return own_new(d);
}

namespace {

// All four begin alike for Python: __name__, __objclass__.
Status check_instance(Thread& t, Str* name, Type* objclass, Value instance) {
  if (is_instance(instance, *objclass)) [[likely]] return kDone;
  return raise(t, TypeError, "descriptor '{}' for '{}' objects doesn't apply to a '{!T}' object", name,
               objclass->name.borrow(), instance);
}

// --- wrapper_descriptor ------------------------------------------------------------------------------------

void wrapper_visit(Object* o, EdgeVisitor& visit) {
  auto* d = static_cast<WrapperDescriptor*>(o);
  visit(d->objclass, d->name);
}
Result<> wrapper_call(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  auto* d = self.as<WrapperDescriptor>();
  if (nargs < 1) {
    return raise(t, TypeError, "descriptor '{}' of '{}' object needs an argument", d->name.borrow(),
                 d->objclass.borrow()->name.borrow());
  }
  if (!is_instance(args[0], *d->objclass.borrow())) {
    return raise(t, TypeError, "descriptor '{}' requires a '{}' object but received a '{!T}'",
                 d->name.borrow(), d->objclass.borrow()->name.borrow(), args[0]);
  }
  return d->special->wrapper(t, {d, args[0].canonical(), args + 1, nargs - 1, kwnames});
}
Result<> wrapper_get(Thread& t, Value self, Value instance, Value) {
  if (instance.is_empty()) return own(self);
  auto* d = self.as<WrapperDescriptor>();
  TRY(check_instance(t, d->name.borrow(), d->objclass.borrow(), instance));
  auto* w = new_object<MethodWrapper>(t, method_wrapper_type);
  if (w == nullptr) return kError;
  w->descriptor.store(w, self);
  w->self.store(w, instance);
  return own_new(w);
}
Result<Str> wrapper_repr(Thread& t, Value self) {
  auto* d = self.as<WrapperDescriptor>();
  return str_format(t, "<slot wrapper '{}' of '{}' objects>", d->name.borrow(),
                    d->objclass.borrow()->name.borrow());
}
Result<> wrapper_reduce(Thread& t, WrapperDescriptor* self) {
  Local<> getattr(t, TRY(builtin_function(t, "getattr")));
  Local<Tuple> args(t, TRY(tuple_of(t, Value(self->objclass.borrow()), Value(self->name.borrow()))));
  return tuple_of(t, getattr, args);
}
const NativeDef kWrapperMethods[] = {def<wrapper_reduce>("__reduce__($self, /)", nullptr)};
const GetSetDef kWrapperGetSets[] = {
    {"__qualname__",
     [](Thread& t, Value v) -> Result<> {
       auto* d = v.as<WrapperDescriptor>();
       return str_format(t, "{}.{}", d->objclass.borrow()->qualname.borrow(), d->name.borrow());
     },
     nullptr, nullptr},
    {"__doc__", [](Thread& t, Value v) -> Result<> { return str_from_utf8(t, v.as<WrapperDescriptor>()->special->doc); }, nullptr, nullptr},
    {"__text_signature__",
     [](Thread& t, Value v) -> Result<> { return str_from_utf8(t, v.as<WrapperDescriptor>()->special->signature); }, nullptr, nullptr},
};
const MemberDef kWrapperMembers[] = {
    {"__name__", MemberKind::Object, offsetof(WrapperDescriptor, name), true, nullptr},
    {"__objclass__", MemberKind::Object, offsetof(WrapperDescriptor, objclass), true, nullptr}};

// --- method-wrapper ------------------------------------------------------------------------------------------

void method_wrapper_visit(Object* o, EdgeVisitor& visit) {
  auto* w = static_cast<MethodWrapper*>(o);
  visit(w->descriptor, w->self);
}
Result<> method_wrapper_call(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  auto* w = self.as<MethodWrapper>();
  WrapperDescriptor* d = w->descriptor.borrow();
  return d->special->wrapper(t, {d, w->self.borrow(), args, nargs, kwnames});
}
Result<Str> method_wrapper_repr(Thread& t, Value self) {
  auto* w = self.as<MethodWrapper>();
  char address[32];
  std::snprintf(address, sizeof(address), "%#lx", static_cast<unsigned long>(identity(w->self.borrow())));
  return str_format(t, "<method-wrapper '{}' of {!T} object at {}>", w->descriptor.borrow()->name.borrow(),
                    w->self.borrow(), static_cast<const char*>(address));
}
Result<u64> method_wrapper_hash(Thread&, Value self) {
  auto* w = self.as<MethodWrapper>();
  return hash_not_minus_one(identity(w->self.borrow()) * 31 + hash_pointer(w->descriptor.borrow()));
}
Result<> method_wrapper_compare(Thread&, Value self, Value other, CompareOp op) {
  if ((op != CompareOp::Eq && op != CompareOp::Ne) || !is_exact<MethodWrapper>(other)) return not_implemented();
  auto* a = self.as<MethodWrapper>();
  auto* b = other.as<MethodWrapper>();
  bool equal = a->descriptor.borrow() == b->descriptor.borrow() && same(a->self.borrow(), b->self.borrow());
  return boolean(equal == (op == CompareOp::Eq));
}
Result<> method_wrapper_reduce(Thread& t, MethodWrapper* self) {
  Local<> getattr(t, TRY(builtin_function(t, "getattr")));
  Local<Tuple> args(t, TRY(tuple_of(t, self->self.borrow(), Value(self->descriptor.borrow()->name.borrow()))));
  return tuple_of(t, getattr, args);
}
const NativeDef kMethodWrapperMethods[] = {def<method_wrapper_reduce>("__reduce__($self, /)", nullptr)};
WrapperDescriptor* descriptor_of(Value v) { return v.as<MethodWrapper>()->descriptor.borrow(); }
const GetSetDef kMethodWrapperGetSets[] = {
    {"__objclass__", [](Thread&, Value v) -> Result<> { return own(Value(descriptor_of(v)->objclass.borrow())); }, nullptr, nullptr},
    {"__name__", [](Thread&, Value v) -> Result<> { return own(Value(descriptor_of(v)->name.borrow())); }, nullptr, nullptr},
    {"__qualname__",
     [](Thread& t, Value v) -> Result<> {
       auto* d = descriptor_of(v);
       return str_format(t, "{}.{}", d->objclass.borrow()->qualname.borrow(), d->name.borrow());
     },
     nullptr, nullptr},
    {"__doc__", [](Thread& t, Value v) -> Result<> { return str_from_utf8(t, descriptor_of(v)->special->doc); }, nullptr, nullptr},
    {"__text_signature__", [](Thread& t, Value v) -> Result<> { return str_from_utf8(t, descriptor_of(v)->special->signature); }, nullptr, nullptr},
};
const MemberDef kMethodWrapperMembers[] = {
    {"__self__", MemberKind::Object, offsetof(MethodWrapper, self), true, nullptr}};

// --- getset_descriptor ----------------------------------------------------------------------------------------

void getset_visit(Object* o, EdgeVisitor& visit) {
  auto* d = static_cast<GetSetDescriptor*>(o);
  visit(d->objclass, d->name);
}
Result<> getset_get(Thread& t, Value self, Value instance, Value) {
  if (instance.is_empty()) return own(self);
  auto* d = self.as<GetSetDescriptor>();
  TRY(check_instance(t, d->name.borrow(), d->objclass.borrow(), instance));
  if (d->def->get == nullptr) {
    return raise_attribute_error(t, instance, d->name.borrow(),
                                 "attribute '{}' of '{}' objects is not readable", d->name.borrow(),
                                 d->objclass.borrow()->name.borrow());
  }
  return d->def->get(t, instance);
}
Status getset_set(Thread& t, Value self, Value instance, Value v) {
  auto* d = self.as<GetSetDescriptor>();
  TRY(check_instance(t, d->name.borrow(), d->objclass.borrow(), instance));
  if (d->def->set == nullptr) {
    return raise_attribute_error(t, instance, d->name.borrow(),
                                 "attribute '{}' of '{}' objects is not writable", d->name.borrow(),
                                 d->objclass.borrow()->name.borrow());
  }
  return d->def->set(t, instance, v);
}
Result<Str> getset_repr(Thread& t, Value self) {
  auto* d = self.as<GetSetDescriptor>();
  return str_format(t, "<attribute '{}' of '{}' objects>", d->name.borrow(), d->objclass.borrow()->name.borrow());
}
const GetSetDef kGetSetGetSets[] = {
    {"__qualname__",
     [](Thread& t, Value v) -> Result<> {
       auto* d = v.as<GetSetDescriptor>();
       return str_format(t, "{}.{}", d->objclass.borrow()->qualname.borrow(), d->name.borrow());
     },
     nullptr, nullptr},
    {"__doc__", [](Thread& t, Value v) -> Result<> { return doc_of(t, v.as<GetSetDescriptor>()->def->doc); }, nullptr, nullptr},
};
const MemberDef kGetSetMembers[] = {
    {"__name__", MemberKind::Object, offsetof(GetSetDescriptor, name), true, nullptr},
    {"__objclass__", MemberKind::Object, offsetof(GetSetDescriptor, objclass), true, nullptr}};

// --- member_descriptor ----------------------------------------------------------------------------------------

void member_visit(Object* o, EdgeVisitor& visit) {
  auto* d = static_cast<MemberDescriptor*>(o);
  visit(d->objclass, d->name);
}
template <class T>
T& field(Value instance, u64 offset) {
  return *reinterpret_cast<T*>(reinterpret_cast<char*>(instance.object()) + offset);
}
ErrorTag raise_unset(Thread& t, Value instance, Str* name) {
  return raise_attribute_error(t, instance, name, "'{!T}' object has no attribute '{}'", instance, name);
}
Result<> member_get(Thread& t, Value self, Value instance, Value) {
  if (instance.is_empty()) return own(self);
  auto* d = self.as<MemberDescriptor>();
  TRY(check_instance(t, d->name.borrow(), d->objclass.borrow(), instance));
  Object* o = instance.object();
  if (d->def == nullptr) {
    Value w = member_slot(o, static_cast<u32>(d->offset)).load_word(o);
    if (w.is_empty()) return raise_unset(t, instance, d->name.borrow());
    return Result<>::from_owned(w);
  }
  switch (d->def->kind) {
    case MemberKind::Object:
    case MemberKind::ObjectOrError: {
      Value w = field<SlotBase>(instance, d->offset).load_word(o);
      if (!w.is_empty()) return Result<>::from_owned(w);
      if (d->def->kind == MemberKind::Object) return none();
      return raise_unset(t, instance, d->name.borrow());
    }
    case MemberKind::Int32: return int_from_i64(t, field<i32>(instance, d->offset));
    case MemberKind::Ssize: return int_from_i64(t, field<ssize>(instance, d->offset));
    case MemberKind::Bool: return boolean(field<u8>(instance, d->offset) != 0);
    case MemberKind::Double: return float_from(t, field<f64>(instance, d->offset));
  }
  return kError;
}
Status member_set(Thread& t, Value self, Value instance, Value v) {
  auto* d = self.as<MemberDescriptor>();
  TRY(check_instance(t, d->name.borrow(), d->objclass.borrow(), instance));
  Object* o = instance.object();
  if (d->def == nullptr) {
    SlotBase& slot = member_slot(o, static_cast<u32>(d->offset));
    if (v.is_empty() && slot.is_empty()) return raise_value(t, AttributeError, Value(d->name.borrow()));
    slot.store_word(o, v);
    return kDone;
  }
  if (d->def->read_only) return raise(t, AttributeError, "readonly attribute");
  if (v.is_empty() && d->def->kind != MemberKind::Object && d->def->kind != MemberKind::ObjectOrError) {
    return raise(t, TypeError, "can't delete numeric/char attribute");
  }
  switch (d->def->kind) {
    case MemberKind::ObjectOrError:
      if (v.is_empty() && field<SlotBase>(instance, d->offset).is_empty()) {
        return raise_value(t, AttributeError, Value(d->name.borrow()));
      }
      [[fallthrough]];
    case MemberKind::Object: field<SlotBase>(instance, d->offset).store_word(o, v); return kDone;
    case MemberKind::Int32: field<i32>(instance, d->offset) = static_cast<i32>(TRY(to_ssize(t, v))); return kDone;
    case MemberKind::Ssize: field<ssize>(instance, d->offset) = TRY(to_ssize(t, v)); return kDone;
    case MemberKind::Bool:
      if (!is_true(v) && !is_false(v)) return raise(t, TypeError, "attribute value type must be bool");
      field<u8>(instance, d->offset) = is_true(v);
      return kDone;
    case MemberKind::Double: field<f64>(instance, d->offset) = TRY(to_double(t, v)); return kDone;
  }
  return kDone;
}
Result<Str> member_repr(Thread& t, Value self) {
  auto* d = self.as<MemberDescriptor>();
  return str_format(t, "<member '{}' of '{}' objects>", d->name.borrow(), d->objclass.borrow()->name.borrow());
}
Result<> member_reduce(Thread& t, MemberDescriptor* self) {
  Local<> getattr(t, TRY(builtin_function(t, "getattr")));
  Local<Tuple> args(t, TRY(tuple_of(t, Value(self->objclass.borrow()), Value(self->name.borrow()))));
  return tuple_of(t, getattr, args);
}
const NativeDef kMemberMethods[] = {def<member_reduce>("__reduce__($self, /)", nullptr)};
const GetSetDef kMemberGetSets[] = {
    {"__qualname__",
     [](Thread& t, Value v) -> Result<> {
       auto* d = v.as<MemberDescriptor>();
       return str_format(t, "{}.{}", d->objclass.borrow()->qualname.borrow(), d->name.borrow());
     },
     nullptr, nullptr},
    {"__doc__",
     [](Thread& t, Value v) -> Result<> {
       auto* d = v.as<MemberDescriptor>();
       return doc_of(t, d->def ? d->def->doc : nullptr);
     },
     nullptr, nullptr},
};
const MemberDef kMemberMembers[] = {
    {"__name__", MemberKind::Object, offsetof(MemberDescriptor, name), true, nullptr},
    {"__objclass__", MemberKind::Object, offsetof(MemberDescriptor, objclass), true, nullptr}};

}  // namespace

extern const TypeDef wrapper_descriptor_type_def = {
    .name = "wrapper_descriptor", .flags = kTypeGcTracked | kTypeMethodDescriptor, .size = sizeof(WrapperDescriptor),
    .slots = {.visit = wrapper_visit, .call = wrapper_call, .repr = wrapper_repr, .descr_get = wrapper_get},
    .methods = kWrapperMethods, .getsets = kWrapperGetSets, .members = kWrapperMembers};
extern const TypeDef method_wrapper_type_def = {
    .name = "method-wrapper", .flags = kTypeGcTracked, .size = sizeof(MethodWrapper),
    .slots = {.visit = method_wrapper_visit, .call = method_wrapper_call, .repr = method_wrapper_repr,
              .hash = method_wrapper_hash, .compare = method_wrapper_compare},
    .methods = kMethodWrapperMethods, .getsets = kMethodWrapperGetSets, .members = kMethodWrapperMembers};
extern const TypeDef getset_descriptor_type_def = {
    .name = "getset_descriptor", .flags = kTypeGcTracked, .size = sizeof(GetSetDescriptor),
    .slots = {.visit = getset_visit, .repr = getset_repr, .descr_get = getset_get, .descr_set = getset_set},
    .getsets = kGetSetGetSets, .members = kGetSetMembers};
extern const TypeDef member_descriptor_type_def = {
    .name = "member_descriptor", .flags = kTypeGcTracked, .size = sizeof(MemberDescriptor),
    .slots = {.visit = member_visit, .repr = member_repr, .descr_get = member_get, .descr_set = member_set},
    .methods = kMemberMethods, .getsets = kMemberGetSets, .members = kMemberMembers};

}  // namespace taipan
