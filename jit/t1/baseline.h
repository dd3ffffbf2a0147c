// T1: one linear pass over the bytecode, in the interpreter's frame layout (runtime/DESIGN.md section 8, jit/README.md).
// At each instruction's offset all state is in memory (S7), so either tier goes on where the other stopped.
// One source for both targets: Masm is x64::Masm or a64::Masm. No speculation: what a fast path does not handle
// falls back on kRunOne[op], which does the whole instruction, so a fast path changes nothing before it is sure.
#pragma once
#include <algorithm>
#include <functional>
#include <vector>

#include "interp/bytecode/code.h"
#include "interp/loop/frame.h"
#include "interp/loop/helpers.h"
#include "jit/t1/layout.h"
#include "jit/t1/parts.h"
#include "jit/t1/runtime.h"

namespace taipan::jit {

struct FloatRun;

template <class Masm>
class Baseline {
 public:
  // listener: null, or who wants to know what is where.
  Baseline(asmjit::CodeHolder* holder, const Code* code, const Stubs& stubs, PartListener* listener = nullptr)
      : m(holder), code_(code), stubs_(stubs), listener_(listener), at_(code->size + 1) {}

  // False: this code is declined (why() says what for).
  bool compile();
  const char* why() const { return why_; }
  u32 entry_offset() const { return entry_offset_; }
  u32 offset_of(u32 index) const { return offsets_[index]; }

 private:
  // --- the instruction being compiled
  const Instr* pc() const { return code_->instrs + i_; }
  const Instr& in() const { return code_->instrs[i_]; }
  bool kills(u8 bit) const { return in().k & bit; }
  static Mem reg(u32 n) { return {Reg::Frame, static_cast<i32>(n * 8)}; }
  static Mem frame_word(int n) { return {Reg::Frame, n * 8}; }
  bool is_temporary(u32 n) const { return n >= code_->nlocals; }
  Label next() { return at_[i_ + 1]; }
  void begin(Part part) { if (listener_ != nullptr) listener_->begin(part, i_, static_cast<u32>(m.offset())); }

  // Code behind the function's end. Runs with i_ as it is now.
  void cold(std::function<void()> emit) { cold_.push_back({i_, chain_, std::move(emit)}); }
  // The label of this instruction's slow path, which does all of it. In a chain: the chain's plain form.
  Label slow();
  // The whole instruction in C++, here.
  void in_cpp();
  void run_whole();   // T0: Outcome
  // T0 is an Outcome of this instruction: goes on accordingly. Next has been dealt with.
  void other_outcome();
  void bool_helper(Helper helper);
  void save_pc();   // S6; T2 = pc, T0 is lost

  // --- references
  void load_object(Reg word, Reg object, u32 r) { load_object(word, object, r, slow()); }
  void load_object(Reg word, Reg object, u32 r, Label otherwise);
  void count_down(Label otherwise);
  void count_up(Reg object, Label full);
  void add_holder(Reg word, Label deferred, Label full);
  // word (of a register, counted or not) as a second owned word. temporary: lost.
  void duplicate(Reg word);
  // word was loaded from a slot: becomes an owned register word. 0 and SEALED jump to `absent`. owner: the object the
  // slot is in (borrowed), or Thread: what is in shared objects only.
  void take(Reg word, Reg owner, Label absent);
  // fp[a] = word, and the instruction ends: the old word is dropped. word: not T3, T4.
  void put_and_end(u32 a, Reg word);
  // Drops the word in T1 and ends the instruction; any word.
  void drop_and_end();
  void next_or_leave();
  void next_or_other();
  void leave_with_error();
  void end_with_pending();
  void clear(u32 r) { m.store_imm(reg(r), 0); }

  // Chains of reads (baseline_chain.h)
  struct Chain {
    bool is_active = false, lends = false;   // lends: what is read stays in T0 for the next instruction
    i32 borrowed = -1;                       // the register whose word is in T0, uncounted
    Label plain{};
  };
  bool lends(const Instr& in, i32 borrowed) const;
  bool borrows(const Instr& in, u32 r) const;
  u32 chain_length() const;
  void emit_chain(u32 length);
  void lend();
  Reg load_register_form(u32 r);
  bool is_borrowed(u32 r) const { return static_cast<i32>(r) == chain_.borrowed; }
  // Has this instruction to give up register r, its operand with this kill bit?
  bool takes(u8 bit, u32 r) const { return kills(bit) && !is_borrowed(r); }
  void bind_instruction();

