// Type: a class. TypeSlots: its operations as C++ functions; TypeDef: how a native type is declared.
// Classes written in Python get generic slot functions that call their __dunder__ methods; native
// types get __dunder__ wrappers from their slots (object/specials.def lists the pairs).
// Types are immortal; fields that Python code can change are Slots or atomics.
#pragma once
#include <span>

#include "runtime/memory/heap.h"
#include "runtime/memory/slot.h"
#include "runtime/memory/visit.h"
#include "runtime/object/compare_op.h"
#include "runtime/object/shape.h"

namespace taipan {

struct Buffer;     // object/buffer.h
struct TypeCache;  // object/type_cache.h
struct TypeDependents;  // object/dependents.h
struct SubclassList;   // object/class_build.h
struct Shape;      // object/instance.h
struct NativeDef;  // native/def.h
struct GetSetDef;
struct MemberDef;

// Arguments of every call: args[0..nargs) positional, then one value for each name in kwnames
// (null: none). Borrowed: the caller's window holds them until the return.
using NativeEntry = Result<> (*)(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames);

// Null: the type does not have it. All are inherited from the base unless given.
struct TypeSlots {
  // Memory. No Python code runs in these.
  void (*visit)(Object* self, EdgeVisitor& visit);  // every Slot of the object; null: none
  // Drops edges (drop_edges()), frees resources, then free_object(self, object_size(self)). Null: generic.
  void (*destroy)(Object* self);
  // Types with a variable part: bytes of header, fixed and variable part (not what subclasses add at
  // the end: object_size() does). Null: Type::instance_size.
  usize (*size)(const Object* self);
  // Runs before destruction, may run Python (PEP 442): generators, files, __del__.
  void (*finalise)(Thread& t, Value self);

  // Construction and calls.
  Result<> (*new_)(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames);
  Status (*init)(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames);
  Result<> (*call)(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames);

  // Text, identity, truth.
  Result<Str> (*repr)(Thread& t, Value self);
  Result<Str> (*str)(Thread& t, Value self);
  Result<u64> (*hash)(Thread& t, Value self);  // the raw 64-bit hash; never ~0 (as CPython's -1 -> -2)
  Result<bool> (*truth)(Thread& t, Value self);
  // NotImplemented (the singleton) is an answer.
  Result<> (*compare)(Thread& t, Value self, Value other, CompareOp op);

  // Attributes. v empty: delete.
  Result<> (*get_attribute)(Thread& t, Value self, Str* name);
  Status (*set_attribute)(Thread& t, Value self, Str* name, Value v);
  // Descriptors. owner: the class; instance empty: access through the class.
  Result<> (*descr_get)(Thread& t, Value self, Value instance, Value owner);
  Status (*descr_set)(Thread& t, Value self, Value instance, Value v);

  // Iteration. next: absent() at the end, without an exception.
  Result<> (*iter)(Thread& t, Value self);
  Result<> (*next)(Thread& t, Value self);
  Result<> (*await)(Thread& t, Value self);
  Result<> (*aiter)(Thread& t, Value self);
  Result<> (*anext)(Thread& t, Value self);

  // Containers. set_item with v empty deletes. sequence_item: index already non-negative.
  Result<ssize> (*length)(Thread& t, Value self);
  Result<> (*get_item)(Thread& t, Value self, Value key);
  Status (*set_item)(Thread& t, Value self, Value key, Value v);
  Result<bool> (*contains)(Thread& t, Value self, Value key);
  // What `+`, `*`, `+=`, `*=` mean for sequences (after binary[] answered NotImplemented).
  Result<> (*concat)(Thread& t, Value self, Value other);
  Result<> (*repeat)(Thread& t, Value self, ssize n);
  Result<> (*inplace_concat)(Thread& t, Value self, Value other);
  Result<> (*inplace_repeat)(Thread& t, Value self, ssize n);

