#include "interp/compiler/generator.h"

// Generators, coroutines: yield, yield from, await, async for.

namespace taipan::compiler {

using namespace ast;

namespace {

bool is_async(const CodeSpec& spec) { return spec.flags & (kCoCoroutine | kCoAsyncGenerator); }

}  // namespace

// L: SEND t it END; YIELD t t it; RESUME; JUMP L; END. t starts as None, ends as the result; `iterator` is consumed.
void Generator::delegate(Reg dst, Reg t, Reg iterator, u32 resume_kind) {
  Label loop = as().new_label(), end = as().new_label();
  load_none(t);
  as().bind_loop(loop, as().flow(), BoundSet{});
  as().emit_jump(Op::SEND, end, t, iterator, kKillB);
  as().emit(Op::YIELD, t, t, iterator, kKillB | kYieldDelegate);
  as().emit(Op::RESUME, 0, 0, 0, resume_kind << kMinorShift);
  as().emit_jump(Op::JUMP, loop);
  as().bind(end);
  move(dst, {t, true});
}

// t, the topmost temporary, holds something to be awaited. Result in dst, which may be t; t is free afterwards.
void Generator::await_value(Reg dst, Reg t, u32 kind) {
  Reg old = u->top;
  u->top = t + 1;
  Reg iterator = push();
  as().emit(Op::GET_AWAITABLE, iterator, t, 0, kKillB | kind << kMinorShift);
  delegate(dst, t, iterator, 3);
  u->top = old;
}

void Generator::await_expr(const Await* e, Reg dst) {
  ScopeKind kind = u->scope->kind;
  bool top_level = kind == ScopeKind::Module && flags_.top_level_await;
  if (!top_level && !is_async(*u->spec)) {
    bool in_function = kind == ScopeKind::Function || kind == ScopeKind::Comprehension;
    fail(*e, in_function ? "'await' outside async function" : "'await' outside function");
    return;
  }
  Reg old = u->top, t = to_temp(e->value);
  await_value(dst, t, 0);
  u->top = old;
}

void Generator::yield_value(Reg dst, Operand value) {
  if (u->spec->flags & kCoAsyncGenerator) {
    Reg t = value.kill ? value.reg : u->top;
    as().touch(t);
    as().emit(Op::CALL_INTRINSIC, t, value.reg, static_cast<u32>(Intrinsic::AsyncGenWrap), value.b());
    value = {t, true};
  }
  as().touch(dst);
  as().emit(Op::YIELD, dst, value.reg, 0, value.b());
  as().emit(Op::RESUME, 0, 0, 0, 1 << kMinorShift);
}

void Generator::yield_expr(const Yield* e, Reg dst) {
  if (!u->scope->is_function_like()) {
    fail(*e, "'yield' outside function");
    return;
  }
  Reg old = u->top;
  Operand value;
  if (e->value) {
    value = operand(e->value, true);
  } else {
    value = {push(), true};
    load_none(value.reg);
  }
  u->top = old;
  yield_value(dst, value);
}

void Generator::yield_from(const YieldFrom* e, Reg dst) {
  if (!u->scope->is_function_like()) {
    fail(*e, "'yield from' outside function");
    return;
  }
  if (u->scope->is_coroutine) {
    fail(*e, "'yield from' inside async function");
    return;
  }
  Reg old = u->top, t = to_temp(e->value), iterator = push();
  as().emit(Op::GET_YIELD_FROM_ITER, iterator, t, 0, kKillB);
  delegate(dst, t, iterator, 2);
  u->top = old;
}

void Generator::async_for(const AsyncFor* s) {
  bool top_level = u->scope->kind == ScopeKind::Module && flags_.top_level_await;
  if (!top_level && !is_async(*u->spec)) {
    fail(*s, "'async for' outside async function");
    return;
  }
  Label start = as().new_label(), exit = as().new_label();
  Reg it = to_temp(s->iter);
  {
    At at(*this, *s->iter);
    as().emit(Op::GET_AITER, it, it, 0, kKillB);
  }
  Assembler::Flow entry = as().flow();
  as().bind_loop(start, entry, u->deletable);
  RegionId region = as().open_region(it + 1, it + 1);
  Reg item = push(), iterator = push();
  as().emit(Op::GET_ANEXT, iterator, it);
  delegate(item, item, iterator, 3);
  u->top = item + 1;
  as().close_region(region);
  store(s->target, {item, true});
  u->top = it + 1;
  u->blocks.push_back({BlockKind::AsyncFor, u->top, ~0u, ~0u, start, exit, it});
  loop_body(s->body);
  u->blocks.pop_back();
  no_position();
  as().emit_jump(Op::LOOP, start);
  as().begin_handler(region, u->deletable);
  {
    At at(*this, *s->iter);
    as().emit(Op::END_ASYNC_FOR, it + 1, it, 0, kKillA | kKillB);
  }
  u->top = it;
  body(s->orelse);
  as().bind(exit);
}

}  // namespace taipan::compiler
