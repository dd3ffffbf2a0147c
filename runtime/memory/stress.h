// -X stress=: switches that turn rare paths of memory and threads into common ones. Set before the first
// thread starts. The list of all switches is in tests/faults/README.md; others belong to the JIT.
#pragma once
#include <string_view>

#include "runtime/thread/thread.h"

namespace taipan {

struct Stress {
  bool checkpoint = false;  // one at each safepoint
  bool collect = false;     // collections at the first safepoints, then at ever fewer, irregularly
  bool move = false;        // each safepoint moves the storage of what this thread's registers name (R4)
  bool audit = false;       // now and then the counts of all objects are compared with what is found
  u32 audit_every = 1 << 14;  // safepoints
  u32 sticky_every = 0;     // safepoints: one shared object in eight gives its count up, a shared collection follows
  u32 yield_odds = 0;       // one in so many safepoints (and race points) gives the processor up
  u32 evict_us = 0;         // so often all machine code is evicted, and freed when nobody is in it (jit/evictor.h)
  u64 fail_every = 0;       // each n-th allocation fails
};
extern Stress g_stress;

// At a safepoint.
void move_storage_of_registers(Thread& t);
bool collection_is_due(Thread& t);        // a local one; every now and then collects shared objects itself
void make_sticky_now_and_then(Thread& t);  // whoever holds such an object unseen loses it
void verify_now_and_then(Thread& t);  // R1; fatal if something is wrong

// One switch with its arguments: "checkpoint", "publish", "collect", "evict", "evict:N", "sticky:N", "move", "rc-audit", "rc-audit:N", "yield:SEED:P", "alloc-fail:N".
// False: not one of these.
bool set_stress(std::string_view text);

bool allocation_fails_now();
inline bool stress_allocation() {
  return g_stress.fail_every != 0 && allocation_fails_now();
}

}  // namespace taipan
