// dump(): a syntax tree as text, in the form of ast.dump(tree, include_attributes=...).
#pragma once

#include <string>

#include "interp/parser/ast.h"

namespace taipan::ast {

std::string dump(const Node* tree, bool include_attributes);
// repr() of a constant: what ast.dump shows.
void append_repr(std::string& out, const ConstantValue& value);

}  // namespace taipan::ast
