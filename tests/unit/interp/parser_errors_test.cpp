// Messages and positions of syntax errors, as CPython 3.15 gives them.
#include <gtest/gtest.h>

#include "interp/compiler/symtable.h"
#include "interp/parser/parser.h"

namespace taipan::ast {
namespace {

struct Row {
  const char *source, *message;
  int line, column, end_line, end_column;
  ErrorKind kind = ErrorKind::SyntaxError;
};

void check(const Row& r, const SyntaxErrorInfo& e) {
  EXPECT_EQ(e.message, r.message) << r.source;
  EXPECT_EQ(e.kind, r.kind) << r.source;
  EXPECT_EQ(e.lineno, r.line) << r.source;
  EXPECT_EQ(e.offset, r.column) << r.source;
  EXPECT_EQ(e.end_lineno, r.end_line) << r.source;
  EXPECT_EQ(e.end_offset, r.end_column) << r.source;
}

TEST(ParserErrors, Messages) {
  const Row rows[] = {
      {"a b", "invalid syntax", 1, 3, 1, 4},
      {"f() = 1", "cannot assign to function call here. Maybe you meant '==' instead of '='?", 1, 1, 1, 4},
      {"x = f() = 3", "cannot assign to function call", 1, 5, 1, 8},
      {"None = 1", "cannot assign to None", 1, 1, 1, 5},
      {"if x = 3: pass", "invalid syntax. Maybe you meant '==' or ':=' instead of '='?", 1, 4, 1, 9},
      {"if x\n  pass", "expected ':'", 1, 5, 1, 6},
      {"f(a b)", "invalid syntax. Perhaps you forgot a comma?", 1, 3, 1, 6},
      {"f(a=1, b)", "positional argument follows keyword argument", 1, 9, 1, 10},
      {"print a", "Missing parentheses in call to 'print'. Did you mean print(...)?", 1, 1, 1, 8},
      {"x = (\n1,\n", "'(' was never closed", 1, 5, 1, 0},
      {"]", "unmatched ']'", 1, 1, 1, 1},
      {"'abc", "unterminated string literal (detected at line 1)", 1, 1, 1, 1},
      {"1__0", "invalid decimal literal", 1, 2, 1, 2},
      {"f'{}'", "f-string: valid expression required before '}'", 1, 4, 1, 5},
      {"def f(x=1, y): pass", "parameter without a default follows parameter with a default", 1, 12, 1, 13},
      {"try:\n  pass\nx", "expected 'except' or 'finally' block", 3, 1, 3, 2},
      {"[a, b for a in c]", "did you forget parentheses around the comprehension target?", 1, 2, 1, 6},
      {"if x:\npass", "expected an indented block after 'if' statement on line 1", 2, 1, 2, 5,
       ErrorKind::IndentationError},
      {"  x", "unexpected indent", 1, 2, 1, -1, ErrorKind::IndentationError},
      {"if x:\n    a\n  b", "unindent does not match any outer indentation level", 3, 4, 3, -1,
       ErrorKind::IndentationError},
      {"if x:\n\ta\n        b\n", "inconsistent use of tabs and spaces in indentation", 3, 1, 3, 0,
       ErrorKind::TabError},
  };
  for (const Row& r : rows) {
    Arena arena;
    check(r, parse(r.source, "test", Mode::Exec, {}, arena).error);
  }
}

TEST(ParserErrors, Nesting) {
  Arena arena;
  auto message = [&](const std::string& s) { return parse(s, "t", Mode::Exec, {}, arena).error.message; };
  EXPECT_EQ(message(std::string(100000, '(')), "too many nested parentheses");
  EXPECT_EQ(message(std::string(200, '(') + "1" + std::string(200, ')')), "");
}

TEST(ParserErrors, Encodings) {
  Arena arena;
  auto run = [&](std::string_view s) { return parse(s, "t", Mode::Exec, {}, arena); };
  EXPECT_TRUE(run("# coding: latin-1\nx='\xff'\n").tree);
  EXPECT_EQ(run("# coding: latin-1\nx='\xff'\n").encoding, "iso-8859-1");
  EXPECT_TRUE(run("\xEF\xBB\xBFx = 1").tree);
  EXPECT_EQ(run("# coding: nonsense\n").error.message, "unknown encoding: nonsense");
  EXPECT_EQ(run(std::string_view("a\0b", 3)).error.message,
            "source code string cannot contain null bytes");
}

TEST(ParserErrors, Warnings) {
  Arena arena;
  auto r = parse("x = '\\d'\ny = 1or 2", "t", Mode::Exec, {}, arena);
  ASSERT_EQ(r.warnings.size(), 2u);
  EXPECT_EQ(r.warnings[0].message, "invalid decimal literal");
  EXPECT_EQ(r.warnings[1].message.substr(0, 34), "\"\\d\" is an invalid escape sequence");
}

TEST(SymbolErrors, Messages) {
  const Row rows[] = {
      {"def f():\n  x\n  global x", "name 'x' is used prior to global declaration", 3, 3, 3, 11},
      {"nonlocal x", "nonlocal declaration not allowed at module level", 1, 1, 1, 11},
      {"def f():\n  nonlocal x", "no binding for nonlocal 'x' found", 2, 3, 2, 13},
      {"def f(a, a): pass", "duplicate parameter 'a' in function definition", 1, 10, 1, 11},
      {"class A: [(a := x) for x in y]",
       "assignment expression within a comprehension cannot be used in a class body", 1, 12, 1, 13},
      {"def f(): [(yield x) for x in y]", "'yield' inside list comprehension", 1, 12, 1, 19},
      {"from __future__ import braces", "not a chance", 1, 24, 1, 30},
  };
  for (const Row& r : rows) {
    Arena arena;
    auto parsed = parse(r.source, "test", Mode::Exec, {}, arena);
    ASSERT_TRUE(parsed.tree) << r.source;
    check(r, build_symbol_table(parsed.tree, 0, arena).error);
  }
}

}  // namespace
}  // namespace taipan::ast
