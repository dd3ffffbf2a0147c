# The iterator protocol: classes, iter with sentinel, reversed, zip/map/filter laziness, enumerate, exhaustion.
class Count:
    def __init__(self, n): self.n, self.i = n, 0
    def __iter__(self): return self
    def __next__(self):
        if self.i >= self.n: raise StopIteration
        self.i += 1; return self.i
class Fresh:
    def __init__(self, n): self.n = n
    def __iter__(self): return Count(self.n)
c = Count(3); print(list(c), list(c)); f = Fresh(3); print(list(f), list(f), 2 in f, 9 in f, sum(f), max(f), sorted(f, reverse=True), [*f], tuple(f), dict(zip(f, "abc")))
class Old:
    def __getitem__(self, i):
        if i > 2: raise IndexError
        return "xyz"[i]
print(list(Old()), "y" in Old(), list(zip(Old(), range(9))), list(iter(Old())), min(Old()))
values = iter([1, 2, 3, 0, 4]); print(list(iter(lambda: next(values), 0)), next(values))
a, b = [1, 2, 3], "ab"
print(list(zip(a, b)), list(zip()), list(zip(a)), list(zip(a, a, a))[-1], list(map(lambda x, y: (x, y), a, b)), list(map(None.__class__, [])), list(filter(lambda x: x > 1, a)), list(filter(None, [0, 1])), list(enumerate(b, start=1)), list(reversed(a)), list(reversed(b)), list(reversed(range(3))), list(reversed({1: 2, 3: 4})), list(zip(*[(1, 2), (3, 4)])))
try: list(zip([1, 2], [1], strict=True))
except ValueError as e: print(e)
print(list(zip([1], [2], strict=True)))
try: list(map(lambda a, b: a, [1, 2], [1], strict=True))
except ValueError as e: print(e)
log = []
m = map(lambda x: log.append(x) or x * 2, [1, 2, 3]); print(log, next(m), log, list(m), log)
it = iter("abc"); print(next(it), list(zip(it, it)), list(it), it.__length_hint__()); li = iter([1, 2, 3]); next(li); print(li.__length_hint__(), list(li), li.__length_hint__())
for bad in ["iter(5)", "next([])", "iter(5, 5)", "iter(Count)", "for x in 5: pass", "list(None)", "reversed({1})", "reversed(x for x in [])", "enumerate()", "zip(5)", "map()", "filter(None)", "next()", "sum(['a', 'b'])", "sum(5)", "max([])", "min()", "sorted([1, 'a'])", "any(5)", "dict([1, 2])", "max(1)", "[].__iter__().__next__()"]:
    try: exec(bad); print(bad, "ok")
    except Exception as e: print(bad, "->", type(e).__name__, e)
class BadIter:
    def __iter__(self): return 5
class BadNext:
    def __iter__(self): return self
class Raises:
    def __iter__(self): return self
    def __next__(self): raise ValueError("in next")
for cls in (BadIter, BadNext, Raises):
    try: list(cls())
    except Exception as e: print(cls.__name__, type(e).__name__, e)
    try:
        for _ in cls(): pass
    except Exception as e: print(cls.__name__, type(e).__name__, e)
lst = [1, 2, 3]; it = iter(lst); next(it); lst.append(4); print(list(it)); lst.append(5); print(list(it)); it = iter(lst); lst.clear(); print(list(it))
it = iter([1, 2]); print(any(x == 1 for x in it), list(it)); d = {"a": 1}; k = d.keys(); d["b"] = 2; print(list(k), len(k), k)
for i in (n := iter(range(11))):
    if i % 3 == 0: next(n)
    print(i, end=" ")
print()
print(max("abc", key=lambda c: -ord(c)), min([3, 1, 2], key=lambda v: -v), max(1, 2, 3), min("b", "a"), max([1, 5], [2]), sum([1.5, 2]), sum([[1], [2]], []), all([]), any([]), sorted("hello", key=str.upper), sorted([(1, "b"), (1, "a")], key=lambda p: p[0]))
class Countdown:
    def __init__(self, n): self.n = n
    def __iter__(self):
        n = self.n
        while n: yield n; n -= 1
    def __reversed__(self): return iter(range(1, self.n + 1))
    def __len__(self): return self.n
    def __contains__(self, v): return 0 < v <= self.n
print(list(Countdown(3)), list(reversed(Countdown(3))), 3 in Countdown(3), 0 in Countdown(3), [(x, y) for x in Countdown(2) for y in Countdown(2)])
