#include "interp/compiler/generator.h"

// Type parameters (PEP 695, 696) and type aliases.

namespace taipan::compiler {

using namespace ast;

// A function that evaluates `value` when asked: bounds, constraints, defaults, values of aliases. dst is reserved.
void Generator::lazy_value(const Scope* scope, const Expr* value, Identifier name, bool allow_starred, Reg dst) {
  enter_annotation_unit(scope, name, *value);
  Reg t = u->top;
  auto* star = try_as<Starred>(value);
  if (allow_starred && star) {
    expr(star->value, t + 1);
    u->top = t + 2;
    as().touch(t + 1);
    as().emit(Op::UNPACK, t, t + 1, 1, kKillB);
    return_value({t, true});
  } else {
    return_value(operand(value, true));
  }
  std::shared_ptr<CodeSpec> code = leave_unit();
  Reg old = u->top;
  Reg defaults = push();
  Const one;
  one.kind = ConstKind::Tuple;
  one.items.emplace_back();
  one.items[0].kind = ConstKind::Int;
  one.items[0].integer = 1;
  load_const(defaults, std::move(one));
  make_function(std::move(code), dst);
  set_part(FunctionPart::Defaults, dst, defaults);
  u->top = old;
}

// Makes the parameters, binds their names, leaves a tuple of them in dst (reserved).
void Generator::type_params(Seq<TypeParam*> params, Reg dst) {
  Reg old = u->top, first = old;
  bool had_default = false;
  for (const TypeParam* p : params) {
    At at(*this, *p);
    Identifier name;
    const Expr* default_value = nullptr;
    TypeParamKind kind = TypeParamKind::TypeVar;
    Reg t = push();
    if (auto* var = try_as<TypeVar>(p)) {
      name = var->name;
      default_value = var->default_value;
      load_str(t, name);
      if (var->bound) {
        kind = var->bound->kind == Kind::Tuple ? TypeParamKind::TypeVarConstraints : TypeParamKind::TypeVarBound;
        lazy_value(table_.find(p, ScopeRole::Bound), var->bound, name, false, push());
        --u->top;
      }
    } else if (auto* spec = try_as<ParamSpec>(p)) {
      name = spec->name;
      default_value = spec->default_value;
      kind = TypeParamKind::ParamSpec;
      load_str(t, name);
    } else {
      auto* tuple = ast::as<TypeVarTuple>(p);
      name = tuple->name;
      default_value = tuple->default_value;
      kind = TypeParamKind::TypeVarTuple;
      load_str(t, name);
    }
    as().emit(Op::MAKE_TYPE_PARAM, t, t, 0, kKillB | static_cast<u32>(kind) << kMinorShift);
    if (default_value) {
      had_default = true;
      lazy_value(table_.find(p, ScopeRole::Default), default_value, name, kind == TypeParamKind::TypeVarTuple, push());
      --u->top;
      as().emit(Op::MAKE_TYPE_PARAM, t, t, 0, kKillB | static_cast<u32>(TypeParamKind::SetDefault) << kMinorShift);
    } else if (had_default) {
      fail_at(*p, "non-default type parameter '" + std::string(name) + "' follows default type parameter");
      return;
    }
    store_name(name, {t, false});
  }
  as().emit(Op::BUILD_TUPLE, dst, first, params.size());
  as().touch(dst);
  u->top = old;
}

// def f[T](...): a function makes the parameters, then f. It gets f's defaults, evaluated outside, as arguments.
void Generator::generic_function(const Stmt* s, Reg dst, u32 firstlineno) {
  FunctionParts f = parts_of(s);
  Reg defaults = positional_defaults(f.args), kwdefaults = keyword_defaults(f.args);
  const Scope* scope = table_.find(s, ScopeRole::TypeParams);
  enter_unit(scope, "<generic parameters of " + std::string(f.name) + ">", *s, firstlineno);
  u->spec->argcount = scope->parameters.size();
  auto parameter = [&](const char* name) {
    const Symbol* symbol = scope->lookup(arena_.intern(name));
    auto at = u->registers.find(symbol);
    return symbol && at != u->registers.end() ? at->second : kNoReg;
  };
  Reg own_defaults = defaults == kNoReg ? kNoReg : parameter(".defaults");
  Reg own_kwdefaults = kwdefaults == kNoReg ? kNoReg : parameter(".kwdefaults");
  Reg params = push();
  type_params(f.type_params, params);
  Reg function = push();
  function_object(s, function, own_defaults, own_kwdefaults, firstlineno);
  set_part(FunctionPart::TypeParams, function, params);
  return_value({function, true});
  std::vector<Reg> args;
  if (defaults != kNoReg) args.push_back(defaults);
  if (kwdefaults != kNoReg) args.push_back(kwdefaults);
  call_unit(leave_unit(), dst, args);
}

// Name, parameters and evaluator are in three registers from u->top on; the alias goes to dst.
void Generator::type_alias_value(const TypeAlias* s, Reg params, Reg dst) {
  Reg old = u->top, first = push();
  Identifier name = ast::as<Name>(s->name)->id;
  load_str(first, name);
  Reg tuple = push();
  if (params == kNoReg) load_none(tuple);
  else move(tuple, {params, true});
  lazy_value(table_.find(s), s->value, name, false, push());
  u->top = old;
  as().emit(Op::MAKE_TYPE_PARAM, dst, first, 0, kKillB | static_cast<u32>(TypeParamKind::TypeAlias) << kMinorShift);
}

void Generator::type_alias(const TypeAlias* s) {
  Reg old = u->top, value = push();
  Identifier name = ast::as<Name>(s->name)->id;
  if (s->type_params.empty()) {
    type_alias_value(s, kNoReg, value);
  } else {
    const Scope* scope = table_.find(s, ScopeRole::TypeParams);
    enter_unit(scope, "<generic parameters of " + std::string(name) + ">", *s, s->lineno);
    Reg params = push();
    type_params(s->type_params, params);
    Reg alias = push();
    type_alias_value(s, params, alias);
    return_value({alias, true});
    call_unit(leave_unit(), value, {});
  }
  store_name(name, {value, true});
  u->top = old;
}

}  // namespace taipan::compiler
