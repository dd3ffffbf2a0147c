// _warnings: the fast part of the library's warnings: warn(), warn_explicit(), filters.
// Semantics: the module warnings of the library (_py_warnings.py describes them in Python).
#include <string>

#include "runtime/config.h"
#include "runtime/engine.h"
#include "runtime/import/import.h"
#include "runtime/memory/publish.h"
#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/limits.h"
#include "runtime/thread/local.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/module.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

Slot<List> g_filters;
Slot<Dict> g_once;
Slot<> g_context;        // ContextVar "warnings_context", once _contextvars is there
Atomic<i64> g_version;   // of the filters: registries made under another version are void
void visit_roots(EdgeVisitor& visit) { visit(g_filters, g_once, g_context); }

Result<Str> name_of(Thread& t, const char* s) { return str_intern(t, s); }

// What the program's own warnings module says, or absent() if it is not imported.
Result<> from_warnings_module(Thread& t, const char* attribute) {
  Local<Str> key(t, TRY(name_of(t, "warnings")));
  Local<> m(t, TRY(dict_get_str(t, sys_modules(), key)));
  if (m.is_empty()) return Result<>::absent();
  Local<Str> name(t, TRY(name_of(t, attribute)));
  return get_attribute_or_absent(t, m, name);
}

// The filters in force: those of the current warnings context, if any, before the module's.
Result<List> current_filters(Thread& t) {
  Local<> own_filters(t, TRY(from_warnings_module(t, "filters")));
  if (!own_filters.is_empty() && is_a<List>(own_filters)) return own_filters.give().cast<List>();
  return own<List>(Value(g_filters.borrow()));
}

Result<bool> matches(Thread& t, Value pattern, Value text) {
  if (is_none(pattern)) return true;
  if (is_exact<Str>(pattern)) return str_equal(pattern.as<Str>(), text.as<Str>());
  Local<Str> match(t, TRY(name_of(t, "match")));
  Local<> r(t, TRY(call_method(t, pattern, match, text)));
  return truth(t, r);
}

// Does a filter's pattern fit a module of which only the file is known? Every name the file could have as a module is
// tried: a/b/c.py as a.b.c, b.c and c, a package's __init__.py as the package.
Result<bool> matches_file(Thread& t, Value pattern, Str* filename) {
  if (is_none(pattern)) return true;
  usize n = filename->length();
  if (n == 0) {
    Local<Str> unknown(t, TRY(name_of(t, "<unknown>")));
    return matches(t, pattern, unknown);
  }
  if (filename->at(0) == '<' && filename->at(n - 1) == '>') return matches(t, pattern, filename);
  auto ends_with = [&](usize end, std::string_view suffix) {
    if (end < suffix.size()) return false;
    for (usize i = 0; i < suffix.size(); ++i) {
      if (filename->at(end - suffix.size() + i) != static_cast<u32>(suffix[i])) return false;
    }
    return true;
  };
  bool python = ends_with(n, ".py");
  if (python) n -= 3;
  Local<Str> path(t, TRY(str_substring(t, filename, 0, n)));
  if (TRY(matches(t, pattern, path))) return true;
  if (python && ends_with(n, "/__init__")) path.set(TRY(str_substring(t, filename, 0, n - 9)));
  Local<Str> slash(t, TRY(name_of(t, "/"))), dot(t, TRY(name_of(t, "."))), replace(t, TRY(name_of(t, "replace")));
  Local<> dotted(t, TRY(call_method(t, path, replace, slash, dot)));
  Str* name = dotted.value().as<Str>();
  for (usize at = 0; at <= name->length(); ++at) {
    if (at > 0 && name->at(at - 1) != '.') continue;
    Local<Str> rest(t, TRY(str_substring(t, name, at, name->length())));
    if (TRY(matches(t, pattern, rest))) return true;
  }
  return false;
}

