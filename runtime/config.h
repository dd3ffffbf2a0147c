// Config: what the command line and the environment decided, before the first object exists.
// Filled by the program (interp/cli), read by sys, importlib's start and the hash key; constant afterwards.
#pragma once
#include <cstdlib>
#include <string>
#include <vector>

#include "runtime/base/types.h"

namespace taipan {

struct Config {
  // sys.flags, in its order
  int debug = 0, inspect = 0, interactive = 0, optimize = 0, dont_write_bytecode = 0, no_user_site = 0;
  int no_site = 0, ignore_environment = 0, verbose = 0, bytes_warning = 0, quiet = 0;
  int hash_randomization = 1, isolated = 0;
  bool dev_mode = false;
  int utf8_mode = 1;
  int warn_default_encoding = 0;
  int lazy_imports = -1;  // 1 all, 0 only those that say so, -1 not given
  bool safe_path = false;
  int int_max_str_digits = 4300;
  bool gil = false;               // -X gil=1
  bool gil_given = false;         // by an option or the environment
  bool unbuffered = false;        // -u
  int cpu_count = -1;             // -X cpu_count, PYTHON_CPU_COUNT; -1: as many as there are
  bool stats = false;             // -X stats
  int jit = 2;                    // -X jit=off|t1|auto: 0, 1, 2; nothing in a build without JIT
  bool jit_log = false;           // -X jit-log
  bool perf = false;              // -X perf, -X perf_jit: jit-PID.dump tells perf of machine code
  std::string perf_folder;        // -X perf_jit=FOLDER
  bool jit_gdb = false;           // -X jit-gdb: gdb's JIT interface
  u64 jit_memory = u64{256} << 20;  // -X jit-memory=MiB (64K: KiB): bytes of machine code at most

  std::string executable;         // absolute path of the program, or empty
  std::string prefix;             // its parent's parent folder
  std::string stdlib;             // folder of the library
  std::string pycache_prefix;     // PYTHONPYCACHEPREFIX, or empty
  std::vector<std::string> orig_argv, argv;  // undecoded
  std::vector<std::string> path;             // sys.path at start
  std::vector<std::string> warn_options;
  std::vector<std::pair<std::string, std::string>> x_options;  // value empty: True
};
extern Config g_config;

// The value of an environment variable that configures the runtime; null if unset, empty or to be ignored (-E, -I).
inline const char* environment_variable(const char* name) {
  const char* v = g_config.ignore_environment ? nullptr : std::getenv(name);
  return v != nullptr && *v != '\0' ? v : nullptr;
}

// sys.implementation.cache_tag
#define TP_CACHE_TAG "taipan-315"

}  // namespace taipan
