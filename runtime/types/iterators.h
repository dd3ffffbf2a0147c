// The iterators that wrap other objects: enumerate, zip, map, filter, reversed.
// Shared ones change their fields under the lock byte; what they
// call runs outside it.
#pragma once
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"
#include "runtime/types/tuple_inline.h"

namespace taipan {

// (a, b) of two owned words, which move in.
inline Result<Tuple> pair_of_owned(Thread& t, Result<> a, Result<> b) {
  Object* o = new_object_inline<false>(t, shape_id(BuiltinShape::tuple_), sizeof(Tuple) + 2 * sizeof(Slot<>), 0,
                                       gc_of_element(a.word()) | gc_of_element(b.word()), 2);
  if (o == nullptr) [[unlikely]] {
    drop(a);
    drop(b);
    return kError;
  }
  auto* pair = static_cast<Tuple*>(o);
  pair->items()[0].init(a);
  pair->items()[1].init(b);
  return own_new(pair);
}

// One step of a dict_item_iterator_: owned words. False: next() knows why not.
struct DictIterator;
bool dict_items_step(DictIterator* it, Value* key, Value* value);
// One step of an iterator over keys or values that nobody else has, of such a dict: an owned word. Empty: ask next().
Value dict_step_quick(DictIterator* it, bool values);

struct Enumerate : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::enumerate_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<> iterator;
  Slot<> big;   // the count, once it leaves 64 bits; else empty
  i64 count;
};
// One step: the number and the item, owned words. False: the end.
Result<bool> enumerate_step(Thread& t, Enumerate* e, Value* number, Value* item);

struct Zip : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::zip_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<Tuple> iterators;
  Atomic<bool> strict;
};
// One step of zip() of two: owned words. False: the end.
Result<bool> zip_step_two(Thread& t, Zip* z, Value* first, Value* second);

struct Map : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::map_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<> function;
  Slot<Tuple> iterators;
  Atomic<bool> strict;
};

struct Filter : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::filter_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<> function, iterator;
};

struct Reversed : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::reversed_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<> sequence;  // empty: exhausted
  ssize index;      // the next element; -1: exhausted
};

}  // namespace taipan
