# Multiple inheritance: linearisation, cooperative super, mixins, abstract-like bases, errors.
class Base:
    def __init__(self, **kw):
        self.log = ["Base"]
        self.rest = kw

    def act(self):
        return ["Base.act"]


class Left(Base):
    def __init__(self, left=0, **kw):
        super().__init__(**kw)
        self.left = left
        self.log.append("Left")

    def act(self):
        return ["Left.act"] + super().act()


class Right(Base):
    def __init__(self, right=0, **kw):
        super().__init__(**kw)
        self.right = right
        self.log.append("Right")

    def act(self):
        return ["Right.act"] + super().act()


class Both(Left, Right):
    def __init__(self, **kw):
        super().__init__(**kw)
        self.log.append("Both")

    def act(self):
        return ["Both.act"] + super().act()


b = Both(left=1, right=2, extra=3)
print(b.log, b.left, b.right, b.rest, b.act(), [c.__name__ for c in Both.__mro__])
print(super(Both, b).act(), super(Left, b).act(), super(Right, b).act(), Left(left=5).act())


class LogMixin:
    def __setattr__(self, name, value):
        self.__dict__.setdefault("_changes", []).append((name, value))
        super().__setattr__(name, value)


class Point(LogMixin):
    def __init__(self, x, y):
        self.x, self.y = x, y


p = Point(1, 2); p.x = 10; print(p._changes, p.x)


class X: pass
class Y: pass
class XY(X, Y): pass
class YX(Y, X): pass


for bases in [(XY, YX), (X, XY), (int, str), (bool,), (X, X), (5,)]:
    try:
        print(type("T", bases, {}).__mro__)
    except TypeError as error:
        print("TypeError", str(error).splitlines()[0])


class Meta(type):
    def __call__(cls, *args):
        obj = super().__call__(*args)
        obj.tagged = cls.__name__
        return obj


class Tagged(metaclass=Meta): pass
class SubTagged(Tagged): pass


print(Tagged().tagged, SubTagged().tagged, type(SubTagged))


class Registry:
    known = {}

    def __init_subclass__(cls, /, key=None, **kw):
        super().__init_subclass__(**kw)
        cls.known[key or cls.__name__.lower()] = cls


class Json(Registry): pass
class Csv(Registry, key="comma"): pass


print({k: v.__name__ for k, v in Registry.known.items()}, Registry.__subclasses__() == [Json, Csv])


class Shape:
    def area(self): raise NotImplementedError(type(self).__name__)
    def twice(self): return 2 * self.area()


class Square(Shape):
    def __init__(self, s): self.s = s
    def area(self): return self.s ** 2


class Blob(Shape): pass


print(Square(3).twice())
try:
    Blob().twice()
except NotImplementedError as error:
    print("NotImplementedError", error)


class Str(str):
    def __new__(cls, text, tag):
        self = super().__new__(cls, text)
        self.tag = tag
        return self

    def upper(self): return Str(super().upper(), self.tag + "!")


s = Str("abc", "t"); print(s, s.tag, s.upper().tag, s == "abc", s + "d", type(s + "d").__name__, {s: 1}["abc"], len(s), s[1], isinstance(s, str))


class D(dict):
    def __setitem__(self, k, v): super().__setitem__(k, v * 2)
    def __getitem__(self, k): return super().__getitem__(k) + 1


d = D(a=1); d["b"] = 2; print(d, d["a"], d["b"], d.get("b"), dict(d))


class T(tuple):
    def __new__(cls, *a): return super().__new__(cls, a)
    @property
    def first(self): return self[0]


t = T(5, 6); print(t, t.first, t == (5, 6), hash(t) == hash((5, 6)), type(t[:1]).__name__, len(t))


class Once:
    instance = None
    def __new__(cls):
        if cls.instance is None: cls.instance = super().__new__(cls)
        return cls.instance


print(Once() is Once())


class Weird:
    def __new__(cls): return 42
    def __init__(self): print("not called")


print(Weird())


class E(Exception):
    def __init__(self, a, b): super().__init__(a); self.b = b
    def __str__(self): return f"E:{self.args[0]}/{self.b}"


class F(E, KeyError): pass


try:
    raise F(1, 2)
except KeyError as e:
    print(e, e.args, e.b, [c.__name__ for c in type(e).__mro__])


def outer():
    class Local(Base):
        def act(self): return [__class__.__name__] + super().act()
    return Local


print(outer()().act(), outer().__qualname__)


class Grand:
    value = 1
    @classmethod
    def who(cls): return cls.__name__, cls.value


class Child(Grand):
    value = 2
    @classmethod
    def who(cls): return ("child",) + super().who()


print(Grand.who(), Child.who(), Child().who())
Child.__bases__ = (Base, Grand); print([c.__name__ for c in Child.__mro__], Child().act()); Grand.value = 9; del Child.value; print(Child.value)
try:
    super().x
except RuntimeError as error:
    print(error)
