// EdgeVisitor: how publication, the cycle collector and the verifier walk an object's references.
// Every type that holds references has exactly one visit function (TypeSlots::visit).
#pragma once
#include "runtime/memory/slot.h"

namespace taipan {

class EdgeVisitor {
 public:
  virtual void slot(SlotBase& s) = 0;
  // Words that are in register form though they live in the heap: a generator's registers, a code
  // object's constants. Deferred tags are masked by the visitor.
  virtual void words(Value* first, usize n) = 0;

  template <class... S>
  void operator()(S&... slots) {
    (slot(slots), ...);
  }
  void slots(SlotBase* first, usize n) {
    for (usize i = 0; i < n; ++i) slot(first[i]);
  }
  // As CPython destroys the items of lists and tuples.
  void slots_from_end(SlotBase* first, usize n) {
    for (usize i = n; i-- > 0;) slot(first[i]);
  }

 protected:
  ~EdgeVisitor() = default;
};

}  // namespace taipan
