# Classes changed while other threads use them: attributes, methods, properties, __class__, bases, slots.
import threading

wrong = []


def together(*targets):
    threads = [threading.Thread(target=t) for t in targets]
    for t in threads:
        t.start()
    for t in threads:
        t.join()


class Thing:
    level = 0

    def __init__(self):
        self.x = 1
        self.y = 2

    def get(self):
        return "a"


thing = Thing()


def use():
    last = 0
    for _ in range(3000):
        if thing.get() not in ("a", "b", "c"):
            wrong.append("get")
        level = thing.level
        if level < last:
            wrong.append(("level", last, level))
        last = level
        if thing.x + thing.y != 3:
            wrong.append("xy")


def change():
    for n in range(1, 500):
        Thing.level = n
        Thing.get = (lambda self: "b") if n % 2 else (lambda self: "c")


together(use, use, use, change)
print(wrong, Thing.level, thing.get() in "bc")


class Red:
    def color(self):
        return "red"


class Blue:
    def color(self):
        return "blue"


chameleon = Red()
colors = set()


def look():
    for _ in range(3000):
        colors.add(chameleon.color())


def repaint():
    for n in range(1000):
        chameleon.__class__ = Blue if n % 2 else Red


together(look, look, repaint)
print(colors <= {"red", "blue"}, chameleon.color())


class Grow:
    pass


grow = Grow()


def add(prefix):
    def body():
        for n in range(150):
            setattr(grow, f"{prefix}{n}", n)
            if getattr(grow, f"{prefix}{n}") != n:
                wrong.append((prefix, n))
            if n % 3 == 0:
                delattr(grow, f"{prefix}{n}")
    return body


together(*[add(p) for p in "abcd"])
print(wrong, len(vars(grow)), sum(vars(grow).values()))


class Base1:
    def who(self): return 1


class Base2:
    def who(self): return 2


class Child(Base1):
    pass


seen = set()
child = Child()


def ask():
    for _ in range(2000):
        seen.add(child.who())


def rebase():
    for n in range(100):
        Child.__bases__ = (Base2,) if n % 2 else (Base1,)


together(ask, ask, rebase)
print(seen <= {1, 2}, child.who())


class Slots:
    __slots__ = ("a", "b")


slots = Slots()
slots.a, slots.b = (0, 0), (0, 0)


def write_slots(me):
    def body():
        for n in range(2000):
            slots.a = (n, n)
            v = slots.b
            if v[0] != v[1]:
                wrong.append(v)
            slots.b = (me, me)
    return body


together(write_slots(1), write_slots(2), write_slots(3))
print(wrong, slots.a)
made = []


def make_classes(i):
    def body():
        for n in range(30):
            cls = type(f"C{i}_{n}", (Base1,), {"n": n, "who": lambda self: self.n})
            made.append(cls().who() == n)
    return body


together(*[make_classes(i) for i in range(4)])
print(len(made), all(made), len(Base1.__subclasses__()) >= 0)
