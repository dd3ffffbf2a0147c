// Per-thread table of class and instance lookups (interpreter.md K3, MEGA): what sites fall back on that see
// many shapes, and where the interpreter finds special methods written in Python.
// Keyed by shape, name and use; only its thread touches it.
#pragma once
#include "interp/loop/generator.h"
#include "runtime/object/dependents.h"

namespace taipan {

// What a line answers. One line holds one (shape, name, use).
enum class TableUse : u32 { Get, Method, Set, Operator, InplaceOperator };  // below 16: names are aligned

enum class LineKind : u16 {
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
//   given twice; the names are constants of code, which is never freed.
struct TableLine {
  u32 shape;  // odd; 0: empty
  u32 generation;
  u64 key;    // address of the interned name, its low bits the use
  u32 new_shape;
  u16 offset;
  LineKind kind;
  Value value;  // borrowed
};
static_assert(sizeof(TableLine) == 32);

struct AttributeTable {
  static constexpr u32 kLines = 1024;
  TableLine lines[kLines] = {};

  static u64 key_of(const Str* name, TableUse use) {
    return reinterpret_cast<u64>(name) | static_cast<u64>(use);
  }
  TableLine& place(u32 shape, u64 key) { return lines[((shape >> 1) * 61 ^ key >> 4 ^ key) % kLines]; }
};

AttributeTable* make_attribute_table(Thread& t);  // null: no memory

// The line, or null.
inline const TableLine* find_line(Thread& t, u32 shape, const Str* name, TableUse use) {
  AttributeTable* table = t.engine->attributes;
  if (table == nullptr) [[unlikely]] return nullptr;
  u64 key = AttributeTable::key_of(name, use);
  const TableLine& line = table->place(shape, key);
  return line.shape == shape && line.key == key && line.generation == g_class_changes.of(name).load_acquire() ? &line : nullptr;
}

// Writes a line, unless the offset is too large for one. Without memory for the table nothing happens: it is a cache.
inline void fill_line(Thread& t, const Str* name, TableUse use, TableLine line, u32 offset = 0) {
  AttributeTable* table = t.engine->attributes;
  if (table == nullptr && (table = make_attribute_table(t)) == nullptr) return;
  if (offset > 0xFFFF) return;
  line.offset = static_cast<u16>(offset);
  line.key = AttributeTable::key_of(name, use);
  line.generation = g_class_changes.of(name).load_acquire();
  table->place(line.shape, line.key) = line;
}

// The Python function of two plain arguments that the class of o has under the name, which the table knows from
// now on; null.
Function* learn_binary_method(Thread& t, Object* o, Str* name, TableUse use);

}  // namespace taipan
