// posix: the module's table, put together from the subjects' files.
#include "runtime/modules/posix/posix.h"

namespace taipan {

namespace {

Status posix_exec(Thread& t, Module* m) {
  for (auto functions : {posix_file_functions(), posix_directory_functions(), posix_stat_functions(),
                         posix_process_functions(), posix_environment_functions()}) {
    TRY(module_add_functions(t, m, functions));
  }
  TRY(posix_stat_exec(t, m));
  TRY(posix_directory_exec(t, m));
  TRY(posix_process_exec(t, m));
  TRY(posix_environment_exec(t, m));
  TRY(posix_constants_exec(t, m));
  return module_add(t, m, "error", Value(&OSError));
}

}  // namespace

extern const ModuleDef posix_module_def;
const ModuleDef posix_module_def = {"posix", "The system's calls, as os offers them.", {}, {}, posix_exec};

}  // namespace taipan
