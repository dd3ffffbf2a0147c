// builtin_function, method_descriptor, classmethod_descriptor: native code as Python callables.
#include <cstdio>
#include <cstring>

#include "runtime/base/hash.h"
#include "runtime/native/def.h"
#include "runtime/object/call_parts.h"
#include "runtime/object/class_build.h"
#include "runtime/object/error.h"
#include "runtime/object/startup.h"
#include "runtime/types/descriptor_parts.h"
#include "runtime/types/descriptors.h"
#include "runtime/types/module.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

void register_native(Thread& t, const NativeDef& def, Type* type) {
  if (def.parsed == nullptr) return;
  parse_signature(t, def.signature, def.parameters, *def.parsed);
  if (type && def.parsed->owner == nullptr) def.parsed->owner = type;
}

namespace {

Str* name_of(Thread& t, const NativeDef& def) {
  const char* end = std::strchr(def.signature, '(');
  usize n = end ? static_cast<usize>(end - def.signature) : std::strlen(def.signature);
  return str_immortal(t, {def.signature, n});
}

Result<NativeFunction> new_native_function(Thread& t, const NativeDef* def, NativeEntry entry, Str* name,
                                           Value self, Value module_name) {
  auto* f = new_object<NativeFunction>(t, builtin_function_type);
  if (f == nullptr) return kError;
  f->def = def;
  f->entry = entry;
  f->name.store(f, Value(name));
  f->self.store(f, self);
  f->module_name.store(f, module_name);
  return own_new(f);
}

// T.__new__(cls, ...): cls must be T or derive from it without a closer native layout in between.
Result<> new_entry(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  Type& type = *self.as<Type>();
  Str* name = type.name.borrow();
  if (nargs < 1) return raise(t, TypeError, "{}.__new__(): not enough arguments", name);
  if (!is_a<Type>(args[0])) {
    return raise(t, TypeError, "{}.__new__(X): X is not a type object ({!T})", name, args[0]);
  }
  Type& cls = *args[0].as<Type>();
  if (!is_subtype(cls, type)) {
    Str* other = cls.name.borrow();
    return raise(t, TypeError, "{}.__new__({}): {} is not a subtype of {}", name, other, other, name);
  }
  if (cls.native->has(kTypeNoInstantiation)) {
    return raise(t, TypeError, "cannot create '{}' instances", cls.native->def->name);
  }
  if (cls.native->slots.new_ != type.slots.new_) {
    Str* native = cls.native->name.borrow();
    return raise(t, TypeError, "{}.__new__({}) is not safe, use {}.__new__()", name, cls.name.borrow(), native);
  }
  return type.slots.new_(t, cls, args + 1, nargs - 1, kwnames);
}
const NativeDef kNewDef = raw_def("__new__($type, *args, **kwargs)",
                                  "Create and return a new object.  See help(type) for accurate signature.",
                                  new_entry, NativeKind::StaticMethod);

}  // namespace

Result<> make_native_function(Thread& t, const NativeDef& def, Value self, Value module_name) {
  register_native(t, def);
  return new_native_function(t, &def, def.entry, name_of(t, def), self, module_name);
}

Result<> make_new_function(Thread& t, Type& type) {
  return new_native_function(t, &kNewDef, new_entry, names().__new__, Value(&type), Value::empty());
}
bool is_new_function(const NativeFunction* f) { return f->entry == new_entry; }

Result<> make_method_descriptor(Thread& t, const NativeDef& def, Type& objclass) {
  Type& kind = def.kind == NativeKind::ClassMethod ? classmethod_descriptor_type : method_descriptor_type;
  auto* d = new_object<MethodDescriptor>(t, kind);
  if (d == nullptr) return kError;
  make_immortal(d);  // like its class: calls of methods count nothing
  d->def = &def;
  d->entry = def.entry;
  d->objclass.store(d, Value(&objclass));
  d->name.store(d, Value(name_of(t, def)));
  return own_new(d);
}

// "(self, /)" of "name(self, /)"; None for texts without parentheses.
Result<> text_signature_of(Thread& t, const char* signature) {
  const char* open = std::strchr(signature, '(');
  if (open == nullptr) return none();
  return str_from_utf8(t, open);
}
Result<> doc_of(Thread& t, const char* doc) {
  if (doc == nullptr) return none();
  return str_from_utf8(t, doc);
}

