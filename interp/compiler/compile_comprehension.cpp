#include "interp/compiler/generator.h"

// Comprehensions. List, set and dict comprehensions run inside the unit, their variables in registers of their own;
// generator expressions are units with the iterator of the outermost loop as argument.

namespace taipan::compiler {

using namespace ast;

namespace {

Seq<Comprehension*> generators_of(const Expr* e) {
  switch (e->kind) {
    case Kind::ListComp: return as<ListComp>(e)->generators;
    case Kind::SetComp: return as<SetComp>(e)->generators;
    case Kind::DictComp: return as<DictComp>(e)->generators;
    default: return as<GeneratorExp>(e)->generators;
  }
}

const char* unit_name(Kind kind) {
  switch (kind) {
    case Kind::ListComp: return "<listcomp>";
    case Kind::SetComp: return "<setcomp>";
    case Kind::DictComp: return "<dictcomp>";
    default: return "<genexpr>";
  }
}

Op builder(Kind kind) {
  return kind == Kind::ListComp ? Op::BUILD_LIST : kind == Kind::SetComp ? Op::BUILD_SET : Op::BUILD_DICT;
}

}  // namespace

void Generator::comprehension(const Expr* e, Reg dst) {
  const Scope* scope = table_.find(e);
  bool async_code = u->spec->flags & (kCoCoroutine | kCoAsyncGenerator);
  bool top_level = u->scope->kind == ScopeKind::Module && flags_.top_level_await;
  if (e->kind != Kind::GeneratorExp && scope->is_coroutine && !async_code && !top_level &&
      u->scope->kind != ScopeKind::Comprehension) {
    fail(*e, "asynchronous comprehension outside of an asynchronous function");
    return;
  }
  if (scope->is_inlined) inlined_comprehension(e, scope, dst);
  else comprehension_unit(e, scope, dst);
}

Reg Generator::comprehension_iterator(const Comprehension* gen) {
  if (!gen->is_async) return loop_iterator(gen->iter);
  At at(*this, *gen->iter);
  Reg it = u->top;
  Operand iterable = operand(gen->iter, true);
  u->top = it + 1;
  as().touch(it);
  as().emit(Op::GET_AITER, it, iterable.reg, 0, iterable.b());
  return it;
}

// The iterator of the outermost loop belongs to the surrounding scope. Code in `scope_` from here on.
void Generator::inlined_comprehension(const Expr* e, const Scope* scope, Reg dst) {
  Reg old = u->top, held = begin_result(dst);
  Seq<Comprehension*> generators = generators_of(e);
  Reg it = comprehension_iterator(generators[0]);
  std::vector<Reg> variables;
  for (const Symbol* s : scope->symbols) {
    auto at = u->registers.find(s);
    if (s->owner != scope || at == u->registers.end()) continue;
    variables.push_back(at->second);
    as().bound.remove(at->second);
  }
  InScope in(*this, scope);
  ++u->inlined_comprehensions;
  // Whatever happens, the variables end with the comprehension.
  RegionId region = ~0u;
  if (!variables.empty()) region = as().open_region(held, held);
  for (Reg r : variables)
    if (u->spec->locals[r].flags & kLocalCell) as().emit(Op::MAKE_CELL, r);
  as().emit(builder(e->kind), held, u->top, 0);
  comprehension_loops(e, generators, 0, held, it);
  --u->inlined_comprehensions;
  u->top = held + 1;
  if (region != ~0u) {
    as().close_region(region);
    no_position();
    auto clear = [&] {
      for (Reg r : variables) {
        drop(r);
        as().bound.remove(r);
      }
    };
    clear();
    Label end = as().new_label();
    Assembler::Flow after = as().flow();
    as().emit_jump(Op::JUMP, end);
    as().begin_handler(region, u->deletable);
    if (as().reachable()) {
      Assembler::Cold cold(as());
      clear();
      as().emit(Op::RERAISE, 0, held, 0, kKillB);
    }
    as().bind(end);
    if (after.reachable) as().bound = after.bound;
  }
  set_position(*e);
  end_result(dst, held, old);
}

// Loop `index` and those inside it. `iterator` holds the iterator of this loop and is consumed. result is kNoReg in
// generator expressions.
void Generator::comprehension_loops(const Expr* e, Seq<Comprehension*> generators, u32 index, Reg result, Reg iterator) {
  Depth depth(*this);
  if (!depth.ok) return;
  const Comprehension* gen = generators[index];
  Label test = as().new_label(), start = as().new_label();
  Reg base = u->top;
  bool keep_iterator = !is_temp(iterator);  // `.0` of a generator expression
  RegionId region = ~0u;
  Assembler::Flow entry = as().flow();
  if (gen->is_async) {
    as().bind_loop(start, entry, BoundSet{});
    region = as().open_region(base, base);
    Reg item = push();
    At at(*this, *e);
    Reg awaitable = push();
    as().emit(Op::GET_ANEXT, awaitable, iterator);
    delegate(item, item, awaitable, 3);
    u->top = item + 1;
    as().close_region(region);
    store(gen->target, {item, true});
  } else {
    as().emit_jump(Op::JUMP, test, 0, 0, kLoopEntry);
    as().bind_loop(start, entry, BoundSet{});
    auto* name = try_as<Name>(gen->target);
    Reg item = name ? local_register(name->id) : kNoReg;
    if (item != kNoReg) as().bound.add(item);
    else store(gen->target, {push(), true});
  }
  u->top = base;
  for (const Expr* condition : gen->ifs) jump_if(condition, false, test);
  if (index + 1 < generators.size()) {
    const Comprehension* inner = generators[index + 1];
    Reg it = comprehension_iterator(inner);
    comprehension_loops(e, generators, index + 1, result, it);
    u->top = base;
  } else {
    comprehension_element(e, result);
    u->top = base;
  }
  as().bind(test);
  if (gen->is_async) {
    as().emit_jump(Op::LOOP, start);
    as().begin_handler(region, u->deletable);
    At at(*this, *e);
    as().emit(Op::END_ASYNC_FOR, base, iterator, 0, kKillA | (keep_iterator ? 0 : kKillB));
    return;
  }
  auto* name = try_as<Name>(gen->target);
  Reg item = name ? local_register(name->id) : kNoReg;
  At at(*this, *gen->iter);
  as().touch(base);
  as().emit_jump(Op::FOR_ITER, start, item == kNoReg ? base : item, iterator,
                 keep_iterator ? 0 : kKillB | kLoopIndex);
}

// Adds one element to the container, or yields it. `*x` and `**x` add all of x.
void Generator::comprehension_element(const Expr* e, Reg result) {
  if (e->kind == Kind::DictComp) {
    auto* comp = ast::as<DictComp>(e);
    if (!comp->value) {
      Operand mapping = operand(comp->key, true);
      At at(*this, *comp->key);
      return as().emit(Op::DICT_UPDATE, result, mapping.reg, 0, mapping.b());
    }
    Operand key = operand(comp->key), value = operand(comp->value, true);
    At at(*this, *comp->key);
    return as().emit(Op::DICT_ADD, result, key.reg, value.reg, key.b() | value.c());
  }
  const Expr* elt = e->kind == Kind::ListComp  ? ast::as<ListComp>(e)->elt
                    : e->kind == Kind::SetComp ? ast::as<SetComp>(e)->elt
                                               : ast::as<GeneratorExp>(e)->elt;
  auto* star = try_as<Starred>(elt);
  At at(*this, *elt);
  if (e->kind == Kind::GeneratorExp) {
    Reg t = u->top;
    if (star && !(u->spec->flags & kCoAsyncGenerator)) {
      to_temp(star->value);
      Reg iterator = push();
      as().emit(Op::GET_YIELD_FROM_ITER, iterator, t, 0, kKillB);
      delegate(t, t, iterator, 2);
      return drop(t);
    }
    if (star) {  // an asynchronous generator cannot delegate: yield one by one
      Reg it = u->top;
      Operand items = operand(star->value, true);
      u->top = it + 1;
      as().touch(it + 1);
      as().emit(Op::GET_ITER, it, items.reg, 0, items.b());
      Label test = as().new_label(), start = as().new_label();
      Assembler::Flow entry = as().flow();
      as().emit_jump(Op::JUMP, test, 0, 0, kLoopEntry);
      as().bind_loop(start, entry, BoundSet{});
      Reg item = push();
      yield_value(item, {item, true});
      drop(item);
      as().bind(test);
      return as().emit_jump(Op::FOR_ITER, start, item, it, kKillB);
    }
    Operand value = operand(elt, true);
    yield_value(t, value);
    return drop(t);
  }
  bool is_set = e->kind == Kind::SetComp;
  Operand value = operand(star ? star->value : elt, true);
  if (star) as().emit(is_set ? Op::SET_UPDATE : Op::LIST_EXTEND, result, value.reg, 0, value.b());
  else as().emit(is_set ? Op::SET_ADD : Op::LIST_APPEND, result, value.reg, 0, value.b());
}

// A unit of its own, called at once with the outermost iterator.
void Generator::comprehension_unit(const Expr* e, const Scope* scope, Reg dst) {
  Seq<Comprehension*> generators = generators_of(e);
  const Comprehension* outer = generators[0];
  bool is_generator = e->kind == Kind::GeneratorExp;
  enter_unit(scope, unit_name(e->kind), *e, e->lineno);
  u->spec->argcount = 1;
  if (!is_generator) {
    Reg held = push();
    as().emit(builder(e->kind), held, u->top, 0);
    // END_ASYNC_FOR and FOR_ITER leave `.0` alone.
    comprehension_loops(e, generators, 0, held, 0);
    set_position(*e);
    if (as().reachable()) return_value({held, true});
  } else {
    comprehension_loops(e, generators, 0, kNoReg, 0);
    if (as().reachable()) return_none();
  }
  bool async_result = !is_generator && scope->is_coroutine;
  std::shared_ptr<CodeSpec> code = leave_unit();
  Reg old = u->top, w = old;
  u->top = w + kWindowCallee;
  make_function(code, push());
  Reg arg = u->top;
  Operand iterable = operand(outer->iter, true);
  u->top = arg + 1;
  as().touch(arg + 1);
  {
    At at(*this, *e);
    as().emit(outer->is_async ? Op::GET_AITER : Op::GET_ITER, arg, iterable.reg, 0, iterable.b());
  }
  Reg result = async_result ? w : dst;
  finish_call(Op::CALL, result, w, 1, arg + 1);
  u->top = w + 1;
  if (async_result) await_value(dst, w, 0);
  u->top = old;
}

}  // namespace taipan::compiler
