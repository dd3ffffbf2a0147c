// The type `type`: attributes of classes, calling them, and what Python code sees of a class.
#include <optional>

#include "runtime/native/def.h"
#include "runtime/object/call_parts.h"
#include "runtime/object/class_build.h"
#include "runtime/object/dependents.h"
#include "runtime/object/error.h"
#include "runtime/object/instance.h"
#include "runtime/object/specials.h"
#include "runtime/object/startup.h"
#include "runtime/types/descriptor_parts.h"
#include "runtime/types/dict.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/list.h"
#include "runtime/types/mapping_proxy.h"
#include "runtime/types/object_parts.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "runtime/types/type_attributes.h"
#include "runtime/types/type_parts.h"

namespace taipan {
namespace {

void type_visit(Object* o, EdgeVisitor& visit) {
  auto* type = static_cast<Type*>(o);
  visit(type->name, type->qualname, type->bases, type->mro, type->base, type->dict, type->module_name,
        type->metatype);
  for (Shape* s = type->shapes.load_acquire(); s; s = s->next_of_type) visit(s->name);
}

// C(...): __new__, then __init__ if the result is an instance of C (Language Reference 3.3.1).
Result<> type_call(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  Type& cls = *self.as<Type>();
  if (&cls == &type_type && nargs == 1 && (kwnames == nullptr || kwnames->size() == 0)) {
    return own(Value(&type_of(args[0])));
  }
  if (&cls == &type_type && nargs != 3) return raise(t, TypeError, "type() takes 1 or 3 arguments");
  if (cls.slots.new_ == nullptr || cls.has(kTypeNoInstantiation)) {
    return raise(t, TypeError, "cannot create '{}' instances",
                 cls.def && !cls.has(kTypeHeap) ? FormatArg(cls.def->name) : FormatArg(type_full_name(cls)));
  }
  Local<> o(t, TRY(cls.slots.new_(t, cls, args, nargs, kwnames)));
  Type& made = type_of(o);
  if (!is_subtype(made, cls)) return o.give();
  if (made.slots.init) TRY(made.slots.init(t, o, args, nargs, kwnames));
  return o.give();
}

Result<Str> type_repr(Thread& t, Value self) {
  Type& cls = *self.as<Type>();
  Local<> module(t, TRY(type_module(t, cls)));
  if (!is_a<Str>(module) || str_equals(module.value().as<Str>(), "builtins")) {
    return str_format(t, "<class '{}'>", cls.qualname.borrow());
  }
  return str_format(t, "<class '{}.{}'>", module.value(), cls.qualname.borrow());
}

Result<> type_or(Thread& t, Value left, Value right) { return union_of(t, left, right); }

Result<> type_construct(Thread& t, Type& metatype, const Value* args, u32 nargs, Tuple* kwnames) {
  return type_new(t, metatype, args, nargs, kwnames);
}
Status type_init(Thread& t, Value, const Value*, u32 nargs, Tuple* kwnames) {
  if (nargs != 1 && nargs != 3) return raise(t, TypeError, "type.__init__() takes 1 or 3 arguments");
  if (nargs == 1 && kwnames && kwnames->size()) {
    return raise(t, TypeError, "type.__init__() takes no keyword arguments");
  }
  return kDone;
}

}  // namespace

Result<> call_native_class(Thread& t, Type& cls, const Value* args, u32 nargs) {
  if (nargs == 1 && &cls == &str_type) return to_str(t, args[0].canonical());
  // Nothing to initialise, and object.__init__ does not complain about arguments if __new__ takes them.
  if (cls.slots.init == object_init && cls.slots.new_ != nullptr && cls.slots.new_ != object_new &&
      !cls.has(kTypeNoInstantiation)) {
    return cls.slots.new_(t, cls, args, nargs, nullptr);
  }
  return type_call(t, Value(&cls), args, nargs, nullptr);
}

Str* type_full_name(Type& type) { return type.name.borrow(); }

Result<> type_module(Thread& t, Type& type) {
  Value v = dict_borrow_str(type.dict.borrow(), names().__module__);
  // A native type may have a descriptor of this name for its instances.
  if (!v.is_empty() && (type.has(kTypeHeap) || is_a<Str>(v))) return own(v);
  if (!type.module_name.is_empty()) return type.module_name.load(&type);
  return own(Value(names().builtins));
}

// --- attributes: the metaclass's rules -----------------------------------------------------------------------

Result<> type_get_attribute_or_absent(Thread& t, Value self, Str* name) {
  Type& cls = *self.as<Type>();
  Type& meta = type_of(self);
  Local<> in_meta(t, type_lookup(t, meta, name));
  auto meta_get = in_meta.is_empty() ? nullptr : type_of(in_meta).slots.descr_get;
  if (meta_get && type_of(in_meta).slots.descr_set) return meta_get(t, in_meta, self, Value(&meta));
  Local<> found(t, type_lookup(t, cls, name));
  if (!found.is_empty()) {
    if (auto get = type_of(found).slots.descr_get) return get(t, found, Value::empty(), self);
    return found.give();
  }
  if (meta_get) return meta_get(t, in_meta, self, Value(&meta));
  return in_meta.give();  // absent() if empty
}

Result<> type_get_attribute(Thread& t, Value self, Str* name) {
  Result<> r = type_get_attribute_or_absent(t, self, name);
  if (r.is_absent()) {
    return raise_attribute_error(t, self, name, "type object '{}' has no attribute '{}'",
                                 self.as<Type>()->name.borrow(), name);
  }
  return r;
}

Status type_set_attribute(Thread& t, Value self, Str* name, Value v) {
  Type& cls = *self.as<Type>();
  if (cls.has(kTypeImmutable)) {
    return raise(t, TypeError, "cannot set {!r} attribute of immutable type '{}'", Value(name),
                 cls.name.borrow());
  }
  Local<> in_meta(t, type_lookup(t, type_of(self), name));
  if (!in_meta.is_empty()) {
    if (auto set = type_of(in_meta).slots.descr_set) return set(t, in_meta, self, v);
  }
  return class_dict_set(t, cls, name, v);
}

Status class_dict_set(Thread& t, Type& cls, Str* name, Value v) {
  Local<Str> key(t, TRY(str_intern(t, name)));
  Dict* dict = cls.dict.borrow();  // never replaced
  bool is_volatile = is_volatile_name(cls, key);
  if (is_volatile && !v.is_empty()) return dict_set_str(t, dict, key, v);  // V3 of Note [volatile-names]
  Local<> held(t, v);
  Local<> old(t, dict_borrow_str(dict, key));  // stays until the caches are empty
  if (v.is_empty() && old.is_empty()) {
    return raise_attribute_error(t, Value(&cls), key, "type object '{}' has no attribute '{}'",
                                 cls.name.borrow(), key.value());
  }
  publish_before_lock(dict, v);
  std::optional<ClassMutation> mutation;
  if (!is_volatile) mutation.emplace(t, cls, key);
  if (v.is_empty()) {
    Result<bool> removed = dict_delete(t, dict, key);
    return removed.is_error() ? Status(kError) : Status(kDone);
  }
  return dict_set_str(t, dict, key, v);
}

namespace {

// --- what Python code sees --------------------------------------------------------------------------------------

Type& cls_of(Value v) { return *v.as<Type>(); }

Status check_mutable(Thread& t, Type& cls, const char* name, Value v) {
  if (cls.has(kTypeImmutable)) {
    return raise(t, TypeError, "cannot set '{}' attribute of immutable type '{}'", name, cls.name.borrow());
  }
  if (v.is_empty()) {
    return raise(t, TypeError, "cannot delete '{}' attribute of type '{}'", name, cls.name.borrow());
  }
  return kDone;
}
}  // namespace

Status check_type_name(Thread& t, Str* name) {
  for (usize i = 0; i < name->length(); ++i) {
    if (name->at(i) == 0) return raise(t, ValueError, "type name must not contain null characters");
  }
  Utf8 text;
  return text.encode(t, name);
}

namespace {

Status set_name(Thread& t, Value self, Value v) {
  Type& cls = cls_of(self);
  TRY(check_mutable(t, cls, "__name__", v));
  if (!is_a<Str>(v)) {
    return raise(t, TypeError, "can only assign string to {}.__name__, not '{!T}'", cls.name.borrow(), v);
  }
  TRY(check_type_name(t, v.as<Str>()));
  Local<Str> exact(t, TRY(str_intern(t, v.as<Str>())));
  cls.name.store(&cls, exact.value());
  return kDone;
}
Status set_qualname(Thread& t, Value self, Value v) {
  Type& cls = cls_of(self);
  TRY(check_mutable(t, cls, "__qualname__", v));
  if (!is_a<Str>(v)) {
    return raise(t, TypeError, "can only assign string to {}.__qualname__, not '{!T}'", cls.name.borrow(), v);
  }
  cls.qualname.store(&cls, v);
  return kDone;
}
Result<> get_module(Thread& t, Value self) { return type_module(t, cls_of(self)); }
Status set_module(Thread& t, Value self, Value v) {
  TRY(check_mutable(t, cls_of(self), "__module__", v));
  Dict* dict = cls_of(self).dict.borrow();
  Result<bool> removed = dict_delete(t, dict, Value(names().__firstlineno__));
  if (removed.is_error()) return kError;
  return class_dict_set(t, cls_of(self), names().__module__, v);
}
Result<> get_doc(Thread& t, Value self) {
  Type& cls = cls_of(self);
  if (!cls.has(kTypeHeap) && cls.def && cls.def->doc) return str_from_utf8(t, cls.def->doc);
  Local<> doc(t, dict_borrow_str(cls.dict.borrow(), names().__doc__));
  if (doc.is_empty()) return none();
  if (auto get = type_of(doc).slots.descr_get) return get(t, doc, Value::empty(), self);
  return doc.give();
}
Status set_doc(Thread& t, Value self, Value v) {
  TRY(check_mutable(t, cls_of(self), "__doc__", v));
  return class_dict_set(t, cls_of(self), names().__doc__, v);
}
Result<> get_abstract(Thread& t, Value self) {
  Type& cls = cls_of(self);
  Value v = &cls == &type_type ? Value::empty()
                               : dict_borrow_str(cls.dict.borrow(), names().__abstractmethods__);
  if (!v.is_empty()) return own(v);
  return raise_attribute_error(t, self, names().__abstractmethods__, "type object '{}' has no attribute '{}'",
                               cls.name.borrow(), names().__abstractmethods__);
}
Status set_abstract(Thread& t, Value self, Value v) {
  Type& cls = cls_of(self);
  bool abstract = !v.is_empty() && TRY(truth(t, v));
  if (cls.has(kTypeImmutable)) {
    return raise(t, TypeError, "cannot set '__abstractmethods__' attribute of immutable type '{}'",
                 cls.name.borrow());
  }
  TRY(class_dict_set(t, cls, names().__abstractmethods__, v));
  if (abstract) {
    cls.type_flags.fetch_or_relaxed(kTypeAbstract);
  } else {
    cls.type_flags.fetch_and_acq_rel(~u32{kTypeAbstract});
  }
  return kDone;
}
Result<> get_type_params(Thread& t, Value self) {
  Type& cls = cls_of(self);
  Value v = &cls == &type_type ? Value::empty() : dict_borrow_str(cls.dict.borrow(), names().__type_params__);
  return v.is_empty() ? own(Value(empty_tuple())) : own(v);
}
Status set_type_params(Thread& t, Value self, Value v) {
  TRY(check_mutable(t, cls_of(self), "__type_params__", v));
  return class_dict_set(t, cls_of(self), names().__type_params__, v);
}
Result<> get_text_signature(Thread& t, Value self) {
  Type& cls = cls_of(self);
  if (cls.has(kTypeHeap) || cls.def == nullptr || cls.def->text_signature == nullptr) return none();
  return str_from_utf8(t, cls.def->text_signature);
}

// --- annotations (PEP 649): made by __annotate__ on first use, cached in the class's dict -----------------------

ErrorTag raise_no(Thread& t, Value self, Str* name) {
  return raise_attribute_error(t, self, name, "type object '{}' has no attribute '{}'",
                               cls_of(self).name.borrow(), name);
}
Result<> get_annotate(Thread& t, Value self) {
  Type& cls = cls_of(self);
  if (!cls.has(kTypeHeap)) return raise_no(t, self, names().__annotate__);
  for (Str* name : {names().__annotate_func__, names().__annotate__}) {
    Local<> f(t, dict_borrow_str(cls.dict.borrow(), name));
    if (f.is_empty()) continue;
    if (auto get = type_of(f).slots.descr_get) return get(t, f, Value::empty(), self);
    return f.give();
  }
  TRY(class_dict_set(t, cls, names().__annotate_func__, none_value()));
  return none();
}
Status set_annotate(Thread& t, Value self, Value v) {
  Type& cls = cls_of(self);
  TRY(check_mutable(t, cls, "__annotate__", v));
  if (!is_none(v) && !is_callable(v)) return raise(t, TypeError, "__annotate__ must be callable or None");
  TRY(class_dict_set(t, cls, names().__annotate_func__, v));
  if (!is_none(v) && !dict_borrow_str(cls.dict.borrow(), names().__annotations_cache__).is_empty()) {
    return class_dict_set(t, cls, names().__annotations_cache__, Value::empty());
  }
  return kDone;
}
Result<> get_annotations(Thread& t, Value self) {
  Type& cls = cls_of(self);
  if (!cls.has(kTypeHeap)) return raise_no(t, self, names().__annotations__);
  for (Str* name : {names().__annotations__, names().__annotations_cache__}) {
    Local<> kept(t, dict_borrow_str(cls.dict.borrow(), name));
    if (kept.is_empty()) continue;
    if (auto get = type_of(kept).slots.descr_get) return get(t, kept, Value::empty(), self);
    return kept.give();
  }
  Local<> annotate(t, TRY(get_attribute(t, self, names().__annotate__)));
  Local<> made(t);
  if (is_callable(annotate)) {
    made.set(TRY(call(t, annotate, Value::small_int(1))));
    if (!is_a<Dict>(made)) {
      return raise(t, TypeError, "__annotate__ returned non-dict of type '{!T}'", made.value());
    }
  } else {
    made.set(TRY(dict_new(t)));
  }
  TRY(class_dict_set(t, cls, names().__annotations_cache__, made));
  return made.give();
}
Status set_annotations(Thread& t, Value self, Value v) {
  Type& cls = cls_of(self);
  if (cls.has(kTypeImmutable)) {
    return raise(t, TypeError, "cannot set '__annotations__' attribute of immutable type '{}'",
                 cls.name.borrow());
  }
  bool in_dict = !dict_borrow_str(cls.dict.borrow(), names().__annotations__).is_empty();
  Str* key = in_dict ? names().__annotations__ : names().__annotations_cache__;
  if (v.is_empty()) {
    if (dict_borrow_str(cls.dict.borrow(), key).is_empty()) {
      return raise(t, AttributeError, "__annotations__");
    }
    TRY(class_dict_set(t, cls, key, v));
  } else {
    TRY(class_dict_set(t, cls, key, v));
  }
  for (Str* name : {names().__annotate_func__, names().__annotate__}) {
    if (!dict_borrow_str(cls.dict.borrow(), name).is_empty()) {
      TRY(class_dict_set(t, cls, name, v.is_empty() ? Value::empty() : none_value()));
    }
  }
  return kDone;
}

// --- methods ------------------------------------------------------------------------------------------------------

Result<> type_mro_method(Thread& t, Type* self) {
  Local<Tuple> mro(t, TRY(compute_mro(t, *self, self->bases.borrow())));
  return to_list(t, mro);
}
Result<> type_subclasses(Thread& t, Type* self) { return subclasses_list(t, *self); }
// Whatever it is called with.
Result<> type_prepare_namespace(Thread& t, Value, const Value*, u32, Tuple*) { return dict_new(t); }
Result<> type_instancecheck(Thread& t, Type* self, Value instance) {
  return boolean(TRY(instance_check_default(t, instance, Value(self))));
}
Result<> type_subclasscheck(Thread& t, Type* self, Value subclass) {
  return boolean(TRY(subclass_check_default(t, subclass, Value(self))));
}
Status merge_class(Thread& t, Dict* into, Type& cls) {
  Local<Tuple> mro(t, cls.mro.is_empty() ? TRY(tuple_of(t, Value(&cls))) : cls.mro.load(&cls));
  for (usize i = mro->size(); i-- > 0;) {
    Local<Dict> d(t, (*mro.get())[i].as<Type>()->dict.load((*mro.get())[i].object()));
    TRY(dict_update(t, into, d));
  }
  return kDone;
}
Result<> type_dir(Thread& t, Type* self) {
  Local<Dict> all(t, TRY(dict_new(t)));
  TRY(merge_class(t, all, *self));
  return dict_keys_list(t, all);
}
Result<> type_sizeof(Thread& t, Type* self) { return Result<>::small_int(sizeof(Type)); }

const NativeDef kMethods[] = {
    def<type_mro_method>("mro($self, /)", "Return a type's method resolution order."),
    def<type_subclasses>("__subclasses__($self, /)", "Return a list of immediate subclasses."),
    raw_def("__prepare__($cls, name, bases, /, **kwds)", "Create the namespace for the class statement", type_prepare_namespace,
            NativeKind::ClassMethod),
    def<type_instancecheck>("__instancecheck__($self, instance, /)", "Check if an object is an instance."),
    def<type_subclasscheck>("__subclasscheck__($self, subclass, /)", "Check if a class is a subclass."),
    def<type_dir>("__dir__($self, /)", "Specialized __dir__ implementation for types."),
    def<type_sizeof>("__sizeof__($self, /)", "Return memory consumption of the type object."),
};
const GetSetDef kGetSets[] = {
    {"__name__", [](Thread&, Value v) -> Result<> { return cls_of(v).name.load(v.object()); }, set_name, nullptr},
    {"__qualname__", [](Thread&, Value v) -> Result<> { return cls_of(v).qualname.load(v.object()); }, set_qualname, nullptr},
    {"__bases__", [](Thread&, Value v) -> Result<> { return cls_of(v).bases.load(v.object()); },
     [](Thread& t, Value self, Value v) -> Status {
       TRY(check_mutable(t, cls_of(self), "__bases__", v));
       return set_bases(t, cls_of(self), v);
     },
     nullptr},
    {"__mro__",
     [](Thread&, Value v) -> Result<> {
       return cls_of(v).mro.is_empty() ? none() : Result<>(cls_of(v).mro.load(v.object()));
     },
     nullptr, nullptr},
    {"__base__",
     [](Thread&, Value v) -> Result<> {
       return cls_of(v).base.is_empty() ? none() : Result<>(cls_of(v).base.load(v.object()));
     },
     nullptr, nullptr},
    {"__module__", get_module, set_module, nullptr},
    {"__abstractmethods__", get_abstract, set_abstract, nullptr},
    {"__dict__", [](Thread& t, Value v) -> Result<> { return mapping_proxy_new(t, Value(cls_of(v).dict.borrow())); }, nullptr, nullptr},
    {"__doc__", get_doc, set_doc, nullptr},
    {"__text_signature__", get_text_signature, nullptr, nullptr},
    {"__annotations__", get_annotations, set_annotations, nullptr},
    {"__annotate__", get_annotate, set_annotate, nullptr},
    {"__type_params__", get_type_params, set_type_params, nullptr},
    {"__flags__", [](Thread& t, Value v) -> Result<> { return python_flags(t, cls_of(v)); }, nullptr, nullptr},
    {"__basicsize__", [](Thread&, Value v) -> Result<> { return Result<>::small_int(cls_of(v).instance_size); }, nullptr, nullptr},
    {"__itemsize__", [](Thread&, Value v) -> Result<> { return Result<>::small_int(cls_of(v).slots.size ? 8 : 0); }, nullptr, nullptr},
    {"__dictoffset__",
     [](Thread&, Value v) -> Result<> {
       u32 o = cls_of(v).root_layout ? cls_of(v).ext_offset : 0;
       return Result<>::small_int(o == kExtAtTail ? -1 : static_cast<i64>(o));
     },
     nullptr, nullptr},
    {"__weakrefoffset__", [](Thread&, Value v) -> Result<> { return Result<>::small_int(cls_of(v).has(kTypeWeakrefable) ? 8 : 0); }, nullptr, nullptr},
};

}  // namespace

extern const TypeDef type_type_def = {
    .name = "type", .doc = "type(object) -> the object's type\ntype(name, bases, dict, **kwds) -> a new type",
    .flags = kTypeBase | kTypeTypeSubclass | kTypeGcTracked | kTypeWeakrefable, .size = sizeof(Type),
    .slots = {.visit = type_visit, .new_ = type_construct, .init = type_init, .call = type_call,
              .repr = type_repr, .get_attribute = type_get_attribute, .set_attribute = type_set_attribute,
              .binary = {nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, type_or}},
    .methods = kMethods, .getsets = kGetSets};

}  // namespace taipan
