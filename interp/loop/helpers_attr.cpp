// Attributes: filling and reading cache entries, and everything the caches do not cover.
#include <cstdlib>

#include "interp/loop/attribute_table.h"
#include "interp/loop/cache.h"
#include "interp/loop/ops_common.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/instance.h"
#include "runtime/object/names.h"
#include "runtime/object/specials.h"
#include "runtime/thread/local.h"
#include "runtime/types/descriptors.h"
#include "runtime/import/import.h"
#include "runtime/types/dict.h"
#include "runtime/types/function.h"
#include "runtime/types/method.h"
#include "runtime/types/module.h"
#include "runtime/types/str.h"

namespace taipan {

void fill_class_entry(Thread& t, Code* code, u32 site, CacheEntry* entry, u32 shape, Type& type, Str* name) {
  entry->dependent.shape.store_relaxed(shape);
  if (!depend_on_class(t, &entry->dependent, type, name)) {
    drop(entry->value);
    drop(entry->found);
    return std::free(entry);
  }
  fill_site(t, code, site, reinterpret_cast<u64>(entry));
}

namespace {

void clear_inline_word(ClassDependent* self) {
  auto* entry = reinterpret_cast<CacheEntry*>(self);
  u64 word = entry->site->load_relaxed();
  // Only if the site still has the word this entry guards.
  if (static_cast<u32>(word) == entry->new_shape) entry->site->store_relaxed(0);
  std::free(entry);  // nobody but the class knew it
}

// An inline cache word that dies when the class gets another attribute of the name.
void fill_inline(Thread& t, Code* code, u32 site, u32 shape, u32 offset, Type& type, Str* name) {
  CacheEntry* entry = new_cache_entry(CacheKind::InlineGuard);
  if (entry == nullptr) return;
  entry->site = &code->caches[site];
  entry->new_shape = shape;
  entry->dependent.poisoned = clear_inline_word;
  entry->dependent.shape.store_relaxed(shape);
  // In this order: a change of the class that comes between finds the word to clear, or refuses the dependent.
  u64 word = u64{offset} << 32 | shape;
  fill_site(t, code, site, word);
  if (depend_on_class(t, &entry->dependent, type, name)) return;
  entry->site->cas_acq_rel(word, 0);
  std::free(entry);
}

// What the class says about the name leaves room for an attribute in the instance.
bool instance_goes_first(LookupKind kind) {
  return kind == LookupKind::Absent || kind == LookupKind::Method || kind == LookupKind::ClassValue ||
         kind == LookupKind::NonDataDescriptor;
}

// The getter if it is a Python function that takes nothing but the object; else null.
Function* python_getter(const Property* property) {
  Value getter = property->get.borrow();
  if (!is_exact<Function>(getter)) return nullptr;
  return getter.as<Function>()->code.load_relaxed()->simple_args == 1 ? getter.as<Function>() : nullptr;
}

// What reading `name` from objects of this class and shape means. False: it has to be looked up each time.
bool describe_get(Thread& t, Object* o, Str* name, TableLine* line, u32* offset) {
  Type& type = type_of(o);
  if (!finds_plainly(t, type)) return false;
  u32 shape = o->shape.load_relaxed();
  if (shape_is_dictionary(shape)) return false;
  CachedLookup found = find_attribute_for_cache(t, type, name);
  SlotLocation location;
  line->shape = shape;
  line->value = found.value;
  if (instance_goes_first(found.kind) && shape_lookup(shape, name, &location)) {
    line->kind = LineKind::Slot;
    *offset = location.index;
    return !location.overflow;
  }
  switch (found.kind) {
    case LookupKind::SlotDescriptor:
      line->kind = LineKind::Slot;
      *offset = found.offset;
      return !(found.offset & kTailMember);
    case LookupKind::ClassValue:
      line->kind = LineKind::ClassValue;
      return true;
    case LookupKind::Property: {
      line->kind = LineKind::Property;
      return python_getter(found.value.as<Property>()) != nullptr;
    }
    default: return false;
  }
}

void cache_get(Thread& t, Value* fp, u32 site, Object* o) {
  Code* code = frame_code(fp);
  Str* name = site_name(fp, site);
  TableLine line{};
  u32 offset = 0;
  if (!describe_get(t, o, name, &line, &offset)) return;
  fill_line(t, table_key(&code->caches[site]), name, line, offset);
  if (line.kind == LineKind::Property || !may_fill_site(code, site)) return;
  if (line.kind == LineKind::Slot) return fill_inline(t, code, site, line.shape, offset, type_of(o), name);
  CacheEntry* entry = new_cache_entry(CacheKind::ClassValue);
  if (entry == nullptr) return;
  entry->value = SlotBase::count_for_slot(line.value);
  fill_class_entry(t, code, site, entry, line.shape, type_of(o), name);
}

// module.name through the cell of the module's namespace, which never moves.
void cache_module(Thread& t, Value* fp, u32 site, Module* m) {
  Code* code = frame_code(fp);
  Str* name = site_name(fp, site);
  Dict* dict = m->dict.borrow();
  if (!type_lookup(t, module_type, name).is_empty() || !is_exact<Dict>(dict)) return;
  Value v = dict_borrow_str(dict, name);
  if (v.is_empty() || is_lazy_import(v) || !may_fill_site(code, site)) return;
  Result<u32> id = dict_make_namespace(t, dict);
  Atomic<u64>* cell = id.is_error() || id.take() == 0 ? nullptr : dict_namespace_cell(t, dict, name);
  CacheEntry* entry = cell == nullptr ? nullptr : new_cache_entry(CacheKind::Module);
  if (entry == nullptr) {
    if (error_pending(t)) clear_error(t);
    return;
  }
  entry->value = SlotBase::count_for_slot(Value(m));  // its address stands for it: it must not come back
  entry->cell = cell;
  fill_site(t, code, site, reinterpret_cast<u64>(entry));
}

// C.name of a class whose metaclass is `type`, if that is a plain value or a function; owned. Remembers it.
Value get_from_class(Thread& t, Value* fp, u32 site, Type* cls) {
  Code* code = frame_code(fp);
  Str* name = site_name(fp, site);
  if (!type_lookup(t, type_type, name).is_empty()) return Value::empty();
  Value v = type_lookup(t, *cls, name);
  if (v.is_empty() || (type_of(v).slots.descr_get != nullptr && !is_exact<Function>(v))) return Value::empty();
  Value owned = take_word(v);
  if (lookup_is_volatile(*cls, name) || !may_fill_site(code, site)) return owned;
  CacheEntry* entry = new_cache_entry(CacheKind::TypeValue);
  if (entry == nullptr) return owned;
  entry->value = Value(cls);  // immortal
  entry->found = SlotBase::count_for_slot(v);
  fill_class_entry(t, code, site, entry, cls->shape.load_relaxed(), *cls, name);
  return owned;
}

// Modules and classes: their attributes are no slots. Empty: not cached.
Value read_identity_entry(const CacheEntry* entry, Object* o) {
  if (entry->value.bits != Value(o).bits) return Value::empty();
  if (entry->kind == CacheKind::Module) return load_cell(entry->cell);
  if (entry->kind == CacheKind::TypeValue && entry->guard() == o->shape.load_relaxed()) return take_word(entry->found);
  return Value::empty();
}

void cache_set(Thread& t, Value* fp, u32 site, Object* o, u32 old_shape) {
  Code* code = frame_code(fp);
  Type& type = type_of(o);
  if (type.slots.set_attribute != generic_set_attribute) return;
  u32 shape = o->shape.load_relaxed();
  if (shape_is_dictionary(shape) || shape_is_dictionary(old_shape)) return;
  Str* name = site_name(fp, site);
  CachedLookup found = find_attribute_for_cache(t, type, name);
  SlotLocation location;
  TableLine line{};
  u32 offset;
  line.shape = old_shape;
  line.new_shape = shape;
  if (found.kind == LookupKind::SlotDescriptor && !(found.offset & kTailMember)) {
    if (shape != old_shape) return;
    offset = static_cast<u32>(found.offset | kFillEmpty);
  } else {
    if (!instance_goes_first(found.kind) || !shape_lookup(shape, name, &location) || location.overflow) return;
    offset = location.index;
  }
  line.kind = shape == old_shape ? LineKind::Slot : LineKind::AddSlot;
  if (line.kind == LineKind::AddSlot && shape_after_add(t, old_shape, name) != shape) return;
  fill_line(t, table_key(&code->caches[site]), name, line, offset);
  if (!may_fill_site(code, site)) return;
  if (line.kind == LineKind::Slot) return fill_inline(t, code, site, shape, offset, type, name);
  CacheEntry* entry = new_cache_entry(CacheKind::AddSlot);
  if (entry == nullptr) return;
  entry->offset = offset;
  entry->new_shape = shape;
  fill_class_entry(t, code, site, entry, old_shape, type, name);
}

// A local object gets its next attribute. False: the slot is taken (the shape has it, and it was deleted).
bool add_slot(Object* object, u32 offset, u32 new_shape, Value v) {
  auto* slot = reinterpret_cast<SlotBase*>(reinterpret_cast<char*>(object) + offset);
  if (!slot->is_empty()) return false;
  slot->init(v);
  object->shape.store_release(new_shape);
  return true;
}

// The property's getter in a frame of its own; its result goes to register a.
Outcome push_getter(Thread& t, Value* fp, const Instr* pc, u32 b, Function* getter) {
  Value o = pc->k & kKillB ? take_register(fp, b) : duplicate(fp[b]);
  return push_call(t, getter, o, Value::empty(), 0);
}

// The __getattr__ of a class that is otherwise asked as any, if it is a plain Python function; or null.
Function* python_getattr(Thread& t, Type& type) {
  if (type.slots.get_attribute != slot_get_attribute || !finds_plainly(t, type)) return nullptr;
  Value hook = type_lookup(t, type, names().__getattr__);
  return is_exact<Function>(hook) && hook.as<Function>()->code.load_relaxed()->simple_args == 2 ? hook.as<Function>() : nullptr;
}

}  // namespace

Outcome get_attr_slow(TP_HELPER_ARGS) {
  Value o = fp[b];
  Str* name = site_name(fp, c);
  Value v = Value::empty();
  if (is_reference_word(o)) {
    Object* object = o.object();
    u32 shape = object->shape.load_relaxed();
    const Atomic<u64>& site = frame_code(fp)->caches[c];
    CacheEntry* entry = cache_entry(site.load_acquire());
    if (entry != nullptr) {
      v = entry->kind == CacheKind::ClassValue && entry->guard() == shape ? take_word(entry->value)
                                                                        : read_identity_entry(entry, object);
    }
    if (v.is_empty()) {
      if (const TableLine* line = find_line(t, shape, table_key(&site))) {
        switch (line->kind) {
          case LineKind::Slot: break;  // the loop has found it empty
          case LineKind::Property:
            if (Function* getter = python_getter(line->value.as<Property>())) return push_getter(t, fp, pc, b, getter);
            break;
          default: v = take_word(line->value);
        }
      } else if (shape == shape_id(BuiltinShape::module_)) {
        cache_module(t, fp, c, static_cast<Module*>(object));
      } else if (shape == shape_id(BuiltinShape::type_)) {
        v = get_from_class(t, fp, c, static_cast<Type*>(object));
      } else {
        cache_get(t, fp, c, object);
      }
    }
  }
  if (v.is_empty()) {
    Type& type = type_of(o.canonical());
    bool has_hook = python_getattr(t, type) != nullptr;
    Result<> found = has_hook ? generic_get_attribute_or_absent(t, o.canonical(), name) : get_attribute(t, o.canonical(), name);
    bool missing = found.is_error() ? has_hook && swallow(t, AttributeError) : found.is_absent();
    if (missing) {  // Python code may have run: the hook is looked up again
      if (Function* hook = python_getattr(t, type)) {
        Value self = pc->k & kKillB ? take_register(fp, b) : duplicate(o);
        return push_call(t, hook, self, take_word(Value(name)), 0);
      }
      found = get_attribute(t, o.canonical(), name);
    }
    if (found.is_error()) return Outcome::Error;
    v = found.word();
  }
  finish_b(t, fp, pc, a, b, v);
  return Outcome::Next;
}

bool set_attr_slow(TP_HELPER_ARGS) {
  Value o = fp[a];
  if (!is_reference_word(o)) {
    TP_TAKE(set_attribute(t, o, site_name(fp, c), fp[b].canonical()));
  } else {
    Object* object = o.object();
    u32 shape = object->shape.load_relaxed();
    const Atomic<u64>& site = frame_code(fp)->caches[c];
    CacheEntry* entry = cache_entry(site.load_acquire());
    const TableLine* line = find_line(t, shape, table_key(&site));
    bool done = false;
    if (!object->is_shared()) {
      if (entry != nullptr && entry->kind == CacheKind::AddSlot && entry->guard() == shape) {
        done = add_slot(object, entry->offset, entry->new_shape, fp[b]);
      } else if (line != nullptr && line->kind == LineKind::AddSlot) {
        done = add_slot(object, line->offset, line->new_shape, fp[b]);
      } else if (line != nullptr) {
        auto* slot = reinterpret_cast<SlotBase*>(reinterpret_cast<char*>(object) + (line->offset & ~kFillEmpty));
        u64 old = slot->raw().load_relaxed();
        if ((old & ~u64{4}) != 0 || (old == 0 && (line->offset & kFillEmpty))) {
          slot->store_word(object, fp[b].canonical());
          done = true;
        }
      }
    }
    if (!done) {
      TP_TAKE(set_attribute(t, o.canonical(), site_name(fp, c), fp[b].canonical()));
      if (line == nullptr) cache_set(t, fp, c, object, shape);
    }
  }
  Value y = take_killed(fp, b, pc->k & kKillB), x = take_killed(fp, a, pc->k & kKillA);
  drop(y);
  drop(x);
  run_pending(t);
  return true;
}

bool delete_attr(TP_HELPER_ARGS) {
  TP_TAKE(delete_attribute(t, fp[b].canonical(), site_name(fp, c)));
  drop(take_killed(fp, b, pc->k & kKillB));
  run_pending(t);
  return true;
}

namespace {

void cache_method(Thread& t, Value* fp, u32 site, Value o) {
  Code* code = frame_code(fp);
  Type& type = type_of(o);
  u32 shape = shape_of_word(o);
  if (!finds_plainly(t, type) || shape_is_dictionary(shape)) return;
  Str* name = site_name(fp, site);
  CachedLookup found = find_attribute_for_cache(t, type, name);
  SlotLocation location;
  if (found.kind != LookupKind::Method || shape_lookup(shape, name, &location)) return;
  TableLine line{};
  line.shape = shape;
  line.kind = LineKind::Method;
  line.value = found.value;
  fill_line(t, table_key(&code->caches[site]), name, line);
  if (!may_fill_site(code, site)) return;
  CacheEntry* entry = new_cache_entry(CacheKind::Method);
  if (entry == nullptr) return;
  entry->value = SlotBase::count_for_slot(found.value);
  fill_class_entry(t, code, site, entry, shape, type, name);
}

// The result of LOAD_METHOD: function (owned) to a-1, the object or nothing to a.
bool store_method(Thread& t, Value* fp, const Instr* pc, u32 a, u32 b, Value method, bool unbound) {
  Value self = Value::empty(), dropped = Value::empty();
  if (pc->k & kKillB) {
    self = fp[b];
    if ((self.bits & 3) == 0) fp[b] = Value::empty();
    if (!unbound) dropped = std::exchange(self, Value::empty());
  } else if (unbound) {
    self = duplicate(fp[b]);
  }
  put(fp, a - 1, method);
  put(fp, a, self);
  drop(dropped);
  run_pending(t);
  return true;
}

// C.name of a class whose metaclass is `type`, to be called: no bound object of a class method, no call of __get__. Owned;
// *takes_class: the class is its first argument. Empty: not so simple.
Value method_of_class(Thread& t, Type& cls, Str* name, bool* takes_class) {
  if (!type_lookup(t, type_type, name).is_empty()) return Value::empty();
  Value v = type_lookup(t, cls, name);
  if (is_exact<Function>(v)) return take_word(v);
  Type* kind = v.is_ref() ? &type_of(v.object()) : nullptr;
  *takes_class = kind == &classmethod_type;
  if (!*takes_class && kind != &staticmethod_type) return Value::empty();
  auto* wrapper = static_cast<FunctionWrapper*>(v.object());
  if (*takes_class && !is_exact<Function>(wrapper->callable.borrow())) return Value::empty();
  return wrapper->callable.load(wrapper).word();
}

}  // namespace

bool load_method_slow(TP_HELPER_ARGS) {
  Value o = fp[b];
  if (is_reference_word(o) && o.object()->shape.load_relaxed() == shape_id(BuiltinShape::module_)) {
    CacheEntry* entry = cache_entry(frame_code(fp)->caches[c].load_acquire());
    Value v = entry == nullptr ? Value::empty() : read_identity_entry(entry, o.object());
    if (!v.is_empty()) return store_method(t, fp, pc, a, b, v, false);
    cache_module(t, fp, c, o.as<Module>());
  } else if (is_exact<Type>(o)) {
    bool takes_class = false;
    Value v = method_of_class(t, *o.as<Type>(), site_name(fp, c), &takes_class);
    if (!v.is_empty()) return store_method(t, fp, pc, a, b, v, takes_class);
  } else {
    cache_method(t, fp, c, o);
  }
  bool unbound = false;
  Value method = TP_TAKE(get_method(t, o.canonical(), site_name(fp, c), &unbound)).word();
  return store_method(t, fp, pc, a, b, method, unbound);
}

// super().name(...) of an instance whose shape the table knows at this site, with this class: its method, or null.
// What is remembered of the class is its first shape, which no other class has.
static const TableLine* known_super_method(Thread& t, Value* fp, u32 b, u32 site) {
  Value cls = fp[b + 1], self = fp[b + 2];
  if (fp[b].canonical().bits != Value(&super_type).bits || !is_reference_word(self) || !is_reference_word(cls)) return nullptr;
  const TableLine* line = find_line(t, self.object()->shape.load_relaxed(), table_key(&frame_code(fp)->caches[site]));
  return line != nullptr && is_a<Type>(cls.canonical()) && line->new_shape == cls.as<Type>()->root_shape ? line : nullptr;
}

static void learn_super_method(Thread& t, Value* fp, u32 site, const Type& cls, Value self, Value method) {
  if (!self.is_ref() || is_a<Type>(self) || !is_subtype(type_of(self), cls)) return;
  if (lookup_is_volatile(type_of(self), site_name(fp, site), &cls)) return;
  TableLine line{};
  line.shape = self.object()->shape.load_relaxed();
  line.new_shape = cls.root_shape;
  line.kind = LineKind::Method;
  line.value = method;
  fill_line(t, table_key(&frame_code(fp)->caches[site]), site_name(fp, site), line);
}

bool get_super_attr(TP_HELPER_ARGS) {
  bool as_method = pc->k & kSuperMethod;
  if (const TableLine* line = known_super_method(t, fp, b, c)) {
    if (!as_method) {
      Local<> method(t, line->value);
      Value bound = TP_TAKE(method_new(t, method, fp[b + 2].canonical())).word();
      if (pc->k & kKillB) clear_range(fp + b, 3);
      method.clear();
      return finish(t, fp, a, bound);
    }
    Value method = take_word(line->value), self = duplicate(fp[b + 2]);
    if (pc->k & kKillB) clear_range(fp + b, 3);
    put(fp, a - 1, method);
    put(fp, a, self);
    run_pending(t);
    return true;
  }
  Str* name = site_name(fp, c);
  Value callee = fp[b].canonical();
  bool unbound = false;
  Local<> self(t, fp[b + 2].canonical());
  Local<> attribute(t);
  if (callee.bits == Value(&super_type).bits && is_a<Type>(fp[b + 1]) &&
      is_instance(self.value(), *fp[b + 1].as<Type>())) {
    attribute.set(TP_TAKE(super_lookup(t, *fp[b + 1].as<Type>(), self.value(), name, &unbound)));
    if (unbound) learn_super_method(t, fp, c, *fp[b + 1].as<Type>(), self.value(), attribute.value());
    if (unbound && !as_method) {
      attribute.set(TP_TAKE(method_new(t, attribute.value(), self.value())));
      unbound = false;
    }
  } else {
    Local<> object(t, TP_TAKE(pc->k & kSuperNoArgs ? call(t, callee)
                                                   : call(t, callee, fp[b + 1].canonical(), self.value())));
    attribute.set(TP_TAKE(get_attribute(t, object.value(), name)));
  }
  if (pc->k & kKillB) clear_range(fp + b, 3);
  if (!as_method) return finish(t, fp, a, attribute.give().word());
  put(fp, a - 1, attribute.give().word());
  put(fp, a, unbound ? self.give().word() : Value::empty());
  run_pending(t);
  return true;
}

bool load_special(TP_HELPER_ARGS) {
  Str* const kNames[] = {names().__enter__, names().__exit__, names().__aenter__, names().__aexit__};
  Value o = fp[b].canonical();
  Str* name = kNames[c];
  Type& type = type_of(o);
  Value found = type_lookup(t, type, name);
  if (found.is_empty()) {
    SpecialMethod special = static_cast<SpecialMethod>(c);
    bool is_async = special == SpecialMethod::AsyncEnter || special == SpecialMethod::AsyncExit;
    // The other protocol's methods there: the statement was probably meant to be the other one.
    bool other = !type_lookup(t, type, kNames[is_async ? 0 : 2]).is_empty() &&
                 !type_lookup(t, type, kNames[is_async ? 1 : 3]).is_empty();
    raise(t, TypeError, "'{!T}' object does not support the {}context manager protocol (missed {} method){}", o,
          is_async ? "asynchronous " : "", name,
          !other ? "" : is_async ? " but it supports the context manager protocol. Did you mean to use 'with'?"
                                 : " but it supports the asynchronous context manager protocol. Did you mean to use 'async with'?");
    return false;
  }
  if (found.is_ref() && type_of(found.object()).has(kTypeMethodDescriptor)) {
    return store_method(t, fp, pc, a, b, take_word(found), true);
  }
  Value bound = TP_TAKE(lookup_special(t, o, name)).word();
  return store_method(t, fp, pc, a, b, bound, false);
}

}  // namespace taipan
