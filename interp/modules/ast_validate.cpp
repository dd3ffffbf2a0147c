#include "interp/modules/ast_validate.h"

#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/types/str.h"

namespace taipan::ast {
namespace {

using std::string_view;

Status check(Thread& t, const Node* n, ExprContext context);

template <class T>
Status not_empty(Thread& t, const Seq<T>& items, const char* what, const char* owner) {
  if (items.empty()) return raise(t, ValueError, "empty {} on {}", what, owner);
  return kDone;
}

// --- contexts ---------------------------------------------------------------------------------------------------

bool own_context(const Node* n, ExprContext* out) {
  switch (n->kind) {
    case Kind::Attribute: return *out = as<Attribute>(n)->ctx, true;
    case Kind::Subscript: return *out = as<Subscript>(n)->ctx, true;
    case Kind::Starred: return *out = as<Starred>(n)->ctx, true;
    case Kind::Name: return *out = as<Name>(n)->ctx, true;
    case Kind::List: return *out = as<List>(n)->ctx, true;
    case Kind::Tuple: return *out = as<Tuple>(n)->ctx, true;
    default: return false;
  }
}

Status check_context(Thread& t, const Node* n, ExprContext wanted) {
  ExprContext actual;
  if (!own_context(n, &actual)) {
    if (wanted == ExprContext::Load) return kDone;
    return raise(t, ValueError, "expression which can't be assigned to in {} context", python_name(wanted));
  }
  if (actual == wanted) return kDone;
  return raise(t, ValueError, "expression must have {} context but has {} instead", python_name(wanted), python_name(actual));
}

// The context of the expressions in `field` of n, which itself is in `context`.
ExprContext context_in(const Node* n, string_view field, ExprContext context) {
  switch (n->kind) {
    case Kind::Delete: return ExprContext::Del;
    case Kind::TypeAlias: return field == "name" ? ExprContext::Store : ExprContext::Load;
    case Kind::List:
    case Kind::Tuple:
    case Kind::Starred: return context;
    default: break;
  }
  return field == "target" || field == "targets" || field == "optional_vars" ? ExprContext::Store : ExprContext::Load;
}

// --- one node without its children ------------------------------------------------------------------------------

Status check_try(Thread& t, const Seq<Stmt*>& body, const Seq<ExceptHandler*>& handlers, const Seq<Stmt*>& orelse,
                 const Seq<Stmt*>& finalbody, const char* name) {
  TRY(not_empty(t, body, "body", name));
  if (handlers.empty() && finalbody.empty()) return raise(t, ValueError, "{} has neither except handlers nor finalbody", name);
  if (handlers.empty() && !orelse.empty()) return raise(t, ValueError, "{} has orelse but no except handlers", name);
  return kDone;
}

Status check_arguments(Thread& t, const Arguments* a) {
  if (a->defaults.size() > a->posonlyargs.size() + a->args.size()) {
    return raise(t, ValueError, "more positional defaults than args on arguments");
  }
  if (a->kw_defaults.size() != a->kwonlyargs.size()) {
    return raise(t, ValueError, "length of kwonlyargs is not the same as kw_defaults on arguments");
  }
  return kDone;
}

Status check_stmt(Thread& t, const Node* n) {
  switch (n->kind) {
    case Kind::FunctionDef: return not_empty(t, as<FunctionDef>(n)->body, "body", "FunctionDef");
    case Kind::AsyncFunctionDef: return not_empty(t, as<AsyncFunctionDef>(n)->body, "body", "AsyncFunctionDef");
    case Kind::ClassDef: return not_empty(t, as<ClassDef>(n)->body, "body", "ClassDef");
    case Kind::Delete: return not_empty(t, as<Delete>(n)->targets, "targets", "Delete");
    case Kind::Assign: return not_empty(t, as<Assign>(n)->targets, "targets", "Assign");
    case Kind::For: return not_empty(t, as<For>(n)->body, "body", "For");
    case Kind::AsyncFor: return not_empty(t, as<AsyncFor>(n)->body, "body", "AsyncFor");
    case Kind::While: return not_empty(t, as<While>(n)->body, "body", "While");
    case Kind::If: return not_empty(t, as<If>(n)->body, "body", "If");
    case Kind::With:
      TRY(not_empty(t, as<With>(n)->items, "items", "With"));
      return not_empty(t, as<With>(n)->body, "body", "With");
    case Kind::AsyncWith:
      TRY(not_empty(t, as<AsyncWith>(n)->items, "items", "AsyncWith"));
      return not_empty(t, as<AsyncWith>(n)->body, "body", "AsyncWith");
    case Kind::Match: return not_empty(t, as<Match>(n)->cases, "cases", "Match");
    case Kind::MatchCase: return not_empty(t, as<MatchCase>(n)->body, "body", "match_case");
    case Kind::ExceptHandler: return not_empty(t, as<ExceptHandler>(n)->body, "body", "ExceptHandler");
    case Kind::Import: return not_empty(t, as<Import>(n)->names, "names", "Import");
    case Kind::Global: return not_empty(t, as<Global>(n)->names, "names", "Global");
    case Kind::Nonlocal: return not_empty(t, as<Nonlocal>(n)->names, "names", "Nonlocal");
    case Kind::ImportFrom:
      if (as<ImportFrom>(n)->level < 0) return raise(t, ValueError, "Negative ImportFrom level");
      return not_empty(t, as<ImportFrom>(n)->names, "names", "ImportFrom");
    case Kind::AnnAssign: {
      auto* a = as<AnnAssign>(n);
      if (a->simple && a->target->kind != Kind::Name) return raise(t, TypeError, "AnnAssign with simple non-Name target");
      return kDone;
    }
    case Kind::TypeAlias:
      if (as<TypeAlias>(n)->name->kind != Kind::Name) return raise(t, TypeError, "TypeAlias with non-Name name");
      return kDone;
    case Kind::Raise: {
      auto* r = as<Raise>(n);
      if (!r->exc && r->cause) return raise(t, ValueError, "Raise with cause but no exception");
      return kDone;
    }
    case Kind::Try: {
      auto* x = as<Try>(n);
      return check_try(t, x->body, x->handlers, x->orelse, x->finalbody, "Try");
    }
    case Kind::TryStar: {
      auto* x = as<TryStar>(n);
      return check_try(t, x->body, x->handlers, x->orelse, x->finalbody, "TryStar");
    }
    default: return kDone;
  }
}

Status check_generators(Thread& t, const Seq<Comprehension*>& generators) {
  if (generators.empty()) return raise(t, ValueError, "comprehension with no generators");
  return kDone;
}

Status check_expr(Thread& t, const Node* n) {
  switch (n->kind) {
    case Kind::BoolOp:
      if (as<BoolOp>(n)->values.size() < 2) return raise(t, ValueError, "BoolOp with less than 2 values");
      return kDone;
    case Kind::Dict:
      if (as<Dict>(n)->keys.size() != as<Dict>(n)->values.size()) {
        return raise(t, ValueError, "Dict doesn't have the same number of keys as values");
      }
      return kDone;
    case Kind::NamedExpr:
      if (as<NamedExpr>(n)->target->kind != Kind::Name) return raise(t, TypeError, "NamedExpr target must be a Name");
      return kDone;
    case Kind::ListComp: return check_generators(t, as<ListComp>(n)->generators);
    case Kind::SetComp: return check_generators(t, as<SetComp>(n)->generators);
    case Kind::DictComp: return check_generators(t, as<DictComp>(n)->generators);
    case Kind::GeneratorExp: return check_generators(t, as<GeneratorExp>(n)->generators);
    case Kind::Compare: {
      auto* c = as<Compare>(n);
      if (c->comparators.empty()) return raise(t, ValueError, "Compare has no comparators");
      if (c->comparators.size() != c->ops.size()) {
        return raise(t, ValueError, "Compare has a different number of comparators and operands");
      }
      return kDone;
    }
    case Kind::Interpolation:
      if (as<Interpolation>(n)->str.kind != ConstantKind::Str) return raise(t, TypeError, "Interpolation.str must be a str");
      return kDone;
    default: return kDone;
  }
}

// --- patterns ---------------------------------------------------------------------------------------------------

Status check_capture(Thread& t, Identifier name) {
  if (name == "_") return raise(t, ValueError, "can't capture name '_' in patterns");
  return kDone;
}

// a, a.b, a.b.c
bool is_dotted_name(const Expr* e) {
  while (auto* a = try_as<Attribute>(e)) e = a->value;
  return e->kind == Kind::Name;
}

bool is_number(const Expr* e, bool imaginary) {
  if (auto* u = try_as<UnaryOp>(e); u && u->op == UnaryOperator::USub) e = u->operand;
  auto* c = try_as<Constant>(e);
  if (!c) return false;
  if (imaginary) return c->value.kind == ConstantKind::Imaginary;
  return c->value.kind == ConstantKind::Int || c->value.kind == ConstantKind::Float;
}

Status check_pattern_value(Thread& t, const Expr* e) {
  switch (e->kind) {
    case Kind::Constant: {
      ConstantKind k = as<Constant>(e)->value.kind;
      if (k == ConstantKind::None || k == ConstantKind::True || k == ConstantKind::False || k == ConstantKind::Ellipsis) {
        return raise(t, ValueError, "unexpected constant inside of a literal pattern");
      }
      return kDone;
    }
    case Kind::Attribute:
      if (is_dotted_name(e)) return kDone;
      break;
    case Kind::UnaryOp:
      if (is_number(e, false) || is_number(e, true)) return kDone;
      break;
    case Kind::BinOp: {
      auto* b = as<BinOp>(e);
      if ((b->op == Operator::Add || b->op == Operator::Sub) && is_number(b->left, false) && is_number(b->right, true)) return kDone;
      break;
    }
    case Kind::JoinedStr:
    case Kind::TemplateStr: return kDone;
    default: break;
  }
  return raise(t, ValueError, "patterns may only match literals and attribute lookups");
}

Status no_star(Thread& t, const Pattern* p) {
  if (p && p->kind == Kind::MatchStar) return raise(t, ValueError, "can't use MatchStar here");
  return kDone;
}
Status no_stars(Thread& t, const Seq<Pattern*>& all) {
  for (const Pattern* p : all) TRY(no_star(t, p));
  return kDone;
}

Status check_mapping(Thread& t, const MatchMapping* m) {
  if (m->keys.size() != m->patterns.size()) {
    return raise(t, ValueError, "MatchMapping doesn't have the same number of keys as patterns");
  }
  if (m->rest.data()) TRY(check_capture(t, m->rest));
  for (const Expr* key : m->keys) {
    auto* c = try_as<Constant>(key);
    bool singleton = c && (c->value.kind == ConstantKind::None || c->value.kind == ConstantKind::True || c->value.kind == ConstantKind::False);
    if (!singleton) TRY(check_pattern_value(t, key));
  }
  return no_stars(t, m->patterns);
}

Status check_class(Thread& t, const MatchClass* m) {
  if (m->kwd_attrs.size() != m->kwd_patterns.size()) {
    return raise(t, ValueError, "MatchClass doesn't have the same number of keyword attributes as patterns");
  }
  if (!is_dotted_name(m->cls)) return raise(t, ValueError, "MatchClass cls field can only contain Name or Attribute nodes.");
  TRY(no_stars(t, m->patterns));
  return no_stars(t, m->kwd_patterns);
}

Status check_pattern(Thread& t, const Node* n) {
  switch (n->kind) {
    case Kind::MatchCase: return no_star(t, as<MatchCase>(n)->pattern);
    case Kind::MatchValue: return check_pattern_value(t, as<MatchValue>(n)->value);
    case Kind::MatchSingleton: {
      ConstantKind k = as<MatchSingleton>(n)->value.kind;
      if (k == ConstantKind::None || k == ConstantKind::True || k == ConstantKind::False) return kDone;
      return raise(t, ValueError, "MatchSingleton can only contain True, False and None");
    }
    case Kind::MatchMapping: return check_mapping(t, as<MatchMapping>(n));
    case Kind::MatchClass: return check_class(t, as<MatchClass>(n));
    case Kind::MatchStar:
      return as<MatchStar>(n)->name.data() ? check_capture(t, as<MatchStar>(n)->name) : Status(kDone);
    case Kind::MatchAs: {
      auto* a = as<MatchAs>(n);
      if (a->name.data()) TRY(check_capture(t, a->name));
      if (!a->pattern) return kDone;
      if (!a->name.data()) return raise(t, ValueError, "MatchAs must specify a target name if a pattern is given");
      return no_star(t, a->pattern);
    }
    case Kind::MatchOr:
      if (as<MatchOr>(n)->patterns.size() < 2) return raise(t, ValueError, "MatchOr requires at least 2 patterns");
      return no_stars(t, as<MatchOr>(n)->patterns);
    default: return kDone;
  }
}

// --- the walk ---------------------------------------------------------------------------------------------------

template <class T>
Status check_child(Thread& t, const T* child, ExprContext context) {
  if (child == nullptr) return kDone;
  if constexpr (std::is_same_v<T, Expr>) TRY(check_context(t, child, context));
  return check(t, child, context);
}
template <class T>
Status check_children(Thread& t, const Seq<T*>& children, ExprContext context) {
  for (const T* child : children) TRY(check_child(t, child, context));
  return kDone;
}

#define F_ONE(T, f) TRY(check_child(t, x->f, context_in(x, #f, context)));
#define F_OPT(T, f) TRY(check_child(t, x->f, context_in(x, #f, context)));
#define F_SEQ(T, f) TRY(check_children(t, x->f, context_in(x, #f, context)));
#define F_SEQ_OPT(T, f) TRY(check_children(t, x->f, context_in(x, #f, context)));
#define F_ID(f)
#define F_ID_OPT(f)
#define F_IDS(f)
#define F_INT(f)
#define F_CONST(f)
#define F_STR_OPT(f)
#define F_ENUM(E, f)
#define F_ENUMS(E, f)
#define NODE(category, name, python, located, fields)                                        \
  Status children_##name([[maybe_unused]] Thread& t, const Node* n, [[maybe_unused]] ExprContext context) { \
    [[maybe_unused]] auto* x = as<name>(n);                                                  \
    fields return kDone;                                                                     \
  }
#include "interp/parser/ast.def"
#include "interp/parser/ast_fields_undef.h"

using Walk = Status (*)(Thread& t, const Node* n, ExprContext context);
constexpr Walk kWalk[] = {
#define NODE(category, name, ...) children_##name,
#include "interp/parser/ast.def"
#undef NODE
};

template <class T>
Status check_comprehension(Thread& t, const T* n) {
  TRY(check_children(t, n->generators, ExprContext::Load));
  return check_child(t, n->elt, ExprContext::Load);
}

Status check(Thread& t, const Node* n, ExprContext context) {
  if (static_cast<char*>(__builtin_frame_address(0)) < t.machine_stack_limit) {
    return raise(t, RecursionError, "maximum recursion depth exceeded during compilation");
  }
  TRY(check_stmt(t, n));
  TRY(check_expr(t, n));
  TRY(check_pattern(t, n));
  switch (n->kind) {  // the first error that CPython meets is the one it reports
    case Kind::ListComp: return check_comprehension(t, as<ListComp>(n));
    case Kind::SetComp: return check_comprehension(t, as<SetComp>(n));
    case Kind::GeneratorExp: return check_comprehension(t, as<GeneratorExp>(n));
    case Kind::Arguments:
      TRY(kWalk[static_cast<usize>(n->kind)](t, n, context));
      return check_arguments(t, as<Arguments>(n));
    default: return kWalk[static_cast<usize>(n->kind)](t, n, context);
  }
}

}  // namespace

static Status validate(Thread& t, const Node* tree) { return check(t, tree, ExprContext::Load); }

}  // namespace taipan::ast

namespace taipan {

Status validate_ast(Thread& t, const ast::Node* tree) { return ast::validate(t, tree); }

}  // namespace taipan
