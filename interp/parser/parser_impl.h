// The parser's state and grammar rules, shared by parse_*.cpp. Private to those files.
// A rule returns null on failure. The first pass only finds out whether the text is correct; if not, a
// second one (diagnose_) looks for the error messages of common mistakes and records one in error_.
#pragma once

#include <cstdarg>

#include "interp/parser/tokenizer.h"

namespace taipan::ast {

#define P_TRY(var, expression) \
  auto* var = expression;      \
  if (!var) return nullptr
#define P_CHECK(condition) \
  if (!(condition)) return nullptr

class Parser {
 public:
  Parser(TokenStream& stream, Mode mode, Flags flags, Arena& arena)
      : stream_(stream), toks_(stream.tokens.data()), mode_(mode), flags_(flags), arena_(arena) {}

  Mod* run();  // null: error() tells
  const TextError& error() const { return error_; }
  std::vector<SyntaxWarningInfo>& warnings() { return warnings_; }
  size_t furthest() const { return furthest_; }

 private:
  friend class DepthGuard;
  enum class Targets { Star, Del, For };
  struct Params;
  static constexpr int kMaxDepth = 2400;

  // --- tokens
  Tok kind() const { return toks_[pos_].kind; }
  Tok kind_after(int n) const {
    size_t last = stream_.tokens.size() - 1;
    return toks_[pos_ + n > last ? last : pos_ + n].kind;
  }
  const Token& token() const { return toks_[pos_]; }
  std::string_view text(const Token& t) const { return stream_.text(t); }
  bool is(Tok k) const { return kind() == k; }
  bool is_name(const char* word) const { return is(Tok::Name) && text(token()) == word; }
  void advance() {
    pos_++;
    if (pos_ > furthest_) furthest_ = pos_;
  }
  bool accept(Tok k) {
    if (kind() != k) return false;
    advance();
    return true;
  }
  bool expect(Tok k) { return accept(k); }
  bool has_feature(int minor, const char* what);  // allowed by flags_.feature_version? If not: an error
  void type_comment(std::string_view* out);
  bool function_type_comment(std::string_view* out);
  bool expect_forced(Tok k, const char* what);  // error "expected ':'" at once
  bool diagnosing() const { return diagnose_ && !speculative_ && error_.kind == ErrorKind::None; }
  bool failed() const { return error_.kind != ErrorKind::None; }
  struct Mark { size_t pos; };
  template <class F>
  auto speculate(F rule) {  // runs a rule without recording errors; the caller restores pos_
    speculative_++;
    auto result = rule();
    speculative_--;
    return result;
  }

  static bool is_layout(Tok k) { return k <= Tok::Dedent; }

  // --- making nodes
  template <class T>
  T* make(size_t start) {  // located from token `start` to the last one read
    T* node = new (arena_.allocate(sizeof(T))) T{};
    node->kind = T::kKind;
    locate(node, start);
    return node;
  }
  template <class T>
  T* make_unlocated() {
    T* node = new (arena_.allocate(sizeof(T))) T{};
    node->kind = T::kKind;
    return node;
  }
  void locate(Node* node, size_t start) {
    const Token& first = toks_[start];
    size_t end = pos_ - 1;
    while (is_layout(toks_[end].kind) && end > start) end--;  // blocks end with their last statement
    const Token& last = toks_[end];
    node->lineno = first.lineno;
    node->col_offset = first.col_offset;
    node->end_lineno = last.end_lineno;
    node->end_col_offset = last.end_col_offset;
  }
  template <class T>
  Seq<T> one(T item) {
    Seq<T> s{static_cast<T*>(arena_.allocate(sizeof(T))), 1};
    s.items[0] = item;
    return s;
  }
  Identifier identifier(const Token& t);
  bool name(Identifier* out);  // a NAME token

  // --- errors; all return null
  std::nullptr_t error_range(const Location& from, const Location& to, const char* format, ...);
  std::nullptr_t error_at(const Location& at, const char* format, ...);
  std::nullptr_t error_token(size_t token, const char* format, ...);
  std::nullptr_t error_tokens(size_t from, size_t to, const char* format, ...);
  std::nullptr_t error_last(ErrorKind kind, const char* format, ...);  // at the last token looked at
  std::nullptr_t error_from_to(const Location& from, size_t token, const char* format, ...);
  std::nullptr_t record(ErrorKind kind, uint32_t line, int64_t col, uint32_t end_line, int64_t end_col,
                        const char* format, va_list args);
  std::nullptr_t too_deep();
  int characters(uint32_t line, int64_t bytes) const;
  Location location_of(size_t token) const;
  void warn_escapes(const struct DecodedString& s, const Token& t);
  std::nullptr_t invalid_target(Expr* e, Targets kind);
  static Expr* find_invalid_target(Expr* e, Targets kind);
  void finish_error(size_t first_furthest);
  bool check_rest(int error_line);
  std::nullptr_t unclosed_bracket();
  const char* expression_name(const Expr* e);
  bool can_start_expression(Tok k) const;
  bool is_soft_keyword(const Token& t) const;

