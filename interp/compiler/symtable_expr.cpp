// The walk over expressions, comprehensions and patterns.
#include "interp/compiler/symtable_impl.h"

namespace taipan {

using namespace ast;

bool SymbolBuilder::expressions(Seq<Expr*> items) {
  for (Expr* e : items) {
    if (!expression(e)) return false;
  }
  return true;
}

// await, yield and := are not for scopes that are evaluated later or elsewhere.
bool SymbolBuilder::check_plain_scope(const Expr* e, const char* what) {
  const char* where = nullptr;
  switch (current_->kind) {
    case ScopeKind::Annotations: where = "an annotation"; break;
    case ScopeKind::TypeAlias: where = "a type alias"; break;
    case ScopeKind::TypeParameters: where = "the definition of a generic"; break;
    case ScopeKind::TypeVariable:
      where = current_->node->kind == Kind::TypeVar && as<TypeVar>(current_->node)->bound &&
                      table_.find(current_->node, ScopeRole::Bound) == current_
                  ? (as<TypeVar>(current_->node)->bound->kind == Kind::Tuple
                         ? "a TypeVar constraint" : "a TypeVar bound")
                  : current_->node->kind == Kind::TypeVar   ? "a TypeVar default"
                  : current_->node->kind == Kind::ParamSpec ? "a ParamSpec default"
                                                            : "a TypeVarTuple default";
      break;
    default: return true;
  }
  return fail(*e, "%s cannot be used within %s", what, where);
}

bool SymbolBuilder::operand_of(Expr* e) {
  switch (e->kind) {
    case Kind::BinOp: return expression(as<BinOp>(e)->right);
    case Kind::Subscript: return expression(as<Subscript>(e)->slice);
    case Kind::Call:
      if (!expressions(as<Call>(e)->args)) return false;
      for (Keyword* k : as<Call>(e)->keywords) {
        if (!expression(k->value)) return false;
      }
      return true;
    default: return true;
  }
}

bool SymbolBuilder::expression(Expr* e) {
  if (++depth_ > kMaxDepth) {
    return fail_kind(ErrorKind::RecursionError,
                     "maximum recursion depth exceeded during compilation");
  }
  struct Leave { int& d; ~Leave() { d--; } } leave{depth_};
  // Chains such as a.b.c or a + b + c lean left: down to their beginning in a loop, then outwards.
  auto left_of = [](Expr* x) -> Expr* {
    switch (x->kind) {
      case Kind::BinOp: return as<BinOp>(x)->left;
      case Kind::Attribute: return as<Attribute>(x)->value;
      case Kind::Subscript: return as<Subscript>(x)->value;
      case Kind::Call: return as<Call>(x)->func;
      default: return nullptr;
    }
  };
  if (Expr* left = left_of(e)) {
    if (!left_of(left)) return expression(left) && operand_of(e);
    std::vector<Expr*> spine{e};
    for (Expr* x = left; x; x = left_of(x)) spine.push_back(x);
    if (!expression(spine.back())) return false;
    for (size_t i = spine.size() - 1; i-- > 0;) {
      if (!operand_of(spine[i])) return false;
    }
    return true;
  }
  switch (e->kind) {
    case Kind::Name: {
      auto* name = as<Name>(e);
      if (unevaluated_) return true;
      if (name->ctx == ExprContext::Load) {
        define(name->id, Symbol::kUsed);
        if (current_->is_function_like() && name->id == "super") use("__class__");
        return true;
      }
      bool del = name->ctx == ExprContext::Del;
      return define_at(name->id, Symbol::kAssigned | (del ? Symbol::kDeleted : 0), *name);
    }
    case Kind::BoolOp: return expressions(as<BoolOp>(e)->values);
    case Kind::UnaryOp: return expression(as<ast::UnaryOp>(e)->operand);
    case Kind::NamedExpr: return named_expression(as<NamedExpr>(e));
    case Kind::Lambda: {
      auto* l = as<Lambda>(e);
      if (!defaults(l->args)) return false;
      bool saved_target = in_iter_target_;
      in_iter_target_ = false;
      bool in_class = current_->kind == ScopeKind::Class;
      Scope* scope = open(ScopeKind::Function, e, ScopeRole::Body, arena_.intern("<lambda>"));
      scope->is_lambda = true;
      scope->is_method = in_class;
      if (!parameters(l->args) || !expression(l->body)) return false;
      close();
      in_iter_target_ = saved_target;
      return true;
    }
    case Kind::IfExp: {
      auto* i = as<IfExp>(e);
      return expression(i->test) && expression(i->body) && expression(i->orelse);
    }
    case Kind::Dict: {
      auto* d = as<Dict>(e);
      for (uint32_t i = 0; i < d->keys.size(); i++) {
        if (!optional(d->keys[i])) return false;
      }
      return expressions(d->values);
    }
    case Kind::Set: return expressions(as<Set>(e)->elts);
    case Kind::List: return expressions(as<List>(e)->elts);
    case Kind::Tuple: return expressions(as<Tuple>(e)->elts);
    case Kind::Starred: return expression(as<Starred>(e)->value);
    case Kind::Slice:
      return optional(as<Slice>(e)->lower) && optional(as<Slice>(e)->upper) &&
             optional(as<Slice>(e)->step);
    case Kind::ListComp:
      return comprehension(e, as<ListComp>(e)->elt, nullptr, as<ListComp>(e)->generators,
                           "<listcomp>", false);
    case Kind::SetComp:
      return comprehension(e, as<SetComp>(e)->elt, nullptr, as<SetComp>(e)->generators, "<setcomp>",
                           false);
    case Kind::DictComp:
      return comprehension(e, as<DictComp>(e)->key, as<DictComp>(e)->value,
                           as<DictComp>(e)->generators, "<dictcomp>", false);
    case Kind::GeneratorExp:
      return comprehension(e, as<GeneratorExp>(e)->elt, nullptr, as<GeneratorExp>(e)->generators,
                           "<genexpr>", true);
    case Kind::Yield:
    case Kind::YieldFrom: {
      if (!check_plain_scope(e, "yield expression")) return false;
      bool plain = e->kind == Kind::Yield;
      if (!(plain ? optional(as<Yield>(e)->value) : expression(as<YieldFrom>(e)->value))) {
        return false;
      }
      if (current_->kind == ScopeKind::Comprehension) {
        Kind k = current_->node->kind;
        return fail(*e, "'yield' inside %s",
                    k == Kind::ListComp   ? "list comprehension"
                    : k == Kind::SetComp  ? "set comprehension"
                    : k == Kind::DictComp ? "dict comprehension"
                                          : "generator expression");
      }
      current_->is_generator = true;
      return true;
    }
    case Kind::Await:
      if (!check_plain_scope(e, "await expression")) return false;
      current_->is_coroutine = true;
      if (current_->kind == ScopeKind::Comprehension) current_->is_async = true;
      return expression(as<Await>(e)->value);
    case Kind::Compare:
      return expression(as<Compare>(e)->left) && expressions(as<Compare>(e)->comparators);
    case Kind::FormattedValue:
      return expression(as<FormattedValue>(e)->value) && optional(as<FormattedValue>(e)->format_spec);
    case Kind::Interpolation:
      return expression(as<Interpolation>(e)->value) && optional(as<Interpolation>(e)->format_spec);
    case Kind::JoinedStr: return expressions(as<JoinedStr>(e)->values);
    case Kind::TemplateStr: return expressions(as<TemplateStr>(e)->values);
    default: return true;
  }
}

bool SymbolBuilder::comprehension(Expr* e, Expr* elt, Expr* value, Seq<Comprehension*> clauses,
                                  const char* name, bool generator) {
  bool saved_target = in_iter_target_;
  // The first iterable belongs to the scope around.
  in_iter_target_ = false;
  in_iter_expression_++;
  if (!expression(clauses[0]->iter)) return false;
  in_iter_expression_--;

  Scope* outer = current_;
  Scope* scope = open(ScopeKind::Comprehension, e, ScopeRole::Body, arena_.intern(name));
  scope->is_generator_expression = generator;
  scope->is_inlined = !generator && !outer->can_see_class_scope;
  if (scope->is_inlined) {
    scope->unit = outer->unit;
  } else {
    Symbol* first = define(arena_.intern(".0"), Symbol::kParameter | Symbol::kUsed);
    scope->parameters = {static_cast<Symbol**>(arena_.allocate(sizeof(Symbol*))), 1};
    scope->parameters[0] = first;
    scope->is_generator = generator;
  }
  for (uint32_t i = 0; i < clauses.size(); i++) {
    Comprehension* c = clauses[i];
    if (c->is_async) scope->is_async = scope->is_coroutine = true;
    if (i > 0) {
      in_iter_expression_++;
      if (!expression(c->iter)) return false;
      in_iter_expression_--;
    }
    in_iter_target_ = true;
    if (!expression(c->target)) return false;
    in_iter_target_ = false;
    if (!expressions(c->ifs)) return false;
  }
  if (value && !expression(value)) return false;
  if (!expression(elt)) return false;
  close();
  if (scope->is_async && !generator) outer->is_coroutine = true;
  if (scope->is_async && !generator && outer->kind == ScopeKind::Comprehension) outer->is_async = true;
  in_iter_target_ = saved_target;
  return true;
}

bool SymbolBuilder::named_expression(NamedExpr* e) {
  if (!check_plain_scope(e, "named expression")) return false;
  if (in_iter_expression_ > 0) {
    return fail(*e, "assignment expression cannot be used in a comprehension iterable expression");
  }
  if (current_->kind == ScopeKind::Comprehension && !walrus_in_comprehension(as<Name>(e->target))) {
    return false;
  }
  if (!expression(e->value)) return false;
  return current_->kind == ScopeKind::Comprehension || expression(e->target);
}

// The name is bound in the function around all the comprehensions.
bool SymbolBuilder::walrus_in_comprehension(Name* target) {
  Identifier name = mangle(class_name_, target->id, arena_);
  int n = static_cast<int>(name.size());
  for (Scope* p = current_; p; p = p->parent) {
    if (p->kind == ScopeKind::Comprehension) {
      Symbol* s = p->lookup(name);
      if (s && (s->flags & Symbol::kIterVariable)) {
        return fail(*target,
                    "assignment expression cannot rebind comprehension iteration variable '%.*s'", n,
                    name.data());
      }
      continue;
    }
    switch (p->kind) {
      case ScopeKind::Function: {
        Symbol* outer = p->lookup(name);
        bool is_global = outer && (outer->flags & Symbol::kGlobal);
        for (Scope* q = current_; q != p; q = q->parent) {
          define_in(*q, target->id, is_global ? Symbol::kGlobal : Symbol::kNonlocal);
        }
        define_in(*p, target->id, Symbol::kAssigned);
        return true;
      }
      case ScopeKind::Module:
        for (Scope* q = current_; q != p; q = q->parent) define_in(*q, target->id, Symbol::kGlobal);
        define_in(*p, target->id, Symbol::kGlobal);
        return true;
      case ScopeKind::Class:
        return fail(*target,
                    "assignment expression within a comprehension cannot be used in a class body");
      case ScopeKind::TypeParameters:
        return fail(*target, "assignment expression within a comprehension cannot be used within "
                             "the definition of a generic");
      case ScopeKind::TypeAlias:
        return fail(*target, "assignment expression within a comprehension cannot be used in a type "
                             "alias");
      case ScopeKind::TypeVariable:
        return fail(*target, "assignment expression within a comprehension cannot be used in a "
                             "TypeVar bound");
      default:
        return fail(*target, "assignment expression within a comprehension cannot be used in an "
                             "annotation");
    }
  }
  return true;
}

bool SymbolBuilder::pattern(Pattern* p) {
  if (++depth_ > kMaxDepth) {
    return fail_kind(ErrorKind::RecursionError,
                     "maximum recursion depth exceeded during compilation");
  }
  struct Leave { int& d; ~Leave() { d--; } } leave{depth_};
  auto bind = [&](Identifier name) { return !name.data() || define_at(name, Symbol::kAssigned, *p); };
  auto all = [&](Seq<Pattern*> items) {
    for (Pattern* item : items) {
      if (!pattern(item)) return false;
    }
    return true;
  };
  switch (p->kind) {
    case Kind::MatchValue: return expression(as<MatchValue>(p)->value);
    case Kind::MatchSequence: return all(as<MatchSequence>(p)->patterns);
    case Kind::MatchOr: return all(as<MatchOr>(p)->patterns);
    case Kind::MatchStar: return bind(as<MatchStar>(p)->name);
    case Kind::MatchMapping: {
      auto* m = as<MatchMapping>(p);
      return expressions(m->keys) && all(m->patterns) && bind(m->rest);
    }
    case Kind::MatchClass: {
      auto* c = as<MatchClass>(p);
      return expression(c->cls) && all(c->patterns) && all(c->kwd_patterns);
    }
    case Kind::MatchAs: {
      auto* a = as<MatchAs>(p);
      return (!a->pattern || pattern(a->pattern)) && bind(a->name);
    }
    default: return true;
  }
}

}  // namespace taipan
