#include "runtime/memory/stress.h"

#include <cstdio>

#include "runtime/memory/collector.h"
#include "runtime/memory/hooks.h"
#include "runtime/memory/sticky.h"
#include "runtime/memory/thread_memory.h"
#include "runtime/memory/verify.h"
#include "runtime/thread/race.h"
#include "runtime/thread/safepoint.h"

namespace taipan {

#if TAIPAN_POISON
Stress g_stress{.move = true};
#else
Stress g_stress;
#endif
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
  } else if (text == "rc-audit" || (starts("rc-audit:") && take_number(text, &a) && a > 0 && a < 1u << 31)) {
    g_stress.audit = true;
    if (a != 0) g_stress.audit_every = static_cast<u32>(a);
  } else if (starts("sticky:") && take_number(text, &a) && a > 0 && a < 1u << 31) {
    g_stress.sticky_every = static_cast<u32>(a);
  } else if (text == "evict" || (starts("evict:") && take_number(text, &a) && a > 0 && a < 1000000)) {
    g_stress.evict_us = a != 0 ? static_cast<u32>(a) : 200;
  } else if (text == "move") {
    g_stress.move = true;
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
  if (g_stress.checkpoint || g_stress.collect || g_stress.move || g_stress.audit || g_stress.sticky_every ||
      g_stress.yield_odds) {
    t.poll.fetch_or_acq_rel(kPollStress);
  }
}

void move_storage_of_registers(Thread& t) {
  // The innermost frames: deeper ones wait for calls, and their turn comes when these have returned.
  constexpr usize kWords = 96;
  usize n = static_cast<usize>(t.top - t.stack_base);
  for (Value* v = t.top - (n < kWords ? n : kWords); v < t.top; ++v) {
    if (v->is_ref()) g_memory_hooks.move_storage(t, v->object());
  }
}

bool collection_is_due(Thread& t) {
  // At every safepoint a program of seconds would take hours. The k-th gap is up to k*k/2048 safepoints: about two
  // thousand collections in the first million. Which ones depends on k alone, so a failure comes again.
  static Atomic<u64> safepoints, next;
  static Atomic<u64> done;
  if (safepoints.fetch_add_relaxed(1) < next.load_relaxed()) return false;  // threads may both be first: twice, then
  u64 k = done.fetch_add_relaxed(1) + 1;
  u64 mixed = k * 0x9E3779B97F4A7C15u >> 32;
  next.store_relaxed(safepoints.load_relaxed() + mixed % (1 + k * k / 2048));
  bool shared = g_multi_threaded.load_relaxed() || g_birth_flags != 0;
  if (shared && k % 8 == 0 && collector_is_enabled()) collect_shared(t);
  return true;
}

void make_sticky_now_and_then(Thread& t) {
  static Atomic<u32> safepoints;
  u32 n = safepoints.fetch_add_relaxed(1);
  if (n % g_stress.sticky_every != g_stress.sticky_every - 1) return;
  {
    StoppedWorld stopped(t);
    for_each_object({[](Object* o, void* n) {
                       u64 mixed = (reinterpret_cast<u64>(o) >> 4 ^ *static_cast<u32*>(n)) * 0x9E3779B97F4A7C15u;
                       if (mixed >> 61 == 0) make_sticky(o);
                     },
                     &n});
  }
  collect_shared(t);
}

void verify_now_and_then(Thread& t) {
  static Atomic<u32> safepoints;
  u32 every = g_stress.audit_every;
  if (safepoints.fetch_add_relaxed(1) % every != every - 1) return;
  HeapReport r = g_stress.audit ? audit_counts(t) : verify_heap(t);
  for (usize i = 0; i < r.unexplained && i < HeapReport::kNamed; ++i) {
    std::fprintf(stderr, "taipan: %u counts of a %s (%p) have no known holder\n", r.unknown[i].counts,
                 r.unknown[i].type, static_cast<const void*>(r.unknown[i].object));
  }
  if (r.bad != 0) fatal(r.first);
  if (r.unexplained != 0) fatal("counted references that no root or object holds");
}

}  // namespace taipan
