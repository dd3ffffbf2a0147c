// Audit hooks (PEP 578): native code names an event, hooks set by the program see it and may veto.
// Without hooks an event costs one load. Hooks are added for good.
#pragma once
#include "runtime/thread/thread.h"
#include "runtime/types/fwd.h"

namespace taipan {

extern Atomic<u32> g_audit_hooks;  // how many
Status audit_slow(Thread& t, const char* event, Value a, Value b, Value c);
// Arguments that are empty are left out.
inline Status audit(Thread& t, const char* event, Value a, Value b = Value::empty(), Value c = Value::empty()) {
  if (g_audit_hooks.load_acquire() == 0) [[likely]] return kDone;
  return audit_slow(t, event, a, b, c);
}
Status audit_tuple(Thread& t, Str* event, Tuple* args);
Status audit_add_hook(Thread& t, Value hook);

}  // namespace taipan
