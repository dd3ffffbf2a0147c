// TypeAliasType, and the entry for the interpreter's instruction that makes type parameters and aliases.

#include "runtime/native/construct.h"
#include "runtime/types/container_util.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "runtime/types/typevar.h"

namespace taipan {

struct Module;
Result<Module> import_native(Thread& t, Str* name);  // import/import.h, which is above this folder

Type* g_type_alias_type;

namespace {

TypeAlias* alias_of(Value v) { return v.as<TypeAlias>(); }

void alias_visit(Object* o, EdgeVisitor& visit) {
  TypeAlias* a = static_cast<TypeAlias*>(o);
  visit(a->name, a->qualname, a->type_parameters, a->value, a->evaluate_value, a->module_name);
}

bool has_default_of(Value parameter) {
  TypeParameter* p = parameter.as<TypeParameter>();
  Value v = p->default_value.borrow();
  return !p->evaluate_default.is_empty() || (!v.is_empty() && !same(v, no_default()));
}

Status check_parameters(Thread& t, Tuple* parameters) {
  bool had_default = false;
  for (usize i = 0; i < parameters->size(); ++i) {
    Value p = (*parameters)[i];
    if (!is_type_parameter(p)) return raise(t, TypeError, "Expected a type param, got {!r}", p);
    if (has_default_of(p)) {
      had_default = true;
    } else if (had_default) {
      return raise(t, TypeError, "non-default type parameter '{!r}' follows default type parameter", p);
    }
  }
  return kDone;
}

Result<TypeAlias> alias_make(Thread& t, Str* name, Value parameters) {
  TypeAlias* a = new_object<TypeAlias>(t, *g_type_alias_type);
  if (!a) return kError;
  a->name.init(Value(name));
  if (!parameters.is_empty()) a->type_parameters.init(parameters);
  return own_new(a);
}

Result<> alias_new(Thread& t, Type*, Str* name, Value value, Value type_params, Value qualname) {
  if (!type_params.is_empty() && !is_a<Tuple>(type_params)) {
    return raise(t, TypeError, "type_params must be a tuple");
  }
  if (!is_none(qualname) && !is_a<Str>(qualname)) return raise(t, TypeError, "qualname must be str");
  Tuple* parameters = type_params.is_empty() ? empty_tuple() : type_params.as<Tuple>();
  TRY(check_parameters(t, parameters));
  Local<> module(t, TRY(caller_module(t)));
  Local<TypeAlias> a(t, TRY(alias_make(t, name, parameters->size() ? type_params : Value::empty())));
  a->value.init(value);
  if (!module.is_empty()) a->module_name.init(module);
  a->qualname.init(is_none(qualname) ? Value(name) : qualname);
  return Result<>(a.give());
}
constexpr NativeDef kNew =
    def<alias_new>("typealias($type, /, name, value, *, type_params=<unrepresentable>, qualname=None)", "");

Result<Tuple> parameters_of(Thread& t, Value self) {
  TypeAlias* a = alias_of(self);
  Local<> p(t, a->type_parameters.load(a));
  return p.is_empty() ? own(empty_tuple()) : p.give().cast<Tuple>();
}
Result<> get_type_params(Thread& t, Value self) { return Result<>(TRY(parameters_of(t, self))); }

// Type variable tuples become Unpack[them].
Result<Tuple> unpack_tuples(Thread& t, Tuple* given) {
  Local<Tuple> result(t, TRY(tuple_new(t, given->size())));
  for (usize i = 0; i < given->size(); ++i) {
    Local<> p(t, (*given)[i]);
    if (&type_of(p.value()) == g_typevartuple_type) p.set(TRY(typing_unpack(t, p)));
    result->items()[i].store(result.get(), p.value());
  }
  return result.give();
}
Result<> get_parameters(Thread& t, Value self) {
  Local<Tuple> given(t, TRY(parameters_of(t, self)));
  return Result<>(TRY(unpack_tuples(t, given)));
}

Result<> get_value(Thread& t, Value self) {
  TypeAlias* a = alias_of(self);
  Local<> known(t, a->value.load(a));
  if (!known.is_empty()) return known.give();
  Local<> function(t, a->evaluate_value.load(a));
  known.set(TRY(call(t, function, Value::small_int(1))));
  a->value.store(a, known.value());
  return known.give();
}
Result<> get_evaluate_value(Thread& t, Value self) {
  TypeAlias* a = alias_of(self);
  Local<> function(t, a->evaluate_value.load(a)), value(t, a->value.load(a));
  return evaluator_of(t, function, value);
}
Result<> get_module(Thread& t, Value self) {
  TypeAlias* a = alias_of(self);
  Local<> module(t, a->module_name.load(a));
  if (!module.is_empty()) return module.give();
  if (a->evaluate_value.is_empty()) return none();
  Local<> function(t, a->evaluate_value.load(a));
  return get_attribute(t, function, names().__module__);
}
Status set_module(Thread& t, Value self, Value v) {
  if (v.is_empty()) return raise(t, AttributeError, "cannot delete __module__");
  alias_of(self)->module_name.store(self.object(), v);
  return kDone;
}

Result<> alias_get_item(Thread& t, Value self, Value args) {
  TypeAlias* a = alias_of(self);
  if (a->type_parameters.is_empty()) return raise(t, TypeError, "Only generic type aliases are subscriptable");
  return generic_alias_new(t, self, args);
}
Result<> alias_iter(Thread& t, Value self) {
  Local<> unpacked(t, TRY(typing_unpack(t, self)));
  Local<Tuple> one(t, TRY(tuple_of(t, unpacked)));
  return iterate(t, one);
}
Result<Str> alias_repr(Thread& t, Value self) {
  TypeAlias* a = alias_of(self);
  Local<Str> name(t, a->qualname.load(a));
  return str_format(t, "{}", name.value());
}
Result<> alias_reduce(Thread&, Value self) {
  TypeAlias* a = alias_of(self);
  return a->name.load(a);
}

constexpr NativeDef kMethods[] = {def<alias_reduce>("__reduce__($self, /)", "Return state information for pickling.")};
constexpr GetSetDef kGetSets[] = {
    {"__parameters__", get_parameters, nullptr, ""},
    {"__type_params__", get_type_params, nullptr, ""},
    {"__value__", get_value, nullptr, ""},
    {"evaluate_value", get_evaluate_value, nullptr, ""},
    {"__module__", get_module, set_module, ""},
};
constexpr MemberDef kMembers[] = {
    {"__name__", MemberKind::Object, offsetof(TypeAlias, name), true, ""},
    {"__qualname__", MemberKind::Object, offsetof(TypeAlias, qualname), true, ""},
};
constexpr TypeSlots slots() {
  TypeSlots s{};
  s.visit = alias_visit;
  s.new_ = construct<alias_new>;
  s.repr = alias_repr;
  s.iter = alias_iter;
  s.get_item = alias_get_item;
  s.binary[static_cast<usize>(BinaryOp::Or)] = type_or;
  return s;
}
const TypeDef kTypeAlias = {.name = "typing.TypeAliasType",
                            .doc = "A type alias: what `type Name = ...` makes.",
                            .flags = kTypeGcTracked | kTypeWeakrefable,
                            .size = sizeof(TypeAlias),
                            .slots = slots(),
                            .methods = kMethods,
                            .getsets = kGetSets,
                            .members = kMembers,
                            .text_signature = "(name, value, *, type_params=(), qualname=None)"};

// Those of the syntax infer their variance, and belong to no module.
Result<> parameter_of_syntax(Thread& t, Type& type, Value name) {
  TypeParameter* p = new_object<TypeParameter>(t, type);
  if (!p) return kError;
  p->name.init(name);
  p->infer_variance = true;
  return own_new(p);
}

}  // namespace

Result<> make_type_parameter(Thread& t, TypeParameterKind kind, const Value* operands) {
  if (!g_type_alias_type) {
    Local<Str> name(t, TRY(str_intern(t, "_typing")));
    drop(TRY(import_native(t, name)));
  }
  Value first = operands[0].canonical();
  switch (kind) {
    case TypeParameterKind::TypeVar: return parameter_of_syntax(t, *g_typevar_type, first);
    case TypeParameterKind::ParamSpec: return parameter_of_syntax(t, *g_paramspec_type, first);
    case TypeParameterKind::TypeVarTuple: return parameter_of_syntax(t, *g_typevartuple_type, first);
    case TypeParameterKind::TypeVarBound:
    case TypeParameterKind::TypeVarConstraints: {
      Local<> made(t, TRY(parameter_of_syntax(t, *g_typevar_type, first)));
      TypeParameter* p = made.value().as<TypeParameter>();
      Slot<>& slot = kind == TypeParameterKind::TypeVarBound ? p->evaluate_bound : p->evaluate_constraints;
      slot.store(p, operands[1].canonical());
      return made.give();
    }
    case TypeParameterKind::SetDefault: {
      TypeParameter* p = first.as<TypeParameter>();
      p->evaluate_default.store(p, operands[1].canonical());
      return own(first);
    }
    case TypeParameterKind::TypeAlias: {
      Value parameters = operands[1].canonical(), evaluate = operands[2].canonical();
      if (is_none(parameters) || parameters.as<Tuple>()->size() == 0) parameters = Value::empty();
      Local<TypeAlias> a(t, TRY(alias_make(t, first.as<Str>(), parameters)));
      a->evaluate_value.init(evaluate);
      Local<> qualname(t, TRY(get_attribute(t, evaluate, names().__qualname__)));
      a->qualname.init(qualname);
      return Result<>(a.give());
    }
  }
  return kError;
}

Result<> subscript_generic(Thread& t, Tuple* parameters) {
  Local<Tuple> unpacked(t, TRY(unpack_tuples(t, parameters)));
  return get_item(t, Value(g_generic_type), unpacked);
}

Status type_alias_exec(Thread& t, Module* module) {
  register_native(t, kNew);
  return module_add_type(t, module, kTypeAlias, &g_type_alias_type);
}

}  // namespace taipan
