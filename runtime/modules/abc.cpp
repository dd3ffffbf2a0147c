// _abc: what abc.ABCMeta is made of: registration and the caches of isinstance() and issubclass().
//
// Note [abc-cache]: a cache is an array of weak control blocks, hashed by the address of the class. Readers take
// no lock: R1 load the table (acquire); R2 probe: an entry counts if the object it leads to now is the class asked
// for; an empty entry ends the probe. Writers hold the AbcData's lock: W1 fill a new entry (release), or build a
// new table, without dead classes, W2 publish it (release), W3 retire the old one: readers pass a checkpoint first.
// A class that dies takes its control block's pointer with it, so the array holds nothing alive.
#include <new>

#include "runtime/memory/checkpoint.h"
#include "runtime/memory/weak.h"
#include "runtime/native/def.h"
#include "runtime/object/class_build.h"
#include "runtime/types/container_util.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/set.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "runtime/types/weakref_types.h"

namespace taipan {

namespace {

Type* g_data_type;
Str* g_impl_name;    // "_abc_impl"
Str* g_flags_name;   // "__abc_tpflags__"
Atomic<u64> g_invalidation_counter;  // + 1 at each registration: negative caches of before do not count

struct ClassTable {
  u32 capacity;  // a power of two
  u32 used;      // entries, dead ones too; under the lock
  Atomic<WeakCtl*>* entries() { return reinterpret_cast<Atomic<WeakCtl*>*>(this + 1); }
  static usize bytes(u32 capacity) { return sizeof(ClassTable) + capacity * sizeof(WeakCtl*); }
};

struct ClassSet {
  Atomic<ClassTable*> table;
};

struct AbcData : Object {
  ClassSet registry, cache, negative;
  Atomic<u64> negative_version;  // the counter when `negative` was begun
};

u64 place_of(const Object* o) { return (reinterpret_cast<u64>(o) >> 4) * 0x9E3779B97F4A7C15u >> 32; }

bool set_has(const ClassSet& set, Object* cls) {
  ClassTable* table = set.table.load_acquire();  // R1
  if (!table) return false;
  for (u64 i = place_of(cls);; ++i) {
    WeakCtl* ctl = table->entries()[i & (table->capacity - 1)].load_acquire();  // R2
    if (!ctl) return false;
    if (ctl->obj.load_acquire() == cls) return true;
  }
}

void table_put(ClassTable* table, u64 place, WeakCtl* ctl) {
  u64 i = place;
  while (table->entries()[i & (table->capacity - 1)].load_relaxed()) ++i;
  table->entries()[i & (table->capacity - 1)].store_release(ctl);  // W1
  ++table->used;
}

// Under the lock. Entries of dead classes are given up; a reader may still look at their control blocks, so that is
// left to a checkpoint.
void release_later(void* ctl) { weak_ctl_release(static_cast<WeakCtl*>(ctl)); }

Status set_grow(Thread& t, AbcData* data, ClassSet& set) {
  ClassTable* old = set.table.load_relaxed();
  u32 live = 0;
  for (u32 i = 0; old && i < old->capacity; ++i) {
    WeakCtl* ctl = old->entries()[i].load_relaxed();
    live += ctl && ctl->obj.load_acquire();
  }
  u32 capacity = 8;
  while (capacity < live * 2 + 4) capacity *= 2;
  void* room = buffer_allocate(t, ClassTable::bytes(capacity));
  if (!room) return raise_memory_error(t);
  ClassTable* fresh = new (room) ClassTable{capacity, 0};
  for (u32 i = 0; i < capacity; ++i) new (&fresh->entries()[i]) Atomic<WeakCtl*>{};
  for (u32 i = 0; old && i < old->capacity; ++i) {
    WeakCtl* ctl = old->entries()[i].load_relaxed();
    if (!ctl) continue;
    Object* cls = ctl->obj.load_acquire();
    if (cls) {
      table_put(fresh, place_of(cls), ctl);
    } else {
      retire_call(t, release_later, ctl);
    }
  }
  set.table.store_release(fresh);                                                // W2
  if (old) buffer_retire(t, old, ClassTable::bytes(old->capacity));  // W3
  return kDone;
}

// `version`: for the negative cache, the one that the answer was found under; it may be out of date by now.
constexpr u64 kAnyVersion = ~u64{0};
Status set_put(Thread& t, AbcData* data, ClassSet& set, Value cls, u64 version = kAnyVersion) {
  if (set_has(set, cls.object())) return kDone;
  WeakCtl* ctl = weak_ctl_of(t, cls.object());
  if (!ctl) return raise_memory_error(t);
  Mutating guard(data);
  ClassTable* table = set.table.load_relaxed();
  if (!table || (table->used + 1) * 4 > table->capacity * 3) {
    Status grown = set_grow(t, data, set);
    if (grown.is_error()) {
      guard.unlock();
      weak_ctl_release(ctl);
      return grown;
    }
    table = set.table.load_relaxed();
  }
  bool stale = version != kAnyVersion && data->negative_version.load_relaxed() != version;
  if (stale || set_has(set, cls.object())) {
    guard.unlock();
    weak_ctl_release(ctl);
    return kDone;
  }
  table_put(table, place_of(cls.object()), ctl);
  return kDone;
}

void set_clear(Thread& t, AbcData* data, ClassSet& set, u64 version = kAnyVersion) {
  ClassTable* old;
  {
    Mutating guard(data);
    if (version != kAnyVersion) data->negative_version.store_release(version);
    old = set.table.exchange_acq_rel(nullptr);
  }
  if (!old) return;
  for (u32 i = 0; i < old->capacity; ++i) {
    if (WeakCtl* ctl = old->entries()[i].load_relaxed()) retire_call(t, release_later, ctl);
  }
  buffer_retire(t, old, ClassTable::bytes(old->capacity));
}

// The classes of a set that are alive.
Result<List> set_classes(Thread& t, AbcData* data, ClassSet& set) {
  Local<List> list(t, TRY(list_new(t)));
  ClassTable* table = set.table.load_acquire();
  for (u32 i = 0; table && i < table->capacity; ++i) {
    WeakCtl* ctl = table->entries()[i].load_acquire();
    if (!ctl) continue;
    Result<> r = weak_get(ctl);
    if (!r.is_absent()) TRY(list_append(t, list, r));
  }
  return list.give();
}

void data_destroy(Object* o) {
  AbcData* data = static_cast<AbcData*>(o);
  for (ClassSet* set : {&data->registry, &data->cache, &data->negative}) {
    ClassTable* table = set->table.load_relaxed();  // nobody else reaches it
    if (!table) continue;
    for (u32 i = 0; i < table->capacity; ++i) {
      if (WeakCtl* ctl = table->entries()[i].load_relaxed()) weak_ctl_release(ctl);
    }
    buffer_free(table, ClassTable::bytes(table->capacity));
  }
  free_object(o, object_size(o));
}

const TypeDef kData = {.name = "_abc._abc_data",
                       .doc = "Internal state held by ABC machinery.",
                       .flags = kTypeNoEdges | kTypeNoInstantiation,
                       .size = sizeof(AbcData),
                       .slots = {.destroy = data_destroy}};

Result<AbcData> data_of(Thread& t, Value cls) {
  Local<> data(t, TRY(get_attribute(t, cls, g_impl_name)));
  if (&type_of(data.value()) != g_data_type) return raise(t, TypeError, "_abc_impl is set to a wrong type");
  return data.give().cast<AbcData>();
}

// --- abstract methods -----------------------------------------------------------------------------------

Result<bool> is_abstract(Thread& t, Value v) {
  Local<> flag(t, TRY(get_attribute_or_absent(t, v, names().__isabstractmethod__)));
  if (flag.is_empty()) return false;
  return truth(t, flag);
}

Status compute_abstract_methods(Thread& t, Value self) {
  Local<Set> abstracts(t, TRY(set_new(t)));
  Local<> ns(t, TRY(get_attribute(t, self, names().__dict__)));
  Local<> items_view(t, TRY(call_method(t, ns, names().items)));
  Local<List> items(t, TRY(to_list(t, items_view)));
  for (usize i = 0; i < list_size(items); ++i) {
    Local<> pair(t, TRY(list_get(t, items, i)));
    Tuple& p = *pair.value().as<Tuple>();
    if (TRY(is_abstract(t, p[1]))) TRY(set_add(t, abstracts, p[0]));
  }
  Local<Tuple> bases(t, own(self.as<Type>()->bases.borrow()));
  for (usize b = 0; b < bases->size(); ++b) {
    Local<> inherited(t, TRY(get_attribute_or_absent(t, (*bases.get())[b], names().__abstractmethods__)));
    if (inherited.is_empty()) continue;
    Local<> it(t, TRY(iterate(t, inherited)));
    while (true) {
      Result<> r = TRY(next(t, it));
      if (r.is_absent()) break;
      Local<> name(t, r);
      if (!is_a<Str>(name)) return raise(t, TypeError, "attribute name must be string, not '{!T}'", name.value());
      Local<> v(t, TRY(get_attribute_or_absent(t, self, name.value().as<Str>())));
      if (!v.is_empty() && TRY(is_abstract(t, v))) TRY(set_add(t, abstracts, name));
    }
  }
  Local<Set> frozen(t, TRY(frozenset_from(t, abstracts)));
  return set_attribute(t, self, names().__abstractmethods__, frozen);
}

// __abc_tpflags__ in a class body says that its instances match sequence or mapping patterns.
constexpr i64 kSequenceBit = 1 << 5, kMappingBit = 1 << 6;

void set_pattern_flags(Type& type, u32 flags) {
  type.type_flags.fetch_and_acq_rel(~u32{kTypeSequence | kTypeMapping});
  type.type_flags.fetch_or_relaxed(flags);
}

Status take_pattern_flags(Thread& t, Value self) {
  Type& type = *self.as<Type>();
  Local<> flags(t, TRY(dict_get_str(t, type.dict.borrow(), g_flags_name)));
  if (!flags.value().is_int()) return kDone;
  i64 bits = flags.value().as_int();
  if ((bits & (kSequenceBit | kMappingBit)) == (kSequenceBit | kMappingBit)) {
    return raise(t, TypeError, "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING");
  }
  if (bits & kSequenceBit) set_pattern_flags(type, kTypeSequence);
  if (bits & kMappingBit) set_pattern_flags(type, kTypeMapping);
  return delete_attribute(t, self, g_flags_name);
}

Status abc_init(Thread& t, Value self) {
  if (!is_a<Type>(self)) return raise(t, TypeError, "_abc_init() argument must be a class");
  TRY(compute_abstract_methods(t, self));
  AbcData* data = new_object<AbcData>(t, *g_data_type);
  if (!data) return kError;
  data->negative_version.store_relaxed(g_invalidation_counter.load_relaxed());
  Local<> held(t, Result<>(own_new(data)));
  TRY(set_attribute(t, self, g_impl_name, held));
  return take_pattern_flags(t, self);
}

// --- register -------------------------------------------------------------------------------------------

Status inherit_pattern_flags(Thread& t, Type& type, u32 flags) {
  if (type.has(kTypeImmutable) || (type.type_flags.load_relaxed() & (kTypeSequence | kTypeMapping)) == flags) {
    return kDone;
  }
  set_pattern_flags(type, flags);
  Local<List> children(t, TRY(subclasses_list(t, type)));
  for (usize i = 0; i < list_size(children); ++i) {
    Local<> child(t, TRY(list_get(t, children, i)));
    TRY(inherit_pattern_flags(t, *child.value().as<Type>(), flags));
  }
  return kDone;
}

Result<> abc_register(Thread& t, Value self, Value subclass) {
  if (!is_a<Type>(subclass)) return raise(t, TypeError, "Can only register classes");
  if (TRY(is_subclass_of(t, subclass, self))) return own(subclass);
  // Subclassing is transitive: the other way round it would be a circle.
  if (TRY(is_subclass_of(t, self, subclass))) {
    return raise(t, RuntimeError, "Refusing to create an inheritance cycle");
  }
  Local<AbcData> data(t, TRY(data_of(t, self)));
  TRY(set_put(t, data, data->registry, subclass));
  g_invalidation_counter.fetch_add_acq_rel(1);  // after the entry: who sees the number finds the class
  if (is_a<Type>(self)) {
    u32 flags = self.as<Type>()->type_flags.load_relaxed() & (kTypeSequence | kTypeMapping);
    if (flags) TRY(inherit_pattern_flags(t, *subclass.as<Type>(), flags));
  }
  return own(subclass);
}

// --- checks ---------------------------------------------------------------------------------------------

bool negative_is_current(AbcData* data) {
  return data->negative_version.load_acquire() == g_invalidation_counter.load_acquire();
}
Result<bool> remember_yes(Thread& t, AbcData* data, Value cls) {
  TRY(set_put(t, data, data->cache, cls));
  return true;
}
Result<bool> remember_no(Thread& t, AbcData* data, Value cls, u64 version) {
  TRY(set_put(t, data, data->negative, cls, version));
  return false;
}

Result<bool> abc_subclasscheck(Thread& t, Value self, Value subclass) {
  if (!is_a<Type>(subclass)) return raise(t, TypeError, "issubclass() arg 1 must be a class");
  Local<AbcData> held(t, TRY(data_of(t, self)));
  AbcData* data = held.get();
  if (set_has(data->cache, subclass.object())) return true;
  u64 version = g_invalidation_counter.load_acquire();
  if (data->negative_version.load_acquire() < version) {
    set_clear(t, data, data->negative, version);
  } else if (set_has(data->negative, subclass.object())) {
    return false;
  }
  Local<Str> hook(t, own(names().__subclasshook__));
  Local<> answer(t, TRY(call_method(t, self, hook, subclass)));
  if (is_true(answer)) return remember_yes(t, data, subclass);
  if (is_false(answer)) return remember_no(t, data, subclass, version);
  if (!is_not_implemented(answer)) {
    return raise(t, AssertionError, "__subclasshook__ must return either False, True, or NotImplemented");
  }
  // A direct subclass, by its MRO.
  if (is_a<Type>(self) && is_subtype(*subclass.as<Type>(), *self.as<Type>())) {
    return remember_yes(t, data, subclass);
  }
  Local<List> registered(t, TRY(set_classes(t, data, data->registry)));
  for (usize i = 0; i < list_size(registered); ++i) {
    Local<> cls(t, TRY(list_get(t, registered, i)));
    if (TRY(is_subclass_of(t, subclass, cls))) return remember_yes(t, data, subclass);
  }
  Local<Str> method(t, TRY(str_intern(t, "__subclasses__")));
  Local<> children_given(t, TRY(call_method(t, self, method)));
  Local<List> children(t, TRY(to_list(t, children_given)));
  for (usize i = 0; i < list_size(children); ++i) {
    Local<> cls(t, TRY(list_get(t, children, i)));
    if (TRY(is_subclass_of(t, subclass, cls))) return remember_yes(t, data, subclass);
  }
  return remember_no(t, data, subclass, version);
}

Result<> abc_instancecheck(Thread& t, Value self, Value instance) {
  Local<AbcData> held(t, TRY(data_of(t, self)));
  AbcData* data = held.get();
  Value type(&type_of(instance));
  Local<> subclass(t, TRY(get_attribute_or_absent(t, instance, names().__class__)));
  if (subclass.is_empty()) subclass.set(type);
  if (subclass.value().is_ref() && set_has(data->cache, subclass.value().object())) return boolean(true);
  bool plain = same(subclass, type);
  if (plain && negative_is_current(data) && set_has(data->negative, type.object())) return boolean(false);
  Local<Str> check(t, own(names().__subclasscheck__));
  Local<> answer(t, TRY(call_method(t, self, check, subclass)));
  if (plain || TRY(truth(t, answer))) return answer.give();
  return call_method(t, self, check, type);
}

// --- for tests and debugging ----------------------------------------------------------------------------

Result<> weak_set_of(Thread& t, AbcData* data, ClassSet& set) {
  Local<List> classes(t, TRY(set_classes(t, data, set)));
  Local<Set> refs(t, TRY(set_new(t)));
  for (usize i = 0; i < list_size(classes); ++i) {
    Local<> cls(t, TRY(list_get(t, classes, i)));
    Local<> ref(t, TRY(weakref_make(t, weakref_type, cls, Value::empty())));
    TRY(set_add(t, refs, ref));
  }
  return Result<>(refs.give());
}

Result<> get_dump(Thread& t, Value self) {
  Local<AbcData> data(t, TRY(data_of(t, self)));
  Local<> registry(t, TRY(weak_set_of(t, data, data->registry)));
  Local<> cache(t, TRY(weak_set_of(t, data, data->cache)));
  Local<> negative(t, TRY(weak_set_of(t, data, data->negative)));
  Local<> version(t, TRY(int_from_u64(t, data->negative_version.load_acquire())));
  Value parts[] = {registry, cache, negative, version};
  return Result<>(TRY(tuple_from(t, parts, 4)));
}

Status reset_registry(Thread& t, Value self) {
  Local<AbcData> data(t, TRY(data_of(t, self)));
  set_clear(t, data, data->registry);
  return kDone;
}
Status reset_caches(Thread& t, Value self) {
  Local<AbcData> data(t, TRY(data_of(t, self)));
  set_clear(t, data, data->cache);
  set_clear(t, data, data->negative);
  return kDone;
}
u64 get_cache_token(Thread&) { return g_invalidation_counter.load_acquire(); }

constexpr NativeDef kFunctions[] = {
    def<get_cache_token>("get_cache_token($module, /)", "A number that changes with every registration of a class."),
    def<abc_init>("_abc_init($module, self, /)", "Sets up a new abstract base class."),
    def<abc_register>("_abc_register($module, self, subclass, /)", "ABCMeta.register()."),
    def<abc_instancecheck>("_abc_instancecheck($module, self, instance, /)", "ABCMeta.__instancecheck__()."),
    def<abc_subclasscheck>("_abc_subclasscheck($module, self, subclass, /)", "ABCMeta.__subclasscheck__()."),
    def<get_dump>("_get_dump($module, self, /)", "(registry, cache, negative cache, its version), with weak references."),
    def<reset_registry>("_reset_registry($module, self, /)", "Forgets all registered classes."),
    def<reset_caches>("_reset_caches($module, self, /)", "Forgets all remembered answers."),
};

Status exec(Thread& t, Module*) {
  g_impl_name = str_immortal(t, "_abc_impl");
  g_flags_name = str_immortal(t, "__abc_tpflags__");
  Local<Type> type(t, TRY(type_from_def(t, kData)));
  g_data_type = type.get();
  return kDone;
}

}  // namespace

extern const ModuleDef abc_module_def;
const ModuleDef abc_module_def = {"_abc", "What abc.ABCMeta is made of.", kFunctions, {}, exec};

}  // namespace taipan
