#include "runtime/types/module_trouble.h"

#include <unistd.h>

#include "runtime/object/call.h"
#include "runtime/object/names.h"
#include "runtime/types/dict.h"
#include "runtime/types/object_parts.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"

namespace taipan {
namespace {

// Set before the program starts. A program that has no folder of its own hides nothing.
std::string g_script_folder;
bool g_has_script_folder = false;

// Of a module its dictionary is asked, as its __getattr__ has no say here.
Result<> spec_of(Thread& t, Value module) {
  if (!is_exact<Module>(module)) return get_attribute_or_absent(t, module, names().__spec__);
  return module_get(t, module.as<Module>(), names().__spec__);
}

Result<bool> flag(Thread& t, Value spec, const char* name) {
  Local<Str> key(t, TRY(str_intern(t, name)));
  Local<> v(t, TRY(get_attribute_or_absent(t, spec, key)));
  if (v.is_empty()) return false;
  return truth(t, v);
}

// The folder that a module's file or package folder is in.
std::string_view folder_of(std::string_view file) {
  auto parent = [](std::string_view path) { return path.substr(0, std::min(path.rfind('/'), path.size())); };
  constexpr std::string_view kPackage = "/__init__.py";
  if (file.size() > kPackage.size() && file.substr(file.size() - kPackage.size()) == kPackage) file = parent(file);
  return file.find('/') == file.npos ? std::string_view() : parent(file);
}

bool is_beside_script(std::string_view file) {
  if (!g_has_script_folder) return false;
  if (!g_script_folder.empty()) return folder_of(file) == g_script_folder;
  char here[4096];
  return ::getcwd(here, sizeof here) != nullptr && folder_of(file) == here;
}

Result<bool> is_library_name(Thread& t, Value name) {
  Local<> sys(t, TRY(import_by_name(t, "sys")));
  Local<Str> key(t, TRY(str_intern(t, "stdlib_module_names")));
  Local<> all(t, TRY(get_attribute_or_absent(t, sys, key)));
  if (all.is_empty() || !is_a<Str>(name)) return false;
  return contains(t, all, name);
}

}  // namespace

void set_script_folder(std::string folder) {
  g_script_folder = std::move(folder);
  g_has_script_folder = true;
}

Result<bool> module_is_initializing(Thread& t, Value module) {
  Local<> spec(t, TRY(spec_of(t, module)));
  if (spec.is_empty() || is_none(spec)) return false;
  return flag(t, spec, "_initializing");
}

Result<ModuleTrouble> module_trouble(Thread& t, Value module, Value name, Local<>& origin) {
  Local<> spec(t, TRY(spec_of(t, module)));
  if (spec.is_empty() || is_none(spec)) return ModuleTrouble::None;
  bool beside = false;
  if (TRY(flag(t, spec, "has_location"))) {
    Local<Str> key(t, TRY(str_intern(t, "origin")));
    origin.set(TRY(get_attribute_or_absent(t, spec, key)));
    if (!is_a<Str>(origin)) {
      origin.set(Result<>::absent());
    } else {
      Utf8 file;
      TRY(file.encode(t, origin.value().as<Str>(), true));
      beside = is_beside_script(file.view());
    }
  }
  if (beside && TRY(is_library_name(t, name))) return ModuleTrouble::HidesLibrary;
  if (!TRY(flag(t, spec, "_initializing"))) return ModuleTrouble::None;
  return beside ? ModuleTrouble::MayHide : ModuleTrouble::Circular;
}

}  // namespace taipan
