// Building blocks of the symbol table: scope index, builder, analysis. Private to symtable*.cpp.
#pragma once

#include <cstdarg>
#include <vector>

#include "interp/compiler/symtable.h"

namespace taipan {

// Open addressing over interned names: data() decides equality.
struct Scope::Index {
  Symbol** slots;
  uint32_t capacity;
};

struct SymbolTable::Map {
  struct Entry {
    const ast::Node* node;
    Scope* scopes[3];  // Body or Bound, TypeParams or Default, Annotations
  };
  Entry* entries = nullptr;
  uint32_t capacity = 0, count = 0;
};

Symbol* add_symbol(Scope& scope, ast::Identifier mangled, ast::Arena& arena);

// Walks the tree once and makes scopes with flags of their names.
class SymbolBuilder {
 public:
  SymbolBuilder(SymbolTable& table, ast::Arena& arena) : table_(table), arena_(arena) {}
  bool build(ast::Mod* tree);
  const ast::SyntaxErrorInfo& error() const { return error_; }

 private:
  struct Directive { Scope* scope; Symbol* symbol; const ast::Node* at; bool is_global; };
  friend bool analyze(SymbolTable&, SymbolBuilder&, ast::Arena&);
  static constexpr int kMaxDepth = 4000;

  bool fail(const ast::Location& at, const char* format, ...);
  bool fail_kind(ast::ErrorKind kind, const char* message);
  bool future_imports(ast::Seq<ast::Stmt*> body);
  Scope* open(ScopeKind kind, const ast::Node* node, ScopeRole role, ast::Identifier name);
  void close();
  Symbol* define(ast::Identifier name, int flags);
  Symbol* define_in(Scope& scope, ast::Identifier name, int flags);
  bool define_at(ast::Identifier name, int flags, const ast::Location& at);
  void use(const char* name) { define(arena_.intern(name), Symbol::kUsed); }
  void see_class(Scope* scope, const Scope* outer);
  Scope* open_annotations(Scope* owner, const ast::Node* node);

  bool statements(ast::Seq<ast::Stmt*> body);
  bool statement(ast::Stmt* s);
  bool nested(ast::Seq<ast::Stmt*> body);  // runs only sometimes
  bool function(ast::Stmt* s, ast::Identifier name, ast::Arguments* args, ast::Seq<ast::Stmt*> body,
                ast::Seq<ast::Expr*> decorators, ast::Expr* returns,
                ast::Seq<ast::TypeParam*> params, bool is_async);
  bool class_statement(ast::ClassDef* s);
  bool type_alias(ast::TypeAlias* s);
  bool annotated(ast::AnnAssign* s);
  bool import_names(ast::Seq<ast::Alias*> names);
  bool global(ast::Seq<ast::Identifier> names, const ast::Stmt* s, bool is_global);
  bool type_params(ast::Seq<ast::TypeParam*> params, const ast::Node* owner, const char* kind);
  bool type_variable(const ast::TypeParam* p, ast::Expr* e, ScopeRole role, ast::Identifier name);
  bool parameters(ast::Arguments* args);
  void default_parameters(ast::Arguments* args);
  bool annotations(const ast::Node* s, ast::Arguments* args, ast::Expr* returns);
  bool defaults(ast::Arguments* args);
  bool pattern(ast::Pattern* p);
  bool expression(ast::Expr* e);
  bool optional(ast::Expr* e) { return !e || expression(e); }
  bool expressions(ast::Seq<ast::Expr*> items);
  bool operand_of(ast::Expr* e);  // all of a spine's node but its left end
  bool comprehension(ast::Expr* e, ast::Expr* elt, ast::Expr* value,
                     ast::Seq<ast::Comprehension*> clauses, const char* name, bool generator);
  bool named_expression(ast::NamedExpr* e);
  bool walrus_in_comprehension(ast::Name* target);
  bool check_plain_scope(const ast::Expr* e, const char* what);

  SymbolTable& table_;
  ast::Arena& arena_;
  Scope* current_ = nullptr;
  std::vector<std::vector<Scope*>> children_;
  std::vector<Directive> directives_;
  ast::Identifier class_name_;
  ast::SyntaxErrorInfo error_;
  int depth_ = 0;
  int conditional_ = 0;
  bool unevaluated_ = false;      // inside an annotation nobody will look at
  bool in_iter_target_ = false;   // target of a comprehension
  int in_iter_expression_ = 0;
};

// Decides where each name lives.
bool analyze(SymbolTable& table, SymbolBuilder& builder, ast::Arena& arena);

}  // namespace taipan
