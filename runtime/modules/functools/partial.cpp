// functools.partial and its Placeholder.
//
// A partial's function and arguments change only in __setstate__; a call holds what it has read.
#include "runtime/modules/functools/functools.h"
#include "runtime/object/call_parts.h"
#include "runtime/object/class_build.h"
#include "runtime/object/instance.h"
#include "runtime/types/container_util.h"
#include "runtime/types/dict.h"
#include "runtime/types/method.h"
#include "runtime/types/repr_guard.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

Type *g_partial_type, *g_placeholder_type;
Object* g_placeholder;  // immortal

bool is_placeholder(Value v) { return same(v, Value(g_placeholder)); }

Result<> placeholder_new(Thread& t, Type&, const Value*, u32 nargs, Tuple* kwnames) {
  if (nargs > 0 || kwnames != nullptr) {
    return raise(t, TypeError, "_PlaceholderType takes no arguments");
  }
  return own(g_placeholder);
}
Result<Str> placeholder_repr(Thread& t, Value) { return str_from_ascii(t, "Placeholder"); }
Result<> placeholder_reduce(Thread& t, Value) { return str_from_ascii(t, "Placeholder"); }

constexpr NativeDef kPlaceholderMethods[] = {
    def<placeholder_reduce>("__reduce__($self, /)", "Return state information for pickling."),
};
const TypeDef kPlaceholder = {.name = "functools._PlaceholderType",
                              .doc = "The type of Placeholder, which stands for a positional argument of a partial.",
                              .flags = kTypeNoEdges,
                              .size = sizeof(Object),
                              .slots = {.new_ = placeholder_new, .repr = placeholder_repr},
                              .methods = kPlaceholderMethods};

struct Partial : Object {
  Slot<> function;
  Slot<Tuple> args;
  Slot<> keywords;  // a dict
};

void partial_visit(Object* o, EdgeVisitor& visit) {
  Partial* p = static_cast<Partial*>(o);
  visit(p->function, p->args, p->keywords);
}

usize placeholders_in(Tuple* args) {
  usize n = 0;
  for (usize i = 0; i < args->size(); ++i) n += is_placeholder((*args)[i]);
  return n;
}

// `given` after `before`, whose placeholders take the first of them.
Result<Tuple> merge_arguments(Thread& t, Tuple* before, const Value* given, usize n) {
  usize holes = placeholders_in(before), old = before->size();
  usize taken = holes < n ? holes : n;
  Local<Tuple> merged(t, TRY(tuple_new(t, old + n - taken)));
  usize k = 0;
  for (usize i = 0; i < old; ++i) {
    Value v = (*before)[i];
    merged->items()[i].init(is_placeholder(v) && k < taken ? given[k++] : v);
  }
  for (usize i = old; k < n; ++i) merged->items()[i].init(given[k++]);
  return merged.give();
}

// A partial of a partial calls the inner one's function, if the inner one has no attributes of its own.
bool can_flatten(Value function) {
  return is_instance(function, *g_partial_type) && type_of(function).slots.call == g_partial_type->slots.call &&
         instance_attribute_count(function.object()) == 0;
}

Result<> partial_new(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  if (nargs == 0) return raise(t, TypeError, "type 'partial' takes at least one argument");
  if (!is_callable(args[0])) return raise(t, TypeError, "the first argument must be callable");
  if (nargs > 1 && is_placeholder(args[nargs - 1])) {
    return raise(t, TypeError, "trailing Placeholders are not allowed");
  }
  usize keywords = kwnames ? kwnames->size() : 0;
  for (usize i = 0; i < keywords; ++i) {
    if (is_placeholder(args[nargs + i])) {
      return raise(t, TypeError, "Placeholder cannot be passed as a keyword argument");
    }
  }
  Local<> function(t, args[0]);
  Local<Tuple> arguments(t);
  Local<Dict> kw(t);
  if (can_flatten(args[0])) {
    Partial* inner = args[0].as<Partial>();
    Local<Tuple> before(t, inner->args.load(inner));
    Local<> inner_kw(t, inner->keywords.load(inner));
    function.set(inner->function.load(inner));
    arguments.set(TRY(merge_arguments(t, before, args + 1, nargs - 1)));
    kw.set(TRY(dict_copy(t, inner_kw.value().as<Dict>())));
  } else {
    arguments.set(TRY(tuple_from(t, args + 1, nargs - 1)));
    kw.set(TRY(dict_new(t, keywords)));
  }
  for (usize i = 0; i < keywords; ++i) TRY(dict_set(t, kw, (*kwnames)[i], args[nargs + i]));
  Partial* p = new_object<Partial>(t, cls);
  if (!p) return kError;
  p->function.init(function);
  p->args.init(arguments);
  p->keywords.init(kw);
  return own_new(p);
}

