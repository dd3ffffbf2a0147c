// The symbol table: which scope each name of a module belongs to, found before code is generated.
// build_symbol_table(tree, ...) -> SymbolTable, or one SyntaxError with CPython's wording.
// Scopes are found again by the tree node that opened them. Everything lives in the tree's arena.
#pragma once

#include <string_view>

#include "interp/parser/ast.h"
#include "interp/parser/parser.h"

namespace taipan {

// A *unit* is a scope with code of its own. List, set and dict comprehensions are inlined: they are
// scopes (bindings of their own, held in registers or cells of the unit) but not units, except in
// annotation scopes inside a class, which can see the class namespace by name.
enum class ScopeKind : uint8_t {
  Module,
  Class,
  Function,        // def, async def, lambda
  Comprehension,   // list, set, dict: inlined; generator expressions: units with one argument `.0`
  Annotations,     // __annotate__ of a module, class or function: one argument `.format`
  TypeAlias,       // the value of a `type` statement, evaluated lazily; argument `.format`
  TypeParameters,  // around a generic class, function or alias; runs at once
  TypeVariable,    // the bound or default of a type parameter, evaluated lazily; argument `.format`
};

// Where a name lives, as seen by code in this scope. What is not one of the first three is looked up
// by name in the unit's namespace (class), or in globals and builtins.
enum class NameScope : uint8_t {
  Unknown,         // during analysis only
  Local,           // function-like units: a register of owner->unit. Module, class: a namespace name,
                   // unless owner is an inlined comprehension: then a register again
  Cell,            // a cell made by `owner`, which belongs to the same unit
  Free,            // a cell of an enclosing unit, reached through the closure
  GlobalImplicit,  // globals, then builtins (class bodies: the namespace first)
  GlobalExplicit,  // declared global
};

struct Scope;

struct Symbol {
  enum Flag : uint16_t {
    kGlobal = 1 << 0,        // global statement
    kAssigned = 1 << 1,      // bound by assignment, def, class, for, with, ...
    kParameter = 1 << 2,
    kNonlocal = 1 << 3,      // nonlocal statement
    kUsed = 1 << 4,
    kImported = 1 << 5,
    kAnnotated = 1 << 6,     // x: T, with or without value
    kIterVariable = 1 << 7,  // target of a comprehension
    kTypeParameter = 1 << 8,
    kFreeInClass = 1 << 9,   // class: bound here, and free for scopes inside as well
    kDeleted = 1 << 10,      // del x appears: a read needs a check
    kCaptured = 1 << 11,     // some other unit refers to it: a cell
    kBound = kAssigned | kParameter | kImported | kIterVariable | kTypeParameter,
  };
  ast::Identifier name;  // mangled
  uint16_t flags = 0;
  NameScope where = NameScope::Unknown;
  Scope* owner = nullptr;  // scope whose register or cell it is; null for globals
  bool is_bound() const { return flags & kBound; }
};

struct Scope {
  ScopeKind kind;
  const ast::Node* node;      // the node that opened it
  ast::Identifier name;       // as in code.co_name; "<module>" handled by the compiler's caller
  Scope* parent = nullptr;
  Scope* unit = nullptr;      // the code this scope's instructions are in: itself, or where it is inlined
  ast::Seq<Scope*> children;  // in order of appearance
  ast::Seq<Symbol*> symbols;  // in order of appearance
  ast::Seq<Symbol*> parameters;     // posonly, args, kwonly, *args, **kwargs
  ast::Seq<Symbol*> cells;          // symbols with where == Cell and owner == this
  ast::Seq<ast::Identifier> free_names;  // unit: names its closure holds, sorted as found
  Scope* annotations = nullptr;     // the Annotations scope of a class or module body
  ast::Identifier class_name;       // innermost class, for mangling; absent outside classes

  uint32_t lineno = 0, col_offset = 0, end_lineno = 0, end_col_offset = 0;
  bool is_nested = false;           // some enclosing scope is function-like
  bool is_lambda = false;
  bool is_generator_expression = false;
  bool is_inlined = false;          // comprehension without code of its own
  bool is_async = false;            // async def, or a comprehension with async for or await
  bool is_generator = false;        // has yield
  bool is_coroutine = false;        // async def, or awaits
  bool has_varargs = false, has_varkeywords = false;
  bool has_return_value = false;
  bool has_docstring = false;
  bool is_method = false;           // function directly in a class
  bool can_see_class_scope = false; // annotation-like scope in a class: names look in __classdict__
  bool needs_class_closure = false; // class: __class__ is a cell
  bool needs_classdict = false;     // class: __classdict__ is a cell
  bool has_conditional_annotations = false;  // __conditional_annotations__ is needed
  bool annotations_used = false;    // some annotation is to be evaluated (module, class)

  // The symbol of an already mangled name; null if the name does not occur here.
  Symbol* lookup(ast::Identifier mangled) const;
  bool is_function_like() const {
    return kind != ScopeKind::Module && kind != ScopeKind::Class;
  }

  struct Index;          // hash of symbols, arena-owned
  Index* index = nullptr;
};

enum FutureFlag : uint32_t {
  kFutureDivision = 0x20000,
  kFutureAbsoluteImport = 0x40000,
  kFutureWithStatement = 0x80000,
  kFuturePrintFunction = 0x100000,
  kFutureUnicodeLiterals = 0x200000,
  kFutureBarryAsBdfl = 0x400000,
  kFutureGeneratorStop = 0x800000,
  kFutureAnnotations = 0x1000000,
};

// What a node opens. Most nodes open one scope; a generic function opens three.
enum class ScopeRole : uint8_t {
  Body,         // Module..., FunctionDef, ClassDef, Lambda, comprehension expressions, TypeAlias value
  TypeParams,   // FunctionDef, ClassDef, TypeAlias with type parameters
  Annotations,  // Module, ClassDef, FunctionDef: null when nothing is annotated
  Bound,        // TypeVar
  Default,      // TypeVar, ParamSpec, TypeVarTuple
};

class SymbolTable {
 public:
  Scope* top = nullptr;
  uint32_t future_flags = 0;  // those given plus those of the source
  int future_lineno = -1;     // line of the last from __future__ import
  int future_col_offset = -1;

  Scope* find(const ast::Node* node, ScopeRole role = ScopeRole::Body) const;

  struct Map;
  Map* map = nullptr;  // arena-owned
};

// `__x` inside class `_C` is `_C__x`. Returns an interned name.
ast::Identifier mangle(ast::Identifier class_name, ast::Identifier name, ast::Arena& arena);

struct SymbolTableResult {
  SymbolTable* table = nullptr;  // null: see error
  ast::SyntaxErrorInfo error;    // columns from 1, counted in bytes; text not filled in
};

// inherited_future: flags of the code that calls compile().
SymbolTableResult build_symbol_table(ast::Mod* tree, uint32_t inherited_future, ast::Arena& arena);

}  // namespace taipan
