// operator.itemgetter, attrgetter and methodcaller: callables whose parts are fixed at construction and never
// change, so calls read them without a lock.
#include "runtime/modules/operator.h"

#include "runtime/import/import.h"
#include "runtime/object/call_parts.h"
#include "runtime/types/container_util.h"
#include "runtime/types/dict.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

Type *g_itemgetter_type, *g_attrgetter_type, *g_methodcaller_type;

struct ItemGetter : Object {
  Slot<Tuple> items;
};
struct AttrGetter : Object {
  Slot<Tuple> attrs;  // as given
  Slot<Tuple> paths;  // of each: the name, or a tuple of the names between its dots; interned
};
struct MethodCaller : Object {
  Slot<Str> name;
  Slot<Tuple> args;     // positional ones, then the values of the keywords
  Slot<Tuple> kwnames;  // or empty
};

Status one_argument(Thread& t, const char* name, u32 nargs, Tuple* kwnames) {
  if (kwnames != nullptr && kwnames->size() > 0) {
    return raise(t, TypeError, "{}() takes no keyword arguments", name);
  }
  if (nargs == 1) return kDone;
  return raise(t, TypeError, "{} expected 1 argument, got {}", name, nargs);
}

// name(repr, repr...)
Status append_reprs(Thread& t, StrBuilder& out, Tuple* items, usize from, usize to, bool comma) {
  for (usize i = from; i < to; ++i) {
    if (i > from || comma) TRY(out.append_ascii(", "));
    Local<Str> piece(t, TRY(repr(t, (*items)[i])));
    TRY(out.append(piece));
  }
  return kDone;
}
Result<Str> getter_repr(Thread& t, Value self, Tuple* items) {
  StrBuilder out(t);
  Local<Str> head(t, TRY(str_format(t, "{!T}(", self)));
  TRY(out.append(head));
  TRY(append_reprs(t, out, items, 0, items->size(), false));
  TRY(out.append_char(')'));
  return out.finish();
}

// --- itemgetter -----------------------------------------------------------------------------------------

Result<> itemgetter_new(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  TRY(no_keywords(t, "itemgetter", kwnames));
  if (nargs == 0) return raise(t, TypeError, "itemgetter expected at least 1 argument, got 0");
  Local<Tuple> items(t, TRY(tuple_from(t, args, nargs)));
  ItemGetter* g = new_object<ItemGetter>(t, cls);
  if (!g) return kError;
  g->items.init(items);
  return own_new(g);
}

Result<> itemgetter_call(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  TRY(one_argument(t, "itemgetter", nargs, kwnames));
  Tuple* items = self.as<ItemGetter>()->items.borrow();
  usize n = items->size();
  if (n == 1) return get_item(t, args[0], (*items)[0]);
  Local<Tuple> result(t, TRY(tuple_new(t, n)));
  for (usize i = 0; i < n; ++i) result->items()[i].store(result.get(), TRY(get_item(t, args[0], (*items)[i])));
  return Result<>(result.give());
}

Result<> itemgetter_reduce(Thread& t, Value self) {
  return tuple_of(t, Value(&type_of(self)), self.as<ItemGetter>()->items.borrow());
}
Result<Str> itemgetter_repr(Thread& t, Value self) {
  return getter_repr(t, self, self.as<ItemGetter>()->items.borrow());
}
void itemgetter_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<ItemGetter*>(o)->items); }

// --- attrgetter -----------------------------------------------------------------------------------------

// The name itself, or the tuple of names between the dots.
Result<> parse_path(Thread& t, Str* name) {
  usize n = name->length(), parts = 1;
  for (usize i = 0; i < n; ++i) parts += name->at(i) == '.';
  if (parts == 1) return str_intern(t, name);
  Local<Tuple> path(t, TRY(tuple_new(t, parts)));
  for (usize start = 0, k = 0, i = 0; i <= n; ++i) {
    if (i < n && name->at(i) != '.') continue;
    Local<Str> part(t, TRY(str_substring(t, name, start, i)));
    path->items()[k++].init(TRY(str_intern(t, part)));
    start = i + 1;
  }
  return Result<>(path.give());
}

