// Readying native types: from a TypeDef to a Type with slots, bases, MRO and namespace.
#include <cstring>

#include "runtime/memory/hooks.h"
#include "runtime/memory/publish.h"
#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/class_build.h"
#include "runtime/object/dependents.h"
#include "runtime/object/error.h"
#include "runtime/object/instance.h"
#include "runtime/object/names.h"
#include "runtime/object/startup_parts.h"
#include "runtime/object/type.h"
#include "runtime/thread/local.h"
#include "runtime/thread/safepoint.h"
#include "runtime/types/descriptors.h"
#include "runtime/types/dict.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {
namespace {

Atomic<u32> g_next_shape{static_cast<u32>(BuiltinShape::kCount_)};
Type* g_all_types = nullptr;  // under the type lock

void visit_types(EdgeVisitor& v) {
  for (Type* type = g_all_types; type; type = type->next_type) {
    SlotBase root;
    root.init_owned(Value(type));  // types are not counted
    v.slot(root);
    // Static ones are in no heap: nobody else comes to their edges.
    if (type->gc & kGcStatic) g_memory_hooks.visit(type, v);
  }
}

std::string_view last_part(const char* dotted) {
  const char* dot = std::strrchr(dotted, '.');
  return dot ? dot + 1 : dotted;
}

// Classes that derive from nothing native but object: nothing but slots in their instances, and only those to drop.
void note_plain(ShapeEntry& e) {
  const Type& type = *e.type;
  if (!type.has(kTypeHeap) || type.native_size != sizeof(Object) || type.slots.destroy || type.slots.visit ||
      type.slots.size || (e.layout && e.layout->direct)) {
    return;
  }
  e.plain_size = e.layout ? e.layout->size : type.instance_size;
  e.plain_ext = e.layout ? e.layout->ext_offset : 0;
}

}  // namespace

u32 new_shape_id(Thread& t, Type* type, Shape* layout) {
  u32 index = g_next_shape.fetch_add_relaxed(1);  // only uniqueness matters
  if (index >= kMaxShapes) {
    (void)raise_memory_error(t);
    return 0;
  }
  g_shapes[index] = {type, layout, 0, 0};
  note_plain(g_shapes[index]);
  return index * 2 + 1;
}

void init_static_object(Object& o, BuiltinShape shape) {
  o.count.store_relaxed(kStickyWord);
  o.flags.store_relaxed(kImmortal | kNoEdges);
  o.gc = kGcStatic;
  o.shape.store_relaxed(shape_id(shape));
}

void register_type(Type& type) {
  TypeLock lock;
  type.next_type = g_all_types;
  g_all_types = &type;
}

void register_type_roots() { register_root_table(visit_types); }

// The allocation-free half. shape 0: a new id.
void type_prepare(Type& type, const TypeDef& def, u32 shape) {
  if (type.shape.load_relaxed() == 0) {
    type.count.store_relaxed(kStickyWord);
    type.flags.store_relaxed(kImmortal);
    type.gc = kGcStatic | kGcTracked;
    type.shape.store_relaxed(shape_id(BuiltinShape::type_));
  }
  type.def = &def;
  type.native = &type;
  if (shape == 0) shape = g_next_shape.fetch_add_relaxed(1) * 2 + 1;
  type.root_shape = shape;
  g_shapes[shape >> 1] = {&type, nullptr, 0, 0};
  u32 flags = def.flags;
  if (def.base) {
    u32 inherited = kTypeInheritedFlags | kTypeHasDict | kTypeGcTracked | kTypeWeakrefable | kTypeDictDirect;
    flags |= def.base->type_flags.load_relaxed() & inherited;
  }
  if (def.slots.finalise) flags |= kTypeHasFinaliser;
  type.type_flags.store_relaxed(flags | kTypeImmutable);
  type.instance_size = (def.size + 7) & ~u32{7};
  type.slots = def.slots;
  // The ext word now, not in type_finish: instances made in between (static methods of earlier types) have it.
  if (!type.has(kTypeHasDict)) return;
  if (type.has(kTypeDictDirect)) {
    type.ext_offset = def.base && def.base->has(kTypeDictDirect) ? def.base->ext_offset : sizeof(Object);
  } else if (def.slots.size || (def.base && def.base->slots.size)) {
    type.ext_offset = kExtAtTail;
    type.tail_size = 8;
    type.instance_size += 8;
  } else {
    type.ext_offset = type.instance_size;
    type.instance_size += 8;
  }
}

