// Code: the immortal code object the interpreter runs, made from the compiler's CodeSpec.
// Instructions, K[], inline cache words, feedback bytes and site descriptors are side arrays, indexed
// without looking at the instruction stream (runtime/studies/interpreter.md section 1).
#pragma once
#include <memory>

#include "interp/bytecode/code_spec.h"
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

struct CodeWatch;
struct MachineCode;

struct Site {
  Str* name;  // null: a call
  SiteKind kind;
  u32 instr;
};

struct Code : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::code_;
  static constexpr u32 kSubclassFlag = 0;
  static constexpr u32 kNeverSimple = ~0u;

  // What a call reads.
  const Instr* entry;      // where a plain call enters: behind RESUME
  const Value* constants;  // K[]: register words
  Atomic<u64>* caches;     // ic[]
  u32 nregs;
  u32 simple_args;         // number of arguments that need no binding; kNeverSimple: always bind
  u32 generator_args;      // likewise of a generator function or coroutine function; kNeverSimple for all others
  u32 first_cleared;       // named locals [first_cleared, nlocals) are zeroed at entry
  u32 nlocals;
  bool is_generator;       // its frames live in the heap: top is in fp[kFrameExtra]
  bool has_namespace;
  Atomic<u8> seen;                 // in a frame when a thread was scanned: Note [machine-life], jit/code/cache.h
  Atomic<i32> heat;                // Note [heat], interp/loop/tier.h
  Atomic<MachineCode*> machine;    // compiled code; null: none

  const Instr* instrs;
  u32 size;                // instructions
  u32 constant_count;
  u32 site_count;
  u32 flags;               // CodeFlags
  u32 argcount, posonlyargcount, kwonlyargcount;
  u32 firstlineno;
  Atomic<u8>* feedback;    // fb[]
  const Site* sites;
  Tuple* local_names;      // names of the registers
  Tuple* varnames;         // co_varnames, co_cellvars, co_freevars, co_names
  Tuple* cellvars;
  Tuple* freevars;
  Tuple* names;
  Str* name;
  Str* qualname;
  Str* filename;
  Atomic<CodeWatch*> watch;  // made when first watched (interp/loop/watch.h); kept
  CodeSpec* spec;          // owned: instructions, exception and position tables, local flags

  u32 arg_registers() const {
    return argcount + kwonlyargcount + !!(flags & kCoVarArgs) + !!(flags & kCoVarKeywords) + has_namespace;
  }
  u32 index_of(const Instr* pc) const { return static_cast<u32>(pc - instrs); }
  u32 free_count() const;
  Position position(u32 index) const { return spec->positions.find(index); }
};

// Heat of code objects made from now on (Note [heat]); set before the first is made.
extern i32 g_initial_heat;

// Makes the code object and, recursively, those in its constants. Consumes the specification.
Result<Code> make_code(Thread& t, std::shared_ptr<CodeSpec> spec);
// The references in its inline cache entries (loop/cache.cpp).
void visit_cache_entries(const Code* code, EdgeVisitor& visit);
// An object nobody counts any more: constants, types of the interpreter. Its edges must be immortal too.
void make_immortal(Thread& t, Object* o);

}  // namespace taipan
