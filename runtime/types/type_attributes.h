// Attribute access on classes: the metaclass's rules (type.__getattribute__, type.__setattr__).
// generic_* of object/call.h are for everything else.
// type_get_attribute_or_absent: no exception for what is not there.
#pragma once
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

Result<> type_get_attribute(Thread& t, Value self, Str* name);
Result<> type_get_attribute_or_absent(Thread& t, Value self, Str* name);
Status type_set_attribute(Thread& t, Value self, Str* name, Value v);

}  // namespace taipan