namespace {

// --- builtin_function_or_method -----------------------------------------------------------------------------

void function_visit(Object* o, EdgeVisitor& visit) {
  auto* f = static_cast<NativeFunction*>(o);
  visit(f->self, f->module_name, f->name);
}
Result<> function_call(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  auto* f = self.as<NativeFunction>();
  return f->entry(t, f->self.borrow(), args, nargs, kwnames);
}
bool is_method(const NativeFunction* f) {
  Value self = f->self.borrow();
  return !self.is_empty() && !is_a<Module>(self);
}
Result<Str> function_repr(Thread& t, Value self) {
  auto* f = self.as<NativeFunction>();
  if (!is_method(f)) return str_format(t, "<built-in function {}>", f->name.borrow());
  char address[32];
  std::snprintf(address, sizeof(address), "%#lx", static_cast<unsigned long>(identity(f->self.borrow())));
  return str_format(t, "<built-in method {} of {!T} object at {}>", f->name.borrow(), f->self.borrow(),
                    static_cast<const char*>(address));
}
Result<u64> function_hash(Thread&, Value self) {
  auto* f = self.as<NativeFunction>();
  Value s = f->self.borrow();
  u64 h = hash_pointer(reinterpret_cast<void*>(f->entry));
  return hash_not_minus_one(s.is_ref() ? h ^ hash_pointer(s.object()) : h);
}
Result<> function_compare(Thread&, Value self, Value other, CompareOp op) {
  if ((op != CompareOp::Eq && op != CompareOp::Ne) || !is_exact<NativeFunction>(other)) return not_implemented();
  auto* a = self.as<NativeFunction>();
  auto* b = other.as<NativeFunction>();
  bool equal = a->entry == b->entry && a->def == b->def && same(a->self.borrow(), b->self.borrow());
  return boolean(equal == (op == CompareOp::Eq));
}
Result<> function_reduce(Thread& t, NativeFunction* self) {
  if (!is_method(self)) return self->name.load(self);
  Local<> getattr(t, TRY(builtin_function(t, "getattr")));
  Local<Tuple> args(t, TRY(tuple_of(t, self->self.borrow(), Value(self->name.borrow()))));
  return tuple_of(t, getattr, args);
}
const NativeDef kFunctionMethods[] = {def<function_reduce>("__reduce__($self, /)", nullptr)};

Result<> qualname_of(Thread& t, NativeFunction* f) {
  Value self = f->self.borrow();
  if (!is_method(f)) return f->name.load(f);
  Type& type = is_a<Type>(self) ? *self.as<Type>() : type_of(self);
  return str_format(t, "{}.{}", type.qualname.borrow(), f->name.borrow());
}
const GetSetDef kFunctionGetSets[] = {
    {"__name__", [](Thread&, Value v) -> Result<> { return v.as<NativeFunction>()->name.load(v.object()); }, nullptr, nullptr},
    {"__qualname__", [](Thread& t, Value v) -> Result<> { return qualname_of(t, v.as<NativeFunction>()); }, nullptr, nullptr},
    {"__doc__", [](Thread& t, Value v) -> Result<> { return doc_of(t, v.as<NativeFunction>()->def->doc); }, nullptr, nullptr},
    {"__text_signature__", [](Thread& t, Value v) -> Result<> { return text_signature_of(t, v.as<NativeFunction>()->def->signature); }, nullptr, nullptr},
    {"__self__",
     [](Thread&, Value v) -> Result<> {
       auto* f = v.as<NativeFunction>();
       return f->self.is_empty() || f->def->kind == NativeKind::StaticMethod ? none() : f->self.load(f);
     },
     nullptr, nullptr},
};
const MemberDef kFunctionMembers[] = {
    {"__module__", MemberKind::Object, offsetof(NativeFunction, module_name), false, nullptr}};

// --- method_descriptor, classmethod_descriptor ----------------------------------------------------------------

void descriptor_visit(Object* o, EdgeVisitor& visit) {
  auto* d = static_cast<MethodDescriptor*>(o);
  visit(d->objclass, d->name);
}

Result<> method_descriptor_call(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  auto* d = self.as<MethodDescriptor>();
  if (nargs < 1) [[unlikely]] {
    return raise(t, TypeError, "unbound method {}.{}() needs an argument", d->objclass.borrow()->name.borrow(),
                 d->name.borrow());
  }
  if (!is_instance(args[0], *d->objclass.borrow())) [[unlikely]] {
    return raise(t, TypeError, "descriptor '{}' for '{}' objects doesn't apply to a '{!T}' object",
                 d->name.borrow(), d->objclass.borrow()->name.borrow(), args[0]);
  }
  return d->entry(t, args[0].canonical(), args + 1, nargs - 1, kwnames);
}
Result<> method_descriptor_get(Thread& t, Value self, Value instance, Value) {
  if (instance.is_empty()) return own(self);
  auto* d = self.as<MethodDescriptor>();
  if (!is_instance(instance, *d->objclass.borrow())) {
    return raise(t, TypeError, "descriptor '{}' for '{}' objects doesn't apply to a '{!T}' object",
                 d->name.borrow(), d->objclass.borrow()->name.borrow(), instance);
  }
  return new_native_function(t, d->def, d->entry, d->name.borrow(), instance, Value::empty());
}
Result<> classmethod_descriptor_get(Thread& t, Value self, Value instance, Value owner) {
  auto* d = self.as<MethodDescriptor>();
  Str* objclass = d->objclass.borrow()->name.borrow();
  if (owner.is_empty()) {
    if (instance.is_empty()) {
      return raise(t, TypeError, "descriptor '{}' for type '{}' needs either an object or a type", d->name.borrow(), objclass);
    }
    owner = Value(&type_of(instance));
  }
  if (!is_a<Type>(owner)) {
    return raise(t, TypeError, "descriptor '{}' for type '{}' needs a type, not a '{!T}' as arg 2",
                 d->name.borrow(), objclass, owner);
  }
  if (!is_subtype(*owner.as<Type>(), *d->objclass.borrow())) {
    return raise(t, TypeError, "descriptor '{}' requires a subtype of '{}' but received '{}'", d->name.borrow(),
                 objclass, owner.as<Type>()->name.borrow());
  }
  return new_native_function(t, d->def, d->entry, d->name.borrow(), owner, Value::empty());
}
Result<> classmethod_descriptor_call(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  auto* d = self.as<MethodDescriptor>();
  if (nargs < 1) {
    return raise(t, TypeError, "descriptor '{}' of '{}' object needs an argument", d->name.borrow(),
                 d->objclass.borrow()->name.borrow());
  }
  Local<> bound(t, TRY(classmethod_descriptor_get(t, self, Value::empty(), args[0])));
  return call(t, bound, args + 1, nargs - 1, kwnames);
}
Result<Str> method_descriptor_repr(Thread& t, Value self) {
  auto* d = self.as<MethodDescriptor>();
  return str_format(t, "<method '{}' of '{}' objects>", d->name.borrow(), d->objclass.borrow()->name.borrow());
}
Result<> descriptor_reduce(Thread& t, MethodDescriptor* self) {
  Local<> getattr(t, TRY(builtin_function(t, "getattr")));
  Local<Tuple> args(t, TRY(tuple_of(t, Value(self->objclass.borrow()), Value(self->name.borrow()))));
  return tuple_of(t, getattr, args);
}
const NativeDef kDescriptorMethods[] = {def<descriptor_reduce>("__reduce__($self, /)", nullptr)};
const NativeDef kClassDescriptorMethods[] = {
    raw_def("__reduce__($self, /)", nullptr, [](Thread& t, Value self, const Value*, u32, Tuple*) -> Result<> {
      return descriptor_reduce(t, self.as<MethodDescriptor>());
    })};
const GetSetDef kDescriptorGetSets[] = {
    {"__qualname__",
     [](Thread& t, Value v) -> Result<> {
       auto* d = v.as<MethodDescriptor>();
       return str_format(t, "{}.{}", d->objclass.borrow()->qualname.borrow(), d->name.borrow());
     },
     nullptr, nullptr},
    {"__doc__", [](Thread& t, Value v) -> Result<> { return doc_of(t, v.as<MethodDescriptor>()->def->doc); }, nullptr, nullptr},
    {"__text_signature__", [](Thread& t, Value v) -> Result<> { return text_signature_of(t, v.as<MethodDescriptor>()->def->signature); }, nullptr, nullptr},
};
const MemberDef kDescriptorMembers[] = {
    {"__name__", MemberKind::Object, offsetof(MethodDescriptor, name), true, nullptr},
    {"__objclass__", MemberKind::Object, offsetof(MethodDescriptor, objclass), true, nullptr},
};

}  // namespace

