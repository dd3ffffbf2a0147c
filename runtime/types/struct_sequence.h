// Named tuples made by C++ code: sys.version_info, os.stat_result, time.struct_time.
// A subclass of tuple; the first `visible` fields are its items, the rest are attributes only.
// Fields are described by static data; types are immortal, made when their module is imported.
#pragma once
#include <span>

#include "runtime/object/type.h"
#include "runtime/types/tuple.h"

namespace taipan {

struct StructField {
  const char* name;  // null: an unnamed item
  const char* doc;
};

struct StructSequenceDef {
  const char* name;  // dotted: "os.stat_result"
  const char* doc;
  std::span<const StructField> fields;
  u32 visible;
  bool instantiable = true;  // sys.flags and the like cannot be made from Python
};

Result<Type> struct_sequence_type(Thread& t, const StructSequenceDef& def);
// A new instance with all fields empty (None where never set); fill with struct_sequence_set.
Result<Tuple> struct_sequence_new(Thread& t, Type& type);
void struct_sequence_set(Tuple* s, usize field, Value v);  // before anyone else sees it
template <class U>
inline void struct_sequence_set(Tuple* s, usize field, Result<U> owned) {
  s->items()[field].init(owned);
}

}  // namespace taipan
