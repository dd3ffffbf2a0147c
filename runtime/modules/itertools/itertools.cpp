// itertools: the module's table. The classes are in the other files of this folder.
#include "runtime/modules/itertools/itertools.h"

namespace taipan {

namespace {

Status exec(Thread& t, Module* module) {
  TRY(itertools_infinite_exec(t, module));
  TRY(itertools_chain_exec(t, module));
  TRY(itertools_select_exec(t, module));
  TRY(itertools_combinatoric_exec(t, module));
  return itertools_group_exec(t, module);
}

constexpr NativeDef kFunctions[] = {
    def<itertools_tee>("tee($module, iterable, n=2, /)", "A tuple of n independent iterators over one iterable."),
};

}  // namespace

extern const ModuleDef itertools_module_def;
const ModuleDef itertools_module_def = {"itertools", "Tools that make and combine iterators.", kFunctions, {}, exec};

}  // namespace taipan
