// The method resolution order (C3), and the lists of direct subclasses.
#include "runtime/memory/heap.h"
#include "runtime/object/call.h"
#include "runtime/object/class_build.h"
#include "runtime/object/dependents.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {
namespace {

// One sequence to merge: the MRO of a base, or the bases themselves.
struct Run {
  Tuple* items;
  usize head;
  bool has_tail(Value v) const {
    for (usize i = head + 1; i < items->size(); ++i) {
      if (same((*items)[i], v)) return true;
    }
    return false;
  }
};

ErrorTag raise_no_mro(Thread& t, Run* runs, usize n) {
  StrBuilder text(t);
  TRY(text.append_ascii("Cannot create a consistent method resolution order (MRO) for bases "));
  bool first = true;
  for (usize i = 0; i < n; ++i) {
    if (runs[i].head >= runs[i].items->size()) continue;
    Value v = (*runs[i].items)[runs[i].head];
    bool seen = false;
    for (usize k = 0; k < i; ++k) {
      seen |= runs[k].head < runs[k].items->size() && same((*runs[k].items)[runs[k].head], v);
    }
    if (seen) continue;
    if (!first) TRY(text.append_ascii(", "));
    first = false;
    TRY(text.append(v.as<Type>()->name.borrow()));
  }
  Local<Str> s(t, TRY(text.finish()));
  return raise_value(t, TypeError, s);
}

}  // namespace

Result<Tuple> compute_mro(Thread& t, Type& type, Tuple* bases) {
  usize n = bases->size();
  for (usize i = 0; i < n; ++i) {
    for (usize k = 0; k < i; ++k) {
      if (same((*bases)[i], (*bases)[k])) {
        return raise(t, TypeError, "duplicate base class {}", (*bases)[i].as<Type>()->name.borrow());
      }
    }
  }
  usize most = 1 + n;
  for (usize i = 0; i < n; ++i) {
    Type* base = (*bases)[i].as<Type>();
    if (base->mro.is_empty()) {
      return raise(t, TypeError, "Cannot extend an incomplete type '{}'", base->name.borrow());
    }
    most += base->mro.borrow()->size();
  }
  auto* runs = static_cast<Run*>(buffer_allocate(t, (n + 1) * sizeof(Run) + most * sizeof(Value)));
  if (runs == nullptr) {
    (void)raise_memory_error(t);
    return kError;
  }
  auto* merged = reinterpret_cast<Value*>(runs + n + 1);
  usize bytes = (n + 1) * sizeof(Run) + most * sizeof(Value);
  for (usize i = 0; i < n; ++i) runs[i] = {(*bases)[i].as<Type>()->mro.borrow(), 0};
  runs[n] = {bases, 0};
  usize count = 0;
  merged[count++] = Value(&type);
  for (;;) {
    bool any = false;
    Value next;
    for (usize i = 0; i <= n && next.is_empty(); ++i) {
      if (runs[i].head >= runs[i].items->size()) continue;
      any = true;
      Value candidate = (*runs[i].items)[runs[i].head];
      bool good = true;
      for (usize k = 0; k <= n && good; ++k) good = !runs[k].has_tail(candidate);
      if (good) next = candidate;
    }
    if (!any) break;
    if (next.is_empty()) {
      ErrorTag e = raise_no_mro(t, runs, n + 1);
      buffer_free(runs, bytes);
      return e;
    }
    merged[count++] = next;
    for (usize i = 0; i <= n; ++i) {
      Run& r = runs[i];
      if (r.head < r.items->size() && same((*r.items)[r.head], next)) ++r.head;
    }
  }
  Result<Tuple> mro = tuple_from(t, merged, count);
  buffer_free(runs, bytes);
  return mro;
}

Result<Tuple> compute_mro_for_class(Thread& t, Type& type, Tuple* bases) {
  Type& meta = type_of(&type);
  Value method = &meta == &type_type ? Value::empty() : type_lookup(t, meta, names().mro);
  if (method.is_empty() || same(method, type_lookup(t, type_type, names().mro))) {
    return compute_mro(t, type, bases);
  }
  Local<> answer(t, TRY(call_special(t, Value(&type), names().mro, nullptr, 0)));
  Local<Tuple> mro(t, TRY(to_tuple(t, answer)));
  for (usize i = 0; i < mro->size(); ++i) {
    Value v = (*mro.get())[i];
    if (!is_a<Type>(v)) return raise(t, TypeError, "mro() returned a non-class ('{!T}')", v);
    if (!is_subtype(*type.native, *v.as<Type>()->native)) {
      return raise(t, TypeError, "mro() returned base with unsuitable layout ('{}')",
                   v.as<Type>()->name.borrow());
    }
  }
  return mro.give();
}

// --- subclasses -----------------------------------------------------------------------------------------

struct SubclassList {
  u32 count, capacity;
  Type** items() { return reinterpret_cast<Type**>(this + 1); }
  static usize bytes(u32 capacity) { return sizeof(SubclassList) + capacity * sizeof(Type*); }
};

Status add_subclass(Thread& t, Type& base, Type& subclass) {
  for (;;) {
    u32 need;
    {
      TypeLock lock;
      SubclassList* list = base.subclasses.load_relaxed();  // the lock orders
      if (list && list->count < list->capacity) {
        list->items()[list->count++] = &subclass;
        return kDone;
      }
      need = list ? list->capacity * 2 : 4;
    }
    auto* fresh = static_cast<SubclassList*>(buffer_allocate(t, SubclassList::bytes(need)));
    if (fresh == nullptr) return raise_memory_error(t);
    fresh->count = 0;
    fresh->capacity = need;
    SubclassList* old;
    {
      TypeLock lock;
      old = base.subclasses.load_relaxed();
      if (old && old->capacity >= need) {
        old = fresh;
      } else {
        for (u32 i = 0; old && i < old->count; ++i) fresh->items()[fresh->count++] = old->items()[i];
        base.subclasses.store_release(fresh);
      }
    }
    if (old) buffer_free(old, SubclassList::bytes(old->capacity));  // all readers hold the lock
  }
}

void remove_subclass(Thread&, Type& base, Type& subclass) {
  TypeLock lock;
  SubclassList* list = base.subclasses.load_relaxed();  // the lock orders
  for (u32 i = 0; list && i < list->count; ++i) {
    if (list->items()[i] != &subclass) continue;
    for (u32 k = i + 1; k < list->count; ++k) list->items()[k - 1] = list->items()[k];
    --list->count;
    return;
  }
}

Type* subclass_at_locked(Type& type, u32 i) {
  SubclassList* list = type.subclasses.load_relaxed();  // the caller holds the type lock
  return list && i < list->count ? list->items()[i] : nullptr;
}
Type* subclass_at(Type& type, u32 i) {
  TypeLock lock;
  return subclass_at_locked(type, i);
}

Result<List> subclasses_list(Thread& t, Type& type) {
  Local<List> list(t, TRY(list_new(t)));
  for (u32 i = 0; Type* sub = subclass_at(type, i); ++i) TRY(list_append(t, list, Value(sub)));
  return list.give();
}

}  // namespace taipan
