#include "interp/loop/frame_object.h"

#include "interp/loop/generator.h"
#include "interp/loop/helpers_inline.h"
#include "runtime/config.h"
#include "runtime/memory/hooks.h"
#include "runtime/memory/slot.h"
#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/types/cell.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"

namespace taipan {

FrameObject* frame_object(Thread& t, Value* fp) {
  if (frame_has_object(fp)) return fp[kFrameObject].as<FrameObject>();
  Code* code = frame_code(fp);
  auto* f = new_object<FrameObject>(t, frame_type, code->nlocals * sizeof(Value));
  if (f == nullptr) return nullptr;
  f->fp = fp;
  f->code = code;
  f->trace_lines = true;
  f->function.init(Value(frame_function(fp)));
  fp[kFrameObject] = Value(f);  // its birth count is the frame's
  return f;
}

u32 frame_object_index(const FrameObject* f) {
  return f->fp == nullptr ? f->index : f->code->index_of(frame_pc(f->fp));
}

i32 frame_object_line(const FrameObject* f) {
  Position p = f->code->position(frame_object_index(f));
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
  if (f->fp == nullptr) return f->back.load(f);
  Value* previous = caller_of(f->fp);
  if (previous == nullptr) return Result<FrameObject>::absent();
  FrameObject* back = frame_object(t, previous);
  if (back == nullptr) return kError;
  return own(back);
}

namespace {
bool held_by_others(const FrameObject* f) { return !f->is_local() || f->count.load_relaxed() >= 2 * kCountStep; }

void copy_locals(FrameObject* f) {
  f->index = f->code->index_of(frame_pc(f->fp));
  for (u32 i = 0; i < f->code->nlocals; ++i) {
    Value v = f->fp[i];
    if (f->is_shared() && v.is_ref() && !v.object()->is_shared()) publish_for_store(v.object());
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
  f->fp = nullptr;
  fp[kFrameObject] = Value::empty();
  decrement(f);
}

void detach_generator_frame(Value* fp) {
  FrameObject* f = fp[kFrameObject].as<FrameObject>();
  if (held_by_others(f)) copy_locals(f);
  f->fp = nullptr;  // the generator's destroy drops its count
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
  auto* entry = new_object<Traceback>(t, traceback_type);
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
