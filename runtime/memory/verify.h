// The heap verifier: checks in a stopped world that no SHARED object refers to a local one, that states
// and counts are possible ones, and that local objects belong to the heap of one thread (R1).
// The audit (audit.cpp): each object has as many counted references as its count says. One too few frees it early;
// one that is nowhere to be found would not keep a sticky object.
#pragma once
#include "runtime/thread/thread.h"

namespace taipan {

struct HeapReport {
  usize objects = 0, shared = 0, edges = 0;
  usize bad = 0;               // violations
  const char* first = nullptr;  // the first one
  const void* where = nullptr;
  // The audit: objects with more counts than references found, and the first few of them.
  static constexpr usize kNamed = 8;
  usize unexplained = 0;
  struct {
    const Object* object;  // may be gone when the world runs again
    u32 counts;            // beyond the references found
    char type[40];
  } unknown[kNamed] = {};
};
// Both stop the world. Good at every safepoint.
HeapReport verify_heap(Thread& t);
HeapReport audit_counts(Thread& t);

}  // namespace taipan
