# Class attributes that are assigned again and again: seen through the class, subclasses, instances, super() and metaclasses, in
# sites that have been warm before and after; deleted, added again, shadowed, made descriptors, behind new bases.


class Meta(type):
    tally = 0

    def count(cls):
        return cls.tally


class Base(metaclass=Meta):
    made = 0
    label = "base"

    def __init__(self):
        Base.made += 1

    def read(self):
        return self.made

    def call(self):
        return "Base.call"


class Middle(Base):
    def read(self):
        return super().made

    def call(self):
        return "Middle>" + super().call()


class Own(Middle):
    made = "own"


class Leaf(Middle):
    pass


def views():
    leaf, own = views.leaf, views.own
    return (Base.made, Middle.made, Leaf.made, Own.made, leaf.made, own.made, leaf.read(), own.read(), Base.read(leaf))


views.leaf, views.own = Leaf(), Own()
for n in range(100):
    Base()
    assert views() == (n + 3, n + 3, n + 3, "own", n + 3, "own", n + 3, n + 3, n + 3), (n, views())
print(views())

# Shadowed in an instance, and not any more.
leaf = views.leaf
for n in range(20):
    leaf.made = ("instance", n)
    Base.made += 1
    assert leaf.made == ("instance", n) and Leaf.made == Base.made
    del leaf.made
    assert leaf.made == Base.made
print(leaf.made, Leaf().made)

# A class between gets the name, and loses it.
for n in range(20):
    Middle.made = -n
    Base.made += 1
    assert (leaf.made, Leaf.made, views.own.made, Base().made) == (-n, -n, "own", Base.made)
    del Middle.made
    assert leaf.made == Base.made == Leaf.made
print(views()[:4])

# Deleted and added.
for n in range(30):
    kept = Base.made
    del Base.made
    for look in (lambda: Base.made, lambda: leaf.made, lambda: Leaf.made, leaf.read):
        try:
            look()
        except AttributeError as e:
            last = str(e)
        else:
            print("still there", n)
    assert not hasattr(Middle, "made") and getattr(leaf, "made", None) is None
    Base.made = kept + 1
    assert leaf.made == kept + 1 == leaf.read()
print(last, views()[:4])


# Values with __get__ and __set__ under a name that was plain.
class Data:
    def __init__(self, n):
        self.n = n

    def __get__(self, o, cls):
        return ("got", self.n, o is None)

    def __set__(self, o, v):
        log.append((self.n, v))


log = []
for n in range(6):
    Base.made = Data(n)
    leaf.made = n
    print(leaf.made, Leaf.made, "made" in vars(leaf))
    Base.made = n
    leaf.made = n * 10
    print(leaf.made, Leaf.made, vars(leaf))
    Base.made = property(lambda self: "property")
    print(leaf.made, type(Leaf.made).__name__)
    Base.made = lambda self: "function"
    print(leaf.made, Base.made(leaf), views.own.made, super(Middle, leaf).made())
    del leaf.made
    print(leaf.made())
print(log)

# Methods replaced all the time.
for n in range(40):
    Base.call = (lambda n: lambda self: f"new {n}")(n)
    assert leaf.call() == f"Middle>new {n}" == Middle.call(leaf) and Base.call(leaf) == f"new {n}"
    bound = leaf.call
    assert bound() == f"Middle>new {n}"
print(leaf.call())

# Of a metaclass: what classes have goes first, unless the metaclass has a data descriptor.
for n in range(40):
    Meta.tally += 1
    assert Base.tally == n + 1 == Leaf.tally == Leaf.count()
Leaf.tally = "mine"
for n in range(5):
    Meta.tally += 1
    assert (Leaf.tally, Base.tally, Leaf.count()) == ("mine", 41 + n, "mine")
Meta.tally = property(lambda cls: cls.__name__)
print(Leaf.tally, Base.tally, Leaf.count())
Meta.tally = 5
print(Leaf.tally, Base.tally, Leaf.count())


# New bases: caches filled behind one class must not outlive the change to one whose name is volatile.
class Quiet:
    made = "quiet"


class Child(Quiet):
    pass


class Grandchild(Child):
    pass


def child_views():
    return Child.made, Grandchild.made, Grandchild().made


class Loud(Quiet):
    made = 0


for n in range(30):
    Loud.made = n
for n in range(30):
    Child.__bases__ = (Loud,)
    Loud.made += 1
    assert child_views() == (30 + n,) * 3, child_views()
    Child.__bases__ = (Quiet,)
    Loud.made += 0
    assert child_views() == ("quiet",) * 3
print(child_views(), Loud.made)


# Names that operators rest on.
class Plus:
    def __add__(self, other):
        return 0

    def __bool__(self):
        return True


plus = Plus()
for n in range(40):
    Plus.__add__ = (lambda n: lambda self, other: n)(n)
    Plus.__bool__ = (lambda n: lambda self: n % 2 == 0)(n)
    assert plus + 1 == n and bool(plus) == (n % 2 == 0) and (1 if plus else 0) == 1 - n % 2
del Plus.__bool__
print(plus + 1, bool(plus))

# More such names than a class remembers.
for round in range(30):
    for letter in "abcdefghijklmn":
        setattr(Quiet, letter, getattr(Quiet, letter, 0) + 1)
        assert getattr(Grandchild, letter) == round + 1
print([getattr(Grandchild(), letter) for letter in "abn"], Quiet.a, Child.n)


# __slots__ and __set_name__ stay what they were at the class's making.
class Named:
    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, o, cls):
        return self.name


class Slotted:
    __slots__ = ("x",)
    named = Named()
    total = 0


s = Slotted()
for n in range(40):
    s.x = n
    Slotted.total += s.x
    assert s.total == Slotted.total and s.named == "named"
try:
    s.total = 3
except AttributeError as e:
    print(e)
print(s.total)
