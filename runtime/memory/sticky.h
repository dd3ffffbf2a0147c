// Sticky counts (F20): objects whose counts several threads fight over are no longer counted. Found by
// sampling failed compare-and-swaps; made sticky at a safepoint; reclaimed by a stopped-world mark.
#pragma once
#include "runtime/memory/object.h"
#include "runtime/thread/thread.h"

namespace taipan {

TP_COLD void note_contention(Thread& t, Object* o);  // a decrement lost a race
inline constexpr u32 kContentionThreshold = 4;  // a failed swap stands for many that only waited for the line
// Failed swaps on one object between two safepoint answers that make it hot; 0 turns sampling off.
void set_contention_threshold(u32 hits);
// At a safepoint, before it acknowledges anything: what was sampled since the last one is still
// allocated (I6). Makes the hottest objects sticky.
void settle_contention(Thread& t);
// Gives the count of a shared object up. False if it is listed, dying, unreferenced or local.
bool make_sticky(Object* o);
// The count of an object that could not be queued (no memory): out of all queues, so nobody else
// resolves it; a stopped-world mark reclaims it.
void give_up_candidate(Thread& t, Object* o);

// --- reclaiming (trial.cpp) ------------------------------------------------------------------------
// In the byte Object::spare of strings: interned. Caches hold such names without a count once they are sticky
// (object/type_cache.h, loop/attribute_table.h), so these stay.
inline constexpr u8 kSpareInterned = 4;
// One more sticky object, which the mark may reclaim.
void note_sticky(const Object* o);
// A shared collection left so many.
void set_sticky_live(u64 objects, u64 bytes);
bool has_sticky();         // any since the start
bool sticky_is_due();      // enough since the last mark that another one pays
u64 storage_of(const Object* o);  // bytes of the block, roughly

}  // namespace taipan
