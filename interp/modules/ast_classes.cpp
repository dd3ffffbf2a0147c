// The classes of _ast below AST: one for each line of ast.def, their abstract bases, operators and contexts.
#include "interp/modules/ast_classes.h"

#include <atomic>
#include <cstring>
#include <string>

#include "runtime/import/import.h"
#include "runtime/memory/publish.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/types/dict.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/module.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

AstClasses g_ast;

namespace {

constexpr bool same(const char* a, const char* b) {
  for (; *a && *a == *b; ++a, ++b) {}
  return *a == *b;
}
// ast.h renames two fields.
constexpr const char* field_name(const char* cxx) { return same(cxx, "string_kind") ? "kind" : same(cxx, "line") ? "lineno" : cxx; }
// Integers that Python code may leave out when it builds a node; the parser sets them always.
constexpr const char* int_mark(const char* f) { return same(f, "is_lazy") || same(f, "level") ? "?" : ""; }
constexpr const char* text_mark(const char* f) { return same(f, "tag") ? "" : "?"; }

#define F_ONE(T, f) {#f, #T, ""},
#define F_OPT(T, f) {#f, #T, "?"},
#define F_SEQ(T, f) {#f, #T, "*"},
#define F_SEQ_OPT(T, f) {#f, #T, "?*"},
#define F_ID(f) {#f, "identifier", ""},
#define F_ID_OPT(f) {#f, "identifier", "?"},
#define F_IDS(f) {#f, "identifier", "*"},
#define F_INT(f) {field_name(#f), "int", int_mark(#f)},
#define F_CONST(f) {#f, "constant", ""},
#define F_STR_OPT(f) {field_name(#f), "string", text_mark(#f)},
#define F_ENUM(E, f) {#f, #E, ""},
#define F_ENUMS(E, f) {#f, #E, "*"},
#define NODE(category, name, python, located, fields) \
  constexpr AstField k##name##Fields[] = {fields {nullptr, nullptr, nullptr}};
#include "interp/parser/ast.def"
#include "interp/parser/ast_fields_undef.h"

}  // namespace

const AstNodeInfo kAstNodes[kAstKinds] = {
#define NODE(category, name, python, located, fields) {python, #category, located, k##name##Fields},
#include "interp/parser/ast.def"
#undef NODE
};

