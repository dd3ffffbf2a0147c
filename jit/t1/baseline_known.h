// T1: calls of the few native functions that programs call all the time, in machine code: list.append() and len().
#pragma once
#include "jit/t1/baseline_attr.h"
#include "runtime/modules/builtins/builtins.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"

namespace taipan::jit {

// T0: the method's descriptor, T1: its shape. list.append(x) of a local list with room (quick_append()), or `otherwise`.
template <class Masm>
void Baseline<Masm>::list_append_call(u32 window, Label otherwise) {
  u32 self = window + kWindowHeader, item = self + 1;
  m.branch32_imm(Cond::NotEqual, Reg::T1, static_cast<i32>(shape_id(BuiltinShape::method_descriptor_)), otherwise);
  m.mov_imm(Reg::T2, reinterpret_cast<u64>(kListAppendEntry));
  m.branch_mem(Cond::NotEqual, Reg::T2, {Reg::T0, layout::kMethodEntry}, otherwise);
  release_check(self);
  load_object(Reg::T1, Reg::T1, self);
  m.branch32_mem_imm(Cond::NotEqual, {Reg::T1, layout::kShape}, static_cast<i32>(shape_id(BuiltinShape::list_)), otherwise);
  m.branch_bits8_mem({Reg::T1, layout::kFlags}, kShared | kImmortal, otherwise);
  m.load(Reg::T4, {Reg::T1, layout::kListSize});
  m.load(Reg::T2, {Reg::T1, layout::kListItems});
  m.load(Reg::T3, {Reg::T2, layout::kItemsCapacity});
  m.branch(Cond::AboveEqual, Reg::T4, Reg::T3, otherwise);
  m.lea_index(Reg::T2, Reg::T2, Reg::T4, layout::kItemsFirst);
  m.add_imm(Reg::T4, 1);
  m.load(Reg::T0, reg(item));
  slot_form(item, true);
  m.store({Reg::T2, 0}, Reg::T0);
  m.store({Reg::T1, layout::kListSize}, Reg::T4);
  clear(window + kWindowCallee);   // a descriptor of a built-in type: immortal
  release_now(self);
  m.mov_imm(Reg::T0, Value::deferred(&none_object).bits);
  put_and_end(in().a, Reg::T0);
  m.jump(next());
}

// T0: the function, T1: its shape. len(x) of lists, tuples and short strings (quick_length()), or `otherwise`.
template <class Masm>
void Baseline<Masm>::len_call(u32 window, Label otherwise) {
  u32 argument = window + kWindowHeader;
  Label known = m.new_label(), list = m.new_label();
  m.branch32_imm(Cond::NotEqual, Reg::T1, static_cast<i32>(shape_id(BuiltinShape::builtin_function_)), otherwise);
  m.mov_imm(Reg::T2, reinterpret_cast<u64>(kLenEntry));
  m.branch_mem(Cond::NotEqual, Reg::T2, {Reg::T0, layout::kNativeEntry}, otherwise);
  m.load(Reg::T2, reg(window + kWindowCallee));   // counted only while nobody else has it
  m.branch_no_bits(Reg::T2, 4, otherwise);
  release_check(argument);
  load_object(Reg::T1, Reg::T1, argument);
  m.branch_bits8_mem({Reg::T1, layout::kLock}, 0xFF, otherwise);
  m.load32(Reg::T2, {Reg::T1, layout::kShape});
  m.branch32_imm(Cond::Equal, Reg::T2, static_cast<i32>(shape_id(BuiltinShape::list_)), list);
  m.load32(Reg::T0, {Reg::T1, layout::kAux});
  m.branch32_imm(Cond::Equal, Reg::T2, static_cast<i32>(shape_id(BuiltinShape::tuple_)), known);
  m.branch32_imm(Cond::NotEqual, Reg::T2, static_cast<i32>(shape_id(BuiltinShape::str_)), otherwise);
  m.branch_bits8_mem({Reg::T1, layout::kSpare}, Str::kLong, otherwise);
  m.jump(known);
  m.bind(list);
  m.load_acquire(Reg::T0, {Reg::T1, layout::kListSize});
  m.bind(known);
  m.shift_left(Reg::T0, 2);
  m.or_imm(Reg::T0, 1);
  clear(window + kWindowCallee);
  release_now(argument);
  put_and_end(in().a, Reg::T0);
  m.jump(next());
}

}  // namespace taipan::jit
