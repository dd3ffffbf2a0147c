// Per-thread table of class and instance lookups (interpreter.md K3, MEGA): what sites fall back on that see
// many shapes, and where the interpreter finds special methods written in Python.
// Keyed by shape and site (or, for special methods, name and use); only its thread touches it.
#pragma once
#include "interp/loop/generator.h"
#include "runtime/object/dependents.h"

namespace taipan {

// What a line answers. A site has one use, so its cache word's address is a key; so is a name with one of these.
enum class TableUse : u32 { Operator, InplaceOperator };  // below 16: names are aligned
inline u64 table_key(const Atomic<u64>* site) { return reinterpret_cast<u64>(site); }
inline u64 table_key(const Str* name, TableUse use) { return reinterpret_cast<u64>(name) | static_cast<u64>(use); }

enum class LineKind : u8 {
  Slot,        // offset: an inline slot that holds the attribute
  AddSlot,     // Set: the empty slot at offset, afterwards the shape is new_shape
  ClassValue,  // value: plain attribute of the class
  Property,    // value: the property; its getter is a Python function
  Method,      // value: function or method descriptor, to be called with the object first
};

// Note [attribute-table]
//   A line holds no counts. Its value lives as long as the class keeps it: every change of a class stops the
//   other threads and raises the name's number in g_class_changes before and while they stand (object/mutation.cpp);
//   a line with another number answers nothing. No safepoint lies between a lookup and the line made of it, so a
//   line made of what was there before the change has an older number than the one after it. Shape ids are never
//   given twice; the sites and names belong to code, which is never freed.
struct TableLine {
  u32 shape;  // odd; 0: empty
  u32 generation;
  u64 key;
  u32 new_shape;  // AddSlot: see there; super().name: the first shape of the class it begins behind; operators: `changes` of another name
  u16 offset;
  LineKind kind;
  u8 changes;  // which number of g_class_changes counts
  Value value;  // borrowed
};
static_assert(sizeof(TableLine) == 32);

struct AttributeTable {
  static constexpr u32 kLines = 1024;  // what place() makes of 10 bits
  static constexpr u64 kFactor = 0x9E3779B97F4A7C15;
  TableLine lines[kLines] = {};

  TableLine& place(u32 shape, u64 key) {
    return lines[((key ^ u64{shape} << 20) * kFactor) >> 54];
  }
};

AttributeTable* make_attribute_table(Thread& t);  // null: no memory

// The line, or null.
inline const TableLine* find_line(Thread& t, u32 shape, u64 key) {
  AttributeTable* table = t.engine->attributes;
  if (table == nullptr) [[unlikely]] return nullptr;
  const TableLine& line = table->place(shape, key);
  if (line.shape != shape || line.key != key) return nullptr;
  return line.generation == g_class_changes.counts[line.changes].load_acquire() ? &line : nullptr;
}

// Writes a line that rests on what classes say of the name, unless the offset is too large for one. Without memory
// for the table nothing happens: it is a cache.
inline void fill_line(Thread& t, u64 key, const Str* name, TableLine line, u32 offset = 0) {
  AttributeTable* table = t.engine->attributes;
  if (table == nullptr && (table = make_attribute_table(t)) == nullptr) return;
  if (offset > 0xFFFF) return;
  line.offset = static_cast<u16>(offset);
  line.key = key;
  line.changes = static_cast<u8>(ClassChanges::number_of(name));
  line.generation = g_class_changes.of(name).load_acquire();
  table->place(line.shape, line.key) = line;
}

// The Python function of two plain arguments that the class of o has under the name, which the table knows from
// now on; null. changes: of another name it rests on, as the caller has found it.
Function* learn_binary_method(Thread& t, Object* o, Str* name, TableUse use, u32 changes = 0);

}  // namespace taipan
