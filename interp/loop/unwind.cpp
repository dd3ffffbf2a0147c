// Leaving frames: delivered results, exceptions looking for a handler (C8).
#include "interp/loop/frame_object.h"
#include "interp/loop/generator.h"
#include "interp/loop/helpers_inline.h"
#include "runtime/object/error.h"
#include "runtime/types/singletons.h"

namespace taipan {

bool push_frame(Thread& t, Value* args, Code* code, u64 tag) {
  if (!has_frame_room(t, args, code)) return (void)raise_recursion_error(t, ""), false;
  link_frame(t, args, code, tag);
  set_frame_pc(args, code->entry);
  return true;
}

void deliver(Thread& t, Value result) {
  Value* fp = t.fp;
  const Instr* pc = frame_pc(fp);
  put(fp, wide_a(pc), result);
  set_frame_pc(fp, pc + 1);
  run_pending(t);
}

Outcome leave_special(Thread& t, Value* fp, Value result, Value* exit_value) {
  Value* previous = frame_previous(fp);
  t.fp = previous;
  switch (frame_kind(fp)) {
    case FrameKind::Constructor: {
      t.top = frame_top(previous, frame_code(previous));
      Value instance = std::exchange(fp[kFrameExtra], Value::empty());
      if (result.canonical().bits == Value(&none_object).bits) {
        deliver(t, instance);
        return Outcome::Enter;
      }
      raise(t, TypeError, "__init__() should return None, not '{!T}'", result.canonical());
      drop(result);
      drop(instance);
      return Outcome::Error;
    }
    case FrameKind::Discard:
      t.top = frame_top(previous, frame_code(previous));
      drop(result);
      set_frame_pc(previous, frame_pc(previous) + 1);
      run_pending(t);
      return Outcome::Enter;
    case FrameKind::Operator:
    case FrameKind::Compare:
    case FrameKind::Item: {
      t.top = frame_top(previous, frame_code(previous));
      const Instr* pc = frame_pc(previous);
      FrameKind kind = frame_kind(fp);
      if (kind != FrameKind::Item && is_not_implemented(result)) {
        Result<> other = kind == FrameKind::Compare ? comparison_not_implemented(t, previous, pc)
                                                    : operator_not_implemented(t, previous, pc);
        if (other.is_error()) return Outcome::Error;
        result = other.word();
      }
      set_frame_pc(previous, pc + 1);
      finish_bc(t, previous, pc, wide_a(pc), wide_b(pc), wide_c(pc), result);
      return Outcome::Enter;
    }
    case FrameKind::CompareJump:
      t.top = frame_top(previous, frame_code(previous));
      return leave_compare_jump(t, previous, result);
    default:
      *exit_value = result;
      return Outcome::Exit;
  }
}

const ExceptionEntry* find_handler(const Code* code, u32 index) {
  for (const ExceptionEntry& e : code->spec->exceptions)
    if (e.start <= index && index < e.end) return &e;
  return nullptr;
}

namespace {

// Raised again here, not new: the frame has its entry already.
bool is_reraise_at(const Instr* pc) {
  return pc->op == static_cast<u8>(Op::RERAISE) || pc->op == static_cast<u8>(Op::END_ASYNC_FOR) ||
         (pc->op == static_cast<u8>(Op::RAISE) && pc->minor() == 0);
}

// Does the instruction belong to a line? A walk through the table, so its feedback byte remembers the answer: only
// instructions that raise again ask, and they have no site.
bool has_line(Code* code, u32 index) {
  enum : u8 { kUnknown, kNo, kYes };
  u8 known = code->feedback[index].load_relaxed();
  if (known == kUnknown) {
    known = code->position(index).line > 0 ? kYes : kNo;
    code->feedback[index].store_relaxed(known);
  }
  return known == kYes;
}

// Code that only raises again belongs to no line: f_lineno of the frame that is left says where it was raised.
void stand_where_raised(Thread& t, Value* fp) {
  Code* code = frame_code(fp);
  u32 index = code->index_of(frame_pc(fp));
  Value entry = t.exc.as<BaseException>()->traceback.borrow();
  if (!is_exact<Traceback>(entry)) return;
  auto* e = entry.as<Traceback>();
  if (e->index == index || Value(e->frame.borrow()).bits != fp[kFrameObject].bits) return;
  if (has_line(code, index)) return;
  set_frame_pc(fp, code->instrs + e->index);
}

// Empties what lies between the frame's registers and the top: windows that were built there.
void clear_above(Thread& t, Value* fp, const Code* code) {
  Value* top = frame_top(fp, code);
  if (t.top > top) clear_range(top, static_cast<usize>(t.top - top));
  t.top = top;
}

}  // namespace

Outcome unwind(Thread& t, Value* exit_value) {
  bool raised_here = true;
  for (;;) {
    TP_ASSERT(error_pending(t));
    Value* fp = t.fp;
    Code* code = frame_code(fp);
    const Instr* pc = frame_pc(fp);
    clear_above(t, fp, code);
    bool again = raised_here && is_reraise_at(pc);
    if (!again) add_traceback_entry(t, fp);
    raised_here = false;
    bool watched = (t.poll.load_relaxed() & kPollTrace) && is_watched(t);
    if (watched) watch_raise(t, fp, again);
    if (const ExceptionEntry* e = find_handler(code, code->index_of(pc))) {
      clear_range(fp + e->depth, code->nregs - e->depth);
      put(fp, e->reg, std::exchange(t.exc, Value::empty()));
      set_frame_pc(fp, code->instrs + e->handler);
      run_pending(t);
      if (watched && watch_handled(t, fp, fp[e->reg].canonical()).is_error()) continue;
      t.engine->watch.raised_at = pc;  // now: what finalisers and watchers have run since may have raised, too
      return Outcome::Enter;
    }
    if (frame_has_object(fp)) stand_where_raised(t, fp);
    if (watched) watch_unwind(t, fp);
    if (frame_has_object(fp)) detach_frame_object(t, fp);
    clear_range(fp, code->nregs);
    if (code->is_generator) {
      if (unwind_generator(t, fp) == Outcome::Enter) continue;
      *exit_value = Value::error();
      return Outcome::Exit;
    }
    clear_range(fp + kFrameCallee, 1);
    --t.depth;
    t.fp = frame_previous(fp);
    if (!frame_is_special(fp)) continue;
    FrameKind kind = frame_kind(fp);
    if (kind == FrameKind::Entry) {
      *exit_value = Value::error();
      return Outcome::Exit;
    }
    if (kind == FrameKind::Constructor) clear_range(fp + kFrameExtra, 1);
  }
}

}  // namespace taipan
