"""Row 5: source nested beyond all sense is refused with CPython's classes and texts, or compiles; each in bounded time."""
import ast
import time

TOO_MANY = SyntaxError, "too many nested parentheses"
PARSER = MemoryError, "Parser stack overflowed - Python source too complex to parse"
DEPTH = RecursionError, "maximum recursion depth exceeded during compilation"
N = 100_000
CASES = [
    ("(" * N, TOO_MANY), ("(" * N + ")" * N, TOO_MANY), ("[" * N, TOO_MANY), ("{" * N, TOO_MANY), ("(a:=" * 5000 + "1" + ")" * 5000, TOO_MANY),
    ("-" * 10 * N + "1", PARSER), ("-" * 10_000 + "1", PARSER), ("not " * N + "1", PARSER), ("~" * 10 * N, PARSER),
    ("**".join("a" * N), PARSER), ("a if b else " * N + "c", PARSER), ("lambda:" * N + "1", PARSER), ("x:" + "-" * N + "1", PARSER),
    ("a" + ".b" * 2 * N, DEPTH), ("a" + "()" * 2 * N, DEPTH), ("a" + "[0]" * 2 * N, DEPTH),
    ("+".join("a" * N), None), ("|".join("a" * N), None), (" and ".join("a" * N), None), ("<".join("a" * N), None), ("+".join("1" * N), None),
    ("a=" * N + "1", None), ("@a\n" * N + "def f(): pass", None), (",".join("a" * N) + "=x", None), ('"a" ' * N, None), ("x=1\n" * N, None),
    ("if a: pass\n" + "elif a: pass\n" * (N // 10), None), ("f\"{" * 200 + "x" + "}\"" * 200, (SyntaxError, "too many nested f-strings or t-strings")),
    ("".join(" " * i + "if a:\n" for i in range(300)) + " " * 300 + "pass\n", (IndentationError, "too many levels of indentation")),
    ("await " * N + "x", (SyntaxError, "invalid syntax")), ("[x for x in " * 100 + "a" + "]" * 100, None), ("match x:\n case " + "(" * 5000 + "a" + ")" * 5000 + ": pass", TOO_MANY),
]
for source, expected in CASES:
    begun = time.monotonic()
    try:
        compile(source, "<nested>", "exec")
    except (SyntaxError, MemoryError, RecursionError) as e:
        text = e.msg if isinstance(e, SyntaxError) else str(e)
        assert expected and (type(e), text) == expected, (source[:20], e)
    else:
        assert expected is None, source[:20]
    assert time.monotonic() - begun < 20, source[:20]  # a second, but for slow builds and busy machines
    assert eval("1 + 1") == 2

# Trees that were built, not parsed.
tree = ast.Constant(1, lineno=1, col_offset=0)
for _ in range(N):
    tree = ast.UnaryOp(ast.Not(), tree, lineno=1, col_offset=0)
tree = ast.Expression(tree)
for use in (lambda: compile(tree, "<tree>", "eval"), lambda: ast.dump(tree), lambda: ast.unparse(tree), lambda: ast.fix_missing_locations(tree)):
    try:
        use()
    except RecursionError:
        pass
    else:
        raise AssertionError("no RecursionError")
del tree
