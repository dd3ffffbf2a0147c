// itemgetter, attrgetter and methodcaller: the classes of _operator.
// operator.cpp has the functions and the module's table.
// The exec step adds the classes to the module.
#pragma once
#include "runtime/native/def.h"

namespace taipan {

Status operator_getters_exec(Thread& t, Module* module);

}  // namespace taipan
