#include "runtime/memory/weak.h"

#include <new>

#include "runtime/memory/thread_memory.h"
#include "runtime/thread/race.h"

namespace taipan {
namespace {

struct Shard {
  RawMutex lock;
  WeakCtl** bucket = nullptr;
  u64 buckets = 0;  // a power of two
  u64 size = 0;
};
constexpr usize kShards = 64;
Shard g_shards[kShards];

u64 hash_address(const Object* o) {
  u64 h = reinterpret_cast<u64>(o) >> 4;
  h *= 0x9E3779B97F4A7C15u;
  return h ^ h >> 29;
}
Shard& shard_of(const Object* o) { return g_shards[hash_address(o) >> 58]; }

WeakCtl** find(Shard& s, const Object* o) {
  if (!s.bucket) return nullptr;
  WeakCtl** at = &s.bucket[hash_address(o) & (s.buckets - 1)];
  while (*at && (*at)->key != o) at = &(*at)->next;
  return at;
}

bool grow(Shard& s) {
  u64 n = s.buckets ? s.buckets * 2 : 16;
  auto** fresh = static_cast<WeakCtl**>(system_allocate(n * sizeof(WeakCtl*)));
  if (!fresh) return s.bucket != nullptr;  // longer chains will do
  for (u64 i = 0; i < n; ++i) fresh[i] = nullptr;
  for (u64 i = 0; i < s.buckets; ++i) {
    WeakCtl* c = s.bucket[i];
    while (c) {
      WeakCtl* next = c->next;
      WeakCtl*& head = fresh[hash_address(c->key) & (n - 1)];
      c->next = head;
      head = c;
      c = next;
    }
  }
  system_free(s.bucket);
  s.bucket = fresh;
  s.buckets = n;
  return true;
}

// One more count of a weak reference that is named by no count here. False if it is dying.
bool take_count(Object* o) {
  if (o->is_local()) {
    if (o->count.load_relaxed() < kCountStep) return false;  // dead, waiting for its destruction
    increment_local(o);
    return true;
  }
  u32 w = o->count.load_relaxed();
  for (;;) {
    if (w & kSticky) return true;
    if (w & kDying) return false;
    if (o->count.cas_acq_rel(w, (w + kCountStep) | (w & kListed ? kKeep : 0))) return true;
  }
}

void unlink(WeakCtl* c, WeakRefObject* w) {
  (w->prev ? w->prev->next : c->first) = w->next;
  if (w->next) w->next->prev = w->prev;
  w->next = w->prev = nullptr;
  w->linked = 0;
}

}  // namespace

WeakCtl* weak_ctl_of(Thread&, Object* o) {
  // First the flag: from here on o's memory is retired when it dies (R9).
  if (!(o->flags.load_relaxed() & kHasWeak)) o->flags.fetch_or_relaxed(kHasWeak);
  Shard& s = shard_of(o);
  RawGuard guard(s.lock);
  if (WeakCtl** at = find(s, o); at && *at) {
    (*at)->holders.fetch_add_relaxed(1);
    return *at;
  }
  if (s.size >= s.buckets && !grow(s)) return nullptr;
  void* p = system_allocate(sizeof(WeakCtl));
  if (!p) return nullptr;
  auto* c = new (p) WeakCtl;
  c->obj.store_release(o);
  c->holders.store_relaxed(1);
  c->key = o;
  WeakCtl** at = find(s, o);
  c->next = *at;
  *at = c;
  ++s.size;
  return c;
}

void weak_ctl_release(WeakCtl* c) {
  if (!c) return;
  Shard& s = shard_of(c->key);  // never changes
  {
    RawGuard guard(s.lock);
    if (c->holders.fetch_sub_acq_rel(1) != 1) return;
    // Still in the table if the referent lives; another ctl may stand there after its death.
    WeakCtl** at = find(s, c->key);
    if (at && *at == c) {
      *at = c->next;
      --s.size;
    }
  }
  system_free(c);
}

Result<> weak_get_object(Object* o) {
  u8 flags = o->flags.load_relaxed();
  if (flags & kImmortal) return Result<>::from_owned(Value::deferred(o));
  if (!(flags & kShared)) {
    if (o->count.load_relaxed() < kCountStep) return Result<>::absent();
    increment_local(o);
    return Result<>::from_owned(Value(o));
  }
  u32 w = o->count.load_relaxed();
  for (;;) {
    if (w & kSticky) break;
    if (w & kDying) return Result<>::absent();
    if (!(w & kListed) || (w & kKeep)) break;
    race_point();
    if (o->count.cas_acq_rel(w, w | kKeep)) break;
  }
  return Result<>::from_owned(Value::deferred(o));
}

Result<> weak_get(WeakCtl* c) {
  Object* o = c->obj.load_acquire();
  race_point();
  return o ? weak_get_object(o) : Result<>::absent();
}

bool weak_link(Thread& t, WeakRefObject* w, Object* referent) {
  WeakCtl* c = weak_ctl_of(t, referent);
  if (!c) return false;
  w->ctl = c;
  w->flags.store_relaxed(w->flags.load_relaxed() | kWeakReference);
  // Through a shared referent others find the reference at once: it is named by an uncounted pointer
  // and must be complete.
  if (referent->is_shared()) publish_for_store(w);
  Shard& s = shard_of(referent);
  RawGuard guard(s.lock);
  w->prev = nullptr;
  w->next = c->first;
  if (c->first) c->first->prev = w;
  c->first = w;
  w->linked = 1;
  return true;
}

void weak_unlink(WeakRefObject* w) {
  WeakCtl* c = w->ctl;
  if (!c) return;
  {
    RawGuard guard(shard_of(c->key).lock);
    if (w->linked) unlink(c, w);
  }
  w->ctl = nullptr;
  weak_ctl_release(c);
}

template <class F>
static void for_each_reference(Object* o, F f) {
  if (!(o->flags.load_relaxed() & kHasWeak)) return;
  Shard& s = shard_of(o);
  RawGuard guard(s.lock);
  WeakCtl** at = find(s, o);
  if (!at || !*at) return;
  WeakRefObject* w = (*at)->first;
  while (w) {
    WeakRefObject* next = w->next;
    if (!f(*at, w)) return;
    w = next;
  }
}

Result<> weak_find_plain(Object* o, u32 shape) {
  Result<> found = Result<>::absent();
  for_each_reference(o, [&](WeakCtl*, WeakRefObject* w) {
    if (!w->callback.is_empty() || w->shape.load_relaxed() != shape) return true;
    found = weak_get_object(w);
    return found.is_absent();
  });
  return found;
}

usize weak_count(Object* o) {
  usize n = 0;
  for_each_reference(o, [&](WeakCtl*, WeakRefObject*) {
    ++n;
    return true;
  });
  return n;
}

void weak_visit(Object* o, void (*f)(Object*, void*), void* data) {
  for_each_reference(o, [&](WeakCtl*, WeakRefObject* w) {
    f(w, data);
    return true;
  });
}

usize weak_references(Object* o, Value* owned, usize n) {
  usize got = 0;
  for_each_reference(o, [&](WeakCtl*, WeakRefObject* w) {
    if (got == n) return false;
    Result<> r = weak_get_object(w);
    if (!r.is_absent()) owned[got++] = r.word();
    return true;
  });
  return got;
}

static bool callback_is_due(const WeakRefObject* w) {
  return !w->callback.is_empty() && !(w->gc & kGcPinned);
}

static void clear(Thread& t, Object* o, bool only_with_callbacks) {
  Shard& s = shard_of(o);
  RawGuard guard(s.lock);
  WeakCtl** at = find(s, o);
  if (!at || !*at) return;
  WeakCtl* c = *at;
  if (only_with_callbacks) {
    bool any = false;
    for (WeakRefObject* w = c->first; w && !any; w = w->next) any = callback_is_due(w);
    if (!any) return;
  }
  *at = c->next;
  --s.size;
  c->next = nullptr;
  c->obj.store_release(nullptr);
  while (WeakRefObject* w = c->first) {
    unlink(c, w);
    if (callback_is_due(w) && take_count(w)) push_pending(t, w, Pending::WeakCallback);
  }
}

void weak_clear(Thread& t, Object* o) { clear(t, o, false); }
void weak_clear_trash(Thread& t, Object* o, bool only_with_callbacks) {
  clear(t, o, only_with_callbacks);
}

void weak_lock_all() {
  for (Shard& s : g_shards) s.lock.lock();
}
void weak_unlock_all(bool in_child) {
  for (Shard& s : g_shards) in_child ? s.lock.reset() : s.lock.unlock();
}

}  // namespace taipan
