#include "runtime/memory/sticky.h"

#include "runtime/memory/heap.h"
#include "runtime/memory/thread_memory.h"

namespace taipan {

// Sticky objects made, and what the last mark left: it is due again when they have grown by half, and by these.
static constexpr u64 kLeastObjects = 2000, kLeastBytes = 16 << 20;
static Atomic<u64> g_made, g_made_bytes;            // since the last mark
static Atomic<u64> g_live, g_live_bytes;            // left by it
static Atomic<bool> g_any;

u64 storage_of(const Object* o) {
  return o->gc & kGcLarge ? LargeHeader::of(const_cast<Object*>(o))->size : 64;
}

void note_sticky(const Object* o) {
  g_any.store_relaxed(true);
  // Triggers, need not be exact.
  g_made.fetch_add_relaxed(1);
  g_made_bytes.fetch_add_relaxed(storage_of(o));
}
void set_sticky_live(u64 objects, u64 bytes) {
  g_live.store_relaxed(objects);
  g_live_bytes.store_relaxed(bytes);
  g_made.store_relaxed(0);
  g_made_bytes.store_relaxed(0);
}
bool has_sticky() { return g_any.load_relaxed(); }
bool sticky_is_due() {
  u64 made = g_made.load_relaxed(), bytes = g_made_bytes.load_relaxed();
  return (made >= kLeastObjects && made >= g_live.load_relaxed() / 2) ||
         (bytes >= kLeastBytes && bytes >= g_live_bytes.load_relaxed() / 2);
}

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
    if (o->count.cas_acq_rel(w, kStickyWord)) {
      note_sticky(o);
      return true;
    }
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
  if (sticky_is_due()) allocation_threshold(t);  // asks for a collection
}

void give_up_candidate(Thread&, Object* o) {
  u32 w = o->count.load_relaxed();
  while (!o->count.cas_acq_rel(w, kStickyWord)) {
  }
  note_sticky(o);
}

}  // namespace taipan
