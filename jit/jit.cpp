// Tier policy: when code gets hot, and what happens then.
#include "jit/jit.h"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "jit/background.h"
#include "jit/code/counters.h"
#include "jit/evictor.h"
#include "jit/report/report.h"
#include "jit/services.h"
#include "jit/t1/compile.h"
#include "runtime/memory/checkpoint.h"
#include "runtime/memory/stress.h"

namespace taipan::jit {

namespace {

// Calls count kHeatOfCall, back-edges 1 (loop.h).
constexpr i32 kHeatOfT1 = 500;
// What was hot once need not show it at length; what found no room waits for others to get cold.
constexpr i32 kHeatOfEvicted = kHeatOfT1 / 4;
constexpr i32 kHeatOfPostponed = kHeatOfT1;

Settings g_settings;
CodeCache* g_cache;

// One line an event: what, where, how much, how long, why not.
void log_code(const Code* code, const char* event, const std::string& rest) {
  std::fprintf(stderr, "jit: %s %s (%s:%u): %s\n", event, code->spec->qualname.c_str(), code->spec->filename.c_str(),
               code->firstlineno, rest.c_str());
}

void freed(const MachineCode& machine) {
  report_freed(machine);
  if (g_settings.log) log_code(machine.code, "freed", std::to_string(machine.size) + " bytes");
}

// What was evicted is waiting for a checkpoint.
void ask_for_checkpoint() {
  if (g_cache->wants_checkpoint()) demand_checkpoint();
}

void compile(Code* code) {
  auto begun = std::chrono::steady_clock::now();
  CompileResult made = compile_t1(code);
  std::chrono::duration<f64, std::micro> taken = std::chrono::steady_clock::now() - begun;
  if (made.why_never != nullptr) count(g_counters.declined);
  if (g_settings.log && made.why_never != nullptr) log_code(code, "declined", made.why_never);
  if (g_settings.log && made.bytes != 0) {
    log_code(code, "t1", std::to_string(code->size) + " instructions, " + std::to_string(made.bytes) + " bytes, " +
                             std::to_string(std::lround(taken.count())) + " us");
  }
  if (g_settings.log && made.bytes == 0 && made.why_never == nullptr && code->machine.load_acquire() == nullptr) {
    log_code(code, "postponed", "no room");
  }
  count(g_counters.nanoseconds, static_cast<u64>(taken.count() * 1000));
  note_compilation(code, made.why_never);
  ask_for_checkpoint();
}

// Forced tiers compile where they are called: what is compiled must not depend on the speed of another thread.
void hot(Thread&, Code* code) {
  if (g_stress.evict_us != 0) keep_evicting(*g_cache, g_stress.evict_us);
  if (g_cache->republish(code)) return;
  if (g_settings.mode == Mode::T1) {
    compile(code);
  } else {
    compile_in_background(code, &compile);
  }
}

}  // namespace

void start(const Settings& settings) {
  offer_listings();
  if (settings.mode == Mode::Off) return;
  g_settings = settings;
  start_reports(settings.reports);
  bool forced = settings.mode == Mode::T1;
  g_cache = start_t1(settings.memory_limit, {forced ? 1 : kHeatOfEvicted, kHeatOfPostponed});
  if (g_cache == nullptr) {
    if (forced) {   // falling back silently would be a failure
      std::fputs("taipan: -X jit=t1: no executable memory\n", stderr);
      std::_Exit(kDeclinedStatus);
    }
    std::fputs("taipan: no executable memory: running interpreted\n", stderr);
    return;
  }
  offer_services(settings.mode, &compile);
  if (reports_wanted()) g_code_events.installed = &report_installed;
  if (reports_wanted() || settings.log) g_code_events.freed = &freed;
  if (settings.log) {
    g_code_events.evicted = [](const MachineCode& m) { log_code(m.code, "evicted", std::to_string(m.size) + " bytes"); };
    g_code_events.republished = [](const MachineCode& m) { log_code(m.code, "republished", std::to_string(m.size) + " bytes"); };
  }
  g_tiers = {&hot, &run_t1};
  g_thread_scanned = [](Thread& x) { g_cache->note_frames(x); };
  g_initial_heat = forced ? 1 : kHeatOfT1;
}

}  // namespace taipan::jit