Status type_finish(Thread& t, Type& type, const TypeDef& def, Tuple* bases_or_null) {
  TP_ASSERT(!type.has(kTypeReady));
  Type* base = def.base ? def.base : (&type == &object_type ? nullptr : &object_type);
  std::string_view name = last_part(def.name);
  bool dotted = name.data() != def.name;

  if (type.has(kTypeHasDict)) TRY(make_root_shape(t, type, 0));
  type.native_size = type.instance_size;
  type.members_end = type.slots.size || (base && base->slots.size) ? 0 : type.instance_size;

  type.name.store(&type, Value(str_immortal(t, name)));
  type.qualname.store(&type, Value(str_immortal(t, name)));
  type.module_name.store(
      &type, Value(dotted ? str_immortal(t, {def.name, static_cast<usize>(name.data() - def.name) - 1})
                          : names().builtins));
  type.base.store(&type, Value(base));
  {
    Local<Tuple> bases(t, bases_or_null ? own(bases_or_null)
                          : base        ? TRY(tuple_of(t, Value(base)))
                                        : own(empty_tuple()));
    type.bases.store(&type, bases.value());
    Local<Tuple> mro(t, TRY(compute_mro(t, type, bases.get())));
    type.mro.store(&type, mro.value());
    for (usize i = 0; i < bases->size(); ++i) {
      TRY(add_subclass(t, *bases.get()->items()[i].borrow().as<Type>(), type));
    }
  }
  if (base) inherit_slots(type, *base);
  if (!def.slots.new_ && (!base || base == &object_type)) {
    type.slots.new_ = nullptr;
    type.type_flags.fetch_or_relaxed(kTypeNoInstantiation);
  }
  Local<Dict> dict(t, TRY(dict_new(t, def.methods.size() + def.getsets.size() + 8)));
  type.dict.store(&type, dict.value());

  for (const NativeDef& m : def.methods) {
    register_native(t, m, &type);
    Local<> f(t);
    switch (m.kind) {
      case NativeKind::Function:
      case NativeKind::Method:
      case NativeKind::ClassMethod: f.set(TRY(make_method_descriptor(t, m, type))); break;
      case NativeKind::StaticMethod: {
        Value module = type.module_name.is_empty() ? Value(names().builtins) : type.module_name.borrow();
        Local<> inner(t, TRY(make_native_function(t, m, Value(&type), module)));
        f.set(TRY(staticmethod_new(t, inner)));
        break;
      }
    }
    const char* end = std::strchr(m.signature, '(');
    usize n = end ? static_cast<usize>(end - m.signature) : std::strlen(m.signature);
    TRY(dict_set_str(t, dict, str_immortal(t, {m.signature, n}), f));
  }
  for (const GetSetDef& g : def.getsets) {
    Local<> d(t, TRY(make_getset_descriptor(t, g, type)));
    TRY(dict_set_str(t, dict, str_immortal(t, g.name), d));
  }
  for (const MemberDef& m : def.members) {
    Local<> d(t, TRY(make_member_descriptor(t, m, type)));
    TRY(dict_set_str(t, dict, str_immortal(t, m.name), d));
  }
  TRY(add_slot_wrappers(t, type, def.slots));
  if (def.slots.new_) {
    Local<> f(t, TRY(make_new_function(t, type)));
    TRY(dict_set_str(t, dict, names().__new__, f));
  }
  // Language Reference 3.3.1 (__hash__): __eq__ without __hash__ makes instances unhashable.
  if (type.slots.hash == nullptr || (def.slots.compare && !def.slots.hash)) {
    type.slots.hash = hash_not_implemented;
    TRY(dict_set_str(t, dict, names().__hash__, none_value()));
  }
  if (dict_borrow_str(dict, names().__doc__).is_empty()) {
    if (def.doc) {
      Local<Str> doc(t, TRY(str_from_utf8(t, def.doc)));
      TRY(dict_set_str(t, dict, names().__doc__, doc));
    } else {
      TRY(dict_set_str(t, dict, names().__doc__, none_value()));
    }
  }
  if (type.has(kTypeHasDict) && !(base && base->has(kTypeHasDict)) && !type.has(kTypeDictDirect) &&
      dict_borrow_str(dict, names().__dict__).is_empty()) {
    Local<> d(t, TRY(make_getset_descriptor(t, kInstanceDictGetSet, type)));
    TRY(dict_set_str(t, dict, names().__dict__, d));
  }
  type.type_flags.fetch_or_relaxed(kTypeReady);
  register_type(type);
  return kDone;
}

Status type_ready(Thread& t, Type& type, const TypeDef& def, BuiltinShape shape) {
  type_prepare(type, def, shape == BuiltinShape::kNone_ ? 0 : shape_id(shape));
  return type_finish(t, type, def);
}

Result<Type> type_from_def(Thread& t, const TypeDef& def) {
  Object* o = new_object_raw(t, shape_id(BuiltinShape::type_), sizeof(Type), kImmortal, kGcTracked);
  if (o == nullptr) return kError;
  Type* type = static_cast<Type*>(o);
  make_immortal(type);
  type_prepare(*type, def, 0);
  TRY(type_finish(t, *type, def));
  // Unlike built-in types, those of modules show their module on instances too.
  Dict* dict = type->dict.borrow();
  if (dict_borrow_str(dict, names().__module__).is_empty() && std::strchr(def.name, '.')) {
    TRY(dict_set_str(t, dict, names().__module__, type->module_name.borrow()));
  }
  return own_new(type);
}

void make_immortal(Object* o) {
  // Shared from the second thread on (R18): published, since its edges may be local.
  if (g_multi_threaded.load_acquire() && !o->is_shared()) publish_for_store(o);
  o->count.store_relaxed(kStickyWord);
  o->flags.fetch_or_relaxed(kImmortal);
}

void inherit_slots(Type& type, const Type& base) {
  TypeSlots& s = type.slots;
  const TypeSlots& b = base.slots;
  // compare and hash go together: who redefines equality has to redefine the hash.
  bool own_compare = s.compare || s.hash;
  auto compare = s.compare;
  auto hash = s.hash;
  auto words = reinterpret_cast<void**>(&s);
  auto from = reinterpret_cast<void* const*>(&b);
  static_assert(sizeof(TypeSlots) % sizeof(void*) == 0);
  for (usize i = 0; i < sizeof(TypeSlots) / sizeof(void*); ++i) {
    if (words[i] == nullptr) words[i] = from[i];
  }
  if (own_compare) {
    s.compare = compare ? compare : b.compare;
    s.hash = hash;
  }
}

}  // namespace taipan
