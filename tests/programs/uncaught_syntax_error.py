# exit: 1
# SyntaxErrors of compiled text: their own last line and carets, with file names that exist nowhere.
import traceback

PROGRAMS = [
    "x = (1 +\n", "if True\n    pass\n", "def f(:\n  pass\n", "for x in range(3):\nprint(x)\n", "print 'hello'\n",
    "a = 5 = b\n", "f(x for x in y, 1)\n", "'unterminated\n", '"""never\nended\n', "x = 1\n  y = 2\n", "return 5\n",
    "class C:\n    await x\n", "def f():\n    nonlocal x\n", "def f(a, a): pass\n", "x = 0777\n", "x = 1__0\n",
    "{1: 2, **a, 3}\n", "f(**a, *b)\n", "f(a=1, a=2)\n", "lambda: (yield) = 1\n", "del f()\n", "None = 1\n", "x = é ? 1\n",
    "import a.b as c.d\n", "from a import *, b\n", "from __future__ import nothing\n", "break\n", "try:\n    pass\nx\n",
    "match x:\n    case a | b: pass\n", "f'{a b}'\n", "f'{'\n", "f'{a!z}'\n", "if x = 1: pass\n", "[i for i in range(3) if i = 2]\n",
    "async def f():\n    yield 1\n    return 2\n", "def f():\n\tx\n        y\n", "x = [1, 2\ny = 3\n", ")\n", "(]\n", "x = $\n",
    "global_ = 1; def f(): pass\n", "with open(x) as 1: pass\n", "def f(*): pass\n", "def f(a=1, b): pass\n", "elif x: pass\n",
    "\u00a0x = 1\n", "x = 'a' 1\n", "print(1 2)\n", "raise x from\n", "a, b += 1\n", "(a := 1) = 2\n", "x: int: str\n", "while 1: 5 else: 6\n",
]
for number, text in enumerate(PROGRAMS):
    try:
        compile(text, f"<program {number}>", "exec")
    except SyntaxError:
        traceback.print_exc()
    else:
        print("compiles:", text)
source = "total = 0\nfor item in [1, 2, 3]:\n    total += item\n    print(total\nprint('done')\n"
exec(source)
