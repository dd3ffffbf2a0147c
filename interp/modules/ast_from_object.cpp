// Objects of the classes of _ast as a syntax tree for the compiler. Attributes are read through their getters,
// so Python code may run: every object is held while it is looked at.
#include <string>

#include "interp/modules/ast_classes.h"
#include "interp/modules/ast_validate.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/types/bytes.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {
namespace {

using ast::Arena;

// Where in an object a value was found, for messages.
struct Place {
  const char* cls;
  const char* field;
};

// The kind of a node of the wanted category. CPython takes any object with the right attributes for classes
// directly below AST; here the class has to fit too.
struct Wanted {
  const char* name;      // in messages
  const char* category;  // of ast.def; null: `kind` alone
  ast::Kind kind;
  bool located;          // the category has a location
  bool end_required;
};
template <class T>
struct WantedNode {
  static constexpr Wanted kWanted{nullptr, nullptr, T::kKind, false, false};
};
#define WANTED(T, python, located, end) \
  template <>                           \
  struct WantedNode<ast::T> {           \
    static constexpr Wanted kWanted{python, #T, ast::Kind::Module, located, end}; \
  };
WANTED(Mod, "mod", false, false)
WANTED(Stmt, "stmt", true, false)
WANTED(Expr, "expr", true, false)
WANTED(Pattern, "pattern", true, true)
WANTED(TypeParam, "type_param", true, true)
#undef WANTED

Status read_node(Thread& t, Arena& arena, Value v, const Wanted& wanted, ast::Node** out);
Status read_constant(Thread& t, Arena& arena, Value v, Place at, ast::ConstantValue* out);

template <class T>
Status read(Thread& t, Arena& arena, Value v, Place, T** out) {
  ast::Node* node = nullptr;
  TRY(read_node(t, arena, v, WantedNode<T>::kWanted, &node));
  *out = static_cast<T*>(node);
  return kDone;
}

Status read(Thread& t, Arena& arena, Value v, Place, ast::Identifier* out) {
  if (!is_exact<Str>(v)) return raise(t, TypeError, "AST identifier must be of type str");
  Utf8 text;
  TRY(text.encode(t, v.as<Str>(), true));
  for (std::string_view constant : {"None", "True", "False"}) {
    if (text.view() == constant) return raise(t, ValueError, "identifier field can't represent '{}' constant", v);
  }
  *out = arena.intern(text.view());
  return kDone;
}

Status read_text(Thread& t, Arena& arena, Value v, std::string_view* out) {
  if (!is_exact<Str>(v)) return raise(t, TypeError, "AST string must be of type str");
  Utf8 text;
  TRY(text.encode(t, v.as<Str>(), true));
  *out = arena.copy(text.view());
  return kDone;
}

Status read(Thread& t, Arena&, Value v, Place, int* out) {
  i64 i = 0;
  if (!is_any_int(v)) return raise(t, ValueError, "invalid integer value: {!r}", v);
  if (!int_to_i64(v, &i) || i != static_cast<int>(i)) return raise(t, OverflowError, "Python int too large to convert to C int");
  *out = static_cast<int>(i);
  return kDone;
}

template <class E>
  requires std::is_enum_v<E>
Status read(Thread& t, Arena&, Value v, Place, E* out) {
  constexpr AstEnum e = enum_of(E{});
  for (u32 i = 0; i < kMaxAstEnum; ++i) {
    if (g_ast.enum_class[e][i] == nullptr || !is_instance(v, *g_ast.enum_class[e][i])) continue;
    *out = static_cast<E>(i);
    return kDone;
  }
  return raise(t, TypeError, "expected some sort of {}, but got {!r}", g_ast.enum_base[e]->name.borrow(), v);
}

// The attribute; an error (required) or None where there is none.
Result<> get_field(Thread& t, Value o, Str* name, Place at, bool required) {
  Local<> v(t, TRY(get_attribute_or_absent(t, o, name)));
  if (!v.is_empty()) {
    if (required && is_none(v)) return raise(t, ValueError, "field '{}' is required for {}", at.field, at.cls);
    return v.give();
  }
  if (required) return raise(t, TypeError, "required field \"{}\" missing from {}", at.field, at.cls);
  return none();
}

template <class T>
Status read_one(Thread& t, Arena& arena, Value o, Str* name, Place at, T* out) {
  Local<> v(t, TRY(get_field(t, o, name, at, true)));
  return read(t, arena, v, at, out);
}
template <class T>
Status read_optional(Thread& t, Arena& arena, Value o, Str* name, Place at, T* out) {
  Local<> v(t, TRY(get_field(t, o, name, at, false)));
  return is_none(v) ? Status(kDone) : read(t, arena, v, at, out);
}
Status read_optional_text(Thread& t, Arena& arena, Value o, Str* name, Place at, std::string_view* out) {
  Local<> v(t, TRY(get_field(t, o, name, at, false)));
  return is_none(v) ? Status(kDone) : read_text(t, arena, v, out);
}
Status read_constant_field(Thread& t, Arena& arena, Value o, Str* name, Place at, ast::ConstantValue* out) {
  Local<> v(t, TRY(get_attribute_or_absent(t, o, name)));
  if (v.is_empty()) return raise(t, TypeError, "required field \"{}\" missing from {}", at.field, at.cls);
  return read_constant(t, arena, v, at, out);
}

template <class T>
Status read_list(Thread& t, Arena& arena, Value o, Str* name, Place at, ast::Seq<T>* out, bool none_allowed) {
  Local<> v(t, TRY(get_attribute_or_absent(t, o, name)));
  if (v.is_empty()) return kDone;
  if (!is_a<List>(v)) return raise(t, TypeError, "{} field \"{}\" must be a list, not a {!T}", at.cls, at.field, v);
  List* list = v.value().as<List>();
  ast::SeqBuilder<T> items(arena);
  usize n = list_size(list);
  for (usize i = 0; i < n; ++i) {
    Local<> item(t, TRY(list_get(t, list, i)));
    if (item.is_empty() || list_size(list) != n) {
      return raise(t, RuntimeError, "{} field \"{}\" changed size during iteration", at.cls, at.field);
    }
    T one{};
    if (!is_none(item)) {
      TRY(read(t, arena, item, at, &one));
    } else if (!none_allowed) {
      return raise(t, ValueError, "None disallowed in {} list", at.field);
    }
    items.push(one);
  }
  *out = items.finish();
  return kDone;
}

// --- constants --------------------------------------------------------------------------------------------------

// Digits without sign and prefix, in base 16: no limit on their number applies.
Status read_int(Thread& t, Arena& arena, Value v, ast::ConstantValue* out) {
  Local<Str> digits(t, TRY(int_to_text(t, v, 16)));
  std::string_view text = digits->ascii();
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.starts_with("0x")) text.remove_prefix(2);
  out->kind = ast::ConstantKind::Int;
  out->base = 16;
  out->text = arena.copy(text);
  return kDone;
}

// What one literal can be; a negative number gives its magnitude.
Status read_constant(Thread& t, Arena& arena, Value v, Place, ast::ConstantValue* out) {
  using ast::ConstantKind;
  if (is_none(v)) return out->kind = ConstantKind::None, kDone;
  if (is_true(v)) return out->kind = ConstantKind::True, kDone;
  if (is_false(v)) return out->kind = ConstantKind::False, kDone;
  if (v.canonical().bits == Value(&ellipsis_object).bits) return out->kind = ConstantKind::Ellipsis, kDone;
  if (is_exact_int(v)) return read_int(t, arena, v, out);
  if (&type_of(v) == &float_type) return out->kind = ConstantKind::Float, out->number = float_value(v), kDone;
  if (is_exact<Complex>(v)) return out->kind = ConstantKind::Imaginary, out->number = v.as<Complex>()->imag, kDone;
  if (is_exact<Str>(v)) {
    out->kind = ConstantKind::Str;
    return read_text(t, arena, v, &out->text);
  }
  if (is_exact<Bytes>(v)) {
    out->kind = ConstantKind::Bytes;
    out->text = arena.copy(v.as<Bytes>()->view());
    return kDone;
  }
  return raise(t, TypeError, "got an invalid type in Constant: {!T}", v);
}

template <class T>
T* make_at(Arena& arena, const ast::Location& at) {
  T* node = arena.make<T>();
  static_cast<ast::Location&>(*node) = at;
  node->kind = T::kKind;
  return node;
}

// Constants that no single literal writes (negative integers, complex numbers, tuples) become the expressions that
// the compiler folds into them.
Status constant_expression(Thread& t, Arena& arena, Value v, const ast::Location& at, ast::Expr** out) {
  if (static_cast<char*>(__builtin_frame_address(0)) < t.machine_stack_limit) {
    return raise(t, RecursionError, "maximum recursion depth exceeded during compilation");
  }
  if (is_exact<Tuple>(v)) {
    auto* all = make_at<ast::Tuple>(arena, at);
    ast::SeqBuilder<ast::Expr*> items(arena);
    Tuple* tuple = v.as<Tuple>();
    for (usize i = 0; i < tuple->size(); ++i) {
      ast::Expr* item = nullptr;
      TRY(constant_expression(t, arena, (*tuple)[i], at, &item));
      items.push(item);
    }
    all->elts = items.finish();
    *out = all;
    return kDone;
  }
  auto* literal = make_at<ast::Constant>(arena, at);
  TRY(read_constant(t, arena, v, {"Constant", "value"}, &literal->value));
  *out = literal;
  if (is_exact_int(v) && int_sign(v) < 0) {
    auto* negative = make_at<ast::UnaryOp>(arena, at);
    negative->op = ast::UnaryOperator::USub;
    negative->operand = literal;
    *out = negative;
  } else if (is_exact<Complex>(v) && v.as<Complex>()->real != 0) {
    auto* real = make_at<ast::Constant>(arena, at);
    real->value.kind = ast::ConstantKind::Float;
    real->value.number = v.as<Complex>()->real;
    auto* sum = make_at<ast::BinOp>(arena, at);
    sum->left = real;
    sum->op = ast::Operator::Add;
    sum->right = literal;
    *out = sum;
  }
  return kDone;
}

// --- nodes ------------------------------------------------------------------------------------------------------

#define KEY(text)                                    \
  static Str* const key = str_immortal(t, text);     \
  [[maybe_unused]] const Place at{kClass, text}
#define F_ONE(T, f) { KEY(#f); TRY(read_one(t, arena, o, key, at, &x->f)); }
#define F_OPT(T, f) { KEY(#f); TRY(read_optional(t, arena, o, key, at, &x->f)); }
#define F_SEQ(T, f) { KEY(#f); TRY(read_list(t, arena, o, key, at, &x->f, false)); }
#define F_SEQ_OPT(T, f) { KEY(#f); TRY(read_list(t, arena, o, key, at, &x->f, true)); }
#define F_ID(f) { KEY(#f); TRY(read_one(t, arena, o, key, at, &x->f)); }
#define F_ID_OPT(f) { KEY(#f); TRY(read_optional(t, arena, o, key, at, &x->f)); }
#define F_IDS(f) { KEY(#f); TRY(read_list(t, arena, o, key, at, &x->f, false)); }
#define F_INT(f) { KEY(int_field(#f)); TRY(int_is_optional(#f) ? read_optional(t, arena, o, key, at, &x->f) : read_one(t, arena, o, key, at, &x->f)); }
#define F_CONST(f) { KEY(#f); TRY(read_constant_field(t, arena, o, key, at, &x->f)); }
#define F_STR_OPT(f) { KEY(text_field(#f)); TRY(read_optional_text(t, arena, o, key, at, &x->f)); }
#define F_ENUM(E, f) { KEY(#f); TRY(read_one(t, arena, o, key, at, &x->f)); }
#define F_ENUMS(E, f) { KEY(#f); TRY(read_list(t, arena, o, key, at, &x->f, false)); }

const char* int_field(std::string_view f) { return f == "line" ? "lineno" : f.data(); }
bool int_is_optional(std::string_view f) { return f == "level" || f == "is_lazy"; }
const char* text_field(std::string_view f) { return f == "string_kind" ? "kind" : f.data(); }

#define NODE(category, name, python, located, fields)                                                    \
  Status read_##name([[maybe_unused]] Thread& t, Arena& arena, [[maybe_unused]] Value o, ast::Node** out) { \
    [[maybe_unused]] constexpr const char* kClass = python;                                              \
    auto* x = arena.make<ast::name>();                                                                   \
    x->kind = ast::name::kKind;                                                                          \
    *out = x;                                                                                            \
    fields return kDone;                                                                                 \
  }
