# match: literals, captures, sequences, mappings, classes, or, as, guards, values, wildcards.
class Point:
    __match_args__ = ("x", "y")
    def __init__(self, x, y): self.x, self.y = x, y
class Color:
    RED, GREEN = 1, 2
def kind(v):
    match v:
        case 0: return "zero"
        case True: return "true"
        case None: return "none"
        case -1 | 2.5 | "s" | b"b" | 3 + 4j: return f"literal {v!r}"
        case int() | float() as n if n > 100: return f"big {n}"
        case int(n): return f"int {n}"
        case str() as s if s.startswith("a"): return f"a-string {s}"
        case str(s): return f"string {s}"
        case []: return "empty"
        case [x]: return f"one {x}"
        case [1, *rest]: return f"one and {rest}"
        case (x, y): return f"pair {x} {y}"
        case [first, *_, last]: return f"from {first} to {last}"
        case {"type": "circle", "r": r}: return f"circle {r}"
        case {"type": str(t), **rest}: return f"{t} with {rest}"
        case {}: return f"mapping of {len(v)}"
        case Point(0, 0): return "origin"
        case Point(x=0, y=y): return f"on y axis at {y}"
        case Point(x, y) if x == y: return f"diagonal {x}"
        case Point(x, y=Point(z)): return f"nested {x} {z}"
        case Point(): return "point"
        case _: return f"other {type(v).__name__}"
for v in [0, 0.0, False, True, 1, None, -1, 2.5, "s", b"b", 3 + 4j, 500, 101.5, 50, "apple", "pear", [], [9], [1, 2, 3], (1,), (5, 6), [5, 6, 7, 8], range(3), {"type": "circle", "r": 2, "z": 1}, {"type": "box", "w": 1}, {"a": 1}, {}, Point(0, 0), Point(0, 5), Point(3, 3), Point(1, Point(7, 8)), Point(1, 2), {1, 2}, b"xyz", bytearray(b"x"), 1.5, object]:
    print(kind(v), end="; ")
print()
def value(v):
    match v:
        case Color.RED: return "red"
        case Color.GREEN: return "green"
    return "no match"
print(value(1), value(2), value(3))
def command(line):
    match line.split():
        case ["go", ("north" | "south") as direction]: return f"going {direction}"
        case ["get", obj] | ["pick", "up", obj]: return f"took {obj}"
        case ["drop", *objs] if objs: return f"dropped {', '.join(objs)}"
        case ["quit" | "exit"]: return "bye"
        case [] | [""]: return "nothing"
        case [verb, *_]: return f"can't {verb}"
for c in ["go north", "go up", "get key", "pick up lamp", "drop a b", "drop", "exit", ""]: print(command(c), end="; ")
print()
def nest(v):
    match v:
        case {"user": {"name": str(name), "tags": [t, *_]}, "n": int(n) | float(n)}: return name, t, n
        case [[a, b], [c, [d, *e]]]: return a, b, c, d, e
        case ([x] | x): return "inner", x
print(nest({"user": {"name": "N", "tags": ["t1", "t2"]}, "n": 1.5}), nest([[1, 2], [3, [4, 5, 6]]]), nest([7]), nest(8))
match (1, 2):
    case (a, b) if a > b: print("no")
    case (a, 2): print("matched", a, b)
match [1, [2, 3]]:
    case [int(i), [*inner]]: print(i, inner)
match {"k": None}:
    case {"k": None as n}: print("none value", n)
match "abc":
    case [*_]: print("strings are not sequences")
    case x: print("captured", x)
match 1, 2, *[3]:
    case 1, *m: print(m)
class Sub(dict): pass
class Seq(list): pass
print(kind(Sub(type="circle", r=1)), kind(Seq([1, 5])))
class Loud:
    __match_args__ = ("a",)
    @property
    def a(self): print("read a", end=" "); return 1
match Loud():
    case Loud(2): print("two")
    case Loud(1): print("one")
class Bad: __match_args__ = ["x"]
for code in ["match 5:\n case int(1, 2): pass", "match Point(1, 2):\n case Point(1, 2, 3): pass", "match Bad():\n case Bad(1): pass", "match 5:\n case Point.x.y: pass", "match Point(1,2):\n case Point(1, x=1): pass", "match 5:\n case print(): pass"]:
    try: exec(code); print("ok")
    except Exception as e: print(type(e).__name__, e)
for code in ["match 1:\n case x: pass\n case 1: pass", "match 1:\n case [a, a]: pass", "match 1:\n case a | 1: pass", "match 1:\n case [*a, *b]: pass", "match 1:\n case {**r, 'a': 1}: pass", "match 1:\n case 1 + 1: pass"]:
    try: compile(code, "s", "exec"); print("compiled")
    except SyntaxError: print("SyntaxError", end=" ")
print()
match = 5; case = 6; print(match + case, [match for match in (1,)])
def http(status):
    match status:
        case 200 | 201: return "ok"
        case 404: return "missing"
        case n if 500 <= n < 600: return "server"
        case _: return "?"
print([http(s) for s in (200, 201, 404, 503, 302)])
def evaluate(node):
    match node:
        case int() | float(): return node
        case ("+", a, b): return evaluate(a) + evaluate(b)
        case ("*", a, b): return evaluate(a) * evaluate(b)
        case ("neg", a): return -evaluate(a)
        case ("let", name, val, body): return evaluate(subst(body, name, evaluate(val)))
        case str(name): raise NameError(name)
def subst(node, name, val):
    match node:
        case str(n) if n == name: return val
        case (op, *args): return (op, *[subst(a, name, val) for a in args])
        case _: return node
print(evaluate(("let", "x", ("+", 1, 2), ("*", "x", ("neg", ("+", "x", 4))))))
