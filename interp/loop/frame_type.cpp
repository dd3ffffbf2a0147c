// The types frame and traceback: what Python code sees of frames.
#include <cstdio>

#include "interp/loop/async.h"
#include "interp/loop/frame_object.h"
#include "interp/loop/generator.h"
#include "interp/loop/helpers_inline.h"
#include "runtime/memory/hooks.h"
#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/thread/object_lock.h"
#include "runtime/types/cell.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/object_parts.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"

namespace taipan {
namespace {

FrameObject* frame_of(Value v) { return v.as<FrameObject>(); }

Result<> get_back(Thread& t, Value self) {
  Result<FrameObject> back = frame_object_back(t, frame_of(self));
  return back.is_absent() ? none() : Result<>(back);
}
Result<> get_code(Thread& t, Value self) { return own(frame_of(self)->code); }
Result<> get_globals(Thread& t, Value self) {
  Function* f = frame_of(self)->function.borrow();
  return f->globals.load(f);
}
Result<> get_builtins(Thread& t, Value self) {
  Function* f = frame_of(self)->function.borrow();
  return f->builtins.load(f);
}
Result<> get_line(Thread& t, Value self) { return Result<>::small_int(frame_object_line(t, frame_of(self))); }
Status set_line(Thread& t, Value self, Value v) {
  if (v.is_empty()) return raise(t, AttributeError, "cannot delete attribute");
  return frame_object_jump(t, frame_of(self), v);
}
Result<> get_last_index(Thread& t, Value self) {
  return Result<>::small_int(static_cast<i64>(frame_object_index(t, frame_of(self))) * static_cast<i64>(sizeof(Instr)));
}
Result<> get_generator(Thread& t, Value self) {
  FrameObject* f = frame_of(self);
  if (!f->code->is_generator) return none();
  FrameAccess frame(t, f);
  if (frame.fp() == nullptr) return none();
  return Result<>::from_owned(frame.take(Value(generator_of(frame.fp()))));
}
Result<> get_trace(Thread& t, Value self) {
  Value v = frame_of(self)->trace.load(self.object()).word();
  return v.is_empty() ? none() : Result<>::from_owned(v);
}
Status set_trace(Thread& t, Value self, Value v) {
  frame_of(self)->trace.store(self.object(), v.is_empty() || is_none(v) ? Value::empty() : v);
  return kDone;
}
Result<> get_trace_lines(Thread& t, Value self) { return boolean(frame_of(self)->trace_lines); }
Status set_trace_lines(Thread& t, Value self, Value v) { return frame_of(self)->trace_lines = TRY(truth(t, v)), kDone; }
Result<> get_trace_opcodes(Thread& t, Value self) { return boolean(frame_of(self)->trace_opcodes); }
Status set_trace_opcodes(Thread& t, Value self, Value v) { return frame_of(self)->trace_opcodes = TRY(truth(t, v)), kDone; }

Result<> get_locals(Thread& t, Value self) { return frame_locals_proxy(t, frame_of(self)); }

// frame.clear(): drops the locals of a finished frame; closes a suspended generator.
Result<> frame_clear(Thread& t, FrameObject* f) {
  Local<> generator(t);
  GeneratorState state = GeneratorState::Finished;
  {
    FrameAccess frame(t, f);
    if (Value* fp = frame.fp()) {
      if (f->code->is_generator) generator.set(Result<>::from_owned(frame.take(Value(generator_of(fp)))));
      state = generator.is_empty() ? GeneratorState::Running : generator_of(fp)->state.load_relaxed();
    }
  }
  if (state == GeneratorState::Running) return raise(t, RuntimeError, "cannot clear an executing frame");
  if (state == GeneratorState::Suspended) return raise(t, RuntimeError, "cannot clear a suspended frame");
  if (!generator.is_empty()) {
    if (is_exact_coroutine(generator)) warn_never_awaited(t, generator.value().as<Generator>());
    drop(TRY(generator_close(t, generator.value().as<Generator>())));
  }
  for (u32 i = 0; i < f->code->nlocals; ++i) {
    Value old;
    {
      Mutating lock(f);  // two threads may clear the same traceback
      old = std::exchange(f->locals()[i], Value::empty());
    }
    drop(old);
  }
  f->extra.clear(f);
  f->is_cleared.store_relaxed(true);  // read by whoever looks at the frame; says nothing about the locals
  return none();
}

Result<Str> frame_repr(Thread& t, Value self) {
  FrameObject* f = frame_of(self);
  char address[24];
  std::snprintf(address, sizeof address, "0x%lx", static_cast<unsigned long>(self.canonical().bits));
  return str_format(t, "<frame at {}, file {!r}, line {}, code {}>", address, Value(f->code->filename), frame_object_line(t, f),
                    Value(f->code->name));
}

usize frame_size(const Object* o) {
  auto* f = static_cast<const FrameObject*>(o);
  return sizeof(FrameObject) + (f->code == nullptr ? 0 : f->code->nlocals * sizeof(Value));
}
void frame_visit(Object* o, EdgeVisitor& visit) {
  auto* f = static_cast<FrameObject*>(o);
  visit(f->function, f->back, f->trace, f->extra, f->replaced);
  if (f->code != nullptr && f->live.load_acquire() == nullptr) visit.words(f->locals(), f->code->nlocals);
}

// Frames die with every exception: slot by slot, without a visitor.
void frame_destroy(Object* o) {
  auto* f = static_cast<FrameObject*>(o);
  usize size = sizeof(FrameObject);
  if (f->code != nullptr) {
    size += f->code->nlocals * sizeof(Value);
    if (f->live.load_relaxed() == nullptr) {
      for (u32 i = f->code->nlocals; i-- > 0;) drop(std::exchange(f->locals()[i], Value::empty()));
    }
  }
  for (SlotBase* s : {static_cast<SlotBase*>(&f->function), static_cast<SlotBase*>(&f->back), static_cast<SlotBase*>(&f->trace),
                      static_cast<SlotBase*>(&f->extra), static_cast<SlotBase*>(&f->replaced)}) {
    release_removed(Value(s->raw().load_relaxed()));
    s->raw().store_relaxed(0);
  }
  free_dead_object(Thread::current(), f, size);
}

const GetSetDef kFrameGetSets[] = {
    {"f_back", get_back, nullptr, nullptr},
    {"f_code", get_code, nullptr, nullptr},
    {"f_globals", get_globals, nullptr, nullptr},
    {"f_builtins", get_builtins, nullptr, nullptr},
    {"f_locals", get_locals, nullptr, nullptr},
    {"f_lineno", get_line, set_line, nullptr},
    {"f_lasti", get_last_index, nullptr, nullptr},
    {"f_generator", get_generator, nullptr, nullptr},
    {"f_trace", get_trace, set_trace, nullptr},
    {"f_trace_lines", get_trace_lines, set_trace_lines, nullptr},
    {"f_trace_opcodes", get_trace_opcodes, set_trace_opcodes, nullptr},
};
const NativeDef kFrameMethods[] = {
    def<object_sizeof>("__sizeof__($self, /)", "Size of the object's own storage, in bytes."),
    def<frame_clear>("clear($self, /)", "Drop all references the frame's locals hold."),
};

// ---- traceback ----

Traceback* entry_of(Value v) { return v.as<Traceback>(); }
Result<> get_next(Thread& t, Value self) {
  Value v = entry_of(self)->next.load(self.object()).word();
  return v.is_empty() ? none() : Result<>::from_owned(v);
}
Status set_next(Thread& t, Value self, Value v) {
  if (v.is_empty()) return raise(t, TypeError, "can't delete tb_next attribute");
  if (!is_none(v) && !is_exact<Traceback>(v)) return raise(t, TypeError, "expected traceback object or None, got '{!T}'", v);
  for (Value x = v; is_exact<Traceback>(x); x = entry_of(x)->next.borrow()) {
    if (same(x, self)) return raise(t, ValueError, "traceback loop detected");
  }
  entry_of(self)->next.store(self.object(), is_none(v) ? Value::empty() : v);
  return kDone;
}
Result<> get_frame(Thread& t, Value self) { return entry_of(self)->frame.load(self.object()); }
Result<> get_entry_index(Thread& t, Value self) {
  if (i32 given = entry_of(self)->last_index) return Result<>::small_int(given);
  return Result<>::small_int(static_cast<i64>(entry_of(self)->index) * static_cast<i64>(sizeof(Instr)));
}
Result<> get_entry_line(Thread& t, Value self) {
  i32 line = entry_of(self)->line_number();
  return line <= 0 ? none() : Result<>::small_int(line);
}

Result<> traceback_make(Thread& t, Type* cls, Value next, FrameObject* frame, i32 index, i32 line) {
  if (!is_none(next) && !is_exact<Traceback>(next)) return raise(t, TypeError, "expected traceback object or None, got '{!T}'", next);
  auto* e = new_object<Traceback>(t, *cls);
  if (e == nullptr) return kError;
  e->next.init(is_none(next) ? Value::empty() : next);
  e->frame.init(Value(frame));
  e->index = static_cast<u32>(index) / sizeof(Instr);
  e->line = line;
  e->last_index = index;
  return own_new(e);
}
const NativeDef kTracebackNew = def<traceback_make>("traceback($type, /, tb_next, tb_frame, tb_lasti, tb_lineno)", "");
Result<> traceback_new(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  static bool registered = (register_native(t, kTracebackNew), true);
  (void)registered;
  return kTracebackNew.entry(t, Value(&cls), args, nargs, kwnames);
}

void traceback_visit(Object* o, EdgeVisitor& visit) {
  auto* e = static_cast<Traceback*>(o);
  visit(e->next, e->frame);
}
// A deep recursion leaves a long chain: it is taken apart link by link, not recursively.
void traceback_destroy(Object* o) {
  for (;;) {
    auto* e = static_cast<Traceback*>(o);
    Object* next = nullptr;
    Value v = e->next.borrow();
    if (is_exact<Traceback>(v) && v.object()->is_local() && e->is_local() && v.object()->count.load_relaxed() < 2 * kCountStep) {
      next = v.object();
      e->next.raw().store_relaxed(0);  // its only count moves to this loop
    }
    release_removed(Value(e->next.raw().load_relaxed()));
    release_removed(Value(e->frame.raw().load_relaxed()));
    free_dead_object(Thread::current(), e, sizeof(Traceback));
    if (next == nullptr) return;
    o = next;
  }
}

Result<List> traceback_dir(Thread& t, Value) {
  Local<List> names(t, TRY(list_new(t)));
  for (const char* name : {"tb_frame", "tb_next", "tb_lasti", "tb_lineno"}) {
    Local<Str> text(t, TRY(str_intern(t, name)));
    TRY(list_append(t, names, text));
  }
  return names.give();
}

const NativeDef kTracebackMethods[] = {
    def<traceback_dir>("__dir__($self, /)", "Names of the attributes."),
};
const GetSetDef kTracebackGetSets[] = {
    {"tb_next", get_next, set_next, nullptr},
    {"tb_frame", get_frame, nullptr, nullptr},
    {"tb_lasti", get_entry_index, nullptr, nullptr},
    {"tb_lineno", get_entry_line, nullptr, nullptr},
};

}  // namespace

extern const TypeDef frame_type_def, traceback_type_def;
const TypeDef frame_type_def = {
    .name = "frame",
    .flags = kTypeNoInstantiation | kTypeGcTracked | kTypeWeakrefable,
    .size = sizeof(FrameObject),
    .slots = {.visit = frame_visit, .destroy = frame_destroy, .size = frame_size, .repr = frame_repr},
    .methods = kFrameMethods,
    .getsets = kFrameGetSets,
};
const TypeDef traceback_type_def = {
    .name = "traceback",
    .doc = "Create a new traceback object.",
    .flags = kTypeGcTracked,
    .size = sizeof(Traceback),
    .slots = {.visit = traceback_visit, .destroy = traceback_destroy, .new_ = traceback_new},
    .methods = kTracebackMethods,
    .getsets = kTracebackGetSets,
    .text_signature = "(tb_next, tb_frame, tb_lasti, tb_lineno)",
};

}  // namespace taipan