Result<> attrgetter_new(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  TRY(no_keywords(t, "attrgetter", kwnames));
  if (nargs == 0) return raise(t, TypeError, "attrgetter expected at least 1 argument, got 0");
  Local<Tuple> attrs(t, TRY(tuple_from(t, args, nargs)));
  Local<Tuple> paths(t, TRY(tuple_new(t, nargs)));
  for (u32 i = 0; i < nargs; ++i) {
    if (!is_a<Str>(args[i])) return raise(t, TypeError, "attribute name must be a string");
    paths->items()[i].init(TRY(parse_path(t, args[i].as<Str>())));
  }
  AttrGetter* g = new_object<AttrGetter>(t, cls);
  if (!g) return kError;
  g->attrs.init(attrs);
  g->paths.init(paths);
  return own_new(g);
}

Result<> follow(Thread& t, Value o, Value path) {
  if (!is_exact<Tuple>(path)) return get_attribute(t, o, path.as<Str>());
  Tuple* names = path.as<Tuple>();
  Local<> at(t, o);
  for (usize i = 0; i < names->size(); ++i) at.set(TRY(get_attribute(t, at, (*names)[i].as<Str>())));
  return at.give();
}

Result<> attrgetter_call(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  TRY(one_argument(t, "attrgetter", nargs, kwnames));
  Tuple* paths = self.as<AttrGetter>()->paths.borrow();
  usize n = paths->size();
  if (n == 1) return follow(t, args[0], (*paths)[0]);
  Local<Tuple> result(t, TRY(tuple_new(t, n)));
  for (usize i = 0; i < n; ++i) result->items()[i].store(result.get(), TRY(follow(t, args[0], (*paths)[i])));
  return Result<>(result.give());
}

Result<> attrgetter_reduce(Thread& t, Value self) {
  return tuple_of(t, Value(&type_of(self)), self.as<AttrGetter>()->attrs.borrow());
}
Result<Str> attrgetter_repr(Thread& t, Value self) {
  return getter_repr(t, self, self.as<AttrGetter>()->attrs.borrow());
}
void attrgetter_visit(Object* o, EdgeVisitor& visit) {
  AttrGetter* g = static_cast<AttrGetter*>(o);
  visit(g->attrs, g->paths);
}

// --- methodcaller ---------------------------------------------------------------------------------------

Result<> methodcaller_new(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  if (nargs == 0) return raise(t, TypeError, "methodcaller needs at least one argument, the method name");
  if (!is_a<Str>(args[0])) return raise(t, TypeError, "method name must be a string");
  usize keywords = kwnames ? kwnames->size() : 0;
  Local<Str> name(t, TRY(str_intern(t, args[0].as<Str>())));
  Local<Tuple> words(t, TRY(tuple_from(t, args + 1, nargs - 1 + keywords)));
  MethodCaller* m = new_object<MethodCaller>(t, cls);
  if (!m) return kError;
  m->name.init(name);
  m->args.init(words);
  if (keywords > 0) m->kwnames.init(Value(kwnames));
  return own_new(m);
}

Result<> methodcaller_call(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  TRY(one_argument(t, "methodcaller", nargs, kwnames));
  MethodCaller* m = self.as<MethodCaller>();
  Tuple *words = m->args.borrow(), *names = m->kwnames.borrow();
  usize n = words->size(), keywords = names ? names->size() : 0;
  if (n == 0) return call_method(t, args[0], m->name.borrow());
  ArgBuffer list(t, n);  // the tuple, which never changes, holds them
  TRY(list.check());
  for (usize i = 0; i < n; ++i) list[i] = (*words)[i];
  return call_method(t, args[0], m->name.borrow(), list.data(), static_cast<u32>(n - keywords), names);
}

Result<Str> methodcaller_repr(Thread& t, Value self) {
  MethodCaller* m = self.as<MethodCaller>();
  Tuple *words = m->args.borrow(), *names = m->kwnames.borrow();
  usize n = words->size(), keywords = names ? names->size() : 0;
  StrBuilder out(t);
  Local<Str> head(t, TRY(str_format(t, "{!T}({!r}", self, Value(m->name.borrow()))));
  TRY(out.append(head));
  TRY(append_reprs(t, out, words, 0, n - keywords, true));
  for (usize k = 0; k < keywords; ++k) {
    Local<Str> piece(t, TRY(str_format(t, ", {}={!r}", (*names)[k], (*words)[n - keywords + k])));
    TRY(out.append(piece));
  }
  TRY(out.append_char(')'));
  return out.finish();
}

