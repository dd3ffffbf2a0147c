#include "runtime/object/memory_hooks.h"

#include "runtime/engine.h"
#include "runtime/memory/publish.h"
#include "runtime/memory/weak.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/type.h"
#include "runtime/thread/local.h"

namespace taipan {
namespace {

GlobalRoot g_last_memory_error("last MemoryError");

void visit(Object* o, EdgeVisitor& v) {
  if (auto f = type_of(o).slots.visit) f(o, v);
}

void destroy(Thread&, Object* o) {
  const TypeSlots& s = type_of(o).slots;
  if (s.destroy) return s.destroy(o);
  if (s.visit) drop_edges(o, s.visit);
  free_object(o, object_size(o));
}

void finalise(Thread& t, Object* o) {
  if (auto f = type_of(o).slots.finalise) f(t, Value(o));
}

void weak_callback(Thread& t, Object* o) {
  auto* w = static_cast<WeakRefObject*>(o);
  Local<> callback(t, w->callback.load(w));
  if (callback.is_empty()) return;
  Value argument(o);
  Result<> r = call(t, callback.value(), &argument, 1);
  if (!r.is_error()) drop(r);
}

void unraisable(Thread& t, Object* o) {
  write_unraisable(t, "Exception ignored while calling deallocator", o ? Value(o) : Value::empty());
}

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

void memory_error(Thread& t) {
  static thread_local bool raising = false;
  if (!raising) {
    raising = true;
    (void)raise_none(t, MemoryError);
    raising = false;
    if (!t.exc.is_empty()) return;
  }
  if (!t.exc.is_empty()) return;
  // Raising needed memory too: the instance made at start-up.
  t.exc = take_word(g_last_memory_error.borrow());
}

void raise_async(Thread& t, Value exception) {
  if (is_a<Type>(exception)) {
    (void)raise_none(t, *exception.as<Type>());
  } else {
    (void)raise_object(t, exception);
  }
}

void recursion_error(Thread& t, const char* while_doing) {
  // Raising calls Python-level machinery: let it go a little deeper than the limit.
  t.recursion_limit += 50;
  (void)raise(t, RecursionError, "maximum recursion depth exceeded{}", while_doing);
  t.recursion_limit -= 50;
}

}  // namespace

void install_memory_hooks() {
  MemoryHooks& h = g_memory_hooks;
  h.visit = visit;
  h.destroy = destroy;
  h.finalise = finalise;
  h.weak_callback = weak_callback;
  h.unraisable = unraisable;
  h.visit_registers = visit_registers;
  h.raise_memory_error = memory_error;
  h.raise_async = raise_async;
  h.raise_recursion_error = recursion_error;
}

void set_last_memory_error(Thread& t, Value exception) { g_last_memory_error.set(t, exception); }

}  // namespace taipan
