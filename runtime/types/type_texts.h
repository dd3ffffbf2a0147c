// How types look inside other types: int, collections.deque, list[int], ..., None.
// Shared by the reprs of GenericAlias and Union.
// Bodies: type_parameters.cpp.
#pragma once
#include "runtime/types/str.h"

namespace taipan {

Status append_type_text(Thread& t, StrBuilder& out, Value v);

}  // namespace taipan