  // Numbers. binary: called with the operands in source order; self is either one of them.
  Result<> (*binary[kBinaryOps])(Thread& t, Value left, Value right);
  Result<> (*inplace[kBinaryOps])(Thread& t, Value left, Value right);
  Result<> (*power)(Thread& t, Value base, Value exponent, Value modulus);  // pow(a, b, c)
  Result<> (*divmod)(Thread& t, Value left, Value right);
  Result<> (*unary[kUnaryOps])(Thread& t, Value self);
  Result<> (*index)(Thread& t, Value self);
  Result<> (*to_int)(Thread& t, Value self);
  Result<> (*to_float)(Thread& t, Value self);

  // PEP 3118. Fills `view`; release gives it back (object/buffer.h).
  Status (*get_buffer)(Thread& t, Value self, Buffer& view, u32 flags);
  void (*release_buffer)(Thread& t, Value self, Buffer& view);
};

enum TypeFlags : u32 {
  kTypeIntSubclass = 1 << 0,  // int and all that derive from it; likewise below
  kTypeStrSubclass = 1 << 1,
  kTypeBytesSubclass = 1 << 2,
  kTypeTupleSubclass = 1 << 3,
  kTypeListSubclass = 1 << 4,
  kTypeDictSubclass = 1 << 5,
  kTypeTypeSubclass = 1 << 6,
  kTypeExceptionSubclass = 1 << 7,
  kTypeFloatSubclass = 1 << 8,
  kTypeSetSubclass = 1 << 9,        // set or frozenset
  kTypeHeap = 1 << 12,              // made by a class statement or type()
  kTypeBase = 1 << 13,              // may be subclassed
  kTypeImmutable = 1 << 14,         // its attributes cannot be set from Python
  kTypeNoInstantiation = 1 << 15,   // "cannot create 'X' instances"
  kTypeAbstract = 1 << 16,          // has abstract methods
  kTypeNoEdges = 1 << 17,           // instances hold no references
  kTypeHasFinaliser = 1 << 18,      // finalise slot, or __del__ somewhere in the MRO
  kTypeSequence = 1 << 19,          // matches sequence patterns
  kTypeMapping = 1 << 20,           // matches mapping patterns
  kTypeMethodDescriptor = 1 << 21,  // calling through an instance passes it first (LOAD_METHOD)
  kTypeHasDict = 1 << 22,           // instances have an ext word (object/instance.h)
  kTypeGcTracked = 1 << 23,         // instances can be part of cycles
  kTypeCustomGetAttr = 1 << 24,     // __getattribute__ or __getattr__ in Python
  kTypeWeakrefable = 1 << 25,       // weak references to instances are allowed
  kTypeReady = 1 << 26,
  kTypeDictDirect = 1 << 27,        // module: the ext word *is* its Dict, from birth
  kTypeNew = 1 << 28,               // native: has its own __new__ in its dict
};

// What heap classes inherit from any base, beside the *Subclass flags of the best base.
inline constexpr u32 kTypeInheritedFlags = kTypeIntSubclass | kTypeStrSubclass | kTypeBytesSubclass |
                                           kTypeTupleSubclass | kTypeListSubclass | kTypeDictSubclass |
                                           kTypeTypeSubclass | kTypeExceptionSubclass |
                                           kTypeFloatSubclass | kTypeSetSubclass;

// A native type, as static data. `name` may be dotted ("collections.deque": module and name).
struct TypeDef {
  const char* name;
  const char* doc = nullptr;
  Type* base = nullptr;  // null: object
  u32 flags = 0;
  u32 size = sizeof(Object);
  TypeSlots slots = {};
  std::span<const NativeDef> methods = {};
  std::span<const GetSetDef> getsets = {};
  std::span<const MemberDef> members = {};
  const char* text_signature = nullptr;  // "(stop, /)": __text_signature__ of the class, or null
};

struct Type : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::type_;
  static constexpr u32 kSubclassFlag = kTypeTypeSubclass;

