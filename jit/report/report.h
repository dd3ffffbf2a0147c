// Tells tools outside of this process what machine code there is: perf (jitdump), gdb (its JIT interface).
// Started before anything is compiled; then the cache tells (CodeEvents), under its lock.
#pragma once
#include "jit/code/machine_code.h"
#include "jit/report/lines.h"
#include "jit/report/settings.h"

namespace taipan::jit {

void start_reports(const ReportSettings& settings);
// Is anything to be reported? Then compilations keep a LineTable.
bool reports_wanted();
// Of the code that is installed next; null: none. Under the compiler's lock.
void lines_of_next_code(const LineTable* lines);
void report_stubs(const u8* base, u32 size);
void report_installed(const MachineCode& machine);
// Nobody runs it any more.
void report_freed(const MachineCode& machine);

}  // namespace taipan::jit
