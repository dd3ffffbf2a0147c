// _operator: the operators as functions. itemgetter, attrgetter and methodcaller are in operator_getters.cpp.
#include "runtime/modules/operator.h"

#include <cstring>

#include "runtime/object/buffer.h"
#include "runtime/types/container_util.h"
#include "runtime/types/str.h"

namespace taipan {

namespace {

template <BinaryOp op>
Result<> binary(Thread& t, Value a, Value b) {
  return binary_operation(t, op, a, b);
}
template <BinaryOp op>
Result<> inplace(Thread& t, Value a, Value b) {
  return inplace_operation(t, op, a, b);
}
template <UnaryOp op>
Result<> unary(Thread& t, Value a) {
  return unary_operation(t, op, a);
}
template <CompareOp op>
Result<> comparison(Thread& t, Value a, Value b) {
  return compare(t, op, a, b);
}

Result<bool> op_truth(Thread& t, Value a) { return truth(t, a); }
Result<bool> op_not(Thread& t, Value a) { return !TRY(truth(t, a)); }
bool op_is(Thread&, Value a, Value b) { return identical(a, b); }
bool op_is_not(Thread&, Value a, Value b) { return !identical(a, b); }
bool op_is_none(Thread&, Value a) { return is_none(a); }
bool op_is_not_none(Thread&, Value a) { return !is_none(a); }
Result<> op_index(Thread& t, Value a) { return to_index(t, a); }
Result<bool> op_contains(Thread& t, Value a, Value b) { return contains(t, a, b); }
Result<> op_getitem(Thread& t, Value a, Value b) { return get_item(t, a, b); }
Status op_setitem(Thread& t, Value a, Value b, Value c) { return set_item(t, a, b, c); }
Status op_delitem(Thread& t, Value a, Value b) { return delete_item(t, a, b); }

bool is_sequence(Value v) {
  Type& type = type_of(v);
  return type.slots.get_item != nullptr && !type.has(kTypeDictSubclass);
}

Result<> op_concat(Thread& t, Value a, Value b) {
  if (!is_sequence(a)) return raise(t, TypeError, "'{!T}' object can't be concatenated", a);
  return binary_operation(t, BinaryOp::Add, a, b);
}
Result<> op_iconcat(Thread& t, Value a, Value b) {
  if (!is_sequence(a)) return raise(t, TypeError, "'{!T}' object can't be concatenated", a);
  return inplace_operation(t, BinaryOp::Add, a, b);
}

// Steps over `a`; with `first` gives the position of b or -1, else how many elements equal it.
Result<ssize> search(Thread& t, Value a, Value b, bool first) {
  Local<> it(t, TRY(iterate(t, a)));
  LoopPoll poll(t);
  ssize n = 0;
  for (ssize i = 0;; ++i) {
    Result<> r = TRY(next(t, it));
    if (r.is_absent()) return first ? -1 : n;
    Local<> item(t, r);
    if (TRY(equal(t, item, b))) {
      if (first) return i;
      ++n;
    }
    TRY(poll());
  }
}
Result<ssize> op_count_of(Thread& t, Value a, Value b) { return search(t, a, b, false); }
Result<ssize> op_index_of(Thread& t, Value a, Value b) {
  ssize i = TRY(search(t, a, b, true));
  if (i < 0) return raise(t, ValueError, "sequence.index(x): x not in sequence");
  return i;
}

Result<ssize> op_length_hint(Thread& t, Value o, Value fallback) {
  if (!is_any_int(fallback)) {
    return raise(t, TypeError, "'{!T}' object cannot be interpreted as an integer", fallback);
  }
  return length_hint(t, o, TRY(to_ssize(t, fallback)));
}

Result<> op_call(Thread& t, Value, const Value* args, u32 nargs, Tuple* kwnames) {
  if (nargs == 0) return raise(t, TypeError, "call expected at least 1 argument, got 0");
  return call(t, args[0], args + 1, nargs - 1, kwnames);
}

// Takes time that depends on the length of b only.
bool same_bytes(const u8* a, usize na, const u8* b, usize nb) {
  const volatile u8* left = na == nb ? a : b;
  const volatile u8* right = b;
  u8 difference = na == nb ? 0 : 1;
  for (usize i = 0; i < nb; ++i) difference = static_cast<u8>(difference | (left[i] ^ right[i]));
  return difference == 0;
}

Result<bool> op_compare_digest(Thread& t, Value a, Value b) {
  if (is_a<Str>(a) && is_a<Str>(b)) {
    Str *x = a.as<Str>(), *y = b.as<Str>();
    if (!x->is_ascii() || !y->is_ascii()) {
      return raise(t, TypeError, "comparing strings with non-ASCII characters is not supported");
    }
    return same_bytes(x->data(), x->length(), y->data(), y->length());
  }
  if (!has_buffer(a) || !has_buffer(b)) {
    return raise(t, TypeError, "unsupported operand types(s) or combination of types: '{!T}' and '{!T}'", a, b);
  }
  BufferHold x(t), y(t);
  TRY(x.get(a, kBufferSimple));
  TRY(y.get(b, kBufferSimple));
  return same_bytes(x.data(), x.size(), y.data(), y.size());
}

#define BINARY(op, name, sign) def<binary<BinaryOp::op>>(name "($module, a, b, /)", "Same as a " sign " b.")
#define INPLACE(op, name, sign) def<inplace<BinaryOp::op>>(name "($module, a, b, /)", "Same as a " sign " b.")
#define COMPARE(op, name, sign) def<comparison<CompareOp::op>>(name "($module, a, b, /)", "Same as a " sign " b.")

constexpr NativeDef kFunctions[] = {
    def<op_truth>("truth($module, a, /)", "Is a true?"),
    def<op_not>("not_($module, a, /)", "Same as not a."),
    def<op_is>("is_($module, a, b, /)", "Same as a is b."),
    def<op_is_not>("is_not($module, a, b, /)", "Same as a is not b."),
    def<op_is_none>("is_none($module, a, /)", "Same as a is None."),
    def<op_is_not_none>("is_not_none($module, a, /)", "Same as a is not None."),
    BINARY(Add, "add", "+"),
    BINARY(Sub, "sub", "-"),
    BINARY(Mul, "mul", "*"),
    BINARY(MatMul, "matmul", "@"),
    BINARY(FloorDiv, "floordiv", "//"),
    BINARY(TrueDiv, "truediv", "/"),
    BINARY(Mod, "mod", "%"),
    BINARY(Pow, "pow", "**"),
    BINARY(Shl, "lshift", "<<"),
    BINARY(Shr, "rshift", ">>"),
    BINARY(And, "and_", "&"),
    BINARY(Xor, "xor", "^"),
    BINARY(Or, "or_", "|"),
    INPLACE(Add, "iadd", "+="),
    INPLACE(Sub, "isub", "-="),
    INPLACE(Mul, "imul", "*="),
    INPLACE(MatMul, "imatmul", "@="),
    INPLACE(FloorDiv, "ifloordiv", "//="),
    INPLACE(TrueDiv, "itruediv", "/="),
    INPLACE(Mod, "imod", "%="),
    INPLACE(Pow, "ipow", "**="),
    INPLACE(Shl, "ilshift", "<<="),
    INPLACE(Shr, "irshift", ">>="),
    INPLACE(And, "iand", "&="),
    INPLACE(Xor, "ixor", "^="),
    INPLACE(Or, "ior", "|="),
    def<unary<UnaryOp::Neg>>("neg($module, a, /)", "Same as -a."),
    def<unary<UnaryOp::Pos>>("pos($module, a, /)", "Same as +a."),
    def<unary<UnaryOp::Abs>>("abs($module, a, /)", "Same as abs(a)."),
    def<unary<UnaryOp::Invert>>("inv($module, a, /)", "Same as ~a."),
    def<unary<UnaryOp::Invert>>("invert($module, a, /)", "Same as ~a."),
    COMPARE(Lt, "lt", "<"),
    COMPARE(Le, "le", "<="),
    COMPARE(Eq, "eq", "=="),
    COMPARE(Ne, "ne", "!="),
    COMPARE(Gt, "gt", ">"),
    COMPARE(Ge, "ge", ">="),
    def<op_index>("index($module, a, /)", "The integer that a stands for: a.__index__()."),
    def<op_concat>("concat($module, a, b, /)", "Same as a + b, for sequences."),
    def<op_iconcat>("iconcat($module, a, b, /)", "Same as a += b, for sequences."),
    def<op_contains>("contains($module, a, b, /)", "Same as b in a."),
    def<op_count_of>("countOf($module, a, b, /)", "How many elements of a are, or equal, b."),
    def<op_index_of>("indexOf($module, a, b, /)", "Position of the first element of a that is, or equals, b."),
    def<op_getitem>("getitem($module, a, b, /)", "Same as a[b]."),
    def<op_setitem>("setitem($module, a, b, c, /)", "Same as a[b] = c."),
    def<op_delitem>("delitem($module, a, b, /)", "Same as del a[b]."),
    def<op_length_hint>("length_hint($module, obj, default=0, /)",
                        "Estimate of the number of elements in obj, for reserving room."),
    raw_def("call($module, obj, /, *args, **kwargs)", "Same as obj(*args, **kwargs).", op_call),
    def<op_compare_digest>("_compare_digest($module, a, b, /)",
                           "Same as a == b, in a time that tells nothing about where they differ.\n\n"
                           "Both are ASCII strings, or both support the buffer protocol."),
};

}  // namespace

extern const ModuleDef operator_module_def;
const ModuleDef operator_module_def = {"_operator", "Python's operators as functions.", kFunctions, {},
                                       operator_getters_exec};

}  // namespace taipan
