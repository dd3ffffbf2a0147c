// The heap verifier: checks in a stopped world that no SHARED object refers to a local one, that states
// and counts are possible ones, and that local objects belong to the heap of one thread (R1).
// The audit: no object has more counted references than its count says (a reference too few frees it early).
#pragma once
#include "runtime/thread/thread.h"

namespace taipan {

struct HeapReport {
  usize objects = 0, shared = 0, edges = 0;
  usize bad = 0;               // violations
  const char* first = nullptr;  // the first one
  const void* where = nullptr;
};
// Both stop the world. Good at every safepoint. References from C++ are not found: a count may be larger.
HeapReport verify_heap(Thread& t);
HeapReport audit_counts(Thread& t);

}  // namespace taipan
