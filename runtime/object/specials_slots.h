// The generic slot functions of classes written in Python: each calls the method of its name.
// specials.def pairs them with names; slots_update.cpp puts them into TypeSlots.
// Bodies: specials_slots.cpp, specials_slots_binary.cpp.
#pragma once
#include "runtime/object/specials.h"

namespace taipan {

Result<Str> slot_repr(Thread& t, Value self);
Result<Str> slot_str(Thread& t, Value self);
Result<u64> slot_hash(Thread& t, Value self);
Result<> slot_call(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames);
Status slot_set_attribute(Thread& t, Value self, Str* name, Value v);
Result<> slot_compare(Thread& t, Value self, Value other, CompareOp op);
Result<> slot_iter(Thread& t, Value self);
Result<> slot_next(Thread& t, Value self);
Result<> slot_descr_get(Thread& t, Value self, Value instance, Value owner);
Status slot_descr_set(Thread& t, Value self, Value instance, Value v);
Status slot_init(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames);
Result<> slot_await(Thread& t, Value self);
Result<> slot_aiter(Thread& t, Value self);
Result<> slot_anext(Thread& t, Value self);
Result<> slot_power(Thread& t, Value base, Value exponent, Value modulus);
Result<> slot_divmod(Thread& t, Value left, Value right);
Result<> slot_neg(Thread& t, Value self);
Result<> slot_pos(Thread& t, Value self);
Result<> slot_invert(Thread& t, Value self);
Result<> slot_abs(Thread& t, Value self);
Result<bool> slot_truth(Thread& t, Value self);
Result<> slot_int(Thread& t, Value self);
Result<> slot_float(Thread& t, Value self);
Result<> slot_index(Thread& t, Value self);
Result<ssize> slot_length(Thread& t, Value self);
Result<> slot_get_item(Thread& t, Value self, Value key);
Status slot_set_item(Thread& t, Value self, Value key, Value v);
Result<bool> slot_contains(Thread& t, Value self, Value key);

using BinaryFunction = Result<> (*)(Thread&, Value, Value);
// left.name(right), or right.rname(left): the rules of Language Reference 3.3.8 for classes whose slot
// `field` is the generic function `generic`.
Result<> slot_binary_by_name(Thread& t, Value left, Value right, Str* name, Str* reflected,
                             u32 field, BinaryFunction generic);
Result<> slot_inplace_by_name(Thread& t, Value left, Value right, Str* name);
u32 binary_field(BinaryOp op);

template <BinaryOp op>
Result<> slot_binary(Thread& t, Value left, Value right) {
  return slot_binary_by_name(t, left, right, binary_name(op, false), binary_name(op, true),
                             binary_field(op), slot_binary<op>);
}
template <BinaryOp op>
Result<> slot_inplace(Thread& t, Value left, Value right) {
  return slot_inplace_by_name(t, left, right, inplace_name(op));
}

}  // namespace taipan
