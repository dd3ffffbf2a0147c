// TypeVar, ParamSpec and TypeVarTuple.
#include "runtime/types/typevar.h"

#include "runtime/native/construct.h"
#include "runtime/types/container_util.h"
#include "runtime/types/int.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

Type *g_typevar_type, *g_paramspec_type, *g_typevartuple_type;

namespace {

Type *g_args_type, *g_kwargs_type;

TypeParameter* parameter_of(Value v) { return v.as<TypeParameter>(); }

void parameter_visit(Object* o, EdgeVisitor& visit) {
  TypeParameter* p = static_cast<TypeParameter*>(o);
  visit(p->name, p->bound, p->evaluate_bound, p->constraints, p->evaluate_constraints, p->default_value,
        p->evaluate_default);
}

// --- making them ----------------------------------------------------------------------------------------

struct Variance {
  bool covariant, contravariant, infer;
};

Result<> parameter_new(Thread& t, Type& type, Str* name, Value bound, Value default_value, Variance v) {
  if (v.covariant && v.contravariant) return raise(t, ValueError, "Bivariant types are not supported.");
  if (v.infer && (v.covariant || v.contravariant)) {
    return raise(t, ValueError, "Variance cannot be specified with infer_variance.");
  }
  Local<> checked(t);
  if (!bound.is_empty() && !is_none(bound)) checked.set(bound);
  if (!checked.is_empty() && &type == g_typevar_type) {
    Local<Str> message(t, TRY(str_from_ascii(t, "Bound must be a type.")));
    Value args[] = {bound, message};
    checked.set(TRY(typing_call(t, "_type_check", args, 2)));
  }
  Local<> module(t, TRY(caller_module(t)));
  TypeParameter* p = new_object<TypeParameter>(t, type);
  if (!p) return kError;
  Local<> made(t, Result<>(own_new(p)));
  p->name.init(Value(name));
  if (!checked.is_empty()) p->bound.init(checked);
  if (!default_value.is_empty()) p->default_value.init(default_value);
  p->covariant = v.covariant;
  p->contravariant = v.contravariant;
  p->infer_variance = v.infer;
  TRY(set_attribute(t, made, names().__module__, module.is_empty() ? none_value() : module.value()));
  return made.give();
}

Result<> typevar_new(Thread& t, Type* cls, Str* name, Args constraints, Value bound, Value default_value,
                     bool covariant, bool contravariant, bool infer_variance) {
  if (constraints.count == 1) return raise(t, TypeError, "A single constraint is not allowed");
  if (constraints.count > 1 && !is_none(bound)) {
    return raise(t, TypeError, "Constraints cannot be combined with bound=...");
  }
  Local<> made(t, TRY(parameter_new(t, *cls, name, bound, default_value, {covariant, contravariant, infer_variance})));
  if (constraints.count > 0) {
    Local<Tuple> all(t, TRY(tuple_from(t, constraints.items, constraints.count)));
    made.value().as<TypeParameter>()->constraints.store(made.value().object(), all.value());
  }
  return made.give();
}

Result<> paramspec_new(Thread& t, Type* cls, Str* name, Value bound, Value default_value, bool covariant,
                       bool contravariant, bool infer_variance) {
  return parameter_new(t, *cls, name, bound, default_value, {covariant, contravariant, infer_variance});
}
Result<> typevartuple_new(Thread& t, Type* cls, Str* name, Value bound, Value default_value, bool covariant,
                          bool contravariant, bool infer_variance) {
  return parameter_new(t, *cls, name, bound, default_value, {covariant, contravariant, infer_variance});
}

constexpr NativeDef kTypeVarNew = def<typevar_new>(
    "typevar($type, /, name, *constraints, bound=None, default=<unrepresentable>, covariant=False, "
    "contravariant=False, infer_variance=False)", "");
constexpr NativeDef kParamSpecNew = def<paramspec_new>(
    "paramspec($type, /, name, *, bound=None, default=<unrepresentable>, covariant=False, contravariant=False, "
    "infer_variance=False)", "");
constexpr NativeDef kTypeVarTupleNew = def<typevartuple_new>(
    "typevartuple($type, /, name, *, bound=None, default=<unrepresentable>, covariant=False, "
    "contravariant=False, infer_variance=False)", "");

// --- what all have --------------------------------------------------------------------------------------

Result<Str> parameter_repr(Thread& t, Value self) {
  TypeParameter* p = parameter_of(self);
  const char* sign = p->infer_variance ? "" : p->covariant ? "+" : p->contravariant ? "-" : "~";
  return str_format(t, "{}{}", sign, Value(p->name.borrow()));
}

// The value, which evaluate(1) gives the first time; absent() if there is neither.
Result<> lazy_value(Thread& t, Object* o, Slot<>& value, Slot<>& evaluate) {
  Local<> known(t, value.load(o));
  if (!known.is_empty()) return known.give();
  Local<> function(t, evaluate.load(o));
  if (function.is_empty()) return Result<>::absent();
  Local<> found(t, TRY(call(t, function, Value::small_int(1))));
  value.store(o, found.value());
  return found.give();
}

Result<> get_bound(Thread& t, Value self) {
  TypeParameter* p = parameter_of(self);
  Result<> r = TRY(lazy_value(t, p, p->bound, p->evaluate_bound));
  return r.is_absent() ? none() : r;
}
Result<> get_constraints(Thread& t, Value self) {
  TypeParameter* p = parameter_of(self);
  Result<> r = TRY(lazy_value(t, p, p->constraints, p->evaluate_constraints));
  return r.is_absent() ? own(Value(empty_tuple())) : r;
}
Result<> get_default(Thread& t, Value self) {
  TypeParameter* p = parameter_of(self);
  Result<> r = TRY(lazy_value(t, p, p->default_value, p->evaluate_default));
  return r.is_absent() ? own(no_default()) : r;
}
Result<> get_evaluate_bound(Thread& t, Value self) {
  TypeParameter* p = parameter_of(self);
  Local<> function(t, p->evaluate_bound.load(p)), value(t, p->bound.load(p));
  return evaluator_of(t, function, value);
}
Result<> get_evaluate_constraints(Thread& t, Value self) {
  TypeParameter* p = parameter_of(self);
  Local<> function(t, p->evaluate_constraints.load(p)), value(t, p->constraints.load(p));
  return evaluator_of(t, function, value);
}
Result<> get_evaluate_default(Thread& t, Value self) {
  TypeParameter* p = parameter_of(self);
  Local<> function(t, p->evaluate_default.load(p)), value(t, p->default_value.load(p));
  if (function.is_empty() && value.is_empty()) value.set(no_default());
  return evaluator_of(t, function, value);
}
bool has_default(Thread&, Value self) {
  TypeParameter* p = parameter_of(self);
  Value v = p->default_value.borrow();
  return !p->evaluate_default.is_empty() || (!v.is_empty() && !same(v, no_default()));
}
Result<> parameter_reduce(Thread&, Value self) {
  TypeParameter* p = parameter_of(self);
  return p->name.load(p);
}

// --- substitution ---------------------------------------------------------------------------------------

Result<> subst_by(Thread& t, const char* function, Value self, Value arg) {
  Value args[] = {self, arg};
  return typing_call(t, function, args, 2);
}
Result<> prepare_by(Thread& t, const char* function, Value self, Value alias, Value given) {
  Value args[] = {self, alias, given};
  return typing_call(t, function, args, 3);
}
Result<> typevar_subst(Thread& t, Value self, Value arg) { return subst_by(t, "_typevar_subst", self, arg); }
Result<> paramspec_subst(Thread& t, Value self, Value arg) { return subst_by(t, "_paramspec_subst", self, arg); }
Result<> typevartuple_subst(Thread& t, Value, Value) {
  return raise(t, TypeError, "Substitution of bare TypeVarTuple is not supported");
}
Result<> paramspec_prepare(Thread& t, Value self, Value alias, Value args) {
  return prepare_by(t, "_paramspec_prepare_subst", self, alias, args);
}
Result<> typevartuple_prepare(Thread& t, Value self, Value alias, Value args) {
  return prepare_by(t, "_typevartuple_prepare_subst", self, alias, args);
}

// The default is appended where the arguments end just before this parameter.
Result<> typevar_prepare(Thread& t, Value self, Value alias, Value args) {
  Local<> given_parameters(t, TRY(get_attribute(t, alias, names().__parameters__)));
  Local<Tuple> parameters(t, TRY(to_tuple(t, given_parameters))), given(t, TRY(to_tuple(t, args)));
  usize index = 0;
  while (index < parameters->size() && !TRY(equal(t, (*parameters.get())[index], self))) ++index;
  if (index == parameters->size()) return raise(t, ValueError, "sequence.index(x): x not in sequence");
  usize n = given->size();
  if (index < n) return own(args);
  if (index == n && has_default(t, self)) {
    Local<> value(t, TRY(get_default(t, self)));
    Local<Tuple> longer(t, TRY(tuple_new(t, n + 1)));
    for (usize i = 0; i < n; ++i) longer->items()[i].init((*given.get())[i]);
    longer->items()[n].init(value);
    return Result<>(longer.give());
  }
  return raise(t, TypeError, "Too few arguments for {}; actual {}, expected at least {}", alias, n, index + 1);
}

// for x in Ts: once Unpack[Ts].
Result<> typevartuple_iter(Thread& t, Value self) {
  Local<> unpacked(t, TRY(typing_unpack(t, self)));
  Local<Tuple> one(t, TRY(tuple_of(t, unpacked)));
  return iterate(t, one);
}

// --- ParamSpec.args and kwargs --------------------------------------------------------------------------

struct ParamSpecPart : Object {
  Slot<> origin;
};
void part_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<ParamSpecPart*>(o)->origin); }

