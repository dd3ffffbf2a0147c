// types.GenericAlias: list[int]. Behaves as its origin, and remembers the arguments.
#include "runtime/types/generic_alias.h"

#include "runtime/base/hash.h"
#include "runtime/native/def.h"
#include "runtime/object/call_parts.h"
#include "runtime/object/error.h"
#include "runtime/object/startup.h"
#include "runtime/types/descriptor_parts.h"
#include "runtime/types/list.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "runtime/types/type_texts.h"

namespace taipan {

Result<> generic_alias_new(Thread& t, Value origin, Value args) {
  Local<Tuple> list(t, is_a<Tuple>(args) ? own<Tuple>(args) : TRY(tuple_of(t, args)));
  auto* a = new_object<GenericAlias>(t, generic_alias_type);
  if (a == nullptr) return kError;
  a->origin.init(origin);
  a->args.init(list.value());
  return own_new(a);
}

namespace {

GenericAlias* alias(Value v) { return v.as<GenericAlias>(); }

void alias_visit(Object* o, EdgeVisitor& visit) {
  auto* a = static_cast<GenericAlias*>(o);
  visit(a->origin, a->args, a->parameters);
}
Result<> alias_construct(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  if (kwnames && kwnames->size()) return raise(t, TypeError, "GenericAlias() takes no keyword arguments");
  if (nargs != 2) return raise(t, TypeError, "GenericAlias expected 2 arguments, got {}", nargs);
  Local<Tuple> list(t, is_a<Tuple>(args[1]) ? own<Tuple>(args[1]) : TRY(tuple_of(t, args[1])));
  auto* a = new_object<GenericAlias>(t, cls);
  if (a == nullptr) return kError;
  a->origin.init(args[0]);
  a->args.init(list.value());
  return own_new(a);
}

Result<Tuple> parameters_of(Thread& t, GenericAlias* a) {
  if (a->parameters.is_empty()) {
    Local<Tuple> made(t, TRY(type_parameters_of(t, a->args.borrow())));
    a->parameters.store(a, made.value());
  }
  return a->parameters.load(a).cast<Tuple>();
}

Result<Str> alias_repr(Thread& t, Value self) {
  StrBuilder out(t);
  if (alias(self)->starred) TRY(out.append_char('*'));
  TRY(append_type_text(t, out, alias(self)->origin.borrow()));
  TRY(out.append_char('['));
  Tuple* args = alias(self)->args.borrow();
  for (usize i = 0; i < args->size(); ++i) {
    if (i) TRY(out.append_ascii(", "));
    TRY(append_type_text(t, out, (*args)[i]));
  }
  if (args->size() == 0) TRY(out.append_ascii("()"));
  TRY(out.append_char(']'));
  return out.finish();
}

Result<u64> alias_hash(Thread& t, Value self) {
  u64 a = TRY(hash(t, alias(self)->origin.borrow()));
  u64 b = TRY(hash(t, Value(alias(self)->args.borrow())));
  return hash_not_minus_one(a ^ b);
}
Result<> alias_compare(Thread& t, Value self, Value other, CompareOp op) {
  if ((op != CompareOp::Eq && op != CompareOp::Ne) || !is_instance(other, generic_alias_type)) return not_implemented();
  GenericAlias *a = alias(self), *b = alias(other);
  bool equal_parts = a->starred == b->starred && TRY(equal(t, a->origin.borrow(), b->origin.borrow())) &&
                     TRY(equal(t, Value(a->args.borrow()), Value(b->args.borrow())));
  return boolean(equal_parts == (op == CompareOp::Eq));
}
Result<> alias_call(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  Local<> made(t, TRY(call(t, alias(self)->origin.borrow(), args, nargs, kwnames)));
  if (set_attribute(t, made, names().__orig_class__, self).is_error()) {
    if (!swallow(t, AttributeError) && !swallow(t, TypeError)) return kError;
  }
  return made.give();
}

Result<> alias_get_item(Thread& t, Value self, Value item) {
  GenericAlias* a = alias(self);
  Local<Tuple> parameters(t, TRY(parameters_of(t, a)));
  Local<Tuple> args(t, TRY(substitute_parameters(t, self, a->args.borrow(), parameters, item)));
  Local<> fresh(t, TRY(generic_alias_new(t, a->origin.borrow(), args)));
  alias(fresh)->starred = a->starred;
  return fresh.give();
}

// Names that are the alias's own; all others come from the origin.
bool is_own_name(Str* name) {
  for (const char* own_name :
       {"__class__", "__origin__", "__args__", "__unpacked__", "__parameters__", "__typing_unpacked_tuple_args__",
        "__mro_entries__", "__reduce_ex__", "__reduce__", "__copy__", "__deepcopy__"}) {
    if (str_equals(name, own_name)) return true;
  }
  return false;
}
bool is_blocked_name(Str* name) {
  for (const char* blocked : {"__bases__", "__copy__", "__deepcopy__"}) {
    if (str_equals(name, blocked)) return true;
  }
  return false;
}
Result<> alias_get_attribute(Thread& t, Value self, Str* name) {
  if (!is_own_name(name) && !is_blocked_name(name)) {
    return get_attribute(t, alias(self)->origin.borrow(), name);
  }
  return generic_get_attribute(t, self, name);
}

Result<> alias_mro_entries(Thread& t, GenericAlias* self, Value) { return tuple_of(t, self->origin.borrow()); }
Result<> alias_instancecheck(Thread& t, Value, Value) {
  return raise(t, TypeError, "isinstance() argument 2 cannot be a parameterized generic");
}
Result<> alias_subclasscheck(Thread& t, Value, Value) {
  return raise(t, TypeError, "issubclass() argument 2 cannot be a parameterized generic");
}
Result<> alias_reduce(Thread& t, GenericAlias* self) {
  if (self->starred) {
    Local<> plain(t, TRY(generic_alias_new(t, self->origin.borrow(), Value(self->args.borrow()))));
    Local<> iterator(t, TRY(iterate(t, plain)));
    Local<> next_function(t, TRY(builtin_function(t, "next")));
    Local<Tuple> args(t, TRY(tuple_of(t, iterator)));
    return tuple_of(t, next_function, args);
  }
  Local<Tuple> args(t, TRY(tuple_of(t, self->origin.borrow(), Value(self->args.borrow()))));
  return tuple_of(t, Value(&generic_alias_type), args);
}
Result<> alias_dir(Thread& t, GenericAlias* self) {
  Local<> dir(t, TRY(builtin_function(t, "dir")));
  Local<> list(t, TRY(call(t, dir, self->origin.borrow())));
  if (!is_a<List>(list)) return list.give();
  for (const char* name : {"__args__", "__mro_entries__", "__origin__", "__parameters__", "__reduce__",
                           "__reduce_ex__", "__typing_unpacked_tuple_args__", "__unpacked__"}) {
    Local<Str> s(t, TRY(str_intern(t, name)));
    if (!TRY(contains(t, list, s))) TRY(list_append(t, list.value().as<List>(), s.value()));
  }
  return list.give();
}
const NativeDef kMethods[] = {
    def<alias_mro_entries>("__mro_entries__($self, object, /)", nullptr),
    def<alias_instancecheck>("__instancecheck__($self, object, /)", nullptr),
    def<alias_subclasscheck>("__subclasscheck__($self, object, /)", nullptr),
    def<alias_reduce>("__reduce__($self, /)", nullptr),
    def<alias_dir>("__dir__($self, /)", nullptr),
};
const GetSetDef kGetSets[] = {
    {"__parameters__", [](Thread& t, Value v) -> Result<> { return parameters_of(t, alias(v)); }, nullptr,
     "Type variables in the GenericAlias."},
    {"__typing_unpacked_tuple_args__",
     [](Thread&, Value v) -> Result<> {
       GenericAlias* a = alias(v);
       return a->starred && same(a->origin.borrow(), Value(&tuple_type)) ? Result<>(a->args.load(a)) : none();
     },
     nullptr, nullptr}};
const MemberDef kMembers[] = {
    {"__origin__", MemberKind::Object, offsetof(GenericAlias, origin), true, nullptr},
    {"__args__", MemberKind::Object, offsetof(GenericAlias, args), true, nullptr},
    {"__unpacked__", MemberKind::Bool, offsetof(GenericAlias, starred), true, nullptr}};

// --- iter(tuple[int]): one item, the starred alias -----------------------------------------------------------------

Result<> alias_iter(Thread& t, Value self) {
  Local<> starred(t, TRY(generic_alias_new(t, alias(self)->origin.borrow(), Value(alias(self)->args.borrow()))));
  alias(starred)->starred = true;
  Local<Tuple> one(t, TRY(tuple_of(t, starred)));
  return iterate(t, one);
}
Result<> alias_or(Thread& t, Value left, Value right) { return union_of(t, left, right); }

}  // namespace

extern const TypeDef generic_alias_type_def = {
    .name = "types.GenericAlias", .doc = "A class with type arguments: list[int].",
    .flags = kTypeBase | kTypeGcTracked | kTypeWeakrefable, .size = sizeof(GenericAlias),
    .slots = {.visit = alias_visit, .new_ = alias_construct, .call = alias_call, .repr = alias_repr,
              .hash = alias_hash, .compare = alias_compare, .get_attribute = alias_get_attribute,
              .iter = alias_iter, .get_item = alias_get_item,
              .binary = {nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, alias_or}},
    .methods = kMethods, .getsets = kGetSets, .members = kMembers,
    .text_signature = "(origin, args, /)"};

}  // namespace taipan
