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

Result<> frame_object_local(Thread& t, FrameObject* f, u32 i) {
  Value v = f->fp == nullptr ? f->locals()[i] : f->fp[i];
  if (v.is_empty()) return Result<>::absent();
  if (is_exact<Cell>(v) && (f->code->spec->locals[i].flags & kLocalCell)) {
    Cell* cell = v.as<Cell>();
    return cell->value.load(cell);
  }
  return own(v.canonical());
}

void detach_frame_object(Thread& t, Value* fp) {
  FrameObject* f = fp[kFrameObject].as<FrameObject>();
  Code* code = f->code;
  f->index = code->index_of(frame_pc(fp));
  bool only_owner = f->is_local() && f->count.load_relaxed() < 2 * kCountStep;
  if (!only_owner) {
    for (u32 i = 0; i < code->nlocals; ++i) {
      Value v = fp[i];
      if (f->is_shared() && v.is_ref() && !v.object()->is_shared()) publish_for_store(v.object());
      f->locals()[i] = SlotBase::count_for_slot(v);
    }
    if (Value* previous = caller_of(fp)) {
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

i32 Traceback::line_number() const {
  if (line != 0) return line;
  Position p = frame.borrow()->code->position(index);
  return p.line;
}

void add_traceback_entry(Thread& t, Value* fp) {
  // The pending exception waits here: making the entry may fail and must not replace it.
  Local<> exception(t, Result<>::from_owned(std::exchange(t.exc, Value::empty())));
  auto* e = exception.value().as<BaseException>();
  FrameObject* frame = frame_object(t, fp);
  Local<Traceback> entry(t);
  if (frame != nullptr) {
    if (auto* fresh = new_object<Traceback>(t, traceback_type)) entry.set(own_new(fresh));
  }
  if (!entry.is_empty()) {
    entry->frame.init(Value(frame));
    entry->index = frame->code->index_of(frame_pc(fp));
    Local<> next(t, e->traceback.load(e));
    entry->next.init(next.value());
    e->traceback.store(e, Value(entry.get()));
  }
  if (error_pending(t)) clear_error(t);
  t.exc = exception.give().word();
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

Result<> frame_locals(Thread& t, Value* fp) {
  Code* code = frame_code(fp);
  if (code->has_namespace) return own(fp[0].canonical());
  Local<Dict> result(t, TRY(dict_new(t, code->nlocals)));
  for (u32 i = 0; i < code->nlocals; ++i) {
    u8 flags = code->spec->locals[i].flags;
    Value v = fp[i];
    if (v.is_empty()) continue;
    Str* name = (*code->local_names)[i].as<Str>();
    if (name->length() > 0 && name->at(0) == '.') continue;  // .0 of a generator expression
    Local<> value(t, own(v.canonical()));
    if (flags & kLocalCell && is_exact<Cell>(v)) value.set(v.as<Cell>()->value.load(v.object()));
    if (!value.is_empty()) TRY(dict_set_str(t, result, name, value));
  }
  if (Tuple* closure = frame_function(fp)->closure.borrow()) {
    for (u32 i = 0; i < closure->size(); ++i) {
      Cell* cell = (*closure)[i].as<Cell>();
      Local<> value(t, cell->value.load(cell));
      if (!value.is_empty()) TRY(dict_set_str(t, result, (*code->freevars)[i].as<Str>(), value));
    }
  }
  return result.give();
}

}  // namespace taipan
