// _queue: SimpleQueue, an unbounded FIFO between threads.
//
// Note [simple-queue]: elements are in a deque, which has its own lock. `puts` counts what was ever put in: a getter
// reads it, then tries to take, then sleeps on the queue as long as it has not changed, which is looked at under
// the parking bucket's lock. A putter appends, raises `puts`, then wakes one sleeper; so a getter that found nothing
// either sees the new count or is asleep when the waker looks.
#include "runtime/import/import.h"
#include "runtime/modules/collections/deque.h"
#include "runtime/native/construct.h"
#include "runtime/object/class_build.h"
#include "runtime/thread/futex.h"
#include "runtime/thread/parking_lot.h"
#include "runtime/types/container_util.h"
#include "runtime/types/dict.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

Type *g_queue_type, *g_empty_type;

struct SimpleQueue : Object {
  Slot<Deque> items;  // fixed
  Atomic<u64> puts;
};
SimpleQueue* queue_of(Value v) { return v.as<SimpleQueue>(); }

void queue_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<SimpleQueue*>(o)->items); }

Result<> queue_new(Thread& t, Type& cls, const Value*, u32 nargs, Tuple* kwnames) {
  if (&cls == g_queue_type && (nargs > 0 || kwnames != nullptr)) {
    return raise(t, TypeError, "SimpleQueue() takes no arguments");
  }
  Local<> items(t, TRY(call(t, Value(g_deque_type))));
  SimpleQueue* q = new_object<SimpleQueue>(t, cls);
  if (!q) return kError;
  q->items.init(items);
  return own_new(q);
}

Status put_item(Thread& t, Value self, Value item) {
  SimpleQueue* q = queue_of(self);
  TRY(deque_push(t, q->items.borrow(), item, false));
  q->puts.fetch_add_seq_cst(1);
  if (q->is_shared()) unpark_one(q);
  return kDone;
}
Status queue_put(Thread& t, Value self, Value item, Value, Value) { return put_item(t, self, item); }

struct Wanted {
  SimpleQueue* queue;
  u64 seen;
};
bool nothing_new(void* data) {
  Wanted* w = static_cast<Wanted*>(data);
  return w->queue->puts.load_acquire() == w->seen;
}

ErrorTag raise_empty(Thread& t) { return raise_none(t, *g_empty_type); }

Result<> take_or_wait(Thread& t, SimpleQueue* q, bool block, i64 deadline) {
  Deque* items = q->items.borrow();
  bool prepared = false;
  while (true) {
    u64 seen = q->puts.load_acquire();
    Result<> r = deque_take(items, true);
    if (!r.is_absent()) return r;
    if (!block) return raise_empty(t);
    if (!prepared) {
      prepared = true;
      TRY(prepare_to_block(t));
      continue;
    }
    Wanted wanted{q, seen};
    Park p{.address = q, .still_wanted = nothing_new, .data = &wanted, .deadline_ns = deadline};
    switch (park(t, p)) {
      case ParkResult::TimedOut: block = false; break;
      case ParkResult::Interrupted: TRY(safepoint(t)); break;
      default: break;
    }
  }
}

Result<> queue_get(Thread& t, Value self, bool block, Value timeout) {
  i64 deadline = -1;
  if (block && !is_none(timeout)) {
    f64 seconds = TRY(to_double(t, timeout));
    if (!(seconds >= 0)) return raise(t, ValueError, "'timeout' must be a non-negative number");
    if (seconds > 9223372036.0) return raise(t, OverflowError, "timeout value is too large");
    f64 end = static_cast<f64>(monotonic_ns()) + seconds * 1e9;
    if (end < 9.2e18) deadline = monotonic_ns() + static_cast<i64>(seconds * 1e9);
  }
  return take_or_wait(t, queue_of(self), block, deadline);
}
Result<> queue_get_nowait(Thread& t, Value self) { return take_or_wait(t, queue_of(self), false, -1); }
bool queue_empty(Thread&, Value self) { return deque_size(queue_of(self)->items.borrow()) == 0; }
Result<ssize> queue_qsize(Thread&, Value self) {
  return static_cast<ssize>(deque_size(queue_of(self)->items.borrow()));
}
Result<ssize> queue_sizeof(Thread& t, Value self) {
  Local<> inner(t, TRY(call_method(t, Value(queue_of(self)->items.borrow()), names().__sizeof__)));
  return static_cast<ssize>(object_size(self.object())) + TRY(to_ssize(t, inner));
}

constexpr NativeDef kMethods[] = {
    def<queue_put>("put($self, /, item, block=True, timeout=None)",
                   "Adds an element; never waits. The other arguments are for compatibility with Queue."),
    def<put_item>("put_nowait($self, /, item)", "Adds an element; never waits."),
    def<queue_get>("get($self, /, block=True, timeout=None)",
                   "Removes and returns the oldest element; waits for one if block is true, at most timeout seconds.\n\n"
                   "Raises Empty if there is none."),
    def<queue_get_nowait>("get_nowait($self, /)", "Removes and returns the oldest element; raises Empty if there is none."),
    def<queue_empty>("empty($self, /)", "Is the queue empty at the moment?"),
    def<queue_qsize>("qsize($self, /)", "The number of elements at the moment."),
    def<queue_sizeof>("__sizeof__($self, /)", "Size in memory, in bytes."),
    class_def<class_getitem>("__class_getitem__($type, object, /)", "Generic alias of SimpleQueue."),
};
constexpr TypeSlots slots() {
  TypeSlots s{};
  s.visit = queue_visit;
  s.new_ = queue_new;
  return s;
}
const TypeDef kQueue = {.name = "_queue.SimpleQueue",
                        .doc = "Simple, unbounded, reentrant FIFO queue.",
                        .flags = kTypeBase | kTypeGcTracked | kTypeWeakrefable,
                        .size = sizeof(SimpleQueue),
                        .slots = slots(),
                        .methods = kMethods,
                        .text_signature = "()"};

Status exec(Thread& t, Module* module) {
  Local<Str> collections(t, TRY(str_intern(t, "_collections")));
  drop(TRY(import_native(t, collections)));
  Local<Dict> space(t, TRY(dict_new(t)));
  Local<Str> module_name(t, TRY(str_intern(t, "_queue"))), name(t, TRY(str_intern(t, "Empty")));
  Local<Str> doc(t, TRY(str_from_ascii(t, "Exception raised by Queue.get(block=0)/get_nowait().")));
  TRY(dict_set_str(t, space, names().__module__, module_name));
  TRY(dict_set_str(t, space, names().__doc__, doc));
  Local<Tuple> bases(t, TRY(tuple_of(t, Value(&Exception))));
  Local<Type> empty(t, TRY(make_class(t, type_type, name, bases, space)));
  g_empty_type = empty.get();
  TRY(module_add(t, module, "Empty", empty));
  return module_add_type(t, module, kQueue, &g_queue_type);
}

}  // namespace

extern const ModuleDef queue_module_def;
const ModuleDef queue_module_def = {"_queue", "The C++ part of the module queue.", {}, {}, exec};

}  // namespace taipan
