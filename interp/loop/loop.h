// The dispatch loop and what it shares with the helpers: how frames are pushed, left and unwound.
// All state is in memory at instruction boundaries (S7): t.fp, the frame's words, its saved pc.
// Helpers never call the loop but through run_frame().
#pragma once
#include "interp/loop/frame.h"
#include "runtime/thread/thread.h"

namespace taipan {

// What a helper that may have changed the current frame tells the loop.
enum class Outcome {
  Error,  // an exception is pending; the current frame (t.fp) has its pc saved
  Next,   // finished: go on behind this instruction
  Enter,  // go on in t.fp at its saved pc
  Jump,   // take the instruction's jump
  Exit,   // leave the loop: the result is in *exit_value
  // Of compiled code only (tier.h):
  PollCall,  // t.fp was just pushed, and the poll word asks for something
  Watch,     // this thread is watched from t.fp's saved pc on
};

// Runs the frame t.fp from its saved pc until the frame marked Entry (or GeneratorEntry) is left.
// The result is an owned word, or the error word with the exception pending.
// from: Enter; Error: an exception is pending at that pc; PollCall, Watch: what compiled code has handed back.
Value run_frame(Thread& t, Outcome from = Outcome::Enter);
// The same for a thread that is traced, profiled or monitored (interp/loop/watch.h), from t.fp and its saved pc.
// Exit: the frame marked Entry is left, *exit_value is the result. Enter: nobody watches any more; go on in t.fp.
enum class WatchFrom {
  Boundary,  // in the middle of a frame
  Call,      // a frame that was just pushed by an instruction
  Native,    // ... or by C++, or a generator that C++ resumes
  Raise,     // an exception is pending in a frame that C++ resumes: throw()
};
Outcome run_watched(Thread& t, WatchFrom from, Value* exit_value);
// One instruction that has a WIDE prefix; pc names the prefix.
Outcome run_wide(Thread& t, Value* fp, const Instr* pc, Value* exit_value);

// May a frame for `code` with its registers at `args` be pushed?
TP_INLINE bool has_frame_room(const Thread& t, const Value* args, const Code* code) {
  return args + code->nregs <= t.limit && t.depth < t.recursion_limit;
}
// Makes the words at `args` the current frame, called by t.fp. The window's callee and arguments are in place, there is
// room; its pc is not written: whoever goes on in it knows that.
TP_INLINE void link_frame_uncleared(Thread& t, Value* args, Code* code, u64 tag) {
  ++t.depth;
  args[kFrameCode] = Value::deferred(code);
  args[kFramePrevious] = Value(reinterpret_cast<u64>(t.fp) | 1 | tag);
  t.fp = args;
  t.top = args + code->nregs;
}
TP_INLINE void clear_locals(Value* fp, const Code* code) {
  for (u32 i = code->first_cleared; i < code->nlocals; ++i) fp[i] = Value::empty();
}
TP_INLINE void link_frame(Thread& t, Value* args, Code* code, u64 tag) {
  clear_locals(args, code);
  link_frame_uncleared(t, args, code, tag);
}

// Pushes a frame for `code`, whose window starts at `args` - 7 and holds bound arguments and callee.
// tag: kSpecialFrame or 0. False: RecursionError or no memory; the window is untouched.
bool push_frame(Thread& t, Value* args, Code* code, u64 tag);
// A SPECIAL frame has returned `result` (owned): its registers are already empty.
Outcome leave_special(Thread& t, Value* fp, Value result, Value* exit_value);
// Stores an owned word into the result register of the instruction at which frame t.fp stands and moves
// its pc behind it.
void deliver(Thread& t, Value result);
// The pending exception: finds a handler, from the current frame outwards. Enter or Exit.
Outcome unwind(Thread& t, Value* exit_value);

// Where an exception at the instruction goes; null: it leaves the frame.
const ExceptionEntry* find_handler(const Code* code, u32 index);

// The word the frame object pointed to by fp[kFrameObject] gets copies of the locals if others own it too.
void detach_frame_object(Thread& t, Value* fp);

}  // namespace taipan
