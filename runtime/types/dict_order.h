// Changing the order of a dict's entries: what OrderedDict adds to dict.
// Each is one operation under the dict's lock.
// Not for namespaces (module dictionaries).
#pragma once
#include "runtime/types/dict.h"

namespace taipan {

// The entry of key goes to the end, or to the front (which copies the table). False: no such key.
Result<bool> dict_move_to_end(Thread& t, Dict* d, Value key, bool last);
// collections.OrderedDict, once the module is there: its iterators have texts of their own.
extern Type* g_ordered_dict_type;
// Removes the first entry: (key, value); absent() if there is none.
Result<> dict_pop_first(Thread& t, Dict* d);

}  // namespace taipan
