// The JIT's switch: what -X jit= says.
#pragma once
#include "runtime/base/types.h"

namespace taipan::jit {

enum class Mode : u8 { Off, T1, Auto };

// Before the first code object is made. Where executable memory is denied the program runs interpreted, with one notice
// on standard error.
// log: one line an event on standard error (-X jit-log). perf_map: /tmp/perf-PID.map names what is compiled (-X perf).
struct Settings {
  Mode mode = Mode::Off;
  u64 memory_limit = 0;  // bytes of machine code at most
  bool log = false;
  bool perf_map = false;
};
void start(const Settings& settings);

}  // namespace taipan::jit
