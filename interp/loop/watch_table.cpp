// CodeWatch: which instructions of a code object something can be told at.
#include <cstdlib>
#include <cstring>

#include "interp/loop/monitoring.h"
#include "interp/loop/watch.h"
#include "runtime/object/error.h"

namespace taipan {
namespace {

u8 class_of(Op op) {
  switch (op) {
    case Op::RETURN:
    case Op::RETURN_CONST:
    case Op::RETURN_FROM_GENERATOR:
    case Op::YIELD: return kMarkLeave;
    case Op::CALL:
    case Op::CALL_METHOD:
    case Op::CALL_KW:
    case Op::CALL_EX:
    case Op::CALL_H:
    case Op::CALL_METHOD_H:
    case Op::CALL_KW_H:
    case Op::CALL_EX_H: return kMarkCall;
    case Op::RESUME: return kMarkResume;
    default: return 0;
  }
}

void fill(const Code* code, u32 first, u8* marks, i32* lines, i32* flow) {
  std::vector<Position> positions = code->spec->positions.decode();
  for (u32 i = 0; i < code->size; ++i) lines[i] = positions[i].line;
  Decoded in;
  bool falls = false;
  for (u32 i = 0; i < code->size && decode_instr(code->instrs, code->size, i, &in); i = in.next) {
    i32 before = falls ? flow[i - 1] : flow[i];  // that of a jump to here, if there is one
    for (u32 j = i; j < in.next; ++j) flow[j] = lines[i] > 0 ? lines[i] : before;
    falls = in.info->falls_through();
    marks[i] |= kMarkAny | class_of(in.op);
    if (i == 0 || lines[i] != lines[i - 1]) marks[i] |= kMarkLine;
    if (!in.info->is_jump()) continue;
    if (in.jump > 0) flow[in.at + static_cast<u32>(in.jump)] = flow[i];
    if (in.op == Op::JUMP && (in.k & kLoopEntry)) marks[in.at + static_cast<u32>(in.jump)] |= kMarkLoopTest;
    marks[in.at + static_cast<u32>(in.jump)] |= kMarkTarget | kMarkLine;
    if (in.info->falls_through()) marks[in.next] |= kMarkTarget;
  }
  for (const ExceptionEntry& e : code->spec->exceptions) marks[e.handler] |= kMarkLine;
  marks[first] |= kMarkLine;
  for (u32 i = 0; i < code->size; ++i) {
    if (lines[i] <= 0 || code->instrs[i].op == static_cast<u8>(Op::RESUME)) marks[i] &= static_cast<u8>(~kMarkLine);
  }
}

u32 first_of_body(const Code* code) {
  u32 i = 0;
  Decoded in;
  while (decode_instr(code->instrs, code->size, i, &in) && (in.op == Op::RESUME || in.op == Op::MAKE_CELL)) i = in.next;
  return i;
}

}  // namespace

const CodeWatch* code_watch(Thread& t, Code* code) {
  CodeWatch* watch = code->watch.load_acquire();
  if (watch != nullptr) return watch;
  usize n = code->size;  // in one block: both structs, lines, flow, marks (one more, behind the last instruction)
  auto* block = static_cast<char*>(std::calloc(1, sizeof(CodeMonitor) + sizeof(CodeWatch) + 2 * n * sizeof(i32) + 2 * (n + 1)));
  if (block == nullptr) return (void)raise_memory_error(t), nullptr;
  auto* monitor = new (block) CodeMonitor;
  monitor->size = code->size;
  auto* lines = reinterpret_cast<i32*>(block + sizeof(CodeMonitor) + sizeof(CodeWatch));
  i32* flow = lines + n;
  auto* marks = reinterpret_cast<u8*>(flow + n);
  monitor->live = reinterpret_cast<Atomic<u8>*>(marks + n + 1);
  monitor->live_version.store_relaxed(g_monitor_version.load_acquire() - 1);  // not valid yet
  u32 first = first_of_body(code);
  fill(code, first, marks, lines, flow);
  auto* made = new (block + sizeof(CodeMonitor)) CodeWatch{marks, lines, flow, first, monitor};
  if (code->watch.cas_release(watch, made)) return made;
  std::free(block);  // another thread was faster
  return watch;
}

}  // namespace taipan
