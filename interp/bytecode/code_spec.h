// CodeSpec: what the compiler makes of one code block, as plain data: instructions, constants, sites,
// tables. It knows nothing of the object model; the interpreter turns it into a code object, and
// code_cache_format.h into bytes and back. Text is WTF-8 (UTF-8 that may hold lone surrogates).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "interp/bytecode/instr.h"
#include "runtime/base/types.h"

namespace taipan {

struct CodeSpec;

enum class ConstKind : u8 {
  None, False, True, Ellipsis, Int, BigInt, Float, Complex, Str, Bytes, Tuple, FrozenSet, Slice, Code, Count_
};

struct Const {
  ConstKind kind = ConstKind::None;
  i64 integer = 0;                  // Int
  double real = 0, imag = 0;        // Float (real), Complex
  std::string text;                 // Str (WTF-8), Bytes, BigInt: optional "-", then hexadecimal digits
  std::vector<Const> items;         // Tuple, FrozenSet, Slice (start, stop, step)
  std::shared_ptr<CodeSpec> code;   // Code
};
// The same constant for the purpose of sharing: 0.0 and -0.0, 1 and True differ. Code is never the same.
bool same_const(const Const& x, const Const& y);

// Names a site works on: index into CodeSpec::names (Call: none).
constexpr u32 kNoName = ~0u;
struct SiteSpec {
  SiteKind kind = SiteKind::Call;
  u32 name = kNoName;
  u32 instr = 0;  // the instruction proper
};

// Instructions [start, end) are covered; entries are disjoint and in order, so that a binary search finds the one
// that counts. On an exception: registers >= depth are dropped, the exception
// goes into `reg`, execution goes on at `handler`.
struct ExceptionEntry {
  u32 start = 0, end = 0, handler = 0, depth = 0, reg = 0;
};

// Source range of an instruction; columns are UTF-8 byte offsets. -1: unknown. Line 0 or less: no line.
struct Position {
  i32 line = -1, end_line = -1, col = -1, end_col = -1;
  bool operator==(const Position&) const = default;
};

// Positions of all instructions, run-length and delta coded.
class PositionTable {
 public:
  void append(const Position& position);        // for the next instruction
  std::vector<Position> decode() const;
  Position find(u32 instr) const;               // linear in the table
  const std::vector<u8>& bytes() const { return bytes_; }
  u32 count() const { return count_; }
  // For the cache: false if the bytes do not describe exactly `count` instructions.
  static bool parse(std::vector<u8> bytes, u32 count, PositionTable* out);
  void finish() { flush(); }                    // after the last append, before bytes()
 private:
  void flush();
  std::vector<u8> bytes_;
  Position last_, pending_;
  u32 run_ = 0, count_ = 0;
};

// co_flags, CPython's values.
enum CodeFlags : u32 {
  kCoOptimized = 0x1, kCoNewLocals = 0x2, kCoVarArgs = 0x4, kCoVarKeywords = 0x8, kCoNested = 0x10,
  kCoGenerator = 0x20, kCoCoroutine = 0x80, kCoIterableCoroutine = 0x100, kCoAsyncGenerator = 0x200,
  kCoFutureBarryAsBdfl = 0x400000, kCoFutureAnnotations = 0x1000000, kCoHasDocstring = 0x4000000,
  kCoMethod = 0x8000000
};

enum LocalFlags : u8 {
  kLocalArg = 1,       // filled by the caller
  kLocalCell = 2,      // the register holds a cell (after MAKE_CELL)
  kLocalHidden = 4,    // variable of an inlined comprehension: bound only while it runs
  kLocalNamespace = 8  // register 0 of module, class and exec code: the mapping
};
struct LocalSpec {
  std::string name;
  u8 flags = 0;
};

struct CodeSpec {
  std::vector<Instr> code;
  std::vector<Const> consts;
  std::vector<std::string> names;           // co_names: globals, attributes, imports
  std::vector<SiteSpec> sites;
  std::vector<ExceptionEntry> exceptions;
  PositionTable positions;

  // Register i < locals.size() is named local i: parameters (positional, keyword-only, *args, **kw), then others.
  std::vector<LocalSpec> locals;
  std::vector<std::string> varnames;        // co_varnames, CPython's contents and order
  std::vector<std::string> cellvars;        // co_cellvars
  std::vector<std::string> freevars;        // co_freevars: the index of GET_FREE
  u32 nregs = 0;                            // named locals, temporaries, windows with their spare word
  u32 argcount = 0, posonlyargcount = 0, kwonlyargcount = 0;  // as co_*: without *args and **kw
  u32 flags = 0;                            // CodeFlags
  u32 max_stack = 0;                        // temporaries, for co_stacksize
  // Register 0 is the namespace: not counted in argcount, yet the one word the caller passes.
  bool has_namespace = false;
  bool is_class_body = false;

  std::string name, qualname, filename;
  u32 firstlineno = 1;

  u32 nlocals() const { return static_cast<u32>(locals.size()); }
  bool is_generator() const { return flags & (kCoGenerator | kCoCoroutine | kCoAsyncGenerator); }
  // Words the caller puts at the start of the frame once arguments are bound.
  u32 arg_registers() const {
    return argcount + kwonlyargcount + !!(flags & kCoVarArgs) + !!(flags & kCoVarKeywords) + has_namespace;
  }
};

}  // namespace taipan
