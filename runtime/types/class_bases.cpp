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

// Would `cls` become its own ancestor? The MRO of `base` may lag behind its bases while a mro() method runs.
bool descends_from(Type& base, Type& cls) {
  Tuple* mro = base.mro.borrow();
  for (usize i = 0; mro && i < mro->size(); ++i) {
    if (same((*mro)[i], Value(&cls))) return true;
  }
  for (Type* b = &base; b; b = b->base.borrow()) {
    if (b == &cls) return true;
  }
  return false;
}

void replace_mro(Thread& t, Type& cls, Value mro) {
  ClassMutation mutation(t, cls, nullptr);
  cls.mro.store(&cls, mro);
}

// New MROs for the class and all below it; `saved` gets (class, new MRO, old MRO) for each. The mro() methods of
// metaclasses run here, and may assign __bases__ themselves: then the inner assignment's result stays.
Status rebuild_mros(Thread& t, Type& cls, List* saved) {
  TRY(check_machine_stack(t, " while changing __bases__"));
  Local<> old(t, cls.mro.is_empty() ? none() : Result<>(cls.mro.load(&cls)));
  Local<Tuple> bases(t, cls.bases.load(&cls));
  Local<Tuple> fresh(t, TRY(compute_mro_for_class(t, cls, bases)));
  Value now = cls.mro.is_empty() ? none_value() : Value(cls.mro.borrow());
  if (!same(now, old)) return kDone;
  TRY(list_append(t, saved, Value(&cls)));
  TRY(list_append(t, saved, fresh.value()));
  TRY(list_append(t, saved, old));
  replace_mro(t, cls, fresh.value());
  Local<List> below(t, TRY(subclasses_list(t, cls)));
  for (usize i = 0; i < list_size(below); ++i) {
    TRY(rebuild_mros(t, *list_borrow(below, i).as<Type>(), saved));
  }
  return kDone;
}

// Puts the old MROs back, except where somebody else has changed them since.
void restore_mros(Thread& t, List* saved) {
  for (usize i = 0; i + 2 < list_size(saved); i += 3) {
    Type& cls = *list_borrow(saved, i).as<Type>();
    Value old = list_borrow(saved, i + 2);
    if (!same(Value(cls.mro.borrow()), list_borrow(saved, i + 1))) continue;
    if (is_none(old)) {
      cls.mro.clear(&cls);
    } else {
      replace_mro(t, cls, old);
    }
  }
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
    if (descends_from(*b.as<Type>(), cls)) {
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
  cls.bases.store(&cls, v);
  cls.base.store(&cls, Value(best.get()));
  bool failed = rebuild_mros(t, cls, saved).is_error();
  bool mine = same(Value(cls.bases.borrow()), v);  // else a mro() method assigned others meanwhile
  if (failed) {
    if (mine) {
      cls.bases.store(&cls, old_bases.value());
      cls.base.store(&cls, Value(&old_base));
    }
    restore_mros(t, saved);
    return kError;
  }
  if (!mine) return kDone;
  for (usize i = 0; i < old_bases->size(); ++i) {
    remove_subclass(t, *(*old_bases.get())[i].as<Type>(), cls);
  }
  for (usize i = 0; i < bases->size(); ++i) TRY(add_subclass(t, *(*bases)[i].as<Type>(), cls));
  return kDone;
}

}  // namespace taipan
