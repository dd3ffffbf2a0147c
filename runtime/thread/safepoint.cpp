#include "runtime/thread/safepoint.h"

#include "runtime/memory/checkpoint.h"
#include "runtime/memory/collector.h"
#include "runtime/memory/hooks.h"
#include "runtime/memory/stress.h"
#include "runtime/memory/thread_memory.h"
#include "runtime/thread/local.h"
#include "runtime/thread/race.h"
#include "runtime/thread/signals.h"
#include "runtime/thread/world.h"

namespace taipan {

// Reasons that the interpreter answers; they may run Python code or raise.
static constexpr u32 kEngineReasons = kPollTrace | kPollRequest;

// What another thread sent: taken under the lock under which it was set. The count moves with the word.
static Status raise_async(Thread& t) {
  Local<> exception(t);
  {
    RawGuard guard(g_world.list_lock);
    exception.set(Result<>::from_owned(t.async_exc));
    t.async_exc = Value::empty();
  }
  if (exception.is_empty()) return kDone;
  g_memory_hooks.raise_async(t, exception.value());
  return kError;
}

Status safepoint_slow(Thread& t) {
  TP_ASSERT(t.state.load_relaxed() == ThreadState::Attached);
  // Each bit is cleared before its reason is looked at: a new request sets it again. The exchange
  // acquires what the requester wrote.
  u32 reasons = t.poll.fetch_and_acq_rel(kPollTrace | kPollStress);
  if (reasons & kPollStop) {
    detach_quietly(t);
    attach(t);
  } else if (reasons & kPollGil) {
    detach_quietly(t);
    attach(t);
  }
  if (reasons & kPollStress) {
    if (g_stress.yield_odds) race_point_slow();
    // Whatever the rules allow to be freed or moved at this safepoint is, so that a raw pointer held across
    // it meets the sanitizer's poison (R4).
    if (g_stress.move) move_storage_of_registers(t);
    if (g_stress.move || g_stress.audit) verify_now_and_then(t);
    if (g_stress.checkpoint || g_stress.move) {
      request_checkpoint(t);
      reasons |= kPollCheckpoint;
    }
    if (g_stress.sticky_every) make_sticky_now_and_then(t);
    if (g_stress.collect && collection_is_due(t)) reasons |= kPollCollect;
  }
  if (reasons & kPollCheckpoint) {
    checkpoint_poll(t);
    wait_for_memory(t);
  }
  if (reasons & kPollCollect) collect_if_due(t);
  run_pending(t);
  if (reasons & kPollSignal) TRY(run_signal_handlers(t));
  if (reasons & kPollAsyncExc) TRY(raise_async(t));
  if ((reasons & kEngineReasons) && !g_memory_hooks.handle_polls(t, reasons & kEngineReasons)) {
    return kError;
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
