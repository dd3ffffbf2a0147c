#include "runtime/thread/safepoint.h"

#include "runtime/memory/checkpoint.h"
#include "runtime/memory/collector.h"
#include "runtime/memory/hooks.h"
#include "runtime/memory/thread_memory.h"
#include "runtime/thread/world.h"

namespace taipan {

// Reasons that may run Python code or raise.
static constexpr u32 kPythonReasons = kPollSignal | kPollAsyncExc | kPollTrace | kPollRequest;

Status safepoint_slow(Thread& t) {
  TP_ASSERT(t.state.load_relaxed() == ThreadState::Attached);
  // Each bit is cleared before its reason is looked at: a new request sets it again. The exchange
  // acquires what the requester wrote.
  u32 reasons = t.poll.fetch_and_acq_rel(kPollTrace);
  if (reasons & kPollStop) {
    detach_quietly(t);
    attach(t);
  } else if (reasons & kPollGil) {
    detach_quietly(t);
    attach(t);
  }
  if ((reasons & kPollCheckpoint) || g_stress_checkpoint.load_relaxed()) checkpoint_poll(t);
  if (reasons & kPollCollect) collect_if_due(t);
  run_pending(t);
  if (reasons & kPythonReasons) {
    if (!g_memory_hooks.handle_polls(t, reasons & kPythonReasons)) return kError;
  }
  return kDone;
}

Status prepare_to_block(Thread& t) {
  TRY(safepoint(t));
  if (has_candidates(t)) {
    request_checkpoint(t);
    return safepoint_slow(t);
  }
  return kDone;
}

}  // namespace taipan
