// Attributes of instances.
//
// Note [shape-write]: attributes of a shared object (containers.md section 4).
//   overwrite, no lock                                   add, delete, grow, change of layout: o's lock held
//   A1  s = shape; slot k of s                           B1  look the name up again in the current shape
//   A2  old = slot.load_relaxed()                        B2  add: slot.store_release(v); shape.store_release(s2); unlock (xchg)
//   A3  old is 0 or SEALED -> take the lock, B1          B3  grow: each old slot: fresh[i] = slot.exchange_acq_rel(SEALED);
//   A4  slot.cas_seq_cst(old, v), again on failure           ext.store_release(fresh); retire(old block)
//   A5  drop(old)                                        B4  delete: slot.exchange(0); shape unchanged
//                                                        B5  to dictionary mode: seal all slots as in B3, put the Dict into the
//                                                            overflow block, shape last
//   A4 against B3  the CAS either lands before the exchange (the value moves) or finds SEALED and takes the lock: no lost update.
//   reader         SEALED or 0: lock and look again. Slots are read atomically under the lock too: overwriters do not hold it.
//   B5             the overflow block keeps its place, so a reader with the old shape finds sealed slots, never a Dict's words.
//
// Local objects take the same steps with plain operations and no lock.
#include "runtime/object/instance.h"

#include <array>
#include <cstring>

