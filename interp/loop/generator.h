// Generators, coroutines and async generators: objects whose registers live in the heap and run in place.
// Creation, resumption, yield, finish: interpreter.md C10. All three kinds share one layout.
#pragma once
#include "interp/loop/loop.h"
#include "interp/loop/watch.h"
#include "runtime/memory/thread_memory.h"
#include "runtime/memory/visit.h"
#include "runtime/thread/local.h"
#include "runtime/thread/safepoint.h"
#include "runtime/types/str.h"

namespace taipan {

enum class GeneratorState : u8 { Created, Suspended, Running, Finished };

struct Generator : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::generator_;
  static constexpr u32 kSubclassFlag = 0;
  Atomic<GeneratorState> state;
  bool handled_inherited;      // while running: t.handled is the resumer's
  bool async_running;          // async generator: an asend or athrow is under way
  bool async_closed;
  bool hooks_done;             // async generator: firstiter hook has been called
  Code* code;
  Slot<> name, qualname;       // empty: the code's
  Slot<> finaliser;            // async generator: hook
  Slot<> origin;               // cr_origin
  Value handled;               // own handled exception while suspended: counted word
  Value resumer_handled;       // while running
  Generator* previous_running; // this thread's list of running generators
  Value header[kWindowHeader];
  Value* registers() { return header + kWindowHeader; }
  const Value* registers() const { return header + kWindowHeader; }
};

inline Value qualname_of(const Generator* g) {
  return g->qualname.is_empty() ? Value(g->code->qualname) : g->qualname.borrow();
}
inline Generator* generator_of(Value* fp) {
  return reinterpret_cast<Generator*>(reinterpret_cast<char*>(fp) - sizeof(Generator));
}
inline bool generator_is_running(Value* fp) {
  return generator_of(fp)->state.load_relaxed() == GeneratorState::Running;
}
inline bool is_generator_object(Value v) {
  if (!v.is_ref()) return false;
  u32 shape = v.object()->shape.load_relaxed();
  return shape == shape_id(BuiltinShape::generator_) || shape == shape_id(BuiltinShape::coroutine_);
}

struct AttributeTable;

// Nothing is left to do at its end: the object dies without asking its finaliser.
inline void mark_finalised(Object* o) {
  if (o->is_shared()) {
    o->flags.fetch_or_relaxed(kFinalised);
  } else {
    o->flags.store_relaxed(o->flags.load_relaxed() | kFinalised);
  }
}

// What the interpreter keeps per thread.
struct ThreadEngine {
  Generator* running = nullptr;  // innermost first
  bool finished = false;         // the generator that was last resumed from C++ has returned, not yielded: its state may
                                 // be another thread's doing by now
  Ref<> async_firstiter, async_finaliser;  // sys.set_asyncgen_hooks
  i32 origin_depth = 0;                    // frames a new coroutine records in cr_origin
  AttributeTable* attributes = nullptr;    // made at the first use
  WatchState watch;                        // settrace(), setprofile()
  f64 floats[8] = {};                      // what compiled code hands to C++ (jit/t1/baseline_float.h)
};

// Registers of a suspended generator are edges: deferred words become counted (R17). Immortals keep their tag.
void count_registers(Generator* g);
// Not while nothing can be deferred but immortals.
inline bool must_count_registers() { return g_multi_threaded.load_relaxed() || g_birth_flags != 0; }

// The generator object for a call of f whose bound arguments are in the window before `args`.
// The words move out of the window.
Result<> make_generator(Thread& t, Function* f, Code* code, Value* args);

// FOR_ITER or SEND of frame fp resumes g with `sent` (owned). Next or Jump: g was finished already.
Outcome resume_in_loop(Thread& t, Value* fp, Generator* g, Value sent);
// The resumer t.fp stands at FOR_ITER or SEND: the generator has ended with `result`, an owned word. Enter.
Outcome deliver_end(Thread& t, Value result);
Outcome finish_generator(Thread& t, Value* fp, u32 b, Value* exit_value);
// The exception that leaves a generator's frame: finishes it, turns StopIteration into RuntimeError.
// Enter: go on unwinding in t.fp. Exit: it was resumed from C++.
Outcome unwind_generator(Thread& t, Value* fp);

// From C++. Yielded values and results are told apart by ThreadEngine::finished.
// sent is owned; error with the exception pending.
Result<> generator_resume(Thread& t, Generator* g, Value sent);
// send(), throw(), close() as Python has them: the result of a finished generator becomes StopIteration.
Result<> generator_send(Thread& t, Generator* g, Value v);
Result<> generator_throw(Thread& t, Generator* g, Value type, Value value, Value traceback);
Result<> generator_close(Thread& t, Generator* g);
// The slot: absent() at the end, whatever was returned.
Result<> generator_next(Thread& t, Value self);
// The object that a suspended g delegates to (yield from, await), owned; absent().
Result<> generator_delegate(Thread& t, Generator* g);
bool generator_delegates(Generator* g);

void generator_visit(Object* self, EdgeVisitor& visit);
void generator_destroy(Object* self);
usize generator_size(const Object* self);
void visit_running_generators(Thread& t, EdgeVisitor& visit);

}  // namespace taipan
