// types.UnionType (typing.Union): int | str. Flat, without duplicates.
#include "runtime/native/def.h"
#include "runtime/object/call_parts.h"
#include "runtime/object/error.h"
#include "runtime/object/startup.h"
#include "runtime/types/container_util.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/list.h"
#include "runtime/types/set.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "runtime/types/type_texts.h"

namespace taipan {
namespace {

Union* union_(Value v) { return v.as<Union>(); }

bool is_type_like(Value v) {
  if (is_none(v) || is_a<Type>(v) || is_exact<Union>(v) || is_instance(v, generic_alias_type)) return true;
  // Type aliases (PEP 695) and sentinels (PEP 661) join in.
  return &type_of(v) == &sentinel_type || str_equals(type_of(v).name.borrow(), "TypeAliasType");
}

Status add_member(Thread& t, List* into, Value v) {
  if (is_none(v)) v = Value(&none_type);
  if (is_exact<Union>(v)) {
    Tuple* args = union_(v)->args.borrow();
    for (usize i = 0; i < args->size(); ++i) TRY(add_member(t, into, (*args)[i]));
    return kDone;
  }
  for (usize i = 0; i < list_size(into); ++i) {
    Local<> seen(t, TRY(list_get(t, into, i)));
    if (same(seen, v)) return kDone;
    // list[int] and list[int] are equal; int and bool are not even compared.
    if (&type_of(seen) == &type_of(v) && !is_a<Type>(v) && TRY(equal(t, seen, v))) return kDone;
  }
  return list_append(t, into, v);
}

Result<> union_from_list(Thread& t, List* members) {
  if (list_size(members) == 1) return list_get(t, members, 0);
  Local<Tuple> args(t, TRY(list_to_tuple(t, members)));
  auto* u = new_object<Union>(t, union_type);
  if (u == nullptr) return kError;
  u->args.init(args.value());
  return own_new(u);
}

void union_visit(Object* o, EdgeVisitor& visit) {
  auto* u = static_cast<Union*>(o);
  visit(u->args, u->parameters);
}
Result<Tuple> parameters_of(Thread& t, Union* u) {
  if (u->parameters.is_empty()) {
    Local<Tuple> made(t, TRY(type_parameters_of(t, u->args.borrow())));
    u->parameters.store(u, made.value());
  }
  return u->parameters.load(u).cast<Tuple>();
}
Result<Str> union_repr(Thread& t, Value self) {
  StrBuilder out(t);
  Tuple* args = union_(self)->args.borrow();
  for (usize i = 0; i < args->size(); ++i) {
    if (i) TRY(out.append_ascii(" | "));
    TRY(append_type_text(t, out, (*args)[i]));
  }
  return out.finish();
}
Result<u64> union_hash(Thread& t, Value self) {
  Local<Set> members(t, TRY(frozenset_from(t, Value(union_(self)->args.borrow()))));
  return hash(t, members);
}
Result<> union_compare(Thread& t, Value self, Value other, CompareOp op) {
  if ((op != CompareOp::Eq && op != CompareOp::Ne) || !is_exact<Union>(other)) return not_implemented();
  Tuple *a = union_(self)->args.borrow(), *b = union_(other)->args.borrow();
  bool equal_sets = a->size() == b->size();
  for (usize i = 0; equal_sets && i < a->size(); ++i) equal_sets = TRY(contains(t, Value(b), (*a)[i]));
  return boolean(equal_sets == (op == CompareOp::Eq));
}
Result<> union_get_item(Thread& t, Value self, Value item) {
  Local<Tuple> parameters(t, TRY(parameters_of(t, union_(self))));
  Local<Tuple> args(t, TRY(substitute_parameters(t, self, union_(self)->args.borrow(), parameters, item)));
  Local<> result(t, own((*args.get())[0]));
  for (usize i = 1; i < args->size(); ++i) {
    result.set(TRY(binary_operation(t, BinaryOp::Or, result, (*args.get())[i])));
  }
  return result.give();
}
Result<> union_or(Thread& t, Value left, Value right) { return union_of(t, left, right); }

Result<> union_instancecheck(Thread& t, Union* self, Value instance) {
  return boolean(TRY(is_instance_of(t, instance, Value(self))));
}
Result<> union_subclasscheck(Thread& t, Union* self, Value cls) {
  return boolean(TRY(is_subclass_of(t, cls, Value(self))));
}
Result<> union_mro_entries(Thread& t, Union* self, Value) {
  return raise(t, TypeError, "Cannot subclass {!r}", Value(self));
}
Result<> union_class_getitem(Thread& t, Value, Value item) {
  Local<Tuple> args(t, is_a<Tuple>(item) ? own<Tuple>(item) : TRY(tuple_of(t, item)));
  if (args->size() == 0) return raise(t, TypeError, "Cannot take a Union of no types.");
  Local<List> members(t, TRY(list_new(t)));
  for (usize i = 0; i < args->size(); ++i) TRY(add_member(t, members, (*args.get())[i]));
  return union_from_list(t, members);
}
const NativeDef kMethods[] = {
    def<union_instancecheck>("__instancecheck__($self, instance, /)", nullptr),
    def<union_subclasscheck>("__subclasscheck__($self, cls, /)", nullptr),
    def<union_mro_entries>("__mro_entries__($self, object, /)", nullptr),
    class_def<union_class_getitem>("__class_getitem__($type, object, /)", nullptr),
};
const GetSetDef kGetSets[] = {
    {"__parameters__", [](Thread& t, Value v) -> Result<> { return parameters_of(t, union_(v)); }, nullptr,
     "Type variables in the union."},
    {"__origin__", [](Thread&, Value) -> Result<> { return own(Value(&union_type)); }, nullptr, nullptr},
    {"__name__", [](Thread& t, Value) -> Result<> { return str_intern(t, "Union"); }, nullptr, nullptr},
    {"__qualname__", [](Thread& t, Value) -> Result<> { return str_intern(t, "Union"); }, nullptr, nullptr},
    {"__module__", [](Thread& t, Value) -> Result<> { return str_intern(t, "typing"); }, nullptr, nullptr},
};
const MemberDef kMembers[] = {
    {"__args__", MemberKind::Object, offsetof(Union, args), true, nullptr}};

}  // namespace

Result<> union_of(Thread& t, Value left, Value right) {
  if (!is_type_like(left) || !is_type_like(right)) return not_implemented();
  if (is_none(left) && is_none(right)) return not_implemented();
  Local<List> members(t, TRY(list_new(t)));
  TRY(add_member(t, members, left));
  TRY(add_member(t, members, right));
  return union_from_list(t, members);
}

extern const TypeDef union_type_def = {
    .name = "typing.Union", .doc = "One of several types: int | str.",
    .flags = kTypeGcTracked | kTypeWeakrefable, .size = sizeof(Union),
    .slots = {.visit = union_visit, .repr = union_repr, .hash = union_hash, .compare = union_compare,
              .get_item = union_get_item,
              .binary = {nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, union_or}},
    .methods = kMethods, .getsets = kGetSets, .members = kMembers};

}  // namespace taipan
