# Comprehensions: nesting, conditions, scope, closures, unpacking, in class bodies, with walrus.
print([x for x in "abc"], {x for x in (1, 1)}, {x: y for x, y in [(1, 2)]}, list(x for x in [3]))
print([(x, y) for x in range(3) for y in range(x, 3) if (x + y) % 2], [[r * c for c in range(3)] for r in range(3)])
print([x if x > 1 else -x for x in range(4)], [x for x in range(20) if x % 2 if x % 3 if x > 4], [y for x in [[1, 2], [3]] for y in x])
x = "outer"; print([x for x in range(2)], x); y = [x for _ in "a"]; print(y)
print([f() for f in [lambda: i for i in range(3)]], [f() for f in [lambda i=i: i for i in range(3)]])
print([(last := v) for v in range(3)], last)
total = 0; print([total := total + v for v in range(5)], total)
def local():
    n = 5
    squares = [n * v for v in range(3)]
    nested = [[n + a + b for a in range(2)] for b in range(2)]
    def inner(): return [n for _ in range(2)]
    if any((found := v) > 1 for v in [1, 2, 3]): pass
    return squares, nested, inner(), found, sorted(locals())
print(local())
class Body:
    size = 3
    items = [i for i in range(size)]
    pairs = {i: "x" for i in items}
    first = [v for v in items][0]
print(Body.items, Body.pairs, Body.first, hasattr(Body, "i"))
try:
    class Wrong:
        size = 3
        bad = [size for _ in range(2)]
except NameError as e: print(e)
print([*[1, 2], *(3,)], {*"a"}, {**{"a": 1}, "b": 2}, [*a for a in [[1, 2], [3]]], {**d for d in [{"x": 1}, {"y": 2}]}, sorted({*s for s in ["ab", "bc"]}), list(*g for g in [[7, 8], [9]]))
matrix = [[1, 2, 3], [4, 5, 6]]
print([[row[i] for row in matrix] for i in range(3)], [list(t) for t in zip(*matrix)], [sum(r) for r in matrix], [v for r in matrix for v in r if v % 2 == 0])
print({k: {v for v in vs} for k, vs in {"a": [1]}.items()}, {len(w): w for w in ["a", "bb", "cc"]}, {i: [j for j in range(i)] for i in range(3)}, [*map(str, range(3))], [(a, b) for a, *b in ["xyz", [1]]], [a.b for a in []])
print([[[(i, j, k) for k in range(1)] for j in range(2)] for i in range(2)], [i for i in range(5) if not any(i == j for j in (1, 3))], sum([i for i in range(100)]), len([None for _ in range(1000)]))
def gen_scope():
    fs = [(lambda: (a, b)) for a in range(2) for b in range(2)]
    return [f() for f in fs]
print(gen_scope(), [i for i in [1, 2, 3] if (j := i * 2) > 2], j, [(lambda y: [x + y for x in range(2)])(10) for _ in "a"])
for bad in ["[x for x in 5]", "[1 / v for v in [1, 0]]", "{[]: 1 for _ in 'a'}", "[a for a, b in [1]]", "{v for v in [[]]}", "[undefined for _ in 'a']", "[v.x for v in [1]]"]:
    try: print(eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
try: [1 for i in range(3) if 1 / (2 - i)]
except ZeroDivisionError as e: print("inside", e)
print(x, [i for i in range(3)][-1], [c for c in "hello" if c not in "aeiou"], {c for c in "x"}, "".join([c.upper() for c in "abc"]), [(yes := True)], yes)
primes = [n for n in range(2, 60) if all(n % d for d in range(2, int(n ** 0.5) + 1))]; print(primes)
print([(a, b, c) for c in range(1, 30) for b in range(1, c) for a in range(1, b) if a * a + b * b == c * c])
print({word: sorted(i for i, w in enumerate("a b a c b".split()) if w == word) for word in dict.fromkeys("a b a c b".split())})
