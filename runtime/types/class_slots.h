// __slots__ of a class statement: which names, whether instances have a dict and may be weakly referenced.
// plan_slots checks and decides; add_slot_members makes the descriptors once the layout is fixed.
// Used by make_class.cpp only.
#pragma once
#include "runtime/object/type.h"
#include "runtime/thread/local.h"
#include "runtime/types/list.h"

namespace taipan {

struct SlotsPlan {
  explicit SlotsPlan(Thread& t) : names(t) {}
  Local<List> names;        // mangled and sorted; empty: no __slots__
  bool has_dict = false;    // inherited or added
  bool adds_dict = false;   // the class brings __dict__ in
  bool weakrefable = false;
  bool adds_weakref = false;
  usize count() const { return names.is_empty() ? 0 : list_size(names); }
};

Status plan_slots(Thread& t, Str* class_name, Dict* dict, Type& base, Tuple* bases, SlotsPlan& plan);
Status add_slot_members(Thread& t, Type& cls, Type& base, SlotsPlan& plan);
// _Class__name for __name.
Result<Str> mangle_name(Thread& t, Str* class_name, Str* name);

}  // namespace taipan
