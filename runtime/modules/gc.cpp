// gc: Python's view of the cycle collector (memory/collector.h).
#include "runtime/import/import.h"
#include "runtime/memory/collector.h"
#include "runtime/memory/counts.h"
#include "runtime/memory/publish.h"
#include "runtime/modules/sys/audit.h"
#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/thread/safepoint.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

Atomic<i32> g_debug;
Atomic<bool> g_collecting;  // callbacks may call collect() themselves
Slot<List> g_callbacks;     // gc.callbacks, the list the module shows
void visit_roots(EdgeVisitor& visit) { visit(g_callbacks); }

Status put(Thread& t, Dict* d, const char* key, i64 v) {
  Local<Str> k(t, TRY(str_intern(t, key)));
  return dict_set_str(t, d, k, Value::small_int(v));
}

// Tells gc.callbacks that a collection starts or stops; their exceptions are reported.
Status notify(Thread& t, const char* phase, i64 generation, i64 collected) {
  Local<List> list(t, Value(g_callbacks.borrow()));
  if (list_size(list) == 0) return kDone;
  Local<Dict> info(t, TRY(dict_new(t)));
  TRY(put(t, info, "generation", generation));
  TRY(put(t, info, "collected", collected));
  TRY(put(t, info, "uncollectable", 0));
  Local<Str> name(t, TRY(str_intern(t, phase)));
  for (usize i = 0;; ++i) {
    Local<> f(t, TRY(list_get(t, list, i)));
    if (f.is_empty()) return kDone;
    auto done = call(t, f, name, info);
    if (done.is_error()) {
      write_unraisable(t, "Exception ignored while calling GC callback", f);
    } else {
      drop(done);
    }
  }
}

Result<i64> gc_collect(Thread& t, i32 generation) {
  if (generation < 0 || generation > 2) return raise(t, ValueError, "invalid generation");
  if (g_collecting.exchange_acq_rel(true)) return i64{0};
  auto run = [&]() -> Result<i64> {
    TRY(notify(t, "start", generation, 0));
    i64 found = generation == 2 ? collect(t) : collect_local(t);
    run_pending(t);
    TRY(notify(t, "stop", generation, found));
    return found;
  };
  auto r = run();
  g_collecting.store_release(false);
  return r;
}

Status gc_enable(Thread&) { return collector_enable(true), kDone; }
Status gc_disable(Thread&) { return collector_enable(false), kDone; }
bool gc_isenabled(Thread&) { return collector_is_enabled(); }
i32 gc_get_debug(Thread&) { return g_debug.load_relaxed(); }
Status gc_set_debug(Thread&, i32 flags) { return g_debug.store_relaxed(flags), kDone; }

Result<Tuple> three(Thread& t, CollectorThresholds v) {
  return tuple_of(t, Value::small_int(v.young), Value::small_int(v.middle), Value::small_int(v.old));
}
Result<Tuple> gc_get_threshold(Thread& t) { return three(t, collector_thresholds()); }
Status gc_set_threshold(Thread&, i32 young, Opt<i32> middle, Opt<i32> old) {
  CollectorThresholds v = collector_thresholds();
  v.young = young;
  v.middle = middle.value_or(v.middle);
  v.old = old.value_or(v.old);
  return set_collector_thresholds(v), kDone;
}
Result<Tuple> gc_get_count(Thread& t) { return three(t, collector_counts(t)); }

Result<List> gc_get_stats(Thread& t) {
  Local<List> list(t, TRY(list_new(t)));
  for (int g = 0; g < 3; ++g) {
    CollectorStats s = collector_stats(g);
    Local<Dict> d(t, TRY(dict_new(t)));
    TRY(put(t, d, "collections", static_cast<i64>(s.collections)));
    TRY(put(t, d, "collected", static_cast<i64>(s.collected)));
    TRY(put(t, d, "uncollectable", static_cast<i64>(s.uncollectable)));
    TRY(list_append(t, list, Value(d)));
  }
  return list.give();
}

bool gc_is_tracked(Thread&, Value v) { return v.is_ref() && (v.object()->gc & kGcTracked); }
bool gc_is_finalized(Thread&, Value v) { return v.is_ref() && (v.object()->flags.load_relaxed() & kFinalised); }

// The objects that the given ones refer to directly.
class Referents final : public EdgeVisitor {
 public:
  Referents(Thread& t, List* list) : t_(t), list_(list) {}
  void slot(SlotBase& s) override { add(s.borrow()); }
  void words(Value* first, usize n) override {
    for (usize i = 0; i < n; ++i) add(first[i].canonical());
  }
  bool failed = false;

 private:
  void add(Value v) {
    if ((v.is_ref() || v.is_int()) && !failed) failed = list_append(t_, list_, v).is_error();
  }
  Thread& t_;
  List* list_;
};

