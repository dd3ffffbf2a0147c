// The per-thread table of lookups: making it, and what it learns of special methods.
#include "interp/loop/attribute_table.h"

#include <new>

namespace taipan {

AttributeTable* make_attribute_table(Thread& t) { return t.engine->attributes = new (std::nothrow) AttributeTable(); }

Function* learn_binary_method(Thread& t, Object* o, Str* name, TableUse use, u32 changes) {
  Value found = type_lookup(t, type_of(o), name);
  if (!is_exact<Function>(found) || found.as<Function>()->code.load_relaxed()->simple_args != 2) return nullptr;
  TableLine line{};
  line.shape = o->shape.load_relaxed();
  line.kind = LineKind::Method;
  line.value = found;
  line.new_shape = changes;
  fill_line(t, table_key(name, use), name, line);
  return found.as<Function>();
}

}  // namespace taipan
