// Extended grapheme clusters (UAX #29): what a reader takes for one character.
// next_grapheme() walks a text cluster by cluster.
// Text comes in lanes (see runtime/base/lanes.h).
#pragma once

#include "runtime/base/types.h"

namespace taipan::unicode {

// End of the cluster that starts at `from` < size, where a cluster must start.
template <class Lane>
usize next_grapheme(const Lane* text, usize size, usize from);

}  // namespace taipan::unicode
