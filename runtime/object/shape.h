// Shapes: class and attribute layout of an object in one odd 32-bit id (containers.md section 4).
// A shape never changes once its id is published; id >> 1 indexes g_shapes, a reserved table.
// Built-in types have one fixed shape each (types/fwd.h); classes with attributes grow trees of them.
#pragma once
#include "runtime/types/fwd.h"

namespace taipan {

struct Shape;  // the layout part: object/instance.h

struct ShapeEntry {
  Type* type;
  Shape* layout;  // null: objects of this shape have no attribute slots
  // Instances of plain classes: all words behind the header are slots but for the ext word, which is 0 in most. Else 0.
  u32 plain_size;  // bytes
  u32 plain_ext;   // offset of the ext word; 0: there is none
};
inline constexpr usize kMaxShapes = usize{1} << 20;
extern ShapeEntry g_shapes[kMaxShapes];  // in zero pages until used; entries written before the id

// acquire: the entry was filled before the id was stored into an object (or the type published).
inline const ShapeEntry& shape_entry(const Object* o) {
  return g_shapes[o->shape.load_acquire() >> 1];
}
inline Type& type_of(const Object* o) { return *shape_entry(o).type; }

inline Type& type_of(Value v) {
  if (v.is_int()) return int_type;
  if (v.is_float()) return float_type;
  return type_of(v.object());
}

}  // namespace taipan
