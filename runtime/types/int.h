// int: immediates of 62 bits, else a BigInt over GMP's mpn. bool's two objects have BigInt's layout.
// An int value is canonical: what fits an immediate is one, except for bool and instances of subclasses.
// Functions take any int (immediate, BigInt, bool, subclass) unless they say otherwise.
#pragma once
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

struct BigInt : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::int_;
  static constexpr u32 kSubclassFlag = kTypeIntSubclass;
  // aux: limb count in the low 31 bits, sign in the top bit. Limbs follow, least significant first.
  u32 limb_count() const { return aux & 0x7fffffffu; }
  bool is_negative() const { return aux >> 31; }
  u64* limbs() { return reinterpret_cast<u64*>(this + 1); }
  const u64* limbs() const { return reinterpret_cast<const u64*>(this + 1); }
};

inline bool is_any_int(Value v) { return v.is_int() || is_a<BigInt>(v); }  // bool and subclasses too
usize int_storage(const Object* o);                                         // TypeSlots::size
bool is_exact_int(Value v);                                                 // type(v) is int

Result<> int_from_i64(Thread& t, i64 v);
Result<> int_from_u64(Thread& t, u64 v);
Result<> int_from_i128(Thread& t, i128 v);
Result<> int_from_double(Thread& t, f64 v);       // truncates; OverflowError / ValueError for inf, nan
Result<> int_from_limbs(Thread& t, const u64* limbs, usize n, bool negative);
// Text as int() takes it (underscores, sign, base 0 or 2..36, whitespace). Enforces the digit limit.
Result<> int_from_text(Thread& t, const char* s, usize n, int base);
Result<> int_parse(Thread& t, const char* s, usize n, int base);  // absent(): not a number
extern Atomic<i64> g_int_max_str_digits;                          // sys.set_int_max_str_digits; 0: none
Result<Str> int_to_text(Thread& t, Value v, int base = 10);
Result<> int_from_bytes(Thread& t, const u8* s, usize n, bool little, bool is_signed);

// Exact conversions; false if out of range.
bool int_to_i64(Value v, i64* out);
bool int_to_u64(Value v, u64* out);
u64 int_low_bits(Value v);                        // modulo 2^64
int int_sign(Value v);
Result<f64> int_to_double(Thread& t, Value v);    // OverflowError if too large; correctly rounded
u64 int_hash(Value v);
bool int_equal(Value a, Value b);
int int_compare(Value a, Value b);                // -1, 0, 1

// Operands are ints of any form; results canonical ints (TrueDiv: float).
Result<> int_add(Thread& t, Value a, Value b);
Result<> int_sub(Thread& t, Value a, Value b);
Result<> int_mul(Thread& t, Value a, Value b);
Result<> int_binary(Thread& t, BinaryOp op, Value a, Value b);
Result<> int_neg(Thread& t, Value a);
Result<> int_pow_mod(Thread& t, Value base, Value exponent, Value modulus_or_empty);
Result<> int_divmod(Thread& t, Value a, Value b);
usize int_bit_length(Value v);
// An int of any form (subclass, bool) as an exact int.
Result<> int_exact(Thread& t, Value v);

}  // namespace taipan
