// Calls: binding, its messages, constructors, recursion.
#include "tests/unit/interp/loop_fixture.h"

namespace taipan {

PY_ROWS(Binding,
    {"def f(a, b=2, *c, d, e=5, **g): return a, b, c, d, e, g", "f(1, d=4)", "(1, 2, (), 4, 5, {})"},
    {"def f(a, b=2, *c, d, e=5, **g): return a, b, c, d, e, g", "f(1, 3, 4, 5, d=6, h=7)", "(1, 3, (4, 5), 6, 5, {'h': 7})"},
    {"def f(a, /, b, *, c): return a, b, c", "f(1, c=3, b=2)", "(1, 2, 3)"},
    {"def f(a, /, **k): return a, k", "f(1, a=2)", "(1, {'a': 2})"},
    {"def f(*a, **k): return a, k", "f(*[1], 2, *(3,), x=1, **{'y': 2})", "((1, 2, 3), {'x': 1, 'y': 2})"})

PY_ROWS(BindingErrors,
    {"def f(a, b): pass", "f(1)", "TypeError: f() missing 1 required positional argument: 'b'"},
    {"def f(a, b, c): pass", "f()", "TypeError: f() missing 3 required positional arguments: 'a', 'b', and 'c'"},
    {"def f(a): pass", "f(1, 2)", "TypeError: f() takes 1 positional argument but 2 were given"},
    {"def f(a, b=1): pass", "f(1, 2, 3)", "TypeError: f() takes from 1 to 2 positional arguments but 3 were given"},
    {"def f(*, k): pass", "f()", "TypeError: f() missing 1 required keyword-only argument: 'k'"},
    {"def f(a): pass", "f(1, a=2)", "TypeError: f() got multiple values for argument 'a'"},
    {"def f(a, /): pass", "f(a=1)", "TypeError: f() got some positional-only arguments passed as keyword arguments: 'a'"},
    {"def f(): pass", "f(x=1)", "TypeError: f() got an unexpected keyword argument 'x'"},
    {"def f(a, *, k): pass", "f(1, 2, k=1)",
     "TypeError: f() takes 1 positional argument but 2 positional arguments (and 1 keyword-only argument) were given"})

PY_ROWS(Constructors,
    {"class A:\n def __init__(self, x): self.x = x", "A(3).x", "3"},
    {"class A:\n def __init__(self): return 1", "A()", "TypeError: __init__() should return None, not 'int'"},
    // The instance must not disturb the destination before __init__ is done.
    {"class A:\n def __init__(self, o): self.o = o\nx = 1\nx = A(x)", "x.o", "1"},
    {"class A:\n def __init__(self): raise ValueError('no')", "A()", "ValueError: no"})

PY_ROWS(Recursion,
    {"def f(n): return n if n == 0 else f(n - 1)", "f(900)", "0"},
    {"def f(): f()", "f()", "RecursionError: maximum recursion depth exceeded"},
    {"class A:\n def __eq__(self, o): return self == o", "A() == A()", "RecursionError: maximum recursion depth exceeded"})

// A register, a jump and a frame beyond what 16 bits can name.
TEST_F(LoopTest, WideInstructions) {
  std::string many = "def f(a):\n";
  for (int i = 0; i < 66000; ++i) many += " v" + std::to_string(i) + " = a\n";
  many += " v65999 += 5\n return v65999, str(v65998), [v65997]\n";
  EXPECT_EQ(evaluate(many, "f(2)"), "(7, '2', [2])");
  std::string far = "def f(x):\n while x < 30:\n";
  for (int i = 0; i < 40000; ++i) far += "  x += 1\n";
  EXPECT_EQ(evaluate(far + " return x\n", "f(0)"), "40000");
}

}  // namespace taipan
