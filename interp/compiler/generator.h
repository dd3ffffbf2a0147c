// Generator: walks the tree of one module and makes a CodeSpec per unit. Members are grouped by the
// file that defines them. Registers: named locals first, then temporaries in stack order; `top` is the
// first free one. expr(e, dst) leaves its value in dst, a named local or a temporary (>= top or reserved),
// may use registers from top on as scratch (dst too when dst >= top), writes a named local with its
// last instruction only, and leaves top as it was.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "interp/compiler/assembler.h"
#include "interp/compiler/compile.h"

namespace taipan::compiler {

using Reg = u32;
constexpr Reg kNoReg = ~0u;

// A register to read, and whether the reader kills it.
struct Operand {
  Reg reg = 0;
  bool kill = false;
  u8 b() const { return kill ? kKillB : 0; }
  u8 c() const { return kill ? kKillC : 0; }
  u8 a() const { return kill ? kKillA : 0; }
};

// Block::next of a Handler that belongs to an except*.
constexpr Label kStarHandler = ~1u;

// What surrounds the statement being compiled, innermost last: what return, break and continue undo.
enum class BlockKind : u8 {
  While, For, AsyncFor, Try, Finally, Handler, HandlerName, With, AsyncWith
};
struct Block {
  BlockKind kind;
  Reg top = 0;                     // first free register in the body
  RegionId region = ~0u, region2 = ~0u;  // protected while the body runs
  Label next = kNoLabel;           // loops: target of continue
  Label exit = kNoLabel;           // loops: target of break
  Reg reg = 0;                     // loops: iterator; Handler: exception (saved in reg + 1); With: E (window at E + 2)
  const ast::Node* node = nullptr; // With: the item; Finally: the statement
  ast::Identifier name;            // HandlerName
};

// A name as this place of the code sees it.
struct Place {
  enum Kind : u8 { Register, Cell, Free, Namespace, Global, ClassFree, ClassCell, ClassDictName } kind;
  u32 index = 0;      // register or index in the closure
  u32 dict = 0;       // ClassDictName, ClassFree in annotation scopes: closure index of __classdict__
};

struct Unit {
  Unit* parent = nullptr;
  const Scope* scope = nullptr;
  const Scope* outer_scope = nullptr;     // scope_ outside: the parent's, or a comprehension inlined into it
  std::shared_ptr<CodeSpec> spec;
  Assembler as;
  std::unordered_map<const Symbol*, Reg> registers;
  std::unordered_map<const char*, u32> free_index;  // by interned name
  std::unordered_map<const char*, Reg> class_cells; // class: __class__, __classdict__, ... for scopes inside
  std::vector<Block> blocks;
  std::vector<bool> in_varnames;          // by register: already in co_varnames
  bool has_hidden = false;                // some local belongs to an inlined comprehension
  BoundSet deletable;
  u32 nlocals = 0;
  Reg top = 0;
  bool optimized = false;                 // names are registers, not a namespace
  ast::Identifier private_name;
  std::vector<ast::Identifier> static_attributes;   // class: self.x assigned in its methods
  // Deferred annotations of a module or class body, in order; -1 or the index in __conditional_annotations__.
  std::vector<std::pair<const ast::AnnAssign*, int>> annotations;
  int next_annotation = 0;
  bool in_finally = false, in_finally_loop = false;  // for PEP 765's warnings
  int inlined_comprehensions = 0;
};

class Generator {
 public:
  Generator(const SymbolTable& table, std::string_view filename, const CompileFlags& flags, ast::Arena& arena)
      : table_(table), filename_(filename), flags_(flags), arena_(arena) {}
  std::shared_ptr<CodeSpec> module(ast::Mod* tree);
  const ast::SyntaxErrorInfo& error() const { return error_; }
  std::vector<ast::SyntaxWarningInfo>& warnings() { return warnings_; }

