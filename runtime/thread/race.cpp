#include "runtime/thread/race.h"

#include <sched.h>
#include <time.h>

namespace taipan {

Atomic<u32> g_race_odds;
static Atomic<u64> g_race_seed;

void set_race_odds(u32 odds, u64 seed) {
  g_race_seed.store_seq_cst(seed);
  g_race_odds.store_seq_cst(odds);
}

void race_point_slow() {
  static thread_local u64 state = 0;
  if (state == 0) {
    state = g_race_seed.fetch_add_relaxed(0x9E3779B97F4A7C15u) * 0xBF58476D1CE4E5B9u | 1;
  }
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  u32 odds = g_race_odds.load_relaxed();
  if (odds == 0 || state % odds != 0) return;
  if ((state >> 32) % 8 == 0) {
    struct timespec ts = {0, static_cast<long>((state >> 40) % 50000)};
    nanosleep(&ts, nullptr);
  } else {
    sched_yield();
  }
}

}  // namespace taipan
