"""Row 20: a container that changes size while it is iterated: CPython's errors, or its answers, for every container."""
import array
import collections
import types
import weakref


def raises(error, text, f):
    try:
        f()
    except error as e:
        assert type(e) is error and (e.args[0] if e.args else "") == text, e
    else:
        raise AssertionError(text)


def grow(make, walk, add):
    def run():
        container = make()
        for n, _ in enumerate(walk(container)):
            add(container, 1000 + n)
            assert n < 100, "without end"
    return run


def put(d, i): d[i] = i
SIZE = "changed size during iteration"
for make, kind in ((lambda: {1: 1, 2: 2}, "dictionary"), (lambda: collections.defaultdict(int, {1: 1, 2: 2}), "dictionary"),
                   (lambda: collections.Counter("ab"), "dictionary"), (lambda: type("D", (dict,), {})({1: 1, 2: 2}), "dictionary")):
    for walk in (iter, lambda d: d.keys(), lambda d: d.values(), lambda d: d.items(), reversed, lambda d: reversed(d.items())):
        raises(RuntimeError, kind + " " + SIZE, grow(make, walk, put))
        raises(RuntimeError, kind + " " + SIZE, grow(make, walk, lambda d, i: d.popitem()))
raises(RuntimeError, "Set " + SIZE, grow(lambda: {1, 2}, iter, lambda s, i: s.add(i)))
raises(RuntimeError, "Set " + SIZE, grow(lambda: {1, 2, 3}, iter, lambda s, i: s.pop()))
ordered = lambda: collections.OrderedDict([(1, 1), (2, 2), (3, 3)])
raises(RuntimeError, "OrderedDict mutated during iteration", grow(ordered, iter, put))
raises(RuntimeError, "OrderedDict mutated during iteration", grow(ordered, lambda d: d.items(), lambda d, i: d.popitem()))
raises(RuntimeError, "OrderedDict mutated during iteration", grow(ordered, iter, lambda d, i: d.move_to_end(1)))
raises(RuntimeError, "deque mutated during iteration", grow(lambda: collections.deque([1, 2]), iter, lambda d, i: d.append(i)))
raises(RuntimeError, "deque mutated during iteration", grow(lambda: collections.deque([1, 2, 3]), reversed, lambda d, i: d.popleft()))

# Dictionaries of instances, classes and modules.
class C: pass
def attributes(o):
    o.a = 1
    for n, name in enumerate(vars(o)):
        setattr(o, f"x{n}", 1)
raises(RuntimeError, "dictionary " + SIZE, lambda: attributes(C()))
raises(RuntimeError, "dictionary " + SIZE, lambda: attributes(C))
raises(RuntimeError, "dictionary " + SIZE, lambda: attributes(types.ModuleType("m")))
def namespace():
    for name in globals(): globals()["new" + name] = 1
raises(RuntimeError, "dictionary " + SIZE, namespace)

# Sequences go on to what is there then.
def take(container, walk, change, n):
    out = []
    for x in walk(container):
        out.append(x)
        change(container)
        if len(out) == n: break
    return out
assert take([1, 2], iter, lambda l: l.append(0), 5) == [1, 2, 0, 0, 0]
assert take([1, 2, 3, 4], iter, lambda l: l.pop(), 9) == [1, 2]
assert take([1, 2, 3, 4], reversed, lambda l: l.pop(), 9) == [4, 3, 2, 1]
assert take([1, 2, 3, 4], reversed, lambda l: l.clear(), 9) == [4]
assert take(bytearray(b"abcd"), iter, lambda b: b.pop(), 9) == [97, 98]
assert take(array.array("i", [1, 2, 3, 4]), iter, lambda a: a.pop(), 9) == [1, 2]
it = iter([1])
assert list(it) == [1] and list(it) == []
l = [1]
it = iter(l)
assert next(it) == 1 and next(it, None) is None
l.append(2)
assert next(it, None) is None   # an iterator that has ended stays so

# Weak containers give no error: what dies leaves them.
class K: pass
keep = [K() for _ in range(20)]
w = weakref.WeakSet(keep)
assert sum(1 for k in w if keep.pop() or True) <= 20
keep = [K() for _ in range(20)]
d = weakref.WeakKeyDictionary((k, 1) for k in keep)
assert sum(1 for k in d.items() if keep.pop() or True) <= 20

# Updating from itself, and values alone.
d = {1: 1, 2: 2}
for k in d: d[k] = 0
assert d == {1: 0, 2: 0}
d.update(d)
l = [1, 2]
l.extend(l)
l[1:1] = l
assert l == [1, 1, 2, 1, 2, 2, 1, 2]
