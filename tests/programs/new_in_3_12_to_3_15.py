# Newer syntax: type parameters, type aliases, nested f-strings, t-strings, frozendict, sentinel, unpacking in comprehensions.
def first[T](items: list[T]) -> T: return items[0]
class Box[T, *Ts, **P]:
    def __init__(self, v: T): self.v = v
    def map[U](self, f) -> "Box[U]": return Box(f(self.v))
type Pair[A] = tuple[A, A]
type Tree = int | list[Tree]
print(first([1, 2]), Box(5).map(str).v, first.__type_params__, Box.__type_params__, Pair.__name__, Pair.__type_params__, Pair[int], Tree.__value__, Box[int, str, float, [int]].__class__.__name__)
def bounded[N: (int, float), M: int = bool](n: N) -> N: return n
print([(p.__name__, p.__constraints__ if p.__name__ == "N" else p.__bound__) for p in bounded.__type_params__], bounded.__type_params__[1].__default__)
names = ["a", "b"]; x = 3.14159; w = 10
print(f"{", ".join(n for n in names)} {f"{f"{x:.{w - 8}f}"}"} {x!r:>{w}} {"\n".join(names)!r} {
    x  # a comment
    :.1f} {x = } {x=:.2f} {{}} {'a' 'b'} {lambda_ if (lambda_ := 5) else 0} {(lambda v: v * 2)(4)} {x:{'>'}{w}.{1 + 1}f} {dict(a=1)['a']} {names[0]:*^5}")
t = t"hello {names[0]} and {x:.2f} {w!r}"
print(type(t).__name__, t.strings, [(i.value, i.expression, i.conversion, i.format_spec) for i in t.interpolations], t.values, [p if isinstance(p, str) else p.value for p in t])
def render(template): return "".join(p if isinstance(p, str) else f"<{format(p.value, p.format_spec)}>" for p in template)
print(render(t"{1}{2} x {x:.1f}"), render(t"none"), render(t"a" t"b{1}"), render(t"{'nested'}" + t"!"))
fd = frozendict(a=1, b=2)
print(fd, fd["a"], hash(fd) == hash(frozendict(b=2, a=1)), fd == {"a": 1, "b": 2}, fd | {"c": 3}, isinstance(fd, dict), {fd: 1}[frozendict(a=1, b=2)], list(fd), fd.get("z"))
for bad in ("fd['c'] = 1", "del fd['a']", "fd.update(a=2)"):
    try: exec(bad)
    except (TypeError, AttributeError) as e: print(bad, type(e).__name__)
MISSING = sentinel("MISSING"); print(MISSING, MISSING is sentinel("MISSING"), bool(MISSING), type(MISSING).__name__)
print([*r for r in [[1, 2], (3,)]], {*r for r in ["a", "a"]}, {**d for d in [{"a": 1}, {"b": 2}]}, list(*g for g in ["xy"]))
def deferred(a: undefined_here, b: "str") -> also_undefined: pass
try: deferred.__annotations__
except NameError as e: print(e)
undefined_here = also_undefined = int; print(deferred.__annotations__)
class Fields:
    a: int
    b: str = "x"
print(Fields.__annotations__, Fields.__annotate__(1))
try:
    try: raise ValueError
    except TypeError, ValueError: print("no parentheses needed")
except SyntaxError: pass
def finally_warn(): return [i for i in range(3)]
with (open(__file__) as f, open(__file__) as g,): print(f.readline()[:9], f.name == g.name)
match {"k": [1, {"z": (2, 3)}]}:
    case {"k": [int(a), {"z": (b, *rest)}]}: print(a, b, rest)
print((lambda *args, **kw: (args, kw))(*[1], *(2,), **{"a": 1}, **{"b": 2}), 1_000_000, 0x_ff, 0b_1010, 1e1_0, "\N{SNOWMAN}", b"\x41", r"\n", rb"\n", f"{1}" "2" r"\3", ..., 5 .real, 1if 1else 2)
async def agen():
    yield 1
async def collect(): return [v async for v in agen()], [[w async for w in agen()] for _ in range(2)]
try: collect().send(None)
except StopIteration as e: print(e.value)
class A[T]: type Inner = T; x: T
class B(A[int]): pass
print(A.Inner.__value__, B.__orig_bases__, B.__mro__[1].__name__, A[int].__args__)
from math import pi as pi, tau; import os.path as p, sys; print(pi < tau, p.join("a", "b"), sys.version_info[:2], sys.version_info >= (3, 15))
def pos(a, /, b, *, c): return a, b, c
print(pos(1, b=2, c=3), pos.__kwdefaults__, (yes := [y := 1, y + 1]), yes)
print("%s" % fd, "{:>5}".format("é"), "a".__add__("b"), int.from_bytes(b"ab"), (5).is_integer(), list(zip([1], [2], strict=True)), max([], default=None), "abc".removeprefix("a"), {1: 2} | {3: 4}, math_sum if (math_sum := sum([0.1] * 10)) else 0)
