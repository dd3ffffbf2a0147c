// collections.defaultdict, _tuplegetter (fields of named tuples) and _count_elements (Counter).
#include "runtime/modules/collections/collections.h"
#include "runtime/native/construct.h"
#include "runtime/types/container_util.h"
#include "runtime/types/dict_count.h"
#include "runtime/types/dict_impl.h"
#include "runtime/types/int.h"
#include "runtime/types/repr_guard.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

Type *g_default_dict_type, *g_tuple_getter_type;

// --- defaultdict ----------------------------------------------------------------------------------------

struct DefaultDict : Dict {
  Slot<> factory;  // empty: None
};
DefaultDict* default_dict_of(Value v) { return v.as<DefaultDict>(); }

void factory_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<DefaultDict*>(o)->factory); }
void default_dict_visit(Object* o, EdgeVisitor& visit) {
  factory_visit(o, visit);
  dict_visit(o, visit);
}
void default_dict_destroy(Object* o) {
  drop_edges(o, factory_visit);
  dict_destroy(o);
}

// The slot holds None where Python code has set it.
Result<> factory_or_none(DefaultDict* d) {
  Result<> r = d->factory.load(d);
  return r.is_absent() ? none() : r;
}

Status default_dict_init(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  Value factory = Value::empty();
  if (nargs > 0) {
    if (!is_none(args[0])) {
      if (!is_callable(args[0])) return raise(t, TypeError, "first argument must be callable or None");
      factory = args[0];
    }
    ++args;
    --nargs;
  }
  default_dict_of(self)->factory.store(self.object(), factory);
  return dict_update_call(t, self.as<Dict>(), "dict", args, nargs, kwnames);
}

// A class that has a __delitem__ of its own, as Counter, shares the slot.
bool has_own_set_item(Thread& t, Value v) {
  Type& type = type_of(v);
  return type.slots.set_item != dict_type.slots.set_item &&
         !same(type_lookup(t, type, names().__setitem__), type_lookup(t, dict_type, names().__setitem__));
}

// d[key] for a key that is not there. Two threads that ask at once get the same new value.
Result<> default_dict_missing(Thread& t, Value self, Value key) {
  DefaultDict* d = default_dict_of(self);
  Local<> factory(t, TRY(factory_or_none(d)));
  if (is_none(factory)) return raise_value(t, KeyError, key);
  Local<> value(t, TRY(call(t, factory)));
  if (!has_own_set_item(t, self)) return dict_setdefault(t, d, key, value);
  TRY(set_item(t, self, key, value));
  return value.give();
}

Result<Str> default_dict_repr(Thread& t, Value self) {
  DefaultDict* d = default_dict_of(self);
  Local<Str> base(t, TRY(mapping_repr(t, self)));
  Local<> factory(t, TRY(factory_or_none(d)));
  Local<Str> text(t);
  {
    ReprGuard guard(d);
    text.set(guard.entered() ? TRY(repr(t, factory)) : TRY(str_from_ascii(t, "...")));
  }
  return str_format(t, "{}({}, {})", Value(type_of(self).name.borrow()), text.value(), base.value());
}

Result<> default_dict_copy(Thread& t, Value self) {
  Local<> factory(t, TRY(factory_or_none(default_dict_of(self))));
  return call(t, Value(&type_of(self)), factory, self);
}

Result<> default_dict_reduce(Thread& t, Value self) {
  DefaultDict* d = default_dict_of(self);
  Local<> factory(t, TRY(factory_or_none(d)));
  Local<Tuple> arguments(t, is_none(factory) ? own(empty_tuple()) : TRY(tuple_of(t, factory)));
  Local<Str> name(t, TRY(str_intern(t, "items")));
  Local<> items(t, TRY(call_method(t, self, name)));
  Local<> it(t, TRY(iterate(t, items)));
  Value parts[] = {Value(&type_of(self)), arguments, none_value(), none_value(), it};
  return Result<>(TRY(tuple_from(t, parts, 5)));
}

