// Attributes of instances: shapes (trees of layouts), inline slots, overflow blocks, dictionary mode.
// Words and protocol: containers.md section 4, Note [shape-write] in instance.cpp.
// Inline caches use shape_lookup() and shape_after_add(); everything else goes through instance_*.
#pragma once
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

// One layout: the attributes `parent` has, then `name` in slot number slot_count - 1. Never changes
// once its id is published. Slot k is inline at inline_offset + 8k if k < inline_capacity, else in the
// overflow block.
struct Shape {
  Type* type;
  Shape* parent;
  Slot<Str> name;          // interned, immortal or sticky; empty in a root
  u32 id;                  // odd
  u32 slot_count;
  u32 inline_capacity;
  u32 inline_offset;
  u32 ext_offset;          // kExtAtTail: the last word of the storage (variable-sized types)
  u32 size;                // storage of an instance; 0 for variable-sized types
  bool dictionary;         // attributes are in the overflow block's dict (or the direct dict of a module)
  bool direct;             // module: the ext word is the Dict
  Atomic<Shape*> first_child;   // transitions, newest first
  Atomic<Shape*> next_sibling;
  Atomic<u32> child_count;
  Atomic<Shape*> dictionary_twin;  // root only: same storage, dictionary mode
  Shape* root;
  Shape* next_of_type;
};

inline constexpr u32 kExtAtTail = ~u32{0};
inline constexpr u32 kMaxShapeSlots = 128;      // beyond: dictionary mode
inline constexpr u32 kMaxShapeChildren = 64;
inline constexpr u32 kMaxShapesOfType = 4096;
inline constexpr u32 kMaxInlineSlots = 28;

struct Overflow {
  u64 capacity;
  u64 spare;
  Slot<Dict> dict;         // dictionary mode, or empty
  SlotBase* slots() { return reinterpret_cast<SlotBase*>(this + 1); }
  static usize bytes(usize capacity) { return sizeof(Overflow) + capacity * 8; }
};

struct SlotLocation {
  u32 slot;       // slot number in the shape
  bool overflow;  // in the Overflow block (of which `index` counts slots), else inline
  u32 index;      // inline: byte offset from the object; overflow: slot of the block
};

// The slot of `name` (interned) in objects of this shape id. False: not there, or not a slot (dictionary
// mode, no attributes).
bool shape_lookup(u32 shape, const Str* name, SlotLocation* out);
// The shape after `name` (absent so far) is added; 0 if such objects go to dictionary mode.
u32 shape_after_add(Thread& t, u32 shape, Str* name);
inline bool shape_is_dictionary(u32 shape) {
  const Shape* s = g_shapes[shape >> 1].layout;
  return s && s->dictionary;
}
// Has this shape an ext word (may attributes be added)?
inline bool shape_has_ext(const Shape* s) { return s->ext_offset != 0; }

// The instance's own attribute, owned; absent(). `name` is interned.
Result<> instance_get(Thread& t, Object* o, Str* name);
// Sets or adds. The object must have an ext word (has_instance_dict).
Status instance_set(Thread& t, Object* o, Str* name, Value v);
Result<bool> instance_delete(Thread& t, Object* o, Str* name);  // false: was not there
inline bool has_instance_dict(const Object* o) {
  const Shape* s = shape_entry(o).layout;
  return s && shape_has_ext(s);
}
// o.__dict__: moves the object to dictionary mode; always the same Dict until it is assigned.
Result<Dict> instance_dict(Thread& t, Object* o);
Status instance_set_dict(Thread& t, Object* o, Dict* d);
// A copy of the attributes as a new dict, leaving the object as it is (__getstate__, __dir__).
Result<Dict> instance_dict_copy(Thread& t, Object* o);
// A local object's overflow block at another address (-X stress=move).
void move_attributes(Thread& t, Object* o);
// Number of attributes; no dictionary is made.
usize instance_attribute_count(Object* o);

// Layout of a type: called by type_ready and make_class. inline_capacity: attribute slots in the object.
// They begin at inline_offset (0: behind the ext word).
Status make_root_shape(Thread& t, Type& type, u32 inline_capacity, u32 inline_offset = 0);
u32 new_shape_id(Thread& t, Type* type, Shape* layout);  // 0 with MemoryError
// o.__class__ = cls, layouts checked by the caller: same attributes under a shape of cls.
Status instance_change_class(Thread& t, Object* o, Type& cls);

// Edges and death of any object: what the type's own visit and destroy do, and its attributes.
void object_visit(Object* o, EdgeVisitor& visit);
void object_destroy(Thread& t, Object* o);

// The word of a __slots__ member: `offset` as member_descriptor keeps it.
SlotBase& member_slot(Object* o, u32 offset);
inline constexpr u32 kTailMember = 1u << 31;  // offset in the tail of variable-sized storage

}  // namespace taipan
