#include "runtime/memory/publish.h"

#include "runtime/memory/checkpoint.h"
#include "runtime/memory/hooks.h"
#include "runtime/memory/thread_memory.h"
#include "runtime/memory/weak.h"
#include "runtime/thread/local.h"
#include "runtime/thread/safepoint.h"

namespace taipan {
namespace {

class PublishEdges final : public EdgeVisitor {
 public:
  explicit PublishEdges(ThreadMemory& m) : m_(m) {}
  void slot(SlotBase& s) override { reach(Value(s.raw().load_relaxed())); }
  void words(Value* first, usize n) override {
    for (usize i = 0; i < n; ++i) reach(first[i]);
  }
  void reach(Value v) {
    if (v.is_ref()) mark(v.object());
  }
  // Plain store: the object is still this thread's alone; the release store that follows shows it.
  // (Not so for static immortals, None for one, which several threads may come to first.)
  void mark(Object* o) {
    u8 flags = o->flags.load_relaxed();
    if (flags & kShared) return;
    if (flags & kImmortal) {
      o->flags.fetch_or_acq_rel(kShared);
    } else {
      o->flags.store_relaxed(flags | kShared);
    }
    m_.stats.published.add();
    if ((flags & (kNoEdges | kHasWeak | kWeakReference)) == kNoEdges) return;
    if (!m_.publish_work.push(o)) [[unlikely]] {
      o->gc |= kGcMark;  // found again by enumeration
      m_.publish_overflow = true;
    }
  }

 private:
  ThreadMemory& m_;
};

// Weak references are edges both ways: whoever reaches one end can come to the other.
void follow(PublishEdges& edges, Object* o) {
  u8 flags = o->flags.load_relaxed();
  if (flags & kHasWeak) {
    weak_visit(o, [](Object* w, void* e) { static_cast<PublishEdges*>(e)->mark(w); }, &edges);
  }
  if (flags & kWeakReference) {
    if (Object* referent = static_cast<WeakRefObject*>(o)->referent()) edges.mark(referent);
  }
  g_memory_hooks.visit(o, edges);
}

void refind_overflow(Thread& t, PublishEdges& edges) {
  ThreadMemory& m = *t.memory;
  m.publish_overflow = false;
  struct Context {
    ThreadMemory& m;
    PublishEdges& edges;
  } c{m, edges};
  for_each_own_object(t, {[](Object* o, void* data) {
                            Context& c = *static_cast<Context*>(data);
                            if (!(o->gc & kGcMark) || !o->is_shared()) return;
                            o->gc &= static_cast<u8>(~kGcMark);
                            follow(c.edges, o);
                          },
                          &c});
}

// `poll_every`: objects between two answers to scan requests; 0: answers nothing.
void drain(Thread& t, PublishEdges& edges, usize poll_every) {
  ThreadMemory& m = *t.memory;
  usize n = 0;
  for (;;) {
    while (!m.publish_work.is_empty()) {
      follow(edges, m.publish_work.pop());
      if (poll_every && ++n % poll_every == 0) answer_scan_requests(t);
    }
    if (!m.publish_overflow) break;
    refind_overflow(t, edges);
  }
  m.publish_work.shrink();
}

}  // namespace

void publish_for_store(Object* o) {
  Thread& t = Thread::current();
  ThreadMemory& m = *t.memory;
  PublishEdges edges(m);
  edges.mark(o);
  m.stats.publications.add();
  if (m.publishing) return;  // an outer walk drains the same list
  m.publishing = true;
  drain(t, edges, 0);
  m.publishing = false;
}

void publish_whole_heap(Thread& t) {
  // Whole heap, so no walk: every edge of a local object ends in this heap or at a shared one.
  for_each_own_object(t, {[](Object* o, void* data) {
                            u8 flags = o->flags.load_relaxed();
                            if (flags & kShared) return;
                            o->flags.store_relaxed(flags | kShared);
                            static_cast<ThreadMemory*>(data)->stats.published.add();
                          },
                          t.memory});
}

// --- roots -----------------------------------------------------------------------------------------------

namespace {
GlobalRoot* g_roots = nullptr;  // changed at start-up and in single-threaded imports only
RawMutex g_roots_lock;
constexpr usize kMaxTables = 64;
void (*g_tables[kMaxTables])(EdgeVisitor&);
usize g_table_count = 0;
void (*g_weak_tables[8])(ObjectFunction, void*);
usize g_weak_table_count = 0;
}  // namespace

GlobalRoot::GlobalRoot(const char* name) : name_(name) {
  raw().store_relaxed(0);
  RawGuard guard(g_roots_lock);
  next_ = g_roots;
  g_roots = this;
}

void GlobalRoot::set(Thread&, Value v) {
  v = v.canonical();
  if (v.is_ref()) {
    if (g_multi_threaded.load_relaxed() && !v.object()->is_shared()) publish_for_store(v.object());
    increment(v.object());
  }
  release_removed(Value(raw().exchange_seq_cst(v.bits)));
}

GlobalRoot* global_roots() { return g_roots; }

void register_root_table(void (*visit)(EdgeVisitor& v)) {
  RawGuard guard(g_roots_lock);
  if (g_table_count == kMaxTables) fatal("too many root tables");
  g_tables[g_table_count++] = visit;
}

void register_weak_table(void (*visit)(ObjectFunction f, void* data)) {
  RawGuard guard(g_roots_lock);
  if (g_weak_table_count == 8) fatal("too many tables of uncounted pointers");
  g_weak_tables[g_weak_table_count++] = visit;
}

void visit_global_roots(EdgeVisitor& v) {
  for (GlobalRoot* r = g_roots; r; r = r->next()) v.slot(*r);
  for (usize i = 0; i < g_table_count; ++i) g_tables[i](v);
}

static RefLink g_refs;  // head of the ring, under the lock
static RawMutex g_refs_lock;

void ref_link(RefLink& r) {
  RawGuard guard(g_refs_lock);
  r.next = g_refs.next;
  r.prev = &g_refs;
  if (r.next) r.next->prev = &r;
  g_refs.next = &r;
}
void ref_unlink(RefLink& r) {
  RawGuard guard(g_refs_lock);
  r.prev->next = r.next;
  if (r.next) r.next->prev = r.prev;
}
void visit_refs(EdgeVisitor& v) {
  RawGuard guard(g_refs_lock);
  for (RefLink* r = g_refs.next; r; r = r->next) v.words(&r->word, 1);
}

void prepare_for_threads(Thread& t) {
  if (g_multi_threaded.load_acquire()) return;
  // R18. Closure from here on: what is shared or immortal refers to nothing local.
  PublishEdges edges(*t.memory);
  visit_global_roots(edges);
  for (usize i = 0; i < g_weak_table_count; ++i) {
    g_weak_tables[i]([](Object* o, void* data) { static_cast<PublishEdges*>(data)->mark(o); }, &edges);
  }
  for_each_own_object(t, {[](Object* o, void* data) {
                            if (o->is_immortal()) static_cast<PublishEdges*>(data)->mark(o);
                          },
                          &edges});
  drain(t, edges, 0);
  g_multi_threaded.store_seq_cst(true);
}

void publish(Thread& t, Value v) {
  if (!v.is_ref() || v.object()->is_shared()) return;
  ThreadMemory& m = *t.memory;
  PublishEdges edges(m);
  edges.mark(v.object());
  m.stats.publications.add();
  if (m.publishing) return;
  m.publishing = true;
  drain(t, edges, 4096);
  m.publishing = false;
}

}  // namespace taipan
