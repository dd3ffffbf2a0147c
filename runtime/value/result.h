// Result<T>: what a fallible operation gives back. For objects one *owned* register word, or the error
// word while the exception waits in the thread; for C++ scalars the scalar or the error state.
// A word taken from a Result goes straight into a Local, a Slot, a Ref or the caller's own Result.
#pragma once
#include <type_traits>
#include <utility>

#include "runtime/value/value.h"

namespace taipan {

struct ErrorTag {};  // "an exception is pending": converts to every Result
inline constexpr ErrorTag kError{};

struct Done {};  // success, and nothing else to say

// Plain C++ results; everything else (object types may be incomplete here) is a value word.
template <class T>
inline constexpr bool kIsPlainResult = std::is_scalar_v<T> || std::is_same_v<T, Done>;

// The owned word. Counted if the object is local, deferred if shared or immortal, or an immediate.
// T names the static type for the reader and for Local<T>; Value means any.
template <class T = Value>
class [[nodiscard]] Result {
 public:
  constexpr Result(ErrorTag) : word_(Value::error()) {}  // NOLINT
  // `word` must be owned (its count, or a deferred tag, or immediate).
  static constexpr Result from_owned(Value word) { return Result(word); }
  // Immediates are nobody's: they convert freely.
  static constexpr Result small_int(i64 i) { return Result(Value::small_int(i)); }
  // Exhausted iterator, absent attribute: no value and no exception.
  static constexpr Result absent() { return Result(Value::empty()); }
  template <class U>
    requires(!std::is_same_v<U, T> && (std::is_same_v<T, Value> || std::is_base_of_v<T, U>))
  constexpr Result(Result<U> other) : word_(other.word()) {}  // NOLINT: upcast

  constexpr bool is_error() const { return word_.is_error(); }
  constexpr bool is_absent() const { return word_.is_empty(); }
  constexpr Value word() const { return word_; }
  constexpr Result take() const { return *this; }
  // The same owned word under a more exact type (checked by the caller).
  template <class U>
  constexpr Result<U> cast() const {
    return Result<U>::from_owned(word_);
  }

 private:
  constexpr explicit Result(Value w) : word_(w) {}
  Value word_;
};

// Scalars (bool, i64, u64, f64, pointers into natives...).
template <class T>
  requires(kIsPlainResult<T>)
class [[nodiscard]] Result<T> {
 public:
  constexpr Result(ErrorTag) : value_{}, ok_(false) {}  // NOLINT
  constexpr Result(T v) : value_(v), ok_(true) {}       // NOLINT
  constexpr bool is_error() const { return !ok_; }
  constexpr T take() const { return value_; }

 private:
  T value_;
  bool ok_;
};

using Status = Result<Done>;
inline constexpr Done kDone{};

// Takes the value, or returns the error from the enclosing function.
#define TRY(expression)                                              \
  ({                                                                 \
    auto tp_result_ = (expression);                                  \
    if (tp_result_.is_error()) [[unlikely]] return ::taipan::kError; \
    tp_result_.take();                                               \
  })

// A result that cannot fail here (start-up, tests).
#define MUST(expression)                                                             \
  ({                                                                                 \
    auto tp_result_ = (expression);                                                  \
    if (tp_result_.is_error()) ::taipan::fatal("MUST failed: " #expression);         \
    tp_result_.take();                                                               \
  })

}  // namespace taipan