namespace {

// Abstract bases, in the order of CPython's module. `cxx`: category or enum in ast.h.
struct Category {
  const char* name;
  const char* cxx;
  bool located;
  bool optional_end;
};
constexpr Category kCategories[] = {
    {"mod", "Mod", false, false},
    {"stmt", "Stmt", true, true},
    {"expr", "Expr", true, true},
    {"expr_context", "ExprContext", false, false},
    {"boolop", "BoolOperator", false, false},
    {"operator", "Operator", false, false},
    {"unaryop", "UnaryOperator", false, false},
    {"cmpop", "CmpOperator", false, false},
    {"excepthandler", "ExceptHandler", true, true},
    {"pattern", "Pattern", true, false},
    {"type_ignore", "TypeIgnore", false, false},
    {"type_param", "TypeParam", true, false},
};

struct EnumInfo {
  const char* cxx;
  u32 count;
  const char* (*name)(u32);
};
template <class E>
const char* enum_name(u32 i) { return ast::python_name(static_cast<E>(i)); }
constexpr EnumInfo kEnums[kAstEnums] = {
    {"ExprContext", 3, enum_name<ast::ExprContext>},
    {"BoolOperator", 2, enum_name<ast::BoolOperator>},
    {"Operator", 13, enum_name<ast::Operator>},
    {"UnaryOperator", 4, enum_name<ast::UnaryOperator>},
    {"CmpOperator", 10, enum_name<ast::CmpOperator>},
};

Slot<> g_singletons[kAstEnums][kMaxAstEnum];
std::atomic<bool> g_made{false};

void visit_roots(EdgeVisitor& visit) {
  for (auto& row : g_singletons)
    for (Slot<>& s : row) visit(s);
}

// The category in whose list a node kind is, or null for classes directly below AST.
const Category* category_of(const AstNodeInfo& n) {
  for (const Category& c : kCategories) {
    if (same(c.cxx, n.category)) return &c;
    if (same(n.category, "Other") && (same(n.name, "ExceptHandler") ? same(c.cxx, "ExceptHandler") : same(n.name, c.cxx))) return &c;
  }
  return nullptr;
}

std::string node_doc(const AstNodeInfo& n) {
  std::string text = n.name;
  for (const AstField* f = n.fields; f->name; ++f) {
    text += f == n.fields ? "(" : ", ";
    text = text + ast_type_name(f->type) + f->mark + " " + f->name;
  }
  if (n.fields->name) text += ')';
  return text;
}

std::string category_doc(const Category& c) {
  std::string text = std::string(c.name) + " =";
  bool first = true;
  for (const EnumInfo& e : kEnums) {
    if (!same(e.cxx, c.cxx)) continue;
    for (u32 i = 0; i < e.count; ++i) text = text + (i ? " | " : " ") + e.name(i);
    return text;
  }
  for (const AstNodeInfo& n : kAstNodes) {
    if (category_of(n) != &c) continue;
    if (!first) text += "\n" + std::string(std::strlen(c.name) + 1, ' ') + "|";
    text += " " + node_doc(n);
    first = false;
  }
  return text;
}

constexpr const char* kLocation[] = {"lineno", "col_offset", "end_lineno", "end_col_offset"};

Status put(Thread& t, Dict* d, const char* name, Result<> owned) {
  Local<> v(t, owned);
  return dict_set_str(t, d, str_immortal(t, name), v);
}

Result<Tuple> names_tuple(Thread& t, const char* const* names_, usize n) {
  Local<Tuple> all(t, TRY(tuple_new(t, n)));
  for (usize i = 0; i < n; ++i) all->items()[i].init(TRY(str_intern(t, names_[i])));
  return all.give();
}

// class NAME(base) of module ast. `located`: -1 where the base says it.
Result<Type> make(Thread& t, const char* name_text, Type* base, const std::string& doc, const AstField* fields, int located,
                  bool optional_end) {
  Local<Dict> d(t, TRY(dict_new(t)));
  const char* names_[16];
  usize n = 0;
  for (const AstField* f = fields; f && f->name; ++f) names_[n++] = f->name;
  Local<Tuple> all(t, TRY(names_tuple(t, names_, n)));
  TRY(put(t, d, "_fields", all.copy()));
  TRY(put(t, d, "__match_args__", all.copy()));
  TRY(put(t, d, "__module__", TRY(str_intern(t, "ast"))));
  TRY(put(t, d, "__doc__", TRY(str_from_utf8(t, doc))));
  if (located >= 0) TRY(put(t, d, "_attributes", TRY(names_tuple(t, kLocation, located ? 4 : 0))));
  if (optional_end) {
    TRY(put(t, d, "end_lineno", none()));
    TRY(put(t, d, "end_col_offset", none()));
  }
  for (const AstField* f = fields; f && f->name; ++f)
    if (same(f->mark, "?")) TRY(put(t, d, f->name, none()));
  Local<Str> name(t, TRY(str_intern(t, name_text)));
  Local<Tuple> bases(t, TRY(tuple_of(t, Value(base))));
  return make_class(t, type_type, name, bases, d);
}

Type* class_named(const char* name) {
  for (usize i = 0; i < g_ast.categories; ++i)
    if (same(name, kCategories[i].name)) return g_ast.category[i];
  for (usize i = 0; i < kAstKinds; ++i)
    if (same(name, kAstNodes[i].name)) return g_ast.node[i];
  return nullptr;
}

Result<> field_type(Thread& t, const AstField& f) {
  Type* type = same(f.type, "identifier") || same(f.type, "string") ? &str_type
               : same(f.type, "int")                              ? &int_type
               : same(f.type, "constant")                         ? &object_type
                                                                  : class_named(ast_type_name(f.type));
  if (same(f.mark, "?")) return union_of(t, Value(type), none_value());
  if (*f.mark) return generic_alias_new(t, Value(&list_type), Value(type));
  return own(Value(type));
}

Status set_field_types(Thread& t, Type* cls, const AstField* fields) {
  Local<Dict> types(t, TRY(dict_new(t)));
  for (const AstField* f = fields; f && f->name; ++f) TRY(put(t, types, f->name, TRY(field_type(t, *f))));
  TRY(set_attribute(t, Value(cls), str_immortal(t, "_field_types"), types));
  return set_attribute(t, Value(cls), names().__annotations__, types);
}

Status add_class(Thread& t, Module* m, Result<Type> made, Type** out) {
  Local<Type> cls(t, made);
  *out = cls.get();
  return module_set(t, m, cls->name.borrow(), cls);
}

Status make_enum(Thread& t, Module* m, usize e, Type* base) {
  g_ast.enum_base[e] = base;
  for (u32 i = 0; i < kEnums[e].count; ++i) {
    Type** cls = &g_ast.enum_class[e][i];
    const char* name = kEnums[e].name(i);
    TRY(add_class(t, m, TRY(make(t, name, base, name, nullptr, -1, false)), cls));
    TRY(set_field_types(t, *cls, nullptr));
    Local<> one(t, TRY(call(t, Value(*cls))));
    g_singletons[e][i].store(&none_object, one.value());  // a global root is a shared owner (R18)
  }
  return kDone;
}

Status make_category(Thread& t, Module* m, const Category& c) {
  Type* base = nullptr;
  TRY(add_class(t, m, TRY(make(t, c.name, g_ast.ast, category_doc(c), nullptr, c.located, c.optional_end)), &base));
  g_ast.category[g_ast.categories++] = base;
  for (usize e = 0; e < kAstEnums; ++e)
    if (same(kEnums[e].cxx, c.cxx)) TRY(make_enum(t, m, e, base));
  for (usize i = 0; i < kAstKinds; ++i) {
    const AstNodeInfo& n = kAstNodes[i];
    if (category_of(n) == &c) TRY(add_class(t, m, TRY(make(t, n.name, base, node_doc(n), n.fields, -1, false)), &g_ast.node[i]));
  }
  return kDone;
}

Status exec(Thread& t, Module* m) {
  register_root_table(visit_roots);
  TRY(module_add_type(t, m, ast_base_def, &g_ast.ast));
  for (const char* name : {"_fields", "__match_args__", "_attributes"}) {
    TRY(dict_set_str(t, g_ast.ast->dict.borrow(), str_immortal(t, name), Value(empty_tuple())));
  }
  // Python code may set attributes of all these classes.
  g_ast.ast->type_flags.store_relaxed(g_ast.ast->type_flags.load_relaxed() & ~u32{kTypeImmutable});
  type_modified(t, *g_ast.ast);
  for (const Category& c : kCategories) TRY(make_category(t, m, c));
  for (usize i = 0; i < kAstKinds; ++i) {
    const AstNodeInfo& n = kAstNodes[i];
    if (g_ast.node[i] != nullptr) continue;
    TRY(add_class(t, m, TRY(make(t, n.name, g_ast.ast, node_doc(n), n.fields, n.located, n.located)), &g_ast.node[i]));
  }
  for (usize i = 0; i < kAstKinds; ++i) TRY(set_field_types(t, g_ast.node[i], kAstNodes[i].fields));
  g_made.store(true, std::memory_order_release);
  return kDone;
}

Result<bool> is_abstract(Thread&, Value object) { return is_a<Type>(object) && ast_is_abstract(*object.as<Type>()); }

const NativeDef kFunctions[] = {
    def<is_abstract>("_is_abstract($module, object, /)", "Is it a class of nodes that only others derive from?"),
};
const ConstantDef kConstants[] = {
    int_constant("PyCF_ALLOW_TOP_LEVEL_AWAIT", 0x2000),
    int_constant("PyCF_ONLY_AST", 0x400),
    int_constant("PyCF_TYPE_COMMENTS", 0x1000),
    int_constant("PyCF_OPTIMIZED_AST", 0x8400),
};

}  // namespace

bool ast_is_abstract(const Type& type) {
  if (&type == g_ast.ast) return true;
  for (usize i = 0; i < g_ast.categories; ++i)
    if (&type == g_ast.category[i]) return true;
  return false;
}

Value ast_enum_object(AstEnum e, u32 i) { return g_singletons[e][i].borrow(); }

Status ensure_ast(Thread& t) {
  if (g_made.load(std::memory_order_acquire)) return kDone;
  Local<> m(t, TRY(import_module(t, "_ast")));
  return kDone;
}

const char* ast_type_name(const char* cxx) {
  static constexpr const char* kNames[][2] = {
      {"Arguments", "arguments"}, {"Comprehension", "comprehension"}, {"Arg", "arg"}, {"Keyword", "keyword"},
      {"Alias", "alias"}, {"WithItem", "withitem"}, {"MatchCase", "match_case"}};
  for (const Category& c : kCategories)
    if (same(cxx, c.cxx)) return c.name;
  for (auto& pair : kNames)
    if (same(cxx, pair[0])) return pair[1];
  return cxx;
}

extern const ModuleDef ast_module_def;
const ModuleDef ast_module_def = {"_ast", nullptr, kFunctions, kConstants, exec};

}  // namespace taipan
