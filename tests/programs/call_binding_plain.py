# Binding of arguments: what is plain (names given once, all required there) and what is not, through the same warm sites.
import sys


def f(a, b=2, /, c=3, *, d=4, e):
    return a, b, c, d, e


def rest(a, *more, k=1, **named):
    return a, more, k, named


def only(*, x, y=5):
    return x, y


def slash(a, b=1, /, **named):
    return a, b, named


class Box:
    def __init__(self, width=1, *parts, height=2, **options):
        self.all = width, parts, height, options

    def __call__(self, *args, **named):
        return self.all, args, named

    def method(self, a, b=[], *, key=None):
        return a, b, key


def attempt(call):
    try:
        return call()
    except TypeError as e:
        return str(e)


box = Box()
calls = [
    lambda: f(1, e=5), lambda: f(1, 2, 3, e=6, d=7), lambda: f(1, c=9, e=0), lambda: f(1), lambda: f(1, a=1, e=2), lambda: f(b=1, e=2),
    lambda: f(1, 2, 3, 4, e=1), lambda: f(1, 2, 3, c=3, e=1), lambda: f(1, e=1, z=2), lambda: f(e=1), lambda: f(1, 2, 3, 4, 5),
    lambda: rest(1), lambda: rest(1, 2, 3), lambda: rest(1, k=2), lambda: rest(1, 2, k=3, z=4, y=[5]), lambda: rest(a=1, b=2), lambda: rest(),
    lambda: rest(1, a=2), lambda: rest(k=1), lambda: only(x=1), lambda: only(y=1), lambda: only(y=2, x=1), lambda: only(1), lambda: only(),
    lambda: slash(1, a=2, b=3), lambda: slash(1, 2, a=3), lambda: slash(a=1), lambda: Box(3, 4, 5, height=6, color="red").all,
    lambda: Box(height=1).all, lambda: Box(width=7).all, lambda: Box(1, width=2), lambda: Box(all=1).all, lambda: box(1, 2, x=3), lambda: box(self=1),
    lambda: box.method(1), lambda: box.method(1, key=2), lambda: box.method(b=1, a=2), lambda: box.method(key=1), lambda: box.method(1, 2, 3),
    lambda: box.method(**{"a": 1, "".join(["k", "ey"]): 2}), lambda: rest(*[1, 2], **{"k": 3, "v w": 4}), lambda: rest(**{"a": 1, "".join("zz"): 2}),
    lambda: rest(*(), **{1: 2}), lambda: f(*"ab", **{"e": 1, "d": 2}),
]
for round in range(60):
    results = [attempt(c) for c in calls]
    if round == 0:
        first = results
    assert results == first, (round, [x for x in zip(first, results) if x[0] != x[1]])
for r in first:
    print(r)


# Defaults that are replaced, and taken away.
def change(a, b=1, *, c=2):
    return a, b, c


def ask():
    return attempt(lambda: change(0)), attempt(lambda: change(0, c=9)), attempt(lambda: change(0, b=8)), attempt(lambda: change(a=7))


for n in range(30):
    change.__defaults__ = (n,)
    change.__kwdefaults__ = {"c": -n}
    now = ask()
    assert now == ((0, n, -n), (0, n, 9), (0, 8, -n), (7, n, -n)), now
change.__kwdefaults__ = None
print(ask())
change.__defaults__ = None
change.__kwdefaults__ = {"c": 1}
print(ask())
change.__defaults__ = (1, 2)
print(ask(), attempt(change))


# Who holds arguments, while and after.
class Held:
    alive = 0

    def __init__(self):
        Held.alive += 1

    def __del__(self):
        Held.alive -= 1


def take(a, *more, key=None, **named):
    return Held.alive


for _ in range(50):
    assert take(Held(), Held(), key=Held(), other=Held()) == 4 and Held.alive == 0
    assert take(Held(), *[Held(), Held()], **{"key": Held(), "x": Held()}) == 5 and Held.alive == 0
    assert attempt(lambda: only(Held(), x=Held())).startswith("only() takes 0") and Held.alive == 0
    assert attempt(lambda: f(Held(), a=Held(), e=1)).startswith("f() got some") and Held.alive == 0
print(Held.alive)


# Many of everything.
source = "def many(" + ", ".join(f"p{i}=0" for i in range(70)) + ", *, " + ", ".join(f"k{i}={i}" for i in range(20)) + "): return sum(locals().values())"
exec(source)
for n in range(40):
    total = many(1, p69=2, k19=100, k0=n)
    assert total == 1 + 2 + 100 + n + sum(range(19)), total
    total = many(**{f"p{i}": 1 for i in range(70)})
    assert total == 70 + sum(range(20))
print(total)
