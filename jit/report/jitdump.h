// jit-PID.dump for perf (tools/perf/Documentation/jitdump-specification.txt in Linux): code, names and lines.
//   perf record -k 1 taipan -X perf_jit ...;  perf inject --jit -i perf.data -o perf.jit.data;  perf report -i perf.jit.data
#pragma once
#include "jit/report/lines.h"

namespace taipan::jit {

// Opens the file in `folder` (empty: $JITDUMPDIR, else /tmp). False, with a notice: that cannot be done.
bool start_jitdump(const std::string& folder);
void dump_for_perf(const CompiledCode& code);

}  // namespace taipan::jit