// The partial's keywords with the call's over them: names, and values behind `words`.
Result<Tuple> merge_keywords(Thread& t, Dict* own_kw, const Value* values, Tuple* kwnames, LocalArray& words,
                             usize at, usize room, usize* count) {
  Local<Tuple> names(t, TRY(tuple_new(t, room)));
  usize given = kwnames ? kwnames->size() : 0, n = 0;
  u64 position = 0;
  Result<> key = Result<>::absent(), value = Result<>::absent();
  while (n + given < room && dict_next(t, own_kw, &position, &key, &value)) {
    Local<> name(t, key), v(t, value);
    if (!is_a<Str>(name)) return raise(t, TypeError, "keywords must be strings");
    bool overridden = false;
    for (usize i = 0; i < given && !overridden; ++i) {
      overridden = str_equal(name.value().as<Str>(), (*kwnames)[i].as<Str>());
      if (overridden) v.set(values[i]);
    }
    names->items()[n].init(name);
    words.set(at + n++, v.give());
  }
  usize own_count = n;
  for (usize i = 0; i < given; ++i) {
    bool known = false;
    for (usize k = 0; k < own_count && !known; ++k) {
      known = str_equal((*names.get())[k].as<Str>(), (*kwnames)[i].as<Str>());
    }
    if (known) continue;
    names->items()[n].init((*kwnames)[i]);
    words.set(at + n++, values[i]);
  }
  *count = n;
  if (n == room) return names.give();
  return tuple_slice(t, names, 0, n);
}

Result<> partial_call(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  Partial* p = self.as<Partial>();
  Local<> function(t, p->function.load(p)), keywords(t, p->keywords.load(p));
  Local<Tuple> before(t, p->args.load(p));
  usize old = before->size(), holes = placeholders_in(before);
  if (nargs < holes) {
    return raise(t, TypeError, "missing positional arguments in 'partial' call; expected at least {}, got {}",
                 holes, nargs);
  }
  Dict* kw = keywords.value().as<Dict>();
  usize positional = old + nargs - holes, given = kwnames ? kwnames->size() : 0, own_kw = dict_size(kw);
  if (own_kw == 0) {
    ArgBuffer words(t, positional + given);  // held by `before` and by the caller
    TRY(words.check());
    u32 k = 0;
    for (usize i = 0; i < old; ++i) {
      Value v = (*before.get())[i];
      words[i] = holes > 0 && is_placeholder(v) ? args[k++] : v;
    }
    for (usize i = old; k < nargs + given; ++i) words[i] = args[k++];
    return call(t, function, words.data(), static_cast<u32>(positional), kwnames);
  }
  TRY(ensure_stack(t, positional + given + own_kw + 8));
  LocalArray words(t, positional + given + own_kw);
  u32 k = 0;
  for (usize i = 0; i < old; ++i) {
    Value v = (*before.get())[i];
    words.set(i, is_placeholder(v) ? args[k++] : v);
  }
  for (usize i = old; i < positional; ++i) words.set(i, args[k++]);
  usize count = 0;
  Local<Tuple> names(t, TRY(merge_keywords(t, kw, args + nargs, kwnames, words, positional, given + own_kw, &count)));
  return call(t, function, words.data(), static_cast<u32>(positional), names);
}

Result<> partial_get(Thread& t, Value self, Value instance, Value) {
  if (instance.is_empty() || is_none(instance)) return own(self);
  return method_new(t, self, instance);
}

Result<Str> partial_repr(Thread& t, Value self) {
  Partial* p = self.as<Partial>();
  ReprGuard guard(p);
  if (!guard.entered()) return str_from_ascii(t, "...");
  Local<> function(t, p->function.load(p)), keywords(t, p->keywords.load(p));
  Local<Tuple> args(t, p->args.load(p));
  Type& type = type_of(self);
  Local<> module(t, TRY(get_attribute(t, Value(&type), names().__module__)));
  StrBuilder out(t);
  Local<Str> head(t, TRY(str_format(t, "{}.{}({!r}", module.value(), Value(type.qualname.borrow()),
                                    function.value())));
  TRY(out.append(head));
  for (usize i = 0; i < args->size(); ++i) {
    Local<Str> piece(t, TRY(str_format(t, ", {!r}", (*args.get())[i])));
    TRY(out.append(piece));
  }
  u64 position = 0;
  Result<> key = Result<>::absent(), value = Result<>::absent();
  while (dict_next(t, keywords.value().as<Dict>(), &position, &key, &value)) {
    Local<> name(t, key), v(t, value);
    Local<Str> piece(t, TRY(str_format(t, ", {}={!r}", name.value(), v.value())));
    TRY(out.append(piece));
  }
  TRY(out.append_char(')'));
  return out.finish();
}

