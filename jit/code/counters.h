// What the JIT has done so far, in numbers: for -X stats, the module `taipan` and tests.
// One struct, g_counters. Thread-safety: statistics only, every access is relaxed; numbers read one after the other need
// not fit together.
#pragma once
#include "runtime/base/atomic.h"

namespace taipan::jit {

struct Counters {
  Atomic<u64> compiled;     // code objects compiled and installed
  Atomic<u64> declined;     // that T1 does not do: never asked again
  Atomic<u64> postponed;    // not compiled for want of room: they get hot again
  Atomic<u64> evicted;      // taken out of use because memory was short (Note [machine-life])
  Atomic<u64> republished;  // hot again before they were freed: in use again as they are
  Atomic<u64> freed;        // evicted and gone
  Atomic<u64> bytes;        // of machine code there is, in use or evicted
  Atomic<u64> limit;        // bytes there may be
  Atomic<u64> nanoseconds;  // spent compiling, declined code included
};
inline Counters g_counters;

inline void count(Atomic<u64>& counter, u64 n = 1) { counter.fetch_add_relaxed(n); }

// Entries of machine code from C++: too frequent for one counter that all threads write.
struct alignas(64) EntryCount {
  Atomic<u64> n;            // threads that share one may lose counts
};
inline EntryCount g_entries[61];
inline void count_entry(const void* thread) {
  Atomic<u64>& mine = g_entries[reinterpret_cast<u64>(thread) / 4096 % 61].n;   // prime: threads lie at round addresses
  mine.store_relaxed(mine.load_relaxed() + 1);
}
inline u64 entries() {
  u64 sum = 0;
  for (const EntryCount& e : g_entries) sum += e.n.load_relaxed();
  return sum;
}

}  // namespace taipan::jit
