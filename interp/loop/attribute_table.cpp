// The per-thread table of lookups: making it.
#include "interp/loop/attribute_table.h"

#include <new>

namespace taipan {

AttributeTable* make_attribute_table(Thread& t) { return t.engine->attributes = new (std::nothrow) AttributeTable(); }

}  // namespace taipan