Result<> partial_reduce(Thread& t, Value self) {
  Partial* p = self.as<Partial>();
  Local<> function(t, p->function.load(p)), keywords(t, p->keywords.load(p)), attributes(t, none_value());
  Local<Tuple> args(t, p->args.load(p));
  if (instance_attribute_count(p) > 0) attributes.set(Result<>(TRY(instance_dict(t, p))));
  Local<Tuple> first(t, TRY(tuple_of(t, function)));
  Value parts[] = {function, args, keywords, attributes};
  Local<Tuple> state(t, TRY(tuple_from(t, parts, 4)));
  return tuple_of(t, Value(&type_of(self)), first, state);
}

Status partial_setstate(Thread& t, Value self, Value state) {
  Partial* p = self.as<Partial>();
  Tuple* s = is_a<Tuple>(state) ? state.as<Tuple>() : nullptr;
  if (s == nullptr || s->size() != 4 || !is_callable((*s)[0]) || !is_a<Tuple>((*s)[1]) ||
      (!is_none((*s)[2]) && !is_a<Dict>((*s)[2]))) {
    return raise(t, TypeError, "invalid partial state");
  }
  Tuple* given = (*s)[1].as<Tuple>();
  if (given->size() > 0 && is_placeholder((*given)[given->size() - 1])) {
    return raise(t, TypeError, "trailing Placeholders are not allowed");
  }
  Local<Tuple> args(t, is_exact<Tuple>((*s)[1]) ? own(given) : TRY(tuple_slice(t, given, 0, given->size())));
  Local<Dict> kw(t, is_none((*s)[2])         ? TRY(dict_new(t))
                    : is_exact<Dict>((*s)[2]) ? own((*s)[2].as<Dict>())
                                              : TRY(dict_copy(t, (*s)[2].as<Dict>())));
  if (is_none((*s)[3])) {
    if (instance_attribute_count(p) > 0) {
      Local<Dict> none_left(t, TRY(dict_new(t)));
      TRY(instance_set_dict(t, p, none_left));
    }
  } else {
    TRY(set_attribute(t, self, names().__dict__, (*s)[3]));
  }
  p->function.store(p, (*s)[0]);
  p->args.store(p, args.value());
  p->keywords.store(p, kw.value());
  return kDone;
}

constexpr NativeDef kMethods[] = {
    def<partial_reduce>("__reduce__($self, /)", "Return state information for pickling."),
    def<partial_setstate>("__setstate__($self, object, /)", "Set state information for unpickling."),
    class_def<class_getitem>("__class_getitem__($type, object, /)", "Generic alias of partial."),
};
constexpr MemberDef kMembers[] = {
    {"func", MemberKind::Object, offsetof(Partial, function), true, "Function that is called."},
    {"args", MemberKind::Object, offsetof(Partial, args), true, "Arguments that go before those of the call."},
    {"keywords", MemberKind::Object, offsetof(Partial, keywords), true, "Keyword arguments beside those of the call."},
};
constexpr TypeSlots slots() {
  TypeSlots s{};
  s.visit = partial_visit;
  s.new_ = partial_new;
  s.call = partial_call;
  s.descr_get = partial_get;
  s.repr = partial_repr;
  return s;
}
const TypeDef kPartial = {.name = "functools.partial",
                          .doc = "A callable that calls func with some arguments given beforehand.",
                          .flags = kTypeBase | kTypeGcTracked | kTypeHasDict | kTypeWeakrefable,
                          .size = sizeof(Partial),
                          .slots = slots(),
                          .methods = kMethods,
                          .members = kMembers,
                          .text_signature = "(func, /, *args, **keywords)"};

}  // namespace

Status partial_exec(Thread& t, Module* module) {
  TRY(module_add_type(t, module, kPlaceholder, &g_placeholder_type));
  g_placeholder = new_object_raw(t, g_placeholder_type->root_shape, sizeof(Object), kImmortal | kNoEdges, 0);
  if (!g_placeholder) return kError;
  make_immortal(g_placeholder);
  TRY(module_add(t, module, "Placeholder", Value(g_placeholder)));
  return module_add_type(t, module, kPartial, &g_partial_type);
}

}  // namespace taipan