// An event whose one argument is the tuple of objects.
Status audit_objects(Thread& t, const char* event, Args objects) {
  if (g_audit_hooks.load_acquire() == 0) [[likely]] return kDone;
  Local<Tuple> all(t, TRY(tuple_from(t, objects.items, objects.count)));
  return audit(t, event, Value(all.get()));
}

Result<List> gc_get_referents(Thread& t, Args objects) {
  TRY(audit_objects(t, "gc.get_referents", objects));
  Local<List> list(t, TRY(list_new(t)));
  for (Value v : objects) {
    if (!v.is_ref()) continue;
    Referents visitor(t, list);
    if (auto visit = type_of(v).slots.visit) visit(v.object(), visitor);
    if (visitor.failed) return kError;
  }
  return list.give();
}

// A list of what was found; takes the counts over.
Result<List> list_of_found(Thread& t, bool complete, CountedObjects& found) {
  Local<List> list(t);
  if (complete) {
    Result<List> made = list_new(t, found.size());
    if (!made.is_error()) list.set(made);
    complete = !made.is_error();
  } else {
    (void)raise_none(t, MemoryError);
  }
  while (!found.is_empty()) {
    Object* o = found.pop();
    if (complete) complete = !list_append(t, list, Value(o)).is_error();
    decrement(o);
  }
  return complete ? list.give() : Result<List>(kError);
}
Result<List> gc_get_referrers(Thread& t, Args objects) {
  TRY(audit_objects(t, "gc.get_referrers", objects));
  CountedObjects found;
  bool complete = find_referrers(t, objects.items, objects.count, found);
  return list_of_found(t, complete, found);
}
// There are no generations to tell apart: whatever is tracked counts as the oldest.
Result<List> gc_get_objects(Thread& t, Value generation) {
  TRY(audit(t, "gc.get_objects", is_none(generation) ? Value::small_int(-1) : generation));
  i64 g = is_none(generation) ? 2 : TRY(to_ssize(t, generation));
  if (g < 0) return raise(t, ValueError, "generation parameter cannot be negative");
  if (g > 2) return raise(t, ValueError, "generation parameter must be less than the number of available generations (3)");
  CountedObjects found;
  bool complete = find_tracked_objects(t, [](Object*, void* data) { return *static_cast<i64*>(data) == 2; }, &g, found);
  return list_of_found(t, complete, found);
}

const NativeDef kFunctions[] = {
    def<gc_get_referrers>("get_referrers($module, /, *objs)", "The tracked objects that refer to one of the given."),
    def<gc_get_objects>("get_objects($module, /, generation=None)", "All tracked objects."),
    def<gc_collect>("collect($module, /, generation=2)", "Runs the collector; the number of unreachable objects."),
    def<gc_enable>("enable($module, /)", "Switches automatic collection on."),
    def<gc_disable>("disable($module, /)", "Switches automatic collection off."),
    def<gc_isenabled>("isenabled($module, /)", "Is automatic collection on?"),
    def<gc_get_debug>("get_debug($module, /)", "The debugging flags."),
    def<gc_set_debug>("set_debug($module, flags, /)", "Sets the debugging flags."),
    def<gc_get_threshold>("get_threshold($module, /)", "The thresholds of automatic collection."),
    def<gc_set_threshold>("set_threshold($module, threshold0, threshold1=<unrepresentable>, threshold2=<unrepresentable>, /)",
                          "Sets the thresholds."),
    def<gc_get_count>("get_count($module, /)", "Allocations and collections since the last collection."),
    def<gc_get_stats>("get_stats($module, /)", "Statistics of each generation."),
    def<gc_is_tracked>("is_tracked($module, obj, /)", "Can the object be part of a cycle?"),
    def<gc_is_finalized>("is_finalized($module, obj, /)", "Has the finaliser of the object run?"),
    def<gc_get_referents>("get_referents($module, /, *objs)", "The objects that the given ones refer to."),
};
const ConstantDef kConstants[] = {
    int_constant("DEBUG_STATS", 1), int_constant("DEBUG_COLLECTABLE", 2), int_constant("DEBUG_UNCOLLECTABLE", 4),
    int_constant("DEBUG_SAVEALL", 32), int_constant("DEBUG_LEAK", 38),
};

Status gc_exec(Thread& t, Module* m) {
  register_root_table(visit_roots);
  g_callbacks.store(&none_object, TRY(list_new(t)));  // a global root is a shared owner (R18)
  TRY(module_add(t, m, "callbacks", Value(g_callbacks.borrow())));
  Local<List> garbage(t, TRY(list_new(t)));
  return module_add(t, m, "garbage", garbage);
}

}  // namespace

extern const ModuleDef gc_module_def;
const ModuleDef gc_module_def = {"gc", "The cycle collector.", kFunctions, kConstants, gc_exec};

}  // namespace taipan
