// Waiting for descriptors: a deadline as poll() takes it, and a call repeated until it is not interrupted.
// A signal's handlers run in between; what they raise ends the wait (PEP 475).
// For calls that merely may be interrupted there is retry() in posix/posix.h.
#pragma once
#include <algorithm>
#include <cerrno>
#include <climits>

#include "runtime/object/error.h"
#include "runtime/thread/futex.h"
#include "runtime/thread/safepoint.h"

namespace taipan {

// Milliseconds until the deadline on the monotonic clock, rounded up; -1: for ever (a negative deadline).
inline int left_ms(i64 deadline) {
  if (deadline < 0) return -1;
  i64 left = deadline - monotonic_ns();
  if (left <= 0) return 0;
  return static_cast<int>(std::min<i64>((left + 999999) / 1000000, INT_MAX));
}

// Calls wait(milliseconds) detached until it is not interrupted; OSError for other failures.
template <class F>
Result<int> waiting(Thread& t, i64 deadline, F wait) {
  TRY(prepare_to_block(t));
  while (true) {
    int r, failed;
    {
      Detached away(t);
      r = wait(left_ms(deadline));
      failed = errno;
    }
    if (r >= 0) return r;
    if (failed != EINTR) return (void)raise_os_error(t, failed), kError;
    TRY(safepoint(t));
  }
}

}  // namespace taipan
