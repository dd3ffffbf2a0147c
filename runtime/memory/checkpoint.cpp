#include "runtime/memory/checkpoint.h"

#include <cstdio>
#include <cstdlib>

#include "runtime/memory/hooks.h"
#include "runtime/memory/sticky.h"
#include "runtime/memory/thread_memory.h"
#include "runtime/memory/weak.h"
#include "runtime/thread/object_lock.h"
#include "runtime/thread/race.h"
#include "runtime/thread/signals.h"
#include "runtime/thread/ticker.h"
#include "runtime/thread/world.h"

namespace taipan {

namespace {

struct Checkpoints {
  Atomic<u64> epoch;       // of the checkpoint that was started last
  Atomic<u64> completed;   // all threads were scanned for it
  Atomic<u32> active;      // one at a time
  Atomic<u32> remaining;   // threads that have not acknowledged
  Atomic<u32> completions; // changes with each completion; waited for
  Atomic<u32> completion_waiters;
  Atomic<u32> demanded;    // demand_checkpoint(): the first thread that polls takes it

  // Candidates and storage of threads that block or have ended; adopted by whoever starts next.
  RawMutex common_lock;
  ChunkQueue<Object*> common;
  ChunkQueue<Retired> common_retired;
  Atomic<u32> common_size;  // hint, read without the lock

  i64 started = 0;  // of the active one, under the list lock

  u64 entries = 2048;
  u64 bytes = 256 * 1024;
  u64 hard_bytes = 64 * 1024 * 1024;
};
Checkpoints g_ck;

constexpr i64 kUrgentInterval = 1000000;  // ns between two checkpoints for finalisers and resources
constexpr usize kResolveBudget = 100000;  // entries a poll, about a millisecond

void free_retired(const Retired& r) {
  switch (r.kind) {
    case Retired::Buffer:
      buffer_free(r.p, r.size);
      break;
    case Retired::ObjectBlock:
      // Size and gc byte were remembered by retire_object(): the header still says where it lives.
#if !TAIPAN_SYSTEM_MALLOC
      if (!(static_cast<Object*>(r.p)->gc & kGcLarge)) return free_small_anywhere(r.p);
#endif
      free_block(r.p, r.size);
      break;
    case Retired::Call:
      reinterpret_cast<void (*)(void*)>(r.size)(r.p);
      break;
  }
}

// Marks what a thread's registers hold: listed objects survive this checkpoint.
class ScanRegisters final : public RegisterVisitor {
 public:
  void registers(Value* first, usize n) override {
    for (Value* v = first; v < first + n; ++v) {
      if (!v->is_deferred()) continue;
      Object* o = v->object();
      u32 w = o->count.load_relaxed();
      race_point();
      // A compare-and-swap, not fetch_or: the owner of another batch may un-list it meanwhile, and
      // KEEP without LISTED would be a state of its own.
      while ((w & (kListed | kKeep)) == kListed && !o->count.cas_acq_rel(w, w | kKeep)) {
      }
    }
  }
};

void scan(Thread& x) {
  ScanRegisters v;
  visit_thread_registers(x, v);
  x.memory->stats.scans.add();
}

void complete(u64 e, bool list_locked) {
  g_ck.completed.store_release(e);
  g_ck.active.store_seq_cst(0);
  if (!list_locked) g_world.list_lock.lock();
  for_each_thread_locked([](Thread& x) {
    if (x.memory->waits.load_relaxed()) x.poll.fetch_or_acq_rel(kPollCheckpoint);
  });
  if (!list_locked) g_world.list_lock.unlock();
  g_ck.completions.fetch_add_seq_cst(1);
  if (g_ck.completion_waiters.load_seq_cst() != 0) futex_wake(g_ck.completions, 1 << 30);
}

void acknowledge(Thread& x, u64 e, bool list_locked) {
  ThreadMemory& m = *x.memory;
  m.remembered_epoch = e;
  m.remembered_end = m.batch_end;
  m.remembered_retired = m.retired_end;
  if (m.remembered_end > m.candidates.popped() || m.remembered_retired > m.retired.popped()) {
    m.waits.store_relaxed(1);  // read when the last thread has acknowledged
  }
  m.acked.store_release(e);
  if (g_ck.remaining.fetch_sub_acq_rel(1) == 1) complete(e, list_locked);
}

class ExpandEdges final : public EdgeVisitor {
 public:
  ExpandEdges(Thread& t) : t_(t) {}
  void slot(SlotBase& s) override {
    Value v = s.borrow();
    if (!v.is_ref()) return;
    Object* c = v.object();
    if (!c->is_shared()) return;  // an immortal that is not shared
    u32 w = kCountStep;
    if (!c->count.cas_acq_rel(w, kCountStep | kListed)) return;
    t_.memory->stats.expanded.add();
    if (!t_.memory->candidates.push(c)) give_up_candidate(t_, c);
  }
  // A generator's registers may be running elsewhere and name another thread's local objects.
  void words(Value*, usize) override {}

