// The heap verifier: checks in a stopped world that no SHARED object refers to a local one, that states
// and counts are possible ones, and that local objects belong to the heap of one thread (R1).
#pragma once
#include "runtime/thread/thread.h"

namespace taipan {

struct HeapReport {
  usize objects = 0, shared = 0, edges = 0;
  usize bad = 0;               // violations
  const char* first = nullptr;  // the first one
  const void* where = nullptr;
};
// Stops the world. `check_counts`: also compares each local object's count with what is found (its
// registers' words included), which holds between instructions.
HeapReport verify_heap(Thread& t);

}  // namespace taipan
