# Descriptors: data and non-data, __set_name__, properties, slots, attribute hooks.
class Typed:
    def __init__(self, kind, default=None):
        self.kind, self.default = kind, default

    def __set_name__(self, owner, name):
        self.name = name
        print("set_name", owner.__name__, name)

    def __get__(self, obj, owner=None):
        if obj is None:
            return self
        return obj.__dict__.get(self.name, self.default)

    def __set__(self, obj, value):
        if not isinstance(value, self.kind):
            raise TypeError(f"{self.name} wants {self.kind.__name__}, not {type(value).__name__}")
        obj.__dict__[self.name] = value

    def __delete__(self, obj):
        print("delete", self.name)
        obj.__dict__.pop(self.name, None)


class NonData:
    def __get__(self, obj, owner=None):
        return ("computed", obj is None, owner.__name__)


class Person:
    name = Typed(str, "nobody")
    age = Typed(int)
    label = NonData()


p = Person()
print(p.name, p.age, p.label, Person.label, isinstance(Person.name, Typed))
p.name = "Eve"; p.age = 7; p.label = "instance wins"; print(p.name, p.age, p.label, sorted(p.__dict__))
try:
    p.age = "old"
except TypeError as error:
    print(error)
p.__dict__["name"] = "direct"; print(p.name); del p.name; print(p.name); del p.label; print(p.label)


class Lazy:
    def __init__(self, function): self.function = function
    def __set_name__(self, owner, name): self.name = name
    def __get__(self, obj, owner):
        print("computing", self.name)
        value = obj.__dict__[self.name] = self.function(obj)
        return value


class Circle:
    def __init__(self, r): self.r = r
    @Lazy
    def area(self): return self.r * self.r * 3
    @property
    def diameter(self):
        "Twice the radius."
        return self.r * 2
    @diameter.setter
    def diameter(self, v): self.r = v / 2
    width = property(lambda self: self.r, doc="w")


c = Circle(2); print(c.area, c.area, c.diameter, Circle.diameter.__doc__, Circle.width.__doc__); c.diameter = 10; print(c.r)
for code in ["c.width = 1", "del c.diameter", "c.nothing"]:
    try:
        exec(code)
    except AttributeError as error:
        print(code, "->", error)


class Slotted:
    __slots__ = ("a", "b")
    def __init__(self): self.a = 1


class SlottedChild(Slotted):
    __slots__ = ("c",)


class Open(Slotted): pass


s = SlottedChild(); s.b, s.c = 2, 3; print(s.a, s.b, s.c, hasattr(s, "__dict__"), Slotted.__slots__, type(Slotted.a).__name__, Slotted.a.__get__(s)); o = Open(); o.z = 5; print(o.z, o.a, o.__dict__)
for code in ["s.d = 1", "Slotted().b", "del s.a; s.a", "del s.a"]:
    try:
        exec(code)
    except AttributeError as error:
        print(code, "->", error)


class Hooks:
    def __init__(self): self.real = 1
    def __getattr__(self, name):
        if name.startswith("dyn_"): return name[4:]
        raise AttributeError(f"no {name} here")
    def __setattr__(self, name, value):
        object.__setattr__(self, name, value * 2 if isinstance(value, int) else value)
    def __delattr__(self, name): print("del", name); object.__delattr__(self, name)
    def __dir__(self): return ["b", "a"]


h = Hooks(); h.n = 5; print(h.real, h.n, h.dyn_x, hasattr(h, "nope"), getattr(h, "nope", "default"), dir(h)); del h.n
try:
    h.n
except AttributeError as error:
    print(error)


class All:
    x = 1
    def __getattribute__(self, name):
        if name == "secret": raise AttributeError("hidden")
        return ("got", object.__getattribute__(self, name))
    def __getattr__(self, name): return "fallback " + name


print(All().x, All().secret, All().zzz)


class Bound:
    def __get__(self, obj, owner): return lambda *a: (obj is not None, a)


class Uses:
    f = Bound()
    def __init__(self): self.g = Bound()
    __len__ = lambda self: 7


print(Uses().f(1), Uses.f(2), type(Uses().g).__name__, len(Uses()))
u = Uses(); u.__len__ = lambda: 99; print(len(u))
print(staticmethod(len).__func__ is len, Uses.__dict__["__len__"](5), (lambda self, x: x + self).__get__(5)(6), str.upper.__get__("abc")(), property().fget)