#include "runtime/memory/heap.h"
#include "runtime/memory/hooks.h"
#include "runtime/object/error.h"
#include "runtime/object/shape_build.h"
#include "runtime/thread/local.h"
#include "runtime/thread/object_lock.h"
#include "runtime/types/cell.h"
#include "runtime/types/dict.h"
#include "runtime/types/exception_defs.h"
#include "runtime/types/float.h"
#include "runtime/types/function.h"
#include "runtime/types/iterators.h"
#include "runtime/types/list.h"
#include "runtime/types/method.h"
#include "runtime/types/range.h"
#include "runtime/types/set.h"
#include "runtime/types/slice.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {
namespace {

constexpr u64 kSealed = Value::error().bits;

bool holds_value(u64 word) { return word != 0 && word != kSealed; }

Atomic<u64>& ext_word(Object* o, const Shape* s) {
  usize offset = s->ext_offset == kExtAtTail ? object_size(o) - 8 : s->ext_offset;
  return *reinterpret_cast<Atomic<u64>*>(reinterpret_cast<char*>(o) + offset);
}
Overflow* overflow_of(Object* o, const Shape* s) {
  return reinterpret_cast<Overflow*>(ext_word(o, s).load_acquire());
}
SlotBase* inline_slot(Object* o, const Shape* s, u32 slot) {
  return reinterpret_cast<SlotBase*>(reinterpret_cast<char*>(o) + s->inline_offset) + slot;
}

// The slot word, or null while the overflow block that has it is not there yet.
SlotBase* slot_of(Object* o, const Shape* s, u32 slot) {
  if (slot < s->inline_capacity) return inline_slot(o, s, slot);
  Overflow* block = overflow_of(o, s);
  u32 index = slot - s->inline_capacity;
  return block && index < block->capacity ? block->slots() + index : nullptr;
}

// The Dict of an object in dictionary mode; null: a module without one yet (never for others).
Slot<Dict>& dict_slot(Object* o, const Shape* s) {
  if (s->direct) return reinterpret_cast<Slot<Dict>&>(ext_word(o, s));
  return overflow_of(o, s)->dict;
}
Result<Dict> dict_of(Thread& t, Object* o, const Shape* s) {
  Slot<Dict>& slot = dict_slot(o, s);
  if (slot.is_empty()) {
    Local<Dict> d(t, TRY(dict_new(t)));
    Mutating lock(o);
    if (!lock.is_shared()) {
      slot.init(d.value());
      return d.give();
    }
    lock.unlock();
    slot.store(o, d.value());  // two racing first uses: the later dict stays (both were empty)
  }
  return slot.load(o);
}

Overflow* new_overflow(Thread& t, usize capacity) {
  usize n = Overflow::bytes(capacity);
  auto* block = static_cast<Overflow*>(buffer_allocate(t, n));
  if (block == nullptr) {
    (void)raise_memory_error(t);
    return nullptr;
  }
  std::memset(static_cast<void*>(block), 0, n);
  block->capacity = capacity;
  return block;
}

// Makes room for slot number `slot`; o is not in dictionary mode. May find that the shape has changed.
Status ensure_slot(Thread& t, Object* o, const Shape* s, u32 slot) {
  if (slot < s->inline_capacity) return kDone;
  u32 index = slot - s->inline_capacity;
  Overflow* old = overflow_of(o, s);
  if (old && index < old->capacity) return kDone;
  usize capacity = old && old->capacity ? old->capacity * 2 : 4;  // a conversion that lost a race leaves one of 0
  while (capacity <= index) capacity *= 2;
  Overflow* fresh = new_overflow(t, capacity);
  if (fresh == nullptr) return kError;
  {
    Mutating lock(o);
    bool unchanged = overflow_of(o, s) == old && shape_entry(o).layout == s;
    if (unchanged) {
      for (usize i = 0; old && i < old->capacity; ++i) {
        Atomic<u64>& from = old->slots()[i].raw();
        u64 word = lock.is_shared() ? from.exchange_acq_rel(kSealed) : from.load_relaxed();  // B3
        fresh->slots()[i].raw().store_relaxed(word);  // published by the release below
      }
      ext_word(o, s).store_release(reinterpret_cast<u64>(fresh));
    } else {
      buffer_free(fresh, Overflow::bytes(capacity));
      old = nullptr;
    }
  }
  if (old) buffer_discard(t, o, old, Overflow::bytes(old->capacity));
  return kDone;
}

// Names of a shape by slot number.
void names_of(const Shape* s, Str** names) {
  for (; s->parent; s = s->parent) names[s->slot_count - 1] = s->name.borrow();
}

// B5. Afterwards the object is in dictionary mode (or an error is pending).
Status to_dictionary(Thread& t, Object* o) {
  for (;;) {
    const Shape* s = shape_entry(o).layout;
    if (s->dictionary) return kDone;
    Shape* twin = dictionary_shape(t, const_cast<Shape*>(s));
    if (twin == nullptr) return kError;
    u32 n = s->slot_count;
    Str* names[kMaxShapeSlots];
    names_of(s, names);
    Local<Dict> dict(t, TRY(dict_new(t, n)));
    Overflow* block = overflow_of(o, s);
    if (block == nullptr) {
      Overflow* fresh = new_overflow(t, 0);
      if (fresh == nullptr) return kError;
      u64 none = 0;
      if (!ext_word(o, s).cas_acq_rel(none, reinterpret_cast<u64>(fresh))) {
        buffer_free(fresh, Overflow::bytes(0));
        continue;
      }
      block = fresh;
    }
    publish_before_lock(o, dict.value());
    u64 removed[kMaxShapeSlots];
    bool done = false, failed = false;
    {
      Mutating lock(o);
      if (shape_entry(o).layout == s && overflow_of(o, s) == block) {
        for (u32 i = 0; i < n; ++i) {
          SlotBase* slot = slot_of(o, s, i);
          removed[i] = !slot ? 0
                       : lock.is_shared() ? slot->raw().exchange_acq_rel(kSealed)
                                          : slot->raw().load_relaxed();
          if (slot && !lock.is_shared()) slot->raw().store_relaxed(0);
          // The dict is ours alone and has room: no Python code, no growth.
          if (holds_value(removed[i]) && !failed) {
            failed = dict_set_str(t, dict, names[i], Value(removed[i])).is_error();
          }
        }
        block->dict.raw().store_release(SlotBase::count_for_slot(dict.value()).bits);
        o->shape.store_release(twin->id);
        done = true;
      }
    }
    if (!done) continue;
    for (u32 i = 0; i < n; ++i) {
      if (holds_value(removed[i])) release_removed(Value(removed[i]));
    }
    if (failed) return kError;
    return kDone;
  }
}

enum class Attempt { Done, Again, Convert };

// One try to store under the object's present shape; v is borrowed and, if o is shared, published.
Attempt try_set(Thread& t, Object* o, u32 id, Str* name, Value v, Status* status) {
  const Shape* s = g_shapes[id >> 1].layout;
  SlotLocation at;
  if (shape_lookup(id, name, &at)) {
    SlotBase* slot = slot_of(o, s, at.slot);
    if (slot == nullptr) return Attempt::Again;  // o is shared, shape and block changed under us
    if (!o->is_shared()) {
      if (slot->is_empty()) return Attempt::Convert;  // deleted before: order needs a dictionary
      slot->store_word(o, v);
      return Attempt::Done;
    }
    u64 fresh = SlotBase::count_for_slot(v).bits;
    u64 old = slot->raw().load_relaxed();  // A2: the CAS checks it
    while (holds_value(old)) {
      if (slot->raw().cas_seq_cst(old, fresh)) {  // A4
        release_removed(Value(old));
        return Attempt::Done;
      }
    }
    release_removed(Value(fresh));
    // A3: deleted, or being moved. Whoever moves holds the lock: wait for it, then look again.
    { Mutating lock(o); }
    return old == 0 && o->shape.load_acquire() == id ? Attempt::Convert : Attempt::Again;
  }
  u32 next = shape_after_add(t, id, name);
  if (next == 0) return Attempt::Convert;
  const Shape* s2 = g_shapes[next >> 1].layout;
  *status = ensure_slot(t, o, s, s2->slot_count - 1);
  if (status->is_error()) return Attempt::Done;
  u64 fresh = SlotBase::count_for_slot(v).bits;
  {
    Mutating lock(o);
    SlotBase* slot = slot_of(o, s2, s2->slot_count - 1);
    if (slot && o->shape.load_relaxed() == id) {  // B1
      slot->raw().store_release(fresh);           // B2
      o->shape.store_release(next);
      return Attempt::Done;
    }
  }
  release_removed(Value(fresh));
  return Attempt::Again;
}

}  // namespace