Result<> part_make(Thread& t, Type& type, Value origin) {
  ParamSpecPart* p = new_object<ParamSpecPart>(t, type);
  if (!p) return kError;
  p->origin.init(origin);
  return own_new(p);
}
Result<> args_new(Thread& t, Type* cls, Value origin) { return part_make(t, *cls, origin); }
Result<> kwargs_new(Thread& t, Type* cls, Value origin) { return part_make(t, *cls, origin); }
constexpr NativeDef kArgsNew = def<args_new>("paramspecargs($type, /, origin)", "");
constexpr NativeDef kKwargsNew = def<kwargs_new>("paramspeckwargs($type, /, origin)", "");
Result<> get_args(Thread& t, Value self) { return part_make(t, *g_args_type, self); }
Result<> get_kwargs(Thread& t, Value self) { return part_make(t, *g_kwargs_type, self); }

Result<Str> part_repr(Thread& t, Value self) {
  Value origin = self.as<ParamSpecPart>()->origin.borrow();
  const char* name = &type_of(self) == g_args_type ? "args" : "kwargs";
  if (&type_of(origin) == g_paramspec_type) {
    return str_format(t, "{}.{}", Value(parameter_of(origin)->name.borrow()), name);
  }
  return str_format(t, "{!r}.{}", origin, name);
}
Result<> part_compare(Thread& t, Value self, Value other, CompareOp op) {
  if ((op != CompareOp::Eq && op != CompareOp::Ne) || &type_of(self) != &type_of(other)) return not_implemented();
  bool e = TRY(equal(t, self.as<ParamSpecPart>()->origin.borrow(), other.as<ParamSpecPart>()->origin.borrow()));
  return boolean(e == (op == CompareOp::Eq));
}

