"""Row 22: __eq__, __hash__, __lt__ and sort keys that change the very container that asks them."""
import bisect
import collections
import heapq


class Key:
    """All collide; comparing runs `act`."""
    act = None
    def __init__(self, n): self.n = n
    def __hash__(self): return 7
    def __eq__(self, other):
        if Key.act: Key.act()
        return isinstance(other, Key) and self.n == other.n
    def __lt__(self, other):
        if Key.act: Key.act()
        return self.n < other.n


def tolerate(f):
    try:
        f()
    except (RuntimeError, ValueError, KeyError, IndexError):
        pass


def once(f):
    """An action that runs in the first comparisons only."""
    left = [3]
    def act():
        if left[0]:
            left[0] -= 1
            f()
    return act


# Dictionaries and sets: look-ups, insertions, removals, comparisons, against clear, growth and shrinking.
def changes(c, add):
    def grow():
        for i in range(100, 140): add(c, i)
    def replace():
        c.clear()
        for i in range(5): add(c, Key(i))
    return [c.clear, grow, replace]
for make, add in ((lambda: {Key(i): i for i in range(8)}, lambda d, k: d.__setitem__(k, 0)),
                  (lambda: collections.OrderedDict((Key(i), i) for i in range(8)), lambda d, k: d.__setitem__(k, 0))):
    for n in range(3):
        for use in (lambda d: d[Key(7)], lambda d: d.__setitem__(Key(9), 1), lambda d: d.__setitem__(Key(7), 1), lambda d: d.pop(Key(7)),
                    lambda d: d.setdefault(Key(9)), lambda d: Key(5) in d, lambda d: d == make(), lambda d: d.update(make()),
                    lambda d: d.get(Key(6)), lambda d: d.__delitem__(Key(7)), lambda d: d.items() & make().items(), lambda d: d | make(),
                    lambda d: d.keys() - make().keys(), lambda d: 7 in d.values()):
            Key.act = None
            d = make()
            Key.act = once(changes(d, add)[n])
            tolerate(lambda: use(d))
            Key.act = None
            assert len(list(d)) == len(d) and all(k in d for k in list(d))
for n in range(3):
    for use in (lambda s: Key(7) in s, lambda s: s.add(Key(9)), lambda s: s.remove(Key(7)), lambda s: s == make(), lambda s: s & make(), lambda s: s - make(),
                lambda s: s | make(), lambda s: s ^ make(), lambda s: s.update(make()), lambda s: s.difference_update(make()), lambda s: s.intersection_update(make()),
                lambda s: s.symmetric_difference_update(make()), lambda s: s <= make(), lambda s: s.isdisjoint(make()), lambda s: s.discard(Key(7))):
        make = lambda: {Key(i) for i in range(8)}
        Key.act = None
        s = make()
        Key.act = once(changes(s, set.add)[n])
        tolerate(lambda: use(s))
        Key.act = None
        assert len(list(s)) == len(s) and all(k in s for k in list(s))

# A key that hashes differently each time, or changes the dictionary when hashed.
class Moody:
    n = 0
    def __hash__(self):
        Moody.n += 1
        d.clear()
        return Moody.n
d = {}
for i in range(50):
    d[Moody()] = i
    tolerate(lambda: d[Moody()])
    tolerate(lambda: d.update({Moody(): 1}))

# Lists and deques: index, remove, count, in, ==, sort, bisect, heapq, min.
for make in (lambda: [Key(i) for i in range(8)], lambda: collections.deque(Key(i) for i in range(8))):
    for use in (lambda l: l.index(Key(7)), lambda l: l.remove(Key(7)), lambda l: l.count(Key(1)), lambda l: Key(7) in l, lambda l: l == make(),
                lambda l: l < make(), lambda l: min(l), lambda l: sorted(l), lambda l: bisect.bisect(l, Key(4)), lambda l: l.extend(x for x in l if x == Key(99))):
        for change in ("clear", "pop", "reverse"):
            Key.act = None
            l = make()
            Key.act = once(getattr(l, change))
            tolerate(lambda: use(l))
            Key.act = None
            assert len(list(l)) == len(l)
for use in (heapq.heapify, lambda l: heapq.heappush(l, Key(0)), heapq.heappop, lambda l: heapq.heapreplace(l, Key(9)), lambda l: heapq.heappushpop(l, Key(9)),
            lambda l: bisect.insort(l, Key(3)), lambda l: heapq.nsmallest(3, l)):
    for change in ("clear", "pop"):
        Key.act = None
        l = [Key(i) for i in range(8)]
        Key.act = once(getattr(l, change))
        tolerate(lambda: use(l))
Key.act = None

# list.sort() empties the list meanwhile, and tells who filled it.
def sorts(l, **how):
    try:
        l.sort(**how)
    except ValueError as e:
        assert str(e) == "list modified during sort", e
        return True
l = [3, 1, 2]
assert sorts(l, key=lambda x: l.append(x) or x) and sorted(l) == [1, 2, 3]
l = [Key(i) for i in (3, 1, 2)]
Key.act = once(lambda: l.append(1))
assert sorts(l)
Key.act = None
seen = []
l = [3, 1, 2]
l.sort(key=lambda x: seen.append(len(l)) or x)
assert seen == [0, 0, 0] and l == [1, 2, 3]
l = [3, 1, 2]
try:
    l.sort(key=lambda x: 1 / (x - 1))
except ZeroDivisionError:
    assert sorted(l) == [1, 2, 3]

# Conversions that change what they are stored into.
class Index:
    def __init__(self, act): self.act = act
    def __index__(self): return self.act() or 1
b = bytearray(b"x" * 100)
for use in (lambda: b.__setitem__(50, Index(b.clear)), lambda: b.insert(Index(b.clear), 1), lambda: b.append(Index(b.clear)), lambda: b.__setitem__(slice(Index(b.clear), 90), b"y")):
    b[:] = b"x" * 100
    tolerate(use)
import array
a = array.array("b", bytes(100))
for use in (lambda: a.__setitem__(50, Index(a.clear)), lambda: a.insert(Index(a.clear), 1), lambda: a.append(Index(a.clear)), lambda: a.pop(Index(a.clear))):
    a[:] = array.array("b", bytes(100))
    tolerate(use)
l = [0] * 100
for use in (lambda: l.__setitem__(Index(l.clear), 1), lambda: l.pop(Index(l.clear)), lambda: l.insert(Index(l.clear), 1), lambda: l[Index(l.clear):90],
            lambda: l.__imul__(Index(l.clear)), lambda: l.__delitem__(slice(Index(l.clear), 90))):
    l[:] = [0] * 100
    tolerate(use)
