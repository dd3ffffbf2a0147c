// Generators resumed and suspended by the loop itself, as nearly all are: local, suspended, no exception being handled,
// nothing to poll for. Whatever else may be the case is for resume_in_loop() and yield_op(), which know all of it.
#pragma once
#include "interp/loop/generator.h"
#include "interp/loop/ops_common.h"
#include "runtime/types/singletons.h"

namespace taipan {

// Makes g's frame the thread's current one. A set poll word (also: somebody watches) says no.
TP_INLINE bool enter_quickly(Thread& t, Generator* g, FrameKind kind) {
  if (!g->is_local()) [[unlikely]] return false;
  if (t.poll.load_relaxed() != 0 || t.depth >= t.recursion_limit) [[unlikely]] return false;
  if ((t.handled.bits | g->handled.bits) != 0) [[unlikely]] return false;
  Value* fp = g->registers();
  ++t.depth;
  g->state.store_relaxed(GeneratorState::Running);
  g->handled_inherited = true;  // from a resumer that handles nothing
  fp[kFramePrevious] = Value(reinterpret_cast<u64>(t.fp) | 1 | kSpecialFrame);
  set_frame_kind(fp, kind);
  fp[kFrameExtra] = Value(reinterpret_cast<u64>(t.top) | 1);
  ThreadEngine* engine = t.engine;
  g->previous_running = engine->running;
  engine->running = g;
  t.fp = fp;
  return true;
}

// The generator that g, standing at `yield`, delegates to, where both instructions are plain ones. Null: it does not.
TP_INLINE Generator* plain_delegate(const Value* fp, const Instr* yield) {
  if (!(yield->k & kYieldDelegate) || yield[-1].op != static_cast<u8>(Op::SEND) || has_wide_prefix(yield - 1)) return nullptr;
  Value v = fp[yield->c];
  return is_generator_object(v) ? v.as<Generator>() : nullptr;
}

// Resumes g with `sent`, an owned word: at once the innermost of the generators that it delegates to, as if each
// had executed the SEND before its YIELD. False: nothing has been done.
TP_INLINE bool resume_quickly(Thread& t, Generator* g, FrameKind kind, Value sent) {
  GeneratorState was = g->state.load_relaxed();
  if (was != GeneratorState::Suspended) {
    return was == GeneratorState::Created && sent.bits == kNoneWord && enter_quickly(t, g, kind);
  }
  if (!enter_quickly(t, g, kind)) return false;
  for (;;) {
    Value* fp = t.fp;
    const Instr* pc = frame_pc(fp);
    Generator* inner = plain_delegate(fp, pc);
    if (inner == nullptr || inner->state.load_relaxed() != GeneratorState::Suspended ||
        !enter_quickly(t, inner, FrameKind::Generator)) {
      put(fp, wide_a(pc), sent);
      set_frame_pc(fp, pc + 1);
      return true;
    }
    set_frame_pc(fp, pc - 1);
  }
}

TP_INLINE bool is_plainly_left(const Thread& t, const Generator* g) {
  return t.poll.load_relaxed() == 0 && g->is_local() && (t.handled.bits | g->resumer_handled.bits | g->handled.bits) == 0;
}
// Back to the resumer of g.
TP_INLINE void leave_quickly(Thread& t, Generator* g, GeneratorState after) {
  Value* fp = g->registers();
  t.engine->running = g->previous_running;
  g->previous_running = nullptr;
  --t.depth;
  t.fp = frame_previous(fp);
  fp[kFramePrevious] = Value(u64{1});  // its own link would lead frame walkers astray
  g->state.store_relaxed(after);
}
// Its pc is saved. False: nothing has been done.
TP_INLINE bool suspend_quickly(Thread& t, Generator* g) {
  if (!is_plainly_left(t, g)) [[unlikely]] return false;
  if (must_count_registers()) [[unlikely]] count_registers(g);
  leave_quickly(t, g, GeneratorState::Suspended);
  return true;
}

// The resumer t.fp stands at FOR_ITER or SEND: what a yielded word does there.
TP_INLINE Outcome deliver_yield(Thread& t, Value v) {
  Value* fp = t.fp;
  const Instr* pc = frame_pc(fp);
  put(fp, wide_a(pc), v);
  bool is_loop = pc->op == static_cast<u8>(Op::FOR_ITER);
  set_frame_pc(fp, pc + (is_loop ? jump_offset(pc) : 1));
  run_pending(t);
  return Outcome::Enter;
}

// YIELD of fp[b] in frame fp: through all the frames that would but pass the value on. Next: nothing has been done.
// Enter, Exit: as from yield_op().
TP_INLINE Outcome yield_quickly(Thread& t, Value* fp, const Instr* pc, u32 b, Value* exit_value) {
  if (!suspend_quickly(t, generator_of(fp))) [[unlikely]] return Outcome::Next;
  Value v = fp[b];
  if (pc->k & kKillB) {
    if ((v.bits & 3) == 0) fp[b] = Value::empty();
  } else {
    v = take_word(v);
  }
  for (;;) {
    if (frame_kind(fp) != FrameKind::Generator) {
      t.engine->finished = false;
      *exit_value = v;
      return Outcome::Exit;
    }
    fp = t.fp;
    pc = frame_pc(fp);
    if (pc->op == static_cast<u8>(Op::SEND) && pc[1].op == static_cast<u8>(Op::YIELD) && !has_wide_prefix(pc) &&
        suspend_quickly(t, generator_of(fp))) {
      set_frame_pc(fp, pc + 1);
      continue;
    }
    return deliver_yield(t, v);
  }
}

// RETURN_FROM_GENERATOR of fp[b] in frame fp. Next: nothing has been done. Enter, Exit: as from finish_generator().
TP_INLINE Outcome finish_quickly(Thread& t, Value* fp, u32 b, Value* exit_value) {
  Generator* g = generator_of(fp);
  if (!is_plainly_left(t, g) || frame_has_object(fp)) [[unlikely]] return Outcome::Next;
  Value result = fp[b];
  if ((result.bits & 3) == 0) fp[b] = Value::empty();
  clear_range(fp, g->code->nregs);
  clear_range(fp + kFrameCallee, 1);
  leave_quickly(t, g, GeneratorState::Finished);
  g->flags.store_relaxed(g->flags.load_relaxed() | kFinalised);
  if (frame_kind(fp) != FrameKind::Generator) {
    t.engine->finished = true;
    *exit_value = result;
    return Outcome::Exit;
  }
  return deliver_end(t, result);
}

}  // namespace taipan
