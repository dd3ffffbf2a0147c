// The parts of _collections. Each adds its types to the module.
// deque.cpp; dicts.cpp: defaultdict, _tuplegetter, _count_elements; ordered_dict.cpp.
#pragma once
#include "runtime/native/def.h"

namespace taipan {

Status deque_exec(Thread& t, Module* module);
Status default_dict_exec(Thread& t, Module* module);
Status ordered_dict_exec(Thread& t, Module* module);
Status count_elements(Thread& t, Value mapping, Value iterable);

}  // namespace taipan
