#include "interp/modules/modules.h"

#include "runtime/import/import.h"
#include "runtime/native/def.h"

namespace taipan {

extern const ModuleDef ast_module_def;
extern const ModuleDef opcode_module_def;
extern const ModuleDef taipan_module_def;
extern const ModuleDef tokenize_module_def;

void register_interp_modules() {
  for (const ModuleDef* def : {&ast_module_def, &opcode_module_def, &taipan_module_def, &tokenize_module_def}) register_native_module(*def);
}

}  // namespace taipan
