// Where the carets of a traceback line are: the operator of a binary operation, the brackets of a call or
// subscript; the rest of the expression gets tildes.
#pragma once
#include <string_view>

#include "runtime/base/types.h"

namespace taipan {

// Lines count from the segment's first; offsets are bytes, on the first line relative to the segment.
struct Anchors {
  usize left_line = 0, left = 0, right_line = 0, right = 0;
};
// False: the segment is no binary operation, subscript or call.
bool find_anchors(std::string_view segment, Anchors* out);

}  // namespace taipan
