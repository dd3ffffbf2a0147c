// Native functions and descriptors: builtin_function, method / classmethod / wrapper / getset / member
// descriptors, property, classmethod, staticmethod, super: their layouts.
// What native types and modules expose to Python is made of these.
#pragma once
#include "runtime/native/def.h"
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

struct Special;  // object/specials.h

// len, math.sqrt, [].append, dict.fromkeys, int.__new__: self may be empty (module functions hold theirs
// in `module_name` only).
struct NativeFunction : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::builtin_function_;
  static constexpr u32 kSubclassFlag = 0;
  const NativeDef* def;
  NativeEntry entry;
  Slot<> self;
  Slot<> module_name;
  Slot<Str> name;
};

// list.append: checks that its first argument is an instance of objclass. classmethod_descriptor has the
// same layout.
struct MethodDescriptor : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::method_descriptor_;
  static constexpr u32 kSubclassFlag = 0;
  const NativeDef* def;
  NativeEntry entry;
  Slot<Type> objclass;
  Slot<Str> name;
};

// int.__add__: a type slot as a Python callable.
struct WrapperDescriptor : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::wrapper_descriptor_;
  static constexpr u32 kSubclassFlag = 0;
  const Special* special;
  void* function;       // the slot's C++ function
  Slot<Type> objclass;
  Slot<Str> name;
};
// (1).__add__
struct MethodWrapper : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::method_wrapper_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<WrapperDescriptor> descriptor;
  Slot<> self;
};

struct GetSetDescriptor : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::getset_descriptor_;
  static constexpr u32 kSubclassFlag = 0;
  const GetSetDef* def;
  Slot<Type> objclass;
  Slot<Str> name;
};

struct MemberDescriptor : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::member_descriptor_;
  static constexpr u32 kSubclassFlag = 0;
  const MemberDef* def;   // native members; null: a word of __slots__
  u64 offset;             // __slots__: as member_slot() takes it
  Slot<Type> objclass;
  Slot<Str> name;
};

struct Property : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::property_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<> get, set, del, doc, name;
  Atomic<bool> doc_from_getter;
};

// classmethod and staticmethod.
struct FunctionWrapper : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::staticmethod_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<> callable;
};

struct Super : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::super_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<Type> type;
  Slot<> self;
  Slot<Type> self_type;
};

Result<> make_method_descriptor(Thread& t, const NativeDef& def, Type& objclass);
Result<> make_getset_descriptor(Thread& t, const GetSetDef& def, Type& objclass);
Result<> make_member_descriptor(Thread& t, const MemberDef& def, Type& objclass);
bool is_new_function(const NativeFunction* f);  // T.__new__ of a native T (self: the type)
Result<> make_slot_descriptor(Thread& t, Str* name, Type& objclass, u32 offset);
Result<> make_wrapper_descriptor(Thread& t, const Special& special, void* function, Type& objclass);
Result<> staticmethod_new(Thread& t, Value callable);
Result<> classmethod_new(Thread& t, Value callable);

// super(type, self).name without making the super object: LOAD_SUPER_ATTR.
Result<> super_lookup(Thread& t, Type& type, Value self, Str* name, bool* unbound);

}  // namespace taipan