// The action for a warning: of the first filter that fits, else the default. `module` None: see matches_file().
Result<Str> find_action(Thread& t, Value category, Value text, Value module, Value filename, i64 line) {
  Local<> context_filters(t);
  Local<> get_context(t, TRY(from_warnings_module(t, "_get_context")));
  if (!get_context.is_empty()) {
    Local<> context(t, TRY(call(t, get_context)));
    Local<Str> key(t, TRY(name_of(t, "_filters")));
    context_filters.set(TRY(get_attribute_or_absent(t, context, key)));
  }
  Local<List> global_filters(t, TRY(current_filters(t)));
  Value lists[] = {context_filters.value(), global_filters.value()};
  for (usize k = 0; k < 2; ++k) {
    if (lists[k].is_empty() || !is_a<List>(lists[k])) continue;
    List* filters = lists[k].as<List>();
    for (usize i = 0;; ++i) {
      Local<> item(t, TRY(list_get(t, filters, i)));
      if (item.is_empty()) break;
      if (!is_a<Tuple>(item) || item.value().as<Tuple>()->size() != 5) {
        return raise(t, ValueError, "warnings.filters item {} isn't a 5-tuple", static_cast<unsigned long>(i));
      }
      Tuple* f = item.value().as<Tuple>();
      if (!TRY(matches(t, (*f)[1], text))) continue;
      if (!TRY(is_subclass_of(t, category, (*f)[2]))) continue;
      if (!TRY(is_none(module) ? matches_file(t, (*f)[3], filename.as<Str>()) : matches(t, (*f)[3], module))) continue;
      i64 wanted = TRY(to_ssize(t, (*f)[4]));
      if (wanted != 0 && wanted != line) continue;
      if (!is_a<Str>((*f)[0])) return raise(t, TypeError, "action must be a string, not '{!T}'", (*f)[0]);
      return own<Str>((*f)[0]);
    }
  }
  Local<> fallback(t, TRY(from_warnings_module(t, "defaultaction")));
  if (!fallback.is_empty() && is_a<Str>(fallback)) return fallback.give().cast<Str>();
  return name_of(t, "default");
}

// Has this warning been shown? Notes that it has.
Result<bool> already_warned(Thread& t, Dict* registry, Value key) {
  Local<Str> version_key(t, TRY(name_of(t, "version")));
  Local<> version(t, TRY(dict_get_str(t, registry, version_key)));
  i64 now = g_version.load_acquire();
  if (version.is_empty() || !version.value().is_int() || version.value().as_int() != now) {
    TRY(dict_clear(t, registry));
    TRY(dict_set_str(t, registry, version_key, Value::small_int(now)));
  } else {
    Local<> seen(t, TRY(dict_get(t, registry, key)));
    if (!seen.is_empty() && TRY(truth(t, seen))) return true;
  }
  TRY(dict_set(t, registry, key, bool_value(true)));
  return false;
}

// Without the library's warnings module: "file:line: Category: text" and the source line.
Status show_plainly(Thread& t, Value filename, i64 line, Value category, Value text) {
  Local<> file(t, TRY(sys_get(t, "stderr")));
  if (file.is_empty() || is_none(file)) return kDone;
  Local<> name(t, TRY(get_attribute(t, category, names().__name__)));
  Local<Str> message(t, TRY(str_format(t, "{}:{}: {}: {}\n", filename, static_cast<long>(line), name.value(), text)));
  Local<> done(t, TRY(call_method(t, file, names().write, message)));
  return kDone;
}

Status show(Thread& t, Value message, Value text, Value category, Value filename, i64 line, Value source, Value module) {
  Local<> show_message(t, TRY(from_warnings_module(t, "_showwarnmsg")));
  if (show_message.is_empty()) {
    if (!g_finalizing.load_acquire()) {
      auto imported = import_module(t, "warnings");
      if (imported.is_error()) {
        clear_error(t);
        return show_plainly(t, filename, line, category, text);
      }
      drop(imported);
      show_message.set(TRY(from_warnings_module(t, "_showwarnmsg")));
    }
    if (show_message.is_empty()) return show_plainly(t, filename, line, category, text);
  }
  Local<> make(t, TRY(from_warnings_module(t, "WarningMessage")));
  Value args[] = {message, category, filename, Value::small_int(line), none_value(), none_value(), source, module};
  Local<> record(t, TRY(call(t, make, args, 8)));
  Local<> done(t, TRY(call(t, show_message, record)));
  return kDone;
}