#include "interp/parser/ast.def"
#include "interp/parser/ast_fields_undef.h"
#undef KEY

using Read = Status (*)(Thread& t, Arena& arena, Value o, ast::Node** out);
constexpr Read kRead[kAstKinds] = {
#define NODE(category, name, ...) read_##name,
#include "interp/parser/ast.def"
#undef NODE
};

Status read_number(Thread& t, Value o, Str* name, Place at, bool required, i64 fallback, i64* out) {
  Local<> v(t, TRY(get_field(t, o, name, at, required)));
  if (is_none(v)) return *out = fallback, kDone;
  if (!is_any_int(v)) return raise(t, ValueError, "invalid integer value: {!r}", v.value());
  if (!int_to_i64(v, out) || *out != static_cast<int>(*out)) {
    return raise(t, OverflowError, "Python int too large to convert to C int");
  }
  return kDone;
}

Status read_location(Thread& t, Value o, const char* category, bool end_required, ast::Location* out) {
  static Str* const kNames[] = {str_immortal(t, "lineno"), str_immortal(t, "col_offset"), str_immortal(t, "end_lineno"),
                                str_immortal(t, "end_col_offset")};
  i64 line = 0, column = 0, end_line = 0, end_column = 0;
  TRY(read_number(t, o, kNames[0], {category, "lineno"}, true, 0, &line));
  TRY(read_number(t, o, kNames[1], {category, "col_offset"}, true, 0, &column));
  TRY(read_number(t, o, kNames[2], {category, "end_lineno"}, end_required, line, &end_line));
  TRY(read_number(t, o, kNames[3], {category, "end_col_offset"}, end_required, column, &end_column));
  if (line > end_line) return raise(t, ValueError, "AST node line range ({}, {}) is not valid", line, end_line);
  if ((line < 0 && end_line != line) || (column < 0 && column != end_column)) {
    return raise(t, ValueError, "AST node column range ({}, {}) for line range ({}, {}) is not valid", column, end_column, line, end_line);
  }
  if (line == end_line && column > end_column) {
    return raise(t, ValueError, "line {}, column {}-{} is not a valid range", line, column, end_column);
  }
  *out = {static_cast<u32>(line), static_cast<u32>(column), static_cast<u32>(end_line), static_cast<u32>(end_column)};
  return kDone;
}

