// Caches that rest on a class lookup (interpreter.md K5): who registers is poisoned before the class changes.
// A guard is the shape word of a cache entry; poisoning stores 0 there. The read path checks no version.
// Compiled code registers the same way with a callback.
#pragma once
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

// One cache entry resting on type_lookup(type, name). Lives in the entry; unlinked before that is freed.
struct ClassDependent {
  Atomic<u32> shape;            // the guard: 0 once poisoned
  void (*poisoned)(ClassDependent* self) = nullptr;  // called in the stopped world, or null
  Type* type = nullptr;
  Str* name = nullptr;
  ClassDependent* next = nullptr;
  ClassDependent** previous = nullptr;
};

// What a lookup of type.name means for a cache.
enum class LookupKind : u8 {
  Uncacheable,      // custom __getattribute__, __getattr__ on a miss, ...
  Absent,           // nothing in the class: the instance's slots decide
  Method,           // Python function or method descriptor: call with the instance first
  ClassValue,       // plain value, non-data: an instance attribute of the name goes first
  Property,         // `property` with a Python getter
  SlotDescriptor,   // member of __slots__: offset is valid
  DataDescriptor,   // any other data descriptor: call descr_get / descr_set
  NonDataDescriptor,
};
struct CachedLookup {
  LookupKind kind;
  Value value;      // borrowed
  u32 offset;       // SlotDescriptor: byte offset in the object
};
CachedLookup find_attribute_for_cache(Thread& t, Type& type, Str* name);
// What is found is found as object.__getattribute__ does; a __getattr__ in Python is asked for the rest only.
bool finds_plainly(Thread& t, Type& type);

// Registers; false if the class is changing just now or has changed too often under this name: do not
// cache (or use the slow path). Immutable types need no registration and answer true.
bool depend_on_class(Thread& t, ClassDependent* d, Type& type, Str* name);
void forget_dependent(ClassDependent* d);  // before the entry's memory is retired
// Goes up with each change of a class attribute of the name (or of one that shares its number): per-thread tables
// of lookups compare it.
struct ClassChanges {
  static constexpr u32 kBuckets = 64;
  Atomic<u32> counts[kBuckets];
  static u32 number_of(const Str* name) {
    u64 address = reinterpret_cast<u64>(name);
    return (address >> 4 ^ address >> 10) % kBuckets;
  }
  Atomic<u32>& of(const Str* name) { return counts[number_of(name)]; }

  Atomic<u64> with_volatile;  // bit n: some class has a volatile name of number n
  static_assert(kBuckets == 64);
  bool may_be_volatile(const Str* name) const { return with_volatile.load_relaxed() >> number_of(name) & 1; }
};
extern ClassChanges g_class_changes;

// Note [volatile-names]: class attributes that change all the time, as counters do, without a mutation each.
//
//   V1  A name that a class has changed kManyChanges times is made volatile for this class by its next ClassMutation, between
//       M2 and M3: the others stand, and no lookup is under way (none contains a safepoint). It stays volatile for ever.
//   V2  What passes, on its way through an MRO, a class in which the name is volatile, whether it finds it there, behind it
//       or nowhere, is in no cache: M2 and M4 empty them, and who fills one asks lookup_is_volatile() (type_lookup() knows it by
//       itself). Found *before* that class, it may be cached as ever: what changes behind does not matter.
//   V3  So changing, adding and deleting the name there is a store to the class's dict and nothing else. Readers take the
//       value from the dict without a lock, as from any dict (R1 to R4 of dict.h's notes).
//
//   V1, V2  Two threads that both see a name not yet volatile both stop the world, one after the other.
//   V2      A class that loses the attribute (before that: a mutation of its own), or whose bases change, drops its caches with
//           that mutation; what fills them again passes the volatile name then.
//   Names with __ at both ends are never volatile: TypeSlots, flags and finds_plainly() are made of them.
bool is_volatile_name(const Type& type, const Str* name);
// Does looking the name up in the class (or, for super(), behind the class `behind` of its MRO) pass a volatile one? No safepoint
// may lie between this, the lookup, and what is written down.
bool lookup_is_volatile(const Type& type, Str* name, const Type* behind = nullptr);

// The mutation protocol: brackets the change of type.name (null: bases or all names). Poisons the caches of
// the type and all its subclasses, brings other threads to a safepoint, publishes, updates slots.
class ClassMutation {
 public:
  ClassMutation(Thread& t, Type& type, Str* name);
  ~ClassMutation();
  ClassMutation(const ClassMutation&) = delete;

 private:
  Thread& t_;
  Type& type_;
  Str* name_;
  bool stopped_;
};

// Short critical sections over types: shape trees, subclass lists, dependents. No Python code inside.
class TypeLock {
 public:
  TypeLock();
  ~TypeLock();
  TypeLock(const TypeLock&) = delete;
};

}  // namespace taipan