Result<> default_dict_or(Thread& t, Value left, Value right) {
  bool reflected = !is_instance(left, *g_default_dict_type);
  Value self = reflected ? right : left;
  if (!is_any_dict(left) || !is_any_dict(right)) return not_implemented();
  Local<> factory(t, TRY(factory_or_none(default_dict_of(self))));
  Local<> result(t, TRY(call(t, Value(&type_of(self)), factory, left)));
  if (!is_a<Dict>(result)) return raise(t, TypeError, "expected a dict, got '{!T}'", result.value());
  TRY(dict_update(t, result.value().as<Dict>(), right));
  return result.give();
}

constexpr NativeDef kDefaultDictMethods[] = {
    def<default_dict_missing>("__missing__($self, object, /)",
                              "What d[key] gives for a key that is not there: default_factory(), which is put in."),
    def<default_dict_copy>("copy($self, /)", "A shallow copy."),
    def<default_dict_copy>("__copy__($self, /)", "A shallow copy."),
    def<default_dict_reduce>("__reduce__($self, /)", "Return state information for pickling."),
    class_def<class_getitem>("__class_getitem__($type, object, /)", "Generic alias of defaultdict."),
};
constexpr MemberDef kDefaultDictMembers[] = {
    {"default_factory", MemberKind::Object, offsetof(DefaultDict, factory), false,
     "Called without arguments for the value of a key that is not there."},
};
constexpr TypeSlots default_dict_slots() {
  TypeSlots s{};
  s.visit = default_dict_visit;
  s.destroy = default_dict_destroy;
  s.init = default_dict_init;
  s.repr = default_dict_repr;
  s.binary[static_cast<usize>(BinaryOp::Or)] = default_dict_or;
  return s;
}
const TypeDef kDefaultDict = {.name = "collections.defaultdict",
                              .doc = "defaultdict(default_factory=None, /, [...]) --> dict with default factory\n\n"
                                     "The other arguments are those of dict.",
                              .base = &dict_type,
                              .flags = kTypeBase | kTypeGcTracked | kTypeMapping | kTypeWeakrefable,
                              .size = sizeof(DefaultDict),
                              .slots = default_dict_slots(),
                              .methods = kDefaultDictMethods,
                              .members = kDefaultDictMembers};

// --- _tuplegetter ---------------------------------------------------------------------------------------

struct TupleGetter : Object {
  ssize index;
  Slot<> doc;
};

void tuple_getter_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<TupleGetter*>(o)->doc); }

Result<> tuple_getter_new(Thread& t, Type* cls, ssize index, Value doc) {
  TupleGetter* g = new_object<TupleGetter>(t, *cls);
  if (!g) return kError;
  g->index = index;
  g->doc.init(doc);
  return own_new(g);
}
constexpr NativeDef kTupleGetterNew = def<tuple_getter_new>("_tuplegetter($type, index, doc, /)", "");

Result<> tuple_getter_get(Thread& t, Value self, Value instance, Value) {
  if (instance.is_empty() || is_none(instance)) return own(self);
  ssize index = self.as<TupleGetter>()->index;
  if (!is_a<Tuple>(instance)) {
    return raise(t, TypeError, "descriptor for index '{}' for tuple subclasses doesn't apply to '{!T}' object",
                 index, instance);
  }
  Tuple* values = instance.as<Tuple>();
  if (index < 0 || static_cast<usize>(index) >= values->size()) {
    return raise(t, IndexError, "tuple index out of range");
  }
  return values->items()[index].load(values);
}

Status tuple_getter_set(Thread& t, Value, Value, Value v) {
  return raise(t, AttributeError, v.is_empty() ? "can't delete attribute" : "can't set attribute");
}

Result<> tuple_getter_reduce(Thread& t, Value self) {
  TupleGetter* g = self.as<TupleGetter>();
  Local<> index(t, TRY(int_from_i64(t, g->index))), doc(t, g->doc.load(g));
  Local<Tuple> arguments(t, TRY(tuple_of(t, index, doc)));
  return tuple_of(t, Value(g_tuple_getter_type), arguments);
}
Result<Str> tuple_getter_repr(Thread& t, Value self) {
  TupleGetter* g = self.as<TupleGetter>();
  Local<> doc(t, g->doc.load(g));
  return str_format(t, "_tuplegetter({}, {!r})", g->index, doc.value());
}

