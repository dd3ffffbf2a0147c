// ReprGuard: notices that an object's repr() is asked for while it is being made: [...].
// A linked list through the machine stack, one per native thread; no allocation, no lookup table.
#pragma once
#include "runtime/memory/object.h"

namespace taipan {

class ReprGuard {
 public:
  explicit ReprGuard(const Object* o);
  ~ReprGuard();
  ReprGuard(const ReprGuard&) = delete;
  bool entered() const { return entered_; }  // false: an outer repr of this object is under way

 private:
  const Object* object_;
  ReprGuard* outer_;
  bool entered_;
};

}  // namespace taipan
