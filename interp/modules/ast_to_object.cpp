// A syntax tree as objects of the classes of _ast.
#include "interp/modules/ast_classes.h"
#include "runtime/object/error.h"
#include "runtime/object/instance.h"
#include "runtime/thread/local.h"
#include "runtime/types/bytes.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"

namespace taipan {
namespace {

Result<> object_of(Thread& t, const ast::Node* node);
Result<> object_of(Thread& t, ast::Identifier name) {
  if (name.data() == nullptr) return none();
  return str_intern(t, name);
}
template <class E>
  requires std::is_enum_v<E>
Result<> object_of(Thread&, E e) {
  return own(ast_enum_object(enum_of(e), static_cast<u32>(e)));
}
template <class T>
Result<> object_of(Thread& t, const ast::Seq<T>& items) {
  Local<List> all(t, TRY(list_new(t, items.size())));
  for (const T& item : items) TRY(list_append(t, all, TRY(object_of(t, item))));
  return all.give();
}
Result<> text_object(Thread& t, std::string_view text) {
  if (text.data() == nullptr) return none();
  return str_from_wtf8(t, text);
}

// The digits have no sign, prefix or underscores; their number was limited by the parser.
Result<> int_object(Thread& t, const ast::ConstantValue& v) { return int_from_text(t, v.text.data(), v.text.size(), v.base); }

Result<> object_of(Thread& t, const ast::ConstantValue& v) {
  switch (v.kind) {
    case ast::ConstantKind::None: return none();
    case ast::ConstantKind::True: return boolean(true);
    case ast::ConstantKind::False: return boolean(false);
    case ast::ConstantKind::Ellipsis: return own(Value(&ellipsis_object));
    case ast::ConstantKind::Int: return int_object(t, v);
    case ast::ConstantKind::Float: return float_from(t, v.number);
    case ast::ConstantKind::Imaginary: return complex_from(t, 0, v.number);
    case ast::ConstantKind::Str: return str_from_wtf8(t, v.text);
    case ast::ConstantKind::Bytes: return bytes_from(t, v.text);
  }
  return none();
}

Status put(Thread& t, Object* o, Str* name, Result<> owned) {
  Local<> v(t, owned);
  return instance_set(t, o, name, v);
}

#define PUT(f, name, value)                            \
  {                                                    \
    static Str* const key = str_immortal(t, name);     \
    TRY(put(t, o, key, TRY(value)));                   \
  }
#define F_ONE(T, f) PUT(f, #f, object_of(t, x->f))
#define F_OPT(T, f) PUT(f, #f, object_of(t, x->f))
#define F_SEQ(T, f) PUT(f, #f, object_of(t, x->f))
#define F_SEQ_OPT(T, f) PUT(f, #f, object_of(t, x->f))
#define F_ID(f) PUT(f, #f, object_of(t, x->f))
#define F_ID_OPT(f) PUT(f, #f, object_of(t, x->f))
#define F_IDS(f) PUT(f, #f, object_of(t, x->f))
#define F_INT(f) PUT(f, std::string_view(#f) == "line" ? "lineno" : #f, Result<>::small_int(x->f))
#define F_CONST(f) PUT(f, #f, object_of(t, x->f))
#define F_STR_OPT(f) PUT(f, std::string_view(#f) == "string_kind" ? "kind" : #f, text_object(t, x->f))
#define F_ENUM(E, f) PUT(f, #f, object_of(t, x->f))
#define F_ENUMS(E, f) PUT(f, #f, object_of(t, x->f))
#define NODE(category, name, python, located, fields)                                            \
  Status fill_##name([[maybe_unused]] Thread& t, [[maybe_unused]] Object* o, const ast::Node* n) { \
    [[maybe_unused]] auto* x = ast::as<ast::name>(n);                                            \
    fields return kDone;                                                                         \
  }
#include "interp/parser/ast.def"
#include "interp/parser/ast_fields_undef.h"
#undef PUT

using Fill = Status (*)(Thread& t, Object* o, const ast::Node* n);
constexpr Fill kFill[kAstKinds] = {
#define NODE(category, name, ...) fill_##name,
#include "interp/parser/ast.def"
#undef NODE
};

Status put_location(Thread& t, Object* o, const ast::Location& at) {
  static Str* const kNames[] = {str_immortal(t, "lineno"), str_immortal(t, "col_offset"), str_immortal(t, "end_lineno"),
                                str_immortal(t, "end_col_offset")};
  const u32 values[] = {at.lineno, at.col_offset, at.end_lineno, at.end_col_offset};
  for (usize i = 0; i < 4; ++i) TRY(instance_set(t, o, kNames[i], Value::small_int(values[i])));
  return kDone;
}

Result<> object_of(Thread& t, const ast::Node* node) {
  if (node == nullptr) return none();
  if (static_cast<char*>(__builtin_frame_address(0)) < t.machine_stack_limit) {
    return raise(t, RecursionError, "maximum recursion depth exceeded during ast construction");
  }
  usize kind = static_cast<usize>(node->kind);
  auto* o = new_object<Object>(t, *g_ast.node[kind]);
  if (o == nullptr) return kError;
  Local<> held(t, own_new(o));
  TRY(kFill[kind](t, o, node));
  if (kAstNodes[kind].located) TRY(put_location(t, o, *node));
  return held.give();
}

}  // namespace

Result<> ast_to_object(Thread& t, const ast::Node* tree) {
  TRY(ensure_ast(t));
  return object_of(t, tree);
}

}  // namespace taipan