 private:
  using Expr = ast::Expr;
  using Stmt = ast::Stmt;
  using Node = ast::Node;
  using Identifier = ast::Identifier;
  template <class T> using Seq = ast::Seq<T>;

  // RAII helpers
  struct At {  // position of the instructions emitted while it lives
    At(Generator& g, const ast::Location& loc) : g(g), old(g.as().position()) { g.set_position(loc); }
    ~At() { g.as().set_position(old); }
    Generator& g;
    Position old;
  };
  struct Depth {  // recursion guard: `ok` is false when the tree is too deep, or compiling has failed
    explicit Depth(Generator& g)
        : ok(!g.failed() && (g.stack_base_ - static_cast<char*>(__builtin_frame_address(0)) < kStackBudget || g.too_deep())) {}
    bool ok;
  };
  struct InScope {
    InScope(Generator& g, const Scope* s) : g(g), old(g.scope_) { g.scope_ = s; }
    ~InScope() { g.scope_ = old; }
    Generator& g;
    const Scope* old;
  };
  static constexpr ssize kStackBudget = 1536 * 1024;  // bytes of machine stack, for some thousand levels
  static constexpr u32 kMaxUnits = 190;               // nested functions; the code cache goes as deep

  // ---- generator.cpp: units, registers, small things ----
  void enter_unit(const Scope* scope, std::string_view name, const ast::Location& loc, u32 firstlineno);
  std::shared_ptr<CodeSpec> leave_unit();
  void assign_registers();
  void make_parameter_cells();
  void set_qualname(std::string_view name);
  Assembler& as() { return u->as; }
  void set_position(const ast::Location& loc);
  void no_position() { as().set_position(Position{}); }
  bool fail(const ast::Location& loc, const char* message);
  bool fail_at(const ast::Location& loc, std::string message);
  bool too_deep();
  void warn(const ast::Location& loc, std::string message);
  std::string_view keep(const std::string& text) { return arena_.copy(text); }
  bool failed() const { return error_.kind != ast::ErrorKind::None; }
  bool is_temp(Reg r) const { return r >= u->nlocals; }
  Reg push() { Reg r = u->top++; as().touch(r); return r; }
  // For a result written before the end: dst itself, reserved, if it is a temporary; else a new temporary.
  Reg begin_result(Reg dst);
  void end_result(Reg dst, Reg held, Reg old_top);
  void move(Reg dst, Operand src);
  void drop(Reg r) { as().emit(Op::DROP, r); }
  void discard(Operand o) { if (o.kill) drop(o.reg); }
  void load_none(Reg dst) { load_const(dst, Const{}); }
  void load_const(Reg dst, Const c);
  void load_str(Reg dst, std::string_view text);
  u32 name_index(Identifier name) { return as().name(name); }
  u32 name_site(SiteKind kind, std::string_view name) { return as().reachable() ? as().site(kind, as().name(name)) : 0; }
  Identifier mangled(Identifier name) { return mangle(u->private_name, name, arena_); }
  void set_method_position(const ast::Attribute* e);
  void collect_rebound_names(const Node* tree);

  // ---- names.cpp ----
  Place resolve(Identifier mangled_name);
  void note_varname(Reg r);                            // co_varnames is in order of first use
  Reg local_register(Identifier name);                 // kNoReg: not a plain register
  void load_name(Identifier name, Reg dst);
  void load_place(const Place& p, Identifier name, Reg dst);
  void store_name(Identifier name, Operand value);
  void delete_name(Identifier name);
  void check_bound(Reg r);
  void unbind_name(Identifier name);                   // end of `except ... as name`
  bool check_name(const ast::Location& loc, Identifier name, const char* verb);
  void load_closure_cell(Identifier name, Reg dst);

