// Operators on any objects (Language Reference 3.3.8): reflected methods, subclass priority, sequences.
#include "runtime/base/hash.h"
#include "runtime/object/call_parts.h"
#include "runtime/object/error.h"
#include "runtime/object/specials.h"
#include "runtime/types/descriptors.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"

namespace taipan {
namespace {

constexpr const char* kBinarySigns[] = {"+", "-", "*", "/", "//", "%", "** or pow()",
                                        "@", "&", "|", "^", "<<", ">>"};
constexpr const char* kInplaceSigns[] = {"+=", "-=", "*=", "/=", "//=", "%=", "**=",
                                         "@=", "&=", "|=", "^=", "<<=", ">>="};
constexpr const char* kCompareSigns[] = {"<", "<=", "==", "!=", ">", ">="};

using Binary = Result<> (*)(Thread&, Value, Value);

// r is an answer: an error, or a value that is not NotImplemented. Else it is dropped.
inline bool answers(const Result<>& r) {
  if (r.is_error() || !is_not_implemented(r.word())) return true;
  drop(r);
  return false;
}

// A slot pair `left`, `right` of the operands' types. absent(): nobody knows.
Result<> try_binary(Thread& t, Binary fl, Binary fr, Value left, Value right) {
  Type& tl = type_of(left);
  Type& tr = type_of(right);
  if (&tl == &tr || fr == fl) fr = nullptr;
  // The reflected method goes first if type(right) is a subclass of type(left) that overrides it.
  if (fl && fr && is_subtype(tr, tl)) {
    Result<> r = fr(t, left, right);
    if (answers(r)) return r;
    fr = nullptr;
  }
  if (fl) {
    Result<> r = fl(t, left, right);
    if (answers(r)) return r;
  }
  if (fr) {
    Result<> r = fr(t, left, right);
    if (answers(r)) return r;
  }
  return Result<>::absent();
}

ErrorTag raise_unsupported(Thread& t, const char* sign, Value left, Value right) {
  return raise(t, TypeError, "unsupported operand type(s) for {}: '{!T}' and '{!T}'", sign, left, right);
}

// sequence * n, for the side that is the sequence.
Result<> sequence_repeat(Thread& t, Result<> (*repeat)(Thread&, Value, ssize), Value sequence, Value n) {
  if (!n.is_int() && type_of(n).slots.index == nullptr) {
    return raise(t, TypeError, "can't multiply sequence by non-int of type '{!T}'", n);
  }
  return repeat(t, sequence, TRY(to_ssize(t, n)));
}

bool is_print(Value v) {
  return is_exact<NativeFunction>(v) && str_equals(v.as<NativeFunction>()->name.borrow(), "print");
}

Result<> after_numbers(Thread& t, BinaryOp op, Value left, Value right, const char* sign) {
  const TypeSlots& sl = type_of(left).slots;
  const TypeSlots& sr = type_of(right).slots;
  if (op == BinaryOp::Add && sl.concat) return sl.concat(t, left, right);
  if (op == BinaryOp::Mul) {
    if (sl.repeat) return sequence_repeat(t, sl.repeat, left, right);
    if (sr.repeat) return sequence_repeat(t, sr.repeat, right, left);
  }
  // `print >> file` was a statement once.
  if (op == BinaryOp::Shr && is_print(left)) {
    return raise(t, TypeError,
                 "unsupported operand type(s) for {}: '{!T}' and '{!T}'. Did you mean "
                 "\"print(<message>, file=<output_stream>)\"?",
                 sign, left, right);
  }
  return raise_unsupported(t, sign, left, right);
}

}  // namespace

Result<> binary_not_implemented(Thread& t, BinaryOp op, Value left, Value right, bool inplace) {
  return after_numbers(t, op, left, right, (inplace ? kInplaceSigns : kBinarySigns)[static_cast<usize>(op)]);
}

Result<> binary_operation(Thread& t, BinaryOp op, Value left, Value right) {
  usize i = static_cast<usize>(op);
  Result<> r = try_binary(t, type_of(left).slots.binary[i], type_of(right).slots.binary[i], left, right);
  if (!r.is_absent()) return r;
  return after_numbers(t, op, left, right, kBinarySigns[i]);
}

Result<> inplace_operation(Thread& t, BinaryOp op, Value left, Value right) {
  usize i = static_cast<usize>(op);
  const TypeSlots& sl = type_of(left).slots;
  if (auto f = sl.inplace[i]) {
    Result<> r = f(t, left, right);
    if (answers(r)) return r;
  }
  Result<> r = try_binary(t, type_of(left).slots.binary[i], type_of(right).slots.binary[i], left, right);
  if (!r.is_absent()) return r;
  const TypeSlots& s = type_of(left).slots;
  if (op == BinaryOp::Add && s.inplace_concat) return s.inplace_concat(t, left, right);
  if (op == BinaryOp::Mul && s.inplace_repeat) return sequence_repeat(t, s.inplace_repeat, left, right);
  return after_numbers(t, op, left, right, kInplaceSigns[i]);
}

Result<> power(Thread& t, Value base, Value exponent, Value modulus) {
  if (is_none(modulus)) return binary_operation(t, BinaryOp::Pow, base, exponent);
  using Ternary = Result<> (*)(Thread&, Value, Value, Value);
  Ternary fl = type_of(base).slots.power, fr = type_of(exponent).slots.power,
          fm = type_of(modulus).slots.power;
  if (fr == fl) fr = nullptr;
  if (fm == fl || fm == fr) fm = nullptr;
  if (fl && fr && is_subtype(type_of(exponent), type_of(base))) {
    Result<> r = fr(t, base, exponent, modulus);
    if (answers(r)) return r;
    fr = nullptr;
  }
  for (Ternary f : {fl, fr, fm}) {
    if (f == nullptr) continue;
    Result<> r = f(t, base, exponent, modulus);
    if (answers(r)) return r;
  }
  return raise(t, TypeError, "unsupported operand type(s) for ** or pow(): '{!T}', '{!T}', '{!T}'", base,
               exponent, modulus);
}

Result<> divmod_operation(Thread& t, Value left, Value right) {
  Result<> r = try_binary(t, type_of(left).slots.divmod, type_of(right).slots.divmod, left, right);
  if (!r.is_absent()) return r;
  return raise_unsupported(t, "divmod()", left, right);
}

Result<> unary_operation(Thread& t, UnaryOp op, Value v) {
  if (auto f = type_of(v).slots.unary[static_cast<usize>(op)]) return f(t, v);
  switch (op) {
    case UnaryOp::Neg: return raise(t, TypeError, "bad operand type for unary -: '{!T}'", v);
    case UnaryOp::Pos: return raise(t, TypeError, "bad operand type for unary +: '{!T}'", v);
    case UnaryOp::Invert: return raise(t, TypeError, "bad operand type for unary ~: '{!T}'", v);
    case UnaryOp::Abs: break;
  }
  return raise(t, TypeError, "bad operand type for abs(): '{!T}'", v);
}

// --- comparison ------------------------------------------------------------------------------------------

namespace {

Result<> compare_unanswered(Thread& t, CompareOp op, Value left, Value right) {
  if (op == CompareOp::Eq) return boolean(identical(left, right));
  if (op == CompareOp::Ne) return boolean(!identical(left, right));
  return raise(t, TypeError, "'{}' not supported between instances of '{!T}' and '{!T}'",
               kCompareSigns[static_cast<usize>(op)], left, right);
}

}  // namespace

Result<> compare(Thread& t, CompareOp op, Value left, Value right) {
  TRY(check_machine_stack(t, " in comparison"));
  Type& tl = type_of(left);
  Type& tr = type_of(right);
  bool right_tried = false;
  if (&tl != &tr && tr.slots.compare && is_subtype(tr, tl)) {
    right_tried = true;
    Result<> r = tr.slots.compare(t, right, left, swapped(op));
    if (answers(r)) return r;
  }
  if (tl.slots.compare) {
    Result<> r = tl.slots.compare(t, left, right, op);
    if (answers(r)) return r;
  }
  return right_tried ? compare_unanswered(t, op, left, right) : compare_not_implemented(t, op, left, right);
}

Result<> compare_not_implemented(Thread& t, CompareOp op, Value left, Value right) {
  if (auto f = type_of(right).slots.compare) {
    Result<> r = f(t, right, left, swapped(op));
    if (answers(r)) return r;
  }
  return compare_unanswered(t, op, left, right);
}

Result<bool> compare_truth(Thread& t, CompareOp op, Value left, Value right) {
  if (left.is_int() && right.is_int()) {
    i64 a = left.as_int(), b = right.as_int();
    switch (op) {
      case CompareOp::Lt: return a < b;
      case CompareOp::Le: return a <= b;
      case CompareOp::Eq: return a == b;
      case CompareOp::Ne: return a != b;
      case CompareOp::Gt: return a > b;
      case CompareOp::Ge: return a >= b;
    }
  }
  Result<> answer = TRY(compare(t, op, left, right));
  if (is_true(answer.word())) return true;  // immortal: nothing to drop
  if (is_false(answer.word())) return false;
  Local<> r(t, answer);
  return truth(t, r);
}

Result<bool> equal(Thread& t, Value left, Value right) {
  if (identical(left, right)) return true;
  return compare_truth(t, CompareOp::Eq, left, right);
}

bool identical(Value left, Value right) {
  if (same(left, right)) return true;
  if (!left.is_ref() || !right.is_ref()) return false;
  // Numbers that do not fit a word are made anew at will: they are the same if equal (DESIGN.md section 3).
  if (is_exact<BigInt>(left) && is_exact<BigInt>(right)) return int_equal(left, right);
  if (is_exact<FloatBox>(left) && is_exact<FloatBox>(right)) {
    return std::bit_cast<u64>(left.as<FloatBox>()->value) == std::bit_cast<u64>(right.as<FloatBox>()->value);
  }
  return false;
}

u64 identity(Value v) {
  v = v.canonical();
  if (!v.is_ref()) return v.bits;
  // As `is`: by value. Bit 3 keeps them apart from addresses, bits 0 and 1 from immediates.
  if (is_exact<BigInt>(v)) return int_hash(v) * 0x9E3779B97F4A7C15 << 4 | 8;
  if (is_exact<FloatBox>(v)) return std::bit_cast<u64>(v.as<FloatBox>()->value) * 0x9E3779B97F4A7C15 << 4 | 8;
  return v.bits;
}

Result<bool> truth(Thread& t, Value v) {
  if (v.is_int()) return v.as_int() != 0;
  if (v.is_float()) return v.as_float() != 0;
  if (is_true(v)) return true;
  if (is_false(v) || is_none(v)) return false;
  const TypeSlots& s = type_of(v).slots;
  if (s.truth) return s.truth(t, v);
  if (s.length) return TRY(s.length(t, v)) > 0;
  return true;
}

Result<u64> hash(Thread& t, Value v) {
  if (v.is_int()) return hash_i64(v.as_int());
  if (v.is_float() && v.as_float() == v.as_float()) return hash_double(v.as_float());
  if (is_exact<Str>(v)) return str_hash(v.as<Str>());
  TRY(check_machine_stack(t, " while calling a Python object"));
  return type_of(v).slots.hash(t, v);
}

}  // namespace taipan