Result<> instance_get(Thread& t, Object* o, Str* name) {
  for (;;) {
    u32 id = o->shape.load_acquire();
    const Shape* s = g_shapes[id >> 1].layout;
    if (s == nullptr) return Result<>::absent();
    if (s->dictionary) {
      Slot<Dict>& d = dict_slot(o, s);
      if (d.is_empty()) return Result<>::absent();
      Local<Dict> dict(t, d.load(o));
      return dict_get_str(t, dict, name);
    }
    SlotLocation at;
    if (!shape_lookup(id, name, &at)) return Result<>::absent();
    SlotBase* slot = slot_of(o, s, at.slot);
    if (slot) {
      Value v = slot->borrow();
      if (holds_value(v.bits)) {
        return o->is_shared() && v.is_ref() ? Result<>::from_owned(Value::deferred(v.object())) : own(v);
      }
    }
    if (!o->is_shared()) return Result<>::absent();
    bool deleted;
    {
      Mutating lock(o);  // SEALED or 0: whoever moves the slots holds the lock
      deleted = o->shape.load_relaxed() == id && slot && slot == slot_of(o, s, at.slot) &&
                slot->raw().load_relaxed() == 0;
    }
    if (deleted) return Result<>::absent();
  }
}

Status instance_set(Thread& t, Object* o, Str* name, Value v) {
  Local<> held(t, v);
  for (;;) {
    u32 id = o->shape.load_acquire();
    const Shape* s = g_shapes[id >> 1].layout;
    if (s->dictionary) {
      Local<Dict> dict(t, TRY(dict_of(t, o, s)));
      return dict_set_str(t, dict, name, v);
    }
    publish_before_lock(o, v);
    Status status = kDone;
    Attempt attempt = try_set(t, o, id, name, v, &status);
    if (attempt == Attempt::Done) return status;
    if (attempt == Attempt::Convert) TRY(to_dictionary(t, o));
  }
}

