#include "interp/loop/frame_object.h"

#include "interp/loop/generator.h"
#include "interp/loop/helpers_inline.h"
#include "runtime/config.h"
#include "runtime/memory/hooks.h"
#include "runtime/memory/slot.h"
#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/thread/object_lock.h"
#include "runtime/thread/safepoint.h"
#include "runtime/types/cell.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"

namespace taipan {

FrameObject* frame_object(Thread& t, Value* fp) {
  if (frame_has_object(fp)) return fp[kFrameObject].as<FrameObject>();
  Code* code = frame_code(fp);
  auto* f = static_cast<FrameObject*>(new_object_inline(t, shape_id(BuiltinShape::frame_),
                                                        sizeof(FrameObject) + code->nlocals * sizeof(Value), 0, kGcTracked));
  if (f == nullptr) return nullptr;
  f->live.store_relaxed(fp);
  f->code = code;
  f->trace_lines = true;
  f->function.init(Value(frame_function(fp)));
  fp[kFrameObject] = Value(f);  // its birth count is the frame's
  return f;
}

namespace {
bool runs_here(Thread& t, Value* fp) {
  if (fp >= t.stack_base && fp < t.stack_end) return true;
  for (Generator* g = t.engine->running; g != nullptr; g = g->previous_running) {
    if (g->registers() == fp) return true;
  }
  return false;
}
}  // namespace

FrameAccess::FrameAccess(Thread& t, const FrameObject* f) : t_(t), fp_(f->live.load_acquire()) {
  if (fp_ == nullptr || f->is_local() || runs_here(t, fp_)) return;
  stop_the_world(t);
  stopped_ = true;
  fp_ = f->live.load_acquire();
}
FrameAccess::~FrameAccess() {
  if (stopped_) start_the_world(t_);
}
Value FrameAccess::take(Value v) const {
  v = v.canonical();
  if (stopped_ && v.is_ref() && !v.object()->is_shared()) publish_for_store(v.object());
  return take_word(v);
}

u32 frame_object_index(Thread& t, const FrameObject* f) {
  FrameAccess frame(t, f);
  return frame.fp() == nullptr ? f->index : f->code->index_of(frame_pc(frame.fp()));
}

i32 frame_object_line(Thread& t, const FrameObject* f) {
  Position p = f->code->position(frame_object_index(t, f));
  return p.line > 0 ? p.line : static_cast<i32>(f->code->firstlineno);
}

namespace {
// The frame below, generators that are not running have none.
Value* caller_of(Value* fp) {
  if (frame_code(fp)->is_generator && !generator_is_running(fp)) return nullptr;
  return frame_previous(fp);
}
}  // namespace

Result<FrameObject> frame_object_back(Thread& t, FrameObject* f) {
  FrameAccess frame(t, f);
  if (frame.fp() == nullptr) return f->back.load(f);
  Value* previous = caller_of(frame.fp());
  if (previous == nullptr) return Result<FrameObject>::absent();
  // The new object names the function, which may be the other thread's as yet.
  if (frame.is_foreign()) drop(frame.take(previous[kFrameCallee]));
  FrameObject* back = frame_object(t, previous);
  if (back == nullptr) return kError;
  return Result<FrameObject>::from_owned(frame.take(Value(back)));
}

namespace {
bool held_by_others(const FrameObject* f) { return !f->is_local() || f->count.load_relaxed() >= 2 * kCountStep; }

void copy_locals(FrameObject* f) {
  Value* fp = f->live.load_relaxed();  // the caller's own frame
  f->index = f->code->index_of(frame_pc(fp));
  for (u32 i = 0; i < f->code->nlocals; ++i) {
    Value v = fp[i];
    publish_before_lock(f, v);
    f->locals()[i] = SlotBase::count_for_slot(v);
  }
}
}  // namespace

void detach_frame_object(Thread& t, Value* fp) {
  FrameObject* f = fp[kFrameObject].as<FrameObject>();
  if (held_by_others(f)) {
    copy_locals(f);
    // A generator has no caller once it is done.
    Value* previous = f->code->is_generator ? nullptr : frame_previous(fp);
    if (previous != nullptr) {
      FrameObject* back = frame_object(t, previous);
      if (back == nullptr) {
        clear_error(t);
      } else {
        f->back.store(f, Value(back));
      }
    }
  }
  f->live.store_release(nullptr);  // after the copies
  fp[kFrameObject] = Value::empty();
  decrement(f);
}

void detach_generator_frame(Value* fp) {
  FrameObject* f = fp[kFrameObject].as<FrameObject>();
  if (held_by_others(f)) copy_locals(f);
  f->live.store_release(nullptr);  // the generator's destroy drops its count
}

i32 Traceback::line_number() const {
  if (line != 0) return line;
  Position p = frame.borrow()->code->position(index);
  return p.line;
}

void add_traceback_entry(Thread& t, Value* fp) {
  // Nothing here runs Python code; where memory is short, the pending exception stays the one that is raised.
  auto* e = t.exc.canonical().as<BaseException>();
  FrameObject* frame = frame_object(t, fp);
  if (frame == nullptr) return;
  auto* entry = static_cast<Traceback*>(new_object_inline(t, shape_id(BuiltinShape::traceback_), sizeof(Traceback), 0, kGcTracked));
  if (entry == nullptr) return;
  entry->frame.init(Value(frame));
  entry->index = frame->code->index_of(frame_pc(fp));
  if (e->is_local() && entry->is_local()) {  // the counts move: old head to the entry, the entry's own to the exception
    entry->next.raw().store_relaxed(e->traceback.raw().load_relaxed());
    e->traceback.raw().store_relaxed(Value(entry).bits);
    return;
  }
  entry->next.store(entry, e->traceback.borrow());
  e->traceback.store(e, own_new(entry));
}

void trim_import_frames(Thread& t) {
  if (g_config.verbose > 0) return;
  auto* e = t.exc.as<BaseException>();
  bool all = error_matches(t, ImportError);
  bool inside = false;
  // A run of entries to be taken out follows `before`: an entry, or the exception itself.
  Traceback* before = nullptr;
  Traceback* previous = nullptr;
  Value at = e->traceback.borrow();
  while (is_exact<Traceback>(at)) {
    auto* entry = at.as<Traceback>();
    Value next = entry->next.borrow();
    const Code* code = entry->frame.borrow()->code;
    bool is_importlib = str_equals(code->filename, "<frozen importlib._bootstrap>") ||
                        str_equals(code->filename, "<frozen importlib._bootstrap_external>");
    if (is_importlib && !inside) before = previous;
    inside = is_importlib;
    if (inside && (all || str_equals(code->name, "_call_with_frames_removed"))) {
      Local<> rest(t, next);  // taking an entry out may free it
      if (before == nullptr) {
        e->traceback.store(e, rest.value());
      } else {
        before->next.store(before, rest.value());
      }
      previous = before;
      at = rest.value();
      continue;
    }
    previous = entry;
    at = next;
  }
}

Value* frame_at(Thread& t, u32 depth) {
  Value* fp = t.fp;
  while (fp != nullptr && depth-- > 0) fp = frame_previous(fp);
  return fp;
}

}  // namespace taipan
