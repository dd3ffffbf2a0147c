// T1: which instruction is compiled how. What is not named here runs as a whole in C++ (kRunOne).
#pragma once
#include "jit/t1/baseline_attr.h"
#include "jit/t1/baseline_call.h"
#include "jit/t1/baseline_chain.h"
#include "jit/t1/baseline_data.h"

namespace taipan::jit {

template <class Masm>
void Baseline<Masm>::drop_register() {
  m.load(Reg::T1, reg(in().a));
  clear(in().a);
  Label maybe = m.new_label();
  m.branch_no_bits(Reg::T1, 7, maybe);
  cold([this, maybe] {
    m.bind(maybe);
    m.branch_imm(Cond::Equal, Reg::T1, 0, next());
    drop_and_end();
  });
}

template <class Masm>
void Baseline<Masm>::emit() {
  Op op = static_cast<Op>(in().op);
  switch (op) {
    case Op::EXT:
    case Op::NOP:
    case Op::RESUME: return;

    case Op::MOVE: return move();
    case Op::LOAD_CONST: return load_constant(code_->constants[in().ubc()]);
    case Op::LOAD_INT: return load_constant(Value::small_int(in().bc()));
    case Op::DROP: return drop_register();
    case Op::CHECK_BOUND: return unbound_check();

    case Op::ADD: case Op::SUB: case Op::MUL: case Op::TRUE_DIV: case Op::AND: case Op::OR: case Op::XOR:
      return arithmetic(op);
    case Op::ADD_INT: return add_int();
    case Op::FLOOR_DIV: case Op::MOD: return divide(op);
    case Op::IS: return identity();
    case Op::NOT: return logical_not();
    case Op::COMPARE: return compare();

    case Op::JUMP:
    case Op::LOOP: return jump_to(in().bc());
    case Op::JUMP_IF_TRUE: return truth_jump(true);
    case Op::JUMP_IF_FALSE: return truth_jump(false);
    case Op::JUMP_IF_NONE: return none_jump(true);
    case Op::JUMP_IF_NOT_NONE: return none_jump(false);
    case Op::JIS: return identity_jump(true);
    case Op::JIS_NOT: return identity_jump(false);
    case Op::JLT: case Op::JLE: case Op::JEQ: case Op::JNE: case Op::JGT: case Op::JGE:
    case Op::JNLT: case Op::JNLE: case Op::JNEQ: case Op::JNNE: case Op::JNGT: case Op::JNGE:
      return compare_jump(op);
    case Op::JLT_INT: case Op::JLE_INT: case Op::JEQ_INT: case Op::JNE_INT: case Op::JGT_INT: case Op::JGE_INT:
    case Op::JNLT_INT: case Op::JNLE_INT: case Op::JNEQ_INT: case Op::JNNE_INT: case Op::JNGT_INT: case Op::JNGE_INT:
      return compare_jump_int(op);

    case Op::GET_GLOBAL: return get_global();
    case Op::GET_CELL: return get_cell(false);
    case Op::GET_FREE: return get_cell(true);
    case Op::GET_ATTR: return get_attr();
    case Op::SET_ATTR: return set_attr();
    case Op::LOAD_METHOD: return load_method();
    case Op::GET_ITEM: return get_item();
    case Op::SET_ITEM: return set_item();
    case Op::LIST_APPEND: return list_append();
    case Op::UNPACK: return unpack();
    case Op::GET_ITER: return get_iter();
    case Op::FOR_ITER: return for_iter();

    case Op::BUILD_LIST: return bool_helper(&build_list);
    case Op::BUILD_TUPLE: return bool_helper(&build_tuple);
    case Op::BUILD_DICT: return bool_helper(&build_dict);
    case Op::BUILD_STRING: return bool_helper(&build_string);
    case Op::BUILD_SLICE: return bool_helper(&build_slice);
    case Op::GET_SLICE: return bool_helper(&get_slice);
    case Op::GET_SLICE_STEP: return bool_helper(&get_slice_step);
    case Op::SET_SLICE: return bool_helper(&set_slice);
    case Op::CONTAINS: return contains();
    case Op::MAKE_FUNCTION: return bool_helper(&make_function);
    case Op::SET_ADD: return bool_helper(&set_add_op);
    case Op::DICT_ADD: return bool_helper(&dict_add_op);
    case Op::FORMAT_VALUE: return bool_helper(&format_value_op);
    case Op::PUSH_EXC: return bool_helper(&push_exc);
    case Op::POP_EXC: return bool_helper(&pop_exc);

    case Op::CALL: return call(in().b, in().k, m.new_label());
    case Op::CALL_METHOD: return call_method();
    case Op::CALL_KW: return call_with_names();
    case Op::CALL_H: return call_in_heap_frame();
    case Op::CALL_METHOD_H: return call_method_in_heap_frame();
    case Op::RETURN: return return_value(false);
    case Op::RETURN_CONST: return return_value(true);
    case Op::YIELD:
      m.mov_imm(Reg::T2, reinterpret_cast<u64>(pc()));
      return m.jump_absolute(stubs_.yield);
    default: return in_cpp();
  }
}

}  // namespace taipan::jit
