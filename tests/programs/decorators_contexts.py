# Decorators and context managers: order, classes as decorators, with several items, suppressed exceptions, early exits.
log = []
def tag(name):
    log.append(f"make {name}")
    def deco(f):
        log.append(f"apply {name}")
        def wrapped(*a, **k): return f"<{name}>{f(*a, **k)}</{name}>"
        return wrapped
    return deco
@tag("b")
@tag("i")
def text(s): return s
print(text("hi"), log)
class Counted:
    def __init__(self, f): self.f, self.n = f, 0
    def __call__(self, *a): self.n += 1; return self.f(*a)
    def __get__(self, obj, cls): return self if obj is None else lambda *a: self(obj, *a)
class Use:
    @Counted
    def m(self, x): return x * 2
    @staticmethod
    @tag("s")
    def s(x): return x
    @classmethod
    def c(cls): return cls.__name__
    @property
    @tag("p")
    def p(self): return 5
u = Use(); print(u.m(2), u.m(3), Use.m.n, u.s("x"), Use.c(), u.p)
def add_method(cls): cls.extra = lambda self: "extra"; return cls
@add_method
@(lambda c: c)
class Plain: pass
print(Plain().extra())
registry = {}
@registry.setdefault.__call__ if False else (lambda f: registry.setdefault(f.__name__, f))
def registered(): return "r"
print(registry["registered"]() , [lambda f: f][0](registered)())
class Ctx:
    def __init__(self, name, swallow=False, fail=None): self.name, self.swallow, self.fail = name, swallow, fail
    def __enter__(self):
        print("enter", self.name)
        if self.fail == "enter": raise RuntimeError("enter " + self.name)
        return self.name.upper()
    def __exit__(self, t, v, tb):
        print("exit", self.name, t and t.__name__, str(v), tb is not None)
        if self.fail == "exit": raise RuntimeError("exit " + self.name)
        return self.swallow
with Ctx("a") as a, Ctx("b") as b: print(a, b)
with (Ctx("c") as c, Ctx("d"),): print(c)
with Ctx("e", swallow=True): raise ValueError("gone")
with Ctx("outer", swallow=True), Ctx("inner"): raise KeyError("k")
def early():
    with Ctx("r"):
        return "returned"
print(early())
for i in range(3):
    with Ctx(f"loop{i}"):
        if i == 0: continue
        if i == 1: break
for fail in ("enter", "exit"):
    try:
        with Ctx("x"), Ctx("y", fail=fail): print("body")
    except RuntimeError as e: print("caught", e, repr(e.__context__))
try:
    with Ctx("z", fail="exit"): raise ValueError("orig")
except RuntimeError as e: print(e, repr(e.__context__))
class NoExit:
    def __enter__(self): pass
for bad in ("5", "NoExit()", "object()"):
    try: exec(f"with {bad}: pass")
    except Exception as e: print(type(e).__name__, e)
class Target: pass
t = Target(); lst = [0]
with Ctx("t") as t.attr, Ctx("l") as lst[0], Ctx("pq") as (p, q): print(t.attr, lst, p, q)
def gen():
    with Ctx("g"):
        yield 1
        yield 2
for v in gen(): print(v); break
g = gen(); print(next(g), next(g), next(g, None))
class Reentrant:
    depth = 0
    def __enter__(self): self.depth += 1; return self.depth
    def __exit__(self, *a): self.depth -= 1
r = Reentrant()
with r as one:
    with r as two: print(one, two, r.depth)
    print(r.depth)
print(r.depth)
