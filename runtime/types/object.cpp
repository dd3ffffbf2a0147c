// The type `object`: what every instance inherits.
#include <cstdio>

#include "runtime/base/hash.h"
#include "runtime/native/def.h"
#include "runtime/object/call_parts.h"
#include "runtime/object/class_build.h"
#include "runtime/object/error.h"
#include "runtime/object/instance.h"
#include "runtime/object/specials.h"
#include "runtime/object/startup.h"
#include "runtime/types/descriptor_parts.h"
#include "runtime/types/descriptors.h"
#include "runtime/types/dict.h"
#include "runtime/types/function.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/object_parts.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

// Arguments that nobody takes are an error, in __new__ or in __init__: in the one that is not overridden
// while the other is, or in both if neither is.
static Status check_excess(Thread& t, Type& cls, u32 nargs, Tuple* kwnames, bool in_new) {
  if (nargs == 0 && (kwnames == nullptr || kwnames->size() == 0)) return kDone;
  bool own_new = cls.slots.new_ != object_new, own_init = cls.slots.init != object_init;
  if (in_new) {
    if (own_new) {
      return raise(t, TypeError, "object.__new__() takes exactly one argument (the type to instantiate)");
    }
    if (!own_init) return raise(t, TypeError, "{}() takes no arguments", cls.name.borrow());
    return kDone;
  }
  if (own_init) {
    return raise(t, TypeError, "object.__init__() takes exactly one argument (the instance to initialize)");
  }
  if (!own_new) {
    return raise(t, TypeError, "{}.__init__() takes exactly one argument (the instance to initialize)",
                 cls.name.borrow());
  }
  return kDone;
}

static ErrorTag raise_abstract(Thread& t, Type& cls) {
  Local<> abstract(t, TRY(get_attribute(t, Value(&cls), names().__abstractmethods__)));
  Local<List> sorted(t, TRY(to_list(t, abstract)));
  TRY(list_sort(t, sorted, none_value(), false));
  usize n = list_size(sorted);
  Local<Str> separator(t, TRY(str_from_ascii(t, "', '")));
  Local<Str> joined(t, TRY(str_join(t, separator, sorted)));
  return raise(t, TypeError,
               "Can't instantiate abstract class {} without an implementation for abstract method{} '{}'",
               cls.name.borrow(), n > 1 ? "s" : "", joined.value());
}

Result<> object_new(Thread& t, Type& cls, const Value*, u32 nargs, Tuple* kwnames) {
  TRY(check_excess(t, cls, nargs, kwnames, true));
  if (cls.has(kTypeAbstract)) return raise_abstract(t, cls);
  auto* o = new_object<Object>(t, cls);
  if (o == nullptr) return kError;
  return own_new(o);
}
Status object_init(Thread& t, Value self, const Value*, u32 nargs, Tuple* kwnames) {
  return check_excess(t, type_of(self), nargs, kwnames, false);
}

Result<Str> object_repr(Thread& t, Value self) {
  char address[32];
  std::snprintf(address, sizeof(address), "%#lx", static_cast<unsigned long>(identity(self)));
  Type& type = type_of(self);
  Local<> module(t, TRY(type_module(t, type)));
  if (!is_a<Str>(module) || str_equals(module.value().as<Str>(), "builtins")) {
    return str_format(t, "<{} object at {}>", type.qualname.borrow(), static_cast<const char*>(address));
  }
  return str_format(t, "<{}.{} object at {}>", module.value(), type.qualname.borrow(),
                    static_cast<const char*>(address));
}

Result<> object_sizeof(Thread& t, Value self) {
  return int_from_i64(t, self.is_ref() ? static_cast<i64>(object_size(self.object())) : 8);
}

