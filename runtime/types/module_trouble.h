// Why a module may lack a name that it is asked for: it is still being imported, or its file stands where another
// module's was meant. Messages of AttributeError and ImportError tell of it.
#pragma once
#include <string>

#include "runtime/thread/local.h"
#include "runtime/types/module.h"

namespace taipan {

enum class ModuleTrouble {
  None,
  HidesLibrary,  // a file beside the script has the name of a module of the standard library
  MayHide,       // beside the script, and half imported: it may import itself by mistake
  Circular,      // half imported
};

// `origin` is set to the module's file, if it has one and knows it.
Result<ModuleTrouble> module_trouble(Thread& t, Value module, Value name, Local<>& origin);
// Is the module still being imported? Its spec says so.
Result<bool> module_is_initializing(Thread& t, Value module);
// What sys.path began with: where a script's own modules are.
void set_script_folder(std::string folder);

}  // namespace taipan
