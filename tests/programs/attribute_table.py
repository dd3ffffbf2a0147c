"""One site, many classes: lookups stay right while classes, properties and operators change under them."""
import threading


class Base:
    kind = "base"

    def __init__(self, value):
        self.value = value

    def describe(self):
        return f"{self.kind}:{self.value}"

    @property
    def double(self):
        return self.value * 2

    def __add__(self, other):
        if isinstance(other, str):
            return NotImplemented
        return type(self)(self.value + (other.value if isinstance(other, Base) else other))

    def __radd__(self, other):
        return f"{other!r} radd {self.value}"

    def __getitem__(self, index):
        return (self.kind, index)


class Slotted:
    __slots__ = ("value", "kind")

    def __init__(self, value):
        self.value = value
        self.kind = "slotted"

    def describe(self):
        return f"slotted {self.value}"

    double = property(lambda self: -self.value)

    def __add__(self, other):
        return self.describe() + "+"

    def __getitem__(self, index):
        return index


CLASSES = [type(f"C{i}", (Base,), {"kind": f"c{i}"}) for i in range(12)] + [Slotted, Base]


def probe(o):
    """All uses of the table, each at one site for all classes."""
    o.extra_name = 1 if type(o) is not Slotted else setattr(o, "kind", "set")
    return o.value, o.kind, o.describe(), o.double, o[3]


def safe_probe(o):
    try:
        return probe(o)
    except AttributeError as e:
        return str(e)


def add(a, b):
    return a + b


def show_all(title):
    print(title)
    for number, cls in enumerate(CLASSES):
        o = cls(number)
        print("  ", safe_probe(o), safe_probe(o), add(o, 1) if cls is Slotted else add(o, 1).value)


show_all("as defined")
Base.kind = "changed"
del CLASSES[3].kind
CLASSES[4].double = property(lambda self: "replaced")
CLASSES[5].double = "no property any more"
CLASSES[6].describe = lambda self: "other method"
show_all("changed classes")
del CLASSES[4].double, CLASSES[5].double, CLASSES[6].describe
Base.describe = lambda self: "base method replaced"
CLASSES[7].__add__ = lambda self, other: self
CLASSES[8].__getitem__ = lambda self, index: NotImplemented
show_all("changed back")

one = CLASSES[0](1)
one.describe = lambda: "in the instance"
print(one.describe(), CLASSES[0](2).describe())
one.__dict__["kind"] = "in the dictionary"
print(one.kind, one.value)
for other in ("text", None, [1]):
    try:
        print(add(CLASSES[0](1), other))
    except (TypeError, AttributeError) as e:
        print(type(e).__name__, e)
print(add(5, CLASSES[1](6)), add(2.5, CLASSES[1](6)))


class Right(Base):
    def __radd__(self, other):
        return "the subclass goes first"


print(add(Base(1), Right(2)), add(Right(1), Right(2)).value)


class Failing:
    @property
    def value(self):
        raise ValueError("from the getter")

    def __getitem__(self, index):
        raise KeyError(index)


for attempt in (lambda: Failing().value, lambda: Failing()[1]):
    try:
        attempt()
    except Exception as e:
        print(type(e).__name__, e, e.__traceback__.tb_next.tb_next.tb_frame.f_code.co_name)


def generate():
    o = Base(1)
    for i in range(3):
        o = o + i
        yield o.double, o[i]


print(list(generate()))

# Readers while a class changes: each sees an old or a new value, never another's.
stop = threading.Event()
wrong = []


def reader(cls):
    o = cls(10)
    while not stop.is_set():
        if o.kind not in ("changed", "x", "y") and not o.kind.startswith("c"):
            wrong.append(o.kind)
        if o.double not in (20, "x", "y"):
            wrong.append(o.double)


threads = [threading.Thread(target=reader, args=(cls,)) for cls in CLASSES[:4]]
for thread in threads:
    thread.start()
for i in range(300):
    for cls in CLASSES[:4]:
        cls.kind = "xy"[i % 2]
        cls.double = property(lambda self, v="xy"[i % 2]: v)
stop.set()
for thread in threads:
    thread.join()
print(wrong, CLASSES[0](1).kind, CLASSES[0](1).double)


class Hooked(Base):
    def __getattr__(self, name):
        return f"hook {name}"


class Bare(Base):
    pass


def read(o):
    return o.value, o.kind, o.missing if isinstance(o, Hooked) else "-", o.describe()


for o in (Hooked(1), Bare(2), Hooked(3), Bare(4)):
    print(read(o))
o = Hooked(5)
del o.value
print(o.value, read(Hooked(6)))
Bare.__getattribute__ = lambda self, name: f"intercepted {name}" if name == "kind" else object.__getattribute__(self, name)
print(read(Bare(7)), read(Hooked(8)))
del Bare.__getattribute__
print(read(Bare(9)))
Bare.__setattr__ = lambda self, name, value: object.__setattr__(self, name, ("set", value))
print(read(Bare(10)))
