// Lazy imports (PEP 810): an object that stands for a module, or for a name in one, until its first use.
// Immutable but for the resolved value, which any thread may fill in (the import system decides races).
//
// `lazy import a.b.c` binds `a`. Its first use imports a alone: a.b and a.b.c are *pending*, and imported where the
// attribute b of a, or c of a.b, is asked for and missing (module_get_attribute). sys.lazy_modules has the names of
// what is not imported yet.
#include "runtime/engine.h"
#include "runtime/import/import.h"
#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/types/descriptors.h"
#include "runtime/types/dict.h"
#include "runtime/types/exceptions.h"
#include "runtime/types/set.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

Atomic<bool> g_imports_are_lazy;
GlobalRoot g_lazy_filter("filter of lazy imports");

namespace {

GlobalRoot g_pending("pending lazy submodules");  // dict: absolute name -> file of the statement

struct LazyImport : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::lazy_import_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<Str> name;       // absolute
  Slot<> builtins;      // whose __import__ is called; empty once resolved
  Slot<> fromlist;      // as given
  Slot<Tuple> lookups;  // names to look up in what the import gives, one in the other
  Slot<> file;          // of the statement
  Slot<> resolved;
};

void lazy_visit(Object* o, EdgeVisitor& visit) {
  auto* l = static_cast<LazyImport*>(o);
  visit(l->name, l->builtins, l->fromlist, l->lookups, l->file, l->resolved);
}

ssize first_dot(const Str* s, usize from = 0) {
  for (usize i = from; i < s->length(); ++i) {
    if (s->at(i) == '.') return static_cast<ssize>(i);
  }
  return -1;
}

Result<bool> has_fromlist(Thread& t, LazyImport* l) {
  Local<> list(t, l->fromlist.borrow());
  if (list.is_empty() || is_none(list)) return false;
  return truth(t, list);
}

// What it stands for: "json", "json.dumps".
Result<Str> shown_name(Thread& t, LazyImport* l) {
  Local<Str> text(t, l->name.borrow());
  if (l->lookups.borrow()->size() == 0) return TRY(has_fromlist(t, l)) ? str_format(t, "{}...", text.get()) : text.give();
  if (!TRY(has_fromlist(t, l))) {  // import a.b.c as d: a, with b and c looked up
    if (ssize dot = first_dot(text); dot >= 0) text.set(TRY(str_substring(t, text, 0, static_cast<usize>(dot))));
  }
  for (usize i = 0; i < l->lookups.borrow()->size(); ++i) text.set(TRY(str_format(t, "{}.{}", text.get(), (*l->lookups.borrow())[i])));
  return text.give();
}

Result<Str> lazy_repr(Thread& t, Value self) {
  Local<Str> name(t, TRY(shown_name(t, self.as<LazyImport>())));
  return str_format(t, "<lazy_import '{}'>", name.get());
}

Result<> lazy_get_attribute(Thread& t, Value self, Str* name) {
  Result<> r = generic_get_attribute_or_absent(t, self, name);
  if (!r.is_absent()) return r;
  Local<Str> text(t, TRY(shown_name(t, self.as<LazyImport>())));
  return raise_attribute_error(t, self, name, "cannot access attribute '{}' on unresolved lazy import '{}'", Value(name), text.value());
}

Result<> lazy_resolve_method(Thread& t, Value self) { return lazy_import_resolve(t, self); }
const NativeDef kMethods[] = {
    def<lazy_resolve_method>("resolve($self, /)", "Imports now and gives the real value."),
};

Result<LazyImport> make(Thread& t, Value name, Value builtins, Value fromlist, Value lookups, Value file) {
  LazyImport* l = new_object<LazyImport>(t, lazy_import_type);
  if (l == nullptr) return kError;
  l->name.init(name);
  l->builtins.init(builtins);
  l->fromlist.init(fromlist);
  l->lookups.init(lookups);
  l->file.init(file);
  return own_new(l);
}

// --- what is imported, what is pending ------------------------------------------------------------------------

