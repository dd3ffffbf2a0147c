# Scopes: closures over loops, nonlocal chains, global, class scope, del in cells, exec with namespaces, builtins shadowing.
x = "global"
def outer():
    x = "outer"
    def middle():
        def inner():
            nonlocal x
            x += "!"
            return x
        return inner
    f = middle()
    return f(), f(), x
print(outer(), x)
def shadows():
    x = 1
    def inner():
        global x
        x = "changed"
        return x
    return inner(), x
print(shadows(), x)
def account(balance):
    history = []
    def deposit(n):
        nonlocal balance
        balance += n; history.append(n)
        return balance
    def report(): return balance, history
    return deposit, report
d1, r1 = account(10); d2, r2 = account(100)
d1(5); d2(1); d1(-3); print(r1(), r2(), d1.__closure__[0].cell_contents, d1.__code__.co_freevars, r1.__code__.co_freevars)
def late():
    fs = []
    for i in range(3):
        def f(): return i
        fs.append(f)
    a = [f() for f in fs]
    i = 99
    return a, [f() for f in fs]
print(late())
def cell_states():
    def use(): return value
    try: use()
    except NameError as e: print(type(e).__name__, e)
    value = 1; print(use())
    del value
    try: use()
    except NameError as e: print(type(e).__name__, e)
    try: value
    except UnboundLocalError as e: print(type(e).__name__, e)
    value = 2; return use()
print(cell_states())
def params(a, b=2, *c, d, **e):
    def inner():
        nonlocal a
        a *= 2
        return a, b, c, d, e
    b += 1
    return inner
print(params(1, 5, 6, d=7, z=8)())
class Scope:
    x = "class"
    def method(self): return x
    y = x
    z = (lambda: x)()
    def set_global(self):
        global made_here
        made_here = "yes"
print(Scope().method(), Scope.y, Scope.z); Scope().set_global(); print(made_here)
def class_in_function(v):
    class C:
        v = v + 1 if False else "own"
        def get(self): return v
    return C
try: print(class_in_function(5).v)
except NameError as e: print(type(e).__name__, e)
def nested_class(w):
    class C:
        attr = w
        def get(self): return w
        class D: deep = w * 2
    return C
print(nested_class(5).attr, nested_class(5)().get(), nested_class(4).D.deep)
ns = {"a": 1}; exec("b = a + 1\ndef f(): return a + b\nc = f()", ns); print(ns["b"], ns["c"], ns["f"](), "__builtins__" in ns)
ns["a"] = 100; print(ns["f"](), eval("a + b", ns), eval("a + q", ns, {"q": 5}), eval("[a for _ in range(2)]", {"a": 3}))
loc = {}; exec("u = 5\nclass K: w = 1\nm = [u for _ in 'x']", {}, loc); print(loc["u"], loc["K"].w, loc["m"])
def locals_test(a, b=2):
    c = 3
    snapshot = locals()
    d = 4
    return snapshot, sorted(locals())
print(locals_test(1)); print(sorted(k for k in globals() if k.startswith("r")))
def read_builtin(): return len([1, 2])
print(read_builtin()); len = lambda v: "shadow"; print(read_builtin(), len(5)); del len; print(read_builtin())
import builtins
builtins.added = "from builtins"; print(added); del builtins.added
try: added
except NameError as e: print(e)
globals()["via_dict"] = 5; print(via_dict); del via_dict
try: via_dict
except NameError as e: print(e)
def counter():
    counter.calls += 1
    return counter.calls
counter.calls = 0; counter(); print(counter(), (lambda: (lambda: (lambda: x)())())())
def rec(n): return [] if n == 0 else [n] + rec(n - 1)
alias = rec; rec = lambda n: ["replaced"]; print(alias(3))
def make_many(n):
    fs = []
    for i in range(n):
        def f(a=i, *, k=i * 2): return a + k + n
        fs.append(f)
    return fs
print([f() for f in make_many(4)], [f(1, k=1) for f in make_many(2)])
def swap_cells():
    a, b = 1, 2
    def swap():
        nonlocal a, b
        a, b = b, a
    swap(); return a, b, swap.__closure__[0].cell_contents
print(swap_cells())
def deep1():
    v = 0
    def deep2():
        def deep3():
            def deep4():
                nonlocal v
                v += 1
            deep4(); deep4()
        deep3()
    deep2(); return v
print(deep1())
for source in ["def f():\n nonlocal q\n", "nonlocal q", "def f():\n x = 1\n global x\n", "def f(a, a): pass", "def f():\n global z\n nonlocal z\n", "class C:\n nonlocal zz\n", "return 1", "yield 1", "break", "def f(a):\n global a\n"]:
    try: compile(source, "s", "exec"); print("compiled")
    except SyntaxError as e: print("SyntaxError")
