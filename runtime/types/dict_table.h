// DictTable: the block behind dict, frozendict, set and frozenset: entries in insertion order and an index
// in one of four forms (containers.md section 1). No Python code runs here and no lock is taken: dict.cpp
// and set.cpp hold the protocols. Compiled code knows the words of the header.
#pragma once
#include "runtime/base/hash.h"
#include "runtime/memory/heap.h"
#include "runtime/types/quick_compare.h"

namespace taipan {

enum class TableForm : u8 { Eight, Narrow8, Narrow16, Wide };
// A table only moves down this list, except on clear.
enum class TableKind : u8 {
  Names,      // all keys are interned str: a probe with an interned key compares words only
  Plain,      // exact str, int, float, bool: the hash comes from the key
  Hashed,     // hashes are stored
  Namespace,  // cells that never move (dict_namespace.cpp)
};
inline constexpr u8 kSetTable = 1;  // flags: entries are keys only

struct DictEntry {
  Slot<> key, value;
};

struct DictTable {
  TableForm form;
  Atomic<u8> kind_;
  u8 lg;     // log2 of groups (Narrow) or words (Wide)
  u8 flags;
  u32 capacity;
  Atomic<u32> end;   // entries ever appended
  u32 first;         // no live entry below; writers only
  Atomic<u64> tags;  // Eight: eight tag bytes; else the address of the index
  // entries[capacity]; Hashed: u64 hashes[capacity]; the index

