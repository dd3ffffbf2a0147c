// Which tuples the cycle collector need not know: those of things that are in no cycle (gc.is_tracked() says no).
// Whether an object is tracked is fixed at its birth.
#pragma once
#include "runtime/types/tuple.h"

namespace taipan {

// kGcTracked or 0: what a tuple is for the sake of this element.
inline u8 gc_of_element(Value v) { return v.is_ref() ? v.object()->gc & kGcTracked : 0; }

// A new tuple, which nobody else has as yet, has been filled.
inline void tuple_untrack_plain(Thread& t, Tuple* x) {
  for (usize i = 0, n = x->size(); i < n; ++i) {
    if (gc_of_element((*x)[i]) != 0) return;
  }
  x->gc &= static_cast<u8>(~kGcTracked);
  t.allocated -= t.allocated > 0;
}

}  // namespace taipan
