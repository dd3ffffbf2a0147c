// The classes of _ast, made from interp/parser/ast.def: which class a node kind or an operator has.
// ast_base.cpp: the base class AST. ast_classes.cpp: all others and the module.
// ast_to_object.cpp, ast_from_object.cpp: trees as objects and back.
#pragma once
#include "interp/modules/modules.h"
#include "runtime/native/def.h"

namespace taipan {

#define NODE(category, name, ...) +1
inline constexpr usize kAstKinds = 0
#include "interp/parser/ast.def"
#undef NODE
    ;

// One field: its Python name, its C++ type in ast.h (or a word of the grammar), and how many:
// "" one, "?" one or None, "*" a list, "?*" a list with None.
struct AstField {
  const char* name;
  const char* type;
  const char* mark;
};
struct AstNodeInfo {
  const char* name;
  const char* category;  // of ast.def
  bool located;
  const AstField* fields;  // up to one without a name
};
extern const AstNodeInfo kAstNodes[kAstKinds];  // by ast::Kind

// The classes of operators and contexts, in the order of the enums of ast.h.
enum AstEnum : u8 { kExprContext, kBoolOperator, kOperator, kUnaryOperator, kCmpOperator, kAstEnums };
inline constexpr usize kMaxAstEnum = 13;
constexpr AstEnum enum_of(ast::ExprContext) { return kExprContext; }
constexpr AstEnum enum_of(ast::BoolOperator) { return kBoolOperator; }
constexpr AstEnum enum_of(ast::Operator) { return kOperator; }
constexpr AstEnum enum_of(ast::UnaryOperator) { return kUnaryOperator; }
constexpr AstEnum enum_of(ast::CmpOperator) { return kCmpOperator; }

struct AstClasses {
  Type* ast = nullptr;
  Type* node[kAstKinds] = {};
  Type* category[16] = {};  // abstract: mod, stmt, ...; the operators' bases last
  usize categories = 0;
  Type* enum_base[kAstEnums] = {};
  Type* enum_class[kAstEnums][kMaxAstEnum] = {};
};
extern AstClasses g_ast;
Value ast_enum_object(AstEnum e, u32 i);  // the one instance of a class of operators
Status ensure_ast(Thread& t);             // imports _ast if nobody has

// The name in Python's grammar for a type of ast.def: Expr -> expr.
const char* ast_type_name(const char* cxx);
// The base class node `kind` has: an abstract one, or AST.
bool ast_is_abstract(const Type& type);

extern const TypeDef ast_base_def;

}  // namespace taipan
