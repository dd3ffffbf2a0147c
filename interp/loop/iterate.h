// Fast paths over the hot containers: one item of a list, tuple or range iterator, list and tuple items.
// A false or empty answer means: take the slow path, which knows everything.
// Iterators are stepped inline only while they are local (K9).
#pragma once
#include "interp/loop/ops_common.h"
#include "runtime/modules/builtins/builtins.h"
#include "runtime/object/call.h"
#include "runtime/object/names.h"
#include "runtime/types/dict.h"
#include "runtime/types/descriptors.h"
#include "runtime/types/iterators.h"
#include "runtime/types/list.h"
#include "runtime/types/range.h"
#include "runtime/types/set.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

TP_INLINE Value list_item_fast(List* list, u64 index) {
  // Note [list-read] in types/list.cpp.
  if (index >= list->size_.load_acquire()) return Value::empty();
  ListItems* items = list->items_.load_acquire();
  if (index >= items->capacity) return Value::empty();
  return items->slots()[index].load_word(list);
}

// o[index] for exact lists and tuples: an owned word, or empty.
TP_INLINE Value item_fast(Object* o, i64 index) {
  u32 shape = o->shape.load_relaxed();
  if (shape == shape_id(BuiltinShape::list_)) {
    List* list = static_cast<List*>(o);
    if (index < 0) index += static_cast<i64>(list->size_.load_acquire());
    return list_item_fast(list, static_cast<u64>(index));
  }
  if (shape == shape_id(BuiltinShape::tuple_)) {
    Tuple* tuple = static_cast<Tuple*>(o);
    if (index < 0) index += static_cast<i64>(tuple->size());
    if (static_cast<u64>(index) < tuple->size()) return tuple->items()[index].load_word(tuple);
  }
  return Value::empty();
}

// A list or tuple: loops step it by an index instead of an iterator.
TP_INLINE bool is_indexed(Value v) {
  if ((v.bits & 3) != 0 || v.bits == 0) return false;
  u32 shape = v.object()->shape.load_relaxed();
  return shape == shape_id(BuiltinShape::list_) || shape == shape_id(BuiltinShape::tuple_);
}

// o[index] = v for local exact lists. v is a register word and stays the caller's.
TP_INLINE bool set_item_fast(Object* o, i64 index, Value v) {
  if (o->shape.load_relaxed() != shape_id(BuiltinShape::list_) || o->is_shared()) return false;
  List* list = static_cast<List*>(o);
  u64 size = list->size_.load_relaxed();  // local
  if (index < 0) index += static_cast<i64>(size);
  if (static_cast<u64>(index) >= size) return false;
  list->items_.load_relaxed()->slots()[index].store_word(list, v);
  return true;
}

extern const NativeEntry kListPopEntry;  // list.pop (types/list_type.cpp)

// The last element of a list that only this thread has, taken out: an owned word. Empty: it is not such a list, or
// has no element, or its storage is due to shrink, or the element is one that registers hold without a count.
TP_INLINE Value list_pop_quick(List* list) {
  if (!list->is_local()) return Value::empty();
  u64 n = list->size_.load_relaxed();
  ListItems* items = list->items_.load_relaxed();
  if (n == 0 || n <= items->capacity / 4) return Value::empty();
  SlotBase& slot = items->slots()[n - 1];
  Value v(slot.raw().load_relaxed());
  if (v.is_ref() && v.object()->is_uncounted_in_registers()) return Value::empty();
  list->size_.store_relaxed(n - 1);
  slot.raw().store_relaxed(0);
  return v;
}

TP_INLINE bool is_local_range_iterator(Value iterator) {
  const Object* o = iterator.object();
  return o->shape.load_relaxed() == shape_id(BuiltinShape::range_iterator_) && o->is_local();
}
TP_INLINE bool step_range(RangeIterator* it, Value* item) {
  if (it->remaining == 0) return false;
  --it->remaining;
  *item = Value::small_int(it->next);
  it->next += it->step;
  return true;
}

// OR of a set with the one in register `right`, which it consumes?
TP_INLINE bool is_union_with(const Instr* pc, u32 right) {
  return pc->op == static_cast<u8>(Op::OR) && pc->c == right && (pc->k & (kKillC | kInplace)) == kKillC;
}

// The next item, as an owned word. False: exhausted, shared or of another type.
TP_INLINE bool step_iterator(Value iterator, Value* item) {
  Object* o = iterator.object();
  if (!o->is_local()) return false;
  u32 shape = o->shape.load_relaxed();
  if (shape == shape_id(BuiltinShape::list_iterator_)) {
    auto* it = static_cast<ListIterator*>(o);
    List* list = it->list.borrow();
    if (list == nullptr) return false;
    *item = list_item_fast(list, it->index);
    if (item->is_empty()) return false;
    ++it->index;
    return true;
  }
  if (shape == shape_id(BuiltinShape::tuple_iterator_)) {
    auto* it = static_cast<TupleIterator*>(o);
    Tuple* tuple = it->tuple.borrow();
    if (tuple == nullptr || it->index >= tuple->size()) return false;
    *item = tuple->items()[it->index++].load_word(tuple);
    return true;
  }
  return false;
}

