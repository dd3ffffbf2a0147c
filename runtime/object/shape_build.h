// Shapes that only instance.cpp asks for: dictionary mode, and other classes' storage.
// See instance.h for the layout and the caches' interface.
// All are null with MemoryError pending.
#pragma once
#include "runtime/object/error.h"
#include "runtime/object/instance.h"

namespace taipan {

Shape* dictionary_shape(Thread& t, Shape* s);
Shape* foreign_root(Thread& t, Type& cls, const Shape* like);

}  // namespace taipan