constexpr NativeDef kPartMethods[] = {
    def<cannot_subclass>("__mro_entries__($self, object, /)", ""),
};
constexpr MemberDef kPartMembers[] = {
    {"__origin__", MemberKind::Object, offsetof(ParamSpecPart, origin), true, ""},
};
constexpr TypeSlots part_slots(Result<> (*make)(Thread&, Type&, const Value*, u32, Tuple*)) {
  TypeSlots s{};
  s.visit = part_visit;
  s.new_ = make;
  s.repr = part_repr;
  s.compare = part_compare;
  return s;
}
const TypeDef kArgs = {.name = "typing.ParamSpecArgs",
                       .doc = "The args of a ParamSpec: P.args.",
                       .flags = kTypeGcTracked | kTypeWeakrefable,
                       .size = sizeof(ParamSpecPart),
                       .slots = part_slots(construct<args_new>),
                       .methods = kPartMethods,
                       .members = kPartMembers,
                       .text_signature = "(origin)"};
const TypeDef kKwargs = {.name = "typing.ParamSpecKwargs",
                         .doc = "The kwargs of a ParamSpec: P.kwargs.",
                         .flags = kTypeGcTracked | kTypeWeakrefable,
                         .size = sizeof(ParamSpecPart),
                         .slots = part_slots(construct<kwargs_new>),
                         .methods = kPartMethods,
                         .members = kPartMembers,
                         .text_signature = "(origin)"};

