// __build_class__: what a class statement calls (Language Reference 3.3.3).
#include "runtime/modules/builtins/builtins.h"
#include "runtime/engine.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/types/cell.h"
#include "runtime/types/dict.h"
#include "runtime/types/function.h"
#include "runtime/types/list.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {
namespace {

// PEP 560: bases that are no classes are replaced by what their __mro_entries__ gives.
Result<Tuple> resolve_bases(Thread& t, Tuple* bases) {
  Local<List> out(t);
  for (usize i = 0; i < bases->size(); ++i) {
    Local<> base(t, (*bases)[i]);
    if (!is_a<Type>(base)) {
      Local<> entries(t, TRY(get_attribute_or_absent(t, base, names().__mro_entries__)));
      if (!entries.is_empty()) {
        Local<> replacement(t, TRY(call(t, entries, Value(bases))));
        if (!is_a<Tuple>(replacement)) return raise(t, TypeError, "__mro_entries__ must return a tuple");
        if (out.is_empty()) {
          out.set(TRY(list_new(t)));
          for (usize k = 0; k < i; ++k) TRY(list_append(t, out, (*bases)[k]));
        }
        TRY(list_extend(t, out, replacement));
        continue;
      }
    }
    if (!out.is_empty()) TRY(list_append(t, out, base.value()));
  }
  if (out.is_empty()) return own(bases);
  return list_to_tuple(t, out);
}

// The most derived of the given metaclass and those of the bases.
Result<> winning_metaclass(Thread& t, Type* given, Tuple* bases) {
  Type* winner = given;
  for (usize i = 0; i < bases->size(); ++i) {
    Type& candidate = type_of((*bases)[i]);
    if (is_subtype(*winner, candidate)) continue;
    if (is_subtype(candidate, *winner)) {
      winner = &candidate;
      continue;
    }
    return raise(t, TypeError,
                 "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases");
  }
  return own(winner);
}

Result<> build_class(Thread& t, Value, const Value* args, u32 nargs, Tuple* kwnames) {
  if (nargs < 2) return raise(t, TypeError, "__build_class__: not enough arguments");
  Value body = args[0].canonical(), name = args[1].canonical();
  if (!is_exact<Function>(body)) return raise(t, TypeError, "__build_class__: func must be a function");
  if (!is_a<Str>(name)) return raise(t, TypeError, "__build_class__: name is not a string");
  Local<Tuple> original(t, TRY(tuple_from(t, args + 2, nargs - 2)));
  Local<Tuple> bases(t, TRY(resolve_bases(t, original)));

  Local<Dict> keywords(t, TRY(dict_new(t)));
  Local<> metaclass(t);
  usize n = kwnames == nullptr ? 0 : kwnames->size();
  for (usize i = 0; i < n; ++i) {
    Value key = (*kwnames)[i], v = args[nargs + i].canonical();
    if (str_equal(key.as<Str>(), names().metaclass)) {
      metaclass.set(v);
    } else {
      TRY(dict_set(t, keywords, key, v));
    }
  }
  if (metaclass.is_empty()) metaclass.set(bases->size() > 0 ? Value(&type_of((*bases.get())[0])) : Value(&type_type));
  if (is_a<Type>(metaclass)) metaclass.set(TRY(winning_metaclass(t, metaclass.value().as<Type>(), bases)));

  Value head[] = {name, Value(bases.get())};
  Local<Tuple> arguments(t, TRY(tuple_from(t, head, 2)));
  Local<> prepare(t, TRY(get_attribute_or_absent(t, metaclass, names().__prepare__)));
  Local<> space(t);
  if (prepare.is_empty()) {
    space.set(Result<>(TRY(dict_new(t))));
  } else {
    space.set(TRY(call_tuple(t, prepare, arguments, keywords)));
    if (!is_a<Dict>(space) && type_of(space.value()).slots.get_item == nullptr) {
      return raise(t, TypeError, "{}.__prepare__() must return a mapping, not {!T}",
                   is_a<Type>(metaclass) ? Value(metaclass.value().as<Type>()->name.borrow()) : Value(names().metaclass), space);
    }
  }
  Value argument = space.value();
  Local<> cell(t, TRY(g_engine.call_function(t, body.as<Function>(), &argument, 1, nullptr)));
  if (!same(original.get(), bases.get())) TRY(set_item(t, space, Value(names().__orig_bases__), original));

  Value call_args[] = {name, Value(bases.get()), space.value()};
  Local<Tuple> three(t, TRY(tuple_from(t, call_args, 3)));
  Local<> cls(t, TRY(call_tuple(t, metaclass, three, keywords)));
  if (is_a<Type>(cls) && is_exact<Cell>(cell)) {
    Value in_cell = cell.value().as<Cell>()->value.borrow();
    if (in_cell.is_empty()) {
      return raise(t, RuntimeError, "__class__ not set defining {!r} as {!r}. Was __classcell__ propagated to type.__new__?", name, cls);
    }
    if (!same(in_cell, cls)) {
      return raise(t, TypeError, "__class__ set to {!r} defining {!r} as {!r}", in_cell, name, cls);
    }
  }
  return cls.give();
}

const NativeDef kFunctions[] = {
    raw_def("__build_class__($module, func, name, /, *bases, **kwds)", "What a class statement calls.", build_class),
};

}  // namespace

std::span<const NativeDef> builtin_class_functions() { return kFunctions; }

}  // namespace taipan