// len(x) of containers whose size is one word, unless somebody is changing them. Empty: ask the function.
TP_INLINE Value quick_length(const Value* args, u32 n) {
  if (n != 1 || !args[0].is_ref()) return Value::empty();
  Object* o = args[0].object();
  if (o->lock.load_acquire() != 0) return Value::empty();
  switch (o->shape.load_relaxed()) {
    case shape_id(BuiltinShape::list_): return Value::small_int(static_cast<i64>(static_cast<List*>(o)->size_.load_acquire()));
    case shape_id(BuiltinShape::tuple_): return Value::small_int(static_cast<i64>(static_cast<Tuple*>(o)->size()));
    case shape_id(BuiltinShape::str_): return Value::small_int(static_cast<i64>(static_cast<Str*>(o)->length()));
    default: return Value::empty();
  }
}

// int, str, list and the like, which have no __class__ of their own.
TP_INLINE bool is_ordinary_builtin(const Type& type) {
  return &type == &int_type || &type == &float_type || &type == &str_type || &type == &list_type || &type == &dict_type ||
         &type == &tuple_type;
}

// The callee is loaded at pc, its only argument moved, the call follows: each a plain instruction.
TP_INLINE bool is_call_of_one(const Instr* pc) {
  // In this order: neither a load nor a move is a function's last instruction.
  if (pc[1].op != static_cast<u8>(Op::MOVE) || pc[1].a != pc->a + 1) return false;
  u8 call = pc[2].op;
  return (call == static_cast<u8>(Op::CALL) || call == static_cast<u8>(Op::CALL_H)) && pc[2].k == 1 &&
         pc[2].b + kWindowCallee == pc->a;
}
TP_INLINE bool is_native(Value v, NativeEntry entry) {
  return is_exact<NativeFunction>(v) && v.as<NativeFunction>()->entry == entry;
}

// list.append(x) of `args`, a list and x: the item's count moves in. False: it is not that simple.
TP_INLINE bool quick_append(Value* args) {
  if (!is_exact<List>(args[0])) return false;
  Slot<>* slot = list_add_slot(args[0].as<List>());
  if (slot == nullptr) [[unlikely]] return false;
  slot->init_owned(args[1]);
  if ((args[1].bits & 3) == 0) args[1] = Value::empty();
  return true;
}

TP_INLINE bool is_list_append(Value callee) {
  return is_exact<MethodDescriptor>(callee) && callee.as<MethodDescriptor>()->entry == kListAppendEntry;
}

// isinstance(x, C) where type(x) is C or derives from it, and C's metaclass is `type`; also "no" for ints and floats.
// "No" needs to know that x.__class__ is no more than type(x).
TP_INLINE Value quick_isinstance(Thread& t, const Value* args, u32 n) {
  if (n != 2 || !is_exact<Type>(args[1])) return Value::empty();
  const Type& cls = *args[1].as<Type>();
  Type& own = type_of(args[0]);
  if (&own == &cls || is_subtype(own, cls)) return boolean(true).word();
  if (own.slots.get_attribute != generic_get_attribute) return Value::empty();
  if (is_ordinary_builtin(own)) return boolean(false).word();
  bool plain = type_lookup(t, own, names().__class__).bits == type_lookup(t, object_type, names().__class__).bits;
  return plain ? boolean(false).word() : Value::empty();
}

// Calls a function or method descriptor that is native: the result, an owned word, or the error word. Empty: the callee is
// something else. Its pc is saved.
TP_INLINE Value call_native_word(Thread& t, Object* callee, Value* args, u32 n) {
  u32 shape = callee->shape.load_relaxed();
  if (shape == shape_id(BuiltinShape::builtin_function_)) {
    auto* f = static_cast<NativeFunction*>(callee);
    Value result = f->entry == kLenEntry         ? quick_length(args, n)
                   : f->entry == kIsInstanceEntry ? quick_isinstance(t, args, n)
                                                  : Value::empty();
    return !result.is_empty() ? result : f->entry(t, f->self.borrow(), args, n, nullptr).word();
  }
  if (shape != shape_id(BuiltinShape::method_descriptor_) || n == 0) return Value::empty();
  auto* d = static_cast<MethodDescriptor*>(callee);
  Value self = args[0].canonical();
  if (&type_of(self) != d->objclass.borrow()) [[unlikely]] return Value::empty();
  if (d->entry == kListAppendEntry && n == 2 && quick_append(args)) return Value(kNoneWord);
  if (d->entry == kListPopEntry && n == 1) {
    Value last = list_pop_quick(self.as<List>());
    if (!last.is_empty()) return last;
  }
  return d->entry(t, self, args + 1, n - 1, nullptr).word();
}

}  // namespace taipan
