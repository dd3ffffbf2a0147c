#include "interp/cli/site.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "runtime/config.h"
#include "runtime/import/import.h"
#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/module.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"

namespace taipan {
namespace {

bool exists(const std::string& path) {
  struct stat info;
  return ::stat(path.c_str(), &info) == 0;
}

std::string own_packages() { return g_config.prefix + "/lib/python3.15/site-packages"; }

std::string user_packages() {
  std::string base;
  if (const char* v = environment_variable("PYTHONUSERBASE")) {
    base = v;
  } else if (const char* home = std::getenv("HOME"); home != nullptr) {
    base = std::string(home) + "/.local";
  } else if (const passwd* entry = ::getpwuid(::getuid()); entry != nullptr) {
    base = std::string(entry->pw_dir) + "/.local";
  }
  return base + "/lib/python3.15t/site-packages";
}

bool has_module(const std::string& folder, const char* name) {
  std::string path = folder + "/" + name;
  return exists(path + ".py") || exists(path + ".pyc") || exists(path);
}

// Is there anything that the library's site would act on: a virtual environment, a folder of packages (the distribution's
// own site has folders of other names), sitecustomize, entries of sys.path to make absolute?
bool site_has_work() {
  if (environment_variable("PYTHONPATH") != nullptr) return true;
  std::string program = g_config.executable.substr(0, g_config.executable.rfind('/'));
  if (exists(program + "/pyvenv.cfg") || exists(g_config.prefix + "/pyvenv.cfg")) return true;
  if (exists(own_packages())) return true;
  for (const char* folder : {"/lib/python3.15t/site-packages", "/lib/python3.15t/dist-packages", "/lib/python3/dist-packages",
                             "/local/lib/python3.15/dist-packages"}) {
    if (exists(g_config.prefix + folder)) return true;
  }
  if (!g_config.no_user_site && exists(user_packages())) return true;
  for (const std::string& folder : g_config.path) {
    if (has_module(folder, "sitecustomize") || has_module(folder, "usercustomize")) return true;
  }
  return false;
}

// Folders of packages that were built for the distribution's own interpreter (DESIGN section 1).
Status drop_foreign_packages(Thread& t) {
  Local<> held(t, TRY(sys_get(t, "path")));
  if (g_config.prefix != "/usr" || !is_a<List>(held)) return kDone;
  List* path = held.value().as<List>();
  for (usize i = list_size(path); i-- > 0;) {
    Local<> entry(t, TRY(list_get(t, path, i)));
    if (!is_a<Str>(entry)) continue;
    Utf8 text;
    TRY(text.encode_filename(t, entry.value().as<Str>()));
    if (text.view().ends_with("/dist-packages")) drop(TRY(list_pop(t, path, i)));
  }
  return kDone;
}

// The library's site may be a distribution's, which does not know our folder.
Status import_site(Thread& t) {
  Local<> site(t, TRY(import_module(t, "site")));
  TRY(drop_foreign_packages(t));
  if (!exists(own_packages())) return kDone;
  Local<Str> add(t, TRY(str_intern(t, "addsitedir")));
  Local<Str> name(t, TRY(str_from_utf8_surrogateescape(t, own_packages())));
  drop(TRY(call_method(t, site, add, Value(name))));
  return kDone;
}

// copyright, credits and license: _sitebuiltins has a class for them, which wants os.
struct Notice : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::kNone_;
  static constexpr u32 kSubclassFlag = 0;
  const char* text;
};

Result<Str> notice_repr(Thread& t, Value self) { return str_from_ascii(t, static_cast<Notice*>(self.object())->text); }
Result<> notice_call(Thread& t, Value self, const Value*, u32, Tuple*) {
  Local<> file(t, TRY(sys_get(t, "stdout")));
  Local<Str> line(t, TRY(str_format(t, "{}\n", static_cast<Notice*>(self.object())->text)));
  if (!file.is_empty() && !is_none(file)) drop(TRY(call_method(t, file, names().write, Value(line))));
  return none();
}
const TypeDef kNotice = {.name = "_sitebuiltins._Printer",
                         .flags = kTypeNoInstantiation,
                         .size = sizeof(Notice),
                         .slots = {.call = notice_call, .repr = notice_repr}};

Status add_notice(Thread& t, Type& type, Module* builtins, const char* name, const char* text) {
  auto* made = new_object<Notice>(t, type);
  if (made == nullptr) return kError;
  made->text = text;
  Local<> notice(t, own_new(made));
  Local<Str> key(t, TRY(str_intern(t, name)));
  return module_set(t, builtins, key, notice);
}

Status add_quitter(Thread& t, Module* builtins, const char* name) {
  Local<> type(t, TRY(import_attribute(t, "_sitebuiltins", "Quitter")));
  Local<Str> key(t, TRY(str_intern(t, name))), eof(t, TRY(str_from_ascii(t, "Ctrl-D (i.e. EOF)")));
  Local<> made(t, TRY(call(t, type, Value(key), Value(eof))));
  return module_set(t, builtins, key, made);
}

Status add_builtins(Thread& t) {
  Local<Module> builtins(t, TRY(import_module(t, "builtins")).cast<Module>());
  TRY(add_quitter(t, builtins, "quit"));
  TRY(add_quitter(t, builtins, "exit"));
  Local<> helper(t, TRY(import_attribute(t, "_sitebuiltins", "_Helper")));
  Local<> help(t, TRY(call(t, helper)));
  Local<Str> key(t, TRY(str_intern(t, "help")));
  TRY(module_set(t, builtins, key, help));
  Local<Type> type(t, TRY(type_from_def(t, kNotice)));
  TRY(add_notice(t, *type.get(), builtins, "copyright", "Taipan's own parts: see its LICENSE. The library's: see license()."));
  TRY(add_notice(t, *type.get(), builtins, "credits", "The library is CPython's: see https://www.python.org."));
  return add_notice(t, *type.get(), builtins, "license", "See https://www.python.org/psf/license/");
}

}  // namespace

Status start_site(Thread& t, bool is_interactive) {
  if (g_config.no_site || g_importlib.is_empty()) return kDone;
  return is_interactive || g_config.inspect || site_has_work() ? import_site(t) : add_builtins(t);
}

}  // namespace taipan
