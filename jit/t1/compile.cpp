// T1 for the machine this runs on: stubs, compiling, entering.
#include "jit/t1/compile.h"

#include <pthread.h>

#include <optional>

#include "interp/loop/helpers_inline.h"
#include "jit/code/core_sync.h"
#include "jit/code/counters.h"
#include "jit/host_masm.h"
#include "jit/report/report.h"
#include "jit/t1/baseline_emit.h"
#include "jit/t1/stubs.h"
#include "runtime/memory/hooks.h"

namespace taipan::jit {

namespace {

CodeCache* g_cache;
u64 g_memory_limit;
RawMutex g_lock;  // one compilation at a time

// What a child may do with its parent's code: Note [machine-life].
void before_fork_of_code() {
  g_lock.lock();
  g_cache->before_fork(Thread::current_or_null());
}
void after_fork_of_code() {
  g_cache->after_fork();
  g_lock.unlock();
}
void continue_in_child(Thread&) {
  start_core_sync();
  g_cache->continue_in_child(new CodeMemory(g_memory_limit));   // the old one stays mapped
}

class Errors : public asmjit::ErrorHandler {
 public:
  void handleError(asmjit::Error, const char* message, asmjit::BaseEmitter*) override { if (what == nullptr) what = message; }
  const char* what = nullptr;
};

asmjit::Environment host_environment() { return asmjit::Environment::host(); }

}  // namespace

CodeCache* start_t1(u64 memory_limit, CodeCache::Heat heat) {
  if (!start_core_sync()) return nullptr;
  auto* memory = new CodeMemory(memory_limit), *stubs = new CodeMemory(u64{1} << 20);
  asmjit::CodeHolder holder;
  Errors errors;
  holder.init(host_environment());
  holder.setErrorHandler(&errors);
  StubOffsets at = emit_stubs<HostMasm>(&holder);
  u32 size;
  const u8* base = memory->works() && errors.what == nullptr ? stubs->install(holder, &size) : nullptr;
  if (base == nullptr) {
    delete memory;
    delete stubs;
    return nullptr;
  }
  g_stubs.enter = reinterpret_cast<decltype(g_stubs.enter)>(const_cast<u8*>(base + at.enter));
  g_stubs.outcome = base + at.outcome;
  g_stubs.leave = base + at.leave;
  g_stubs.returned = base + at.returned;
  g_stubs.resume = base + at.resume;
  g_stubs.yield = base + at.yield;
  for (usize k = 0; k < kLeavingOps.size(); ++k) g_stubs.leaving[k] = base + at.leaving[k];
  report_stubs(base, size);
  g_cache = new CodeCache(memory, heat);
  g_memory_limit = memory_limit;
  pthread_atfork(&before_fork_of_code, &after_fork_of_code, &after_fork_of_code);
  g_memory_hooks.forked = &continue_in_child;
  return g_cache;
}

CompileResult compile_t1(Code* code) {
  constexpr u64 kBytesOfInstruction = 48;  // about: an estimate costs less than compiling in vain
  RawGuard guard(g_lock);
  if (g_cache->republish(code) || !g_cache->expects_room(code, code->size * kBytesOfInstruction)) return {};
  asmjit::CodeHolder holder;
  Errors errors;
  holder.init(host_environment());
  holder.setErrorHandler(&errors);
  std::optional<LineTable> lines;
  if (reports_wanted()) lines.emplace(code);
  Baseline<HostMasm> t1(&holder, code, g_stubs, lines ? &*lines : nullptr);
  if (!t1.compile()) return {t1.why()};
  if (errors.what != nullptr) return {errors.what};
  auto* offsets = static_cast<u32*>(std::malloc(code->size * sizeof(u32)));
  if (offsets == nullptr) return {"no memory"};
  for (u32 i = 0; i < code->size; ++i) offsets[i] = t1.offset_of(i);
  lines_of_next_code(lines ? &*lines : nullptr);
  switch (g_cache->install(code, holder, t1.entry_offset(), offsets)) {
    case CodeCache::Installed::Yes: return {nullptr, static_cast<u32>(holder.codeSize())};
    case CodeCache::Installed::Later: return {};
    default: return {"no code memory"};
  }
}

Outcome run_t1(Thread& t, Value* exit_value) {
  count_entry(&t);
  for (;;) {
    const Code* code = frame_code(t.fp);
    const MachineCode* machine = code->machine.load_acquire();
    if (machine == nullptr) return Outcome::Enter;
    u32 index = code->index_of(frame_pc(t.fp));
    auto outcome = static_cast<Outcome>(
        g_stubs.enter(&t, t.fp, machine->base + machine->offsets[index], exit_value));
    if (outcome != Outcome::Error) return outcome;
    if (unwind(t, exit_value) != Outcome::Enter) return Outcome::Exit;
    if (t.poll.load_relaxed() & kPollTrace) return Outcome::Watch;
  }
}

}  // namespace taipan::jit
