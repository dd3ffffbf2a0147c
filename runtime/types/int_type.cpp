// The classes int and bool: construction, slots, methods.
#include <cstring>

#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/types/bytes_methods.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/number_format.h"
#include "runtime/types/object_parts.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "runtime/types/number_text.h"

namespace taipan {

namespace {

// An instance of a subclass of int with the value of v.
Result<> int_subclass_instance(Thread& t, Type& cls, Value v) {
  u64 small = 0;
  const u64* limbs = &small;
  usize n;
  bool negative = int_sign(v) < 0;
  if (v.is_int()) {
    small = static_cast<u64>(negative ? -v.as_int() : v.as_int());
    n = small != 0;
  } else {
    limbs = v.as<BigInt>()->limbs();
    n = v.as<BigInt>()->limb_count();
  }
  BigInt* o = new_object<BigInt>(t, cls, n * sizeof(u64));
  if (o == nullptr) return kError;
  std::memcpy(o->limbs(), limbs, n * sizeof(u64));
  o->aux = static_cast<u32>(n) | (negative ? 0x80000000u : 0);
  return Result<>::from_owned(own_new(o).word());
}

bool both_ints(Value a, Value b) { return is_any_int(a) && is_any_int(b); }

template <BinaryOp kOp>
Result<> int_op(Thread& t, Value a, Value b) {
  if (!both_ints(a, b)) return not_implemented();
  return int_binary(t, kOp, a, b);
}

Result<> int_power_slot(Thread& t, Value a, Value b, Value modulus) {
  if (!both_ints(a, b)) return not_implemented();
  if (is_none(modulus)) return int_pow_mod(t, a, b, Value::empty());
  if (!is_any_int(modulus)) return not_implemented();
  return int_pow_mod(t, a, b, modulus);
}

Result<> int_divmod_slot(Thread& t, Value a, Value b) {
  if (!both_ints(a, b)) return not_implemented();
  return int_divmod(t, a, b);
}

Result<> int_neg_slot(Thread& t, Value v) { return int_neg(t, v); }
Result<> int_pos(Thread& t, Value v) { return int_exact(t, v); }
Result<> int_abs(Thread& t, Value v) { return int_sign(v) < 0 ? int_neg(t, v) : int_exact(t, v); }
Result<> int_invert(Thread& t, Value v) {  // ~v == -v - 1
  Local<> negated(t, TRY(int_neg(t, v)));
  return int_sub(t, negated, Value::small_int(1));
}
Result<> int_float_slot(Thread& t, Value v) { return float_from(t, TRY(int_to_double(t, v))); }
Result<bool> int_truth(Thread&, Value v) { return int_sign(v) != 0; }
Result<u64> int_hash_slot(Thread&, Value v) { return int_hash(v); }
Result<Str> int_repr(Thread& t, Value v) { return int_to_text(t, v); }

Result<> int_compare_slot(Thread&, Value a, Value b, CompareOp op) {
  if (!both_ints(a, b)) return not_implemented();
  int c = int_compare(a, b);
  switch (op) {
    case CompareOp::Lt: return boolean(c < 0);
    case CompareOp::Le: return boolean(c <= 0);
    case CompareOp::Eq: return boolean(c == 0);
    case CompareOp::Ne: return boolean(c != 0);
    case CompareOp::Gt: return boolean(c > 0);
    case CompareOp::Ge: break;
  }
  return boolean(c >= 0);
}

// Digits of any script become ASCII ones, other space becomes ' '.
Result<> int_from_str(Thread& t, Str* s, int base) {
  Result<> r = Result<>::absent();
  if (s->is_ascii()) {
    std::string_view text = s->ascii();
    r = int_parse(t, text.data(), text.size(), base);
  } else {
    std::string text = number_text(s);
    r = int_parse(t, text.data(), text.size(), base);
  }
  if (!r.is_absent()) return r;
  return raise(t, ValueError, "invalid literal for int() with base {}: {!r}", base, Value(s));
}

Result<> int_from_bytes_text(Thread& t, Value v, std::string_view text, int base) {
  Result<> r = int_parse(t, text.data(), text.size(), base);
  if (!r.is_absent()) return r;
  return raise(t, ValueError, "invalid literal for int() with base {}: {!r}", base, v);
}

// int(x): __int__, __index__, then text. (__trunc__ went in 3.14.)
Result<> int_from_object(Thread& t, Value v) {
  if (is_any_int(v) && is_exact_int(v)) return own(v);
  TypeSlots& slots = type_of(v).slots;
  if (slots.to_int != nullptr) {
    Local<> r(t, TRY(slots.to_int(t, v)));
    if (is_exact_int(r)) return r.give();
    if (!is_any_int(r)) {
      return raise(t, TypeError, "{!T}.__int__() must return an int, not {!T}", v, r.value());
    }
    TRY(warn(t, DeprecationWarning,
             "__int__ returned non-int (type of a strict subclass of int).  The ability to return an "
             "instance of a strict subclass of int is deprecated, and may not be supported in a future "
             "version of Python."));
    return int_exact(t, r);
  }
  if (slots.index != nullptr) return to_index(t, v);
  if (is_a<Str>(v)) return int_from_str(t, v.as<Str>(), 10);
  if (is_a<Bytes>(v)) return int_from_bytes_text(t, v, v.as<Bytes>()->view(), 10);
  if (slots.get_buffer != nullptr) {
    Local<Bytes> copy(t, TRY(bytes_from_object(t, v)));
    return int_from_bytes_text(t, copy, copy->view(), 10);
  }
  return raise(t, TypeError,
               "int() argument must be a string, a bytes-like object or a real number, not '{!T}'", v);
}

Result<> int_from_arguments(Thread& t, Value x, Value base) {
  if (x.is_empty()) {
    if (!base.is_empty()) return raise(t, TypeError, "int() missing string argument");
    return Result<>::small_int(0);
  }
  if (base.is_empty()) return int_from_object(t, x);
  i64 b = TRY(to_ssize_clamped(t, base));
  if (b != 0 && (b < 2 || b > 36)) {
    return raise(t, ValueError, "int() base must be >= 2 and <= 36, or 0");
  }
  if (is_a<Str>(x)) return int_from_str(t, x.as<Str>(), static_cast<int>(b));
  if (is_a<Bytes>(x)) return int_from_bytes_text(t, x, x.as<Bytes>()->view(), static_cast<int>(b));
  if (is_instance(x, bytearray_type)) {
    Local<Bytes> copy(t, TRY(bytes_from_object(t, x)));
    return int_from_bytes_text(t, copy, copy->view(), static_cast<int>(b));
  }
  return raise(t, TypeError, "int() can't convert non-string with explicit base");
}

Result<> int_value_from_call(Thread& t, Value x, Value base) { return int_from_arguments(t, x, base); }
const NativeDef kIntArguments = def<int_value_from_call>("int(x=<unrepresentable>, /, base=<unrepresentable>)", "");

Result<> int_new(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  if (nargs == 1 && kwnames == nullptr && &cls == &int_type) return int_from_object(t, args[0].canonical());
  if (nargs > 2 && kwnames == nullptr) return raise(t, TypeError, "int expected at most 2 arguments, got {}", nargs);
  Local<> v(t, TRY(call_native(t, kIntArguments, Value::empty(), args, nargs, kwnames)));
  if (&cls == &int_type) return v.give();
  return int_subclass_instance(t, cls, v);
}

Result<> bool_new(Thread& t, Type&, const Value* args, u32 nargs, Tuple* kwnames) {
  if (kwnames != nullptr) return raise(t, TypeError, "bool() takes no keyword arguments");
  if (nargs > 1) return raise(t, TypeError, "bool expected at most 1 argument, got {}", nargs);
  return boolean(nargs == 1 && TRY(truth(t, args[0])));
}

Result<Str> bool_repr(Thread& t, Value v) { return str_from_ascii(t, is_true(v) ? "True" : "False"); }

template <BinaryOp kOp>
Result<> bool_op(Thread& t, Value a, Value b) {
  bool left_bool = is_true(a) || is_false(a), right_bool = is_true(b) || is_false(b);
  if (!left_bool || !right_bool) return int_op<kOp>(t, a, b);
  bool x = is_true(a), y = is_true(b);
  return boolean(kOp == BinaryOp::And ? x && y : kOp == BinaryOp::Or ? x || y : x != y);
}

Result<> bool_invert(Thread& t, Value v) {
  TRY(warn(t, DeprecationWarning,
           "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. This returns "
           "the bitwise inversion of the underlying int object and is usually not what you expect from "
           "the negation of a bool object. Use the 'not' operator for boolean negation or ~int(x) for the "
           "bitwise inversion of the underlying int."));
  return int_invert(t, v);
}

// --- methods --------------------------------------------------------------------------------------

i64 int_bit_length_method(Thread&, Value v) { return static_cast<i64>(int_bit_length(v)); }
i64 int_bit_count(Thread&, Value v) {
  if (v.is_int()) {
    i64 i = v.as_int();
    return __builtin_popcountll(i < 0 ? -static_cast<u64>(i) : static_cast<u64>(i));
  }
  i64 n = 0;
  const BigInt* b = v.as<BigInt>();
  for (u32 i = 0; i < b->limb_count(); ++i) n += __builtin_popcountll(b->limbs()[i]);
  return n;
}
bool int_is_integer(Thread&, Value) { return true; }
Result<Tuple> int_as_integer_ratio(Thread& t, Value v) {
  Local<> self(t, TRY(int_exact(t, v)));
  return tuple_of(t, self, Value::small_int(1));
}
Result<Tuple> int_getnewargs(Thread& t, Value v) {
  Local<> self(t, TRY(int_exact(t, v)));
  return tuple_of(t, self);
}
Result<Str> int_format_method(Thread& t, Value v, Str* spec) {
  if (spec->length() == 0) return to_str(t, v);
  return int_format(t, v, spec);
}

Result<> int_round(Thread& t, Value v, Opt<Value> ndigits) {
  if (!ndigits || is_none(*ndigits)) return int_exact(t, v);
  Local<> digits(t, TRY(to_index(t, *ndigits)));
  if (int_sign(digits) >= 0) return int_exact(t, v);
  // to a multiple of 10**-digits, halves to the even one
  Local<> exponent(t, TRY(int_neg(t, digits)));
  Local<> unit(t, TRY(int_pow_mod(t, Value::small_int(10), exponent, Value::empty())));
  Local<> rest(t, TRY(int_binary(t, BinaryOp::Mod, v, unit)));
  Local<> twice(t, TRY(int_add(t, rest, rest)));
  Local<> low(t, TRY(int_sub(t, v, rest)));
  int c = int_compare(twice, unit);
  if (c == 0) {
    Local<> quotient(t, TRY(int_binary(t, BinaryOp::FloorDiv, low, unit)));
    c = int_low_bits(quotient) & 1 ? 1 : -1;
  }
  return c > 0 ? int_add(t, low, unit) : low.give();
}

Result<Bytes> int_to_bytes(Thread& t, Value v, i64 length, Str* byteorder, bool is_signed) {
  bool little = str_equals(byteorder, "little");
  if (!little && !str_equals(byteorder, "big")) {
    return raise(t, ValueError, "byteorder must be either 'little' or 'big'");
  }
  if (length < 0) return raise(t, ValueError, "length argument must be non-negative");
  bool negative = int_sign(v) < 0;
  if (negative && !is_signed) return raise(t, OverflowError, "can't convert negative int to unsigned");
  usize n = static_cast<usize>(length), bits = int_bit_length(v);
  // two's complement of a negative: -2**k needs k + 1 bits, like 2**k - 1
  if (is_signed && bits != 0) {
    bool power = negative && [&] {
      Local<> m(t, MUST(int_neg(t, v)));
      return int_bit_count(t, m) == 1;
    }();
    bits += power ? 0 : 1;
  }
  if (bits > n * 8) return raise(t, OverflowError, "int too big to convert");
  Result<Bytes> r = bytes_allocate(t, n);
  if (r.is_error()) return kError;
  u8* out = r.word().as<Bytes>()->data();
  u64 borrow = negative ? 1 : 0, limb = 0;
  const u64* limbs;
  u64 small;
  usize count;
  if (v.is_int()) {
    small = static_cast<u64>(negative ? -v.as_int() : v.as_int());
    limbs = &small;
    count = 1;
  } else {
    limbs = v.as<BigInt>()->limbs();
    count = v.as<BigInt>()->limb_count();
  }
  for (usize i = 0; i < n; ++i) {
    if (i % 8 == 0) {
      limb = i / 8 < count ? limbs[i / 8] : 0;
      if (negative) {
        limb = ~limb + borrow;
        if (limb != 0) borrow = 0;
      }
    }
    out[little ? i : n - 1 - i] = static_cast<u8>(limb >> (i % 8 * 8));
  }
  return r;
}

Result<> int_from_bytes_method(Thread& t, Value cls, Value source, Str* byteorder, bool is_signed) {
  bool little = str_equals(byteorder, "little");
  if (!little && !str_equals(byteorder, "big")) {
    return raise(t, ValueError, "byteorder must be either 'little' or 'big'");
  }
  Local<Bytes> data(t, TRY(bytes_of_values(t, source)));
  Local<> v(t, TRY(int_from_bytes(t, data->data(), data->size(), little, is_signed)));
  if (same(cls, Value(&int_type))) return v.give();
  return call(t, cls, v);
}

const NativeDef kIntMethods[] = {
    def<object_sizeof>("__sizeof__($self, /)", "Size of the object's own storage, in bytes."),
    def<int_bit_length_method>("bit_length($self, /)", "Number of bits needed to write the absolute value in binary."),
    def<int_bit_count>("bit_count($self, /)", "Number of ones in the binary form of the absolute value."),
    def<int_to_bytes>("to_bytes($self, /, length=1, byteorder='big', *, signed=False)",
                      "The int as an array of bytes."),
    class_def<int_from_bytes_method>("from_bytes($type, /, bytes, byteorder='big', *, signed=False)",
                                     "The int that an array of bytes stands for."),
    def<int_as_integer_ratio>("as_integer_ratio($self, /)", "A pair of ints whose ratio is the int: (self, 1)."),
    def<int_is_integer>("is_integer($self, /)", "True: for compatibility with float."),
    def<int_pos>("conjugate($self, /)", "The int itself."),
    def<int_pos>("__trunc__($self, /)", "The int itself."),
    def<int_pos>("__floor__($self, /)", "The int itself."),
    def<int_pos>("__ceil__($self, /)", "The int itself."),
    def<int_round>("__round__($self, ndigits=None, /)", "Round to a power of ten, halves to even."),
    def<int_getnewargs>("__getnewargs__($self, /)", ""),
    def<int_format_method>("__format__($self, format_spec, /)", "Format by the mini-language."),
};

Result<> int_zero(Thread&, Value) { return Result<>::small_int(0); }
Result<> int_one(Thread&, Value) { return Result<>::small_int(1); }
const GetSetDef kIntGetSets[] = {
    {"real", int_pos, nullptr, "the real part"},
    {"imag", int_zero, nullptr, "the imaginary part: 0"},
    {"numerator", int_pos, nullptr, "the int itself, as a fraction in lowest terms"},
    {"denominator", int_one, nullptr, "1"},
};

}  // namespace

extern const TypeDef int_type_def;
constinit const TypeDef int_type_def = {
    .name = "int",
    .doc = "int([x]) -> integer\nint(x, base=10) -> integer\n\nConverts a number or text to an integer; 0 without arguments.",
    .flags = kTypeBase | kTypeIntSubclass | kTypeNoEdges,
    .size = sizeof(BigInt),
    .slots = {.size = int_storage,
              .new_ = int_new,
              .repr = int_repr,
              .hash = int_hash_slot,
              .truth = int_truth,
              .compare = int_compare_slot,
              .binary = {int_op<BinaryOp::Add>, int_op<BinaryOp::Sub>, int_op<BinaryOp::Mul>,
                         int_op<BinaryOp::TrueDiv>, int_op<BinaryOp::FloorDiv>, int_op<BinaryOp::Mod>,
                         int_op<BinaryOp::Pow>, nullptr, int_op<BinaryOp::And>, int_op<BinaryOp::Or>,
                         int_op<BinaryOp::Xor>, int_op<BinaryOp::Shl>, int_op<BinaryOp::Shr>},
              .power = int_power_slot,
              .divmod = int_divmod_slot,
              .unary = {int_neg_slot, int_pos, int_invert, int_abs},
              .index = int_pos,
              .to_int = int_pos,
              .to_float = int_float_slot},
    .methods = kIntMethods,
    .getsets = kIntGetSets,
};

extern const TypeDef bool_type_def;
constinit const TypeDef bool_type_def = {
    .name = "bool",
    .doc = "True if the argument is true, False otherwise.",
    .base = &int_type,
    .flags = kTypeIntSubclass | kTypeNoEdges,
    .size = sizeof(OneLimb),
    .slots = {.new_ = bool_new,
              .repr = bool_repr,
              .binary = {nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,
                         bool_op<BinaryOp::And>, bool_op<BinaryOp::Or>, bool_op<BinaryOp::Xor>},
              .unary = {nullptr, nullptr, bool_invert, nullptr}},
    .text_signature = "(object=False, /)",
};

}  // namespace taipan
