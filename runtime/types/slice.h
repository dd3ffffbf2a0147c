// slice(start, stop, step): three immutable slots; and how a slice picks elements of a sequence.
// Filled while local to its constructor, never changed after: read without lock.
#pragma once
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

struct Slice : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::slice_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<> start, stop, step;  // None where not given
};

// Empty words mean None. All three are borrowed.
Result<Slice> slice_new(Thread& t, Value start, Value stop, Value step);

// The slice's bounds as machine integers, clamped; not yet fitted to a length. May run __index__.
// Errors: TypeError for other objects, ValueError for step 0.
struct SliceBounds {
  ssize start, stop, step;
};
Status slice_unpack(Thread& t, Slice* s, SliceBounds* out);
// Fits bounds to a sequence of n elements; gives the number of elements picked.
usize slice_fit(SliceBounds* bounds, usize n);
// slice.indices(): (start, stop, step) as a tuple of ints of any size.
Result<> slice_indices(Thread& t, Slice* s, Value length);
// Both: what get_item of a sequence needs. The length is asked after __index__ has run.
template <class Length>
inline Status slice_resolve(Thread& t, Slice* s, Length length, SliceBounds* out, usize* count) {
  if (slice_unpack(t, s, out).is_error()) return kError;
  *count = slice_fit(out, length());
  return kDone;
}

}  // namespace taipan
