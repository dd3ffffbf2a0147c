"""Runs the program in the ways that a golden program cannot: interactively, from folders, archives and compiled code.

  check.py INTERPRETER

Each case: what to run (in a folder of its own), what goes to its standard input, what it must print. CPython 3.15 prints
the same, and the source line of a function that was typed earlier, too.
"""
import itertools
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import zipfile

INTERACTIVE = '''\
1 + 1
x = 5
def f(a):
    return a * x

f(3)
1/0
if x:
  print('yes')
else:
  print('no')

for i in range(2): print(i)

text = """a
b"""
text
_
foo bar
(1,
2)
# a comment

class C:
    def m(self):
        raise ValueError('deep')

C().m()
"open
from __future__ import annotations
def g(a: b): pass

g.__annotations__
if x:
    pass
'''
OUTPUT = "2\n15\nyes\n0\n1\n'a\\nb'\n'a\\nb'\n(1, 2)\n{'a': 'b'}\n"
ERRORS = '''\
>>> >>> >>> ... ... >>> >>> Traceback (most recent call last):
  File "<stdin>", line 1, in <module>
    1/0
    ~^~
ZeroDivisionError: division by zero
>>> ... ... ... ... >>> ... >>> ... >>> >>> >>>   File "<stdin>", line 1
    foo bar
        ^^^
SyntaxError: invalid syntax
>>> ... >>> >>> >>> ... ... ... >>> Traceback (most recent call last):
  File "<stdin>", line 1, in <module>
    C().m()
    ~~~~~^^
  File "<stdin>", line 3, in m
    raise ValueError('deep')
ValueError: deep
>>>   File "<stdin>", line 1
    "open
    ^
SyntaxError: unterminated string literal (detected at line 1)
>>> >>> ... >>> >>> ... ... 
>>> 
'''

MAIN = "import sys, helper\nprint(__name__, helper.value, sys.argv[1:], type(__loader__).__name__)\n"


def folder(path):
    (path / "app").mkdir()
    (path / "app" / "__main__.py").write_text(MAIN)
    (path / "app" / "helper.py").write_text("value = 7\n")
    (path / "empty").mkdir()
    with zipfile.ZipFile(path / "app.zip", "w") as z:
        z.writestr("__main__.py", MAIN)
        z.writestr("helper.py", "value = 8\n")
        z.writestr("package/__init__.py", "")
        z.writestr("package/__main__.py", "print(__name__, __package__)\n")
    (path / "plain.py").write_text("import sys\nprint(__name__, __loader__.path == __file__, sys.argv)\n")
    (path / "zero.py").write_bytes(b"a = 1\nx = '\0hi'\n")
    (path / "prints.py").write_text("y = 3\n1/0\n")
    packages = path / "base" / "lib" / "python3.15t" / "site-packages"
    packages.mkdir(parents=True)
    (packages / "usercustomize.py").write_text("import builtins\nbuiltins.customized = 1\n")
    (packages / "more.pth").write_text("inner\n")
    (packages / "inner").mkdir()
    (packages / "inner" / "installed.py").write_text("value = 9\n")


ERROR = 'Traceback (most recent call last):\n  File "DIR/prints.py", line 2, in <module>\n    1/0\n    ~^~\nZeroDivisionError: division by zero\n'
PACKAGES = "-c 'import sys, builtins, installed; print(installed.value, customized, \"site\" in sys.modules)'"
CASES = [  # [variables] arguments, standard input, exit code, standard output, standard error
    ("-q -i", INTERACTIVE, 0, OUTPUT, ERRORS),
    ("-q -i", "import sys\nsys.ps1 = '? '\nsys.exit(3)\n", 3, "", ">>> >>> ? "),
    ("-q -i", "input()\nabc\ninput()\n", 0, "'abc'\n", None),
    ("-i -c 'z = 3'", "z + 1\n", 0, "4\n", ">>> >>> \n"),
    ("-i prints.py", "y\n", 0, "3\n", ERROR + ">>> >>> \n"),
    ("-", "print(__name__)\nprint(2)\n", 0, "__main__\n2\n", ""),
    ("app a b", "", 0, "__main__ 7 ['a', 'b'] SourceFileLoader\n", ""),
    ("app.zip a", "", 0, "__main__ 8 ['a'] zipimporter\n", ""),
    ("app.zip/package", "", 0, "__main__ \n", ""),
    ("empty", "", 1, "", "PROGRAM: can't find '__main__' module in 'DIR/empty'\n"),
    ("plain.py", "", 0, "__main__ True ['plain.py']\n", ""),
    ("-c 'import py_compile; py_compile.compile(\"plain.py\", \"plain.pyc\", doraise=True)'", "", 0, "", ""),
    ("plain.pyc", "", 0, "__main__ True ['plain.pyc']\n", ""),
    ("-c 'print(__loader__.__name__)'", "", 0, "BuiltinImporter\n", ""),
    ("-m app x", "", 1, "", None),
    ("-c 'exit(3)'", "", 3, "", ""),
    ("-c 'print(quit, help)'", "", 0, "Use quit() or Ctrl-D (i.e. EOF) to exit Type help() for interactive help, or help(object) for help about object.\n", ""),
    ("-S -c 'exit'", "", 1, "", None),
    ("-c 'import site; print(site.ENABLE_USER_SITE, exit)'", "", 0, "True Use exit() or Ctrl-D (i.e. EOF) to exit\n", ""),
    ("PYTHONUSERBASE=base " + PACKAGES, "", 0, "9 1 True\n", ""),
    ("PYTHONUSERBASE=base -s " + PACKAGES, "", 1, "", None),
    ("PYTHONUSERBASE=base -I " + PACKAGES, "", 1, "", None),
    ("PYTHONUSERBASE=base PYTHONNOUSERSITE=1 " + PACKAGES, "", 1, "", None),
    ("PYTHONPATH=app -c 'import helper, sys; print(helper.value, sys.path[1])'", "", 0, "7 DIR/app\n", ""),
    ("-W ignore -c 'x = True; print(~x)'", "", 0, "-2\n", ""),
    ("-W error -c 'x = True; print(~x)'", "", 1, "", None),
    ("PYTHONWARNINGS=ignore -c 'x = True; print(~x)'", "", 0, "-2\n", ""),
    ("zero.py", "", 1, "", '  File "DIR/zero.py", line 2\n    x = \'\nSyntaxError: source code cannot contain null bytes\n'),
]


def main(interpreter):
    wrong = 0
    with tempfile.TemporaryDirectory() as name:
        path = pathlib.Path(name).resolve()
        folder(path)
        for arguments, given, code, output, errors in CASES:
            words = shlex.split(arguments)
            variables = list(itertools.takewhile(lambda word: re.match(r"[A-Z]+=", word), words))
            environment = {**os.environ, **dict(word.split("=", 1) for word in variables)}
            done = subprocess.run([*interpreter, *words[len(variables):]], input=given, capture_output=True, text=True, cwd=path, env=environment)
            shown, seen = (text.replace(str(path), "DIR") for text in (done.stdout, done.stderr))
            wanted = errors and errors.replace("PROGRAM", interpreter[-1])
            for what, a, b in (("exit code", done.returncode, code), ("output", shown, output), ("errors", seen, wanted)):
                if b is not None and a != b:
                    print(f"{arguments}: {what}:\n{a}\nnot\n{b}")
                    wrong += 1
    return wrong


if __name__ == "__main__":
    sys.exit(main(shlex.split(sys.argv[1])))
