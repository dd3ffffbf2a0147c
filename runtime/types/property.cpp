// property, classmethod, staticmethod.
#include "runtime/native/def.h"
#include "runtime/object/call_parts.h"
#include "runtime/object/error.h"
#include "runtime/object/instance.h"
#include "runtime/object/startup.h"
#include "runtime/types/descriptors.h"
#include "runtime/types/dict.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/method.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {
namespace {

// --- property ------------------------------------------------------------------------------------------------

void property_visit(Object* o, EdgeVisitor& visit) {
  auto* p = static_cast<Property*>(o);
  visit(p->get, p->set, p->del, p->doc, p->name);
}

Result<> property_new(Thread& t, Type& cls, const Value*, u32, Tuple*) {
  auto* p = new_object<Property>(t, cls);
  if (p == nullptr) return kError;
  return own_new(p);
}

void store_or_clear(Property* p, Slot<>& slot, Value v) {
  slot.store(p, v.is_empty() || is_none(v) ? Value::empty() : v);
}

Status property_init(Thread& t, Property* self, Value fget, Value fset, Value fdel, Value doc) {
  store_or_clear(self, self->get, fget);
  store_or_clear(self, self->set, fset);
  store_or_clear(self, self->del, fdel);
  store_or_clear(self, self->doc, doc);
  self->name.clear(self);
  self->doc_from_getter.store_relaxed(false);  // only decides whether copies take the getter's doc again
  if ((doc.is_empty() || is_none(doc)) && !self->get.is_empty()) {
    Result<> found = get_attribute_or_absent(t, self->get.borrow(), names().__doc__);
    if (found.is_error()) {
      if (!swallow(t, Exception)) return kError;
      return kDone;
    }
    Local<> inherited(t, found);
    if (!inherited.is_empty() && !is_none(inherited)) {
      self->doc_from_getter.store_relaxed(true);  // as above
      self->doc.store(self, inherited.value());
    }
  }
  if (&type_of(self) != &property_type) {
    // A subclass has no `doc` member of its own: it goes where the instance keeps attributes.
    // Without such a place an explicit text is dropped; that of the getter is an error.
    Local<> text(t, self->doc.is_empty() ? none() : self->doc.load(self));
    Status kept = set_attribute(t, Value(self), names().__doc__, text);
    bool from_getter = self->doc_from_getter.load_relaxed();  // this thread has just set it
    if (kept.is_error() && (from_getter || !swallow(t, AttributeError))) return kError;
  }
  return kDone;
}

// The name for messages: given by __set_name__, else the getter's.
Result<> property_name(Thread& t, Property* p) {
  if (!p->name.is_empty()) return p->name.load(p);
  if (p->get.is_empty()) return Result<>::absent();
  return get_attribute_or_absent(t, p->get.borrow(), names().__name__);
}

ErrorTag raise_lacks(Thread& t, Property* p, Value o, const char* what) {
  Local<> name(t, TRY(property_name(t, p)));
  Local<Str> type_name(t, type_of(o).qualname.load(&type_of(o)));
  if (name.is_empty()) {
    return raise(t, AttributeError, "property of {!r} object has no {}", type_name.value(), what);
  }
  return raise(t, AttributeError, "property {!r} of {!r} object has no {}", name.value(), type_name.value(), what);
}

Result<> property_get(Thread& t, Value self, Value instance, Value) {
  if (instance.is_empty()) return own(self);
  auto* p = self.as<Property>();
  Local<> getter(t, p->get.load(p));
  if (getter.is_empty()) return raise_lacks(t, p, instance, "getter");
  return call(t, getter, instance);
}
Status property_set(Thread& t, Value self, Value instance, Value v) {
  auto* p = self.as<Property>();
  bool remove = v.is_empty();
  Local<> f(t, remove ? p->del.load(p) : p->set.load(p));
  if (f.is_empty()) return raise_lacks(t, p, instance, remove ? "deleter" : "setter");
  Local<> r(t, remove ? TRY(call(t, f, instance)) : TRY(call(t, f, instance, v)));
  return kDone;
}

// A copy with one function replaced.
Result<> property_copy(Thread& t, Property* self, Value get, Value set, Value del) {
  auto pick = [&](Value v, Slot<>& slot) {
    if (!v.is_empty() && !is_none(v)) return own(v);
    return slot.is_empty() ? none() : slot.load(self);
  };
  Local<> fget(t, pick(get, self->get));
  Local<> fset(t, pick(set, self->set));
  Local<> fdel(t, pick(del, self->del));
  Local<> doc(t);
  bool from_getter = self->doc_from_getter.load_relaxed() && !is_none(fget);  // set once by __init__
  doc.set(from_getter || self->doc.is_empty() ? none() : self->doc.load(self));
  Value args[] = {fget, fset, fdel, doc};
  Local<> copy(t, TRY(call(t, Value(&type_of(self)), args, 4)));
  if (is_a<Property>(copy) || is_instance(copy, property_type)) {
    auto* p = copy.value().as<Property>();
    if (!self->name.is_empty()) p->name.store(p, self->name.borrow());
  }
  return copy.give();
}
Result<> property_getter(Thread& t, Property* self, Value f) { return property_copy(t, self, f, Value(), Value()); }
Result<> property_setter(Thread& t, Property* self, Value f) { return property_copy(t, self, Value(), f, Value()); }
Result<> property_deleter(Thread& t, Property* self, Value f) { return property_copy(t, self, Value(), Value(), f); }
Result<> property_set_name(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  if (kwnames != nullptr && kwnames->size() != 0) {
    return raise(t, TypeError, "property.__set_name__() takes no keyword arguments");
  }
  if (nargs != 2) {
    return raise(t, TypeError, "__set_name__() takes 2 positional arguments but {} were given", nargs);
  }
  self.as<Property>()->name.store(self.object(), args[1]);
  return none();
}

const NativeDef kPropertyInit = def<property_init>(
    "property($self, fget=None, fset=None, fdel=None, doc=None)", nullptr);
Status property_init_slot(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  Local<> r(t, TRY(call_native(t, kPropertyInit, self, args, nargs, kwnames)));
  return kDone;
}

const NativeDef kPropertyMethods[] = {
    def<property_getter>("getter($self, object, /)", "Descriptor to obtain a copy of the property with a different getter."),
    def<property_setter>("setter($self, object, /)", "Descriptor to obtain a copy of the property with a different setter."),
    def<property_deleter>("deleter($self, object, /)", "Descriptor to obtain a copy of the property with a different deleter."),
    raw_def("__set_name__($self, owner, name, /)", "Method to set name of a property.", property_set_name),
};
Result<> is_abstract(Thread& t, Value f) {
  if (f.is_empty()) return boolean(false);
  Local<> r(t, TRY(get_attribute_or_absent(t, f, names().__isabstractmethod__)));
  if (r.is_empty()) return boolean(false);
  return boolean(TRY(truth(t, r)));
}
const GetSetDef kPropertyGetSets[] = {
    {"__isabstractmethod__",
     [](Thread& t, Value v) -> Result<> {
       auto* p = v.as<Property>();
       for (Slot<>* f : {&p->get, &p->set, &p->del}) {
         Local<> held(t, f->load(p));
         Local<> r(t, TRY(is_abstract(t, held)));
         if (is_true(r)) return r.give();
       }
       return boolean(false);
     },
     nullptr, nullptr},
    {"__name__",
     [](Thread& t, Value v) -> Result<> {
       Result<> name = property_name(t, v.as<Property>());
       if (name.is_absent()) {
         return raise_attribute_error(t, v, names().__name__, "'{!T}' object has no attribute '__name__'", v);
       }
       return name;
     },
     [](Thread&, Value v, Value name) -> Status {
       auto* p = v.as<Property>();
       p->name.store(p, name);
       return kDone;
     },
     nullptr},
};
const MemberDef kPropertyMembers[] = {
    {"fget", MemberKind::Object, offsetof(Property, get), true, nullptr},
    {"fset", MemberKind::Object, offsetof(Property, set), true, nullptr},
    {"fdel", MemberKind::Object, offsetof(Property, del), true, nullptr},
    {"__doc__", MemberKind::Object, offsetof(Property, doc), false, nullptr},
};

// --- classmethod, staticmethod ------------------------------------------------------------------------------------

void wrapper_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<FunctionWrapper*>(o)->callable); }

