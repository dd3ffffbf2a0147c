// Weak references: WeakCtl, one small block per weakly referenced object, found through 64 locked shards
// keyed by the object's address; WeakRefObject, the base of Python's weakref objects.
// Protocol: ownership_protocol.md, section 2 (ctl), Weak dereference, R7, R9.
#pragma once
#include "runtime/memory/slot.h"
#include "runtime/thread/thread.h"

namespace taipan {

struct WeakRefObject;

// Not a heap object: counted by those who hold it, freed when the last lets go.
struct WeakCtl {
  Atomic<Object*> obj;          // null once the referent dies; written under the shard's lock
  Atomic<u32> holders;
  WeakCtl* next = nullptr;      // shard's chain, under its lock
  Object* key = nullptr;
  WeakRefObject* first = nullptr;  // newest first, under the shard's lock
};

// Python's weakref objects derive from this. The type's visit yields `callback`, never the referent;
// its destroy calls weak_unlink() first.
struct WeakRefObject : Object {
  WeakCtl* ctl;
  WeakRefObject* next;   // the ctl's list, under the shard's lock
  WeakRefObject* prev;
  Slot<> callback;
  u64 hash;              // of the referent, computed once; 0: not yet
  u8 linked;             // in the ctl's list

  // Without a count: for identity tests, and for publication.
  Object* referent() const { return ctl ? ctl->obj.load_acquire() : nullptr; }
};

// The ctl of o, made if need be, with one more holder. Null when memory is exhausted (nothing raised).
WeakCtl* weak_ctl_of(Thread& t, Object* o);
void weak_ctl_release(WeakCtl* ctl);

// Dereference (R7): an owned register word, or absent() when the referent is dead or dying.
Result<> weak_get(WeakCtl* ctl);
// The same for a bare pointer from a table of uncounted words (intern table): o was read since the last
// safepoint from a place that o's death clears (R9).
Result<> weak_get_object(Object* o);

// Ties a fresh weak reference (local, callback set) to its referent. If the referent is shared, so is
// the reference from here on, and its callback is published. False: no memory, nothing done.
bool weak_link(Thread& t, WeakRefObject* w, Object* referent);
// The weak reference dies: leaves the list and gives its ctl up.
void weak_unlink(WeakRefObject* w);
// An existing live weak reference to o without callback and of exactly this shape, owned; or absent().
Result<> weak_find_plain(Object* o, u32 shape);

// All weak references to o that are alive, newest first, each as an owned word. f must not lock.
usize weak_count(Object* o);
void weak_visit(Object* o, void (*f)(Object* w, void* data), void* data);  // uncounted; o local or stopped
usize weak_references(Object* o, Value* owned, usize n);  // up to n owned words; returns how many

// o dies: clears its references, queues callbacks on t.pending. Called by destruction and the collector.
void weak_clear(Thread& t, Object* o);

// The collector's form: o is trash (kGcPinned). Callbacks of references that are trash too are not run.
// `only_with_callbacks`: does nothing unless some reference has a callback to run.
void weak_clear_trash(Thread& t, Object* o, bool only_with_callbacks);

// Fork: all shard locks.
void weak_lock_all();
void weak_unlock_all(bool in_child);

}  // namespace taipan