Status warn_at(Thread& t, Value category_in, Value message_in, Value filename, i64 line, Value module_in,
               Value registry, Value source) {
  Local<> category(t, category_in), message(t, message_in), text(t);
  Value module = module_in.is_empty() ? none_value() : module_in;
  if (TRY(is_instance_of(t, message, &Warning))) {
    text.set(Result<>(TRY(to_str(t, message))));
    category.set(Value(&type_of(message)));
  } else {
    text.set(message.value());
    message.set(TRY(call(t, category, text)));
  }
  Local<Tuple> key(t, TRY(tuple_of(t, text, category, Value::small_int(line))));
  bool has_registry = !registry.is_empty() && !is_none(registry) && is_a<Dict>(registry);
  if (has_registry) {
    Local<Str> version_key(t, TRY(name_of(t, "version")));
    Local<> version(t, TRY(dict_get_str(t, registry.as<Dict>(), version_key)));
    if (!version.is_empty() && version.value().is_int() && version.value().as_int() == g_version.load_acquire()) {
      Local<> seen(t, TRY(dict_get(t, registry.as<Dict>(), key)));
      if (!seen.is_empty() && TRY(truth(t, seen))) return kDone;
    }
  }
  Local<Str> action(t, TRY(find_action(t, category, text, module, filename, line)));
  if (str_equals(action, "error")) return raise_object(t, message);
  if (str_equals(action, "ignore")) return kDone;
  bool silent = false;
  if (str_equals(action, "once")) {
    Local<> once(t, TRY(from_warnings_module(t, "onceregistry")));
    Dict* d = !once.is_empty() && is_a<Dict>(once) ? once.value().as<Dict>() : g_once.borrow();
    Local<Tuple> short_key(t, TRY(tuple_of(t, text, category)));
    silent = TRY(already_warned(t, has_registry ? registry.as<Dict>() : d, short_key));
    if (!silent && has_registry) silent = TRY(already_warned(t, d, short_key));
  } else if (str_equals(action, "module")) {
    Local<Tuple> module_key(t, TRY(tuple_of(t, text, category, Value::small_int(0))));
    if (has_registry) silent = TRY(already_warned(t, registry.as<Dict>(), module_key));
  } else if (str_equals(action, "default")) {
    if (has_registry) silent = TRY(already_warned(t, registry.as<Dict>(), key));
  } else if (!str_equals(action, "always") && !str_equals(action, "all")) {
    return raise(t, RuntimeError, "Unrecognized action ({!r}) in warnings.filters:\n {!r}", action.value(), action.value());
  }
  if (silent) return kDone;
  return show(t, message, text, category, filename, line, source, module);
}

bool starts_with_any(Value filename, Tuple* prefixes) {
  if (prefixes == nullptr || !is_a<Str>(filename)) return false;
  Str* f = filename.as<Str>();
  for (usize i = 0; i < prefixes->size(); ++i) {
    Value p = (*prefixes)[i];
    if (is_a<Str>(p) && str_find(f, p.as<Str>(), 0, p.as<Str>()->length()) == 0) return true;
  }
  return false;
}

// File, line and globals of the caller `level` frames up; importlib's own frames do not count.
Status caller_context(Thread& t, i64 level, Tuple* skip, Local<>& filename, i64* line, Local<>& globals) {
  Local<Str> back(t, TRY(name_of(t, "f_back"))), code_key(t, TRY(name_of(t, "f_code")));
  Local<Str> file_key(t, TRY(name_of(t, "co_filename"))), line_key(t, TRY(name_of(t, "f_lineno")));
  Local<Str> globals_key(t, TRY(name_of(t, "f_globals")));
  auto first = g_engine.get_frame != nullptr ? TRY(g_engine.get_frame(t, 0)) : Result<>::absent();
  Local<> frame(t);
  if (!first.is_absent()) frame.set(first);
  auto file_of = [&](Value f) -> Result<> {
    Local<> code(t, TRY(get_attribute(t, f, code_key)));
    return get_attribute(t, code, file_key);
  };
  auto is_internal = [&](Value file) {
    if (!is_a<Str>(file)) return false;
    Str* s = file.as<Str>();
    return s->is_ascii() && (s->ascii().find("importlib._bootstrap") != std::string_view::npos);
  };
  for (i64 i = 1; !frame.is_empty() && !is_none(frame); ) {
    Local<> file(t, TRY(file_of(frame)));
    bool passed = i > 1 && is_internal(file);
    if (!passed) {
      if (i >= level && !starts_with_any(file, skip)) break;
      ++i;
    }
    frame.set(TRY(get_attribute(t, frame, back)));
  }
  if (frame.is_empty() || is_none(frame)) {
    filename.set(Result<>(TRY(name_of(t, "<sys>"))));
    *line = 0;
    globals.set(Value(sys_module()->dict.borrow()));
    return kDone;
  }
  filename.set(TRY(file_of(frame)));
  Local<> number(t, TRY(get_attribute(t, frame, line_key)));
  *line = number.value().is_int() ? number.value().as_int() : 0;
  globals.set(TRY(get_attribute(t, frame, globals_key)));
  return kDone;
}

Status do_warn(Thread& t, Value message, Value category_in, i64 level, Value source, Tuple* skip) {
  Local<> category(t, category_in);
  if (TRY(is_instance_of(t, message, &Warning))) {
    category.set(Value(&type_of(message)));
  } else if (category.is_empty() || is_none(category)) {
    category.set(Value(&UserWarning));
  }
  if (!is_a<Type>(category) || !is_subtype(*category.value().as<Type>(), Warning)) {
    return raise(t, TypeError, "category must be a Warning subclass, not '{!T}'", category.value());
  }
  Local<> filename(t), globals(t), registry(t), module(t);
  i64 line = 0;
  if (skip != nullptr && skip->size() > 0 && level < 2) level = 2;
  TRY(caller_context(t, level, skip, filename, &line, globals));
  Dict* g = globals.value().as<Dict>();
  registry.set(TRY(dict_get_str(t, g, names().__warningregistry__)));
  if (registry.is_empty()) {
    registry.set(Result<>(TRY(dict_new(t))));
    TRY(dict_set_str(t, g, names().__warningregistry__, registry));
  }
  module.set(TRY(dict_get_str(t, g, names().__name__)));
  if (module.is_empty() || !is_a<Str>(module)) module.set(Result<>(TRY(name_of(t, "<string>"))));
  return warn_at(t, category, message, filename, line, module, registry, source);
}

