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
};
extern ClassChanges g_class_changes;

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
