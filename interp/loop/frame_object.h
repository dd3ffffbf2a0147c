// FrameObject: a frame as Python code sees it, made on demand and pointed to by fp[kFrameObject] (C9).
// Traceback: one entry an exception collects for each frame it passes.
// A live frame object reads the frame's registers; when the frame exits it gets copies of the locals.
#pragma once
#include "interp/loop/frame.h"
#include "runtime/types/exceptions.h"

namespace taipan {

struct FrameObject : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::frame_;
  static constexpr u32 kSubclassFlag = 0;
  Atomic<Value*> live;    // the frame while it lives (suspended generators too), else null; its thread writes
  Code* code;
  Slot<Function> function;
  Slot<FrameObject> back; // once detached
  Slot<> trace;           // f_trace
  Slot<> extra;           // dict: names that f_locals got beyond the frame's own
  Slot<List> replaced;    // values of a live frame that writes to f_locals replaced
  u32 index;              // instruction at which it was left
  bool trace_lines, trace_opcodes;
  Atomic<bool> is_cleared;  // frame.clear(): its closure is not shown any more
  Value* locals() { return reinterpret_cast<Value*>(this + 1); }  // nlocals counted words, once detached
};

struct Traceback : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::traceback_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<> next;            // Traceback or None
  Slot<FrameObject> frame;
  u32 index;              // instruction
  i32 line;               // 0: computed from index when asked
  i32 last_index;         // tb_lasti of one that Python code made; 0: computed
  i32 line_number() const;
};

// The registers of a frame object's frame, for as long as this lives. A frame that is another thread's, or a shared
// generator's, holds still meanwhile because the world is stopped: no Python code may run (R19).
class FrameAccess {
 public:
  FrameAccess(Thread& t, const FrameObject* f);
  FrameAccess(const FrameAccess&) = delete;
  ~FrameAccess();
  Value* fp() const { return fp_; }  // null: the frame has ended
  bool is_foreign() const { return stopped_; }
  // An owned word of what a register holds, which is published first if it is another thread's.
  Value take(Value v) const;

 private:
  Thread& t_;
  Value* fp_;
  bool stopped_ = false;
};

// The frame's object, made if there is none; borrowed: the frame holds it. Null: MemoryError.
FrameObject* frame_object(Thread& t, Value* fp);
// Index of the current instruction of a live or dead frame.
u32 frame_object_index(Thread& t, const FrameObject* f);
i32 frame_object_line(Thread& t, const FrameObject* f);
// frame.f_lineno = line: a trace function makes the frame it is told of go on elsewhere (frame_jump.cpp).
Status frame_object_jump(Thread& t, FrameObject* f, Value line);
// The frame that called, owned; absent() at the bottom.
Result<FrameObject> frame_object_back(Thread& t, FrameObject* f);
// f_locals: a proxy that writes to the frame; the namespace itself for modules and classes.
Result<> frame_locals_proxy(Thread& t, FrameObject* f);
// The frame's object outlives a suspended generator that dies: it keeps the locals.
void detach_generator_frame(Value* fp);

// Adds an entry for frame fp at its saved pc to the pending exception.
void add_traceback_entry(Thread& t, Value* fp);

// Takes importlib's frames out of the pending exception's traceback: all of them if it is an ImportError, else the
// runs that end in _call_with_frames_removed(), behind which the imported module's own frames begin.
void trim_import_frames(Thread& t);

// locals() of a frame of this thread: the namespace itself for modules and classes, else a new dict.
Result<> frame_locals(Thread& t, Value* fp);
// The frame `depth` Python frames out, or null.
Value* frame_at(Thread& t, u32 depth);

}  // namespace taipan