namespace {

Result<Str> object_str(Thread& t, Value self) { return repr(t, self); }
Result<u64> object_hash(Thread&, Value self) {
  return self.is_ref() ? hash_pointer(self.object()) : hash_not_minus_one(self.bits);
}
Result<> object_compare(Thread& t, Value self, Value other, CompareOp op) {
  if (op == CompareOp::Eq) return identical(self, other) ? boolean(true) : not_implemented();
  if (op != CompareOp::Ne) return not_implemented();
  // By default != is the opposite of ==.
  auto f = type_of(self).slots.compare;
  if (f == nullptr) return not_implemented();
  Local<> r(t, TRY(f(t, self, other, CompareOp::Eq)));
  if (is_not_implemented(r)) return r.give();
  return boolean(!TRY(truth(t, r)));
}

// --- __class__ --------------------------------------------------------------------------------------------

bool same_layout(Type& a, Type& b) {
  if (a.native != b.native) return false;
  bool ext_a = a.root_layout != nullptr, ext_b = b.root_layout != nullptr;
  if (ext_a != ext_b || a.has(kTypeWeakrefable) != b.has(kTypeWeakrefable)) return false;
  // The same __slots__ in the same classes, or under the same names.
  Type *x = solid_base(&a), *y = solid_base(&b);
  while (x != y) {
    if (x == nullptr || y == nullptr || x->own_slots != y->own_slots || x->own_slots == 0) return false;
    if (!same_slot_names(*x, *y)) return false;
    x = solid_base(x->base.borrow());
    y = solid_base(y->base.borrow());
  }
  return true;
}

Status set_class(Thread& t, Value self, Value v) {
  if (v.is_empty()) return raise(t, TypeError, "can't delete __class__ attribute");
  if (!is_a<Type>(v)) {
    return raise(t, TypeError, "__class__ must be set to a class, not '{!T}' object", v);
  }
  Type& to = *v.as<Type>();
  Type& from = type_of(self);
  bool modules = is_subtype(to, module_type) && is_subtype(from, module_type);
  if (!modules && (to.has(kTypeImmutable) || from.has(kTypeImmutable))) {
    return raise(t, TypeError,
                 "__class__ assignment only supported for mutable types or ModuleType subclasses");
  }
  if (!same_layout(from, to)) {
    return raise(t, TypeError, "__class__ assignment: '{}' object layout differs from '{}'",
                 to.name.borrow(), from.name.borrow());
  }
  return instance_change_class(t, self.object(), to);
}

// --- __reduce_ex__, __getstate__ ----------------------------------------------------------------------------

Result<> copyreg_function(Thread& t, const char* name) {
  Local<Str> key(t, TRY(str_intern(t, name)));
  Local<> module(t, TRY(import_by_name(t, "copyreg")));
  return get_attribute(t, module, key);
}

// The names of all __slots__ of the class, as copyreg._slotnames gives (and caches) them.
Result<> slot_names(Thread& t, Type& cls) {
  Local<Str> key(t, TRY(str_intern(t, "__slotnames__")));
  Value cached = dict_borrow_str(cls.dict.borrow(), key);
  if (!cached.is_empty()) return own(cached);
  Local<> f(t, TRY(copyreg_function(t, "_slotnames")));
  return call(t, f, Value(&cls));
}

Result<> default_getstate(Thread& t, Value self, bool required) {
  Type& cls = type_of(self);
  Local<> state(t, none());
  if (self.is_ref() && has_instance_dict(self.object())) {
    Local<> d(t, TRY(get_attribute_or_absent(t, self, names().__dict__)));
    if (!d.is_empty() && !(is_a<Dict>(d) && dict_size(d.value().as<Dict>()) == 0 && false)) state.set(d.value());
  }
  Local<> slots(t, TRY(slot_names(t, cls)));
  bool has_slots = is_a<List>(slots) && list_size(slots.value().as<List>()) > 0;
  if (required) {
    // What is not in __dict__ or __slots__ would be lost: only natives know it.
    Type& native = *cls.native;
    bool lossy = native.slots.size != nullptr || (&native != &object_type && native.def &&
                                                  native.def->size > sizeof(Object));
    if (lossy) return raise(t, TypeError, "cannot pickle {!r} object", Value(cls.name.borrow()));
  }
  if (!has_slots) return state.give();
  Local<Dict> values(t, TRY(dict_new(t)));
  List* list = slots.value().as<List>();
  for (usize i = 0; i < list_size(list); ++i) {
    Local<> name(t, TRY(list_get(t, list, i)));
    if (name.is_empty() || !is_a<Str>(name)) continue;
    Local<> v(t, TRY(get_attribute_or_absent(t, self, name.value().as<Str>())));
    if (!v.is_empty()) TRY(dict_set(t, values, name, v));
  }
  if (dict_size(values) == 0) return state.give();
  return tuple_of(t, state, values);
}

Result<> object_getstate(Thread& t, Value self) { return default_getstate(t, self, false); }

Result<> get_state(Thread& t, Value self, bool required) {
  Local<> f(t, TRY(get_attribute(t, self, names().__getstate__)));
  bool inherited = is_exact<NativeFunction>(f) && f.value().as<NativeFunction>()->def->entry ==
                                                      Entry<object_getstate>::call;
  if (inherited) return default_getstate(t, self, required);
  return call(t, f);
}

Result<> reduce_new(Thread& t, Value self) {
  Type& cls = type_of(self);
  if (cls.slots.new_ == nullptr) return raise(t, TypeError, "cannot pickle '{}' object", cls.name.borrow());
  Local<> args(t), kwargs(t);
  Local<> ex(t, TRY(get_attribute_or_absent(t, self, names().__getnewargs_ex__)));
  if (!ex.is_empty()) {
    Local<> pair(t, TRY(call(t, ex)));
    if (!is_a<Tuple>(pair)) {
      return raise(t, TypeError, "__getnewargs_ex__ should return a tuple, not '{!T}'", pair.value());
    }
    Tuple* p = pair.value().as<Tuple>();
    if (p->size() != 2) {
      return raise(t, ValueError, "__getnewargs_ex__ should return a tuple of length 2, not {}", p->size());
    }
    if (!is_a<Tuple>((*p)[0])) {
      return raise(t, TypeError, "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{!T}'", (*p)[0]);
    }
    if (!is_a<Dict>((*p)[1])) {
      return raise(t, TypeError, "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{!T}'", (*p)[1]);
    }
    args.set((*p)[0]);
    kwargs.set((*p)[1]);
  } else {
    Local<> plain(t, TRY(get_attribute_or_absent(t, self, names().__getnewargs__)));
    if (!plain.is_empty()) {
      args.set(TRY(call(t, plain)));
      if (!is_a<Tuple>(args)) {
        return raise(t, TypeError, "__getnewargs__ should return a tuple, not '{!T}'", args.value());
      }
    }
  }
  bool has_args = !args.is_empty();
  bool container = is_a<List>(self) || is_a<Dict>(self);
  Local<> state(t, TRY(get_state(t, self, !has_args && !container)));
  Local<> list_items(t, is_a<List>(self) ? TRY(iterate(t, self)) : none());
  Local<> dict_items(t, none());
  if (is_a<Dict>(self)) {
    Local<> items(t, TRY(call_method(t, self, names().items)));
    dict_items.set(TRY(iterate(t, items)));
  }
  Local<> function(t), new_args(t);
  if (!kwargs.is_empty() && dict_size(kwargs.value().as<Dict>()) > 0) {
    function.set(TRY(copyreg_function(t, "__newobj_ex__")));
    new_args.set(TRY(tuple_of(t, Value(&cls), args, kwargs)));
  } else {
    function.set(TRY(copyreg_function(t, "__newobj__")));
    usize n = has_args ? args.value().as<Tuple>()->size() : 0;
    Local<Tuple> all(t, TRY(tuple_new(t, n + 1)));
    all->items()[0].init(Value(&cls));
    for (usize i = 0; i < n; ++i) all->items()[i + 1].init((*args.value().as<Tuple>())[i]);
    new_args.set(Value(all.get()));
  }
  Value parts[] = {function, new_args, state, list_items, dict_items};
  return tuple_from(t, parts, 5);
}

Result<> common_reduce(Thread& t, Value self, i64 protocol) {
  if (protocol >= 2) return reduce_new(t, self);
  Local<> f(t, TRY(copyreg_function(t, "_reduce_ex")));
  return call(t, f, self, Value::small_int(protocol));
}
Result<> object_reduce(Thread& t, Value self) { return common_reduce(t, self, 0); }
Result<> object_reduce_ex(Thread& t, Value self, ssize protocol) {
  Local<> f(t, TRY(get_attribute(t, self, names().__reduce__)));
  Value in_class = type_lookup(t, type_of(self), names().__reduce__);
  Value in_object = dict_borrow_str(object_type.dict.borrow(), names().__reduce__);
  if (!same(in_class, in_object)) return call(t, f);
  return common_reduce(t, self, protocol);
}

Result<> object_format(Thread& t, Value self, Value spec) {
  if (!is_a<Str>(spec)) return raise(t, TypeError, "__format__() argument must be str, not {!T}", spec);
  if (spec.as<Str>()->length() > 0) {
    return raise(t, TypeError, "unsupported format string passed to {!T}.__format__", self);
  }
  return to_str(t, self);
}
Status merge_class_dict(Thread& t, Dict* into, Value cls) {
  Local<> d(t, TRY(get_attribute_or_absent(t, cls, names().__dict__)));
  if (!d.is_empty()) TRY(dict_update(t, into, d));
  Local<> bases(t, TRY(get_attribute_or_absent(t, cls, names().__bases__)));
  if (bases.is_empty() || !is_a<Tuple>(bases)) return kDone;
  TRY(check_machine_stack(t, " in dir()"));
  Tuple* list = bases.value().as<Tuple>();
  for (usize i = 0; i < list->size(); ++i) TRY(merge_class_dict(t, into, (*list)[i]));
  return kDone;
}
Result<> object_dir(Thread& t, Value self) {
  Local<> own_dict(t, TRY(get_attribute_or_absent(t, self, names().__dict__)));
  Local<Dict> all(t, TRY(dict_new(t)));
  if (!own_dict.is_empty() && is_a<Dict>(own_dict)) TRY(dict_update(t, all, own_dict));
  Local<> cls(t, TRY(get_attribute_or_absent(t, self, names().__class__)));
  if (!cls.is_empty()) TRY(merge_class_dict(t, all, cls));
  return dict_keys_list(t, all);
}

Result<> object_subclasshook(Thread&, Value, Value) { return not_implemented(); }
Result<> object_init_subclass(Thread& t, Value) { return none(); }

const NativeDef kMethods[] = {
    def<object_reduce>("__reduce__($self, /)", "Parts for pickling."),
    def<object_reduce_ex>("__reduce_ex__($self, protocol, /)", "Parts for pickling under a protocol."),
    def<object_getstate>("__getstate__($self, /)", "State for pickling."),
    def<object_format>("__format__($self, format_spec, /)", "str(self), for an empty format_spec only."),
    def<object_sizeof>("__sizeof__($self, /)", "Size of the object's own storage, in bytes."),
    def<object_dir>("__dir__($self, /)", "Names of the object's attributes."),
    class_def<object_subclasshook>("__subclasshook__($type, object, /)",
                                   "Abstract classes override this to change issubclass()."),
    class_def<object_init_subclass>("__init_subclass__($type, /)", "Called when a class is subclassed."),
};
const GetSetDef kGetSets[] = {
    {"__class__", [](Thread&, Value v) -> Result<> { return own(Value(&type_of(v))); }, set_class,
     "the object's class"}};

}  // namespace