Result<> wrapper_new(Thread& t, Type& cls, const Value*, u32, Tuple*) {
  auto* w = new_object<FunctionWrapper>(t, cls);
  if (w == nullptr) return kError;
  w->callable.init(none_value());
  return own_new(w);
}

// As functools.wraps: the wrapper looks like what it wraps.
Status copy_attributes(Thread& t, FunctionWrapper* w, Value from) {
  for (Str* name : {names().__module__, names().__name__, names().__qualname__, names().__doc__}) {
    Local<> v(t, TRY(get_attribute_or_absent(t, from, name)));
    if (!v.is_empty()) TRY(instance_set(t, w, name, v));
  }
  return kDone;
}

Status wrapper_init(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  const char* name = is_subtype(type_of(self), classmethod_type) ? "classmethod" : "staticmethod";
  if (kwnames && kwnames->size()) return raise(t, TypeError, "{}() takes no keyword arguments", name);
  if (nargs != 1) return raise(t, TypeError, "{} expected 1 argument, got {}", name, nargs);
  auto* w = self.as<FunctionWrapper>();
  w->callable.store(w, args[0]);
  return copy_attributes(t, w, args[0]);
}

Result<> staticmethod_get(Thread&, Value self, Value, Value) {
  auto* w = self.as<FunctionWrapper>();
  return w->callable.load(w);
}
Result<> staticmethod_call(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  auto* w = self.as<FunctionWrapper>();
  Local<> f(t, w->callable.load(w));
  return call(t, f, args, nargs, kwnames);
}
Result<> classmethod_get(Thread& t, Value self, Value instance, Value owner) {
  auto* w = self.as<FunctionWrapper>();
  Local<> f(t, w->callable.load(w));
  if (owner.is_empty()) owner = Value(&type_of(instance));
  return method_new(t, f, owner);
}
Result<Str> wrapper_repr(Thread& t, Value self) {
  auto* w = self.as<FunctionWrapper>();
  Local<> f(t, w->callable.load(w));
  return str_format(t, "<{!T}({!r})>", self, f.value());
}
Result<> wrapper_class_getitem(Thread& t, Value self, Value item) { return generic_alias_new(t, self, item); }

