# not under: publish
# Slices and sorting: negative steps, assignments, deletions, slice.indices; stability, keys, reverse, cmp_to_key, bisect, heaps, natural order.
import bisect
import functools
import heapq
import itertools
import operator
import re

items = list(range(10))
for s in (slice(None), slice(2, 8, 3), slice(None, None, -1), slice(-3, None), slice(8, 2, -2), slice(20, -20, -3), slice(3, 3), slice(None, 100, 4)):
    print(s, items[s], s.indices(10), list(range(*s.indices(4))), "abcdefghij"[s], bytes(items)[s], tuple(items)[s] == tuple(items[s]), range(10)[s])
work = items[:]
work[2:5] = "xyz"
work[::3] = [None] * 4
work[5:5] = [50, 51]
del work[::4]
work[-2:] = []
print(work)
for bad in ("work[::2] = [1]", "work[1:2:0]", "work['a':]", "work[1:2] = 5", "del work[99]", "items[2**70]", "items[:2**70]", "items[slice(1, 2, 3, 4)]"):
    try:
        exec(bad)
        print("fine:", bad)
    except Exception as error:
        print(bad, type(error).__name__, error)


class Grid:
    def __getitem__(self, key):
        return key

    def __setitem__(self, key, value):
        print("set", key, value)

    def __delitem__(self, key):
        print("delete", key)


g = Grid()
print(g[1], g[1:2], g[:, ::2], g[..., None], g[1:2, *[3, 4], 5:], g[()], g[slice(None)] == slice(None), hash(g[1:2]) == hash(slice(1, 2)))
g[1:2, ...] = 5
del g[::-1]
people = [("Ann", 30, "Rome"), ("Bob", 25, "Oslo"), ("Cid", 30, "Oslo"), ("Dan", 25, "Rome"), ("Eve", 35, "Oslo")]
print(sorted(people, key=operator.itemgetter(1)))
print(sorted(people, key=lambda p: (-p[1], p[2], p[0])))
print([p[0] for p in sorted(sorted(people, reverse=True), key=operator.itemgetter(2), reverse=True)])
print(sorted(people, key=functools.cmp_to_key(lambda a, b: (a[2] > b[2]) - (a[2] < b[2]) or b[1] - a[1])))


class Version:
    def __init__(self, text):
        self.text, self.parts = text, tuple(int(p) if p.isdigit() else p for p in re.findall(r"\d+|[a-z]+", text))

    def __lt__(self, other):
        Version.compared += 1
        for a, b in itertools.zip_longest(self.parts, other.parts, fillvalue=0):
            if a != b:
                if isinstance(a, str) != isinstance(b, str):
                    return isinstance(a, str)
                return a < b
        return False

    def __repr__(self):
        return self.text


Version.compared = 0
versions = [Version(v) for v in "1.10 1.9 2.0rc1 2.0 1.9.1 2.0a3 1.9b 0.1 10.0".split()]
print(sorted(versions), sorted(versions, reverse=True)[:3], min(versions), max(versions), Version.compared < 80)
files = ["file10.txt", "File2.txt", "file1.txt", "file.txt", "file02.txt"]
print(sorted(files), sorted(files, key=str.casefold), sorted(files, key=lambda f: [int(p) if p.isdigit() else p.lower() for p in re.split(r"(\d+)", f)]))
print(sorted([3, 1.5, True, -2, 0.1 + 0.2, False, 10**20, float("-inf")]), sorted("bB aA"), sorted([(1, "b"), (1, "a"), (0, "z")]), sorted([[2], [1, 5], []]), sorted({3: 1, 1: 2}), sorted([b"b", b"a"]))
for bad in ([1, "a"], [1, None], [(1, "a"), (1, 2)], [{}, {}], [1j, 2]):
    try:
        print(sorted(bad))
    except TypeError as error:
        print(error)
broken = [5, 4, 3]
try:
    broken.sort(key=lambda v: broken.append(v) or v)
except ValueError as error:
    print(error, broken)
run = [*range(50), *range(40, 20, -1), *[7] * 10, *range(100, 60, -2)]
print(sorted(run) == sorted(reversed(run)) == sorted(sorted(run), reverse=True)[::-1], sorted(run, key=lambda v: v % 7)[:12])
scores = [33, 60, 70, 85, 90]
print(["FDCBA"[bisect.bisect(scores[1:], s)] for s in (20, 60, 69, 85, 99)], bisect.bisect_left(scores, 70), bisect.insort(scores, 71) or scores, bisect.bisect(people[:2], 28, key=lambda p: -p[1]))
heap = [5, 3, 8, 1]
heapq.heapify(heap)
print(heap, heapq.heappushpop(heap, 4), heapq.nsmallest(2, people, key=lambda p: p[1]), heapq.nlargest(2, "apple"), list(heapq.merge([1, 4], [2, 3], [0, 9])), list(heapq.merge("ca", "db", reverse=True)))
print(list(itertools.groupby(sorted("banana")))[0][0], [(k, len(list(v))) for k, v in itertools.groupby(sorted(people, key=lambda p: p[2]), key=lambda p: p[2])], list(zip(*sorted(zip([3, 1, 2], "cab")))))
