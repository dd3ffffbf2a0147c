#include "jit/code/core_sync.h"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace taipan::jit {

namespace {
bool membarrier(int command) { return ::syscall(SYS_membarrier, command, 0, 0) == 0; }
}  // namespace

bool start_core_sync() {
  bool registered = membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE);
#if defined(__aarch64__)
  return registered;
#else
  (void)registered;
  return true;
#endif
}

void sync_cores() { membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE); }

}  // namespace taipan::jit
