#include <utility>

#include "runtime/memory/hooks.h"
#include "runtime/memory/thread_memory.h"
#include "runtime/thread/held.h"
#include "runtime/thread/local.h"
#include "runtime/thread/safepoint.h"

namespace taipan {

// A finaliser that drops the last reference to an object with a finaliser nests, as in CPython; deeper
// than this the outer loop runs it.
static constexpr u32 kMaxPendingDepth = 16;

void push_pending(Thread& t, Object* counted, Pending::Kind kind) {
  if (!t.memory->pending.push({counted, kind})) {
    t.memory->stats.lost.add();  // no memory for one word: the object leaks, its finaliser never runs
    return;
  }
  ++t.pending_count;
}

// What waits is set apart, in its order, before the first of them runs: a finaliser is interrupted by the ends of what
// it drops itself, never by its neighbours, which would meet its half-done work.
static void take_due(Thread& t) {
  ThreadMemory& m = *t.memory;
  u32 n = t.pending_count & ~kPendingWatch;
  if (n == 0) return;
  usize from = m.due.size();
  if (!m.due.reserve(from + n)) return;
  t.pending_count -= n;
  for (u32 i = 0; i < n; ++i) m.due.push(m.pending.pop());
  for (usize i = from, j = m.due.size() - 1; i < j; ++i, --j) std::swap(m.due[i], m.due[j]);  // a stack: first on top
}

HeldEdges::HeldEdges(Thread& t, void* what, void (*visit)(void* what, EdgeVisitor& v))
    : t_(t), what_(what), visit_(visit), next_(t.memory->held) {
  t.memory->held = this;
}
HeldEdges::~HeldEdges() { t_.memory->held = next_; }

void visit_thread_counts(Thread& x, EdgeVisitor& v) {
  for (const HeldEdges* held = x.memory->held; held; held = held->next()) held->visit(v);
  auto& pending = x.memory->pending;
  pending.for_range(pending.popped(), pending.pushed(), [&](const Pending& p) {
    Value held(p.object);
    v.words(&held, 1);
  });
  for (usize i = 0; i < x.memory->due.size(); ++i) {
    Value held(x.memory->due[i].object);
    v.words(&held, 1);
  }
  v.words(&x.async_exc, 1);
  for (GrowingStack<Object*>* list : x.memory->pinned) {
    for (usize i = 0; list && i < list->size(); ++i) {
      Value held((*list)[i]);
      v.words(&held, 1);
    }
  }
}

void run_pending_slow(Thread& t) {
  ThreadMemory& m = *t.memory;
  if (m.pending_depth >= kMaxPendingDepth) return;
  ++m.pending_depth;
  // The exception in flight waits in a scanned word.
  Local<> exc(t, Result<>::from_owned(t.exc));
  t.exc = Value::empty();
  usize base = m.due.size();
  for (;;) {
    take_due(t);
    Pending p;
    if (m.due.size() > base) {
      p = m.due.pop();
    } else if ((t.pending_count & ~kPendingWatch) != 0) {  // no memory to set them apart
      --t.pending_count;
      p = m.pending.pop();
    } else {
      break;
    }
    Local<Object> held(t, Result<Object>::from_owned(Value(p.object)));  // the list's count
    if (p.kind == Pending::Finalise) {
      if (!(p.object->flags.load_relaxed() & kFinalised)) {
        p.object->flags.fetch_or_relaxed(kFinalised);
        m.stats.finalised.add();
        g_memory_hooks.finalise(t, p.object);
      }
    } else {
      g_memory_hooks.weak_callback(t, p.object);
    }
    if (!t.exc.is_empty()) g_memory_hooks.unraisable(t, p.object);
    TP_ASSERT(t.exc.is_empty());
  }
  t.exc = exc.give().word();
  --m.pending_depth;
}

}  // namespace taipan
