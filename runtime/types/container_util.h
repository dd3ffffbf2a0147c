// What all container types share: taking removed words out of slots, checked sizes, index arguments,
// arguments of constructors, and the parts of __reduce__.
#pragma once
#include "runtime/memory/heap.h"
#include "runtime/object/call_parts.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/thread/object_lock.h"
#include "runtime/thread/safepoint.h"
#include "runtime/types/singletons.h"

namespace taipan {

// memory/hooks.h, for destroy functions: empties every slot that `visit` yields and drops what was in it.
void drop_edges(Object* o, void (*visit)(Object*, EdgeVisitor&));

// The counted word of a slot that was just emptied, as an owned register word. The count of a local
// object moves to the register; for a shared one it is given back and the register defers (R6).
// After unlocking only.
inline Value removed_to_register(Value removed) {
  if (!removed.is_ref()) return removed;
  Object* o = removed.object();
  if (!o->is_uncounted_in_registers()) return removed;
  Value deferred = Value::deferred(o);
  decrement(o);
  return deferred;
}

// Long native loops answer the other threads now and then. Nothing borrowed survives a poll.
inline constexpr u32 kPollInterval = 4096;
class LoopPoll {
 public:
  explicit LoopPoll(Thread& t) : t_(t) {}
  Status operator()() {
    if (++n_ % kPollInterval != 0) [[likely]] return kDone;
    return safepoint(t_);
  }

 private:
  Thread& t_;
  u32 n_ = 0;
};

// next() of what iterate() gave: iterators made of iterators nest as deep as a program likes, and may be endless.
inline Result<> step_iterator(Thread& t, Value iterator) {
  TRY(check_machine_stack(t, " while calling a Python object"));
  TRY(safepoint(t));
  return type_of(iterator).slots.next(t, iterator);
}

// A negative index counts from the end; below zero it is 0 (list.insert, index(start)).
inline ssize wrap_and_clamp(ssize i, ssize n) {
  if (i < 0) i += n;
  return i < 0 ? 0 : i;
}

// Positional arguments of a class call: "list expected at most 1 argument, got 2".
Status check_positional(Thread& t, const char* name, u32 nargs, u32 least, u32 most);
// "list() takes no keyword arguments"
Status no_keywords(Thread& t, const char* name, Tuple* kwnames);
// For new_: exact types and subclasses that override nothing check keywords; other subclasses' __init__ may
// take what it wants.
inline Status no_keywords_unless_subclass(Thread& t, const Type& cls, const Type& own, const char* name,
                                          Tuple* kwnames) {
  bool plain = &cls == &own || cls.slots.init == own.slots.init;
  return kwnames != nullptr && plain ? no_keywords(t, name, kwnames) : Status(kDone);
}

// start= and stop= of index(): "slice indices must be integers or have an __index__ method".
Result<ssize> to_slice_index(Thread& t, Value v);

// An index: TypeError unless __index__ exists is the caller's; beyond 64 bits IndexError.
Result<ssize> to_index_or_index_error(Thread& t, Value v);
// The index given to an iterator's __setstate__.
Result<ssize> iterator_state(Thread& t, Value v);
// iter() of an iterator.
Result<> iterate_self(Thread& t, Value self);

template <class T>
constexpr bool ordered(CompareOp op, T a, T b) {
  switch (op) {
    case CompareOp::Lt: return a < b;
    case CompareOp::Le: return a <= b;
    case CompareOp::Eq: return a == b;
    case CompareOp::Ne: return a != b;
    case CompareOp::Gt: return a > b;
    default: return a >= b;
  }
}

// builtins.NAME, for __reduce__ of iterators.
Result<> builtin_by_name(Thread& t, Str* name);
// (callable, (argument,)) and (callable, (argument,), state).
Result<> reduce_pair(Thread& t, Result<> callable, Value argument);
Result<> reduce_pair(Thread& t, Result<> callable, Value argument, Value state);
// type[item]: __class_getitem__ of generic containers.
Result<> class_getitem(Thread& t, Type* cls, Value item);

}  // namespace taipan