constexpr NativeDef kTupleGetterMethods[] = {
    def<tuple_getter_reduce>("__reduce__($self, /)", "Return state information for pickling."),
};
constexpr MemberDef kTupleGetterMembers[] = {
    {"__doc__", MemberKind::Object, offsetof(TupleGetter, doc), false, ""},
};
constexpr TypeSlots tuple_getter_slots() {
  TypeSlots s{};
  s.visit = tuple_getter_visit;
  s.new_ = construct<tuple_getter_new>;
  s.repr = tuple_getter_repr;
  s.descr_get = tuple_getter_get;
  s.descr_set = tuple_getter_set;
  return s;
}
const TypeDef kTupleGetter = {.name = "collections._tuplegetter",
                              .flags = kTypeGcTracked,
                              .size = sizeof(TupleGetter),
                              .slots = tuple_getter_slots(),
                              .methods = kTupleGetterMethods,
                              .members = kTupleGetterMembers};

// --- _count_elements ------------------------------------------------------------------------------------

Result<> one_more(Thread& t, Value old) {
  if (old.is_empty()) return Result<>::small_int(1);
  if (old.is_int()) return int_from_i64(t, old.as_int() + 1);
  return binary_operation(t, BinaryOp::Add, old, Value::small_int(1));
}

Status count_by_methods(Thread& t, Value mapping, Value it) {
  Local<> get(t, TRY(get_attribute(t, mapping, names().get)));
  while (true) {
    Result<> r = TRY(next(t, it));
    if (r.is_absent()) return kDone;
    Local<> key(t, r);
    Local<> old(t, TRY(call(t, get, key, Value::small_int(0))));
    Local<> sum(t, TRY(one_more(t, old)));
    TRY(set_item(t, mapping, key, sum));
  }
}

}  // namespace

Status count_elements(Thread& t, Value mapping, Value iterable) {
  Local<> it(t, TRY(iterate(t, iterable)));
  bool plain = is_a<Dict>(mapping) && !has_own_set_item(t, mapping) &&
               same(type_lookup(t, type_of(mapping), names().get), type_lookup(t, dict_type, names().get));
  if (!plain) return count_by_methods(t, mapping, it);
  Dict* d = mapping.as<Dict>();
  auto step = type_of(it.value()).slots.next;
  LoopPoll poll(t);
  while (true) {
    Result<> r = TRY(step(t, it));
    if (r.is_absent()) return kDone;
    Local<> key(t, r);
    u64 hash = TRY(hash_dict_key(t, key));
    if (TRY(dict_count_one(t, d, key, hash))) {
      TRY(poll());
      continue;
    }
    Local<> old(t, TRY(dict_get_hashed(t, d, key, hash)));
    Local<> sum(t, TRY(one_more(t, old)));
    TRY(dict_set_hashed(t, d, key, hash, sum));
    TRY(poll());
  }
}

Status default_dict_exec(Thread& t, Module* module) {
  register_native(t, kTupleGetterNew);
  TRY(module_add_type(t, module, kDefaultDict, &g_default_dict_type));
  return module_add_type(t, module, kTupleGetter, &g_tuple_getter_type);
}

namespace {

constexpr NativeDef kFunctions[] = {
    def<count_elements>("_count_elements($module, mapping, iterable, /)",
                        "Counts the elements of iterable: mapping[element] is one more for each."),
};
Status exec(Thread& t, Module* module) {
  TRY(deque_exec(t, module));
  TRY(default_dict_exec(t, module));
  return ordered_dict_exec(t, module);
}

}  // namespace

extern const ModuleDef collections_module_def;
const ModuleDef collections_module_def = {"_collections", "Container types beside list, dict, set and tuple.", kFunctions, {}, exec};

}  // namespace taipan
