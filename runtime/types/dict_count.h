// Counting in a dict: what Counter does for each element, with one search.
// One operation under the dict's lock.
// Not for namespaces (module dictionaries).
#pragma once
#include "runtime/types/dict.h"

namespace taipan {

// Adds one to the int under key; 1 if the key is not there. False: what is there is no small int, nothing
// has been done. `hash`: the key's.
Result<bool> dict_count_one(Thread& t, Dict* d, Value key, u64 hash);

}  // namespace taipan
