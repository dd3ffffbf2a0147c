#include "runtime/modules/sys/audit.h"

#include "runtime/import/import.h"
#include "runtime/memory/publish.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/types/list.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

Atomic<u32> g_audit_hooks;

namespace {
Slot<List> g_hooks;  // appended to, never shrunk
void visit_roots(EdgeVisitor& visit) { visit(g_hooks); }
}  // namespace

Status audit_tuple(Thread& t, Str* event, Tuple* args) {
  u32 n = g_audit_hooks.load_acquire();
  if (n == 0) return kDone;
  Local<List> hooks(t, Value(g_hooks.borrow()));
  for (u32 i = 0; i < n; ++i) {
    Local<> hook(t, TRY(list_get(t, hooks, i)));
    Local<> done(t, TRY(call(t, hook, event, args)));
  }
  return kDone;
}

Status audit_slow(Thread& t, const char* event, Value a, Value b, Value c) {
  Local<Str> name(t, TRY(str_intern(t, event)));
  Value all[] = {a, b, c};
  usize n = a.is_empty() ? 0 : b.is_empty() ? 1 : c.is_empty() ? 2 : 3;
  Local<Tuple> args(t, TRY(tuple_from(t, all, n)));
  return audit_tuple(t, name, args);
}

// Existing hooks may refuse a new one: an Exception of theirs means "silently not added".
Status audit_add_hook(Thread& t, Value hook) {
  auto allowed = audit(t, "sys.addaudithook", Value::empty());
  if (allowed.is_error()) return error_matches(t, RuntimeError) ? (clear_error(t), Status(kDone)) : allowed;
  if (g_hooks.is_empty()) {
    register_root_table(visit_roots);
    g_hooks.store(&none_object, TRY(list_new(t)));  // a global root is a shared owner (R18)
  }
  TRY(list_append(t, g_hooks.borrow(), hook));
  g_audit_hooks.fetch_add_acq_rel(1);
  return kDone;
}

}  // namespace taipan