  TypeSlots slots;
  Atomic<u32> type_flags;
  u32 instance_size;   // of the fixed part
  u32 ext_offset;      // where instances keep their ext word (object/instance.h); 0: no __dict__
  u32 root_shape;      // shape id of a new instance
  Slot<Str> name;      // __name__
  Slot<Str> qualname;
  Slot<Tuple> bases;
  Slot<Tuple> mro;
  Slot<Type> base;     // the one that decides the instance layout ("best base")
  Slot<Dict> dict;     // the class namespace
  Slot<> module_name;  // __module__ of native types; classes keep it in their dict
  Atomic<TypeCache*> cache;  // name -> value over the MRO, negative answers too
  Atomic<SubclassList*> subclasses;  // direct ones, under the type lock (object/class_build.h)
  Slot<Type> metatype; // null: `type`
  const TypeDef* def;  // native types
  // Layout (object/instance.h). Fixed once the type is ready.
  u32 tail_size;       // variable-sized types: bytes behind the variable part (ext word, __slots__)
  u32 native_size;     // instance_size of the nearest native base: __slots__ begin there
  u32 own_slots;       // words this class's own __slots__ added
  u32 members_end;     // end of the __slots__ words: from the object's start, or from the tail's
  Type* native;        // the nearest native base, itself if native
  Shape* root_layout;  // null: instances have no attribute slots
  Atomic<Shape*> shapes;            // all shapes of this class, newest first, under the type lock
  Atomic<u32> shape_count;
  Atomic<TypeDependents*> dependents;  // caches that rest on lookups here, under the type lock
  Type* next_type;     // list of all types, under the type lock

  bool has(u32 flag) const { return type_flags.load_relaxed() & flag; }  // flags only change early
};

// Readies a static native type: allocates its shape, inherits slots, builds its dict from the TypeDef.
// `shape`: its BuiltinShape, or kNone_ for a dynamically numbered one. Start-up or module import.
Status type_ready(Thread& t, Type& type, const TypeDef& def, BuiltinShape shape = BuiltinShape::kNone_);
// A new native type for a module (immortal); owned by the caller's module dictionary.
Result<Type> type_from_def(Thread& t, const TypeDef& def);

bool is_subtype(const Type& type, const Type& base);  // by MRO: no __subclasscheck__
Result<Type> make_class(Thread& t, Type& metatype, Str* name, Tuple* bases, Dict* namespace_);
// The class's MRO entry for `name`: borrowed value (good until the next safepoint), or empty.
Value type_lookup(Thread& t, Type& type, Str* name);
void type_modified(Thread& t, Type& type);  // after a change of its dict or bases: caches die

// Exact type: T::kShape. Subclasses too: T::kSubclassFlag, else the MRO.
template <class T>
inline bool is_exact(Value v) {
  return v.is_ref() && v.object()->shape.load_relaxed() == shape_id(T::kShape);
}
template <class T>
inline bool is_a(Value v) {
  if (!v.is_ref()) return false;
  if (v.object()->shape.load_relaxed() == shape_id(T::kShape)) return true;
  return type_of(v.object()).has(T::kSubclassFlag);
}
inline bool is_instance(Value v, const Type& type) {
  Type& own = type_of(v);
  return &own == &type || is_subtype(own, type);
}

template <class T>
T* new_object(Thread& t, Type& type, usize extra_bytes) {
  u32 f = type.type_flags.load_relaxed();
  u8 flags = ((f & kTypeNoEdges) ? kNoEdges : 0) | ((f & kTypeHasFinaliser) ? kHasFinaliser : 0);
  Object* o = new_object_raw(t, type.root_shape, type.instance_size + ((extra_bytes + 7) & ~usize{7}), flags,
                             (f & kTypeGcTracked) ? kGcTracked : 0);
  return static_cast<T*>(o);
}
usize object_size(const Object* o);  // bytes of storage, as allocated
// For new_ slots: is `cls` the very type (no subclass)?

}  // namespace taipan
