// Start of the import system: runs the library's importlib from source and installs its finders.
#include <cstdio>
#include <string>

#include "runtime/engine.h"
#include "runtime/import/import.h"
#include "runtime/import/zip_hook.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/types/bytes.h"
#include "runtime/types/dict.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"

namespace taipan {

namespace {

Result<Bytes> read_file(Thread& t, const std::string& path) {
  std::string text;
  FILE* f = std::fopen(path.c_str(), "rbe");
  if (f == nullptr) return raise(t, ImportError, "cannot read {}", path.c_str());
  char buffer[65536];
  for (usize n; (n = std::fread(buffer, 1, sizeof buffer, f)) > 0;) text.append(buffer, n);
  std::fclose(f);
  return bytes_from(t, text);
}

// Executes a library file as the module `name`, the way CPython's frozen copies appear.
Result<Module> run_frozen(Thread& t, const std::string& path, const char* name, const char* shown) {
  Local<Bytes> source(t, TRY(read_file(t, path)));
  Local<Str> filename(t, TRY(str_from_ascii(t, shown)));
  Local<> code(t, TRY(g_engine.compile(t, source, filename, {})));
  Local<Str> module_name(t, TRY(str_intern(t, name)));
  Local<Module> module(t, TRY(module_new(t, module_name)));
  Local<Dict> dict(t, Value(module->dict.borrow()));
  Local<> builtins(t, TRY(dict_get_str(t, sys_modules(), names().builtins)));
  TRY(dict_set_str(t, dict, names().__builtins__, builtins));
  TRY(dict_set_str(t, sys_modules(), module_name, module));
  Local<> done(t, TRY(g_engine.eval_code(t, code, dict, Value::empty(), Value::empty())));
  return module.give();
}

}  // namespace

Status import_bootstrap(Thread& t, const std::string& stdlib) {
  std::string folder = stdlib + "/importlib/";
  Local<Module> lib(t, TRY(run_frozen(t, folder + "_bootstrap.py", "_frozen_importlib",
                                      "<frozen importlib._bootstrap>")));
  g_importlib.set(t, lib);
  Local<Str> imp_name(t, TRY(str_intern(t, "_imp")));
  Local<> imp(t, TRY(dict_get_str(t, sys_modules(), imp_name)));
  Local<Str> install(t, TRY(str_intern(t, "_install")));
  Local<> done(t, TRY(call_method(t, lib, install, Value(sys_module()), imp)));
  Local<Module> external(t, TRY(run_frozen(t, folder + "_bootstrap_external.py",
                                           "_frozen_importlib_external",
                                           "<frozen importlib._bootstrap_external>")));
  // importlib/__init__.py looks for the specs of both; _setup() gave none to modules made here.
  Local<Str> external_install(t, TRY(str_intern(t, "_install_external_importers")));
  done.set(TRY(call_method(t, lib, external_install)));
  TRY(install_zip_hook(t));
  return kDone;
}

}  // namespace taipan
