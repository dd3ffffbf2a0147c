# Tuples, sets, frozensets and ranges.
t = (1, "a", None, 2.5)
print(t, t[0], t[-1], t[1:3], t[::-1], len(t), t + (5,), t * 2, (), (1,), ((1, 2), (3,)), "a" in t, t.index(None), (1, 2, 1).count(1), hash((1, 2)) == hash((1, 2)), (1, 2) < (1, 3), (1,) < (1, 0), (1, 2) == (1.0, 2.0), () == (), tuple([1, 2]), tuple("ab"), tuple(range(3)))
a, b = b_a = (1, 2); a, b = b, a; (c, d), e = (3, 4), 5; print(a, b, b_a, c, d, e)
f = (1, [2]); f[1].append(3); print(f)
for bad in ["(1,)[1]", "hash(([],))", "(1, 2) + [3]", "t[0] = 1", "().index(1)", "(1,) < ('a',)"]:
    try:
        exec(bad)
    except Exception as error:
        print(bad, type(error).__name__, error)
s = {3, 1, 2, 3}
print(len(s), sorted(s), 3 in s, 4 in s, s == {1, 2, 3}, s.add(4), s.discard(9), s.discard(1), sorted(s), set(), frozenset(), frozenset([1]), {1} , {"a"}, set("") )
x, y = {1, 2, 3, 4}, {3, 4, 5}
print(sorted(x | y), sorted(x & y), sorted(x - y), sorted(x ^ y), x <= y, {3} < x, x >= {1}, x.isdisjoint({9}), x.issubset(range(10)), sorted(x.union([7], (8,))), sorted(x.intersection(y, [4])), sorted(x.difference([1])), sorted(x.symmetric_difference([1, 9])))
z = x.copy(); z |= {10}; z &= {1, 2, 10}; z -= {2}; z ^= {1, 5}; print(sorted(z), sorted(x)); z.update([1], "a"); z.intersection_update({1, "a", 5}); z.difference_update([5]); z.symmetric_difference_update([1, 6]); print(sorted(z, key=str))
print(sorted({i % 7 for i in range(50)}), {frozenset([1, 2]): "fs"}[frozenset([2, 1])], frozenset([1, 2]) == {1, 2}, hash(frozenset([1, 2])) == hash(frozenset([2, 1])), type({1} | frozenset([2])), type(frozenset([2]) | {1}), {frozenset()} == {frozenset()}, {1, 1.0, True})
for bad in ["{[]}", "set([[]])", "{1}.remove(2)", "set().pop()", "{1} + {2}", "{1} | [2]", "hash(set())", "{1}[0]", "set(5)"]:
    try:
        exec(bad)
        print(bad, "ok")
    except Exception as error:
        print(bad, type(error).__name__, error)
big = set()
for i in range(3000):
    big.add(i * i % 1009)
    if i % 5 == 0:
        big.discard(i % 1009)
print(len(big), sum(big), min(big), max(big))
m = set(range(5))
try:
    for v in m:
        m.add(v + 100)
except RuntimeError as error:
    print(error)
r = range(2, 20, 3)
print(r, list(r), len(r), r[0], r[-1], r[1:4], r[::-1], 5 in r, 6 in r, 5.0 in r, "x" in r, r.index(8), r.count(8), r.start, r.stop, r.step, range(5) == range(0, 5, 1), range(0) == range(2, 1), hash(range(3)) == hash(range(0, 3)), list(range(5, 0, -2)), list(range(0)), list(reversed(range(4))), range(10 ** 20)[10 ** 19], len(range(-5, 5)), bool(range(0)), range(0, 10 ** 30, 10 ** 29)[3], list(range(2 ** 62 - 2, 2 ** 62 + 2)))
for bad in ["range(1, 2, 0)", "range('a')", "range(3)[3]", "range(3).index(5)", "range(1.0)", "range()", "len(range(10 ** 30))"]:
    try:
        print(bad, eval(bad))
    except Exception as error:
        print(bad, type(error).__name__, error)
i = iter(range(3)); print(next(i), list(i), next(i, None), sum(range(10 ** 6)), max(range(7)), [*range(3), *range(3, 0, -1)])
print(sorted([(2, "b"), (1, "z"), (2, "a")]), max((1, 2), (1, 3)), min({"b": 1, "a": 2}), dict([(1, 2)]), list(zip(range(3), range(3, 9))), tuple(i * 2 for i in range(4)), (*"ab", *[1]), isinstance((), tuple), type(()).__name__)
print(slice(1, 5, 2).indices(4), slice(None), slice(1, None), [1, 2, 3, 4][slice(1, 3)], slice(1, 2) == slice(1, 2), slice(-5, None, -1).indices(3))
