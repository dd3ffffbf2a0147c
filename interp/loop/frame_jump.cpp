// frame.f_lineno = line: a debugger makes a frame go on at another line. What the frame holds for the blocks it is in
// (iterators, exceptions, what `with` will call) must suit the new place: blocks may be left, not entered.
#include <algorithm>
#include <string_view>

#include "interp/bytecode/verifier.h"
#include "interp/loop/frame_object.h"
#include "interp/loop/generator.h"
#include "interp/loop/helpers_inline.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/types/int.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"

namespace taipan {
namespace {

using Registers = std::vector<Held>;  // temporaries before an instruction

bool suits(const Registers& from, const Registers& to) {
  for (usize i = 0; i < to.size(); ++i) {
    if (to[i] != Held::Nothing && (to[i] == Held::Unsure || from[i] != to[i])) return false;
  }
  return true;
}

usize count_held(const Registers& registers) {
  return registers.size() - static_cast<usize>(std::count(registers.begin(), registers.end(), Held::Nothing));
}

const char* why_not(const Registers& to) {
  for (usize i = to.size(); i-- > 0;) {
    if (to[i] == Held::Nothing) continue;
    if (to[i] == Held::Iterator) return "can't jump into the body of a for loop";
    if (to[i] == Held::Handled || to[i] == Held::Finally || to[i] == Held::Exception) return "can't jump into an 'except' block as there's no exception";
    break;
  }
  return "incompatible stacks";
}

// The first line from `line` on that has code; 0: none.
i32 line_with_code(const std::vector<Position>& positions, i32 line) {
  i32 best = 0;
  for (const Position& p : positions) {
    if (p.line >= line && (best == 0 || p.line < best)) best = p.line;
  }
  return best;
}

// Where `line` begins with registers that suit best; else *problem says why not.
const Instr* place_for(const Code* code, const std::vector<Position>& positions, i32 line, u32 here, const char** problem) {
  std::vector<Registers> held = held_registers(*code->spec);
  const Registers& from = held[here];
  const Instr* best = nullptr;
  usize most = 0;
  *problem = from.empty() && code->nregs > code->nlocals ? "can't jump from unreachable code" : "cannot find bytecode for specified line";
  // The end of a function has the line of the statement before it: it counts only if nothing else has that line.
  auto is_end = [&](u32 i) { return code->instrs[i].op == static_cast<u8>(Op::RETURN_CONST); };
  bool only_ends = true;
  for (u32 i = 1; i < code->size; ++i) only_ends &= positions[i].line != line || is_end(i);
  for (u32 i = 1; i < code->size; ++i) {
    bool begins = positions[i].line == line && (positions[i - 1].line != line || code->instrs[i - 1].op == static_cast<u8>(Op::RESUME));
    if (!begins || held[i].empty() || (is_end(i) && !only_ends)) continue;
    if (from.size() < code->nregs - code->nlocals || held[i].size() != from.size()) continue;
    if (!suits(from, held[i])) {
      if (best == nullptr) *problem = why_not(held[i]);
      continue;
    }
    usize n = count_held(held[i]);
    if (best == nullptr || n > most) best = code->instrs + i, most = n;
  }
  return best;
}

// Leaves the blocks that the new place is not in, innermost first.
void leave_blocks(Thread& t, Value* fp, const Instr* to) {
  const Code* code = frame_code(fp);
  std::vector<Registers> held = held_registers(*code->spec);
  const Registers& from = held[code->index_of(frame_pc(fp))];
  const Registers& at = held[code->index_of(to)];
  for (u32 i = static_cast<u32>(from.size()); i-- > 0;) {
    if (from[i] == Held::Nothing || at[i] != Held::Nothing) continue;
    u32 r = code->nlocals + i;
    if (from[i] == Held::Handled || from[i] == Held::Finally) {
      pop_exc(t, fp, frame_pc(fp), r, 0, 0);
    } else {
      put(fp, r, Value::empty());
    }
  }
}

bool is_unbound(const Code* code, const Value* fp, u32 i) {
  return fp[i].is_empty() && !(code->spec->locals[i].flags & kLocalNamespace);
}

// Code relies on locals that are certainly bound: those that are not, now that some lines are skipped, become None.
Status bind_locals(Thread& t, Value* fp) {
  const Code* code = frame_code(fp);
  u32 n = 0;
  for (u32 i = 0; i < code->nlocals; ++i) n += is_unbound(code, fp, i);
  if (n == 0) return kDone;
  Local<Str> text(t, TRY(str_format(t, "assigning None to {} unbound local{}", n, n == 1 ? "" : "s")));
  TRY(warn(t, RuntimeWarning, text.get()));
  for (u32 i = 0; i < code->nlocals; ++i) {
    bool is_hidden = code->spec->locals[i].flags & kLocalHidden;  // its comprehension binds it
    if (is_unbound(code, fp, i) && !is_hidden) put(fp, i, none().word());
  }
  return kDone;
}

}  // namespace

Status frame_object_jump(Thread& t, FrameObject* f, Value wanted) {
  WatchState& watch = t.engine->watch;
  Value* fp = f->live.load_acquire();
  if (!is_any_int(wanted)) return raise(t, ValueError, "lineno must be an integer");
  if (watch.event == nullptr || fp == nullptr || watch.told != fp) {
    return raise(t, ValueError, "f_lineno can only be set in a trace function");
  }
  std::string_view event = watch.event;
  if (event == "call") return raise(t, ValueError, "can't jump from the 'call' trace event of a new frame");
  bool yields = event == "return" && frame_pc(fp)->op == static_cast<u8>(Op::YIELD);
  if (event != "line" && !yields) return raise(t, ValueError, "can only jump from a 'line' trace event");
  const Code* code = f->code;
  i64 given = TRY(to_ssize(t, wanted));
  if (given != static_cast<i32>(given)) return raise(t, ValueError, "lineno out of range");
  if (given < static_cast<i64>(code->firstlineno)) {
    return raise(t, ValueError, "line {} comes before the current code block", static_cast<long>(given));
  }
  std::vector<Position> positions = code->spec->positions.decode();
  i32 line = line_with_code(positions, static_cast<i32>(given));
  if (line == 0) return raise(t, ValueError, "line {} comes after the current code block", static_cast<long>(given));
  const char* problem;
  const Instr* to = place_for(code, positions, line, code->index_of(frame_pc(fp)), &problem);
  if (to == nullptr) return raise(t, ValueError, "{}", problem);
  TRY(bind_locals(t, fp));
  leave_blocks(t, fp, to);
  set_frame_pc(fp, to);
  return kDone;
}

}  // namespace taipan
