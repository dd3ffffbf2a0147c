// The pairs of special method names and TypeSlots fields (specials.def), both directions:
// wrappers make a slot callable from Python (int.__add__), generic slot functions call a class's methods.
// Slots of heap classes are kept up to date by slots_update.cpp.
#pragma once
#include "runtime/object/names.h"
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

struct WrapperDescriptor;

struct WrapperCall {
  WrapperDescriptor* descriptor;
  Value self;
  const Value* args;
  u32 nargs;
  Tuple* kwnames;
};
using Wrapper = Result<> (*)(Thread& t, const WrapperCall& call);

struct Special {
  Str* Names::*name;
  const char* text;
  u32 offset;       // of the field in TypeSlots
  Wrapper wrapper;  // null: the name selects the generic function only (__getattr__, __del__)
  void* generic;    // null: a Python method of this name clears the slot (sequence forms)
  u8 op;            // CompareOp or BinaryOp of the name
  bool reflected;
  const char* signature;  // "($self, value, /)"
  const char* doc;
};
extern const Special kSpecials[];
extern const usize kSpecialCount;

inline void*& slot_at(TypeSlots& s, u32 offset) {
  return *reinterpret_cast<void**>(reinterpret_cast<char*>(&s) + offset);
}
inline void* slot_at(const TypeSlots& s, u32 offset) {
  return slot_at(const_cast<TypeSlots&>(s), offset);
}
template <class F>
inline F slot_as(void* function) {
  return reinterpret_cast<F>(function);
}

// The specials named `name` (interned); 0 entries if none. At most 4.
usize specials_named(const Str* name, const Special* out[4]);

Str* binary_name(BinaryOp op, bool reflected);
Str* inplace_name(BinaryOp op);
Str* compare_name(CompareOp op);

// Generic slot functions that others compare with.
Result<> slot_get_attribute(Thread& t, Value self, Str* name);
Result<> slot_new(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames);
void slot_finalise(Thread& t, Value self);

}  // namespace taipan
