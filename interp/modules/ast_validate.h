// What the compiler relies on and the parser guarantees, checked in trees that Python code built.
// ValueError or TypeError with CPython's wording.
// ast_from_object.cpp has checked classes and required fields already.
#pragma once
#include "interp/parser/ast.h"
#include "runtime/value/result.h"

namespace taipan {

struct Thread;
Status validate_ast(Thread& t, const ast::Node* tree);

}  // namespace taipan
