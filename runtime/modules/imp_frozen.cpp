#include "runtime/modules/imp_frozen.h"

#include <fstream>
#include <iterator>
#include <string>

#include "runtime/config.h"
#include "runtime/engine.h"
#include "runtime/import/import.h"
#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/types/bytes.h"
#include "runtime/types/list.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

struct FrozenModule {
  const char* name;
  const char* original;  // the module of the library whose source it is; "<" and the package: its __init__
  const char* file;      // in the library's folder
  bool package;
};
constexpr FrozenModule kFrozen[] = {
    {"__hello__", "__hello__", "__hello__.py", false},
    {"__hello_alias__", "__hello__", "__hello__.py", false},
    {"__phello_alias__", "__hello__", "__hello__.py", true},
    {"__phello_alias__.spam", "__hello__", "__hello__.py", false},
    {"__phello__", "__phello__", "__phello__/__init__.py", true},
    {"__phello__.__init__", "<__phello__", "__phello__/__init__.py", false},
    {"__phello__.spam", "__phello__.spam", "__phello__/spam.py", false},
};

Atomic<i32> g_override;  // by tests; negative: there are no frozen modules

const FrozenModule* frozen_named(Str* name) {
  if (g_override.load_relaxed() < 0) return nullptr;
  for (const FrozenModule& m : kFrozen) {
    if (str_equals(name, m.name)) return &m;
  }
  return nullptr;
}

Result<> raise_named(Thread& t, Str* name, const char* format) {
  Local<Str> text(t, TRY(str_format(t, format, Value(name))));
  Local<> error(t, TRY(call(t, &ImportError, text)));
  TRY(set_attribute(t, error, names().name, name));
  (void)raise_object(t, error);
  return kError;
}
Result<> raise_not_frozen(Thread& t, Str* name) { return raise_named(t, name, "No such frozen object named {}"); }

Result<> code_of(Thread& t, const FrozenModule& m) {
  std::ifstream file(g_config.stdlib + "/" + m.file, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  Local<Bytes> source(t, TRY(bytes_from(t, text)));
  Local<Str> filename(t, TRY(str_from_ascii(t, "<frozen " + std::string(m.name) + ">")));
  return g_engine.compile(t, source, filename, {});
}

bool imp_is_frozen(Thread&, Str* name) { return frozen_named(name) != nullptr; }

// (code as marshal writes it or None, is it a package, whose source it is).
Result<> imp_find_frozen(Thread& t, Str* name, bool with_data) {
  const FrozenModule* m = frozen_named(name);
  if (m == nullptr) return none();
  Local<> data(t, none());
  if (with_data) {
    Local<> code(t, TRY(code_of(t, *m))), dumps(t, TRY(import_attribute(t, "marshal", "dumps")));
    data.set(TRY(call(t, dumps, code)));
  }
  Local<Str> original(t, TRY(str_from_ascii(t, m->original)));
  return tuple_of(t, data, bool_value(m->package), original);
}

Result<> imp_get_frozen_object(Thread& t, Str* name, Value data) {
  if (!is_none(data)) {
    Local<> loads(t, TRY(import_attribute(t, "marshal", "loads")));
    Result<> made = call(t, loads, data);
    if (made.is_error()) clear_error(t);
    Local<> code(t);
    if (!made.is_error()) code.set(made);
    if (code.is_empty() || &type_of(code) != &code_type) return raise_named(t, name, "Frozen object named {!r} is invalid");
    return code.give();
  }
  const FrozenModule* m = frozen_named(name);
  return m == nullptr ? raise_not_frozen(t, name) : code_of(t, *m);
}

Result<> imp_init_frozen(Thread& t, Str* name) { return frozen_named(name) == nullptr ? none() : import_module(t, name); }

Result<> imp_is_frozen_package(Thread& t, Str* name) {
  const FrozenModule* m = frozen_named(name);
  return m == nullptr ? raise_not_frozen(t, name) : boolean(m->package);
}

Result<List> imp_frozen_names(Thread& t) {
  Local<List> list(t, TRY(list_new(t)));
  for (const FrozenModule& m : kFrozen) {
    Local<Str> name(t, TRY(str_from_ascii(t, m.name)));
    TRY(list_append(t, list, name));
  }
  return list.give();
}

Status imp_override(Thread&, i32 mode) { return g_override.store_relaxed(mode), kDone; }

const NativeDef kFunctions[] = {
    def<imp_is_frozen>("is_frozen($module, name, /)", "Is there a frozen module of this name?"),
    def<imp_find_frozen>("find_frozen($module, name, /, *, withdata=False)",
                         "Its code if wanted, whether it is a package, whose source it is; None if there is none."),
    def<imp_get_frozen_object>("get_frozen_object($module, name, data=None, /)", "The code of a frozen module."),
    def<imp_init_frozen>("init_frozen($module, name, /)", "Imports a frozen module."),
    def<imp_is_frozen_package>("is_frozen_package($module, name, /)", "Is the frozen module a package?"),
    def<imp_frozen_names>("_frozen_module_names($module, /)", "The names of the frozen modules."),
    def<imp_override>("_override_frozen_modules_for_tests($module, override, /)", "Below zero: as if there were none."),
};

}  // namespace

std::span<const NativeDef> imp_frozen_functions() { return kFunctions; }

}  // namespace taipan