const GetSetDef kWrapperGetSets[] = {
    {"__isabstractmethod__",
     [](Thread& t, Value v) -> Result<> {
       auto* w = v.as<FunctionWrapper>();
       Local<> f(t, w->callable.load(w));
       return is_abstract(t, f);
     },
     nullptr, nullptr},
    {"__dict__",
     [](Thread& t, Value v) -> Result<> { return instance_dict(t, v.object()); },
     [](Thread& t, Value v, Value d) -> Status {
       if (d.is_empty() || !is_a<Dict>(d)) return raise(t, TypeError, "__dict__ must be set to a dictionary");
       return instance_set_dict(t, v.object(), d.as<Dict>());
     },
     nullptr},
    {"__annotations__",
     [](Thread& t, Value v) -> Result<> {
       auto* w = v.as<FunctionWrapper>();
       Local<> kept(t, TRY(instance_get(t, w, names().__annotations__)));
       if (!kept.is_empty()) return kept.give();
       Local<> f(t, w->callable.load(w));
       return get_attribute(t, f, names().__annotations__);
     },
     [](Thread& t, Value v, Value a) -> Status {
       if (!a.is_empty()) return instance_set(t, v.object(), names().__annotations__, a);
       Result<bool> removed = instance_delete(t, v.object(), names().__annotations__);
       return removed.is_error() ? Status(kError) : Status(kDone);
     },
     nullptr},
    {"__annotate__",
     [](Thread& t, Value v) -> Result<> {
       auto* w = v.as<FunctionWrapper>();
       Local<> kept(t, TRY(instance_get(t, w, names().__annotate__)));
       if (!kept.is_empty()) return kept.give();
       Local<> f(t, w->callable.load(w));
       return get_attribute(t, f, names().__annotate__);
     },
     [](Thread& t, Value v, Value a) -> Status {
       if (!a.is_empty()) return instance_set(t, v.object(), names().__annotate__, a);
       Result<bool> removed = instance_delete(t, v.object(), names().__annotate__);
       return removed.is_error() ? Status(kError) : Status(kDone);
     },
     nullptr},
};
const MemberDef kWrapperMembers[] = {
    {"__func__", MemberKind::Object, offsetof(FunctionWrapper, callable), true, nullptr},
    {"__wrapped__", MemberKind::Object, offsetof(FunctionWrapper, callable), true, nullptr}};
