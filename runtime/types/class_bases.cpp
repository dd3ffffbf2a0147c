// Which base decides the layout, and assignment to __bases__.
#include "runtime/object/call_parts.h"
#include "runtime/object/class_build.h"
#include "runtime/object/dependents.h"
#include "runtime/object/error.h"
#include "runtime/object/instance.h"
#include "runtime/types/list.h"
#include "runtime/types/object_parts.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "runtime/types/type_parts.h"

namespace taipan {
namespace {

bool adds_storage(Type& type, Type& base) {
  if (type.has(kTypeHeap)) return type.own_slots > 0;
  if (type.def == nullptr || base.def == nullptr) return false;
  return type.def->size != base.def->size || type.slots.size != base.slots.size;
}

}  // namespace

Type* solid_base(Type* type) {
  while (Type* base = type->base.borrow()) {
    if (adds_storage(*type, *base)) return type;
    type = base;
  }
  return type;
}

Result<Type> best_base(Thread& t, Tuple* bases) {
  Type* winner = nullptr;
  Type* best = nullptr;
  for (usize i = 0; i < bases->size(); ++i) {
    Value v = (*bases)[i];
    if (!is_a<Type>(v)) return raise(t, TypeError, "bases must be types");
    Type* base = v.as<Type>();
    if (!base->has(kTypeBase)) {
      return raise(t, TypeError, "type '{}' is not an acceptable base type", base->def && !base->has(kTypeHeap) ? FormatArg(base->def->name) : FormatArg(Value(base->name.borrow())));
    }
    Type* candidate = solid_base(base);
    if (winner == nullptr) {
      winner = candidate;
      best = base;
    } else if (is_subtype(*winner, *candidate)) {
      continue;
    } else if (is_subtype(*candidate, *winner)) {
      winner = candidate;
      best = base;
    } else {
      return raise(t, TypeError, "multiple bases have instance lay-out conflict");
    }
  }
  return own(best);
}

namespace {

bool contains_class(Tuple* mro, Type& cls) {
  for (usize i = 0; i < mro->size(); ++i) {
    if (same((*mro)[i], Value(&cls))) return true;
  }
  return false;
}

// New MROs for the class and all below it; the old ones go to `saved` as (class, old mro) pairs.
Status rebuild_mros(Thread& t, Type& cls, List* saved) {
  TRY(check_machine_stack(t, " while changing __bases__"));
  Local<Tuple> old(t, cls.mro.load(&cls));
  Local<Tuple> fresh(t, TRY(compute_mro_for_class(t, cls, cls.bases.borrow())));
  TRY(list_append(t, saved, Value(&cls)));
  TRY(list_append(t, saved, old.value()));
  cls.mro.store(&cls, fresh.value());
  for (u32 i = 0; Type* sub = subclass_at(cls, i); ++i) TRY(rebuild_mros(t, *sub, saved));
  return kDone;
}

}  // namespace

Status set_bases(Thread& t, Type& cls, Value v) {
  if (!is_a<Tuple>(v)) {
    return raise(t, TypeError, "can only assign tuple to {}.__bases__, not {!T}", cls.name.borrow(), v);
  }
  Tuple* bases = v.as<Tuple>();
  if (bases->size() == 0) {
    return raise(t, TypeError, "can only assign non-empty tuple to {}.__bases__, not ()", cls.name.borrow());
  }
  for (usize i = 0; i < bases->size(); ++i) {
    Value b = (*bases)[i];
    if (!is_a<Type>(b)) {
      return raise(t, TypeError, "{}.__bases__ must be tuple of classes, not '{!T}'", cls.name.borrow(), b);
    }
    if (contains_class(b.as<Type>()->mro.borrow(), cls)) {
      return raise(t, TypeError, "a __bases__ item causes an inheritance cycle");
    }
  }
  Local<Type> best(t, TRY(best_base(t, bases)));
  Type& old_base = *cls.base.borrow();
  bool fits = best->native == old_base.native && best->members_end == old_base.members_end &&
              (best->root_layout != nullptr) == (old_base.root_layout != nullptr) &&
              solid_base(best.get()) == solid_base(&old_base);
  if (!fits) {
    return raise(t, TypeError, "__bases__ assignment: '{}' object layout differs from '{}'",
                 best->name.borrow(), old_base.name.borrow());
  }
  Local<Tuple> old_bases(t, cls.bases.load(&cls));
  Local<List> saved(t, TRY(list_new(t)));
  ClassMutation mutation(t, cls, nullptr);
  cls.bases.store(&cls, v);
  cls.base.store(&cls, Value(best.get()));
  if (rebuild_mros(t, cls, saved).is_error()) {
    for (usize i = 0; i + 1 < list_size(saved); i += 2) {
      Type* changed = list_borrow(saved, i).as<Type>();
      changed->mro.store(changed, list_borrow(saved, i + 1));
    }
    cls.bases.store(&cls, old_bases.value());
    cls.base.store(&cls, Value(&old_base));
    return kError;
  }
  for (usize i = 0; i < old_bases->size(); ++i) {
    remove_subclass(t, *(*old_bases.get())[i].as<Type>(), cls);
  }
  for (usize i = 0; i < bases->size(); ++i) TRY(add_subclass(t, *(*bases)[i].as<Type>(), cls));
  return kDone;
}

}  // namespace taipan
