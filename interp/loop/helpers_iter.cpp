// Iterators that loops step themselves, in compiled code or the interpreter.
#include "interp/loop/helpers_inline.h"
#include "runtime/object/call.h"
#include "runtime/thread/local.h"
#include "runtime/types/dict.h"
#include "runtime/types/iterators.h"

namespace taipan {

Value loop_item(Thread* t, Value* fp, const Instr* pc, Object* iterator) {
  u32 shape = iterator->shape.load_relaxed();
  bool keys = shape == shape_id(BuiltinShape::dict_key_iterator_), values = shape == shape_id(BuiltinShape::dict_value_iterator_);
  if (keys || values) {
    Value item = dict_step_quick(static_cast<DictIterator*>(iterator), values);
    if (!item.is_empty()) [[likely]] return item;
  }
  set_frame_pc(fp, pc);
  Result<> item = next(*t, Value(iterator));
  if (t->pending_count == 0 || item.is_error() || item.is_absent()) [[likely]] return item.word();
  Local<> held(*t, item);
  run_pending(*t);
  return held.give().word();
}

namespace {

// As loop_pair(): the words are owned.
Outcome step_pair(Thread& t, Object* iterator, Value* first, Value* second) {
  Result<bool> stepped = false;
  switch (iterator->shape.load_relaxed()) {
    case shape_id(BuiltinShape::dict_item_iterator_):
      return dict_items_step(static_cast<DictIterator*>(iterator), first, second) ? Outcome::Jump : Outcome::Enter;
    case shape_id(BuiltinShape::enumerate_):
      stepped = enumerate_step(t, static_cast<Enumerate*>(iterator), first, second);
      break;
    case shape_id(BuiltinShape::zip_): {
      auto* zip = static_cast<Zip*>(iterator);
      if (zip->iterators.borrow()->size() != 2) return Outcome::Enter;
      stepped = zip_step_two(t, zip, first, second);
      break;
    }
    default: return Outcome::Enter;
  }
  if (stepped.is_error()) return Outcome::Error;
  return stepped.take() ? Outcome::Jump : Outcome::Next;
}

}  // namespace

Outcome loop_pair(Thread* t, Value* fp, const Instr* pc, Object* iterator) {
  if (t->poll.load_relaxed() != 0) return Outcome::Enter;
  set_frame_pc(fp, pc);
  Value first, second;
  Outcome stepped = step_pair(*t, iterator, &first, &second);
  if (stepped != Outcome::Jump) return stepped;
  const Instr* unpack = pc + jump_offset(pc);
  put(fp, unpack->a, first);
  put(fp, unpack->a + 1, second);
  if (t->pending_count == 0) [[likely]] return stepped;
  set_frame_pc(fp, unpack);
  run_pending(*t);
  return stepped;
}

}  // namespace taipan
