#include "runtime/memory/counts.h"

#include "runtime/memory/checkpoint.h"
#include "runtime/memory/hooks.h"
#include "runtime/memory/slot.h"
#include "runtime/memory/sticky.h"
#include "runtime/memory/thread_memory.h"
#include "runtime/memory/weak.h"
#include "runtime/thread/race.h"
#include "runtime/thread/safepoint.h"

namespace taipan {
namespace {

// Destruction nests this deep before it queues: short enough for any machine stack, long enough that
// children usually die in the order in which CPython destroys them.
constexpr u32 kMaxDestroyDepth = 16;

// Drops the edges of a dying object. Slots are emptied first: a type's destroy function and a racing
// verifier must not meet a reference whose count is gone.
class DropEdges final : public EdgeVisitor {
 public:
  void slot(SlotBase& s) override {
    Value v(s.raw().load_relaxed());  // nobody else reaches a dying object
    s.raw().store_relaxed(0);
    if (v.is_counted()) decrement(v.object());
  }
  void words(Value* first, usize n) override {  // from the end, as CPython empties frames
    for (usize i = n; i-- > 0;) {
      Value v = first[i];
      first[i] = Value::empty();
      drop(v);  // deferred: an immortal (K[]) or a word that was never counted
    }
  }
};

void drain_trash(Thread& t) {
  ThreadMemory& m = *t.memory;
  for (;;) {
    while (!m.trash.is_empty()) destroy_object(t, m.trash.pop());
    if (!m.trash_overflow) break;
    // Memory ran out while the list grew: what did not fit carries DYING though it is local.
    m.trash_overflow = false;
    for_each_own_object(t, {[](Object* o, void* data) {
                              if (o->is_shared() || o->count.load_relaxed() != kDying) return;
                              ThreadMemory& m = *static_cast<ThreadMemory*>(data);
                              if (m.trash.push(o)) {
                                o->count.store_relaxed(0);
                              } else {
                                m.trash_overflow = true;
                              }
                            },
                            &m});
    if (m.trash.is_empty()) {
      // Not one word to be had: leave the rest for the next death of this thread.
      break;
    }
  }
  m.trash.shrink();
}

}  // namespace

void drop_edges(Object* o, void (*visit)(Object*, EdgeVisitor&)) {
  DropEdges edges;
  visit(o, edges);
}

void destroy_object(Thread& t, Object* o) {
  ++t.destroy_depth;
  if (o->flags.load_relaxed() & kHasWeak) weak_clear(t, o);
  g_memory_hooks.destroy(t, o);
  --t.destroy_depth;
}

void local_count_is_zero(Object* o) {
  Thread& t = Thread::current();
  u8 flags = o->flags.load_relaxed();
  // A leaf (text, a number): nothing nests.
  if ((flags & (kNoEdges | kHasFinaliser | kHasWeak)) == kNoEdges) return g_memory_hooks.destroy(t, o);
  if ((flags & (kHasFinaliser | kFinalised)) == kHasFinaliser) {
    // Back to one, owned by the waiting list; dies for real when the finaliser has run (R10).
    o->count.store_relaxed(kCountStep);
    push_pending(t, o, Pending::Finalise);
    return;
  }
  ThreadMemory& m = *t.memory;
  if (t.destroy_depth >= kMaxDestroyDepth) {
    if (!m.trash.push(o)) {
      o->count.store_relaxed(kDying);
      m.trash_overflow = true;
    }
    return;
  }
  destroy_object(t, o);
  if (t.destroy_depth == 0 && (!m.trash.is_empty() || m.trash_overflow)) drain_trash(t);
}

void count_overflow(Object* o) {
  // 2^28 references to a local object. The word's sign bit is set, which will mean sticky once the
  // object is shared; the count cannot be represented, so it is given up (section 2).
  o->count.store_relaxed(kCountStep);
  // Rather as with a second thread than with one object shared: generators count what their registers hold (R17).
  prepare_for_threads(Thread::current());
  publish_for_store(o);
  o->count.store_relaxed(kStickyWord);
  note_sticky(o);
}

// R5. One atomic step decides: no unlisted zero is ever visible, and a decrement of a listed object
// leaves KEEP, unless the resolver itself makes it.
void decrement_shared(Object* o) {
  u32 w = o->count.load_relaxed();
  u32 n;
  Thread* t = Thread::current_or_null();  // null: a native thread that could not become one of Python's
  u32 keep = t && t->memory->resolving ? 0 : kKeep;
  for (;;) {
    race_point();
    if (w & kSticky) return;
    TP_ASSERT(w >= kCountStep && !(w & kDying));
    n = w - kCountStep;
    if (w & kListed) {
      n |= keep;
    } else if (w >> 3 == 1) {
      n |= kListed;
    }
    if (o->count.cas_acq_rel(w, n)) break;
    if (t) note_contention(*t, o);
  }
  if (!((n & ~w) & kListed)) return;
  t ? list_candidate(*t, o) : list_common_candidate(o);
}

}  // namespace taipan
