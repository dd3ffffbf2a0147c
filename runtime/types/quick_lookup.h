// Keys looked up where words are all it takes: no Python code, no lock, no allocation, nothing to raise. What programs do
// with dicts and sets nearly always; where the answer is "ask", the functions of dict.h and set.h know it.
// Readers of shared containers follow Note [dict-read] in dict.cpp.
#pragma once
#include "runtime/types/quick_compare.h"

namespace taipan {

// Is v in the container, register words both? 1 and 0 of exact dicts, sets, frozensets and tuples, or kAskPython.
int quick_contains(Value container, Value v);
// dict[key] of an exact dict: an owned register word. Empty: ask (also: it is missing).
Value quick_dict_item(Object* dict, Value key);

}  // namespace taipan