// --- the types ------------------------------------------------------------------------------------------

constexpr const char *kSubstDoc = "", *kDefaultDoc = "Does the parameter have a default?";
#define COMMON_METHODS                                                                     \
  def<has_default>("has_default($self, /)", kDefaultDoc),                                  \
      def<parameter_reduce>("__reduce__($self, /)", "Return state information for pickling."), \
      def<cannot_subclass>("__mro_entries__($self, object, /)", "")

constexpr NativeDef kTypeVarMethods[] = {
    COMMON_METHODS, def<typevar_subst>("__typing_subst__($self, arg, /)", kSubstDoc),
    def<typevar_prepare>("__typing_prepare_subst__($self, alias, args, /)", kSubstDoc)};
constexpr NativeDef kParamSpecMethods[] = {
    COMMON_METHODS, def<paramspec_subst>("__typing_subst__($self, arg, /)", kSubstDoc),
    def<paramspec_prepare>("__typing_prepare_subst__($self, alias, args, /)", kSubstDoc)};
constexpr NativeDef kTypeVarTupleMethods[] = {
    COMMON_METHODS, def<typevartuple_subst>("__typing_subst__($self, arg, /)", kSubstDoc),
    def<typevartuple_prepare>("__typing_prepare_subst__($self, alias, args, /)", kSubstDoc)};
#undef COMMON_METHODS

constexpr GetSetDef kDefault = {"__default__", get_default, nullptr, "The default of the parameter."};
constexpr GetSetDef kEvaluateDefault = {"evaluate_default", get_evaluate_default, nullptr, ""};
constexpr GetSetDef kTypeVarGetSets[] = {
    kDefault,
    kEvaluateDefault,
    {"__bound__", get_bound, nullptr, ""},
    {"__constraints__", get_constraints, nullptr, ""},
    {"evaluate_bound", get_evaluate_bound, nullptr, ""},
    {"evaluate_constraints", get_evaluate_constraints, nullptr, ""},
};
constexpr GetSetDef kParamSpecGetSets[] = {
    kDefault,
    kEvaluateDefault,
    {"args", get_args, nullptr, "Represents positional arguments."},
    {"kwargs", get_kwargs, nullptr, "Represents keyword arguments."},
};
constexpr GetSetDef kTypeVarTupleGetSets[] = {kDefault, kEvaluateDefault};

