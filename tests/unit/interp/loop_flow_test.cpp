// Exceptions, generators, closures: frames that are left in unusual ways.
#include "tests/unit/interp/loop_fixture.h"

namespace taipan {

PY_ROWS(Exceptions,
    {"def f():\n try: return 1\n finally: x.append(2)\nx = []", "(f(), x)", "(1, [2])"},
    {"def f():\n try: 1/0\n except ZeroDivisionError as e: return str(e)", "f()", "'division by zero'"},
    {"def f():\n try:\n  try: 1/0\n  except KeyError: pass\n except ArithmeticError: return 'outer'", "f()", "'outer'"},
    {"def f():\n for i in range(3):\n  try: continue\n  finally: x.append(i)\nx = []", "(f(), x)", "(None, [0, 1, 2])"},
    {"def f():\n try: raise ValueError(1)\n except ValueError:\n  try: raise KeyError(2)\n  except KeyError as e: return e.__context__", "f()", "ValueError(1)"},
    {"def f():\n try:\n  raise KeyError(1)\n except KeyError as e:\n  raise ValueError(2) from e\ntry: f()\nexcept ValueError as e: c = e.__cause__", "c", "KeyError(1)"},
    {"raise 5", "0", "TypeError: exceptions must derive from BaseException"},
    {"raise", "0", "RuntimeError: No active exception to reraise"},
    {"class C:\n def __enter__(self): return 1\n def __exit__(self, *a): x.append(a[0]); return True\nx = []\nwith C() as c: 1/0", "(c, x)",
     "(1, [<class 'ZeroDivisionError'>])"})

PY_ROWS(Generators,
    {"def g():\n x = yield 1\n yield x", "(lambda i: (next(i), i.send('s')))(g())", "(1, 's')"},
    {"def g():\n yield 1\n return 2\ndef h():\n r = yield from g()\n yield ('r', r)", "list(h())", "[1, ('r', 2)]"},
    {"def g():\n try: yield 1\n except KeyError: yield 'caught'", "(lambda i: (next(i), i.throw(KeyError)))(g())", "(1, 'caught')"},
    {"def g():\n yield 1\n raise StopIteration", "list(g())", "RuntimeError: generator raised StopIteration"},
    {"def g():\n yield next(i)\ni = g()", "next(i)", "ValueError: generator already executing"},
    {"x = []\ndef g():\n try: yield 1\n finally: x.append('closed')\ni = g(); next(i); del i", "x", "['closed']"},
    {"def g():\n try: yield\n except GeneratorExit: return 7\ni = g(); next(i)", "i.close()", "7"},
    // The resumer's handled exception is seen inside, but is not the generator's own.
    {"import sys\ndef g():\n yield sys.exception()\n yield sys.exception()\ni = g()\ntry: 1/0\nexcept ZeroDivisionError: a = repr(next(i))\nb = next(i)",
     "(a, b)", "(\"ZeroDivisionError('division by zero')\", None)"})

PY_ROWS(Closures,
    {"def f():\n n = 0\n def g():\n  nonlocal n; n += 1; return n\n return g\ng = f()", "(g(), g())", "(1, 2)"},
    {"def f():\n def g(): return x\n return g()", "f()", "NameError: name 'x' is not defined"},
    {"def f():\n def g(): return x\n r = g()\n x = 1", "f()",
     "NameError: cannot access free variable 'x' where it is not associated with a value in enclosing scope"},
    {"def f():\n x += 1", "f()", "UnboundLocalError: cannot access local variable 'x' where it is not associated with a value"})

}  // namespace taipan
