#include "runtime/thread/parking_lot.h"

#include <cerrno>

#include "runtime/memory/thread_memory.h"
#include "runtime/thread/futex.h"

namespace taipan {
namespace {

// On the sleeper's own stack.
struct Sleeper {
  enum : u32 { kWaiting, kWoken, kPoked };
  Atomic<u32> state;
  const void* address;  // under the bucket's lock; changes by requeue
  Sleeper* next = nullptr;
  Sleeper* prev = nullptr;
  Thread* thread = nullptr;  // of park(); null for park_attached()
  u64 token = 0;
};

struct alignas(64) Bucket {
  RawMutex lock;
  Sleeper* first = nullptr;
  Sleeper* last = nullptr;

  void append(Sleeper* s) {
    s->next = nullptr;
    s->prev = last;
    (last ? last->next : first) = s;
    last = s;
  }
  void remove(Sleeper* s) {
    (s->prev ? s->prev->next : first) = s->next;
    (s->next ? s->next->prev : last) = s->prev;
    s->next = s->prev = nullptr;
  }
  Sleeper* find(const void* address, Sleeper* from) {
    while (from && from->address != address) from = from->next;
    return from;
  }
};
constexpr usize kBuckets = 256;
Bucket g_buckets[kBuckets];

Bucket& bucket_of(const void* address) {
  u64 h = reinterpret_cast<u64>(address) * 0x9E3779B97F4A7C15u;
  return g_buckets[h >> 56];
}

// The sleeper may be moved to another address while we come for it.
Bucket& lock_bucket_of(Sleeper& s) {
  for (;;) {
    const void* a = __atomic_load_n(&s.address, __ATOMIC_RELAXED);
    Bucket& b = bucket_of(a);
    b.lock.lock();
    if (__atomic_load_n(&s.address, __ATOMIC_RELAXED) == a) return b;
    b.lock.unlock();
  }
}

// Under the bucket's lock, s already removed. The sleeper's frame is gone once its state is set.
void wake(Sleeper* s, u64 token) {
  s->token = token;
  Atomic<u32>& state = s->state;
  state.store_release(Sleeper::kWoken);
  futex_wake(state, 1);  // at worst wakes whoever uses that stack word now: all waits are loops
}

ParkResult sleep(Thread* t, Sleeper& s, Park& p) {
  for (;;) {
    u32 now = s.state.load_acquire();
    if (now == Sleeper::kWoken) {
      p.token = s.token;
      return ParkResult::Unparked;
    }
    i64 left = -1;
    bool give_up = now == Sleeper::kPoked;
    if (p.deadline_ns >= 0) {
      left = p.deadline_ns - monotonic_ns();
      if (left <= 0) give_up = true;
    }
    int e = give_up ? 0 : futex_wait(s.state, Sleeper::kWaiting, left);
    if (e == EINTR && t && (t->poll.load_acquire() & (kPollSignal | kPollAsyncExc))) give_up = true;
    if (!give_up) continue;
    Bucket& b = lock_bucket_of(s);
    bool woken = s.state.load_acquire() == Sleeper::kWoken;
    if (!woken) b.remove(&s);
    b.lock.unlock();
    if (woken) continue;
    return left <= 0 && p.deadline_ns >= 0 ? ParkResult::TimedOut : ParkResult::Interrupted;
  }
}

ParkResult park_in(Thread* t, Park& p) {
  Sleeper s;
  s.address = p.address;
  s.thread = t;
  Bucket& b = bucket_of(p.address);
  b.lock.lock();
  if (p.still_wanted && !p.still_wanted(p.data)) {
    b.lock.unlock();
    return ParkResult::NotWanted;
  }
  b.append(&s);
  b.lock.unlock();
  if (!t) return sleep(nullptr, s, p);
  t->memory->stats.parked.add();
  // A signal or exception that came before the sleeper was in its list pokes nobody.
  if (t->poll.load_seq_cst() & (kPollSignal | kPollAsyncExc)) {
    s.state.store_relaxed(Sleeper::kPoked);  // still ours alone, unless already woken: looked at below
    Bucket& again = lock_bucket_of(s);
    bool listed = again.first && (s.prev || s.next || again.first == &s);
    if (listed) again.remove(&s);
    again.lock.unlock();
    if (listed) return ParkResult::Interrupted;
    p.token = s.token;
    return ParkResult::Unparked;
  }
  return sleep(t, s, p);
}

}  // namespace

ParkResult park_attached(Park& p) { return park_in(nullptr, p); }

ParkResult park(Thread& t, Park& p) {
  Detached away(t);
  return park_in(&t, p);
}

bool unpark_one(const void* address, Unpark u) {
  Bucket& b = bucket_of(address);
  RawGuard guard(b.lock);
  Sleeper* s = b.find(address, b.first);
  bool more = s && b.find(address, s->next);
  u64 token = u.before ? u.before(u.data, s != nullptr, more) : 0;
  if (!s) return false;
  b.remove(s);
  wake(s, token);
  return true;
}

usize unpark_all(const void* address, u64 token) {
  Bucket& b = bucket_of(address);
  RawGuard guard(b.lock);
  usize n = 0;
  for (Sleeper* s = b.find(address, b.first); s;) {
    Sleeper* next = b.find(address, s->next);
    b.remove(s);
    wake(s, token);
    ++n;
    s = next;
  }
  return n;
}

usize unpark_and_requeue(const void* from, const void* to, u64 token) {
  Bucket& a = bucket_of(from);
  Bucket& b = bucket_of(to);
  Bucket* first = &a < &b ? &a : &b;
  Bucket* second = &a == &b ? nullptr : (&a < &b ? &b : &a);
  first->lock.lock();
  if (second) second->lock.lock();
  usize n = 0;
  Sleeper* stop = a.last;
  for (Sleeper* s = a.find(from, a.first); s;) {
    Sleeper* next = s == stop ? nullptr : a.find(from, s->next);
    a.remove(s);
    if (n++ == 0) {
      wake(s, token);
    } else {
      __atomic_store_n(&s->address, to, __ATOMIC_RELAXED);
      b.append(s);
    }
    s = next;
  }
  if (second) second->lock.unlock();
  first->lock.unlock();
  return n;
}

usize parked_count(const void* address) {
  Bucket& b = bucket_of(address);
  RawGuard guard(b.lock);
  usize n = 0;
  for (Sleeper* s = b.find(address, b.first); s; s = b.find(address, s->next)) ++n;
  return n;
}

void interrupt_parked(Thread& x) {
  for (Bucket& b : g_buckets) {
    RawGuard guard(b.lock);
    for (Sleeper* s = b.first; s; s = s->next) {
      if (s->thread != &x) continue;
      u32 waiting = Sleeper::kWaiting;
      if (s->state.cas_acq_rel(waiting, Sleeper::kPoked)) futex_wake(s->state, 1);
      return;
    }
  }
}

void parking_lock_all() {
  for (Bucket& b : g_buckets) b.lock.lock();
}
void parking_unlock_all(bool in_child) {
  for (Bucket& b : g_buckets) {
    if (in_child) {
      b.first = b.last = nullptr;
      b.lock.reset();
    } else {
      b.lock.unlock();
    }
  }
}

}  // namespace taipan