 private:
  Thread& t_;
};

// R11: what only a listed object holds is listed with it, all the way down.
void expand(Thread& t) {
  ThreadMemory& m = *t.memory;
  ExpandEdges edges(t);
  m.candidates.for_growing(m.expanded, [&](Object* p) {
    if (p->flags.load_relaxed() & kNoEdges) return;
    if (p->count.load_relaxed() & kKeep) return;
    // Under its lock, so that a container is not rebuilt while its edges are read; busy: next time.
    u8 free = 0;
    if (!p->lock.cas_acquire(free, 1)) return;
    g_memory_hooks.visit(p, edges);
    unlock_object(p);
  });
  m.expanded = m.candidates.pushed();
}

void adopt_common(Thread& t) {
  if (g_ck.common_size.load_relaxed() == 0) return;  // a hint: the next checkpoint looks again
  RawGuard guard(g_ck.common_lock);
  ThreadMemory& m = *t.memory;
  while (!g_ck.common.is_empty()) {
    Object* o = g_ck.common.pop();
    if (!m.candidates.push(o)) give_up_candidate(t, o);
  }
  while (!g_ck.common_retired.is_empty()) {
    Retired r = g_ck.common_retired.pop();
    if (!m.retired.push(r)) {
      m.stats.lost.add();
    } else if (r.kind != Retired::Call) {
      m.retired_bytes += r.size;  // it is subtracted here too: else the account runs below zero
    }
  }
  g_ck.common_size.store_relaxed(0);
}

void push_candidate(Thread& t, Object* o) {
  if (!t.memory->candidates.push(o)) give_up_candidate(t, o);
}

// One entry of a completed batch: live again, kept, finalised or freed.
void resolve(Thread& t, Object* o) {
  ThreadMemory& m = *t.memory;
  m.stats.resolved.add();
  u32 w = o->count.load_relaxed();
  for (;;) {
    race_point();
    TP_ASSERT((w & kListed) && !(w & kDying));
    if (w & kSticky) {  // 2^28 references came to it while it was listed
      if (!o->count.cas_acq_rel(w, kStickyWord)) continue;
      note_sticky(o);
      return;
    }
    if (w >= kCountStep) {
      if (!o->count.cas_acq_rel(w, w & ~(kListed | kKeep))) continue;
      m.stats.revived.add();
      return;
    }
    if (w & kKeep) {
      if (!o->count.cas_acq_rel(w, w & ~kKeep)) continue;
      m.stats.kept.add();
      push_candidate(t, o);  // clear before push (R8)
      return;
    }
    u8 flags = o->flags.load_relaxed();
    if ((flags & (kHasFinaliser | kFinalised)) == kHasFinaliser) {
      if (m.detaching) return push_candidate(t, o);
      if (!o->count.cas_acq_rel(w, kCountStep)) continue;
      push_pending(t, o, Pending::Finalise);  // owns the one count; a second checkpoint follows (R10)
      return;
    }
    if (!o->count.cas_acquire(w, kDying)) continue;
    m.stats.freed.add();
    destroy_object(t, o);
    return;
  }
}

u64 held_bytes(const ThreadMemory& m) { return m.candidates.size() * 64 + m.retired_bytes; }

}  // namespace

void visit_thread_registers(Thread& x, RegisterVisitor& v) {
  v.registers(x.stack_base, static_cast<usize>(x.top - x.stack_base));
  v.registers(&x.exc, 1);
  v.registers(&x.handled, 1);
  v.registers(&x.context, 1);
  // Not async_exc: always counted, and written by other threads under the list lock.
  v.registers(&x.thread_locals, 1);
  g_memory_hooks.visit_registers(x, v);
}

// --- listing ------------------------------------------------------------------------------------------

bool has_candidates(const Thread& t) {
  return !t.memory->candidates.is_empty() || !t.memory->retired.is_empty();
}

void request_checkpoint(Thread& t) {
  t.memory->want_checkpoint = true;
  t.poll.fetch_or_relaxed(kPollCheckpoint);  // own word
}

void list_candidate(Thread& t, Object* o) {
  ThreadMemory& m = *t.memory;
  m.stats.listed.add();
  if (!m.candidates.push(o)) return give_up_candidate(t, o);
  u8 flags = o->flags.load_relaxed();
  if ((flags & (kHasFinaliser | kFinalised)) == kHasFinaliser ||
      (flags & (kHasWeak | kNoEdges)) == kHasWeak) {
    m.urgent = true;
    i64 now = monotonic_ns();
    if (now - m.last_checkpoint_ns >= kUrgentInterval) return request_checkpoint(t);
  }
  if (m.candidates.size() >= m.kept_entries + g_ck.entries) return request_checkpoint(t);
  if (m.has_candidates.load_relaxed() == 0) {
    m.has_candidates.store_relaxed(1);  // a hint: the ticker looks again
    ticker_wake();
  }
}

void list_common_candidate(Object* o) {
  RawGuard guard(g_ck.common_lock);
  if (!g_ck.common.push(o)) {
    u32 w = o->count.load_relaxed();
    while (!o->count.cas_acq_rel(w, kStickyWord)) {
    }
    note_sticky(o);
    return;
  }
  g_ck.common_size.store_relaxed(1);
  ticker_wake();
}

void retire_storage(Thread& t, void* p, u64 n, u8 kind) {
  ThreadMemory& m = *t.memory;
  m.stats.retired.add();
  if (!m.retired.push({p, n, static_cast<Retired::Kind>(kind)})) return m.stats.lost.add();
  if (kind != Retired::Call) m.retired_bytes += n;
  if (m.retired_bytes >= m.kept_bytes + g_ck.bytes) {
    request_checkpoint(t);
  } else if (m.has_candidates.load_relaxed() == 0) {
    m.has_candidates.store_relaxed(1);
    ticker_wake();
  }
}

void buffer_retire(Thread& t, void* p, usize n) {
  if (p) retire_storage(t, p, n, Retired::Buffer);
}
void retire_object(Thread& t, Object* o, usize size) {
  o->shape.store_relaxed(0);  // no longer enumerated; a late weak dereference looks at the count only
  retire_storage(t, o, size, Retired::ObjectBlock);
}
void retire_call(Thread& t, void (*f)(void*), void* p) {
  retire_storage(t, p, reinterpret_cast<u64>(f), Retired::Call);
}

// --- the handshake ----------------------------------------------------------------------------------------

bool start_checkpoint(Thread& t) {
  u32 free = 0;
  if (!g_ck.active.cas_seq_cst(free, 1)) return false;
  ThreadMemory& m = *t.memory;
  adopt_common(t);
  expand(t);
  m.want_checkpoint = false;
  m.urgent = false;
  m.last_checkpoint_ns = monotonic_ns();
  m.stats.checkpoints.add();
  RawGuard guard(g_world.list_lock);
  for_each_thread_locked([](Thread& x) {  // tails before the epoch (R8)
    x.memory->batch_end = x.memory->candidates.pushed();
    x.memory->retired_end = x.memory->retired.pushed();
  });
  g_ck.started = m.last_checkpoint_ns;
  g_ck.remaining.store_relaxed(g_world.thread_count);  // ordered by the epoch's store
  u64 e = g_ck.epoch.load_relaxed() + 1;
  race_point();
  g_ck.epoch.store_seq_cst(e);
  race_point();
  for_each_thread_locked([&](Thread& x) {
    if (&x != &t) x.poll.fetch_or_acq_rel(kPollCheckpoint);
  });
  scan(t);
  acknowledge(t, e, true);
  for_each_thread_locked([&](Thread& x) {
    if (&x != &t) cover(x, true);
  });
  return true;
}

u64 completed_checkpoint() { return g_ck.completed.load_acquire(); }
u64 started_checkpoint() { return g_ck.epoch.load_seq_cst(); }

void demand_checkpoint() {
  g_ck.demanded.store_seq_cst(1);
  RawGuard guard(g_world.list_lock);
  for_each_thread_locked([](Thread& x) { x.poll.fetch_or_acq_rel(kPollCheckpoint); });
}

bool is_covered(const Thread& x) {
  return x.memory->acked.load_acquire() >= g_ck.epoch.load_seq_cst();
}

void cover(Thread& x, bool list_locked) {
  while (!is_covered(x)) {
    if (x.state.load_seq_cst() == ThreadState::Stopped &&
        g_world.stopper.load_relaxed() == Thread::current_or_null()) {
      // Held by this very thread's stopped world.
      u64 e = g_ck.epoch.load_seq_cst();
      scan(x);
      acknowledge(x, e, list_locked);
      return;
    }
    ThreadState s = ThreadState::Detached;
    if (!x.state.cas_seq_cst(s, ThreadState::Scanning)) return;
    u64 e = g_ck.epoch.load_seq_cst();
    if (x.memory->acked.load_acquire() < e) {
      scan(x);
      acknowledge(x, e, list_locked);
    }
    race_point();
    x.state.store_seq_cst(ThreadState::Detached);
    race_point();
    wake_state_waiters(x);
    // The epoch may have moved while this thread kept the other coordinator away (F27).
  }
}

void answer_scan_requests(Thread& t) {
  u64 e = g_ck.epoch.load_seq_cst();
  if (t.memory->acked.load_relaxed() >= e) return;  // own word
  scan(t);
  acknowledge(t, e, false);
}

bool resolve_ready(Thread& t, usize budget) {
  ThreadMemory& m = *t.memory;
  if (m.resolving || g_ck.completed.load_acquire() < m.remembered_epoch) return false;
  m.resolving = true;
  while (m.candidates.popped() < m.remembered_end && budget > 0) {
    --budget;
    resolve(t, m.candidates.pop());
  }
  bool more = m.candidates.popped() < m.remembered_end;
  if (!more) {
    while (m.retired.popped() < m.remembered_retired) {
      Retired r = m.retired.pop();
      if (r.kind != Retired::Call) m.retired_bytes -= r.size;
      free_retired(r);
    }
    m.waits.store_relaxed(0);
  }
  m.resolving = false;
  m.kept_entries = m.candidates.size();
  m.kept_bytes = m.retired_bytes;
  m.candidates.refill_spare();
  m.retired.refill_spare();
  return more;
}

void checkpoint_poll(Thread& t) {
  ThreadMemory& m = *t.memory;
  settle_contention(t);
  bool more = resolve_ready(t, kResolveBudget);
  answer_scan_requests(t);
  if (m.tick.load_relaxed() != 0) {
    m.tick.store_relaxed(0);  // the ticker asks again if this races with it
    if (!m.candidates.is_empty() || !m.retired.is_empty() || g_ck.common_size.load_relaxed() != 0) {
      m.want_checkpoint = true;
    }
  }
  if (g_ck.demanded.load_relaxed() != 0 && g_ck.demanded.exchange_acq_rel(0) != 0) m.want_checkpoint = true;
  if (m.want_checkpoint && start_checkpoint(t)) more |= resolve_ready(t, kResolveBudget);
  flush_remote(m.remote);
  if (more) t.poll.fetch_or_relaxed(kPollCheckpoint);  // own word: goes on at the next safepoint
}

// --- joining, leaving, blocking -------------------------------------------------------------------------------

void thread_joins_checkpoints(Thread& x) { x.memory->acked.store_release(g_ck.epoch.load_seq_cst()); }

void thread_leaves_checkpoints(Thread& x) {
  u64 e = g_ck.epoch.load_seq_cst();
  if (x.memory->acked.load_acquire() < e) acknowledge(x, e, true);
}

void give_candidates_away(Thread& t) {
  ThreadMemory& m = *t.memory;
  if (m.candidates.is_empty() && m.retired.is_empty()) return;
  RawGuard guard(g_ck.common_lock);
  while (!m.candidates.is_empty()) {
    Object* o = m.candidates.pop();
    if (!g_ck.common.push(o)) give_up_candidate(t, o);
  }
  while (!m.retired.is_empty()) {
    if (!g_ck.common_retired.push(m.retired.pop())) m.stats.lost.add();
  }
  m.retired_bytes = 0;
  m.kept_entries = m.kept_bytes = 0;
  m.remembered_end = m.expanded = m.candidates.popped();
  m.remembered_retired = m.retired.popped();
  m.waits.store_relaxed(0);
  g_ck.common_size.store_relaxed(1);
  ticker_wake();
}

void checkpoint_before_detach(Thread& t) {
  ThreadMemory& m = *t.memory;
  m.detaching = true;
  resolve_ready(t, kResolveBudget);
  answer_scan_requests(t);
  if (!m.candidates.is_empty() || !m.retired.is_empty()) {
    // Starting one costs a handshake, so not at every short system call.
    i64 now = monotonic_ns();
    if (m.want_checkpoint || now - m.last_checkpoint_ns >= kUrgentInterval) {
      if (start_checkpoint(t)) resolve_ready(t, kResolveBudget);
    }
    give_candidates_away(t);
  }
  m.detaching = false;
  flush_remote(m.remote);
}

bool wants_ticks() {
  if (g_ck.active.load_relaxed() != 0) return true;
  if (g_ck.common_size.load_relaxed() != 0) return true;
  RawGuard guard(g_world.list_lock);
  for (Thread* x = g_world.threads.load_acquire(); x; x = x->next) {
    if (x->memory->has_candidates.load_relaxed()) return true;
  }
  return false;
}

// Age limit (R15), called by the ticker: threads with something to free start a checkpoint at their next
// safepoint.
static void watch(i64 now) {
  // TAIPAN_WATCHDOG=1: names a thread that keeps a checkpoint waiting.
  static const bool on = getenv("TAIPAN_WATCHDOG") != nullptr;
  if (!on || g_ck.active.load_relaxed() == 0) return;
  u64 e = g_ck.epoch.load_relaxed();
  for (Thread* x = g_world.threads.load_acquire(); x; x = x->next) {
    if (x->memory->acked.load_acquire() >= e || x->memory->watched == e) continue;
    if (x->state.load_relaxed() != ThreadState::Attached || now - g_ck.started < 10000000) continue;
    x->memory->watched = e;
    std::fprintf(stderr, "taipan: thread %llu has not polled for %lld ms\n",
                 static_cast<unsigned long long>(x->native_id),
                 static_cast<long long>((now - g_ck.started) / 1000000));
  }
}

void tick_checkpoints() {
  RawGuard guard(g_world.list_lock);
  watch(monotonic_ns());
  bool common = g_ck.common_size.load_relaxed() != 0;
  for (Thread* x = g_world.threads.load_acquire(); x; x = x->next) {
    bool own = x->memory->has_candidates.load_relaxed() != 0;
    bool attached = x->state.load_relaxed() == ThreadState::Attached;
    if (!own && !(common && attached)) continue;
    x->memory->has_candidates.store_relaxed(0);
    x->memory->tick.store_relaxed(1);
    x->poll.fetch_or_acq_rel(kPollCheckpoint);
    if (attached) common = false;  // one adopter is enough
  }
}

// Sleeps, detached, until the number of completed checkpoints moves, or a millisecond.
static void wait_for_completion(Thread& t, u32 seen) {
  g_ck.completion_waiters.fetch_add_seq_cst(1);
  {
    DetachedQuietly away(t);
    futex_wait(g_ck.completions, seen, 1000000);
  }
  g_ck.completion_waiters.fetch_sub_acq_rel(1);
}

// While this thread is detached others scan it for newer checkpoints, which moves what it waits for.
static void wait_until_resolvable(Thread& t, i64 deadline) {
  for (;;) {
    u32 seen = g_ck.completions.load_seq_cst();
    if (g_ck.completed.load_acquire() >= t.memory->remembered_epoch) return;
    if (deadline >= 0 && monotonic_ns() >= deadline) return;
    wait_for_completion(t, seen);
  }
}

void settle_candidates(Thread& t) {
  ThreadMemory& m = *t.memory;
  // At exit some thread may never answer again.
  i64 deadline = is_exiting() ? monotonic_ns() + 200000000 : -1;
  auto too_late = [&] { return deadline >= 0 && monotonic_ns() >= deadline; };
  for (int round = 0; round < 1000 && !too_late(); ++round) {
    u64 progress = m.stats.freed.get() + m.stats.finalised.get() + m.retired.popped();
    for (;;) {
      u32 seen = g_ck.completions.load_seq_cst();
      if (start_checkpoint(t) || too_late()) break;
      answer_scan_requests(t);
      if (g_ck.active.load_seq_cst() != 0) wait_for_completion(t, seen);
    }
    wait_until_resolvable(t, deadline);
    resolve_ready(t, ~usize{0});
    run_pending(t);
    if (m.candidates.is_empty() && m.retired.is_empty()) break;
    if (m.stats.freed.get() + m.stats.finalised.get() + m.retired.popped() == progress) break;
  }
  flush_remote(m.remote);
}

void wait_for_memory(Thread& t) {
  ThreadMemory& m = *t.memory;
  if (held_bytes(m) < g_ck.hard_bytes) return;
  request_checkpoint(t);
  checkpoint_poll(t);
  wait_until_resolvable(t, monotonic_ns() + 10000000);
  resolve_ready(t, ~usize{0});
}

void set_checkpoint_thresholds(u64 entries, u64 bytes, u64 hard_bytes) {
  g_ck.entries = entries;
  g_ck.bytes = bytes;
  g_ck.hard_bytes = hard_bytes;
}

void checkpoint_lock_common() { g_ck.common_lock.lock(); }
void checkpoint_unlock_common(bool in_child) {
  in_child ? g_ck.common_lock.reset() : g_ck.common_lock.unlock();
}

void checkpoint_after_fork_child(Thread& t) {
  // The others are gone; a checkpoint that waited for them waits for nobody.
  u64 e = g_ck.epoch.load_relaxed();
  g_ck.remaining.store_relaxed(0);
  if (t.memory->acked.load_relaxed() < e) {
    scan(t);
    t.memory->remembered_epoch = e;
    t.memory->remembered_end = t.memory->batch_end;
    t.memory->remembered_retired = t.memory->retired_end;
    t.memory->acked.store_release(e);
  }
  g_ck.completed.store_release(e);
  g_ck.active.store_seq_cst(0);
}

}  // namespace taipan