Status warnings_warn(Thread& t, Value message, Value category, i64 stacklevel, Value source, Value skip) {
  Tuple* prefixes = !skip.is_empty() && is_a<Tuple>(skip) ? skip.as<Tuple>() : nullptr;
  if (prefixes == nullptr && !skip.is_empty()) {
    return raise(t, TypeError, "skip_file_prefixes must be a tuple of strs");
  }
  return do_warn(t, message, category, stacklevel, source, prefixes);
}

Status warnings_warn_explicit(Thread& t, Value message, Value category, Value filename, i64 line, Value module,
                              Value registry, Value, Value source) {
  if (!is_a<Str>(filename)) return raise(t, TypeError, "warn_explicit() argument 'filename' must be str, not {!T}", filename);
  if (!registry.is_empty() && !is_none(registry) && !is_a<Dict>(registry)) {
    return raise(t, TypeError, "'registry' must be a dict or None");
  }
  return warn_at(t, category, message, filename, line, module, registry, source);
}

Status filters_mutated(Thread&) {
  g_version.fetch_add_acq_rel(1);
  return kDone;
}
Status acquire_lock(Thread&) { return kDone; }  // single operations of lists and dicts are atomic

// What warn() of C++ code calls (object/error.h).
Status warn_from_native(Thread& t, Type& category, Str* message, int stack_level) {
  return do_warn(t, message, &category, stack_level, none_value(), nullptr);
}

const NativeDef kFunctions[] = {
    def<warnings_warn>("warn($module, /, message, category=None, stacklevel=1, source=None, *, skip_file_prefixes=())",
                       "Issues a warning, or ignores it, or raises it."),
    def<warnings_warn_explicit>("warn_explicit($module, /, message, category, filename, lineno, module=<unrepresentable>, "
                                "registry=None, module_globals=None, source=None)",
                                "The same for a place that the caller names."),
    def<filters_mutated>("_filters_mutated_lock_held($module, /)", "Tells that the filters changed."),
    def<acquire_lock>("_acquire_lock($module, /)", ""),
    def<acquire_lock>("_release_lock($module, /)", ""),
};

// default::DeprecationWarning:__main__ and the ignored categories.
Status default_filters(Thread& t, List* filters) {
  auto add = [&](const char* action, Type& category, const char* module) -> Status {
    Local<Str> what(t, TRY(name_of(t, action)));
    Local<> where(t, none_value());
    if (module != nullptr) where.set(Result<>(TRY(name_of(t, module))));
    Value items[] = {what, none_value(), &category, where, Value::small_int(0)};
    Local<Tuple> f(t, TRY(tuple_from(t, items, 5)));
    return list_append(t, filters, Value(f));
  };
  TRY(add("default", DeprecationWarning, "__main__"));
  TRY(add("ignore", DeprecationWarning, nullptr));
  TRY(add("ignore", PendingDeprecationWarning, nullptr));
  TRY(add("ignore", ImportWarning, nullptr));
  return add("ignore", ResourceWarning, nullptr);
}

Status warnings_exec(Thread& t, Module* m) {
  register_root_table(visit_roots);
  g_engine.warn = warn_from_native;
  g_filters.store(&none_object, TRY(list_new(t)));  // a global root is a shared owner (R18)
  g_once.store(&none_object, TRY(dict_new(t)));
  TRY(default_filters(t, g_filters.borrow()));
  TRY(module_add(t, m, "filters", Value(g_filters.borrow())));
  TRY(module_add(t, m, "_onceregistry", Value(g_once.borrow())));
  Local<Str> action(t, TRY(name_of(t, "default")));
  TRY(module_add(t, m, "_defaultaction", action));
  auto variable_type = import_attribute(t, "_contextvars", "ContextVar");
  if (variable_type.is_error()) {
    clear_error(t);
    return kDone;
  }
  Local<> type(t, variable_type);
  Local<Str> name(t, TRY(name_of(t, "warnings_context")));
  Local<> variable(t, TRY(call(t, type, name)));
  g_context.store(&none_object, variable.value());
  return module_add(t, m, "_warnings_context", variable);
}

}  // namespace

extern const ModuleDef warnings_module_def;
const ModuleDef warnings_module_def = {"_warnings", "The native part of warnings.", kFunctions, {}, warnings_exec};

}  // namespace taipan