  // --- modules and statements (parse_statements.cpp, parse_compound.cpp)
  Mod* module();
  bool statement(SeqBuilder<Stmt*>& out);
  bool simple_statements(SeqBuilder<Stmt*>& out);
  Stmt* simple_statement();
  Stmt* expression_statement();
  Stmt* assignment(size_t start, Expr* first);
  Stmt* annotated(size_t start, Expr* target);
  Stmt* augmented(size_t start, Expr* target, Operator op);
  std::nullptr_t diagnose_assignment(size_t start);
  Stmt* del_statement();
  Stmt* import_statement(size_t start, bool lazy);
  Stmt* from_statement(size_t start, bool lazy);
  void warn_misplaced_lazy(size_t at, int level);
  bool import_names(SeqBuilder<Alias*>& out, bool dotted);
  bool import_as(Identifier* out);
  Identifier dotted_name();
  Stmt* type_alias();
  Stmt* raise_statement();
  template <class T>
  Stmt* names_statement();
  bool augmented_operator(Operator* op);
  bool set_context(Expr* e, ExprContext ctx);

  Stmt* compound_statement();
  bool block(Seq<Stmt*>* out, const char* what, size_t head);
  bool colon(const char* what);
  Stmt* if_statement();
  Stmt* while_statement();
  Stmt* for_statement(size_t start, bool is_async);
  Stmt* with_statement(size_t start, bool is_async);
  bool with_items(SeqBuilder<WithItem*>& items, bool parenthesized);
  WithItem* with_item(bool parenthesized);
  Stmt* try_statement();
  Stmt* function_def(size_t start, Seq<Expr*> decorators, bool is_async);
  Stmt* class_def(size_t start, Seq<Expr*> decorators);
  Stmt* decorated();
  bool type_params(Seq<TypeParam*>* out);
  TypeParam* type_param();
  bool else_block(Seq<Stmt*>* out);

  // --- match (parse_patterns.cpp)
  Stmt* match_statement();  // null without error: not a match statement
  MatchCase* case_block();
  Pattern* open_pattern_sequence();
  Pattern* maybe_star_pattern();
  Pattern* as_pattern();
  Pattern* or_pattern();
  Pattern* closed_pattern();
  Pattern* value_pattern();
  Pattern* bracketed_pattern();
  Pattern* mapping_pattern();
  Pattern* class_pattern(size_t start, Expr* cls);
  Expr* literal_expression(bool in_mapping);
  Expr* signed_number();
  Expr* number();
  Expr* name_or_attribute();

  // --- expressions (parse_expressions.cpp)
  Expr* star_expressions();
  Expr* star_expression();
  Expr* named_expression();
  Expr* star_named_expression();
  std::nullptr_t diagnose_named(size_t start, Expr* e);
  Expr* expression();
  std::nullptr_t diagnose_expression(size_t start, Expr* e);
  Expr* yield_expression();
  Expr* annotated_rhs();  // yield_expression or star_expressions
  Expr* disjunction();
  Expr* conjunction();
  Expr* inversion();
  Expr* comparison();
  Expr* binary(int min_precedence);
  Expr* factor();
  Expr* power();
  Expr* lambda();
  Expr* targets(Targets kind);  // star_targets, up to `in`
  Expr* make_tuple(size_t start, Expr* first, Expr* (Parser::*element)());

  // --- primaries and displays (parse_atoms.cpp, parse_arguments.cpp)
  Expr* primary();
  Expr* atom();
  Expr* constant(ConstantKind k);
  Expr* name_expression();
  Expr* parenthesized();
  Expr* list_display();
  Expr* brace_display();
  Expr* dict_display(size_t start);
  bool comprehension_clauses(SeqBuilder<Comprehension*>& out);
  bool at_comprehension() const { return is(Tok::KwFor) || (is(Tok::KwAsync) && kind_after(1) == Tok::KwFor); }
  std::nullptr_t diagnose_display(size_t start);
  std::nullptr_t diagnose_dict_item();
  Expr* slices();
  Expr* slice();
  Expr* call(size_t start, Expr* func);
  bool arguments(SeqBuilder<Expr*>& args, SeqBuilder<Keyword*>& keywords);
  std::nullptr_t diagnose_argument(size_t start);
  Arguments* parameters(bool is_lambda, Tok end);
  Arg* parameter(bool is_lambda, bool star_annotation);
  Expr* strings();
  bool fstring(SeqBuilder<Expr*>& out, bool is_template);
  Expr* replacement_field(bool is_template, SeqBuilder<Expr*>& out);
  std::nullptr_t diagnose_field(size_t open, bool is_template, Expr* value);
  Expr* format_spec(bool raw);
  Constant* string_part(const Token& t, bool raw);
  std::string_view field_text(uint32_t begin, uint32_t end);
  Expr* fold_strings(SeqBuilder<Expr*>& parts, Seq<Expr*>* out);
  bool check_literal(const struct DecodedString& s, size_t token);

  TokenStream& stream_;
  const Token* toks_;
  Mode mode_;
  Flags flags_;
  Arena& arena_;
  size_t pos_ = 0, furthest_ = 0;
  int depth_ = 0, speculative_ = 0;
  int string_depth_ = 0;
  bool diagnose_ = false;
  bool raw_field_ = false;
  TextError error_;
  std::vector<SyntaxWarningInfo> warnings_;
};

// Counts nesting of rules that call themselves; the machine stack is never exhausted.
class DepthGuard {
 public:
  explicit DepthGuard(Parser& p) : p_(p) { p_.depth_++; }
  ~DepthGuard() { p_.depth_--; }
  bool ok() const {
    if (p_.depth_ < Parser::kMaxDepth) return true;
    p_.too_deep();
    return false;
  }

 private:
  Parser& p_;
};

}  // namespace taipan::ast