constexpr MemberDef kTypeVarMembers[] = {
    {"__name__", MemberKind::Object, offsetof(TypeParameter, name), true, ""},
    {"__covariant__", MemberKind::Bool, offsetof(TypeParameter, covariant), true, ""},
    {"__contravariant__", MemberKind::Bool, offsetof(TypeParameter, contravariant), true, ""},
    {"__infer_variance__", MemberKind::Bool, offsetof(TypeParameter, infer_variance), true, ""},
};
constexpr MemberDef kBoundMembers[] = {
    kTypeVarMembers[0], kTypeVarMembers[1], kTypeVarMembers[2], kTypeVarMembers[3],
    {"__bound__", MemberKind::Object, offsetof(TypeParameter, bound), true, ""},
};

constexpr TypeSlots parameter_slots(Result<> (*make)(Thread&, Type&, const Value*, u32, Tuple*), bool with_or) {
  TypeSlots s{};
  s.visit = parameter_visit;
  s.new_ = make;
  s.repr = parameter_repr;
  if (with_or) s.binary[static_cast<usize>(BinaryOp::Or)] = type_or;
  return s;
}
constexpr TypeSlots tuple_slots() {
  TypeSlots s = parameter_slots(construct<typevartuple_new>, false);
  s.iter = typevartuple_iter;
  return s;
}
constexpr u32 kFlags = kTypeGcTracked | kTypeHasDict | kTypeWeakrefable;

const TypeDef kTypeVar = {.name = "typing.TypeVar",
                          .doc = "A type variable: stands for some type.",
                          .flags = kFlags,
                          .size = sizeof(TypeParameter),
                          .slots = parameter_slots(construct<typevar_new>, true),
                          .methods = kTypeVarMethods,
                          .getsets = kTypeVarGetSets,
                          .members = kTypeVarMembers,
                          .text_signature =
                              "(name, *constraints, bound=None, default=typing.NoDefault,\n"
                              "        covariant=False, contravariant=False, infer_variance=False)"};
const TypeDef kParamSpec = {.name = "typing.ParamSpec",
                            .doc = "A parameter specification: stands for the parameters of a callable.",
                            .flags = kFlags,
                            .size = sizeof(TypeParameter),
                            .slots = parameter_slots(construct<paramspec_new>, true),
                            .methods = kParamSpecMethods,
                            .getsets = kParamSpecGetSets,
                            .members = kBoundMembers,
                            .text_signature =
                                "(name, *, bound=None, default=typing.NoDefault, covariant=False,\n"
                                "          contravariant=False, infer_variance=False)"};
const TypeDef kTypeVarTuple = {.name = "typing.TypeVarTuple",
                               .doc = "A type variable tuple: stands for any number of types.",
                               .flags = kFlags,
                               .size = sizeof(TypeParameter),
                               .slots = tuple_slots(),
                               .methods = kTypeVarTupleMethods,
                               .getsets = kTypeVarTupleGetSets,
                               .members = kBoundMembers,
                               .text_signature =
                                   "(name, *, bound=None, default=typing.NoDefault, covariant=False,\n"
                                   "             contravariant=False, infer_variance=False)"};

}  // namespace

bool is_type_parameter(Value v) {
  Type* type = &type_of(v);
  return type == g_typevar_type || type == g_paramspec_type || type == g_typevartuple_type;
}

Status type_parameters_exec(Thread& t, Module* module) {
  for (const NativeDef& d : {kTypeVarNew, kParamSpecNew, kTypeVarTupleNew, kArgsNew, kKwargsNew}) register_native(t, d);
  TRY(module_add_type(t, module, kTypeVar, &g_typevar_type));
  TRY(module_add_type(t, module, kParamSpec, &g_paramspec_type));
  TRY(module_add_type(t, module, kTypeVarTuple, &g_typevartuple_type));
  TRY(module_add_type(t, module, kArgs, &g_args_type));
  return module_add_type(t, module, kKwargs, &g_kwargs_type);
}

}  // namespace taipan
