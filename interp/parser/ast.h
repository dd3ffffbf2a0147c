// Syntax tree nodes: plain structs in an Arena, generated from ast.def, named as in the `ast` module
// (differences: ExprStmt is `Expr`, Constant::string_kind is `kind`, TypeIgnore::line is `lineno`).
// `as<Name>(node)` is the checked downcast; switch over node->kind with Kind::Name.
#pragma once

#include <cassert>
#include <cstdint>
#include <string_view>

#include "interp/parser/arena.h"

namespace taipan::ast {

using Identifier = std::string_view;  // interned; absent: data() == nullptr

enum class Kind : uint8_t {
#define NODE(category, name, ...) name,
#include "interp/parser/ast.def"
#undef NODE
};

enum class ExprContext : uint8_t { Load, Store, Del };
enum class BoolOperator : uint8_t { And, Or };
enum class Operator : uint8_t {
  Add, Sub, Mult, MatMult, Div, Mod, Pow, LShift, RShift, BitOr, BitXor, BitAnd, FloorDiv
};
enum class UnaryOperator : uint8_t { Invert, Not, UAdd, USub };
enum class CmpOperator : uint8_t { Eq, NotEq, Lt, LtE, Gt, GtE, Is, IsNot, In, NotIn };

enum class ConstantKind : uint8_t {
  None, True, False, Ellipsis, Int, Float, Imaginary, Str, Bytes
};

struct ConstantValue {
  ConstantKind kind = ConstantKind::None;
  uint8_t base = 10;      // Int: 2, 8, 10 or 16
  double number = 0;      // Float, Imaginary
  std::string_view text;  // Int: digits alone, no prefix, no underscores. Str: UTF-8, lone surrogates in
                          // the three-byte form (WTF-8). Bytes: the bytes. Str, Bytes may hold zeros.
};

// Lines count from 1, columns from 0 in bytes of the UTF-8 text.
struct Location {
  uint32_t lineno = 0, col_offset = 0, end_lineno = 0, end_col_offset = 0;
};

struct Node : Location {
  Kind kind;
};

struct Mod : Node {};
struct Stmt : Node {};
struct Expr : Node {};
struct Pattern : Node {};
struct TypeParam : Node {};
struct Other : Node {};

#define NODE(category, name, ...) struct name;
#include "interp/parser/ast.def"
#undef NODE

#define F_ONE(T, f) T* f = nullptr;
#define F_OPT(T, f) T* f = nullptr;
#define F_SEQ(T, f) Seq<T*> f;
#define F_SEQ_OPT(T, f) Seq<T*> f;
#define F_ID(f) Identifier f;
#define F_ID_OPT(f) Identifier f;
#define F_IDS(f) Seq<Identifier> f;
#define F_INT(f) int f = 0;
#define F_CONST(f) ConstantValue f;
#define F_STR_OPT(f) std::string_view f;
#define F_ENUM(E, f) E f{};
#define F_ENUMS(E, f) Seq<E> f;
#define NODE(category, name, python_name, located, fields) \
  struct name : category {                                 \
    static constexpr Kind kKind = Kind::name;              \
    fields                                                 \
  };
#include "interp/parser/ast.def"
#include "interp/parser/ast_fields_undef.h"

template <class T>
T* as(Node* node) {
  assert(node->kind == T::kKind);
  return static_cast<T*>(node);
}
template <class T>
const T* as(const Node* node) {
  assert(node->kind == T::kKind);
  return static_cast<const T*>(node);
}
template <class T>
T* try_as(Node* node) {
  return node && node->kind == T::kKind ? static_cast<T*>(node) : nullptr;
}
template <class T>
const T* try_as(const Node* node) {
  return node && node->kind == T::kKind ? static_cast<const T*>(node) : nullptr;
}

const char* python_name(Kind kind);
const char* python_name(Operator op);
const char* python_name(CmpOperator op);
const char* python_name(UnaryOperator op);
const char* python_name(BoolOperator op);
const char* python_name(ExprContext ctx);

}  // namespace taipan::ast
