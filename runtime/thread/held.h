// HeldEdges: counted references that C++ code keeps outside the heap and the VM stack across safepoints (a private copy
// of a table). While it exists the collector's marks and the audit of counts see them. Strictly LIFO, as Local.
// Also what run_pending() is about to finalise is kept visible this way (memory/pending.cpp).
#pragma once
#include "runtime/memory/visit.h"
#include "runtime/thread/thread.h"

namespace taipan {

class HeldEdges {
 public:
  // visit yields the references of `what`, as a type's visit does. World stopped, or this thread's collection.
  HeldEdges(Thread& t, void* what, void (*visit)(void* what, EdgeVisitor& v));
  ~HeldEdges();
  HeldEdges(const HeldEdges&) = delete;

  const HeldEdges* next() const { return next_; }
  void visit(EdgeVisitor& v) const { visit_(what_, v); }

 private:
  Thread& t_;
  void* what_;
  void (*visit_)(void*, EdgeVisitor&);
  HeldEdges* next_;
};

}  // namespace taipan
