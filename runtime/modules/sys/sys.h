// Parts of the module sys, one per file; sys.cpp lists them.
// Each *_exec adds its values to the module.
#pragma once
#include <span>

#include "runtime/native/def.h"
#include "runtime/thread/thread.h"
#include "runtime/types/module.h"

namespace taipan {

Status sys_info_exec(Thread& t, Module* sys);     // version, flags, sizes, limits
Status sys_config_exec(Thread& t, Module* sys);   // argv, path, executable, prefixes, options
Status sys_hooks_exec(Thread& t, Module* sys);    // __displayhook__ and the like
std::span<const NativeDef> sys_hook_functions();
std::span<const NativeDef> sys_async_functions();

}  // namespace taipan
