// Attribute lookup in classes: MRO walk with a cache a class.
//
// Note [type-cache]: reading and replacing a class's cache without a lock. Rests on I6.
//
//   reader, attached                                  mutator (ClassMutation)
//   R1  c = cache.load_acquire()                      M1  changes a dict of the MRO
//   R2  entry.name.load_acquire() == name ? value     M2  cache.exchange(null) here and in all subclasses
//   R3  miss: walk the MRO's dicts                    M3  retire(old)
//   R4  insert into c (under the type lock, if c
//       is still the class's cache)
//
//   R1 before R3   what R3 finds and R4 inserts is at least as new as c. A mutation after R1 replaces c (M2), so
//                  an old answer can only be inserted into a cache that nobody reads any more.
//   R2             the value is borrowed: held by a class dict, or removed from one by another thread, and then
//                  valid until the reader's next safepoint.
#include <cstring>

#include "runtime/memory/heap.h"
#include "runtime/object/dependents.h"
#include "runtime/object/type.h"
#include "runtime/object/type_cache.h"
#include "runtime/types/dict.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {
namespace {

constexpr u32 kFirstCapacity = 16;
constexpr u32 kLastCapacity = 4096;  // a class asked for more names than this starts afresh

usize place(const Str* name, u32 capacity) {
  return ((reinterpret_cast<usize>(name) >> 4) * 0x9E3779B97F4A7C15 >> 40) & (capacity - 1);
}

bool probe(TypeCache* c, const Str* name, Value* out) {
  TypeCacheEntry* e = c->entries();
  for (usize i = place(name, c->capacity);; i = (i + 1) & (c->capacity - 1)) {
    const Str* found = e[i].name.load_acquire();  // R2
    if (found == name) {
      *out = Value(e[i].value.load_relaxed());  // written before the name
      return true;
    }
    if (found == nullptr) return false;
  }
}

void put(TypeCache* c, const Str* name, Value v) {
  TypeCacheEntry* e = c->entries();
  usize i = place(name, c->capacity);
  for (;; i = (i + 1) & (c->capacity - 1)) {
    const Str* found = e[i].name.load_relaxed();  // writers hold the type lock
    if (found == name) return;
    if (found == nullptr) break;
  }
  e[i].value.store_relaxed(v.canonical().bits);
  e[i].name.store_release(name);
  c->used.store_relaxed(c->used.load_relaxed() + 1);  // under the type lock
}

TypeCache* new_cache(Thread& t, u32 capacity) {
  auto* c = static_cast<TypeCache*>(buffer_allocate(t, TypeCache::bytes(capacity)));
  if (c == nullptr) return nullptr;
  std::memset(static_cast<void*>(c), 0, TypeCache::bytes(capacity));
  c->capacity = capacity;
  return c;
}

// R4. A cache that is full is replaced by one twice the size.
void remember(Thread& t, Type& type, TypeCache* seen, const Str* name, Value v) {
  TypeCache* fresh = nullptr;
  if (seen == nullptr) {
    fresh = new_cache(t, kFirstCapacity);
  } else if (seen->used.load_relaxed() * 4 >= seen->capacity * 3) {  // a hint; checked again below
    fresh = new_cache(t, seen->capacity < kLastCapacity ? seen->capacity * 2 : kFirstCapacity);
  }
  TypeCache* retired = nullptr;
  {
    TypeLock lock;
    TypeCache* now = type.cache.load_relaxed();  // written under the type lock
    if (now != seen) {
      retired = fresh;
    } else {
      if (fresh) {
        if (seen && fresh->capacity > seen->capacity) {
          for (u32 i = 0; i < seen->capacity; ++i) {
            const Str* n = seen->entries()[i].name.load_relaxed();
            if (n) put(fresh, n, Value(seen->entries()[i].value.load_relaxed()));
          }
        }
        retired = seen;
        now = fresh;
      }
      if (now && now->used.load_relaxed() * 8 < now->capacity * 7) put(now, name, v);
      if (fresh) type.cache.store_release(fresh);
    }
  }
  if (retired) buffer_retire(t, retired, TypeCache::bytes(retired->capacity));
}

}  // namespace

Value type_lookup(Thread& t, Type& type, Str* name) {
  TypeCache* c = type.cache.load_acquire();  // R1
  Value v;
  if (c && probe(c, name, &v)) [[likely]] return v;
  Tuple* mro = type.mro.borrow();
  if (mro == nullptr) return Value::empty();  // start-up: not ready yet
  usize n = mro->size();
  bool may_be_volatile = g_class_changes.may_be_volatile(name), passes_volatile = false;
  for (usize i = 0; i < n && v.is_empty(); ++i) {
    Type* cls = (*mro)[i].as<Type>();
    if (may_be_volatile) passes_volatile = passes_volatile || is_volatile_name(*cls, name);
    Dict* dict = cls->dict.borrow();
    if (dict) v = dict_borrow_str(dict, name);
  }
  if (!passes_volatile && stays_for_ever(name) && type.has(kTypeReady)) remember(t, type, c, name, v);
  return v;
}

void type_cache_replace(Thread& t, Type& type) {
  TypeCache* old;
  {
    TypeLock lock;
    old = type.cache.exchange_acq_rel(nullptr);
  }
  if (old) buffer_retire(t, old, TypeCache::bytes(old->capacity));
}

bool is_subtype(const Type& type, const Type& base) {
  if (&type == &base || &base == &object_type) return true;
  Tuple* mro = type.mro.borrow();
  if (mro == nullptr) {
    for (const Type* b = &type; b; b = b->base.borrow()) {
      if (b == &base) return true;
    }
    return false;
  }
  for (usize i = 1; i < mro->size(); ++i) {
    if (same((*mro)[i], Value(&base))) return true;
  }
  return false;
}

}  // namespace taipan
