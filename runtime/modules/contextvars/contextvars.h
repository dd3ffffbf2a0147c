// Contexts and context variables (PEP 567), for natives: the current context of a thread, and running in another.
// Thread::context is the current Context; empty until one is needed.
// The types are made when _contextvars is imported.
#pragma once
#include "runtime/modules/contextvars/hamt.h"

namespace taipan {

struct Context : Object {
  Slot<HamtNode> root;      // empty: no variable is set; changed by the thread that is in the context
  Atomic<bool> entered;     // some thread is in it
};
struct ContextVar : HamtKey {
  Slot<Str> name;
  Slot<> default_value;     // or empty
};

Result<Context> context_current(Thread& t);       // made if there is none
Result<Context> context_copy(Thread& t, Context* c);
// Between the two, c is the current context; RuntimeError if some thread is in it already.
Status context_enter(Thread& t, Context* c, Local<>& previous);
void context_leave(Thread& t, Context* c, Local<>& previous);

}  // namespace taipan
