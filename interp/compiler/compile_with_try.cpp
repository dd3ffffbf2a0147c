#include "interp/compiler/generator.h"

// try, with, and what leaving their blocks requires.
//
// Layout of a handler: the exception arrives in register d, the handled exception of before is saved in d + 1, the
// code of the handler uses d + 2 and up. A region around it leads to a cleanup that restores the saved one.

namespace taipan::compiler {

using namespace ast;

// ---- Leaving blocks ----

Seq<Stmt*> Generator::final_body(const Node* s) const {
  if (auto* t = try_as<Try>(s)) return t->finalbody;
  return ast::as<TryStar>(s)->finalbody;
}

bool Generator::needs_unwinding(usize keep) const {
  for (usize i = keep; i < u->blocks.size(); ++i) {
    BlockKind kind = u->blocks[i].kind;
    if (kind == BlockKind::Finally || kind == BlockKind::With || kind == BlockKind::AsyncWith || kind == BlockKind::HandlerName)
      return true;
  }
  return false;
}

// What leaving one block requires; the result, if any, stays in a register below what it uses.
Reg Generator::unwind_block(const Block& block, Reg value) {
  auto above = [&](Reg floor) { u->top = value != kNoReg && value >= floor ? value + 1 : floor; };
  switch (block.kind) {
    case BlockKind::While:
    case BlockKind::Try: break;
    case BlockKind::For:
    case BlockKind::AsyncFor: drop(block.reg); break;
    case BlockKind::Handler:
      as().emit(Op::POP_EXC, block.reg + 1, 0, 0, kKillA);
      drop(block.reg);
      break;
    case BlockKind::HandlerName:
      above(block.top);
      unbind_name(block.name);
      break;
    case BlockKind::Finally:
      above(block.top);
      final_code(final_body(block.node));
      no_position();
      break;
    case BlockKind::With:
    case BlockKind::AsyncWith: {
      if (value != kNoReg) {
        move(block.reg, {value, true});
        value = block.reg;
      }
      u->top = block.top;
      {
        At at(*this, *static_cast<const WithItem*>(block.node)->context_expr);
        for (u32 i = 0; i < 3; ++i) load_none(push());
        exit_call(block.reg + 2, block.reg + 2, block.kind == BlockKind::AsyncWith);
        drop(block.reg + 2);
      }
      no_position();
      break;
    }
  }
  return value;
}

// Takes blocks off down to `keep`, innermost first; each one's regions end where its own undoing begins.
Reg Generator::unwind_blocks(usize keep, Reg value) {
  unwound_.emplace_back();
  while (u->blocks.size() > keep) {
    Block block = u->blocks.back();
    u->blocks.pop_back();
    unwound_.back().push_back(block);
    if (block.region2 != ~0u) as().suspend_region(block.region2);
    if (block.region != ~0u) as().suspend_region(block.region);
    value = unwind_block(block, value);
    if (failed()) break;
  }
  return value;
}

void Generator::restore_blocks(usize) {
  std::vector<Block> blocks = std::move(unwound_.back());
  unwound_.pop_back();
  while (!blocks.empty()) {
    const Block& block = blocks.back();
    if (block.region != ~0u) as().resume_region(block.region);
    if (block.region2 != ~0u) as().resume_region(block.region2);
    u->blocks.push_back(block);
    blocks.pop_back();
  }
}

// ---- try ----

void Generator::try_stmt(const Try* s) {
  as().emit(Op::NOP);  // `try:` has no other instruction
  if (s->finalbody.empty()) try_except(s);
  else try_finally(s, s->finalbody, [&] {
    if (s->handlers.empty()) body(s->body);
    else try_except(s);
  });
}

// The body's code is followed by the final one; a second copy of that handles exceptions.
template <class Body>
void Generator::try_finally(const Stmt* s, Seq<Stmt*> finalbody, Body&& protected_body) {
  Reg d = u->top;
  Label end = as().new_label();
  RegionId region = as().open_region(d, d);
  u->blocks.push_back({BlockKind::Finally, d, region});
  u->blocks.back().node = s;
  protected_body();
  u->blocks.pop_back();
  as().close_region(region);
  u->top = d;
  if (as().reachable()) {
    final_code(finalbody);
    no_position();
    as().emit_jump(Op::JUMP, end);
  }
  no_position();
  as().begin_handler(region, u->deletable);
  if (as().reachable()) {
    Assembler::Cold cold(as());
    u->top = d + 2;
    as().touch(d + 2);
    as().emit(Op::PUSH_EXC, d + 1, d, 0, kInFinally);
    RegionId cleanup = as().open_region(d + 2, d + 2);
    u->blocks.push_back({BlockKind::Handler, d + 2, cleanup});
    u->blocks.back().reg = d;
    set_position(*s);
    final_code(finalbody);
    u->blocks.pop_back();
    as().close_region(cleanup);
    no_position();
    as().emit(Op::POP_EXC, d + 1, 0, 0, kKillA);
    as().emit(Op::RERAISE, 0, d, 0, kKillB);
    as().begin_handler(cleanup, u->deletable);
    no_position();
    as().emit(Op::POP_EXC, d + 1, 0, 0, kKillA);
    as().emit(Op::RERAISE, 0, d + 2, 0, kKillB);
  }
  u->top = d;
  as().bind(end);
}

// The body of an except clause, its name bound and unbound. The exception is in exc; the position is the clause's.
void Generator::handler_body(const ExceptHandler* h, Reg exc, RegionId outer) {
  if (!h->name.data()) {
    body(h->body);
    return;
  }
  store_name(h->name, {exc, false});
  Reg d = u->top;
  RegionId region = as().open_region(d, d);
  u->blocks.push_back({BlockKind::HandlerName, d, region});
  u->blocks.back().name = h->name;
  body(h->body);
  u->blocks.pop_back();
  as().close_region(region);
  u->top = d;
  no_position();
  if (as().reachable()) unbind_name(h->name);
  Assembler::Flow after = as().flow();
  Label over = as().new_label();
  as().emit_jump(Op::JUMP, over);
  as().begin_handler(region, u->deletable);
  if (as().reachable()) {
    Assembler::Cold cold(as());
    u->top = d + 1;
    as().touch(d);
    unbind_name(h->name);
    as().emit(Op::RERAISE, 0, d, 0, kKillB);
  }
  u->top = d;
  as().bind(over);
  if (!after.reachable) as().set_flow(after);
}

void Generator::try_except(const Try* s) {
  Reg d = u->top;
  Label end = as().new_label();
  RegionId region = as().open_region(d, d);
  u->blocks.push_back({BlockKind::Try, d, region});
  body(s->body);
  u->blocks.pop_back();
  as().close_region(region);
  u->top = d;
  body(s->orelse);
  no_position();
  as().emit_jump(Op::JUMP, end);
  as().begin_handler(region, u->deletable);
  if (as().reachable()) {
    Assembler::Cold cold(as());
    u->top = d + 2;
    as().touch(d + 2);
    as().emit(Op::PUSH_EXC, d + 1, d);
    RegionId cleanup = as().open_region(d + 2, d + 2);
    u->blocks.push_back({BlockKind::Handler, d + 2, cleanup});
    u->blocks.back().reg = d;
    for (u32 i = 0; i < s->handlers.size(); ++i) {
      const ExceptHandler* h = s->handlers[i];
      set_position(*h);
      if (!h->type && i + 1 < s->handlers.size()) fail(*h, "default 'except:' must be last");
      Label next = as().new_label();
      if (h->type) {
        Operand type = operand(h->type, true);
        u->top = d + 2;
        as().emit_jump(Op::JUMP_IF_NO_MATCH, next, d, type.reg, type.kill ? kKillRight : 0);
      } else {
        as().emit(Op::NOP);  // the line of `except:`
      }
      handler_body(h, d, cleanup);
      no_position();
      as().emit(Op::POP_EXC, d + 1, 0, 0, kKillA);
      drop(d);
      as().emit_jump(Op::JUMP, end);
      as().bind(next);
      if (failed()) return;
    }
    u->blocks.pop_back();
    as().close_region(cleanup);
    set_position(*s->handlers.back());  // where nothing matched
    as().emit(Op::POP_EXC, d + 1, 0, 0, kKillA);
    as().emit(Op::RERAISE, 0, d, 0, kKillB);
    as().begin_handler(cleanup, u->deletable);
    no_position();
    as().emit(Op::POP_EXC, d + 1, 0, 0, kKillA);
    as().emit(Op::RERAISE, 0, d + 2, 0, kKillB);
  }
  u->top = d;
  as().bind(end);
}

// ---- except* ----

void Generator::try_star(const TryStar* s) {
  as().emit(Op::NOP);
  if (s->finalbody.empty()) try_star_except(s);
  else try_finally(s, s->finalbody, [&] {
    if (s->handlers.empty()) body(s->body);
    else try_star_except(s);
  });
}

// Registers: d original exception, d+1 saved handled one, d+2 list of exceptions raised by clauses, d+3 the rest
// that no clause has matched, d+4 the part this clause matches.
void Generator::try_star_except(const TryStar* s) {
  Reg d = u->top, raised = d + 2, rest = d + 3, match = d + 4;
  Label end = as().new_label();
  RegionId region = as().open_region(d, d);
  u->blocks.push_back({BlockKind::Try, d, region});
  body(s->body);
  u->blocks.pop_back();
  as().close_region(region);
  u->top = d;
  body(s->orelse);
  no_position();
  as().emit_jump(Op::JUMP, end);
  as().begin_handler(region, u->deletable);
  if (as().reachable()) {
    Assembler::Cold cold(as());
    u->top = d + 5;
    as().touch(u->top);
    as().emit(Op::PUSH_EXC, d + 1, d);
    RegionId cleanup = as().open_region(d + 2, d + 2);
    as().emit(Op::BUILD_LIST, raised, raised, 0);
    move(rest, {d, false});
    for (u32 i = 0; i < s->handlers.size(); ++i) {
      const ExceptHandler* h = s->handlers[i];
      set_position(*h);
      Label no_match = as().new_label(), next = as().new_label();
      u->top = d + 5;
      Operand type = operand(h->type, true);
      as().emit(Op::SPLIT_GROUP, rest, type.reg, match, type.b());
      u->top = d + 5;
      as().emit_jump(Op::JUMP_IF_NONE, no_match, match);
      RegionId inner = as().open_region(d + 5, d + 5);
      Block block{BlockKind::Handler, d + 5, inner, cleanup};
      block.reg = d;
      block.next = kStarHandler;
      u->blocks.push_back(block);
      if (h->name.data()) store_name(h->name, {match, false});
      if (h->name.data()) {
        Block named{BlockKind::HandlerName, d + 5};
        named.name = h->name;
        u->blocks.push_back(named);
      }
      body(h->body);
      if (h->name.data()) u->blocks.pop_back();
      u->blocks.pop_back();
      as().close_region(inner);
      u->top = d + 5;
      no_position();
      if (as().reachable() && h->name.data()) unbind_name(h->name);
      drop(match);
      as().emit_jump(Op::JUMP, next);
      as().begin_handler(inner, u->deletable);  // the clause raised: remember it, go on
      if (as().reachable()) {
        u->top = d + 6;
        if (h->name.data()) unbind_name(h->name);
        as().emit(Op::LIST_APPEND, raised, d + 5, 0, kKillB);
        drop(match);
        as().emit_jump(Op::JUMP, next);
      }
      as().bind(no_match);
      drop(match);
      as().bind(next);
      if (failed()) return;
    }
    no_position();
    as().emit(Op::LIST_APPEND, raised, rest, 0, kKillB);
    as().emit(Op::PREPARE_RERAISE_STAR, rest, d, raised, kKillB | kKillC);
    as().close_region(cleanup);
    Label reraise = as().new_label();
    as().emit_jump(Op::JUMP_IF_NOT_NONE, reraise, rest);
    drop(rest);
    as().emit(Op::POP_EXC, d + 1, 0, 0, kKillA);
    as().emit_jump(Op::JUMP, end);
    as().bind(reraise);
    as().emit(Op::POP_EXC, d + 1, 0, 0, kKillA);
    as().emit(Op::RERAISE, 0, rest, 0, kKillB);
    as().begin_handler(cleanup, u->deletable);
    as().emit(Op::POP_EXC, d + 1, 0, 0, kKillA);
    as().emit(Op::RERAISE, 0, d + 2, 0, kKillB);
  }
  u->top = d;
  as().bind(end);
}

// ---- with ----

// The arguments are in place: calls __exit__ (awaits __aexit__), result in dst.
void Generator::exit_call(Reg window, Reg dst, bool is_async) {
  finish_call(Op::CALL_METHOD, dst, window, 3, window + kWindowHeader + 4);
  u->top = dst + 1;
  if (is_async) await_value(dst, dst, 2);
}

// Registers: e exception (in the handler; a result on its way out), e+1 saved handled exception, e+2 the window of
// __exit__, whose method and self wait in it while the body runs.
void Generator::with_stmt(Seq<WithItem*> items, const Stmt* s, Seq<Stmt*> body_stmts, bool is_async, u32 index) {
  const WithItem* item = items[index];
  Depth depth(*this);
  if (!depth.ok) return;
  if (is_async && !(u->spec->flags & (kCoCoroutine | kCoAsyncGenerator))) {
    fail(*s, "'async with' outside async function");
    return;
  }
  Reg e = u->top, window = e + 2, self = window + kWindowHeader;
  Label end = as().new_label();
  {
    At at(*this, *item->context_expr);
    u->top = self + 1;
    as().touch(u->top);
    Operand manager = operand(item->context_expr, true);
    as().emit(Op::LOAD_SPECIAL, self, manager.reg, static_cast<u32>(is_async ? SpecialMethod::AsyncExit : SpecialMethod::Exit));
    Reg enter = u->top;
    as().touch(enter + kWindowHeader);
    as().emit(Op::LOAD_SPECIAL, enter + kWindowHeader, manager.reg,
              static_cast<u32>(is_async ? SpecialMethod::AsyncEnter : SpecialMethod::Enter), manager.b());
    finish_call(Op::CALL_METHOD, self + 1, enter, 0, enter + kWindowHeader + 1);
    u->top = self + 2;
    if (is_async) await_value(self + 1, self + 1, 1);
  }
  RegionId region = as().open_region(self + 1, e);
  Block block{is_async ? BlockKind::AsyncWith : BlockKind::With, self + 1, region};
  block.reg = e;
  block.node = item;
  u->blocks.push_back(block);
  if (item->optional_vars) store(item->optional_vars, {self + 1, true});
  else drop(self + 1);
  u->top = self + 1;
  if (index + 1 < items.size()) with_stmt(items, s, body_stmts, is_async, index + 1);
  else body(body_stmts);
  u->blocks.pop_back();
  as().close_region(region);
  At at(*this, *item->context_expr);
  if (as().reachable()) {
    u->top = self + 1;
    for (u32 i = 0; i < 3; ++i) load_none(push());
    exit_call(window, window, is_async);
    drop(window);
    as().emit_jump(Op::JUMP, end);
  }
  as().begin_handler(region, u->deletable);
  if (as().reachable()) {
    Assembler::Cold cold(as());
    u->top = self + 4;
    as().touch(u->top);
    as().emit(Op::PUSH_EXC, e + 1, e);
    RegionId cleanup = as().open_region(window, window);
    as().emit(Op::LOAD_EXC_INFO, self + 1, e);
    exit_call(window, window, is_async);
    Label suppressed = as().new_label();
    as().emit_jump(Op::JUMP_IF_TRUE, suppressed, window, 0, kKillA);
    as().close_region(cleanup);
    no_position();
    as().emit(Op::POP_EXC, e + 1, 0, 0, kKillA);
    as().emit(Op::RERAISE, 0, e, 0, kKillB);
    as().begin_handler(cleanup, u->deletable);
    as().emit(Op::POP_EXC, e + 1, 0, 0, kKillA);
    as().emit(Op::RERAISE, 0, window, 0, kKillB);
    as().bind(suppressed);
    as().emit(Op::POP_EXC, e + 1, 0, 0, kKillA);
    drop(e);
    as().emit_jump(Op::JUMP, end);
  }
  u->top = e;
  as().bind(end);
}

}  // namespace taipan::compiler