Result<bool> instance_delete(Thread& t, Object* o, Str* name) {
  for (;;) {
    u32 id = o->shape.load_acquire();
    const Shape* s = g_shapes[id >> 1].layout;
    if (s == nullptr) return false;
    if (s->dictionary) {
      Slot<Dict>& d = dict_slot(o, s);
      if (d.is_empty()) return false;
      Local<Dict> dict(t, d.load(o));
      return dict_delete(t, dict, Value(name));
    }
    SlotLocation at;
    if (!shape_lookup(id, name, &at)) return false;
    u64 removed = 0;
    bool unchanged;
    {
      Mutating lock(o);
      unchanged = o->shape.load_relaxed() == id;
      SlotBase* slot = slot_of(o, s, at.slot);
      if (unchanged && slot) {
        removed = lock.is_shared() ? slot->raw().exchange_acq_rel(0) : slot->raw().load_relaxed();  // B4
        if (!lock.is_shared()) slot->raw().store_relaxed(0);
      }
    }
    if (!unchanged) continue;
    if (!holds_value(removed)) return false;
    release_removed(Value(removed));
    return true;
  }
}

Result<Dict> instance_dict(Thread& t, Object* o) {
  TRY(to_dictionary(t, o));
  return dict_of(t, o, shape_entry(o).layout);
}

Status instance_set_dict(Thread& t, Object* o, Dict* d) {
  TRY(to_dictionary(t, o));
  dict_slot(o, shape_entry(o).layout).store(o, Value(d));
  return kDone;
}

Result<Dict> instance_dict_copy(Thread& t, Object* o) {
  u32 id = o->shape.load_acquire();
  const Shape* s = g_shapes[id >> 1].layout;
  if (s->dictionary) {
    Local<Dict> dict(t, TRY(dict_of(t, o, s)));
    return dict_copy(t, dict);
  }
  Str* names[kMaxShapeSlots];
  names_of(s, names);
  Local<Dict> copy(t, TRY(dict_new(t, s->slot_count)));
  for (u32 i = 0; i < s->slot_count; ++i) {
    Local<> v(t, TRY(instance_get(t, o, names[i])));
    if (!v.is_empty()) TRY(dict_set_str(t, copy, names[i], v));
  }
  return copy.give();
}

usize instance_attribute_count(Object* o) {
  const Shape* s = shape_entry(o).layout;
  if (s == nullptr) return 0;
  if (s->dictionary) {
    Slot<Dict>& d = dict_slot(o, s);
    return d.is_empty() ? 0 : dict_size(d.borrow());
  }
  usize n = 0;
  for (u32 i = 0; i < s->slot_count; ++i) {
    SlotBase* slot = slot_of(o, s, i);
    n += slot && holds_value(slot->borrow().bits);
  }
  return n;
}

Status instance_change_class(Thread& t, Object* o, Type& cls) {
  for (;;) {
    u32 id = o->shape.load_acquire();
    const Shape* s = g_shapes[id >> 1].layout;
    u32 fresh;
    if (s == nullptr || s->direct) {  // modules have their dict where all their subclasses have it
      fresh = cls.root_shape;
    } else {
      Shape* root = foreign_root(t, cls, s->root);
      if (root == nullptr) return kError;
      if (s->dictionary) {
        Shape* twin = dictionary_shape(t, root);
        if (twin == nullptr) return kError;
        fresh = twin->id;
      } else {
        Str* names[kMaxShapeSlots];
        names_of(s, names);
        fresh = root->id;
        for (u32 i = 0; i < s->slot_count && fresh; ++i) fresh = shape_after_add(t, fresh, names[i]);
        if (fresh == 0) {
          TRY(to_dictionary(t, o));
          continue;
        }
      }
    }
    Mutating lock(o);
    if (o->shape.load_relaxed() != id) continue;
    o->shape.store_release(fresh);
    if (cls.has(kTypeHasFinaliser)) o->flags.fetch_or_relaxed(kHasFinaliser);
    return kDone;
  }
}

SlotBase& member_slot(Object* o, u32 offset) {
  usize at = offset;
  if (offset & kTailMember) at = object_size(o) - type_of(o).tail_size + (offset & ~kTailMember);
  return *reinterpret_cast<SlotBase*>(reinterpret_cast<char*>(o) + at);
}

usize object_size(const Object* o) {
  const ShapeEntry& e = shape_entry(o);
  const Type& type = *e.type;
  if (type.slots.size) return ((type.slots.size(o) + 7) & ~usize{7}) + type.tail_size;
  return e.layout ? e.layout->size : type.instance_size;
}

