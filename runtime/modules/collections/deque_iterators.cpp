// _deque_iterator and _deque_reverse_iterator. One lock at a time: first the iterator's, to claim a place, then
// the deque's, to read it.
#include "runtime/modules/collections/deque.h"
#include "runtime/native/def.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

Type *g_forward_type, *g_backward_type;

struct DequeIterator : Object {
  Slot<> deque;   // fixed
  u64 version;    // of the deque when the iterator was made
  u64 index;      // elements given so far
  u64 size;       // of the deque then; 0: ended
};
DequeIterator* iterator_of(Value v) { return v.as<DequeIterator>(); }

void iterator_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<DequeIterator*>(o)->deque); }

template <bool kReverse>
Result<> iterator_next(Thread& t, Value self) {
  DequeIterator* it = iterator_of(self);
  u64 i, n;
  {
    Mutating guard(it);
    i = it->index;
    n = it->size;
    it->index = i < n ? i + 1 : n;
  }
  Deque* d = deque_of(it->deque.borrow());
  bool changed = false;
  Result<> r = i < n ? deque_load_checked(d, kReverse ? n - 1 - i : i, it->version, &changed) : Result<>::absent();
  if (!r.is_absent()) [[likely]] return r;
  if (kReverse && i >= n) return r;
  if (changed || deque_version(d) != it->version) {
    Mutating guard(it);
    it->index = it->size;  // nothing is left
    return raise(t, RuntimeError, "deque mutated during iteration");
  }
  return r;
}

Result<ssize> iterator_hint(Thread&, Value self) {
  DequeIterator* it = iterator_of(self);
  Mutating guard(it);
  return static_cast<ssize>(it->size - it->index);
}

Result<> iterator_reduce(Thread& t, Value self) {
  DequeIterator* it = iterator_of(self);
  i64 given;
  {
    Mutating guard(it);
    given = static_cast<i64>(it->index);
  }
  Local<Tuple> arguments(t, TRY(tuple_of(t, it->deque.borrow(), Value::small_int(given))));
  return tuple_of(t, Value(&type_of(self)), arguments);
}

// _deque_iterator(deque, steps already taken=0)
Result<> iterator_construct(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  const char* name = &cls == g_forward_type ? "_deque_iterator" : "_deque_reverse_iterator";
  TRY(no_keywords(t, name, kwnames));
  TRY(check_positional(t, name, nargs, 1, 2));
  if (!is_deque(args[0])) return raise(t, TypeError, "argument 1 must be collections.deque, not {!T}", args[0]);
  ssize steps = nargs == 2 ? TRY(to_ssize(t, args[1])) : 0;
  Local<> it(t, TRY(deque_iterator_new(t, deque_of(args[0]), &cls == g_backward_type)));
  DequeIterator* made = iterator_of(it);
  if (steps > 0) made->index = static_cast<u64>(steps) < made->size ? static_cast<u64>(steps) : made->size;
  return it.give();
}

constexpr NativeDef kMethods[] = {
    def<iterator_hint>("__length_hint__($self, /)", "How many elements are left."),
    def<iterator_reduce>("__reduce__($self, /)", "Return state information for pickling."),
};
constexpr TypeSlots slots(Result<> (*next)(Thread&, Value)) {
  TypeSlots s{};
  s.visit = iterator_visit;
  s.new_ = iterator_construct;
  s.iter = iterate_self;
  s.next = next;
  return s;
}
const TypeDef kForward = {.name = "collections._deque_iterator",
                          .flags = kTypeGcTracked,
                          .size = sizeof(DequeIterator),
                          .slots = slots(iterator_next<false>),
                          .methods = kMethods};
const TypeDef kBackward = {.name = "collections._deque_reverse_iterator",
                           .flags = kTypeGcTracked,
                           .size = sizeof(DequeIterator),
                           .slots = slots(iterator_next<true>),
                           .methods = kMethods};

}  // namespace

Result<> deque_iterator_new(Thread& t, Deque* d, bool reverse) {
  DequeIterator* it = new_object<DequeIterator>(t, reverse ? *g_backward_type : *g_forward_type);
  if (!it) return kError;
  it->deque.init(Value(d));
  Mutating guard(d);
  it->version = d->version;
  it->size = d->size;
  guard.unlock();
  return own_new(it);
}

Status deque_iterators_exec(Thread& t, Module* module) {
  TRY(module_add_type(t, module, kForward, &g_forward_type));
  return module_add_type(t, module, kBackward, &g_backward_type);
}

}  // namespace taipan
