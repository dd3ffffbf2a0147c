// Slow paths of the instructions, shared by all tiers. One signature: the frame, the instruction and its
// operand numbers (WIDE applied). They read operands, store the result, apply kill bits and run what is
// pending, as opcodes.def says. False: an exception is pending and nothing was taken.
#pragma once
#include "interp/loop/loop.h"

namespace taipan {

#define TP_HELPER_ARGS Thread &t, Value *fp, const Instr *pc, u32 a, u32 b, u32 c
using Helper = bool (*)(TP_HELPER_ARGS);

// Arithmetic, comparison, truth.
Outcome binary_slow(TP_HELPER_ARGS);
// The method of an operator written in Python has answered NotImplemented: what the instruction at pc gives then.
Result<> operator_not_implemented(Thread& t, Value* fp, const Instr* pc);
bool add_int_slow(TP_HELPER_ARGS);
bool unary_slow(TP_HELPER_ARGS);
bool not_slow(TP_HELPER_ARGS);
Outcome compare_slow(TP_HELPER_ARGS);
// Likewise of COMPARE.
Result<> comparison_not_implemented(Thread& t, Value* fp, const Instr* pc);
// The method of a comparison that jumps has answered, an owned word: frame fp goes on where that leads.
Outcome leave_compare_jump(Thread& t, Value* fp, Value result);
bool contains_slow(TP_HELPER_ARGS);
Outcome compare_jump_slow(TP_HELPER_ARGS);
Outcome truth_jump_slow(TP_HELPER_ARGS);

// Names and variables.
bool get_global_slow(TP_HELPER_ARGS);
bool set_global(TP_HELPER_ARGS);
bool delete_global(TP_HELPER_ARGS);
bool get_name(TP_HELPER_ARGS);
bool set_name(TP_HELPER_ARGS);
bool delete_name(TP_HELPER_ARGS);
bool get_class_free(TP_HELPER_ARGS);
bool raise_unbound_local(TP_HELPER_ARGS);    // local a; always false
bool raise_unbound_cell(TP_HELPER_ARGS);     // local b
bool raise_unbound_free(Thread& t, Value* fp, u32 index);
bool set_cell(TP_HELPER_ARGS);
bool delete_cell(TP_HELPER_ARGS);
bool make_cell(TP_HELPER_ARGS);
bool set_free(TP_HELPER_ARGS);
bool delete_free(TP_HELPER_ARGS);

// Attributes.
Outcome get_attr_slow(TP_HELPER_ARGS);
bool set_attr_slow(TP_HELPER_ARGS);
bool delete_attr(TP_HELPER_ARGS);
bool load_method_slow(TP_HELPER_ARGS);
bool get_super_attr(TP_HELPER_ARGS);
bool load_special(TP_HELPER_ARGS);

// Items and containers.
Outcome get_item_slow(TP_HELPER_ARGS);
bool set_item_slow(TP_HELPER_ARGS);
bool delete_item_op(TP_HELPER_ARGS);
bool get_slice(TP_HELPER_ARGS);
bool get_slice_step(TP_HELPER_ARGS);
bool set_slice(TP_HELPER_ARGS);
bool build_list(TP_HELPER_ARGS);
bool build_tuple(TP_HELPER_ARGS);
bool build_set(TP_HELPER_ARGS);
bool build_dict(TP_HELPER_ARGS);
bool build_string(TP_HELPER_ARGS);
bool build_slice(TP_HELPER_ARGS);
bool list_append_op(TP_HELPER_ARGS);
bool set_add_op(TP_HELPER_ARGS);
bool dict_add_op(TP_HELPER_ARGS);
bool list_extend_op(TP_HELPER_ARGS);
bool set_update_op(TP_HELPER_ARGS);
bool dict_update_op(TP_HELPER_ARGS);
bool dict_merge_op(TP_HELPER_ARGS);
bool list_to_tuple_op(TP_HELPER_ARGS);
bool build_template(TP_HELPER_ARGS);
bool build_interpolation(TP_HELPER_ARGS);
bool format_value_op(TP_HELPER_ARGS);
bool convert_op(TP_HELPER_ARGS);
bool unpack_slow(TP_HELPER_ARGS);
bool unpack_ex(TP_HELPER_ARGS);
bool get_iter_slow(TP_HELPER_ARGS);
Outcome for_iter_slow(TP_HELPER_ARGS);

// Calls. `window` and n as laid out by C1; the result goes to register a of the instruction.
Outcome call_slow(Thread& t, Value* fp, const Instr* pc, u32 a, Value* window, u32 n);
Outcome call_kw(Thread& t, Value* fp, const Instr* pc, u32 a, Value* window);
Outcome call_ex(Thread& t, Value* fp, const Instr* pc, u32 a, Value* window);
// For compiled code: CALL, CALL_METHOD or CALL_KW at pc of t.fp. If that calls, in the end, a Python function (through a bound
// method, a class with __init__ that the site knows, an instance with __call__), its arguments are bound and its frame is
// pushed: Enter, its pc is not saved and its locals are not cleared yet. It returns to `back` (kMachineReturn), unless it is a
// constructor. Next: it is not such a call, nothing has changed. Error: as any helper.
Outcome enter_call(Thread& t, const Instr* pc, u64 back);
// Likewise the operator or COMPARE at pc, decided by a Python method: its frame is of kind Operator or Compare and keeps `back`.
Outcome enter_operator(Thread& t, const Instr* pc, u64 back);
// A frame for f above the top; x and y (or empty) are its arguments, owned words that move in. simple_args of its
// code must be their number. tag: kSpecialFrame (then kind goes with it) or 0: the result goes to register a.
Outcome push_call(Thread& t, Function* f, Value x, Value y, u64 tag, FrameKind kind = FrameKind::Entry);
bool call_intrinsic(TP_HELPER_ARGS);

// Functions, classes.
bool make_function(TP_HELPER_ARGS);
bool set_function_part(TP_HELPER_ARGS);
bool load_build_class(TP_HELPER_ARGS);
bool make_type_param(TP_HELPER_ARGS);

// Generators.
Outcome yield_op(Thread& t, Value* fp, const Instr* pc, u32 b, Value* exit_value);
Outcome send_op(TP_HELPER_ARGS);
bool get_yield_from_iter(TP_HELPER_ARGS);
bool get_awaitable(TP_HELPER_ARGS);
bool get_aiter(TP_HELPER_ARGS);
bool get_anext(TP_HELPER_ARGS);
bool end_async_for(TP_HELPER_ARGS);

// Exceptions.
bool raise_op(TP_HELPER_ARGS);    // always false
bool reraise(TP_HELPER_ARGS);     // always false
bool push_exc(TP_HELPER_ARGS);
bool pop_exc(TP_HELPER_ARGS);
Outcome jump_if_no_match(TP_HELPER_ARGS);
bool split_group(TP_HELPER_ARGS);
bool prepare_reraise_star(TP_HELPER_ARGS);
bool raise_assert(TP_HELPER_ARGS);
bool load_exc_info(TP_HELPER_ARGS);

// match, import.
bool get_len(TP_HELPER_ARGS);
bool match_sequence(TP_HELPER_ARGS);
bool match_mapping(TP_HELPER_ARGS);
bool match_keys(TP_HELPER_ARGS);
bool match_class(TP_HELPER_ARGS);
bool import_name(TP_HELPER_ARGS);
bool import_from(TP_HELPER_ARGS);
bool import_star(TP_HELPER_ARGS);

// FOR_ITER at pc: the next item of an iterator, an owned word. Empty: the end, or the error word.
Value loop_item(Thread* t, Value* fp, const Instr* pc, Object* iterator);
// The same where its loop begins with taking the item apart in two (is_pair_unpack()): iterators that need not make a pair
// for that. Jump: both are in their registers, UNPACK is done. Next: the end. Enter: nothing has been done.
Outcome loop_pair(Thread* t, Value* fp, const Instr* pc, Object* iterator);

// CALL at pc of `window` with n arguments, self included, where the callee (a reference) is native. Next, Error, Watch; Enter:
// it is something else, and nothing has been done.
Outcome call_native_at(Thread* t, Value* fp, const Instr* pc, Value* window, u32 n);

}  // namespace taipan
