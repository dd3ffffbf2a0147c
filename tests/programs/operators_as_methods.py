# Operators and comparisons that methods written in Python decide, in warm functions: where the result goes, who holds the
# operands, what NotImplemented, None, exceptions, frame objects and generators change.
import sys


class V:
    alive = 0

    def __init__(self, n):
        self.n = n
        V.alive += 1

    def __del__(self):
        V.alive -= 1

    def __add__(self, other):
        if type(other) is str:
            return NotImplemented
        return V(self.n + (other.n if isinstance(other, V) else other))

    def __radd__(self, other):
        return V(1000 + self.n)

    def __sub__(self, other):
        return self

    def __mul__(self, other):
        return other

    def __truediv__(self, other):
        return None

    def __and__(self, other):
        return NotImplemented

    def __or__(self, other):
        raise ValueError((self.n, other))

    def __xor__(self, other):
        frames.append(sys._getframe().f_code.co_name)
        local = other
        return self.n ^ local

    def __iadd__(self, other):
        self.n += other
        return self

    def __eq__(self, other):
        return self.n == other.n if isinstance(other, V) else NotImplemented

    def __lt__(self, other):
        return self.n < other if isinstance(other, int) else [self.n]

    def __gt__(self, other):
        return None

    def __repr__(self):
        return f"V{self.n}"


class W(V):
    def __radd__(self, other):
        return "W.__radd__"

    def __eq__(self, other):
        return "W.__eq__"


frames = []


def named(a, b):
    r = a + b
    r = r + r
    r = r + 1
    s = a - b
    a = a * b
    t = V(1) + V(2) + V(3)
    u = (V(1) + 2) - (V(3) + 4)
    w = (a + 1) * (b + 2)
    x = V(1) / V(2)
    return r, s, a, t, u, w, x, a == b, (a < 5, a < b, a > b), V(7) == V(7), V(7) != V(7), V(1) < 2, (a + b) == (b + a)


for n in range(100):
    got = named(V(n), V(2))
    assert repr(got) == (f"(V{2 * n + 5}, V{n}, V2, V6, V3, V4, None, True, (True, [2], None), True, False, True, True)"), got
    del got
    assert V.alive == 0, V.alive
print(named(V(1), V(2)), V.alive)


def fall(a, b):
    out = []
    for f in (lambda: a + "text", lambda: a & b, lambda: a | 3, lambda: a + W(5), lambda: 5 + a, lambda: a == W(1), lambda: a == "x", lambda: a ^ 5,
              lambda: a + None):
        try:
            out.append(f())
        except (TypeError, ValueError, AttributeError) as e:
            out.append((type(e).__name__, str(e)))
            e = None
    return out


for n in range(60):
    got = fall(V(n), V(2))
    last = str(got)
    del got
    assert V.alive == 0, V.alive
print(last, set(frames), len(frames))


def unanswered(a, b):
    try:
        return a & b
    except TypeError as e:
        return str(e)


def handled(a, b):
    try:
        return a | b
    except ValueError as e:
        return e.args[0][0], e.__traceback__.tb_lineno - handled.__code__.co_firstlineno, e.__traceback__.tb_next.tb_frame.f_code.co_name
    finally:
        a = a + b


def inplace(a):
    for k in range(3):
        a += k
    return a


def in_generator(a, b):
    while True:
        r = a + b
        yield r.n, a == b, (a + 1 < 5)
        a = r


for n in range(60):
    assert unanswered(V(n), V(1)) == "unsupported operand type(s) for &: 'V' and 'V'"
    assert handled(V(n), 2) == (n, 2, "__or__")
    assert inplace(V(n)).n == n + 3 and V.alive == 0
    g = in_generator(V(n), V(1))
    assert [next(g) for k in range(4)] == [(n + 1 + k, n + k == 1, n + k < 4) for k in range(4)], n
    g.close()
    del g
    assert V.alive == 0
print("ok", V.alive)


# Deep: operators within operators, until the limit, and back.
class Deep:
    def __init__(self, n):
        self.n = n

    def __add__(self, other):
        return 0 if self.n == 0 else 1 + (Deep(self.n - 1) + other)

    def __radd__(self, other):
        return Deep(self.n + other)

    def __lt__(self, other):
        return self.n < 1 or Deep(self.n - 1) < other


def endless():
    class E:
        def __add__(self, other):
            return self + other
    return E() + 1


for n in range(30):
    assert Deep(n) + 1 == n and (Deep(n) < 0) is True
try:
    endless()
except RecursionError as e:
    print(type(e).__name__)
print(Deep(100) + 1)


# A method that is replaced while it runs, and operands that only the registers hold.
class Shift:
    def __add__(self, other):
        Shift.__add__ = lambda self, other: ("new", other)
        return "old", other


def add(a, b):
    return a + b


for n in range(40):
    def again(self, other):
        Shift.__add__ = lambda self, other: ("new", other)
        return "old", other
    Shift.__add__ = again
    assert (add(Shift(), n), add(Shift(), n)) == (("old", n), ("new", n))


# Traced from within an operator.
events = []


def tracer(frame, event, arg):
    if frame.f_code.co_name in ("__add__", "traced"):
        events.append((frame.f_code.co_name, event))
    return tracer


class Trace:
    def __add__(self, other):
        if other:
            sys.settrace(tracer)
        return other


def traced(n):
    a = Trace() + 0
    b = Trace() + n
    c = Trace() + 0
    return a, b, c


for n in range(40):
    traced(0)
print(traced(1))
sys.settrace(None)
print(events)


# += after the class gets an __iadd__, and after it has lost it; the same of a class it derives from.
class Base:
    pass


class Sum(Base):
    def __add__(self, other):
        return "add", other


def plus(a, b):
    a += b
    return a


for n in range(60):
    assert plus(Sum(), n) == ("add", n)
Sum.__iadd__ = lambda self, other: ("iadd", other)
print(plus(Sum(), 1))
del Sum.__iadd__
print([plus(Sum(), 2) for n in range(3)])
Base.__iadd__ = lambda self, other: ("base iadd", other)
print(plus(Sum(), 3))
del Base.__iadd__, Sum.__add__
Sum.__radd__ = lambda self, other: ("radd", other)
print(plus(4, Sum()))
