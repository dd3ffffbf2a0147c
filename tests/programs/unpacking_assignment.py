# Assignment targets, unpacking of all sorts, augmented assignment, evaluation order, deletion, chained targets.
a, b = 1, 2; (c, d), [e, f] = (3, 4), [5, 6]; g, *h, i = range(5); *j, = "ab"; k, (l, *m), n = 1, "xyz", 3
print(a, b, c, d, e, f, g, h, i, j, k, l, m, n)
x = y = z = [1]; x.append(2); print(z, x is y); p = q, r = 1, 2; print(p, q, r)
def t(name, value): print(name, end=" "); return value
class Box:
    def __setattr__(s, n, v): print("set", n, v, end=" "); object.__setattr__(s, n, v)
    def __getitem__(s, i): print("get", i, end=" "); return i
    def __setitem__(s, i, v): print("item", i, v, end=" ")
    def __delitem__(s, i): print("delitem", i, end=" ")
box = Box()
t("obj", box)[t("key", 1)] = t("value", 2); print()
t("o1", box).attr, t("o2", box)[t("k2", 5)] = t("v1", 1), t("v2", 2); print()
t("o", box)[t("k", 3)] += t("v", 4); print()
box.n = 1; box.n += 1; print(box.n)
i = 0; lst = [0, 0, 0]; i, lst[i] = 1, 9; print(i, lst); lst[0], lst[1], lst[2] = lst[2], lst[0], lst[1]; print(lst)
d = {}; d["a"], d["b"], *d["c"] = range(5); print(d); d["a"] += 10; d.setdefault("l", []).append(1); d["l"] += [2]; print(d)
s = "a"; s += "b"; s *= 2; tup = (1,); tup += (2, 3); n = 5; n **= 2; n //= 3; n %= 5; n <<= 2; n |= 1; n &= 0xF; n ^= 3; n >>= 1; n -= 1; n /= 2; print(s, tup, n)
l1 = l2 = [1]; l1 += [2]; print(l2); l1 = l1 + [3]; print(l1, l2); s1 = s2 = {1}; s1 |= {2}; print(s2)
tt = ([1],)
try: tt[0] += [2]
except TypeError as e: print(e, tt)
for bad in ["a, b = 1", "a, b = 1, 2, 3", "a, b, c = 'ab'", "a, *b, c = [1]", "(a, b), c = [1, 2], 3, 4", "a, b = {}", "a = undefined", "[a, b] = (x for x in [1])", "1 .x = 5", "None.x = 5", "a, b = 5, *None", "'abc'[0] = 'x'", "(1, 2)[0] = 3", "len.x = 1", "del (1, 2)[0]", "del undefined_thing", "del lst[99]", "del {}['x']", "x: int; print(x_not)", "print(*5)", "print(**5)", "print(**{1: 2})"]:
    try: exec(bad); print(bad, "ok")
    except Exception as e: print(bad, "->", type(e).__name__, e)
del a, (b, c), [d]; print([v for v in "abcd" if v in globals()])
del box[1], box[2:3]; print()
v: int = 5; w: "later"; print(v, __annotations__ if False else "annotated")
class Annot:
    a: int = 1
    b: str
    c: list[undefined_name] = []
    def f(self, x: also_undefined) -> never: pass
print(Annot.a, hasattr(Annot, "b"))
try: Annot.__annotations__
except NameError as e: print(e)
for source in ["1 = x", "f() = 1", "a + b = c", "(a, b) += 1", "[x for x in y] = 1", "None = 1", "*a = 1", "a, *b, *c = 1", "del f()", "x = yield = 1", "def f(x=1, y): pass", "f(a=1, 2)", "f(**k, *a)", "lambda x=1, y: 0", "x := 1", "(x.y := 1)", "__debug__ = 1", "a: int: str", "for 1 in x: pass", "with a as 1: pass", "f(a for a in b, c)", "import a.b as c.d", "from . import *\ndef f(): from x import *", "'a' f'b' = 1", "x = 01", "0b12", "1__0", "'\\N{no such name here}'", "a b", "if x\n pass", "  x", "if 1:\nx", "(", ")", "'abc", "x = = 1", "class", "def", "print 5", "f(x=1, x=2)", "{**a for a in b: 1}", "async with x: pass", "await x"]:
    try: compile(source, "s", "exec"); print("compiled:", source)
    except SyntaxError: print("E", end="")
print()
first, second = second, first = 1, 2; print(first, second)
def star(*args, **kw): return args, kw
print(star(*[1], 2, *(3, 4), a=1, **{"b": 2}, c=3), star(*"ab", *range(2)), star(**{}), [*[], 1, *{}], {*[], 2}, (*"", 3))
data = [("a", 1, [1, 2]), ("b", 2, [3])]
for name, num, (head, *tail) in data: print(name, num, head, tail)
m = dict(k1=1); m["k1"], m["k2"] = m.get("k2"), m["k1"]; print(m)
(a1), [b1], (c1,) = 1, [2], (3,); print(a1, b1, c1)
big = list(range(300)); q0, *mid, q1 = big; print(q0, len(mid), q1); x0, x1, *_ = (i * i for i in range(4)); print(x0, x1, _)
