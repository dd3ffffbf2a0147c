// types.SimpleNamespace: attributes and nothing else.
#include "runtime/native/def.h"
#include "runtime/object/call_parts.h"
#include "runtime/object/error.h"
#include "runtime/object/instance.h"
#include "runtime/object/startup.h"
#include "runtime/types/container_util.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/repr_guard.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {
namespace {

Result<> namespace_new(Thread& t, Type& cls, const Value*, u32, Tuple*) {
  auto* o = new_object<Object>(t, cls);
  if (o == nullptr) return kError;
  return own_new(o);
}

Status set_all(Thread& t, Object* o, const Value* values, Tuple* names_) {
  for (usize i = 0; names_ && i < names_->size(); ++i) {
    Local<Str> name(t, TRY(str_intern(t, (*names_)[i].as<Str>())));
    TRY(instance_set(t, o, name, values[i]));
  }
  return kDone;
}

Status namespace_init(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  if (nargs > 1) return raise(t, TypeError, "{} expected at most 1 argument, got {}",
                              type_of(self).name.borrow(), nargs);
  if (nargs == 1) {
    Local<Dict> d(t, TRY(dict_new(t)));
    TRY(dict_update(t, d, args[0]));
    u64 at = 0;
    Result<> key = Result<>::absent(), value = Result<>::absent();
    while (dict_next(t, d, &at, &key, &value)) {
      Local<> k(t, key);
      Local<> v(t, value);
      if (!is_a<Str>(k)) return raise(t, TypeError, "keywords must be strings");
      Local<Str> name(t, TRY(str_intern(t, k.value().as<Str>())));
      TRY(instance_set(t, self.object(), name, v));
    }
  }
  return set_all(t, self.object(), args + nargs, kwnames);
}

Result<Str> namespace_repr(Thread& t, Value self) {
  bool exact = &type_of(self) == &simple_namespace_type;
  Local<Str> name(t, exact ? TRY(str_from_ascii(t, "namespace")) : own<Str>(Value(type_of(self).name.borrow())));
  ReprGuard guard(self.object());
  if (!guard.entered()) return str_format(t, "{}(...)", name.value());
  StrBuilder out(t);
  TRY(out.append(name));
  TRY(out.append_char('('));
  Local<Dict> d(t, TRY(instance_dict_copy(t, self.object())));
  u64 at = 0;
  bool first = true;
  Result<> key = Result<>::absent(), value = Result<>::absent();
  while (dict_next(t, d, &at, &key, &value)) {
    Local<> k(t, key);
    Local<> v(t, value);
    if (!is_a<Str>(k) || k.value().as<Str>()->length() == 0) continue;
    if (!first) TRY(out.append_ascii(", "));
    first = false;
    Local<Str> text(t, TRY(repr(t, v)));
    TRY(out.append(k.value().as<Str>()));
    TRY(out.append_char('='));
    TRY(out.append(text));
  }
  TRY(out.append_char(')'));
  return out.finish();
}

Result<> namespace_compare(Thread& t, Value self, Value other, CompareOp op) {
  if (!is_instance(self, simple_namespace_type) || !is_instance(other, simple_namespace_type)) {
    return not_implemented();
  }
  Local<Dict> a(t, TRY(instance_dict(t, self.object())));
  Local<Dict> b(t, TRY(instance_dict(t, other.object())));
  return compare(t, op, a, b);
}

Result<> namespace_reduce(Thread& t, Value self) {
  Local<Dict> d(t, TRY(instance_dict(t, self.object())));
  return tuple_of(t, Value(&type_of(self)), Value(empty_tuple()), d);
}

Result<> namespace_replace(Thread& t, Value self, Kwargs changes) {
  Local<> fresh(t, TRY(call(t, Value(&type_of(self)))));
  Local<Dict> mine(t, TRY(instance_dict(t, self.object())));
  Local<Dict> its(t, TRY(instance_dict(t, fresh.value().object())));
  TRY(dict_update(t, its, mine));
  TRY(set_all(t, fresh.value().object(), changes.values, changes.names));
  return fresh.give();
}

const NativeDef kMethods[] = {
    def<namespace_reduce>("__reduce__($self, /)", "Return state information for pickling"),
    def<namespace_replace>("__replace__($self, /, **changes)",
                           "A copy of the namespace with other values for the given names."),
};

}  // namespace

extern const TypeDef simple_namespace_type_def = {
    .name = "types.SimpleNamespace", .doc = "A simple attribute-based namespace.",
    .flags = kTypeBase | kTypeHasDict | kTypeGcTracked,
    .slots = {.new_ = namespace_new, .init = namespace_init, .repr = namespace_repr,
              .compare = namespace_compare},
    .methods = kMethods, .text_signature = "(mapping_or_iterable=(), /, **kwargs)"};

}  // namespace taipan