// With keywords: (partial(methodcaller, name, **keywords), args).
Result<> methodcaller_reduce(Thread& t, Value self) {
  MethodCaller* m = self.as<MethodCaller>();
  Tuple *words = m->args.borrow(), *names = m->kwnames.borrow();
  usize n = words->size(), keywords = names ? names->size() : 0, positional = n - keywords;
  if (keywords == 0) {
    Local<Tuple> arguments(t, TRY(tuple_new(t, n + 1)));
    arguments->items()[0].init(Value(m->name.borrow()));
    for (usize i = 0; i < n; ++i) arguments->items()[i + 1].init((*words)[i]);
    return tuple_of(t, Value(&type_of(self)), arguments);
  }
  Local<> partial(t, TRY(import_attribute(t, "functools", "partial")));
  TRY(ensure_stack(t, keywords + 2));
  LocalArray list(t, keywords + 2);
  list.set(0, Value(&type_of(self)));
  list.set(1, Value(m->name.borrow()));
  for (usize k = 0; k < keywords; ++k) list.set(k + 2, (*words)[positional + k]);
  Local<> made(t, TRY(call(t, partial, list.data(), 2, names)));
  Local<Tuple> arguments(t, TRY(tuple_slice(t, words, 0, positional)));
  return tuple_of(t, made, arguments);
}
void methodcaller_visit(Object* o, EdgeVisitor& visit) {
  MethodCaller* m = static_cast<MethodCaller*>(o);
  visit(m->name, m->args, m->kwnames);
}

constexpr const char* kReduceDoc = "Return state information for pickling.";
constexpr NativeDef kItemMethods[] = {def<itemgetter_reduce>("__reduce__($self, /)", kReduceDoc)};
constexpr NativeDef kAttrMethods[] = {def<attrgetter_reduce>("__reduce__($self, /)", kReduceDoc)};
constexpr NativeDef kMethodMethods[] = {def<methodcaller_reduce>("__reduce__($self, /)", kReduceDoc)};

constexpr TypeSlots slots(void (*visit)(Object*, EdgeVisitor&),
                          Result<> (*make)(Thread&, Type&, const Value*, u32, Tuple*),
                          Result<> (*call)(Thread&, Value, const Value*, u32, Tuple*),
                          Result<Str> (*repr)(Thread&, Value)) {
  TypeSlots s{};
  s.visit = visit;
  s.new_ = make;
  s.call = call;
  s.repr = repr;
  return s;
}

const TypeDef kItemGetter = {
    .name = "operator.itemgetter",
    .doc = "itemgetter(item, ...): a callable that gives operand[item], or a tuple of several.",
    .flags = kTypeGcTracked,
    .size = sizeof(ItemGetter),
    .slots = slots(itemgetter_visit, itemgetter_new, itemgetter_call, itemgetter_repr),
    .methods = kItemMethods,
    .text_signature = "(item, /, *items)"};
const TypeDef kAttrGetter = {
    .name = "operator.attrgetter",
    .doc = "attrgetter(attr, ...): a callable that gives operand.attr, or a tuple of several.\n\n"
           "Names may contain dots.",
    .flags = kTypeGcTracked,
    .size = sizeof(AttrGetter),
    .slots = slots(attrgetter_visit, attrgetter_new, attrgetter_call, attrgetter_repr),
    .methods = kAttrMethods,
    .text_signature = "(attr, /, *attrs)"};
const TypeDef kMethodCaller = {
    .name = "operator.methodcaller",
    .doc = "methodcaller(name, ...): a callable that gives operand.name(...).",
    .flags = kTypeGcTracked,
    .size = sizeof(MethodCaller),
    .slots = slots(methodcaller_visit, methodcaller_new, methodcaller_call, methodcaller_repr),
    .methods = kMethodMethods,
    .text_signature = "(name, /, *args, **kwargs)"};

}  // namespace

Status operator_getters_exec(Thread& t, Module* module) {
  TRY(module_add_type(t, module, kItemGetter, &g_itemgetter_type));
  TRY(module_add_type(t, module, kAttrGetter, &g_attrgetter_type));
  return module_add_type(t, module, kMethodCaller, &g_methodcaller_type);
}

}  // namespace taipan
