# Lists: building, slicing, methods, comparison, sorting, aliasing, mutation while iterating.
a = [3, 1, 2]
a.append(5); a.insert(0, 9); a.insert(-1, 7); a.insert(100, 8); a.extend((4, 6)); a += "xy"
print(a, len(a), a.pop(), a.pop(0), a.pop(-2), a)
a.remove(6) if 6 in a else None
a.reverse(); print(a, a.index(3), a.count(1), a[1:3], a[::-1], a[-3:-1], a[5:1:-2], a[:], a[10:])
b = a; c = a[:]; c2 = a.copy(); c3 = list(a)
b.append("z"); print(a is b, a == c, a[-1], len(c), c == c2 == c3)
x = list(range(10))
x[2:5] = ["a"]; print(x); x[1:1] = [100, 101]; print(x); x[::3] = [0] * len(x[::3]); print(x); x[-2:] = []; print(x); del x[0]; del x[1:3]; del x[::2]; print(x)
x[:] = range(5); print(x); x *= 2; print(x); x[5:] = x; print(x); x.clear(); print(x, not x)
print([1, 2] + [3], [0] * 3, 2 * [1, 2], [1, 2] < [1, 3], [1] < [1, 0], [] < [0], [1, 2] == [1.0, 2.0], [[]] * 2, [1] * -1)
n = [[0] * 2 for _ in range(2)]; n[0][0] = 1; m = [[0] * 2] * 2; m[0][0] = 1; print(n, m)
print(sorted([3, 1, 2]), sorted("bca", reverse=True), sorted([(1, "b"), (0, "z"), (1, "a")]), sorted(["bb", "a", "ccc"], key=len), sorted([3, -1, -2], key=abs), sorted([1, 2, 3, 4, 5, 6], key=lambda v: v % 3), sorted([1, 2, 3, 4, 5, 6], key=lambda v: v % 3, reverse=True))
w = [5, 2, 8]; print(w.sort(), w, w.sort(reverse=True), w, w.sort(key=lambda v: -v % 5), w)
r = [1]; r.append(r); print(r, r[1] is r, r == r)
print([i * i for i in range(5)], [i for i in range(10) if i % 2 if i > 3], [(i, j) for i in range(3) for j in range(i)], [[j for j in range(i)] for i in range(3)])
first, *rest = [1, 2, 3]; *init, last = "abc"; p, (q, *t), u = 1, [2, 3, 4], 5
print(first, rest, init, last, p, q, t, u, [*rest, *"xy", 0], [*range(3), *[]])
it = [1, 2, 3, 4]
seen = []
for v in it:
    seen.append(v)
    if v == 2:
        it.remove(2)
    if len(it) < 8 and v > 2:
        it.append(v * 10)
print(seen, it)
i = iter([1, 2]); print(next(i), next(i), next(i, "end"), list(i), list(reversed([1, 2, 3])))
print(any([0, "", None]), any([0, 1]), all([]), all([1, 0]), sum([[1], [2]], []), max([1, 5, 3]), min([[2], [1, 5]]), max(["a", "bbb"], key=len), max([], default="none"), list(map(lambda a, b: a + b, [1, 2], [3, 4])), list(filter(None, [0, 1, "", "a"])), list(zip([1, 2], "ab", (True, False))), list(enumerate("ab", 5)))


class Odd:
    def __init__(self, v):
        self.v = v

    def __eq__(self, other):
        return self.v % 2 == (other.v if isinstance(other, Odd) else other) % 2

    def __repr__(self):
        return f"Odd({self.v})"


o = [Odd(1), Odd(2), Odd(3)]
print(o.count(5), o.index(4), 7 in o, o.remove(9), o, o == [Odd(0), Odd(1)])


class Stack(list):
    def push(self, *items):
        self.extend(items)
        return self

    def __getitem__(self, i):
        return super().__getitem__(i - 1) if isinstance(i, int) else super().__getitem__(i)


st = Stack([1]).push(2, 3)
print(st, st[1], st[0], st[:2], type(st), type(st[:2]), type(st + [1]), isinstance(st, list), len(st))
for bad in ["[1][1]", "[1]['a']", "[].pop()", "[1].remove(2)", "[1].index(2)", "[] + ()", "[1] < ['a']", "[3, 'a'].sort()", "[1, 2][5] = 1", "a, b = [1]", "a, b = [1, 2, 3]", "[1, 2, 3].pop(9)", "x[::2] = [1]", "hash([])", "[1] * [2]", "list(5)", "sorted(3)"]:
    x = [1, 2, 3]
    try:
        exec(bad)
        print(bad, "ok")
    except Exception as error:
        print(bad, type(error).__name__, error)
big = list(range(1000)); big.sort(key=lambda v: (v * 7919) % 1000); print(big[:5], big[-3:], sorted(big) == list(range(1000)), big[::137])
while big:
    big.pop()
print(big, [None] * 3, [1, [2, [3, [4]]]], [1, 2, 3].__contains__(2), [].__len__(), list.__doc__ is not None, [1, 2].__eq__(3))
