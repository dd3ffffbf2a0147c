#include "runtime/memory/sticky.h"

#include "runtime/memory/thread_memory.h"

namespace taipan {

static u32 g_hot_hits = kContentionThreshold;
void set_contention_threshold(u32 hits) { g_hot_hits = hits ? hits : ~u32{0}; }

void note_contention(Thread& t, Object* o) {
  ThreadMemory& m = *t.memory;
  m.stats.contended.add();
  m.hot_in_use = true;
  u64 address = reinterpret_cast<u64>(o);
  ThreadMemory::Hot& h = m.hot[(address >> 4 ^ address >> 13) % ThreadMemory::kHotPlaces];
  if (h.object != o) {
    // A new object displaces a cooler one only slowly.
    if (h.object && h.hits > 1) {
      --h.hits;
      return;
    }
    h = {o, 0};
  }
  if (++h.hits == g_hot_hits) t.poll.fetch_or_relaxed(kPollCheckpoint);  // own word: looked at by this thread
}

bool make_sticky(Object* o) {
  if (!o->is_shared()) return false;
  u32 w = o->count.load_relaxed();
  for (;;) {
    if (w & kSticky) return true;
    if (w < kCountStep || (w & (kListed | kKeep | kDying))) return false;
    if (o->count.cas_acq_rel(w, kStickyWord)) return true;
  }
}

void settle_contention(Thread& t) {
  ThreadMemory& m = *t.memory;
  if (!m.hot_in_use) return;
  m.hot_in_use = false;
  for (ThreadMemory::Hot& h : m.hot) {
    if (h.object && h.hits >= g_hot_hits && !(h.object->count.load_relaxed() & kSticky) &&
        make_sticky(h.object)) {
      m.stats.sticky.add();
    }
    h = {nullptr, 0};
  }
}

void give_up_candidate(Thread& t, Object* o) {
  u32 w = o->count.load_relaxed();
  while (!o->count.cas_acq_rel(w, kStickyWord)) {
  }
  t.memory->stats.lost.add();
}

}  // namespace taipan