// The kind of an object: its class, or the nearest base that is a node class.
bool kind_of(Value v, usize* out) {
  for (Type* cls = &type_of(v); cls != nullptr; cls = cls->base.borrow()) {
    for (usize i = 0; i < kAstKinds; ++i) {
      if (cls != g_ast.node[i]) continue;
      *out = i;
      return true;
    }
  }
  return false;
}

bool fits(usize kind, const Wanted& wanted) {
  if (wanted.category == nullptr) return kind == static_cast<usize>(wanted.kind);
  return std::string_view(kAstNodes[kind].category) == wanted.category;
}

Status read_node(Thread& t, Arena& arena, Value v, const Wanted& wanted, ast::Node** out) {
  if (static_cast<char*>(__builtin_frame_address(0)) < t.machine_stack_limit) {
    return raise(t, RecursionError, "maximum recursion depth exceeded during ast construction");
  }
  const AstNodeInfo& one = kAstNodes[static_cast<usize>(wanted.kind)];
  const char* name = wanted.name ? wanted.name : wanted.kind == ast::Kind::ExceptHandler ? "excepthandler" : one.name;
  ast::Location location;
  if (wanted.name ? wanted.located : one.located) TRY(read_location(t, v, name, wanted.end_required, &location));
  usize kind = 0;
  if (!kind_of(v, &kind) || !fits(kind, wanted)) return raise(t, TypeError, "expected some sort of {}, but got {!r}", name, v);
  if (kind == static_cast<usize>(ast::Kind::Constant)) {
    static Str* const key = str_immortal(t, "value");
    static Str* const kind_key = str_immortal(t, "kind");
    Local<> value(t, TRY(get_attribute_or_absent(t, v, key)));
    if (value.is_empty()) return raise(t, TypeError, "required field \"value\" missing from Constant");
    ast::Expr* e = nullptr;
    TRY(constant_expression(t, arena, value, location, &e));
    if (auto* literal = ast::try_as<ast::Constant>(e)) {
      TRY(read_optional_text(t, arena, v, kind_key, {"Constant", "kind"}, &literal->string_kind));
    }
    *out = e;
    return kDone;
  }
  TRY(kRead[kind](t, arena, v, out));
  static_cast<ast::Location&>(**out) = location;
  return kDone;
}

constexpr ast::Kind kRoots[] = {ast::Kind::Module, ast::Kind::Expression, ast::Kind::Interactive, ast::Kind::FunctionType};

}  // namespace

Status check_ast_mode(Thread& t, Value object, int mode) {
  usize root = static_cast<usize>(kRoots[mode]);
  if (is_instance(object, *g_ast.node[root])) return kDone;
  return raise(t, TypeError, "expected {} node, got {!T}", kAstNodes[root].name, object);
}

Result<ast::Mod*> ast_from_object(Thread& t, Value object, int mode, Arena& arena) {
  TRY(check_ast_mode(t, object, mode));
  ast::Mod* tree = nullptr;
  TRY(read(t, arena, object, {}, &tree));
  TRY(validate_ast(t, tree));
  return tree;
}

}  // namespace taipan
