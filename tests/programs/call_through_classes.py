# What goes through classes without C++ in between, in warm sites: super() as a value, comparisons of unrelated classes, __getattr__.
import traceback


class A:
    def __init__(self, *args, **named):
        self.got = args, named

    def f(self, *args, **named):
        return "A.f", args, named

    @classmethod
    def c(cls, *args):
        return cls.__name__, args

    @property
    def p(self):
        return "A.p"


class B(A):
    def __init__(self, *args, **named):
        super().__init__(*args, **named)

    def f(self, *args, **named):
        return super().f(*args, **named)

    def bound(self):
        m = super().f
        return m(1), m(x=2), m.__self__ is self, m.__func__ is A.f

    def two(self):
        return super(B, self).f, super().c, super().p

    @classmethod
    def c(cls, *args):
        return super().c(*args)


class C(B):
    def f(self, *args, **named):
        return ("C",) + super().f(*args, **named)


class X:
    def f(self, *args, **named):
        return "X.f", args, named


class D(C, X):
    pass


for o in (B(1, 2, k=3), C(), D(z=4), B(5)):
    for n in range(40):
        r = o.f(n, *[n + 1], **{"k": n}), o.bound(), o.two()[2], o.two()[0](7), o.c(n), o.two()[1](n), o.got
        assert r[0][-2:] == ((n, n + 1), {"k": n})
    print(r)
kept = B.f
A.f = lambda self, *args, **named: ("changed", args)
print(B().f(1), B().bound()[0], C().f(*[2]))
B.f = lambda self, *a: super(B, self).f(*a)
print(C().f(3), D().f(4))


class Num:
    def __init__(self, n):
        self.n = n

    def __eq__(self, other):
        log.append(f"{type(self).__name__}=={type(other).__name__}")
        return self.n == other.n if isinstance(other, Num) else NotImplemented

    def __lt__(self, other):
        log.append(f"{type(self).__name__}<{type(other).__name__}")
        return NotImplemented if self.n == 5 else self.n < getattr(other, "n", 10)

    __hash__ = None


class Sub(Num):
    def __lt__(self, other):
        log.append("Sub.__lt__")
        return super().__lt__(other)

    def __gt__(self, other):
        log.append("Sub.__gt__")
        return "sub gt"


class Plain(Num):
    pass


class Other:
    def __eq__(self, other):
        log.append("Other==")
        return "other"

    def __gt__(self, other):
        log.append("Other>")
        return "other gt"


class Meta(type):
    def __eq__(cls, other):
        log.append("Meta==")
        return NotImplemented

    __hash__ = type.__hash__


class Made(metaclass=Meta):
    pass


log = []


def compare(x, y):
    jumped = ("yes" if x == y else "no"), ("yes" if x < y else "no")
    return x == y, x < y, x != y, jumped


pairs = [(Num(1), Sub(1)), (Sub(2), Num(1)), (Num(5), Other()), (Num(1), Plain(2)), (Plain(1), Sub(1)), (Other(), Num(1)), (Num(3), 3),
         (Num(3), "text"), (Num(3), None), (Num(4), [1]), (Num(5), Sub(1)), (Num(1), Num(2))]
for x, y in pairs:
    for n in range(20):
        log.clear()
        try:
            r = compare(x, y)
        except TypeError as e:
            r = str(e)
    print(type(x).__name__, type(y).__name__, r, log)
for n in range(20):
    log.clear()
    assert (Made == int, Made == Made, Made != Num(1)) == (False, True, True)
print(log)


class Hook:
    def __init__(self):
        self.own = 1

    @property
    def broken(self):
        raise AttributeError("inside")

    @property
    def wrong(self):
        raise KeyError("inside")

    def __getattr__(self, name):
        if name.startswith("no"):
            raise AttributeError(name, name=name, obj=self)
        return name, Hook.count


Hook.count = 0


class Pair(Hook):
    def __getattribute__(self, name):
        if name == "secret":
            raise AttributeError
        return super().__getattribute__(name)


def look(o, last=None):
    for n in range(30):
        Hook.count = n
        last = o.own, o.missing, o.broken, Hook.secret(o) if hasattr(Hook, "secret") else o.secret, o.count
        for name in ("no_such", "wrong"):
            try:
                o.no_such if name == "no_such" else o.wrong
            except (AttributeError, KeyError) as e:
                last += (type(e).__name__, str(e), e.__context__, len(traceback.extract_tb(e.__traceback__)))
    return last


print(look(Hook()))
print(look(Pair()))
Hook.__getattr__ = lambda self, name, more="more": (name, more)
print(Hook().missing)
Hook.__getattr__ = lambda self, name: ("new", name)
print([Hook().missing for n in range(3)], (lambda: Hook().temporary.__len__())())
del Hook.__getattr__
try:
    Hook().missing
except AttributeError as e:
    print(e)


# Methods called through the class itself.
class Through:
    def plain(self, n):
        return "plain", self, n

    @classmethod
    def cls(cls, *args, k=0):
        return cls.__name__, args, k

    @staticmethod
    def static(n, more=1):
        return "static", n, more

    size = classmethod(len)
    length = staticmethod(len)
    unset = staticmethod(int)
    value = int
    both = classmethod(property(lambda cls: 1))


class Below(Through):
    pass


class Callable:
    def __call__(self, *args):
        return "called", args

    def __get__(self, o, cls):
        return lambda *args: ("got", cls.__name__, args)


Through.callable = Callable()
Through.wrapped = classmethod(Callable())


def through(C, n):
    out = [C.plain(1, n), C.cls(n), C.cls(n, k=n), C.static(n), C.static(more=n, n=2), C.length("four"), C.value("7"), C.callable(n), C.wrapped(n),
           C.unset("8"), C.mro()[0].__name__, C.cls(*[n], **{"k": 1})]
    for call in (lambda: C.size(), lambda: C.plain(n), lambda: C.static(), lambda: C.both()):
        try:
            out.append(call())
        except TypeError as e:
            out.append(str(e).split(";")[0][:40])
    return out


for C in (Through, Below):
    for n in range(60):
        last = through(C, 5)
    print(last)
vars(Through)["static"].__init__(lambda n, more=1: ("other static", n, more))
vars(Through)["cls"].__init__(lambda cls, *args, k=0: ("other cls", cls.__name__))
print(through(Below, 6)[1:5])
Below.cls = staticmethod(lambda *args, k=0: ("below", args))
Below.static = classmethod(lambda cls, n, more=1: ("below", cls.__name__, n, more))
print(through(Below, 6)[1:5], through(Through, 6)[1])
