// How the interpreter meets compiled code: heat, the hooks that a JIT fills in, and what compiled code hands back.
// The interpreter knows nothing else of tiers; without a JIT every code's heat is 0 and none of this runs.
//
// Note [heat] (interpreter.md K8)
//   Code::heat > 0   calls and back-edges count it down; at 0 the code is reported hot, once
//   Code::heat == 0  nobody counts: no JIT, being compiled, or declined
//   Code::heat < 0   Code::machine is there (stored before, with release); calls, resumptions and back-edges enter it
//   Evicted code has heat > 0 and no Code::machine again (jit/code/cache.h); whoever is in it stays there.
//   Lost counts of racing threads are harmless: relaxed loads and stores. A stale count may even be stored over -1: it is
//   counted down, and the JIT, told that the code is hot, stores -1 again. Whoever stores 0 tells.
#pragma once
#include "interp/loop/loop.h"

namespace taipan {

struct MachineCode;  // jit/

struct Tiers {
  void (*hot)(Thread& t, Code* code) = nullptr;        // heat has run out; does not raise, is no safepoint
  // Runs t.fp from its saved pc in compiled code until it has to be left:
  //   Enter     interpret t.fp from its saved pc: it has no compiled code
  //   Exit      the frame marked Entry is left, *exit_value is the result
  //   PollCall  t.fp was just pushed, and the poll word asks for something
  //   Watch     this thread is watched from here on
  Outcome (*run)(Thread& t, Value* exit_value) = nullptr;
};
extern Tiers g_tiers;  // filled in before the first code object is made
// x's registers are being scanned: by itself, or x is detached and held. Null: nobody asks.
extern void (*g_thread_scanned)(Thread& x);

// Counts calls (weight kHeatOfCall) and back-edges (1). True: the code is compiled.
#define TP_IS_WARM(code) ((code)->heat.load_relaxed() != 0)
inline constexpr i32 kHeatOfCall = 16;
inline bool count_heat(Thread& t, Code* code, i32 weight) {
  i32 heat = code->heat.load_relaxed();
  if (heat <= 0) return heat < 0;
  heat = heat > weight ? heat - weight : 0;
  code->heat.store_relaxed(heat);
  if (heat != 0) return false;
  g_tiers.hot(t, code);
  return code->heat.load_relaxed() < 0;
}

// run_frame() of a frame that C++ has just pushed or resumed.
inline Value run_entered(Thread& t) {
  if (frame_code(t.fp)->heat.load_relaxed() >= 0 || t.poll.load_relaxed() != 0) return run_frame(t);
  Value result;
  Outcome left = g_tiers.run(t, &result);
  return left == Outcome::Exit ? result : run_frame(t, left);
}

// One instruction, for what compiled code does not do itself: a function for each opcode. Its pc need not be saved.
//   Next, Jump  go on behind it, or at its target (not polled yet)
//   Enter       go on in t.fp at its saved pc
//   Error       an exception is pending, pc is saved
//   Exit, PollCall, Watch  as Tiers::run
using RunOne = Outcome(Thread& t, Value* fp, const Instr* pc, Value* exit_value);
extern RunOne* const kRunOne[256];

}  // namespace taipan
