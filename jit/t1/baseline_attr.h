// T1: attributes, names, items, iteration. Fast paths are the interpreter's (ops_*.inc), in the same order of loads.
#pragma once
#include "interp/loop/helpers_inline.h"
#include "jit/t1/baseline_core.h"
#include "runtime/types/quick_lookup.h"
#include "runtime/types/singletons.h"

namespace taipan::jit {

// The inline form of the cache (K1, K4): shape and byte offset.
template <class Masm>
void Baseline<Masm>::get_attr() {
  load_object(Reg::T1, Reg::T4, in().b);
  m.mov_imm(Reg::T2, cache_site());
  m.load(Reg::T2, {Reg::T2, 0});
  m.load32(Reg::T3, {Reg::T4, layout::kShape});
  Label other_shape = m.new_label(), found = m.new_label();
  m.branch32(Cond::NotEqual, Reg::T2, Reg::T3, other_shape);
  m.shift_right(Reg::T2, 32);
  m.bind(found);
  m.add(Reg::T2, Reg::T4);
  m.load_acquire(Reg::T0, {Reg::T2, 0});
  cold([this, other_shape, found] {
    m.bind(other_shape);
    find_line();
    m.load8(Reg::T2, {Reg::T5, layout::kLineKind});
    m.branch32_imm(Cond::NotEqual, Reg::T2, static_cast<i32>(LineKind::Slot), slow());
    m.load16(Reg::T2, {Reg::T5, layout::kLineOffset});
    m.jump(found);
  });
  if (chain_.lends) return lend();
  take(Reg::T0, Reg::T4, slow());
  if (!takes(kKillB, in().b)) {
    put_and_end(in().a, Reg::T0);
    return;
  }
  // dst may be the same register: clear first.
  clear(in().b);
  if (!is_temporary(in().a)) m.load(Reg::T3, reg(in().a));
  m.store(reg(in().a), Reg::T0);
  bool named = !is_temporary(in().a);
  if (named) {
    // Two words may go: together, in C++, unless both need nothing.
    Label old = m.new_label();
    m.branch_no_bits(Reg::T3, 7, old);
    Label only = m.new_label();
    m.bind(only);
    cold([this, old, only] {
      m.bind(old);
      m.branch_imm(Cond::Equal, Reg::T3, 0, only);
      m.mov_imm(Reg::T2, reinterpret_cast<u64>(pc()));
      m.call(reinterpret_cast<const void*>(&drop_two_slow), {Reg::Thread, Reg::Frame, Reg::T2, Reg::T3, Reg::T1});
      next_or_leave();
    });
  }
  Label counted = m.new_label();
  m.branch_no_bits(Reg::T1, 7, counted);
  cold([this, counted] {
    m.bind(counted);
    drop_and_end();
  });
}

// An attribute of a local object: one that is there, or one that the site or the table knows how to add. The old value goes
// last.
template <class Masm>
void Baseline<Masm>::set_attr() {
  if (takes(kKillA, in().a)) release_check(in().a);
  load_object(Reg::T1, Reg::T1, in().a);
  m.mov_imm(Reg::T2, cache_site());
  m.load_acquire(Reg::T2, {Reg::T2, 0});
  m.load32(Reg::T3, {Reg::T1, layout::kShape});
  m.branch_bits8_mem({Reg::T1, layout::kFlags}, kShared, slow());
  Label other_shape = m.new_label(), known = m.new_label(), ready = m.new_label(), absent = m.new_label();
  m.branch32(Cond::NotEqual, Reg::T2, Reg::T3, other_shape);
  m.shift_right(Reg::T2, 32);
  m.bind(known);   // T2: byte offset, perhaps with kFillEmpty
  m.mov(Reg::T5, Reg::T2);
  m.and_imm(Reg::T2, ~static_cast<i32>(kFillEmpty));
  m.add(Reg::T2, Reg::T1);
  m.load(Reg::T3, {Reg::T2, 0});
  m.mov(Reg::T4, Reg::T3);
  m.and_imm(Reg::T4, -5);
  m.branch_imm(Cond::Equal, Reg::T4, 0, absent);
  m.bind(ready);
  m.load(Reg::T0, reg(in().b));
  slot_form(in().b, kills(kKillB));
  m.store({Reg::T2, 0}, Reg::T0);
  end_set_attr();
  cold([this, absent, ready, other_shape, known] {
    m.bind(absent);   // deleted or SEALED: adding an attribute again is another matter, a member of __slots__ is not
    m.branch_imm(Cond::NotEqual, Reg::T3, 0, slow());
    m.branch_no_bits(Reg::T5, static_cast<u8>(kFillEmpty), slow());
    m.jump(ready);

    Label table = m.new_label(), add = m.new_label();
    m.bind(other_shape);
    m.branch_imm(Cond::Equal, Reg::T2, 0, table);
    m.branch_bits(Reg::T2, 1, table);
    m.branch32_mem_imm(Cond::NotEqual, {Reg::T2, layout::kEntryKind}, static_cast<i32>(CacheKind::AddSlot), table);
    m.branch32_mem(Cond::NotEqual, {Reg::T2, layout::kEntryGuard}, Reg::T3, table);
    m.load32(Reg::T4, {Reg::T2, layout::kEntryNewShape});
    m.load32(Reg::T2, {Reg::T2, layout::kEntryOffset});
    m.bind(add);   // value first, then the shape (the object is local)
    m.add(Reg::T2, Reg::T1);
    m.branch_mem_imm(Cond::NotEqual, {Reg::T2, 0}, 0, slow());
    m.load(Reg::T0, reg(in().b));
    slot_form(in().b, kills(kKillB));
    m.store({Reg::T2, 0}, Reg::T0);
    m.store32({Reg::T1, layout::kShape}, Reg::T4);
    m.mov_imm(Reg::T3, 0);
    end_set_attr();
    m.jump(next());

    m.bind(table);
    find_line();
    m.load8(Reg::T0, {Reg::T5, layout::kLineKind});
    m.load16(Reg::T2, {Reg::T5, layout::kLineOffset});
    m.branch32_imm(Cond::Equal, Reg::T0, static_cast<i32>(LineKind::Slot), known);
    m.branch32_imm(Cond::NotEqual, Reg::T0, static_cast<i32>(LineKind::AddSlot), slow());
    m.load32(Reg::T4, {Reg::T5, layout::kLineNewShape});
    m.jump(add);
  });
}

// T3: what the slot held.
template <class Masm>
void Baseline<Masm>::end_set_attr() {
  if (takes(kKillA, in().a)) {
    m.mov(Reg::T1, Reg::T3);
    release_now(in().a);
    m.mov(Reg::T3, Reg::T1);
  }
  drop_old();
}

// What the per-thread table knows of shape T3 at this site (attribute_table.h): the line in T5, or the slow path.
// T0 and T2 are lost.
template <class Masm>
void Baseline<Masm>::find_line() {
  static_assert(sizeof(TableLine) == 32 && AttributeTable::kLines == 1024 && offsetof(AttributeTable, lines) == 0);
  u64 key = cache_site();
  m.load(Reg::T0, {Reg::Thread, layout::kEngine});
  m.load(Reg::T0, {Reg::T0, layout::kAttributes});
  m.branch_imm(Cond::Equal, Reg::T0, 0, slow());
  m.mov_imm(Reg::T2, key);
  m.mov(Reg::T5, Reg::T3);
  m.shift_left(Reg::T5, 20);
  m.xor_(Reg::T5, Reg::T2);
  m.mul_imm64(Reg::T5, AttributeTable::kFactor);
  m.shift_right(Reg::T5, 54);
  m.shift_left(Reg::T5, 5);
  m.add(Reg::T5, Reg::T0);
  m.branch32_mem(Cond::NotEqual, {Reg::T5, layout::kLineShape}, Reg::T3, slow());
  m.branch_mem(Cond::NotEqual, Reg::T2, {Reg::T5, layout::kLineKey}, slow());
  // The line's number of changes is that of the site's name.
  const Str* name = code_->sites[in().c].name;
  m.mov_imm(Reg::T2, reinterpret_cast<u64>(&g_class_changes.counts[ClassChanges::number_of(name)]));
  m.load32_acquire(Reg::T0, {Reg::T2, 0});
  m.branch32_mem(Cond::NotEqual, {Reg::T5, layout::kLineGeneration}, Reg::T0, slow());
}

// A function of the class (cache entry of kind Method): function and object, no bound method.
template <class Masm>
void Baseline<Masm>::load_method() {
  load_object(Reg::T1, Reg::T4, in().b);
  m.mov_imm(Reg::T2, cache_site());
  m.load_acquire(Reg::T2, {Reg::T2, 0});
  Label other_shape = m.new_label(), found = m.new_label();
  m.load32(Reg::T3, {Reg::T4, layout::kShape});
  m.branch_imm(Cond::Equal, Reg::T2, 0, other_shape);
  m.branch_bits(Reg::T2, 1, slow());                       // inline form: not a method
  m.branch32_mem_imm(Cond::NotEqual, {Reg::T2, layout::kEntryKind}, static_cast<i32>(CacheKind::Method), other_shape);
  m.branch32_mem(Cond::NotEqual, {Reg::T2, layout::kEntryGuard}, Reg::T3, other_shape);
  m.load(Reg::T0, {Reg::T2, layout::kEntryValue});
  m.bind(found);
  cold([this, other_shape, found] {
    m.bind(other_shape);
    find_line();
    m.load(Reg::T0, {Reg::T5, layout::kLineValue});
    m.jump(found);
  });
  // (At 2^28 references the slow path comes with one count too many: such an object is immortal anyway.)
  take(Reg::T0, Reg::Thread, slow());
  if (is_borrowed(in().b)) {
    take(Reg::T1, Reg::Thread, slow());
  } else if (kills(kKillB)) {
    clear(in().b);
  } else {
    duplicate(Reg::T1);
  }
  // Window words are temporaries: nothing is dropped.
  m.store(reg(in().a - 1), Reg::T0);
  m.store(reg(in().a), Reg::T1);
}

template <class Masm>
void Baseline<Masm>::get_global() {
  Label builtin = m.new_label(), found = m.new_label();
  m.mov_imm(Reg::T2, cache_site());
  m.load_acquire(Reg::T2, {Reg::T2, 0});
  m.branch_imm(Cond::Equal, Reg::T2, 0, slow());
  m.load(Reg::T3, frame_word(kFrameCallee));
  m.and_imm(Reg::T3, -8);
  m.load32(Reg::T4, {Reg::T2, layout::kGlobalNamespace});
  m.branch32_mem(Cond::NotEqual, {Reg::T3, layout::kFunctionNamespace}, Reg::T4, slow());
  m.load(Reg::T3, {Reg::T2, layout::kGlobalBuiltin});
  m.load(Reg::T4, {Reg::T2, layout::kGlobalCell});
  m.branch_imm(Cond::NotEqual, Reg::T3, 0, builtin);
  m.bind(found);
  m.load_acquire(Reg::T0, {Reg::T4, 0});
  cold([this, builtin, found] {
    m.bind(builtin);     // the global must be absent
    m.load_acquire(Reg::T0, {Reg::T4, 0});
    m.branch_imm(Cond::NotEqual, Reg::T0, 0, slow());
    m.mov(Reg::T4, Reg::T3);
    m.jump(found);
  });
  if (chain_.lends) return lend();
  take(Reg::T0, Reg::Thread, slow());
  put_and_end(in().a, Reg::T0);
}

// free: the cell is item b of the function's closure, else register b holds it.
template <class Masm>
void Baseline<Masm>::get_cell(bool free) {
  if (free) {
    m.load(Reg::T4, frame_word(kFrameCallee));
    m.and_imm(Reg::T4, -8);
    m.load_acquire(Reg::T4, {Reg::T4, layout::kFunctionClosure});
    m.load_acquire(Reg::T4, {Reg::T4, layout::kTupleFirst + static_cast<i32>(in().b) * 8});
  } else {
    m.load(Reg::T4, reg(in().b));
    m.and_imm(Reg::T4, -8);
  }
  m.load_acquire(Reg::T0, {Reg::T4, layout::kCellValue});
  if (chain_.lends) return lend();
  take(Reg::T0, Reg::T4, slow());
  put_and_end(in().a, Reg::T0);
}

// list[i] and tuple[i], i >= 0 (Note [list-read] in types/list.cpp); dict[key] as quick_dict_item() knows it.
template <class Masm>
void Baseline<Masm>::get_item() {
  bool take_b = takes(kKillB, in().b);
  if (take_b) release_check(in().b);
  Label tuple = m.new_label(), found = m.new_label(), dict = chain_.lends ? slow() : m.new_label();
  load_object(Reg::T4, Reg::T4, in().b);
  m.load(Reg::T1, reg(in().c));
  m.lea(Reg::T2, {Reg::T1, -1});
  m.branch_bits(Reg::T2, 3, dict);
  m.shift_right_signed(Reg::T1, 2);
  m.load32(Reg::T2, {Reg::T4, layout::kShape});
  m.branch32_imm(Cond::NotEqual, Reg::T2, static_cast<i32>(shape_id(BuiltinShape::list_)), tuple);
  m.load_acquire(Reg::T3, {Reg::T4, layout::kListSize});
  m.branch(Cond::AboveEqual, Reg::T1, Reg::T3, slow());
  m.load_acquire(Reg::T3, {Reg::T4, layout::kListItems});
  m.load(Reg::T2, {Reg::T3, layout::kItemsCapacity});
  m.branch(Cond::AboveEqual, Reg::T1, Reg::T2, slow());
  m.lea_index(Reg::T3, Reg::T3, Reg::T1, layout::kItemsFirst);
  m.bind(found);
  m.load_acquire(Reg::T0, {Reg::T3, 0});
  cold([this, tuple, found, dict, take_b] {
    m.bind(tuple);
    m.branch32_imm(Cond::NotEqual, Reg::T2, static_cast<i32>(shape_id(BuiltinShape::tuple_)), dict);
    m.load32(Reg::T3, {Reg::T4, layout::kAux});
    m.branch(Cond::AboveEqual, Reg::T1, Reg::T3, slow());
    m.lea_index(Reg::T3, Reg::T4, Reg::T1, layout::kTupleFirst);
    m.jump(found);
    if (chain_.lends) return;
    m.bind(dict);
    m.branch32_mem_imm(Cond::NotEqual, {Reg::T4, layout::kShape}, static_cast<i32>(shape_id(BuiltinShape::dict_)), slow());
    bool drops_key = kills(kKillC) && is_temporary(in().a);
    if (kills(kKillC) && !drops_key) release_check(in().c);
    m.load(Reg::T1, reg(in().c));
    m.call(reinterpret_cast<const void*>(&quick_dict_item), {Reg::T4, Reg::T1});
    m.branch_imm(Cond::Equal, Reg::T0, 0, slow());
    if (take_b) release_now(in().b);
    if (drops_key) {
      put_dropping(Reg::T0, in().c);
    } else {
      if (kills(kKillC)) release_now(in().c);
      put_and_end(in().a, Reg::T0);
    }
    m.jump(next());
  });
  if (chain_.lends) return lend();
  take(Reg::T0, Reg::T4, slow());
  if (take_b) release_now(in().b);
  put_and_end(in().a, Reg::T0);
}

// v in container, as quick_contains() knows it.
template <class Masm>
void Baseline<Masm>::contains() {
  if (!is_temporary(in().a)) return bool_helper(&contains_slow);
  bool kill_b = kills(kKillB), kill_c = takes(kKillC, in().c);
  Label done = m.new_label();
  if (kill_c) release_check(in().c);   // the container is seldom somebody's last
  if (!is_borrowed(in().c)) m.load(Reg::T0, reg(in().c));
  m.load(Reg::T1, reg(in().b));
  m.call(reinterpret_cast<const void*>(&quick_contains), {Reg::T0, Reg::T1});
  m.branch32_imm(Cond::Less, Reg::T0, 0, slow());
  if (kill_c) release_now(in().c);
  u64 yes = Value::deferred(&true_object).bits, no = Value::deferred(&false_object).bits;
  if (kills(kNegate)) std::swap(yes, no);
  m.mov_imm(Reg::T4, yes);
  m.branch32_imm(Cond::NotEqual, Reg::T0, 0, done);
  m.mov_imm(Reg::T4, no);
  m.bind(done);
  if (kill_b) {
    put_dropping(Reg::T4, in().b);
  } else {
    m.store(reg(in().a), Reg::T4);
  }
}

// Into the temporary a: `word`, which is not T3. Register r, killed, is given up then, and the instruction ends.
template <class Masm>
void Baseline<Masm>::put_dropping(Reg word, u32 r) {
  m.load(Reg::T3, reg(r));
  clear(r);
  m.store(reg(in().a), word);
  drop_old();
}

// list[i] = v for lists of this thread.
template <class Masm>
void Baseline<Masm>::set_item() {
  if (takes(kKillA, in().a)) return in_cpp();
  load_object(Reg::T1, Reg::T1, in().a);
  m.load(Reg::T4, reg(in().b));
  m.lea(Reg::T2, {Reg::T4, -1});
  m.branch_bits(Reg::T2, 3, slow());
  m.branch32_mem_imm(Cond::NotEqual, {Reg::T1, layout::kShape}, static_cast<i32>(shape_id(BuiltinShape::list_)), slow());
  m.branch_bits8_mem({Reg::T1, layout::kFlags}, kShared, slow());
  m.shift_right_signed(Reg::T4, 2);
  m.load(Reg::T3, {Reg::T1, layout::kListSize});
  m.branch(Cond::AboveEqual, Reg::T4, Reg::T3, slow());
  m.load(Reg::T2, {Reg::T1, layout::kListItems});
  m.lea_index(Reg::T2, Reg::T2, Reg::T4, layout::kItemsFirst);
  m.load(Reg::T3, {Reg::T2, 0});
  m.load(Reg::T0, reg(in().c));
  store_counted(in().c, kills(kKillC));
}

// T0, the word of register `from`, in the form a slot of a local object holds: counted, immortals bare. Takes it if `kill`.
// The last thing that may take the slow path. T5 is lost.
template <class Masm>
void Baseline<Masm>::slot_form(u32 from, bool kill) {
  Label ready = m.new_label(), reference = m.new_label();
  m.branch_no_bits(Reg::T0, 3, reference);
  m.bind(ready);
  cold([this, reference, ready, kill, from] {
    m.bind(reference);
    m.branch_imm(Cond::Equal, Reg::T0, 0, slow());
    Label deferred = m.new_label();
    m.branch_bits(Reg::T0, 4, deferred);
    if (kill) {
      clear(from);
    } else {
      m.branch_bits8_mem({Reg::T0, layout::kFlags}, kShared | kImmortal, slow());
      count_up(Reg::T0, slow());
    }
    m.jump(ready);
    m.bind(deferred);    // a shared one gains a count, in C++
    m.mov(Reg::T5, Reg::T0);
    m.and_imm(Reg::T5, -5);
    m.branch_no_bits8_mem({Reg::T5, layout::kFlags}, kImmortal, slow());
    m.mov(Reg::T0, Reg::T5);
    if (kill) clear(from);
    m.jump(ready);
  });
}

// Into the slot at T2 of a local object: T0, the word of register `from`; its old word is T3. The end of an instruction.
template <class Masm>
void Baseline<Masm>::store_counted(u32 from, bool kill) {
  slot_form(from, kill);
  m.store({Reg::T2, 0}, Reg::T0);
  drop_old();
}

// The instruction ends with giving up the word T3.
template <class Masm>
void Baseline<Masm>::drop_old() {
  Label maybe = m.new_label();
  m.branch_no_bits(Reg::T3, 7, maybe);
  cold([this, maybe] {
    m.bind(maybe);
    m.branch_imm(Cond::Equal, Reg::T3, 0, next());
    m.mov(Reg::T1, Reg::T3);
    drop_and_end();
  });
}

// The list of a comprehension: this thread's, with room.
template <class Masm>
void Baseline<Masm>::list_append() {
  m.load(Reg::T1, reg(in().a));
  m.and_imm(Reg::T1, -5);
  m.branch_bits8_mem({Reg::T1, layout::kFlags}, kShared | kImmortal, slow());
  m.load(Reg::T4, {Reg::T1, layout::kListSize});
  m.load(Reg::T2, {Reg::T1, layout::kListItems});
  m.load(Reg::T3, {Reg::T2, layout::kItemsCapacity});
  m.branch(Cond::AboveEqual, Reg::T4, Reg::T3, slow());
  m.lea_index(Reg::T2, Reg::T2, Reg::T4, layout::kItemsFirst);
  m.add_imm(Reg::T4, 1);
  m.load(Reg::T0, reg(in().b));
  slot_form(in().b, kills(kKillB));
  m.store({Reg::T2, 0}, Reg::T0);
  m.store({Reg::T1, layout::kListSize}, Reg::T4);
}

// A tuple of the right length, its items into adjacent registers.
template <class Masm>
void Baseline<Masm>::unpack() {
  u32 n = in().c;
  if (n > 4 || n == 0) return in_cpp();
  load_object(Reg::T4, Reg::T4, in().b);
  m.branch32_mem_imm(Cond::NotEqual, {Reg::T4, layout::kShape}, static_cast<i32>(shape_id(BuiltinShape::tuple_)), slow());
  m.branch32_mem_imm(Cond::NotEqual, {Reg::T4, layout::kAux}, static_cast<i32>(n), slow());
  for (u32 k = 0; k < n; ++k) {
    m.load_acquire(Reg::T0, {Reg::T4, layout::kTupleFirst + static_cast<i32>(k) * 8});
    take(Reg::T0, Reg::T4, slow());   // the slow path writes all of them again
    u32 to = in().a + k;
    if (!is_temporary(to)) m.load(Reg::T1, reg(to));
    m.store(reg(to), Reg::T0);
    if (is_temporary(to)) continue;
    Label old = m.new_label(), done = m.new_label();
    m.branch_no_bits(Reg::T1, 7, old);
    m.bind(done);
    cold([this, old, done] {
      m.bind(old);
      m.branch_imm(Cond::Equal, Reg::T1, 0, done);
      m.call_local(release_);
      m.load(Reg::T4, reg(in().b));
      m.and_imm(Reg::T4, -5);
      m.jump(done);
    });
  }
  if (kills(kKillB)) {
    m.load(Reg::T1, reg(in().b));
    clear(in().b);
    Label counted = m.new_label();
    m.branch_no_bits(Reg::T1, 7, counted);
    cold([this, counted] {
      m.bind(counted);
      drop_and_end();   // looks at what is pending only if this was the last reference
    });
  }
  end_with_pending();
}

// Lists and tuples are their own iterators (kLoopIndex).
template <class Masm>
void Baseline<Masm>::get_iter() {
  if (!(in().k & kLoopIndex)) return in_cpp();
  load_object(Reg::T0, Reg::T4, in().b);
  m.load32(Reg::T2, {Reg::T4, layout::kShape});
  Label known = m.new_label();
  m.branch32_imm(Cond::Equal, Reg::T2, static_cast<i32>(shape_id(BuiltinShape::list_)), known);
  m.branch32_imm(Cond::NotEqual, Reg::T2, static_cast<i32>(shape_id(BuiltinShape::tuple_)), slow());
  m.bind(known);
  if (kills(kKillB)) {
    clear(in().b);
  } else {
    duplicate(Reg::T0);
  }
  m.store_imm(reg(in().a + 1), Value::small_int(0).bits);
  put_and_end(in().a, Reg::T0);
}

// Local ranges; lists and tuples by index (kLoopIndex); generators. The rest is stepped in C++.
template <class Masm>
void Baseline<Masm>::for_iter() {
  Label ended = m.new_label(), generator = m.new_label();
  m.load(Reg::T4, reg(in().b));
  m.and_imm(Reg::T4, -5);
  m.load32(Reg::T2, {Reg::T4, layout::kShape});
  cold([this, generator, ended] {
    m.bind(generator);
    Label native = m.new_label();
    m.branch32_imm(Cond::NotEqual, Reg::T2, static_cast<i32>(shape_id(BuiltinShape::generator_)), native);
    m.mov(Reg::T0, Reg::T4);
    m.mov_imm(Reg::T2, reinterpret_cast<u64>(pc()));
    m.jump_absolute(stubs_.resume);
    m.bind(native);
    native_step(ended);
  });
  if (in().k & kLoopIndex) {
    Label other = m.new_label(), found = m.new_label(), beyond = m.new_label();
    m.branch32_imm(Cond::NotEqual, Reg::T2, static_cast<i32>(shape_id(BuiltinShape::list_)), other);
    m.load(Reg::T1, reg(in().b + 1));
    m.shift_right_signed(Reg::T1, 2);
    m.load_acquire(Reg::T3, {Reg::T4, layout::kListSize});
    m.branch(Cond::AboveEqual, Reg::T1, Reg::T3, beyond);
    m.load_acquire(Reg::T3, {Reg::T4, layout::kListItems});
    m.load(Reg::T2, {Reg::T3, layout::kItemsCapacity});
    m.branch(Cond::AboveEqual, Reg::T1, Reg::T2, slow());
    m.lea_index(Reg::T3, Reg::T3, Reg::T1, layout::kItemsFirst);
    m.bind(found);
    m.load_acquire(Reg::T0, {Reg::T3, 0});
    take(Reg::T0, Reg::T4, slow());
    m.load(Reg::T1, reg(in().b + 1));
    m.add_imm(Reg::T1, 4);
    m.store(reg(in().b + 1), Reg::T1);
    cold([this, other, found, beyond, ended, generator] {
      m.bind(beyond);   // somebody may be changing a shared list just now: under its lock, in C++
      m.branch_bits8_mem({Reg::T4, layout::kFlags}, kShared, slow());
      m.jump(ended);
      m.bind(other);
      Label range = m.new_label();
      m.branch32_imm(Cond::NotEqual, Reg::T2, static_cast<i32>(shape_id(BuiltinShape::tuple_)), range);
      m.load(Reg::T1, reg(in().b + 1));
      m.shift_right_signed(Reg::T1, 2);
      m.load32(Reg::T3, {Reg::T4, layout::kAux});
      m.branch(Cond::AboveEqual, Reg::T1, Reg::T3, ended);
      m.lea_index(Reg::T3, Reg::T4, Reg::T1, layout::kTupleFirst);
      m.jump(found);
      m.bind(range);
      range_step(generator, ended);
      m.load(Reg::T3, reg(in().a));
      m.store(reg(in().a), Reg::T0);
      loop_end(Reg::T3);
    });
  } else {
    range_step(generator, ended);
  }
  m.load(Reg::T3, reg(in().a));
  m.store(reg(in().a), Reg::T0);
  loop_end(Reg::T3);
  cold([this, ended] {
    m.bind(ended);
    if (!kills(kKillB)) return m.jump(next());
    m.load(Reg::T1, reg(in().b));
    clear(in().b);
    m.branch_bits(Reg::T1, 7, next());
    drop_and_end();
  });
}

// T4: an iterator of any other type.
template <class Masm>
void Baseline<Masm>::native_step(Label ended) {
  i32 offset = in().sc();
  m.mov_imm(Reg::T2, reinterpret_cast<u64>(pc()));
  if (is_pair_unpack(pc() + offset, in().a)) {
    m.call(reinterpret_cast<const void*>(&loop_pair), {Reg::Thread, Reg::Frame, Reg::T2, Reg::T4});
    m.branch32_imm(Cond::Equal, Reg::T0, static_cast<i32>(Outcome::Jump), at_[i_ + static_cast<u32>(offset) + 1]);
    m.branch32_imm(Cond::Equal, Reg::T0, static_cast<i32>(Outcome::Next), ended);
    m.branch32_imm(Cond::Equal, Reg::T0, static_cast<i32>(Outcome::Enter), slow());
    m.jump_absolute(stubs_.leave);
    return;
  }
  m.call(reinterpret_cast<const void*>(&loop_item), {Reg::Thread, Reg::Frame, Reg::T2, Reg::T4});
  Label error = m.new_label();
  m.branch_imm(Cond::Equal, Reg::T0, 0, ended);
  m.branch_imm(Cond::Equal, Reg::T0, static_cast<i32>(Value::error().bits), error);
  m.load(Reg::T3, reg(in().a));
  m.store(reg(in().a), Reg::T0);
  loop_end(Reg::T3);
  m.bind(error);
  leave_with_error();
}

// T4: the iterator, T2: its shape. T0: the next integer's word. T1, T3 are lost.
template <class Masm>
void Baseline<Masm>::range_step(Label otherwise, Label ended) {
  m.branch32_imm(Cond::NotEqual, Reg::T2, static_cast<i32>(shape_id(BuiltinShape::range_iterator_)), otherwise);
  m.branch_bits8_mem({Reg::T4, layout::kFlags}, kShared | kImmortal, otherwise);
  m.load(Reg::T1, {Reg::T4, layout::kRangeRemaining});
  m.branch_imm(Cond::Equal, Reg::T1, 0, ended);
  m.add_imm(Reg::T1, -1);
  m.store({Reg::T4, layout::kRangeRemaining}, Reg::T1);
  m.load(Reg::T0, {Reg::T4, layout::kRangeNext});
  m.load(Reg::T1, {Reg::T4, layout::kRangeStep});
  m.add(Reg::T1, Reg::T0);
  m.store({Reg::T4, layout::kRangeNext}, Reg::T1);
  m.shift_left(Reg::T0, 2);
  m.or_imm(Reg::T0, 1);
}

// The loop variable's old word goes, then the jump back.
template <class Masm>
void Baseline<Masm>::loop_end(Reg old) {
  Label back = m.new_label(), maybe = m.new_label();
  m.branch_no_bits(old, 7, maybe);
  m.bind(back);
  jump_to(in().sc());
  cold([this, old, back, maybe] {
    m.bind(maybe);
    m.branch_imm(Cond::Equal, old, 0, back);
    m.mov(Reg::T1, old);
    m.call_local(release_);
    m.branch32_mem_imm(Cond::Equal, {Reg::Thread, layout::kPendingCount}, 0, back);
    m.mov_imm(Reg::T2, reinterpret_cast<u64>(pc()));
    m.call(reinterpret_cast<const void*>(&pending_before_jump), {Reg::Thread, Reg::Frame, Reg::T2});
    m.jump(back);
  });
}

}  // namespace taipan::jit
