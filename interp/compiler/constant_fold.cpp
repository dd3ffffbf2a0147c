#include <cmath>

#include "interp/compiler/generator.h"

// Folding of constant expressions. Only what is exact and small is folded; the rest is left to run.

namespace taipan::compiler {

using namespace ast;

namespace {

constexpr usize kMaxFoldedText = 4096;

Const make_int(i128 n) {
  Const c;
  c.kind = ConstKind::Int;
  if (n >= INT64_MIN && n <= INT64_MAX) {
    c.integer = static_cast<i64>(n);
    return c;
  }
  c.kind = ConstKind::BigInt;
  bool negative = n < 0;
  u128 magnitude = negative ? -static_cast<u128>(n) : static_cast<u128>(n);
  for (; magnitude; magnitude >>= 4) c.text.insert(c.text.begin(), "0123456789abcdef"[static_cast<u32>(magnitude & 15)]);
  if (negative) c.text.insert(c.text.begin(), '-');
  return c;
}

Const make_float(double x) {
  Const c;
  c.kind = ConstKind::Float;
  c.real = x;
  return c;
}

Const make_bool(bool x) {
  Const c;
  c.kind = x ? ConstKind::True : ConstKind::False;
  return c;
}

// Digits of a power-of-two base to hexadecimal.
std::string regroup(std::string_view digits, u32 bits) {
  std::string hex;
  u32 pending = 0, have = 0;
  for (usize i = digits.size(); i-- > 0;) {
    char ch = digits[i];
    u32 digit = ch <= '9' ? ch - '0' : (ch | 0x20) - 'a' + 10;
    pending |= digit << have;
    for (have += bits; have >= 4; have -= 4, pending >>= 4) hex.push_back("0123456789abcdef"[pending & 15]);
  }
  if (have) hex.push_back("0123456789abcdef"[pending & 15]);
  while (hex.size() > 1 && hex.back() == '0') hex.pop_back();
  return {hex.rbegin(), hex.rend()};
}

// Decimal to hexadecimal, 9 digits at a time. Literals are limited to 4300 digits.
std::string decimal_to_hex(std::string_view digits) {
  std::vector<u32> limbs;
  for (usize i = 0; i < digits.size();) {
    u64 carry = 0, scale = 1;
    for (u32 n = 0; n < 9 && i < digits.size(); ++n, ++i) {
      carry = carry * 10 + static_cast<u64>(digits[i] - '0');
      scale *= 10;
    }
    for (u32& limb : limbs) {
      u64 wide = limb * scale + carry;
      limb = static_cast<u32>(wide);
      carry = wide >> 32;
    }
    if (carry) limbs.push_back(static_cast<u32>(carry));
  }
  std::string hex;
  for (u32 limb : limbs)
    for (u32 i = 0; i < 8; ++i, limb >>= 4) hex.push_back("0123456789abcdef"[limb & 15]);
  while (hex.size() > 1 && hex.back() == '0') hex.pop_back();
  return hex.empty() ? "0" : std::string(hex.rbegin(), hex.rend());
}

Const int_literal(const ConstantValue& v) {
  Const c;
  c.kind = ConstKind::Int;
  u64 value = 0;
  bool fits = true;
  for (char ch : v.text) {
    u32 digit = ch <= '9' ? ch - '0' : (ch | 0x20) - 'a' + 10;
    u128 wide = static_cast<u128>(value) * v.base + digit;
    if (wide > INT64_MAX) { fits = false; break; }
    value = static_cast<u64>(wide);
  }
  if (fits) {
    c.integer = static_cast<i64>(value);
    return c;
  }
  c.kind = ConstKind::BigInt;
  c.text = v.base == 10 ? decimal_to_hex(v.text) : regroup(v.text, v.base == 2 ? 1 : v.base == 8 ? 3 : 4);
  return c;
}

bool truth(const Const& c, bool* out) {
  switch (c.kind) {
    case ConstKind::None: case ConstKind::False: *out = false; return true;
    case ConstKind::True: case ConstKind::Ellipsis: case ConstKind::BigInt: *out = true; return true;
    case ConstKind::Int: *out = c.integer != 0; return true;
    case ConstKind::Float: *out = c.real != 0; return true;
    case ConstKind::Complex: *out = c.real != 0 || c.imag != 0; return true;
    case ConstKind::Str: case ConstKind::Bytes: *out = !c.text.empty(); return true;
    case ConstKind::Tuple: *out = !c.items.empty(); return true;
    default: return false;
  }
}

bool shift_left(i64 value, i64 count, Const* out) {
  if (count < 0 || count > 1024) return false;
  if (count <= 62) return *out = make_int(static_cast<i128>(value) << count), true;
  if (value == 0) return *out = make_int(0), true;
  Const c = make_int(static_cast<i128>(value) << count % 4);
  std::string digits = c.text;
  if (c.kind == ConstKind::Int) {
    bool negative = c.integer < 0;
    u64 magnitude = negative ? 0 - static_cast<u64>(c.integer) : static_cast<u64>(c.integer);
    digits.clear();
    for (; magnitude; magnitude >>= 4) digits.insert(digits.begin(), "0123456789abcdef"[magnitude & 15]);
    if (negative) digits.insert(digits.begin(), '-');
  }
  out->kind = ConstKind::BigInt;
  out->text = digits + std::string(static_cast<usize>(count / 4), '0');
  return true;
}

bool fold_ints(Operator op, i64 l, i64 r, Const* out) {
  i128 x = l, y = r;
  switch (op) {
    case Operator::Add: *out = make_int(x + y); return true;
    case Operator::Sub: *out = make_int(x - y); return true;
    case Operator::Mult: *out = make_int(x * y); return true;
    case Operator::BitAnd: *out = make_int(l & r); return true;
    case Operator::BitOr: *out = make_int(l | r); return true;
    case Operator::BitXor: *out = make_int(l ^ r); return true;
    case Operator::LShift: return shift_left(l, r, out);
    case Operator::RShift:
      if (r < 0) return false;
      *out = make_int(l >> (r > 63 ? 63 : r));
      return true;
    case Operator::FloorDiv:
    case Operator::Mod: {
      if (r == 0) return false;
      i128 q = x / y, m = x % y;
      if (m != 0 && (m < 0) != (y < 0)) --q, m += y;
      *out = make_int(op == Operator::Mod ? m : q);
      return true;
    }
    case Operator::Div:
      if (r == 0 || std::abs(static_cast<double>(l)) > 9e15 || std::abs(static_cast<double>(r)) > 9e15) return false;
      *out = make_float(static_cast<double>(l) / static_cast<double>(r));
      return true;
    case Operator::Pow: {
      if (r < 0 || r > 1024) return false;
      if (l == 2) return shift_left(1, r, out);
      i128 power = 1;
      for (i64 i = 0; i < r; ++i) {
        if (power > INT64_MAX || power < INT64_MIN) return false;
        power *= x;
      }
      *out = make_int(power);
      return true;
    }
    default: return false;
  }
}

bool as_double(const Const& c, double* out) {
  if (c.kind == ConstKind::Float) return *out = c.real, true;
  if (c.kind == ConstKind::Int && std::abs(c.integer) <= i64{1} << 53) return *out = static_cast<double>(c.integer), true;
  return false;
}

}  // namespace

Const Generator::literal(const ConstantValue& v) {
  Const c;
  switch (v.kind) {
    case ConstantKind::None: break;
    case ConstantKind::True: c.kind = ConstKind::True; break;
    case ConstantKind::False: c.kind = ConstKind::False; break;
    case ConstantKind::Ellipsis: c.kind = ConstKind::Ellipsis; break;
    case ConstantKind::Int: return int_literal(v);
    case ConstantKind::Float: return make_float(v.number);
    case ConstantKind::Imaginary: c.kind = ConstKind::Complex; c.imag = v.number; break;
    case ConstantKind::Str: c.kind = ConstKind::Str; c.text = v.text; break;
    case ConstantKind::Bytes: c.kind = ConstKind::Bytes; c.text = v.text; break;
  }
  return c;
}

bool Generator::fold_binary(Operator op, const Const& l, const Const& r, Const* out) {
  if (l.kind == ConstKind::Int && r.kind == ConstKind::Int) return fold_ints(op, l.integer, r.integer, out);
  double x, y;
  if (as_double(l, &x) && as_double(r, &y)) {
    switch (op) {
      case Operator::Add: *out = make_float(x + y); return true;
      case Operator::Sub: *out = make_float(x - y); return true;
      case Operator::Mult: *out = make_float(x * y); return true;
      case Operator::Div:
        if (y == 0) return false;
        *out = make_float(x / y);
        return true;
      default: return false;
    }
  }
  if (as_double(l, &x) && r.kind == ConstKind::Complex && (op == Operator::Add || op == Operator::Sub)) {
    out->kind = ConstKind::Complex;
    out->real = op == Operator::Add ? x + r.real : x - r.real;
    out->imag = op == Operator::Add ? r.imag : -r.imag;
    return true;
  }
  bool is_text = l.kind == ConstKind::Str || l.kind == ConstKind::Bytes;
  if (is_text && r.kind == l.kind && op == Operator::Add && l.text.size() + r.text.size() <= kMaxFoldedText) {
    out->kind = l.kind;
    out->text = l.text + r.text;
    return true;
  }
  if (is_text && r.kind == ConstKind::Int && op == Operator::Mult && r.integer >= 0 &&
      r.integer <= static_cast<i64>(kMaxFoldedText) && l.text.size() * static_cast<usize>(r.integer) <= kMaxFoldedText) {
    out->kind = l.kind;
    for (i64 i = 0; i < r.integer; ++i) out->text += l.text;
    return true;
  }
  return false;
}

bool Generator::fold_unary(UnaryOperator op, const Const& v, Const* out) {
  bool is_true;
  switch (op) {
    case UnaryOperator::Not:
      if (!truth(v, &is_true)) return false;
      *out = make_bool(!is_true);
      return true;
    case UnaryOperator::UAdd:
      if (v.kind != ConstKind::Int && v.kind != ConstKind::Float && v.kind != ConstKind::Complex && v.kind != ConstKind::BigInt)
        return false;
      *out = v;
      return true;
    case UnaryOperator::Invert:
      if (v.kind != ConstKind::Int) return false;
      *out = make_int(~static_cast<i128>(v.integer));
      return true;
    case UnaryOperator::USub:
      *out = v;
      if (v.kind == ConstKind::Int) *out = make_int(-static_cast<i128>(v.integer));
      else if (v.kind == ConstKind::Float) out->real = -v.real;
      else if (v.kind == ConstKind::Complex) out->real = -v.real, out->imag = -v.imag;
      else if (v.kind == ConstKind::BigInt) out->text = v.text[0] == '-' ? v.text.substr(1) : "-" + v.text;
      else return false;
      return true;
  }
  return false;
}

bool Generator::constant_of(const Expr* e, Const* out) {
  switch (e->kind) {
    case Kind::Constant: *out = literal(ast::as<Constant>(e)->value); return true;
    case Kind::Name:
      if (ast::as<Name>(e)->id != "__debug__") return false;
      *out = make_bool(!flags_.optimize);
      return true;
    case Kind::UnaryOp: {
      Depth depth(*this);
      Const v;
      auto* op = ast::as<ast::UnaryOp>(e);
      if (!depth.ok || !constant_of(op->operand, &v)) return false;
      *out = Const();
      return fold_unary(op->op, v, out);
    }
    case Kind::BinOp: {
      Depth depth(*this);
      if (!depth.ok) return false;
      std::vector<const BinOp*> chain;
      while (auto* b = try_as<BinOp>(e)) {
        chain.push_back(b);
        e = b->left;
      }
      Const left, right;
      if (!constant_of(e, &left)) return false;
      for (usize i = chain.size(); i-- > 0;) {
        Const result;
        if (!constant_of(chain[i]->right, &right) || !fold_binary(chain[i]->op, left, right, &result)) return false;
        left = std::move(result);
        right = Const();
      }
      *out = std::move(left);
      return true;
    }
    case Kind::Tuple: {
      Depth depth(*this);
      if (!depth.ok) return false;
      auto* tuple = ast::as<Tuple>(e);
      Const c;
      c.kind = ConstKind::Tuple;
      c.items.resize(tuple->elts.size());
      for (u32 i = 0; i < tuple->elts.size(); ++i)
        if (!constant_of(tuple->elts[i], &c.items[i])) return false;
      *out = std::move(c);
      return true;
    }
    default: return false;
  }
}

bool Generator::constant_truth(const Expr* e, bool* is_true) {
  Const c;
  return constant_of(e, &c) && truth(c, is_true);
}

// An integer constant of at most `limit` in magnitude.
bool Generator::small_int(const Expr* e, i32 limit, i32* out) {
  if (e->kind != Kind::Constant && e->kind != Kind::UnaryOp) return false;
  Const c;
  if (!constant_of(e, &c) || c.kind != ConstKind::Int || c.integer < -limit || c.integer > limit) return false;
  *out = static_cast<i32>(c.integer);
  return true;
}

}  // namespace taipan::compiler
