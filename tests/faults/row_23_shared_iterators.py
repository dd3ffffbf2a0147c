"""Row 23: one iterator or generator stepped by several threads: exclusive generators, iterators that lose no step twice."""
import array
import collections
import csv
import io
import itertools
import re
import struct
import threading

from storm import problems, storm

N = 1000
L = list(range(N))
MAKERS = {
    "list": lambda: iter(L), "reversed": lambda: reversed(L), "tuple": lambda: iter(tuple(L)), "str": lambda: iter("abc" * 300),
    "dict": lambda: iter(dict.fromkeys(L)), "items": lambda: iter(dict.fromkeys(L).items()), "reversed dict": lambda: reversed(dict.fromkeys(L)), "set": lambda: iter(set(L)),
    "range": lambda: iter(range(N)), "big range": lambda: iter(range(2**70, 2**70 + N)), "enumerate": lambda: enumerate(L), "zip": lambda: zip(L, L),
    "map": lambda: map(str, L), "filter": lambda: filter(None, L), "count": itertools.count, "float count": lambda: itertools.count(0.5, 0.5),
    "cycle": lambda: itertools.cycle([1, 2, 3]), "repeat": lambda: itertools.repeat(1, N), "accumulate": lambda: itertools.accumulate(L),
    "chain": lambda: itertools.chain(L, L), "from_iterable": lambda: itertools.chain.from_iterable([L, L]), "compress": lambda: itertools.compress(L, L),
    "dropwhile": lambda: itertools.dropwhile(lambda x: x < 5, L), "takewhile": lambda: itertools.takewhile(lambda x: x < 900, L),
    "filterfalse": lambda: itertools.filterfalse(None, L), "groupby": lambda: itertools.groupby(L, lambda x: x // 5), "islice": lambda: itertools.islice(L, 1, 900, 2),
    "pairwise": lambda: itertools.pairwise(L), "starmap": lambda: itertools.starmap(max, zip(L, L)), "tee": lambda: itertools.tee(L)[0],
    "zip_longest": lambda: itertools.zip_longest(L, L[:5]), "batched": lambda: itertools.batched(L, 3), "product": lambda: itertools.product(range(10), range(10)),
    "permutations": lambda: itertools.permutations(range(5)), "combinations": lambda: itertools.combinations(range(9), 3),
    "with replacement": lambda: itertools.combinations_with_replacement(range(6), 3), "callable": lambda: iter(iter(L).__next__, 500),
    "bytes": lambda: iter(bytes(500)), "bytearray": lambda: iter(bytearray(500)), "memoryview": lambda: iter(memoryview(bytes(500))),
    "array": lambda: iter(array.array("i", L)), "deque": lambda: iter(collections.deque(L)), "reversed deque": lambda: reversed(collections.deque(L)),
    "OrderedDict": lambda: iter(collections.OrderedDict.fromkeys(L)), "finditer": lambda: re.finditer("a", "a" * N),
    "iter_unpack": lambda: struct.iter_unpack("b", bytes(N)), "csv": lambda: csv.reader(['a,b,"c"'] * N), "generator": lambda: (x for x in L),
    "StringIO": lambda: iter(io.StringIO("a\n" * N)), "BytesIO": lambda: iter(io.BytesIO(b"a\n" * N)),
}


def steps(make):
    box = [make()]

    def step(i):
        try:
            next(box[0])
        except StopIteration:
            box[0] = make()

    def look(i):
        for name in ("__reduce__", "__length_hint__", "__copy__"):
            try:
                getattr(box[0], name)()
            except (TypeError, AttributeError):
                pass
    return [step, step, step, look]


for name, make in MAKERS.items():
    storm(name, steps(make), 3, 0.03)
assert not problems, problems


# A generator runs in one thread at a time: the others are refused, no value is lost or given twice.
def numbers():
    for i in range(5000):
        yield i


shared, taken, refused = numbers(), [], []
def take():
    while True:
        try:
            taken.append(next(shared))
        except ValueError as e:
            refused.append(str(e))
        except StopIteration:
            return
threads = [threading.Thread(target=take) for _ in range(4)]
for t in threads: t.start()
for t in threads: t.join()
assert sorted(taken) == list(range(5000)), len(taken)
assert set(refused) <= {"generator already executing"}, set(refused)

# The same for iterators whose step is one operation.
for make in (lambda: iter(L), lambda: iter(range(N)), lambda: enumerate(L), lambda: itertools.count(), lambda: iter(collections.deque(L)), lambda: iter(tuple(L))):
    it, parts = make(), []
    def take_some():
        mine = []
        for x in itertools.islice(it, 200) if type(it) is itertools.count else it:
            mine.append(x)
        parts.append(mine)
    threads = [threading.Thread(target=take_some) for _ in range(4)]
    for t in threads: t.start()
    for t in threads: t.join()
    got = [x for p in parts for x in p]
    assert len(got) == len(set(got)), make
    assert all(p == sorted(p) for p in parts)

# Within itself, CPython's text.
def own():
    yield next(me)
me = own()
try:
    next(me)
except ValueError as e:
    assert str(e) == "generator already executing", e