extern const TypeDef object_type_def = {
    .name = "object",
    .doc = "What every class derives from.\n\nobject() makes an instance without attributes.",
    .flags = kTypeBase, .size = sizeof(Object),
    .slots = {.new_ = object_new, .init = object_init, .repr = object_repr, .str = object_str,
              .hash = object_hash, .compare = object_compare, .get_attribute = generic_get_attribute,
              .set_attribute = generic_set_attribute},
    .methods = kMethods, .getsets = kGetSets, .text_signature = "()"};

// The attribute __dict__ of instances, for classes that bring one in.
const GetSetDef kInstanceDictGetSet = {
    "__dict__",
    [](Thread& t, Value v) -> Result<> {
      if (!v.is_ref() || !has_instance_dict(v.object())) {
        return raise(t, AttributeError, "This object has no __dict__");
      }
      return instance_dict(t, v.object());
    },
    [](Thread& t, Value v, Value d) -> Status {
      if (!v.is_ref() || !has_instance_dict(v.object())) {
        return raise(t, AttributeError, "This object has no __dict__");
      }
      if (d.is_empty()) {
        if (is_exact<Function>(v)) return raise(t, TypeError, "cannot delete __dict__");
        Local<Dict> empty(t, TRY(dict_new(t)));
        return instance_set_dict(t, v.object(), empty);
      }
      if (!is_a<Dict>(d)) return raise(t, TypeError, "__dict__ must be set to a dictionary, not a '{!T}'", d);
      return instance_set_dict(t, v.object(), d.as<Dict>());
    },
    "dictionary for instance variables"};

}  // namespace taipan
