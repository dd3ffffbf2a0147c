// Which tools are told of machine code.
// What -X perf_jit and -X jit-gdb say.
#pragma once
#include <string>

#include "runtime/base/types.h"

namespace taipan::jit {

struct ReportSettings {
  bool perf = false;
  std::string perf_folder;   // of jit-PID.dump; empty: $JITDUMPDIR, else /tmp
  bool gdb = false;
};

}  // namespace taipan::jit
