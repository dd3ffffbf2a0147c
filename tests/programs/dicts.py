# Dicts: order, methods, views, merging, unhashable keys, deletion while growing, subclass hooks.
d = {"one": 1, "two": 2, 3: "three", None: None, (1, 2): [3], 1.5: 0, True: "t"}
print(d, len(d), d["one"], d[3], d[None], d[1], d[(1, 2)], "two" in d, "x" in d, d.get("x"), d.get("x", 5), d.get("one", 5))
d[1] = "uno"; d["new"] = d.pop("two"); del d[None]; print(d, d.pop("zz", "default"), d.popitem(), list(d))
print({1: "a", 1.0: "b", True: "c"}, {0: "x", False: "y"}, dict([(1, 2), ("a", "b")]), dict(a=1, b=2), dict({"x": 1}, y=2), dict(zip("ab", [1, 2])), dict.fromkeys([1, 2]), dict.fromkeys("ab", 0))
e = {"a": 1, "b": 2}
print(e.keys(), e.values(), e.items(), list(e), list(e.items()), sorted(e.values()), "a" in e.keys(), ("a", 1) in e.items(), 2 in e.values(), e.keys() & {"a", "z"}, sorted(e.keys() | {"z"}), e.items() - {("a", 1)}, e.keys() == {"b", "a"}, list(reversed(e)), list(reversed(e.items())))
print(e.setdefault("c", 3), e.setdefault("a", 9), e, e.update({"a": 10}), e.update(b=20, d=4), e.update([("e", 5)]), e, e | {"z": 0}, {**e, "a": 0}, e == dict(reversed(list(e.items()))), e != {})
e |= {"q": 1}; f = e.copy(); f["a"] = 0; print(e["a"], f["a"], e.clear(), e, len(f))
print({k: v for k, v in zip("abc", range(3))}, {i: i * i for i in range(5) if i % 2}, {k: [j for j in range(k)] for k in range(3)})
order = {}
for i in range(20):
    order[i * 37 % 20] = i
for i in range(0, 20, 3):
    del order[i]
for i in range(0, 20, 6):
    order[i] = "again"
print(order, list(order.values())[-4:], next(iter(order)), next(reversed(order)))
big = {}
for i in range(5000):
    big[f"key{i}"] = i
    if i % 3 == 0:
        del big[f"key{i // 2}" if f"key{i // 2}" in big else f"key{i}"]
print(len(big), sum(big.values()), list(big)[:3], list(big)[-3:], all(big[k] == int(k[3:]) for k in big))
queue = {}
for i in range(1000):
    queue[i] = i
    if len(queue) > 10:
        queue.pop(next(iter(queue)))
print(queue)


class Bad:
    def __init__(self, v):
        self.v = v

    def __hash__(self):
        return 1

    def __eq__(self, other):
        return isinstance(other, Bad) and self.v == other.v

    def __repr__(self):
        return f"Bad({self.v})"


c = {Bad(i): i for i in range(8)}
print(c, c[Bad(5)], Bad(9) in c, c.pop(Bad(0)), len(c), {1: "int"}.get(Bad(1)))


class Counter(dict):
    def __missing__(self, key):
        return 0


k = Counter()
for ch in "mississippi":
    k[ch] += 1
print(k, k["x"], "x" in k, k.get("x"), type(k.copy()), sorted(k, key=k.get))
r = {}; r["self"] = r; print(r, {1: {2: {3: {}}}}, {"it's": 'q"'}, {}.__class__, bool({}), bool({0: 0}))
for bad in ["{}['a']", "{[]: 1}", "{}.pop('a')", "{}.popitem()", "dict([1])", "dict([(1, 2, 3)])", "{1: 2}[[]]", "{} < {}", "del {}['k']", "{} | []", "dict(1)", "{1: 2} + {3: 4}", "{{}: 1}", "dict(**{1: 2})"]:
    try:
        exec(f"print({bad!r}, {bad})" if not bad.startswith("del") else bad)
    except Exception as error:
        print(bad, type(error).__name__, error)
for change in ("d[9] = 1", "del d[1]", "d.clear()"):
    d = {1: 1, 2: 2}
    try:
        for key in d:
            exec(change)
    except RuntimeError as error:
        print(change, error)
d = {1: 1, 2: 2}
for key in d:
    d[key] += 10
print(d, (lambda **kw: kw)(**{"x": 1}, y=2), f"{ {'a': 1}['a'] }", str({1: 'a'}), {**{}, **{1: 2}})
for key, value in sorted({"b": 1, "a": 2}.items(), key=lambda kv: kv[1]):
    print(key, value, end=";")
print()
