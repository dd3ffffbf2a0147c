#include "interp/compiler/generator.h"

#include <algorithm>

#include "interp/compiler/ast_walk.h"

namespace taipan::compiler {

using namespace ast;

// ---- Errors, positions ----

void Generator::set_position(const Location& loc) {
  as().set_position({static_cast<i32>(loc.lineno), static_cast<i32>(loc.end_lineno), static_cast<i32>(loc.col_offset),
                     static_cast<i32>(loc.end_col_offset)});
}

bool Generator::fail_at(const Location& loc, std::string message) {
  if (failed()) return false;
  error_.kind = ErrorKind::SyntaxError;
  error_.message = keep(message);
  error_.lineno = static_cast<int>(loc.lineno);
  error_.offset = static_cast<int>(loc.col_offset) + 1;
  error_.end_lineno = static_cast<int>(loc.end_lineno);
  error_.end_offset = static_cast<int>(loc.end_col_offset) + 1;
  return false;
}

bool Generator::fail(const Location& loc, const char* message) { return fail_at(loc, message); }

bool Generator::too_deep() {
  if (!failed()) {
    error_.kind = ErrorKind::RecursionError;
    error_.message = "maximum recursion depth exceeded during compilation";
  }
  return false;
}

void Generator::warn(const Location& loc, std::string message) {
  if (!flags_.parser.warn_syntax || !as().reachable()) return;
  for (const SyntaxWarningInfo& w : warnings_)  // code compiled twice warns once
    if (w.lineno == static_cast<int>(loc.lineno) && w.col_offset == static_cast<int>(loc.col_offset) && w.message == message)
      return;
  SyntaxWarningInfo w;
  w.message = keep(message);
  w.lineno = static_cast<int>(loc.lineno);
  w.col_offset = static_cast<int>(loc.col_offset);
  w.end_lineno = static_cast<int>(loc.end_lineno);
  w.end_col_offset = static_cast<int>(loc.end_col_offset);
  warnings_.push_back(w);
}

// CPython points at the attribute's own line when a chain of calls is spread over lines.
void Generator::set_method_position(const Attribute* e) {
  Position p = as().position();
  if (p.line == static_cast<i32>(e->end_lineno)) return;
  p.line = static_cast<i32>(e->end_lineno);
  u32 length = static_cast<u32>(e->attr.size());
  bool fits = length <= e->end_col_offset;
  p.col = fits ? static_cast<i32>(e->end_col_offset - length) : -1;
  if (!fits) p.end_col = -1;
  as().set_position(p);
}

// ---- Registers ----

Reg Generator::begin_result(Reg dst) {
  if (!is_temp(dst)) return push();
  if (dst >= u->top) u->top = dst + 1;
  as().touch(dst);
  return dst;
}

void Generator::end_result(Reg dst, Reg held, Reg old_top) {
  if (dst != held) move(dst, {held, true});
  u->top = old_top;
}

void Generator::move(Reg dst, Operand src) {
  if (dst == src.reg) return;
  as().touch(dst);
  as().emit(Op::MOVE, dst, src.reg, 0, src.b());
}

void Generator::load_const(Reg dst, Const c) {
  as().touch(dst);
  if (!as().reachable()) return;
  if (c.kind == ConstKind::Int && c.integer == static_cast<i32>(c.integer))
    return as().emit_bc(Op::LOAD_INT, dst, static_cast<u32>(c.integer));
  as().emit_bc(Op::LOAD_CONST, dst, as().constant(std::move(c)));
}

void Generator::load_str(Reg dst, std::string_view text) {
  Const c;
  c.kind = ConstKind::Str;
  c.text = text;
  load_const(dst, std::move(c));
}

// ---- Units ----

namespace {

bool is_annotation_like(ScopeKind kind) {
  return kind == ScopeKind::Annotations || kind == ScopeKind::TypeAlias || kind == ScopeKind::TypeParameters ||
         kind == ScopeKind::TypeVariable;
}

u32 unit_flags(const Scope* s) {
  u32 flags = 0;
  if (s->is_function_like()) {
    flags |= kCoOptimized | kCoNewLocals;
    if (s->is_nested) flags |= kCoNested;
    // A scope that awaits without being async is an error found later.
    bool coroutine = s->kind == ScopeKind::Function ? s->node->kind == Kind::AsyncFunctionDef
                                                    : s->kind == ScopeKind::Comprehension && s->is_coroutine;
    if (coroutine && (s->is_generator || s->is_generator_expression)) flags |= kCoAsyncGenerator;
    else if (coroutine) flags |= kCoCoroutine;
    else if (s->is_generator || s->is_generator_expression) flags |= kCoGenerator;
    if (s->has_varargs) flags |= kCoVarArgs;
    if (s->has_varkeywords) flags |= kCoVarKeywords;
    if (s->is_method) flags |= kCoMethod;
  }
  return flags;
}

}  // namespace

void Generator::enter_unit(const Scope* scope, std::string_view name, const Location& loc, u32 firstlineno) {
  if (++unit_depth_ > kMaxUnits) too_deep();
  Unit* unit = new Unit;
  unit->parent = u;
  unit->scope = scope;
  unit->outer_scope = scope_;
  unit->spec = std::make_shared<CodeSpec>();
  u = unit;
  scope_ = scope;
  u->private_name = scope->class_name;
  u->optimized = scope->is_function_like();
  CodeSpec& spec = *u->spec;
  spec.name = name;
  spec.filename = filename_;
  spec.firstlineno = firstlineno;
  spec.flags = unit_flags(scope) | (table_.future_flags & (kFutureAnnotations | kFutureBarryAsBdfl));
  if (scope->kind == ScopeKind::Module && module_awaits_) spec.flags |= kCoCoroutine;
  spec.is_class_body = scope->kind == ScopeKind::Class;
  spec.has_namespace = !u->optimized;
  as().heap_frame = spec.is_generator();
  set_qualname(name);
  assign_registers();
  u->top = u->nlocals;
  as().nregs = u->nlocals;
  bool is_module = scope->kind == ScopeKind::Module;
  Position start{static_cast<i32>(firstlineno), static_cast<i32>(firstlineno), 0, 0};
  if (is_module) start.line = start.end_line = 0;
  as().set_position(start);
  as().emit(Op::RESUME);
  make_parameter_cells();
  set_position(loc);
}

void Generator::set_qualname(std::string_view name) {
  Unit* parent = u->parent;
  std::string& qualname = u->spec->qualname;
  qualname = name;
  if (!parent || !parent->parent) return;
  if (is_annotation_like(parent->scope->kind)) {
    parent = parent->parent;
    if (!parent->parent) return;
  }
  ScopeKind kind = u->scope->kind;
  if ((kind == ScopeKind::Function && !u->scope->is_lambda) || kind == ScopeKind::Class) {
    Symbol* s = parent->scope->lookup(mangle(parent->private_name, arena_.intern(name), arena_));
    if (s && s->where == NameScope::GlobalExplicit) return;
  }
  std::string base = parent->spec->qualname;
  if (parent->scope->kind == ScopeKind::Function) base += ".<locals>";
  qualname = base + "." + qualname;
}

void Generator::assign_registers() {
  CodeSpec& spec = *u->spec;
  const Scope* scope = u->scope;
  auto add = [&](const Symbol* s, u8 flags) {
    u->registers.emplace(s, static_cast<Reg>(spec.locals.size()));
    Reg r = static_cast<Reg>(spec.locals.size());
    if (s->where == NameScope::Cell) flags |= kLocalCell;
    if (s->flags & Symbol::kDeleted || handler_names_.count(s->name.data())) u->deletable.add(r);
    spec.locals.push_back({std::string(s->name), flags});
    if (s->where == NameScope::Cell) spec.cellvars.emplace_back(s->name);
    if (flags & kLocalArg) spec.varnames.emplace_back(s->name);
    if (flags & kLocalArg) as().bound.add(r);
    if (flags & kLocalHidden) u->has_hidden = true;
  };
  if (!u->optimized) {
    spec.locals.push_back({".namespace", kLocalArg | kLocalNamespace});
    as().bound.add(0);
  }
  for (const Symbol* s : scope->parameters) add(s, kLocalArg);
  for (const Symbol* s : scope->symbols) {
    if (s->owner != scope || u->registers.count(s)) continue;
    if (s->where == NameScope::Cell || (s->where == NameScope::Local && u->optimized)) add(s, 0);
  }
  // Cells a class makes for the scopes inside it, whatever the name means in its own body.
  auto add_class_cell = [&](bool needed, const char* text) {
    if (!needed || scope->kind != ScopeKind::Class) return;
    Identifier name = arena_.intern(text);
    const Symbol* s = scope->lookup(name);
    auto at = u->registers.find(s);
    bool own = s && s->where == NameScope::Cell && at != u->registers.end();
    Reg r = own ? at->second : static_cast<Reg>(spec.locals.size());
    u->class_cells.emplace(name.data(), r);
    if (own) return;
    spec.locals.push_back({text, kLocalCell});
    spec.cellvars.emplace_back(text);
  };
  add_class_cell(scope->needs_class_closure, "__class__");
  add_class_cell(scope->needs_classdict, "__classdict__");
  add_class_cell(scope->has_conditional_annotations, "__conditional_annotations__");
  // Variables of inlined comprehensions, those of nested ones too.
  std::vector<const Scope*> todo(scope->children.begin(), scope->children.end());
  for (usize i = 0; i < todo.size(); ++i) {
    const Scope* child = todo[i];
    if (!child->is_inlined) continue;
    for (const Symbol* s : child->symbols)
      if (s->owner == child && (s->where == NameScope::Cell || s->where == NameScope::Local)) add(s, kLocalHidden);
    todo.insert(todo.end(), child->children.begin(), child->children.end());
  }
  u->nlocals = static_cast<u32>(spec.locals.size());
  u->in_varnames.resize(u->nlocals);
  for (u32 i = 0; i < u->nlocals; ++i) u->in_varnames[i] = spec.locals[i].flags & kLocalArg;
  std::vector<Identifier> free_names(scope->free_names.begin(), scope->free_names.end());
  std::sort(free_names.begin(), free_names.end());
  for (u32 i = 0; i < free_names.size(); ++i) {
    u->free_index.emplace(free_names[i].data(), i);
    spec.freevars.emplace_back(free_names[i]);
  }
  usize argument_cells = 0;
  for (const LocalSpec& local : spec.locals) argument_cells += (local.flags & (kLocalArg | kLocalCell)) == (kLocalArg | kLocalCell);
  std::sort(spec.cellvars.begin() + static_cast<ssize>(argument_cells), spec.cellvars.end());
}

void Generator::make_parameter_cells() {
  no_position();
  for (const LocalSpec& local : u->spec->locals)
    if (local.flags & kLocalCell && !(local.flags & kLocalHidden))
      as().emit(Op::MAKE_CELL, static_cast<u32>(&local - u->spec->locals.data()));
}

std::shared_ptr<CodeSpec> Generator::leave_unit() {
  std::shared_ptr<CodeSpec> spec = u->spec;
  if (!failed() && !as().finish(spec.get())) {
    error_.kind = ErrorKind::MemoryError;
    error_.message = "code too large";
  }
  spec->max_stack = spec->nregs - spec->nlocals();
  Unit* done = u;
  --unit_depth_;
  u = done->parent;
  scope_ = done->outer_scope;
  delete done;
  return spec;
}

// Names that := and except clauses bind anywhere in the module; forbids binding __debug__ on the way.
void Generator::collect_rebound_names(const Node* tree) {
  const char* debug = arena_.intern("__debug__").data();
  auto check = [&](const Location& loc, Identifier name, bool deletes = false) {
    if (name.data() == debug) fail(loc, deletes ? "cannot delete __debug__" : "cannot assign to __debug__");
  };
  std::vector<const Node*> todo{tree};
  while (!todo.empty()) {
    const Node* n = todo.back();
    todo.pop_back();
    switch (n->kind) {
      case Kind::NamedExpr:
        if (auto* name = try_as<Name>(ast::as<NamedExpr>(n)->target)) walrus_names_.insert(name->id.data());
        break;
      case Kind::ExceptHandler: {
        Identifier name = ast::as<ExceptHandler>(n)->name;
        if (name.data()) handler_names_.insert(name.data());
        check(*n, name);
        break;
      }
      case Kind::Name: {
        auto* name = ast::as<Name>(n);
        if (name->ctx != ExprContext::Load) check(*n, name->id, name->ctx == ExprContext::Del);
        break;
      }
      case Kind::Attribute: {
        auto* attr = ast::as<Attribute>(n);
        if (attr->ctx != ExprContext::Load) check(*n, attr->attr, attr->ctx == ExprContext::Del);
        break;
      }
      case Kind::Alias: {
        auto* alias = ast::as<Alias>(n);
        check(*n, alias->asname.data() ? alias->asname : alias->name);
        break;
      }
      case Kind::Arg: check(*n, ast::as<Arg>(n)->arg); break;
      case Kind::Keyword: check(*n, ast::as<Keyword>(n)->arg); break;
      case Kind::FunctionDef: check(*n, ast::as<FunctionDef>(n)->name); break;
      case Kind::AsyncFunctionDef: check(*n, ast::as<AsyncFunctionDef>(n)->name); break;
      case Kind::ClassDef: check(*n, ast::as<ClassDef>(n)->name); break;
      case Kind::MatchAs: check(*n, ast::as<MatchAs>(n)->name); break;
      case Kind::MatchStar: check(*n, ast::as<MatchStar>(n)->name); break;
      case Kind::MatchMapping: check(*n, ast::as<MatchMapping>(n)->rest); break;
      case Kind::TypeVar: check(*n, ast::as<TypeVar>(n)->name); break;
      case Kind::ParamSpec: check(*n, ast::as<ParamSpec>(n)->name); break;
      case Kind::TypeVarTuple: check(*n, ast::as<TypeVarTuple>(n)->name); break;
      default: break;
    }
    for_each_child(n, [&](const Node* child) { todo.push_back(child); });
  }
}

// ---- Module ----

namespace {

// Whether the module's own code waits for something: with top-level await it is a coroutine then.
bool awaits(const Node* tree) {
  std::vector<const Node*> todo{tree};
  while (!todo.empty()) {
    const Node* n = todo.back();
    todo.pop_back();
    switch (n->kind) {
      case Kind::Await: case Kind::AsyncFor: case Kind::AsyncWith: return true;
      case Kind::Comprehension:
        if (as<Comprehension>(n)->is_async) return true;
        break;
      case Kind::FunctionDef: case Kind::AsyncFunctionDef: case Kind::Lambda: case Kind::ClassDef: case Kind::GeneratorExp:
        continue;
      default: break;
    }
    for_each_child(n, [&](const Node* child) { todo.push_back(child); });
  }
  return false;
}

}  // namespace

std::shared_ptr<CodeSpec> Generator::module(Mod* tree) {
  collect_rebound_names(tree);
  module_awaits_ = flags_.top_level_await && awaits(tree);
  const Scope* scope = table_.top;
  Location loc{1, 0, 1, 0};
  enter_unit(scope, "<module>", loc, 1);
  as().set_position({0, 0, -1, -1});
  if (auto* expression = try_as<Expression>(tree)) {
    set_position(*expression->body);
    return_value(operand(expression->body, true));
  } else {
    auto* interactive = try_as<Interactive>(tree);
    interactive_ = interactive != nullptr;
    Seq<Stmt*> stmts = interactive ? interactive->body : static_cast<Module*>(tree)->body;
    start_annotations(stmts);
    annotate_function(stmts.empty() ? loc : static_cast<Location>(*stmts[0]), "__annotate__");
    Const doc;
    bool has_doc = !interactive_ && docstring(stmts, &doc);
    if (has_doc && flags_.optimize < 2) {
      At at(*this, *stmts[0]);
      Reg t = push();
      load_const(t, std::move(doc));
      store_name(arena_.intern("__doc__"), {t, true});
      --u->top;
    }
    body({stmts.items + has_doc, stmts.count - has_doc});
    no_position();
    return_none();
  }
  return leave_unit();
}

}  // namespace taipan::compiler
