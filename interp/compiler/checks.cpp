#include "interp/compiler/generator.h"

// SyntaxWarnings about code that cannot do what it seems to say.

namespace taipan::compiler {

using namespace ast;

namespace {

// The type name of a literal; null if the expression is not one.
const char* literal_type(const Expr* e) {
  switch (e->kind) {
    case Kind::Constant:
      switch (as<Constant>(e)->value.kind) {
        case ConstantKind::None: return "NoneType";
        case ConstantKind::True: case ConstantKind::False: return "bool";
        case ConstantKind::Ellipsis: return "ellipsis";
        case ConstantKind::Int: return "int";
        case ConstantKind::Float: return "float";
        case ConstantKind::Imaginary: return "complex";
        case ConstantKind::Str: return "str";
        case ConstantKind::Bytes: return "bytes";
      }
      return nullptr;
    case Kind::Tuple: return "tuple";
    case Kind::List: case Kind::ListComp: return "list";
    case Kind::Dict: case Kind::DictComp: return "dict";
    case Kind::Set: case Kind::SetComp: return "set";
    case Kind::GeneratorExp: return "generator";
    case Kind::Lambda: return "function";
    case Kind::TemplateStr: return "string.templatelib.Template";
    case Kind::JoinedStr: return "str";
    default: return nullptr;
  }
}

bool is_one_of(const char* type, std::initializer_list<std::string_view> names) {
  for (std::string_view name : names)
    if (name == type) return true;
  return false;
}

}  // namespace

void Generator::check_caller(const Expr* func) {
  const char* type = literal_type(func);
  if (!type || func->kind == Kind::Lambda) return;
  warn(*func, "'" + std::string(type) + "' object is not callable; perhaps you missed a comma?");
}

void Generator::check_subscripted(const Expr* value, const Expr* index) {
  const char* type = literal_type(value);
  if (!type) return;
  if (!is_one_of(type, {"str", "bytes", "tuple", "list", "dict"})) {
    warn(*value, "'" + std::string(type) + "' object is not subscriptable; perhaps you missed a comma?");
    return;
  }
  if (type == std::string_view("dict")) return;
  const char* index_type = literal_type(index);
  if (!index_type || is_one_of(index_type, {"int", "bool"})) return;
  warn(*value, std::string(type) + " indices must be integers or slices, not " + index_type + "; perhaps you missed a comma?");
}

void Generator::check_compare(const Compare* e) {
  // A constant that `is` compares by accident: not None, True, False, Ellipsis.
  auto literal = [&](const Expr* x) {
    if (auto* c = try_as<Constant>(x))
      return c->value.kind != ConstantKind::None && c->value.kind != ConstantKind::True &&
             c->value.kind != ConstantKind::False && c->value.kind != ConstantKind::Ellipsis;
    Const folded;
    return x->kind == Kind::Tuple && constant_of(x, &folded);
  };
  const Expr* left = e->left;
  for (u32 i = 0; i < e->ops.size(); ++i) {
    const Expr* right = e->comparators[i];
    bool is = e->ops[i] == CmpOperator::Is, is_not = e->ops[i] == CmpOperator::IsNot;
    if ((is || is_not) && (literal(left) || literal(right))) {
      warn(*e, (is ? "\"is\" with '" : "\"is not\" with '") + std::string(literal_type(literal(left) ? left : right)) +
                   "' literal. Did you mean \"" + (is ? "==" : "!=") + "\"?");
      return;
    }
    left = right;
  }
}

}  // namespace taipan::compiler
