// Binding of call arguments to a Python function's parameters (interpreter.md C3).
// The words are rewritten in place: positional, keyword-only, *args, **kw, as the frame wants them.
#pragma once
#include "interp/loop/frame.h"

namespace taipan {

// args[0..nargs) positional, then the values of kwnames (null: none); the words are owned by the window.
// There must be room for the code's nregs words; t.top must be above the arguments. On success
// args[0..arg_registers) are filled. False: TypeError, in CPython's words; the words are still legal.
bool bind_arguments(Thread& t, Function* f, Code* code, Value* args, u32 nargs, Tuple* kwnames);

}  // namespace taipan
