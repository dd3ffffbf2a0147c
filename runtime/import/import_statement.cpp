// What `import a.b`, `from a import b` and __import__() do: fast paths on sys.modules, importlib for the rest.
// Language Reference 5 and 7.11.
#include "runtime/engine.h"
#include "runtime/import/import.h"
#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/types/dict.h"
#include "runtime/types/exceptions.h"
#include "runtime/types/list.h"
#include "runtime/types/module_trouble.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

GlobalRoot g_importlib("importlib's bootstrap");

namespace {

Result<Str> name_text(Thread& t, const char* s) { return str_intern(t, s); }

Result<> importlib_call(Thread& t, const char* function, const Value* args, u32 n) {
  Local<> lib(t, g_importlib.borrow());  // whatever sys.modules has under its name by now
  if (lib.is_empty()) return raise(t, ImportError, "the import system is not ready");
  Local<Str> attribute(t, TRY(name_text(t, function)));
  Local<> f(t, TRY(get_attribute(t, lib, attribute)));
  return call(t, f, args, n);
}

// The package that a relative import starts from: PEP 366.
Result<Str> package_of(Thread& t, Value globals) {
  if (globals.is_empty() || !is_a<Dict>(globals)) {
    return raise(t, KeyError, "'__name__' not in globals");
  }
  Dict* g = globals.as<Dict>();
  Local<> package(t, TRY(dict_get_str(t, g, names().__package__)));
  Local<> spec(t, TRY(dict_get_str(t, g, names().__spec__)));
  if (!package.is_empty() && !is_none(package)) {
    if (!is_a<Str>(package)) return raise(t, TypeError, "package must be a string");
    return package.give().cast<Str>();
  }
  if (!spec.is_empty() && !is_none(spec)) {
    Local<Str> parent(t, TRY(name_text(t, "parent")));
    Local<> p(t, TRY(get_attribute(t, spec, parent)));
    if (!is_a<Str>(p)) return raise(t, TypeError, "__spec__.parent must be a string");
    return p.give().cast<Str>();
  }
  Local<> name(t, TRY(dict_get_str(t, g, names().__name__)));
  if (name.is_empty()) return raise(t, KeyError, "'__name__' not in globals");
  if (!is_a<Str>(name)) return raise(t, TypeError, "__name__ must be a string");
  Local<> path(t, TRY(dict_get_str(t, g, names().__path__)));
  if (!path.is_empty()) return name.give().cast<Str>();
  Str* s = name.value().as<Str>();
  for (usize i = s->length(); i-- > 0;) {
    if (s->at(i) == '.') return str_substring(t, s, 0, i);
  }
  return own(names().empty);
}

}  // namespace

Result<Str> import_absolute_name(Thread& t, Str* name, Value globals, i64 level) {
  Local<Str> package(t, TRY(package_of(t, globals)));
  if (package->length() == 0) {
    return raise(t, ImportError, "attempted relative import with no known parent package");
  }
  usize end = package->length();
  for (i64 up = 1; up < level; ++up) {
    while (end > 0 && package->at(end - 1) != '.') --end;
    if (end == 0) return raise(t, ImportError, "attempted relative import beyond top-level package");
    --end;
  }
  Local<Str> base(t, TRY(str_substring(t, package, 0, end)));
  if (name->length() == 0) return base.give();
  return str_format(t, "{}.{}", base.value(), Value(name));
}

namespace {

Result<> find_and_load(Thread& t, Str* absolute) {
  Local<> builtins(t, TRY(dict_get_str(t, sys_modules(), names().builtins)));
  Local<> importer(t, TRY(get_attribute(t, builtins, names().__import__)));
  Value args[] = {absolute, importer};
  return importlib_call(t, "_find_and_load", args, 2);
}

Result<> load_absolute(Thread& t, Str* absolute) {
  Local<> module(t, TRY(dict_get(t, sys_modules(), absolute)));
  if (!module.is_empty() && !is_none(module)) {
    if (TRY(module_is_initializing(t, module))) {
      Value args[] = {absolute};
      Local<> waited(t, TRY(importlib_call(t, "_lock_unlock_module", args, 1)));
    }
    return module.give();
  }
  return find_and_load(t, absolute);
}

ssize first_dot(Str* s) {
  for (usize i = 0; i < s->length(); ++i) {
    if (s->at(i) == '.') return static_cast<ssize>(i);
  }
  return -1;
}

}  // namespace

Result<> import_name(Thread& t, Str* name, Value globals, Value fromlist, i64 level) {
  if (level < 0) return raise(t, ValueError, "level must be >= 0");
  if (level == 0 && name->length() == 0) return raise(t, ValueError, "Empty module name");
  Local<Str> absolute(t, level > 0 ? TRY(import_absolute_name(t, name, globals, level)) : own(name));
  Local<> module(t, TRY(load_absolute(t, absolute)));
  bool has_from = !fromlist.is_empty() && !is_none(fromlist) && TRY(truth(t, fromlist));
  if (has_from) {
    if (!TRY(has_attribute(t, module, names().__path__))) return module.give();
    Local<> builtins(t, TRY(dict_get_str(t, sys_modules(), names().builtins)));
    Local<> importer(t, TRY(get_attribute(t, builtins, names().__import__)));
    Value args[] = {module, fromlist, importer};
    return importlib_call(t, "_handle_fromlist", args, 3);
  }
  if (level > 0 && name->length() == 0) return module.give();
  ssize dot = first_dot(name);
  if (dot < 0) return module.give();
  if (level == 0) {
    Local<Str> front(t, TRY(str_substring(t, name, 0, static_cast<usize>(dot))));
    return load_absolute(t, front);
  }
  usize cut = absolute->length() - (name->length() - static_cast<usize>(dot));
  Local<Str> top(t, TRY(str_substring(t, absolute, 0, cut)));
  Local<> result(t, TRY(dict_get(t, sys_modules(), top)));
  if (result.is_empty()) {
    return raise(t, KeyError, "{!r} not in sys.modules as expected", top.value());
  }
  return result.give();
}