extern const TypeDef builtin_function_type_def = {
    .name = "builtin_function_or_method", .flags = kTypeGcTracked | kTypeWeakrefable,
    .size = sizeof(NativeFunction),
    .slots = {.visit = function_visit, .call = function_call, .repr = function_repr,
              .hash = function_hash, .compare = function_compare},
    .methods = kFunctionMethods, .getsets = kFunctionGetSets, .members = kFunctionMembers};

extern const TypeDef method_descriptor_type_def = {
    .name = "method_descriptor", .flags = kTypeGcTracked | kTypeMethodDescriptor,
    .size = sizeof(MethodDescriptor),
    .slots = {.visit = descriptor_visit, .call = method_descriptor_call, .repr = method_descriptor_repr,
              .descr_get = method_descriptor_get},
    .methods = kDescriptorMethods, .getsets = kDescriptorGetSets, .members = kDescriptorMembers};

extern const TypeDef classmethod_descriptor_type_def = {
    .name = "classmethod_descriptor", .flags = kTypeGcTracked, .size = sizeof(MethodDescriptor),
    .slots = {.visit = descriptor_visit, .call = classmethod_descriptor_call, .repr = method_descriptor_repr,
              .descr_get = classmethod_descriptor_get},
    .methods = kClassDescriptorMethods, .getsets = kDescriptorGetSets, .members = kDescriptorMembers};

}  // namespace taipan
