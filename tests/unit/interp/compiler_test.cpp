// The compiler: what it makes of small sources (as text), and that the verifier accepts all of it.
#include <gtest/gtest.h>

#include "interp/bytecode/code_cache_format.h"
#include "interp/bytecode/disassembler.h"
#include "interp/bytecode/verifier.h"
#include "interp/compiler/compile.h"

namespace taipan {
namespace {

CompileResult compile_text(std::string_view source, ast::Arena& arena, ast::Mode mode = ast::Mode::Exec) {
  CompileFlags flags;
  flags.parser.source_is_utf8 = true;
  return compile_source(source, "<test>", mode, flags, arena);
}

// Names of the instructions of the function f in `source`, separated by spaces.
std::string ops_of_f(std::string_view source) {
  ast::Arena arena;
  CompileResult r = compile_text(source, arena);
  if (!r.code) return "error: " + std::string(r.error.message);
  std::string error = verify_code(*r.code);
  if (!error.empty()) return error;
  for (const Const& c : r.code->consts) {
    if (c.kind != ConstKind::Code || c.code->name != "f") continue;
    std::string text;
    for (u32 i = 0; i < c.code->code.size();) {
      Decoded in;
      decode_instr(c.code->code.data(), c.code->code.size(), i, &in);
      text += std::string(text.empty() ? "" : " ") + in.info->name;
      i = in.next;
    }
    return text;
  }
  return "no f";
}

TEST(Compiler, OperandsAreReadInPlace) {
  EXPECT_EQ(ops_of_f("def f(a, b): return a + b"), "RESUME ADD RETURN");
  EXPECT_EQ(ops_of_f("def f(a): return a - 1"), "RESUME ADD_INT RETURN");
  EXPECT_EQ(ops_of_f("def f(a): a += 1"), "RESUME ADD_INT RETURN_CONST");
  EXPECT_EQ(ops_of_f("def f(a, b): a.x = b"), "RESUME SET_ATTR RETURN_CONST");
  EXPECT_EQ(ops_of_f("def f(a, i): return a[i]"), "RESUME GET_ITEM RETURN");
  // The walrus rebinds x after it was read: a copy is needed.
  EXPECT_EQ(ops_of_f("def f(x): return x + (x := 1)"), "RESUME MOVE LOAD_INT ADD RETURN");
}

TEST(Compiler, ConditionsAreFused) {
  EXPECT_EQ(ops_of_f("def f(a, b):\n if a < b: return a"), "RESUME JNLT RETURN RETURN_CONST");
  EXPECT_EQ(ops_of_f("def f(a):\n while a != 3: a = a()"), "RESUME JUMP MOVE CALL JNE_INT RETURN_CONST");
  EXPECT_EQ(ops_of_f("def f(a):\n if a is None and not a: return a"), "RESUME JUMP_IF_NOT_NONE JUMP_IF_TRUE RETURN RETURN_CONST");
}

TEST(Compiler, LoopsTestAtTheBottom) {
  EXPECT_EQ(ops_of_f("def f(a):\n for i in a: i()"), "RESUME GET_ITER JUMP MOVE CALL DROP FOR_ITER RETURN_CONST");
}

TEST(Compiler, BoundLocalsAreNotChecked) {
  EXPECT_EQ(ops_of_f("def f(c):\n x = c\n return x"), "RESUME MOVE RETURN");
  EXPECT_EQ(ops_of_f("def f(c):\n if c: x = 1\n return x"), "RESUME JUMP_IF_FALSE LOAD_INT CHECK_BOUND RETURN");
  EXPECT_EQ(ops_of_f("def f(c):\n if c: x = 1\n else: x = 2\n return x"),
            "RESUME JUMP_IF_FALSE LOAD_INT JUMP LOAD_INT RETURN");
  EXPECT_EQ(ops_of_f("def f(c):\n x = c\n del x\n return x"), "RESUME MOVE DELETE_LOCAL CHECK_BOUND RETURN");
}

TEST(Compiler, ConstantsAreFolded) {
  EXPECT_EQ(ops_of_f("def f(): return -1 + 2 * 3 << 4"), "RESUME RETURN_CONST");
  EXPECT_EQ(ops_of_f("def f(): return (1, 2, ('a' 'b', 3.5))"), "RESUME RETURN_CONST");
  EXPECT_EQ(ops_of_f("def f():\n if __debug__: return 1\n return 2"), "RESUME RETURN_CONST");
}

TEST(Compiler, CallsFromHeapFrames) {
  EXPECT_EQ(ops_of_f("def f(a): yield a()"), "RESUME MOVE CALL_H YIELD RESUME DROP LOAD_CONST RETURN_FROM_GENERATOR");
}

struct ErrorRow { const char* source; const char* message; int line, offset; };

TEST(Compiler, ReportsErrorsWhereCPythonDoes) {
  const ErrorRow rows[] = {
      {"return", "'return' outside function", 1, 1},
      {"def f():\n continue", "'continue' not properly in loop", 2, 2},
      {"for x in y:\n class A: break", "'break' outside loop", 2, 11},
      {"def f():\n await x", "'await' outside async function", 2, 2},
      {"await x", "'await' outside function", 1, 1},
      {"class A: yield 1", "'yield' outside function", 1, 10},
      {"async def f():\n yield 1\n return 2", "'return' with value in async generator", 3, 2},
      {"async def f():\n yield from x", "'yield from' inside async function", 2, 2},
      {"def f(): return [x async for x in y]", "asynchronous comprehension outside of an asynchronous function", 1, 17},
      {"f(a=1, a=2)", "keyword argument repeated: a", 1, 8},
      {"a, *b, *c = d", "multiple starred expressions in assignment", 1, 1},
      {"match x:\n case y: pass\n case 1: pass", "name capture 'y' makes remaining patterns unreachable", 2, 7},
      {"match x:\n case (a, b) | a: pass", "alternative patterns bind different names", 2, 7},
      {"match x:\n case {1: a, 1: b}: pass", "mapping pattern checks duplicate key (1)", 2, 7},
      {"x.__debug__ = 1", "cannot assign to __debug__", 1, 1},
      {"def f():\n lazy import a", "lazy import not allowed inside functions", 2, 2},
      {"while 1:\n try: pass\n except* A: break", "'break', 'continue' and 'return' cannot appear in an except* block", 3, 13},
  };
  for (const ErrorRow& row : rows) {
    ast::Arena arena;
    CompileResult r = compile_text(row.source, arena);
    EXPECT_EQ(r.code, nullptr) << row.source;
    EXPECT_EQ(r.error.message, row.message) << row.source;
    EXPECT_EQ(r.error.lineno, row.line) << row.source;
    EXPECT_EQ(r.error.offset, row.offset) << row.source;
  }
}

TEST(Compiler, ErrorColumnsCountCharacters) {
  ast::Arena arena;
  CompileResult r = compile_text("'\xc3\xa9\xc3\xa9'; return", arena);
  EXPECT_TRUE(r.parsed);
  EXPECT_EQ(r.error.offset, 9);  // bytes: the text, if there is any, is read from the file by others
  EXPECT_EQ(r.error.text.data(), nullptr);
}

// One source for each construct; the verifier is the test.
const char* const kConstructs[] = {
    "try:\n a()\nexcept B as e:\n c(e)\nelse:\n d()\nfinally:\n e()",
    "def f():\n for i in x:\n  try:\n   with a as b, c:\n    if i: return g(i)\n    if b: break\n    continue\n  finally:\n   h()",
    "def f():\n try:\n  try:\n   return 1\n  finally:\n   return 2\n except* A as e:\n  b(e)\n except* (C, D):\n  raise",
    "async def f():\n async with a as b:\n  async for c in d:\n   if c: await e\n   yield c\n  else: g()",
    "async def f(): return [x async for y in z for x in y if await x], {k: v async for k, v in w}",
    "def f(): return ([i for j in k for i in j if i], {**{a: b for a in c}}, {*x, y}, (*z,))",
    "x = [*a for a in b]; y = {**a for a in b}; z = {*a for a in b}; g = (*a for a in b)",
    "async def f(): return (*a async for a in b)",
    "match x:\n case [1, 'a', *rest] | {'k': [rest]}: pass\n case C(1, y=[a, (2 | 3) as b]) if a: f(a, b)\n"
    " case {'x': None, **kw}: g(kw)\n case [_, *_, z]: h(z)\n case a.b | -1 | 2+3j | True: pass\n case _: pass",
    "class A[T: int, *Ts = *B, **P = [int]](B[T], m=1):\n 'doc'\n x: int = 1\n if y:\n  z: T\n def g(self): self.q = super().g(__class__)",
    "def f[T](a: T = 1, *args: *T, k: int = 2, **kw) -> T: return lambda q=a: (q, kw)",
    "type A[T] = list[T]\ntype B = A[B]",
    "f(*a, b, *c, d=1, **e, g=2)\nf(**h)\nf(*i)\na.b.c(1, k=2)(3)[4:5, ::6]",
    "x = a < b < c <= d != e\nif a < b() < c: pass\nwhile not (a or b and c): pass",
    "a = b, *c = d.e = f[g] = h\n(i, [j, *k]), l = m\nn, o = o, n\np += q\nr.s -= t\nu[v] *= w\nx[y:z] |= 1\ndel a, b.c, d[e]",
    "f'{a!r:>{w}.{p}} {b} {{}} {c=}'\nt'{a!s:{b}}x{c}'\n'%s' % (a,)",
    "def f():\n global g\n nonlocal_ = 1\n def h():\n  nonlocal nonlocal_\n  nonlocal_ += 1\n  del nonlocal_\n return h",
    "import a.b.c as d, e.f\nfrom . import g as h\nfrom .i import (j, k)\nfrom l import *\nlazy import m",
    "from __future__ import annotations\nx: list[int] = 1\ndef f(a: 'b', *c: d) -> (e, f): pass",
    "assert a, b\nraise a from b\nassert c",
    "def f():\n x = yield\n y = yield from (x, (yield z))\n return (yield)",
    "while True:\n if a: break\nelse: never()\nwhile 0: never()\nelse: b()",
    "with a as (b, *c), d as e.f: pass",
    "def f(a, /, b, *, c): return locals()",
    "class A:\n x = [y for y in z]\n w = [lambda: y for y in z]\n def __init__(self): self.__a = __class__",
    "x = (lambda a, *b, c=1, **d: (yield))\ny = a if b else c if d else e",
    "def f():\n try: pass\n except A: pass\n except: raise\n with a: return",
};

TEST(Compiler, VerifierAcceptsEveryConstruct) {
  for (const char* source : kConstructs) {
    ast::Arena arena;
    CompileResult r = compile_text(source, arena);
    ASSERT_NE(r.code, nullptr) << source << "\n" << r.error.message;
    EXPECT_EQ(verify_code(*r.code), "") << source << "\n" << disassemble(*r.code);
  }
}

TEST(Compiler, Modes) {
  struct Row { ast::Mode mode; const char* source; int optimize; bool top_level_await; const char* contains; };
  const Row rows[] = {
      {ast::Mode::Eval, "a + 1", 0, false, "RETURN "},
      {ast::Mode::Eval, "[x for x in y]", 0, false, "FOR_ITER"},
      {ast::Mode::Single, "a; b = c\n", 0, false, "CALL_INTRINSIC"},
      {ast::Mode::Single, "def f(): 'doc'\n", 0, false, "MAKE_FUNCTION"},
      {ast::Mode::Exec, "await a", 0, true, "RETURN_FROM_GENERATOR"},
      {ast::Mode::Exec, "async with a as b: pass", 0, true, "RETURN_FROM_GENERATOR"},
      {ast::Mode::Exec, "async for a in b: pass", 0, true, "END_ASYNC_FOR"},
      {ast::Mode::Exec, "x = [await y async for y in z]", 0, true, "END_ASYNC_FOR"},
      {ast::Mode::Exec, "'doc'\nassert a", 0, false, "RAISE_ASSERT"},
      {ast::Mode::Exec, "'doc'\nassert a\nif __debug__: b()", 2, false, "0  RESUME              \n    3     1  RETURN_CONST"},
  };
  for (const Row& row : rows) {
    ast::Arena arena;
    CompileFlags flags;
    flags.optimize = row.optimize;
    flags.top_level_await = row.top_level_await;
    CompileResult r = compile_source(row.source, "<test>", row.mode, flags, arena);
    ASSERT_NE(r.code, nullptr) << row.source << ": " << r.error.message;
    EXPECT_EQ(verify_code(*r.code), "") << row.source;
    std::string text = disassemble(*r.code);
    EXPECT_NE(text.find(row.contains), std::string::npos) << text;
  }
}

TEST(Compiler, DeepAndLongSources) {
  std::string sum = "x = a", chain = "if a: pass\n", nested;
  for (int i = 0; i < 20000; ++i) sum += " + a";
  for (int i = 0; i < 3000; ++i) chain += "elif a: pass\n";
  std::string items = "x = [";
  for (int i = 0; i < 70000; ++i) items += "a,";
  items += "]";
  std::string locals = "def f():\n";  // register numbers beyond 16 bits
  for (int i = 0; i < 66000; ++i) locals += " v" + std::to_string(i) + " = g()\n";
  locals += " return v65999 + v65998\n";
  for (const std::string& source : {sum, chain, items, locals}) {
    ast::Arena arena;
    CompileResult r = compile_text(source, arena);
    if (!r.code) {  // the parser has limits of its own
      EXPECT_TRUE(r.error.kind == ast::ErrorKind::MemoryError || r.error.kind == ast::ErrorKind::RecursionError ||
                  r.error.message == "too many nested parentheses")
          << r.error.message;
      continue;
    }
    EXPECT_EQ(verify_code(*r.code), "");
  }
}

TEST(CodeCache, RoundTripAndDamage) {
  for (const char* source : kConstructs) {
    ast::Arena arena;
    CompileResult r = compile_text(source, arena);
    ASSERT_NE(r.code, nullptr);
    std::vector<u8> bytes = serialize_code(*r.code);
    auto view = [](const std::vector<u8>& b) { return std::string_view(reinterpret_cast<const char*>(b.data()), b.size()); };
    std::shared_ptr<CodeSpec> back = parse_code(view(bytes));
    ASSERT_NE(back, nullptr) << source;
    EXPECT_EQ(serialize_code(*back), bytes);
    EXPECT_EQ(disassemble(*back), disassemble(*r.code));
    for (usize i = 0; i < bytes.size(); i += 7) {
      std::vector<u8> damaged = bytes;
      damaged[i] ^= 0x41;
      EXPECT_EQ(parse_code(view(damaged)), nullptr);
      damaged.resize(i);
      EXPECT_EQ(parse_code(view(damaged)), nullptr);
    }
  }
}

TEST(PositionTable, RoundTrip) {
  PositionTable table;
  std::vector<Position> all;
  for (i32 i = 0; i < 200; ++i) {
    Position p;
    if (i % 5) p = {1000 - i / 3 * 7 % 50, 1000 + i, i % 11 * 100, i % 4 ? 2000 : -1};
    if (i % 7 == 0) p = {3, 3, 4, 9};
    if (i % 9 == 0) p = {i, i, -1, -1};
    for (i32 n = 0; n <= i % 3; ++n) {
      all.push_back(p);
      table.append(p);
    }
  }
  table.finish();
  EXPECT_EQ(table.decode(), all);
  for (usize i = 0; i < all.size(); i += 13) EXPECT_EQ(table.find(static_cast<u32>(i)), all[i]);
}

TEST(Verifier, RefusesWrongCode) {
  auto code = [] {
    CodeSpec c;
    c.nregs = 4;
    c.locals.push_back({"a", kLocalArg});
    c.argcount = 1;
    c.consts.emplace_back();
    c.code.push_back(make_instr(Op::RESUME, 0, 0, 0, 0));
    return c;
  };
  auto check = [](CodeSpec c) {
    for (usize i = 0; i < c.code.size(); ++i) c.positions.append({});
    c.positions.finish();
    return verify_code(c);
  };
  CodeSpec good = code();
  good.code.push_back(make_instr(Op::MOVE, 0, 1, 0, 0));
  good.code.push_back(make_instr(Op::RETURN, kKillB, 0, 1, 0));
  EXPECT_EQ(check(good), "");
  CodeSpec twice = code();  // a temporary overwritten while full
  twice.code.push_back(make_instr(Op::MOVE, 0, 1, 0, 0));
  twice.code.push_back(make_instr(Op::MOVE, 0, 1, 0, 0));
  twice.code.push_back(make_instr(Op::RETURN, kKillB, 0, 1, 0));
  EXPECT_NE(check(twice), "");
  CodeSpec left = code();  // a temporary left over
  left.code.push_back(make_instr(Op::MOVE, 0, 1, 0, 0));
  left.code.push_back(make_instr(Op::RETURN, 0, 0, 0, 0));
  EXPECT_NE(check(left), "");
  CodeSpec empty = code();  // an empty one read
  empty.code.push_back(make_instr(Op::RETURN, kKillB, 0, 2, 0));
  EXPECT_NE(check(empty), "");
  CodeSpec jump = code();
  jump.code.push_back(make_instr_bc(Op::JUMP, 0, 0, 50));
  EXPECT_NE(check(jump), "");
  CodeSpec end = code();  // falls off the end
  EXPECT_NE(check(end), "");
}

}  // namespace
}  // namespace taipan
