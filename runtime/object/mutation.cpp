// Changing classes: caches that rest on them are poisoned first (interpreter.md K5).
//
// Note [class-mutation]
//   M1  mark (class, name) for the class and its subclasses: no new dependents
//   M2  store 0 into the guards of the registered ones; slots are about to change: stop the other threads
//   M3  the mutation itself, by the caller, in the life of the ClassMutation object
//   M4  replace the lookup caches, update TypeSlots, unmark, let the others run
//
//   The guards are relaxed stores: a thread that still passes a guard reads the old value, which stays valid until its
//   next safepoint; M2's stop is that safepoint, so after M3 nobody can see the old value through a cache.
#include <new>

#include "runtime/memory/heap.h"
#include "runtime/object/call.h"
#include "runtime/object/class_build.h"
#include "runtime/object/dependents.h"
#include "runtime/object/instance.h"
#include "runtime/object/specials.h"
#include "runtime/object/type_cache.h"
#include "runtime/thread/object_lock.h"
#include "runtime/thread/safepoint.h"
#include "runtime/types/descriptors.h"
#include "runtime/types/dict.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

ClassChanges g_class_changes;

namespace {

Atomic<u8> g_type_lock;

}  // namespace

TypeLock::TypeLock() {
  u8 free = 0;
  if (!g_type_lock.cas_acquire(free, 1)) [[unlikely]] lock_slow(g_type_lock);
}
TypeLock::~TypeLock() {
  if (g_type_lock.exchange_seq_cst(0) != 1) [[unlikely]] unlock_slow(g_type_lock);
}

// What a class knows about its dependents. `changing`: M1. `churn`: names changed too often to cache.
struct TypeDependents {
  static constexpr u32 kNames = 8;
  ClassDependent* first = nullptr;
  u32 changing = 0;
  u32 next_churn = 0;
  struct {
    Str* name;
    u32 changes;
  } churn[kNames] = {};
  Atomic<const Str*> volatile_names[kNames] = {};  // first come, first served; written in the stopped world
};

namespace {

// These decide about attributes of any name.
Str* reach_of_change(Str* name) {
  const Names& n = names();
  return name == n.__getattribute__ || name == n.__setattr__ || name == n.__delattr__ ? nullptr : name;
}

void note_change(Str* name) {
  name = reach_of_change(name);
  if (name) return void(g_class_changes.of(name).fetch_add_acq_rel(1));
  for (Atomic<u32>& count : g_class_changes.counts) count.fetch_add_acq_rel(1);
}

// Mutations between their M1 and M4, under the type lock. Meanwhile no class begins to have dependents: the mark that its base
// is changing would have passed it by.
u32 g_mutations = 0;

constexpr u32 kMaxChanges = 3;    // K5: then the site reads the class every time
constexpr u32 kManyChanges = 16;  // V1

// Null: no memory, or not just now.
TypeDependents* dependents_of(Thread& t, Type& type) {
  TypeDependents* d = type.dependents.load_acquire();
  if (d) return d;
  auto* fresh = static_cast<TypeDependents*>(buffer_allocate(t, sizeof(TypeDependents)));
  if (fresh == nullptr) return nullptr;
  new (fresh) TypeDependents();
  {
    TypeLock lock;
    d = type.dependents.load_relaxed();  // written under the type lock
    if (d == nullptr && g_mutations == 0) {
      type.dependents.store_release(fresh);
      return fresh;
    }
  }
  buffer_free(fresh, sizeof(TypeDependents));
  return d;
}

bool has_dunders(const Str* name) {
  usize n = name->length();
  return n > 4 && name->at(0) == '_' && name->at(1) == '_' && name->at(n - 1) == '_' && name->at(n - 2) == '_';
}

// V1, under the type lock.
void make_volatile(TypeDependents* d, const Str* name) {
  for (Atomic<const Str*>& place : d->volatile_names) {
    const Str* there = place.load_relaxed();
    if (there == name) return;
    if (there != nullptr) continue;
    place.store_release(name);
    Atomic<u64>& all = g_class_changes.with_volatile;
    all.store_release(all.load_relaxed() | u64{1} << ClassChanges::number_of(name));
    return;
  }
}

void unlink(ClassDependent* d) {
  if (d->previous == nullptr) return;
  *d->previous = d->next;
  if (d->next) d->next->previous = d->previous;
  d->previous = nullptr;
  d->next = nullptr;
}

struct Change {
  Str* name;
  int delta;  // +1: M1 and M2, -1: unmark
};

// Under the type lock.
void poison(Type& type, Change* change) {
  if (TypeDependents* all = type.dependents.load_acquire()) {
    all->changing += static_cast<u32>(change->delta);
    if (change->delta > 0) {
      for (ClassDependent *d = all->first, *next; d; d = next) {
        next = d->next;
        if (change->name && d->name != change->name) continue;
        d->shape.store_relaxed(0);  // M2
        unlink(d);
        if (d->poisoned) d->poisoned(d);
      }
      if (change->name) {
        u32 i = 0;
        while (i < TypeDependents::kNames && all->churn[i].name != change->name) ++i;
        if (i == TypeDependents::kNames) {
          i = all->next_churn++ % TypeDependents::kNames;
          all->churn[i] = {change->name, 0};
        }
        ++all->churn[i].changes;
      }
    }
  }
  for (u32 i = 0; Type* sub = subclass_at_locked(type, i); ++i) poison(*sub, change);
}

// Takes the caches of the class and of all that derive from it away. Under the type lock.
void collect_caches(Type& type, TypeCache** stale) {
  TypeCache* old = type.cache.exchange_acq_rel(nullptr);
  if (old) {
    old->next_stale = *stale;
    *stale = old;
  }
  for (u32 i = 0; Type* sub = subclass_at_locked(type, i); ++i) collect_caches(*sub, stale);
}

}  // namespace

