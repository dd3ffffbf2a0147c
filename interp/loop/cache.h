// Inline cache words and entries (interpreter.md section 4). ic[site] is one u64:
//   0                               empty
//   byte offset << 32 | shape       attribute in an inline slot; shape ids are odd
//   address of an immutable entry   16-byte aligned, so its low half equals no shape id
// Entries resting on a class are poisoned (guard := 0) before the class changes (object/dependents.h).
#pragma once
#include "interp/loop/frame.h"
#include "runtime/object/dependents.h"

namespace taipan {

enum class CacheKind : u32 {
  Method,       // value: function or method descriptor of the class, to be called with the object first
  ClassValue,   // value: a plain attribute of the class
  AddSlot,      // SET_ATTR: slot at `offset`, afterwards the shape is `new_shape`
  InlineGuard,  // no entry of its own: the ic word is inline form; clears it when the class changes
  Module,       // value: the module; cell: its namespace's cell
  TypeValue,    // value: the class; found: its attribute
  Construct,    // CALL of a class: value: the class; found: its __init__ function
};

struct alignas(16) CacheEntry {
  ClassDependent dependent;  // first: its shape word is the guard
  CacheKind kind;
  u32 offset;
  u32 new_shape;
  Value value;               // canonical word, counted by the entry
  Value found;
  Atomic<u64>* cell;
  Atomic<u64>* site;         // InlineGuard: the word to clear

  u32 guard() const { return dependent.shape.load_relaxed(); }
};

// In the byte offset of a SET_ATTR site's inline word: an empty slot may be filled (members of __slots__).
inline constexpr u64 kFillEmpty = 1;

// The shape of what a register word stands for.
inline u32 shape_of_word(Value v) {
  if ((v.bits & 3) == 0) return v.object()->shape.load_relaxed();
  return shape_id(v.is_int() ? BuiltinShape::int_ : BuiltinShape::float_);
}

// Calling the class is object.__new__ and then __init__.
inline bool makes_plain_instances(const Type& cls) {
  return cls.slots.new_ == object_type.slots.new_ && !cls.has(kTypeAbstract | kTypeNoInstantiation);
}

// The entry of a cache word, or null (empty or inline form).
inline CacheEntry* cache_entry(u64 word) {
  return (word & 1) == 0 ? reinterpret_cast<CacheEntry*>(word) : nullptr;
}

// GET_GLOBAL and friends (K6).
struct alignas(16) GlobalEntry {
  u32 namespace_id;
  Atomic<u64>* cell;
  Atomic<u64>* builtin;  // null: the global itself; else `cell` is an absent placeholder
};

// What a cell or slot of a namespace holds, as an owned register word; empty for 0 and SEALED.
inline Value load_cell(const Atomic<u64>* cell) {
  Value v(cell->load_acquire());
  if ((v.bits & 3) != 0) return v;
  if (v.bits <= 7) return Value::empty();
  Object* o = v.object();
  if (o->is_uncounted_in_registers()) return Value::deferred(o);
  increment_local(o);
  return v;
}

// An empty entry, or null without memory.
CacheEntry* new_cache_entry(CacheKind kind);
// Makes a complete entry rest on type.name with `shape` as its guard and puts it into the site; gives it up if the
// class is changing.
void fill_class_entry(Thread& t, Code* code, u32 site, CacheEntry* entry, u32 shape, Type& type, Str* name);

// Stores `entry` in a site, unless it has changed too often (K3). False: caller frees the entry.
bool may_fill_site(Code* code, u32 site);
void fill_site(Thread& t, Code* code, u32 site, u64 word);

}  // namespace taipan
