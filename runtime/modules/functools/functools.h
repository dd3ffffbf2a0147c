// The parts of _functools: partial, lru_cache's wrapper, cmp_to_key and reduce.
// Each part adds its types to the module; functools.cpp has the table of functions.
#pragma once
#include "runtime/native/def.h"

namespace taipan {

Status partial_exec(Thread& t, Module* module);
Status lru_cache_exec(Thread& t, Module* module);

}  // namespace taipan
