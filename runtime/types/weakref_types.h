// Making and reading Python's weak references, for natives (_weakref, abc, caches).
// The types are weakref_type, weakproxy_type and weakcallableproxy_type.
// The lists behind them: memory/weak.h.
#pragma once
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

// cls(object, callback); shares plain references. TypeError for objects that cannot be referenced.
Result<> weakref_make(Thread& t, Type& cls, Value object, Value callback_or_empty);
// The referent, owned; absent() if it is dead. `reference` is an instance of weakref_type.
Result<> weakref_get(Value reference);

}  // namespace taipan
