#include "runtime/types/repr_guard.h"

namespace taipan {

static thread_local ReprGuard* t_innermost = nullptr;

ReprGuard::ReprGuard(const Object* o) : object_(o), outer_(t_innermost), entered_(true) {
  for (ReprGuard* g = outer_; g != nullptr; g = g->outer_) {
    if (g->object_ == o) {
      entered_ = false;
      break;
    }
  }
  t_innermost = this;
}

ReprGuard::~ReprGuard() { t_innermost = outer_; }

}  // namespace taipan
