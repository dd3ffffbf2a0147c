// T1: calls of Python functions and returns, without C++ in between (C1, C2). What reaches a Python function by another way
// (defaults, keywords, bound methods, constructors, __call__) gets its frame from C++ and goes on in machine code directly.
#pragma once
#include "jit/t1/baseline_known.h"
#include "runtime/types/singletons.h"

namespace taipan::jit {

// `args` arguments from window + 7. unbound: bound to where enter_call() does it, for a window laid out by the instruction.
template <class Masm>
void Baseline<Masm>::call(u32 window, u32 args, Label unbound) {
  u32 first = window + kWindowHeader;
  load_object(Reg::T0, Reg::T0, window + kWindowCallee);
  m.load32(Reg::T1, {Reg::T0, layout::kShape});
  Label other = m.new_label(), back = m.new_label();
  m.branch32_imm(Cond::NotEqual, Reg::T1, static_cast<i32>(shape_id(BuiltinShape::function_)), other);
  m.load_acquire(Reg::T2, {Reg::T0, layout::kFunctionCode});
  m.branch32_mem_imm(Cond::NotEqual, {Reg::T2, layout::kCodeSimpleArgs}, static_cast<i32>(args), unbound);
  cold([this, other, unbound, back, window, args] {
    m.bind(other);
    Label native = m.new_label(), function = args == 1 ? m.new_label() : native, descriptor = args == 2 ? m.new_label() : native;
    m.branch32_imm(Cond::Equal, Reg::T1, static_cast<i32>(shape_id(BuiltinShape::builtin_function_)), function);
    m.branch32_imm(Cond::Equal, Reg::T1, static_cast<i32>(shape_id(BuiltinShape::method_descriptor_)), descriptor);
    m.bind(unbound);
    enter_in_cpp(&enter_call_slow, back, slow());
    if (args == 1) {
      m.bind(function);
      len_call(window, native);
    } else if (args == 2) {
      m.bind(descriptor);
      list_append_call(window, native);
    }
    m.bind(native);
    m.mov_imm(Reg::T2, reinterpret_cast<u64>(pc()));
    m.lea(Reg::T3, reg(window));
    m.call(reinterpret_cast<const void*>(&call_native_at), {Reg::Thread, Reg::Frame, Reg::T2, Reg::T3, Arg::immediate(args)});
    m.branch32_imm(Cond::Equal, Reg::T0, static_cast<i32>(Outcome::Enter), slow());
    next_or_leave();
  });
  m.load_acquire(Reg::T4, {Reg::T2, layout::kCodeMachine});
  m.branch_imm(Cond::Equal, Reg::T4, 0, slow());
  // Room (has_frame_room).
  m.load32(Reg::T1, {Reg::T2, layout::kCodeNregs});
  m.lea(Reg::T3, reg(first));
  m.lea_index(Reg::T1, Reg::T3, Reg::T1, 0);
  m.branch_mem(Cond::Above, Reg::T1, {Reg::Thread, layout::kLimit}, slow());
  m.load32(Reg::T5, {Reg::Thread, layout::kDepth});
  m.branch32_greater_equal_mem(Reg::T5, {Reg::Thread, layout::kRecursionLimit}, slow());
  m.add_imm(Reg::T5, 1);
  m.store32({Reg::Thread, layout::kDepth}, Reg::T5);
  m.store_imm(frame_word(kFramePc), reinterpret_cast<u64>(pc()) | 1);
  m.or_imm(Reg::T2, static_cast<i32>(Value::kDeferredTag));
  m.store({Reg::T3, kFrameCode * 8}, Reg::T2);
  m.lea(Reg::T5, {Reg::Frame, static_cast<i32>(kMachineReturn | 1)});
  m.store({Reg::T3, kFramePrevious * 8}, Reg::T5);
  m.address_of(Reg::T5, back);
  m.add_imm(Reg::T5, 1);
  m.store({Reg::T3, kFrameResume * 8}, Reg::T5);
  m.mov(Reg::Frame, Reg::T3);
  m.store({Reg::Thread, layout::kFp}, Reg::T3);
  m.store({Reg::Thread, layout::kTop}, Reg::T1);
  m.jump(Mem{Reg::T4, layout::kMachineEntry});
  m.align(4);
  m.bind(back);
  returned();
}

// A frame pushed by C++, that returns to `back`; or `otherwise`, with nothing changed.
template <class Masm>
void Baseline<Masm>::enter_in_cpp(Entering enter, Label back, Label otherwise) {
  m.address_of(Reg::T5, back);
  m.mov_imm(Reg::T2, reinterpret_cast<u64>(pc()));
  m.call(reinterpret_cast<const void*>(enter), {Reg::Thread, Reg::T2, Reg::T5});
  m.branch_imm(Cond::Equal, Reg::T0, static_cast<i32>(Outcome::Next), otherwise);
  Label outcome = m.new_label();
  m.branch_imm(Cond::Below, Reg::T0, kOutcomes, outcome);
  m.load(Reg::Frame, {Reg::Thread, layout::kFp});
  m.jump(Reg::T0);
  m.bind(outcome);
  m.jump_absolute(stubs_.outcome);
}

template <class Masm>
void Baseline<Masm>::call_with_names() {
  Label back = m.new_label();
  enter_in_cpp(&enter_call_slow, back, slow());
  m.align(4);
  m.bind(back);
  returned();
}

// The slow path of this instruction, a binary operator or COMPARE, begins with: is the left operand an instance of a class, and a
// method written in Python decides? In heap frames C++ does all.
template <class Masm>
void Baseline<Masm>::methods_decide() {
  if (code_->is_generator) return;
  Label l = slow_[i_] = m.new_label();
  cold([this, l] {
    Label whole = m.new_label(), back = m.new_label();
    m.bind(l);
    load_object(Reg::T0, Reg::T0, in().b, whole);
    m.load32(Reg::T0, {Reg::T0, layout::kShape});
    m.branch32_imm(Cond::Below, Reg::T0, static_cast<i32>(shape_id(BuiltinShape::kCount_)), whole);
    enter_in_cpp(&enter_operator_slow, back, whole);
    m.align(4);
    m.bind(back);
    operator_returned();
    m.jump(next());
    m.bind(whole);
    run_whole();
    next_or_other();
  });
}

// T1: what the method has answered. The operands are taken now.
template <class Masm>
void Baseline<Masm>::operator_returned() {
  Label unanswered = m.new_label();
  m.branch_imm64(Cond::Equal, Reg::T1, Value::deferred(&not_implemented_object).bits, unanswered);
  cold([this, unanswered] {
    m.bind(unanswered);
    m.mov_imm(Reg::T2, reinterpret_cast<u64>(pc()));
    m.call(reinterpret_cast<const void*>(&operator_unanswered_slow), {Reg::Thread, Reg::Frame, Reg::T2});
    next_or_other();
  });
  bool takes = kills(kKillB) || kills(kKillC);
  if (takes) m.store({Reg::Exit, 0}, Reg::T1);   // its place is free until this frame's loop is left; no safepoint lies between
  if (kills(kKillB)) release_word(reg(in().b));
  if (kills(kKillC)) release_word(reg(in().c));
  if (takes) m.load(Reg::T1, {Reg::Exit, 0});
  returned();
}

// Where a callee's machine code returns to: Frame and t.fp are this frame's again, T1 is the result (owned).
template <class Masm>
void Baseline<Masm>::returned() {
  m.lea(Reg::T0, reg(code_->nregs));
  m.store({Reg::Thread, layout::kTop}, Reg::T0);
  if (!is_temporary(in().a)) {
    m.load(Reg::T3, reg(in().a));
    m.store(reg(in().a), Reg::T1);
    Label old = m.new_label(), stored = m.new_label();
    m.branch_no_bits(Reg::T3, 7, old);
    m.bind(stored);
    cold([this, old, stored] {
      m.bind(old);
      m.branch_imm(Cond::Equal, Reg::T3, 0, stored);
      m.mov_imm(Reg::T2, reinterpret_cast<u64>(pc()));
      m.call(reinterpret_cast<const void*>(&drop_slow), {Reg::Thread, Reg::Frame, Reg::T2, Reg::T3});
      next_or_leave();
    });
  } else {
    m.store(reg(in().a), Reg::T1);
  }
  end_with_pending();
}

// self or 0 at window + 7: without self the arguments would have to move.
template <class Masm>
void Baseline<Masm>::call_method() {
  u32 window = in().b;
  Label alone = m.new_label(), unbound = m.new_label();
  m.branch_mem_imm(Cond::Equal, reg(window + kWindowHeader), 0, alone);
  call(window, in().k + 1u, unbound);
  cold([this, alone, unbound, window] {
    m.bind(alone);
    load_object(Reg::T0, Reg::T0, window + kWindowCallee);
    m.branch32_mem_imm(Cond::Equal, {Reg::T0, layout::kShape}, static_cast<i32>(shape_id(BuiltinShape::builtin_function_)), slow());
    m.jump(unbound);
  });
}

// The window of a generator: only what needs no frame.
template <class Masm>
void Baseline<Masm>::call_method_in_heap_frame() {
  if (in().k != 1) return in_cpp();
  u32 window = in().b;
  m.branch_mem_imm(Cond::Equal, reg(window + kWindowHeader), 0, slow());
  load_object(Reg::T0, Reg::T0, window + kWindowCallee);
  m.load32(Reg::T1, {Reg::T0, layout::kShape});
  list_append_call(window, slow());
}

template <class Masm>
void Baseline<Masm>::call_in_heap_frame() {
  if (in().k != 1) return in_cpp();
  u32 window = in().b;
  load_object(Reg::T0, Reg::T0, window + kWindowCallee);
  m.load32(Reg::T1, {Reg::T0, layout::kShape});
  len_call(window, slow());
}

template <class Masm>
void Baseline<Masm>::return_value(bool constant) {
  // A frame somebody looks at, a return to C++: C++. A constructor that gives None delivers its instance, an operator's method
  // goes back to the operator.
  Label object = m.new_label(), plain = m.new_label(), special = m.new_label();
  bool gives_none = constant && code_->constants[in().ubc()].bits == Value::deferred(&none_object).bits;
  m.load(Reg::T0, frame_word(kFrameObject));
  m.branch_no_bits(Reg::T0, 7, object);
  m.bind(plain);
  Label ordinary = m.new_label();
  m.branch_bits8_mem(frame_word(kFramePrevious), static_cast<u8>(kSpecialFrame), special);
  m.bind(ordinary);
  cold([this, object, plain, special, ordinary, gives_none] {
    m.bind(object);
    m.branch_imm(Cond::Equal, Reg::T0, 0, plain);
    m.jump(slow());
    m.bind(special);
    m.branch_mem_imm(Cond::Equal, frame_word(kFrameResume), layout::kind_word(FrameKind::Entry), ordinary);
    if (gives_none) m.branch_mem_imm(Cond::Equal, frame_word(kFrameResume), layout::kind_word(FrameKind::Constructor), ordinary);
    Label method = m.new_label();
    m.branch_mem_imm(Cond::Equal, frame_word(kFrameResume), layout::kind_word(FrameKind::Operator), method);
    m.branch_mem_imm(Cond::NotEqual, frame_word(kFrameResume), layout::kind_word(FrameKind::Compare), slow());
    m.bind(method);
    m.branch_mem_imm(Cond::NotEqual, frame_word(kFrameExtra), 0, ordinary);
    m.jump(slow());
  });
  for (u32 n = code_->nlocals; n-- > 0;) {
    if (!constant && n == in().b) continue;
    release_word(reg(n));
  }
  release_word(frame_word(kFrameCallee));

  if (constant) {
    m.mov_imm(Reg::T1, code_->constants[in().ubc()].bits);
    if (gives_none) {
      Label constructed = m.new_label(), delivered = m.new_label();
      m.branch_bits8_mem(frame_word(kFramePrevious), static_cast<u8>(kSpecialFrame), constructed);
      m.bind(delivered);
      cold([this, constructed, delivered] {
        m.bind(constructed);
        m.branch_mem_imm(Cond::NotEqual, frame_word(kFrameResume), layout::kind_word(FrameKind::Constructor), delivered);
        m.load(Reg::T1, frame_word(kFrameExtra));
        m.store_imm(frame_word(kFrameExtra), 0);
        m.jump(delivered);
      });
    }
  } else {
    m.load(Reg::T1, reg(in().b));
    clear(in().b);
  }
  m.load32(Reg::T0, {Reg::Thread, layout::kDepth});
  m.add_imm(Reg::T0, -1);
  m.store32({Reg::Thread, layout::kDepth}, Reg::T0);
  Label elsewhere = m.new_label();
  m.load(Reg::T2, frame_word(kFramePrevious));
  m.load(Reg::T0, frame_word(kFrameResume));
  m.branch_no_bits(Reg::T2, static_cast<u8>(kMachineReturn), elsewhere);
  back_in_frame();
  m.add_imm(Reg::T0, -1);
  m.jump(Reg::T0);
  cold([this, elsewhere] {
    m.bind(elsewhere);
    Label special = m.new_label(), stay = m.new_label(), method = m.new_label();
    m.branch_bits(Reg::T2, static_cast<u8>(kSpecialFrame), special);
    m.bind(stay);
    back_in_frame();
    m.load(Reg::T2, frame_word(kFrameCode));
    m.and_imm(Reg::T2, -8);
    m.jump_absolute(stubs_.returned);
    m.bind(special);
    m.branch_imm(Cond::Equal, Reg::T0, layout::kind_word(FrameKind::Constructor), stay);
    m.branch_imm(Cond::NotEqual, Reg::T0, layout::kind_word(FrameKind::Entry), method);
    back_in_frame();
    m.store({Reg::Exit, 0}, Reg::T1);
    m.mov_imm(Reg::T0, static_cast<u64>(Outcome::Exit));
    m.jump_absolute(stubs_.leave);
    m.bind(method);
    m.load(Reg::T0, frame_word(kFrameExtra));
    back_in_frame();
    m.add_imm(Reg::T0, -1);
    m.jump(Reg::T0);
  });
}

// T2: kFramePrevious of the frame that is left.
template <class Masm>
void Baseline<Masm>::back_in_frame() {
  m.mov(Reg::Frame, Reg::T2);
  m.and_imm(Reg::Frame, -8);
  m.store({Reg::Thread, layout::kFp}, Reg::Frame);
}

// Empties a word of the frame and drops what it held.
template <class Masm>
void Baseline<Masm>::release_word(Mem word) {
  Label done = m.new_label(), reference = m.new_label();
  m.load(Reg::T1, word);
  m.branch_no_bits(Reg::T1, 3, reference);
  m.bind(done);
  cold([this, word, done, reference] {
    m.bind(reference);
    m.branch_imm(Cond::Equal, Reg::T1, 0, done);
    m.store_imm(word, 0);
    m.branch_bits(Reg::T1, 4, done);
    Label rare = m.new_label();
    count_down(rare);
    m.jump(done);
    m.bind(rare);
    m.call_local(release_);
    m.jump(done);
  });
}

}  // namespace taipan::jit
