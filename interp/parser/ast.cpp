#include "interp/parser/ast.h"

namespace taipan::ast {

const char* python_name(Kind kind) {
  static constexpr const char* kNames[] = {
#define NODE(category, name, python_name, ...) python_name,
#include "interp/parser/ast.def"
#undef NODE
  };
  return kNames[static_cast<int>(kind)];
}

const char* python_name(Operator op) {
  static constexpr const char* kNames[] = {"Add",    "Sub",    "Mult",  "MatMult", "Div",
                                           "Mod",    "Pow",    "LShift", "RShift", "BitOr",
                                           "BitXor", "BitAnd", "FloorDiv"};
  return kNames[static_cast<int>(op)];
}

const char* python_name(CmpOperator op) {
  static constexpr const char* kNames[] = {"Eq",  "NotEq", "Lt",    "LtE", "Gt",
                                           "GtE", "Is",    "IsNot", "In",  "NotIn"};
  return kNames[static_cast<int>(op)];
}

const char* python_name(UnaryOperator op) {
  static constexpr const char* kNames[] = {"Invert", "Not", "UAdd", "USub"};
  return kNames[static_cast<int>(op)];
}

const char* python_name(BoolOperator op) { return op == BoolOperator::And ? "And" : "Or"; }

const char* python_name(ExprContext ctx) {
  static constexpr const char* kNames[] = {"Load", "Store", "Del"};
  return kNames[static_cast<int>(ctx)];
}

}  // namespace taipan::ast
