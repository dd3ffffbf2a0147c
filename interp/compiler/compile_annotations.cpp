#include "interp/compiler/generator.h"

// Annotations. Those of functions, and of simple names in modules and classes, are evaluated on demand by a function
// __annotate__(format) (PEP 649). In a module, and in blocks of a class body that may not run, executing the
// statement adds its index to the set __conditional_annotations__.

namespace taipan::compiler {

using namespace ast;

void Generator::enter_annotation_unit(const Scope* scope, std::string_view name, const Location& loc) {
  enter_unit(scope, name, loc, loc.lineno);
  u->spec->argcount = u->spec->posonlyargcount = 1;
  if (name == "__annotate__") u->spec->varnames[0] = "format";
  Reg t = push();
  as().emit(Op::CALL_INTRINSIC, t, 0, static_cast<u32>(Intrinsic::CheckAnnotateFormat));
  drop(t);
  --u->top;
}

// The value of one annotation inside an annotate function; under `from __future__ import annotations` its text.
void Generator::annotation_value(const Expr* annotation, Reg dst) {
  At at(*this, *annotation);
  if (table_.future_flags & kFutureAnnotations) return load_str(dst, annotation_text(annotation));
  if (auto* star = try_as<Starred>(annotation)) {  // `*args: *Ts`
    Reg old = u->top;
    Reg t = u->top = dst >= u->top ? dst + 1 : u->top;
    expr(star->value, t);
    u->top = t + 1;
    as().emit(Op::UNPACK, dst, t, 1, kKillB);
    u->top = old;
    return;
  }
  expr(annotation, dst);
}

// Annotated names of the body in order, without those of functions and classes inside it.
void Generator::collect_annotations(Seq<Stmt*> stmts, bool conditional) {
  for (const Stmt* s : stmts) {
    Depth depth(*this);
    if (!depth.ok) return;
    switch (s->kind) {
      case Kind::AnnAssign: {
        auto* a = ast::as<AnnAssign>(s);
        if (a->simple && a->target->kind == Kind::Name) u->annotations.push_back({a, conditional ? u->next_annotation++ : -1});
        break;
      }
      case Kind::If: {
        const If* node = ast::as<If>(s);
        for (;;) {
          collect_annotations(node->body, true);
          if (node->orelse.size() != 1 || node->orelse[0]->kind != Kind::If) break;
          node = ast::as<If>(node->orelse[0]);
        }
        collect_annotations(node->orelse, true);
        break;
      }
      case Kind::While:
        collect_annotations(ast::as<While>(s)->body, true);
        collect_annotations(ast::as<While>(s)->orelse, true);
        break;
      case Kind::For:
        collect_annotations(ast::as<For>(s)->body, true);
        collect_annotations(ast::as<For>(s)->orelse, true);
        break;
      case Kind::AsyncFor:
        collect_annotations(ast::as<AsyncFor>(s)->body, true);
        collect_annotations(ast::as<AsyncFor>(s)->orelse, true);
        break;
      case Kind::With: collect_annotations(ast::as<With>(s)->body, true); break;
      case Kind::AsyncWith: collect_annotations(ast::as<AsyncWith>(s)->body, true); break;
      case Kind::Match:
        for (const MatchCase* c : ast::as<Match>(s)->cases) collect_annotations(c->body, true);
        break;
      case Kind::Try: {
        auto* t = ast::as<Try>(s);
        collect_annotations(t->body, true);
        for (const ExceptHandler* h : t->handlers) collect_annotations(h->body, true);
        collect_annotations(t->orelse, true);
        collect_annotations(t->finalbody, true);
        break;
      }
      case Kind::TryStar: {
        auto* t = ast::as<TryStar>(s);
        collect_annotations(t->body, true);
        for (const ExceptHandler* h : t->handlers) collect_annotations(h->body, true);
        collect_annotations(t->orelse, true);
        collect_annotations(t->finalbody, true);
        break;
      }
      default: break;
    }
  }
}

void Generator::start_annotations(Seq<Stmt*> stmts) {
  collect_annotations(stmts, u->scope->kind == ScopeKind::Module);
  if (u->annotations.empty()) return;
  if (table_.future_flags & kFutureAnnotations) {
    Reg t = push();
    as().emit(Op::CALL_INTRINSIC, t, 0, static_cast<u32>(Intrinsic::SetupAnnotations));
    drop(t);
    --u->top;
    return;
  }
  if (!u->next_annotation) return;
  Reg t = push();
  as().emit(Op::BUILD_SET, t, t, 0);
  store_name(arena_.intern("__conditional_annotations__"), {t, true});
  --u->top;
}

// Makes the annotate function for the deferred annotations of this module or class and stores it.
void Generator::annotate_function(const Location& loc, const char* stored_as) {
  if (u->annotations.empty() || table_.future_flags & kFutureAnnotations) return;
  const Scope* scope = u->scope->annotations ? u->scope->annotations : table_.find(u->scope->node, ScopeRole::Annotations);
  if (!scope) return;
  auto annotations = u->annotations;
  enter_annotation_unit(scope, "__annotate__", loc);
  Reg dict = push();
  as().emit(Op::BUILD_DICT, dict, dict, 0);
  Identifier conditional = arena_.intern("__conditional_annotations__");
  for (auto& [statement, index] : annotations) {
    At at(*this, *statement);
    Label next = as().new_label();
    if (index >= 0) {
      Reg i = push(), set = push();
      as().emit_bc(Op::LOAD_INT, i, static_cast<u32>(index));
      load_name(conditional, set);
      as().emit(Op::CONTAINS, i, i, set, kKillB | kKillC);
      as().emit_jump(Op::JUMP_IF_FALSE, next, i, 0, kKillA);
      u->top = i;
    }
    Reg value = u->top;
    annotation_value(statement->annotation, value);
    u->top = value + 1;
    Reg key = push();
    load_str(key, mangled(ast::as<Name>(statement->target)->id));
    as().emit(Op::DICT_ADD, dict, key, value, kKillB | kKillC);
    u->top = dict + 1;
    as().bind(next);
  }
  return_value({dict, true});
  std::shared_ptr<CodeSpec> code = leave_unit();
  Reg t = push();
  make_function(std::move(code), t);
  store_name(arena_.intern(stored_as), {t, true});
  --u->top;
}

// __annotate__ of a function into dst (reserved); false if nothing is annotated.
bool Generator::function_annotations(const Stmt* s, const FunctionParts& f, Reg dst) {
  std::vector<std::pair<Identifier, const Expr*>> all;
  auto add = [&](const Arg* arg) {
    if (arg && arg->annotation) all.push_back({arg->arg, arg->annotation});
  };
  for (const Arg* arg : f.args->posonlyargs) add(arg);
  for (const Arg* arg : f.args->args) add(arg);
  add(f.args->vararg);
  for (const Arg* arg : f.args->kwonlyargs) add(arg);
  add(f.args->kwarg);
  if (f.returns) all.push_back({arena_.intern("return"), f.returns});
  const Scope* scope = table_.find(s, ScopeRole::Annotations);
  if (all.empty() || !scope) return false;
  enter_annotation_unit(scope, "__annotate__", *s);
  set_qualname(std::string(f.name) + ".__annotate__");
  Reg dict = push();
  if (all.size() <= 32) {
    u->top = dict;
    for (auto& [name, annotation] : all) {
      load_str(push(), mangled(name));
      Reg value = u->top;
      annotation_value(annotation, value);
      u->top = value + 1;
      as().touch(value);
    }
    as().emit(Op::BUILD_DICT, dict, dict, 2 * static_cast<u32>(all.size()));
    u->top = dict + 1;
  } else {
    as().emit(Op::BUILD_DICT, dict, dict, 0);
    for (auto& [name, annotation] : all) {
      Reg key = push();
      load_str(key, mangled(name));
      Reg value = u->top;
      annotation_value(annotation, value);
      as().touch(value);
      as().emit(Op::DICT_ADD, dict, key, value, kKillB | kKillC);
      u->top = dict + 1;
    }
  }
  return_value({dict, true});
  make_function(leave_unit(), dst);
  return true;
}

// x: T and x: T = value. Annotations inside functions are never evaluated.
void Generator::annotated_assignment(const AnnAssign* s) {
  Reg old = u->top;
  bool in_body = !u->optimized;  // module or class
  bool future = table_.future_flags & kFutureAnnotations;
  if (s->value) {
    auto* name = try_as<Name>(s->target);
    Reg r = name ? local_register(name->id) : kNoReg;
    if (r != kNoReg) {
      expr(s->value, r);
      as().bound.add(r);
    } else {
      store(s->target, operand(s->value));
      u->top = old;
    }
  } else if (auto* attr = try_as<Attribute>(s->target)) {
    discard_expr(attr->value);
  } else if (auto* sub = try_as<Subscript>(s->target)) {
    discard_expr(sub->value);
    if (auto* slice = try_as<Slice>(sub->slice)) {
      for (const Expr* part : {slice->lower, slice->upper, slice->step})
        if (part) discard_expr(part);
    } else {
      discard_expr(sub->slice);
    }
  }
  if (!in_body) return;
  bool simple = s->simple && s->target->kind == Kind::Name;
  if (!simple) {
    if (!future) discard_expr(s->annotation);
    return;
  }
  if (future) {
    Reg value = push(), dict = push(), key = push();
    load_str(value, annotation_text(s->annotation));
    load_name(arena_.intern("__annotations__"), dict);
    load_str(key, mangled(ast::as<Name>(s->target)->id));
    as().emit(Op::SET_ITEM, dict, key, value, kKillA | kKillB | kKillC);
    u->top = old;
    return;
  }
  for (auto& [statement, index] : u->annotations) {
    if (statement != s || index < 0) continue;
    Reg set = push(), i = push();
    load_name(arena_.intern("__conditional_annotations__"), set);
    as().emit_bc(Op::LOAD_INT, i, static_cast<u32>(index));
    as().emit(Op::SET_ADD, set, i, 0, kKillB);
    drop(set);
    break;
  }
  u->top = old;
}

}  // namespace taipan::compiler
