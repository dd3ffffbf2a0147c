# `in`, d[key] and s | {x} with keys of all sorts: what needs words only, and what needs more.


class Odd:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return hash(self.n)

    def __eq__(self, other):
        return self.n == (other.n if isinstance(other, Odd) else other)

    def __repr__(self):
        return f"Odd({self.n})"


class Mine(frozenset):
    pass


class Text(str):
    pass


class Default(dict):
    def __missing__(self, key):
        return ("missing", key)


nan = float("nan")
KEYS = [0, 1, -1, 2, True, False, None, 1.0, 2.5, nan, 10**30, -(10**30), "a", "b" * 3, "", Text("a"), (), (1, 2), (1, "a"),
        (1, (2, 3)), (1.0, 2), (True, 2), (1, 2, 3, 4, 5), (nan, 1), Odd(1), Odd("a"), Odd(77), b"a", 2**61 - 1, 2**61, 1 << 40]


def show(values):
    return "".join("1" if v else "0" for v in values)


def within(container):
    return show([key in container for key in KEYS]), show([key not in container for key in KEYS])


def items(d):
    found = []
    for key in KEYS:
        try:
            found.append(d[key])
        except KeyError as e:
            found.append(("no", repr(e.args[0])[:12]))
    return found


def containers(keys):
    d = {}
    for i, key in enumerate(keys):
        d[key] = i
    return d, set(keys), frozenset(keys), tuple(keys), list(keys), d.keys()


for n in (0, 1, 3, 8, 9, 40):
    ints = [i * 7 % 41 for i in range(n)]
    for keys in (ints, ints + ["a", "bbb"], ints + [(1, 2), (1, "a")], ints + [1.0, 2.5], ints + [Odd(1), nan]):
        for container in containers(keys):
            first = within(container)
            for _ in range(20):
                assert within(container) == first
            print(n, type(container).__name__, *first)

for d in containers(KEYS)[0], Default({1: "one", "a": "A", (1, 2): "pair"}), {}:
    first = repr(items(d))
    for _ in range(20):
        assert repr(items(d)) == first
    print(first)


def delete_and_ask():
    d = {i: str(i) for i in range(30)}
    s = set(range(30))
    for i in range(0, 30, 3):
        del d[i]
        s.discard(i)
    return show([i in d for i in range(32)]), show([i in s for i in range(32)]), d.get(3), d[4], 5 in d, 6 in d


print([delete_and_ask() for _ in range(25)][-1])


def union(s, x):
    return s | {x}


def union_in_place(s, x):
    s |= {x}
    return s


def union_behind(s, x):
    return {x} | s


LEFT = [frozenset(), set(), frozenset([1]), {1, 2, 3, 4}, frozenset(range(8)), set(range(9)), frozenset(range(12)), set("abc"), Mine([1, 2]),
        frozenset([1.5, "q"]), {Odd(1)}, {"a": 1}.keys()]
ADDED = [1, 5, True, 1.0, "a", "zz" * 2, None, (1, 2), Odd(3), 10**20]
for left in LEFT:
    for x in ADDED:
        for one in union, union_behind:
            first = one(left, x)
            for _ in range(10):
                assert one(left, x) == first and type(one(left, x)) is type(first)
            print(type(first).__name__, len(first), sorted(map(repr, first)))
        target = set(left)
        assert union_in_place(target, x) is target
for bad in (None, 3, [1], "text"):
    for one in union, union_behind:
        try:
            one(bad, 1)
        except TypeError as e:
            print(e)
for bad in ([], {}, ([],)):
    for what in (lambda: union({1}, bad), lambda: bad in {1}, lambda: bad in {1: 2}, lambda: {1: 2}[bad], lambda: (bad in (1, bad))):
        try:
            print(what())
        except TypeError as e:
            print(e)


def chain(n):
    s = frozenset()
    for i in range(n):
        s = s | {i * 5}
        assert i * 5 in s and i * 5 + 1 not in s and len(s) == i + 1
    return s


for _ in range(5):
    s = chain(60)
print(len(s), sum(s), sorted(s)[:12])


def gone(n):
    """Keys and containers whose last reference goes with the lookup."""
    hits = 0
    for i in range(n):
        hits += str(i) in {str(i): 1}
        hits += (i, str(i)) in {(i, str(i))}
        hits += {(i, i): [i]}[i, i][0] == i
        hits += [str(i)] == [{i: str(i)}[i]]
    return hits


print(gone(300))


def big(n):
    s = set(range(3, n, 3))
    s.update(range(n, 0, -7))
    d = dict.fromkeys(range(n))
    other = set(range(n)) - s
    return len(s), len(other), sum(other) % 1000003, sum(1 for i in range(-5, n + 5) if i in d), len(s & other), len(s | other)


print(big(120_000))