Result<> import_module(Thread& t, Str* name) { return load_absolute(t, name); }

Result<> import_module(Thread& t, const char* name) {
  Local<Str> text(t, TRY(str_intern(t, name)));
  return load_absolute(t, text);
}

Result<> import_attribute(Thread& t, const char* module, const char* attribute) {
  Local<> m(t, TRY(import_module(t, module)));
  Local<Str> key(t, TRY(str_intern(t, attribute)));
  return get_attribute(t, m, key);
}

Result<> import_from(Thread& t, Value module, Str* name) {
  Local<> found(t, TRY(get_attribute_or_absent(t, module, name)));
  if (!found.is_empty()) {
    if (!is_lazy_import(found)) return found.give();
    found.set(TRY(lazy_import_resolve(t, found)));
    TRY(set_attribute(t, module, name, found));
    return found.give();
  }
  // A submodule that a circular import has not yet made an attribute of its package.
  Local<> package(t, TRY(get_attribute_or_absent(t, module, names().__name__)));
  if (!package.is_empty() && is_a<Str>(package)) {
    Local<Str> full(t, TRY(str_format(t, "{}.{}", package.value(), Value(name))));
    found.set(TRY(dict_get(t, sys_modules(), full)));
    if (!found.is_empty()) return found.give();
  }
  Local<> file(t, TRY(get_attribute_or_absent(t, module, names().__file__)));
  Local<> origin(t);
  ModuleTrouble trouble = package.is_empty() ? ModuleTrouble::None : TRY(module_trouble(t, module, package, origin));
  Local<Str> message(t);
  Value shown = package.is_empty() ? Value(names().empty) : package.value();
  bool has_file = !file.is_empty() && is_a<Str>(file);
  if (package.is_empty()) {
    message.set(TRY(str_format(t, "cannot import name {!r} from '<unknown module name>' (unknown location)",
                               Value(name))));
  } else if (trouble == ModuleTrouble::HidesLibrary) {
    message.set(TRY(str_format(t,
                               "cannot import name {!r} from {!r} (consider renaming {!r} since it has the same name as the standard "
                               "library module named {!r} and prevents importing that standard library module)",
                               Value(name), shown, origin.value(), shown)));
  } else if (trouble == ModuleTrouble::MayHide) {
    message.set(TRY(str_format(t,
                               "cannot import name {!r} from {!r} (consider renaming {!r} if it has the same name as a library you "
                               "intended to import)",
                               Value(name), shown, origin.value())));
  } else if (trouble == ModuleTrouble::Circular) {
    message.set(TRY(str_format(t,
                               "cannot import name {!r} from partially initialized module {!r} (most likely "
                               "due to a circular import) ({})",
                               Value(name), shown, has_file ? file.value() : Value(names().empty))));
  } else if (has_file) {
    message.set(TRY(str_format(t, "cannot import name {!r} from {!r} ({})", Value(name), shown, file.value())));
  } else {
    message.set(TRY(str_format(t, "cannot import name {!r} from {!r} (unknown location)", Value(name), shown)));
  }
  Local<> error(t, TRY(call(t, &ImportError, message)));
  TRY(set_attribute(t, error, names().name, shown));
  TRY(set_attribute(t, error, names().path, file.is_empty() ? none_value() : file.value()));
  Local<Str> name_from(t, TRY(name_text(t, "name_from")));
  TRY(set_attribute(t, error, name_from, name));
  (void)raise_object(t, error);
  return kError;
}

Status import_star(Thread& t, Value module, Value into) {
  Local<> all(t, TRY(get_attribute_or_absent(t, module, names().__all__)));
  bool skip_private = all.is_empty();
  Local<> dict(t, TRY(get_attribute_or_absent(t, module, names().__dict__)));
  if (skip_private) {
    if (dict.is_empty()) {
      return raise(t, ImportError, "from-import-* object has no __dict__ and no __all__");
    }
    Local<> keys(t, TRY(call_method(t, dict, names().keys)));
    all.set(Result<>(TRY(to_list(t, keys))));
  }
  Local<> iterator(t, TRY(iterate(t, all)));
  while (true) {
    Local<> name(t, TRY(next(t, iterator)));
    if (name.is_empty()) return kDone;
    if (!is_a<Str>(name)) {
      Local<> own_name(t, TRY(get_attribute(t, module, names().__name__)));
      return raise(t, TypeError, skip_private ? "Key in {}.__dict__ must be str, not {!T}"
                                              : "Item in {}.__all__ must be str, not {!T}",
                   own_name.value(), name.value());
    }
    Str* s = name.value().as<Str>();
    if (skip_private && s->length() > 0 && s->at(0) == '_') continue;
    Local<> v(t, TRY(get_attribute(t, module, s)));
    if (is_lazy_import(v)) v.set(TRY(lazy_import_resolve(t, v)));
    if (is_exact<Dict>(into)) {
      TRY(dict_set(t, into.as<Dict>(), name, v));
    } else {
      TRY(set_item(t, into, name, v));
    }
  }
}

}  // namespace taipan
