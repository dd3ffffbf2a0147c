// Convert<T>: from a borrowed Python argument to a C++ parameter of type T, with CPython's errors.
// to_result: from a C++ return value to the native's owned word.
// What is accepted and what is called is listed in native/def.h.
#pragma once
#include <tuple>
#include <utility>

#include "runtime/native/signature.h"
#include "runtime/object/call.h"
#include "runtime/types/float.h"
#include "runtime/types/singletons.h"

namespace taipan {

// A parameter that the caller may leave out.
template <class T>
struct Opt {
  T value;
  bool present;
  explicit operator bool() const { return present; }
  const T& operator*() const { return value; }
  T value_or(T other) const { return present ? value : other; }
};

struct ConvertContext {
  Thread& t;
  const Signature& signature;
  const CallArguments& call;
};

// convert.cpp: all raise TypeError / OverflowError with the function's name and the argument's number.
bool convert_type_error(const ConvertContext& c, usize index, Value v, BuiltinShape wanted);
bool convert_index(const ConvertContext& c, Value v, i64* out);
bool convert_int32(const ConvertContext& c, Value v, i32* out);
bool convert_double(const ConvertContext& c, Value v, f64* out);
bool convert_truth(const ConvertContext& c, Value v, bool* out);

template <class T>
struct Convert;

template <>
struct Convert<Value> {
  using Storage = Value;
  static bool convert(const ConvertContext&, usize, Value v, Value& out) { return out = v, true; }
  static Value pass(Value v) { return v; }
};
template <class T>
struct Convert<T*> {
  using Storage = T*;
  static bool convert(const ConvertContext& c, usize index, Value v, T*& out) {
    if (index >= c.signature.first && !is_a<T>(v)) [[unlikely]] {
      return convert_type_error(c, index, v, T::kShape);
    }
    out = static_cast<T*>(v.object());  // self: checked by the descriptor
    return true;
  }
  static T* pass(T* v) { return v; }
};
template <>
struct Convert<i64> {
  using Storage = i64;
  static bool convert(const ConvertContext& c, usize, Value v, i64& out) {
    if (v.is_int()) [[likely]] return out = v.as_int(), true;
    return convert_index(c, v, &out);
  }
  static i64 pass(i64 v) { return v; }
};
template <>
struct Convert<i32> {
  using Storage = i32;
  static bool convert(const ConvertContext& c, usize, Value v, i32& out) {
    return convert_int32(c, v, &out);
  }
  static i32 pass(i32 v) { return v; }
};
template <>
struct Convert<f64> {
  using Storage = f64;
  static bool convert(const ConvertContext& c, usize, Value v, f64& out) {
    if (v.is_float()) [[likely]] return out = v.as_float(), true;
    return convert_double(c, v, &out);
  }
  static f64 pass(f64 v) { return v; }
};
template <>
struct Convert<bool> {
  using Storage = bool;
  static bool convert(const ConvertContext& c, usize, Value v, bool& out) {
    return convert_truth(c, v, &out);
  }
  static bool pass(bool v) { return v; }
};
template <class T>
struct Convert<Opt<T>> {
  struct Storage {
    typename Convert<T>::Storage value{};
    bool present = false;
  };
  static bool convert(const ConvertContext& c, usize index, Value v, Storage& out) {
    out.present = !v.is_empty();
    return !out.present || Convert<T>::convert(c, index, v, out.value);
  }
  static Opt<T> pass(const Storage& s) { return {Convert<T>::pass(s.value), s.present}; }
};
template <>
struct Convert<Args> {
  using Storage = Args;
  static bool convert(const ConvertContext& c, usize, Value, Args& out) {
    u32 skip = c.signature.max_positional;
    out = c.call.nargs > skip ? Args{c.call.args + skip, c.call.nargs - skip} : Args{nullptr, 0};
    return true;
  }
  static Args pass(Args a) { return a; }
};
template <>
struct Convert<Kwargs> {
  using Storage = Kwargs;
  static bool convert(const ConvertContext& c, usize, Value, Kwargs& out) {
    out = {c.call.args + c.call.nargs, c.call.kwnames};
    return true;
  }
  static Kwargs pass(Kwargs k) { return k; }
};

Result<> int_from_i64(Thread& t, i64 v);  // types/int.h
Result<> int_from_u64(Thread& t, u64 v);

template <class T>
inline Result<> to_result(Thread& t, Result<T> r) {
  if constexpr (!kIsPlainResult<T>) {
    return Result<>::from_owned(r.word());
  } else {
    if (r.is_error()) return kError;
    if constexpr (std::is_same_v<T, Done>) {
      return none();
    } else {
      return to_result(t, r.take());
    }
  }
}
inline Result<> to_result(Thread&, bool v) { return boolean(v); }
inline Result<> to_result(Thread& t, i64 v) { return int_from_i64(t, v); }
inline Result<> to_result(Thread& t, i32 v) { return int_from_i64(t, v); }
inline Result<> to_result(Thread& t, u32 v) { return int_from_i64(t, v); }
inline Result<> to_result(Thread& t, u64 v) { return int_from_u64(t, v); }
inline Result<> to_result(Thread& t, f64 v) { return float_from(t, v); }

}  // namespace taipan
