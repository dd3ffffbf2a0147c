// type.__new__: a class from name, bases and namespace.
#include "runtime/engine.h"
#include "runtime/memory/heap.h"
#include "runtime/memory/publish.h"
#include "runtime/object/call_parts.h"
#include "runtime/object/class_build.h"
#include "runtime/object/dependents.h"
#include "runtime/object/error.h"
#include "runtime/object/instance.h"
#include "runtime/object/startup_parts.h"
#include "runtime/types/cell.h"
#include "runtime/types/class_slots.h"
#include "runtime/types/descriptors.h"
#include "runtime/types/dict.h"
#include "runtime/types/exceptions.h"
#include "runtime/types/list.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "runtime/types/type_parts.h"

namespace taipan {
namespace {

// The most derived metaclass among metatype and the bases' (Language Reference 3.3.3.3).
Result<Type> most_derived_metaclass(Thread& t, Type& metatype, Tuple* bases) {
  Type* winner = &metatype;
  for (usize i = 0; i < bases->size(); ++i) {
    Type& m = type_of((*bases)[i]);
    if (is_subtype(*winner, m)) continue;
    if (!is_subtype(m, *winner)) {
      return raise(t, TypeError,
                   "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass "
                   "of the metaclasses of all its bases");
    }
    winner = &m;
  }
  return own(winner);
}

Status take_qualname(Thread& t, Type& cls, Dict* dict, Str* name) {
  Local<> q(t, dict_borrow_str(dict, names().__qualname__));
  if (q.is_empty()) {
    cls.qualname.store(&cls, Value(name));
    return kDone;
  }
  if (!is_a<Str>(q)) return raise(t, TypeError, "type __qualname__ must be a str, not {!T}", q.value());
  cls.qualname.store(&cls, q.value());
  Result<bool> removed = dict_delete(t, dict, Value(names().__qualname__));
  return removed.is_error() ? Status(kError) : Status(kDone);
}

Status set_module_from_caller(Thread& t, Dict* dict) {
  if (!dict_borrow_str(dict, names().__module__).is_empty() || g_engine.current_globals == nullptr) return kDone;
  Local<> globals(t, TRY(g_engine.current_globals(t)));
  if (globals.is_empty() || !is_a<Dict>(globals)) return kDone;
  Local<> name(t, TRY(dict_get_str(t, globals.value().as<Dict>(), names().__name__)));
  if (name.is_empty()) return kDone;
  return dict_set_str(t, dict, names().__module__, name);
}

Result<> staticmethod_of_function(Thread& t, Value f) { return call(t, Value(&staticmethod_type), f); }

// __new__ is a static method, __init_subclass__ and __class_getitem__ are class methods, unasked.
Status wrap_implicit(Thread& t, Dict* dict) {
  struct {
    Str* name;
    Result<> (*wrap)(Thread&, Value);
  } rules[] = {{names().__new__, staticmethod_of_function}, {names().__init_subclass__, classmethod_new},
               {names().__class_getitem__, classmethod_new}};
  for (auto& rule : rules) {
    Value f = dict_borrow_str(dict, rule.name);
    if (f.is_empty() || &type_of(f) != &function_type) continue;
    Local<> wrapped(t, TRY(rule.wrap(t, f)));
    TRY(dict_set_str(t, dict, rule.name, wrapped));
  }
  return kDone;
}

Status fill_cells(Thread& t, Type& cls, Dict* dict) {
  Local<> cell(t, dict_borrow_str(dict, names().__classcell__));
  if (!cell.is_empty()) {
    if (!is_exact<Cell>(cell)) {
      return raise(t, TypeError, "__classcell__ must be a nonlocal cell, not <class '{!T}'>", cell.value());
    }
    cell.value().as<Cell>()->value.store(cell.value().object(), Value(&cls));
    if (dict_delete(t, dict, Value(names().__classcell__)).is_error()) return kError;
  }
  Local<> namespace_cell(t, dict_borrow_str(dict, names().__classdictcell__));
  if (!namespace_cell.is_empty()) {
    if (!is_exact<Cell>(namespace_cell)) {
      return raise(t, TypeError, "__classdictcell__ must be a nonlocal cell, not <class '{!T}'>",
                   namespace_cell.value());
    }
    namespace_cell.value().as<Cell>()->value.store(namespace_cell.value().object(), Value(dict));
    if (dict_delete(t, dict, Value(names().__classdictcell__)).is_error()) return kError;
  }
  return kDone;
}

// PEP 487: each attribute learns its name.
Status call_set_names(Thread& t, Type& cls) {
  Local<List> items(t, TRY(dict_items_list(t, cls.dict.borrow())));
  for (usize i = 0; i < list_size(items); ++i) {
    Local<> pair(t, TRY(list_get(t, items, i)));
    Value name = (*pair.value().as<Tuple>())[0], v = (*pair.value().as<Tuple>())[1];
    Value args[] = {Value(&cls), name};
    Result<> r = call_special(t, v, names().__set_name__, args, 2);
    if (!r.is_error()) {
      if (!r.is_absent()) drop(r);
      continue;
    }
    Local<BaseException> e(t, take_error(t));
    Local<Str> note(t, TRY(str_format(t, "Error calling __set_name__ on '{!T}' instance {!r} in '{}'", v, name,
                                      cls.name.borrow())));
    Local<Str> add_note(t, TRY(str_intern(t, "add_note")));
    Local<> ignored(t, TRY(call_method(t, e, add_note, note)));
    restore_error(t, e.give());
    return kError;
  }
  return kDone;
}

Status call_init_subclass(Thread& t, Type& cls, const Value* kwargs, Tuple* kwnames) {
  bool unbound = false;
  Local<> f(t, TRY(super_lookup(t, cls, Value(&cls), names().__init_subclass__, &unbound)));
  Local<> r(t, unbound ? TRY(call_with_self(t, f, Value(&cls), kwargs, 0, kwnames))
                       : TRY(call(t, f, kwargs, 0, kwnames)));
  return kDone;
}

// What methods assign to self.NAME, as the compiler saw it, and what the base has room for.
u32 inline_capacity_for(Type& cls, Type& base) {
  if (cls.has(kTypeExceptionSubclass)) return 0;  // most have no attributes of their own
  u32 n = base.root_layout ? base.root_layout->inline_capacity : 0;
  Value v = dict_borrow_str(cls.dict.borrow(), names().__static_attributes__);
  usize own_names = !v.is_empty() && is_a<Tuple>(v) ? v.as<Tuple>()->size() : 0;
  n += static_cast<u32>(own_names < kMaxInlineSlots ? own_names : kMaxInlineSlots);
  if (n == 0) return 4;
  return n < kMaxInlineSlots ? n : kMaxInlineSlots;
}

// Where instances keep what: object/instance.h. Sets sizes and the root shape.
Status lay_out(Thread& t, Type& cls, Type& base, u32 slots, bool has_dict) {
  cls.native = base.native;
  cls.native_size = base.native_size;
  cls.own_slots = slots;
  cls.members_end = base.members_end + slots * 8;
  bool direct = base.has(kTypeDictDirect);
  if (base.slots.size) {
    cls.tail_size = cls.members_end + (has_dict ? 8 : 0);
    cls.instance_size = base.native->instance_size - base.native->tail_size + cls.tail_size;
    cls.ext_offset = has_dict ? kExtAtTail : 0;
    if (has_dict) return make_root_shape(t, cls, 0);
  } else if (has_dict) {
    bool native_ext = base.native->ext_offset != 0;
    cls.ext_offset = native_ext ? base.native->ext_offset : cls.members_end;
    cls.instance_size = native_ext ? cls.members_end : cls.members_end + 8;
    return make_root_shape(t, cls, direct ? 0 : inline_capacity_for(cls, base), cls.instance_size);
  } else {
    cls.instance_size = cls.members_end;
  }
  cls.root_shape = new_shape_id(t, &cls, nullptr);
  return cls.root_shape == 0 ? Status(kError) : Status(kDone);
}

Result<Type> build(Thread& t, Type& metatype, Str* name, Tuple* bases, Dict* namespace_,
                   const Value* kwargs, Tuple* kwnames) {
  Local<Type> best(t, TRY(best_base(t, bases)));
  Type& base = *best.get();
  Local<Dict> dict(t, TRY(dict_copy(t, namespace_)));
  SlotsPlan plan(t);
  TRY(plan_slots(t, name, dict, base, bases, plan));

  Object* o = new_object_raw(t, metatype.root_shape, metatype.instance_size, 0, kGcTracked);
  if (o == nullptr) return kError;
  make_immortal(o);
  Type& cls = *static_cast<Type*>(o);
  u32 flags = base.type_flags.load_relaxed() & (kTypeInheritedFlags | kTypeDictDirect);
  constexpr u32 kKinds = kTypeSequence | kTypeMapping;  // for patterns: of the first base that is one of them
  for (usize i = 0; i < bases->size() && (flags & kKinds) == 0; ++i) {
    flags |= (*bases)[i].as<Type>()->type_flags.load_relaxed() & kKinds;
  }
  if (plan.has_dict) flags |= kTypeHasDict;
  if (plan.weakrefable) flags |= kTypeWeakrefable;
  cls.type_flags.store_relaxed(flags | kTypeHeap | kTypeBase | kTypeGcTracked);

  Local<Str> interned(t, TRY(str_intern(t, name)));
  cls.name.store(&cls, interned.value());
  TRY(take_qualname(t, cls, dict, interned));
  cls.base.store(&cls, Value(&base));
  cls.bases.store(&cls, Value(bases));
  TRY(set_module_from_caller(t, dict));
  TRY(wrap_implicit(t, dict));
  if (dict_borrow_str(dict, names().__doc__).is_empty()) TRY(dict_set_str(t, dict, names().__doc__, none_value()));
  if (Value doc = dict_borrow_str(dict, names().__doc__); is_a<Str>(doc)) {
    Utf8 text;  // raises UnicodeEncodeError for what cannot be shown
    TRY(text.encode(t, doc.as<Str>()));
  }
  // Defining equality alone makes instances unhashable (Language Reference 3.3.1, __hash__).
  if (!dict_borrow_str(dict, names().__eq__).is_empty() &&
      dict_borrow_str(dict, names().__hash__).is_empty()) {
    TRY(dict_set_str(t, dict, names().__hash__, none_value()));
  }
  cls.dict.store(&cls, dict.value());
  cls.slots = base.slots;
  TRY(lay_out(t, cls, base, static_cast<u32>(plan.count()), plan.has_dict));
  TRY(add_slot_members(t, cls, base, plan));

  Local<Tuple> mro(t, TRY(compute_mro_for_class(t, cls, bases)));
  // A mro() method may have assigned __bases__, which gave the class its MRO and its bases a subclass.
  bool has_mro = !cls.mro.is_empty();
  if (!has_mro) cls.mro.store(&cls, mro.value());
  cls.type_flags.fetch_or_relaxed(kTypeReady);
  update_all_slots(t, cls);
  register_type(cls);
  TRY(fill_cells(t, cls, dict));
  for (usize i = 0; i < bases->size() && !has_mro; ++i) {
    TRY(add_subclass(t, *(*bases)[i].as<Type>(), cls));
  }
  TRY(call_set_names(t, cls));
  TRY(call_init_subclass(t, cls, kwargs, kwnames));
  return own(&cls);
}

}  // namespace

Result<Type> make_class(Thread& t, Type& metatype, Str* name, Tuple* bases, Dict* namespace_) {
  Local<Tuple> all(t, bases->size() ? own(bases) : TRY(tuple_of(t, Value(&object_type))));
  return build(t, metatype, name, all, namespace_, nullptr, nullptr);
}

Result<> type_new(Thread& t, Type& metatype, const Value* args, u32 nargs, Tuple* kwnames) {
  if (nargs != 3) {
    return raise(t, TypeError, "type.__new__() takes exactly 3 arguments ({} given)", nargs);
  }
  if (!is_a<Str>(args[0])) {
    return raise(t, TypeError, "type.__new__() argument 1 must be str, not {!T}", args[0]);
  }
  if (!is_a<Tuple>(args[1])) {
    return raise(t, TypeError, "type.__new__() argument 2 must be tuple, not {!T}", args[1]);
  }
  if (!is_a<Dict>(args[2]) && !is_instance(args[2], frozendict_type)) {
    return raise(t, TypeError, "type.__new__() argument 3 must be dict or frozendict, not {!T}", args[2]);
  }
  Str* name = args[0].as<Str>();
  TRY(check_type_name(t, name));
  Local<Tuple> bases(t, own(args[1].as<Tuple>()));
  if (bases->size() == 0) bases.set(TRY(tuple_of(t, Value(&object_type))));
  for (usize i = 0; i < bases->size(); ++i) {
    Value b = (*bases.get())[i];
    if (is_a<Type>(b)) continue;
    Local<> entries(t, TRY(get_attribute_or_absent(t, b, names().__mro_entries__)));
    if (!entries.is_empty()) {
      return raise(t, TypeError, "type() doesn't support MRO entry resolution; use types.new_class()");
    }
  }
  Local<Type> winner(t, TRY(most_derived_metaclass(t, metatype, bases)));
  if (winner.get() != &metatype && winner->slots.new_ != metatype.slots.new_) {
    return winner->slots.new_(t, *winner.get(), args, nargs, kwnames);
  }
  Local<Dict> namespace_(t);
  if (is_a<Dict>(args[2])) {
    namespace_.set(args[2]);
  } else {
    namespace_.set(TRY(dict_new(t)));
    TRY(dict_update(t, namespace_, args[2]));
  }
  return build(t, *winner.get(), name, bases, namespace_, args + nargs, kwnames);
}

}  // namespace taipan
