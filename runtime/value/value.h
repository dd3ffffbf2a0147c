// Value: one 64-bit Python value word, and what can be told from it without touching memory.
// Immediates (ints of 62 bits, practically all floats) or a reference to a heap object.
// Layout and reasons: runtime/DESIGN.md section 3; words in registers and slots: section 4 (I4).
#pragma once
#include <bit>

#include "runtime/base/assert.h"
#include "runtime/base/types.h"

namespace taipan {

struct Object;

// The kinds of word:
//
//   float      rotl64(bits, 4) + 3     bit 1 set
//   integer    i << 2 | 1              low bits 01
//   counted    address                 low bits 000: in a slot, or a register that owns one count
//   uncounted  address | 4             low bits 100: registers only; an immortal or *deferred* reference
//   empty      0                       unbound variable, free slot, exhausted iterator
//   error      4                       a native's return word; in heap slots the same word is SEALED
//
// A Value carries no ownership. Functions take Values *borrowed*; what they give away is a Result.
struct Value {
  u64 bits;

  static constexpr i64 kMaxSmallInt = (i64{1} << 61) - 1;
  static constexpr i64 kMinSmallInt = -(i64{1} << 61);
  static constexpr u64 kDeferredTag = 4;

  constexpr Value() : bits(0) {}
  constexpr explicit Value(u64 word) : bits(word) {}
  // The canonical (slot) form of a reference; null gives the empty word.
  Value(const Object* o) : bits(reinterpret_cast<u64>(o)) {}  // NOLINT: implicit on purpose

  static constexpr Value empty() { return Value(u64{0}); }
  static constexpr Value error() { return Value(u64{4}); }
  static constexpr bool fits_small_int(i64 i) { return i >= kMinSmallInt && i <= kMaxSmallInt; }
  static constexpr Value small_int(i64 i) { return Value((static_cast<u64>(i) << 2) | 1); }
  // The word that encodes d; an immediate only if is_float() holds for it (else: float_box).
  static constexpr Value float_word(f64 d) {
    return Value(std::rotl(std::bit_cast<u64>(d), 4) + 3);
  }
  static Value deferred(const Object* o) {
    return Value(reinterpret_cast<u64>(o) | kDeferredTag);
  }

  constexpr bool is_empty() const { return bits == 0; }
  constexpr bool is_error() const { return bits == 4; }
  constexpr bool is_int() const { return (bits & 3) == 1; }  // an immediate integer
  constexpr bool is_float() const { return (bits & 2) != 0; }  // an immediate float
  constexpr bool is_immediate() const { return (bits & 3) != 0; }
  // A reference to a heap object, counted or not (neither empty nor error).
  constexpr bool is_ref() const { return (bits & 3) == 0 && bits > 7; }
  constexpr bool is_counted() const { return (bits & 7) == 0 && bits != 0; }
  constexpr bool is_deferred() const { return (bits & 7) == 4 && bits != 4; }

  constexpr i64 as_int() const { return static_cast<i64>(bits) >> 2; }
  constexpr f64 as_float() const { return std::bit_cast<f64>(std::rotr(bits - 3, 4)); }
  Object* object() const {
    TP_ASSERT(is_ref());
    return reinterpret_cast<Object*>(bits & ~u64{4});
  }
  template <class T>
  T* as() const {
    return static_cast<T*>(object());
  }
  // Slot form: a reference without its register tag. Immediates and empty unchanged.
  constexpr Value canonical() const { return (bits & 3) == 0 ? Value(bits & ~u64{4}) : *this; }
};

// R3: identity of words in any encoding. (`is` on heap ints and floats also compares their values:
// object/identity.h.)
constexpr bool same(Value a, Value b) {
  u64 d = a.bits ^ b.bits;
  return d == 0 || (d == 4 && (a.bits & 3) == 0);
}

}  // namespace taipan
