// Tier policy: when code gets hot, and what happens then.
#include "jit/jit.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <string>

#include "jit/background.h"
#include "jit/t1/compile.h"

namespace taipan::jit {

namespace {

// Calls count kCallHeat, back-edges 1 (loop.h).
constexpr i32 kHeatOfT1 = 500;

Settings g_settings;

// One line an event: what, where, how much, how long, why not.
void log_compilation(const Code* code, const char* why, f64 microseconds) {
  const std::string& name = code->spec->qualname; const std::string& file = code->spec->filename;
  if (why != nullptr) {
    std::fprintf(stderr, "jit: declined %s (%s:%u): %s\n", name.c_str(), file.c_str(), code->firstlineno, why);
    return;
  }
  u32 bytes = code->machine.load_acquire()->size;
  std::fprintf(stderr, "jit: t1 %s (%s:%u): %u instructions, %u bytes, %.0f us\n", name.c_str(), file.c_str(),
               code->firstlineno, code->size, bytes, microseconds);
}

// perf's own format: address, size, name.
void map_for_perf(const Code* code) {
  static FILE* const map = [] {
    std::string path = "/tmp/perf-" + std::to_string(::getpid()) + ".map";
    return std::fopen(path.c_str(), "we");
  }();
  if (map == nullptr) return;
  const MachineCode* machine = code->machine.load_acquire();
  std::fprintf(map, "%lx %x py::%s:%s\n", reinterpret_cast<u64>(machine->base), machine->size, code->spec->qualname.c_str(),
               code->spec->filename.c_str());
  std::fflush(map);
}

void compile(Code* code) {
  auto begun = std::chrono::steady_clock::now();
  const char* why = compile_t1(code);
  std::chrono::duration<f64, std::micro> taken = std::chrono::steady_clock::now() - begun;
  if (g_settings.log) log_compilation(code, why, taken.count());
  if (g_settings.perf_map && why == nullptr) map_for_perf(code);
}

// Forced tiers compile where they are called: what is compiled must not depend on the speed of another thread.
void hot(Thread&, Code* code) {
  if (g_settings.mode == Mode::T1) {
    compile(code);
  } else {
    compile_in_background(code, &compile);
  }
}

}  // namespace

void start(const Settings& settings) {
  if (settings.mode == Mode::Off) return;
  g_settings = settings;
  if (!start_t1(settings.memory_limit)) {
    std::fputs("taipan: no executable memory: running interpreted\n", stderr);
    return;
  }
  g_tiers = {&hot, &run_t1};
  g_initial_heat = settings.mode == Mode::T1 ? 1 : kHeatOfT1;
}

}  // namespace taipan::jit