// Imported, and its body has run. Asks no spec that is not importlib's own: no Python code runs here.
Result<bool> is_loaded(Thread& t, Value name) {
  Local<> module(t, TRY(dict_get(t, sys_modules(), name)));
  if (module.is_empty() || is_none(module)) return false;
  if (!is_exact<Module>(module)) return true;
  Local<> spec(t, TRY(dict_get_str(t, module.value().as<Module>()->dict.borrow(), names().__spec__)));
  if (spec.is_empty() || is_none(spec)) return true;
  Local<Str> key(t, TRY(str_intern(t, "_initializing")));
  Local<> flag(t, TRY(get_attribute_or_absent(t, spec, key)));
  return flag.is_empty() || !is_true(flag);
}

Result<Set> lazy_modules(Thread& t) {
  Result<> found = sys_get(t, "lazy_modules");
  if (found.is_error()) return kError;
  Local<> set(t, found);
  if (!is_exact<Set>(set)) return Result<Set>::absent();
  return set.give().cast<Set>();
}

Status track(Thread& t, Value name) {
  if (TRY(is_loaded(t, name))) return kDone;
  Local<Set> set(t, TRY(lazy_modules(t)));
  return set.is_empty() ? Status(kDone) : set_add(t, set, name);
}
Status untrack(Thread& t, Value name) {
  Local<Set> set(t, TRY(lazy_modules(t)));
  if (!set.is_empty()) (void)TRY(set_discard(t, set, name));
  return kDone;
}

// f(a), f(a.b), f(a.b.c) for "a.b.c".
template <class F>
Status for_each_prefix(Thread& t, Str* name, F f) {
  for (usize from = 0;;) {
    ssize dot = first_dot(name, from);
    if (dot < 0) return f(Value(name));
    Local<Str> prefix(t, TRY(str_substring(t, name, 0, static_cast<usize>(dot))));
    TRY(f(prefix));
    from = static_cast<usize>(dot) + 1;
  }
}

Status untrack_loaded(Thread& t, Str* name) {
  return for_each_prefix(t, name, [&](Value prefix) -> Status {
    if (TRY(is_loaded(t, prefix))) TRY(untrack(t, prefix));
    return kDone;
  });
}

// The pending exception says where the import was asked for: by a cause of its own, or a note if it has one.
ErrorTag explain(Thread& t, Value shown, Value file) {
  Local<BaseException> e(t, take_error(t));
  bool chained = !e->cause.is_empty() || !e->context.is_empty() || e->suppress_context;
  if (chained) {
    Result<Str> note = str_format(t, "lazy import of '{}' declared in {}", shown, file);
    if (note.is_error()) return kError;
    Local<Str> text(t, note);
    Result<Str> method = str_intern(t, "add_note");
    if (method.is_error()) return kError;
    Local<Str> add_note(t, method);
    Result<> added = call_method(t, e, add_note, Value(text));
    if (added.is_error()) return kError;
    drop(added);
  } else {
    Result<Str> message = str_format(t, "lazy import of '{}' in {} raised an exception during resolution", shown, file);
    if (message.is_error()) return kError;
    Local<Str> text(t, message);
    Result<> made = call(t, Value(&ImportError), text);
    if (made.is_error()) return kError;
    Local<> cause(t, made);
    if (exception_set_cause(t, e, cause).is_error()) return kError;
  }
  return raise_object(t, e);
}

// --- resolving --------------------------------------------------------------------------------------------------

// The function __import__ of a namespace of builtins (a dict, or the module), if it is another one than ours.
Result<> foreign_import(Thread& t, Value builtins) {
  Local<> space(t, builtins);
  if (is_exact<Module>(space)) space.set(space.value().as<Module>()->dict.load(space.value().as<Module>()));
  Local<> found(t);
  if (is_a<Dict>(space)) {
    found.set(TRY(dict_get_str(t, space.value().as<Dict>(), names().__import__)));
  } else {
    Result<> r = get_item(t, space, Value(names().__import__));
    if (r.is_error() && !swallow(t, KeyError)) return kError;
    if (!r.is_error()) found.set(r);
  }
  if (found.is_empty()) return raise(t, ImportError, "__import__ not found");
  bool ours = is_exact<NativeFunction>(found) && str_equals(found.value().as<NativeFunction>()->name.borrow(), "__import__");
  return ours ? Result<>::absent() : found.give();
}