  TableKind kind() const { return static_cast<TableKind>(kind_.load_relaxed()); }  // W3 orders it
  bool is_set() const { return flags & kSetTable; }
  DictEntry* entries() { return reinterpret_cast<DictEntry*>(this + 1); }
  Slot<>* keys() { return reinterpret_cast<Slot<>*>(this + 1); }  // sets
  u64* hashes() {
    return reinterpret_cast<u64*>(reinterpret_cast<char*>(this + 1) +
                                  usize{capacity} * (is_set() ? 8 : 16));
  }
  void* index() const { return reinterpret_cast<void*>(tags.load_relaxed()); }
};
static_assert(sizeof(DictTable) == 24);

struct Group8 {
  Atomic<u64> tags;
  Atomic<u8> entry[8];
};
struct Group16 {
  Atomic<u64> tags;
  Atomic<u16> entry[8];
};

extern DictTable g_empty_dict_table, g_empty_set_table;  // capacity 0, never written

inline constexpr u32 kNotFound = ~u32{0};
inline constexpr u32 kAskEqual = ~u32{0} - 1;  // some key's equality takes Python code
inline constexpr u64 kHashMultiplier = 0x9E3779B97F4A7C15u;
inline constexpr u64 kOnes = 0x0101010101010101u;
inline constexpr u64 kTopBits = 0x8080808080808080u;

// A deleted entry's key: run length << 3 | 4. Of a run of dead entries the topmost carries its length.
inline constexpr u64 deleted_key(u32 run) { return u64{run} << 3 | 4; }
inline bool is_deleted_key(Value k) { return (k.bits & 7) == 4; }
inline u32 deleted_run(Value k) { return static_cast<u32>(k.bits >> 3); }
// Neither a deleted entry nor one that a collector has emptied.
inline bool is_live_key(Value k) { return !is_deleted_key(k) && !k.is_empty(); }

// The value word of an entry or cell: neither free or deleted (0) nor SEALED (4).
inline bool is_bound(Value v) { return (v.bits & ~u64{4}) != 0; }

// --- where a hash leads -----------------------------------------------------------------------------------
inline u64 tag_of(u64 hash) { return 0x80 | ((hash * kHashMultiplier) >> 32 & 0x7f); }
inline u64 group_of(u64 hash, u8 lg) { return ((hash >> 2) * kHashMultiplier) >> (64 - lg); }
inline u64 word_of(u64 hash, u8 lg) {
  return ((hash >> 4) * kHashMultiplier) >> (68 - lg) << 4 | (hash & 15);
}
inline u32 fragment_of(u64 hash, u8 lg) {
  return static_cast<u32>((hash * kHashMultiplier) >> 32) << lg;
}
// Bytes of `tags` equal to tag have their top bit set in the result (a false one only above a true one).
inline u64 tag_matches(u64 tags, u64 tag) {
  u64 x = tags ^ tag * kOnes;
  return (x - kOnes) & ~x & kTopBits;
}

template <class Group, class Match>
TP_INLINE u32 find_in_groups(const DictTable* t, u64 hash, Match&& match) {
  const Group* groups = static_cast<const Group*>(t->index());
  u64 mask = (u64{1} << t->lg) - 1, g = group_of(hash, t->lg), tag = tag_of(hash);
  for (;; g = (g + 1) & mask) {
    u64 tags = groups[g].tags.load_acquire();  // R2
    for (u64 z = tag_matches(tags, tag); z != 0; z &= z - 1) {
      u32 e = groups[g].entry[__builtin_ctzll(z) >> 3].load_relaxed();  // W2 before W3
      int r = match(e);
      if (r != 0) return r > 0 ? e : kAskEqual;
    }
    if (tags >> 63 == 0) return kNotFound;
  }
}

// match(entry): 1 it is, 0 it is not, kAskPython.
template <class Match>
TP_INLINE u32 table_find(const DictTable* t, u64 hash, Match&& match) {
  switch (t->form) {
    case TableForm::Eight: {
      u64 tags = t->tags.load_acquire();  // R2
      for (u64 z = tag_matches(tags, tag_of(hash)); z != 0; z &= z - 1) {
        u32 e = static_cast<u32>(__builtin_ctzll(z) >> 3);
        int r = match(e);
        if (r != 0) return r > 0 ? e : kAskEqual;
      }
      return kNotFound;
    }
    case TableForm::Narrow8: return find_in_groups<Group8>(t, hash, match);
    case TableForm::Narrow16: return find_in_groups<Group16>(t, hash, match);
    default: {
      const Atomic<u32>* words = static_cast<const Atomic<u32>*>(t->index());
      u64 mask = (u64{1} << t->lg) - 1, p = word_of(hash, t->lg);
      u32 fragment = fragment_of(hash, t->lg);
      for (;; p = (p + 1) & mask) {
        u32 w = words[p].load_acquire();  // R2
        if (w == 0) return kNotFound;
        u32 x = w ^ fragment;
        if (x > mask) continue;
        int r = match(x - 1);
        if (r != 0) return r > 0 ? x - 1 : kAskEqual;
      }
    }
  }
}

// Who looks many keys up in a row has the memory come meanwhile: the index some keys ahead, then the entry that it names.
inline void prefetch_index(const DictTable* t, u64 hash) {
  if (t->form == TableForm::Wide) __builtin_prefetch(static_cast<const Atomic<u32>*>(t->index()) + word_of(hash, t->lg));
}
inline void prefetch_key_of_set(DictTable* t, u64 hash) {
  if (t->form != TableForm::Wide) return;
  u32 w = static_cast<const Atomic<u32>*>(t->index())[word_of(hash, t->lg)].load_relaxed();
  u32 x = w ^ fragment_of(hash, t->lg);
  if (x >> t->lg == 0) __builtin_prefetch(t->keys() + x - 1);
}

// The candidates of a hash one by one, for searches that leave the table between two of them.
class TableCursor {
 public:
  TableCursor(const DictTable* t, u64 hash);
  u32 next();  // kNotFound at the end

