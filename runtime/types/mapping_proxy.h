// mappingproxy: a read-only view of a mapping (the __dict__ of classes).
// Everything but writing is passed on to the mapping.
// Equality too: a proxy equals what its mapping equals.
#pragma once
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

struct MappingProxy : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::mappingproxy_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<> mapping;
};
Result<> mapping_proxy_new(Thread& t, Value mapping);

}  // namespace taipan
