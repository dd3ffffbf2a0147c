// The audit of counts: takes every reference that the runtime knows of off its object's count. Below zero: freed
// too early one day. Left over: somebody holds a count that no mark would find (reclaiming sticky objects rests on
// finding all).
#include <cstdio>

#include "runtime/memory/hooks.h"
#include "runtime/memory/publish.h"
#include "runtime/memory/thread_memory.h"
#include "runtime/memory/verify.h"
#include "runtime/thread/safepoint.h"
#include "runtime/thread/world.h"

namespace taipan {
namespace {

class AuditEdges final : public EdgeVisitor, public RegisterVisitor {
 public:
  AuditEdges(HeapReport& r, bool restore) : r_(r), restore_(restore) {}
  void slot(SlotBase& s) override { reach(Value(s.raw().load_relaxed())); }
  void words(Value* first, usize n) override {
    for (usize i = 0; i < n; ++i) {
      if (first[i].is_counted()) reach(first[i]);
    }
  }
  void registers(Value* first, usize n) override { words(first, n); }
  void reach(Value v) {
    if (!v.is_ref() || v.object()->is_immortal()) return;
    Object* o = v.object();
    u32 w = o->count.load_relaxed();  // the world is stopped
    if (w & kSticky) return;
    ++r_.edges;
    if (restore_) return o->count.store_relaxed(w + kCountStep);
    if (w >= kCountStep) return o->count.store_relaxed(w - kCountStep);
    if (r_.bad++ == 0) {
      r_.first = "more references to an object than it counts";
      r_.where = from;
    }
  }

  const Object* from = nullptr;

 private:
  HeapReport& r_;
  bool restore_;
};

void audit_pass(HeapReport& report, bool restore) {
  AuditEdges edges(report, restore);
  visit_global_roots(edges);
  visit_refs(edges);
  for (Thread* x = g_world.threads.load_acquire(); x; x = x->next) {
    visit_thread_registers(*x, edges);
    visit_thread_counts(*x, edges);
  }
  for_each_object({[](Object* o, void* data) {
                     auto& edges = *static_cast<AuditEdges*>(data);
                     if (o->count.load_relaxed() & kDying) return;
                     edges.from = o;
                     g_memory_hooks.visit(o, edges);
                   },
                   &edges});
}

void find_unexplained(Object* o, void* data) {
  u32 w = o->count.load_relaxed();
  if (o->is_immortal() || (w & (kSticky | kDying)) || w < kCountStep) return;
  HeapReport& r = *static_cast<HeapReport*>(data);
  if (r.unexplained++ >= HeapReport::kNamed) return;
  auto& unknown = r.unknown[r.unexplained - 1];
  unknown.object = o;
  unknown.counts = w / kCountStep;
  std::string_view name = g_memory_hooks.type_name(o);
  std::snprintf(unknown.type, sizeof unknown.type, "%.*s", static_cast<int>(name.size()), name.data());
}

}  // namespace

HeapReport audit_counts(Thread& t) {
  HeapReport report, again;
  StoppedWorld stopped(t);
  audit_pass(report, false);
  if (report.bad != 0) return report;  // the process is going to end
  if (!g_world.counts_lost) for_each_object({find_unexplained, &report});
  audit_pass(again, true);
  return report;
}

}  // namespace taipan
