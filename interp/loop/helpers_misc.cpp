// Functions, intrinsics, pattern matching, imports.
#include "interp/loop/async.h"
#include "interp/loop/engine.h"
#include "interp/loop/ops_common.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/module.h"
#include "runtime/types/set.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "runtime/types/typevar.h"
#include "runtime/import/import.h"

namespace taipan {

// ---- Functions ----

bool make_function(TP_HELPER_ARGS) {
  Code* code = frame_code(fp)->constants[b].as<Code>();
  u32 free = code->free_count();
  Local<Tuple> closure(t);
  if (free > 0) closure.set(TP_TAKE(tuple_from(t, fp + c, free)));
  Value made = TP_TAKE(function_like(t, frame_function(fp), code, closure.get())).word();
  if (pc->k & kKillC) clear_range(fp + c, free);
  return finish(t, fp, a, made);
}

bool set_function_part(TP_HELPER_ARGS) {
  Function* f = fp[a].as<Function>();
  Value v = fp[b].canonical();
  switch (static_cast<FunctionPart>(pc->minor())) {
    case FunctionPart::Defaults: f->defaults.store(f, v); break;
    case FunctionPart::KwDefaults: f->kwdefaults.store(f, v); break;
    case FunctionPart::Annotate: f->annotate.store(f, v); break;
    case FunctionPart::Annotations: f->annotations.store(f, v); break;
    case FunctionPart::TypeParams: f->type_params.store(f, v); break;
  }
  drop(take_killed(fp, b, pc->k & kKillB));
  return true;
}

bool load_build_class(TP_HELPER_ARGS) {
  Value builtins = frame_function(fp)->builtins.borrow();
  Result<> found = is_exact<Dict>(builtins) ? dict_get_str(t, builtins.as<Dict>(), names().__build_class__)
                                            : get_item(t, builtins, Value(names().__build_class__));
  if (found.is_error()) return false;
  if (found.is_absent()) {
    raise(t, NameError, "__build_class__ not found");
    return false;
  }
  return finish(t, fp, a, found.word());
}

bool make_type_param(TP_HELPER_ARGS) {
  auto kind = static_cast<TypeParamKind>(pc->minor());
  u32 n = type_param_operands(kind);
  static_assert(static_cast<u8>(TypeParamKind::TypeAlias) == static_cast<u8>(TypeParameterKind::TypeAlias));
  Value made = TP_TAKE(make_type_parameter(t, static_cast<TypeParameterKind>(kind), fp + b)).word();
  if (pc->k & kKillB) clear_range(fp + b, n);
  return finish(t, fp, a, made);
}

// ---- Intrinsics ----

namespace {

Result<> print_expression(Thread& t, Value v) {
  Local<> hook(t, TRY(sys_get(t, "displayhook")));
  if (hook.is_empty()) return raise(t, RuntimeError, "lost sys.displayhook");
  return call(t, hook, v);
}

Result<> setup_annotations(Thread& t, Value space) {
  Result<bool> there = contains(t, space, Value(names().__annotations__));
  if (TRY(there)) return none();
  Local<Dict> annotations(t, TRY(dict_new(t)));
  TRY(set_item(t, space, Value(names().__annotations__), annotations));
  return none();
}

Result<> mapping_rest(Thread& t, Value subject, Tuple* keys) {
  Local<Dict> rest(t, TRY(dict_new(t)));
  TRY(dict_update(t, rest, subject));
  for (usize i = 0; i < keys->size(); ++i) {
    if (!TRY(dict_delete(t, rest, (*keys)[i]))) return raise_value(t, KeyError, (*keys)[i]);
  }
  return rest.give();
}

}  // namespace

bool call_intrinsic(TP_HELPER_ARGS) {
  Intrinsic id = static_cast<Intrinsic>(c);
  Value v = fp[b].canonical();
  Value result;
  switch (id) {
    case Intrinsic::PrintExpr:
      drop(TP_TAKE(print_expression(t, v)));
      result = none().word();
      break;
    case Intrinsic::AsyncGenWrap: result = TP_TAKE(async_wrap(t, v)).word(); break;
    case Intrinsic::SubscriptGeneric: result = TP_TAKE(subscript_generic(t, v.as<Tuple>())).word(); break;
    case Intrinsic::SetupAnnotations: result = TP_TAKE(setup_annotations(t, v)).word(); break;
    case Intrinsic::CheckAnnotateFormat: {
      bool yes = TP_TAKE(compare_truth(t, CompareOp::Gt, v, Value::small_int(2)));
      if (yes) {
        raise_none(t, NotImplementedError);
        return false;
      }
      result = none().word();
      break;
    }
    case Intrinsic::MappingRest: result = TP_TAKE(mapping_rest(t, v, fp[b + 1].as<Tuple>())).word(); break;
    case Intrinsic::Count_: fatal("bad intrinsic");
  }
  if (pc->k & kKillB) clear_range(fp + b, intrinsic_operands(id));
  return finish(t, fp, a, result);
}

// ---- match ----

bool get_len(TP_HELPER_ARGS) {
  ssize n = TP_TAKE(length(t, fp[b].canonical()));
  return finish_b(t, fp, pc, a, b, Value::small_int(n));
}

bool match_sequence(TP_HELPER_ARGS) {
  bool yes = type_of(fp[b]).has(kTypeSequence);
  return finish_b(t, fp, pc, a, b, Value(yes ? kTrueWord : kFalseWord));
}

bool match_mapping(TP_HELPER_ARGS) {
  bool yes = type_of(fp[b]).has(kTypeMapping);
  return finish_b(t, fp, pc, a, b, Value(yes ? kTrueWord : kFalseWord));
}

namespace {

// Values of all keys; None: one is missing.
Result<> values_of_keys(Thread& t, Value subject, Tuple* keys) {
  usize n = keys->size();
  if (n == 0) return own(empty_tuple());
  Local<Set> seen(t, TRY(set_new(t)));
  LocalArray values(t, n);
  Local<> get(t, TRY(get_attribute(t, subject, names().get)));
  // A value that no mapping holds, to tell "missing".
  Local<> dummy(t, TRY(call(t, Value(&object_type))));
  for (usize i = 0; i < n; ++i) {
    Value key = (*keys)[i];
    if (TRY(set_contains(t, seen, key))) {
      return raise(t, ValueError, "mapping pattern checks duplicate key ({!r})", key);
    }
    TRY(set_add(t, seen, key));
    Local<> v(t, TRY(call(t, get, key, dummy)));
    if (same(v, dummy)) return none();
    values.set(i, v.give());
  }
  return tuple_from(t, values.data(), n);
}

// Attribute of a class pattern; absent(): the pattern does not match.
Result<> pattern_attribute(Thread& t, Value subject, Value cls, Value name, Set* seen) {
  if (TRY(set_contains(t, seen, name))) {
    return raise(t, TypeError, "{}() got multiple sub-patterns for attribute {!r}", Value(cls.as<Type>()->name.borrow()), name);
  }
  TRY(set_add(t, seen, name));
  return get_attribute_or_absent(t, subject, name.as<Str>());
}

bool matches_self(const Type& cls) {
  const u32 kSelf = kTypeIntSubclass | kTypeStrSubclass | kTypeBytesSubclass | kTypeTupleSubclass | kTypeListSubclass |
                    kTypeDictSubclass | kTypeFloatSubclass | kTypeSetSubclass;
  return cls.has(kSelf) || is_subtype(cls, bytearray_type) || is_subtype(cls, frozendict_type);
}

Result<> match_class_pattern(Thread& t, Value subject, Value cls_value, u32 positional, Tuple* keywords) {
  if (!is_a<Type>(cls_value)) return raise(t, TypeError, "class pattern must refer to a class");
  Type* cls = cls_value.as<Type>();
  if (!TRY(is_instance_of(t, subject, cls_value))) return none();
  Local<Set> seen(t, TRY(set_new(t)));
  Local<List> values(t, TRY(list_new(t, positional + keywords->size())));
  if (positional > 0) {
    Local<> match_args(t, TRY(get_attribute_or_absent(t, cls_value, names().__match_args__)));
    bool self_match = false;
    u32 allowed;
    if (match_args.is_empty()) {
      self_match = matches_self(*cls);
      allowed = self_match ? 1 : 0;
    } else if (!is_exact<Tuple>(match_args)) {
      return raise(t, TypeError, "{}.__match_args__ must be a tuple (got {!T})", cls->name.borrow(), match_args);
    } else {
      allowed = static_cast<u32>(match_args.value().as<Tuple>()->size());
    }
    if (allowed < positional) {
      return raise(t, TypeError, "{}() accepts {} positional sub-pattern{} ({} given)", cls->name.borrow(), allowed,
                   allowed == 1 ? "" : "s", positional);
    }
    if (self_match) {
      TRY(list_append(t, values, subject));
    } else {
      for (u32 i = 0; i < positional; ++i) {
        Value name = (*match_args.value().as<Tuple>())[i];
        if (!is_exact<Str>(name)) {
          return raise(t, TypeError, "__match_args__ elements must be strings (got {!T})", name);
        }
        Result<> v = TRY(pattern_attribute(t, subject, cls_value, name, seen));
        if (v.is_absent()) return none();
        TRY(list_append(t, values, v));
      }
    }
  }
  for (usize i = 0; i < keywords->size(); ++i) {
    Result<> v = TRY(pattern_attribute(t, subject, cls_value, (*keywords)[i], seen));
    if (v.is_absent()) return none();
    TRY(list_append(t, values, v));
  }
  return list_to_tuple(t, values);
}

}  // namespace

bool match_keys(TP_HELPER_ARGS) {
  Value result = TP_TAKE(values_of_keys(t, fp[b].canonical(), fp[c].as<Tuple>())).word();
  return finish_bc(t, fp, pc, a, b, c, result);
}

bool match_class(TP_HELPER_ARGS) {
  Tuple* keywords = frame_code(fp)->constants[pc[1].ubc()].as<Tuple>();
  Value result = TP_TAKE(match_class_pattern(t, fp[b].canonical(), fp[c].canonical(), pc[1].a, keywords)).word();
  return finish_bc(t, fp, pc, a, b, c, result);
}

// ---- Imports ----

bool import_name(TP_HELPER_ARGS) {
  Str* name = site_name(fp, c);
  Value fromlist = frame_code(fp)->constants[b].canonical();
  Function* f = frame_function(fp);
  Value globals(f->globals.borrow());
  ImportMode mode = static_cast<ImportMode>(pc->minor());
  bool module_level = !frame_code(fp)->has_namespace || same(fp[0].canonical(), globals);
  bool lazy = mode == ImportMode::Lazy;
  if (lazy && !module_level) {
    raise(t, SyntaxError, "lazy imports are only allowed at module level");
    return false;
  }
  if (mode == ImportMode::Normal && module_level) lazy = TP_TAKE(import_is_lazy(t, globals.as<Dict>(), name, pc[1].a));
  Str* function = lazy ? names().__lazy_import__ : names().__import__;
  Value builtins = f->builtins.borrow();
  Result<> found = is_exact<Dict>(builtins) ? dict_get_str(t, builtins.as<Dict>(), function)
                                            : get_item(t, builtins, Value(function));
  if (found.is_error()) return false;
  if (found.is_absent()) {
    raise(t, ImportError, "{} not found", Value(function));
    return false;
  }
  Local<> import(t, found);
  Local<> space(t, frame_code(fp)->has_namespace ? own(fp[0].canonical()) : none());
  Value args[] = {Value(name), globals, space.value(), fromlist, Value::small_int(pc[1].a)};
  Value module = TP_TAKE(call(t, import, args, 5)).word();
  return finish(t, fp, a, module);
}

bool import_from(TP_HELPER_ARGS) {
  Value module = fp[b].canonical();
  Str* name = site_name(fp, c);
  Value v = is_lazy_import(module) ? TP_TAKE(lazy_import_from(t, module, name)).word()
                                   : TP_TAKE(import_from(t, module, name)).word();
  return finish(t, fp, a, v);
}

bool import_star(TP_HELPER_ARGS) {
  TP_TAKE(import_star(t, fp[b].canonical(), fp[a].canonical()));
  drop(take_killed(fp, b, pc->k & kKillB));
  run_pending(t);
  return true;
}

}  // namespace taipan