// `lazy from . import a` in the package itself binds there what it stands for: looking for the package's attribute
// would find the placeholder again. Absent in all other cases.
Result<> own_submodule(Thread& t, LazyImport* l, Str* package, Str* attribute) {
  Local<> module(t, TRY(import_module(t, package)));
  if (!is_exact<Module>(module)) return Result<>::absent();
  Local<> bound(t, TRY(dict_get_str(t, module.value().as<Module>()->dict.borrow(), attribute)));
  if (!is_lazy_import(bound)) return Result<>::absent();
  Local<Str> mine(t, TRY(shown_name(t, l))), others(t, TRY(shown_name(t, bound.value().as<LazyImport>())));
  if (!str_equal(mine.get(), others.get())) return Result<>::absent();
  return import_module(t, mine.get());
}

Result<> resolve(Thread& t, LazyImport* l) {
  Local<Str> name(t, l->name.borrow());
  Local<> fromlist(t, l->fromlist.borrow());
  bool from = TRY(has_fromlist(t, l));
  Local<Tuple> lookups(t, l->lookups.borrow());
  if (from && lookups->size() > 0) fromlist.set(Result<>(TRY(tuple_of(t, (*lookups.get())[0]))));  // of several, this one
  Local<> builtins(t, l->builtins.borrow());
  Local<> import(t);
  if (!builtins.is_empty()) import.set(TRY(foreign_import(t, builtins)));
  Local<> module(t);
  if (!import.is_empty()) {
    Value args[] = {Value(name), none_value(), none_value(), fromlist.is_empty() ? none_value() : fromlist.value(), Value::small_int(0)};
    module.set(TRY(call(t, import, args, 5)));
  } else if (!from && lookups->size() == 0 && first_dot(name) >= 0) {
    Local<Str> top(t, TRY(str_substring(t, name, 0, static_cast<usize>(first_dot(name)))));
    module.set(TRY(import_module(t, top)));
  } else {
    if (from && lookups->size() == 1) {
      Local<> submodule(t, TRY(own_submodule(t, l, name, (*lookups.get())[0].as<Str>())));
      if (!submodule.is_empty()) return submodule.give();
    }
    module.set(TRY(import_name(t, name, Value::empty(), fromlist, 0)));
  }
  for (usize i = 0; i < lookups->size(); ++i) module.set(TRY(import_from(t, module, (*lookups.get())[i].as<Str>())));
  return module.give();
}

}  // namespace

Result<> lazy_import_resolve(Thread& t, Value lazy) {
  Local<LazyImport> l(t, lazy);
  Local<> known(t, l->resolved.load(l.get()));
  if (!known.is_empty()) return known.give();
  Local<Str> shown(t, TRY(shown_name(t, l)));
  Result<> r = resolve(t, l);
  if (r.is_error()) {
    g_engine.trim_import_frames(t);
    return explain(t, shown, l->file.borrow());
  }
  Local<> value(t, r);
  l->resolved.store(l.get(), value.value());
  l->builtins.clear(l.get());
  TRY(untrack_loaded(t, l->name.borrow()));
  if (l->lookups.borrow()->size() > 0) TRY(untrack(t, shown));
  return value.give();
}

Result<> lazy_submodule(Thread& t, Value module_name, Str* attribute) {
  if (g_pending.is_empty() || !is_a<Str>(module_name)) return Result<>::absent();
  Local<Str> full(t, TRY(str_format(t, "{}.{}", module_name, Value(attribute))));
  Dict* pending = g_pending.borrow().as<Dict>();
  Local<> file(t, TRY(dict_get(t, pending, full)));
  if (file.is_empty()) return Result<>::absent();
  Result<> r = import_module(t, full);
  if (r.is_error()) {
    g_engine.trim_import_frames(t);
    return explain(t, full, file);
  }
  Local<> module(t, r);
  TRY(untrack_loaded(t, full));
  return module.give();
}

