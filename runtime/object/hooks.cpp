// What memory/ asks of objects: edges, destruction, finalisers, weak reference callbacks, its exceptions.
#include "runtime/memory/hooks.h"

#include "runtime/engine.h"
#include "runtime/memory/publish.h"
#include "runtime/memory/weak.h"
#include "runtime/object/call.h"
#include "runtime/object/class_build.h"
#include "runtime/object/error.h"
#include "runtime/object/instance.h"
#include "runtime/object/specials.h"
#include "runtime/object/startup_parts.h"
#include "runtime/thread/local.h"
#include "runtime/types/exceptions.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {
namespace {

void finalise(Thread& t, Object* o) {
  if (auto f = type_of(o).slots.finalise) f(t, Value(o));
}

void weak_callback(Thread& t, Object* o) {
  auto* w = static_cast<WeakRefObject*>(o);
  Local<> callback(t, w->callback.load(w));
  if (callback.is_empty()) return;
  Value saved = t.exc;  // runs between instructions
  t.exc = Value::empty();
  Result<> r = call(t, callback, Value(o));
  if (r.is_error()) {
    write_unraisable(t, "Exception ignored while calling weakref callback", callback);
  } else {
    drop(r);
  }
  t.exc = saved;
}

std::string_view class_name(const Type& type) {
  const Str* name = type.name.borrow();
  if (name == nullptr || !name->is_ascii()) return "object";
  return {reinterpret_cast<const char*>(name->data()), name->length()};
}

// No memory to make a MemoryError: one is kept ready. Its fields are those of whoever got it last.
Value g_memory_error;

void raise_memory(Thread& t) {
  if (error_pending(t)) return;
  if (g_memory_error.is_empty()) fatal("out of memory at start");
  Value old = t.exc;
  t.exc = take_word(g_memory_error);
  drop(old);
}

void raise_recursion(Thread& t, const char* while_doing) {
  // The message needs some stack: the limit leaves room (Thread::machine_stack_limit), the depth is lifted.
  char* limit = t.machine_stack_limit;
  i32 depth_limit = t.recursion_limit;
  t.machine_stack_limit = limit - 64 * 1024;
  t.recursion_limit += 50;
  (void)raise(t, RecursionError, "maximum recursion depth exceeded{}", while_doing);
  t.machine_stack_limit = limit;
  t.recursion_limit = depth_limit;
}

// What the interpreter keeps outside the VM stack (running generators).
void visit_registers(Thread& t, RegisterVisitor& v) {
  if (!g_engine.visit_thread) return;
  class Adapter final : public EdgeVisitor {
   public:
    explicit Adapter(RegisterVisitor& v) : v_(v) {}
    void slot(SlotBase&) override {}  // counted: nothing to scan
    void words(Value* first, usize n) override { v_.registers(first, n); }

   private:
    RegisterVisitor& v_;
  } adapter(v);
  g_engine.visit_thread(t, adapter);
}

// PyThreadState_SetAsyncExc: a class, or an instance.
void raise_async(Thread& t, Value exception) {
  if (is_a<Type>(exception)) {
    (void)raise_none(t, *exception.as<Type>());
  } else {
    (void)raise_object(t, exception);
  }
}

}  // namespace

void install_memory_hooks() {
  register_weak_table([](ObjectFunction f, void* data) {
    struct Call {
      ObjectFunction f;
      void* data;
    } call{f, data};
    intern_table_visit([](Str* s, void* c) { static_cast<Call*>(c)->f(s, static_cast<Call*>(c)->data); },
                       &call);
  });
  g_memory_hooks.visit_registers = visit_registers;
  g_memory_hooks.raise_async = raise_async;
  g_memory_hooks.visit = object_visit;
  g_memory_hooks.destroy = object_destroy;
  g_memory_hooks.move_storage = move_storage;
  g_memory_hooks.finalise = finalise;
  g_memory_hooks.weak_callback = weak_callback;
  g_memory_hooks.type_name = [](const Object* o) { return class_name(type_of(o)); };
  g_memory_hooks.unraisable = [](Thread& t, Object* o) { write_unraisable(t, nullptr, o ? Value(o) : Value::empty()); };
  g_memory_hooks.raise_memory_error = raise_memory;
  g_memory_hooks.raise_recursion_error = raise_recursion;
}

Status prepare_memory_error(Thread& t) {
  Local<BaseException> e(t, TRY(exception_new(t, MemoryError, empty_tuple())));
  make_immortal(e.get());
  g_memory_error = e.value();
  return kDone;
}

}  // namespace taipan
