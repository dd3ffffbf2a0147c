"""Row 21: threads that change, resize and iterate one container: errors of Python's kinds, never corruption."""
import array
import collections
import itertools
import threading

from storm import problems, storm

def double(c):
    return lambda i: c.__imul__(2) if len(c) < 300 else c.clear()


def read_view(b):
    with memoryview(b) as m:
        bytes(m)


l = list(range(100))
storm("list", [
    lambda i: l.append([i]), lambda i: l.pop(), lambda i: l.insert(i, i), lambda i: l.__setitem__(slice(i, i + 3), [1, 2]),
    lambda i: l.__delitem__(slice(0, i)), lambda i: sum(1 for _ in l), lambda i: l.extend(l[:i]), lambda i: l.sort(key=str),
    lambda i: l.reverse(), lambda i: l.clear(), lambda i: l.index(i), lambda i: l.copy(), lambda i: l.count(i), lambda i: l.remove(i),
    lambda i: repr(l), lambda i: l == list(l), double(l), lambda i: i in l, lambda i: list(reversed(l)), lambda i: l[::2], lambda i: tuple(l),
    lambda i: l.__setitem__(slice(None, None, 2), [0] * len(l[::2])), lambda i: list(zip(l, l)), lambda i: "".join(map(str, l))])
d = {i: i for i in range(50)}
storm("dict", [
    lambda i: d.__setitem__(i, [i]), lambda i: d.pop(i, None), lambda i: d.setdefault(i, []), lambda i: d.update({i: 1, i + 1: 2}), lambda i: [k for k in d],
    lambda i: list(d.items()), lambda i: d.popitem(), lambda i: d.clear(), lambda i: d.copy(), lambda i: repr(d), lambda i: d == dict(d),
    lambda i: d.__ior__({i: i}), lambda i: {**d}, lambda i: i in d, lambda i: d.keys() & {1, 2}, lambda i: list(reversed(d)),
    lambda i: dict.fromkeys(d), lambda i: d.__setitem__("k%d" % i, i), lambda i: d.pop("k%d" % i, 0), lambda i: d.__delitem__(i)])
s = set(range(50))
storm("set", [
    lambda i: s.add(i), lambda i: s.discard(i), lambda i: s.pop(), lambda i: s.update(range(i)), lambda i: [x for x in s], lambda i: s.clear(),
    lambda i: s | {i}, lambda i: s & {i}, lambda i: s ^ {i}, lambda i: s.copy(), lambda i: repr(s), lambda i: s == set(s), lambda i: sorted(s),
    lambda i: s.__iand__(set(range(i))), lambda i: s.difference_update(range(i)), lambda i: frozenset(s), lambda i: s.issubset(range(i)),
    lambda i: s.symmetric_difference_update(range(i))])
od = collections.OrderedDict((i, i) for i in range(50))
storm("OrderedDict", [
    lambda i: od.__setitem__(i, i), lambda i: od.pop(i, None), lambda i: od.move_to_end(i, i & 1), lambda i: od.popitem(i & 1), lambda i: [k for k in od],
    lambda i: list(od.items()), lambda i: od.clear(), lambda i: od.copy(), lambda i: repr(od), lambda i: list(reversed(od)), lambda i: od.setdefault(i, 1)])
dq = collections.deque(range(50))
storm("deque", [
    lambda i: dq.append(i), lambda i: dq.appendleft(i), lambda i: dq.pop(), lambda i: dq.popleft(), lambda i: dq.rotate(i), lambda i: [x for x in dq],
    lambda i: dq.extend(range(i)), lambda i: dq.clear(), lambda i: dq.copy(), lambda i: repr(dq), lambda i: dq == collections.deque(dq),
    lambda i: dq.remove(i), lambda i: dq.insert(i, i), lambda i: dq[i], lambda i: dq.__setitem__(i, i), lambda i: dq.__delitem__(i),
    lambda i: dq.index(i), lambda i: dq.reverse(), double(dq), lambda i: list(reversed(dq)), lambda i: dq.count(i)])
dd = collections.defaultdict(list)
storm("defaultdict", [lambda i: dd[i].append(i), lambda i: dd.pop(i, None), lambda i: [k for k in dd], lambda i: dd.clear(), lambda i: repr(dd), lambda i: dd | {1: 2}])
c = collections.Counter()
storm("Counter", [
    lambda i: c.update([i] * 3), lambda i: c.subtract([i]), lambda i: c.most_common(3), lambda i: +c, lambda i: c + c, lambda i: c.clear(),
    lambda i: list(c.elements()), lambda i: c.pop(i, 0)])
ba = bytearray(100)
storm("bytearray", [
    lambda i: ba.append(i), lambda i: ba.extend(b"abc" * i), lambda i: ba.pop(), lambda i: ba.__delitem__(slice(0, i)), lambda i: ba.insert(i, i),
    lambda i: ba.clear(), lambda i: ba.find(b"c"), lambda i: bytes(ba), lambda i: ba.replace(b"a", b"bb"), lambda i: ba.__setitem__(slice(i, i + 2), b"xyz"),
    lambda i: ba.split(b"b"), lambda i: [x for x in ba], lambda i: read_view(ba), lambda i: ba.reverse(), lambda i: ba.upper(), double(ba),
    lambda i: ba.decode("latin-1"), lambda i: repr(ba), lambda i: ba.resize(i), lambda i: ba.translate(None, b"a"), lambda i: b"%b" % ba, lambda i: ba == bytes(ba)])
a = array.array("i", range(50))
storm("array", [
    lambda i: a.append(i), lambda i: a.extend(range(i)), lambda i: a.pop(), lambda i: a.__delitem__(slice(0, i)), lambda i: a.insert(i, i), lambda i: a.tolist(),
    lambda i: a.frombytes(b"1234"), lambda i: a.reverse(), lambda i: [x for x in a], lambda i: a.remove(i), lambda i: a.byteswap(), lambda i: repr(a),
    lambda i: a[::2], lambda i: a.__setitem__(slice(0, 2), array.array("i", [1, 2, 3])), lambda i: a.clear(), lambda i: read_view(a), lambda i: a == a[:], double(a)])
tees = [itertools.tee(iter(range(100)))]


def step_tee(i):
    try:
        next(tees[0][i & 1])
        tees[0][0].__copy__()
    except StopIteration:
        tees[0] = itertools.tee(iter(range(100)))


storm("tee", [step_tee])

# What is promised: each single operation is atomic.
numbers, totals = [], {}
def append_all(k):
    for i in range(2000):
        numbers.append((k, i))
        totals[k, i] = i
        totals.setdefault(i, k)
workers = [threading.Thread(target=append_all, args=(k,)) for k in range(4)]
for w in workers: w.start()
for w in workers: w.join()
assert len(numbers) == len(set(numbers)) == 8000 and len(totals) == 8000 + 2000
for k in range(4):
    assert [i for j, i in numbers if j == k] == list(range(2000))   # each thread's in its order
assert not problems, problems
