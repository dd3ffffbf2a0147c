// The per-thread table of lookups: making and emptying it.
#include "interp/loop/attribute_table.h"

#include <new>

namespace taipan {

AttributeTable* make_attribute_table(Thread& t) {
  auto* table = new (std::nothrow) AttributeTable();
  if (table == nullptr) return nullptr;
  table->generation = g_class_changes.load_acquire();
  return t.engine->attributes = table;
}

void empty_attribute_table(AttributeTable* table) {
  table->generation = g_class_changes.load_acquire();
  for (TableLine& line : table->lines) line.shape = 0;
}

}  // namespace taipan