const NativeDef kWrapperMethods[] = {
    class_def<wrapper_class_getitem>("__class_getitem__($type, object, /)", "See PEP 585")};

Result<> wrapper_of(Thread& t, Type& type, Value callable) {
  auto* w = new_object<FunctionWrapper>(t, type);
  if (w == nullptr) return kError;
  Local<FunctionWrapper> held(t, own_new(w));
  w->callable.store(w, callable);
  TRY(copy_attributes(t, w, callable));
  return held.give();
}

}  // namespace

Result<> staticmethod_new(Thread& t, Value callable) {
  auto* w = new_object<FunctionWrapper>(t, staticmethod_type);
  if (w == nullptr) return kError;
  w->callable.store(w, callable);
  return own_new(w);
}
Result<> classmethod_new(Thread& t, Value callable) { return wrapper_of(t, classmethod_type, callable); }

extern const TypeDef property_type_def = {
    .name = "property",
    .doc = "An attribute computed by functions.\n\n"
           "  fget, fset, fdel\n    called to read, set and delete it\n  doc\n    its docstring; the getter's if left out",
    .flags = kTypeBase | kTypeGcTracked, .size = sizeof(Property),
    .slots = {.visit = property_visit, .new_ = property_new, .init = property_init_slot,
              .descr_get = property_get, .descr_set = property_set},
    .methods = kPropertyMethods, .getsets = kPropertyGetSets, .members = kPropertyMembers,
    .text_signature = "(fget=None, fset=None, fdel=None, doc=None)"};
extern const TypeDef classmethod_type_def = {
    .name = "classmethod", .doc = "A method whose first argument is the class.",
    .flags = kTypeBase | kTypeGcTracked | kTypeHasDict, .size = sizeof(FunctionWrapper),
    .slots = {.visit = wrapper_visit, .new_ = wrapper_new, .init = wrapper_init, .repr = wrapper_repr,
              .descr_get = classmethod_get},
    .methods = kWrapperMethods, .getsets = kWrapperGetSets, .members = kWrapperMembers,
    .text_signature = "(function, /)"};
extern const TypeDef staticmethod_type_def = {
    .name = "staticmethod", .doc = "A function in a class that takes neither instance nor class.",
    .flags = kTypeBase | kTypeGcTracked | kTypeHasDict, .size = sizeof(FunctionWrapper),
    .slots = {.visit = wrapper_visit, .new_ = wrapper_new, .init = wrapper_init,
              .call = staticmethod_call, .repr = wrapper_repr, .descr_get = staticmethod_get},
    .methods = kWrapperMethods, .getsets = kWrapperGetSets, .members = kWrapperMembers,
    .text_signature = "(function, /)"};

}  // namespace taipan
