// From special methods to TypeSlots, for heap classes: which C++ function stands for what the MRO says.
// A method found is either a wrapper of a native slot (then that very function goes in, and calls skip
// Python) or anything else (then the generic function that looks the method up and calls it).
#include "runtime/object/call.h"
#include "runtime/object/class_build.h"
#include "runtime/object/specials.h"
#include "runtime/types/descriptors.h"
#include "runtime/types/dict.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {
namespace {

void* function_for(Thread& t, Type& type, u32 field) {
  void* specific = nullptr;
  void* generic = nullptr;
  bool any = false, use_generic = false;
  for (usize i = 0; i < kSpecialCount; ++i) {
    const Special& s = kSpecials[i];
    if (s.offset != field) continue;
    Value v = type_lookup(t, type, g_names.*s.name);
    if (v.is_empty()) continue;
    if (is_exact<WrapperDescriptor>(v)) {
      auto* w = v.as<WrapperDescriptor>();
      // The name may stand for another field (list.__add__ is concat): that field is inherited as it is.
      if (w->special->offset != field) {
        if (w->special->name == s.name) continue;
        // The wrapper of another method under this name (`__str__ = int.__repr__`).
        any = use_generic = true;
        generic = s.generic;
        continue;
      }
      if (is_subtype(type, *w->objclass.borrow())) {
        any = true;
        if (specific == nullptr || specific == w->function) {
          specific = w->function;
        } else {
          use_generic = true;
        }
        if (generic == nullptr) generic = s.generic;
        continue;
      }
    }
    any = true;
    if (is_none(v) && s.name == &Names::__hash__) {
      specific = reinterpret_cast<void*>(hash_not_implemented);
      continue;
    }
    use_generic = true;
    generic = s.generic;
  }
  if (!any) return nullptr;
  return use_generic || specific == nullptr ? generic : specific;
}

void update_new(Thread& t, Type& type) {
  Value v = type_lookup(t, type, names().__new__);
  if (v.is_empty()) return;
  if (is_exact<NativeFunction>(v)) {
    auto* f = v.as<NativeFunction>();
    if (is_new_function(f) && f->self.borrow().as<Type>()->slots.new_) {
      // `__new__ = list.__new__` in a class of another layout changes nothing, as in CPython.
      Type& maker = *f->self.borrow().as<Type>();
      bool fits = &maker == &type || (is_subtype(type, maker) && type.native->slots.new_ == maker.slots.new_);
      type.slots.new_ = (fits ? maker : *type.base.borrow()).slots.new_;
      return;
    }
  }
  type.slots.new_ = slot_new;
}

void update_flags(Type& type) {
  if (type.slots.finalise) type.type_flags.fetch_or_relaxed(kTypeHasFinaliser);
  if (type.slots.get_attribute == slot_get_attribute) {
    type.type_flags.fetch_or_relaxed(kTypeCustomGetAttr);
  } else {
    type.type_flags.fetch_and_acq_rel(~u32{kTypeCustomGetAttr});
  }
}

void update_field(Thread& t, Type& type, const Special& s) {
  void* f = function_for(t, type, s.offset);
  // A native finaliser has no Python name of its own: it is inherited.
  if (f == nullptr && s.name == &Names::__del__) {
    Type* base = type.base.borrow();
    f = base ? reinterpret_cast<void*>(base->slots.finalise) : nullptr;
  }
  slot_at(type.slots, s.offset) = f;
}

void update_name(Thread& t, Type& type, Str* name) {
  if (name == names().__new__) {
    update_new(t, type);
    return;
  }
  const Special* list[4];
  usize n = specials_named(name, list);
  for (usize i = 0; i < n; ++i) update_field(t, type, *list[i]);
}

}  // namespace

bool is_special_name(Str* name) {
  const Special* list[4];
  return name == names().__new__ || specials_named(name, list) > 0;
}

void update_all_slots(Thread& t, Type& type) {
  if (type.has(kTypeHeap)) {
    Type* base = type.base.borrow();
    type.slots = base->slots;
    Tuple* bases = type.bases.borrow();
    bool only_own = bases->size() == 1 && same((*bases)[0], Value(base)) && !type.mro.is_empty() &&
                    !base->mro.is_empty() && type.mro.borrow()->size() == base->mro.borrow()->size() + 1;
    if (only_own) {
      // Everything else is the base's: its slots are right already.
      Dict* dict = type.dict.borrow();
      update_new(t, type);
      Str* last = nullptr;
      for (usize i = 0; i < kSpecialCount; ++i) {
        Str* name = g_names.*kSpecials[i].name;
        if (name == last || dict_borrow_str(dict, name).is_empty()) continue;
        last = name;
        update_name(t, type, name);
      }
    } else {
      update_new(t, type);
      for (usize i = 0; i < kSpecialCount; ++i) update_field(t, type, kSpecials[i]);
    }
    update_flags(type);
  }
  for (u32 i = 0; Type* sub = subclass_at(type, i); ++i) update_all_slots(t, *sub);
}

void update_slots_for_name(Thread& t, Type& type, Str* name) {
  if (type.has(kTypeHeap)) {
    update_name(t, type, name);
    update_flags(type);
  }
  for (u32 i = 0; Type* sub = subclass_at(type, i); ++i) {
    if (dict_borrow_str(sub->dict.borrow(), name).is_empty()) update_slots_for_name(t, *sub, name);
  }
}

}  // namespace taipan