  // --- families (files of their own)
  void emit();
  void drop_register();
  void move();
  void load_constant(Value v);
  void unbound_check();
  void arithmetic(Op op);
  void add_int();
  void compare_jump(Op op);
  void compare_jump_int(Op op);
  void truth_jump(bool wanted);
  void none_jump(bool when_none);
  void identity_jump(bool wanted);
  void jump_to(i32 offset);      // of this instruction; polls if it does not go forward
  Label target(i32 offset);      // for conditional jumps: the place itself, or a poll on the way
  void get_attr();
  void set_attr();
  void end_set_attr();
  void load_method();
  void get_global();
  void get_cell(bool free);
  void get_item();
  void contains();
  void put_dropping(Reg word, u32 r);
  void for_iter();
  void range_step(Label otherwise, Label ended);
  void native_step(Label ended);
  void find_line();
  void slot_form(u32 from, bool kill);
  void store_counted(u32 from, bool kill);
  void drop_old();
  void release_check(u32 r);
  void release_now(u32 r);
  void compare_identity(Label equal, Label differ);
  void get_iter();
  void set_item();
  void list_append();
  void unpack();
  void identity();
  void logical_not();
  void compare();
  void divide(Op op);
  void loop_end(Reg old);
  void call(u32 window, u32 args, Label unbound);
  void call_method();
  void call_with_names();
  using Entering = u64 (*)(Thread*, const Instr*, u64);
  void enter_in_cpp(Entering enter, Label back, Label otherwise);
  void methods_decide();
  void operator_returned();
  void call_method_in_heap_frame();
  void call_in_heap_frame();
  void list_append_call(u32 window, Label otherwise);
  void len_call(u32 window, Label otherwise);
  void returned();
  void return_value(bool constant);
  void back_in_frame();
  void release_word(Mem word);
  void function_entry();
  void routines();
  u64 cache_site() const { return reinterpret_cast<u64>(code_->caches + in().c); }

  void both_ints(Reg x, Reg y, Reg scratch, Label otherwise);
  void load_ints(u32 x, u32 y, Label otherwise);
  void both_floats();
  void float_and_int(i32 value);
  void float_compare_jump(Cond cond, bool negated, FReg x, FReg y);
  void float_from_small_int(FReg to, Label otherwise);

  // Float runs (baseline_float.h)
  void float_run();
  void leave_run(const FloatRun& run, Label to);
  void leave_run_to(const FloatRun& run, u32 first);
  FReg run_operand(FloatRun& run, u32 r, FReg scratch, FReg keep, bool mixed, Label otherwise);
  bool run_result(FloatRun& run, Op op, FReg x, FReg y, bool kill_b, bool kill_c, Label otherwise);
  bool run_define(FloatRun& run, bool kill_b, bool kill_c, Label otherwise);
  bool run_arithmetic(FloatRun& run, Op op, Label otherwise);
  bool run_add_int(FloatRun& run, Label otherwise);
  bool run_constant(FloatRun& run);
  bool run_move(FloatRun& run, Label otherwise);
  bool run_compare(FloatRun& run, Op op, Label otherwise);
  bool run_compare_int(FloatRun& run, Op op, Label otherwise);

  Masm m;
  const Code* code_;
  const Stubs& stubs_;
  PartListener* listener_;
  std::vector<Label> at_;
  std::vector<u32> offsets_;
  std::vector<bool> is_target_;   // of jumps
  std::vector<bool> covered_;     // by a float run that began before it
  u32 i_ = 0, entry_offset_ = 0;
  Chain chain_;
  struct Cold {
    u32 index;
    Chain chain;
    std::function<void()> emit;
  };
  std::vector<Cold> cold_;
  std::vector<Label> slow_;
  Label drop_, release_;   // routines of this code
  const char* why_ = "";
};

}  // namespace taipan::jit
