#include "interp/compiler/generator.h"

// Statements other than definitions, try, with, match and the async forms.

namespace taipan::compiler {

using namespace ast;

void Generator::body(Seq<Stmt*> stmts) {
  for (const Stmt* s : stmts) {
    if (failed()) return;
    statement(s);
  }
}

void Generator::final_code(Seq<Stmt*> stmts) {
  bool finally = u->in_finally, loop = u->in_finally_loop;
  u->in_finally = true;
  u->in_finally_loop = false;
  body(stmts);
  u->in_finally = finally;
  u->in_finally_loop = loop;
}

void Generator::loop_body(Seq<Stmt*> stmts) {
  bool loop = u->in_finally_loop;
  u->in_finally_loop = true;
  body(stmts);
  u->in_finally_loop = loop;
}

void Generator::statement(const Stmt* s) {
  Depth depth(*this);
  if (!depth.ok) return;
  At at(*this, *s);
  switch (s->kind) {
    case Kind::ExprStmt: return expression_statement(ast::as<ExprStmt>(s));
    case Kind::Assign: return assign(ast::as<Assign>(s));
    case Kind::AugAssign: return aug_assign(ast::as<AugAssign>(s));
    case Kind::AnnAssign: return annotated_assignment(ast::as<AnnAssign>(s));
    case Kind::Delete:
      for (const Expr* target : ast::as<Delete>(s)->targets) delete_target(target);
      return;
    case Kind::Return: return return_stmt(ast::as<Return>(s));
    case Kind::If: return if_stmt(ast::as<If>(s));
    case Kind::While: return while_stmt(ast::as<While>(s));
    case Kind::For: return for_stmt(ast::as<For>(s));
    case Kind::AsyncFor: return async_for(ast::as<AsyncFor>(s));
    case Kind::Break: return jump_out(s, true);
    case Kind::Continue: return jump_out(s, false);
    case Kind::FunctionDef:
    case Kind::AsyncFunctionDef: return function_def(s);
    case Kind::ClassDef: return class_def(ast::as<ClassDef>(s));
    case Kind::TypeAlias: return type_alias(ast::as<TypeAlias>(s));
    case Kind::Try: return try_stmt(ast::as<Try>(s));
    case Kind::TryStar: return try_star(ast::as<TryStar>(s));
    case Kind::With: {
      auto* with = ast::as<With>(s);
      return with_stmt(with->items, s, with->body, false, 0);
    }
    case Kind::AsyncWith: {
      auto* with = ast::as<AsyncWith>(s);
      return with_stmt(with->items, s, with->body, true, 0);
    }
    case Kind::Match: return match_stmt(ast::as<Match>(s));
    case Kind::Raise: return raise_stmt(ast::as<Raise>(s));
    case Kind::Assert: return assert_stmt(ast::as<Assert>(s));
    case Kind::Import: return import_stmt(ast::as<Import>(s));
    case Kind::ImportFrom: return import_from(ast::as<ImportFrom>(s));
    case Kind::Pass: return as().emit(Op::NOP);
    case Kind::Global:
    case Kind::Nonlocal: return;
    default: fail(*s, "unsupported statement"); return;
  }
}

void Generator::expression_statement(const ExprStmt* s) {
  if (interactive_ && !u->parent) {
    Reg t = to_temp(s->value);
    as().emit(Op::CALL_INTRINSIC, t, t, static_cast<u32>(Intrinsic::PrintExpr), kKillB);
    drop(t);
    --u->top;
    return;
  }
  u32 before = as().size();
  discard_expr(s->value);
  if (as().size() == before) as().emit(Op::NOP);  // nothing to do, but a line
}

// ---- Assignment ----

void Generator::store(const Expr* target, Operand value) {
  At at(*this, *target);
  Reg old = u->top;
  switch (target->kind) {
    case Kind::Name: return store_name(ast::as<Name>(target)->id, value);
    case Kind::Attribute: {
      auto* e = ast::as<Attribute>(target);
      note_static_attribute(e);
      Operand obj = operand(e->value, true);
      set_method_position(e);
      as().emit(Op::SET_ATTR, obj.reg, value.reg, name_site(SiteKind::SetAttr, mangled(e->attr)), obj.a() | value.b());
      break;
    }
    case Kind::Subscript: {
      auto* e = ast::as<Subscript>(target);
      Operand obj = operand(e->value);
      if (plain_slice(e->slice)) {
        Reg bounds = slice_bounds(ast::as<Slice>(e->slice));
        as().emit(Op::SET_SLICE, obj.reg, bounds, value.reg, obj.a() | kKillB | value.c());
      } else {
        Operand index = operand(e->slice, true);
        as().emit(Op::SET_ITEM, obj.reg, index.reg, value.reg, obj.a() | index.b() | value.c());
      }
      break;
    }
    case Kind::Tuple: unpack(ast::as<Tuple>(target)->elts, *target, value); break;
    case Kind::List: unpack(ast::as<List>(target)->elts, *target, value); break;
    case Kind::Starred: fail(*target, "starred assignment target must be in a list or tuple"); break;
    default: fail(*target, "cannot assign"); break;
  }
  u->top = old;
}

void Generator::unpack(Seq<Expr*> targets, const Location& loc, Operand value) {
  u32 n = targets.size(), star = n;
  for (u32 i = 0; i < n; ++i) {
    if (targets[i]->kind != Kind::Starred) continue;
    if (star != n) { fail(loc, "multiple starred expressions in assignment"); return; }
    star = i;
  }
  if (star < n && (star >= 256 || n - star - 1 >= (1u << 24))) {
    fail(loc, "too many expressions in star-unpacking assignment");
    return;
  }
  Reg first = u->top;
  u->top += n;
  if (n) as().touch(u->top - 1);
  if (star == n) {
    as().emit(Op::UNPACK, first, value.reg, n, value.b());
  } else {
    as().emit(Op::UNPACK_EX, first, value.reg, star, value.b());
    as().emit_ext(n - star - 1, 0);
  }
  for (u32 i = 0; i < n; ++i) {
    const Expr* target = targets[i];
    if (auto* s = try_as<Starred>(target)) target = s->value;
    store(target, {first + i, true});
  }
  u->top = first;
}

// `a, b = b, a` and the like: no tuple is made.
bool Generator::assign_tuples(const Assign* s) {
  auto* target = s->targets.size() == 1 ? try_as<Tuple>(s->targets[0]) : nullptr;
  auto* value = try_as<Tuple>(s->value);
  if (!target || !value || target->elts.size() != value->elts.size() || value->elts.size() > 16) return false;
  Const folded;
  if (constant_of(value, &folded)) return false;
  for (u32 i = 0; i < target->elts.size(); ++i)
    if (target->elts[i]->kind == Kind::Starred || value->elts[i]->kind == Kind::Starred) return false;
  Reg first = u->top;
  for (const Expr* e : value->elts) to_temp(e);
  for (u32 i = 0; i < target->elts.size(); ++i) store(target->elts[i], {first + i, true});
  u->top = first;
  return true;
}

void Generator::assign(const Assign* s) {
  Reg old = u->top;
  if (s->targets.size() == 1) {
    if (auto* name = try_as<Name>(s->targets[0])) {
      Reg r = local_register(name->id);
      if (r != kNoReg) {
        expr(s->value, r);
        as().bound.add(r);
        return;
      }
    }
    if (assign_tuples(s)) return;
    store(s->targets[0], operand(s->value));
  } else {
    // The value goes to each target in turn; a local it came from may be one of them.
    Reg t = to_temp(s->value);
    for (u32 i = 0; i < s->targets.size(); ++i) store(s->targets[i], {t, i + 1 == s->targets.size()});
  }
  u->top = old;
}

void Generator::aug_assign(const AugAssign* s) {
  Reg old = u->top;
  switch (s->target->kind) {
    case Kind::Name: {
      Identifier id = ast::as<Name>(s->target)->id;
      Reg r = local_register(id);
      if (r != kNoReg) {
        Operand left = operand(s->target, s->value->kind == Kind::Constant);
        emit_binary(s->op, r, left, s->value, true);
        as().bound.add(r);
        break;
      }
      Reg t = push();
      {
        At at(*this, *s->target);
        load_name(id, t);
      }
      emit_binary(s->op, t, {t, true}, s->value, true);
      At at(*this, *s->target);
      store_name(id, {t, true});
      break;
    }
    case Kind::Attribute: {
      auto* e = ast::as<Attribute>(s->target);
      Operand obj = operand(e->value);
      Reg t = push();
      Identifier attr = mangled(e->attr);
      {
        At at(*this, *e);
        set_method_position(e);
        as().emit(Op::GET_ATTR, t, obj.reg, name_site(SiteKind::GetAttr, attr));
      }
      emit_binary(s->op, t, {t, true}, s->value, true);
      At at(*this, *e);
      set_method_position(e);
      as().emit(Op::SET_ATTR, obj.reg, t, name_site(SiteKind::SetAttr, attr), obj.a() | kKillB);
      break;
    }
    case Kind::Subscript: {
      auto* e = ast::as<Subscript>(s->target);
      Operand obj = operand(e->value);
      if (plain_slice(e->slice)) {
        Reg bounds = slice_bounds(ast::as<Slice>(e->slice)), t = push();
        {
          At at(*this, *e);
          as().emit(Op::GET_SLICE, t, obj.reg, bounds);
        }
        emit_binary(s->op, t, {t, true}, s->value, true);
        At at(*this, *e);
        as().emit(Op::SET_SLICE, obj.reg, bounds, t, obj.a() | kKillB | kKillC);
      } else {
        Operand index = operand(e->slice);
        Reg t = push();
        {
          At at(*this, *e);
          as().emit(Op::GET_ITEM, t, obj.reg, index.reg);
        }
        emit_binary(s->op, t, {t, true}, s->value, true);
        At at(*this, *e);
        as().emit(Op::SET_ITEM, obj.reg, index.reg, t, obj.a() | index.b() | kKillC);
      }
      break;
    }
    default: fail(*s->target, "invalid target for augmented assignment"); break;
  }
  u->top = old;
}

void Generator::delete_target(const Expr* e) {
  At at(*this, *e);
  Reg old = u->top;
  switch (e->kind) {
    case Kind::Name: return delete_name(ast::as<Name>(e)->id);
    case Kind::Attribute: {
      auto* attr = ast::as<Attribute>(e);
      Operand obj = operand(attr->value, true);
      set_method_position(attr);
      as().emit(Op::DELETE_ATTR, 0, obj.reg, name_site(SiteKind::DeleteAttr, mangled(attr->attr)), obj.b());
      break;
    }
    case Kind::Subscript: {
      auto* sub = ast::as<Subscript>(e);
      Operand obj = operand(sub->value), index = operand(sub->slice, true);
      as().emit(Op::DELETE_ITEM, 0, obj.reg, index.reg, obj.b() | index.c());
      break;
    }
    case Kind::Tuple:
      for (const Expr* item : ast::as<Tuple>(e)->elts) delete_target(item);
      break;
    case Kind::List:
      for (const Expr* item : ast::as<List>(e)->elts) delete_target(item);
      break;
    default: fail(*e, "cannot delete"); break;
  }
  u->top = old;
}

// ---- Control flow ----

// `elif` nests to the right without bound: a loop.
void Generator::if_stmt(const If* s) {
  Label end = as().new_label();
  for (;;) {
    At at(*this, *s);
    Label other = as().new_label();
    jump_if(s->test, false, other);
    body(s->body);
    no_position();
    if (!s->orelse.empty()) as().emit_jump(Op::JUMP, end);
    as().bind(other);
    if (s->orelse.size() != 1 || s->orelse[0]->kind != Kind::If || failed()) break;
    s = ast::as<If>(s->orelse[0]);
  }
  body(s->orelse);
  as().bind(end);
}

void Generator::while_stmt(const While* s) {
  Label test = as().new_label(), start = as().new_label(), exit = as().new_label();
  bool truth = false, constant = constant_truth(s->test, &truth);
  const Assembler::Flow before = as().flow();
  Assembler::Flow entry = before;
  if (constant) as().emit(Op::NOP), entry.reachable &= truth;
  else as().emit_jump(Op::JUMP, test, 0, 0, kLoopEntry);
  as().bind_loop(start, entry, u->deletable);
  u->blocks.push_back({BlockKind::While, u->top, ~0u, ~0u, constant ? start : test, exit});
  // `while (x := f()):` binds x for the body.
  auto* walrus = try_as<NamedExpr>(s->test);
  if (auto* cmp = try_as<Compare>(s->test); cmp && cmp->ops.size() == 1) walrus = try_as<NamedExpr>(cmp->left);
  if (walrus)
    if (Reg r = local_register(ast::as<Name>(walrus->target)->id); r != kNoReg) as().bound.add(r);
  loop_body(s->body);
  u->blocks.pop_back();
  if (constant) {
    as().emit_jump(Op::LOOP, start);
    if (!truth) as().set_flow(before);
  } else {
    as().bind(test);
    jump_if(s->test, true, start);
  }
  body(s->orelse);
  as().bind(exit);
}

// The iterator of a loop and, above it, the index that GET_ITER uses instead of one over lists and tuples.
Reg Generator::loop_iterator(const Expr* iter) {
  At at(*this, *iter);
  Reg it = u->top;
  Operand iterable = operand(iter, true);
  u->top = it + kLoopRegisters;
  as().touch(it + kLoopRegisters - 1);
  as().emit(Op::GET_ITER, it, iterable.reg, 0, iterable.b() | kLoopIndex);
  return it;
}

void Generator::for_stmt(const For* s) {
  Label test = as().new_label(), start = as().new_label(), exit = as().new_label();
  Reg it = loop_iterator(s->iter);
  const Assembler::Flow entry = as().flow();
  as().emit_jump(Op::JUMP, test, 0, 0, kLoopEntry);
  as().bind_loop(start, entry, u->deletable);
  u->blocks.push_back({BlockKind::For, u->top, ~0u, ~0u, test, exit, it});
  auto* name = try_as<Name>(s->target);
  Reg item = name ? local_register(name->id) : kNoReg;
  if (item != kNoReg) {
    as().bound.add(item);
  } else {
    item = push();
    store(s->target, {item, true});
    u->top = it + kLoopRegisters;
  }
  loop_body(s->body);
  u->blocks.pop_back();
  as().bind(test);
  {
    At at(*this, *s->iter);
    as().emit_jump(Op::FOR_ITER, start, item, it, kKillB | kLoopIndex);
  }
  u->top = it;
  body(s->orelse);
  as().bind(exit);
}

// break and continue.
void Generator::jump_out(const Stmt* s, bool is_break) {
  if (u->in_finally && !u->in_finally_loop)
    warn(*s, is_break ? "'break' in a 'finally' block" : "'continue' in a 'finally' block");
  usize i = u->blocks.size();
  while (i > 0 && u->blocks[i - 1].kind > BlockKind::AsyncFor) {
    if (u->blocks[i - 1].kind == BlockKind::Handler && u->blocks[i - 1].next == kStarHandler) {
      fail(*s, "'break', 'continue' and 'return' cannot appear in an except* block");
      return;
    }
    --i;
  }
  if (i == 0) {
    fail(*s, is_break ? "'break' outside loop" : "'continue' not properly in loop");
    return;
  }
  const Block loop = u->blocks[i - 1];
  Reg old = u->top;
  usize keep = is_break ? i - 1 : i;
  bool unwinding = needs_unwinding(keep);
  if (unwinding) as().emit(Op::NOP);
  unwind_blocks(keep, kNoReg);
  if (unwinding) no_position();
  Label target = is_break ? loop.exit : loop.next;
  as().emit_jump(as().is_bound(target) ? Op::LOOP : Op::JUMP, target);
  restore_blocks(keep);
  u->top = old;
}

void Generator::return_value(Operand value) {
  as().emit(as().heap_frame ? Op::RETURN_FROM_GENERATOR : Op::RETURN, 0, value.reg, 0, value.b());
}

void Generator::return_none() {
  if (!as().reachable()) return;
  if (!as().heap_frame) return as().emit_bc(Op::RETURN_CONST, 0, as().constant(Const{}));
  Reg t = push();
  load_none(t);
  return_value({t, true});
  --u->top;
}

void Generator::return_stmt(const Return* s) {
  ScopeKind kind = u->scope->kind;
  if (kind != ScopeKind::Function) {
    fail(*s, "'return' outside function");
    return;
  }
  if (u->in_finally) warn(*s, "'return' in a 'finally' block");
  for (const Block& block : u->blocks) {
    if (block.kind == BlockKind::Handler && block.next == kStarHandler) {
      Const c;
      bool at_value = s->value && constant_of(s->value, &c);
      fail(at_value ? static_cast<Location>(*s->value) : static_cast<Location>(*s),
           "'break', 'continue' and 'return' cannot appear in an except* block");
      return;
    }
  }
  if (s->value && u->spec->flags & kCoAsyncGenerator) {
    fail(*s, "'return' with value in async generator");
    return;
  }
  Reg old = u->top;
  Const folded;
  bool constant = !s->value || constant_of(s->value, &folded);
  bool unwinding = needs_unwinding(0);
  Reg value = kNoReg;
  bool kill = true;
  if (!constant) {
    Operand o = operand(s->value, true);
    // A finally block or __exit__ may rebind the local.
    if (!o.kill && unwinding) {
      Reg t = push();
      move(t, o);
      o = {t, true};
    }
    value = o.reg;
    kill = o.kill;
  }
  if (unwinding && constant) as().emit(Op::NOP);  // this line, then those of what unwinding runs
  Reg held = unwind_blocks(0, kill ? value : kNoReg);
  if (kill) value = held;
  if (unwinding) no_position();
  if (constant && !as().heap_frame) {
    if (as().reachable()) as().emit_bc(Op::RETURN_CONST, 0, as().constant(std::move(folded)));
  } else {
    if (constant) load_const(value = push(), std::move(folded)), kill = true;
    return_value({value, kill});
  }
  restore_blocks(0);
  u->top = old;
}

void Generator::raise_stmt(const Raise* s) {
  Reg old = u->top;
  if (!s->exc) return as().emit(Op::RAISE, 0, 0, 0, 0);
  Operand exc = operand(s->exc, !s->cause);
  if (s->cause) {
    Operand cause = operand(s->cause, true);
    as().emit(Op::RAISE, 0, exc.reg, cause.reg, 2 << kMinorShift | exc.b() | cause.c());
  } else {
    as().emit(Op::RAISE, 0, exc.reg, 0, 1 << kMinorShift | exc.b());
  }
  u->top = old;
}

void Generator::assert_stmt(const Assert* s) {
  if (auto* tuple = try_as<Tuple>(s->test); tuple && !tuple->elts.empty())
    warn(*s->test, "assertion is always true, perhaps remove parentheses?");
  if (flags_.optimize) return;
  Label end = as().new_label();
  Reg old = u->top;
  jump_if(s->test, true, end);
  if (s->msg) {
    Operand message = operand(s->msg, true);
    At at(*this, *s->test);
    as().emit(Op::RAISE_ASSERT, 0, message.reg, 0, kHasMessage | message.b());
  } else {
    At at(*this, *s->test);
    as().emit(Op::RAISE_ASSERT);
  }
  u->top = old;
  as().bind(end);
}

// ---- Import ----

// Only plain imports of a module body can become lazy; those inside blocks cannot, nor `import *`.
ImportMode Generator::import_mode(const Node* s, bool lazy, bool star) {
  bool in_try = false;
  for (const Block& block : u->blocks)
    in_try |= block.kind == BlockKind::Try || block.kind == BlockKind::Finally || block.kind == BlockKind::Handler ||
              block.kind == BlockKind::HandlerName;
  ScopeKind kind = u->scope->kind;
  if (lazy) {
    bool from = s->kind == Kind::ImportFrom;
    if (kind == ScopeKind::Class) {
      fail(*s, from ? "lazy from ... import not allowed inside classes" : "lazy import not allowed inside classes");
    } else if (kind != ScopeKind::Module) {
      fail(*s, from ? "lazy from ... import not allowed inside functions" : "lazy import not allowed inside functions");
    } else if (in_try) {
      fail(*s, from ? "lazy from ... import not allowed inside try/except blocks" : "lazy import not allowed inside try/except blocks");
    } else if (star) {
      fail(*s, "lazy from ... import * is not allowed");
    }
    return ImportMode::Lazy;
  }
  return star || kind != ScopeKind::Module || in_try ? ImportMode::Eager : ImportMode::Normal;
}

void Generator::import_stmt(const Import* s) {
  for (const Alias* alias : s->names) {
    At at(*this, *s);
    Reg t = push();
    u32 fromlist = as().reachable() ? as().constant(Const{}) : 0;
    u32 mode = static_cast<u32>(import_mode(s, s->is_lazy, false)) << kMinorShift;
    Identifier name = alias->name;
    usize dot = name.find('.');
    std::string full(dot == std::string_view::npos ? mangled(name) : name);
    as().emit(Op::IMPORT_NAME, t, fromlist, name_site(SiteKind::ImportName, full), mode);
    as().emit_ext(0, 0);
    if (alias->asname.data()) {
      // `import a.b.c as x` binds the innermost module.
      while (dot != std::string_view::npos) {
        usize next = name.find('.', dot + 1);
        std::string_view part = name.substr(dot + 1, next == std::string_view::npos ? next : next - dot - 1);
        Reg inner = push();
        as().emit(Op::IMPORT_FROM, inner, t, name_site(SiteKind::ImportFrom, part));
        drop(t);
        move(t, {inner, true});
        --u->top;
        dot = next;
      }
      store_name(alias->asname, {t, true});
    } else {
      store_name(arena_.intern(name.substr(0, dot)), {t, true});
    }
    --u->top;
  }
}

void Generator::import_from(const ImportFrom* s) {
  Const names;
  names.kind = ConstKind::Tuple;
  for (const Alias* alias : s->names) {
    Const& c = names.items.emplace_back();
    c.kind = ConstKind::Str;
    c.text = mangled(alias->name);
  }
  bool star = s->names.size() == 1 && s->names[0]->name == "*";
  Reg module = push();
  u32 fromlist = as().reachable() ? as().constant(std::move(names)) : 0;
  u32 mode = static_cast<u32>(import_mode(s, s->is_lazy, star)) << kMinorShift;
  std::string_view name = s->module.data() ? std::string_view(s->module) : std::string_view("");
  as().emit(Op::IMPORT_NAME, module, fromlist, name_site(SiteKind::ImportName, name), mode);
  as().emit_ext(static_cast<u32>(s->level), 0);
  if (star) {
    if (u->scope->kind != ScopeKind::Module) fail(*s->names[0], "import * only allowed at module level");
    as().emit(Op::IMPORT_STAR, 0, module, 0, kKillB);
    --u->top;
    return;
  }
  for (const Alias* alias : s->names) {
    Identifier target = alias->asname.data() ? alias->asname : alias->name;
    Reg r = local_register(target), t = r;
    if (r == kNoReg) t = push();
    as().emit(Op::IMPORT_FROM, t, module, name_site(SiteKind::ImportFrom, mangled(alias->name)));
    if (r == kNoReg) {
      store_name(target, {t, true});
      --u->top;
    } else {
      as().bound.add(r);
    }
  }
  drop(module);
  --u->top;
}

}  // namespace taipan::compiler