bool is_volatile_name(const Type& type, const Str* name) {
  if (!g_class_changes.may_be_volatile(name)) return false;
  const TypeDependents* d = type.dependents.load_acquire();
  if (d == nullptr) return false;
  for (const Atomic<const Str*>& place : d->volatile_names) {
    const Str* there = place.load_acquire();
    if (there == nullptr || there == name) return there == name;
  }
  return false;
}

bool lookup_is_volatile(const Type& type, Str* name, const Type* behind) {
  if (!g_class_changes.may_be_volatile(name)) return false;
  const Tuple* mro = type.mro.borrow();
  usize n = mro == nullptr ? 0 : mro->size(), i = 0;
  if (behind != nullptr) {
    while (i < n && !same((*mro)[i], Value(behind))) ++i;
    ++i;
  }
  for (; i < n; ++i) {
    const Type* cls = (*mro)[i].as<Type>();
    if (is_volatile_name(*cls, name)) return true;
    Dict* dict = cls->dict.borrow();
    if (dict != nullptr && !dict_borrow_str(dict, name).is_empty()) return false;
  }
  return false;
}

bool depend_on_class(Thread& t, ClassDependent* d, Type& type, Str* name) {
  if (type.has(kTypeImmutable)) return true;
  TypeDependents* all = dependents_of(t, type);
  if (all == nullptr || lookup_is_volatile(type, name)) return false;
  TypeLock lock;
  if (all->changing) return false;
  for (auto& c : all->churn) {
    if (c.name == name && c.changes >= kMaxChanges) return false;
  }
  d->type = &type;
  d->name = name;
  d->next = all->first;
  d->previous = &all->first;
  if (all->first) all->first->previous = &d->next;
  all->first = d;
  return true;
}

void forget_dependent(ClassDependent* d) {
  TypeLock lock;
  unlink(d);
}

ClassMutation::ClassMutation(Thread& t, Type& type, Str* name) : t_(t), type_(type), name_(name) {
  bool may_rest = name != nullptr && type.has(kTypeReady) && stays_for_ever(name) && !has_dunders(name);
  TypeDependents* own = may_rest ? dependents_of(t, type) : nullptr;
  bool restless = false;
  {
    TypeLock lock;
    Change change{reach_of_change(name), 1};
    ++g_mutations;
    poison(type, &change);
    if (own != nullptr) {
      for (auto& c : own->churn) restless = restless || (c.name == name && c.changes > kManyChanges);
    }
  }
  note_change(name);
  stopped_ = g_multi_threaded.load_acquire() && type.has(kTypeReady);
  if (stopped_) stop_the_world(t);
  if (restless) {
    TypeLock lock;
    make_volatile(own, name);
  }
}

ClassMutation::~ClassMutation() {
  TypeCache* stale = nullptr;
  {
    TypeLock lock;
    collect_caches(type_, &stale);
  }
  while (stale) {
    TypeCache* next = stale->next_stale;
    buffer_retire(t_, stale, TypeCache::bytes(stale->capacity));
    stale = next;
  }
  if (name_ == nullptr) {
    update_all_slots(t_, type_);
  } else if (is_special_name(name_)) {
    update_slots_for_name(t_, type_, name_);
  }
  {
    TypeLock lock;
    Change change{reach_of_change(name_), -1};
    poison(type_, &change);
    --g_mutations;
  }
  note_change(name_);  // again: what a thread wrote down before it stopped is old as well
  if (stopped_) start_the_world(t_);
}

void type_modified(Thread& t, Type& type) { ClassMutation mutation(t, type, nullptr); }

bool finds_plainly(Thread& t, Type& type) {
  auto get = type.slots.get_attribute;
  if (get != slot_get_attribute) return get == generic_get_attribute;
  Str* name = names().__getattribute__;
  return type_lookup(t, type, name).bits == type_lookup(t, object_type, name).bits;
}

CachedLookup find_attribute_for_cache(Thread& t, Type& type, Str* name) {
  if (!finds_plainly(t, type) || lookup_is_volatile(type, name)) return {LookupKind::Uncacheable, Value::empty(), 0};
  Value v = type_lookup(t, type, name);
  if (v.is_empty()) return {LookupKind::Absent, v, 0};
  Type& kind = type_of(v);
  if (kind.has(kTypeMethodDescriptor)) return {LookupKind::Method, v, 0};
  if (kind.slots.descr_get == nullptr) {
    if (kind.slots.descr_set) return {LookupKind::DataDescriptor, v, 0};
    return {LookupKind::ClassValue, v, 0};
  }
  if (kind.slots.descr_set == nullptr) return {LookupKind::NonDataDescriptor, v, 0};
  if (&kind == &property_type && type.slots.get_attribute == generic_get_attribute) return {LookupKind::Property, v, 0};
  if (&kind == &member_descriptor_type) {
    auto* m = v.as<MemberDescriptor>();
    if (m->def == nullptr && !(m->offset & kTailMember)) {
      return {LookupKind::SlotDescriptor, v, static_cast<u32>(m->offset)};
    }
  }
  return {LookupKind::DataDescriptor, v, 0};
}

}  // namespace taipan
