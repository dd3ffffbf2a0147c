"""codeop: whole, unfinished and wrong input; code objects made from the same text are equal."""
import codeop
import warnings


def kind(text, symbol="single"):
    try:
        code = codeop.compile_command(text, "<input>", symbol)
    except SyntaxError as e:
        return f"{type(e).__name__}: {e.msg}"
    return "unfinished" if code is None else "whole"


for text in ("x = 1\n", "", "if x:\n", "if x:\n  y\n", "(1,\n", "'''a\n", "x = (", "x = )", "1 +", "def f(:", "a = '",
             "@d\n", "try:\n  pass\n", "x = 1 # c", "for", "class A:\n  pass\n\n", "'\\n", "f'{x", "lambda"):
    print(repr(text), kind(text))
print(kind("1 +", "eval"), kind("1", "eval"), kind("x = 1", "eval"))

first = compile("def f(a, b=2):\n  return [a + b for _ in range(3)]\n", "<input>", "exec")
second = compile("def f(a, b=2):\n  return [a + b for _ in range(3)]\n", "<input>", "exec")
other = compile("def f(a, b=3):\n  return [a + b for _ in range(3)]\n", "<input>", "exec")
print(first == second, hash(first) == hash(second), first != second, first == other, len({first, second, other}))

# A warning that is an error speaks of now.
with warnings.catch_warnings():
    warnings.simplefilter("error")
    for text in ("'\\z'", "b'\\z'", "'\\407'", "1if 1else 2"):
        try:
            compile(text, "<input>", "eval")
        except SyntaxError as e:
            print(e.msg, e.lineno, e.text)
