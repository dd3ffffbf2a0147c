// os.stat_result from the system's struct, for stat() and DirEntry.
#pragma once
#include <sys/stat.h>

#include "runtime/modules/posix/posix.h"
#include "runtime/types/tuple.h"

namespace taipan {
Result<Tuple> stat_result(Thread& t, const struct stat& st);
}  // namespace taipan
