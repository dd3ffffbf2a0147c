// TypeCache: one class's attribute lookups over its MRO, by interned name, negative answers included.
// Append-only open addressing; replaced as a whole when the class or a base changes. Reads take no lock.
// Values are borrowed words: what they name is held by the class dictionaries.
#pragma once
#include "runtime/object/type.h"
#include "runtime/types/str.h"

namespace taipan {

struct TypeCacheEntry {
  Atomic<const Str*> name;  // written last (release); null: free
  Atomic<u64> value;        // canonical word; 0: the class has no such attribute
};

struct TypeCache {
  u32 capacity;             // power of two
  Atomic<u32> used;
  TypeCache* next_stale;    // while it waits to be retired
  TypeCacheEntry* entries() { return reinterpret_cast<TypeCacheEntry*>(this + 1); }
  static usize bytes(usize capacity) {
    return sizeof(TypeCache) + capacity * sizeof(TypeCacheEntry);
  }
};

// Caches do not hold their names: only those that stay may be in one. A freed name's address may come back.
inline bool stays_for_ever(const Str* name) {
  return name->is_interned() && (name->is_immortal() || (name->count.load_relaxed() & kSticky));
}

void type_cache_replace(Thread& t, Type& type);  // empties; the old one is retired

}  // namespace taipan
