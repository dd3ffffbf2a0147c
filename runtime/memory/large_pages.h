// Large pages for blocks that are searched all over: most of the time of a lookup in a big table is the translation of
// two addresses.
#pragma once
#include <sys/mman.h>

#include "runtime/base/types.h"

namespace taipan {

// Of a block whose n bytes are all about to be written. Only a hint; what is not a whole large page stays as it is.
inline void prefer_large_pages(void* p, usize n) {
#ifdef MADV_HUGEPAGE
  constexpr usize kLargePage = usize{2} << 20;
  if (n < 2 * kLargePage) return;
  usize first = (reinterpret_cast<usize>(p) + kLargePage - 1) & ~(kLargePage - 1);
  usize end = (reinterpret_cast<usize>(p) + n) & ~(kLargePage - 1);
  if (end > first) madvise(reinterpret_cast<void*>(first), end - first, MADV_HUGEPAGE);
#endif
}

}  // namespace taipan
