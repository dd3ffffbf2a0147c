// T1 for the machine this runs on: stubs, compiling, entering.
#include "jit/t1/compile.h"

#include <pthread.h>

#include "interp/loop/helpers_inline.h"
#include "jit/host_masm.h"
#include "jit/t1/baseline_emit.h"
#include "jit/t1/stubs.h"
#include "runtime/thread/futex.h"

namespace taipan::jit {

namespace {

CodeMemory* g_memory;
u64 g_memory_limit;
RawMutex g_lock;  // one compilation at a time

// Note [fork]: what is mapped twice is shared with a child process, so a child never writes to its parent's code memory:
// it goes on running what is there and gets memory of its own for what it compiles.
void before_fork_of_code() { g_lock.lock(); }
void after_fork_in_parent() { g_lock.unlock(); }
void after_fork_in_child() {
  g_memory = new CodeMemory(g_memory_limit);   // the old one stays mapped
  g_lock.unlock();
}

class Errors : public asmjit::ErrorHandler {
 public:
  void handleError(asmjit::Error, const char* message, asmjit::BaseEmitter*) override { if (what == nullptr) what = message; }
  const char* what = nullptr;
};

asmjit::Environment host_environment() { return asmjit::Environment::host(); }

}  // namespace

bool start_t1(u64 memory_limit) {
  auto* memory = new CodeMemory(memory_limit);
  if (!memory->works()) {
    delete memory;
    return false;
  }
  asmjit::CodeHolder holder;
  Errors errors;
  holder.init(host_environment());
  holder.setErrorHandler(&errors);
  StubOffsets at = emit_stubs<HostMasm>(&holder);
  u32 size;
  const u8* base = errors.what == nullptr ? memory->install(holder, &size) : nullptr;
  if (base == nullptr) {
    delete memory;
    return false;
  }
  g_stubs.enter = reinterpret_cast<decltype(g_stubs.enter)>(const_cast<u8*>(base + at.enter));
  g_stubs.outcome = base + at.outcome;
  g_stubs.leave = base + at.leave;
  g_stubs.returned = base + at.returned;
  g_stubs.resume = base + at.resume;
  g_stubs.yield = base + at.yield;
  for (usize k = 0; k < kLeavingOps.size(); ++k) g_stubs.leaving[k] = base + at.leaving[k];
  g_memory = memory;
  g_memory_limit = memory_limit;
  pthread_atfork(&before_fork_of_code, &after_fork_in_parent, &after_fork_in_child);
  return true;
}

const char* compile_t1(Code* code) {
  g_lock.lock();
  struct Unlock {
    ~Unlock() { g_lock.unlock(); }
  } unlock;
  if (code->machine.load_acquire() != nullptr) return nullptr;
  asmjit::CodeHolder holder;
  Errors errors;
  holder.init(host_environment());
  holder.setErrorHandler(&errors);
  Baseline<HostMasm> t1(&holder, code, g_stubs);
  if (!t1.compile()) return t1.why();
  if (errors.what != nullptr) return errors.what;
  u32 size;
  const u8* base = g_memory->install(holder, &size);
  if (base == nullptr) return "no code memory";
  auto* offsets = static_cast<u32*>(std::malloc(code->size * sizeof(u32)));
  auto* made = static_cast<MachineCode*>(std::malloc(sizeof(MachineCode)));
  if (offsets == nullptr || made == nullptr) {
    std::free(offsets);
    std::free(made);
    return "no memory";
  }
  for (u32 i = 0; i < code->size; ++i) offsets[i] = t1.offset_of(i);
  *made = {base, base + t1.entry_offset(), offsets, size};
  code->machine.store_release(made);
  code->heat.store_release(-1);
  return nullptr;
}

Outcome run_t1(Thread& t, Value* exit_value) {
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
