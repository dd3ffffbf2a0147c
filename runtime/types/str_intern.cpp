// The intern table: one str per text, in 64 shards chosen by the hash (containers.md section 6).
//
// Note [intern]: words are uncounted. An interned string that dies clears its word under the shard's lock
// (str_destroy), and its memory waits for one checkpoint (R9), so a reader that loaded the word may look at
// the header: weak_get_object (R7) decides whether it is still alive. Shared or about to be: a string is
// published before it enters the table once threads exist (F13).
//   insert   shard locked: probe again; HAS_WEAK and INTERNED set; word.store_release
//   lookup   word.load_acquire, tag, weak dereference, compare. No lock, no write for healthy strings.
//   death    shard locked: word := tombstone
#include <cstring>
#include <new>

#include "runtime/memory/publish.h"
#include "runtime/memory/sticky.h"
#include "runtime/memory/weak.h"
#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/thread/object_lock.h"
#include "runtime/thread/safepoint.h"
#include "runtime/types/str.h"

namespace taipan {

static_assert(Str::kInterned == kSpareInterned);

namespace {

constexpr usize kShards = 64;
constexpr u64 kTombstone = 1;
constexpr u64 kAddressMask = (u64{1} << 48) - 1;

struct ShardTable {
  usize mask;
  Atomic<u64> words[];  // 0 free, kTombstone, or tag16 << 48 | address
};

struct Shard {
  Atomic<ShardTable*> table;
  Atomic<u8> lock;
  usize used = 0;  // words that are not free, tombstones included; under the lock
  usize live = 0;
};
Shard g_shards[kShards];

void lock_shard(Shard& s) {
  u8 free = 0;
  if (!s.lock.cas_acquire(free, 1)) lock_slow(s.lock);
}
void unlock_shard(Shard& s) {
  if (s.lock.exchange_seq_cst(0) != 1) unlock_slow(s.lock);
}
Shard& shard_of(u64 hash) { return g_shards[hash >> 58]; }
u64 tag_of(u64 hash) { return hash << 48; }  // low 16 bits, moved up
usize table_bytes(usize words) { return sizeof(ShardTable) + words * sizeof(u64); }

// An owned reference to the interned twin of s, or absent. Lock-free: Note [intern].
Result<Str> lookup(Shard& shard, Str* s, u64 hash) {
  ShardTable* table = shard.table.load_acquire();
  if (table == nullptr) return Result<Str>::absent();
  for (usize i = hash & table->mask;; i = (i + 1) & table->mask) {
    u64 w = table->words[i].load_acquire();
    if (w == 0) return Result<Str>::absent();
    if (w == kTombstone || (w & ~kAddressMask) != tag_of(hash)) continue;
    Str* found = reinterpret_cast<Str*>(w & kAddressMask);
    Result<> alive = weak_get_object(found);
    if (alive.is_absent()) continue;  // dying: its death is about to clear the word
    if (found == s || str_equal(found, s)) return alive.cast<Str>();
    drop(alive);
  }
}

// Room for one more word; shard locked.
bool grow(Thread& t, Shard& shard) {
  ShardTable* old = shard.table.load_relaxed();
  usize capacity = old == nullptr ? 0 : old->mask + 1;
  if (shard.used + 1 <= capacity / 4 * 3) return true;
  usize fresh_capacity = 16;
  while (fresh_capacity / 2 < shard.live + 1) fresh_capacity *= 2;
  void* memory = buffer_allocate(t, table_bytes(fresh_capacity));
  if (memory == nullptr) return false;
  std::memset(memory, 0, table_bytes(fresh_capacity));
  ShardTable* fresh = static_cast<ShardTable*>(memory);
  fresh->mask = fresh_capacity - 1;
  for (usize i = 0; i < capacity; ++i) {
    u64 w = old->words[i].load_relaxed();
    if (w == 0 || w == kTombstone) continue;
    u64 hash = reinterpret_cast<Str*>(w & kAddressMask)->hash_.load_relaxed();
    usize k = hash & fresh->mask;
    while (fresh->words[k].load_relaxed() != 0) k = (k + 1) & fresh->mask;
    fresh->words[k].store_relaxed(w);
  }
  shard.table.store_release(fresh);
  shard.used = shard.live;
  if (old != nullptr) buffer_retire(t, old, table_bytes(capacity));
  return true;
}

void remove(Str* s) {
  u64 hash = str_hash(s);
  Shard& shard = shard_of(hash);
  lock_shard(shard);
  ShardTable* table = shard.table.load_relaxed();
  for (usize i = hash & table->mask; table->words[i].load_relaxed() != 0; i = (i + 1) & table->mask) {
    u64 w = table->words[i].load_relaxed();
    if (w != kTombstone && reinterpret_cast<Str*>(w & kAddressMask) == s) {
      table->words[i].store_release(kTombstone);
      --shard.live;
      break;
    }
  }
  unlock_shard(shard);
}

Result<Str> intern(Thread& t, Str* s, bool immortal) {
  if (s->is_interned() && (!immortal || s->is_immortal())) return own(s);
  u64 hash = str_hash(s);
  if (hash == 0) return own(s);  // the empty string is one static object
  Shard& shard = shard_of(hash);
  Result<Str> found = lookup(shard, s, hash);
  if (!found.is_absent()) return found;
  Local<Str> keep(t, Value(s));
  if (!is_exact<Str>(s)) {  // an instance of a subclass never enters: its text does
    Local<Str> copy(t, TRY(str_allocate(t, s->length(), str_max_char(s))));
    std::memcpy(copy->data(), s->data(), s->length() * s->char_size());
    keep.set(copy.give());
  }
  Str* own_text = keep.get();
  str_hash(own_text);
  if (g_multi_threaded.load_acquire() && !own_text->is_shared()) publish_for_store(own_text);
  lock_shard(shard);
  if (!grow(t, shard)) {
    unlock_shard(shard);
    (void)raise_memory_error(t);
    return kError;
  }
  found = lookup(shard, own_text, hash);  // somebody may have been first
  if (!found.is_absent()) {
    unlock_shard(shard);
    return found;
  }
  own_text->flags.fetch_or_relaxed(kHasWeak);
  own_text->spare.fetch_or_relaxed(Str::kInterned);
  ShardTable* table = shard.table.load_relaxed();
  usize i = hash & table->mask;
  while (table->words[i].load_relaxed() != 0) i = (i + 1) & table->mask;
  table->words[i].store_release(tag_of(hash) | reinterpret_cast<u64>(own_text));
  ++shard.used;
  ++shard.live;
  unlock_shard(shard);
  return keep.copy();
}

}  // namespace

Result<Str> str_intern(Thread& t, Str* s) { return intern(t, s, false); }

Result<Str> str_intern(Thread& t, std::string_view utf8) {
  Local<Str> s(t, TRY(str_from_wtf8(t, utf8)));
  return intern(t, s, false);
}

// Makes s uncounted for good: a name of the runtime or a constant of code. A local one may become
// immortal at once; a counted shared one becomes sticky, which is as good (ownership_protocol.md 2).
Result<Str> str_intern_immortal(Thread& t, Str* s) {
  Local<Str> interned(t, TRY(intern(t, s, false)));
  Str* p = interned.get();
  if (p->is_immortal()) return interned.copy();
  if (!p->is_shared()) {
    Value w = interned.give().word();  // its plain count is abandoned
    (void)w;
    p->count.store_relaxed(kStickyWord);
    p->flags.fetch_or_relaxed(kImmortal);
    return own(p);
  }
  make_sticky(p);
  return interned.copy();
}

Str* str_immortal(Thread& t, std::string_view utf8) {
  Local<Str> s(t, MUST(str_from_wtf8(t, utf8)));
  Local<Str> interned(t, MUST(str_intern_immortal(t, s)));
  return interned.get();
}

void str_destroy(Object* o) {
  Str* s = static_cast<Str*>(o);
  usize size = object_size(s);
  if (s->is_interned()) {
    remove(s);
    if (s->is_shared()) return retire_object(Thread::current(), s, size);
  }
  free_object(s, size);
}

void intern_table_visit(void (*f)(Str* s, void* data), void* data) {
  for (Shard& shard : g_shards) {
    ShardTable* table = shard.table.load_acquire();
    for (usize i = 0; table != nullptr && i <= table->mask; ++i) {
      u64 w = table->words[i].load_acquire();
      if (w > kTombstone) f(reinterpret_cast<Str*>(w & kAddressMask), data);
    }
  }
}

void intern_table_lock_all() {
  for (Shard& s : g_shards) lock_shard(s);
}
void intern_table_unlock_all() {
  for (Shard& s : g_shards) unlock_shard(s);
}

}  // namespace taipan