// --- edges -----------------------------------------------------------------------------------------------

// A template, so that death, which is frequent, drops slot by slot without virtual calls.
template <class Visitor>
static void visit_attributes(Object* o, Visitor& visit) {
  const Shape* s = shape_entry(o).layout;
  if (s && shape_has_ext(s)) {
    if (s->direct) {
      visit.slot(dict_slot(o, s));
    } else {
      visit.slots(inline_slot(o, s, 0), s->inline_capacity);
      if (Overflow* block = overflow_of(o, s)) {
        visit.slot(block->dict);
        visit.slots(block->slots(), block->capacity);
      }
    }
  }
  // __slots__ of the heap classes between this one and its native base.
  Type& type = type_of(o);
  if (!type.has(kTypeHeap)) return;
  if (type.slots.size) {
    u32 end = type.tail_size - (s && shape_has_ext(s) ? 8 : 0);
    for (u32 at = 0; at < end; at += 8) visit.slot(member_slot(o, kTailMember | at));
  } else {
    u32 end = s ? s->inline_offset : type.instance_size;
    for (u32 at = type.native_size; at < end; at += 8) {
      if (!s || at != s->ext_offset) visit.slot(member_slot(o, at));
    }
  }
}

void move_attributes(Thread& t, Object* o) {
  const Shape* s = shape_entry(o).layout;
  if (s == nullptr || !shape_has_ext(s) || s->direct) return;
  Overflow* old = overflow_of(o, s);
  if (old == nullptr) return;
  usize n = Overflow::bytes(old->capacity);
  void* fresh = buffer_allocate(t, n);
  if (fresh == nullptr) return;
  std::memcpy(fresh, static_cast<void*>(old), n);
  ext_word(o, s).store_relaxed(reinterpret_cast<u64>(fresh));
  buffer_free(old, n);
}

void free_attributes(Object* o) {
  const Shape* s = shape_entry(o).layout;
  if (s == nullptr || !shape_has_ext(s) || s->direct) return;
  if (Overflow* block = overflow_of(o, s)) {
    ext_word(o, s).store_relaxed(0);  // nobody else reaches a dying object
    buffer_free(block, Overflow::bytes(block->capacity));
  }
}

void object_visit(Object* o, EdgeVisitor& visit) {
  Type& type = type_of(o);
  if (type.slots.visit) type.slots.visit(o, visit);
  if (type.root_layout || type.has(kTypeHeap)) visit_attributes(o, visit);
}

