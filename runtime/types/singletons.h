// None, True, False, Ellipsis, NotImplemented: static, immortal objects, and their register words.
// In VM registers an immortal has one form (address|4), so `is None` is one compare there;
// C++ code that may hold a slot word uses is_none() and friends.
#pragma once
#include "runtime/types/int.h"

namespace taipan {

extern Object none_object, not_implemented_object, ellipsis_object;
struct OneLimb : BigInt {  // storage for the limb of True and False
  u64 limb;
};
extern OneLimb true_object, false_object;

inline Result<> none() { return Result<>::from_owned(Value::deferred(&none_object)); }
inline Result<> not_implemented() {
  return Result<>::from_owned(Value::deferred(&not_implemented_object));
}
inline Result<> boolean(bool b) {
  return Result<>::from_owned(Value::deferred(b ? &true_object : &false_object));
}
inline Value none_value() { return Value(&none_object); }
inline Value bool_value(bool b) { return Value(b ? &true_object : &false_object); }
inline bool is_none(Value v) { return v.canonical().bits == Value(&none_object).bits; }
inline bool is_true(Value v) { return v.canonical().bits == Value(&true_object).bits; }
inline bool is_false(Value v) { return v.canonical().bits == Value(&false_object).bits; }
inline bool is_not_implemented(Value v) {
  return v.canonical().bits == Value(&not_implemented_object).bits;
}

}  // namespace taipan
