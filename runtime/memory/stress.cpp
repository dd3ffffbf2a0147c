#include "runtime/memory/stress.h"

#include "runtime/memory/thread_memory.h"
#include "runtime/thread/race.h"
#include "runtime/thread/safepoint.h"

namespace taipan {

Stress g_stress;
static Atomic<u64> g_allocations;

bool allocation_fails_now() {
  return (g_allocations.fetch_add_relaxed(1) + 1) % g_stress.fail_every == 0;
}

// Number at the front of `text` up to a colon, which is taken off too.
static bool take_number(std::string_view& text, u64* out) {
  if (text.empty() || text[0] < '0' || text[0] > '9') return false;
  u64 n = 0;
  while (!text.empty() && text[0] >= '0' && text[0] <= '9') {
    n = n * 10 + static_cast<u64>(text[0] - '0');
    text.remove_prefix(1);
  }
  if (!text.empty() && text[0] == ':') text.remove_prefix(1);
  *out = n;
  return true;
}

bool set_stress(std::string_view text) {
  auto starts = [&](std::string_view name) {
    if (text.substr(0, name.size()) != name) return false;
    text.remove_prefix(name.size());
    return true;
  };
  u64 a = 0, b = 0;
  if (text == "checkpoint") {
    g_stress.checkpoint = true;
  } else if (text == "collect") {
    g_stress.collect = true;
  } else if (text == "publish") {
    set_birth_flags(kShared);
  } else if (starts("yield:") && take_number(text, &a) && take_number(text, &b) && b != 0) {
    g_stress.yield_odds = static_cast<u32>(b);
    set_race_odds(g_stress.yield_odds, a);
  } else if (starts("alloc-fail:") && take_number(text, &a) && a != 0) {
    g_stress.fail_every = a;
    g_stressed_allocation = true;
  } else {
    return false;
  }
  // Threads that exist already (the main one) look up at every safepoint from now on.
  if (Thread* t = Thread::current_or_null()) stress_thread(*t);
  return true;
}

void stress_thread(Thread& t) {
  if (g_stress.checkpoint || g_stress.collect || g_stress.yield_odds) {
    t.poll.fetch_or_acq_rel(kPollStress);
  }
}

}  // namespace taipan