namespace {

// What drop_edges() does, where the slots are at hand.
struct DropSlots {
  void slot(SlotBase& s) {
    Value v(s.raw().load_relaxed());  // nobody else reaches a dying object
    s.raw().store_relaxed(0);
    release_removed(v);
  }
  void slots(SlotBase* first, usize n) {
    for (usize i = 0; i < n; ++i) slot(first[i]);
  }
};

void destroy_other(Thread& t, Object* o, bool is_local) {
  Type& type = type_of(o);
  if (type.root_layout || type.has(kTypeHeap)) {
    DropSlots drop;
    visit_attributes(o, drop);
    free_attributes(o);
  }
  if (type.slots.destroy) {
    type.slots.destroy(o);
    return;
  }
  if (type.slots.visit == base_exception_visit) {
    auto* e = static_cast<BaseException*>(o);
    DropSlots drop;
    drop.slot(e->args);
    drop.slot(e->traceback);
    drop.slot(e->context);
    drop.slot(e->cause);
  } else if (type.slots.visit) {
    drop_edges(o, type.slots.visit);
  }
  usize size = object_size(o);
  // A long int that has lost its upper limbs is smaller than its storage, which may be a large block.
  return is_local && !(o->gc & kGcLarge) ? free_local_object(t, o, size) : free_object(o, size);
}

// Built-in objects that are slots, right behind the header, and plain words; and their bytes.
struct PlainObject {
  u8 slots = 0, bytes = 0;
};
constexpr auto kPlainObjects = [] {
  std::array<PlainObject, static_cast<usize>(BuiltinShape::kCount_)> table{};
  auto set = [&table](BuiltinShape shape, u8 slots, usize bytes) {
    table[static_cast<usize>(shape)] = {slots, static_cast<u8>(bytes)};
  };
  set(BuiltinShape::cell_, 1, sizeof(Cell));
  set(BuiltinShape::slice_, 3, sizeof(Slice));
  set(BuiltinShape::method_, 2, sizeof(Method));
  set(BuiltinShape::list_iterator_, 1, sizeof(ListIterator));
  set(BuiltinShape::list_reverse_iterator_, 1, sizeof(ListIterator));
  set(BuiltinShape::tuple_iterator_, 1, sizeof(TupleIterator));
  set(BuiltinShape::range_iterator_, 0, sizeof(RangeIterator));
  set(BuiltinShape::dict_key_iterator_, 1, sizeof(DictIterator));
  set(BuiltinShape::dict_value_iterator_, 1, sizeof(DictIterator));
  set(BuiltinShape::dict_item_iterator_, 1, sizeof(DictIterator));
  set(BuiltinShape::dict_keys_, 1, sizeof(DictView));
  set(BuiltinShape::dict_values_, 1, sizeof(DictView));
  set(BuiltinShape::dict_items_, 1, sizeof(DictView));
  set(BuiltinShape::enumerate_, 2, sizeof(Enumerate));
  set(BuiltinShape::zip_, 1, sizeof(Zip));
  return table;
}();

// Instances of plain classes that keep nothing outside themselves. False: another matter.
bool destroy_plain_instance(Thread& t, Object* o, const ShapeEntry& entry) {
  if (entry.plain_size == 0) return false;
  auto* words = reinterpret_cast<SlotBase*>(o);
  if (entry.plain_ext != 0 && words[entry.plain_ext / 8].raw().load_relaxed() != 0) return false;
  for (u32 i = sizeof(Object) / 8; i < entry.plain_size / 8; ++i) {
    release_removed(Value(words[i].raw().load_relaxed()));
  }
  free_local_object(t, o, entry.plain_size);
  return true;
}

}  // namespace

// What programs make and drop by the million has a short way out.
void object_destroy(Thread& t, Object* o) {
  if (o->is_shared()) return destroy_other(t, o, false);
  switch (o->shape.load_relaxed()) {
    case shape_id(BuiltinShape::str_): {
      Str* s = static_cast<Str*>(o);
      if (s->is_interned()) break;
      return free_local_object(t, o, str_storage_for(s->length(), s->width()));
    }
    case shape_id(BuiltinShape::float_): return free_local_object(t, o, sizeof(FloatBox));
    case shape_id(BuiltinShape::tuple_): {
      Tuple* x = static_cast<Tuple*>(o);
      usize n = x->size();
      for (usize i = n; i-- > 0;) release_removed(Value(x->items()[i].raw().load_relaxed()));
      return free_local_object(t, o, sizeof(Tuple) + n * sizeof(Slot<>));
    }
    case shape_id(BuiltinShape::function_): {  // its first shape: it never had attributes
      auto* f = static_cast<Function*>(o);
      for (SlotBase* slot = &f->globals; slot <= static_cast<SlotBase*>(&f->type_params); ++slot) {
        release_removed(Value(slot->raw().load_relaxed()));
      }
      return free_local_object(t, o, object_size(o));
    }
    case shape_id(BuiltinShape::list_): return list_destroy_local(t, o);
    case shape_id(BuiltinShape::dict_): return dict_destroy_local(t, o);
    case shape_id(BuiltinShape::set_):
    case shape_id(BuiltinShape::frozenset_): return set_destroy_local(t, o);
    default: break;
  }
  u32 shape = o->shape.load_relaxed() >> 1;
  if (shape < kPlainObjects.size() && kPlainObjects[shape].bytes != 0) {
    PlainObject plain = kPlainObjects[shape];
    auto* slots = reinterpret_cast<SlotBase*>(o + 1);
    for (usize i = 0; i < plain.slots; ++i) release_removed(Value(slots[i].raw().load_relaxed()));
    return free_local_object(t, o, plain.bytes);
  }
  if (destroy_plain_instance(t, o, g_shapes[shape])) return;
  destroy_other(t, o, o->is_local());
}

}  // namespace taipan
