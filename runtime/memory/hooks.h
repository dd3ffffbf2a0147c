// What memory/ and thread/ ask of the layers above: types (object/), the interpreter's registers, Python
// level reports. Filled in at start; unit tests fill in tiny types of their own.
// Each has a default that does nothing, so that the memory system runs without the layers.
#pragma once
#include <string_view>

#include "runtime/memory/visit.h"
#include "runtime/thread/thread.h"

namespace taipan {

// Words in register form: scanned as roots and for KEEP.
class RegisterVisitor {
 public:
  virtual void registers(Value* first, usize n) = 0;

 protected:
  ~RegisterVisitor() = default;
};

struct MemoryHooks {
  // All counted edges of o. Also called on shared objects that others are changing, with o's lock held
  // (expansion): reads what a lock-free reader may read, and never waits for a lock.
  void (*visit)(Object* o, EdgeVisitor& v);
  // Drops the edges (drop_edges()), frees what o owns beside them, then its storage by free_object().
  // Nobody else reaches o: buffers are freed, not retired. Runs no Python code.
  void (*destroy)(Thread& t, Object* o);
  // Puts the storage that o owns beside itself (items, table, bytes) somewhere else, where the rules allow
  // another thread or a finaliser to do so at a safepoint: raw pointers into it are no longer good (R4).
  void (*move_storage)(Thread& t, Object* o);
  // Runs the finaliser of a live object (count >= 1, kFinalised set). Python code may run and raise.
  void (*finalise)(Thread& t, Object* o);
  // Runs the callback of a weak reference whose referent is dead.
  void (*weak_callback)(Thread& t, Object* weak_reference);
  // The name of o's class if that is ASCII, for reports on the standard error stream.
  std::string_view (*type_name)(const Object* o);
  // Reports and clears t.exc ("Exception ignored in ..."); o is what was being done, or null.
  void (*unraisable)(Thread& t, Object* o);
  // Beside the VM stack: registers of running generators and what else the interpreter keeps (S1).
  void (*visit_registers)(Thread& t, RegisterVisitor& v);
  void (*raise_memory_error)(Thread& t);
  void (*raise_recursion_error)(Thread& t, const char* while_doing);
  // Raises what another thread sent (set_async_exception): a class or an instance, borrowed.
  void (*raise_async)(Thread& t, Value exception);
  // Traces and requests: the poll reasons that may run Python code. False: an exception is pending.
  bool (*handle_polls)(Thread& t, u32 reasons);
  // The interpreter's per-thread state: made at thread_enter, freed at thread_exit. False: no memory.
  bool (*thread_started)(Thread& t);
  void (*thread_ended)(Thread& t);
  // In the child of a fork that goes on with Python code, before any runs.
  void (*forked)(Thread& t);
};
extern MemoryHooks g_memory_hooks;

// Empties every slot that `visit` yields and drops what was in it. For destroy functions.
void drop_edges(Object* o, void (*visit)(Object*, EdgeVisitor&));

}  // namespace taipan
