// Constructors of native types with a signature: the arguments of cls(...) bound and converted as those of
// native functions are. `.new_ = construct<f>` in the TypeDef, where f is Result<> f(Thread&, Type*, ...), and
// register_native(t, def<f>("name($type, x, y=1)", "")) before the type is used.
#pragma once
#include "runtime/native/def.h"

namespace taipan {

template <auto kFunction>
Result<> construct(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  // Keywords that the type does not take are for the __init__ of a subclass.
  if (kwnames != nullptr && Entry<kFunction>::signature.positional_only && cls.slots.init != object_type.slots.init) {
    kwnames = nullptr;
  }
  return Entry<kFunction>::call(t, Value(&cls), args, nargs, kwnames);
}

}  // namespace taipan
