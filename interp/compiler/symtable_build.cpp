// The walk over statements and scopes.
#include <cstdio>

#include "interp/compiler/symtable_impl.h"

namespace taipan {

using namespace ast;

bool SymbolBuilder::fail(const Location& at, const char* format, ...) {
  if (error_.kind != ErrorKind::None) return false;
  char message[300];
  va_list args;
  va_start(args, format);
  vsnprintf(message, sizeof message, format, args);
  va_end(args);
  error_.kind = ErrorKind::SyntaxError;
  error_.message = arena_.copy(message);
  error_.lineno = static_cast<int>(at.lineno);
  error_.offset = static_cast<int>(at.col_offset) + 1;
  error_.end_lineno = static_cast<int>(at.end_lineno);
  error_.end_offset = static_cast<int>(at.end_col_offset) + 1;
  return false;
}

bool SymbolBuilder::fail_kind(ErrorKind kind, const char* message) {
  if (error_.kind == ErrorKind::None) {
    error_.kind = kind;
    error_.message = message;
    error_.located = false;
  }
  return false;
}

namespace {

void map_put(SymbolTable::Map& map, const Node* node, int slot, Scope* scope, Arena& arena) {
  auto find = [&](const Node* n) -> SymbolTable::Map::Entry& {
    auto x = reinterpret_cast<uintptr_t>(n) >> 3;
    uint32_t at = static_cast<uint32_t>(x * 0x9E3779B97F4A7C15u >> 32) & (map.capacity - 1);
    while (map.entries[at].node && map.entries[at].node != n) at = (at + 1) & (map.capacity - 1);
    return map.entries[at];
  };
  if (map.count * 2 >= map.capacity) {
    auto old = map;
    map.capacity = old.capacity ? old.capacity * 2 : 64;
    size_t bytes = map.capacity * sizeof(SymbolTable::Map::Entry);
    map.entries = static_cast<SymbolTable::Map::Entry*>(arena.allocate(bytes));
    memset(static_cast<void*>(map.entries), 0, bytes);
    for (uint32_t i = 0; i < old.capacity; i++) {
      if (old.entries[i].node) find(old.entries[i].node) = old.entries[i];
    }
  }
  auto& entry = find(node);
  if (!entry.node) {
    entry.node = node;
    map.count++;
  }
  entry.scopes[slot] = scope;
}

struct FutureFeature { const char* name; uint32_t flag; };
constexpr FutureFeature kFeatures[] = {
    {"nested_scopes", 0}, {"generators", 0},
    {"division", 0}, {"absolute_import", 0}, {"with_statement", 0}, {"print_function", 0},
    {"unicode_literals", 0}, {"barry_as_FLUFL", kFutureBarryAsBdfl}, {"generator_stop", 0},
    {"annotations", kFutureAnnotations}};

}  // namespace

// Docstring and `from __future__` lines at the beginning of the file.
bool SymbolBuilder::future_imports(Seq<Stmt*> body) {
  bool first = true;
  for (Stmt* s : body) {
    if (first && s->kind == Kind::ExprStmt) {
      auto* c = try_as<Constant>(as<ExprStmt>(s)->value);
      first = false;
      if (c && c->value.kind == ConstantKind::Str) continue;
      return true;
    }
    first = false;
    auto* from = try_as<ImportFrom>(s);
    if (!from || from->level || from->module != "__future__") return true;
    for (Alias* alias : from->names) {
      const FutureFeature* found = nullptr;
      for (const auto& f : kFeatures) {
        if (alias->name == f.name) found = &f;
      }
      if (!found && alias->name == "braces") return fail(*alias, "not a chance");
      if (!found) {
        return fail(*alias, "future feature %.*s is not defined",
                    static_cast<int>(alias->name.size()), alias->name.data());
      }
      table_.future_flags |= found->flag;
    }
    table_.future_lineno = static_cast<int>(s->lineno);
    table_.future_col_offset = static_cast<int>(s->col_offset);
  }
  return true;
}

Scope* SymbolBuilder::open(ScopeKind kind, const Node* node, ScopeRole role, Identifier name) {
  auto* scope = arena_.make<Scope>();
  scope->kind = kind;
  scope->node = node;
  scope->name = name;
  scope->parent = current_;
  scope->unit = scope;
  scope->class_name = class_name_;
  scope->lineno = node->lineno;
  scope->col_offset = node->col_offset;
  scope->end_lineno = node->end_lineno;
  scope->end_col_offset = node->end_col_offset;
  if (current_) {
    scope->is_nested = current_->is_nested || current_->is_function_like();
    children_.back().push_back(scope);
  }
  int slot = role == ScopeRole::Annotations                                     ? 2
             : role == ScopeRole::TypeParams || role == ScopeRole::Default ? 1
                                                                                : 0;
  map_put(*table_.map, node, slot, scope, arena_);
  children_.emplace_back();
  current_ = scope;
  return scope;
}

void SymbolBuilder::close() {
  auto& made = children_.back();
  uint32_t n = static_cast<uint32_t>(made.size());
  Seq<Scope*>& seq = current_->children;  // annotation scopes are entered several times
  auto* all = static_cast<Scope**>(arena_.allocate((seq.count + n) * sizeof(Scope*)));
  for (uint32_t i = 0; i < seq.count; i++) all[i] = seq.items[i];
  for (uint32_t i = 0; i < n; i++) all[seq.count + i] = made[i];
  seq = {all, seq.count + n};
  children_.pop_back();
  current_ = current_->parent;
}

Symbol* SymbolBuilder::define_in(Scope& scope, Identifier name, int flags) {
  Identifier mangled = mangle(class_name_, name, arena_);
  Symbol* s = scope.lookup(mangled);
  if (!s) s = add_symbol(scope, mangled, arena_);
  s->flags = static_cast<uint16_t>(s->flags | flags);
  return s;
}

Symbol* SymbolBuilder::define(Identifier name, int flags) { return define_in(*current_, name, flags); }

bool SymbolBuilder::define_at(Identifier name, int flags, const Location& at) {
  Symbol* before = current_->lookup(mangle(class_name_, name, arena_));
  int n = static_cast<int>(name.size());
  if (before && (flags & Symbol::kParameter) && (before->flags & Symbol::kParameter)) {
    return fail(at, "duplicate parameter '%.*s' in function definition", n, name.data());
  }
  if (before && (flags & Symbol::kTypeParameter) && (before->flags & Symbol::kTypeParameter)) {
    return fail(at, "duplicate type parameter '%.*s'", n, name.data());
  }
  if (in_iter_target_) {
    if (before && (before->flags & (Symbol::kGlobal | Symbol::kNonlocal))) {
      return fail(at, "comprehension inner loop cannot rebind assignment expression target '%.*s'",
                  n, name.data());
    }
    flags |= Symbol::kIterVariable;
  }
  define(name, flags);
  return true;
}

// Annotation-like scopes in a class look names up in the class namespace first.
void SymbolBuilder::see_class(Scope* scope, const Scope* outer) {
  if (outer->kind != ScopeKind::Class && !outer->can_see_class_scope) return;
  scope->can_see_class_scope = true;
  use("__classdict__");
}

bool SymbolBuilder::build(Mod* tree) {
  Seq<Stmt*> body;
  if (auto* m = try_as<Module>(static_cast<Node*>(tree))) body = m->body;
  if (auto* m = try_as<Interactive>(static_cast<Node*>(tree))) body = m->body;
  if (!future_imports(body)) return false;
  table_.top = open(ScopeKind::Module, tree, ScopeRole::Body, arena_.intern("<module>"));
  bool ok = true;
  if (auto* e = try_as<Expression>(static_cast<Node*>(tree))) {
    ok = expression(e->body);
  } else {
    if (!body.empty()) {
      auto* doc = try_as<ExprStmt>(static_cast<Node*>(body[0]));
      auto* text = doc ? try_as<Constant>(static_cast<Node*>(doc->value)) : nullptr;
      table_.top->has_docstring = text && text->value.kind == ConstantKind::Str;
    }
    ok = statements(body);
  }
  if (ok) close();
  return ok;
}

bool SymbolBuilder::statements(Seq<Stmt*> body) {
  for (Stmt* s : body) {
    if (!statement(s)) return false;
  }
  return true;
}

bool SymbolBuilder::nested(Seq<Stmt*> body) {
  conditional_++;
  bool ok = statements(body);
  conditional_--;
  return ok;
}

bool SymbolBuilder::statement(Stmt* s) {
  if (++depth_ > kMaxDepth) {
    return fail_kind(ErrorKind::RecursionError,
                     "maximum recursion depth exceeded during compilation");
  }
  struct Leave { int& d; ~Leave() { d--; } } leave{depth_};
  switch (s->kind) {
    case Kind::FunctionDef: {
      auto* f = as<FunctionDef>(s);
      return function(f, f->name, f->args, f->body, f->decorator_list, f->returns, f->type_params,
                      false);
    }
    case Kind::AsyncFunctionDef: {
      auto* f = as<AsyncFunctionDef>(s);
      return function(f, f->name, f->args, f->body, f->decorator_list, f->returns, f->type_params,
                      true);
    }
    case Kind::ClassDef: return class_statement(as<ClassDef>(s));
    case Kind::TypeAlias: return type_alias(as<TypeAlias>(s));
    case Kind::Return:
      if (as<Return>(s)->value) current_->has_return_value = true;
      return optional(as<Return>(s)->value);
    case Kind::Delete: return expressions(as<Delete>(s)->targets);
    case Kind::Assign:
      return expressions(as<Assign>(s)->targets) && expression(as<Assign>(s)->value);
    case Kind::AugAssign:
      if (auto* name = try_as<Name>(as<AugAssign>(s)->target)) define(name->id, Symbol::kUsed);
      return expression(as<AugAssign>(s)->target) && expression(as<AugAssign>(s)->value);
    case Kind::AnnAssign: return annotated(as<AnnAssign>(s));
    case Kind::For: {
      auto* f = as<For>(s);
      return expression(f->target) && expression(f->iter) && nested(f->body) && nested(f->orelse);
    }
    case Kind::AsyncFor: {
      auto* f = as<AsyncFor>(s);
      return expression(f->target) && expression(f->iter) && nested(f->body) && nested(f->orelse);
    }
    case Kind::While: {
      auto* w = as<While>(s);
      return expression(w->test) && nested(w->body) && nested(w->orelse);
    }
    case Kind::If:
      for (auto* i = as<If>(s);;) {  // elif chains do not recurse
        if (!expression(i->test) || !nested(i->body)) return false;
        if (i->orelse.size() == 1 && i->orelse[0]->kind == Kind::If) {
          i = as<If>(i->orelse[0]);
          continue;
        }
        return nested(i->orelse);
      }
    case Kind::With:
    case Kind::AsyncWith: {
      bool plain = s->kind == Kind::With;
      for (WithItem* item : plain ? as<With>(s)->items : as<AsyncWith>(s)->items) {
        if (!expression(item->context_expr) || !optional(item->optional_vars)) return false;
      }
      return nested(plain ? as<With>(s)->body : as<AsyncWith>(s)->body);
    }
    case Kind::Match: {
      if (!expression(as<Match>(s)->subject)) return false;
      for (MatchCase* c : as<Match>(s)->cases) {
        if (!pattern(c->pattern) || !optional(c->guard) || !nested(c->body)) return false;
      }
      return true;
    }
    case Kind::Raise: return optional(as<Raise>(s)->exc) && optional(as<Raise>(s)->cause);
    case Kind::Try:
    case Kind::TryStar: {
      bool plain = s->kind == Kind::Try;
      auto parts = [&](auto* t) {
        if (!nested(t->body)) return false;
        for (ExceptHandler* h : t->handlers) {
          if (!optional(h->type)) return false;
          if (h->name.data() && !define_at(h->name, Symbol::kAssigned | Symbol::kDeleted, *h)) {
            return false;
          }
          if (!nested(h->body)) return false;
        }
        return nested(t->orelse) && nested(t->finalbody);
      };
      return plain ? parts(as<Try>(s)) : parts(as<TryStar>(s));
    }
    case Kind::Assert: return expression(as<Assert>(s)->test) && optional(as<Assert>(s)->msg);
    case Kind::Import: return import_names(as<Import>(s)->names);
    case Kind::ImportFrom: {
      auto* from = as<ImportFrom>(s);
      if (!from->level && from->module == "__future__" &&
          std::pair(static_cast<int>(s->lineno), static_cast<int>(s->col_offset)) >
              std::pair(table_.future_lineno, table_.future_col_offset)) {
        return fail(*s, "from __future__ imports must occur at the beginning of the file");
      }
      if (from->is_lazy && current_->kind != ScopeKind::Module) {
        return fail(*s, current_->kind == ScopeKind::Class ? "lazy from ... import not allowed inside classes"
                                                           : "lazy from ... import not allowed inside functions");
      }
      return import_names(from->names);
    }
    case Kind::Global: return global(as<Global>(s)->names, s, true);
    case Kind::Nonlocal: return global(as<Nonlocal>(s)->names, s, false);
    case Kind::ExprStmt: return expression(as<ExprStmt>(s)->value);
    default: return true;
  }
}

bool SymbolBuilder::import_names(Seq<Alias*> names) {
  for (Alias* alias : names) {
    if (alias->name == "*") {
      if (current_->kind != ScopeKind::Module) {
        return fail(*alias, "import * only allowed at module level");
      }
      continue;
    }
    Identifier bound = alias->asname;
    if (!bound.data()) bound = arena_.intern(alias->name.substr(0, alias->name.find('.')));
    if (!define_at(bound, Symbol::kImported, *alias)) return false;
  }
  return true;
}

bool SymbolBuilder::global(Seq<Identifier> names, const Stmt* s, bool is_global) {
  const char* word = is_global ? "global" : "nonlocal";
  for (Identifier name : names) {
    Symbol* before = current_->lookup(mangle(class_name_, name, arena_));
    int n = static_cast<int>(name.size());
    int flags = before ? before->flags : 0;
    if (flags & Symbol::kParameter) {
      return fail(*s, "name '%.*s' is parameter and %s", n, name.data(), word);
    }
    if (flags & Symbol::kUsed) {
      return fail(*s, "name '%.*s' is used prior to %s declaration", n, name.data(), word);
    }
    if (flags & Symbol::kAnnotated) {
      return fail(*s, "annotated name '%.*s' can't be %s", n, name.data(), word);
    }
    if (flags & Symbol::kAssigned) {
      return fail(*s, "name '%.*s' is assigned to before %s declaration", n, name.data(), word);
    }
    Symbol* symbol = define(name, is_global ? Symbol::kGlobal : Symbol::kNonlocal);
    directives_.push_back({current_, symbol, s, is_global});
  }
  return true;
}

bool SymbolBuilder::annotated(AnnAssign* s) {
  if (auto* name = try_as<Name>(s->target)) {
    Symbol* before = current_->lookup(mangle(class_name_, name->id, arena_));
    if (before && s->simple && current_ != table_.top &&
        (before->flags & (Symbol::kGlobal | Symbol::kNonlocal))) {
      return fail(*s, "annotated name '%.*s' can't be %s", static_cast<int>(name->id.size()),
                  name->id.data(), before->flags & Symbol::kGlobal ? "global" : "nonlocal");
    }
    if (s->simple) {
      if (!define_at(name->id, Symbol::kAnnotated | Symbol::kAssigned, *name)) return false;
    } else if (s->value && !define_at(name->id, Symbol::kAssigned, *name)) {
      return false;
    }
  } else if (!expression(s->target)) {
    return false;
  }
  // Annotations of module and class variables wait in a scope of their own; others are only checked.
  bool deferred = current_->kind == ScopeKind::Module || current_->kind == ScopeKind::Class;
  bool future = table_.future_flags & kFutureAnnotations;
  Scope* owner = current_;
  if (deferred && !future && s->simple) {
    owner->annotations_used = true;
    if (!owner->has_conditional_annotations &&
        (owner->kind == ScopeKind::Module || conditional_ > 0)) {
      owner->has_conditional_annotations = true;
      define(arena_.intern("__conditional_annotations__"), Symbol::kUsed | Symbol::kAssigned);
    }
    Scope* scope = open_annotations(owner, owner->node);
    if (owner->has_conditional_annotations) use("__conditional_annotations__");
    bool ok = expression(s->annotation);
    close();
    (void)scope;
    if (!ok) return false;
  } else {
    bool saved = unevaluated_;
    unevaluated_ = !(deferred && !future);  // a[i]: T in a class or module is evaluated at once
    Scope* scope = open(ScopeKind::Annotations, s->annotation, ScopeRole::Annotations,
                        arena_.intern("__annotate__"));
    scope->is_inlined = true;
    bool ok = expression(s->annotation);
    close();
    children_.back().pop_back();  // nothing of it is ever run
    unevaluated_ = saved;
    if (!ok) return false;
  }
  return optional(s->value);
}

// Enters the scope that evaluates the annotations of `owner`, made at the first one.
Scope* SymbolBuilder::open_annotations(Scope* owner, const Node* node) {
  if (owner->annotations) {
    children_.emplace_back();
    current_ = owner->annotations;
    return current_;
  }
  Scope* scope = open(ScopeKind::Annotations, node, ScopeRole::Annotations,
                      arena_.intern("__annotate__"));
  owner->annotations = scope;
  Symbol* format = define(arena_.intern(".format"), Symbol::kParameter | Symbol::kUsed);
  scope->parameters = {static_cast<Symbol**>(arena_.allocate(sizeof(Symbol*))), 1};
  scope->parameters[0] = format;
  see_class(scope, owner);
  return scope;
}

bool SymbolBuilder::defaults(Arguments* args) {
  if (!expressions(args->defaults)) return false;
  for (Expr* e : args->kw_defaults) {
    if (!optional(e)) return false;
  }
  return true;
}

bool SymbolBuilder::annotations(const Node* s, Arguments* args, Expr* returns) {
  bool any = returns;
  auto look = [&](Arg* a) { any |= a && a->annotation; };
  for (Arg* a : args->posonlyargs) look(a);
  for (Arg* a : args->args) look(a);
  for (Arg* a : args->kwonlyargs) look(a);
  look(args->vararg);
  look(args->kwarg);
  if (!any) return true;
  bool future = table_.future_flags & kFutureAnnotations;
  Scope* outer = current_;
  Scope* scope = open(ScopeKind::Annotations, s, ScopeRole::Annotations,
                      arena_.intern("__annotate__"));
  scope->annotations_used = !future;
  bool saved = unevaluated_;
  unevaluated_ = unevaluated_ || future;
  Symbol* format = define(arena_.intern(".format"), Symbol::kParameter | Symbol::kUsed);
  scope->parameters = {static_cast<Symbol**>(arena_.allocate(sizeof(Symbol*))), 1};
  scope->parameters[0] = format;
  if (!unevaluated_) see_class(scope, outer);
  auto visit = [&](Arg* a) { return !a || optional(a->annotation); };
  bool ok = true;
  for (Arg* a : args->posonlyargs) ok = ok && visit(a);
  for (Arg* a : args->args) ok = ok && visit(a);
  ok = ok && visit(args->vararg) && visit(args->kwarg);
  for (Arg* a : args->kwonlyargs) ok = ok && visit(a);
  ok = ok && optional(returns);
  unevaluated_ = saved;
  if (ok) close();
  return ok;
}

bool SymbolBuilder::parameters(Arguments* args) {
  SeqBuilder<Symbol*> order(arena_);
  auto add = [&](Arg* a) {
    if (!a) return true;
    if (!define_at(a->arg, Symbol::kParameter, *a)) return false;
    order.push(current_->lookup(mangle(class_name_, a->arg, arena_)));
    return true;
  };
  bool ok = true;
  for (Arg* a : args->posonlyargs) ok = ok && add(a);
  for (Arg* a : args->args) ok = ok && add(a);
  for (Arg* a : args->kwonlyargs) ok = ok && add(a);
  if (!ok || !add(args->vararg) || !add(args->kwarg)) return false;
  current_->has_varargs = args->vararg;
  current_->has_varkeywords = args->kwarg;
  current_->parameters = order.finish();
  return true;
}

// The function that makes a generic function gets the defaults, evaluated outside, under names no source can use.
void SymbolBuilder::default_parameters(Arguments* args) {
  SeqBuilder<Symbol*> order(arena_);
  if (!args->defaults.empty()) order.push(define(arena_.intern(".defaults"), Symbol::kParameter | Symbol::kUsed));
  bool has_keyword_default = false;
  for (Expr* e : args->kw_defaults) has_keyword_default |= e != nullptr;
  if (has_keyword_default) order.push(define(arena_.intern(".kwdefaults"), Symbol::kParameter | Symbol::kUsed));
  current_->parameters = order.finish();
}

bool SymbolBuilder::function(Stmt* s, Identifier name, Arguments* args, Seq<Stmt*> body,
                             Seq<Expr*> decorators, Expr* returns, Seq<TypeParam*> params,
                             bool is_async) {
  if (!define_at(name, Symbol::kAssigned, *s)) return false;
  if (!defaults(args) || !expressions(decorators)) return false;
  bool in_class = current_->kind == ScopeKind::Class;
  if (!params.empty()) {
    Scope* outer = current_;
    see_class(open(ScopeKind::TypeParameters, s, ScopeRole::TypeParams, name), outer);
    default_parameters(args);
    if (!type_params(params, s, "function")) return false;
  }
  if (!annotations(s, args, returns)) return false;
  int conditional = conditional_;
  conditional_ = 0;
  Scope* scope = open(ScopeKind::Function, s, ScopeRole::Body, name);
  scope->is_async = scope->is_coroutine = is_async;
  scope->is_method = in_class;
  if (auto* doc = try_as<ExprStmt>(body[0])) {
    auto* text = try_as<Constant>(doc->value);
    scope->has_docstring = text && text->value.kind == ConstantKind::Str;
  }
  bool ok = parameters(args) && statements(body);
  conditional_ = conditional;
  if (!ok) return false;
  close();
  if (!params.empty()) close();
  return true;
}

bool SymbolBuilder::class_statement(ClassDef* s) {
  if (!define_at(s->name, Symbol::kAssigned, *s) || !expressions(s->decorator_list)) return false;
  Identifier outer_class = class_name_;
  if (!s->type_params.empty()) {
    Scope* outer = current_;
    see_class(open(ScopeKind::TypeParameters, s, ScopeRole::TypeParams, s->name), outer);
    // As in CPython: the tuple of parameters, and Generic[...] of them, under names no source can use.
    define(arena_.intern(".type_params"), Symbol::kAssigned | Symbol::kUsed);
    define(arena_.intern(".generic_base"), Symbol::kAssigned | Symbol::kUsed);
    class_name_ = s->name;  // private names of parameters are the class's, those of bases are not
    if (!type_params(s->type_params, s, "class")) return false;
    class_name_ = outer_class;
  }
  if (!expressions(s->bases)) return false;
  for (Keyword* k : s->keywords) {
    if (!expression(k->value)) return false;
  }
  class_name_ = s->name;
  int conditional = conditional_;
  conditional_ = 0;
  Scope* scope = open(ScopeKind::Class, s, ScopeRole::Body, s->name);
  if (!s->type_params.empty()) use(".type_params");
  if (auto* doc = try_as<ExprStmt>(s->body[0])) {
    auto* text = try_as<Constant>(doc->value);
    scope->has_docstring = text && text->value.kind == ConstantKind::Str;
  }
  bool ok = statements(s->body);
  class_name_ = outer_class;
  conditional_ = conditional;
  if (!ok) return false;
  close();
  if (!s->type_params.empty()) close();
  return true;
}

bool SymbolBuilder::type_alias(TypeAlias* s) {
  if (!expression(s->name)) return false;
  Identifier name = as<Name>(s->name)->id;
  Scope* outer = current_;
  if (!s->type_params.empty()) {
    see_class(open(ScopeKind::TypeParameters, s, ScopeRole::TypeParams, name), outer);
    if (!type_params(s->type_params, s, "type alias")) return false;
  }
  outer = current_;
  Scope* scope = open(ScopeKind::TypeAlias, s, ScopeRole::Body, name);
  see_class(scope, outer);
  Symbol* format = define(arena_.intern(".format"), Symbol::kParameter | Symbol::kUsed);
  scope->parameters = {static_cast<Symbol**>(arena_.allocate(sizeof(Symbol*))), 1};
  scope->parameters[0] = format;
  if (!expression(s->value)) return false;
  close();
  if (!s->type_params.empty()) close();
  return true;
}

bool SymbolBuilder::type_variable(const TypeParam* p, Expr* e, ScopeRole role, Identifier name) {
  if (!e) return true;
  Scope* outer = current_;
  Scope* scope = open(ScopeKind::TypeVariable, p, role, name);
  if (outer->can_see_class_scope) see_class(scope, outer);
  Symbol* format = define(arena_.intern(".format"), Symbol::kParameter | Symbol::kUsed);
  scope->parameters = {static_cast<Symbol**>(arena_.allocate(sizeof(Symbol*))), 1};
  scope->parameters[0] = format;
  if (!expression(e)) return false;
  close();
  return true;
}

bool SymbolBuilder::type_params(Seq<TypeParam*> params, const Node*, const char*) {
  bool default_seen = false;
  for (TypeParam* p : params) {
    Identifier name;
    Expr *bound = nullptr, *value = nullptr;
    if (auto* v = try_as<TypeVar>(p)) {
      name = v->name;
      bound = v->bound;
      value = v->default_value;
    } else if (auto* v = try_as<ParamSpec>(p)) {
      name = v->name;
      value = v->default_value;
    } else {
      name = as<TypeVarTuple>(p)->name;
      value = as<TypeVarTuple>(p)->default_value;
    }
    if (!define_at(name, Symbol::kTypeParameter | Symbol::kAssigned, *p)) return false;
    if (!type_variable(p, bound, ScopeRole::Bound, name)) return false;
    if (!type_variable(p, value, ScopeRole::Default, name)) return false;
    if (default_seen && !value) {
      return fail(*p, "non-default type parameter '%.*s' follows default type parameter",
                  static_cast<int>(name.size()), name.data());
    }
    default_seen |= value != nullptr;
  }
  return true;
}

}  // namespace taipan
