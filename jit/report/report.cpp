#include "jit/report/report.h"

#include "jit/report/gdb.h"
#include "jit/report/jitdump.h"

namespace taipan::jit {

static ReportSettings g_reports;
static const LineTable* g_lines;

void start_reports(const ReportSettings& settings) {
  g_reports = settings;
  if (settings.perf) g_reports.perf = start_jitdump(settings.perf_folder);
}

bool reports_wanted() { return g_reports.perf || g_reports.gdb; }

static void report(const CompiledCode& code) {
  if (g_reports.perf) dump_for_perf(code);
  if (g_reports.gdb) register_with_gdb(code);
}

void lines_of_next_code(const LineTable* lines) { g_lines = lines; }

void report_installed(const MachineCode& machine) {
  const Code* code = machine.code;
  report({"py::" + code->spec->qualname, code->spec->filename, code->firstlineno, machine.base, machine.size,
          g_lines != nullptr ? g_lines->lines() : std::vector<CodeLine>()});
}

void report_stubs(const u8* base, u32 size) {
  if (reports_wanted()) report({"taipan::jit::stubs", "", 0, base, size, {}});
}

void report_freed(const MachineCode& machine) {
  if (g_reports.gdb) unregister_with_gdb(machine.base);   // perf goes by time: what comes to lie there later is what it was then
}

}  // namespace taipan::jit
