// taipan: the program. Options are in options.cpp, start-up and shutdown in run.cpp.
#include <unistd.h>

#include <cstdio>

#include "interp/cli/run.h"
#include "jit/jit.h"
#include "runtime/config.h"

#ifdef TAIPAN_WRITES_PROFILE
extern "C" void __gcov_dump(void);  // what GCC's exit handler would do
#endif

int main(int argc, char** argv) {
  taipan::Options options;
  if (!taipan::parse_options(argc, argv, &options)) return options.error_code;
  switch (options.mode) {
    case taipan::RunMode::Version: std::puts("Python 3.15.0 (Taipan)"); return 0;
    case taipan::RunMode::Help:
      std::printf("usage: %s [option] ... [-c cmd | -m mod | file | -] [arg] ...\n"
                  "Options as CPython's; -X gil=1 runs with one global lock. See README.md.\n", argv[0]);
      return 0;
    default: break;
  }
#ifdef TAIPAN_JIT
  const taipan::Config& config = taipan::g_config;
  taipan::jit::start({static_cast<taipan::jit::Mode>(config.jit), config.jit_memory, config.jit_log,
                      {config.perf, config.perf_folder, config.jit_gdb}});
#endif
  int code = taipan::run_main(options);
  std::fflush(nullptr);
#ifdef TAIPAN_WRITES_PROFILE
  __gcov_dump();
#endif
  _exit(code & 0xFF);
}
