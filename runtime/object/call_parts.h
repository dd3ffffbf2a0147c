// Small tools for code that passes calls on: argument buffers, the machine stack check, unbound methods.
// For object/ and types/; natives use call.h.
// Argument words are borrowed throughout: whoever calls holds them.
#pragma once
#include "runtime/memory/heap.h"
#include "runtime/object/call.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/thread/safepoint.h"

namespace taipan {

// Room for n borrowed words: on the machine stack if few.
class ArgBuffer {
 public:
  ArgBuffer(Thread& t, usize n) : t_(t), n_(n) {
    words_ = n <= kInline ? inline_ : static_cast<Value*>(buffer_allocate(t, n * sizeof(Value)));
  }
  ~ArgBuffer() {
    if (words_ && words_ != inline_) buffer_free(words_, n_ * sizeof(Value));
  }
  ArgBuffer(const ArgBuffer&) = delete;
  Status check() { return words_ ? Status(kDone) : raise_memory_error(t_); }
  Value& operator[](usize i) { return words_[i]; }
  Value* data() { return words_; }

 private:
  static constexpr usize kInline = 10;
  Thread& t_;
  usize n_;
  Value* words_;
  Value inline_[kInline];
};


// Nested C++ calls: RecursionError instead of a crash when the machine stack is used up.
inline Status check_machine_stack(Thread& t, const char* while_doing) {
  if (static_cast<char*>(__builtin_frame_address(0)) < t.machine_stack_limit) [[unlikely]] {
    return raise_recursion_error(t, while_doing);
  }
  return kDone;
}

// callee(self, args...).
Result<> call_with_self(Thread& t, Value callee, Value self, const Value* args, u32 nargs,
                        Tuple* kwnames);

// type(o).name as something to call; *unbound: pass o first. absent() if the class has none.
Result<> lookup_special_method(Thread& t, Value o, Str* name, bool* unbound);
// The same for the very class (metaclass not asked): type.__new__ and the like.
inline Result<> call_looked_up(Thread& t, Value method, bool unbound, Value o, const Value* args,
                               u32 nargs, Tuple* kwnames = nullptr) {
  if (unbound) return call_with_self(t, method, o, args, nargs, kwnames);
  return call(t, method, args, nargs, kwnames);
}

}  // namespace taipan
