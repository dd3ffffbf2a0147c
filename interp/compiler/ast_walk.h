// for_each_child(node, fn): calls fn(const Node*) for each child that is there, in field order.
// Generated from ast.def. For passes that keep their own stack, so that deep trees are no problem.
#pragma once

#include "interp/parser/ast.h"

namespace taipan::ast {

template <class Fn>
void for_each_child(const Node* node, Fn fn) {
  switch (node->kind) {
#define F_ONE(T, f) fn(n->f);
#define F_OPT(T, f) if (n->f) fn(n->f);
#define F_SEQ(T, f) for (const Node* x : n->f) fn(x);
#define F_SEQ_OPT(T, f) for (const Node* x : n->f) if (x) fn(x);
#define F_ID(f)
#define F_ID_OPT(f)
#define F_IDS(f)
#define F_INT(f)
#define F_CONST(f)
#define F_STR_OPT(f)
#define F_ENUM(E, f)
#define F_ENUMS(E, f)
#define NODE(category, name, python_name, located, fields)      \
  case Kind::name: {                                            \
    [[maybe_unused]] auto* n = static_cast<const name*>(node);  \
    fields break;                                               \
  }
#include "interp/parser/ast.def"
#include "interp/parser/ast_fields_undef.h"
  }
}

}  // namespace taipan::ast
