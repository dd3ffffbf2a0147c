// TrialDeletion: which objects of a closed set are held only by each other. Works in place: internal edges
// are subtracted from the counts, what stays above zero is marked with all it reaches, then the counts
// are restored. The set is one thread's local objects, or all shared ones in a stopped world. Sticky
// objects have no count: they live if a root, a register or an object outside the set leads to them
// (Note [sticky-mark] in trial.cpp).
#pragma once
#include "runtime/memory/collector.h"
#include "runtime/memory/hooks.h"

namespace taipan {

enum class CollectKind { Local, Shared };
using Trash = GrowingStack<Object*>;

// Says kGcPinned of each member of a set, while this exists: no Python code runs meanwhile, and the gc byte
// of a shared object is written in stopped worlds only. Local: members that were published are not of
// the set any more.
class TrashBits {
 public:
  TrashBits(CollectKind kind, Trash& trash);
  ~TrashBits();
  TrashBits(const TrashBits&) = delete;

 private:
  void set(bool on);
  CollectKind kind_;
  Trash& trash_;
};

class TrialDeletion {
 public:
  TrialDeletion(Thread& t, CollectKind kind);

  // All members of the heap (Local: of this thread's) that are unreachable. False: no memory, and nothing
  // has changed.
  bool find(Trash& trash);
  // The same within `trash`, whose objects carry one count of the collector's: what has become reachable
  // again moves to `saved`, with that count.
  bool find_again(Trash& trash, Trash& saved);

 private:
  bool is_member(const Object* o) const;
  void subtract(Object* o);
  void restore(Object* o);
  bool mark_from(Object* o);
  void mark_registers();
  void mark_sticky_roots();
  void decide_again(Trash& trash, Trash& saved);
  void recount_sticky(Trash& trash);
  void note_sticky_live();
  bool drain();
  template <class F>
  void each(F f);
  class Edges;

  Thread& t_;
  CollectKind kind_;
  Trash* only_ = nullptr;  // find_again(): the set
  GrowingStack<Object*> work_;
  bool sticky_ = false;  // the set includes sticky objects
  bool failed_ = false;
};
bool sticky_reclaim();

// Clears the edges of pinned trash and gives the pins back. Returns how many objects there were.
ssize clear_trash(Thread& t, Trash& trash);

}  // namespace taipan