  // ---- compile_expr.cpp ----
  void expr(const Expr* e, Reg dst);
  Reg to_temp(const Expr* e);
  Operand operand(const Expr* e, bool last = false);   // last: nothing is evaluated between this and its use
  void discard_expr(const Expr* e);
  void binary_op(const ast::BinOp* e, Reg dst);
  void emit_binary(ast::Operator op, Reg dst, Operand left, const Expr* right, bool inplace);
  void unary_op(const ast::UnaryOp* e, Reg dst);
  void bool_op(const ast::BoolOp* e, Reg dst);
  void if_exp(const ast::IfExp* e, Reg dst);
  void named_expr(const ast::NamedExpr* e, Reg dst);
  void attribute(const ast::Attribute* e, Reg dst);
  void subscript(const ast::Subscript* e, Reg dst);
  bool plain_slice(const Expr* e) const;
  Reg slice_bounds(const ast::Slice* s);
  void slice_object(const ast::Slice* s, Reg dst);
  void display(const Expr* whole, Op build, Seq<Expr*> elts, Reg dst);
  void dict(const ast::Dict* e, Reg dst);
  void check_subscripted(const Expr* value, const Expr* index);

  // ---- compile_condition.cpp ----
  void compare(const ast::Compare* e, Reg dst);
  void jump_if(const Expr* e, bool when, Label target);
  void compare_step(const ast::Compare* e, ast::CmpOperator op, Reg dst, Operand left, Operand right);
  void jump_compare(const ast::Compare* e, u32 index, Operand left, bool when, Label target);
  void check_compare(const ast::Compare* e);

  // ---- compile_call.cpp ----
  void call(const ast::Call* e, Reg dst);
  void call_arguments(const ast::Location& loc, Reg w, bool method, Reg dst, Seq<Expr*> args, Seq<ast::Keyword*> keywords,
                      const Expr* extra = nullptr, Reg extra_reg = kNoReg);
  void call_ex(Reg w, Reg dst, Seq<Expr*> args, Seq<ast::Keyword*> keywords, u32 given, Reg extra_reg);
  void finish_call(Op op, Reg dst, Reg w, u32 n, Reg end);
  bool super_attribute(const ast::Attribute* e, Reg dst, bool method);
  bool validate_keywords(Seq<ast::Keyword*> keywords);
  void check_caller(const Expr* func);

  // ---- compile_string.cpp ----
  void joined_str(const ast::JoinedStr* e, Reg dst);
  void formatted_value(const ast::FormattedValue* e, Reg dst);
  void template_str(const ast::TemplateStr* e, Reg dst);

  // ---- compile_comprehension.cpp ----
  void comprehension(const Expr* e, Reg dst);
  Reg comprehension_iterator(const ast::Comprehension* gen);
  void comprehension_loops(const Expr* e, Seq<ast::Comprehension*> generators, u32 index, Reg result, Reg iterator);
  void comprehension_element(const Expr* e, Reg result);
  void comprehension_unit(const Expr* e, const Scope* scope, Reg dst);
  void inlined_comprehension(const Expr* e, const Scope* scope, Reg dst);

  // ---- compile_async.cpp ----
  void await_value(Reg dst, Reg t, u32 kind);           // t, the top temporary, holds the awaitable
  void delegate(Reg dst, Reg t, Reg iterator, u32 resume_kind);
  void await_expr(const ast::Await* e, Reg dst);
  void yield_expr(const ast::Yield* e, Reg dst);
  void yield_from(const ast::YieldFrom* e, Reg dst);
  void yield_value(Reg dst, Operand value);
  void async_for(const ast::AsyncFor* s);