 private:
  const DictTable* t_;
  u64 position_, tag_, matches_ = 0, tags_ = 0;
  bool group_loaded_ = false;
};

// --- keys -----------------------------------------------------------------------------------------------
// Hash of a key that a Names or Plain table may hold.
u64 plain_hash(Value key);
// The least kind of table that can hold the key.
TableKind kind_of_key(Value key);
inline bool is_interned(Value key) { return is_exact<Str>(key) && key.as<Str>()->is_interned(); }
// May entry e, the next of a local table (no namespace), hold the key without a rebuild? Notes what the table must know
// of the key then. False also for rare keys that could.
TP_INLINE bool table_admits_local(DictTable* t, Value key, u64 hash, u32 e) {
  if (e == t->capacity) return false;
  TableKind kind = t->kind();
  if (kind == TableKind::Hashed) return t->hashes()[e] = hash, true;
  if (!key.is_int() && !is_exact<Str>(key)) return false;
  if (kind == TableKind::Names && !is_interned(key)) t->kind_.store_relaxed(static_cast<u8>(TableKind::Plain));
  return true;
}

// Is the key of an entry equal to the probe? One function object for each way of storing keys.
template <bool kSet>
struct KeyMatch {
  DictTable* t;
  Value key;  // canonical
  u64 hash;
  TP_INLINE int operator()(u32 e) const {
    Value k = kSet ? t->keys()[e].borrow() : t->entries()[e].key.borrow();  // R3
    if (k.bits == key.bits) return 1;
    if (!is_live_key(k)) return 0;
    return slow(e, k);
  }
  TP_NOINLINE int slow(u32 e, Value k) const;
};
struct NameMatch {
  DictTable* t;
  Value key;
  TP_INLINE int operator()(u32 e) const { return t->entries()[e].key.borrow().bits == key.bits; }
};
int match_key_slow(DictTable* t, u32 e, Value k, Value key, u64 hash);
template <bool kSet>
int KeyMatch<kSet>::slow(u32 e, Value k) const {
  return match_key_slow(t, e, k, key, hash);
}

u32 dict_table_find(DictTable* t, Value key, u64 hash);
u32 set_table_find(DictTable* t, Value key, u64 hash);
u32 namespace_find(DictTable* t, Value key, u64 hash);  // dict_namespace.cpp
Slot<>& table_key(DictTable* t, u32 e);                 // of any kind

// --- building ---------------------------------------------------------------------------------------------
// Entries zeroed. Null when memory is exhausted (nothing raised).
DictTable* table_allocate(Thread& t, usize capacity, TableKind kind, u8 flags);
usize table_bytes(const DictTable* t);
inline void table_free(DictTable* t) {
  if (t->capacity > 0) buffer_free(t, table_bytes(t));
}
inline void table_discard(Thread& t, const Object* owner, DictTable* table) {
  if (table->capacity > 0) buffer_discard(t, owner, table, table_bytes(table));
}
// W2, W3: makes entry e findable under the hash. The caller then raises `end`.
void table_index_entry(DictTable* t, u64 hash, u32 e);
// Local owners only: takes the last entry's tag back (Undo).
void table_unindex_last(DictTable* t, u64 hash, u32 e);
// The live entries of `old` in order, with room for `capacity`; counts move along.
DictTable* table_rebuild(Thread& t, DictTable* old, usize capacity, TableKind kind);
// What a full table with `live` entries grows to.
usize grown_table_capacity(usize live);
// The least capacity for `live` entries that makes full use of the index.
usize full_table_capacity(usize live);
// A set's table that has taken words along uncounted: one more count for each.
void table_count_keys(DictTable* table);
// Same capacity, same entries, every reference counted once more. Null when memory is exhausted.
DictTable* table_copy(Thread& t, DictTable* old, usize live);
// Marks entry e, whose words the caller has taken out, as deleted. True: it was the last one of a local
// table and is undone.
bool table_mark_deleted(DictTable* t, u32 e, u64 hash_if_local, bool local);
// The last live entry, or kNotFound.
u32 table_last_live(DictTable* t);
void table_visit(DictTable* t, EdgeVisitor& visit);
// Drops every reference of a table that nobody can change any more.
void table_drop_entries(DictTable* t);
// Hash of live entry e.
u64 table_hash(DictTable* t, u32 e);
// Step over live entries of any kind of dict table, lock-free: borrowed words. False at the end.
bool table_step(DictTable* t, u64* position, Value* key, Value* value);
bool table_step_back(DictTable* t, u64* position, Value* key, Value* value);  // from `end` downwards
bool set_table_step(DictTable* t, u64* position, Value* key);

}  // namespace taipan
