# copy, deepcopy, copyreg and pickle: __copy__, __deepcopy__, __reduce__, __getstate__, __getnewargs_ex__, cycles, shared parts, replace.
import collections
import copy
import copyreg
import dataclasses
import datetime
import enum
import functools
import io
import pickle
import weakref


class Plain:
    def __init__(self, **values):
        self.__dict__.update(values)

    def __repr__(self):
        return f"Plain({', '.join(sorted(self.__dict__))})"


class Counted:
    made = 0

    def __init__(self, items):
        self.items = items
        type(self).made += 1

    def __copy__(self):
        return type(self)(self.items)

    def __deepcopy__(self, memo):
        twin = memo[id(self)] = type(self)([])
        twin.items = copy.deepcopy(self.items, memo)
        return twin


class Reduced:
    def __init__(self, a, b):
        self.a, self.b, self.calls = a, b, 0

    def __reduce__(self):
        return Reduced, (self.a, self.b), {"calls": self.calls + 1}


class Stateful:
    def __init__(self, path):
        self.path, self.handle = path, io.StringIO(path)

    def __getstate__(self):
        return {k: v for k, v in self.__dict__.items() if k != "handle"}

    def __setstate__(self, state):
        self.__dict__.update(state, handle=io.StringIO(state["path"].upper()))


class Slotted:
    __slots__ = ("x", "y", "__weakref__")

    def __init__(self, x):
        self.x = x


class Immutable(tuple):
    def __new__(cls, *items, unit="m"):
        self = super().__new__(cls, items)
        self.unit = unit
        return self

    def __getnewargs_ex__(self):
        return tuple(self), {"unit": self.unit}


class Tree(list):
    def __init__(self, name, *children):
        super().__init__(children)
        self.name = name


class Colour(enum.Enum):
    RED = [1, 2]


@dataclasses.dataclass(frozen=True)
class Frozen:
    value: list
    stamp: datetime.date = datetime.date(2024, 2, 29)


class Registered:
    def __init__(self, secret):
        self.secret = secret


copyreg.pickle(Registered, lambda r: (Registered, (r.secret[::-1],)))

shared = [1, 2]
original = {"a": shared, "b": shared, "t": (shared, "x"), "s": {1, frozenset([2])}, "n": None}
original["self"] = original
shallow, deep = copy.copy(original), copy.deepcopy(original)
shared.append(3)
print(shallow["a"] is shared, deep["a"], deep["a"] is deep["b"] is deep["t"][0], deep["self"] is deep, shallow["self"] is original)
for value in (5, "text", (1, 2), print, Plain, None, range(3), b"bytes", Colour.RED, 1.5, ..., lambda: 0):
    assert copy.copy(value) is value and copy.deepcopy(value) is value, value
print(copy.deepcopy((1, [2])) is not None, copy.copy([1]) == [1], copy.deepcopy(bytearray(b"x")), copy.copy({1: 2}))
plain = Plain(a=[1], b="x")
plain.me = plain
twin = copy.deepcopy(plain)
print(twin, twin.me is twin, twin.a is not plain.a, copy.copy(plain).a is plain.a)
counted = Counted([[1], [2]])
pair = copy.deepcopy([counted, counted])
print(pair[0] is pair[1], pair[0].items, Counted.made, copy.copy(counted).items is counted.items)
reduced = Reduced(1, [2])
print(copy.copy(reduced).calls, copy.deepcopy(copy.copy(reduced)).calls, copy.copy(reduced).b is reduced.b)
stateful = copy.deepcopy(Stateful("file"))
print(stateful.handle.read(), stateful.path)
slotted = Slotted([1])
other = copy.deepcopy(slotted)
print(other.x, other.x is not slotted.x, hasattr(other, "y"), slotted.__reduce_ex__(2)[2])
length = Immutable(1, 2, unit="km")
print(copy.copy(length), copy.copy(length).unit, type(copy.deepcopy(length)).__name__)
tree = Tree("root", Tree("leaf"), Tree("branch", Tree("twig")))
print([t.name for t in copy.deepcopy(tree)], copy.deepcopy(tree)[1][0].name, copy.deepcopy(tree) is not tree)
print(copy.copy(Registered("abc")).secret, copy.deepcopy(Registered("abc")).secret)
frozen = Frozen([1])
print(copy.replace(frozen, value=[2]), copy.deepcopy(frozen) == frozen, copy.replace(datetime.date(2024, 1, 31), day=1))
print(copy.deepcopy(collections.OrderedDict(b=1, a=[2])), copy.copy(collections.deque([1], 5)), copy.deepcopy(collections.Counter("aab")), copy.deepcopy(collections.defaultdict(list, a=[1])))
print(copy.deepcopy(functools.partial(max, [1], key=len)).args, copy.copy(weakref.ref(slotted))() is slotted)
everything = [original, plain, reduced, slotted, length, tree, Registered("xyz"), frozen, Colour.RED, len, Plain, range(2, 9, 3), 1 + 2j, 2 ** 100, -5, 1e300, "ü\ud800", b"\xff", {1}, ValueError("v", 1), datetime.timedelta(1, 2)]
for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
    back = pickle.loads(pickle.dumps(everything, protocol))
    print(protocol, back[0]["self"] is back[0], back[0]["a"] is back[0]["b"], back[1].me is back[1], back[2].calls, back[3].x, back[4].unit, back[5][1][0].name,
          back[6].secret, back[7] == frozen, back[8] is Colour.RED, back[9] is len, back[10] is Plain, back[11:19] == everything[11:19], repr(back[19]), back[20])
for bad in (lambda: 0, (n for n in ()), Plain(handle=io.TextIOWrapper(io.BytesIO()))):
    try:
        pickle.dumps(bad)
    except Exception as error:
        print(type(error).__name__, str(error).split(" 0x")[0].split(" at ")[0])
for bad in ((n for n in ()), {"f": (n for n in ())}):
    try:
        copy.deepcopy(bad)
    except TypeError as error:
        print(error)
