// The JIT's switch: what -X jit= says.
#pragma once
#include "jit/report/settings.h"

namespace taipan::jit {

enum class Mode : u8 { Off, T1, Auto };

// Before the first code object is made. Where executable memory is denied the program runs interpreted, with one notice
// on standard error.
// log: one line an event on standard error (-X jit-log). reports: for perf (-X perf_jit) and gdb (-X jit-gdb).
struct Settings {
  Mode mode = Mode::Off;
  u64 memory_limit = 0;  // bytes of machine code at most
  bool log = false;
  ReportSettings reports;
};
void start(const Settings& settings);

}  // namespace taipan::jit
