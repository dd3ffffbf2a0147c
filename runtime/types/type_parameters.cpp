// Type variables among type arguments, and putting types in their place (PEP 585, PEP 646).
#include "runtime/object/call_parts.h"
#include "runtime/object/error.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/list.h"
#include "runtime/types/singletons.h"
#include "runtime/types/tuple.h"
#include "runtime/types/type_texts.h"

namespace taipan {
namespace {

Status append_list(Thread& t, StrBuilder& out, Value list) {
  Local<Tuple> items(t, TRY(to_tuple(t, list)));
  TRY(out.append_char('['));
  for (usize i = 0; i < items->size(); ++i) {
    if (i) TRY(out.append_ascii(", "));
    TRY(append_type_text(t, out, (*items.get())[i]));
  }
  return out.append_char(']');
}

Result<Str> interned(Thread& t, const char* name) { return str_intern(t, name); }

Status append_new(Thread& t, List* list, Value v) {
  for (usize i = 0; i < list_size(list); ++i) {
    Local<> seen(t, TRY(list_get(t, list, i)));
    if (TRY(equal(t, seen, v))) return kDone;
  }
  return list_append(t, list, v);
}

Status collect(Thread& t, Value arg, List* into) {
  if (is_a<Type>(arg)) return kDone;  // the __parameters__ of a bare class are a descriptor
  if (is_exact<Tuple>(arg) || is_exact<List>(arg)) {
    TRY(check_machine_stack(t, " in type arguments"));
    Local<Tuple> items(t, TRY(to_tuple(t, arg)));
    for (usize i = 0; i < items->size(); ++i) TRY(collect(t, (*items.get())[i], into));
    return kDone;
  }
  Local<> subst(t, TRY(get_attribute_or_absent(t, arg, names().__typing_subst__)));
  if (!subst.is_empty()) return append_new(t, into, arg);
  Local<> inner(t, TRY(get_attribute_or_absent(t, arg, names().__parameters__)));
  if (inner.is_empty() || !is_a<Tuple>(inner)) return kDone;
  Tuple* list = inner.value().as<Tuple>();
  for (usize i = 0; i < list->size(); ++i) TRY(append_new(t, into, (*list)[i]));
  return kDone;
}

ssize index_of(Tuple* parameters, Value v) {
  for (usize i = 0; i < parameters->size(); ++i) {
    if (same((*parameters)[i], v)) return static_cast<ssize>(i);
  }
  return -1;
}

// list[T] inside the arguments: list[T][what T stands for].
Result<> substitute_inside(Thread& t, Value arg, Tuple* parameters, Tuple* items) {
  Local<> inner(t, TRY(get_attribute_or_absent(t, arg, names().__parameters__)));
  if (inner.is_empty() || !is_a<Tuple>(inner) || inner.value().as<Tuple>()->size() == 0) return own(arg);
  Tuple* list = inner.value().as<Tuple>();
  Local<List> given(t, TRY(list_new(t)));
  for (usize i = 0; i < list->size(); ++i) {
    Value parameter = (*list)[i];
    ssize at = index_of(parameters, parameter);
    if (at < 0) {
      TRY(list_append(t, given, parameter));
      continue;
    }
    Value item = (*items)[static_cast<usize>(at)];
    bool variadic = type_of(parameter).slots.iter != nullptr && is_a<Tuple>(item);  // TypeVarTuple
    if (variadic) {
      TRY(list_extend(t, given, item));
    } else {
      TRY(list_append(t, given, item));
    }
  }
  Local<Tuple> all(t, TRY(list_to_tuple(t, given)));
  return get_item(t, arg, all);
}

// The arguments of *tuple[int, str], or absent().
Result<> unpacked_arguments(Thread& t, Value v) {
  if (is_a<Type>(v)) return Result<>::absent();
  Local<> args(t, TRY(get_attribute_or_absent(t, v, names().__typing_unpacked_tuple_args__)));
  if (args.is_empty() || is_none(args) || !is_a<Tuple>(args)) return Result<>::absent();
  Tuple* list = args.value().as<Tuple>();
  bool open_ended = list->size() > 0 && same((*list)[list->size() - 1], Value(&ellipsis_object));
  return open_ended ? Result<>::absent() : args.give();
}

Result<Tuple> items_of(Thread& t, Value item) {
  Local<List> list(t, TRY(list_new(t)));
  Local<Tuple> given(t, is_a<Tuple>(item) ? own<Tuple>(item) : TRY(tuple_of(t, item)));
  for (usize i = 0; i < given->size(); ++i) {
    Value v = (*given.get())[i];
    Local<> unpacked(t, TRY(unpacked_arguments(t, v)));
    if (unpacked.is_empty()) {
      TRY(list_append(t, list, v));
    } else {
      TRY(list_extend(t, list, unpacked));
    }
  }
  return list_to_tuple(t, list);
}

Status substitute_into(Thread& t, Value arg, Tuple* parameters, Tuple* items, List* into) {
  if (is_a<Type>(arg)) return list_append(t, into, arg);
  if (is_exact<Tuple>(arg) || is_exact<List>(arg)) {
    TRY(check_machine_stack(t, " in type arguments"));
    Local<Tuple> nested(t, TRY(to_tuple(t, arg)));
    Local<List> fresh(t, TRY(list_new(t)));
    for (usize i = 0; i < nested->size(); ++i) {
      TRY(substitute_into(t, (*nested.get())[i], parameters, items, fresh));
    }
    if (is_exact<List>(arg)) return list_append(t, into, fresh.value());
    Local<Tuple> tuple(t, TRY(list_to_tuple(t, fresh)));
    return list_append(t, into, tuple.value());
  }
  Local<Str> key(t, TRY(interned(t, "__typing_is_unpacked_typevartuple__")));
  Local<> flag(t, TRY(get_attribute_or_absent(t, arg, key)));
  bool unpack = !flag.is_empty() && TRY(truth(t, flag));
  Local<> subst(t, TRY(get_attribute_or_absent(t, arg, names().__typing_subst__)));
  Local<> fresh(t);
  if (!subst.is_empty()) {
    ssize at = index_of(parameters, arg);
    // It has become a parameter after __parameters__ was collected.
    if (at < 0) return raise(t, TypeError, "{!r} not found in __parameters__", arg);
    fresh.set(TRY(call(t, subst, (*items)[static_cast<usize>(at)])));
  } else {
    fresh.set(TRY(substitute_inside(t, arg, parameters, items)));
  }
  if (!unpack) return list_append(t, into, fresh.value());
  if (!is_a<Tuple>(fresh)) {
    return raise(t, TypeError, "expected __typing_subst__ of {!T} objects to return a tuple, not {!T}", arg,
                 fresh.value());
  }
  return list_extend(t, into, fresh);
}

}  // namespace

Status append_type_text(Thread& t, StrBuilder& out, Value v) {
  if (same(v, Value(&ellipsis_object))) return out.append_ascii("...");
  if (same(v, Value(&none_type))) return out.append_ascii("None");
  if (is_exact<List>(v)) return append_list(t, out, v);
  Local<> origin(t, TRY(get_attribute_or_absent(t, v, names().__origin__)));
  Local<> args(t, TRY(get_attribute_or_absent(t, v, names().__args__)));
  if (origin.is_empty() || args.is_empty()) {
    Local<> qualname(t, TRY(get_attribute_or_absent(t, v, names().__qualname__)));
    Local<> module(t, TRY(get_attribute_or_absent(t, v, names().__module__)));
    if (!qualname.is_empty() && !module.is_empty() && !is_none(module)) {
      if (!is_a<Str>(module) || !str_equals(module.value().as<Str>(), "builtins")) {
        Local<Str> m(t, TRY(to_str(t, module)));
        TRY(out.append(m));
        TRY(out.append_char('.'));
      }
      Local<Str> q(t, TRY(to_str(t, qualname)));
      return out.append(q);
    }
  }
  Local<Str> text(t, TRY(repr(t, v)));
  return out.append(text);
}

Result<Tuple> type_parameters_of(Thread& t, Tuple* args) {
  Local<List> found(t, TRY(list_new(t)));
  for (usize i = 0; i < args->size(); ++i) TRY(collect(t, (*args)[i], found));
  return list_to_tuple(t, found);
}

Result<Tuple> substitute_parameters(Thread& t, Value self, Tuple* args, Tuple* parameters, Value item) {
  usize n = parameters->size();
  if (n == 0) return raise(t, TypeError, "{!r} is not a generic class", self);
  Local<> given(t, TRY(items_of(t, item)));
  for (usize i = 0; i < n; ++i) {
    Local<> prepare(t, TRY(get_attribute_or_absent(t, (*parameters)[i], names().__typing_prepare_subst__)));
    if (prepare.is_empty() || is_none(prepare)) continue;
    Local<Tuple> as_tuple(t, is_a<Tuple>(given) ? own<Tuple>(given) : TRY(tuple_of(t, given)));
    given.set(TRY(call(t, prepare, self, as_tuple)));
  }
  Local<Tuple> items(t, is_a<Tuple>(given) ? own<Tuple>(given) : TRY(tuple_of(t, given)));
  if (items->size() != n) {
    return raise(t, TypeError, "Too {} arguments for {!r}; actual {}, expected {}",
                 items->size() > n ? "many" : "few", self, items->size(), n);
  }
  Local<List> fresh(t, TRY(list_new(t)));
  for (usize i = 0; i < args->size(); ++i) TRY(substitute_into(t, (*args)[i], parameters, items, fresh));
  return list_to_tuple(t, fresh);
}

}  // namespace taipan