  // ---- compile_function.cpp ----
  struct FunctionParts {  // what FunctionDef and AsyncFunctionDef have in common
    Identifier name;
    const ast::Arguments* args;
    Seq<Stmt*> body;
    Seq<Expr*> decorators;
    const Expr* returns;
    Seq<ast::TypeParam*> type_params;
  };
  static FunctionParts parts_of(const Stmt* s);
  void function_def(const Stmt* s);
  void lambda(const ast::Lambda* e, Reg dst);
  void make_function(std::shared_ptr<CodeSpec> code, Reg dst);   // dst is reserved
  Reg positional_defaults(const ast::Arguments* args);  // kNoReg: none
  Reg keyword_defaults(const ast::Arguments* args);
  void set_part(FunctionPart part, Reg function, Reg value);      // kNoReg: nothing; value is taken
  void function_object(const Stmt* s, Reg dst, Reg defaults, Reg kwdefaults, u32 firstlineno);
  std::shared_ptr<CodeSpec> function_code(const Stmt* s, u32 firstlineno);
  bool docstring(Seq<Stmt*> stmts, Const* out) const;
  void set_argument_counts(const ast::Arguments* args);
  std::vector<Reg> decorators(Seq<Expr*> list);         // windows, callees in place; top is after the last
  void decorate_and_store(Seq<Expr*> list, const std::vector<Reg>& windows, Reg value, Identifier name);
  void call_unit(std::shared_ptr<CodeSpec> code, Reg dst, const std::vector<Reg>& args);

  // ---- compile_class.cpp ----
  void class_def(const ast::ClassDef* s);
  std::shared_ptr<CodeSpec> class_code(const ast::ClassDef* s, u32 firstlineno);
  void build_class(const ast::ClassDef* s, Reg dst, u32 firstlineno, Reg generic_base);
  void generic_class(const ast::ClassDef* s, Reg dst, u32 firstlineno);
  void store_in_class(const char* name, Reg value, bool kill = true);
  void note_static_attribute(const ast::Attribute* e);

  // ---- compile_annotations.cpp ----
  void annotated_assignment(const ast::AnnAssign* s);
  void collect_annotations(Seq<Stmt*> stmts, bool conditional);
  void start_annotations(Seq<Stmt*> stmts);
  void annotate_function(const ast::Location& loc, const char* stored_as);  // deferred ones of this unit
  bool function_annotations(const Stmt* s, const FunctionParts& parts, Reg dst);
  void annotation_value(const Expr* annotation, Reg dst);
  void enter_annotation_unit(const Scope* scope, std::string_view name, const ast::Location& loc);
  std::string annotation_text(const Expr* e);

  // ---- compile_type_params.cpp ----
  void type_params(Seq<ast::TypeParam*> params, Reg dst);
  void lazy_value(const Scope* scope, const Expr* value, Identifier name, bool allow_starred, Reg dst);
  void generic_function(const Stmt* s, Reg dst, u32 firstlineno);
  void type_alias(const ast::TypeAlias* s);
  void type_alias_value(const ast::TypeAlias* s, Reg params, Reg dst);

  // ---- compile_stmt.cpp ----
  void body(Seq<Stmt*> stmts);
  void statement(const Stmt* s);
  void expression_statement(const ast::ExprStmt* s);
  void assign(const ast::Assign* s);
  void aug_assign(const ast::AugAssign* s);
  void store(const Expr* target, Operand value);
  void unpack(Seq<Expr*> targets, const ast::Location& loc, Operand value);
  bool assign_tuples(const ast::Assign* s);
  void delete_target(const Expr* e);
  void if_stmt(const ast::If* s);
  void while_stmt(const ast::While* s);
  Reg loop_iterator(const ast::Expr* iter);
  void for_stmt(const ast::For* s);
  void return_stmt(const ast::Return* s);
  void jump_out(const Stmt* s, bool is_break);
  void assert_stmt(const ast::Assert* s);
  void raise_stmt(const ast::Raise* s);
  void import_stmt(const ast::Import* s);
  void import_from(const ast::ImportFrom* s);
  ImportMode import_mode(const Node* s, bool lazy, bool star);
  void final_code(Seq<Stmt*> stmts);                    // a finally clause
  void loop_body(Seq<Stmt*> stmts);
  void return_value(Operand value);                     // RETURN or RETURN_FROM_GENERATOR
  void return_none();
  bool constant_truth(const Expr* e, bool* truth);

