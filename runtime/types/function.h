// Function: a Python function: code, globals, defaults, closure.
// The interpreter runs functions; the runtime only makes, inspects and calls them (engine.h).
#pragma once
#include "runtime/types/cell.h"
#include "runtime/types/dict.h"
#include "runtime/types/tuple.h"

namespace taipan {

struct Code;

struct Function : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::function_;
  static constexpr u32 kSubclassFlag = 0;
  Atomic<Code*> code;      // immortal: not counted. f.__code__ = c replaces it for later calls
  u32 namespace_id;        // id of the globals, 0: caches must not be used (interpreter.md K6)
  u32 spare_;
  Slot<Dict> globals;
  Slot<Dict> builtins;
  Slot<Tuple> closure;     // of Cells; empty: no free variables
  Slot<Tuple> defaults;    // of the last positional parameters; empty: none
  Slot<Dict> kwdefaults;
  Slot<> name, qualname, module, doc;
  Slot<> annotate;         // __annotate__: function or None; empty: None
  Slot<> annotations;      // cached or given dict
  Slot<> type_params;      // empty: ()
};

// A function as `def` makes it. closure: tuple of cells or null.
Result<Function> function_new(Thread& t, Code* code, Dict* globals, Tuple* closure);
// The dictionary of the builtins module: borrowed, lives for ever.
Dict* builtins_dict();
// One made by a def statement in `parent`: the same globals and builtins.
Result<Function> function_like(Thread& t, Function* parent, Code* code, Tuple* closure);

}  // namespace taipan
