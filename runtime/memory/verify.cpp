#include "runtime/memory/verify.h"

#include "runtime/memory/hooks.h"
#include "runtime/memory/slab.h"
#include "runtime/memory/thread_memory.h"
#include "runtime/thread/safepoint.h"

namespace taipan {
namespace {

class VerifyEdges final : public EdgeVisitor {
 public:
  explicit VerifyEdges(HeapReport& r) : r_(r) {}
  void slot(SlotBase& s) override {
    Value v(s.raw().load_relaxed());
    if (v.is_deferred()) return fail("a slot holds a tagged reference", from);
    reach(v);
  }
  void words(Value* first, usize n) override {
    for (usize i = 0; i < n; ++i) reach(first[i]);
  }
  void reach(Value v) {
    if (!v.is_ref()) return;
    Object* o = v.object();
    ++r_.edges;
    if (!(o->shape.load_relaxed() & 1)) return fail("a reference to freed memory", from);
    u32 w = o->count.load_relaxed();
    if (w & kDying) return fail("a reference to a dying object", from);
    if (!(w & kSticky) && w < kCountStep) return fail("a referenced object has no count", from);
    bool leaf = (o->flags.load_relaxed() & (kImmortal | kNoEdges)) == (kImmortal | kNoEdges);
    if (from->is_shared() && !o->is_shared() && !leaf) {
      fail("a shared object refers to a local one", from);
    }
    if (from->is_local() && o->is_local() && heap_of(from) != heap_of(o)) {
      fail("a local object refers to another thread's", from);
    }
  }
  void fail(const char* what, const void* where) {
    if (r_.bad++ == 0) {
      r_.first = what;
      r_.where = where;
    }
  }
  static Heap* heap_of(Object* o) {
    if (o->gc & kGcStatic) return nullptr;
    return o->gc & kGcLarge ? LargeHeader::of(o)->heap : Slab::of(o)->heap;
  }

  Object* from = nullptr;

 private:
  HeapReport& r_;
};

}  // namespace

HeapReport verify_heap(Thread& t) {
  HeapReport report;
  StoppedWorld stopped(t);
  VerifyEdges edges(report);
  struct Context {
    HeapReport& r;
    VerifyEdges& edges;
  } c{report, edges};
  for_each_object({[](Object* o, void* data) {
                     Context& c = *static_cast<Context*>(data);
                     ++c.r.objects;
                     if (o->is_shared()) ++c.r.shared;
                     u32 w = o->count.load_relaxed();
                     c.edges.from = o;
                     if (o->is_local() && (w & (kListed | kKeep)) != 0) {
                       c.edges.fail("a local object has a candidate's state", o);
                     }
                     if (o->is_shared() && !(w & (kSticky | kListed | kDying)) && w < kCountStep) {
                       c.edges.fail("a shared object with no count is not listed", o);
                     }
                     if ((w & kDying) || (o->is_local() && w < kCountStep)) return;
                     g_memory_hooks.visit(o, c.edges);
                   },
                   &c});
  return report;
}

}  // namespace taipan
