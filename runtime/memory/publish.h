// Publication (I3): marks an object and all that it reaches SHARED, before others can see it.
// publish_for_store(), inside Slot::store, is no safepoint; publish() is one, for operations that
// store into a shared object: call it first, with the value in a scanned register.
#pragma once
#include "runtime/memory/visit.h"
#include "runtime/thread/thread.h"

namespace taipan {

// v stays held by a Local or register of the caller. Answers scan requests while it walks.
void publish(Thread& t, Value v);
// Flags every object of this thread's own heap SHARED, without a walk (R19, R26).
void publish_whole_heap(Thread& t);

// For operations with a shared owner.
inline void publish_for_owner(Thread& t, const Object* owner, Value v) {
  if (owner->is_shared() && v.is_ref() && !v.object()->is_shared()) publish(t, v);
}

// C++ references of the whole process (R18): published when the first second thread starts, roots of
// every collection. Register once, at start-up; a root is never removed.
class GlobalRoot : public SlotBase {
 public:
  explicit GlobalRoot(const char* name);
  // Replaces the value; publishes it if threads have been prepared for.
  void set(Thread& t, Value borrowed);
  GlobalRoot* next() const { return next_; }
  const char* name() const { return name_; }

 private:
  const char* name_;
  GlobalRoot* next_;
};
GlobalRoot* global_roots();
// Tables of references that are not GlobalRoots (intern table, codec registry): walked the same way.
void register_root_table(void (*visit)(EdgeVisitor& v));
// Tables of uncounted pointers through which every thread finds objects (the intern table): what is in
// them when the first second thread starts becomes shared, though nothing here keeps it alive.
using ObjectFunction = void (*)(Object* o, void* data);
void register_weak_table(void (*visit)(ObjectFunction f, void* data));
void visit_global_roots(EdgeVisitor& v);
void visit_refs(EdgeVisitor& v);  // what thread/local.h's Refs hold; world stopped

}  // namespace taipan
