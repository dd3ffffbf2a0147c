// race_point(): a narrow window of a protocol, named so that stress tests and -X stress=yield can widen it
// by giving the processor up there, at random. Costs a load where assertions are on, nothing in release.
#pragma once
#include "runtime/base/atomic.h"

namespace taipan {

// One in `odds` windows yields or sleeps; 0: none.
void set_race_odds(u32 odds, u64 seed);
extern Atomic<u32> g_race_odds;
void race_point_slow();

inline void race_point() {
#if TAIPAN_ASSERTS
  if (g_race_odds.load_relaxed() != 0) [[unlikely]] race_point_slow();
#endif
}

}  // namespace taipan
