# dataclasses, enum, namedtuple, abc, functools, operator, collections: the everyday library.
import abc, collections, dataclasses, enum, functools, operator, typing
from dataclasses import dataclass, field
@dataclass(order=True)
class Point:
    x: int
    y: int = 0
    tags: list = field(default_factory=list, compare=False, repr=False)
    def norm(self): return abs(self.x) + abs(self.y)
p = Point(1, 2); print(p, p == Point(1, 2), p < Point(1, 3), sorted([Point(2), Point(1, 5), Point(1)]), dataclasses.asdict(p), dataclasses.astuple(p), dataclasses.replace(p, y=9), p.norm(), [f.name for f in dataclasses.fields(Point)], p.tags is Point(0).tags)
@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    name: str
    level: int = 1
    extra: typing.ClassVar[int] = 5
    def __post_init__(self):
        if self.level < 0: raise ValueError("level")
c = Config(name="n"); print(c, hash(c) == hash(Config(name="n")), {c: 1}[Config(name="n", level=1)])
for bad in ("c.level = 2", "Config('n')", "Config(name='n', level=-1)", "Config()", "Point()", "c.other = 1", "Point(1) < 5"):
    try: exec(bad); print(bad, "ok")
    except Exception as e: print(bad, "->", type(e).__name__)
@dataclass
class Child(Point):
    z: int = 3
    def __post_init__(self): self.total = self.x + self.y + self.z
print(Child(1), Child(1, 2, [], 4).total, Child(1) == Point(1))
class Color(enum.Enum):
    RED = 1
    GREEN = 2
    CRIMSON = 1
    def shout(self): return self.name + "!"
class Perm(enum.Flag):
    R = enum.auto(); W = enum.auto(); X = enum.auto()
    RW = R | W
class Num(enum.IntEnum): ONE = 1; TWO = 2
class Word(enum.StrEnum): A = enum.auto(); B = "bee"
print(Color.RED, repr(Color.GREEN), Color(2), Color["RED"], Color.CRIMSON is Color.RED, list(Color), Color.RED.shout(), Color.RED.value, Color.RED in Color, len(Color), {Color.RED: "r"}[Color.RED], Color.RED == 1, isinstance(Color.RED, Color))
print(Perm.R | Perm.X, Perm.RW & Perm.W, ~Perm.R, Perm.W in Perm.RW, list(Perm.RW), Perm(0), bool(Perm(0)), Num.ONE + 1, Num.TWO == 2, sorted([Num.TWO, Num.ONE]), Word.A, Word.B.upper(), f"{Num.ONE} {Word.B}", Perm.RW.value)
for bad in ("Color(9)", "Color['NO']", "Color.RED = 5", "class Sub(Color): pass"):
    try: exec(bad)
    except Exception as e: print(bad, "->", type(e).__name__, e)
P = collections.namedtuple("P", "x y", defaults=[5]); q = P(1); print(q, q.y, q._replace(x=2), q._asdict(), P._fields, q == (1, 5), P._make([3, 4]), [*q])
class T(typing.NamedTuple):
    a: int
    b: str = "d"
print(T(1), T(1).b, T.__annotations__)
class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self): ...
    @property
    @abc.abstractmethod
    def name(self): ...
class Sq(Shape):
    name = "sq"
    def area(self): return 4
try: Shape()
except TypeError as e: print(e)
print(Sq().area(), isinstance(Sq(), Shape), Shape.__abstractmethods__ == {"area", "name"})
import collections.abc as cabc
print([isinstance(v, t) for v, t in [([], cabc.Sequence), ({}, cabc.Mapping), (set(), cabc.Set), (iter([]), cabc.Iterator), (len, cabc.Callable), (5, cabc.Hashable), ([], cabc.Hashable), ((x for x in ""), cabc.Generator)]])
class MyMap(cabc.Mapping):
    def __init__(self, **k): self.d = k
    def __getitem__(self, k): return self.d[k]
    def __iter__(self): return iter(self.d)
    def __len__(self): return len(self.d)
m = MyMap(a=1, b=2); print(list(m.items()), m.get("z", 0), "a" in m, m == {"a": 1, "b": 2}, dict(m), {**m})
cn = collections.Counter("mississippi"); print(cn.most_common(2), cn["z"], sorted((cn - collections.Counter("miss")).items()), cn.total(), sorted(cn.elements())[:4]); cn.update("zz"); print(cn["z"])
dd = collections.defaultdict(list); [dd[len(w)].append(w) for w in "a bb cc d".split()]; print(dict(dd), dd[9], len(dd))
dq = collections.deque([1, 2, 3], maxlen=4); dq.appendleft(0); dq.append(4); dq.rotate(1); print(dq, dq.popleft(), dq[0], list(reversed(dq)), dq.count(2))
od = collections.OrderedDict(a=1, b=2, c=3); od.move_to_end("a"); print(od, od.popitem(last=False), list(od)); cm = collections.ChainMap({"a": 1}, {"a": 2, "b": 3}); print(cm["a"], cm["b"], dict(cm), cm.new_child({"b": 0})["b"])
@functools.lru_cache(maxsize=2)
def sq(n): return n * n
[sq(n) for n in (1, 2, 1, 3, 2)]; print(sq.cache_info())
@functools.singledispatch
def kind(v): return "other"
@kind.register
def _(v: int): return "int"
@kind.register(list)
def _(v): return "list"
print(kind(5), kind([]), kind("s"), kind(True), functools.reduce(operator.add, [1, 2, 3], 10), functools.partial(pow, 2)(5), list(map(operator.itemgetter(1, 0), ["ab"])), operator.attrgetter("x.real")(p), operator.methodcaller("upper")("a"), sorted(["b", "A"], key=functools.cmp_to_key(lambda a, b: (a.lower() > b.lower()) - (a.lower() < b.lower()))))
@functools.total_ordering
class Ver:
    def __init__(self, v): self.v = v
    def __eq__(self, o): return self.v == o.v
    def __lt__(self, o): return self.v < o.v
print(Ver(1) <= Ver(1), Ver(2) > Ver(1), Ver(1) >= Ver(2), max(Ver(1), Ver(3)).v)
class Cached:
    n = 0
    @functools.cached_property
    def v(self): Cached.n += 1; return Cached.n
cc = Cached(); print(cc.v, cc.v, Cached.n)
@functools.wraps(sq)
def wrapped(*a): return sq(*a)
print(wrapped.__name__, wrapped.__wrapped__ is sq, operator.index(5), operator.concat("a", "b"), operator.contains([1], 1))