  // ---- compile_with_try.cpp ----
  void try_stmt(const ast::Try* s);
  void try_except(const ast::Try* s);
  void try_star(const ast::TryStar* s);
  void try_star_except(const ast::TryStar* s);
  template <class Body> void try_finally(const Stmt* s, Seq<Stmt*> finalbody, Body&& body);
  void handler_body(const ast::ExceptHandler* h, Reg exc, RegionId outer);
  void with_stmt(Seq<ast::WithItem*> items, const Stmt* s, Seq<Stmt*> body_stmts, bool is_async, u32 index);
  void exit_call(Reg window, Reg dst, bool is_async);
  // Emits what leaving the blocks above `keep` requires; `value` is a result to keep alive, or kNoReg.
  Reg unwind_blocks(usize keep, Reg value);
  Reg unwind_block(const Block& block, Reg value);
  void restore_blocks(usize keep);                      // after unwind_blocks(keep, ...) and the jump
  std::vector<std::vector<Block>> unwound_;             // what unwind_blocks took off, innermost last
  bool needs_unwinding(usize keep) const;
  Seq<Stmt*> final_body(const Node* s) const;

  // ---- compile_match.cpp ----
  struct Capture { Identifier name; Reg reg; };
  struct PatternContext {
    Reg base = 0;                               // temporaries of this pattern: [base, top), all dropped on failure
    std::vector<Capture> captures;
    std::vector<Reg> taken;                     // temporaries already consumed where the pattern succeeds
    std::vector<std::pair<Reg, Label>> fails;   // where to go with temporaries up to (not with) the register
    bool allow_irrefutable = false;
    const PatternContext* outer = nullptr;      // of an or-pattern's alternative
  };
  void match_stmt(const ast::Match* s);
  void pattern(const ast::Pattern* p, Reg subject, PatternContext* pc);
  void subpattern(const ast::Pattern* p, Reg subject, PatternContext* pc);
  void pattern_sequence(const ast::MatchSequence* p, Reg subject, PatternContext* pc);
  void pattern_items_by_index(const ast::MatchSequence* p, Reg subject, u32 star, PatternContext* pc);
  void pattern_mapping(const ast::MatchMapping* p, Reg subject, PatternContext* pc);
  void pattern_class(const ast::MatchClass* p, Reg subject, PatternContext* pc);
  void pattern_or(const ast::MatchOr* p, Reg subject, PatternContext* pc);
  void pattern_value(const Expr* value, Reg subject, PatternContext* pc);
  bool capture(const ast::Location& loc, Identifier name, Reg reg, PatternContext* pc);
  Label fail_label(PatternContext* pc);
  void finish_fails(PatternContext* pc);        // code that drops temporaries, ends with none left
  void drop_uncaptured(const PatternContext& pc);

  // ---- constant_fold.cpp ----
  bool constant_of(const Expr* e, Const* out);
  bool fold_binary(ast::Operator op, const Const& l, const Const& r, Const* out);
  bool fold_unary(ast::UnaryOperator op, const Const& v, Const* out);
  bool small_int(const Expr* e, i32 limit, i32* out);
  Const literal(const ast::ConstantValue& v);

  const SymbolTable& table_;
  std::string_view filename_;
  const CompileFlags& flags_;
  ast::Arena& arena_;
  ast::SyntaxErrorInfo error_;
  std::vector<ast::SyntaxWarningInfo> warnings_;
  std::unordered_set<const char*> walrus_names_;    // interned names some := binds
  std::unordered_set<const char*> handler_names_;   // interned names of `except ... as`
  Unit* u = nullptr;
  const Scope* scope_ = nullptr;                    // of the code being compiled: the unit's or an inlined comprehension's
  char* stack_base_ = static_cast<char*>(__builtin_frame_address(0));
  u32 unit_depth_ = 0;
  bool interactive_ = false, module_awaits_ = false;
};

}  // namespace taipan::compiler
