#include "runtime/import/zip_hook.h"

#include <sys/stat.h>

#include <string>

#include "runtime/config.h"
#include "runtime/import/import.h"
#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/types/descriptors.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"

namespace taipan {

namespace {

// Is the path a file, or one with more behind it (archive.zip/package)?
bool leads_to_file(std::string path) {
  while (!path.empty()) {
    struct stat s;
    if (::stat(path.c_str(), &s) == 0) return S_ISREG(s.st_mode);
    usize slash = path.rfind('/');
    if (slash == path.npos) return false;
    path.resize(slash);
  }
  return false;
}

// From where it is, past sys.path: an archive may stand there before the library, and would need this hook.
Result<> library_zipimport(Thread& t) {
  Local<Str> name(t, TRY(str_intern(t, "zipimport")));
  Local<> known(t, TRY(dict_get_str(t, sys_modules(), name)));
  if (!known.is_empty()) return known.give();
  Local<Str> path(t, TRY(str_from_utf8_surrogateescape(t, g_config.stdlib + "/zipimport.py")));
  Local<> make_spec(t, TRY(import_attribute(t, "_frozen_importlib_external", "spec_from_file_location")));
  Local<> spec(t, TRY(call(t, make_spec, Value(name), Value(path))));
  Local<> load(t, TRY(import_attribute(t, "_frozen_importlib", "_load")));
  return call(t, load, spec);
}

Result<> zip_path_hook(Thread& t, Value path);
constexpr NativeDef kHook = def<zip_path_hook>("zipimporter($module, path, /)", "An importer for the path, if that is a zip archive.");

bool is_this_hook(Value v) { return is_exact<NativeFunction>(v) && v.as<NativeFunction>()->def == &kHook; }

Result<> zip_path_hook(Thread& t, Value path) {
  if (is_a<Str>(path)) {
    Utf8 text;
    TRY(text.encode_filename(t, path.as<Str>()));
    if (!leads_to_file(text.c_str())) return raise(t, ImportError, "not a Zip file: {!r}", path);
  }
  Local<> zipimport(t, TRY(library_zipimport(t)));
  Local<Str> name(t, TRY(str_intern(t, "zipimporter")));
  Local<> importer(t, TRY(get_attribute(t, zipimport, name)));
  Local<> hooks(t, TRY(sys_get(t, "path_hooks")));
  if (is_a<List>(hooks)) {
    List* list = hooks.value().as<List>();
    for (usize i = 0; i < list_size(list); ++i) {
      Local<> hook(t, TRY(list_get(t, list, i)));
      if (is_this_hook(hook)) TRY(set_item(t, hooks, Value::small_int(static_cast<i64>(i)), importer));
    }
  }
  return call(t, importer, path);
}

}  // namespace

Status install_zip_hook(Thread& t) {
  Local<> hook(t, TRY(make_native_function(t, kHook, Value::empty(), Value::empty())));
  Local<> hooks(t, TRY(sys_get(t, "path_hooks")));
  return list_insert(t, hooks.value().as<List>(), 0, hook);
}

}  // namespace taipan