Result<> lazy_import_from(Thread& t, Value lazy_module, Str* name) {
  Local<LazyImport> l(t, lazy_module);
  bool from = TRY(has_fromlist(t, l));
  if (from && TRY(is_loaded(t, Value(l->name.borrow())))) {  // what is there need not be put off
    Local<> module(t, TRY(dict_get(t, sys_modules(), Value(l->name.borrow()))));
    if (is_exact<Module>(module)) {
      Local<> value(t, TRY(dict_get_str(t, module.value().as<Module>()->dict.borrow(), name)));
      if (!value.is_empty()) return value.give();
    }
  }
  usize n = l->lookups.borrow()->size();
  Local<Tuple> lookups(t, TRY(tuple_new(t, n + 1)));
  for (usize i = 0; i < n; ++i) lookups->items()[i].init((*l->lookups.borrow())[i]);
  lookups->items()[n].init(Value(name));
  Local<LazyImport> made(t, TRY(make(t, l->name.borrow(), l->builtins.borrow(), l->fromlist.borrow(), lookups, l->file.borrow())));
  if (from) {
    Local<Str> shown(t, TRY(shown_name(t, made)));
    TRY(track(t, shown));
  }
  return Result<>(made.give());
}

Result<> lazy_import_new(Thread& t, Str* name, Value globals, Value locals, Value fromlist, i64 level) {
  if (level < 0) return raise(t, ValueError, "level must be >= 0");
  if (level == 0 && name->length() == 0) return raise(t, ValueError, "Empty module name");
  Local<Str> absolute(t, level > 0 ? TRY(import_absolute_name(t, name, globals, level)) : own(name));
  bool has_globals = !globals.is_empty() && is_a<Dict>(globals);
  Local<> list(t, fromlist.is_empty() ? none_value() : fromlist);
  if (is_a<Str>(list)) list.set(Result<>(TRY(tuple_of(t, list))));
  if (is_a<Tuple>(list)) {
    for (usize i = 0; i < list.value().as<Tuple>()->size(); ++i) {
      Value item = (*list.value().as<Tuple>())[i];
      if (!is_a<Str>(item)) return raise(t, TypeError, "Item in ``from list'' must be str, not {!T}", item);
    }
  }
  Local<> filter(t, g_lazy_filter.is_empty() ? none_value() : g_lazy_filter.borrow());
  if (!is_none(filter)) {
    Local<> importer(t);
    if (has_globals) importer.set(TRY(dict_get_str(t, globals.as<Dict>(), names().__name__)));
    Local<> lazily(t, TRY(call(t, filter, importer.is_empty() ? none_value() : importer.value(), Value(absolute), list)));
    if (!TRY(truth(t, lazily))) return import_name(t, name, globals, list, level);
  }
  Local<> builtins(t), file(t);
  if (has_globals) {
    builtins.set(TRY(dict_get_str(t, globals.as<Dict>(), names().__builtins__)));
    file.set(TRY(dict_get_str(t, globals.as<Dict>(), names().__file__)));
  }
  if (file.is_empty()) file.set(Result<>(TRY(str_intern(t, "<string>"))));
  if (g_pending.is_empty()) {
    Local<Dict> none_yet(t, TRY(dict_new(t)));
    g_pending.set(t, none_yet);
  }
  TRY(for_each_prefix(t, absolute, [&](Value prefix) -> Status {
    if (first_dot(prefix.as<Str>()) < 0 || TRY(is_loaded(t, prefix))) return kDone;
    return dict_set(t, g_pending.borrow().as<Dict>(), prefix, file);
  }));
  TRY(track(t, absolute));
  return Result<>(TRY(make(t, absolute, builtins, list, Value(empty_tuple()), file)));
}

Result<bool> import_is_lazy(Thread& t, Dict* globals, Str* name, i64 level) {
  if (g_imports_are_lazy.load_relaxed()) return true;
  Local<Str> key(t, TRY(str_intern(t, "__lazy_modules__")));
  Local<> listed(t, TRY(dict_get_str(t, globals, key)));
  if (listed.is_empty() || is_none(listed)) return false;
  Local<Str> absolute(t, level > 0 ? TRY(import_absolute_name(t, name, Value(globals), level)) : own(name));
  return contains(t, listed, absolute);
}

extern const TypeDef lazy_import_type_def;
constinit const TypeDef lazy_import_type_def = {
    .name = "lazy_import",
    .doc = "An import that has not happened yet (PEP 810).",
    .flags = kTypeNoInstantiation | kTypeGcTracked,
    .size = sizeof(LazyImport),
    .slots = {.visit = lazy_visit, .repr = lazy_repr, .get_attribute = lazy_get_attribute},
    .methods = kMethods,
    .text_signature = "(builtins, name, fromlist=None, /)",
};

}  // namespace taipan
