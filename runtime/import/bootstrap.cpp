// Start of the import system: runs the library's importlib and installs its finders.
#include <sys/stat.h>

#include <cstdio>
#include <cstring>
#include <string>

#include "runtime/config.h"
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

// A part of importlib: a library file that runs before the import system can load it.
struct Part {
  const char* file;    // in the library's folder importlib
  const char* module;  // its name in sys.modules, CPython's of its frozen copy
  const char* shown;   // the file name of its code

  std::string path(const std::string& folder) const { return folder + file + ".py"; }
  // Where the library's own loader keeps the compiled code.
  std::string cache(const std::string& folder) const {
    std::string name = std::string(file) + "." TP_CACHE_TAG;
    if (g_config.optimize > 0) name += ".opt-" + std::to_string(g_config.optimize);
    return (g_config.pycache_prefix.empty() ? folder + "__pycache__/" : g_config.pycache_prefix + folder) + name + ".pyc";
  }
};
constexpr Part kParts[] = {
    {"_bootstrap", "_frozen_importlib", "<frozen importlib._bootstrap>"},
    {"_bootstrap_external", "_frozen_importlib_external", "<frozen importlib._bootstrap_external>"},
};

// What the head of compiled code says of its source.
struct Stamp {
  u32 mtime = 0, size = 0;
  bool take(const std::string& path) {
    struct stat info;
    if (::stat(path.c_str(), &info) != 0) return false;
    mtime = static_cast<u32>(info.st_mtime);
    size = static_cast<u32>(info.st_size);
    return true;
  }
};

// The code in a cache, if that is of this compiler and of this source; absent otherwise.
Result<> cached_code(Thread& t, const std::string& path, const Stamp& source) {
  constexpr usize kHead = 16;
  Result<Bytes> found = read_file(t, path);
  if (found.is_error()) return clear_error(t), Result<>::absent();
  Local<Bytes> bytes(t, found);
  u32 head[4] = {};
  if (bytes->size() < kHead) return Result<>::absent();
  std::memcpy(head, bytes->data(), kHead);
  if (head[0] != pyc_magic() || head[1] != 0 || head[2] != source.mtime || head[3] != source.size) return Result<>::absent();
  Local<Str> marshal_name(t, TRY(str_intern(t, "marshal"))), key(t, TRY(str_intern(t, "loads")));
  Local<Module> marshal(t, TRY(import_native(t, marshal_name)));
  Local<> loads(t, TRY(get_attribute(t, marshal, key)));
  Local<Bytes> rest(t, TRY(bytes_from(t, bytes->view().substr(kHead))));
  Result<> code = call(t, loads, Value(rest));
  if (code.is_error()) return clear_error(t), Result<>::absent();
  return code;
}

// Executes a part as a module of its own. True: its code was in the cache.
Result<bool> run_part(Thread& t, const Part& part, const std::string& folder, Local<>& code) {
  Local<Str> filename(t, TRY(str_from_ascii(t, part.shown)));
  Stamp source;
  bool was_cached = false;
  if (source.take(part.path(folder))) {
    code.set(TRY(cached_code(t, part.cache(folder), source)));
    was_cached = !code.is_empty();
  }
  if (was_cached) {
    TRY(g_engine.rename_code(t, code, filename));
  } else {
    Local<Bytes> text(t, TRY(read_file(t, part.path(folder))));
    code.set(TRY(g_engine.compile(t, text, filename, {})));
  }
  Local<Str> module_name(t, TRY(str_intern(t, part.module)));
  Local<Module> module(t, TRY(module_new(t, module_name)));
  Local<Dict> dict(t, Value(module->dict.borrow()));
  Local<> builtins(t, TRY(dict_get_str(t, sys_modules(), names().builtins)));
  TRY(dict_set_str(t, dict, names().__builtins__, builtins));
  TRY(dict_set_str(t, sys_modules(), module_name, module));
  drop(TRY(g_engine.eval_code(t, code, dict, Value::empty(), Value::empty())));
  return was_cached;
}

// Puts the code of a part where the next start finds it, by the library's own means.
Status keep_code(Thread& t, const Part& part, const std::string& folder, Value code) {
  Stamp source;
  if (g_config.dont_write_bytecode || !source.take(part.path(folder))) return kDone;
  const char* external = kParts[1].module;
  Local<> pack(t, TRY(import_attribute(t, external, "_code_to_timestamp_pyc")));
  Local<> data(t, TRY(call(t, pack, code, Value::small_int(source.mtime), Value::small_int(source.size))));
  Local<Str> path(t, TRY(str_from_utf8_surrogateescape(t, part.path(folder))));
  Local<Str> cache(t, TRY(str_from_utf8_surrogateescape(t, part.cache(folder))));
  Local<> type(t, TRY(import_attribute(t, external, "SourceFileLoader")));
  Local<> loader(t, TRY(call(t, type, Value(path), Value(path))));
  Local<Str> write(t, TRY(str_intern(t, "_cache_bytecode")));
  Value args[] = {path, cache, data};
  drop(TRY(call_method(t, loader, write, args, 3)));
  return kDone;
}

}  // namespace

Status import_bootstrap(Thread& t, const std::string& stdlib) {
  std::string folder = stdlib + "/importlib/";
  Local<> code(t), external_code(t);
  bool kept = TRY(run_part(t, kParts[0], folder, code));
  Local<Str> lib_name(t, TRY(str_intern(t, kParts[0].module)));
  Local<> lib(t, TRY(dict_get_str(t, sys_modules(), lib_name)));
  g_importlib.set(t, lib);
  Local<Str> imp_name(t, TRY(str_intern(t, "_imp")));
  Local<> imp(t, TRY(dict_get_str(t, sys_modules(), imp_name)));
  Local<Str> install(t, TRY(str_intern(t, "_install")));
  Local<> done(t, TRY(call_method(t, lib, install, Value(sys_module()), imp)));
  bool external_kept = TRY(run_part(t, kParts[1], folder, external_code));
  // importlib/__init__.py looks for the specs of both; _setup() gave none to modules made here.
  Local<Str> external_install(t, TRY(str_intern(t, "_install_external_importers")));
  done.set(TRY(call_method(t, lib, external_install)));
  TRY(install_zip_hook(t));
  // A start without these caches is slower, and no worse.
  if (!kept && keep_code(t, kParts[0], folder, code).is_error()) clear_error(t);
  if (!external_kept && keep_code(t, kParts[1], folder, external_code).is_error()) clear_error(t);
  return kDone;
}

}  // namespace taipan
