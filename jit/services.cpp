#include "jit/services.h"

#include <pthread.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <unordered_map>

#include "jit/code/counters.h"
#include "jit/report/listing.h"
#include "runtime/thread/futex.h"

namespace taipan::jit {

namespace {

// What a forced tier may decline (jit/README.md).
constexpr std::string_view kDocumented[] = {"wide operands", "too long", "no code memory"};

bool g_forced = false;
void (*g_compile)(Code* code) = nullptr;

RawMutex g_lock;
std::unordered_map<const Code*, std::string>* g_reasons;   // under g_lock; of code that was not compiled when last tried

std::string reason_of(const Code* code) {
  RawGuard guard(g_lock);
  if (g_reasons == nullptr) return "";
  auto found = g_reasons->find(code);
  return found == g_reasons->end() ? "" : found->second;
}

std::string why_not(const Code* code) {
  if (code->machine.load_acquire() != nullptr) return "";
  std::string reason = reason_of(code);
  if (!reason.empty()) return reason;
  return code->heat.load_relaxed() > 0 ? "not hot yet" : "being compiled";
}

std::string compile(Code* code) {
  if (code->machine.load_acquire() != nullptr) return "";
  g_compile(code);
  if (code->machine.load_acquire() != nullptr) return "";
  std::string reason = reason_of(code);
  return reason.empty() ? "no room in the code memory just now" : reason;
}

usize counters(JitCounter* out, usize n) {
  Counters& c = g_counters;
  const JitCounter all[] = {
      {"compiled", "code objects compiled", c.compiled.load_relaxed()},
      {"declined", "code objects declined by the JIT", c.declined.load_relaxed()},
      {"postponed", "compilations postponed for want of room", c.postponed.load_relaxed()},
      {"evicted", "code objects whose machine code was evicted", c.evicted.load_relaxed()},
      {"republished", "evicted code objects used again", c.republished.load_relaxed()},
      {"freed", "code objects whose machine code was freed", c.freed.load_relaxed()},
      {"bytes", "bytes of machine code", c.bytes.load_relaxed()},
      {"limit", "bytes of machine code at most", c.limit.load_relaxed()},
      {"nanoseconds", "nanoseconds spent compiling", c.nanoseconds.load_relaxed()},
      {"entries", "entries of machine code from the interpreter and C++", entries()},
  };
  std::copy_n(all, std::min(n, std::size(all)), out);
  return std::size(all);
}

}  // namespace

void offer_listings() { g_jit.list = &list_machine_code; }

void offer_services(Mode mode, void (*compile_code)(Code* code)) {
  g_forced = mode == Mode::T1;
  g_compile = compile_code;
  g_jit.mode = mode == Mode::T1 ? "t1" : "auto";
  g_jit.compile = &compile;
  ::pthread_atfork([] { g_lock.lock(); }, [] { g_lock.unlock(); }, [] { g_lock.unlock(); });
  g_jit.why_not = &why_not;
  g_jit.counters = &counters;
}

void note_compilation(const Code* code, const char* why) {
  {
    RawGuard guard(g_lock);
    if (g_reasons == nullptr) g_reasons = new std::unordered_map<const Code*, std::string>;
    if (why == nullptr) {
      g_reasons->erase(code);
      return;
    }
    (*g_reasons)[code] = why;
  }
  if (!g_forced || std::ranges::find(kDocumented, std::string_view(why)) != std::end(kDocumented)) return;
  std::fprintf(stderr, "taipan: -X jit=t1: %s (%s:%u) is not compiled: %s\n", code->spec->qualname.c_str(),
               code->spec->filename.c_str(), code->firstlineno, why);
  std::fflush(nullptr);
  std::_Exit(kDeclinedStatus);
}

}  // namespace taipan::jit
